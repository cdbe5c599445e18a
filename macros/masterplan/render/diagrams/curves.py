"""Curves over the weeks of a plan, or other steps: a few series, each a line or the band between a low and a high."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from masterplan.render.diagrams.bars import Axis
from masterplan.render.diagrams.scene import (
    Caption,
    Connector,
    Point,
    Polygon,
    Polyline,
    Primitive,
    Scene,
    Text,
    TextStyle,
    empty_scene,
    text_block,
)
from masterplan.render.diagrams.svg import render

_LEFT = 62.0
_CHART = 500.0
_WORDS = 150.0
_TOP = 10.0
_HEIGHT = 220.0
_FOOT = 26.0
_MOST_NUMBERED = 14


@dataclass(frozen=True, slots=True)
class Series:
    """Values at the end of week 1, 2, …; with `low` the band between the two is filled, with `steps` values jump.

    `name` says it all aloud. `since` are the low and the high value before the first.
    """

    label: str
    name: str
    high: Sequence[float]
    low: Sequence[float] = ()
    steps: bool = False
    since: tuple[float, float] = (0.0, 0.0)


def curves(
    series: Sequence[Series], unit: str, caption: Caption, today: float | None = None, step: str = "Week "
) -> str:
    """Return the chart as SVG; `today` is how many weeks have passed since the plan's start, if they are weeks."""
    return render(curve_scene(series, unit, caption, today, step))


def curve_scene(
    series: Sequence[Series], unit: str, caption: Caption, today: float | None = None, step: str = "Week "
) -> Scene:
    """Return the chart's scene."""
    weeks = max((len(line.high) for line in series), default=0)
    if not weeks:
        return empty_scene(caption)
    across = Axis(_LEFT, _LEFT + _CHART, (0.0, float(weeks)))
    up = Axis.over(max(max(line.since[1], *line.high) for line in series), _TOP + _HEIGHT, _TOP)
    bands = tuple(_band(line, n, across, up) for n, line in enumerate(series) if line.low)
    lines = tuple(_line(line, n, across, up) for n, line in enumerate(series))
    return Scene(
        _LEFT + _CHART + _WORDS,
        _TOP + _HEIGHT + _FOOT,
        caption,
        (*_grid(across, up, unit, weeks, step), *bands),
        lines,
        (),
        (*_labels(series, across, up), *_today(today, across, weeks)),
    )


def _path(line: Series, end: int, across: Axis, up: Axis) -> tuple[Point, ...]:
    """The way of the low end (0) or of the high one (1) of a series."""
    values = (line.since[end], *(line.high if end else line.low))
    points = tuple((across.at(n), up.at(value)) for n, value in enumerate(values))
    if line.steps:
        points = tuple(corner for (x, y), (z, w) in pairwise(points) for corner in ((x, y), (z, y), (z, w)))
    return points


def _line(line: Series, n: int, across: Axis, up: Axis) -> Connector:
    return Connector(Polyline(_path(line, 1, across, up), f"mp-series mp-series-{n % 4}"), line.name)


def _band(line: Series, n: int, across: Axis, up: Axis) -> Polygon:
    there, back = _path(line, 1, across, up), _path(line, 0, across, up)
    return Polygon((*there, *reversed(back)), f"mp-area mp-series-{n % 4}")


def _grid(across: Axis, up: Axis, unit: str, weeks: int, step: str) -> tuple[Primitive, ...]:
    marks: list[Primitive] = []
    for tick in up.ticks:
        y = up.at(tick)
        marks.append(Polyline(((across.start, y), (across.end, y)), "mp-grid"))
        marks.extend(
            text_block((up.words(tick, unit),), TextStyle.NOTE, _LEFT - 8, y - TextStyle.NOTE.leading / 2, "end")
        )
    every = -(-weeks // _MOST_NUMBERED)
    for week in range(every, weeks + 1, every):
        words = f"{step}{week}" if week == every else str(week)
        marks.extend(text_block((words,), TextStyle.NOTE, across.at(week), up.start + 6, "middle"))
    return tuple(marks)


def _labels(series: Sequence[Series], across: Axis, up: Axis) -> tuple[Text, ...]:
    """The names of the series behind their ends, moved apart where they would meet."""
    wanted = sorted((up.at(line.high[-1]), n) for n, line in enumerate(series))
    texts: list[Text] = []
    lowest = -TextStyle.BESIDE.leading
    for y, n in wanted:
        lowest = max(y - TextStyle.BESIDE.leading / 2, lowest + TextStyle.BESIDE.leading)
        words = TextStyle.BESIDE.wrap(series[n].label, _WORDS - 16, 1)
        texts.extend(text_block(words, TextStyle.BESIDE, across.end + 8, lowest))
    return tuple(texts)


def _today(today: float | None, across: Axis, weeks: int) -> tuple[Primitive, ...]:
    if today is None or not 0 <= today <= weeks:
        return ()
    x = across.at(today)
    return (
        Polyline(((x, _TOP), (x, _TOP + _HEIGHT)), "mp-today"),
        *text_block(("today",), TextStyle.NOTE, x + 4, _TOP),
    )
