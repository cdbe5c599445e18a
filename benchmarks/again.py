"""Measure what a build costs whose site is there already: with nothing changed, and with one value edited.

    python -m benchmarks.again

Prints a Markdown table, and which stated limit is missed, if any; the exit code is then 1. CPU seconds of the whole
process tree, medians of several rounds. After the last edit the site must be that of a clean build, byte for byte.
"""

import re
import shutil
import sys
from collections.abc import Mapping
from math import inf
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.cpu import run_module
from benchmarks.edited import LARGE, SMALL, EditedPlan
from tests.sites import contents

ROUNDS = 5
"""How often everything runs, after a build from nothing."""

_TITLE = re.compile(r"^title: .*$", re.MULTILINE)


MOST: Mapping[EditedPlan, tuple[float, float]] = {SMALL: (0.4, inf), LARGE: (0.5, 1.0)}
"""The most CPU seconds of a build with nothing changed, and of one after an edit."""


def measure(folder: Path, plan: EditedPlan) -> tuple[float, float, float]:
    """CPU seconds of a build from nothing, of one with nothing changed, and of one after an edit."""
    root = folder / "plan"
    root.mkdir()
    file, _ = plan.start(root)
    command = ("masterplan", "build", "--root", str(root))
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
    for plan, (most_unchanged, most_edited) in MOST.items():
        with TemporaryDirectory(prefix="masterplan-bench-") as folder:
            first, unchanged, edited = measure(Path(folder), plan)
        most = f"{most_edited:g}" if most_edited < inf else ""
        print(
            f"| {plan.name} | {first:.1f} | {unchanged:.2f} | {most_unchanged:g} | {edited:.1f} | {most} |", flush=True
        )
        if unchanged > most_unchanged or edited > most_edited:
            missed.append(plan.name)
    for name in missed:
        print(f"missed: a build again, {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(report_all())
