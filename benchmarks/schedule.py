"""Measure schedules and odds of large plans: CPU seconds, and how far each schedule may be from a shortest one.

    make bench ARGS=schedule

The plans are those of `benchmarks.generate` with efforts of 1 to 24 days, as ranges, for five people who differ in
skills and share. Exits with 1 when a stated limit is missed.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks.cpu import timed
from benchmarks.generate import write_plan
from masterplan.analyse import analyse
from masterplan.analyse.schedule import odds
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.staff import Staffed
from masterplan.load import load
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.team import Person

T = TypeVar("T")

SKILLS = (("SQL",), ("Rust",), ("SQL", "Rust"))
LIMITS: Mapping[int, float] = {100: 10.0, 1_000: 60.0}
"""CPU seconds that a schedule for five people may take, by the number of sprints."""
MOST_RUNNING = 3.0
"""CPU seconds that 10,000 runs of the largest plan may take."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: its name, CPU seconds, how many are allowed, and what came of it."""

    name: str
    seconds: float
    most: float
    result: str

    def __str__(self) -> str:
        return f"| {self.name} | {self.seconds:.2f} | {self.most:g} | {self.result} |"


def report_all() -> int:
    """Measure and report; returns the exit code."""
    print("| What | CPU s | At most | Result |\n| --- | ---: | ---: | --- |")
    missed = False
    for each in _measured():
        print(each, flush=True)
        missed |= each.seconds > each.most
    if missed:
        print("missed: a limit of schedules or odds", file=sys.stderr)
    return int(missed)


def _measured() -> Iterator[Measured]:
    for sprints, most in LIMITS.items():
        schedules = analyse(_plan(sprints)).schedules
        found, seconds = timed(partial(_main, schedules))
        yield Measured(f"{sprints:,} sprints, five people: the best schedule", seconds, most, _gap(found))
        runs, seconds = timed(partial(odds.odds, schedules.network, schedules.remaining, found))
        yield Measured(
            f"{len(runs.runs):,} runs of it",
            seconds,
            MOST_RUNNING,
            f"95 of 100 within {float(runs.plan[-1]):.0f} days",
        )


def _main(schedules: Schedules) -> Staffed:
    if schedules.main is None:
        raise SystemExit("there is nothing to schedule")
    return schedules.main[1]


def _gap(found: Staffed) -> str:
    percent = float(100 * found.gap / found.bound)
    days, most = (f"{float(days):g} days" for days in (found.end, found.gap))
    return f"{days}, at most {most} ({percent:.1f} %) over the shortest"


def _plan(sprints: int) -> Plan:
    with TemporaryDirectory() as folder:
        write_plan(Path(folder), sprints)
        plan = load(Path(folder)).plan
    if plan is None:
        raise SystemExit("the generated plan is wrong")
    work = {id_: _sprint(each, int(id_)) for id_, each in plan.sprints.items()}
    people = tuple(_person(each, n) for n, each in enumerate(plan.people))
    return replace(plan, sprints=work, people=people, options=())


def _sprint(sprint: Sprint, number: int) -> Sprint:
    least = 1 + number * 7 % 12
    effort = Quantity.read(f"{least}-{2 * least} days")
    return sprint.model_copy(update={"effort": effort, "skills": SKILLS[number % 2][: number % 3 % 2]})


def _person(person: Person, number: int) -> Person:
    return person.model_copy(update={"skills": SKILLS[number % 3], "share": 50 if number == 1 else 100, "absent": ()})


if __name__ == "__main__":
    sys.exit(report_all())
