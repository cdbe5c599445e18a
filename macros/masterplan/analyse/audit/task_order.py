"""Rules about tasks: whether their dependencies, windows and states fit each other and their sprints."""

from collections.abc import Iterator

from masterplan.analyse.audit.rule import AreaRows, AuditInput, Fault
from masterplan.analyse.figures import count
from masterplan.analyse.parts import Compared
from masterplan.model.plan import PlacedTask
from masterplan.model.task import BEGUN, OUT, UNOBSTRUCTED
from masterplan.model.timeline import Period


def _period(inputs: AuditInput, placed: PlacedTask) -> Period | None:
    """Period of a task's own window; None if it has none."""
    return inputs.plan.period(placed.task.when) if placed.task.when else None


def _outside_sprint(inputs: AuditInput) -> Iterator[Fault]:
    """Tasks whose window is not entirely within their sprint's, unless they continue in another sprint."""
    for placed in inputs.plan.all_tasks:
        period, sprint_period = _period(inputs, placed), inputs.plan.period_of(placed.sprint)
        if period is None or sprint_period is None or placed.task.also_in or period.is_within(sprint_period):
            continue
        sprint = f"{inputs.name(placed.sprint)} is in {sprint_period.named}"
        message = f"{placed.task.key} is planned in {period.named}, but {sprint}"
        hint = inputs.plan.worded("fix whichever is wrong, or add the other sprint: `also_in:`")
        yield Fault((*placed.path, "when"), message, hint, sprint_period.named, (inputs.at_window(placed.sprint),))


def _needed(inputs: AuditInput) -> Iterator[tuple[PlacedTask, int, PlacedTask]]:
    """Hard dependencies between tasks: the task, the position of the dependency in it, and the needed task."""
    for placed in inputs.plan.all_tasks:
        for n, edge in enumerate(placed.task.depends_on):
            if edge.task and edge.task in inputs.plan.tasks and edge.strength == "hard":
                yield placed, n, inputs.plan.tasks[edge.task]


def _before_needed(inputs: AuditInput) -> Iterator[Fault]:
    """Tasks that start before a task they need has ended, by their windows."""
    for placed, n, needed in _needed(inputs):
        period, needed_period = _period(inputs, placed), _period(inputs, needed)
        if period and needed_period and not needed_period.is_over_by(period):
            needed_end = f"{needed.task.key}, which it needs, ends {needed_period.ends}"
            message = f"{placed.task.key} starts {period.begins}, but {needed_end}"
            places = (Compared((*needed.path, "when"), f"{needed.task.key}: {needed_period.named}"),)
            path = (*placed.path, "depends_on", n, "task")
            yield Fault(path, message, "move one of them, or remove the dependency", needed_period.ends, places)


def _later_sprint(inputs: AuditInput) -> Iterator[Fault]:
    """Tasks and milestones that wait for a sprint that waits for them, or for their own sprint."""
    for edge in inputs.graph.circular:
        sprint, needed = inputs.name(edge.sprint), inputs.name(edge.needs)
        hint = inputs.plan.worded("move a task to another sprint, or remove one of the dependencies")
        if edge.path[0] == "milestones":
            milestone = inputs.plan.milestones[int(edge.path[2])].id
            message = f"{sprint} may start only after {milestone}, which waits for {needed}"
            hint = "fix what the milestone needs, or what comes after it (`before:`)"
        else:
            message = edge.through or sprint
        if edge.sprint != edge.needs:
            message += f", but {needed} needs {sprint}"
        elif edge.path[0] != "milestones":
            message += ", but is part of it"
        yield Fault(edge.path, message, hint, needed)


def _done_too_soon(inputs: AuditInput) -> Iterator[Fault]:
    """Tasks that are done or in progress although a task they need is not done."""
    for placed, n, needed in _needed(inputs):
        state, needed_state = placed.task.state, inputs.state(needed.task.key)
        if state in UNOBSTRUCTED and needed_state != "done":
            message = f"{placed.task.key} is {state}, but {needed.task.key}, which it needs, is {needed_state}"
            place = Compared((*needed.path, "title"), f"{needed.task.key} is {needed_state}")
            hint = "fix one of the states, or the dependency"
            yield Fault((*placed.path, "depends_on", n, "task"), message, hint, "", (place,))


def _sprint_not_begun(inputs: AuditInput) -> Iterator[Fault]:
    """Sprints that have not begun, with tasks that have."""
    for id_, sprint in inputs.plan.sprints.items():
        standing = inputs.standings[id_]
        tasks = inputs.tasks_in.get(id_, ())
        begun = [p for p in tasks if p.sprint == id_ and p.task.state in BEGUN]
        if not standing.has_begun and (sprint.state or standing.entries) and begun:
            states = count(len(begun), "task has begun", "tasks have begun")
            message = f"{inputs.name(id_)} is {standing.state}, but {states}"
            places = tuple(Compared((*p.path, "title"), f"{p.task.key} is {p.task.state}") for p in begun)
            path = ("sprints", id_, "state") if sprint.state else ("sprints", id_)
            yield Fault(path, message, inputs.plan.worded("fix the state of the sprint or its tasks"), "", places)


def _paused(inputs: AuditInput) -> Iterator[Fault]:
    """Tasks that continue in a sprint that does not directly follow the first."""
    for placed in inputs.plan.all_tasks:
        second = placed.task.also_in
        if second is None:
            continue
        path = (*placed.path, "also_in")
        if second == placed.sprint:
            message = f"{placed.task.key} continues in its own sprint"
            yield Fault(
                path, inputs.plan.worded(message), inputs.plan.worded("set another sprint, or remove `also_in:`")
            )
            continue
        period, second_period = inputs.plan.period_of(placed.sprint), inputs.plan.period_of(second)
        if period is None or second_period is None:
            continue
        if inputs.plan.timeline.pause(period, second_period) > 0 or second_period.closes <= period.opens:
            continued = f"continues in {inputs.name(second)} ({second_period.named})"
            message = f"{placed.task.key} is in {inputs.name(placed.sprint)} ({period.named}) and {continued}"
            hint = inputs.plan.worded("keep it in one sprint, or note why it pauses")
            yield Fault(path, message, hint, "", (inputs.at_window(placed.sprint), inputs.at_window(second)))


def _without_owner(inputs: AuditInput) -> Iterator[Fault]:
    """Open tasks without an owner, if more than half of all tasks have one."""
    tasks = [placed for placed in inputs.plan.all_tasks if placed.task.state not in OUT]
    owned = sum(bool(placed.task.owner) for placed in tasks)
    if owned * 2 <= len(tasks):
        return
    for placed in tasks:
        if not placed.task.owner and placed.task.state != "done" and not inputs.plan.sprints[placed.sprint].owner:
            message = f"{placed.task.key} has no owner, unlike {owned} of {count(len(tasks), 'task')}"
            yield Fault((*placed.path, "title"), message, "add an `owner:`")


_order = AreaRows("order")
_progress = AreaRows("progress")

CHECKS = (
    _order(
        "task-outside-sprint",
        "contradiction",
        "warning",
        "A task is planned outside its sprint's window.",
        _outside_sprint,
    ),
    _order("task-order", "contradiction", "warning", "A task starts before a task it needs has ended.", _before_needed),
    _order(
        "task-circle",
        "contradiction",
        "warning",
        "A task or milestone waits for a sprint that waits for it in turn.",
        _later_sprint,
    ),
    _order(
        "task-paused", "remark", "info", "A task continues in a sprint that does not directly follow its own.", _paused
    ),
    _progress(
        "task-too-soon",
        "contradiction",
        "warning",
        "A task has begun or is done before a task it needs is done.",
        _done_too_soon,
    ),
    _progress(
        "sprint-not-begun", "contradiction", "warning", "A task has begun in a sprint that has not.", _sprint_not_begun
    ),
    AreaRows("risks")(
        "task-without-owner", "gap", "info", "A task has no owner, though most have one.", _without_owner
    ),
)
