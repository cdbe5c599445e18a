"""Axes of charts: round numbers that span the values, and where each value lies."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from masterplan.model.quantity import amount

_STEPS = (1.0, 2.0, 5.0, 10.0)
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from value to pixels: from `start` at value 0 (or the least) to `end` at the greatest tick."""

    start: float
    end: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, greatest: float, start: float, end: float) -> "Axis":
        """An axis from 0 to a round number not below the greatest value."""
        step = _step(greatest)
        return cls(start, end, tuple(step * n for n in range(max(1, ceil(greatest / step)) + 1)))

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (self.end - self.start) * value / self.ticks[-1]

    @staticmethod
    def words(tick: float, unit: str) -> str:
        """A tick with its unit: `$500`, `20%`, `1 week`, `4`."""
        return amount(Decimal(tick), Decimal(tick), unit).text


def _step(greatest: float) -> float:
    """The least whole and round step that needs no more than a few ticks: nobody counts parts of a week."""
    if greatest <= _MOST_TICKS:
        return 1
    rough = greatest / _MOST_TICKS
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough)
