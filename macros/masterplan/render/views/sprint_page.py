"""The page of one sprint: its state, dates and facts, then its subjects by section, and details folded at the end."""

from collections.abc import Iterator
from typing import Annotated

from masterplan.analyse.figures import count
from masterplan.analyse.graph import Edge
from masterplan.analyse.parts import UNASSIGNED
from masterplan.analyse.schedule.effort import MEANS
from masterplan.analyse.totals import sizes_of
from masterplan.model.place import Place
from masterplan.model.sprint import Sprint
from masterplan.render.blocks import (
    NOT_STATED,
    NOTHING,
    Abbreviation,
    Box,
    Code,
    Columns,
    Content,
    Definitions,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Listing,
    Neighbours,
    Paragraph,
    Section,
    Small,
    Unsearched,
)
from masterplan.render.compose import items, joined, named
from masterplan.render.macro import Context, page_macro
from masterplan.render.prose import prose_box
from masterplan.render.summary import lead, sprint_summary
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
    sprint_status,
    tasks,
)
from masterplan.render.views.custom import custom_facts
from masterplan.render.views.widgets import (
    capacity,
    document_path,
    owner_links,
    quantity,
    risk_chip,
    sprint_link,
    sprint_links,
    stated_links,
    termed,
    unit_links,
    with_links,
)
from masterplan.render.why import effort_days


def _heading(context: Context, id_: str) -> Inline:
    sprint = context.sprint(id_)
    return named(context.facts.plan.name(sprint.id), sprint.title)


@page_macro(_heading)
def sprint_page(context: Context, sprint: Annotated[str, "The sprint's id."]) -> Content:
    """Everything about one sprint: the whole page, from its heading down."""
    subject = context.sprint(sprint)
    return (
        lead(sprint_summary(context.facts, subject.id)),
        introduction(context, subject),
        sections(context, subject, safety.rollback_runbook(context, subject.id)),
        _folded(context, subject),
        Neighbours(_neighbour(context, subject.id, -1), _neighbour(context, subject.id, +1)),
    )


def introduction(context: Context, sprint: Sprint) -> Flow:
    """The state of a sprint, its facts and its description."""
    banner = sprint_status.status_banner(context, sprint)
    return (banner, Definitions(tuple(_facts(context, sprint))), prose_box(sprint.description))


def sections(context: Context, sprint: Sprint, rollback: Content) -> tuple[Section, ...]:
    """The main sections of a sprint's page, by subject.

    Text about other sprints is not searched: a search for them should find their own pages.
    """
    return (
        Section(2, "Scope", "scope", scope.aims(sprint)),
        Section(2, "Needs and unlocks", "dependencies", _needs_and_unlocks(context, sprint)),
        Section(2, "Decisions and asks", "decisions", scope.open_points(context, sprint)),
        Section(2, "Definition of done", "done", _definition_of_done(context, sprint)),
        Section(2, "Risk and rollback", "risk", _risk(context, sprint, rollback)),
    )


def _definition_of_done(context: Context, sprint: Sprint) -> Content:
    """What must be true before a sprint is done: targets, criteria, tests, documents and tasks."""
    papers = items(document_path(paper.path, paper.note) for paper in sprint.documentation)
    tests = _at("tests", safety.sprint_tests(context, sprint.id))
    lists: tuple[tuple[str, Content], ...] = (
        ("Acceptance criteria", scope.checklist(sprint.acceptance)),
        ("Tests", tests if sprint.tests else ()),
        ("Documents to update", _at("documents", papers)),
        ("Tasks", _at("tasks", tasks.task_list(context, sprint))),
    )
    return (
        _at("metrics", savings.metrics_of(context, sprint)),
        Columns(lists),
        () if sprint.tests else tests,
        Section(3, "Tasks", "tasks", tasks.task_tables(context, sprint)),
    )


def _risk(context: Context, sprint: Sprint, rollback: Content) -> Content:
    """The overall risk of a sprint next to its rollback, then its titled risks."""
    groups = (("Risk", risks.risk_of(context, sprint)), ("Rollback", _at("rollback", rollback)))
    return (Columns(groups), risks.named_risks(context, sprint))


def _at(anchor: str, body: Content) -> Box:
    return Box(body, anchor=anchor)


def _facts(context: Context, sprint: Sprint) -> Iterator[tuple[str, Flow]]:
    """The facts at the top of a sprint's page, as label and value."""
    plan = context.facts.plan
    values: tuple[tuple[str, Flow], ...] = (
        ("Owner", _people(context, sprint)),
        ("Risk", risk_chip(plan, plan.risk_level(sprint))),
        ("Claimed impact", termed(context, sprint.impact) if sprint.impact else NOTHING),
        ("Monthly savings", monthly(context, sprint)),
        ("Effort", _effort(context, sprint)),
        ("Points", tasks.beside_sum(plan, sprint.points, sizes_of(plan, sprint.id, "points")[-1:])),
        ("Capacity", capacity(sprint.capacity, sprint.buffer)),
        ("Priority", sprint.priority or NOTHING),
        ("Labels", joined(sprint.labels)),
        ("Skills needed", joined(sprint.skills)),
        *custom_facts(plan, "sprint", sprint.fields),
        ("Links", joined(stated_links(sprint.links))),
    )
    return ((label, value) for label, value in values if value != NOTHING)


def _people(context: Context, sprint: Sprint) -> Inline:
    """The owners of a sprint, and those who do it in the chosen option if they are others."""
    if not context.has("people"):
        return NOTHING
    others = [id_ for id_ in joining.workers(context.facts, sprint.id) if id_ not in sprint.owner]
    done_by = (", ", Small(("planned for ", owner_links(context, others)))) if others else ()
    return (owner_links(context, sprint.owner) if sprint.owner else UNASSIGNED, done_by)


def _effort(context: Context, sprint: Sprint) -> Inline:
    """The stated effort next to the sum of the tasks, or else the effort that schedules assume."""
    plan = context.facts.plan
    if sizes := sizes_of(plan, sprint.id, "effort"):
        return tasks.beside_sum(plan, sprint.effort, sizes[-1:])
    effort = context.facts.schedules.efforts.get(sprint.id)
    if effort is None:
        return NOTHING
    origin = Abbreviation("estimated", plan.worded(MEANS[effort.origin]))
    return (f"{effort_days(effort)}, ", origin)


def monthly(context: Context, sprint: Sprint) -> Inline:
    """The monthly savings of a sprint, on a site that shows savings."""
    return quantity(sprint.savings.monthly if sprint.savings and context.has("savings") else None)


def _needs_and_unlocks(context: Context, sprint: Sprint) -> Content:
    """The prerequisites and dependents of a sprint as a picture and lists, and its milestones."""
    graph, id_ = context.facts.graph, sprint.id
    needed = items(_needed(context, sprint))
    needing = items(_edge(context, edge, edge.sprint) for edge in graph.needed_by[id_])
    groups: tuple[tuple[str, Flow], ...] = (
        ("Needs", needed if needed.items else needs(context, sprint)),
        ("Unlocks", needing if needing.items else "nothing"),
        ("Milestones", _at("milestones", milestones.milestones_of(context, id_))),
    )
    if not (needed.items or needing.items):
        confirmed = "Needs nothing and unlocks nothing." if sprint.depends_on is not None else ""
        return (Paragraph(confirmed), Columns(groups[2:]))
    is_between = needed.items and needing.items
    diagram = dependencies.dependency_diagram(context, focus=id_)
    return Box((Box(diagram), Columns(groups)), "" if is_between else "beside")


def needs(context: Context, sprint: Sprint) -> Inline:
    """The prerequisites of a sprint, for a cell; distinguishes `depends_on: []` from a missing `depends_on`."""
    edges = context.facts.graph.needs[sprint.id]
    if not edges:
        return NOT_STATED if sprint.depends_on is None else "nothing"
    return sprint_links(context, (edge.needs for edge in edges))


def _needed(context: Context, sprint: Sprint) -> Iterator[Inline]:
    """The prerequisites of a sprint as its file lists them, then those that only its tasks have."""
    tasks_by_id, own = context.facts.plan.tasks, sprint.depends_on or ()
    for edge in own:
        name = Unsearched(
            unit_links(context, [edge.task]) if edge.task else sprint_link(context, edge.needs, titled=True)
        )
        yield (name, " ", Small(edge.strength), (": ", termed(context, edge.reason)) if edge.reason else ())
    listed = {tasks_by_id[edge.task].sprint if edge.task else edge.needs for edge in own}
    for derived in context.facts.graph.needs[sprint.id]:
        if derived.needs not in listed:
            yield _edge(context, derived, derived.needs)


def _edge(context: Context, edge: Edge, other: str) -> Inline:
    reason = (": ", termed(context, edge.reason)) if edge.reason else ()
    through = (", ", Small(("because ", with_links(context, edge.through)))) if edge.through else ()
    return (Unsearched(sprint_link(context, other, titled=True)), " ", Small(edge.strength), reason, through)


def _folded(context: Context, sprint: Sprint) -> Box:
    """Details for few readers, each folded under its summary."""
    plan, id_ = context.facts.plan, sprint.id
    entries, past = context.facts.standings[id_].entries, history.of_sprint(context, id_)
    declared = audit.declared(context, sprint=id_) if sprint.declared else ()
    summary_of_notes, notes = scope.notes(sprint)
    path = context.facts.reading_paths.path(id_)
    parts: tuple[tuple[str, str, Content], ...] = (
        ("Why this date", "why", _dates(context, sprint)),
        (joining.invitation(context, path), "join", joining.reading_box(context, path)),
        (f"Progress log ({count(len(entries), 'entry', 'entries')})", "progress", _progress(context, id_)),
        (summary_of_notes, "notes", notes),
        ("Declared and computed", "declared", declared),
        (f"History ({count(len(past), 'change')})", "history", history.sprint_history(context, id_) if past else ()),
    )
    folds = (
        Folded(summary, body, "more", searched=at in {"progress", "notes"}, anchor=at) for summary, at, body in parts
    )
    return Box((*folds, _source(context, plan.places.of("sprints", id_))), "folds")


def _source(context: Context, place: Place) -> Listing:
    """The file of a sprint, with a link to it and its last change."""
    changed = context.changed.get(place.path, "not committed yet")
    note = Small(("Source: ", Hyperlink(context.links.source(place), Code(place.path)), f"; last change: {changed}."))
    return Listing(place.path, context.texts[place.path], note, "source")


def _dates(context: Context, sprint: Sprint) -> Content:
    """Every date that the plan has for a sprint, and the reasons for its scheduled date."""
    is_open = context.facts.standings[sprint.id].is_open
    why = schedule.why_it_is_then(context, sprint.id) if is_open else ()
    return (Section(3, "Dates in the plan", "time", phases.sprint_weeks(context, sprint.id)), why)


def _progress(context: Context, id_: str) -> Content:
    is_done = context.facts.standings[id_].done_on is not None
    report = Paragraph(progress.report_link(context, id_, "Completion report")) if is_done else ()
    return (report, progress.progress_log(context, id_))


def _neighbour(context: Context, id_: str, step: int) -> Inline:
    plan = context.facts.plan
    position = plan.positions[id_] + step
    return sprint_link(context, plan.ids[position], titled=True) if 0 <= position < len(plan.ids) else ""
