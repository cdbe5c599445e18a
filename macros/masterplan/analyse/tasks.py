"""The standing of each task on a day: its state, what it waits for, whether it can be started, and what needs it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import listed
from masterplan.analyse.progress import Standing, UnitStanding, current_day, tasks_done
from masterplan.model.plan import PlacedTask, Plan
from masterplan.model.task import OUT, UNOBSTRUCTED, Dependency, State, Task

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TaskStanding(UnitStanding):
    """The standing of a task on a day.

    `state` is `done` where the task or an entry of its sprint says so, and that of a sprint that is dropped or
    deferred. `waits_for` are the sprints and tasks, by id, that it needs and that are not done, with those that its
    whole sprint needs to begin. `is_early` says that its time has not begun, or that of its sprint where it has none
    of its own; `is_over` that its sprint is done. `needed_by` are the sprints and tasks that need it, by id.
    `waits_for_milestones` are those that its sprint may start only after, not reached yet.
    """

    placed: PlacedTask
    state: State
    waits_for: tuple[str, ...]
    is_early: bool
    is_over: bool
    needed_by: tuple[str, ...]
    waits_for_milestones: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        """The task."""
        return self.placed.task

    @property
    def ready(self) -> bool:
        """Whether the task can be started now."""
        return self._may_begin and not self.is_early

    @property
    def is_next(self) -> bool:
        """Whether only its planned time keeps the task from being started."""
        return self._may_begin and self.is_early

    @property
    def _may_begin(self) -> bool:
        return self.state == "planned" and not self.is_waiting and not self.is_over


@dataclass(frozen=True, slots=True)
class TaskStandings:
    """All tasks of a plan, in the order of the sprints, and those of each sprint or continued in it.

    `ready` are the ids of those of each sprint that can be started, if any can and have an id.
    """

    all: tuple[TaskStanding, ...]
    by_sprint: Mapping[str, tuple[TaskStanding, ...]]
    continued: Mapping[str, tuple[TaskStanding, ...]]
    ready: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, plan: Plan, graph: Graph, standings: Mapping[str, Standing], today: date | None) -> "TaskStandings":
        """The tasks of a plan on a day, given the standing of its sprints."""
        judge = _Judge(plan, graph, standings, current_day(plan, standings, today))
        all_ = tuple(map(judge.standing, plan.all_tasks))
        by_sprint = _grouped((one.placed.sprint, one) for one in all_)
        ready = _grouped((one.placed.sprint, one.task.id) for one in all_ if one.task.id and one.ready)
        return cls(all_, by_sprint, _grouped((one.task.also_in, one) for one in all_ if one.task.also_in), ready)


def is_plain(task: Task) -> bool:
    """Whether a task has only a title and a state."""
    return task == Task(title=task.title, state=task.state) and task.state in {"planned", "done"}


def task_objections(plan: Plan, before: TaskStanding, state: State) -> tuple[str, ...]:
    """What contradicts a new state of a task; empty when nothing does."""
    name, over = before.task.key, {"done", *OUT}
    reasons = [f"{name} is {before.state} already"] if before.state == state else []
    if before.state in over and before.state != state:
        reasons.append(f"{name} is {before.state}")
    if before.waits_for and state in UNOBSTRUCTED:
        reasons.append(f"{name} needs {listed(map(plan.unit_name, before.waits_for))}, not done yet")
    return tuple(reasons)


class _Judge:
    """Judges the tasks of a plan; `day` is the day from which on work is still ahead."""

    def __init__(self, plan: Plan, graph: Graph, standings: Mapping[str, Standing], day: int) -> None:
        self.plan = plan
        self.standings = standings
        self.day = day
        self.done = {id_: tasks_done(sprint, standings[id_].entries) for id_, sprint in plan.sprints.items()}
        self.needed_by = _grouped(_needs(plan))
        self.to_begin = {id_: tuple(self._to_begin(graph, id_)) for id_ in plan.sprints}

    def standing(self, placed: PlacedTask) -> TaskStanding:
        """The standing of a task."""
        task, sprint = placed.task, self.standings[placed.sprint]
        state = self._state(placed)
        needs = () if state == "done" else (*_hard(task.depends_on), *self.to_begin[placed.sprint])
        waits_for = tuple(id_ for id_ in dict.fromkeys(needs) if not self._is_met(id_))
        is_early = sprint.is_early and not sprint.has_begun
        if task.when:
            is_early = self.plan.period(task.when).begin > self.day
        needed_by = self.needed_by.get(task.id or "", ())
        gates = sprint.waits_for_milestones
        return TaskStanding(placed, state, waits_for, is_early, sprint.state == "done", needed_by, gates)

    def _state(self, placed: PlacedTask) -> State:
        sprint = self.standings[placed.sprint]
        if placed.task.key in self.done[placed.sprint]:
            return "done"
        return sprint.state if sprint.is_dropped else placed.task.state

    def _to_begin(self, graph: Graph, sprint: str) -> Iterator[str]:
        """What a whole sprint needs to begin, by id; nothing once it has begun."""
        if not self.standings[sprint].has_begun:
            yield from _hard(self.plan.sprints[sprint].depends_on or ())
            yield from (edge.needs for edge in graph.needs[sprint] if edge.path[0] == "milestones")

    def _is_met(self, id_: str) -> bool:
        """Whether a sprint or a task is done; a task is as well once the sprint is done in which it ends."""
        if id_ in self.plan.sprints:
            return self.standings[id_].state == "done"
        placed = self.plan.tasks.get(id_)
        if placed is None:  # a plan with one change undone may name what it does not have
            return True
        last = placed.task.also_in or placed.sprint
        return id_ in self.done[placed.sprint] or (last in self.standings and self.standings[last].state == "done")


def _hard(dependencies: Iterable[Dependency]) -> Iterator[str]:
    return (dependency.needs for dependency in dependencies if dependency.strength == "hard")


def _needs(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every dependency on a task: its id, and the id of what needs it; of a task without one, of its sprint."""
    for id_, sprint in plan.sprints.items():
        yield from ((needed.task, id_) for needed in sprint.depends_on or () if needed.task)
    for placed in plan.all_tasks:
        id_ = placed.task.id or placed.sprint
        yield from ((needed.task, id_) for needed in placed.task.depends_on if needed.task)


def _grouped(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
    groups: dict[str, list[_T]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
