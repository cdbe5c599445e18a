"""Completion reports: a page for every sprint that is done, made from its entries."""

from typing import Annotated

from markupsafe import Markup

from masterplan.analyse.figures import count
from masterplan.analyse.progress import Standing, tasks_done
from masterplan.analyse.wording import UNASSIGNED
from masterplan.model.plan import Plan, Sprint
from masterplan.model.progress import report_page
from masterplan.render.html import NOTHING, link, list_of, render, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Numbers, Row, table
from masterplan.render.views.progress import progress_log
from masterplan.render.views.status import measured_rows
from masterplan.render.views.widgets import document, quantity, sprint_link, weeks

_TICKED = {True: Markup("&#9745; {}"), False: Markup("&#9744; {}")}


def report_path(plan: Plan, standing: Standing) -> str | None:
    """The page of a sprint's completion report, by its path below docs/; None while it is not done."""
    done_on = standing.done_on
    return report_page(plan.header.documentation.progress_in, standing.sprint, done_on) if done_on else None


def report_link(context: Context, sprint: str, label: str = "completion report") -> Markup:
    """A link to a sprint's completion report; the sign for nothing while there is none."""
    path = report_path(context.facts.plan, context.facts.standings[sprint])
    return link(context.links.to(path), label) if path else NOTHING


@macro
def completion_reports(context: Context) -> str:
    """The sprints that are done, each with its completion report, the latest first."""
    facts = context.facts
    done = [(each.done_on, id_) for id_, each in facts.standings.items() if each.done_on]
    if not done:
        return Markup("<p>No {} is done yet.</p>").format(text(facts.plan.unit.one.lower()))
    done.sort(key=lambda each: (each[0], facts.plan.positions[each[1]]), reverse=True)
    rows = [Row([sprint_link(context, id_, titled=True), day, report_link(context, id_)]) for day, id_ in done]
    return table("Completed", [facts.plan.unit.one, "Done on", "Report"], rows)


@macro
def completion_report(context: Context, sprint: Annotated[str, "The sprint's id."]) -> str:
    """The completion report of a sprint: the whole page, from its heading down, but for what the team writes below."""
    found = context.sprint(sprint)
    facts, id_ = context.facts, found.id
    standing = facts.standings[id_]
    metrics = measured_rows(standing, found.metrics)
    columns = ["Metric", Numbers("Before"), Numbers("Target"), Numbers("Measured"), "Outcome"]
    sections = [
        ("Metrics", "metrics", table("Metrics", columns, metrics) if metrics else ""),
        ("Tasks", "tasks", tasks(context, found)),
        ("Documents to update", "documents", _documents(context, found, standing)),
        ("Entries", "entries", progress_log(context, id_)),
    ]
    return render(
        "report.md.jinja",
        name=facts.plan.name(id_),
        title=found.title,
        facts=_facts(context, found, standing),
        sections=[section for section in sections if section[2]],
    )


def _facts(context: Context, sprint: Sprint, standing: Standing) -> list[tuple[str, object]]:
    plan, begun, done_on = context.facts.plan, standing.started_on, standing.done_on
    phase = plan.phase_of.get(sprint.id)
    saved = next((row for row in context.facts.realised.rows if row.sprint == sprint.id), None)
    return [
        (plan.unit.one, sprint_link(context, sprint.id, titled=True)),
        ("Started on", begun or NOTHING),
        ("Done on", done_on or "not done yet"),
        ("Took", count((done_on - begun).days + 1, "day") if begun and done_on else NOTHING),
        ("Planned for", weeks(plan, phase.weeks) if phase else NOTHING),
        ("Effort", quantity(sprint.effort)),
        ("Owner", plan.person(sprint.owner) if sprint.owner else UNASSIGNED),
        ("Saves a month, as planned", quantity(sprint.savings.monthly if sprint.savings else None)),
        ("Saves a month, as found", quantity(standing.saves)),
        ("Come in so far", quantity(saved.so_far if saved else None)),
    ]


def tasks(context: Context, sprint: Sprint) -> Markup | str:
    """The tasks of a sprint, with those ticked that its file or an entry says are done; nothing where it has none."""
    done = tasks_done(sprint, context.facts.standings[sprint.id].entries)
    shown = [_TICKED[task.title in done].format(text(task.title)) for task in sprint.tasks]
    return list_of(shown) if shown else ""


def _documents(context: Context, sprint: Sprint, standing: Standing) -> Markup | str:
    wanted = (*context.facts.plan.header.documentation.after_each_sprint, *sprint.documentation)
    shown = {
        each.path: _TICKED[each.path in standing.updated].format(document(each.path, each.note)) for each in wanted
    }
    return list_of(shown.values()) if shown else ""
