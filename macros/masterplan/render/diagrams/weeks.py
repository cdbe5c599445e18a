"""The week chart: who or what is busy in which weeks, lane by lane.

It takes what a view has decided and only lays it out. Charts with the same number of weeks share one scale,
so that several can stand below each other and be compared. Bars that would meet in a lane stand below each
other; a bar too short for its words has them beside it. Points in time have a lane of their own, the last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Literal

from masterplan.render.diagrams.diamonds import Diamond, DiamondRows, diamond_rows
from masterplan.render.diagrams.nodes import Look
from masterplan.render.diagrams.scene import (
    Anchor,
    Arrow,
    Caption,
    Connector,
    Point,
    Polyline,
    Primitive,
    Rect,
    Scene,
    Sign,
    TextStyle,
    Tile,
    edge,
    empty_scene,
    text_block,
)
from masterplan.render.diagrams.svg import render

BarKind = Literal["phase", "sprint", "support", "derived"]

_GUTTER = 112.0
_PAD = 12.0
_HEADER = 26.0
_CHART = 568.0
_COLUMNS = (16.0, 72.0)
_BAR = 32.0
_ROW_GAP = 16.0
_TURN = 4.0
_LANE_GAP = 8.0
_INSET = 8.0
_SIGN = 16.0
_FOOT = 22.0
_EDGE = 1.5
_RADIUS = 6.0
_SHORTEST = 14.0
_SIGNED = 28.0
_LINES = 2
_NARROWEST = 24.0
_TODAY = "Today"


@dataclass(frozen=True, slots=True)
class WeekBar:
    """A stretch of whole or part weeks; week 1 is the first, and the last week belongs to the bar."""

    first_week: float
    last_week: float
    label: str
    href: str | None = None
    title: str = ""
    """What the bar is, in full: spoken, and shown as its tooltip. Without one the label is."""
    kind: BarKind = "sprint"
    state: Look = "planned"
    done: float = 0.0
    """Done share, 0 to 1."""
    key: str = ""
    """For arrows between bars."""


@dataclass(frozen=True, slots=True)
class WeekLane:
    """A row of the chart: a phase, a person, or a sprint."""

    label: str
    bars: Sequence[WeekBar] = ()
    diamonds: Sequence[Diamond] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """The weeks that a chart shows."""

    weeks: int
    labels: Sequence[str] = ()
    """What stands above each week in place of "Week 1", such as the date it begins."""
    today: float | None = None
    """Weeks passed since the plan's start, such as 2.4 in the third week."""

    @property
    def column(self) -> float:
        """Pixels per week."""
        return min(max(_CHART // max(1, self.weeks), _COLUMNS[0]), _COLUMNS[1])

    @property
    def right(self) -> float:
        """Where the last week ends."""
        return self.at(self.weeks)

    def at(self, weeks: float) -> float:
        """Return where so many weeks have passed, kept within the chart."""
        return _GUTTER + min(max(weeks, 0.0), self.weeks) * self.column


@dataclass(frozen=True, slots=True)
class _Slot:
    """A bar with its place across the chart: its sides, its words, and all the room it takes."""

    bar: WeekBar
    left: float
    right: float
    lines: tuple[str, ...]
    text_at: float
    anchor: Anchor = "start"

    @property
    def taken(self) -> tuple[float, float]:
        wide = max(map(TextStyle.BAR.width, self.lines), default=0.0)
        start = self.text_at - (wide if self.anchor == "end" else 0)
        return min(self.left, start), max(self.right, start + wide)


def draw_weeks(lanes: Sequence[WeekLane], scale: Scale, caption: Caption, arrows: Iterable[Arrow] = ()) -> str:
    """Return the chart as SVG; arrows lead between the keys of bars."""
    return render(week_scene(lanes, scale, caption, arrows))


def week_scene(lanes: Sequence[WeekLane], scale: Scale, caption: Caption, arrows: Iterable[Arrow] = ()) -> Scene:
    """Return the chart's scene."""
    if not lanes:
        return empty_scene(caption)
    rows = [_rows([_slot(bar, scale) for bar in lane.bars]) for lane in lanes]
    points = [_diamonds(lane, scale) for lane in lanes]
    heights = [_lane_height(*of_lane) for of_lane in zip(lanes, rows, points, strict=True)]
    tops = [*accumulate((high + _LANE_GAP for high in heights), initial=_HEADER)]
    right = max(scale.right, *(of_lane.right + _PAD for of_lane in points))
    boxes = [
        (slot.bar, _box(slot, top + _PAD + at * (_BAR + _ROW_GAP)))
        for top, of_lane in zip(tops, rows, strict=False)
        for at, row in enumerate(of_lane)
        for slot in row
    ]
    bottom = tops[-1] - _LANE_GAP
    backdrop: list[Primitive] = []
    for lane, top, high in zip(lanes, tops, heights, strict=False):
        backdrop.append(Rect(0, top, right, high, "mp-band", 8.0))
        backdrop.extend(text_block(_words(lane), TextStyle.HEADING, _PAD, top + _PAD))
    backdrop.extend((*_grid(scale, bottom), *_today(scale, bottom)))
    tiles = (tile for top, of_lane in zip(tops, points, strict=False) for tile in of_lane.tiles(top + _PAD))
    return Scene(
        right + 1,
        bottom + (_FOOT if scale.today is not None else 1),
        caption,
        tuple(backdrop),
        _edges(arrows, boxes),
        (*(box for _, box in boxes), *tiles),
    )


def _diamonds(lane: WeekLane, scale: Scale) -> DiamondRows:
    """The points of a lane in rows."""
    return diamond_rows(((scale.at(diamond.at), diamond) for diamond in lane.diamonds), _GUTTER, scale.right - _PAD)


def _slot(bar: WeekBar, scale: Scale) -> _Slot:
    """Put a bar's words inside it, or else on the side where there is room for them."""
    left = min(scale.at(bar.first_week - 1), scale.right - _SHORTEST) + _EDGE
    right = max(scale.at(bar.last_week) - _EDGE, left + _SHORTEST - 2 * _EDGE)
    start = left + _INSET + (_SIGN if right - left >= _SIGNED else 0)
    inside, after, before = right - _INSET - start, scale.right - right - 2 * _INSET, left - _GUTTER - 2 * _INSET
    if lines := TextStyle.BAR.whole(bar.label, inside, _LINES):
        return _Slot(bar, left, right, lines, start)
    wanted = TextStyle.BAR.width(bar.label)
    if after >= wanted or (after >= before and after > inside):
        return _Slot(bar, left, right, _cut(bar.label, after, 1), right + _INSET)
    if before >= min(wanted, inside):
        return _Slot(bar, left, right, _cut(bar.label, before, 1), left - _INSET, "end")
    return _Slot(bar, left, right, _cut(bar.label, inside, _LINES), start)


def _cut(label: str, room: float, lines: int) -> tuple[str, ...]:
    return TextStyle.BAR.wrap(label, room, lines) if room >= _NARROWEST else ()


def _rows(slots: Iterable[_Slot]) -> list[list[_Slot]]:
    """Give each bar the first row in which neither it nor its words meet another."""
    rows: list[list[_Slot]] = []
    for slot in sorted(slots, key=lambda slot: (slot.left, slot.right, slot.bar.label, slot.bar.key)):
        start, end = slot.taken
        free = (row for row in rows if all(other.taken[1] < start or end < other.taken[0] for other in row))
        row = next(free, None)
        if row is None:
            row = []
            rows.append(row)
        row.append(slot)
    return rows


def _box(slot: _Slot, top: float) -> Tile:
    bar = slot.bar
    width = slot.right - slot.left
    marks: list[Primitive] = []
    if bar.done > 0:
        share = Rect(
            slot.left, top, max(width * min(bar.done, 1.0), 2 * _RADIUS), _BAR, f"mp-share mp-{bar.state}", _RADIUS
        )
        marks.append(share)
    if width >= _SIGNED:
        marks.append(Sign(slot.left + _INSET + 5, top + _BAR / 2, bar.state))
    text_top = top + (_BAR - len(slot.lines) * TextStyle.BAR.leading) / 2
    inside = slot.left < slot.text_at < slot.right
    marks.extend(
        text_block(slot.lines, TextStyle.BAR if inside else TextStyle.BESIDE, slot.text_at, text_top, slot.anchor)
    )
    frame = Rect(slot.left, top, width, _BAR, f"mp-node mp-{bar.kind} mp-{bar.state}", _RADIUS)
    return Tile(frame, bar.title or bar.label, tuple(marks), bar.href)


def _words(lane: WeekLane) -> tuple[str, ...]:
    return TextStyle.HEADING.wrap(lane.label, _GUTTER - 2 * _PAD, 3)


def _lane_height(lane: WeekLane, rows: Sequence[Sequence[_Slot]], points: DiamondRows) -> float:
    bars = len(rows) * (_BAR + _ROW_GAP) - _ROW_GAP
    return max(bars, points.height, len(_words(lane)) * TextStyle.HEADING.leading) + 2 * _PAD


def _grid(scale: Scale, bottom: float) -> list[Primitive]:
    """Name as many weeks as there is room for, each at the line where it begins."""
    names = scale.labels or [f"Week {week + 1}" for week in range(scale.weeks)]
    widest = max(map(TextStyle.NOTE.width, names), default=0.0)
    step = ceil((widest + _INSET) / scale.column)
    marks: list[Primitive] = []
    for week, name in enumerate(names[: scale.weeks]):
        x = scale.at(week)
        marks.append(Polyline(((x, _HEADER), (x, bottom)), "mp-grid"))
        if week % step == 0 and x + TextStyle.NOTE.width(name) <= scale.right:
            marks.extend(text_block((name,), TextStyle.NOTE, x + 1, 4))
    return marks


def _today(scale: Scale, bottom: float) -> tuple[Primitive, ...]:
    if scale.today is None or not 0 <= scale.today <= scale.weeks:
        return ()
    x = scale.at(scale.today)
    half = TextStyle.NAME.width(_TODAY) / 2
    line = Polyline(((x, _HEADER), (x, bottom + _TURN)), "mp-today")
    return line, *text_block((_TODAY,), TextStyle.NAME, min(x, scale.right - half), bottom + _TURN, "middle")


def _edges(arrows: Iterable[Arrow], boxes: Iterable[tuple[WeekBar, Tile]]) -> tuple[Connector, ...]:
    frames = {bar.key: box.frame for bar, box in boxes}
    names = {bar.key: bar.label for bar, _ in boxes}
    return tuple(
        edge(arrow, _route(frames[arrow.source], frames[arrow.target], 5.0 * (at % 3)), names)
        for at, arrow in enumerate(arrows)
    )


def _route(source: Rect, target: Rect, shift: float) -> tuple[Point, ...]:
    """Lead out of the source between two rows and into the target near its start, from above or below.

    Bars lie on the line and hide it where it passes them.
    """
    end = target.x + min(_INSET + shift, target.width / 2)
    start = min(max(end, source.x + _INSET), source.x + source.width - _INSET - min(shift, source.width / 2))
    upward, level = target.y < source.y, target.y == source.y
    leave = source.y if upward else source.y + source.height
    arrive = target.y + target.height if upward or level else target.y
    if start == end and not level:
        return (start, leave), (end, arrive)
    turn = leave + (-_TURN if upward else _ROW_GAP / 2 if level else _TURN)
    return (start, leave), (start, turn), (end, turn), (end, arrive)
