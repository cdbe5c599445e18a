"""Schedule public test instances (PSPLIB, `.sm` files: Kolisch and Sprecher 1996) and compare with the best known.

    make bench ARGS="--psplib FOLDER"

The folder contains `j30/`, `j60/` and `best_known.csv` (instance, lower_bound, upper_bound). Prints a row for every
instance. The exit code is 1 unless every instance of j30 is proved at the published value within half a minute, and all
but two of j60 reach the best known value.
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
"""Limit in CPU seconds of one j30 instance; each is solved on one core, so the load of the machine does not matter."""
MOST_LONGER = 2
"""Number of j60 instances that may be longer than the best known value."""
WORK = 60.0
"""The solver's limit for one instance, in deterministic seconds; j30 and most of j60 need much less for a proof."""
CORES = 2
"""Instances solved at the same time, on one core each."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Result for an instance: lengths of the list schedule and of the best one, its bound, and CPU seconds."""

    name: str
    listed: int
    length: int
    bound: int
    seconds: float


def read(text: str) -> Problem:
    """Read an instance in the `.sm` format; its first and last activity are dummies that take no time."""
    followers = list(_rows(text, "PRECEDENCE RELATIONS:", 1))
    demands = list(_rows(text, "REQUESTS/DURATIONS:", 2))
    (capacities,) = _rows(text, "RESOURCEAVAILABILITIES:", 1)
    needs: dict[int, list[int]] = {row[0]: [] for row in followers}
    for job, _, _, *after in followers:
        for follower in after:
            needs[follower].append(job - 1)
    activities = (
        Activity((Mode(duration, tuple((r, n) for r, n in enumerate(amounts) if n)),), tuple(needs[job]))
        for job, _, duration, *amounts in demands
    )
    return Problem(tuple(activities), tuple(Resource(capacity) for capacity in capacities))


def _rows(text: str, heading: str, skipped: int) -> Iterator[list[int]]:
    """The numbers in each line of a section, below its heading and the lines of column names to skip."""
    for line in text.partition(heading)[2].splitlines()[1 + skipped :]:
        if line.startswith(("*", "-" * 20)):
            if line.startswith("*"):
                return
            continue
        yield [int(number) for number in line.split()]


def solve(path: Path) -> Solved:
    """Schedule one instance: by lists, and by the solver if the result is not proved shortest."""
    problem = read(path.read_text("utf-8"))
    start = time.process_time()
    listed = list_schedule(problem)
    best = listed if listed.proved else solver.improve(problem, listed, WORK)
    return Solved(path.name, listed.length, best.length, best.bound, time.process_time() - start)


def report(title: str, solved: list[Solved], known: Mapping[str, int]) -> str:
    """The instances of a set as a Markdown table."""
    rows = (f"| {s.name} | {known[s.name]} | {s.listed} | {s.length} | {s.bound} | {s.seconds:.1f} |" for s in solved)
    reached = sum(s.length == known[s.name] for s in solved)
    proved = sum(s.length == s.bound for s in solved)
    head = f"\n{title}: {len(solved)} instances, {reached} at the best known value, {proved} proved optimal\n"
    columns = "| Instance | Best known | List | Best | Bound | CPU s |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    return "\n".join((head, columns, *rows))


def exceeded(name: str, solved: list[Solved], known: Mapping[str, int]) -> list[str]:
    """The limits that a set exceeds, as messages."""
    longer = [s.name for s in solved if s.length != known[s.name]]
    if name == "j60":
        return [f"exceeded: j60 over the best known value: {', '.join(longer)}"] if len(longer) > MOST_LONGER else []
    unproved = [s.name for s in solved if s.length != s.bound or s.seconds > MOST_SECONDS]
    wrong = sorted({*longer, *unproved})
    limit = f"exceeded: j30 not proved at the published value within {MOST_SECONDS:g} s"
    return [f"{limit}: {', '.join(wrong)}"] if wrong else []


def report_all(folder: Path) -> int:
    """Solve and report every instance below a folder; returns the exit code."""
    with (folder / "best_known.csv").open(encoding="utf-8") as file:
        known = {row["instance"]: int(row["upper_bound"]) for row in csv.DictReader(file)}
    over: list[str] = []
    with ProcessPoolExecutor(CORES) as pool:
        for name in ("j30", "j60"):
            solved = list(pool.map(solve, sorted((folder / name).glob("*.sm"))))
            print(report(name, solved, known), flush=True)
            over += exceeded(name, solved, known)
    for line in over:
        print(line, file=sys.stderr)
    return 1 if over else 0
