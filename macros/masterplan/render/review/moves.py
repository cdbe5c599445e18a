"""What a change moves in time: the old and the new window of each phase, sprint and milestone, as a chart.

Windows are compared by date where both plans have a start, else by day from the start. Where a planned window stays,
the forecast of the main schedule counts. A sprint that only follows the window of its phase has no row.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from masterplan.analyse.changes import Review
from masterplan.analyse.facts import Facts
from masterplan.analyse.figures import day_in_words, span_in_words
from masterplan.model.naming import Subject
from masterplan.model.timeline import Period
from masterplan.model.window import TimeWindow
from masterplan.render.diagrams.moves import DaysFromStart, Move, move_bars
from masterplan.render.diagrams.scene import Caption
from masterplan.render.escape import cut
from masterplan.render.review.graph import new_ids

MOST_MOVES = 20
"""So many units have a row; more are counted."""

LINES = "Dashed outline: before. Solid bar: after."
"""What outlines and bars mean."""

_KINDS = ("phase", "sprint", "milestone")


class _Timing(NamedTuple):
    """When a unit is in one of the plans; `follows` is the phase whose window a sprint has."""

    name: str
    planned: Period | None
    forecast: Period | None = None
    follows: str = ""


_ABSENT = _Timing("", None)
"""The timing of a unit that is not in a plan."""


class _Calendar(NamedTuple):
    """What both plans have in common: by how many days the older one starts later, whether both have dates, today."""

    lag: int
    is_dated: bool
    today: date | None

    @classmethod
    def of(cls, review: Review) -> "_Calendar":
        before, after = review.before.plan.start, review.after.plan.start
        lag = (before - after).days if before and after else 0
        return cls(lag, before is not None and after is not None, review.after.today)

    def has_moved(self, before: Period | None, after: Period | None) -> bool:
        """Whether a window has other days, and other working days: a week is as long as those it has."""
        if before is None or after is None:
            return before is not after
        return self.days(before, self.lag) != self.days(after) and self.worked(before, self.lag) != self.worked(after)

    @staticmethod
    def days(period: Period, lag: int = 0) -> DaysFromStart:
        """The days of a window of a plan that starts so many days later."""
        return period.begin + lag, None if period.end is None else period.end + lag

    @staticmethod
    def worked(period: Period, lag: int = 0) -> DaysFromStart:
        """The same without days off at either end."""
        return period.opens + lag, None if period.end is None else period.closes + lag

    def words(self, period: Period) -> str:
        """A window as dates, or as it is written."""
        if not self.is_dated or period.first is None:
            return period.named
        return span_in_words(period.first, period.last, self.today)


def moves(review: Review) -> tuple[Move, ...]:
    """All units whose windows, or else forecasts, differ: phases, sprints, milestones; none without an older plan."""
    if review.older != "plan":
        return ()
    names = new_ids(review.difference)
    before = {_renamed(subject, names): timing for subject, timing in _timings(review.before)}
    after = dict(_timings(review.after))
    order = sorted(dict.fromkeys((*after, *before)), key=lambda subject: _KINDS.index(subject.kind))
    calendar = _Calendar.of(review)
    rows = (_move(before.get(subject, _ABSENT), after.get(subject, _ABSENT), calendar) for subject in order)
    return tuple(row for row in rows if row)


def _renamed(subject: Subject, names: Mapping[str, str]) -> Subject:
    """The same unit in the newer plan."""
    return Subject(subject.kind, names.get(subject.id, subject.id)) if subject.kind == "sprint" else subject


def _timings(facts: Facts) -> Iterator[tuple[Subject, _Timing]]:
    """When each phase, sprint and milestone of a plan is."""
    plan, forecasts = facts.plan, _forecasts(facts)
    for phase in plan.phases:
        yield (
            Subject("phase", phase.id),
            _Timing(_name(plan.group_name(phase.id), phase.title), plan.period_of_phase(phase)),
        )
    for id_, sprint in plan.sprints.items():
        planned, of = plan.planned(id_), plan.phase_of.get(id_)
        follows = of.id if of and planned and planned.window == of.when else ""
        yield Subject("sprint", id_), _Timing(_name(plan.name(id_), sprint.title), planned, forecasts.get(id_), follows)
    for milestone in plan.milestones:
        period = plan.period(milestone.when) if milestone.when else None
        yield Subject("milestone", milestone.id), _Timing(_name(f"Milestone {milestone.id}", milestone.title), period)


def _name(name: str, title: str) -> str:
    return cut(f"{name}: {title}")


def _forecasts(facts: Facts) -> Mapping[str, Period]:
    """The working days of each open sprint in the main schedule, where it is known which days those are."""
    schedules = facts.schedules
    if schedules.main is None or (schedules.has_begun and facts.plan.start is None):
        return {}
    return {id_: facts.plan.period(_days(stint.start, stint.end)) for id_, stint in schedules.main[1].stints.items()}


def _days(start: Fraction, end: Fraction) -> TimeWindow:
    first = floor(start) + 1
    return TimeWindow("day", first, max(first, ceil(end)))


def _move(before: _Timing, after: _Timing, calendar: _Calendar) -> Move | None:
    """How a unit moves: by its planned window where that differs, else by its forecast; None where it stays."""
    follows = before.follows and before.follows == after.follows
    old, new, of = before.planned, after.planned, ""
    if follows or not calendar.has_moved(old, new):
        old, new, of = before.forecast, after.forecast, "Forecast of "
        # What is over or not scheduled has no forecast, so that is no move.
        is_known = not (before.name and after.name) or (old and new)
        if not is_known or not calendar.has_moved(old, new):
            return None
    words = _words(before, after, *(calendar.words(period) if period else "" for period in (old, new)))
    sides = (calendar.days(old, calendar.lag) if old else None, calendar.days(new) if new else None)
    return Move(f"{of}{after.name or before.name}", words, *sides)


def _words(before: _Timing, after: _Timing, old: str, new: str) -> str:
    """Both windows in words: `was weeks 3-5, now weeks 3-7`."""
    if not before.name:
        return f"added: {new}"
    if not after.name:
        return f"removed, was {old}"
    if not old:
        return f"had no window, now {new}"
    return f"was {old}, now {new or 'no window'}"


def moves_picture(shown: Sequence[Move], review: Review) -> str:
    """The chart as SVG, with the dates on which the weeks of the newer plan begin, or their numbers."""
    timeline, today = review.after.plan.timeline, review.after.today
    is_dated = _Calendar.of(review).is_dated

    def label(week: int) -> str:
        day = timeline.date(7 * week)
        return day_in_words(day, today) if day else ""

    caption = Caption("Before and after", "; ".join(f"{move.name}: {move.words}" for move in shown), "review-moves")
    return move_bars(shown, label if is_dated else lambda week: f"Week {week + 1}", caption)
