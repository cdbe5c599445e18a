"""A few curves over the weeks of a plan, each a line or a band between low and high values; the chart is fluid.

Planned curves are dashed, actual ones solid up to today, forecasts dotted. Options are bands with both edges drawn.
Each curve has its name at its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Literal

from masterplan.render.diagrams.bars import Axis
from masterplan.render.diagrams.fluid import render_fluid
from masterplan.render.diagrams.scene import (
    Anchor,
    Caption,
    Connector,
    Point,
    Polyline,
    Primitive,
    Scene,
    Stretch,
    Text,
    TextStyle,
    empty_scene,
    text_block,
)
from masterplan.render.diagrams.weeks import Moment

CurveLook = Literal["option", "plan", "actual", "forecast"]

_WIDTH = 340.0
_LEFT = 46.0
_RIGHT = 8.0
_TOP = 22.0
_HEIGHT = 190.0
_FOOT = 24.0
_APART = 10.0
_GAP = 4.0
_SPARK = (160.0, 44.0)


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (weeks passed, value). With `low`, a value for each point, the band between both is filled.

    `name` describes the curve for screen readers; with `steps`, values jump at their points.
    """

    label: str
    name: str
    points: Sequence[Point]
    low: Sequence[float] = ()
    look: CurveLook = "option"
    steps: bool = False


@dataclass(frozen=True, slots=True)
class ShownWeeks:
    """The weeks of the axis, the labels below the ends of weeks 0, 1, …, and today."""

    weeks: int
    labels: Sequence[str]
    today: Moment | None = None


def curves(lines: Sequence[Curve], unit: str, caption: Caption, span: ShownWeeks) -> str:
    """The chart as SVG; `unit` is the unit of the values."""
    return render_fluid(curve_scene(lines, unit, caption, span))


def curve_scene(lines: Sequence[Curve], unit: str, caption: Caption, span: ShownWeeks) -> Scene:
    """The chart's scene."""
    if not any(line.points for line in lines):
        return empty_scene(caption)
    across = Axis(_LEFT, _WIDTH - _RIGHT, (0.0, float(max(1, span.weeks))))
    top = max(_TOP, TextStyle.BESIDE.leading * sum(bool(line.label) for line in lines) + _APART / 2)
    up = Axis.over(max(value for line in lines for _, value in line.points), top + _HEIGHT, top)
    areas = tuple(_area(line, n, across, up) for n, line in enumerate(lines) if line.low)
    drawn = tuple(
        Connector(Polyline(_path(line, across, up), _classes(line, n)), line.name) for n, line in enumerate(lines)
    )
    now = across.at(span.today.at) if span.today else None
    front = (*_labels(lines, across, up, now), *_today(span.today, across, up))
    back = (*_grid(across, up, unit, span), *areas)
    return Scene(_WIDTH, up.start + _FOOT, caption, back, drawn, (), front, fluid="plot")


def sparkline(values: Sequence[float], name: str, caption: Caption) -> str:
    """A small step curve of a few values as SVG, with the least value at the bottom."""
    low, high = min(values), max(values)
    heights = [_SPARK[1] - 6 - (_SPARK[1] - 12) * (value - low) / ((high - low) or 1) for value in values]
    step_width = (_SPARK[0] - 4) / max(1, len(values) - 1)
    points = [(2 + step_width * n, y) for n, y in enumerate(heights)]
    line = Connector(Polyline(_stepped(points), "mp-series mp-series-actual"), name)
    return render_fluid(Scene(*_SPARK, caption, (), (line,), fluid="spark"))


def _classes(line: Curve, n: int) -> str:
    return f"mp-series mp-series-{n % 4}" if line.look == "option" else f"mp-series mp-series-{line.look}"


def _path(line: Curve, across: Axis, up: Axis, values: Sequence[float] = ()) -> tuple[Point, ...]:
    """The points of a curve, or of its low edge, in pixels."""
    heights = values or [value for _, value in line.points]
    points = tuple((across.at(weeks), up.at(value)) for (weeks, _), value in zip(line.points, heights, strict=True))
    return _stepped(points) if line.steps else points


def _stepped(points: Sequence[Point]) -> tuple[Point, ...]:
    """A line that keeps the height of each point up to the next one, and jumps there."""
    return (points[0], *(corner for (_, y), (z, w) in pairwise(points) for corner in ((z, y), (z, w))))


def _area(line: Curve, n: int, across: Axis, up: Axis) -> Stretch:
    """The filled band of a curve; it also shows the low edge."""
    return Stretch(
        (*_path(line, across, up), *reversed(_path(line, across, up, line.low))), f"mp-area mp-series-{n % 4}"
    )


def _grid(across: Axis, up: Axis, unit: str, span: ShownWeeks) -> tuple[Primitive, ...]:
    marks: list[Primitive] = []
    for tick in up.ticks:
        y = up.at(tick)
        marks.append(Polyline(((across.start, y), (across.end, y)), "mp-grid"))
        words = (up.words(tick, unit),)
        marks.extend(text_block(words, TextStyle.NOTE, _LEFT - 6, y - TextStyle.NOTE.leading / 2, "end"))
    widest = max(map(TextStyle.NOTE.width, span.labels), default=1.0) + _APART
    step = max(1, ceil(widest / ((across.end - across.start) / across.ticks[-1])))
    for week, name in list(enumerate(span.labels))[::step]:
        x, half = across.at(week), TextStyle.NOTE.width(name) / 2
        if name and x + half <= _WIDTH:
            marks.extend(text_block((name,), TextStyle.NOTE, x, up.start + 6, "middle"))
    return tuple(marks)


def _labels(lines: Sequence[Curve], across: Axis, up: Axis, now: float | None) -> tuple[Text, ...]:
    """The names of the curves above their ends, the lowest first, each moved up until it overlaps nothing.

    They are beside the line at `now`, not across it.
    """
    ends = sorted(
        ((up.at(line.points[-1][1]), across.at(line.points[-1][0]), line.label) for line in lines if line.label),
        reverse=True,
    )
    paths = [path for line in lines for path in _drawn_paths(line, across, up)]
    texts: list[Text] = []
    for y, x, label in ends:
        words = TextStyle.BESIDE.wrap(label, _WIDTH - 2 * _APART, 1)
        text_width = max(map(TextStyle.BESIDE.width, words), default=0.0)
        at, anchor = _beside(now, max(x, text_width + _APART), text_width)
        right = at if anchor == "end" else at + text_width
        top = _free_top(y - TextStyle.BESIDE.leading - 3, (right - text_width, right), paths)
        left, foot = right - text_width, top + TextStyle.BESIDE.leading
        paths.append(((left, top), (right, top), (right, foot), (left, foot)))
        texts.extend(text_block(words, TextStyle.BESIDE, at, top, anchor))
    return tuple(texts)


def _beside(now: float | None, right: float, text_width: float) -> tuple[float, Anchor]:
    """The position of a label that ends at `right` unless it would cross the line at `now`."""
    if now is None or not right - text_width - _GAP < now < right + _GAP:
        return right, "end"
    after = max(now + _GAP, right)
    is_after = now < right and after + text_width <= _WIDTH
    return (after, "start") if is_after else (now - _GAP, "end")


def _drawn_paths(line: Curve, across: Axis, up: Axis) -> tuple[tuple[Point, ...], ...]:
    """The lines of a curve: itself, and the low edge of its band."""
    return (_path(line, across, up), *([_path(line, across, up, line.low)] if line.low else []))


def _free_top(top: float, span: tuple[float, float], paths: Sequence[Sequence[Point]]) -> float:
    """The nearest position at or above `top` at which a line of text crosses no path; `top` if there is none."""
    heights = [_heights(path, span) for path in paths]
    over, under = TextStyle.BESIDE.leading - 1, 1.0
    tops = (top - up for up in range(ceil(top) + 1))
    return next((y for y in tops if all(low <= y + under or y + over <= high for high, low in heights)), top)


def _heights(path: Sequence[Point], span: tuple[float, float]) -> tuple[float, float]:
    """The highest and the lowest point of a path within a horizontal span."""
    left, right = span
    heights: list[float] = []
    for (x, y), (z, w) in map(sorted, pairwise(path)):
        if x <= right and z >= left:
            slope = (w - y) / (z - x) if z > x else 0.0
            heights += [y + slope * (max(x, left) - x), w - slope * (z - min(z, right))]
    return (min(heights), max(heights)) if heights else (0.0, 0.0)


def _today(today: Moment | None, across: Axis, up: Axis) -> tuple[Primitive, ...]:
    if today is None or not 0 <= today.at <= across.ticks[-1]:
        return ()
    x, half = across.at(today.at), TextStyle.NAME.width(today.label) / 2
    middle = min(max(x, half), _WIDTH - half)
    line = Polyline(((x, _TOP - 6), (x, up.start)), f"mp-{today.look}")
    return line, *text_block((today.label,), TextStyle.NAME, middle, 0, "middle")
