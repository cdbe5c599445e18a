"""Sprints: the table of all of them, and the page of one with everything about it."""

from typing import Annotated

from markupsafe import Markup

from masterplan.analyse.graph import Edge
from masterplan.analyse.wording import UNASSIGNED
from masterplan.model.plan import Level, Phase, Sprint
from masterplan.model.progress import State
from masterplan.render.html import (
    NOT_STATED,
    NOTHING,
    anchor,
    code,
    isolated,
    link,
    list_of,
    render,
    small,
    text,
    unsearched,
)
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.table import Numbers, Row, table
from masterplan.render.views import (
    dependencies,
    history,
    joining,
    overview,
    phases,
    progress,
    reports,
    rollback,
    savings,
    testing,
    times,
)
from masterplan.render.views.source import source_listing
from masterplan.render.views.widgets import (
    MOST_ROWS,
    by_phase,
    quantity,
    risk_chip,
    sprint_link,
    sprint_links,
    standing_chip,
    standing_word,
    termed,
    weeks,
)

MOST_DETAILED = 60
"""Above this many sprints one page with all details helps nobody."""

_UNSEARCHED = frozenset({"time", "why", "join"})
"""Parts of a sprint's page about other sprints, by anchor: who searches for those shall find their own pages."""


@macro
def sprint_link_to(context: Context, sprint: Annotated[str, "The sprint's id."]) -> str:
    """A link to a sprint's page, for use inside a sentence."""
    return sprint_link(context, context.sprint(sprint).id, titled=True)


@macro
def sprint_table(
    context: Context,
    phase: Annotated[str | None, "Only the sprints of this phase."] = None,
    state: Annotated[State | None, "Only sprints in this state."] = None,
    risk: Annotated[Level | None, "Only sprints with this level of risk."] = None,
    owner: Annotated[str | None, "Only the sprints of this person."] = None,
) -> str:
    """Sprints with impact, phase, dependencies, risk, savings and state; all, or those that fit every filter."""
    facts = context.facts
    chosen = context.phase(phase).sprints if phase is not None else tuple(facts.plan.sprints)
    sprints = [facts.plan.sprints[id_] for id_ in chosen]
    person = context.person(owner).id if owner is not None else None
    fitting = [
        sprint
        for sprint in sprints
        if state in {None, facts.standings[sprint.id].state}
        and (risk is None or (sprint.risk and sprint.risk.level == risk))
        and person in {None, sprint.owner}
    ]
    unit = facts.plan.unit
    columns = [unit.one, "Impact, as claimed", facts.plan.group.one, "Needs", "Risk", Numbers("Saves a month"), "State"]
    return table(unit.many, columns, [_row(context, sprint) for sprint in fitting])


@macro
def sprint_list(context: Context) -> str:
    """The table of all sprints; of more than 150 of them, links to their own page and to those of the phases."""
    return by_phase(context) if len(context.facts.plan.sprints) > MOST_ROWS else sprint_table(context)


def _row(context: Context, sprint: Sprint) -> Row:
    facts = context.facts
    phase = facts.plan.phase_of.get(sprint.id)
    where = Markup("{} {}").format(isolated(phase.title), small(f"{phase.weeks.named}")) if phase else NOTHING
    standing = facts.standings[sprint.id]
    return Row(
        [
            sprint_link(context, sprint.id, titled=True),
            sprint.impact or NOTHING,
            where,
            needs(context, sprint),
            risk_chip(sprint.risk),
            quantity(sprint.savings.monthly if sprint.savings and context.has("savings") else None),
            standing_chip(standing),
        ],
        facts={
            "phase": phase.title if phase else "",
            "risk": sprint.risk.level if sprint.risk else "",
            "state": standing_word(standing),
            "owner": facts.plan.person(sprint.owner) if sprint.owner else "",
        },
    )


def needs(context: Context, sprint: Sprint) -> Markup:
    """What a sprint needs, in a cell; nothing said and nothing needed are told apart."""
    if sprint.depends_on is None:
        return NOT_STATED
    return sprint_links(context, (each.sprint for each in sprint.depends_on)) if sprint.depends_on else text("nothing")


@macro
def sprint_page(context: Context, sprint: Annotated[str, "The sprint's id."]) -> str:
    """Everything about one sprint: the whole page, from its heading down."""
    found = context.sprint(sprint)
    facts, id_ = context.facts, found.id
    sections: list[tuple[str, str, object]] = [
        *_sections(context, found),
        ("Declared and computed", "declared", overview.declared(context, sprint=id_) if found.declared else ""),
        ("Progress", "progress", _progress(context, id_)),
        (f"You join {facts.plan.name(id_)}", "join", joining.joining(context, id_)),
        ("History", "history", history.sprint_history(context, id_) if history.of_sprint(context, id_) else ""),
        ("Source", "source", source_listing(context, facts.plan.places.of("sprints", id_).path)),
    ]
    return render(
        "sprint_page.md.jinja",
        name=facts.plan.name(id_),
        sprint=found,
        facts=_facts(context, found),
        description=prose(found.description) if found.description else None,
        sections=[section for section in sections if section[2]],
        unsearched=_UNSEARCHED,
        before=_neighbour(context, id_, -1),
        after=_neighbour(context, id_, +1),
    )


def _sections(context: Context, sprint: Sprint) -> list[tuple[str, str, object]]:
    """What a sprint's file says, by subject: heading, anchor and body; an empty body where it says nothing."""
    id_ = sprint.id
    return [
        ("Dependencies", "dependencies", _dependencies(context, sprint)),
        ("Where it stands in time", "time", phases.sprint_weeks(context, id_)),
        ("Why then", "why", times.why_it_is_then(context, id_) if context.has("effort") else ""),
        ("Metrics and savings", "metrics", savings.metrics_table(context, id_) if sprint.metrics else ""),
        ("Risk", "risk", _risk(context, sprint)),
        ("Rollback", "rollback", rollback.rollback_runbook(context, id_)),
        ("Tests", "tests", testing.sprint_tests(context, id_)),
        ("Tasks", "tasks", reports.tasks(context, sprint)),
        ("To read and to update", "documents", _documents(sprint)),
    ]


@macro
def sprint_details(context: Context) -> str:
    """Every sprint with all that its file says, for print; a plan of more than 60 is only listed."""
    plan = context.facts.plan
    if len(plan.sprints) > MOST_DETAILED:
        return sprint_table(context)
    parts = [
        {
            "name": plan.name(sprint.id),
            "title": sprint.title,
            "anchor": anchor("sprint", sprint.id),
            "facts": _facts(context, sprint),
            "description": prose(sprint.description) if sprint.description else None,
            "sections": [section for section in _sections(context, sprint) if section[2]],
        }
        for sprint in plan.sprints.values()
    ]
    return render("sprint_details.md.jinja", parts=parts)


def _facts(context: Context, sprint: Sprint) -> list[tuple[str, object]]:
    """The facts at the head of a sprint's page, label and value."""
    facts, plan = context.facts, context.facts.plan
    phase = plan.phase_of.get(sprint.id)
    place = plan.places.of("sprints", sprint.id)
    shown: list[tuple[str, object]] = [
        ("State", standing_chip(facts.standings[sprint.id])),
        ("Risk", risk_chip(sprint.risk)),
        ("Impact, as claimed", termed(context, sprint.impact) if sprint.impact else NOTHING),
        ("Saves a month", quantity(sprint.savings.monthly if sprint.savings and context.has("savings") else None)),
        (plan.group.one, _phase(context, phase)),
        ("Owner", plan.person(sprint.owner) if sprint.owner else UNASSIGNED if context.has("people") else NOTHING),
        ("Effort", _effort(context, sprint) if context.has("effort") else NOTHING),
        ("Written in", link(context.links.source(place), place.path)),
        ("Last change", context.changed.get(place.path, "not committed yet")),
    ]
    return [(label, value) for label, value in shown if value != NOTHING]


def _effort(context: Context, sprint: Sprint) -> Markup:
    """The effort as it is stated, or else the one that schedules take for it."""
    if sprint.effort:
        return quantity(sprint.effort)
    taken = context.facts.schedules.efforts[sprint.id]
    how = "assumed" if taken.origin == "nothing" else "derived from the plan's weeks"
    return Markup("{} days {}").format(times.effort_days(taken), small(f"not stated, {how}"))


def _phase(context: Context, phase: Phase | None) -> Markup:
    if phase is None:
        return NOTHING
    plan = context.facts.plan
    return Markup("{}: {}, {}").format(text(plan.group_name(phase.id)), isolated(phase.title), weeks(plan, phase.weeks))


def _dependencies(context: Context, sprint: Sprint) -> Markup:
    graph = context.facts.graph
    if sprint.depends_on is None and not graph.needed_by[sprint.id]:
        return Markup("")
    needed = [_edge(context, edge, edge.needs) for edge in graph.needs[sprint.id]]
    needing = [_edge(context, edge, edge.sprint) for edge in graph.needed_by[sprint.id]]
    diagram = dependencies.dependency_diagram(context, focus=sprint.id) if needed or needing else ""
    groups = [
        ("It needs", list_of(needed) if needed else needs(context, sprint)),
        ("Needed by", list_of(needing) if needing else text("nothing")),
    ]
    return Markup("{}\n{}").format(diagram, render("columns.html.jinja", groups=groups))


def _edge(context: Context, edge: Edge, other: str) -> Markup:
    said = Markup(": {}").format(termed(context, edge.reason)) if edge.reason else ""
    return Markup("{} {}{}").format(unsearched(sprint_link(context, other, titled=True)), small(edge.strength), said)


def _risk(context: Context, sprint: Sprint) -> Markup:
    risk = sprint.risk
    if risk is None:
        return Markup("")
    rated = [f"likelihood {risk.likelihood}"] if risk.likelihood else []
    rated += [f"impact {risk.impact}"] if risk.impact else []
    owner = context.facts.plan.person(risk.owner) if risk.owner else None
    return render(
        "risk.html.jinja",
        chip=risk_chip(risk),
        rated=", ".join(rated),
        owner=owner,
        description=prose(risk.description) if risk.description else None,
        mitigation=list_of(termed(context, each) for each in risk.mitigation) if risk.mitigation else None,
    )


def _progress(context: Context, id_: str) -> Markup:
    report = reports.report_link(context, id_, "Completion report")
    shown = Markup("<p>{}</p>").format(report) if context.facts.standings[id_].done_on else Markup("")
    return Markup("\n\n").join(piece for piece in (shown, text(progress.progress_log(context, id_))) if piece)


def _documents(sprint: Sprint) -> Markup | str:
    papers = (Markup("{} {}").format(code(d.path), text(d.note or "")) for d in sprint.documentation)
    links = (link(each.url, each.title) for each in sprint.links)
    return list_of([*links, *papers]) if sprint.links or sprint.documentation else ""


def _neighbour(context: Context, id_: str, step: int) -> Markup | None:
    plan = context.facts.plan
    position = plan.positions[id_] + step
    return sprint_link(context, plan.ids[position], titled=True) if 0 <= position < len(plan.ids) else None


@macro
def phase_page(context: Context, phase: Annotated[str, "The phase's id."]) -> str:
    """Everything about one phase: the whole page, from its heading down."""
    found, plan = context.phase(phase), context.facts.plan
    return render(
        "phase_page.md.jinja",
        name=plan.group_name(found.id),
        group=plan.group.one.lower(),
        phase=found,
        weeks=weeks(plan, found.weeks),
        diagram=dependencies.dependency_diagram(context, phase=found.id),
        table=sprint_table(context, phase=found.id),
        why=phases.reasons(context, found) if found.why else "",
        parallel=phases.parallels(found) if found.parallel else "",
    )
