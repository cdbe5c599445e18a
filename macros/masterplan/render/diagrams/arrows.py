"""Arrows between bars of a week chart: along rows and the channels before bars, so that none runs behind a bar.

An arrow leaves the end of a bar, runs along its row where that is free and else between two rows, goes up or down just
before the bar that it leads to, and enters that from the left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from masterplan.render.diagrams.scene import Point

_CHANNEL = 4.4
"""How far before a bar its channel begins; arrows beside each other are `_APART`."""
_APART = 1.5
_HALF_GAP = 4.0

Obstacles: TypeAlias = Sequence[tuple[float, float, float]]
"""What takes room: the top of its row, and from where to where it reaches."""


@dataclass(frozen=True, slots=True)
class BarPlace:
    """Where a bar is."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """Half its height."""
        return self.y + self.height / 2


def route(source: BarPlace, target: BarPlace, taken: Obstacles, track: int) -> tuple[Point, ...]:
    """The corners of an arrow from one bar to another; arrows of another `track` (0, 1, 2) run beside it."""
    x = target.x - _CHANNEL + _APART * track
    arrives: tuple[Point, ...] = ((x, target.middle), (target.x, target.middle))
    down = target.y >= source.y
    if source.x < x < source.right and source.y != target.y:
        return ((x, source.y + source.height if down else source.y), *arrives)
    if x >= source.right and _is_free(source, x, taken):
        start = (source.right, source.middle)
        return (start, arrives[1]) if source.y == target.y else (start, (x, source.middle), *arrives)
    between = source.y + source.height + _HALF_GAP if down else source.y - _HALF_GAP
    if x >= source.right:
        leave = source.right + _APART * (track + 1) - _APART / 2
        return ((source.right, source.middle), (leave, source.middle), (leave, between), (x, between), *arrives)
    leave = source.x + source.width / 2
    return ((leave, source.y + source.height if down else source.y), (leave, between), (x, between), *arrives)


def _is_free(source: BarPlace, x: float, taken: Obstacles) -> bool:
    """Whether nothing stands in a bar's row between its end and a place."""
    return not any(top == source.y and start <= x and end > source.right for top, start, end in taken)
