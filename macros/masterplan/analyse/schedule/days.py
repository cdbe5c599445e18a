"""Working days: steps of a schedule as days, weeks and dates of the plan's calendar.

Without a start date there are no dates: weeks then have the team's working days, and no holiday falls on any.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from masterplan.analyse.schedule.effort import TICKS
from masterplan.model.calendar import LONGEST, DateSpan
from masterplan.model.plan import Plan
from masterplan.model.team import WEEKDAYS

Pauses = tuple[tuple[int, int], ...]
"""Steps (from, to) in which someone does not work, sorted and apart."""


class Days:
    """The working days of a plan from its start on. Holidays count in the first ten years."""

    def __init__(self, plan: Plan) -> None:
        self._start = plan.header.start
        self._weekdays = {WEEKDAYS.index(each) for each in plan.calendar.weekdays}
        self._off = {day for span in plan.calendar.holidays for day in self._within(span)} if self._start else set()
        self._dates: list[date] = []

    @property
    def a_week(self) -> int:
        """The working days of a week without holidays."""
        return len(self._weekdays)

    def weeks(self, ticks: int) -> Decimal:
        """Steps as weeks of working days."""
        return Decimal(ticks) / TICKS / self.a_week

    def week(self, end: int) -> int:
        """The week of the plan, from 1, in which something ends that ends after so many steps."""
        day = max(0, -(-end // TICKS) - 1)
        if self._start is None:
            return day // self.a_week + 1
        return (self._date(day) - self._start).days // 7 + 1

    def starts_on(self, begin: int) -> date | None:
        """The day on which something starts after so many steps; None without a start date."""
        return self._date(begin // TICKS) if self._start else None

    def ends_on(self, end: int) -> date | None:
        """The day on which something ends after so many steps; None without a start date."""
        return self._date(max(0, -(-end // TICKS) - 1)) if self._start else None

    def until(self, week: int) -> int:
        """The steps of work from the start to the end of a week of the plan."""
        if self._start is None:
            return week * self.a_week * TICKS
        return self._before(self._start + timedelta(weeks=week)) * TICKS

    def pauses(self, absent: Iterable[DateSpan]) -> Pauses:
        """Days away as steps."""
        if self._start is None:
            return ()
        away = {day for span in absent for day in self._within(span) if self._works(day)}
        days = sorted({self._before(day) for day in away})
        found: list[tuple[int, int]] = []
        for n in days:
            start = found.pop()[0] if found and found[-1][1] == n * TICKS else n * TICKS
            found.append((start, (n + 1) * TICKS))
        return tuple(found)

    def _within(self, span: DateSpan) -> Iterable[date]:
        """The days of a span that lie in the plan's first ten years."""
        start = self._start or span.first
        first, last = max(span.first, start), min(span.last, start + timedelta(weeks=LONGEST))
        return DateSpan(first, last) if first <= last else ()

    def _works(self, day: date) -> bool:
        return day.weekday() in self._weekdays and day not in self._off

    def _date(self, working_day: int) -> date:
        """The date of a working day, counted from 0."""
        while len(self._dates) <= working_day:
            self._extend()
        return self._dates[working_day]

    def _before(self, day: date) -> int:
        """How many working days there are from the start to a day, without it."""
        while not self._dates or self._dates[-1] < day:
            self._extend()
        return bisect_left(self._dates, day)

    def _extend(self) -> None:
        day = self._dates[-1] + timedelta(days=1) if self._dates else self._start or date.min
        while not self._works(day):
            day += timedelta(days=1)
        self._dates.append(day)
