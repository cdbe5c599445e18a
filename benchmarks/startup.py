"""Measure what small commands cost beside `mkdocs --version`: CPU seconds of the whole process, medians of many rounds.

    python -m benchmarks.startup

Prints a Markdown table, and which stated limit is missed, if any; the exit code is then 1. In each round everything
runs once, in turn, because machines are noisy.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.cpu import REPOSITORY, run_module

ROUNDS = 9
"""How often everything runs, after one run of each that is not counted and leaves bytecode behind."""

SPRINTS = 1_000
"""How many sprints the large plan has."""

BASE = ("mkdocs", "--version")
"""The module and arguments with which the others are compared."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A command: its name, the module and arguments, and how many times the CPU of the base or seconds it may take."""

    name: str
    command: Sequence[str]
    times: float | None = None
    seconds: float | None = None

    def is_missed(self, cpu: float, base: float) -> bool:
        """Whether a run of so many CPU seconds is over a limit, where the base takes so many."""
        return cpu > min(base * (self.times or float("inf")), self.seconds or float("inf"))

    @property
    def most(self) -> str:
        """The limit in words."""
        return f"{self.times:g} times" if self.times else f"{self.seconds:g} s"


def _limits(large: Path) -> Iterator[Limit]:
    sprint = next((REPOSITORY / "plan_data" / "sprints").glob("4-*.yml"))
    yield Limit("masterplan --help", ("masterplan", "--help"), times=1.5)
    yield Limit("masterplan git-diff-driver FILE", ("masterplan", "git-diff-driver", str(sprint)), times=1.5)
    yield Limit("masterplan check, 6 sprints", ("masterplan", "check", "--root", str(REPOSITORY)), times=2)
    yield Limit(f"masterplan check, {SPRINTS:,} sprints", ("masterplan", "check", "--root", str(large)), seconds=0.8)


def report_all() -> int:
    """Measure and report; returns the exit code, 1 when a limit is missed."""
    with TemporaryDirectory(prefix="masterplan-bench-") as name:
        folder = Path(name)
        run_module(folder, "benchmarks.generate", str(folder / "plan"), "--sprints", str(SPRINTS))
        limits = tuple(_limits(folder / "plan"))
        commands = (BASE, *(limit.command for limit in limits))
        rounds = [[run_module(folder, *command).cpu for command in commands] for _ in range(ROUNDS + 1)]
    base, *taken = (median(runs) for runs in zip(*rounds[1:], strict=True))
    print("| Command | CPU s | Times `mkdocs --version` | At most |\n| --- | ---: | ---: | ---: |")
    print(f"| mkdocs --version | {base:.2f} | 1 | |")
    for limit, cpu in zip(limits, taken, strict=True):
        print(f"| {limit.name} | {cpu:.2f} | {cpu / base:.1f} | {limit.most} |")
    missed = [limit for limit, cpu in zip(limits, taken, strict=True) if limit.is_missed(cpu, base)]
    for limit in missed:
        print(f"missed: {limit.name}: at most {limit.most}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(report_all())
