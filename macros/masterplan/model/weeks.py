"""Weeks of a plan, counted from its start, and the calendar dates they fall on once the plan has a start date.

A week is seven days, counted from the plan's start date; which of them are working days is the team's calendar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

YEARS = range(1900, 2200)
"""The years that a date may be in."""

MOST_WEEKS = 520
"""The last week a plan may name: ten years."""

_WEEKS = re.compile(r"(?:[Ww]eeks?\s*)?([0-9]{1,4})(?:\s*[-–]\s*([0-9]{1,4}))?")


@dataclass(frozen=True, slots=True, order=True)
class Weeks:
    """A window of whole weeks, both ends included; the plan's first week is 1."""

    first: int
    last: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `3`, `1-2` or `week 1-2`.

        Raises ValueError for anything else, for a window that runs backwards, and for weeks outside 1 to `MOST_WEEKS`;
        its message is to be read after the text: `runs backwards`.
        """
        match = _WEEKS.fullmatch(text.strip())
        if match is None:
            raise ValueError("is not a window of weeks")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError("runs backwards")
        if first < 1 or last > MOST_WEEKS:
            raise ValueError(f"is not within weeks 1 to {MOST_WEEKS}")
        return cls(first, last)

    def __len__(self) -> int:
        """How many weeks the window spans."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """`3` or `1-2`, as the plan writes it."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    @property
    def named(self) -> str:
        """The window in words: `week 3`, `weeks 1-2`."""
        return f"{'week' if len(self) == 1 else 'weeks'} {self}"

    def overlaps(self, other: "Weeks") -> bool:
        """Whether the two windows share a week."""
        return self.first <= other.last and other.first <= self.last

    def dates(self, start: date) -> tuple[date, date]:
        """The first and the last calendar day of the window in a plan that starts on `start`."""
        return start + timedelta(weeks=self.first - 1), start + timedelta(weeks=self.last, days=-1)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Calendar days from the first to the last, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        """`2025-12-24` or `2025-12-24 to 2025-12-26`, as the plan writes it."""
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"

    def __iter__(self) -> Iterator[date]:
        """Every day."""
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))
