"""Working days: conversion of schedule times to weeks and dates of the plan's calendar.

Times are exact: fractions of working days, counted from 0 at the plan's start. Without a start date there are no dates
and no holidays, and every week has the team's working days.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import ceil, floor

from masterplan.model.plan import Plan
from masterplan.model.team import Person
from masterplan.model.window import DateSpan

Pauses = tuple[tuple[int, int], ...]
"""Intervals [start, stop) of working days on which a person is away, sorted and not adjacent."""


class Days:
    """The working days of a plan, from its start on."""

    def __init__(self, plan: Plan) -> None:
        self._timeline = plan.timeline

    @property
    def a_week(self) -> int:
        """The working days of a week without holidays."""
        return self._timeline.a_week

    def weeks(self, days: Fraction) -> Fraction:
        """Working days in weeks."""
        return days / self.a_week

    def week(self, end: Fraction) -> int:
        """The week of the plan, counted from 1, of an end time."""
        return self._timeline.day(_last_day(end)) // 7 + 1

    def week_of(self, day: date) -> int:
        """The week of the plan, counted from 1, of a day; 0 before the plan starts, and without a start date."""
        start = self._timeline.start
        return max(0, (day - start).days // 7 + 1) if start else 0

    def starts_on(self, begin: Fraction) -> date | None:
        """The day of a start time, or None without a start date."""
        return self._timeline.date(self._timeline.day(floor(begin)))

    def ends_on(self, end: Fraction) -> date | None:
        """The day of an end time, or None without a start date."""
        return self._timeline.date(self._timeline.day(_last_day(end)))

    def until(self, week: int) -> int:
        """The working days from the start to the end of a week of the plan."""
        return self._timeline.working(7 * week)

    def before(self, day: date) -> int:
        """The number of working days from the plan's start up to, not including, a day; 0 without a start date."""
        start = self._timeline.start
        return self._timeline.working((day - start).days) if start and day > start else 0

    def pauses(self, absent: Iterable[DateSpan]) -> Pauses:
        """Days of absence as intervals of working days."""
        away = {day for span in absent for day in self._timeline.days_of(span) if self._timeline.works(day)}
        pauses: list[tuple[int, int]] = []
        for n in sorted(map(self._timeline.working, away)):
            begin = pauses.pop()[0] if pauses and pauses[-1][1] == n else n
            pauses.append((begin, n + 1))
        return tuple(pauses)

    def is_away(self, person: Person, begin: int, end: int) -> bool:
        """Whether a person is away on all working days from `begin` up to, not including, `end`."""
        return any(start <= begin and end <= stop for start, stop in self.pauses(person.absent))


def _last_day(end: Fraction) -> int:
    """The last working day, counted from 0, before an end time."""
    return max(0, ceil(end) - 1)
