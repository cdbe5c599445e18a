"""Positions for a layered drawing: boxes in layers, and lines between them at right angles.

Second half of the Sugiyama method. The layout is computed top-down and transposed for drawings from left to right.
Lines have separate ports at their boxes, move sideways only between two layers, each on its own track, and cross a
layer only where there is no box.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Literal

from masterplan.model.naming import natural
from masterplan.render.diagrams.order import Order, Pair, order
from masterplan.render.diagrams.placement import keep_apart, place, ports, tracks
from masterplan.render.diagrams.scene import Point

Orientation = Literal["LR", "TB"]

_BOX_GAP = 26.0
_PASSAGE_GAP = 16.0
_PORT_MARGIN = 14.0
_TRACK_GAP = 10.0
_TRACKS_SPAN = 240.0
_TRACK_MARGIN = 18.0


@dataclass(frozen=True, slots=True)
class LayoutItem:
    """An item to place: its size in pixels, its band, and its rank within the band."""

    key: str
    width: float
    height: float
    band: int = 0
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Parameters of a layout; lengths are in pixels."""

    direction: Orientation = "LR"
    limit: int = 8
    """Maximum number of items in a layer."""
    channel: float = 48.0
    """Minimum distance between two layers."""
    origin: Point = (0.0, 0.0)
    """Top left corner."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The result of a layout, in pixels."""

    corners: Mapping[str, Point]
    """The top left corner of each item."""
    routes: Mapping[tuple[str, str], tuple[Point, ...]]
    """The corners of each edge's line, from source to target."""
    bands: Mapping[int, tuple[Point, Point]]
    """The top left and bottom right corner of each band, as wide as the whole drawing."""
    width: float
    height: float


def layout(items: Iterable[LayoutItem], edges: Iterable[tuple[str, str]], frame: Frame) -> Layout:
    """Place items in layers and route the edges, which are pairs of keys.

    The result does not depend on the order of the arguments. Loops and duplicates are dropped; an edge that leads back
    to an earlier band or closes a cycle is drawn against the direction.
    """
    ranked = sorted(items, key=lambda item: (item.band, item.rank, natural(item.key)))
    number = {item.key: at for at, item in enumerate(ranked)}
    wanted = {(a, b): (number[a], number[b]) for a, b in edges if a != b}
    bands = [item.band for item in ranked]
    sizes = [(item.width, item.height) for item in ranked]

    def turned(point: Point) -> Point:
        return point[::-1] if frame.direction == "LR" else point

    def moved(point: Point) -> Point:
        x, y = turned(point)
        return x + frame.origin[0], y + frame.origin[1]

    levels = {band: level for level, band in enumerate(sorted(set(bands)))}
    pairs = tuple(sorted(set(wanted.values())))
    drawing = _drawing(
        tuple(levels[band] for band in bands), pairs, frame.limit, tuple(map(turned, sizes)), frame.channel
    )
    return Layout(
        {item.key: moved(corner) for item, corner in zip(ranked, drawing.corners(), strict=True)},
        {names: tuple(map(moved, drawing.line(pair))) for names, pair in wanted.items()},
        {band: (moved(start), moved(end)) for band, (start, end) in drawing.bands(bands).items()},
        *moved(drawing.size()),
    )


@lru_cache(maxsize=1024)
def _drawing(
    bands: tuple[int, ...], edges: tuple[Pair, ...], limit: int, sizes: tuple[Point, ...], channel: float
) -> "_Drawing":
    """A drawing, cached because the neighbourhoods of most sprints have one of a few shapes."""
    return _Drawing(order(bands, edges, limit), sizes, channel)


class _Drawing:
    """A top-down drawing of numbered nodes; `sizes` are pairs (width along a layer, height)."""

    def __init__(self, arranged: Order, sizes: Sequence[Point], channel: float) -> None:
        self._order = arranged
        self._nodes = len(sizes)
        passages = [(0.0, 0.0)] * (len(arranged.up) - len(sizes))
        self._across = [size[0] for size in (*sizes, *passages)]
        self._along = [size[1] for size in (*sizes, *passages)]
        reach = [max(0.0, size / 2 - _PORT_MARGIN) for size in self._across]
        self._centres = self._placed(reach)
        self._ends = ports(arranged, self._centres, reach)
        self._bends: dict[Pair, float] = {}
        self._top = [0.0] * len(self._along)
        self._stack(channel)

    def corners(self) -> list[Point]:
        return [(self._centres[at] - self._across[at] / 2, self._top[at]) for at in range(self._nodes)]

    def size(self) -> Point:
        rights = (centre + across / 2 for centre, across in zip(self._centres, self._across, strict=True))
        return max(rights, default=0.0), max(map(add, self._top, self._along), default=0.0)

    def bands(self, bands: Sequence[int]) -> dict[int, tuple[Point, Point]]:
        rows: dict[int, list[int]] = {}
        for node, band in enumerate(bands):
            rows.setdefault(band, []).append(node)
        total_width = self.size()[0]
        return {
            band: (
                (0.0, min(self._top[node] for node in nodes)),
                (total_width, max(self._top[node] + self._along[node] for node in nodes)),
            )
            for band, nodes in rows.items()
        }

    def line(self, pair: Pair) -> list[Point]:
        """The corners of an edge's line."""
        if pair not in self._order.chains:
            return self.line(pair[::-1])[::-1]
        chain = self._order.chains[pair]
        points = [(self._ends[chain[0], chain[1]][0], self._top[chain[0]] + self._along[chain[0]])]
        for link in pairwise(chain):
            if link in self._bends:
                points += [(spot, self._bends[link]) for spot in self._ends[link]]
        return [*points, (self._ends[chain[-2], chain[-1]][1], self._top[chain[-1]])]

    def _placed(self, reach: Sequence[float]) -> list[float]:
        """The nodes' centres, with the leftmost side at 0."""

        def gap(a: int, b: int) -> float:
            between = _BOX_GAP if max(a, b) < self._nodes else _PASSAGE_GAP
            return (self._across[a] + self._across[b]) / 2 + between

        centres = place(self._order, reach[: self._nodes], gap)
        sides = (centre - across / 2 for centre, across in zip(centres, self._across, strict=True))
        left = min(sides, default=0.0)
        return [centre - left for centre in centres]

    def _stack(self, channel: float) -> None:
        """Stack the layers, with a gap for tracks between them."""
        level = 0.0
        for row in self._order.rows:
            links = [(a, b) for b in row for a in self._order.up[b]]
            keep_apart(self._ends, links, self._nodes)
            bent = [link for link in links if self._ends[link][0] != self._ends[link][1]]
            numbers = tracks([self._ends[link] for link in bent])
            span = min(max(numbers, default=0) * _TRACK_GAP, _TRACKS_SPAN)
            gap = max(channel, span + 2 * _TRACK_MARGIN) if level else 0.0
            for link, track in zip(bent, numbers, strict=True):
                self._bends[link] = level + (gap - span) / 2 + track * span / max(1, *numbers)
            height = max(self._along[node] for node in row)
            for node in row:
                self._top[node] = level + gap + (height - self._along[node]) / 2
            level += gap + height
