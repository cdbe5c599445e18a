"""Time windows as plans write them: weeks of the plan, working days of the plan, or dates.

The plan's calendar (`Timeline`) determines their days: a week is seven days from the plan's start, whichever weekday
that is, and a day is a day on which the team works.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple, Self

YEARS = range(1900, 2200)
"""The years allowed in a date."""

MOST_WEEKS = 520
"""The last week allowed in a plan: ten years."""

TimeUnit = Literal["week", "day", "date"]
"""The unit of a window."""


class _Form(NamedTuple):
    """The written form of windows in one unit: its pattern, the greatest number allowed, and a reader of numbers."""

    pattern: re.Pattern[str]
    most: int
    number: Callable[[str], int]


def _form(first: str, one: str, between: str, most: int, number: Callable[[str], int]) -> _Form:
    pattern = rf"{first}(?P<first>{one})(?:{between}(?P<last>{one})|\s*(?P<open>\+))?"
    return _Form(re.compile(pattern), most, number)


def _ordinal(text: str) -> int:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError("is too far away")
    return day.toordinal()


_FORMS: dict[TimeUnit, _Form] = {
    "week": _form(r"(?:[Ww]eeks?\s*)?", "[0-9]{1,4}", r"\s*[-–]\s*", MOST_WEEKS, int),
    "day": _form(r"[Dd]ays?\s*", "[0-9]{1,4}", r"\s*[-–]\s*", 7 * MOST_WEEKS, int),
    "date": _form("", "[0-9]{4}-[0-9]{2}-[0-9]{2}", " to ", date(YEARS[-1], 12, 31).toordinal(), _ordinal),
}


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""English names, whatever the locale: the same plan gives the same bytes everywhere."""


def day_in_words(day: date, today: date | None) -> str:
    """Format a date: `12 Oct`; with the year if it differs from that of `today`."""
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if today and day.year == today.year else f"{words} {day.year}"


def span_in_words(first: date, last: date | None, today: date | None = None) -> str:
    """Format a range of dates: `12 Oct to 6 Nov`, `12 Oct onwards`; with years that differ from that of `today`."""
    if last is None:
        return f"{day_in_words(first, today)} onwards"
    until = day_in_words(last, today)
    return until if first == last else f"{day_in_words(first, last)} to {until}"


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A time window as written, both ends included.

    `first` and `last` are weeks or working days of the plan, counted from 1, or dates as proleptic Gregorian ordinals.
    `last` is None if the window is open-ended.
    """

    unit: TimeUnit
    first: int
    last: int | None

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `3`, `1-2`, `week 1-2`, `33+`, `day 3-5`, `2021-03-13` or `2021-03-13 to 2021-04-06`.

        Raises ValueError for anything else, for a window that runs backwards, and for weeks, days and dates beyond the
        limits. Its message continues a sentence that starts with the text: `runs backwards`.
        """
        matches = ((unit, form, form.pattern.fullmatch(text.strip())) for unit, form in _FORMS.items())
        unit, form, match = next((row for row in matches if row[2]), ("week", _FORMS["week"], None))
        if match is None:
            raise ValueError("is not a time window")
        try:
            first, end = form.number(match["first"]), form.number(match["last"] or match["first"])
        except ValueError as error:
            message = str(error) if str(error) == "is too far away" else "has a date that is not in the calendar"
            raise ValueError(message) from None
        if end < first:
            raise ValueError("runs backwards")
        if first < 1 or end > form.most:
            raise ValueError(f"is not within {unit}s 1 to {form.most}")
        return cls(unit, first, None if match["open"] else end)

    @classmethod
    def of_dates(cls, first: date, last: date | None) -> Self:
        """The window from one date to another, both included; open-ended if `last` is None."""
        return cls("date", first.toordinal(), last.toordinal() if last else None)

    def __len__(self) -> int:
        """Its number of weeks, working days or calendar days; 1 if it is open-ended."""
        return (self.last or self.first) - self.first + 1

    def __str__(self) -> str:
        """The window as a plan writes it: `3`, `1-2`, `33+`, `day 3`, `days 3-5`, `2021-03-13 to 2021-04-06`."""
        before = "" if self.unit != "day" else "day " if self.last in {None, self.first} else "days "
        if self.last is None:
            return f"{before}{self._one(self.first)}+"
        between = " to " if self.unit == "date" else "-"
        return before + between.join(dict.fromkeys(map(self._one, (self.first, self.last))))

    @property
    def named(self) -> str:
        """The window in words: `week 3`, `weeks 1-2`, `week 33 onwards`, `days 3-5`, `13 Mar to 6 Apr 2021`."""
        if self.unit == "date":
            return span_in_words(date.fromordinal(self.first), date.fromordinal(self.last) if self.last else None)
        if self.last is None:
            return f"{self._word(self.first)} onwards"
        return self._word(self.first) if self.first == self.last else f"{self.unit}s {self.first}-{self.last}"

    @property
    def start(self) -> str:
        """Its first week, day or date: `week 3`, `day 3`, `13 Mar 2021`."""
        return self._word(self.first)

    @property
    def end(self) -> str:
        """Its last week, day or date: `week 3`, `day 5`, `6 Apr 2021`, `week 33 or later`."""
        return f"{self.start} or later" if self.last is None else self._word(self.last)

    @property
    def begins(self) -> str:
        """Its beginning in words: `in week 3`, `on day 3`, `on 13 Mar 2021`."""
        return f"{self._preposition} {self.start}"

    @property
    def ends(self) -> str:
        """Its end in words: `in week 3`, `on day 5`, `on 6 Apr 2021`, `in week 33 or later`."""
        return f"{self._preposition} {self.end}"

    @property
    def next(self) -> "TimeWindow | None":
        """The week, day or date after it; None if it is open-ended."""
        return None if self.last is None else TimeWindow(self.unit, self.last + 1, self.last + 1)

    @property
    def _preposition(self) -> str:
        return "in" if self.unit == "week" else "on"

    def _word(self, number: int) -> str:
        """A week, day or date: `week 3`, `day 3`, `13 Mar 2021`."""
        return day_in_words(date.fromordinal(number), None) if self.unit == "date" else f"{self.unit} {number}"

    def _one(self, number: int) -> str:
        return date.fromordinal(number).isoformat() if self.unit == "date" else str(number)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The calendar days from the first to the last, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        """The span as a plan writes it: `2025-12-24`, `2025-12-24 to 2025-12-26`."""
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    def __iter__(self) -> Iterator[date]:
        """Every day."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
