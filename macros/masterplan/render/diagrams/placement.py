"""Horizontal positions in an ordered top-down drawing: of nodes, of the ports of lines, and the tracks of their bends.

Layer by layer, nodes move as near to their neighbours as order and distance allow, until the drawing settles; passages
of a long edge pull harder than boxes. Then long edges are straightened as far as there is room.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import inf
from statistics import fmean

from masterplan.render.diagrams.order import Order, Pair

Gap = Callable[[int, int], float]
Ends = dict[Pair, list[float]]

_SWEEPS = 12
_STRAIGHTENINGS = 3
_PULL = 8.0
_REST = 0.01


def place(order: Order, reach: Sequence[float], gap: Gap) -> list[float]:
    """The centre of each node and passage.

    `reach` is, for each node, the maximum distance of a port from its centre; `gap(a, b)` is the minimum distance
    between the centres of two neighbours.
    """
    spots = _packed(order, gap)
    for sweep in range(_SWEEPS):
        for row in order.rows[:: -1 if sweep % 2 else 1]:
            wants = [_wish(order, node, len(reach), spots) for node in row]
            for node, spot in zip(row, _spread(wants, [gap(a, b) for a, b in pairwise(row)]), strict=True):
                spots[node] = spot
    for _ in range(_STRAIGHTENINGS):
        _straighten(order, reach, gap, spots)
    return spots


def _spread(wants: Sequence[tuple[float, float]], gaps: Sequence[float]) -> list[float]:
    """The positions nearest to `wants`, pairs of a position and a weight, that are at least `gaps` apart.

    Isotonic regression: weighted least squares under a fixed order, by the pool-adjacent-violators algorithm.
    """
    offsets = [*accumulate(gaps, initial=0.0)]
    pools: list[tuple[float, float, int]] = []
    for (want, weight), offset in zip(wants, offsets, strict=False):
        pool = (want - offset, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            at, mass, size = pools.pop()
            pool = ((at * mass + pool[0] * pool[1]) / (mass + pool[1]), mass + pool[1], size + pool[2])
        pools.append(pool)
    even = [at for at, _, size in pools for _ in range(size)]
    return [at + offset for at, offset in zip(even, offsets, strict=False)]


def _packed(order: Order, gap: Gap) -> list[float]:
    """Place the nodes of each layer side by side, centred at 0."""
    spot = [0.0] * len(order.up)
    for row in order.rows:
        offsets = [*accumulate((gap(a, b) for a, b in pairwise(row)), initial=0.0)]
        for node, offset in zip(row, offsets, strict=True):
            spot[node] = offset - offsets[-1] / 2
    return spot


def _wish(order: Order, node: int, nodes: int, spots: Sequence[float]) -> tuple[float, float]:
    """The mean position of a node's neighbours and its weight; a node without neighbours wants to stay."""
    others = order.up[node] + order.down[node]
    near = [(spots[other], _PULL if min(node, other) >= nodes else 1.0) for other in others]
    mass = sum(weight for _, weight in near)
    return (sum(at * weight for at, weight in near) / mass, mass) if near else (spots[node], _REST)


def _straighten(order: Order, reach: Sequence[float], gap: Gap, spots: list[float]) -> None:
    """Align as many passages of a long edge as possible, the longest edges first."""
    left = {b: a for row in order.rows for a, b in pairwise(row)}
    right = {a: b for b, a in left.items()}

    def free(node: int) -> tuple[float, float]:
        if node < len(reach):
            return spots[node] - reach[node], spots[node] + reach[node]
        low = spots[left[node]] + gap(left[node], node) if node in left else -inf
        return low, spots[right[node]] - gap(node, right[node]) if node in right else inf

    for chain in sorted(order.chains.values(), key=lambda chain: (-len(chain), chain)):
        for run, low, high in _runs([(node, *free(node)) for node in chain]):
            passages = [node for node in run if node >= len(reach)]
            if passages:
                spot = min(max(fmean(spots[node] for node in passages), low), high)
                for node in passages:
                    spots[node] = spot


_PORT_GAP = 12.0
_CLOSE = 6.0
_STRAIGHT = 3.0


def _runs(ranges: Iterable[tuple[int, float, float]]) -> Iterator[tuple[list[int], float, float]]:
    """Group consecutive nodes whose free ranges, from low to high, overlap; yield each group with its common range."""
    run: list[int] = []
    low, high = -inf, inf
    for node, start, end in ranges:
        if run and max(low, start) > min(high, end):
            yield run, low, high
            run, low, high = [], -inf, inf
        run.append(node)
        low, high = max(low, start), min(high, end)
    yield run, low, high


def ports(order: Order, centres: Sequence[float], reach: Sequence[float]) -> Ends:
    """The positions at which each link of two layers leaves the upper and enters the lower node.

    A port is within `reach` of its node's centre (0 for a passage), directly opposite its other end if possible, else
    near the centre. Ports of a node are distinct.
    """
    ends: Ends = {}
    for node, below in enumerate(order.down):
        links = [(node, other) for other in sorted(below, key=centres.__getitem__)]
        wants = [_meeting(centres, reach, *link) for link in links]
        for link, spot in zip(links, _ports(wants, centres[node], reach[node]), strict=True):
            ends[link] = [spot]
    for node, above in enumerate(order.up):
        links = sorted(((other, node) for other in above), key=lambda link: ends[link][0])
        near = [abs(ends[link][0] - centres[node]) <= reach[node] for link in links]
        wants = [ends[link][0] if is_near else None for link, is_near in zip(links, near, strict=True)]
        for link, spot in zip(links, _ports(wants, centres[node], reach[node]), strict=True):
            ends[link].append(spot)
            if abs(ends[link][0] - spot) < _STRAIGHT and max(reach[end] for end in link):
                ends[link] = [ends[link][0]] * 2 if reach[node] else [spot] * 2
    return ends


def keep_apart(ends: Ends, links: Sequence[Pair], nodes: int) -> None:
    """Move a port of two lines that would swap positions between two layers, so that they do not overlap.

    Numbers below `nodes` are nodes; passages do not move.
    """
    for link in (link for link in links if ends[link][0] < ends[link][1]):
        for other in (link for link in links if ends[link][0] > ends[link][1]):
            if _meet(ends[link], ends[other]) and _meet(ends[other], ends[link]):
                if link[1] < nodes:
                    ends[link][1] = ends[other][0] - _CLOSE
                elif other[0] < nodes:
                    ends[other][0] = ends[link][1] + _CLOSE
                elif other[1] < nodes:
                    ends[other][1] = ends[link][0] - _CLOSE


def tracks(links: Sequence[list[float]]) -> list[int]:
    """The track, counted from the top, of each link that moves sideways between two layers.

    Lines that overlap sideways have different tracks. Tracks add no crossings between lines in the same direction, and
    a line leaves its position before another line takes it.
    """
    track_of: dict[int, int] = {}
    nested = sorted(range(len(links)), key=lambda at: _nesting(links[at]))

    def settle(at: int, waiting: frozenset[int]) -> None:
        if at in waiting:
            return
        for other in nested:
            if other not in track_of and _above(links[other], links[at]):
                settle(other, waiting | {at})
        overlapping = (track for other, track in track_of.items() if _overlap(links[at], links[other]))
        track_of[at] = max(overlapping, default=-1) + 1

    for at in nested:
        if at not in track_of:
            settle(at, frozenset())
    return [track_of[at] for at in range(len(links))]


def _meeting(centres: Sequence[float], reach: Sequence[float], a: int, b: int) -> float | None:
    low = max(centres[a] - reach[a], centres[b] - reach[b])
    high = min(centres[a] + reach[a], centres[b] + reach[b])
    return (low + high) / 2 if low <= high else None


def _ports(wants: Sequence[float | None], centre: float, reach: float) -> list[float]:
    """The positions within reach nearest to those wanted; None means the centre."""
    gap = min(_PORT_GAP, 2 * reach / max(1, len(wants) - 1))
    weighted = [(centre, 0.01) if want is None else (want, 1.0) for want in wants]
    spots = _spread(weighted, [gap] * (len(wants) - 1))
    low, high = centre - reach, centre + reach - gap * (len(wants) - 1)
    return [min(max(spot, low + at * gap), high + at * gap) for at, spot in enumerate(spots)]


def _nesting(link: list[float]) -> tuple[bool, float]:
    start, end = link
    return (True, start) if end < start else (False, -start)


def _above(one: list[float], other: list[float]) -> bool:
    """Whether the track of `one` must be above that of `other`."""
    if _meet(one, other):
        return True
    (left, near), (other_left, far) = _nesting(one), _nesting(other)
    return left == other_left and near < far and _overlap(one, other)


def _meet(one: list[float], other: list[float]) -> bool:
    """Whether one line starts where the other ends."""
    return abs(one[0] - other[1]) < _CLOSE


def _overlap(one: list[float], other: list[float]) -> bool:
    return min(one) - _CLOSE < max(other) and min(other) - _CLOSE < max(one)
