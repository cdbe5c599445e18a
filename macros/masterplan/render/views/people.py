"""People, teams and roles: a page for each with its work now, next and late; and tables of who does what."""

from collections.abc import Collection, Iterator, Sequence
from typing import Annotated

from masterplan.analyse.parts import display_name
from masterplan.analyse.progress import Standing
from masterplan.analyse.workload import Assignment, Urgency, Workload, owners_of
from masterplan.model.naming import Subject
from masterplan.model.option import Option
from masterplan.model.plan import Plan
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.team import People, Person
from masterplan.model.window import DateSpan, TimeWindow
from masterplan.render.blocks import (
    NOTHING,
    Columns,
    Content,
    Definitions,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    Missing,
    Numbers,
    Paragraph,
    Section,
    Small,
)
from masterplan.render.compose import capped, joined, row, table, under_titles
from masterplan.render.export import FOLDER, Material, owner_files
from masterplan.render.macro import Context, macro, page_macro
from masterplan.render.summary import owner_summary
from masterplan.render.views.widgets import (
    MOST_LISTED,
    by_choice,
    capacity,
    lane_name,
    milestone_chip,
    milestone_link,
    option_title,
    owner_link,
    owner_links,
    phase_title,
    risk_chip,
    short_date,
    sprint_link,
    sprint_links,
    standing_chip,
    standing_link,
    unit_link,
    waits,
    window_dates,
)

FULL_TIME = 100
"""The availability in per cent that pages do not mention."""

_TITLES: dict[Urgency, str] = {
    "late": "Late",
    "current": "Now",
    "ready": "Can start now",
    "next": "Next",
    "waiting": "Waiting",
}
"""The headings of the lists of open work, by urgency."""


@page_macro(lambda context, id_: context.facts.plan.person(context.owner(id_)))
def person_page(context: Context, owner: Annotated[str, "The id of the person, team or role."]) -> Content:
    """Everything about one person, team or role: the whole page, from its heading down."""
    owner = context.owner(owner)
    load = context.facts.workloads[owner]
    lists = tuple((title, _listed(context, load, urgency)) for urgency, title in _TITLES.items())
    return (
        Paragraph(owner_summary(context.facts, owner)),
        Paragraph(_addresses(context, owner, load), searched=False),
        Columns(lists),
        under_titles([("Others waiting for this work", capped(list(_held_up(context, load))))]),
        Definitions(tuple(_facts(context, owner))),
        _planned(context, owner),
        Section(2, "Decisions, milestones and risks", "decisions", _watched(context, load)),
        _closed(context, load),
    )


def _addresses(context: Context, owner: str, load: Workload) -> Inline:
    """Links to the same work in the tables, and to its calendar and feed."""
    units = {_kind(assignment) for assignment in load.assignments}
    labels = {"ics": "Calendar", "xml": "Feed of changes"}
    files = [path for path, _ in owner_files(Material(context.facts, history=context.history), owner)]
    links = [
        *_filtered(context, owner, units),
        *(Hyperlink(context.links.to(FOLDER + path), labels[path.rpartition(".")[2]]) for path in files),
    ]
    return joined(links, " \u00b7 ") if links else ""


def _kind(assignment: Assignment) -> str:
    return "sprints" if isinstance(assignment.standing, Standing) else "tasks"


def _filtered(context: Context, owner: str, kinds: Collection[str]) -> Iterator[Hyperlink]:
    """Links to the tables of sprints and tasks, filtered by owner."""
    titles = {"sprints": context.facts.plan.unit.many, "tasks": "Tasks"}
    for kind, title in titles.items():
        if kind in kinds and (page := context.pages.get(kind)):
            yield Hyperlink(context.links.filtered(page[0], "owner", owner), f"{title} in a table")


def _facts(context: Context, owner: str) -> Iterator[tuple[str, Flow]]:
    """The entry of a person, team or role in team.yml, with the teams and roles it is a member of."""
    plan = context.facts.plan
    person = next((person for person in plan.people if person.id == owner), None)
    values = _of_person(context, person) if person else _of_group(context, _group(plan, owner))
    phases = joined(phase_title(plan, phase) for phase in context.facts.workloads[owner].phases)
    yield from ((label, value) for label, value in (*values, (plan.group.many, phases)) if value != NOTHING)


def _group(plan: Plan, owner: str) -> People:
    return next(group for group in (*plan.teams, *plan.roles) if group.id == owner)


def _of_person(context: Context, person: Person) -> Iterator[tuple[str, Flow]]:
    plan = context.facts.plan
    groups = [group.id for group in (*plan.teams, *plan.roles) if person.id in group.people]
    yield "Role", person.role or NOTHING
    yield "Skills", joined(person.skills)
    yield "Availability", f"{person.share}%" if person.share != FULL_TIME else NOTHING
    yield "Away", joined(_away(context, span) for span in person.absent)
    yield "Member of", owner_links(context, groups) if groups else NOTHING


def _away(context: Context, span: DateSpan) -> Inline:
    first, last = (short_date(context, day) for day in (span.first, span.last))
    return first if span.first == span.last else (first, " to ", last)


def _of_group(context: Context, group: People) -> Iterator[tuple[str, Flow]]:
    yield "Kind", "Team" if group in context.facts.plan.teams else "Role"
    yield "Description", group.description or NOTHING
    yield "People", owner_links(context, group.people) if group.people else NOTHING


def _listed(context: Context, load: Workload, urgency: Urgency) -> Flow:
    return capped([_item(context, assignment) for assignment in load.by_urgency(urgency)])


def _item(context: Context, assignment: Assignment) -> Inline:
    """A sprint or task with what matters now: its due date if late, its state, or what it waits for."""
    standing = assignment.standing
    link = standing_link(context, standing)
    match assignment.urgency:
        case "late":
            due = Small(("was due ", short_date(context, assignment.late_since)))
            remark: Inline = (standing_chip(standing), " ", due)
        case "current":
            remark = (standing_chip(standing), " ", Small(_ends(context, assignment)))
        case "waiting":
            remark = Small(("for ", waits(context, standing)))
        case _:
            remark = Small(window_dates(context, assignment.period.window)) if assignment.period else ()
    return (link, " ", remark)


def _ends(context: Context, assignment: Assignment) -> Inline:
    period = assignment.period
    if period is None or period.end is None:
        return ""
    return ("until ", short_date(context, period.last) if period.last else period.window.named)


def _held_up(context: Context, load: Workload) -> Iterator[Inline]:
    """Work of others that waits for this person, team or role."""
    plan = context.facts.plan
    for assignment in load.assignments:
        for unit in assignment.held_up:
            owners = owners_of(plan, unit)
            whose = (" (", owner_links(context, owners), ")") if owners else ()
            yield (
                unit_link(context, unit, titled=True),
                whose,
                " waits for ",
                standing_link(context, assignment.standing),
            )


def _planned(context: Context, owner: str) -> Content:
    """The work that the chosen option plans for an owner; without a choice that of each option, folded."""
    plan = context.facts.plan
    options = [plan.option] if plan.option else plan.options
    rows = [
        row(
            window_dates(context, work.when),
            option_title(option) if len(options) > 1 else None,
            sprint_links(context, work.sprints, titled=len(options) == 1, most=MOST_LISTED)
            if work.sprints
            else work.task,
            sprint_links(context, work.supports, most=MOST_LISTED),
            capacity(lane.capacity, lane.buffer),
        )
        for option in options
        for lane in option.people
        if lane.person == owner
        for work in lane.work
    ]
    listed = table("Planned work", ["When", "Option", "Does", "Supports", "Capacity"], rows)
    if len(options) > 1:
        return Folded("Planned in each option", listed, "more") if rows else ()
    return Section(2, f"Planned in Option {options[0].id}", "planned", listed) if rows else ()


def _watched(context: Context, load: Workload) -> Flow:
    """Open milestones, decisions and risks."""
    plan = context.facts.plan
    milestones = [
        (milestone_link(context, standing.milestone.id, titled=True), " ", milestone_chip(standing))
        for standing in load.milestones
    ]
    decisions = [
        (decision.title, " ", Small((_subject(context, subject), _when(context, decision.when))))
        for subject, decision in load.decisions
    ]
    risks = [
        (risk_chip(plan, risk.level), " ", _subject(context, subject), _title(risk)) for subject, risk in load.risks
    ]
    return Columns(
        (("Open decisions", capped(decisions)), ("Milestones", capped(milestones)), ("Risks", capped(risks)))
    )


def _title(risk: Risk | NamedRisk) -> Inline:
    return (": ", risk.title) if isinstance(risk, NamedRisk) else ""


def _when(context: Context, window: TimeWindow | None) -> Inline:
    return (", ", window_dates(context, window)) if window else ""


def _subject(context: Context, subject: Subject) -> Inline:
    return sprint_link(context, subject.id) if subject.kind == "sprint" else display_name(context.facts.plan, subject)


def _closed(context: Context, load: Workload) -> Flow:
    """Finished work, folded."""
    closed = load.by_urgency("closed")
    done = capped([(standing_link(context, work.standing), " ", standing_chip(work.standing)) for work in closed])
    return Folded(f"Done ({len(closed)})", done, "more") if closed else ()


@macro
def who_does_what(context: Context) -> Content:
    """The people of the team and their work; without a team, the work that each option plans for each person."""
    plan = context.facts.plan
    if not plan.people:
        return by_choice(context, lambda options: _lanes(context, options))
    rows = [
        row(
            owner_link(context, person.id),
            person.role,
            *_numbers(context, person.id),
            joined(person.skills),
            f"{person.share}%" if person.share != FULL_TIME else None,
            joined(_away(context, span) for span in person.absent),
        )
        for person in plan.people
    ]
    columns = ["Who", "Role", *map(Numbers, _NUMBERED), "Skills", "Availability", "Away"]
    return (table("The team", columns, rows), _unowned(context, plan))


_NUMBERED = ("Late", "Now", "To do", "Done")


def _numbers(context: Context, owner: str) -> tuple[int | None, ...]:
    """How many sprints and tasks of an owner are late, in progress, to do in all, and done; None for zero."""
    load = context.facts.workloads[owner]
    late, current, closed = (len(load.by_urgency(urgency)) for urgency in ("late", "current", "closed"))
    return tuple(number or None for number in (late, current, len(load.assignments) - closed, closed))


def _lanes(context: Context, options: Sequence[Option]) -> Content:
    """The work that options plan for each person."""
    lanes = [
        row(
            option_title(option),
            lane_name(context.facts.plan, lane),
            capacity(lane.capacity, lane.buffer),
            sprint_links(context, (id_ for work in lane.work for id_ in work.sprints), titled=True, most=MOST_LISTED),
            sprint_links(context, (id_ for work in lane.work for id_ in work.supports), most=MOST_LISTED),
        )
        for option in options
        for lane in option.people
    ]
    return table("Who does what in each option", ["Option", "Who", "Capacity", "Does", "Supports"], lanes)


@macro
def teams_and_roles(context: Context) -> Content:
    """A section with the teams and roles, their members and their work; empty without any."""
    plan = context.facts.plan
    groups = [("Team", team) for team in plan.teams] + [("Role", role) for role in plan.roles]
    rows = [
        row(
            owner_link(context, group.id),
            kind,
            *_numbers(context, group.id),
            owner_links(context, group.people) if group.people else None,
            group.description,
        )
        for kind, group in groups
    ]
    columns = ["Who", "Kind", *map(Numbers, _NUMBERED), "People", "Description"]
    return Section(3, "Teams and roles", "teams", table("Teams and roles", columns, rows))


def _unowned(context: Context, plan: Plan) -> Flow:
    unowned = [sprint.id for sprint in plan.sprints.values() if not sprint.owner]
    if not unowned:
        return ()
    return Paragraph((Missing("Unassigned:"), " ", sprint_links(context, unowned, most=MOST_LISTED), "."))
