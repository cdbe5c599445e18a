"""Working days: times of a schedule as weeks and dates of the plan's calendar.

Times are exact: fractions of working days, counted from 0 at the plan's start.

Without a start date there are no dates: weeks then have the team's working days, and no holiday falls on any.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from masterplan.model.plan import Plan
from masterplan.model.team import WEEKDAYS
from masterplan.model.weeks import MOST_WEEKS, DateSpan

Pauses = tuple[tuple[int, int], ...]
"""Working days (from, to) on which someone does not work, sorted and apart."""


class Days:
    """The working days of a plan from its start on.

    Holidays and absence count in the first ten years; after them every week is like the others, and what falls beyond
    the year 9999 has no date.
    """

    def __init__(self, plan: Plan) -> None:
        self._start = plan.header.start
        self._weekdays = sorted(WEEKDAYS.index(weekday) for weekday in plan.calendar.weekdays)
        self._off = {day for span in plan.calendar.holidays for day in self._within(span)} if self._start else set()

    @property
    def a_week(self) -> int:
        """The working days of a week without holidays."""
        return len(self._weekdays)

    def weeks(self, days: Fraction) -> Fraction:
        """Working days as weeks of working days."""
        return days / self.a_week

    def week(self, end: Fraction) -> int:
        """The week of the plan, from 1, in which something ends that ends then."""
        day = _last_day(end)
        return day // self.a_week + 1 if self._start is None else self._after(day) // 7 + 1

    def week_of(self, day: date) -> int:
        """The week of the plan, from 1, that a day is in; 0 before it starts, and without a start."""
        return max(0, (day - self._start).days // 7 + 1) if self._start else 0

    def starts_on(self, begin: Fraction) -> date | None:
        """The day on which something starts that starts then; None where it has no date."""
        return self._date(floor(begin))

    def ends_on(self, end: Fraction) -> date | None:
        """The day on which something ends that ends then; None where it has no date."""
        return self._date(_last_day(end))

    def until(self, week: int) -> int:
        """The working days from the start to the end of a week of the plan."""
        return week * self.a_week if self._start is None else self._before(7 * week)

    def before(self, day: date) -> int:
        """The working days from the start to the evening before a day; none without a start."""
        return self._before((day - self._start).days) if self._start and day > self._start else 0

    def pauses(self, absent: Iterable[DateSpan]) -> Pauses:
        """Days away as working days."""
        if self._start is None:
            return ()
        away = {day for span in absent for day in self._within(span) if self._works(day)}
        pauses: list[tuple[int, int]] = []
        for n in sorted({self._before((day - self._start).days) for day in away}):
            begin = pauses.pop()[0] if pauses and pauses[-1][1] == n else n
            pauses.append((begin, n + 1))
        return tuple(pauses)

    def _within(self, span: DateSpan) -> Iterable[date]:
        """The days of a span that lie in the plan's first ten years."""
        start = self._start or span.first
        first, last = max(span.first, start), min(span.last, start + timedelta(weeks=MOST_WEEKS))
        return DateSpan(first, last) if first <= last else ()

    def _works(self, day: date) -> bool:
        return day.weekday() in self._weekdays and day not in self._off

    @cached_property
    def _worked(self) -> list[int]:
        """The working days of the first ten years, as days after the start."""
        if self._start is None:
            return []
        return [n for n in range(7 * MOST_WEEKS) if self._works(self._start + timedelta(days=n))]

    @cached_property
    def _usual(self) -> list[int]:
        """The working days of a week without holidays, as days after the weekday of the start."""
        begins = self._start.weekday() if self._start else 0
        return sorted((weekday - begins) % 7 for weekday in self._weekdays)

    def _after(self, working_day: int) -> int:
        """How many days after the start a working day is, counted from 0."""
        if working_day < len(self._worked):
            return self._worked[working_day]
        weeks, n = divmod(working_day - len(self._worked), self.a_week)
        return 7 * (MOST_WEEKS + weeks) + self._usual[n]

    def _before(self, days: int) -> int:
        """How many working days there are in so many days from the start."""
        weeks, rest = divmod(max(0, days - 7 * MOST_WEEKS), 7)
        return bisect_left(self._worked, days) + weeks * self.a_week + bisect_left(self._usual, rest)

    def _date(self, working_day: int) -> date | None:
        """The date of a working day, counted from 0; None without a start, and beyond the last day there is."""
        day = self._start.toordinal() + self._after(working_day) if self._start else date.max.toordinal() + 1
        return date.fromordinal(day) if day <= date.max.toordinal() else None


def _last_day(end: Fraction) -> int:
    """The last working day, counted from 0, of something that ends then."""
    return max(0, ceil(end) - 1)
