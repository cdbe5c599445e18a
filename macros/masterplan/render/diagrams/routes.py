"""Where the lines of a layered drawing leave and enter boxes, and on which track they change sides.

Everything here is across the layers: a number is a position from left to right in a top-down drawing.
"""

from collections.abc import Sequence

from masterplan.render.diagrams.order import Order, Pair
from masterplan.render.diagrams.placement import spread

_PORT_GAP = 12.0
_CLOSE = 6.0
_STRAIGHT = 3.0

Ends = dict[Pair, list[float]]


def ports(order: Order, centres: Sequence[float], reach: Sequence[float]) -> Ends:
    """Return for each link of two layers where it leaves the upper and enters the lower end.

    A port lies within `reach` of its node's centre (0 for a passage) and straight across from its other
    end where both can be; the others gather at the centre. No two share a place.
    """
    ends: Ends = {}
    for node, below in enumerate(order.down):
        links = [(node, other) for other in sorted(below, key=centres.__getitem__)]
        wants = [_meeting(centres, reach, *link) for link in links]
        for link, spot in zip(links, _spread(wants, centres[node], reach[node]), strict=True):
            ends[link] = [spot]
    for node, above in enumerate(order.up):
        links = sorted(((other, node) for other in above), key=lambda link: ends[link][0])
        near = [abs(ends[link][0] - centres[node]) <= reach[node] for link in links]
        wants = [ends[link][0] if at_hand else None for link, at_hand in zip(links, near, strict=True)]
        for link, spot in zip(links, _spread(wants, centres[node], reach[node]), strict=True):
            ends[link].append(spot)
            if abs(ends[link][0] - spot) < _STRAIGHT and max(reach[end] for end in link):
                ends[link] = [ends[link][0]] * 2 if reach[node] else [spot] * 2
    return ends


def keep_apart(ends: Ends, links: Sequence[Pair], nodes: int) -> None:
    """Move a port of two lines that swap places between two layers, or they would lie on each other.

    Numbers below `nodes` are nodes; passages stay where they are.
    """
    for link in (link for link in links if ends[link][0] < ends[link][1]):
        for other in (link for link in links if ends[link][0] > ends[link][1]):
            if _meet(ends[link], ends[other]) and _meet(ends[other], ends[link]):
                if link[1] < nodes:
                    ends[link][1] = ends[other][0] - _CLOSE
                elif other[0] < nodes:
                    ends[other][0] = ends[link][1] + _CLOSE


def tracks(links: Sequence[list[float]]) -> list[int]:
    """Return a track, counted from above, for each link that changes sides between two layers.

    Lines whose runs overlap have different tracks, lines that run the same way never cross for their
    tracks' sake, and a line turns off before another turns into its place.
    """
    found: dict[int, int] = {}
    nested = sorted(range(len(links)), key=lambda at: _nesting(links[at]))

    def settle(at: int, waiting: frozenset[int]) -> None:
        if at in waiting:
            return
        for other in nested:
            if other not in found and _above(links[other], links[at]):
                settle(other, waiting | {at})
        overlapping = (track for other, track in found.items() if _overlap(links[at], links[other]))
        found[at] = max(overlapping, default=-1) + 1

    for at in nested:
        if at not in found:
            settle(at, frozenset())
    return [found[at] for at in range(len(links))]


def _meeting(centres: Sequence[float], reach: Sequence[float], a: int, b: int) -> float | None:
    low = max(centres[a] - reach[a], centres[b] - reach[b])
    high = min(centres[a] + reach[a], centres[b] + reach[b])
    return (low + high) / 2 if low <= high else None


def _spread(wants: Sequence[float | None], centre: float, reach: float) -> list[float]:
    """Return the places within reach nearest to those wanted; a port without a wish goes to the centre."""
    gap = min(_PORT_GAP, 2 * reach / max(1, len(wants) - 1))
    weighted = [(centre, 0.01) if want is None else (want, 1.0) for want in wants]
    spots = spread(weighted, [gap] * (len(wants) - 1))
    low, high = centre - reach, centre + reach - gap * (len(wants) - 1)
    return [min(max(spot, low + at * gap), high + at * gap) for at, spot in enumerate(spots)]


def _nesting(link: list[float]) -> tuple[bool, float]:
    start, end = link
    return (True, start) if end < start else (False, -start)


def _above(one: list[float], other: list[float]) -> bool:
    """Whether the track of one line must be above that of the other."""
    if _meet(one, other):
        return True
    (left, near), (other_left, far) = _nesting(one), _nesting(other)
    return left == other_left and near < far and _overlap(one, other)


def _meet(one: list[float], other: list[float]) -> bool:
    """Whether one line starts where the other ends."""
    return abs(one[0] - other[1]) < _CLOSE


def _overlap(one: list[float], other: list[float]) -> bool:
    return min(one) - _CLOSE < max(other) and min(other) - _CLOSE < max(one)
