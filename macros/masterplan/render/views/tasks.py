"""Tasks: those of a sprint on its page, and the table of all tasks."""

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
from masterplan.render.views.custom import CustomColumns
from masterplan.render.views.scope import checklist
from masterplan.render.views.widgets import (
    MOST_IN_COLUMN,
    owner_fact,
    owner_links,
    quantity,
    sprint_link,
    standing_chip,
    standing_link,
    standing_word,
    stated_links,
    task_anchor,
    unit_links,
    waits,
    window_dates,
)

MOST_TASKS = 500
"""Rows of the table of all tasks; further tasks are on the pages of their sprints."""
_MOST_TICKED = 24
"""Tasks with only a title that a sprint's page lists before the others are unfolded."""

_COLUMNS = ("Task", "State", "Owner", Numbers("Effort"), Numbers("Points"), "Priority", "Needs", "Unlocks")


def _is_list(context: Context, sprint: Sprint) -> bool:
    """Whether the tasks of a sprint have only titles."""
    continued = context.facts.tasks.continued.get(sprint.id)
    return all(is_plain(task) for task in sprint.tasks) and not (sprint.groups or continued)


def task_list(context: Context, sprint: Sprint) -> Flow:
    """The tasks of a sprint as a list; empty unless they have only titles."""
    entries = progress.tasks(context, sprint).items if _is_list(context, sprint) else ()
    more = entries[_MOST_TICKED:]
    return (items(entries[:_MOST_TICKED]), Folded(count(len(more), "more task"), items(more), "more"))


def task_tables(context: Context, sprint: Sprint) -> Content:
    """The tasks of a sprint by group, in tables with all their fields; empty if they have only titles."""
    if _is_list(context, sprint):
        return ()
    tasks = context.facts.tasks
    standings, continued = tasks.by_sprint.get(sprint.id, ()), tasks.continued.get(sprint.id, ())
    names = dict.fromkeys(standing.task.group for standing in standings if standing.task.group)
    declared = {group.title: group for group in sprint.groups}
    shared = bool(continued)
    ungrouped = [standing for standing in standings if standing.task.group is None]
    groups = [
        _group(
            context,
            title,
            declared.get(title),
            [standing for standing in standings if standing.task.group == title],
            shared=shared,
        )
        for title in dict.fromkeys((*declared, *names))
    ]
    custom = CustomColumns.of(context.facts.plan, "task", (standing.task.fields for standing in continued))
    others = [_row(context, standing, custom, is_here=False, continued_here=True) for standing in continued]
    return (
        _summary(context, standings) if standings else (),
        _table(context, ungrouped, f"Tasks of {context.facts.plan.name(sprint.id)}"),
        *groups,
        Section(4, "Continued here", "", table("Tasks continued here", [*_COLUMNS, *custom.headings], others)),
    )


def _group(
    context: Context, title: str, group: TaskGroup | None, standings: Sequence[TaskStanding], *, shared: bool
) -> Section:
    """A group of tasks: its totals, computed and declared, and its tasks."""
    plan = context.facts.plan
    total = Totals.of((standing.task for standing in standings), plan.calendar)
    shared = shared or any(standing.task.also_in for standing in standings)
    declared = tuple(_declared(plan, group, total, shared=shared)) if group else ()
    figures = joined((count(len(total.tasks), "task"), *_sizes(total)))
    description = prose_box(group.description if group else None)
    body = (Paragraph((Small(figures), declared)), description, _table(context, standings, title))
    return Section(4, title, "", body)


def _declared(plan: Plan, group: TaskGroup, total: Totals, *, shared: bool) -> Iterator[Inline]:
    """The declared totals of a group, marked by whether they agree with the computed ones.

    If the group has tasks `shared` with another sprint, it is unclear how much of them the totals include.
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
    """A stated effort or points, with the sum of its parts if no way of adding gives that amount.

    Without a stated amount it is the sum.
    """
    if written is None or not sums:
        return (sums[0].text, " ", Small(f"sum of its {parts}")) if sums else quantity(written)
    if not all(_differs(plan, written, computed) for computed in sums):
        return written.text
    return (written.text, " ", Chip("claim-differs", f"its {parts} add up to {sums[0].text}"))


def _sizes(total: Totals) -> Iterator[str]:
    """The total effort and points of tasks, with the number of tasks that state them."""
    sizes = ((total.effort, total.with_effort), (total.points, total.with_points))
    for size, stating in sizes:
        if size:
            text = size.text if size is total.effort else _in_points(size)
            yield text if stating == len(total.tasks) else f"{text} in {stating} of {count(len(total.tasks), 'task')}"


def _in_points(points: Quantity) -> str:
    return f"{points.text} {'point' if points.text == '1' else 'points'}"


def _summary(context: Context, standings: Iterable[TaskStanding]) -> Paragraph:
    """How many tasks are done, and their total size."""
    closed = [standing.state == "done" for standing in standings if standing.is_open or standing.state == "done"]
    total = Totals.of((standing.task for standing in standings), context.facts.plan.calendar)
    return Paragraph(joined((Strong(f"{sum(closed)} of {count(len(closed), 'task')} done"), *_sizes(total))))


def _table(context: Context, standings: Sequence[TaskStanding], caption: str) -> Table:
    custom = CustomColumns.of(context.facts.plan, "task", (standing.task.fields for standing in standings))
    rows = [_row(context, standing, custom, is_here=True) for standing in standings]
    return replace(table(caption, [*_COLUMNS, *custom.headings], rows, ranks=custom.ranks), searched=True)


def _row(
    context: Context, standing: TaskStanding, custom: CustomColumns, *, is_here: bool, continued_here: bool = False
) -> Row:
    """A task: with its anchor and details on the page of its sprint, elsewhere as a link to that page."""
    task, plan = standing.task, context.facts.plan
    label: Inline = (Strong(task.id), f" {task.title}") if task.id else task.title
    href = context.links.sprint(standing.placed.sprint, task_anchor(task.id) if task.id else "tasks")
    return row(
        (label if is_here else Hyperlink(href, label), *_notes(context, standing, continued_here=continued_here)),
        _state(context, standing),
        owner_links(context, task.owner),
        quantity(task.effort),
        quantity(task.points),
        task.priority,
        joined(_needed(context, standing)),
        unit_links(context, standing.needed_by),
        *custom.cells(task.fields),
        anchor=task_anchor(task.id) if task.id and is_here else "",
        facts=None if is_here else {**_facts(plan, standing), **custom.facts(task.fields)},
        below=_details(context, standing, custom) if is_here else (),
    )


def _facts(plan: Plan, standing: TaskStanding) -> dict[str, str]:
    """The values that the table of all tasks can be filtered by."""
    return {
        plan.unit.one.lower(): plan.name(standing.placed.sprint),
        "owner": owner_fact(plan, standing.task.owner),
        "state": standing_word(standing),
        "priority": standing.task.priority or "",
        "label": "; ".join(standing.task.labels),
    }


def _notes(context: Context, standing: TaskStanding, *, continued_here: bool) -> Iterator[Inline]:
    """The line below a task's title: window, labels, and the other sprint in which it is done."""
    notes: list[Inline] = [window_dates(context, standing.task.when)] if standing.task.when else []
    notes += standing.task.labels
    if standing.task.also_in:
        word, other = ("from ", standing.placed.sprint) if continued_here else ("continues in ", standing.task.also_in)
        notes.append((word, sprint_link(context, other)))
    if notes:
        yield (" ", Small(joined(notes, " \u00b7 ")))


def _state(context: Context, standing: TaskStanding) -> Inline:
    """The state of a task, and what it waits for if that is not in its list of prerequisites."""
    others = waits(context, standing, {needed.needs for needed in standing.task.depends_on})
    remark: Inline = (" ", Small(("for ", others))) if standing.is_waiting and others != NOTHING else ()
    return (standing_chip(standing), remark)


def _needed(context: Context, standing: TaskStanding) -> Iterator[Inline]:
    for needed in standing.task.depends_on:
        soft = (" ", Small("soft")) if needed.strength == "soft" else ()
        yield (unit_links(context, [needed.needs]), soft)


def _details(context: Context, standing: TaskStanding, custom: CustomColumns) -> Flow:
    """Further fields of a task, folded under a summary; empty without any."""
    task = standing.task
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
            "Dependencies",
            items((unit_links(context, [needed.needs]), f": {needed.reason}") for needed in reasons),
        ),
        ("more fields", "", custom.rest(task.fields)),
        (count(len(task.links), "link"), "Links", items(stated_links(task.links))),
    )
    present = [part for part in parts if not is_empty(part[2])]
    body = tuple((Paragraph(title, "title") if title else (), content) for _, title, content in present)
    summary = ", ".join(summary for summary, _, _ in present)
    return Folded(capital(summary), body, "details") if present else ()


@macro
def task_summary(context: Context) -> Content:
    """How many tasks are done and their total size; tasks in progress, ready, next and waiting."""
    standings = context.facts.tasks.all
    groups = (
        ("Now", [standing for standing in standings if standing.is_under_way]),
        ("Can start now", [standing for standing in standings if standing.ready]),
        ("Next", [standing for standing in standings if standing.is_next]),
        ("Waiting", [standing for standing in standings if standing_word(standing) == "waiting"]),
    )
    columns = Columns(tuple((title, items(_named(context, title, group))) for title, group in groups if group))
    return (_summary(context, standings), columns) if standings else ()


def _named(context: Context, title: str, standings: Sequence[TaskStanding]) -> Iterator[Inline]:
    for standing in standings[:MOST_IN_COLUMN]:
        remark = ("for ", waits(context, standing)) if title == "Waiting" else ()
        state = (" ", standing_chip(standing)) if standing.state == "blocked" else ()
        yield (standing_link(context, standing), state, (" ", Small(remark)) if remark else ())
    if len(standings) > MOST_IN_COLUMN:
        yield f"and {len(standings) - MOST_IN_COLUMN:,} more"


@macro
def task_table(
    context: Context,
    sprint: Annotated[str | None, "Only the tasks of this sprint."] = None,
    state: Annotated[State | None, "Only tasks in this state."] = None,
    owner: Annotated[str | None, "Only the tasks of this person, team or role."] = None,
) -> Content:
    """Tasks with sprint, state, owner, size, priority and prerequisites; all, or those that match every filter.

    Of more than 500 tasks, open ones come first, and the rest is counted.
    """
    facts = context.facts
    sprint_id = context.sprint(sprint).id if sprint is not None else None
    owner_id = context.owner(owner) if owner is not None else None
    matching = [
        standing
        for standing in facts.tasks.all
        if sprint_id in {None, standing.placed.sprint}
        and state in {None, standing.state}
        and (owner_id is None or owner_id in standing.task.owner)
    ]
    if len(matching) > MOST_TASKS:
        matching.sort(key=lambda standing: not standing.is_open)
    custom = CustomColumns.of(facts.plan, "task", (standing.task.fields for standing in matching[:MOST_TASKS]))
    rows = [_row_with_sprint(context, standing, custom) for standing in matching[:MOST_TASKS]]
    columns = [_COLUMNS[0], facts.plan.unit.one, *_COLUMNS[1:], *custom.headings]
    tasks = table("Tasks", columns, rows, ranks=custom.ranks, names=facts.plan.labels)
    rest = len(matching) - len(rows)
    more = f"{count(rest, 'more task')} on the pages of the {facts.plan.unit.many.lower()}." if rest else ""
    return (Box(tasks, searched=False), Paragraph(Small(more)))


def _row_with_sprint(context: Context, standing: TaskStanding, custom: CustomColumns) -> Row:
    """The row of a task on another page, with a link to its sprint."""
    task_row = _row(context, standing, custom, is_here=False)
    first, *others = task_row.cells
    return Row((first, sprint_link(context, standing.placed.sprint), *others), facts=task_row.facts)
