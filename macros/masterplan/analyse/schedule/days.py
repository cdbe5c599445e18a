"""Working days: times of a schedule as weeks and dates of the plan's calendar.

Times are exact: fractions of working days, counted from 0 at the plan's start.

Without a start date there are no dates: weeks then have the team's working days, and no holiday falls on any.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import ceil, floor

from masterplan.model.plan import Plan
from masterplan.model.team import Person
from masterplan.model.window import DateSpan

Pauses = tuple[tuple[int, int], ...]
"""Working days (from, to) on which someone does not work, sorted and apart."""


class Days:
    """The working days of a plan from its start on, as its timeline has them."""

    def __init__(self, plan: Plan) -> None:
        self._timeline = plan.timeline

    @property
    def a_week(self) -> int:
        """The working days of a week without holidays."""
        return self._timeline.a_week

    def weeks(self, days: Fraction) -> Fraction:
        """Working days as weeks of working days."""
        return days / self.a_week

    def week(self, end: Fraction) -> int:
        """The week of the plan, from 1, in which something ends that ends then."""
        return self._timeline.day(_last_day(end)) // 7 + 1

    def week_of(self, day: date) -> int:
        """The week of the plan, from 1, that a day is in; 0 before it starts, and without a start."""
        start = self._timeline.start
        return max(0, (day - start).days // 7 + 1) if start else 0

    def starts_on(self, begin: Fraction) -> date | None:
        """The day on which something starts that starts then; None where it has no date."""
        return self._timeline.date(self._timeline.day(floor(begin)))

    def ends_on(self, end: Fraction) -> date | None:
        """The day on which something ends that ends then; None where it has no date."""
        return self._timeline.date(self._timeline.day(_last_day(end)))

    def until(self, week: int) -> int:
        """The working days from the start to the end of a week of the plan."""
        return self._timeline.working(7 * week)

    def before(self, day: date) -> int:
        """The working days from the start to the evening before a day; none without a start."""
        start = self._timeline.start
        return self._timeline.working((day - start).days) if start and day > start else 0

    def pauses(self, absent: Iterable[DateSpan]) -> Pauses:
        """Days away as working days."""
        away = {day for span in absent for day in self._timeline.days_of(span) if self._timeline.works(day)}
        pauses: list[tuple[int, int]] = []
        for n in sorted(map(self._timeline.working, away)):
            begin = pauses.pop()[0] if pauses and pauses[-1][1] == n else n
            pauses.append((begin, n + 1))
        return tuple(pauses)

    def is_away(self, person: Person, begin: int, end: int) -> bool:
        """Whether somebody is away on all working days of the plan from one up to, and without, another, from 0."""
        return any(start <= begin and end <= stop for start, stop in self.pauses(person.absent))


def _last_day(end: Fraction) -> int:
    """The last working day, counted from 0, of something that ends then."""
    return max(0, ceil(end) - 1)
