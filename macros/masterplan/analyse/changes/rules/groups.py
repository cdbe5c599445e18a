"""Groups of tasks in a sprint: groups added and removed, their stated totals, and tasks moved between groups."""

from collections.abc import Iterator, Mapping

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    instead,
    value_text,
)
from masterplan.analyse.changes.rules.rewording import Sides, reworded_text
from masterplan.analyse.changes.rules.sizes import sized
from masterplan.model.change import ChangeRule
from masterplan.model.task import Task, TaskGroup

GROUP_ADDED = ChangeRule("task-group-added", "notable", "Group of tasks added")
GROUP_DROPPED = ChangeRule("task-group-dropped", "notable", "Group of tasks removed")
GROUP_COUNT = ChangeRule("task-count-changed", "notable", "Stated number of tasks changed")
TASK_GROUP = ChangeRule("task-regrouped", "editorial", "Task moved to another group")

RULES = (GROUP_ADDED, GROUP_DROPPED, GROUP_COUNT, TASK_GROUP)


def _groups(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The groups of tasks in a sprint."""
    items, name = comparison.items(field, TaskGroup), comparison.name(field.id)
    sides = Sides.of(items, f"{name}: the title of a group of tasks", lambda group: ("", group.title))
    yield from sides.wording
    for item in sides.added:
        title = item.part.title
        yield item.added(GROUP_ADDED, f"{name} has a new group of tasks `{title}`", title, "title")
    for item in sides.removed:
        title = item.part.title
        yield item.removed(GROUP_DROPPED, f"{name} no longer has the group of tasks `{title}`", title, "title")
    for item in sides.changed:
        yield from _changed(comparison, item, f"{name}, group {item.part.title}")


def _changed(comparison: Comparison, item: ItemEdits[TaskGroup], name: str) -> Iterator[ChangeDraft]:
    """Changes in a group that both plans have."""
    before, after = item.sides
    yield from sized(comparison, "effort", item.edits_of("effort"), (before.effort, after.effort), name)
    yield from sized(comparison, "points", item.edits_of("points"), (before.points, after.points), name)
    count = item.edits_of("tasks")
    if count:
        texts = value_text(before.tasks), value_text(after.tasks)
        message = f"{name}: number of tasks {instead(*texts)}"
        yield ChangeDraft(GROUP_COUNT, count, message, *texts, count[-1].key)
    yield from reworded_text(item.edits_of("description"), f"{name}: the description")


def regrouped(_: Comparison, name: str, item: ItemEdits[Task]) -> Iterator[ChangeDraft]:
    """The move of a task to another group of its sprint, or to none; `name` is the task's name for people."""
    before, after = (task.group or "" for task in item.sides)
    message = f"{name} is now in {f'the group {after}' if after else 'no group'}"
    yield ChangeDraft(TASK_GROUP, item.edits, message, before, after, item.edits[-1].key)


FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {("sprints", "groups"): _groups}
"""The function for each field, by kind of part and field."""
