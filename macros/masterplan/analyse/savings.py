"""Savings over time: the savings of each option by week, and realised savings compared with planned ones.

Monthly savings are spread evenly over 52/12 weeks. In an option, a sprint saves from the week after its last one.

Realised savings start on the day after a sprint is done. The amount stated in an entry counts until another entry
states one; without such an entry, there are none. Planned savings are those stated by the sprint, from the day after
its own or its phase's window ends; they need the plan's start.
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
    """Accumulated savings of an option: `low[n]` and `high[n]` are the sums by the end of week n + 1, in `unit`."""

    option: str
    unit: str
    low: tuple[Decimal, ...]
    high: tuple[Decimal, ...]
    mark: DecimalMark

    def by(self, week: int) -> Quantity:
        """Sum by the end of a week, counted from 1, or from the last week with -1, in whole units."""
        n = week - 1 if week > 0 else week
        return amount(self.low[n].quantize(_WHOLE), self.high[n].quantize(_WHOLE), self.unit, mark=self.mark)

    @property
    def rank(self) -> Decimal:
        """Sort key by which the option that saves most in the end comes last."""
        return self.low[-1] + self.high[-1]


def ends(staffing: Staffing) -> Mapping[str, int]:
    """Last week of work on each sprint in an option, by id, without sprints whose work has no end."""
    return {id_: span.last_week for id_, span in staffing.spans.items() if span.last_week}


def accrual(sprints: Iterable[Sprint], staffing: Staffing, weeks: int) -> Accrual | None:
    """Savings of sprints in an option over `weeks` weeks; None if none saves, or they save in several units."""
    return _accrued(sprints, staffing.option.id, ends(staffing), range(1, weeks + 1))


def accrual_at(sprints: Iterable[Sprint], option: str, last: Mapping[str, int], week: int) -> Accrual | None:
    """Savings by the end of one week only, if each sprint ends in its week in `last`; None as for `accrual`."""
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
    """Sums by the end of each week: the monthly savings of each ended sprint times the weeks since its end.

    `monthly` is the sum of these savings, `offset` the sum of each amount times its end week.
    """
    by_end = sorted(saving)
    ended, monthly, offset = 0, Decimal(0), Decimal(0)
    sums = []
    for week in weeks:
        while ended < len(by_end) and by_end[ended][0] < week:
            end, saves = by_end[ended]
            ended, monthly, offset = ended + 1, monthly + saves, offset + end * saves
        sums.append(((week * monthly - offset) / WEEKS_A_MONTH).quantize(Decimal("0.01")))
    return tuple(sums)


@dataclass(frozen=True, slots=True)
class SprintSavings:
    """Savings of a finished sprint: planned and reported monthly savings, and realised savings since it was done."""

    sprint: str
    since: date
    planned: Quantity | None
    reported: Quantity | None
    so_far: Quantity | None


@dataclass(frozen=True, slots=True)
class RealisedSavings:
    """Realised savings of a plan on a day.

    `monthly_planned` and `monthly_reported` are sums over the finished sprints. `so_far` is the sum saved to date,
    `planned_by_now` the sum planned to date. A sum is None if nothing is known or the currencies differ.
    """

    rows: tuple[SprintSavings, ...]
    monthly_planned: Quantity | None
    monthly_reported: Quantity | None
    so_far: Quantity | None
    planned_by_now: Quantity | None

    @classmethod
    def of(cls, plan: Plan, standings: Mapping[str, Standing], today: date | None) -> "RealisedSavings":
        """Compute realised savings up to `today`, or up to the latest entry if `today` is None."""
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
    bounds = [since, *(max(since, reported_on) for reported_on, _ in reported[1:]), day]
    parts = [_over(value, (bounds[n + 1] - bounds[n]).days) for n, (_, value) in enumerate(reported)]
    return SprintSavings(standing.sprint, since, stated.monthly if stated else None, standing.saves, added(parts))


def _planned(plan: Plan, standings: Mapping[str, Standing], day: date) -> list[Quantity | None]:
    """Savings by a day of each sprint that was not dropped, if it had ended as planned."""
    amounts: list[Quantity | None] = []
    for id_, sprint in plan.sprints.items():
        period = plan.planned(id_)
        if sprint.savings and period and period.last and not standings[id_].is_dropped:
            amounts.append(_over(sprint.savings.monthly, (day - period.last).days))
    return amounts


def _over(monthly: Quantity, days: int) -> Quantity:
    """Savings over a number of days, rounded to cents."""
    months = Decimal(max(days, 0)) / 7 / WEEKS_A_MONTH
    low, high = ((end * months).quantize(Decimal("0.01")) for end in monthly.ends)
    return amount(low, high, monthly.unit, mark=monthly.mark)
