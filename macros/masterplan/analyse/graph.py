"""The graph of dependencies between sprints, their order, and the impact of a rollback.

Loading makes sure that there are no circular dependencies. All orders are total: by dependency, then by the order in
the plan.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import chain
from typing import NamedTuple

from masterplan.model.part import Path
from masterplan.model.plan import Plan
from masterplan.model.task import Dependency, Strength

BOTH: tuple[Strength, ...] = ("hard", "soft")
HARD: tuple[Strength, ...] = ("hard",)

_Neighbours = Mapping[str, list[str]]
"""Direct neighbours of each sprint in one direction."""


class Edge(NamedTuple):
    """A dependency: `sprint` needs `needs`; `path` leads to the statement of it.

    For a dependency that follows from tasks or milestones, `through` gives the origin: `TASK-037 needs TASK-035`. If
    only certain tasks of `needs` are needed, `tasks` are their ids; the sprint does not wait for the other tasks.
    """

    sprint: str
    needs: str
    strength: Strength
    reason: str
    path: Path
    through: str = ""
    tasks: tuple[str, ...] = ()

    @property
    def is_of_tasks(self) -> bool:
        """Whether it follows from tasks. The two sprints may then overlap."""
        return self.path[0] == "sprints" and (self.path[2] == "tasks" or self.path[-1] == "task")

    @property
    def because(self) -> str:
        """The stated reason, else the origin of the dependency."""
        return self.reason or self.through


@dataclass(frozen=True)
class Graph:
    """All dependencies of a plan in both directions; `needs` and `needed_by` have an entry for every sprint.

    Dependencies between tasks of two sprints, and milestones between sprints, are dependencies of the sprints. Those
    that would close a circle are in `circular` instead.
    """

    needs: Mapping[str, tuple[Edge, ...]]
    needed_by: Mapping[str, tuple[Edge, ...]]
    circular: tuple[Edge, ...] = ()

    @classmethod
    def of(cls, plan: Plan) -> "Graph":
        """The graph of a plan."""
        needs = {id_: {edge.needs: edge for edge in _stated(plan, id_)} for id_ in plan.sprints}
        circular = tuple(_join(needs, plan, _derived(plan)))
        needed_by: dict[str, list[Edge]] = {id_: [] for id_ in plan.sprints}
        for edges in needs.values():
            for edge in edges.values():
                needed_by[edge.needs].append(edge)
        return cls(
            {id_: tuple(edges.values()) for id_, edges in needs.items()},
            {id_: tuple(edges) for id_, edges in needed_by.items()},
            circular,
        )

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All dependencies, in the order of the sprints that have them."""
        return tuple(edge for edges in self.needs.values() for edge in edges)

    @cached_property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Sprints in waves: the first wave needs nothing, each further wave only sprints of earlier ones."""
        return self._waves(BOTH)

    @cached_property
    def hard_waves(self) -> tuple[tuple[str, ...], ...]:
        """The same with hard dependencies only."""
        return self._waves(HARD)

    def _waves(self, strengths: tuple[Strength, ...]) -> tuple[tuple[str, ...], ...]:
        sorter = TopologicalSorter(self._needed[strengths])
        sorter.prepare()
        waves = []
        while sorter.is_active():
            wave = sorted(sorter.get_ready(), key=self.listed.__getitem__)
            sorter.done(*wave)
            waves.append(tuple(wave))
        return tuple(waves)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All sprints, each after those it needs."""
        return tuple(id_ for wave in self.waves for id_ in wave)

    @cached_property
    def listed(self) -> Mapping[str, int]:
        """Position of each sprint in the plan, from 0."""
        return {id_: n for n, id_ in enumerate(self.needs)}

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Position of each sprint in `order`, from 0."""
        return {id_: n for n, id_ in enumerate(self.order)}

    def before(self, sprint: str, strengths: tuple[Strength, ...] = BOTH) -> tuple[str, ...]:
        """All direct and indirect dependencies of a sprint, in an order in which they can be done."""
        return self._reach(sprint, self._needed[strengths])

    def after(self, sprint: str, strengths: tuple[Strength, ...] = BOTH) -> tuple[str, ...]:
        """All sprints that depend on a sprint, directly or indirectly, in an order in which they can be done."""
        return self._reach(sprint, self._needing[strengths])

    def around(self, sprints: Iterable[str], depth: int) -> tuple[str, ...]:
        """The sprints themselves and those at most `depth` dependencies away, in either direction, nearest first."""
        reached = dict.fromkeys(sprints)
        fringe = list(reached)
        for _ in range(depth):
            neighbours = [e.needs for id_ in fringe for e in self.needs[id_]]
            neighbours += [e.sprint for id_ in fringe for e in self.needed_by[id_]]
            fringe = [id_ for id_ in dict.fromkeys(neighbours) if id_ not in reached]
            reached.update(dict.fromkeys(fringe))
        return tuple(reached)

    @cached_property
    def _needed(self) -> Mapping[tuple[Strength, ...], _Neighbours]:
        return {
            strengths: {id_: [e.needs for e in edges if e.strength in strengths] for id_, edges in self.needs.items()}
            for strengths in (BOTH, HARD)
        }

    @cached_property
    def _needing(self) -> Mapping[tuple[Strength, ...], _Neighbours]:
        return {
            kinds: {id_: [e.sprint for e in edges if e.strength in kinds] for id_, edges in self.needed_by.items()}
            for kinds in (BOTH, HARD)
        }

    def _reach(self, start: str, neighbours: _Neighbours) -> tuple[str, ...]:
        reached: set[str] = set()
        pending = [start]
        while pending:
            fresh = [id_ for id_ in neighbours[pending.pop()] if id_ not in reached]
            reached.update(fresh)
            pending += fresh
        return tuple(sorted(reached, key=self.position.__getitem__))


def _stated(plan: Plan, sprint: str) -> Iterator[Edge]:
    """Stated dependencies of a sprint on whole sprints."""
    for n, dependency in enumerate(plan.sprints[sprint].depends_on or ()):
        if dependency.sprint:
            path = ("sprints", sprint, "depends_on", n, "sprint")
            yield Edge(sprint, dependency.sprint, dependency.strength, dependency.reason or "", path)


def _derived(plan: Plan) -> Iterator[Edge]:
    """Dependencies of sprints that follow from tasks and milestones.

    A plan with one change reverted may refer to missing sprints and tasks; such references give no edge.
    """
    of_tasks = (edge for edge in _of_tasks(plan) if edge.sprint != edge.needs or edge.path[-1] == "sprint")
    edges = (*of_tasks, *_of_milestones(plan))
    return (edge for edge in edges if edge.sprint in plan.sprints and edge.needs in plan.sprints)


def _of_tasks(plan: Plan) -> Iterator[Edge]:
    for id_, sprint in plan.sprints.items():
        for n, dependency in enumerate(sprint.depends_on or ()):
            if dependency.task in plan.tasks:
                yield _on_task(plan, id_, plan.name(id_), dependency, ("sprints", id_, "depends_on", n, "task"))
    for placed in plan.all_tasks:
        for n, dependency in enumerate(placed.task.depends_on):
            path = (*placed.path, "depends_on", n)
            name = placed.task.key
            if dependency.task in plan.tasks:
                yield _on_task(plan, placed.sprint, name, dependency, (*path, "task"))
            elif dependency.sprint:
                through = f"{name} needs {plan.name(dependency.sprint)}"
                reason = dependency.reason or ""
                yield Edge(placed.sprint, dependency.sprint, dependency.strength, reason, (*path, "sprint"), through)


def _of_milestones(plan: Plan) -> Iterator[Edge]:
    for n, milestone in enumerate(plan.milestones):
        for m, later in enumerate(milestone.before):
            for unit in milestone.needs:
                placed = plan.tasks.get(unit)
                path = ("milestones", "milestones", n, "before", m)
                through, tasks = f"{milestone.id} lies between them", (unit,) if placed else ()
                yield Edge(later, placed.sprint if placed else unit, "hard", "", path, through, tasks)


def _on_task(plan: Plan, sprint: str, name: str, dependency: Dependency, path: Path) -> Edge:
    """Dependency of a sprint on a task; `needs` is the sprint in which the task ends."""
    placed = plan.tasks[dependency.task or ""]
    through = f"{name} needs {placed.task.key}"
    in_both = placed.task.also_in == sprint
    last = sprint if in_both else placed.task.also_in or placed.sprint
    return Edge(sprint, last, dependency.strength, dependency.reason or "", path, through, (placed.task.id or "",))


def _join(needs: dict[str, dict[str, Edge]], plan: Plan, derived: Iterable[Edge]) -> Iterator[Edge]:
    """Add derived edges to `needs` and yield those that would close a circle.

    Edges that agree with the order of the plan are added first.
    """
    position = plan.positions
    for edge in sorted(derived, key=lambda edge: position[edge.needs] > position[edge.sprint]):
        existing = needs[edge.sprint].get(edge.needs)
        if edge.sprint == edge.needs or (not existing and _reaches(needs, edge.needs, edge.sprint)):
            yield edge
        else:
            needs[edge.sprint][edge.needs] = _merged(existing, edge) if existing else edge


def _merged(first: Edge, second: Edge) -> Edge:
    """Merge two dependencies between the same sprints: the stronger one, with the origins and tasks of both."""
    stronger = second if (first.strength, second.strength) == ("soft", "hard") else first
    through = "; ".join(dict.fromkeys(filter(None, (first.through, second.through))))
    of_tasks = [edge.tasks for edge in (first, second) if edge.strength == stronger.strength]
    tasks = tuple(dict.fromkeys(chain(*of_tasks))) if all(of_tasks) else ()
    return stronger._replace(reason=stronger.reason or first.reason, through=through, tasks=tasks)


def _reaches(needs: Mapping[str, Mapping[str, Edge]], start: str, end: str) -> bool:
    """Whether a sprint needs another, directly or indirectly."""
    seen = {start}
    pending = [start]
    while pending:
        fresh = needs[pending.pop()].keys() - seen
        if end in fresh:
            return True
        seen |= fresh
        pending += fresh
    return False


class RollbackImpact(NamedTuple):
    """The impact of rolling back one sprint.

    `undone` are the sprints to undo, in this order, ending with the sprint itself. `weakened` lose something they
    benefit from. `kept` is the number of unaffected sprints.
    """

    sprint: str
    undone: tuple[str, ...]
    weakened: tuple[str, ...]
    kept: int


def rollback_impact(graph: Graph, sprint: str) -> RollbackImpact:
    """The impact of rolling back a sprint: sprints with a hard dependency on it are undone, last built first."""
    undone = (*reversed(graph.after(sprint, HARD)), sprint)
    weakened = {edge.sprint for id_ in undone for edge in graph.needed_by[id_]}.difference(undone)
    in_order = sorted(weakened, key=graph.listed.__getitem__)
    return RollbackImpact(sprint, undone, tuple(in_order), len(graph.needs) - len(undone) - len(weakened))


def stated_rollback_impact(plan: Plan, graph: Graph, sprint: str) -> RollbackImpact:
    """The impact of rolling back a sprint; only the sprint itself if the plan states that it needs no rollback."""
    rollback = plan.sprints[sprint].rollback
    if rollback and not rollback.needed:
        return RollbackImpact(sprint, (sprint,), (), len(graph.needs) - 1)
    return rollback_impact(graph, sprint)
