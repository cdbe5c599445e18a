"""The week chart: bars over weeks, lane by lane; the chart is fluid.

Views decide what it shows; this module only lays it out. Bars of a lane that would overlap are below each other. Labels
are in their bars, or beside them if the bars are too short; a wide chart has longer labels. Points in time have a lane
of their own, the last one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, product
from math import ceil
from typing import Literal

from masterplan.render.diagrams.arrows import BarPlace, route
from masterplan.render.diagrams.diamonds import Diamond, DiamondRows, diamond_rows
from masterplan.render.diagrams.fluid import render_fluid
from masterplan.render.diagrams.nodes import Look
from masterplan.render.diagrams.scene import (
    Anchor,
    Arrow,
    Caption,
    Connector,
    PictureWidth,
    Point,
    Polyline,
    Primitive,
    Rect,
    Scene,
    Sign,
    Text,
    TextStyle,
    Tile,
    edge,
    empty_scene,
    text_block,
)

BarKind = Literal["phase", "sprint", "support"]

_WIDTH = 640.0
WIDE = 1.45
"""Ratio to the minimum width from which a chart has longer labels; the style sheet has the same."""
_GUTTER = 104.0
_PAD = 7.0
_HEADER = 22.0
_BAR = 26.0
_ROW_GAP = 8.0
_LANE_GAP = 4.0
_LEAD = 6.0
"""Distance from the line at the start of a week to a bar: room for arrows."""
_TRAIL = 1.5
_SHORTEST = 10.0
_SIGN_AT = 9.0
_WORDS_AT = 18.0
_INSET = 5.0
_BESIDE = 8.0
"""Distance from a bar to a label beside it: more than the room of arrows that end there."""
_SIGNED = 20.0
_RADIUS = 5.0
_NARROWEST = 40.0
_DENSE = 12.0
"""In charts with narrower weeks, only named weeks have lines."""


@dataclass(frozen=True, slots=True)
class WeekBar:
    """A span of whole or partial weeks, counted from 1; the last week is included."""

    first_week: float
    last_week: float
    label: str
    href: str | None = None
    title: str = ""
    """Full description, for screen readers and as the tooltip; by default the label."""
    kind: BarKind = "sprint"
    state: Look = "planned"
    done: float = 0.0
    """Share of the work that is done, 0 to 1."""
    key: str = ""
    """Id for arrows between bars."""
    brief: str = ""
    """A shorter label, in case the label does not fit."""
    note: str = ""
    """An important remark: `blocked`, `9 days late`."""
    late_until: float | None = None
    """Weeks passed up to which it is late; stripes show this from its planned end on."""


@dataclass(frozen=True, slots=True)
class WeekLane:
    """A row of the chart: a phase, a person, or a sprint."""

    label: str
    bars: Sequence[WeekBar] = ()
    diamonds: Sequence[Diamond] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A line across all lanes at a point in time, `at` weeks after the first day, with a label at the top."""

    at: float
    label: str
    look: Literal["today", "forecast"] = "today"


@dataclass(frozen=True, slots=True)
class Scale:
    """The weeks that a chart shows."""

    weeks: int
    labels: Sequence[str] = ()
    """Headings of the weeks that replace "Week 1", such as their first days."""
    moments: Sequence[Moment] = ()

    @property
    def column(self) -> float:
        """Pixels per week at the minimum width."""
        return (_WIDTH - _GUTTER - 1) / max(1, self.weeks)

    @property
    def header(self) -> float:
        """The height above the lanes: a line for moments, and one for weeks."""
        return _HEADER + (TextStyle.NAME.leading if self.moments else 0)

    @property
    def lead(self) -> float:
        """The distance before a bar."""
        return min(_LEAD, self.column / 5)

    def at(self, weeks: float) -> float:
        """The position at which a number of weeks have passed, clamped to the chart."""
        return _GUTTER + min(max(weeks, 0.0), self.weeks) * self.column


@dataclass(frozen=True, slots=True)
class _Words:
    """A bar's label in a chart that is `stretch` times as wide as the minimum."""

    text: str
    x: float
    anchor: Anchor
    inside: bool
    stretch: float

    @property
    def taken(self) -> tuple[float, float]:
        text_width = TextStyle.BAR.width(self.text) / self.stretch
        start = self.x - (text_width if self.anchor == "end" else 0)
        return start, start + text_width


@dataclass(frozen=True, slots=True)
class _Slot:
    """A bar with its horizontal position, its labels, and the space it takes."""

    bar: WeekBar
    left: float
    right: float
    end: float
    """The right end of the bar or of its stripes."""
    words: tuple[_Words, ...] = ()

    @property
    def taken(self) -> tuple[float, float]:
        spans = [words.taken for words in self.words]
        return min([self.left, *(start for start, _ in spans)]), max([self.end, *(end for _, end in spans)])


def draw_weeks(lanes: Sequence[WeekLane], scale: Scale, caption: Caption, arrows: Iterable[Arrow] = ()) -> str:
    """The chart as SVG; arrows lead between the keys of bars."""
    return render_fluid(week_scene(lanes, scale, caption, arrows))


def week_scene(lanes: Sequence[WeekLane], scale: Scale, caption: Caption, arrows: Iterable[Arrow] = ()) -> Scene:
    """The chart's scene."""
    if not lanes:
        return empty_scene(caption)
    rows = [_rows(_slots(lane.bars, scale)) for lane in lanes]
    points = [_diamonds(lane, scale) for lane in lanes]
    heights = [_lane_height(*of_lane) for of_lane in zip(lanes, rows, points, strict=True)]
    tops = [*accumulate((height + _LANE_GAP for height in heights), initial=scale.header)]
    width = max(_WIDTH, *(of_lane.right + _PAD for of_lane in points))
    placed = [
        (slot, BarPlace(slot.left, top + _PAD + at * (_BAR + _ROW_GAP), slot.right - slot.left, _BAR))
        for top, of_lane in zip(tops, rows, strict=False)
        for at, row in enumerate(of_lane)
        for slot in row
    ]
    bottom = tops[-1] - _LANE_GAP
    backdrop: list[Primitive] = []
    for lane, top, height in zip(lanes, tops, heights, strict=False):
        backdrop.append(Rect(0, top, width, height, "mp-band", 6.0))
        backdrop.extend(text_block(_heading(lane), TextStyle.HEADING, _PAD, top + _PAD))
    backdrop.extend(_axis(scale, bottom))
    tiles = (tile for top, of_lane in zip(tops, points, strict=False) for tile in of_lane.tiles(top + _PAD))
    boxes = (*(_box(slot, place) for slot, place in placed), *tiles)
    return Scene(width, bottom + 1, caption, tuple(backdrop), _edges(arrows, placed), boxes, fluid="weeks")


def _diamonds(lane: WeekLane, scale: Scale) -> DiamondRows:
    """The points in time of a lane, in rows."""
    return diamond_rows(((scale.at(diamond.at), diamond) for diamond in lane.diamonds), _GUTTER, _WIDTH - _PAD)


def _slots(bars: Sequence[WeekBar], scale: Scale) -> list[_Slot]:
    """Bars with their labels, which keep clear of the bars before and after them."""
    bare = [_bare(bar, scale) for bar in bars]
    return [replace(slot, words=tuple(_words(slot, bare, stretch) for stretch in (1.0, WIDE))) for slot in bare]


def _bare(bar: WeekBar, scale: Scale) -> _Slot:
    left = min(scale.at(bar.first_week - 1), _WIDTH - _SHORTEST - scale.lead - _TRAIL) + scale.lead
    right = max(scale.at(bar.last_week) - _TRAIL, left + _SHORTEST)
    late = right if bar.late_until is None else scale.at(bar.late_until)
    return _Slot(bar, left, right, max(right, late))


def _words(slot: _Slot, lane: Sequence[_Slot], stretch: float) -> _Words:
    """The longest label that fits in a bar or beside it; if none fits, the label is cut."""
    bar, start = slot.bar, slot.left + (_WORDS_AT if slot.right - slot.left >= _SIGNED else _INSET)
    after = min([other.left for other in lane if other.left >= slot.end], default=_WIDTH) - _INSET
    before = max([other.end for other in lane if other.end <= slot.left], default=_GUTTER) + _INSET
    places: tuple[tuple[float, float, Anchor, bool], ...] = (
        (start, slot.right - _INSET - start, "start", True),
        (slot.end + _BESIDE, after - slot.end - _BESIDE, "start", False),
        (slot.left - _BESIDE, slot.left - _BESIDE - before, "end", False),
    )
    for text in _wordings(bar):
        text_width = TextStyle.BAR.width(text) / stretch
        for x, width, anchor, inside in places:
            if text_width <= width:
                return _Words(text, x, anchor, inside, stretch)
    x, width, anchor, inside = max(places, key=lambda place: place[1])
    cut = TextStyle.BAR.wrap(bar.label, width * stretch, 1) if width * stretch >= _NARROWEST else ()
    return _Words("".join(cut), x, anchor, inside, stretch)


def _wordings(bar: WeekBar) -> Iterator[str]:
    """The possible labels of a bar, the longest first."""
    names = list(dict.fromkeys(filter(None, (bar.label, bar.brief))))
    yield from (" · ".join(filter(None, (name, bar.note))) for name in names)
    if bar.note:
        yield from names


def _rows(slots: Iterable[_Slot]) -> list[list[_Slot]]:
    """Put each bar in the first row in which neither it nor its label overlaps another."""
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


def _box(slot: _Slot, place: BarPlace) -> Tile:
    bar, top = slot.bar, place.y
    marks: list[Primitive] = []
    if bar.done > 0:
        share = max(place.width * min(bar.done, 1.0), 2 * _RADIUS)
        marks.append(Rect(slot.left, top, share, _BAR, f"mp-share mp-{bar.state}", _RADIUS))
    if slot.end > slot.right:
        marks.append(Polyline(((slot.right, place.middle), (slot.end, place.middle)), "mp-late"))
    if place.width >= _SIGNED and bar.kind == "sprint":
        marks.append(Sign(slot.left + _SIGN_AT, place.middle, bar.state))
    marks.extend(_texts(slot.words, top + (_BAR - TextStyle.BAR.leading) / 2))
    frame = Rect(slot.left, top, place.width, _BAR, f"mp-node mp-bar mp-{bar.kind} mp-{bar.state}", _RADIUS)
    return Tile(frame, bar.title or bar.label, tuple(marks), bar.href)


def _texts(words: Sequence[_Words], top: float) -> Iterator[Text]:
    """The label of a bar: one text for all widths, or one each for narrow and wide charts."""
    is_same = len({(label.text, label.x, label.anchor) for label in words}) == 1
    widths: tuple[PictureWidth, ...] = ("",) if is_same else ("slim", "wide")
    for label, width in zip(words, widths, strict=False):
        style = TextStyle.BAR if label.inside else TextStyle.BESIDE
        lines = (label.text,) if label.text else ()
        yield from (replace(text, only_at=width) for text in text_block(lines, style, label.x, top, label.anchor))


def _heading(lane: WeekLane) -> tuple[str, ...]:
    return TextStyle.HEADING.wrap(lane.label, _GUTTER - 2 * _PAD, 3)


def _lane_height(lane: WeekLane, rows: Sequence[Sequence[_Slot]], points: DiamondRows) -> float:
    bars = len(rows) * (_BAR + _ROW_GAP) - _ROW_GAP
    return max(bars, points.height, len(_heading(lane)) * TextStyle.HEADING.leading) + 2 * _PAD


def _axis(scale: Scale, bottom: float) -> list[Primitive]:
    """The moments with their labels, and the lines of weeks, as many of them named as fit."""
    names = scale.labels or [f"Week {week + 1}" for week in range(scale.weeks)]
    widest = max(map(TextStyle.NOTE.width, names), default=0.0)
    step = ceil((widest + _INSET) / scale.column)
    lines: list[Primitive] = []
    across = [(scale.at(moment.at) - _INSET, scale.at(moment.at) + _INSET) for moment in scale.moments]
    drawn: list[Primitive] = []
    for moment in scale.moments:
        x = scale.at(moment.at)
        drawn.append(Polyline(((x, TextStyle.NAME.leading + 2), (x, bottom)), f"mp-{moment.look}"))
    for anchor, moment in zip(_anchors(scale), scale.moments, strict=False):
        drawn.extend(text_block((moment.label,), TextStyle.NAME, scale.at(moment.at), 2, anchor))
    for week, name in enumerate(names[: scale.weeks]):
        x = scale.at(week)
        named = week % step == 0
        if named or scale.column >= _DENSE:
            lines.append(Polyline(((x, scale.header), (x, bottom)), "mp-grid"))
        end = x + TextStyle.NOTE.width(name)
        if named and _is_clear(x, end, across):
            lines.extend(text_block((name,), TextStyle.NOTE, x, scale.header - _HEADER + 3))
    return [*lines, *drawn]


def _anchors(scale: Scale) -> tuple[Anchor, ...]:
    """How the labels of moments are placed at their lines so that none overlap; the last one may be left out."""
    sides: tuple[Anchor, ...] = ("middle", "start", "end")
    for number in range(len(scale.moments), 0, -1):
        for anchors in product(sides, repeat=number):
            spans = [_span(scale, moment, anchor) for moment, anchor in zip(scale.moments, anchors, strict=False)]
            if all(_is_clear(*span, spans[:at]) for at, span in enumerate(spans)):
                return anchors
    return ()


def _span(scale: Scale, moment: Moment, anchor: Anchor) -> tuple[float, float]:
    """The left and right end of a moment's label."""
    text_width = TextStyle.NAME.width(moment.label)
    start = scale.at(moment.at) - {"start": 0.0, "middle": text_width / 2, "end": text_width}[anchor]
    return start, start + text_width


def _is_clear(start: float, end: float, taken: Iterable[tuple[float, float]]) -> bool:
    """Whether text between two positions is within the chart and overlaps no other text."""
    return start >= 0 and end <= _WIDTH and not any(start < right and left < end for left, right in taken)


def _edges(arrows: Iterable[Arrow], placed: Sequence[tuple[_Slot, BarPlace]]) -> tuple[Connector, ...]:
    """The arrows between bars; none if one would run across the label of a bar."""
    frames = {slot.bar.key: place for slot, place in placed}
    names = {slot.bar.key: slot.bar.label for slot, _ in placed}
    labels = [(place.y, *words.taken) for slot, place in placed for words in slot.words]
    taken = [*labels, *((place.y, slot.left, slot.end) for slot, place in placed)]
    routes = [
        (arrow, route(frames[arrow.source], frames[arrow.target], taken, at % 3)) for at, arrow in enumerate(arrows)
    ]
    if any(_crosses(points, label) for _, points in routes for label in labels):
        return ()
    return tuple(edge(arrow, points, names) for arrow, points in routes)


def _crosses(points: Sequence[Point], label: tuple[float, float, float]) -> bool:
    """Whether a vertical part of an arrow runs across a label, given as the top of its row and both its ends."""
    top, left, right = label
    return any(
        left < one[0] == other[0] < right and min(one[1], other[1]) < top + _BAR and max(one[1], other[1]) > top
        for one, other in pairwise(points)
    )
