"""Range bars, one row for each thing, from its low to its high value with the value in words; and axes of charts.

An axis ends at a round number that is not below any value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from masterplan.model.quantity import amount
from masterplan.render.diagrams.scene import (
    Caption,
    Polyline,
    Primitive,
    Rect,
    Scene,
    TextStyle,
    Tile,
    empty_scene,
    text_block,
)
from masterplan.render.diagrams.svg import render

_STEPS = (1.0, 2.0, 5.0, 10.0)
_MOST_TICKS = 6

_GUTTER = 170.0
_CHART = 380.0
_WORDS = 130.0
_ROW = 30.0
_BAR = 14.0
_FOOT = 26.0
_SHORTEST = 3.0


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


@dataclass(frozen=True, slots=True)
class Range:
    """A row: its label, its ends, the value in words, and the page that it links to."""

    label: str
    low: float
    high: float
    text: str
    href: str | None = None


def range_bars(ranges: Sequence[Range], unit: str, caption: Caption) -> str:
    """Return the chart as SVG; `unit` is that of the axis: `$`, `%`, `week`."""
    return render(range_scene(ranges, unit, caption))


def range_scene(ranges: Sequence[Range], unit: str, caption: Caption) -> Scene:
    """Return the chart's scene."""
    if not ranges:
        return empty_scene(caption)
    axis = Axis.over(max(bar.high for bar in ranges), _GUTTER, _GUTTER + _CHART)
    bottom = _ROW * len(ranges)
    rows = tuple(_row(bar, axis, n * _ROW) for n, bar in enumerate(ranges))
    return Scene(_GUTTER + _CHART + _WORDS, bottom + _FOOT, caption, _grid(axis, unit, bottom), (), rows)


def _grid(axis: Axis, unit: str, bottom: float) -> tuple[Primitive, ...]:
    marks: list[Primitive] = []
    for tick in axis.ticks:
        x = axis.at(tick)
        marks.append(Polyline(((x, 0.0), (x, bottom)), "mp-grid"))
        marks.extend(text_block((axis.words(tick, unit),), TextStyle.NOTE, x, bottom + 6, "middle"))
    return tuple(marks)


def _row(bar: Range, axis: Axis, top: float) -> Tile:
    left, right = axis.at(bar.low), axis.at(bar.high)
    wide = max(right - left, _SHORTEST)
    label = TextStyle.BESIDE.wrap(bar.label, _GUTTER - 16, 1)
    value = TextStyle.BESIDE.wrap(bar.text, _WORDS - 16, 1)
    middle = top + (_ROW - TextStyle.BESIDE.leading) / 2
    marks: tuple[Primitive, ...] = (
        Rect(left, top + (_ROW - _BAR) / 2, wide, _BAR, "mp-range", 3.0),
        *text_block(label, TextStyle.BESIDE, _GUTTER - 10, middle, "end"),
        *text_block(value, TextStyle.BESIDE, left + wide + 8, middle),
    )
    return Tile(
        Rect(0, top + 1, axis.end + _WORDS, _ROW - 2, "mp-row", 4.0), f"{bar.label}: {bar.text}", marks, bar.href
    )


def _step(greatest: float) -> float:
    """The least whole and round step that needs no more than a few ticks: nobody counts parts of a week."""
    if greatest <= _MOST_TICKS:
        return 1
    rough = greatest / _MOST_TICKS
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough)
