"""Compare masterplan with the same pages as plain Markdown: CPU seconds, memory, pages and size of checks and builds.

    python -m benchmarks.sites

Prints Markdown tables and each limit that is exceeded; the exit code is then 1. Each number is the median of several
rounds. Machines are noisy, so in each round everything runs once, in turn; compare the CPU seconds, which are those of
all processes. Programs run from bytecode, as they do from the second start on.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.cpu import Run, run_module
from masterplan.publish.workers import cores

CHECKS = (1_000, 5_000, 10_000)
BUILDS = (6, 100, 1_000)
LARGE = 1_000
"""Number of sprints of the plan that the limits apply to."""

ROUNDS = 3
MOST_RATIO = 0.6
"""Limit of the CPU seconds of a large build, as a multiple of those of its plain pages."""
MOST_WALL = 0.6
"""Limit of the duration of a large build on several cores, as a multiple of its CPU seconds."""
MOST_OUTPUT = 60.0
"""Limit of the size of a large site, in megabytes (millions of bytes)."""

PEERS = (
    ("sphinx-needs 9.1, a page a sprint, with diagrams", 101, 15.4),
    ("TaskJuggler 3.7, schedule, tables and Gantt chart", 33, 36.0),
    ("StrictDoc 0.30, documents and tables only", 15, 35.0),
    ("Material for MkDocs 9.8, plain Markdown, sprints outside the navigation", 5.0, 14.8),
)
"""CPU seconds and megabytes of HTML for 1,000 sprints of 127 words each, measured once; not run here."""


@dataclass(frozen=True, slots=True)
class Case:
    """A measurement: its name, the number of sprints, the command, and the site it builds, if any."""

    name: str
    sprints: int
    command: Sequence[str]
    site: Path | None = None


def cases(folder: Path) -> Iterator[Case]:
    """All measurements in the order to run them; plans and plain pages are written below a folder."""
    for sprints in sorted({*CHECKS, *BUILDS}):
        run_module(folder, "benchmarks.generate", str(_plan(folder, sprints)), "--sprints", str(sprints))
    for sprints in CHECKS:
        yield Case("check", sprints, ("masterplan", "check", "--root", str(_plan(folder, sprints))))
    for sprints in BUILDS:
        plan, plain = _plan(folder, sprints), folder / f"plain-{sprints}"
        run_module(folder, "benchmarks.baseline", str(plan), str(plain))
        yield Case("build", sprints, ("masterplan", "build", "--root", str(plan)), plan / "site")
        settings = ("--strict", "--config-file", str(plain / "mkdocs.yml"))
        yield Case("plain pages", sprints, ("mkdocs", "build", *settings), plain / "site")


def _plan(folder: Path, sprints: int) -> Path:
    return folder / f"plan-{sprints}"


def measure(folder: Path, rounds: int) -> dict[Case, list[Run]]:
    """Run every case in turn, several rounds; before that the smallest cases run once, uncounted."""
    measured: dict[Case, list[Run]] = {case: [] for case in cases(folder)}
    for case in measured:
        if case.sprints == min(BUILDS):
            run_module(folder, *case.command)
    for number in range(rounds):
        for case, runs in measured.items():
            print(f"round {number + 1} of {rounds}: {case.name}, {case.sprints:,} sprints", file=sys.stderr)
            runs.append(run_module(folder, *case.command))
    return measured


def report(measured: Mapping[Case, Sequence[Run]]) -> str:
    """The measurements as Markdown."""
    ratios = (f"{sprints:,} sprints {_ratio(measured, sprints):.2f}" for sprints in BUILDS)
    lines = [
        "| What | Sprints | CPU s | Wall s | Peak MB | Pages | Output MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_row(case, runs) for case, runs in measured.items()),
        "",
        f"CPU of a build, as a multiple of that of its plain pages: {', '.join(ratios)}.",
        f"Duration of a build of {LARGE:,} sprints on {cores()} cores, times its CPU: {_duration(measured):.2f}.",
        "",
        "| Peer, 1,000 sprints (measured once, not run here) | CPU s | HTML MB |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {cpu:g} | {size:g} |" for name, cpu, size in PEERS),
    ]
    return "\n".join(lines)


def _row(case: Case, runs: Sequence[Run]) -> str:
    cpu, wall, memory = (median(values) for values in zip(*((r.cpu, r.wall, r.memory) for r in runs), strict=True))
    pages, size = _pages_and_size(case.site) if case.site else ("", "")
    return f"| {case.name} | {case.sprints:,} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {pages} | {size} |"


def _pages_and_size(site: Path) -> tuple[str, str]:
    """The number of pages of a site, and the megabytes of all its files."""
    return f"{sum(1 for _ in site.resolve().rglob('*.html')):,}", f"{_size(site):.1f}"


def _size(site: Path) -> float:
    return sum(path.stat().st_size for path in site.resolve().rglob("*") if path.is_file()) / 1_000_000


def _ratio(measured: Mapping[Case, Sequence[Run]], sprints: int) -> float:
    """CPU of a build, as a multiple of that of its plain pages; the median over the rounds."""
    ours, plain = (measured[_case(measured, name, sprints)] for name in ("build", "plain pages"))
    return median(build.cpu / pages.cpu for build, pages in zip(ours, plain, strict=True))


def _duration(measured: Mapping[Case, Sequence[Run]]) -> float:
    """Duration of a large build, as a multiple of its CPU seconds; the median over the rounds."""
    return median(run.wall / run.cpu for run in measured[_case(measured, "build", LARGE)])


def _case(measured: Mapping[Case, Sequence[Run]], name: str, sprints: int) -> Case:
    return next(case for case in measured if (case.name, case.sprints) == (name, sprints))


def exceeded(measured: Mapping[Case, Sequence[Run]]) -> list[str]:
    """The limits that are exceeded, as messages."""
    build = _case(measured, "build", LARGE)
    limits = [
        (f"build of {LARGE:,} sprints, times the CPU of its plain pages", _ratio(measured, LARGE), MOST_RATIO),
        (f"site of {LARGE:,} sprints, MB", _size(build.site) if build.site else 0.0, MOST_OUTPUT),
    ]
    if cores() > 1:
        limits.append((f"duration of a build of {LARGE:,} sprints, times its CPU", _duration(measured), MOST_WALL))
    return [f"exceeded: {name}: {value:.2f}, at most {most:g}" for name, value, most in limits if value > most]


def report_all() -> int:
    """Measure and report; returns the exit code, 1 if a limit is exceeded."""
    with TemporaryDirectory(prefix="masterplan-bench-") as folder:
        measured = measure(Path(folder), ROUNDS)
        print(report(measured))
        over = exceeded(measured)
    for line in over:
        print(line, file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(report_all())
