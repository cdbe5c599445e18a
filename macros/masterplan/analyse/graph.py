"""The graph of dependencies: what needs what, in which order, and what falls when something is undone.

Dependencies must not run in a circle; loading makes sure of that. Every order is total: by dependency first, then by
the plan's order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import chain

from masterplan.model.part import Path
from masterplan.model.plan import Plan
from masterplan.model.task import Dependency, Strength

BOTH: tuple[Strength, ...] = ("hard", "soft")
HARD: tuple[Strength, ...] = ("hard",)

_Neighbours = Mapping[str, list[str]]
"""What each sprint leads to in one step."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One dependency: `sprint` needs `needs`; `path` leads to where it is written.

    An edge that follows from tasks or milestones says what makes it one: `through` is `TASK-037 needs TASK-035`. Where
    only tasks of `needs` are needed, `tasks` are their ids: nothing waits for the rest of that sprint.
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
        """Whether it follows from tasks: the two sprints may share time, as not all of either waits for the other."""
        return self.path[0] == "sprints" and (self.path[2] == "tasks" or self.path[-1] == "task")

    @property
    def because(self) -> str:
        """The reason in the authors' words, or else what the dependency follows from."""
        return self.reason or self.through


@dataclass(frozen=True)
class Graph:
    """All dependencies of a plan, from both ends; `needs` and `needed_by` have an entry for every sprint.

    A dependency between tasks of two sprints is one of the sprints, where they have none of their own; so is a
    milestone between them. Those that would close a circle of sprints are in `circular` instead.
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
        """Every dependency, by sprint."""
        return tuple(edge for edges in self.needs.values() for edge in edges)

    @cached_property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Sprints by how long a chain of dependencies leads to them: the first need nothing, the next only those."""
        return self._waves(BOTH)

    @cached_property
    def hard_waves(self) -> tuple[tuple[str, ...], ...]:
        """The same by hard dependencies alone."""
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
        """All sprints, each after what it needs."""
        return tuple(id_ for wave in self.waves for id_ in wave)

    @cached_property
    def listed(self) -> Mapping[str, int]:
        """The position of each sprint in the plan, from 0."""
        return {id_: n for n, id_ in enumerate(self.needs)}

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The position of each sprint in `order`, from 0."""
        return {id_: n for n, id_ in enumerate(self.order)}

    def before(self, sprint: str, strengths: tuple[Strength, ...] = BOTH) -> tuple[str, ...]:
        """Everything a sprint needs, directly or through others, in an order in which it can be done."""
        return self._reach(sprint, self._needed[strengths])

    def after(self, sprint: str, strengths: tuple[Strength, ...] = BOTH) -> tuple[str, ...]:
        """Everything that needs a sprint, directly or through others, in an order in which it can be done."""
        return self._reach(sprint, self._needing[strengths])

    def around(self, sprints: Iterable[str], depth: int) -> tuple[str, ...]:
        """The sprints within this many steps of those given, in either direction, nearest first."""
        near = dict.fromkeys(sprints)
        fringe = list(near)
        for _ in range(depth):
            touched = [e.needs for id_ in fringe for e in self.needs[id_]]
            touched += [e.sprint for id_ in fringe for e in self.needed_by[id_]]
            fringe = [id_ for id_ in dict.fromkeys(touched) if id_ not in near]
            near.update(dict.fromkeys(fringe))
        return tuple(near)

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
        waiting = [start]
        while waiting:
            fresh = [id_ for id_ in neighbours[waiting.pop()] if id_ not in reached]
            reached.update(fresh)
            waiting += fresh
        return tuple(sorted(reached, key=self.position.__getitem__))


def _stated(plan: Plan, sprint: str) -> Iterator[Edge]:
    """The dependencies on whole sprints that a sprint states."""
    for n, needed in enumerate(plan.sprints[sprint].depends_on or ()):
        if needed.sprint:
            path = ("sprints", sprint, "depends_on", n, "sprint")
            yield Edge(sprint, needed.sprint, needed.strength, needed.reason or "", path)


def _derived(plan: Plan) -> Iterator[Edge]:
    """The dependencies of sprints that follow from their tasks and from milestones.

    A plan with one change undone may name sprints and tasks that it does not have; those make no edge.
    """
    among_tasks = (edge for edge in _of_tasks(plan) if edge.sprint != edge.needs or edge.path[-1] == "sprint")
    edges = (*among_tasks, *_of_milestones(plan))
    return (edge for edge in edges if edge.sprint in plan.sprints and edge.needs in plan.sprints)


def _of_tasks(plan: Plan) -> Iterator[Edge]:
    for id_, sprint in plan.sprints.items():
        for n, needed in enumerate(sprint.depends_on or ()):
            if needed.task in plan.tasks:
                yield _on_task(plan, id_, plan.name(id_), needed, ("sprints", id_, "depends_on", n, "task"))
    for placed in plan.all_tasks:
        for n, needed in enumerate(placed.task.depends_on):
            path = (*placed.path, "depends_on", n)
            name = placed.task.key
            if needed.task in plan.tasks:
                yield _on_task(plan, placed.sprint, name, needed, (*path, "task"))
            elif needed.sprint:
                through = f"{name} needs {plan.name(needed.sprint)}"
                reason = needed.reason or ""
                yield Edge(placed.sprint, needed.sprint, needed.strength, reason, (*path, "sprint"), through)


def _of_milestones(plan: Plan) -> Iterator[Edge]:
    for n, milestone in enumerate(plan.milestones):
        for m, later in enumerate(milestone.before):
            for unit in milestone.needs:
                placed = plan.tasks.get(unit)
                path = ("milestones", "milestones", n, "before", m)
                through, tasks = f"{milestone.id} lies between them", (unit,) if placed else ()
                yield Edge(later, placed.sprint if placed else unit, "hard", "", path, through, tasks)


def _on_task(plan: Plan, sprint: str, name: str, needed: Dependency, path: Path) -> Edge:
    """The edge from a sprint to that of a task, which may continue in a second sprint."""
    placed = plan.tasks[needed.task or ""]
    through = f"{name} needs {placed.task.key}"
    in_both = placed.task.also_in == sprint
    last = sprint if in_both else placed.task.also_in or placed.sprint
    return Edge(sprint, last, needed.strength, needed.reason or "", path, through, (placed.task.id or "",))


def _join(needs: dict[str, dict[str, Edge]], plan: Plan, derived: Iterable[Edge]) -> Iterator[Edge]:
    """Add derived edges to those of `needs`, those that keep to the plan's order first; give those that cannot be."""
    position = plan.positions
    for edge in sorted(derived, key=lambda edge: position[edge.needs] > position[edge.sprint]):
        own = needs[edge.sprint].get(edge.needs)
        if edge.sprint == edge.needs or (not own and _reaches(needs, edge.needs, edge.sprint)):
            yield edge
        else:
            needs[edge.sprint][edge.needs] = _both(own, edge) if own else edge


def _both(own: Edge, edge: Edge) -> Edge:
    """Two dependencies between the same sprints as one: the harder, with all that they follow from."""
    harder = edge if (own.strength, edge.strength) == ("soft", "hard") else own
    through = "; ".join(dict.fromkeys(filter(None, (own.through, edge.through))))
    of_tasks = [one.tasks for one in (own, edge) if one.strength == harder.strength]
    tasks = tuple(dict.fromkeys(chain(*of_tasks))) if all(of_tasks) else ()
    return replace(harder, reason=harder.reason or own.reason, through=through, tasks=tasks)


def _reaches(needs: Mapping[str, Mapping[str, Edge]], start: str, end: str) -> bool:
    """Whether a sprint needs another, directly or through others."""
    seen = {start}
    waiting = [start]
    while waiting:
        fresh = needs[waiting.pop()].keys() - seen
        if end in fresh:
            return True
        seen |= fresh
        waiting += fresh
    return False


@dataclass(frozen=True, slots=True)
class RollbackImpact:
    """What rolling back one sprint means.

    `undone` are the sprints that have to go, in the order to undo them and ending with the sprint itself; `weakened`
    keep running without something they benefit from; `kept` is the number of those that are untouched.
    """

    sprint: str
    undone: tuple[str, ...]
    weakened: tuple[str, ...]
    kept: int


def rollback_impact(graph: Graph, sprint: str) -> RollbackImpact:
    """What must be undone with a sprint: all that cannot stay without it, the last built first."""
    undone = (*reversed(graph.after(sprint, HARD)), sprint)
    lost = set(undone)
    weakened = {edge.sprint for id_ in undone for edge in graph.needed_by[id_] if edge.sprint not in lost}
    in_order = sorted(weakened, key=graph.listed.__getitem__)
    return RollbackImpact(sprint, undone, tuple(in_order), len(graph.needs) - len(undone) - len(weakened))


def stated_rollback_impact(plan: Plan, graph: Graph, sprint: str) -> RollbackImpact:
    """What must be undone with a sprint of a plan; only itself, where the plan states that there is nothing to undo."""
    rollback = plan.sprints[sprint].rollback
    if rollback and not rollback.needed:
        return RollbackImpact(sprint, (sprint,), (), len(graph.needs) - 1)
    return rollback_impact(graph, sprint)
