"""Whether what was measured reaches what was planned, where both can be compared."""

from typing import Literal

from masterplan.model.plan import Metric
from masterplan.model.quantity import Quantity

Outcome = Literal["reached", "in part", "missed"]


def outcome(metric: Metric, measured: Quantity) -> Outcome | None:
    """How a measured value compares with a metric's target, as ranges; None where that cannot be said.

    Reached is at least as good as the least that was planned, at worst; missed is worse than that, at best. Which way
    is better the metric says, or the way from before to after does.
    """
    if not (metric.after.is_number and measured.is_number and metric.after.is_alike(measured)):
        return None
    falls = _falls(metric)
    if falls is None:
        return None
    (low, high), (least, most) = measured.ends, metric.after.ends
    worst, best, target = (high, low, most) if falls else (-low, -high, -least)
    return "reached" if worst <= target else "missed" if best > target else "in part"


def _falls(metric: Metric) -> bool | None:
    """Whether the metric should fall; None where nothing says so."""
    if metric.better is not None:
        return metric.better == "lower"
    before, after = metric.before, metric.after
    if not before.is_number:
        return True if after.unit == "%" and after.ends[1] < 0 else None
    if not before.is_alike(after):
        return None
    if after.ends[1] < before.ends[0]:
        return True
    return False if after.ends[0] > before.ends[1] else None
