"""Rules about totals: of phases, sprints and task groups, compared with their parts; and about capacity."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from masterplan.analyse.audit.judgement import outcome_of
from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault
from masterplan.analyse.figures import count
from masterplan.analyse.parts import Compared, listed
from masterplan.analyse.totals import SIZES, Totals, sizes_of, sums_of_sizes
from masterplan.model.part import Path
from masterplan.model.plan import PlacedTask
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.task import TaskGroup
from masterplan.model.team import WorkingTime

_OwnAndShared = tuple[tuple[PlacedTask, ...], tuple[PlacedTask, ...]]
"""Tasks of a sprint or group alone, and tasks shared by two sprints."""

_TENTH = 10
"""A total with `about` may be off by a tenth."""


class _Total(NamedTuple):
    """A stated total and the tasks it should be the sum of.

    `shared` are tasks done in two sprints; they may count in full, in part or not at all.
    """

    path: Path
    stated: Quantity
    own: tuple[PlacedTask, ...]
    shared: tuple[PlacedTask, ...]

    @property
    def field(self) -> str:
        """The field that is added up: effort or points."""
        return str(self.path[-1])

    def worded(self, amount: Quantity) -> str:
        """An amount with its unit; points are amounts without a unit."""
        return f"{amount.text} points" if self.field == "points" and not amount.unit else amount.text

    @property
    def tasks(self) -> tuple[PlacedTask, ...]:
        """All tasks, shared ones last."""
        return (*self.own, *self.shared)


def _totals(path: Path, part: Sprint | TaskGroup, tasks: _OwnAndShared) -> Iterator[_Total]:
    """Effort and points stated by a sprint or task group."""
    for field in SIZES:
        if stated := getattr(part, field):
            yield _Total((*path, field), stated, *tasks)


def _tasks(inputs: AuditInput, sprint: str) -> _OwnAndShared:
    """Tasks of a sprint that have not been dropped: its own, and those shared with another sprint."""
    placed = inputs.tasks_in.get(sprint, ())
    return tuple(p for p in placed if not p.task.also_in), tuple(p for p in placed if p.task.also_in)


def _members(inputs: AuditInput, sprint: Sprint, group: TaskGroup) -> _OwnAndShared:
    """Tasks of a group, and shared tasks that may belong to it: tasks of another sprint have no group here."""
    title = group.title
    own, shared = _tasks(inputs, sprint.id)
    possible = (p for p in shared if p.sprint != sprint.id or p.task.group == title)
    return tuple(p for p in own if p.task.group == title), tuple(possible)


def _task_sum(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints whose effort or points differ from the sum of their tasks."""
    for id_, sprint in inputs.plan.sprints.items():
        for total in _totals(("sprints", id_), sprint, _tasks(inputs, id_)):
            if computed := _actual_sum(total, inputs.plan.calendar):
                message = f"{inputs.name(id_)}: the tasks add up to {total.worded(computed)}, not {total.stated.text}"
                yield Fault(total.path, message, "fix the total or the tasks", computed.text, _places(total))


def _phase_sum(inputs: AuditInput) -> Iterator[Fault]:
    """Phases whose effort or points differ from the sum of their sprints, if every sprint has some."""
    time = inputs.plan.calendar
    for phase in inputs.plan.phases:
        sprints = [id_ for id_ in phase.sprints if not inputs.standings[id_].is_dropped]
        for field in SIZES:
            stated = getattr(phase, field)
            sizes = {id_: sizes_of(inputs.plan, id_, field) for id_ in sprints} if stated else {}
            totals = sums_of_sizes(sizes.values(), time) if stated else ()
            if totals and all(outcome_of(stated, total, time) == "differs" for total in totals):
                units, computed = inputs.plan.unit.many.lower(), totals[0].text
                message = f"{inputs.phase_name(phase)}: its {units} add up to {computed}, not {stated.text}"
                places = tuple(inputs.at_size(id_, field, size[0]) for id_, size in sizes.items())
                hint = inputs.plan.worded("fix the total or the sprints")
                yield Fault((*inputs.phase_paths[phase.id], field), message, hint, computed, places)


def _group_sum(inputs: AuditInput) -> Iterator[Fault]:
    """Task groups whose stated number of tasks, effort or points differ from their tasks."""
    for id_, sprint in inputs.plan.sprints.items():
        if not any(task.group for task in sprint.tasks):
            continue
        for n, group in enumerate(sprint.groups):
            pairs, path = _differences(inputs, sprint, n)
            if pairs:
                computed, stated = (listed(texts) for texts in zip(*pairs, strict=True))
                message = f"{inputs.name(id_)}, {group.title}: {stated} stated, but {computed} listed"
                yield Fault(path, message, "fix the totals of the groups or the tasks", computed)


def _differences(inputs: AuditInput, sprint: Sprint, n: int) -> tuple[list[tuple[str, str]], Path]:
    """Pairs of computed and stated totals of a group that differ, and the path of the first one stated."""
    group, path = sprint.groups[n], ("sprints", sprint.id, "groups", n)
    own, shared = _members(inputs, sprint, group)
    differences: list[tuple[Path, str, str]] = []
    if group.tasks is not None and not len(own) <= group.tasks <= len(own) + len(shared):
        differences.append(((*path, "tasks"), count(len(own), "task"), count(group.tasks, "task")))
    sums_of_tasks = ((total, _actual_sum(total, inputs.plan.calendar)) for total in _totals(path, group, (own, shared)))
    differences += [
        (total.path, total.worded(computed), total.worded(total.stated))
        for total, computed in sums_of_tasks
        if computed
    ]
    return [(computed, stated) for _, computed, stated in differences], differences[0][0] if differences else path


def _actual_sum(total: _Total, time: WorkingTime) -> Quantity | None:
    """Sum of the tasks if it differs from the stated total; if some tasks state nothing, only a larger sum differs."""
    if not any(getattr(placed.task, total.field) for placed in total.tasks):
        return None
    most, complete_sum = _sums(total.field, total.tasks, time)
    least = _sums(total.field, total.own, time)[0] if total.shared else most
    if most is None or not total.stated.is_number:
        return None
    low, high = _bounds(total.stated, time)
    if least and high < time.measure(least)[0]:
        return least
    return most if complete_sum and low > time.measure(most)[1] else None


def _sums(field: str, tasks: Sequence[PlacedTask], time: WorkingTime) -> tuple[Quantity | None, Quantity | None]:
    """Sum of the tasks that state the field, and the same if all tasks state it."""
    totals = Totals.of((placed.task for placed in tasks), time)
    return (totals.effort, totals.whole_effort) if field == "effort" else (totals.points, totals.whole_points)


def _places(total: _Total) -> tuple[Compared, ...]:
    amounts = ((placed, getattr(placed.task, total.field)) for placed in total.tasks)
    return tuple(Compared((*p.path, total.field), f"{p.task.key}: {amount.text}") for p, amount in amounts if amount)


def _bounds(stated: Quantity, time: WorkingTime) -> tuple[Fraction, Fraction]:
    """Range that fits a stated amount: `about` allows a tenth to either side, `at least` everything above."""
    low, high = time.measure(stated)
    match stated.comparator:
        case "~":
            return low - low / _TENTH, high + high / _TENTH
        case ">" | ">=":
            return low, Fraction(10**15)
        case "<" | "<=":
            return Fraction(0), high
        case _:
            return low, high


def _capacity(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints whose effort exceeds their capacity, or the capacity without the buffer."""
    time = inputs.plan.calendar
    for sprint in inputs.sprints:
        own, _ = _tasks(inputs, sprint.id)
        effort = sprint.effort or _sums("effort", own, time)[0]
        if sprint.capacity is None or effort is None or not effort.is_number:
            continue
        capacity = time.measure(sprint.capacity)[1]
        available = capacity - (time.measure(sprint.buffer)[0] if sprint.buffer else 0)
        needed = _bounds(effort, time)[0]
        if needed > available:
            buffer = f" with {sprint.buffer.text} kept free" if sprint.buffer and needed <= capacity else ""
            message = (
                f"{inputs.name(sprint.id)} takes {effort.text}, but has a capacity of {sprint.capacity.text}{buffer}"
            )
            place = Compared(("sprints", sprint.id, "effort" if sprint.effort else "id"), effort.text)
            path = ("sprints", sprint.id, "buffer" if buffer else "capacity")
            yield Fault(path, message, "reduce the work, or raise the capacity", effort.text, (place,))


_row = AreaRows("sums")

CHECKS = (
    _row(
        "task-sum",
        "contradiction",
        "warning",
        "A sprint's effort or points differ from the sum of its tasks.",
        _task_sum,
    ),
    _row(
        "phase-sum",
        "contradiction",
        "warning",
        "A phase's effort or points differ from the sum of its sprints.",
        _phase_sum,
    ),
    _row(
        "group-sum",
        "contradiction",
        "warning",
        "A task group's stated number, effort or points differ from its tasks.",
        _group_sum,
    ).grouped_by("part"),
    _row("over-capacity", "contradiction", "warning", "A sprint has more work than its capacity allows.", _capacity),
)
