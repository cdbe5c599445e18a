"""Efforts of sprints, in working days of one person.

An effort is stated, or derived from other fields of the plan; `Effort.origin` says which. A sprint without any such
field has no effort, unless the plan states one to assume. Several people on one sprint, and supporters, do not change
the effort.
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
"""The origins of an effort in words, in order of precedence."""

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Effort:
    """Exact number of working days for one person: least, most likely and greatest."""

    low: Fraction
    likely: Fraction
    high: Fraction
    origin: Origin

    @property
    def is_exact(self) -> bool:
        """Whether the plan states it, for the sprint or all its tasks; any other effort is an estimate."""
        return self.origin in {"stated", "tasks"}

    def remaining(self, percent: int) -> "Effort":
        """The remaining effort when a percentage is done."""
        return self.times(Fraction(_WHOLE - percent, _WHOLE))

    def times(self, factor: Fraction) -> "Effort":
        """The effort multiplied by a factor."""
        return Effort(self.low * factor, self.likely * factor, self.high * factor, self.origin)


def efforts(plan: Plan) -> Mapping[str, Effort]:
    """The effort of every sprint that has one, by id."""
    stated = {id_: effort for id_, sprint in plan.sprints.items() if (effort := _stated(plan, sprint))}
    shares = _from_options(plan, stated)
    all_efforts = ((id_, stated.get(id_) or shares.get(id_) or _fallback(plan, id_)) for id_ in plan.sprints)
    return {id_: effort for id_, effort in all_efforts if effort}


def _stated(plan: Plan, sprint: Sprint) -> Effort | None:
    """The effort stated by a sprint or its tasks, or calculated from points."""
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
    """The effort of points, or None if the plan states no effort per point."""
    if points is None or plan.header.point is None:
        return None
    (few, many), (low, high) = points.ends, plan.calendar.days(plan.header.point)
    return _between(Fraction(few) * low, Fraction(many) * high, "points")


def _sum(efforts: Sequence[Effort | None], origin: Origin) -> Effort | None:
    """The sum of the efforts of tasks, or None if there are no tasks or one has no effort."""
    present = [effort for effort in efforts if effort]
    if not present or len(present) < len(efforts):
        return None
    low, likely, high = (
        sum(ends, Fraction(0)) for ends in zip(*((e.low, e.likely, e.high) for e in present), strict=True)
    )
    return Effort(low, likely, high, origin)


def _fallback(plan: Plan, sprint: str) -> Effort | None:
    """The working days of a sprint's own window, or the assumed effort of the plan."""
    window = plan.sprints[sprint].when
    if window and (days := plan.period(window).work):
        return _between(Fraction(days), Fraction(days), "window")
    return _between(*plan.calendar.days(plan.header.assume), "assumed") if plan.header.assume else None


def _between(low: Fraction, high: Fraction, origin: Origin) -> Effort:
    return Effort(low, (low + high) / 2, high, origin)


def _from_options(plan: Plan, stated: Mapping[str, Effort]) -> Mapping[str, Effort]:
    """The efforts of sprints without a stated one, by id: from the least to the most days an option gives them.

    Once an option is chosen, the others are ignored.
    """
    days: dict[str, list[Fraction]] = {}
    for staffing in Staffing.followed(plan):
        for id_, shifts in staffing.shifts_by_sprint.items():
            if id_ not in stated and (share := _shares(stated, shifts)):
                days.setdefault(id_, []).append(share)
    return {id_: _between(min(shares), max(shares), "options") for id_, shares in days.items()}


def _shares(stated: Mapping[str, Effort], shifts: Sequence[Shift]) -> Fraction:
    """The working days that shifts give one of their sprints without a stated effort; 0 if a shift has no end.

    These sprints share the days of a shift equally, after the stated efforts of its other sprints are subtracted.
    """
    shares = [_share(stated, shift, shift.period.work) for shift in shifts if shift.period.work is not None]
    return sum(shares, Fraction(0)) if len(shares) == len(shifts) else Fraction(0)


def _share(stated: Mapping[str, Effort], shift: Shift, days: int) -> Fraction:
    taken = sum((stated[id_].likely for id_ in shift.sprints if id_ in stated), Fraction(0))
    return max(days - taken, Fraction(0)) / sum(id_ not in stated for id_ in shift.sprints)
