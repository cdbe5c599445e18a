"""Range bars: one row for each thing, from its low to its high value, with the value in words beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from masterplan.render.diagrams.axis import Axis
from masterplan.render.diagrams.scene import Box, Caption, Line, Mark, Rect, Scene, Style, block, empty_scene
from masterplan.render.diagrams.svg import render

_GUTTER = 170.0
_CHART = 380.0
_WORDS = 130.0
_ROW = 30.0
_BAR = 14.0
_FOOT = 26.0
_SHORTEST = 3.0


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
    axis = Axis.over(max(each.high for each in ranges), _GUTTER, _GUTTER + _CHART)
    bottom = _ROW * len(ranges)
    rows = tuple(_row(each, axis, n * _ROW) for n, each in enumerate(ranges))
    return Scene(_GUTTER + _CHART + _WORDS, bottom + _FOOT, caption, _grid(axis, unit, bottom), (), rows)


def _grid(axis: Axis, unit: str, bottom: float) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for tick in axis.ticks:
        x = axis.at(tick)
        marks.append(Line(((x, 0.0), (x, bottom)), "mp-grid"))
        marks.extend(block((axis.words(tick, unit),), Style.NOTE, x, bottom + 6, "middle"))
    return tuple(marks)


def _row(each: Range, axis: Axis, top: float) -> Box:
    left, right = axis.at(each.low), axis.at(each.high)
    wide = max(right - left, _SHORTEST)
    label = Style.BESIDE.wrap(each.label, _GUTTER - 16, 1)
    value = Style.BESIDE.wrap(each.text, _WORDS - 16, 1)
    middle = top + (_ROW - Style.BESIDE.leading) / 2
    marks: tuple[Mark, ...] = (
        Rect(left, top + (_ROW - _BAR) / 2, wide, _BAR, "mp-range", 3.0),
        *block(label, Style.BESIDE, _GUTTER - 10, middle, "end"),
        *block(value, Style.BESIDE, left + wide + 8, middle),
    )
    return Box(
        Rect(0, top + 1, axis.end + _WORDS, _ROW - 2, "mp-row", 4.0), f"{each.label}: {each.text}", marks, each.href
    )
