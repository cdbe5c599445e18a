"""The calendar of a plan: the days of its windows, which of them are working days, and their dates.

Days are counted from the plan's start, which is day 0; ranges of days exclude their end. A week is seven days from the
start, whichever weekday that is, so the last day of a week is its seventh, on all pages and in all files. Without a
start there are no dates: weeks begin on a Monday and have no holidays. Holidays count in the first ten years only.
"""

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from masterplan.model.team import WEEKDAYS, WorkingTime
from masterplan.model.window import MOST_WEEKS, DateSpan, TimeWindow

_FAR = 10**9
"""A day later than all others."""


def has_passed(day: date | None, today: date | None) -> bool:
    """Whether a day is over, so that anything due on it is late; false if the day or today is unknown."""
    return day is not None and today is not None and day < today


class Period(NamedTuple):
    """A window on the plan's calendar.

    `begin` and `end` are days; `end` is the day after the last, None if the window is open-ended. `opens` and `closes`
    are the same without days off at either end, unless all its days are. Comparisons use these two, so that a week is
    as long as its working days. `work` is the number of working days, None if the window is open-ended; `first` and
    `last` are dates, None if the plan has none.
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
        """The beginning of the window in words: `in week 3`."""
        return self.window.begins

    @property
    def ends(self) -> str:
        """The end of the window in words: `in week 3`."""
        return self.window.ends

    @property
    def last_week(self) -> int | None:
        """The week of the plan in which it ends, at least 1; None if it has no end."""
        return None if self.end is None else max(1, -(-self.end // 7))

    @property
    def next(self) -> TimeWindow | None:
        """The week, day or date after it; None if it has no end."""
        return self.window.next

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a working day, or any day if one of them has no working days."""
        return self.opens < other.closes and other.opens < self.closes

    def is_over_by(self, other: "Period") -> bool:
        """Whether it ends before the other begins."""
        return self.closes <= other.opens

    def is_within(self, other: "Period") -> bool:
        """Whether all of it is in the other."""
        return other.opens <= self.opens and self.closes <= other.closes


def earliest(period: Period) -> tuple[int, int]:
    """A sort key by the beginning of a period, then by its end."""
    return period.opens, period.closes


class Timeline:
    """The calendar of a plan, from its start, if known, and the team's working time."""

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
        """The days of a span of dates within the first ten years; none without a start."""
        if self.start is None:
            return ()
        first, last = ((day - self.start).days for day in (span.first, span.last))
        return range(max(first, 0), min(last + 1, 7 * MOST_WEEKS))

    def works(self, day: int) -> bool:
        """Whether the team works on a day."""
        return day % 7 in self._usual and day not in self._off

    def working(self, day: int) -> int:
        """The number of working days from the start up to a day, which is excluded; negative before the start."""
        if 0 <= day <= 7 * self._counted:
            return bisect_left(self._worked, day)
        weeks, rest = divmod(day - 7 * self._counted if day > 0 else day, 7)
        return (len(self._worked) if day > 0 else 0) + weeks * self.a_week + bisect_left(self._usual, rest)

    def pause(self, before: Period, after: Period) -> int:
        """The working days from the end of one period to the beginning of another; negative if they overlap."""
        return self.working(after.opens) - self.working(before.closes)

    def day(self, working_day: int) -> int:
        """The day of a working day of the plan; both are counted from 0."""
        if 0 <= working_day < len(self._worked):
            return self._worked[working_day]
        past = working_day >= 0
        weeks, n = divmod(working_day - (len(self._worked) if past else 0), self.a_week)
        return 7 * (weeks + (self._counted if past else 0)) + self._usual[n]

    def date(self, day: int) -> date | None:
        """The date of a day; None without a start or outside the range of `datetime.date`."""
        ordinal = self.start.toordinal() + day if self.start else 0
        return date.fromordinal(ordinal) if 0 < ordinal <= date.max.toordinal() else None

    def period(self, window: TimeWindow) -> Period:
        """The days of a window. A window of dates needs a start, which every plan with dates has."""
        period = self._periods.get(window)
        if period is None:
            period = self._periods[window] = self._period(window)
        return period

    def _period(self, window: TimeWindow) -> Period:
        begin, end = self._days(window)
        opens, closes = begin, _FAR if end is None else end
        before, by_end = self.working(opens), self.working(closes)
        if before < by_end:
            opens, closes = self.day(before), self.day(by_end - 1) + 1
        first, last = self.date(begin), None if end is None else self.date(end - 1)
        return Period(window, begin, end, opens, closes, None if end is None else by_end - before, first, last)

    def hull(self, windows: Iterable[TimeWindow]) -> Period | None:
        """The period from the earliest beginning of some windows to the latest end; None without windows.

        It has the unit of the windows. For windows in several units it is in dates, or in weeks without a start.
        """
        all_windows = list(windows)
        if len(all_windows) < 2:  # noqa: PLR2004 - most often there is one
            return self.period(all_windows[0]) if all_windows else None
        units = {window.unit for window in all_windows}
        if len(units) > 1:
            return self.period(self._hull(list(map(self.period, all_windows))))
        lasts = [window.last for window in all_windows]
        last = None if None in lasts else max(last for last in lasts if last)
        return self.period(TimeWindow(units.pop(), min(window.first for window in all_windows), last))

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
        """The number of weeks in which holidays count."""
        return MOST_WEEKS if self._off else 0

    @cached_property
    def _worked(self) -> list[int]:
        """The working days of the weeks in which holidays count."""
        return [day for day in range(7 * self._counted) if self.works(day)]
