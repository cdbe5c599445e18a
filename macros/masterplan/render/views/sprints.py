"""Sprints: the table of all of them, and the page of one with everything about it."""

from collections.abc import Iterator
from typing import Annotated

from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import UNASSIGNED
from masterplan.analyse.progress import Standing
from masterplan.analyse.schedule.effort import MEANS
from masterplan.analyse.totals import sizes_of
from masterplan.model.plan import Phase
from masterplan.model.sprint import Sprint
from masterplan.model.task import State
from masterplan.render.blocks import (
    NOT_STATED,
    NOTHING,
    Code,
    Columns,
    Content,
    Definitions,
    Flow,
    Hyperlink,
    Inline,
    Neighbours,
    Numbers,
    Paragraph,
    Row,
    Section,
    Small,
    Unsearched,
    is_empty,
)
from masterplan.render.compose import anchor, items, joined, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose_box
from masterplan.render.summary import lead, phase_summary, sprint_summary
from masterplan.render.views import (
    audit,
    dependencies,
    history,
    joining,
    milestones,
    phases,
    progress,
    risks,
    safety,
    savings,
    schedule,
    scope,
    tasks,
)
from masterplan.render.views.custom import OwnColumns, own_facts
from masterplan.render.views.site import source_listing
from masterplan.render.views.widgets import (
    MOST_ROWS,
    by_phase,
    capacity,
    owner_links,
    phase_dates,
    quantity,
    risk_chip,
    sprint_link,
    sprint_links,
    standing_chip,
    standing_word,
    termed,
    unit_links,
    window_dates,
    with_links,
)

MOST_DETAILED = 60
"""Above this many sprints one page with all details helps nobody."""


@macro
def sprint_link_to(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """A link to a sprint's page, for use inside a sentence."""
    return sprint_link(context, context.sprint(sprint).id, titled=True)


@macro
def sprint_table(
    context: Context,
    phase: Annotated[str | None, "Only the sprints of this phase."] = None,
    state: Annotated[State | None, "Only sprints in this state."] = None,
    risk: Annotated[str | None, "Only sprints with this level of risk."] = None,
    owner: Annotated[str | None, "Only the sprints of this person, team or role."] = None,
) -> Content:
    """Sprints with impact, phase, dependencies, risk, savings, the team's own fields and state; those that fit."""
    facts = context.facts
    wanted = None if risk is None else context.level(risk)
    chosen = context.phase(phase).sprints if phase is not None else tuple(facts.plan.sprints)
    sprints = [facts.plan.sprints[id_] for id_ in chosen]
    responsible = context.owner(owner) if owner is not None else None
    fitting = [
        sprint
        for sprint in sprints
        if state in {None, facts.standings[sprint.id].state}
        and wanted in {None, facts.plan.risk_level(sprint)}
        and (responsible is None or responsible in sprint.owner)
    ]
    unit, own = facts.plan.unit, OwnColumns.of(facts.plan, "sprint", (sprint.fields for sprint in fitting))
    headings = [
        unit.one,
        "Impact, as claimed",
        facts.plan.group.one,
        "Needs",
        "Risk",
        Numbers("Saves a month"),
        "State",
        *own.headings,
    ]
    rows = [_row(context, sprint, own) for sprint in fitting]
    return table(unit.many, headings, rows, ranks=(*facts.plan.scale, *own.ranks))


@macro
def sprint_list(context: Context) -> Content:
    """The table of all sprints; of more than 150 of them, links to their own page and to those of the phases."""
    return by_phase(context) if len(context.facts.plan.sprints) > MOST_ROWS else sprint_table(context)


def _row(context: Context, sprint: Sprint, own: OwnColumns) -> Row:
    facts = context.facts
    phase = facts.plan.phase_of.get(sprint.id)
    standing = facts.standings[sprint.id]
    return row(
        sprint_link(context, sprint.id, titled=True),
        sprint.impact,
        _in_phase(phase) if phase else None,
        needs(context, sprint),
        risk_chip(context.facts.plan, context.facts.plan.risk_level(sprint)),
        _monthly(context, sprint),
        standing_chip(standing),
        *own.cells(sprint.fields),
        facts={
            facts.plan.group.one.lower(): phase.title if phase else "",
            "risk": facts.plan.risk_level(sprint) or "",
            "state": standing_word(standing),
            "owner": "; ".join(map(facts.plan.person, sprint.owner)),
            **own.facts(sprint.fields),
        },
    )


def _in_phase(phase: Phase) -> Inline:
    return (phase.title, " ", Small(phase.when.named)) if phase.when else phase.title


def _monthly(context: Context, sprint: Sprint) -> Inline:
    return quantity(sprint.savings.monthly if sprint.savings and context.has("savings") else None)


def needs(context: Context, sprint: Sprint) -> Inline:
    """What a sprint needs, in a cell; nothing said and nothing needed are told apart."""
    edges = context.facts.graph.needs[sprint.id]
    if not edges:
        return NOT_STATED if sprint.depends_on is None else "nothing"
    return sprint_links(context, (edge.needs for edge in edges))


@macro
def sprint_page(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """Everything about one sprint: the whole page, from its heading down."""
    about = context.sprint(sprint)
    facts, id_ = context.facts, about.id
    declared = audit.declared(context, sprint=id_) if about.declared else ()
    past = history.sprint_history(context, id_) if history.of_sprint(context, id_) else ()
    source = source_listing(context, facts.plan.places.of("sprints", id_).path)
    body = (
        lead(sprint_summary(facts, id_)),
        _head(context, about),
        _sections(context, about),
        Section(2, "Declared and computed", "declared", declared),
        Section(2, "Progress", "progress", _progress(context, id_)),
        Section(2, f"You join {facts.plan.name(id_)}", "join", joining.joining(context, id_), searched=False),
        Section(2, "History", "history", past),
        Section(2, "Source", "source", source),
        Neighbours(_neighbour(context, id_, -1), _neighbour(context, id_, +1)),
    )
    return Section(1, named(facts.plan.name(id_), about.title), "", body)


def _sections(context: Context, sprint: Sprint) -> tuple[Section, ...]:
    """What a sprint's file says, by subject.

    The search passes over what is about other sprints: who searches for those is to find their own pages.
    """
    id_ = sprint.id
    why = schedule.why_it_is_then(context, id_) if context.facts.standings[id_].is_open else ()
    measures = savings.metrics_table(context, id_) if sprint.metrics else ()
    return (
        Section(2, "Scope", "scope", scope.scope(sprint)),
        Section(2, "Decisions and asks", "decisions", scope.open_points(context, sprint)),
        Section(2, "Dependencies", "dependencies", _dependencies(context, sprint)),
        Section(2, "When", "time", phases.sprint_weeks(context, id_), searched=False),
        Section(2, "Milestones", "milestones", milestones.milestones_of(context, id_), searched=False),
        Section(2, "Why then", "why", why, searched=False),
        Section(2, "Metrics and savings", "metrics", measures),
        Section(2, "Risk", "risk", risks.risks_of(context, sprint)),
        Section(2, "Rollback", "rollback", safety.rollback_runbook(context, id_)),
        Section(2, "Tests", "tests", safety.sprint_tests(context, id_)),
        Section(2, "Tasks", "tasks", tasks.tasks_of(context, sprint)),
        Section(2, "To read and to update", "documents", _documents(sprint)),
    )


@macro
def sprint_details(context: Context) -> Content:
    """Every sprint with all that its file says, for print; a plan of more than 60 is only listed."""
    plan = context.facts.plan
    if len(plan.sprints) > MOST_DETAILED:
        return sprint_table(context)
    return tuple(
        Section(
            2,
            named(plan.name(sprint.id), sprint.title),
            anchor("sprint", sprint.id),
            (
                _head(context, sprint),
                *(
                    (Paragraph(section.title, "title"), section.body)
                    for section in _sections(context, sprint)
                    if not is_empty(section.body)
                ),
            ),
        )
        for sprint in plan.sprints.values()
    )


def _head(context: Context, sprint: Sprint) -> Flow:
    """The facts about a sprint and its description."""
    description = prose_box(sprint.description)
    return (Definitions(tuple(_facts(context, sprint))), description)


def _facts(context: Context, sprint: Sprint) -> Iterator[tuple[str, Flow]]:
    """The facts at the head of a sprint's page, label and value."""
    facts, plan = context.facts, context.facts.plan
    phase = plan.phase_of.get(sprint.id)
    place = plan.places.of("sprints", sprint.id)
    values: tuple[tuple[str, Flow], ...] = (
        ("State", _state(facts.standings[sprint.id], sprint)),
        ("Risk", risk_chip(context.facts.plan, context.facts.plan.risk_level(sprint))),
        ("Impact, as claimed", termed(context, sprint.impact) if sprint.impact else NOTHING),
        ("Saves a month", _monthly(context, sprint)),
        (plan.group.one, _phase(context, phase)),
        ("When", window_dates(plan, sprint.when)),
        (
            "Owner",
            owner_links(context, sprint.owner) if sprint.owner else UNASSIGNED if context.has("people") else NOTHING,
        ),
        ("Effort", _effort(context, sprint)),
        ("Points", tasks.beside_sum(plan, sprint.points, sizes_of(plan, sprint.id, "points")[-1:])),
        ("Capacity", capacity(sprint.capacity, sprint.buffer)),
        ("Priority", sprint.priority or NOTHING),
        ("Labels", joined(sprint.labels)),
        ("Needs skills in", joined(sprint.skills)),
        *own_facts(plan, "sprint", sprint.fields),
        ("Written in", Hyperlink(context.links.source(place), place.path)),
        ("Last change", context.changed.get(place.path, "not committed yet")),
    )
    return ((label, value) for label, value in values if value != NOTHING)


def _state(standing: Standing, sprint: Sprint) -> Inline:
    """Where it stands; with what its own file says where entries say something else."""
    is_outranked = sprint.state is not None and sprint.state != standing.state
    return (
        (standing_chip(standing), " ", Small(f"its file says {sprint.state}"))
        if is_outranked
        else standing_chip(standing)
    )


def _effort(context: Context, sprint: Sprint) -> Inline:
    """The effort as it is stated and as its tasks add up, or else the one that schedules take for it."""
    plan = context.facts.plan
    if sizes := sizes_of(plan, sprint.id, "effort"):
        return tasks.beside_sum(plan, sprint.effort, sizes[-1:])
    effort = context.facts.schedules.efforts.get(sprint.id)
    return (f"{schedule.effort_days(effort)} days ", Small(plan.worded(MEANS[effort.origin]))) if effort else NOTHING


def _phase(context: Context, phase: Phase | None) -> Inline:
    if phase is None:
        return NOTHING
    plan = context.facts.plan
    dates = phase_dates(plan, phase)
    return (named(plan.group_name(phase.id), phase.title), (", ", dates) if dates else ())


def _dependencies(context: Context, sprint: Sprint) -> Content:
    graph = context.facts.graph
    if sprint.depends_on is None and not (graph.needs[sprint.id] or graph.needed_by[sprint.id]):
        return ()
    needed = items(_needed(context, sprint))
    needing = items(_edge(context, edge, edge.sprint) for edge in graph.needed_by[sprint.id])
    is_tied = needed.items or needing.items
    diagram = dependencies.dependency_diagram(context, focus=sprint.id) if is_tied else ()
    groups: tuple[tuple[str, Flow], ...] = (
        ("It needs", needed if needed.items else needs(context, sprint)),
        ("Needed by", needing if needing.items else "nothing"),
    )
    return (diagram, Columns(groups))


def _needed(context: Context, sprint: Sprint) -> Iterator[Inline]:
    """What a sprint needs as it is written, then what only its tasks need."""
    tasks, own = context.facts.plan.tasks, sprint.depends_on or ()
    for edge in own:
        name = Unsearched(
            unit_links(context, [edge.task]) if edge.task else sprint_link(context, edge.needs, titled=True)
        )
        yield (name, " ", Small(edge.strength), (": ", termed(context, edge.reason)) if edge.reason else ())
    sprints = {tasks[edge.task].sprint if edge.task else edge.needs for edge in own}
    yield from (_edge(context, e, e.needs) for e in context.facts.graph.needs[sprint.id] if e.needs not in sprints)


def _edge(context: Context, edge: Edge, other: str) -> Inline:
    reason = (": ", termed(context, edge.reason)) if edge.reason else ()
    through = (" ", Small(("as ", with_links(context, edge.through)))) if edge.through else ()
    return (Unsearched(sprint_link(context, other, titled=True)), " ", Small(edge.strength), reason, through)


def _progress(context: Context, id_: str) -> Content:
    is_done = context.facts.standings[id_].done_on is not None
    report = Paragraph(progress.report_link(context, id_, "Completion report")) if is_done else ()
    return (report, progress.progress_log(context, id_))


def _documents(sprint: Sprint) -> Flow:
    links = (Hyperlink(link.url, link.title) for link in sprint.links)
    papers = ((Code(paper.path), f" {paper.note}" if paper.note else "") for paper in sprint.documentation)
    return items((*links, *papers))


def _neighbour(context: Context, id_: str, step: int) -> Inline:
    plan = context.facts.plan
    position = plan.positions[id_] + step
    return sprint_link(context, plan.ids[position], titled=True) if 0 <= position < len(plan.ids) else ""


@macro
def phase_page(context: Context, phase: Annotated[str, "The phase's id."]) -> Content:
    """Everything about one phase: the whole page, from its heading down."""
    about, plan = context.phase(phase), context.facts.plan
    body = (
        lead(phase_summary(context.facts, about)),
        Paragraph(dates) if (dates := phase_dates(plan, about)) else (),
        phases.phase_head(context, about),
        dependencies.dependency_diagram(context, phase=about.id),
        Section(2, "Why", "why", (phases.order_reasons(context, about.why), phases.parallels(context, about))),
        Section(2, f"In this {plan.group.one.lower()}", "sprints", sprint_table(context, phase=about.id)),
    )
    return Section(1, named(plan.group_name(about.id), about.title), "", body)
