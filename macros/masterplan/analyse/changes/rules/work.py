"""The work in a sprint: its tasks, metrics, tests and documents, and the strategy that holds for all of them."""

from collections.abc import Iterator
from typing import NamedTuple

from masterplan.analyse.changes.case import Case, Group, Item, Told
from masterplan.analyse.changes.rules import figures
from masterplan.analyse.changes.rules.texts import WORDING
from masterplan.analyse.changes.rules.words import reworded
from masterplan.model.change import ChangeRule

SCOPE_ADDED = ChangeRule("scope-added", "notable", "A sprint that has not begun has more to do or to reach.")
SCOPE_ADDED_LATE = ChangeRule(
    "scope-added-in-progress", "breaking", "A sprint that is in progress already has more to do, to test or to reach."
)
SCOPE_DROPPED = ChangeRule("scope-dropped", "notable", "A sprint has less to do or to reach.")
TEST_ADDED = ChangeRule("test-added", "notable", "Something more is tested.")
TEST_DROPPED = ChangeRule("test-dropped", "breaking", "Something is no longer tested.")
DOCUMENT_ADDED = ChangeRule("documentation-added", "notable", "One more document is to be kept up to date.")
DOCUMENT_DROPPED = ChangeRule("documentation-dropped", "breaking", "A document is no longer to be kept up to date.")
TASK_DONE = ChangeRule("task-done", "notable", "A task is done.")
TASK_REOPENED = ChangeRule("task-reopened", "breaking", "A task that was done is not done any more.")
STEPS = ChangeRule("next-steps-changed", "notable", "Something else is to be done next.")

RULES = (
    SCOPE_ADDED, SCOPE_ADDED_LATE, SCOPE_DROPPED, TEST_ADDED, TEST_DROPPED, DOCUMENT_ADDED, DOCUMENT_DROPPED,
    TASK_DONE, TASK_REOPENED, STEPS,
)  # fmt: skip


class _Sides(NamedTuple):
    """The items of a list that came, those that went, pairs that are only worded otherwise, and those that changed."""

    added: list[Item]
    removed: list[Item]
    same: list[tuple[Item, Item]]
    changed: list[Item]


def _sides(group: Group, size: int, field: str, *steps: str) -> _Sides:
    """The items of a list, of which every one has some field."""
    items = list(group.items(size, *steps))
    added = {item.name: item for item in items if item.side(field)[0] is None is not item.side(field)[1]}
    removed = {item.name: item for item in items if item.side(field)[1] is None is not item.side(field)[0]}
    same = reworded(removed, added)
    paired = {item.name for pair in same for item in pair}
    changed = [item for item in items if item.name not in added and item.name not in removed]
    came, went = ([item for name, item in side.items() if name not in paired] for side in (added, removed))
    return _Sides(came, went, same, changed)


def _worded(sides: _Sides, what: str) -> Iterator[Told]:
    for one, other in sides.same:
        message = f"{what} worded otherwise"
        yield Told(WORDING, (*one.edits, *other.edits), message, one.name[-1], other.name[-1], other.edits[0].key)


def _came(case: Case, sprint: str, usual: ChangeRule) -> ChangeRule:
    return SCOPE_ADDED_LATE if case.has_begun(sprint) else usual


def tasks(case: Case, group: Group) -> Iterator[Told]:
    """The tasks of a sprint."""
    sides, name = _sides(group, 1, "title"), case.name(group.id)
    yield from _worded(sides, f"{name}: a task is")
    for item in sides.added:
        (title,) = item.name
        yield Told(
            _came(case, group.id, SCOPE_ADDED),
            item.edits,
            f"{name} has one more task: {title}",
            "",
            title,
            (*item.key, "title"),
        )
    for item in sides.removed:
        (title,) = item.name
        yield Told(SCOPE_DROPPED, item.edits, f"{name} has a task less: {title}", title, "", (*item.key, "title"))
    for item in sides.changed:
        rule, did = (TASK_DONE, "done") if item.side("done")[1] else (TASK_REOPENED, "open again")
        yield Told(
            rule, item.edits, f"{name}: the task {item.name[0]} is {did}", key=(*item.key, "title"), field="tasks.done"
        )


def metrics(case: Case, group: Group) -> Iterator[Told]:
    """The metrics of a sprint."""
    sides, name = _sides(group, 1, "name"), case.name(group.id)
    yield from _worded(sides, f"{name}: a metric is")
    for item in sides.added:
        target = f"{item.name[0]}: {item.side('after')[1]}"
        yield Told(
            _came(case, group.id, SCOPE_ADDED),
            item.edits,
            f"{name} has one more metric: {target}",
            "",
            target,
            (*item.key, "name"),
        )
    for item in sides.removed:
        target = f"{item.name[0]}: {item.side('after')[0]}"
        yield Told(SCOPE_DROPPED, item.edits, f"{name} has a metric less: {target}", target, "", (*item.key, "name"))
    for item in sides.changed:
        yield from figures.metric(case, group.id, item.name[0], item.edits)


def tests(case: Case, group: Group) -> Iterator[Told]:
    """The tests of a sprint."""
    sides, name = _sides(group, 2, "kind"), case.name(group.id)
    yield from _worded(sides, f"{name}: a test is")
    for item in sides.added:
        text = ": ".join(filter(None, item.name))
        yield Told(
            _came(case, group.id, TEST_ADDED),
            item.edits,
            f"{name} has one more test: {text}",
            "",
            text,
            (*item.key, "kind"),
        )
    for item in sides.removed:
        text = ": ".join(filter(None, item.name))
        yield Told(TEST_DROPPED, item.edits, f"{name} has a test less: {text}", text, "", (*item.key, "kind"))


def documents(case: Case, group: Group) -> Iterator[Told]:
    """The documents to update after a sprint, or after every one."""
    every = f"every {case.after.unit.one.lower()}"
    steps, after = ((), case.name(group.id)) if group.key[0] == "sprints" else (("after_each_sprint",), every)
    sides = _sides(group, 1, "path", *steps)
    for item in (*sides.added, *(other for _, other in sides.same)):
        (path,) = item.name
        yield Told(DOCUMENT_ADDED, item.edits, f"{path} is to be updated after {after}", "", path, (*item.key, "path"))
    for item in (*sides.removed, *(one for one, _ in sides.same)):
        (path,) = item.name
        yield Told(
            DOCUMENT_DROPPED,
            item.edits,
            f"{path} is no longer to be updated after {after}",
            path,
            "",
            (*item.key, "path"),
        )


def strategy(case: Case, group: Group) -> Iterator[Told]:
    """The testing strategy."""
    for where, when in (("per_sprint", f"with every {case.after.unit.one.lower()}"), ("end_to_end", "in the end")):
        edits = group.under(where, "items")
        added, removed = ({e.key: e for e in edits if (e.before is None) == came} for came in (True, False))
        same = reworded(removed, added)
        paired = {edit.key for pair in same for edit in pair}
        for one, other in same:
            yield Told(WORDING, (one, other), "a test is worded otherwise", one.key[-1], other.key[-1], other.key)
        for key, edit in added.items():
            if key not in paired:
                yield Told(TEST_ADDED, (edit,), f"{key[-1]}: tested {when}", "", key[-1])
        for key, edit in removed.items():
            if key not in paired:
                yield Told(TEST_DROPPED, (edit,), f"{key[-1]}: no longer tested {when}", key[-1])


def next_steps(case: Case, group: Group) -> Iterator[Told]:
    """What is to be done next."""
    before, after = ("; ".join(step.title for step in plan.header.next_steps) for plan in (case.before, case.after))
    yield Told(STEPS, group.edits, "the next steps changed", before, after)
