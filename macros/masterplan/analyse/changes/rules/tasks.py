"""Tasks: added, dropped, moved to another sprint, done, and all that changes in one that both plans have.

A task keeps its id wherever it goes. One without an id is known by its title, or by one that says the same in other
words.
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
    shown,
)
from masterplan.analyse.changes.flatten import item_steps, keyed
from masterplan.analyse.changes.rules.custom import own_field_changed
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
    """Tasks of both plans that are in other sprints, where both plans have these sprints."""
    lasting = comparison.before.sprints.keys() & comparison.after.sprints.keys()
    for id_, now in comparison.after.tasks.items():
        was = comparison.before.tasks.get(id_)
        if was and was.sprint != now.sprint and {was.sprint, now.sprint} <= lasting:
            edits = (*_edits(comparison, was), *_edits(comparison, now))
            item = ItemEdits(_key(now), was.task, now.task, edits, _key(was))
            same = _same(item)
            sprints = comparison.name(was.sprint), comparison.name(now.sprint)
            message = f"{now.task.name} moves from {sprints[0]} to {sprints[1]}"
            yield ChangeDraft(TASK_MOVED, same, message, *sprints, item.at("id"), "tasks")
            left = tuple(edit for edit in edits if edit not in same)
            yield from _changed(comparison, now.sprint, replace(item, edits=left))


def _key(placed: PlacedTask) -> Key:
    return ("sprints", placed.sprint, "tasks", placed.task.key)


def _edits(comparison: Comparison, placed: PlacedTask) -> Iterator[Edit]:
    """The edits of a task at its place in one of the plans."""
    key = _key(placed)
    return (edit for edit in comparison.by_part.get(key[:2], ()) if edit.key[: len(key)] == key)


def _below(item: ItemEdits[_P], edit: Edit) -> Key:
    """The steps of an edit's key below the item, wherever that was or is."""
    is_here = edit.key[: len(item.key)] == item.key
    return edit.key[len(item.key if is_here else item.old_key) :]


def _same(item: _Item) -> _Edits:
    """The edits of what a task in another place, or under another name, has as before."""
    gone = {_below(item, edit): edit for edit in item.edits if edit.after is None}
    fresh = {_below(item, edit): edit for edit in item.edits if edit.before is None}
    same = [key for key, edit in gone.items() if key in fresh and fresh[key].after == edit.before]
    return tuple(edit for key in same for edit in (gone[key], fresh[key]))


def _tasks(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The tasks of a sprint."""
    name = comparison.name(field.id)
    sides = Sides.of(comparison.items(field, Task), f"{name}: a task", by_text)
    yield from sides.wording
    for item in sides.added:
        rule, title = scope_rule(comparison, field.id, SCOPE_ADDED), item.part.name
        yield item.came(rule, f"{name} has a new task `{title}`", title, "title")
    for item in sides.removed:
        yield item.went(SCOPE_DROPPED, f"{name} no longer has the task `{item.part.name}`", item.part.name, "title")
    for item in sides.changed:
        yield from _changed(comparison, field.id, item)


def _changed(comparison: Comparison, sprint: str, item: _Item) -> Iterator[ChangeDraft]:
    """What is new in a task, field by field; what a list in it has as before goes with what is new there."""
    name, same = f"{comparison.name(sprint)}: the task {item.part.name}", set(_same(item))
    for field in dict.fromkeys(_below(item, edit)[0] for edit in item.edits):
        edits = item.edits_of(field)
        new = replace(item, edits=tuple(edit for edit in edits if edit not in same))
        drafts = list(_OF_TASK[field](comparison, name, new))
        claimed = {edit for draft in drafts for edit in draft.edits}
        rest = tuple(edit for edit in edits if edit not in claimed)
        if drafts and {*rest} <= same:
            drafts[0] = drafts[0]._replace(edits=(*drafts[0].edits, *rest))
        yield from drafts


def _newest(edits: Sequence[Edit]) -> Key:
    """The key of an edit that is in the newer plan, if there is one."""
    return next((edit.key for edit in edits if edit.after is not None), edits[0].key)


def _title(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    yield ChangeDraft(WORDING, item.edits, f"{name} is renamed", before.title, after.title, _newest(item.edits))


def _state(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = (task.state for task in item.sides)
    rule, says = TASK_STATE, f"is {after}, not {before}"
    if after == "done":
        rule, says = TASK_DONE, "is done"
    elif after in OUT:
        rule, says = SCOPE_DROPPED, f"is {after}"
    elif before in OUT:
        rule = SCOPE_ADDED
    elif before == "done":
        rule, says = TASK_REOPENED, "is open again"
    yield ChangeDraft(rule, item.edits, f"{name} {says}", before, after, _newest(item.edits))


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
    yield _prioritised(comparison.name(field.id), field.edits, shown(edit.before), shown(edit.after))


def _prioritised(name: str, edits: _Edits, before: str, after: str) -> ChangeDraft:
    message = f"{name}: priority {instead(before, after, 'none')}"
    return ChangeDraft(PRIORITY, edits, message, before, after, _newest(edits))


def _when(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    yield window_changed(comparison, item.edits, (before.when, after.when), name)


def _also_in(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = (comparison.name(task.also_in) if task.also_in else "" for task in item.sides)
    says = f"goes on in {after}" if after else f"no longer goes on in {before}"
    instead = f", not in {before}" if before and after else ""
    yield ChangeDraft(TASK_RUNS_ON, item.edits, f"{name} {says}{instead}", before, after, _newest(item.edits))


def _description(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    return reworded_text(item.edits, f"{name}: the description")


def _labels(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    return labelled(item.edits, name)


def _links(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return linked(_inner(item, before.links, after.links), name)


def _fields(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    """Fields of the team's own in a task that moved or has another title; those of others are in `custom`."""
    for id_ in dict.fromkeys(edit.name for edit in item.edits):
        yield own_field_changed(comparison, tuple(edit for edit in item.edits if edit.name == id_), name)


def _depends_on(comparison: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before: Sequence[Dependency] = item.sides[0].depends_on
    after: Sequence[Dependency] = item.sides[1].depends_on
    for edge in _inner(item, before, after):
        yield from reason_changed(comparison, name, edge)
        if draft := dependency_changed(comparison, name, edge):
            yield draft._replace(message=f"{draft.message}{_of_sprints(comparison, item.key[1], edge)}")


def _of_sprints(comparison: Comparison, sprint: str, edge: ItemEdits[Dependency]) -> str:
    """What a dependency of a task that came or went makes of the dependencies of its sprint."""
    plan = comparison.after if edge.after else comparison.before
    id_ = edge.part.needs
    ends = (plan.tasks[id_].sprint, plan.tasks[id_].task.also_in) if id_ in plan.tasks else (id_,)
    before, after = ({edge.needs for edge in graph.needs.get(sprint, ())} for graph in comparison.graphs)
    moved = [end for end in ends if end in before ^ after]
    does = "now waits for" if {*moved} & after else "no longer waits for"
    return f", so {comparison.name(sprint)} {does} {comparison.name(str(moved[0]))}" if moved else ""


def _acceptance(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return criteria(_inner(item, before.acceptance, after.acceptance), name)


def _tests(_: Comparison, name: str, item: _Item) -> Iterator[ChangeDraft]:
    before, after = item.sides
    return tested(_inner(item, before.tests, after.tests), name, TEST_ADDED)


def _inner(item: _Item, before: Sequence[_P], after: Sequence[_P]) -> tuple[ItemEdits[_P], ...]:
    """The items with edits of a list in a task, which may be in two places; all its edits are in that list."""
    kinds = [type(inner) for inner in (*before, *after)]
    old, new = ({steps: inner for steps, _, inner in keyed(inners, {})} for inners in (before, after))
    of_item: dict[Key, list[Edit]] = defaultdict(list)
    for edit in item.edits:
        field, *rest = _below(item, edit)
        of_item[field, *item_steps(kinds[0], tuple(rest))].append(edit)
    return tuple(_within(item, at, old.get(at[1:]), new.get(at[1:]), tuple(edits)) for at, edits in of_item.items())


def _within(item: _Item, at: Key, before: _P | None, after: _P | None, edits: _Edits) -> ItemEdits[_P]:
    """An item of a list in a task by its key where it is, or where it was if it is gone."""
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
"""What finds the changes in each field of a task but its id, which is what identifies it."""

OF_PARTS: tuple[PartRule, ...] = (_moved_tasks,)
OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "tasks"): _tasks,
    ("sprints", "priority"): _sprint_priority,
}
"""The rule of each field, by kind of part and field."""
