"""Measure masterplan beside the same pages as plain Markdown: CPU seconds, memory, pages, bytes of checks and builds.

    python -m benchmarks.sites

Prints Markdown tables, and which stated limit is missed, if any; the exit code is then 1. Each number is the median of
several rounds, and in each round everything runs once, in turn, because machines are noisy: CPU seconds of the whole
process tree are what to compare. Programs run from bytecode, as they do from their second start on.
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
"""How many sprints the limits are about."""

ROUNDS = 3
"""How often everything runs."""
MOST_RATIO = 0.6
"""How many times the CPU of the plain pages building a large plan may take."""
MOST_WALL = 0.6
"""How many times its CPU seconds a build of a large plan may last on several cores."""
MOST_OUTPUT = 60.0
"""Megabytes (millions of bytes) that the site of a large plan may have."""

PEERS = (
    ("sphinx-needs 9.1, a page a sprint, with diagrams", 101, 15.4),
    ("TaskJuggler 3.7, schedule, tables and Gantt chart", 33, 36.0),
    ("StrictDoc 0.30, documents and tables only", 15, 35.0),
    ("Material for MkDocs 9.8, plain Markdown, sprints outside the navigation", 5.0, 14.8),
)
"""CPU seconds and megabytes of HTML for 1,000 sprints of 127 words each, measured once; not run here."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something to measure: its name, how many sprints it is about, the command, and the site it builds, if any."""

    name: str
    sprints: int
    command: Sequence[str]
    site: Path | None = None


def cases(folder: Path) -> Iterator[Case]:
    """Everything to measure, in the order to run it; plans and plain pages are written below a folder."""
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
    """Run every case in turn, as often as there are rounds; one run each of the smallest before that is not counted."""
    found: dict[Case, list[Run]] = {case: [] for case in cases(folder)}
    for case in found:
        if case.sprints == min(BUILDS):
            run_module(folder, *case.command)
    for number in range(rounds):
        for case, runs in found.items():
            print(f"round {number + 1} of {rounds}: {case.name}, {case.sprints:,} sprints", file=sys.stderr)
            runs.append(run_module(folder, *case.command))
    return found


def report(found: Mapping[Case, Sequence[Run]]) -> str:
    """What was measured, as Markdown."""
    ratios = (f"{sprints:,} sprints {_ratio(found, sprints):.2f}" for sprints in BUILDS)
    lines = [
        "| What | Sprints | CPU s | Wall s | Peak MB | Pages | Output MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_row(case, runs) for case, runs in found.items()),
        "",
        f"CPU of a build over that of its plain pages: {', '.join(ratios)}.",
        f"Duration of a build of {LARGE:,} sprints on {cores()} cores, times its CPU: {_duration(found):.2f}.",
        "",
        "| Peer, 1,000 sprints (measured once, not run here) | CPU s | HTML MB |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {cpu:g} | {size:g} |" for name, cpu, size in PEERS),
    ]
    return "\n".join(lines)


def _row(case: Case, runs: Sequence[Run]) -> str:
    cpu, wall, memory = (median(values) for values in zip(*((r.cpu, r.wall, r.memory) for r in runs), strict=True))
    pages, size = _written(case.site) if case.site else ("", "")
    return f"| {case.name} | {case.sprints:,} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {pages} | {size} |"


def _written(site: Path) -> tuple[str, str]:
    """How many pages a site has, and how many megabytes all its files have."""
    return f"{sum(1 for _ in site.resolve().rglob('*.html')):,}", f"{_size(site):.1f}"


def _size(site: Path) -> float:
    return sum(path.stat().st_size for path in site.resolve().rglob("*") if path.is_file()) / 1_000_000


def _ratio(found: Mapping[Case, Sequence[Run]], sprints: int) -> float:
    """The median over the rounds of how many times the CPU of the plain pages a build takes."""
    ours, plain = (found[_case(found, name, sprints)] for name in ("build", "plain pages"))
    return median(one.cpu / other.cpu for one, other in zip(ours, plain, strict=True))


def _duration(found: Mapping[Case, Sequence[Run]]) -> float:
    """The median over the rounds of how many times its CPU seconds a build of a large plan lasts."""
    return median(run.wall / run.cpu for run in found[_case(found, "build", LARGE)])


def _case(found: Mapping[Case, Sequence[Run]], name: str, sprints: int) -> Case:
    return next(case for case in found if (case.name, case.sprints) == (name, sprints))


def missed(found: Mapping[Case, Sequence[Run]]) -> list[str]:
    """The stated limits that were missed, as sentences."""
    build = _case(found, "build", LARGE)
    limits = (
        (f"build of {LARGE:,} sprints, times the CPU of its plain pages", _ratio(found, LARGE), MOST_RATIO),
        (f"site of {LARGE:,} sprints, MB", _size(build.site) if build.site else 0.0, MOST_OUTPUT),
        *([(f"duration of a build of {LARGE:,} sprints, times its CPU", _duration(found), MOST_WALL)] * (cores() > 1)),
    )
    return [f"missed: {name}: {value:.2f}, at most {most:g}" for name, value, most in limits if value > most]


def report_all() -> int:
    """Measure and report; returns the exit code, 1 when a limit is missed."""
    with TemporaryDirectory(prefix="masterplan-bench-") as folder:
        found = measure(Path(folder), ROUNDS)
        print(report(found))
        over = missed(found)
    for sentence in over:
        print(sentence, file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(report_all())
