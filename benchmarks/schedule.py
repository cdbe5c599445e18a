"""Measure schedules and odds of large plans: CPU seconds, and how much longer than the shortest a schedule may be.

    make bench ARGS=schedule

The plans are those of `benchmarks.generate` with efforts of 1 to 24 days, as ranges, for five people who differ in
skills and share. The exit code is 1 if a limit is exceeded.
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
"""Limits in CPU seconds of a schedule for five people, by the number of sprints."""
MOST_RUNNING = 3.0
"""Limit in CPU seconds of 10,000 simulated runs."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measurement: its name, CPU seconds, their limit, and the result in words."""

    name: str
    seconds: float
    most: float
    result: str

    def __str__(self) -> str:
        return f"| {self.name} | {self.seconds:.2f} | {self.most:g} | {self.result} |"


def report_all() -> int:
    """Measure and report; returns the exit code."""
    print("| What | CPU s | At most | Result |\n| --- | ---: | ---: | --- |")
    is_over = False
    for measured in _measured():
        print(measured, flush=True)
        is_over |= measured.seconds > measured.most
    if is_over:
        print("exceeded: a limit of schedules or odds", file=sys.stderr)
    return int(is_over)


def _measured() -> Iterator[Measured]:
    for sprints, most in LIMITS.items():
        schedules = analyse(_plan(sprints)).schedules
        staffed, seconds = timed(partial(_main, schedules))
        yield Measured(f"{sprints:,} sprints, five people: the best schedule", seconds, most, _gap(staffed))
        runs, seconds = timed(partial(odds.odds, schedules.network, schedules.remaining, staffed))
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


def _gap(staffed: Staffed) -> str:
    percent = float(100 * staffed.gap / staffed.bound)
    days, most = (f"{float(days):g} days" for days in (staffed.end, staffed.gap))
    return f"{days}, at most {most} ({percent:.1f} %) over the shortest"


def _plan(sprints: int) -> Plan:
    with TemporaryDirectory() as folder:
        write_plan(Path(folder), sprints)
        plan = load(Path(folder)).plan
    if plan is None:
        raise SystemExit("the generated plan is wrong")
    with_efforts = {id_: _sprint(sprint, int(id_)) for id_, sprint in plan.sprints.items()}
    people = tuple(_person(person, n) for n, person in enumerate(plan.people))
    return replace(plan, sprints=with_efforts, people=people, options=())


def _sprint(sprint: Sprint, number: int) -> Sprint:
    least = 1 + number * 7 % 12
    effort = Quantity.read(f"{least}-{2 * least} days")
    return sprint.model_copy(update={"effort": effort, "skills": SKILLS[number % 2][: number % 3 % 2]})


def _person(person: Person, number: int) -> Person:
    return person.model_copy(update={"skills": SKILLS[number % 3], "share": 50 if number == 1 else 100, "absent": ()})


if __name__ == "__main__":
    sys.exit(report_all())
