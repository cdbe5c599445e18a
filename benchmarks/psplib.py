"""Schedule public test instances (PSPLIB, `.sm` files: Kolisch and Sprecher 1996) and compare with their best known.

    make bench ARGS="--psplib FOLDER"

The folder holds `j30/`, `j60/` and `best_known.csv` (instance, lower_bound, upper_bound). Every instance is listed by
name. Exits with 1 when a limit is missed: all j30 proved at the published value within half a minute each, and all but
two of j60 at the best known one.
"""

import csv
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.list_scheduling import list_schedule
from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource

MOST_SECONDS = 30.0
"""CPU seconds that one j30 instance may take: each is solved on one core, so no fewer pass on a quiet machine."""
MOST_MISSED = 2
"""How many j60 instances may stay over their best known value."""
WORK = 60.0
"""The solver's limit of work for one instance; those of j30, and most of j60, are proved with much less."""
CORES = 2
"""Instances that are solved at a time, one core each."""


@dataclass(frozen=True, slots=True)
class Solved:
    """What came of an instance: the list schedule's length, the best, its bound, and CPU seconds."""

    name: str
    listed: int
    length: int
    bound: int
    seconds: float


def read(text: str) -> Problem:
    """An instance in the `.sm` format; its first and last activity are dummies that take no time."""
    followers = list(_rows(text, "PRECEDENCE RELATIONS:", 1))
    demands = list(_rows(text, "REQUESTS/DURATIONS:", 2))
    (capacities,) = _rows(text, "RESOURCEAVAILABILITIES:", 1)
    needs: dict[int, list[int]] = {row[0]: [] for row in followers}
    for job, _, _, *after in followers:
        for each in after:
            needs[each].append(job - 1)
    activities = (
        Activity((Mode(duration, tuple((r, n) for r, n in enumerate(amounts) if n)),), tuple(needs[job]))
        for job, _, duration, *amounts in demands
    )
    return Problem(tuple(activities), tuple(Resource(each) for each in capacities))


def _rows(text: str, heading: str, skipped: int) -> Iterator[list[int]]:
    """The numbers of each line of a section, below its heading and so many lines of column names."""
    for line in text.partition(heading)[2].splitlines()[1 + skipped :]:
        if line.startswith(("*", "-" * 20)):
            if line.startswith("*"):
                return
            continue
        yield [int(each) for each in line.split()]


def solve(path: Path) -> Solved:
    """Schedule one instance: by lists, and by the solver where that may be improved."""
    problem = read(path.read_text("utf-8"))
    start = time.process_time()
    listed = list_schedule(problem)
    best = listed if listed.proved else solver.improve(problem, listed, WORK)
    return Solved(path.name, listed.length, best.length, best.bound, time.process_time() - start)


def report(title: str, found: list[Solved], known: Mapping[str, int]) -> str:
    """The instances of a set as a Markdown table."""
    rows = (f"| {s.name} | {known[s.name]} | {s.listed} | {s.length} | {s.bound} | {s.seconds:.1f} |" for s in found)
    reached = sum(s.length == known[s.name] for s in found)
    proved = sum(s.length == s.bound for s in found)
    head = f"\n{title}: {len(found)} instances, {reached} at the best known value, {proved} proved optimal\n"
    columns = "| Instance | Best known | List | Best | Bound | CPU s |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    return "\n".join((head, columns, *rows))


def missed(name: str, found: list[Solved], known: Mapping[str, int]) -> list[str]:
    """The limits that a set misses, as sentences."""
    late = [s.name for s in found if s.length != known[s.name]]
    if name == "j60":
        return [f"missed: j60 over the best known value: {', '.join(late)}"] if len(late) > MOST_MISSED else []
    open_ones = [s.name for s in found if s.length != s.bound or s.seconds > MOST_SECONDS]
    wrong = sorted({*late, *open_ones})
    return [f"missed: j30 proved at the published value within {MOST_SECONDS:g} s: {', '.join(wrong)}"] * bool(wrong)


def report_all(folder: Path) -> int:
    """Solve and report every instance below a folder; returns the exit code."""
    with (folder / "best_known.csv").open(encoding="utf-8") as file:
        known = {row["instance"]: int(row["upper_bound"]) for row in csv.DictReader(file)}
    over: list[str] = []
    with ProcessPoolExecutor(CORES) as pool:
        for name in ("j30", "j60"):
            found = list(pool.map(solve, sorted((folder / name).glob("*.sm"))))
            print(report(name, found, known), flush=True)
            over += missed(name, found, known)
    for sentence in over:
        print(sentence, file=sys.stderr)
    return 1 if over else 0
