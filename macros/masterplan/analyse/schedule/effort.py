"""How much work each sprint is, in working days of one person.

The sprint states it, or it follows from what the plan says of the sprint otherwise; `Effort.origin` says from what.
Nothing is made up: a sprint of which the plan says nothing has no effort, unless the plan states what to assume.
Several people on one sprint, and the help of others, are not counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from masterplan.analyse.staffing import Shift, Staffing
from masterplan.analyse.totals import totals_of
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.task import Task

Origin = Literal["stated", "tasks", "points", "options", "window", "assumed"]
MEANS: Mapping[Origin, str] = {
    "stated": "stated by the plan",
    "tasks": "the sum of its tasks",
    "points": "calculated from its points",
    "options": "estimated from its time in the options",
    "window": "estimated from its own window, for one person",
    "assumed": "assumed in plan.yml",
}
"""Where an effort comes from, in words; the first that there is counts."""

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Effort:
    """The working days one person needs, exact: at least `low`, most likely `likely`, at most `high`."""

    low: Fraction
    likely: Fraction
    high: Fraction
    origin: Origin

    def left(self, percent: int) -> "Effort":
        """What is left of it when this many per cent are done."""
        return self.times(Fraction(_WHOLE - percent, _WHOLE))

    def times(self, factor: Fraction) -> "Effort":
        """This many times as much."""
        return Effort(self.low * factor, self.likely * factor, self.high * factor, self.origin)


def efforts(plan: Plan) -> Mapping[str, Effort]:
    """The effort of every sprint that has one, by id."""
    own = {id_: effort for id_, sprint in plan.sprints.items() if (effort := _own(plan, sprint))}
    shared = _from_options(plan, own)
    every = ((id_, own.get(id_) or shared.get(id_) or _otherwise(plan, id_)) for id_ in plan.sprints)
    return {id_: effort for id_, effort in every if effort}


def _own(plan: Plan, sprint: Sprint) -> Effort | None:
    """What a sprint and its tasks state."""
    if sprint.effort:
        low, high = plan.calendar.days(sprint.effort)
        likely = sum(plan.calendar.days(sprint.likely or sprint.effort), Fraction(0)) / 2
        return Effort(low, min(max(likely, low), high), high, "stated")
    tasks = totals_of(plan, sprint.id).tasks
    of_tasks = _sum(
        [_of_task(plan, task) for task in tasks], "tasks" if any(task.effort for task in tasks) else "points"
    )
    return of_tasks or _of_points(plan, sprint.points)


def _of_task(plan: Plan, task: Task) -> Effort | None:
    return _between(*plan.calendar.days(task.effort), "stated") if task.effort else _of_points(plan, task.points)


def _of_points(plan: Plan, points: Quantity | None) -> Effort | None:
    """The effort of points; nothing unless the plan states the effort of one."""
    if points is None or plan.header.point is None:
        return None
    (few, many), (low, high) = points.ends, plan.calendar.days(plan.header.point)
    return _between(Fraction(few) * low, Fraction(many) * high, "points")


def _sum(efforts: Sequence[Effort | None], origin: Origin) -> Effort | None:
    """The efforts of tasks together; None where there are none, or where one has none."""
    known = [effort for effort in efforts if effort]
    if not known or len(known) < len(efforts):
        return None
    low, likely, high = (
        sum(ends, Fraction(0)) for ends in zip(*((e.low, e.likely, e.high) for e in known), strict=True)
    )
    return Effort(low, likely, high, origin)


def _otherwise(plan: Plan, sprint: str) -> Effort | None:
    """The working days of a sprint's own window, or else what the plan assumes."""
    window = plan.sprints[sprint].when
    if window and (days := plan.period(window).work):
        return _between(Fraction(days), Fraction(days), "window")
    return _between(*plan.calendar.days(plan.header.assume), "assumed") if plan.header.assume else None


def _between(low: Fraction, high: Fraction, origin: Origin) -> Effort:
    return Effort(low, (low + high) / 2, high, origin)


def _from_options(plan: Plan, own: Mapping[str, Effort]) -> Mapping[str, Effort]:
    """By the id of each sprint without an effort of its own: from the least to the most days that an option gives it.

    Once an option is chosen, it counts alone.
    """
    days: dict[str, list[Fraction]] = {}
    for staffing in Staffing.followed(plan):
        for id_, shifts in staffing.shifts_by_sprint.items():
            if id_ not in own and (share := _shares(own, shifts)):
                days.setdefault(id_, []).append(share)
    return {id_: _between(min(some), max(some), "options") for id_, some in days.items()}


def _shares(own: Mapping[str, Effort], shifts: Sequence[Shift]) -> Fraction:
    """What shifts leave for one sprint: of each an equal share of its working days less the others' own efforts.

    Nothing where one of the shifts has no end.
    """
    shares = [_share(own, shift, shift.period.work) for shift in shifts if shift.period.work is not None]
    return sum(shares, Fraction(0)) if len(shares) == len(shifts) else Fraction(0)


def _share(own: Mapping[str, Effort], shift: Shift, days: int) -> Fraction:
    taken = sum((own[id_].likely for id_ in shift.sprints if id_ in own), Fraction(0))
    return max(days - taken, Fraction(0)) / sum(id_ not in own for id_ in shift.sprints)
