"""Figures computed from a plan: totals of savings, and spans of weeks."""

from collections.abc import Iterable
from decimal import Decimal

from masterplan.model.plan import Option, Plan, Sprint
from masterplan.model.quantity import Quantity, amount, total
from masterplan.model.weeks import Weeks


def stated_savings(sprints: Iterable[Sprint]) -> tuple[Quantity, ...]:
    """The savings a month of each of some sprints that states any."""
    return tuple(sprint.savings.monthly for sprint in sprints if sprint.savings)


def monthly_savings(sprints: Iterable[Sprint]) -> Quantity | None:
    """The savings a month of some sprints; None when none states any or they are not in one currency."""
    return added(stated_savings(sprints), "month")


def added(amounts: Iterable[Quantity | None], per: str = "") -> Quantity | None:
    """The sum of the amounts that are not None; None when all are or they are not of one unit."""
    try:
        return total((one for one in amounts if one), per)
    except ValueError:
        return None


def annual_savings(monthly: Quantity | None) -> Quantity | None:
    """Twelve months of savings."""
    return monthly.times(12, "year") if monthly else None


def phases_span(plan: Plan) -> Weeks | None:
    """From the first week of any phase to the last."""
    return span(phase.weeks for phase in plan.phases)


def option_span(option: Option) -> Weeks | None:
    """From the first week anybody works in an option to the last."""
    return span(work.weeks for lane in option.people for work in lane.work)


def span(windows: Iterable[Weeks]) -> Weeks | None:
    """From the first week of any window to the last of any; None without windows."""
    spans = list(windows)
    return Weeks(min(one.first for one in spans), max(one.last for one in spans)) if spans else None


def weeks(window: Weeks | None) -> Quantity | None:
    """The length of a window as a quantity: `10 weeks`."""
    length = Decimal(len(window)) if window else None
    return amount(length, length, "week") if length else None


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 week`, `10 weeks`; `many` where the plural does not end in s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
