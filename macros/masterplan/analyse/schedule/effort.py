"""How much work each sprint is, in working days of one person.

The sprint states it, or it is derived from the weeks that options and phases give the sprint; `Effort.origin` says
which. Several people on one sprint, and the help of others, are not counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from masterplan.analyse.staffing import Shift, Staffing
from masterplan.model.plan import Phase, Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.team import WorkingTime

TICKS = 4
"""Steps of a working day in which schedules count: efforts are rounded up to a quarter of a day."""

ASSUMED = Decimal(5)
"""The effort of a sprint for which the plan gives nothing to derive it from, in days."""

Origin = Literal["stated", "options", "phase", "nothing"]
MEANS: Mapping[Origin, str] = {
    "stated": "stated by the plan",
    "options": "derived from the weeks that the options give it, shared among what is done in them",
    "phase": "derived from the weeks of the phase: from an equal share of them to all of them",
    "nothing": f"assumed to be {ASSUMED} days, because the plan gives nothing to derive it from",
}
"""Where an effort comes from, in words."""


@dataclass(frozen=True, slots=True)
class Effort:
    """The working days one person needs: at least `low`, most likely `likely`, at most `high`."""

    low: Decimal
    likely: Decimal
    high: Decimal
    origin: Origin

    @property
    def ticks(self) -> int:
        """The likely effort in steps of a schedule, rounded up; none where there is nothing to do."""
        return ticks(self.likely)


def ticks(days: Decimal) -> int:
    """Working days in steps of a schedule, rounded up."""
    return int((days * TICKS).to_integral_value(ROUND_CEILING))


def efforts(plan: Plan) -> Mapping[str, Effort]:
    """The effort of every sprint, by id."""
    derived = _from_options(plan)
    return {id_: _effort(plan, sprint, derived.get(id_, [])) for id_, sprint in plan.sprints.items()}


def _effort(plan: Plan, sprint: Sprint, derived: list[Decimal]) -> Effort:
    if sprint.effort:
        low, high = plan.calendar.days(sprint.effort)
        likely = _middle(sprint.likely or sprint.effort, plan.calendar)
        return Effort(low, min(max(likely, low), high), high, "stated")
    if derived:
        return _between(min(derived), max(derived), "options")
    phase = plan.phase_of.get(sprint.id)
    return _between(*_window(plan, phase), "phase") if phase else _between(ASSUMED, ASSUMED, "nothing")


def _middle(quantity: Quantity, time: WorkingTime) -> Decimal:
    low, high = time.days(quantity)
    return (low + high) / 2


def _between(low: Decimal, high: Decimal, origin: Origin) -> Effort:
    return Effort(low, (low + high) / 2, high, origin)


def _window(plan: Plan, phase: Phase) -> tuple[Decimal, Decimal]:
    whole = Decimal(len(phase.weeks) * len(plan.calendar.weekdays))
    return whole / len(phase.sprints), whole


def _from_options(plan: Plan) -> Mapping[str, list[Decimal]]:
    """By the id of each sprint that states no effort: the days that each option with it leaves for it."""
    days: dict[str, list[Decimal]] = {}
    silent = {id_ for id_, sprint in plan.sprints.items() if sprint.effort is None}
    for staffing in Staffing.of(plan) if silent else ():
        for id_, shifts in staffing.doing.items():
            if id_ in silent:
                days.setdefault(id_, []).append(sum((_share(plan, shift) for shift in shifts), Decimal(0)))
    return days


def _share(plan: Plan, shift: Shift) -> Decimal:
    """What a shift leaves for each sprint in it that states no effort: an equal share of the days left."""
    stated = {id_: plan.sprints[id_].effort for id_ in shift.sprints}
    taken = [_middle(effort, plan.calendar) for effort in stated.values() if effort]
    whole = Decimal(len(shift.weeks) * len(plan.calendar.weekdays))
    others = sum(effort is None for effort in stated.values())
    return max(whole - sum(taken, Decimal(0)), Decimal(0)) / others
