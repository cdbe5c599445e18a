"""Measure how the cost of check, diff and build grows with the plan: CPU seconds, and memory of the largest process.

The exponent is the slope of CPU seconds over sprints on logarithmic scales, by least squares: 1 if a plan twice as
large costs twice as much, 2 if it costs four times as much. It leaves out the largest plan. Prints a Markdown table;
the exit code is 1 if a limit is exceeded. Each command runs once.

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
"""Numbers of sprints of the plans for the exponent."""
LARGEST = 10_000
SMALL = 20
"""Number of sprints of the plan that compiles the bytecode before anything is measured."""

MOST_EXPONENT = 1.15
MOST_MEMORY = 1_000
"""Limit in megabytes of the largest process, for the largest plan."""
MOST_GROWTH = 11
"""Limit of the time for the largest plan, as a multiple of that for the smallest, which has a tenth of its sprints."""

EDITS = 10
"""Number of sprints with another effort in the older plan of a comparison."""

COMMANDS: Mapping[str, Callable[[Path], Sequence[str]]] = {
    "check": lambda plan: ("check", "--root", str(plan)),
    "diff": lambda plan: ("diff", str(older(plan)), "--root", str(plan), "--fail-on", "never"),
    "build": lambda plan: ("build", "--root", str(plan)),
}


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of costs over sizes on logarithmic scales, by least squares."""
    across, up = [log(size) for size in sizes], [log(cost) for cost in costs]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    rise = sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True))
    return rise / sum((x - middle) ** 2 for x in across)


def exceeded(command: str, runs: Sequence[Run]) -> list[str]:
    """The limits that a command exceeds, as messages; its runs are those of `SIZES` and `LARGEST`."""
    limits = (
        ("exponent", exponent(SIZES, [run.cpu for run in runs[:-1]]), MOST_EXPONENT),
        (f"CPU of {LARGEST:,} sprints, times that of {SIZES[0]:,}", runs[-1].cpu / runs[0].cpu, MOST_GROWTH),
        (f"MB of {LARGEST:,} sprints", runs[-1].memory, MOST_MEMORY),
    )
    over = ((name, value, most) for name, value, most in limits if value > most)
    return [f"exceeded: {command}: {name}: {value:.2f}, at most {most:g}" for name, value, most in over]


def report_all() -> int:
    """Print the cost of each command for each size; returns the exit code."""
    sizes = (*SIZES, LARGEST)
    print(f"| Command | {' | '.join(f'{size:,} sprints, CPU s | Peak MB' for size in sizes)} | Exponent |")
    print(f"| --- |{' ---: |' * (2 * len(sizes) + 1)}")
    over = []
    with TemporaryDirectory(prefix="masterplan-bench-") as folder:
        small, *plans = (write_plans(Path(folder), size) for size in (SMALL, *sizes))
        for command, arguments in COMMANDS.items():
            run_module(Path(folder), "masterplan", *arguments(small))  # compiles the bytecode
            runs = [run_module(Path(folder), "masterplan", *arguments(plan)) for plan in plans]
            cells = " | ".join(f"{run.cpu:.1f} | {run.memory:.0f}" for run in runs)
            print(f"| {command} | {cells} | {exponent(SIZES, [run.cpu for run in runs[:-1]]):.2f} |", flush=True)
            over += exceeded(command, runs)
    for line in over:
        print(line, file=sys.stderr)
    return 1 if over else 0


def write_plans(folder: Path, sprints: int) -> Path:
    """Write a plan, and an older one (`older`) in which some sprints have another effort; returns the first."""
    plan = folder / f"plan-{sprints}"
    for root in (plan, older(plan)):
        run_module(folder, "benchmarks.generate", str(root), "--sprints", str(sprints))
    for n in range(EDITS):
        path = older(plan) / "plan_data" / "sprints" / f"{n * sprints // EDITS + 1}.yml"
        path.write_text(re.sub(r"(?m)^effort: .*$", "effort: 15 days", path.read_text("utf-8")), "utf-8")
    return plan


def older(plan: Path) -> Path:
    """The folder of the older plan of a comparison."""
    return plan.with_name(f"{plan.name}-before")


if __name__ == "__main__":
    sys.exit(report_all())
