"""Savings that have come in, beside those that were planned to be in by the same day.

A sprint saves from the day after it is done, a month of savings being spread evenly over 52/12 weeks. What it was found
to save counts from then on until another amount was found; while nothing was found, nothing has come in. Planned
savings are those the sprint states, from the day after its phase ends; they need the plan's start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from masterplan.analyse.accrual import WEEKS_A_MONTH
from masterplan.analyse.figures import added
from masterplan.analyse.progress import Standing
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity, amount


@dataclass(frozen=True, slots=True)
class Saved:
    """What one sprint that is done saves: a month as planned and as found, and what was found to have come in."""

    sprint: str
    since: date
    planned: Quantity | None
    found: Quantity | None
    so_far: Quantity | None


@dataclass(frozen=True, slots=True)
class Realised:
    """Savings of the plan on a day.

    `monthly_planned` and `monthly_found` are sums over the sprints that are done; `so_far` is what has come in, and
    `planned_by_now` what should have. A sum is None where nothing is known or amounts are in several currencies.
    """

    rows: tuple[Saved, ...]
    monthly_planned: Quantity | None
    monthly_found: Quantity | None
    so_far: Quantity | None
    planned_by_now: Quantity | None

    @classmethod
    def of(cls, plan: Plan, standings: Mapping[str, Standing], today: date | None) -> "Realised":
        """The savings of a plan whose sprints stand so; without a day, up to the latest entry."""
        day = today or max((entry.date for entry in plan.entries), default=None)
        rows = tuple(
            _saved(plan, standing, since, day or since)
            for standing in standings.values()
            if (since := standing.done_on) is not None
        )
        return cls(
            rows,
            added([row.planned for row in rows], "month"),
            added([row.found for row in rows], "month"),
            added([row.so_far for row in rows]),
            added(_planned(plan, standings, day)) if day else None,
        )


def _saved(plan: Plan, standing: Standing, since: date, day: date) -> Saved:
    stated = plan.sprints[standing.sprint].savings
    found = [(entry.date, entry.saves) for entry in standing.entries if entry.saves]
    begins = [since, *(max(since, at) for at, _ in found[1:]), day]
    parts = [_over(value, (begins[n + 1] - begins[n]).days) for n, (_, value) in enumerate(found)]
    return Saved(standing.sprint, since, stated.monthly if stated else None, standing.saves, added(parts))


def _planned(plan: Plan, standings: Mapping[str, Standing], day: date) -> list[Quantity | None]:
    """What every sprint that was not dropped should have saved by a day, had its phase ended in time."""
    start = plan.header.start
    found: list[Quantity | None] = []
    for id_, phase in plan.phase_of.items():
        stated = plan.sprints[id_].savings
        if stated and start and standings[id_].state != "dropped":
            found.append(_over(stated.monthly, (day - phase.weeks.dates(start)[1]).days))
    return found


def _over(monthly: Quantity, days: int) -> Quantity:
    """The savings of so many days, to the cent."""
    months = Decimal(max(days, 0)) / 7 / WEEKS_A_MONTH
    low, high = ((end * months).quantize(Decimal("0.01")) for end in monthly.ends)
    return amount(low, high, monthly.unit, mark=monthly.mark)
