"""The week chart: who or what is busy in which weeks, lane by lane, as wide as its place.

It takes what a view has decided and only lays it out. Bars that would meet in a lane stand below each other. Words
stand in their bar, or beside it where it is too short for them; a chart with much room has longer words. Points in time
have a lane of their own, the last.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
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
    Polyline,
    Primitive,
    Rect,
    Room,
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
"""How much wider than the least a chart is from which on it has longer words; the style sheet has the same."""
_GUTTER = 104.0
_PAD = 7.0
_HEADER = 22.0
_BAR = 26.0
_ROW_GAP = 8.0
_LANE_GAP = 4.0
_LEAD = 6.0
"""Between the line at which a week begins and the bar that begins in it: room for arrows."""
_TRAIL = 1.5
_SHORTEST = 10.0
_SIGN_AT = 9.0
_WORDS_AT = 18.0
_INSET = 5.0
_BESIDE = 8.0
"""From a bar to words beside it: more than arrows take that end there."""
_SIGNED = 20.0
_RADIUS = 5.0
_NARROWEST = 40.0
_DENSE = 12.0
"""Weeks narrower than this have lines only where they are named."""


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
    brief: str = ""
    """A shorter label, for where the label does not fit."""
    note: str = ""
    """What must be seen of it: `blocked`, `9 days late`."""
    late_until: float | None = None
    """Weeks passed until which it is late, striped from its planned end on."""


@dataclass(frozen=True, slots=True)
class WeekLane:
    """A row of the chart: a phase, a person, or a sprint."""

    label: str
    bars: Sequence[WeekBar] = ()
    diamonds: Sequence[Diamond] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A line across all lanes at a point in time, so many weeks after the first day, with its words on top."""

    at: float
    label: str
    look: Literal["today", "forecast"] = "today"


@dataclass(frozen=True, slots=True)
class Scale:
    """The weeks that a chart shows."""

    weeks: int
    labels: Sequence[str] = ()
    """What stands above each week in place of "Week 1", such as the date it begins."""
    moments: Sequence[Moment] = ()

    @property
    def column(self) -> float:
        """Pixels per week at the least width."""
        return (_WIDTH - _GUTTER - 1) / max(1, self.weeks)

    @property
    def lead(self) -> float:
        """The room before a bar."""
        return min(_LEAD, self.column / 5)

    def at(self, weeks: float) -> float:
        """Return where so many weeks have passed, kept within the chart."""
        return _GUTTER + min(max(weeks, 0.0), self.weeks) * self.column


@dataclass(frozen=True, slots=True)
class _Words:
    """A bar's words in a chart that is so many times as wide as the least."""

    text: str
    x: float
    anchor: Anchor
    inside: bool
    stretch: float

    @property
    def taken(self) -> tuple[float, float]:
        wide = TextStyle.BAR.width(self.text) / self.stretch
        start = self.x - (wide if self.anchor == "end" else 0)
        return start, start + wide


@dataclass(frozen=True, slots=True)
class _Slot:
    """A bar with its place across the chart: its sides, its words, and all the room it takes."""

    bar: WeekBar
    left: float
    right: float
    end: float
    """Where what it draws ends: its right side, or that of the stripes."""
    words: tuple[_Words, ...] = ()

    @property
    def taken(self) -> tuple[float, float]:
        spans = [words.taken for words in self.words]
        return min([self.left, *(start for start, _ in spans)]), max([self.end, *(end for _, end in spans)])


def draw_weeks(lanes: Sequence[WeekLane], scale: Scale, caption: Caption, arrows: Iterable[Arrow] = ()) -> str:
    """Return the chart as SVG; arrows lead between the keys of bars."""
    return render_fluid(week_scene(lanes, scale, caption, arrows))


def week_scene(lanes: Sequence[WeekLane], scale: Scale, caption: Caption, arrows: Iterable[Arrow] = ()) -> Scene:
    """Return the chart's scene."""
    if not lanes:
        return empty_scene(caption)
    rows = [_rows(_slots(lane.bars, scale)) for lane in lanes]
    points = [_diamonds(lane, scale) for lane in lanes]
    heights = [_lane_height(*of_lane) for of_lane in zip(lanes, rows, points, strict=True)]
    tops = [*accumulate((high + _LANE_GAP for high in heights), initial=_HEADER)]
    width = max(_WIDTH, *(of_lane.right + _PAD for of_lane in points))
    placed = [
        (slot, BarPlace(slot.left, top + _PAD + at * (_BAR + _ROW_GAP), slot.right - slot.left, _BAR))
        for top, of_lane in zip(tops, rows, strict=False)
        for at, row in enumerate(of_lane)
        for slot in row
    ]
    bottom = tops[-1] - _LANE_GAP
    backdrop: list[Primitive] = []
    for lane, top, high in zip(lanes, tops, heights, strict=False):
        backdrop.append(Rect(0, top, width, high, "mp-band", 6.0))
        backdrop.extend(text_block(_heading(lane), TextStyle.HEADING, _PAD, top + _PAD))
    backdrop.extend(_axis(scale, bottom))
    tiles = (tile for top, of_lane in zip(tops, points, strict=False) for tile in of_lane.tiles(top + _PAD))
    boxes = (*(_box(slot, place) for slot, place in placed), *tiles)
    return Scene(width, bottom + 1, caption, tuple(backdrop), _edges(arrows, placed), boxes, fluid="weeks")


def _diamonds(lane: WeekLane, scale: Scale) -> DiamondRows:
    """The points of a lane in rows."""
    return diamond_rows(((scale.at(diamond.at), diamond) for diamond in lane.diamonds), _GUTTER, _WIDTH - _PAD)


def _slots(bars: Sequence[WeekBar], scale: Scale) -> list[_Slot]:
    """Bars with their words, which keep clear of the bars before and after them."""
    bare = [_bare(bar, scale) for bar in bars]
    return [replace(slot, words=tuple(_words(slot, bare, stretch) for stretch in (1.0, WIDE))) for slot in bare]


def _bare(bar: WeekBar, scale: Scale) -> _Slot:
    left = min(scale.at(bar.first_week - 1), _WIDTH - _SHORTEST - scale.lead - _TRAIL) + scale.lead
    right = max(scale.at(bar.last_week) - _TRAIL, left + _SHORTEST)
    late = right if bar.late_until is None else scale.at(bar.late_until)
    return _Slot(bar, left, right, max(right, late))


def _words(slot: _Slot, lane: Sequence[_Slot], stretch: float) -> _Words:
    """Put the longest words that fit into a bar, or else those that fit beside it, or else what is left of them."""
    bar, start = slot.bar, slot.left + (_WORDS_AT if slot.right - slot.left >= _SIGNED else _INSET)
    after = min([other.left for other in lane if other.left >= slot.end], default=_WIDTH) - _INSET
    before = max([other.end for other in lane if other.end <= slot.left], default=_GUTTER) + _INSET
    places: tuple[tuple[float, float, Anchor, bool], ...] = (
        (start, slot.right - _INSET - start, "start", True),
        (slot.end + _BESIDE, after - slot.end - _BESIDE, "start", False),
        (slot.left - _BESIDE, slot.left - _BESIDE - before, "end", False),
    )
    for text in _wordings(bar):
        wanted = TextStyle.BAR.width(text) / stretch
        for x, room, anchor, inside in places:
            if wanted <= room:
                return _Words(text, x, anchor, inside, stretch)
    x, room, anchor, inside = max(places, key=lambda place: place[1])
    cut = TextStyle.BAR.wrap(bar.label, room * stretch, 1) if room * stretch >= _NARROWEST else ()
    return _Words("".join(cut), x, anchor, inside, stretch)


def _wordings(bar: WeekBar) -> Iterator[str]:
    """What may stand at a bar, the longest first."""
    names = list(dict.fromkeys(filter(None, (bar.label, bar.brief))))
    yield from (" · ".join(filter(None, (name, bar.note))) for name in names)
    if bar.note:
        yield from names


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
    """The words of a bar: one text for every width, or one for little room and one for much."""
    alike = len({(one.text, one.x, one.anchor) for one in words}) == 1
    rooms: tuple[Room, ...] = ("",) if alike else ("slim", "wide")
    for one, room in zip(words, rooms, strict=False):
        style = TextStyle.BAR if one.inside else TextStyle.BESIDE
        lines = (one.text,) if one.text else ()
        yield from (replace(text, room=room) for text in text_block(lines, style, one.x, top, one.anchor))


def _heading(lane: WeekLane) -> tuple[str, ...]:
    return TextStyle.HEADING.wrap(lane.label, _GUTTER - 2 * _PAD, 3)


def _lane_height(lane: WeekLane, rows: Sequence[Sequence[_Slot]], points: DiamondRows) -> float:
    bars = len(rows) * (_BAR + _ROW_GAP) - _ROW_GAP
    return max(bars, points.height, len(_heading(lane)) * TextStyle.HEADING.leading) + 2 * _PAD


def _axis(scale: Scale, bottom: float) -> list[Primitive]:
    """The marks with their words, and as many weeks named as there is room for, each at the line where it begins."""
    names = scale.labels or [f"Week {week + 1}" for week in range(scale.weeks)]
    widest = max(map(TextStyle.NOTE.width, names), default=0.0)
    step = ceil((widest + _INSET) / scale.column)
    lines: list[Primitive] = []
    taken: list[tuple[float, float]] = []
    drawn: list[Primitive] = []
    for moment in scale.moments:
        x = scale.at(moment.at)
        wide = TextStyle.NAME.width(moment.label)
        starts: dict[Anchor, float] = {"middle": x - wide / 2, "start": x, "end": x - wide}
        clear = (one for one in starts.items() if _is_clear(one[1], one[1] + wide, taken))
        if placed := next(clear, None):
            taken.append((placed[1] - _INSET, placed[1] + wide + _INSET))
            drawn.extend(text_block((moment.label,), TextStyle.NAME, x, 2, placed[0]))
        drawn.append(Polyline(((x, _HEADER - 4), (x, bottom)), f"mp-{moment.look}"))
    for week, name in enumerate(names[: scale.weeks]):
        x = scale.at(week)
        named = week % step == 0
        if named or scale.column >= _DENSE:
            lines.append(Polyline(((x, _HEADER), (x, bottom)), "mp-grid"))
        end = x + TextStyle.NOTE.width(name)
        if named and _is_clear(x, end, taken):
            lines.extend(text_block((name,), TextStyle.NOTE, x, 3))
    return [*lines, *drawn]


def _is_clear(start: float, end: float, taken: Iterable[tuple[float, float]]) -> bool:
    """Whether words from one place to another stand within the chart, and on no others."""
    return start >= 0 and end <= _WIDTH and not any(start < other and one < end for one, other in taken)


def _edges(arrows: Iterable[Arrow], placed: Sequence[tuple[_Slot, BarPlace]]) -> tuple[Connector, ...]:
    frames = {slot.bar.key: place for slot, place in placed}
    names = {slot.bar.key: slot.bar.label for slot, _ in placed}
    taken = [
        (place.y, *span)
        for slot, place in placed
        for span in ((slot.left, slot.end), *(words.taken for words in slot.words))
    ]
    return tuple(
        edge(arrow, route(frames[arrow.source], frames[arrow.target], taken, at % 3), names)
        for at, arrow in enumerate(arrows)
    )
