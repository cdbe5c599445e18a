"""Charts of bars, a row for each value with the value in words; axes of charts.

A bar is dark from 0 to the low end of its value, and light from there to the high end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from masterplan.model.quantity import amount
from masterplan.render.diagrams.fluid import render_fluid
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

_STEPS = (1.0, 2.0, 5.0, 10.0)
_MOST_TICKS = 6

_WIDTH = 340.0
_CHART = 222.0
_LEFT = 10.0
_ROW = 42.0
_BAR = 14.0
_FOOT = 26.0
_SHORTEST = 3.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear scale from values to pixels, from 0 at `start` to the greatest tick at `end`."""

    start: float
    end: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, greatest: float, start: float, end: float) -> "Axis":
        """An axis from 0 to a round number that is at least the greatest value."""
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
    """A row: its label, both ends, the value in words, and the `href` of its page."""

    label: str
    low: float
    high: float
    text: str
    href: str | None = None


def range_bars(ranges: Sequence[Range], unit: str, caption: Caption) -> str:
    """The chart as SVG; `unit` is the unit of the axis: `$`, `%`, `week`."""
    return render_fluid(_range_scene(ranges, unit, caption))


def _range_scene(ranges: Sequence[Range], unit: str, caption: Caption) -> Scene:
    """The chart's scene; each bar is below its label, and its value follows."""
    if not ranges:
        return empty_scene(caption)
    axis = Axis.over(max(bar.high for bar in ranges), _LEFT, _LEFT + _CHART)
    bottom = _ROW * len(ranges)
    rows = tuple(_row(bar, axis, n * _ROW) for n, bar in enumerate(ranges))
    return Scene(_WIDTH, bottom + _FOOT, caption, _grid(axis, unit, bottom), (), rows, fluid="bars")


def _grid(axis: Axis, unit: str, bottom: float) -> tuple[Primitive, ...]:
    marks: list[Primitive] = []
    end = 0.0
    for tick in axis.ticks:
        x, words = axis.at(tick), axis.words(tick, unit)
        marks.append(Polyline(((x, 0.0), (x, bottom)), "mp-grid"))
        if x - TextStyle.NOTE.width(words) / 2 >= end:
            marks.extend(text_block((words,), TextStyle.NOTE, x, bottom + 6, "middle" if tick else "start"))
            end = x + TextStyle.NOTE.width(words) / 2 + 6
    return tuple(marks)


def _row(bar: Range, axis: Axis, top: float) -> Tile:
    low, high = axis.at(bar.low) - _LEFT, max(axis.at(bar.high) - _LEFT, _SHORTEST)
    label = TextStyle.BESIDE.wrap(bar.label, _WIDTH - 2 * _LEFT, 1)
    value = TextStyle.BESIDE.wrap(bar.text, _WIDTH - _LEFT - high - 8, 1)
    bar_top = top + TextStyle.BESIDE.leading + 6
    marks: tuple[Primitive, ...] = (
        Rect(_LEFT, bar_top, high, _BAR, "mp-range mp-range--open", 3.0),
        *((Rect(_LEFT, bar_top, low, _BAR, "mp-range", 3.0),) if low >= _SHORTEST else ()),
        *text_block(label, TextStyle.BESIDE, _LEFT, top + 4),
        *text_block(value, TextStyle.BESIDE, _LEFT + high + 6, bar_top + (_BAR - TextStyle.BESIDE.leading) / 2),
    )
    return Tile(Rect(0, top + 1, _WIDTH, _ROW - 2, "mp-row", 4.0), f"{bar.label}: {bar.text}", marks, bar.href)


def _step(greatest: float) -> float:
    """The smallest round step, at least 1, that needs no more than `_MOST_TICKS` ticks."""
    if greatest <= _MOST_TICKS:
        return 1
    rough = greatest / _MOST_TICKS
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough)
