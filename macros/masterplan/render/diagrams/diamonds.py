"""Points in time below the weeks of a chart: a diamond each, with its full title beside it.

A title is on one line if there is room for it after the diamond or else before it. Otherwise it is wrapped on the side
with more room, and never cut. Points that would overlap are below each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from masterplan.render.diagrams.nodes import Look
from masterplan.render.diagrams.scene import Anchor, Polygon, Primitive, Rect, TextStyle, Tile, text_block

_HALF = 8.0
_GAP = 6.0
_BETWEEN = 8.0
_NARROWEST = 150.0
_MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Diamond:
    """A point in time, `at` weeks after the chart's first day, with its label."""

    at: float
    label: str
    href: str | None = None
    title: str = ""
    """Full description, for screen readers and as the tooltip."""
    state: Look = "planned"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A diamond with its horizontal centre, the lines of its label, and the space it takes."""

    diamond: Diamond
    x: float
    lines: tuple[str, ...]
    anchor: Anchor

    @property
    def text_at(self) -> float:
        return self.x + (_HALF + _GAP) * (1 if self.anchor == "start" else -1)

    @property
    def taken(self) -> tuple[float, float]:
        text_width = max(map(TextStyle.BESIDE.width, self.lines), default=0.0)
        start = self.text_at - (text_width if self.anchor == "end" else 0)
        return min(self.x - _HALF, start), max(self.x + _HALF, start + text_width)

    @property
    def height(self) -> float:
        return max(2 * _HALF, len(self.lines) * TextStyle.BESIDE.leading)


@dataclass(frozen=True, slots=True)
class DiamondRows:
    """Diamonds in rows, with their total extent."""

    rows: tuple[tuple[_Placed, ...], ...]

    @property
    def right(self) -> float:
        """The right end of the longest row."""
        return max((placed.taken[1] for row in self.rows for placed in row), default=0.0)

    @property
    def height(self) -> float:
        """The total height of the rows."""
        return sum(map(_height, self.rows)) + _BETWEEN * max(0, len(self.rows) - 1)

    def tiles(self, top: float) -> Iterator[Tile]:
        """The diamonds with their labels, the first row at `top`."""
        for row in self.rows:
            for placed in row:
                yield _tile(placed, top + _height(row) / 2)
            top += _height(row) + _BETWEEN


def diamond_rows(points: Iterable[tuple[float, Diamond]], left: float, right: float) -> DiamondRows:
    """Diamonds with their horizontal positions on a chart from `left` to `right`, in rows without overlaps."""
    rows: list[list[_Placed]] = []
    for x, diamond in sorted(points, key=lambda point: (point[0], point[1].label)):
        placed = _placed(diamond, x, left, right)
        start, end = placed.taken
        free = (row for row in rows if all(other.taken[1] + _GAP < start or end < other.taken[0] for other in row))
        row = next(free, None)
        if row is None:
            row = []
            rows.append(row)
        row.append(placed)
    return DiamondRows(tuple(map(tuple, rows)))


def _placed(diamond: Diamond, x: float, left: float, right: float) -> _Placed:
    """Put the label of a diamond on the side with room for it, or wrap it on the side with more room."""
    after, before = right - x - _HALF - _GAP, x - _HALF - _GAP - left
    wanted = TextStyle.BESIDE.width(diamond.label)
    if wanted > after and (wanted <= before or before > max(after, _NARROWEST)):
        return _Placed(diamond, x, TextStyle.BESIDE.wrap(diamond.label, before, _MOST_LINES), "end")
    return _Placed(diamond, x, TextStyle.BESIDE.wrap(diamond.label, max(after, _NARROWEST), _MOST_LINES), "start")


def _height(row: Sequence[_Placed]) -> float:
    return max(placed.height for placed in row)


def _tile(placed: _Placed, y: float) -> Tile:
    diamond, x = placed.diamond, placed.x
    ring = ((x, y - _HALF), (x + _HALF, y), (x, y + _HALF), (x - _HALF, y))
    words = text_block(
        placed.lines, TextStyle.BESIDE, placed.text_at, y - len(placed.lines) * TextStyle.BESIDE.leading / 2,
        placed.anchor,
    )  # fmt: skip
    marks: tuple[Primitive, ...] = (Polygon(ring, f"mp-node mp-diamond mp-{diamond.state}"), *words)
    start, end = placed.taken
    frame = Rect(start, y - placed.height / 2, end - start, placed.height, "mp-frame")
    return Tile(frame, diamond.title or diamond.label, marks, diamond.href)
