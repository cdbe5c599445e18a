"""Measure how long an edit takes from its file to its page under `masterplan serve`: wall-clock seconds.

    python -m benchmarks.serve

Works as a browser does: a request waits for the next version of the site, then the page is fetched again until it shows
the edit. Prints a Markdown table and each limit that is exceeded; the exit code is then 1. Wall-clock time depends on
the load of the machine, so measure on an idle one.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.edited import LARGE, SMALL, EditedPlan
from benchmarks.generate import TODAY

ROUNDS = 5
"""Number of edits, one after another, once the site is complete."""

PATIENCE = 300.0
"""Seconds to wait for an edit to be shown."""

PORT = 8765

_EPOCH = re.compile(r"livereload\((\d+), (\d+)\);")
_IMPACT = re.compile(r"^impact: .*$", re.MULTILINE)


MOST: Mapping[EditedPlan, float] = {SMALL: 0.3, LARGE: 1.0}
"""Limits in seconds from an edit to its page."""


def measure(root: Path, plan: EditedPlan) -> tuple[float, float]:
    """Seconds from an edit of a sprint to its page, and to the complete site; medians of several edits."""
    file, page = plan.start(root)
    with _serving(root) as (origin, printed):
        address = f"{origin}/sprints/{page}/"
        _until(lambda: _EPOCH.search(_get(address)) is not None)
        rounds = [_edit(file, f"Edit number {number}", address, printed) for number in range(ROUNDS)]
    shown, complete = zip(*rounds, strict=True)
    return median(shown), median(complete)


@contextmanager
def _serving(root: Path) -> Iterator[tuple[str, Path]]:
    """A running server of a repository: its origin, and the file with its output."""
    printed, address = root.with_suffix(".printed"), f"127.0.0.1:{PORT}"
    command = (sys.executable, "-m", "masterplan", "serve", "--address", address, "--today", TODAY.isoformat())
    with printed.open("w") as file, subprocess.Popen(command, cwd=root, stdout=file, stderr=file) as server:
        try:
            yield f"http://{address}", printed
        finally:
            server.terminate()


def _edit(file: Path, value: str, address: str, printed: Path) -> tuple[float, float]:
    """Edit a sprint's file, and wait for its page as a browser does, then for the complete site."""
    text, built = _IMPACT.sub(f"impact: {value}", file.read_text("utf-8")), _builds(printed)
    page = _get(address)
    start = time.monotonic()
    file.write_text(text, "utf-8")
    while value not in page:
        if time.monotonic() > start + PATIENCE:
            raise SystemExit(f"{address} does not show the edit:\n{printed.read_text()}")
        if epoch := _EPOCH.search(page):
            _get(f"{address.partition('/sprints')[0]}/livereload/{epoch[1]}/{epoch[2]}")
        page = _get(address)
    shown = time.monotonic() - start
    _until(lambda: _builds(printed) > built)
    return shown, time.monotonic() - start


def _builds(printed: Path) -> int:
    return printed.read_text().count("Built ")


def _until(is_ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_ready():
        if time.monotonic() > end:
            raise SystemExit("the server shows no site")
        time.sleep(0.05)


def _get(address: str) -> str:
    try:
        with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - our own server
            content: bytes = answer.read()
    except URLError:
        return ""
    return content.decode()


def report_all() -> int:
    """Measure and report; returns the exit code, 1 if a limit is exceeded."""
    print("| Plan | Save to page, s | At most | Save to complete site, s |\n| --- | ---: | ---: | ---: |")
    over = []
    for plan, most in MOST.items():
        with TemporaryDirectory(prefix="masterplan-bench-") as folder:
            shown, complete = measure(Path(folder) / "plan", plan)
        print(f"| {plan.name} | {shown:.2f} | {most:g} | {complete:.2f} |", flush=True)
        over += [f"exceeded: {plan.name}: {shown:.2f} s, at most {most:g}"] if shown > most else []
    for line in over:
        print(line, file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(report_all())
