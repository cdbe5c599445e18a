"""Tasks: added, dropped, moved to another sprint, done, and changed in any other way.

A task is identified by its id, in any sprint. Without an id it is identified by its title within its sprint, or by a
reworded title.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    PartRule,
    instead,
    value_text,
)
from masterplan.analyse.changes.flatten import item_steps, keyed
from masterplan.analyse.changes.rules.custom import custom_value_changed
from masterplan.analyse.changes.rules.groups import regrouped
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.rewording import WORDING, Sides, reworded_text
from masterplan.analyse.changes.rules.scope import criteria
from masterplan.analyse.changes.rules.sizes import sized
from masterplan.analyse.changes.rules.texts import labelled, linked
from masterplan.analyse.changes.rules.timing import dependency_changed, reason_changed, window_changed
from masterplan.analyse.changes.rules.work import (
    SCOPE_ADDED,
    SCOPE_DROPPED,
    TEST_ADDED,
    by_text,
    scope_rule,
    tested,
)
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.part import Part
from masterplan.model.plan import PlacedTask
from masterplan.model.task import OUT, Dependency, Task

_P = TypeVar("_P", bound=Part)
_Edits = tuple[Edit, ...]
_Item = ItemEdits[Task]

TASK_MOVED = ChangeRule("task-moved", "notable", "Task moved to another sprint")
TASK_DONE = ChangeRule("task-done", "notable", "Task done")
TASK_REOPENED = ChangeRule("task-reopened", "breaking", "Task reopened")
TASK_STATE = ChangeRule("task-state-changed", "notable", "State of a task changed")
TASK_RUNS_ON = ChangeRule("task-runs-on-changed", "notable", "Second sprint of a task changed")
PRIORITY = ChangeRule("priority-changed", "notable", "Priority changed")

RULES = (TASK_MOVED, TASK_DONE, TASK_REOPENED, TASK_STATE, TASK_RUNS_ON, PRIORITY)


def _moved_tasks(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Tasks moved between sprints that both plans have."""
    common = comparison.before.sprints.keys() & comparison.after.sprints.keys()
    for id_, new in comparison.after.tasks.items():
        old = comparison.before.tasks.get(id_)
        if old and old.sprint != new.sprint and {old.sprint, new.sprint} <= common:
            edits = (*_edits(comparison, old), *_edits(comparison, new))
            item = ItemEdits(_key(new), old.task, new.task, edits, _key(old))
            unchanged = _unchanged(item)
            sprints = comparison.name(old.sprint), comparison.name(new.sprint)
            message = f"{new.task.name} moves from {sprints[0]} to {sprints[1]}"
            yield ChangeDraft(TASK_MOVED, unchanged, message, *sprints, item.key_of("id"), "tasks")
            rest = tuple(edit for edit in edits if edit not in unchanged)
            yield from _changed(comparison, new.sprint, replace(item, edits=rest))


def _key(placed: PlacedTask) -> Key:
    return ("sprints", placed.sprint, "tasks", placed.task.key)


def _edits(comparison: Comparison, placed: PlacedTask) -> Iterator[Edit]:
    """The edits of a task in its sprint of one plan."""
    key = _key(placed)
    return (edit for edit in comparison.by_part.get(key[:2], ()) if edit.key[: len(key)] == key)


def _below(item: ItemEdits[_P], edit: Edit) -> Key:
    """The part of an edit's key below the item's key, which may be the old or the new one."""
    is_new = edit.key[: len(item.key)] == item.key
    return edit.key[len(item.key if is_new else item.old_key) :]


def _unchanged(item: _Item) -> _Edits:
    """The edits of equal values in a task that was moved or renamed: removed at the old key, added at the new one."""
    removed = {_below(item, edit): edit for edit in item.edits if edit.after is None}
    added = {_below(item, edit): edit for edit in item.edits if edit.before is None}
    keys = [key for key, edit in removed.items() if key in added and added[key].after == edit.before]
    return tuple(edit for key in keys for edit in (removed[key], added[key]))


def _tasks(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The tasks of a sprint."""
    name = comparison.name(field.id)
    sides = Sides.of(comparison.items(field, Task), f"{name}: a task", by_text)
    yield from sides.wording
    for item in sides.added:
        rule, title = scope_rule(comparison, field.id, SCOPE_ADDED), item.part.name
        yield item.added(rule, f"{name} has a new task `{title}`", title, "title")
    for item in sides.removed:
        yield item.removed(SCOPE_DROPPED, f"{name} no longer has the task `{item.part.name}`", item.part.name, "title")
    for item in sides.changed:
        yield from _changed(comparison, field.id, item)


def _changed(comparison: Comparison, sprint: str, item: _Item) -> Iterator[ChangeDraft]:
    """The changes in a task, field by field; the first change of a list claims its unchanged items as well."""
    name, unchanged = f"{comparison.name(sprint)}: the task {item.part.name}", set(_unchanged(item))
    for field in dict.fromkeys(_below(item, edit)[0] for edit in item.edits):
        edits = item.edits_of(field)
        changed = replace(item, edits=tuple(edit for edit in edits if edit not in unchanged))
        drafts = list(_OF_TASK[field](comparison, name, changed))
        claimed = {edit for draft in drafts for edit in draft.edits}
        rest = tuple(edit for edit in edits if edit not in claimed)
        if drafts and {*rest} <= unchanged:
            drafts[0] = drafts[0]._replace(edits=(*drafts[0].edits, *rest))
        yield from drafts


def _newest(edits: Sequence[Edit]) -> Key:
    """The key of the first edit with a value in the newer plan, or of the first edit."""
    return next((edit.key for edit in edits if edit.after is not None), edits[0].key)


def _title(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    yield ChangeDraft(WORDING, item.edits, f"{name} is renamed", before.title, after.title, _newest(item.edits))


def _state(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = (task.state for task in item.sides)
    rule, state = TASK_STATE, f"{after}, not {before}"
    if after == "done":
        rule, state = TASK_DONE, "done"
    elif after in OUT:
        rule, state = SCOPE_DROPPED, after
    elif before in OUT:
        rule = SCOPE_ADDED
    elif before == "done":
        rule, state = TASK_REOPENED, "open again"
    yield ChangeDraft(rule, item.edits, f"{name} is {state}", before, after, _newest(item.edits))


def _owner(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    for draft in owned(comparison, item.edits, name, OWNERS, (before.owner, after.owner)):
        yield draft._replace(key=_newest(item.edits))


def _effort(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return sized(comparison, "effort", item.edits, (before.effort, after.effort), name)


def _points(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return sized(comparison, "points", item.edits, (before.points, after.points), name)


def _priority(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    yield _prioritised(name, item.edits, before.priority or "", after.priority or "")


def _sprint_priority(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The priority of a sprint."""
    [edit] = field.edits
    yield _prioritised(comparison.name(field.id), field.edits, value_text(edit.before), value_text(edit.after))


def _prioritised(name: str, edits: _Edits, before: str, after: str) -> ChangeDraft:
    message = f"{name}: priority {instead(before, after, 'none')}"
    return ChangeDraft(PRIORITY, edits, message, before, after, _newest(edits))


def _when(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    yield window_changed(comparison, item.edits, (before.when, after.when), name)


def _also_in(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = (comparison.name(task.also_in) if task.also_in else "" for task in item.sides)
    message = f"{name} continues in {instead(before, after)}" if after else f"{name} no longer continues in {before}"
    yield ChangeDraft(TASK_RUNS_ON, item.edits, message, before, after, _newest(item.edits))


def _description(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    return reworded_text(item.edits, f"{name}: the description")


def _labels(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    return labelled(item.edits, name)


def _links(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return linked(_inner(item, before.links, after.links), name)


def _fields(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    """Custom fields of a task that was moved or renamed; `custom` handles those of all other tasks."""
    for id_ in dict.fromkeys(edit.name for edit in item.edits):
        yield custom_value_changed(comparison, tuple(edit for edit in item.edits if edit.name == id_), name)


def _depends_on(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before: Sequence[Dependency] = item.sides[0].depends_on
    after: Sequence[Dependency] = item.sides[1].depends_on
    for edge in _inner(item, before, after):
        yield from reason_changed(comparison, name, edge)
        if draft := dependency_changed(comparison, name, edge):
            yield draft._replace(message=f"{draft.message}{_effect_on_sprint(comparison, item.key[1], edge)}")


def _effect_on_sprint(comparison: Comparison, sprint: str, edge: ItemEdits[Dependency]) -> str:
    """The effect of a task's dependency on its sprint, to end a message: `, so Sprint 2 now waits for Sprint 1`."""
    plan = comparison.after if edge.after else comparison.before
    id_ = edge.part.needs
    sprints = (plan.tasks[id_].sprint, plan.tasks[id_].task.also_in) if id_ in plan.tasks else (id_,)
    before, after = ({edge.needs for edge in graph.needs.get(sprint, ())} for graph in comparison.graphs)
    changed = [needed for needed in sprints if needed in before ^ after]
    verb = "now waits for" if {*changed} & after else "no longer waits for"
    return f", so {comparison.name(sprint)} {verb} {comparison.name(str(changed[0]))}" if changed else ""


def _acceptance(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return criteria(_inner(item, before.acceptance, after.acceptance), name)


def _tests(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return tested(_inner(item, before.tests, after.tests), name, TEST_ADDED)


def _inner(item: _Item, before: Sequence[_P], after: Sequence[_P]) -> tuple[ItemEdits[_P], ...]:
    """The items with edits of a list in a task, whose edits are all in that list, at its old or its new key."""
    kinds = [type(inner) for inner in (*before, *after)]
    old, new = ({steps: inner for steps, _, inner in keyed(inners, {})} for inners in (before, after))
    of_item: dict[Key, list[Edit]] = defaultdict(list)
    for edit in item.edits:
        field, *rest = _below(item, edit)
        of_item[field, *item_steps(kinds[0], tuple(rest))].append(edit)
    return tuple(_within(item, at, old.get(at[1:]), new.get(at[1:]), tuple(edits)) for at, edits in of_item.items())


def _within(item: _Item, at: Key, before: _P | None, after: _P | None, edits: _Edits) -> ItemEdits[_P]:
    """An item of a list in a task, under its new key, or its old one if it was removed."""
    old = (*(item.old_key or item.key), *at)
    return ItemEdits((*item.key, *at) if after else old, before, after, edits, old if after else ())


_OF_TASK: Mapping[str, Callable[[Comparison, str, _Item], Iterator[ChangeDraft]]] = {
    "title": _title,
    "state": _state,
    "owner": _owner,
    "effort": _effort,
    "points": _points,
    "priority": _priority,
    "group": regrouped,
    "when": _when,
    "also_in": _also_in,
    "description": _description,
    "labels": _labels,
    "links": _links,
    "fields": _fields,
    "depends_on": _depends_on,
    "acceptance": _acceptance,
    "tests": _tests,
}
"""The function for each field of a task except its id, which identifies the task."""

PART_RULES: tuple[PartRule, ...] = (_moved_tasks,)
FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "tasks"): _tasks,
    ("sprints", "priority"): _sprint_priority,
}
"""The function for each field, by kind of part and field."""
