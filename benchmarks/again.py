"""Measure what a build costs whose site is there already: with nothing changed, and with one value edited.

    python -m benchmarks.again

Prints a Markdown table, and which stated limit is missed, if any; the exit code is then 1. CPU seconds of the whole
process tree, medians of several rounds. After the last edit the site must be that of a clean build, byte for byte.
"""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.cpu import run_module
from benchmarks.generate import write_project
from masterplan import load
from tests.sites import commit, contents, repository

ROUNDS = 5
"""How often everything runs, after a build from nothing."""

_TITLE = re.compile(r"^title: .*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A plan: its name, what writes its repository, the sprint to edit, and the most seconds unchanged and edited."""

    name: str
    write: Callable[[Path], object]
    sprint: str
    unchanged: float
    edited: float


def _write_large(root: Path) -> None:
    write_project(root, 1_000)
    commit(root)


CASES = (
    Case("6 sprints", repository, "4", unchanged=0.4, edited=float("inf")),
    Case("1,000 sprints", _write_large, "372", unchanged=0.5, edited=1.0),
)


def measure(folder: Path, case: Case) -> tuple[float, float, float]:
    """CPU seconds of a build from nothing, of one with nothing changed, and of one after an edit."""
    root = folder / case.name.partition(" ")[0].replace(",", "")
    root.mkdir()
    case.write(root)
    command = ("masterplan", "build", "--root", str(root))
    plan = load(root).plan
    if plan is None:
        raise SystemExit(f"{root} has no plan")
    file = root / plan.places.of("sprints", case.sprint).path
    first = run_module(folder, *command).cpu
    unchanged = [run_module(folder, *command).cpu for _ in range(ROUNDS)]
    edited = []
    for number in range(ROUNDS):
        file.write_text(_TITLE.sub(f"title: Edit number {number}", file.read_text("utf-8"), count=1), "utf-8")
        edited.append(run_module(folder, *command).cpu)
    _compare(folder, root)
    return first, median(unchanged), median(edited)


def _compare(folder: Path, root: Path) -> None:
    """Raise SystemExit where a clean build of a copy gives another site."""
    copy = root.with_name(f"{root.name}-clean")
    ignored = shutil.ignore_patterns("site", ".site-builds", "masterplan")
    shutil.copytree(root, copy, ignore=ignored)
    run_module(folder, "masterplan", "build", "--root", str(copy))
    if contents(root / "site") != contents(copy / "site"):
        raise SystemExit(f"the site of {root} is not that of a clean build")


def report_all() -> int:
    """Measure and report; returns the exit code, 1 when a limit is missed."""
    print("| Plan | From nothing, CPU s | Nothing changed | At most | One value edited | At most |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    missed = []
    with TemporaryDirectory(prefix="masterplan-bench-") as name:
        for case in CASES:
            first, unchanged, edited = measure(Path(name), case)
            most = f"{case.edited:g}" if case.edited < float("inf") else ""
            print(f"| {case.name} | {first:.1f} | {unchanged:.2f} | {case.unchanged:g} | {edited:.1f} | {most} |")
            if unchanged > case.unchanged or edited > case.edited:
                missed.append(case.name)
    for name in missed:
        print(f"missed: a build again, {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(report_all())
