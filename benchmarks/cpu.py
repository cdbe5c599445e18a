"""CPU seconds of a call: those of this process and of the child processes it waited for."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.generate import TODAY

T = TypeVar("T")

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Run:
    """Cost of a run: CPU and wall-clock seconds, and megabytes of the largest process."""

    cpu: float
    wall: float
    memory: float


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """The result of a call, and the CPU seconds it took."""
    before = os.times()
    result = call()
    return result, sum(os.times()[:4]) - sum(before[:4])


def seconds(call: Callable[[], object]) -> float:
    """The CPU seconds that a call takes."""
    return timed(call)[1]


def run_module(folder: Path, *command: str) -> Run:
    """Run a module to its end. Raises SystemExit with its output if it fails."""
    start = time.monotonic()
    with (folder / "output").open("w+") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=REPOSITORY, env=_environment(folder), stdout=output, stderr=output
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{output.read()}")
    return Run(used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss / 1_000)


def _environment(folder: Path) -> Mapping[str, str]:
    """This environment on the day of the plans, with bytecode below a folder and without the theme's banner."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    day = TODAY.isoformat()
    return inherited | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "NO_MKDOCS_2_WARNING": "1", "TODAY": day}
