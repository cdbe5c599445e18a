"""How much work each sprint is, in working days of one person.

The sprint states it, or it follows from what the plan says of the sprint otherwise; `Effort.origin` says from what.
Nothing is made up: a sprint of which the plan says nothing has no effort. Several people on one sprint, and the help of
others, are not counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from masterplan.analyse.staffing import Shift, Staffing
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.team import WorkingTime

Origin = Literal["stated", "options"]
MEANS: Mapping[Origin, str] = {
    "stated": "stated by the plan",
    "options": "derived from the weeks that the options give it, shared among what is done in them",
}
"""Where an effort comes from, in words."""

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Effort:
    """The working days one person needs, exact: at least `low`, most likely `likely`, at most `high`."""

    low: Fraction
    likely: Fraction
    high: Fraction
    origin: Origin

    def left(self, percent: int) -> "Effort":
        """What is left of it when so many per cent are done."""
        return self.times(Fraction(_WHOLE - percent, _WHOLE))

    def times(self, factor: Fraction) -> "Effort":
        """So many times as much."""
        return Effort(self.low * factor, self.likely * factor, self.high * factor, self.origin)


def efforts(plan: Plan) -> Mapping[str, Effort]:
    """The effort of every sprint that has one, by id."""
    derived = _from_options(plan)
    every = ((id_, _effort(plan, sprint, derived.get(id_, []))) for id_, sprint in plan.sprints.items())
    return {id_: effort for id_, effort in every if effort}


def _effort(plan: Plan, sprint: Sprint, derived: list[Fraction]) -> Effort | None:
    if sprint.effort:
        low, high = plan.calendar.days(sprint.effort)
        likely = _middle(sprint.likely or sprint.effort, plan.calendar)
        return Effort(low, min(max(likely, low), high), high, "stated")
    return _between(min(derived), max(derived), "options") if derived else None


def _middle(quantity: Quantity, time: WorkingTime) -> Fraction:
    low, high = time.days(quantity)
    return (low + high) / 2


def _between(low: Fraction, high: Fraction, origin: Origin) -> Effort:
    return Effort(low, (low + high) / 2, high, origin)


def _from_options(plan: Plan) -> Mapping[str, list[Fraction]]:
    """By the id of each sprint that states no effort: the days that each option with it leaves for it."""
    days: dict[str, list[Fraction]] = {}
    silent = {id_ for id_, sprint in plan.sprints.items() if sprint.effort is None}
    for staffing in Staffing.of(plan) if silent else ():
        for id_, shifts in staffing.doing.items():
            if id_ in silent:
                shares = [_share(plan, shift, shift.period.work) for shift in shifts if shift.period.work is not None]
                days.setdefault(id_, []).extend([sum(shares, Fraction(0))] if len(shares) == len(shifts) else [])
    return days


def _share(plan: Plan, shift: Shift, days: int) -> Fraction:
    """What so many working days leave for each sprint of a shift that states no effort: an equal share of the rest."""
    stated = {id_: plan.sprints[id_].effort for id_ in shift.sprints}
    taken = sum((_middle(effort, plan.calendar) for effort in stated.values() if effort), Fraction(0))
    others = sum(effort is None for effort in stated.values())
    return max(days - taken, Fraction(0)) / others
