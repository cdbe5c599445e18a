"""The standing of each task on a day: its state, what it waits for, whether it can start, and what needs it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import are, listed
from masterplan.analyse.progress import Standing, UnitStanding, current_day, tasks_done
from masterplan.model.plan import PlacedTask, Plan
from masterplan.model.task import OUT, UNOBSTRUCTED, Dependency, State, Task

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TaskStanding(UnitStanding):
    """The standing of a task on a day.

    `state` is `done` if the task's own state or an entry of its sprint shows that; a task of a dropped or deferred
    sprint has the sprint's state. `waits_for` are ids of sprints and tasks that are not done and that the task needs,
    or its sprint needs to begin. `is_early` means that its window, or else its sprint's, has not begun; `is_over` that
    its sprint is done. `needed_by` are the ids of sprints and tasks that need it. `waits_for_milestones` are milestones
    that must be passed before its sprint may start.
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
        return self._is_unblocked and not self.is_early

    @property
    def is_next(self) -> bool:
        """Whether only its planned time keeps the task from being started."""
        return self._is_unblocked and self.is_early

    @property
    def _is_unblocked(self) -> bool:
        return self.state == "planned" and not self.is_waiting and not self.is_over


@dataclass(frozen=True, slots=True)
class TaskStandings:
    """The standings of all tasks of a plan, in the order of the sprints.

    `by_sprint` are the tasks of each sprint, `continued` those of other sprints continued in it. `ready` are the ids of
    each sprint's tasks that can be started. Sprints without such tasks have no entry.
    """

    all: tuple[TaskStanding, ...]
    by_sprint: Mapping[str, tuple[TaskStanding, ...]]
    continued: Mapping[str, tuple[TaskStanding, ...]]
    ready: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, plan: Plan, graph: Graph, standings: Mapping[str, Standing], today: date | None) -> "TaskStandings":
        """Compute the standings of all tasks at the end of `today`, from the standings of the sprints."""
        judge = _Judge(plan, graph, standings, current_day(plan, standings, today))
        all_ = tuple(map(judge.standing, plan.all_tasks))
        by_sprint = _grouped((one.placed.sprint, one) for one in all_)
        ready = _grouped((one.placed.sprint, one.task.id) for one in all_ if one.task.id and one.ready)
        return cls(all_, by_sprint, _grouped((one.task.also_in, one) for one in all_ if one.task.also_in), ready)


def is_plain(task: Task) -> bool:
    """Whether a task has only a title and a state."""
    return task == Task(title=task.title, state=task.state) and task.state in {"planned", "done"}


def task_objections(plan: Plan, before: TaskStanding, state: State) -> tuple[str, ...]:
    """Sentences about facts that contradict a new state of a task; empty if there are none."""
    name, closed = before.task.key, {"done", *OUT}
    reasons = [f"{name} is {before.state} already"] if before.state == state else []
    if before.state in closed and before.state != state:
        reasons.append(f"{name} is {before.state}")
    if before.waits_for and state in UNOBSTRUCTED:
        needed = listed(map(plan.unit_name, before.waits_for))
        reasons.append(f"{name} needs {needed}, which {are(before.waits_for)} not done")
    return tuple(reasons)


class _Judge:
    """Computes the standings of tasks; `day` is the current day, counted from the plan's start."""

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
        """Ids of sprints and tasks that a sprint needs to begin; none if it has begun."""
        if not self.standings[sprint].has_begun:
            yield from _hard(self.plan.sprints[sprint].depends_on or ())
            yield from (edge.needs for edge in graph.needs[sprint] if edge.path[0] == "milestones")

    def _is_met(self, id_: str) -> bool:
        """Whether a sprint or task is done; a task is also done if the sprint in which it ends is."""
        if id_ in self.plan.sprints:
            return self.standings[id_].state == "done"
        placed = self.plan.tasks.get(id_)
        if placed is None:  # a plan with one change reverted may refer to a missing task
            return True
        last = placed.task.also_in or placed.sprint
        return id_ in self.done[placed.sprint] or (last in self.standings and self.standings[last].state == "done")


def _hard(dependencies: Iterable[Dependency]) -> Iterator[str]:
    return (dependency.needs for dependency in dependencies if dependency.strength == "hard")


def _needs(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield each dependency on a task: its id, and the id of the sprint or task that needs it.

    A task without an id is represented by its sprint.
    """
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
