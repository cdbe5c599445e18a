"""The calendar of one plan: which days its windows are, which of them are working days, and on which dates they fall.

Days are counted from the plan's start, which is day 0; a stretch of days runs from its first up to, and without, the
day after its last. A week is seven days from the start, whichever weekday that is, so the last day of a week is its
seventh, on all pages and in all files. Without a start there are no dates: weeks then begin on a Monday, and no holiday
falls on any. Holidays count in the first ten years; before and after them every week is like the others.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from masterplan.model.team import WEEKDAYS, WorkingTime
from masterplan.model.window import MOST_WEEKS, DateSpan, TimeWindow

_FAR = 10**9
"""A day that is later than any."""


def has_passed(day: date | None, today: date | None) -> bool:
    """Whether a day is over; false where the day or today is unknown. Everything due on such a day is late."""
    return day is not None and today is not None and day < today


@dataclass(frozen=True, slots=True)
class Period:
    """A window on the plan's calendar.

    `begin` and `end` are days, `end` the one after the last and None where the window is open. `opens` and `closes` are
    the same without the days at either end on which nobody works, unless there are no others: by them windows are
    compared, so that a week is as long as its working days. `work` is the number of working days, None where the window
    is open; `first` and `last` are dates, None where there are none.
    """

    window: TimeWindow
    begin: int
    end: int | None
    opens: int
    closes: int
    work: int | None
    first: date | None
    last: date | None

    @property
    def named(self) -> str:
        """The window in words: `weeks 1-2`."""
        return self.window.named

    @property
    def begins(self) -> str:
        """When it begins, in words: `in week 3`."""
        return self.window.begins

    @property
    def ends(self) -> str:
        """When it ends, in words: `in week 3`."""
        return self.window.ends

    @property
    def last_week(self) -> int | None:
        """The week of the plan in which it ends, at least 1; None where it has no end."""
        return None if self.end is None else max(1, -(-self.end // 7))

    @property
    def next(self) -> TimeWindow | None:
        """The week, day or date after it; None where it has no end."""
        return self.window.next

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a working day, or any day where one has no working day."""
        return self.opens < other.closes and other.opens < self.closes

    def is_over_by(self, other: "Period") -> bool:
        """Whether it ends before the other begins."""
        return self.closes <= other.opens

    def is_within(self, other: "Period") -> bool:
        """Whether all of it is in the other."""
        return other.opens <= self.opens and self.closes <= other.closes


def earliest(period: Period) -> tuple[int, int]:
    """A sort key: by the day on which a period begins, and then by the one on which it ends."""
    return period.opens, period.closes


class Timeline:
    """The calendar of a plan that starts on a day, or on none that is known, with a team that works so."""

    def __init__(self, start: date | None, calendar: WorkingTime) -> None:
        self.start = start
        begins = start.weekday() if start else 0
        self._usual = sorted((WEEKDAYS.index(weekday) - begins) % 7 for weekday in calendar.weekdays)
        self._off = {day for span in calendar.holidays for day in self.days_of(span)}
        self._periods: dict[TimeWindow, Period] = {}

    @property
    def a_week(self) -> int:
        """The working days of a week without holidays."""
        return len(self._usual)

    def days_of(self, span: DateSpan) -> Iterable[int]:
        """The days of a span of dates that lie in the first ten years; none without a start."""
        if self.start is None:
            return ()
        first, last = ((day - self.start).days for day in (span.first, span.last))
        return range(max(first, 0), min(last + 1, 7 * MOST_WEEKS))

    def works(self, day: int) -> bool:
        """Whether the team works on a day."""
        return day % 7 in self._usual and day not in self._off

    def working(self, day: int) -> int:
        """How many working days there are from the start up to a day; less than 0 for one before the start."""
        if 0 <= day <= 7 * self._counted:
            return bisect_left(self._worked, day)
        weeks, rest = divmod(day - 7 * self._counted if day > 0 else day, 7)
        return (len(self._worked) if day > 0 else 0) + weeks * self.a_week + bisect_left(self._usual, rest)

    def pause(self, before: Period, after: Period) -> int:
        """The working days from the end of one period to the beginning of another; less than 0 where they overlap."""
        return self.working(after.opens) - self.working(before.closes)

    def day(self, working_day: int) -> int:
        """The day that is a working day of the plan, which are counted from 0."""
        if 0 <= working_day < len(self._worked):
            return self._worked[working_day]
        past = working_day >= 0
        weeks, n = divmod(working_day - (len(self._worked) if past else 0), self.a_week)
        return 7 * (weeks + (self._counted if past else 0)) + self._usual[n]

    def date(self, day: int) -> date | None:
        """The date of a day; None without a start, and beyond the last date there is."""
        ordinal = self.start.toordinal() + day if self.start else 0
        return date.fromordinal(ordinal) if 0 < ordinal <= date.max.toordinal() else None

    def period(self, window: TimeWindow) -> Period:
        """The days of a window; one in dates needs the start, which every plan with a date has."""
        known = self._periods.get(window)
        if known is None:
            known = self._periods[window] = self._period(window)
        return known

    def _period(self, window: TimeWindow) -> Period:
        begin, end = self._days(window)
        opens, closes = begin, _FAR if end is None else end
        before, by_end = self.working(opens), self.working(closes)
        if before < by_end:
            opens, closes = self.day(before), self.day(by_end - 1) + 1
        first, last = self.date(begin), None if end is None else self.date(end - 1)
        return Period(window, begin, end, opens, closes, None if end is None else by_end - before, first, last)

    def hull(self, windows: Iterable[TimeWindow]) -> Period | None:
        """From the beginning of the first of some windows to the end of the last, in their own unit; None of none.

        Of windows in several units it is in dates, or in weeks while there are no dates.
        """
        several = list(windows)
        if not several:
            return None
        units = {window.unit for window in several}
        if len(units) > 1:
            return self.period(self._hull(list(map(self.period, several))))
        lasts = [window.last for window in several]
        last = None if None in lasts else max(last for last in lasts if last)
        return self.period(TimeWindow(units.pop(), min(window.first for window in several), last))

    def _hull(self, periods: list[Period]) -> TimeWindow:
        begin, ends = min(period.begin for period in periods), [period.end for period in periods]
        end = None if None in ends else max(end for end in ends if end is not None)
        first = self.date(begin)
        if first is None:
            return TimeWindow("week", begin // 7 + 1, None if end is None else -(-end // 7))
        return TimeWindow.of_dates(first, None if end is None else first + timedelta(days=end - 1 - begin))

    def _days(self, window: TimeWindow) -> tuple[int, int | None]:
        first, last = window.first, window.last
        match window.unit:
            case "week":
                return 7 * (first - 1), None if last is None else 7 * last
            case "day":
                return self.day(first - 1), None if last is None else self.day(last - 1) + 1
            case "date":
                zero = self.start.toordinal() if self.start else first
                return first - zero, None if last is None else last - zero + 1

    @property
    def _counted(self) -> int:
        """The weeks in which holidays count."""
        return MOST_WEEKS if self._off else 0

    @cached_property
    def _worked(self) -> list[int]:
        """The working days of the weeks in which holidays count."""
        return [day for day in range(7 * self._counted) if self.works(day)]
