"""Completion reports: a page for every sprint that is done, made from its entries."""

from typing import Annotated

from masterplan.analyse.figures import count
from masterplan.analyse.parts import UNASSIGNED
from masterplan.analyse.progress import Standing, tasks_done
from masterplan.model.plan import Plan
from masterplan.model.progress import report_page
from masterplan.model.sprint import Sprint
from masterplan.render.blocks import (
    NOTHING,
    Content,
    Definitions,
    Flow,
    Hyperlink,
    Inline,
    ItemList,
    Numbers,
    Paragraph,
    Section,
)
from masterplan.render.compose import items, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.progress import progress_log
from masterplan.render.views.status import measured_rows
from masterplan.render.views.widgets import document, quantity, sprint_link, weeks

_BOXES = {True: "\u2611 ", False: "\u2610 "}
"""A box, ticked or not, before what was to be done."""


def report_path(plan: Plan, standing: Standing) -> str | None:
    """The page of a sprint's completion report, by its path below docs/; None while it is not done."""
    done_on = standing.done_on
    return report_page(plan.header.documentation.progress_in, standing.sprint, done_on) if done_on else None


def report_link(context: Context, sprint: str, label: str = "completion report") -> Inline:
    """A link to a sprint's completion report; the sign for nothing while there is none."""
    path = report_path(context.facts.plan, context.facts.standings[sprint])
    return Hyperlink(context.links.to(path), label) if path else NOTHING


@macro
def completion_reports(context: Context) -> Content:
    """The sprints that are done, each with its completion report, the latest first."""
    facts = context.facts
    done = [(standing.done_on, id_) for id_, standing in facts.standings.items() if standing.done_on]
    if not done:
        return Paragraph(f"No {facts.plan.unit.one.lower()} is done yet.")
    done.sort(key=lambda pair: (pair[0], facts.plan.positions[pair[1]]), reverse=True)
    rows = [row(sprint_link(context, id_, titled=True), day, report_link(context, id_)) for day, id_ in done]
    return table("Completed", [facts.plan.unit.one, "Done on", "Report"], rows)


@macro
def completion_report(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """The completion report of a sprint: the whole page, from its heading down, but for what the team writes below."""
    facts, about = context.facts, context.sprint(sprint)
    standing = facts.standings[about.id]
    columns = ["Metric", Numbers("Before"), Numbers("Target"), Numbers("Measured"), "Outcome"]
    body = (
        Definitions(_facts(context, about, standing)),
        Section(2, "Metrics", "metrics", table("Metrics", columns, measured_rows(standing, about.metrics))),
        Section(2, "Tasks", "tasks", tasks(context, about)),
        Section(2, "Documents to update", "documents", _documents(context, about, standing)),
        Section(2, "Entries", "entries", progress_log(context, about.id)),
    )
    return Section(1, (named(facts.plan.name(about.id), about.title), ", completed"), "", body)


def _facts(context: Context, sprint: Sprint, standing: Standing) -> tuple[tuple[str, Flow], ...]:
    plan, begun, done_on = context.facts.plan, standing.started_on, standing.done_on
    phase = plan.phase_of.get(sprint.id)
    saved = next((row.so_far for row in context.facts.realised.rows if row.sprint == sprint.id), None)
    return (
        (plan.unit.one, sprint_link(context, sprint.id, titled=True)),
        ("Started on", str(begun) if begun else NOTHING),
        ("Done on", str(done_on) if done_on else "not done yet"),
        ("Took", count((done_on - begun).days + 1, "day") if begun and done_on else NOTHING),
        ("Planned for", weeks(plan, phase.weeks) if phase else NOTHING),
        ("Effort", quantity(sprint.effort)),
        ("Owner", plan.person(sprint.owner) if sprint.owner else UNASSIGNED),
        ("Saves a month, as planned", quantity(sprint.savings.monthly if sprint.savings else None)),
        ("Saves a month, as found", quantity(standing.saves)),
        ("Come in so far", quantity(saved)),
    )


def tasks(context: Context, sprint: Sprint) -> ItemList:
    """The tasks of a sprint, with those ticked that its file or an entry says are done."""
    done = tasks_done(sprint, context.facts.standings[sprint.id].entries)
    return items((_BOXES[task.title in done], task.title) for task in sprint.tasks)


def _documents(context: Context, sprint: Sprint, standing: Standing) -> ItemList:
    wanted = (*context.facts.plan.header.documentation.after_each_sprint, *sprint.documentation)
    notes = {paper.path: paper.note for paper in wanted}
    return items((_BOXES[path in standing.updated], document(path, note)) for path, note in notes.items())
