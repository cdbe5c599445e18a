"""Schedule changes as a chart: the old and the new window of each phase, sprint and milestone that moves.

Windows are compared by date if both plans have a start, else by day from the start. If the planned window does not
move, the forecast of the main schedule is compared. A sprint that only follows the window of its phase has no row.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from masterplan.analyse.changes import Review
from masterplan.analyse.facts import Facts
from masterplan.model.naming import Subject
from masterplan.model.timeline import Period
from masterplan.model.window import TimeWindow, day_in_words, span_in_words
from masterplan.render.diagrams.moves import DaysFromStart, Move, move_bars
from masterplan.render.diagrams.scene import Caption
from masterplan.render.escape import cut
from masterplan.render.review.graph import new_ids

MOST_MOVES = 20
"""Rows of the chart; further units are counted."""

MOVES_LEGEND = "Dashed outline: before. Solid bar: after."

_KINDS = ("phase", "sprint", "milestone")


class _Timing(NamedTuple):
    """Planned and forecast windows of a unit in one plan; `follows` is the phase that gives a sprint its window."""

    name: str
    planned: Period | None
    forecast: Period | None = None
    follows: str = ""


_ABSENT = _Timing("", None)
"""The timing of a unit that a plan does not have."""


class _Calendar(NamedTuple):
    """A calendar for both plans: `lag` is the number of days by which the older one starts later."""

    lag: int
    is_dated: bool
    today: date | None

    @classmethod
    def of(cls, review: Review) -> "_Calendar":
        before, after = review.before.plan.start, review.after.plan.start
        lag = (before - after).days if before and after else 0
        return cls(lag, before is not None and after is not None, review.after.today)

    def has_moved(self, before: Period | None, after: Period | None) -> bool:
        """Whether both the days and the working days of a window differ."""
        if before is None or after is None:
            return before is not after
        return self.days(before, self.lag) != self.days(after) and self.worked(before, self.lag) != self.worked(after)

    @staticmethod
    def days(period: Period, lag: int = 0) -> DaysFromStart:
        """The days of a window of a plan that starts `lag` days later."""
        return period.begin + lag, None if period.end is None else period.end + lag

    @staticmethod
    def worked(period: Period, lag: int = 0) -> DaysFromStart:
        """The same without days off at either end."""
        return period.opens + lag, None if period.end is None else period.closes + lag

    def words(self, period: Period) -> str:
        """A window as dates, or as the plan names it."""
        if not self.is_dated or period.first is None:
            return period.named
        return span_in_words(period.first, period.last, self.today)


def moves(review: Review) -> tuple[Move, ...]:
    """The phases, sprints and milestones whose windows or forecasts move; empty without an older plan."""
    if review.older != "plan":
        return ()
    names = new_ids(review.difference)
    before = {_renamed(subject, names): timing for subject, timing in _timings(review.before)}
    after = dict(_timings(review.after))
    order = sorted(dict.fromkeys((*after, *before)), key=lambda subject: _KINDS.index(subject.kind))
    calendar = _Calendar.of(review)
    rows = (_move(before.get(subject, _ABSENT), after.get(subject, _ABSENT), calendar) for subject in order)
    return tuple(filter(None, rows))


def _renamed(subject: Subject, names: Mapping[str, str]) -> Subject:
    """The subject of the same unit in the newer plan."""
    return Subject(subject.kind, names.get(subject.id, subject.id)) if subject.kind == "sprint" else subject


def _timings(facts: Facts) -> Iterator[tuple[Subject, _Timing]]:
    """The phases, sprints and milestones of a plan with their timings."""
    plan, forecasts = facts.plan, _forecasts(facts)
    for phase in plan.phases:
        yield Subject("phase", phase.id), _Timing(cut(plan.phase_heading(phase)), plan.period_of_phase(phase))
    for id_ in plan.sprints:
        planned, parent = plan.planned(id_), plan.phase_of.get(id_)
        follows = parent.id if parent and planned and planned.window == parent.when else ""
        yield Subject("sprint", id_), _Timing(cut(plan.heading(id_)), planned, forecasts.get(id_), follows)
    for milestone in plan.milestones:
        period = plan.period(milestone.when) if milestone.when else None
        yield Subject("milestone", milestone.id), _Timing(cut(f"Milestone {milestone.id}: {milestone.title}"), period)


def _forecasts(facts: Facts) -> Mapping[str, Period]:
    """The windows of open sprints in the main schedule; empty if its working days cannot be placed in the plan."""
    schedules = facts.schedules
    if schedules.main is None or not schedules.is_now_known:
        return {}
    return {id_: facts.plan.period(_days(stint.start, stint.end)) for id_, stint in schedules.main[1].stints.items()}


def _days(start: Fraction, end: Fraction) -> TimeWindow:
    first = floor(start) + 1
    return TimeWindow("day", first, max(first, ceil(end)))


def _move(before: _Timing, after: _Timing, calendar: _Calendar) -> Move | None:
    """The move of a unit's planned window, or else of its forecast; None if neither moves."""
    follows = before.follows and before.follows == after.follows
    old, new, prefix = before.planned, after.planned, ""
    if follows or not calendar.has_moved(old, new):
        old, new, prefix = before.forecast, after.forecast, "Forecast for "
        # A sprint of both plans may lack a forecast in one of them, because it is closed or not scheduled: no move.
        is_known = not (before.name and after.name) or (old and new)
        if not is_known or not calendar.has_moved(old, new):
            return None
    words = _words(before, after, *(calendar.words(period) if period else "" for period in (old, new)))
    sides = (calendar.days(old, calendar.lag) if old else None, calendar.days(new) if new else None)
    return Move(f"{prefix}{after.name or before.name}", words, *sides)


def _words(before: _Timing, after: _Timing, old: str, new: str) -> str:
    """Both windows in words, such as `was weeks 3-5, now weeks 3-7`."""
    if not before.name:
        return f"added: {new}"
    if not after.name:
        return f"removed, was {old}"
    if not old:
        return f"had no window, now {new}"
    return f"was {old}, now {new or 'no window'}"


def moves_picture(rows: Sequence[Move], review: Review) -> str:
    """The chart as SVG. Its axis names the weeks of the newer plan by their first days, or else by number."""
    timeline, today = review.after.plan.timeline, review.after.today
    is_dated = _Calendar.of(review).is_dated

    def label(week: int) -> str:
        day = timeline.date(7 * week)
        return day_in_words(day, today) if day else ""

    caption = Caption("Before and after", "; ".join(f"{move.name}: {move.words}" for move in rows), "review-moves")
    return move_bars(rows, label if is_dated else lambda week: f"Week {week + 1}", caption)
