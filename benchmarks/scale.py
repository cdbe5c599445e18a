"""Measure how the cost of check, diff and build grows with the plan: CPU seconds, and memory of the largest process.

The exponent is the slope of a straight line through the logarithms of CPU seconds over those of sprints, by least
squares: 1 where a plan twice as large costs twice as much, 2 where it costs four times as much. The largest plan is not
in the line. Prints a Markdown table; the exit code is 1 when a stated limit is missed. Each command runs once.

    python -m benchmarks.scale
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cpu import Run, run_module

SIZES = (1_000, 2_000, 4_000)
"""How many sprints the plans have that exponents are computed from."""
LARGEST = 10_000
_SMALL = 20

MOST_EXPONENT = 1.15
MOST_MEMORY = 1_000
"""Megabytes of the largest process, of the largest plan."""
MOST_GROWTH = 11
"""How many times as long as for the smallest plan a command may take for the largest, of ten times the sprints."""

EDITS = 10
"""How many sprints of a plan that is compared have another effort."""

COMMANDS: Mapping[str, Callable[[Path], Sequence[str]]] = {
    "check": lambda plan: ("check", "--root", str(plan)),
    "diff": lambda plan: ("diff", str(_older(plan)), "--root", str(plan), "--fail-on", "never"),
    "build": lambda plan: ("build", "--root", str(plan)),
}


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of the costs over the sizes, both as logarithms, by least squares."""
    across, up = [log(size) for size in sizes], [log(cost) for cost in costs]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    rise = sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True))
    return rise / sum((x - middle) ** 2 for x in across)


def missed(command: str, runs: Sequence[Run]) -> list[str]:
    """The stated limits that a command exceeds, as sentences; its runs are those of `SIZES` and `LARGEST`."""
    limits = (
        ("exponent", exponent(SIZES, [run.cpu for run in runs[:-1]]), MOST_EXPONENT),
        (f"CPU of {LARGEST:,} sprints, times that of {SIZES[0]:,}", runs[-1].cpu / runs[0].cpu, MOST_GROWTH),
        (f"MB of {LARGEST:,} sprints", runs[-1].memory, MOST_MEMORY),
    )
    return [f"missed: {command}: {name}: {value:.2f}, at most {most:g}" for name, value, most in limits if value > most]


def report_all() -> int:
    """Print what each command takes for each size; returns the exit code."""
    sizes = (*SIZES, LARGEST)
    print(f"| Command | {' | '.join(f'{size:,} sprints, CPU s | Peak MB' for size in sizes)} | Exponent |")
    print(f"| --- |{' ---: |' * (2 * len(sizes) + 1)}")
    over = []
    with TemporaryDirectory(prefix="masterplan-bench-") as folder:
        small, *plans = (_plans(Path(folder), size) for size in (_SMALL, *sizes))
        for command, arguments in COMMANDS.items():
            run_module(Path(folder), "masterplan", *arguments(small))  # from its second start on it runs from bytecode
            runs = [run_module(Path(folder), "masterplan", *arguments(plan)) for plan in plans]
            cells = " | ".join(f"{run.cpu:.1f} | {run.memory:.0f}" for run in runs)
            print(f"| {command} | {cells} | {exponent(SIZES, [run.cpu for run in runs[:-1]]):.2f} |", flush=True)
            over += missed(command, runs)
    for sentence in over:
        print(sentence, file=sys.stderr)
    return 1 if over else 0


def _plans(folder: Path, sprints: int) -> Path:
    """Write a plan, and below `_older` one in which some of its sprints had another effort; returns the first."""
    plan = folder / f"plan-{sprints}"
    for root in (plan, _older(plan)):
        run_module(folder, "benchmarks.generate", str(root), "--sprints", str(sprints))
    for n in range(EDITS):
        path = _older(plan) / "plan_data" / "sprints" / f"{n * sprints // EDITS + 3}.yml"
        path.write_text(re.sub(r"(?m)^effort: .*$", "effort: 15 days", path.read_text("utf-8")), "utf-8")
    return plan


def _older(plan: Path) -> Path:
    return plan.with_name(f"{plan.name}-before")


if __name__ == "__main__":
    sys.exit(report_all())
