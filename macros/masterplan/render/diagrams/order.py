"""The order of a layered drawing: the layer of each node, and its position within the layer.

First half of the Sugiyama method: break cycles, distribute the nodes over layers so that bands follow each other, add a
passage for a long edge to each layer that it crosses, then swap neighbours until few edges cross. Sizes play no part
here; `placement` and `layout` turn the order into positions.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from math import ceil

Pair = tuple[int, int]
Rows = list[list[int]]

_TURNS = 12
_SHAKES = 8
_EFFORT = 30000


@dataclass(frozen=True, slots=True)
class Order:
    """Nodes are numbered 0 to n-1, the passages of long edges from n on."""

    rows: Rows
    """The nodes and passages of each layer, from left to right."""
    chains: dict[Pair, list[int]]
    """The nodes and passages of each forward edge, from end to end."""
    up: list[list[int]]
    """The neighbours of each node in the layer above."""
    down: list[list[int]]
    """The neighbours of each node in the layer below."""


def order(bands: Sequence[int], edges: Iterable[Pair], limit: int) -> Order:
    """Arrange nodes, given by their bands, in layers of at most `limit` nodes each.

    Edges are pairs of node numbers, without loops. Earlier bands come first. An edge that leads back or closes a cycle
    is reversed, and is in `chains` by its reversed pair.
    """
    forward, sequence = _turn(bands, edges)
    ranks = _ranks(bands, forward, sequence, limit)
    arranged = _with_passages(ranks, forward)
    return Order(_untangled(arranged), arranged.chains, arranged.up, arranged.down)


def _turn(bands: Sequence[int], edges: Iterable[Pair]) -> tuple[list[Pair], list[int]]:
    """The edges without cycles, and the nodes in an order in which every edge leads forward."""
    ahead = {(a, b) if bands[a] <= bands[b] else (b, a) for a, b in edges}
    sequence = _sequence(bands, sorted(ahead))
    place = {node: at for at, node in enumerate(sequence)}
    return sorted({(a, b) if place[a] < place[b] else (b, a) for a, b in ahead}), sequence


def _sequence(bands: Sequence[int], edges: Iterable[Pair]) -> list[int]:
    """Sort the nodes by band and edges; the first node of a remaining cycle goes first."""
    after: dict[int, list[int]] = defaultdict(list)
    waiting = Counter[int]()
    for a, b in edges:
        after[a].append(b)
        waiting[b] += 1
    nodes = sorted((band, node) for node, band in enumerate(bands))
    ready = [entry for entry in nodes if not waiting[entry[1]]]
    rest = iter(nodes)
    done: dict[int, None] = {}
    while len(done) < len(nodes):
        node = (heappop(ready) if ready else next(rest))[1]
        if node in done:
            continue
        done[node] = None
        for other in after[node]:
            waiting[other] -= 1
            if not waiting[other]:
                heappush(ready, (bands[other], other))
    return list(done)


def _ranks(bands: Sequence[int], edges: Iterable[Pair], sequence: Iterable[int], limit: int) -> list[int]:
    """The layer of each node: after its predecessors and all earlier bands, where there is room."""
    before: dict[int, list[int]] = defaultdict(list)
    for a, b in edges:
        if bands[a] == bands[b]:
            before[b].append(a)
    sizes = Counter(bands)
    capacity = {band: ceil(size / ceil(size / limit)) for band, size in sizes.items()}
    level = [0] * len(bands)
    filled = Counter[Pair]()
    for node in sequence:
        band = bands[node]
        level[node] = max((level[other] + 1 for other in before[node]), default=0)
        while filled[band, level[node]] >= capacity[band]:
            level[node] += 1
        filled[band, level[node]] += 1
    start = {band: sum(1 for other, _ in filled if other < band) for band in sizes}
    return [start[band] + level[node] for node, band in enumerate(bands)]


def _with_passages(ranks: Sequence[int], edges: Sequence[Pair]) -> Order:
    """Fill the rows, with a passage for every long edge in each row it crosses; nodes without edges come last."""
    rows: Rows = [[] for _ in range(max(ranks, default=-1) + 1)]
    linked = {node for edge in edges for node in edge}
    for node in sorted(linked):
        rows[ranks[node]].append(node)
    chains = {}
    count = len(ranks)
    for a, b in edges:
        passed = range(count, count + ranks[b] - ranks[a] - 1)
        count += len(passed)
        chains[a, b] = [a, *passed, b]
        for rank, node in enumerate(passed, ranks[a] + 1):
            rows[rank].append(node)
    for node, rank in enumerate(ranks):
        if node not in linked:
            rows[rank].append(node)
    up: list[list[int]] = [[] for _ in range(count)]
    down: list[list[int]] = [[] for _ in range(count)]
    for chain in chains.values():
        for a, b in pairwise(chain):
            down[a].append(b)
            up[b].append(a)
    return Order(rows, chains, up, down)


def _untangled(arranged: Order) -> Rows:
    """Alternate sweeps down and up, swap neighbours after each, and return the rows with the fewest crossings."""
    rows = arranged.rows
    best = (_crossings(rows, arranged.down), rows)
    for turn in range(max(2, min(_TURNS, _EFFORT // (len(arranged.up) + 1)))):
        rows = _sweep(rows[::-1], arranged.down)[::-1] if turn % 2 else _sweep(rows, arranged.up)
        # Swaps without gain come first, so that the search can leave a local minimum.
        _swap_neighbours(rows, arranged, _SHAKES, ties=True)
        _swap_neighbours(rows, arranged, 2, ties=False)
        best = min(best, (_crossings(rows, arranged.down), [list(row) for row in rows]))
        if not best[0]:
            break
    return best[1]


def _sweep(rows: Rows, near: list[list[int]]) -> Rows:
    """Sort each row by the mean position of its nodes' neighbours in the previous row; nodes without any stay put."""
    swept = [list(row) for row in rows[:1]]
    for row in rows[1:]:
        spot = {node: at for at, node in enumerate(swept[-1])}
        mean = {node: sum(spot[other] for other in near[node]) / len(near[node]) for node in row if near[node]}
        moved = iter(sorted(mean, key=mean.__getitem__))
        swept.append([next(moved) if node in mean else node for node in row])
    return swept


def _swap_neighbours(rows: Rows, arranged: Order, passes: int, *, ties: bool) -> None:
    """Swap adjacent nodes if that reduces crossings, or with `ties` if it does not add any."""
    spot = [0] * len(arranged.up)
    for row in rows:
        for at, node in enumerate(row):
            spot[node] = at
    for _ in range(passes):
        if not sum(_swap_in_row(row, arranged, spot, ties=ties) for row in rows):
            return


def _swap_in_row(row: list[int], arranged: Order, spot: list[int], *, ties: bool) -> int:
    """Swap adjacent nodes of a row, and return the number of crossings saved."""
    spot_of = spot.__getitem__
    near = {node: (sorted(map(spot_of, arranged.up[node])), sorted(map(spot_of, arranged.down[node]))) for node in row}
    gain = 0
    for at in range(len(row) - 1):
        a, b = row[at], row[at + 1]
        fewer = _saved(near[a][0], near[b][0]) + _saved(near[a][1], near[b][1])
        if fewer > 0 or (ties and not fewer and any(near[a]) and any(near[b])):
            row[at], row[at + 1] = b, a
            gain += fewer
    for at, node in enumerate(row):
        spot[node] = at
    return gain


def _saved(left: list[int], right: list[int]) -> int:
    """The number of crossings saved by putting the node with the neighbours `right` first."""
    if left and right and (left[-1] < right[0] or left[0] > right[-1]):  # all lines cross, or none do
        return len(left) * len(right) * (1 if left[0] > right[-1] else -1)
    return sum(bisect_left(right, spot) + bisect_right(right, spot) - len(right) for spot in left)


def _crossings(rows: Rows, down: list[list[int]]) -> int:
    total = 0
    for row, below in pairwise(rows):
        spot = {node: at for at, node in enumerate(below)}
        seen: list[int] = []
        for node in row:
            ends = sorted(spot[other] for other in down[node])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total
