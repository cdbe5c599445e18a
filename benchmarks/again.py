"""Measure rebuilds of a site: with nothing changed, and with one value edited.

    python -m benchmarks.again

Prints a Markdown table and each limit that is exceeded; the exit code is then 1. Values are CPU seconds of all
processes, as medians of several rounds. After the last edit the site must be that of a clean build, byte for byte.
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
"""Number of rebuilds of each kind after a build from scratch."""

_TITLE = re.compile(r"^title: .*$", re.MULTILINE)


MOST: Mapping[EditedPlan, tuple[float, float]] = {SMALL: (0.4, inf), LARGE: (0.5, 1.0)}
"""Limits in CPU seconds: of a rebuild with nothing changed, and of one after an edit."""


def measure(folder: Path, plan: EditedPlan) -> tuple[float, float, float]:
    """CPU seconds of a build from scratch, of a rebuild with nothing changed, and of one after an edit."""
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
    """Compare the site with that of a clean build in a copy. Raises SystemExit if they differ."""
    copy = root.with_name(f"{root.name}-clean")
    ignored = shutil.ignore_patterns("site", ".site-builds", "masterplan")
    shutil.copytree(root, copy, ignore=ignored)
    run_module(folder, "masterplan", "build", "--root", str(copy))
    if contents(root / "site") != contents(copy / "site"):
        raise SystemExit(f"the site of {root} differs from that of a clean build")


def report_all() -> int:
    """Measure and report; returns the exit code, 1 if a limit is exceeded."""
    print("| Plan | From scratch, CPU s | Nothing changed | At most | One value edited | At most |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    over = []
    for plan, (most_unchanged, most_edited) in MOST.items():
        with TemporaryDirectory(prefix="masterplan-bench-") as folder:
            first, unchanged, edited = measure(Path(folder), plan)
        most = f"{most_edited:g}" if most_edited < inf else ""
        print(
            f"| {plan.name} | {first:.1f} | {unchanged:.2f} | {most_unchanged:g} | {edited:.1f} | {most} |", flush=True
        )
        if unchanged > most_unchanged or edited > most_edited:
            over.append(plan.name)
    for name in over:
        print(f"exceeded: a rebuild of {name}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(report_all())
