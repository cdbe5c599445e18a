"""Savings over time: what each option would have saved by each week, and what has come in beside what was planned.

A month of savings is spread evenly over 52/12 weeks. In an option a sprint saves from the week after its last one.

Savings come in from the day after a sprint is done. The amount that an entry states counts until another entry states
one; without any, nothing has come in. Planned savings are those the sprint states, from the day after its
window or its phase ends; they need the plan's start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from masterplan.analyse.figures import added
from masterplan.analyse.progress import Standing
from masterplan.analyse.staffing import Staffing
from masterplan.model.plan import Plan
from masterplan.model.quantity import DecimalMark, Quantity, amount
from masterplan.model.sprint import Sprint

WEEKS_A_MONTH = Decimal(52) / 12
_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Accrual:
    """What one option has saved: `low[n]` and `high[n]` are the sums by the end of week n + 1, in `unit`."""

    option: str
    unit: str
    low: tuple[Decimal, ...]
    high: tuple[Decimal, ...]
    mark: DecimalMark

    def by(self, week: int) -> Quantity:
        """The sum by the end of a week that it has, counted from 1 or backwards from -1, to the whole unit."""
        n = week - 1 if week > 0 else week
        return amount(self.low[n].quantize(_WHOLE), self.high[n].quantize(_WHOLE), self.unit, mark=self.mark)


def ends(staffing: Staffing) -> Mapping[str, int]:
    """The last week in which each sprint is worked on in an option, without those whose work has no end."""
    return {id_: span.last_week for id_, span in staffing.spans.items() if span.last_week}


def accrual(sprints: Iterable[Sprint], staffing: Staffing, weeks: int) -> Accrual | None:
    """The savings of some sprints in an option over this many weeks; None when none saves, or in more than one unit."""
    return _accrued(sprints, staffing.option.id, ends(staffing), range(1, weeks + 1))


def accrual_at(sprints: Iterable[Sprint], option: str, last: Mapping[str, int], week: int) -> Accrual | None:
    """The savings by the end of one week alone, when each sprint ends in the week given; None as above."""
    return _accrued(sprints, option, last, range(week, week + 1))


def _accrued(sprints: Iterable[Sprint], option: str, last: Mapping[str, int], weeks: range) -> Accrual | None:
    stated = {sprint.id: sprint.savings.monthly for sprint in sprints if sprint.savings}
    saving = [(end, stated[id_]) for id_, end in last.items() if id_ in stated]
    units = {monthly.unit for _, monthly in saving}
    if len(units) != 1:
        return None
    low, high = (_sums([(end, monthly.ends[side]) for end, monthly in saving], weeks) for side in (0, 1))
    return Accrual(option, units.pop(), low, high, saving[0][1].mark)


def _sums(saving: list[tuple[int, Decimal]], weeks: range) -> tuple[Decimal, ...]:
    """The sums by the end of each week: what saves by then, times the weeks since it ended."""
    begins = sorted(saving)
    begun, monthly, late = 0, Decimal(0), Decimal(0)
    sums = []
    for week in weeks:
        while begun < len(begins) and begins[begun][0] < week:
            end, saves = begins[begun]
            begun, monthly, late = begun + 1, monthly + saves, late + end * saves
        sums.append(((week * monthly - late) / WEEKS_A_MONTH).quantize(Decimal("0.01")))
    return tuple(sums)


@dataclass(frozen=True, slots=True)
class SprintSavings:
    """What one sprint that is done saves: a month as planned and as reported, and what has come in."""

    sprint: str
    since: date
    planned: Quantity | None
    reported: Quantity | None
    so_far: Quantity | None


@dataclass(frozen=True, slots=True)
class RealisedSavings:
    """Savings of the plan on a day.

    `monthly_planned` and `monthly_reported` are sums over the sprints that are done; `so_far` is what has come in, and
    `planned_by_now` what should have. A sum is None where nothing is known or amounts are in several currencies.
    """

    rows: tuple[SprintSavings, ...]
    monthly_planned: Quantity | None
    monthly_reported: Quantity | None
    so_far: Quantity | None
    planned_by_now: Quantity | None

    @classmethod
    def of(cls, plan: Plan, standings: Mapping[str, Standing], today: date | None) -> "RealisedSavings":
        """The savings of a plan, given the standing of its sprints; without a day, up to the latest entry."""
        day = today or max((entry.date for entry in plan.entries), default=None)
        rows = tuple(
            _saved(plan, standing, since, day or since)
            for standing in standings.values()
            if (since := standing.done_on) is not None
        )
        return cls(
            rows,
            added([row.planned for row in rows], "month"),
            added([row.reported for row in rows], "month"),
            added([row.so_far for row in rows]),
            added(_planned(plan, standings, day)) if day else None,
        )


def _saved(plan: Plan, standing: Standing, since: date, day: date) -> SprintSavings:
    stated = plan.sprints[standing.sprint].savings
    reported = [(entry.date, entry.saves) for entry in standing.entries if entry.saves]
    begins = [since, *(max(since, at) for at, _ in reported[1:]), day]
    parts = [_over(value, (begins[n + 1] - begins[n]).days) for n, (_, value) in enumerate(reported)]
    return SprintSavings(standing.sprint, since, stated.monthly if stated else None, standing.saves, added(parts))


def _planned(plan: Plan, standings: Mapping[str, Standing], day: date) -> list[Quantity | None]:
    """What every sprint that was not dropped should have saved by a day, had it ended when it was planned to."""
    amounts: list[Quantity | None] = []
    for id_, sprint in plan.sprints.items():
        period = plan.planned(id_)
        if sprint.savings and period and period.last and not standings[id_].is_dropped:
            amounts.append(_over(sprint.savings.monthly, (day - period.last).days))
    return amounts


def _over(monthly: Quantity, days: int) -> Quantity:
    """The savings of this many days, to the cent."""
    months = Decimal(max(days, 0)) / 7 / WEEKS_A_MONTH
    low, high = ((end * months).quantize(Decimal("0.01")) for end in monthly.ends)
    return amount(low, high, monthly.unit, mark=monthly.mark)
