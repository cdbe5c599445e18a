"""Where each node of an ordered drawing stands across its layer.

Layer by layer, nodes are drawn to the nodes they are linked with, as near as their order and distance
allow, until the whole drawing has settled; passages of a long edge pull harder than boxes. Then long
edges are made straight for as far as there is room.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import inf
from statistics import fmean

from masterplan.render.diagrams.order import Order

Gap = Callable[[int, int], float]

_SWEEPS = 12
_STRAIGHTENINGS = 3
_PULL = 8.0
_REST = 0.01


def place(order: Order, reach: Sequence[float], gap: Gap) -> list[float]:
    """Return the centre of each node and passage.

    `reach` says for each node how far from its centre a line may meet it, `gap(a, b)` how far the centres
    of two neighbours are apart at least.
    """
    spots = _packed(order, gap)
    for sweep in range(_SWEEPS):
        for row in order.rows[:: -1 if sweep % 2 else 1]:
            wants = [_wish(order, node, len(reach), spots) for node in row]
            for node, spot in zip(row, spread(wants, [gap(a, b) for a, b in pairwise(row)]), strict=True):
                spots[node] = spot
    for _ in range(_STRAIGHTENINGS):
        _straighten(order, reach, gap, spots)
    return spots


def spread(wants: Sequence[tuple[float, float]], gaps: Sequence[float]) -> list[float]:
    """Return the places nearest to those wanted, each a pair (place, weight), that stay `gaps` apart.

    Least squares under a fixed order, by pooling adjacent violators.
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
    """Stand the nodes of each layer side by side around 0."""
    spot = [0.0] * len(order.up)
    for row in order.rows:
        offsets = [*accumulate((gap(a, b) for a, b in pairwise(row)), initial=0.0)]
        for node, offset in zip(row, offsets, strict=True):
            spot[node] = offset - offsets[-1] / 2
    return spot


def _wish(order: Order, node: int, nodes: int, spots: Sequence[float]) -> tuple[float, float]:
    """Return where a node's links draw it, and how hard; a node without links wants to stay."""
    others = order.up[node] + order.down[node]
    near = [(spots[other], _PULL if min(node, other) >= nodes else 1.0) for other in others]
    mass = sum(weight for _, weight in near)
    return (sum(at * weight for at, weight in near) / mass, mass) if near else (spots[node], _REST)


def _straighten(order: Order, reach: Sequence[float], gap: Gap, spots: list[float]) -> None:
    """Give as many passages of a long edge as possible one place, the longest edges first."""
    left = {b: a for row in order.rows for a, b in pairwise(row)}
    right = {a: b for b, a in left.items()}

    def room(node: int) -> tuple[float, float]:
        if node < len(reach):
            return spots[node] - reach[node], spots[node] + reach[node]
        low = spots[left[node]] + gap(left[node], node) if node in left else -inf
        return low, spots[right[node]] - gap(node, right[node]) if node in right else inf

    for chain in sorted(order.chains.values(), key=lambda chain: (-len(chain), chain)):
        for run, low, high in _runs([(node, *room(node)) for node in chain]):
            passages = [node for node in run if node >= len(reach)]
            for node in passages:
                spots[node] = min(max(fmean(spots[node] for node in passages), low), high)


def _runs(rooms: Iterable[tuple[int, float, float]]) -> Iterator[tuple[list[int], float, float]]:
    """Group nodes with room from low to high in a row so that each group has a place in common."""
    run: list[int] = []
    low, high = -inf, inf
    for node, start, end in rooms:
        if run and max(low, start) > min(high, end):
            yield run, low, high
            run, low, high = [], -inf, inf
        run.append(node)
        low, high = max(low, start), min(high, end)
    yield run, low, high
