"""Figures computed from a plan: totals, spans of weeks, and how far a metric moves."""

from collections.abc import Iterable
from decimal import Decimal

from masterplan.model.calendar import Weeks
from masterplan.model.plan import Metric, Option, Plan, Sprint
from masterplan.model.quantity import Quantity, amount, total


def stated_savings(sprints: Iterable[Sprint]) -> tuple[Quantity, ...]:
    """The savings a month of each of some sprints that states any."""
    return tuple(sprint.savings.monthly for sprint in sprints if sprint.savings)


def saved(sprints: Iterable[Sprint]) -> Quantity | None:
    """The savings a month of some sprints; None when none states any or they are not in one currency."""
    return added(stated_savings(sprints), "month")


def added(amounts: Iterable[Quantity | None], per: str = "") -> Quantity | None:
    """The sum of the amounts that are known; None when none is or they are not in one currency."""
    try:
        return total((known for known in amounts if known), per)
    except ValueError:
        return None


def annual(monthly: Quantity | None) -> Quantity | None:
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
    known = list(windows)
    return Weeks(min(each.first for each in known), max(each.last for each in known)) if known else None


def weeks(window: Weeks | None) -> Quantity | None:
    """The length of a window as a quantity: `10 weeks`."""
    length = Decimal(len(window)) if window else None
    return amount(length, length, "week") if length else None


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 week`, `10 weeks`; `many` where the plural does not end in s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def change(metric: Metric) -> Quantity | None:
    """How much a metric falls, in per cent of what it was, over all pairs of its before and after; None where unknown.

    5-10 min to 2-3 min is 40-80 %: from 5 to 3 at least, from 10 to 2 at most. An after that is itself in per cent,
    beside a before that is a text, is the change as it stands.
    """
    before, after = metric.before, metric.after
    if after.is_number and after.unit == "%" and not before.is_number:
        low, high = sorted(abs(end) for end in after.ends)
        return amount(low, high, "%", mark=after.mark)
    return _falls(metric, after.ends[::-1]) if _is_comparable(metric) else None


def like_for_like(metric: Metric) -> Quantity | None:
    """How much a metric falls when its low end becomes the low end and its high end the high one.

    5-10 min to 2-3 min is 60-70 %: from 5 to 2, from 10 to 3. None where `change` is, or is not made of two amounts.
    """
    return _falls(metric, metric.after.ends) if _is_comparable(metric) else None


def _is_comparable(metric: Metric) -> bool:
    before, after = metric.before, metric.after
    return before.is_number and after.is_number and before.is_alike(after) and before.ends[0] > 0


def _falls(metric: Metric, after: tuple[Decimal, Decimal]) -> Quantity:
    """The change from the ends of before to two ends of after, in this order."""
    low, high = sorted(_fall(one, other) for one, other in zip(metric.before.ends, after, strict=True))
    return amount(low, high, "%", mark=metric.after.mark)


def _fall(before: Decimal, after: Decimal) -> Decimal:
    return ((before - after) / before * 100).to_integral_value()
