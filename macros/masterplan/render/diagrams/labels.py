"""Placement of labels beside lines, clear of boxes, other lines and other labels.

A label without room is omitted; it is still in the line's tooltip and its name for screen readers.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from masterplan.render.diagrams.scene import Point, Rect, Text, TextStyle, text_block

_Area = tuple[float, float, float, float]
"""Left, top, right and bottom."""
_Key = TypeVar("_Key")

_STYLE = TextStyle.LABEL
_LINES = 3
_WIDEST = 112.0
_AWAY = 4.0


def place_labels(
    labels: Mapping[_Key, str], routes: Mapping[_Key, Sequence[Point]], boxes: Sequence[Rect]
) -> dict[_Key, tuple[Text, ...]]:
    """The text of each label that fits in full beside its route and within the extent of the boxes."""
    if not boxes:
        return {}
    taken = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes]
    lefts, tops, rights, bottoms = zip(*taken, strict=True)
    whole = min(lefts), min(tops), max(rights), max(bottoms)
    taken += (_grown(start, end) for route in routes.values() for start, end in pairwise(route))
    placed = {}
    for key, label in labels.items():
        for area, lines in _candidates(label, routes[key]):
            if _within(area, whole) and not any(_overlap(area, other) for other in taken):
                placed[key] = text_block(lines, _STYLE, (area[0] + area[2]) / 2, area[1], "middle")
                taken.append(area)
                break
    return placed


def _candidates(label: str, route: Sequence[Point]) -> Iterator[tuple[_Area, tuple[str, ...]]]:
    """Yield candidate areas for a label with its lines, beside the longest segment of the route first."""
    for start, end in sorted(pairwise(route), key=lambda run: -_length(*run)):
        level = start[1] == end[1]
        length = _length(start, end) - 2 * _AWAY
        lines = _STYLE.whole(label, min(_WIDEST, length) if level else _WIDEST, _LINES)
        size = max(map(_STYLE.width, lines), default=0.0), _STYLE.leading * len(lines)
        if lines and (level or size[1] <= length):
            for share in (0.5, 0.0, 1.0):
                yield _beside(start, end, size, share, -1 if level else 1), lines
                yield _beside(start, end, size, share, 1 if level else -1), lines


def _beside(start: Point, end: Point, size: tuple[float, float], share: float, side: int) -> _Area:
    """The area of a given size on one side of a segment, at a share of its length."""
    width, height = size
    left, top = min(start[0], end[0]), min(start[1], end[1])
    if start[1] == end[1]:
        left += _AWAY + share * (_length(start, end) - 2 * _AWAY - width)
        top += _AWAY if side > 0 else -_AWAY - height
    else:
        left += _AWAY if side > 0 else -_AWAY - width
        top += _AWAY + share * (_length(start, end) - 2 * _AWAY - height)
    return left, top, left + width, top + height


def _length(start: Point, end: Point) -> float:
    return abs(start[0] - end[0]) + abs(start[1] - end[1])


def _grown(start: Point, end: Point) -> _Area:
    xs, ys = sorted((start[0], end[0])), sorted((start[1], end[1]))
    return xs[0] - 1, ys[0] - 1, xs[1] + 1, ys[1] + 1


def _overlap(one: _Area, other: _Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _within(one: _Area, other: _Area) -> bool:
    return other[0] <= one[0] and other[1] <= one[1] and one[2] <= other[2] and one[3] <= other[3]
