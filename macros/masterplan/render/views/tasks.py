"""Tasks: those of a sprint on its page, and the table of all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from masterplan.analyse.audit.judgement import outcome_of
from masterplan.analyse.figures import count
from masterplan.analyse.parts import capital
from masterplan.analyse.tasks import TaskStanding, is_plain
from masterplan.analyse.totals import Totals
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Sprint
from masterplan.model.task import State, TaskGroup
from masterplan.render.blocks import (
    NOTHING,
    Box,
    Chip,
    Columns,
    Content,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Numbers,
    Paragraph,
    Row,
    Section,
    Small,
    Strong,
    Table,
    is_empty,
)
from masterplan.render.compose import items, joined, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose_box
from masterplan.render.views import progress
from masterplan.render.views.custom import OwnColumns
from masterplan.render.views.scope import checklist
from masterplan.render.views.widgets import (
    MOST_LISTED,
    owner_fact,
    owner_links,
    quantity,
    sprint_link,
    standing_chip,
    standing_link,
    standing_word,
    task_anchor,
    unit_links,
    waits,
    window_dates,
)

MOST_TASKS = 500
"""The table of all tasks has so many rows; more are on the pages of their sprints."""
MOST_NAMED = 12
"""Tasks in a list of what is going on; the table has the others."""
_COLUMNS = ("Task", "State", "Owner", Numbers("Effort"), Numbers("Points"), "Priority", "Needs", "Unlocks")


def tasks_of(context: Context, sprint: Sprint) -> Content:
    """The tasks of a sprint, under their groups: a list where they are titles only, else tables with all they say."""
    tasks = context.facts.tasks
    standings, going_on = tasks.by_sprint.get(sprint.id, ()), tasks.continued.get(sprint.id, ())
    if all(is_plain(task) for task in sprint.tasks) and not (sprint.groups or going_on):
        every = progress.tasks(context, sprint).items
        more = every[MOST_LISTED:]
        return (items(every[:MOST_LISTED]), Folded(count(len(more), "more task"), items(more), "more"))
    names = dict.fromkeys(one.task.group for one in standings if one.task.group)
    declared = {group.title: group for group in sprint.groups}
    shared = bool(going_on)
    loose = [one for one in standings if one.task.group is None]
    groups = [
        _group(
            context, title, declared.get(title), [one for one in standings if one.task.group == title], shared=shared
        )
        for title in dict.fromkeys((*declared, *names))
    ]
    own = OwnColumns.of(context.facts.plan, "task", (one.task.fields for one in going_on))
    others = [_row(context, one, own, is_here=False, goes_on_here=True) for one in going_on]
    return (
        _summary(context, standings) if standings else (),
        _table(context, loose, f"Tasks of {context.facts.plan.name(sprint.id)}"),
        *groups,
        Section(3, "Going on here", "", table("Tasks that go on here", [*_COLUMNS, *own.headings], others)),
    )


def _group(
    context: Context, title: str, group: TaskGroup | None, standings: Sequence[TaskStanding], *, shared: bool
) -> Section:
    """A group of tasks: its totals as they are and as they were declared, and its tasks."""
    plan = context.facts.plan
    total = Totals.of((one.task for one in standings), plan.calendar)
    shared = shared or any(one.task.also_in for one in standings)
    declared = tuple(_declared(plan, group, total, shared=shared)) if group else ()
    figures = joined((count(len(total.tasks), "task"), *_sizes(total)))
    description = prose_box(group.description if group else None)
    body = (Paragraph((Small(figures), declared)), description, _table(context, standings, title))
    return Section(3, title, "", body)


def _declared(plan: Plan, group: TaskGroup, total: Totals, *, shared: bool) -> Iterator[Inline]:
    """What the authors wrote down of a group's totals, with whether that is so.

    Where tasks are `shared` with another sprint, nobody knows how much of them is meant.
    """
    stated = [count(group.tasks, "task")] if group.tasks is not None else []
    differs = [group.tasks != len(total.tasks)] if group.tasks is not None else []
    for written, computed in ((group.effort, total.whole_effort), (group.points, total.whole_points)):
        if written:
            stated.append(written.text if written is group.effort else _in_points(written))
            differs.append(computed is None or _differs(plan, written, computed))
    if stated:
        look = ("within" if shared else "differs") if any(differs) else "agrees"
        yield (" ", Chip(f"claim-{look}", f"declared: {', '.join(stated)}"))


def _differs(plan: Plan, written: Quantity, computed: Quantity) -> bool:
    return outcome_of(written, computed, plan.calendar) == "differs"


def beside_sum(plan: Plan, written: Quantity | None, sums: Sequence[Quantity], parts: str = "tasks") -> Inline:
    """An effort or points as they were written, and what the parts add up to where no way to add gives that amount.

    Where nothing was written it is what they add up to.
    """
    if written is None or not sums:
        return (sums[0].text, " ", Small(f"by its {parts}")) if sums else quantity(written)
    if not all(_differs(plan, written, computed) for computed in sums):
        return written.text
    return (written.text, " ", Chip("claim-differs", f"its {parts} add up to {sums[0].text}"))


def _sizes(total: Totals) -> Iterator[str]:
    """The effort and the points of some tasks together, with how many of them state theirs."""
    sizes = ((total.effort, total.with_effort), (total.points, total.with_points))
    for size, stating in sizes:
        if size:
            text = size.text if size is total.effort else _in_points(size)
            yield text if stating == len(total.tasks) else f"{text} in {stating} of {count(len(total.tasks), 'task')}"


def _in_points(points: Quantity) -> str:
    return f"{points.text} {'point' if points.text == '1' else 'points'}"


def _summary(context: Context, standings: Iterable[TaskStanding]) -> Paragraph:
    """How many of some tasks are done, and what they are together."""
    closed = [one.state == "done" for one in standings if one.is_open or one.state == "done"]
    total = Totals.of((one.task for one in standings), context.facts.plan.calendar)
    return Paragraph(joined((Strong(f"{sum(closed)} of {count(len(closed), 'task')} done"), *_sizes(total))))


def _table(context: Context, standings: Sequence[TaskStanding], caption: str) -> Table:
    own = OwnColumns.of(context.facts.plan, "task", (one.task.fields for one in standings))
    rows = [_row(context, one, own, is_here=True) for one in standings]
    return replace(table(caption, [*_COLUMNS, *own.headings], rows, ranks=own.ranks), searched=True)


def _row(context: Context, one: TaskStanding, own: OwnColumns, *, is_here: bool, goes_on_here: bool = False) -> Row:
    """A task: on the page of its sprint with its anchor and all that it says, elsewhere as a link to that place."""
    task, plan = one.task, context.facts.plan
    label: Inline = (Strong(task.id), f" {task.title}") if task.id else task.title
    href = context.links.sprint(one.placed.sprint, task_anchor(task.id) if task.id else "tasks")
    return row(
        (label if is_here else Hyperlink(href, label), *_notes(context, one, goes_on_here=goes_on_here)),
        _state(context, one),
        owner_links(context, task.owner),
        quantity(task.effort),
        quantity(task.points),
        task.priority,
        joined(_needed(context, one)),
        unit_links(context, one.needed_by),
        *own.cells(task.fields),
        anchor=task_anchor(task.id) if task.id and is_here else "",
        facts=None if is_here else {**_facts(plan, one), **own.facts(task.fields)},
        below=_details(context, one, own) if is_here else (),
    )


def _facts(plan: Plan, one: TaskStanding) -> dict[str, str]:
    """What the table of all tasks is filtered by."""
    return {
        plan.unit.one.lower(): plan.name(one.placed.sprint),
        "owner": owner_fact(plan, one.task.owner),
        "state": standing_word(one),
        "priority": one.task.priority or "",
        "label": "; ".join(one.task.labels),
    }


def _notes(context: Context, one: TaskStanding, *, goes_on_here: bool) -> Iterator[Inline]:
    """What stands below a task's title: when, labels, and the other sprint that it is done in."""
    notes: list[Inline] = [window_dates(context, one.task.when)] if one.task.when else []
    notes += one.task.labels
    if one.task.also_in:
        word, other = ("from ", one.placed.sprint) if goes_on_here else ("goes on in ", one.task.also_in)
        notes.append((word, sprint_link(context, other)))
    if notes:
        yield (" ", Small(joined(notes, " \u00b7 ")))


def _state(context: Context, one: TaskStanding) -> Inline:
    """Where a task stands; what it waits for where that is not in the list of what it needs."""
    others = waits(context, one, {needed.needs for needed in one.task.depends_on})
    remark: Inline = (" ", Small(("for ", others))) if one.is_waiting and others != NOTHING else ()
    return (standing_chip(one), remark)


def _needed(context: Context, one: TaskStanding) -> Iterator[Inline]:
    for needed in one.task.depends_on:
        soft = (" ", Small("soft")) if needed.strength == "soft" else ()
        yield (unit_links(context, [needed.needs]), soft)


def _details(context: Context, one: TaskStanding, own: OwnColumns) -> Flow:
    """What a task says beside its row, folded under how much that is; nothing where it says no more."""
    task = one.task
    met = sum(criterion.done for criterion in task.acceptance)
    reasons = [needed for needed in task.depends_on if needed.reason]
    parts: tuple[tuple[str, str, Flow], ...] = (
        ("description", "", prose_box(task.description)),
        (
            f"{met} of {count(len(task.acceptance), 'criterion', 'criteria')} met",
            "Acceptance",
            checklist(task.acceptance),
        ),
        (
            count(len(task.tests), "test"),
            "Tests",
            items((Strong(test.kind), f": {test.text}" if test.text else "") for test in task.tests),
        ),
        (
            "reasons",
            "It needs",
            items((unit_links(context, [needed.needs]), f": {needed.reason}") for needed in reasons),
        ),
        ("more fields", "", own.rest(task.fields)),
        (count(len(task.links), "link"), "Links", items(Hyperlink(link.url, link.title) for link in task.links)),
    )
    kept = [part for part in parts if not is_empty(part[2])]
    body = tuple((Paragraph(title, "title") if title else (), content) for _, title, content in kept)
    summary = ", ".join(summary for summary, _, _ in kept)
    return Folded(capital(summary), body, "details") if kept else ()


@macro
def task_summary(context: Context) -> Content:
    """How many tasks are done and what they are together; what is going on, can be started, comes next and waits."""
    standings = context.facts.tasks.all
    groups = (
        ("Now", [one for one in standings if one.is_under_way]),
        ("Can start now", [one for one in standings if one.ready]),
        ("Next", [one for one in standings if one.is_next]),
        ("Waiting", [one for one in standings if standing_word(one) == "waiting"]),
    )
    columns = Columns(tuple((title, items(_named(context, title, group))) for title, group in groups if group))
    return (_summary(context, standings), columns) if standings else ()


def _named(context: Context, title: str, standings: Sequence[TaskStanding]) -> Iterator[Inline]:
    for one in standings[:MOST_NAMED]:
        remark = ("for ", waits(context, one)) if title == "Waiting" else ()
        state = (" ", standing_chip(one)) if one.state == "blocked" else ()
        yield (standing_link(context, one), state, (" ", Small(remark)) if remark else ())
    if len(standings) > MOST_NAMED:
        yield f"and {len(standings) - MOST_NAMED:,} more"


@macro
def task_table(
    context: Context,
    sprint: Annotated[str | None, "Only the tasks of this sprint."] = None,
    state: Annotated[State | None, "Only tasks in this state."] = None,
    owner: Annotated[str | None, "Only the tasks of this person, team or role."] = None,
) -> Content:
    """Tasks with sprint, state, owner, size, priority and what they need; all, or those that fit every filter.

    Of more than 500 those that are open come first, and the rest is counted.
    """
    facts = context.facts
    about = context.sprint(sprint).id if sprint is not None else None
    responsible = context.owner(owner) if owner is not None else None
    fitting = [
        one
        for one in facts.tasks.all
        if about in {None, one.placed.sprint}
        and state in {None, one.state}
        and (responsible is None or responsible in one.task.owner)
    ]
    if len(fitting) > MOST_TASKS:
        fitting.sort(key=lambda one: not one.is_open)
    own = OwnColumns.of(facts.plan, "task", (one.task.fields for one in fitting[:MOST_TASKS]))
    rows = [_row_with_sprint(context, one, own) for one in fitting[:MOST_TASKS]]
    columns = [_COLUMNS[0], facts.plan.unit.one, *_COLUMNS[1:], *own.headings]
    made = table("Tasks", columns, rows, ranks=own.ranks, names=facts.plan.labels)
    rest = len(fitting) - len(rows)
    more = f"{count(rest, 'more task')} on the pages of the {facts.plan.unit.many.lower()}." if rest else ""
    return (Box(made, searched=False), Paragraph(Small(more)))


def _row_with_sprint(context: Context, one: TaskStanding, own: OwnColumns) -> Row:
    """A task as another page shows it, with a link to its sprint."""
    made = _row(context, one, own, is_here=False)
    first, *others = made.cells
    return Row((first, sprint_link(context, one.placed.sprint), *others), facts=made.facts)
