"""The graph of dependencies: what needs what, in which order, and what falls when something is undone.

Dependencies must not run in a circle; loading makes sure of that. Every order is total: by dependency first, then by
the plan's order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

from masterplan.model.plan import Plan
from masterplan.model.sprint import Strength

BOTH: tuple[Strength, ...] = ("hard", "soft")


@dataclass(frozen=True, slots=True)
class Edge:
    """One dependency: `sprint` needs `needs`; `index` is its position in the sprint's own list, from 0."""

    sprint: str
    needs: str
    strength: Strength
    reason: str
    index: int


@dataclass(frozen=True)
class Graph:
    """All dependencies of a plan, from both ends; `needs` and `needed_by` have an entry for every sprint."""

    needs: Mapping[str, tuple[Edge, ...]]
    needed_by: Mapping[str, tuple[Edge, ...]]

    @classmethod
    def of(cls, plan: Plan) -> "Graph":
        """The graph of a plan."""
        needs: dict[str, tuple[Edge, ...]] = {}
        needed_by: dict[str, list[Edge]] = {id_: [] for id_ in plan.sprints}
        for id_, sprint in plan.sprints.items():
            needs[id_] = tuple(
                Edge(id_, needed.sprint, needed.strength, needed.reason or "", n)
                for n, needed in enumerate(sprint.depends_on or ())
            )
            for edge in needs[id_]:
                needed_by[edge.needs].append(edge)
        return cls(needs, {id_: tuple(edges) for id_, edges in needed_by.items()})

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every dependency, by sprint."""
        return tuple(edge for edges in self.needs.values() for edge in edges)

    @cached_property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Sprints by how long a chain of dependencies leads to them: the first need nothing, the next only those."""
        return self._waves(BOTH)

    @cached_property
    def hard_waves(self) -> tuple[tuple[str, ...], ...]:
        """The same by hard dependencies alone."""
        return self._waves(("hard",))

    def _waves(self, strengths: tuple[Strength, ...]) -> tuple[tuple[str, ...], ...]:
        needs = {id_: [e.needs for e in edges if e.strength in strengths] for id_, edges in self.needs.items()}
        sorter = TopologicalSorter(needs)
        sorter.prepare()
        rank = {id_: n for n, id_ in enumerate(self.needs)}
        waves = []
        while sorter.is_active():
            wave = sorted(sorter.get_ready(), key=rank.__getitem__)
            sorter.done(*wave)
            waves.append(tuple(wave))
        return tuple(waves)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All sprints, each after what it needs."""
        return tuple(id_ for wave in self.waves for id_ in wave)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Where each sprint stands in `order`, from 0."""
        return {id_: n for n, id_ in enumerate(self.order)}

    def before(self, sprint: str, strengths: tuple[Strength, ...] = BOTH) -> tuple[str, ...]:
        """Everything a sprint needs, directly or through others, in an order in which it can be done."""
        return self._reach(sprint, lambda id_: [e.needs for e in self.needs[id_] if e.strength in strengths])

    def after(self, sprint: str, strengths: tuple[Strength, ...] = BOTH) -> tuple[str, ...]:
        """Everything that needs a sprint, directly or through others, in an order in which it can be done."""
        return self._reach(sprint, lambda id_: [e.sprint for e in self.needed_by[id_] if e.strength in strengths])

    def around(self, sprints: Iterable[str], depth: int) -> tuple[str, ...]:
        """The sprints within so many steps of those given, in either direction, nearest first."""
        near = dict.fromkeys(sprints)
        fringe = list(near)
        for _ in range(depth):
            touched = [e.needs for id_ in fringe for e in self.needs[id_]]
            touched += [e.sprint for id_ in fringe for e in self.needed_by[id_]]
            fringe = [id_ for id_ in dict.fromkeys(touched) if id_ not in near]
            near.update(dict.fromkeys(fringe))
        return tuple(near)

    def _reach(self, start: str, neighbours: Callable[[str], list[str]]) -> tuple[str, ...]:
        reached: set[str] = set()
        waiting = [start]
        while waiting:
            fresh = [id_ for id_ in neighbours(waiting.pop()) if id_ not in reached]
            reached.update(fresh)
            waiting += fresh
        return tuple(sorted(reached, key=self.position.__getitem__))


@dataclass(frozen=True, slots=True)
class Undoing:
    """What rolling back one sprint means.

    `undone` are the sprints that have to go, in the order to undo them and ending with the sprint itself; `weakened`
    keep running without something they benefit from; `kept` are untouched.
    """

    sprint: str
    undone: tuple[str, ...]
    weakened: tuple[str, ...]
    kept: tuple[str, ...]


def undoing(graph: Graph, sprint: str) -> Undoing:
    """What must be undone with a sprint: all that cannot stay without it, the last built first."""
    undone = (*reversed(graph.after(sprint, ("hard",))), sprint)
    lost = set(undone)
    weakened = {edge.sprint for id_ in undone for edge in graph.needed_by[id_] if edge.sprint not in lost}
    return Undoing(
        sprint,
        undone,
        tuple(id_ for id_ in graph.needs if id_ in weakened),
        tuple(id_ for id_ in graph.needs if id_ not in lost | weakened),
    )
