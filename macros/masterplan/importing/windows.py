"""Time windows in documents: weeks and days of the plan, dates in many notations, quarters, calendar weeks.

A window counts at the start of a text. A date without a year, or one whose day and month could be swapped, is ambiguous
unless the settings decide it.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from masterplan.importing.answers import DateOrder, DateSettings
from masterplan.importing.words import CACHED_TEXTS, HEAD, Read, SmallWord, phrases, small_words, time_words, tokens
from masterplan.model.window import TimeWindow

YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_DASHES = frozenset("-–—~→〜")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NUMERIC_DATE = re.compile(r"[0-9](?:/|-[0-9]{1,4}-)[0-9]")
"""Start of a date whose first number may be the month or the day."""

_CENTURY = 2000
_YEAR_DIGITS = 4
_QUARTERS = range(1, 5)
_UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")
_NTH_BEFORE, _NTH_AFTER = ("第", "제"), {"주차", "일차", "目"}


@dataclass(frozen=True, slots=True)
class AmbiguousWindow:
    """An ambiguous window: the setting that decides it, the text that states it, and its possible readings.

    `setting` is `dates` (the order of day and month) or `year`. Without a year there are no readings.
    """

    setting: Literal["dates", "year"]
    text: str
    readings: tuple[str, ...] = ()


class _DatePart(NamedTuple):
    """A date, month or quarter. Parts left out are None; `last_month` is the last month of a quarter."""

    year: int | None
    month: int | None
    day: int | None
    last_month: int | None = None


class _NoYearError(Exception):
    """The dates of a window have no year."""


@lru_cache(maxsize=CACHED_TEXTS)
def window(text: str, settings: DateSettings) -> Read[str] | AmbiguousWindow | None:
    """The window at the start of a text, as plan files write it: `1-2`, `day 3-5`, `2026-01-05 to 2026-01-16`."""
    orders: tuple[DateOrder, ...] = ("dmy", "mdy") if _NUMERIC_DATE.search(text[:HEAD]) else ("dmy",)
    orders = (settings.order,) if settings.order else orders
    readings: dict[str, str] = {}
    text_without_year = ""
    for order in orders:
        reader = _Reader(text, order, settings)
        try:
            value = reader.window()
        except _NoYearError:
            text_without_year = reader.taken
        else:
            if value:
                readings.setdefault(value, reader.taken)
    if text_without_year:
        return AmbiguousWindow("year", text_without_year)
    if len(readings) > 1:
        return AmbiguousWindow("dates", max(readings.values(), key=len), tuple(readings))
    return next((Read(value, taken) for value, taken in readings.items()), None)


class _Reader:
    """Reader of the window at the start of a text, for one order of day and month."""

    def __init__(self, text: str, order: DateOrder, settings: DateSettings) -> None:
        self._text = text[:HEAD]
        self._tokens = [token for token in tokens(self._text) if not token.is_sign or token.word in _DASHES]
        self._order = order
        self._settings = settings
        self._at = 0
        self._begin = 0

    @property
    def taken(self) -> str:
        """The text read so far."""
        return self._text[self._tokens[self._begin].start : self._end()] if self._at else ""

    def window(self) -> str | None:
        """The window as plan files write it. Raises _NoYearError for dates without a year."""
        is_open = self._skip("from")
        text = self._calendar_weeks() or self._counted() or self._dates()
        if not text or self._is_joined():
            return None
        try:
            value = TimeWindow.read(text)
        except ValueError:
            return None
        return f"{value}+" if is_open and value.first == value.last else str(value)

    def _counted(self) -> str | None:
        """Weeks or working days of the plan: `Weeks 1-2`, `Day 3`, `3. Woche`, `第3周`."""
        start = self._at
        numbers = self._numbers() if any(map(self._take, _NTH_BEFORE)) or self._is_ordinal() else ""
        unit = self._unit("week", "day")
        numbers = numbers or (self._numbers() if unit else "")
        if not unit or not numbers:
            self._at = start
            return None
        return f"{unit} {numbers}" + ("+" if self._gap().startswith("+") else "")

    def _numbers(self) -> str:
        """A number or a range: `3`, `1-2`, `1 and 2`; empty without a number."""
        first = self._number()
        self._skip("ordinal")
        if first is None:
            return ""
        last = self._after_dash() or self._after_and(first)
        return f"{first}" if last is None else f"{first}-{last}"

    def _after_and(self, first: int) -> int | None:
        """The next number after a word for `and`, unless it belongs to another amount: `1 and 2 days`."""
        start = self._at
        number = self._number() if self._gap().strip() == "&" or self._skip("and") else None
        end = self._at
        if number == first + 1 and not self._unit(*_UNITS):
            self._at = end
            return number
        self._at = start
        return None

    def _after_dash(self) -> int | None:
        """The number after a dash or a word for `to`."""
        start = self._at
        number = self._number() if self._dash() else None
        self._at = self._at if number is not None else start
        return number

    def _calendar_weeks(self) -> str | None:
        """Calendar weeks by ISO 8601, Monday to Sunday: `2026-W03`, `KW 4-6 2026`."""
        start = self._at
        year = self._year_number()
        unit = self._unit("week", "calendar week")
        first = self._number() if unit else None
        last = self._after_dash() or first
        year = year or (self._year_number() if first else None)
        if first is None or last is None or (unit == "week" and year is None):
            self._at = start
            return None
        year = year or self._settings.year
        if year is None:
            raise _NoYearError
        try:
            monday, sunday = date.fromisocalendar(year, first, 1), date.fromisocalendar(year, last, 7)
        except ValueError:
            return None
        return f"{monday} to {sunday}"

    def _dates(self) -> str | None:
        """A date, month or quarter, or a range of them."""
        first = self._date() or self._day_alone()
        if first is None:
            return None
        last, start = None, self._at
        if self._dash():
            last = self._date() or (self._day_alone() if first.day else None)
        if last is None:
            self._at = start
        if (first.month is None and (last is None or last.month is None)) or self._is_ordinary_word(first, last):
            return None
        return _span(first, last or first, self._settings)

    def _is_ordinary_word(self, first: _DatePart, last: _DatePart | None) -> bool:
        """Whether months without day and year are ordinary words: `May be later`, `out-of-scope`."""
        has_number = any(part.day or part.year for part in (first, last) if part)
        return not has_number and self._at < len(self._tokens) and self._gap().strip(" *_") in {"", "-"}

    def _date(self) -> _DatePart | None:
        """A date, month or quarter."""
        start = self._at
        self._skip("before date")
        for read in (self._numeric, self._with_month, self._cjk, self._quarter):
            part = read()
            if part:
                return part
            self._at = start
            self._skip("before date")
        self._at = start
        return None

    def _day_alone(self) -> _DatePart | None:
        """A day whose month is elsewhere: `27` of `Feb 18-27, 2026`."""
        self._skip("before date")
        day = self._number()
        self._skip("ordinal")
        return (day and _DatePart(self._year_number(), None, day)) or None

    def _numeric(self) -> _DatePart | None:
        """A numeric date: `2026-01-05`, `5.1.2026`, `13/03`."""
        numbers, gaps = [self._take_number()], []
        while numbers[-1] and len(numbers) < len("dmy") and self._gap() in {"/", ".", "-"}:
            gaps.append(self._gap())
            numbers.append(self._take_number())
        if not all(numbers) or len(set(gaps)) != 1 or gaps == ["-"]:
            return None
        digits = [number for number in numbers if number]
        if len(digits) == len("dm"):
            is_date = not self._is_share() if gaps[0] == "/" else self._gap().startswith(".")
            return _DatePart(None, *self._month_and_day(digits[0], digits[1], gaps[0])) if is_date else None
        if len(digits[0]) == _YEAR_DIGITS or (self._order == "ymd" and len(digits[-1]) < _YEAR_DIGITS):
            return _DatePart(_full_year(digits[0]), int(digits[1]), int(digits[2]))
        if gaps[0] == "-" and len(digits[2]) != _YEAR_DIGITS:
            return None
        return _DatePart(_full_year(digits[2]), *self._month_and_day(digits[0], digits[1], gaps[0]))

    def _is_share(self) -> bool:
        """Whether a word makes two numbers a share rather than a date: `3/7 sprints`."""
        is_adjacent = self._at < len(self._tokens) and not self._gap().strip(" *_")
        return is_adjacent and self._word() not in _DASHES and not small_words("to").of(self._word())

    def _month_and_day(self, first: str, second: str, gap: str) -> tuple[int, int]:
        """Two numbers as month and day; numbers separated by a point always have the day first."""
        is_day_first = gap == "." or self._order == "dmy"
        return (int(second), int(first)) if is_day_first else (int(first), int(second))

    def _with_month(self) -> _DatePart | None:
        """A date with a month's name: `Feb 18, 2026`, `5. Januar`, `5 de enero de 2026`, `Jan 2024`."""
        day = self._number()
        if day is not None:
            self._skip("ordinal")
            self._skip("before date")
        match = phrases("months").at(self._text, self._tokens, self._at) if self._at < len(self._tokens) else None
        if match is None:
            return None
        month, self._at = _MONTHS.index(match[0]) + 1, match[1]
        if day is None and self._year_ahead() is None and self._gap().strip() in {"", "."}:
            day = self._number()
            self._skip("ordinal")
        return _DatePart(self._year_number(), month, day)

    def _cjk(self) -> _DatePart | None:
        """A date in Chinese, Japanese or Korean: `2026年1月5日`, `1月`, `1월 5일`."""
        year = self._year_ahead() if self._word(1) in {"年", "년"} else None
        self._at += 2 * (year is not None)
        month = self._number()
        if month is None or not (self._take("月") or self._take("월")):
            return None
        day = self._number() if self._word(1) in {"日", "号", "일"} else None
        self._at += day is not None
        return _DatePart(year, month, day)

    def _quarter(self) -> _DatePart | None:
        """A quarter: `Q4 2024`, `2024 Q4`, `4. Quartal 2024`."""
        year = self._year_number()
        number = None if year else self._number()
        self._skip("ordinal")
        may_be_task = self._word() == "t"
        if not self._unit("quarter"):
            return None
        number = self._number() if number is None else number
        year = year or self._year_number()
        if number is None or number not in _QUARTERS or (may_be_task and not year):
            return None
        return _DatePart(year, 3 * number - 2, None, 3 * number)

    def _unit(self, *kinds: str) -> str | None:
        """The next unit of time, if it is one of `kinds`."""
        match = time_words().at(self._text, self._tokens, self._at) if self._at < len(self._tokens) else None
        if match is None or match[0] not in kinds:
            return None
        self._at = match[1]
        return match[0]

    def _number_ahead(self) -> int | None:
        """The next number, without taking it: up to three digits."""
        word = self._word()
        return int(word) if word.isdecimal() and len(word) < _YEAR_DIGITS else None

    def _number(self) -> int | None:
        number = self._number_ahead()
        self._at += number is not None
        return number

    def _take_number(self) -> str | None:
        word = self._word()
        self._at += word.isdecimal()
        return word if word.isdecimal() and len(word) <= _YEAR_DIGITS else None

    def _year_ahead(self) -> int | None:
        word = self._word()
        is_year = len(word) == _YEAR_DIGITS and word.isdecimal() and word[:2] in {"19", "20", "21"}
        return int(word) if is_year else None

    def _year_number(self) -> int | None:
        """The next year, after at most a comma or a word such as `de`."""
        start = self._at
        if self._at and self._gap().strip() not in {"", ",", ".", "/", "-", "'"}:
            return None
        self._skip("before date")
        year = self._year_ahead()
        self._at = start if year is None else self._at + 1
        return year

    def _dash(self) -> bool:
        """Take a dash or a word for `to`; returns whether there is one."""
        gap = self._gap().strip()
        if gap and set(gap) <= _DASHES:
            return True
        if self._word() in _DASHES:
            self._at += 1
            return True
        return gap in {"", "."} and self._skip("to")

    def _skip(self, kind: SmallWord) -> bool:
        """Take the next small words of a kind; returns whether there are any."""
        start = self._at
        while self._at < len(self._tokens):
            is_separate = kind == "ordinal" and self._gap() not in {"", "."}
            match = None if is_separate else small_words(kind).at(self._text, self._tokens, self._at)
            if match is None:
                break
            self._at = match[1]
        return self._at > start

    def _take(self, word: str) -> bool:
        is_next = self._word() == word
        self._at += is_next
        return is_next

    def _is_ordinal(self) -> bool:
        """Whether the next number is an ordinal: `3.`, `3rd`, `1-2주차`."""
        if self._number_ahead() is None or self._at + 1 >= len(self._tokens):
            return False
        if any(token.word in _NTH_AFTER for token in self._tokens[self._at + 1 : self._at + 5]):
            return True
        number, suffix = self._tokens[self._at : self._at + 2]
        gap = self._text[number.end : suffix.start]
        return gap == ". " or (not gap and bool(small_words("ordinal").of(suffix.word)))

    def _word(self, ahead: int = 0) -> str:
        """The next token's word, or that of a later one; empty at the end."""
        return self._tokens[self._at + ahead].word if self._at + ahead < len(self._tokens) else ""

    def _gap(self) -> str:
        """Text between the last token and the next one."""
        end = self._tokens[self._at].start if self._at < len(self._tokens) else len(self._text)
        return self._text[self._end() : end]

    def _end(self) -> int:
        return self._tokens[self._at - 1].end if self._at else 0

    def _is_joined(self) -> bool:
        """Whether more text is joined to the window: `2026-01-05T10:00`, `Week 3.5`, `7/30/90-day`."""
        return self._at < len(self._tokens) and self._gap() in {"", ".", "-", "/"} and self._word() not in _DASHES


def _full_year(digits: str) -> int:
    return int(digits) + (_CENTURY if len(digits) < _YEAR_DIGITS else 0)


def _span(first: _DatePart, last: _DatePart, settings: DateSettings) -> str | None:
    """From the first day of one part to the last day of another; each part completes what the other leaves out."""
    if first.month is None:
        first = first._replace(month=last.month, year=first.year or last.year)
    if last.month is None:
        last = last._replace(month=first.month)
    years = _years(first, last, settings)
    try:
        begin = date(years[0], first.month or 0, first.day or 1)
        month = last.last_month or last.month or 0
        end = date(years[1], month, last.day or calendar.monthrange(years[1], month)[1])
    except ValueError:
        return None
    return f"{begin}" if begin == end else f"{begin} to {end}"


def _years(first: _DatePart, last: _DatePart, settings: DateSettings) -> tuple[int, int]:
    """Years of two parts; a missing one is that of the other part, or the one before or after it across New Year."""
    is_over_new_year = ((last.month or 0), (last.day or 31)) < ((first.month or 0), (first.day or 1))
    if first.year is None and last.year is None:
        year = settings.year_of(first.month or 1, first.day or 31)
        if year is None:
            raise _NoYearError
        return year, year + is_over_new_year
    if first.year is None:
        return (last.year or 0) - is_over_new_year, last.year or 0
    return first.year, last.year or first.year + is_over_new_year
