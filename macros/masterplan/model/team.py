"""The team: people, teams, roles and working time; `plan_data/team.yml`."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from typing import Literal

from pydantic import Field

from masterplan.model.fields import Dates, Id, Line, PersonRef
from masterplan.model.part import Part
from masterplan.model.quantity import Quantity

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""The days of a week, in the order of `date.weekday()`."""


class Person(Part):
    """Someone who works on the plan."""

    id: Id = Field(description="Short and permanent: ada.")
    name: Line = Field(description="The name people know.")
    role: Line | None = Field(None, description="This person's role in the team.")
    skills: tuple[Line, ...] = Field((), description="This person's skills.")
    share: int = Field(100, description="The percentage of each working day that goes into the plan.", ge=1, le=100)
    absent: tuple[Dates, ...] = Field((), description="Days away: 2026-02-02, or 2026-02-02 to 2026-02-13.")

    def has_skills(self, skills: Iterable[str]) -> bool:
        """Whether the person has all of these skills; a person without stated skills has every skill."""
        return not self.skills or set(skills) <= set(self.skills)


class People(Part):
    """A team or a role: several people under one name."""

    id: Id = Field(description="Short and permanent: design.")
    name: Line = Field(description="The name people know: Design.")
    people: tuple[PersonRef, ...] = Field((), description="The people in it.")
    description: Line | None = Field(None, description="What it does, or its size: 2 developers.")


@cache
def _sizes(hours: int, weekdays: int) -> Mapping[str, Fraction]:
    """The working days in each unit of time, for this many hours a day and weekdays a week."""
    hour, week = Fraction(1, hours), Fraction(weekdays)
    return {
        "ms": hour / 3_600_000, "s": hour / 3_600, "min": hour / 60, "h": hour, "day": Fraction(1), "week": week,
        "month": week * 52 / 12, "year": week * 52,
    }  # fmt: skip


@lru_cache(maxsize=10_000)
def _days(hours: int, weekdays: int, quantity: Quantity) -> tuple[Fraction, Fraction]:
    """A duration in working days, low and high, for this many hours a day and weekdays a week."""
    low, high = (Fraction(end) for end in quantity.ends)
    size = _sizes(hours, weekdays)[quantity.unit]
    return low * size, high * size


class WorkingTime(Part):
    """The days on which the team works."""

    weekdays: tuple[Weekday, ...] = Field(WEEKDAYS[:5], description="The working days of a week.", min_length=1)
    hours: int = Field(8, description="The working hours of a day.", ge=1, le=24)
    holidays: tuple[Dates, ...] = Field((), description="Days off for everyone: 2025-12-24 to 2025-12-26.")

    def size(self, unit: str) -> Fraction:
        """The working days in a unit of time: a week has the team's weekdays, a month 52/12 weeks."""
        return _sizes(self.hours, len(self.weekdays))[unit]

    def days(self, quantity: Quantity) -> tuple[Fraction, Fraction]:
        """A duration in working days, low and high, exact."""
        return _days(self.hours, len(self.weekdays), quantity)

    def measure(self, quantity: Quantity) -> tuple[Fraction, Fraction]:
        """The ends of an amount; of a duration, in working days. Raises ValueError if the text is not an amount."""
        low, high = quantity.ends
        return self.days(quantity) if quantity.is_duration else (Fraction(low), Fraction(high))


class Team(Part):
    """The people who work on the plan; `plan_data/team.yml`."""

    people: tuple[Person, ...] = Field((), description="The people.")
    teams: tuple[People, ...] = Field((), description="Teams with their people.")
    roles: tuple[People, ...] = Field((), description="Roles with the people who fill them.")
    calendar: WorkingTime = Field(WorkingTime.model_construct(), description="The days on which the team works.")
