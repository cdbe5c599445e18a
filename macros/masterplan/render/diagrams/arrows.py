"""Routes of arrows between the bars of a week chart, along rows and channels, so that none runs behind a bar.

An arrow leaves the end of a bar and runs along its row if that is free, else between two rows. It goes up or down in
the channel before its target and enters the target from the left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from masterplan.render.diagrams.scene import Point

_CHANNEL = 4.4
"""Width of the channel before a bar."""
_APART = 1.5
"""Distance of parallel arrows."""
_HALF_GAP = 4.0

Obstacles: TypeAlias = Sequence[tuple[float, float, float]]
"""Occupied spans: the top of the row, the left and the right end."""


@dataclass(frozen=True, slots=True)
class BarPlace:
    """Position and size of a bar."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """The vertical centre."""
        return self.y + self.height / 2


def route(source: BarPlace, target: BarPlace, taken: Obstacles, track: int) -> tuple[Point, ...]:
    """The corners of an arrow from one bar to another; the `track` (0, 1, 2) keeps parallel arrows apart."""
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
    """Whether a bar's row is free from its end up to `x`."""
    return not any(top == source.y and start <= x and end > source.right for top, start, end in taken)
