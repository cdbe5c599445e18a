"""Compare small commands with `mkdocs --version`: CPU seconds of the whole process, as medians of several rounds.

    python -m benchmarks.startup

Prints a Markdown table and each limit that is exceeded; the exit code is then 1. Machines are noisy, so in each round
everything runs once, in turn.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.cpu import REPOSITORY, run_module

ROUNDS = 9
"""Number of rounds after an uncounted one, which compiles the bytecode."""

SPRINTS = 1_000
"""Number of sprints of the large plan."""

BASE = ("mkdocs", "--version")
"""Module and arguments of the command that the others are compared with."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A command: its name, module and arguments, and its limit in CPU seconds or as a multiple of the base."""

    name: str
    command: Sequence[str]
    times: float | None = None
    seconds: float | None = None

    def is_exceeded(self, cpu: float, base: float) -> bool:
        """Whether the CPU seconds of a run exceed the limit; `base` are those of the base."""
        return cpu > min(base * (self.times or float("inf")), self.seconds or float("inf"))

    @property
    def most(self) -> str:
        """The limit in words."""
        return f"{self.times:g} times" if self.times else f"{self.seconds:g} s"


def _limits(large: Path) -> Iterator[Limit]:
    sprint = next((REPOSITORY / "plan_data" / "sprints").glob("4-*.yml"))
    yield Limit("masterplan --help", ("masterplan", "--help"), times=1.5)
    yield Limit("masterplan git-diff-driver FILE", ("masterplan", "git-diff-driver", str(sprint)), times=1.5)
    yield Limit("masterplan check, 6 sprints", ("masterplan", "check"), times=2)
    yield Limit(f"masterplan check, {SPRINTS:,} sprints", ("masterplan", "check", "--root", str(large)), seconds=0.8)


def report_all() -> int:
    """Measure and report; returns the exit code, 1 if a limit is exceeded."""
    with TemporaryDirectory(prefix="masterplan-bench-") as name:
        folder = Path(name)
        run_module(folder, "benchmarks.generate", str(folder / "plan"), "--sprints", str(SPRINTS))
        limits = tuple(_limits(folder / "plan"))
        commands = (BASE, *(limit.command for limit in limits))
        rounds = [[run_module(folder, *command).cpu for command in commands] for _ in range(ROUNDS + 1)]
    base, *costs = (median(runs) for runs in zip(*rounds[1:], strict=True))
    print("| Command | CPU s | Times `mkdocs --version` | At most |\n| --- | ---: | ---: | ---: |")
    print(f"| mkdocs --version | {base:.2f} | 1 | |")
    for limit, cpu in zip(limits, costs, strict=True):
        print(f"| {limit.name} | {cpu:.2f} | {cpu / base:.1f} | {limit.most} |")
    over = [limit for limit, cpu in zip(limits, costs, strict=True) if limit.is_exceeded(cpu, base)]
    for limit in over:
        print(f"exceeded: {limit.name}: at most {limit.most}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(report_all())
