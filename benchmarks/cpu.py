"""What a call costs in CPU seconds: those of this process and of the programs that it has waited for."""

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
    """What one run took: CPU and wall-clock seconds, and megabytes of the largest process."""

    cpu: float
    wall: float
    memory: float


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """What a call returns, and the CPU seconds it took."""
    before = os.times()
    result = call()
    return result, sum(os.times()[:4]) - sum(before[:4])


def seconds(call: Callable[[], object]) -> float:
    """The CPU seconds that a call takes."""
    return timed(call)[1]


def run_module(folder: Path, *command: str) -> Run:
    """Run a module to its end. Raises SystemExit with what it said when it fails."""
    start = time.monotonic()
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=REPOSITORY, env=_environment(folder), stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{said.read()}")
    return Run(used.ru_utime + used.ru_stime, time.monotonic() - start, used.ru_maxrss / 1_000)


def _environment(folder: Path) -> Mapping[str, str]:
    """The environment on the day of the plans, with bytecode below a folder and without the theme's banner."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    day = TODAY.isoformat()
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "NO_MKDOCS_2_WARNING": "1", "TODAY": day}
