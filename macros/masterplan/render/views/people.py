"""People, teams and roles: the page of each, with what is theirs now, next and late; and who does what."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from masterplan.analyse.figures import count
from masterplan.analyse.parts import called
from masterplan.analyse.progress import Standing
from masterplan.analyse.workload import Assignment, Urgency, Workload
from masterplan.model.naming import Subject
from masterplan.model.option import Option
from masterplan.model.plan import Plan
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.team import People, Person
from masterplan.model.window import TimeWindow
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
    Table,
)
from masterplan.render.compose import items, joined, named, row, table, under_titles
from masterplan.render.export import FOLDER, Material, owner_files
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import (
    MOST_LISTED,
    by_choice,
    capacity,
    lane_name,
    milestone_chip,
    milestone_link,
    owner_link,
    owner_links,
    risk_chip,
    sprint_link,
    sprint_links,
    standing_chip,
    standing_link,
    unit_link,
    waits,
    window_dates,
)

FULL_TIME = 100
"""The share of each day in per cent that is not named."""

_TITLES: dict[Urgency, str] = {
    "late": "Late",
    "current": "In progress",
    "ready": "Can start now",
    "next": "Next",
    "waiting": "Waiting",
}
"""The headings of the lists of open work."""

_COUNTED: dict[Urgency, str] = {
    "late": "late",
    "current": "in progress",
    "ready": "ready",
    "next": "next",
    "waiting": "waiting",
}
"""How many there are of each, in a sentence."""


@macro
def person_page(context: Context, owner: Annotated[str, "The id of the person, team or role."]) -> Content:
    """Everything about one person, team or role: the whole page, from its heading down."""
    owner = context.owner(owner)
    load = context.facts.workloads[owner]
    lists = tuple((title, _listed(context, load, urgency)) for urgency, title in _TITLES.items())
    body = (
        Paragraph(_summary(context, owner, load)),
        Paragraph(_addresses(context, owner), searched=False),
        Columns(lists),
        under_titles([("Work of others that waits for this", items(_held_up(context, load)))]),
        Definitions(tuple(_facts(context, owner))),
        Section(2, "Planned work", "planned", by_choice(context, lambda options: _planned(context, owner, options))),
        Section(2, "Decisions, milestones and risks", "decisions", _watched(context, load)),
        _closed(context, load),
    )
    return Section(1, context.facts.plan.person(owner), "", body)


def _summary(context: Context, owner: str, load: Workload) -> str:
    """How much somebody has to do, in one sentence."""
    name, unit = context.facts.plan.person(owner), context.facts.plan.unit
    open_ = [assignment for assignment in load.assignments if assignment.urgency != "closed"]
    if not open_:
        return f"{name} has no open {unit.many.lower()} or tasks."
    sprints = sum(isinstance(assignment.standing, Standing) for assignment in open_)
    sizes = [count(sprints, unit.one.lower(), unit.many.lower())] if sprints else []
    sizes += [count(len(open_) - sprints, "task")] if len(open_) > sprints else []
    counted = ((word, len(load.by_urgency(urgency))) for urgency, word in _COUNTED.items())
    states = ", ".join(f"{number} {word}" for word, number in counted if number)
    return f"{name} has {' and '.join(sizes)} to do: {states}."


def _addresses(context: Context, owner: str) -> Inline:
    """Where programs follow somebody's work: a calendar and a feed, as far as the site has them."""
    labels = {"ics": "Calendar", "xml": "Feed of changes"}
    files = [path for path, _ in owner_files(Material(context.facts, history=context.history), owner)]
    links = [Hyperlink(context.links.to(FOLDER + path), labels[path.rpartition(".")[2]]) for path in files]
    return joined(links, " \u00b7 ") if links else ""


def _facts(context: Context, owner: str) -> Iterator[tuple[str, Flow]]:
    """What team.yml says of somebody, with the teams and roles that they are in."""
    plan = context.facts.plan
    person = next((person for person in plan.people if person.id == owner), None)
    values = _of_person(context, person) if person else _of_group(context, _group(plan, owner))
    phases = joined(named(plan.group_name(phase.id), phase.title) for phase in context.facts.workloads[owner].phases)
    yield from ((label, value) for label, value in (*values, (plan.group.many, phases)) if value != NOTHING)


def _group(plan: Plan, owner: str) -> People:
    return next(group for group in (*plan.teams, *plan.roles) if group.id == owner)


def _of_person(context: Context, person: Person) -> Iterator[tuple[str, Flow]]:
    plan = context.facts.plan
    groups = [group.id for group in (*plan.teams, *plan.roles) if person.id in group.people]
    yield "Role", person.role or NOTHING
    yield "Good at", joined(person.skills)
    yield "Share of each day", f"{person.share} %" if person.share != FULL_TIME else NOTHING
    yield "Away", joined(map(str, person.absent))
    yield "Part of", owner_links(context, groups) if groups else NOTHING


def _of_group(context: Context, group: People) -> Iterator[tuple[str, Flow]]:
    yield "Kind", "Team" if group in context.facts.plan.teams else "Role"
    yield "About", group.description or NOTHING
    yield "People", owner_links(context, group.people) if group.people else NOTHING


def _listed(context: Context, load: Workload, urgency: Urgency) -> Flow:
    return items(_item(context, assignment) for assignment in load.by_urgency(urgency))


def _item(context: Context, assignment: Assignment) -> Inline:
    """A sprint or a task with what matters of it now: its day when late, its state, what it waits for."""
    standing = assignment.standing
    link = standing_link(context, standing)
    match assignment.urgency:
        case "late":
            remark: Inline = (standing_chip(standing), " ", Small(f"was due {assignment.late_since}"))
        case "current":
            remark = (standing_chip(standing), " ", Small(_ends(assignment)))
        case "waiting":
            remark = Small(("for ", waits(context, standing)))
        case _:
            remark = Small(window_dates(context.facts.plan, assignment.period.window)) if assignment.period else ()
    return (link, " ", remark)


def _ends(assignment: Assignment) -> str:
    period = assignment.period
    return f"until {period.last or period.window.named}" if period and period.end is not None else ""


def _held_up(context: Context, load: Workload) -> Iterator[Inline]:
    """The work of others that waits for something of this workload."""
    plan = context.facts.plan
    for assignment in load.assignments:
        for unit in assignment.held_up:
            placed = plan.tasks.get(unit)
            owners = placed.task.owner if placed else plan.sprints[unit].owner
            whose = (" (", owner_links(context, owners), ")") if owners else ()
            yield (
                unit_link(context, unit, titled=True),
                whose,
                " waits for ",
                standing_link(context, assignment.standing),
            )


def _planned(context: Context, owner: str, options: Sequence[Option]) -> Table:
    """What options plan for somebody, window by window."""
    plan = context.facts.plan
    rows = [
        row(
            named(f"Option {option.id}", option.title),
            window_dates(plan, work.when),
            sprint_links(context, work.sprints, titled=True, most=MOST_LISTED) if work.sprints else work.task,
            sprint_links(context, work.supports, most=MOST_LISTED),
            capacity(lane.capacity, lane.buffer),
        )
        for option in options
        for lane in option.people
        if lane.person == owner
        for work in lane.work
    ]
    return table("Planned work", ["Option", "When", "Does", "Supports", "Capacity"], rows)


def _watched(context: Context, load: Workload) -> Flow:
    """The milestones, decisions and risks that are open."""
    plan = context.facts.plan
    milestones = (
        (milestone_link(context, one.milestone.id, titled=True), " ", milestone_chip(one)) for one in load.milestones
    )
    decisions = (
        (decision.title, " ", Small((_subject(context, subject), _when(context, decision.when))))
        for subject, decision in load.decisions
    )
    risks = (
        (risk_chip(plan, risk.level), " ", _subject(context, subject), _title(risk)) for subject, risk in load.risks
    )
    return Columns((("To decide", items(decisions)), ("Milestones", items(milestones)), ("Risks", items(risks))))


def _title(risk: Risk | NamedRisk) -> Inline:
    return (": ", risk.title) if isinstance(risk, NamedRisk) else ""


def _when(context: Context, window: TimeWindow | None) -> Inline:
    return (", ", window_dates(context.facts.plan, window)) if window else ""


def _subject(context: Context, subject: Subject) -> Inline:
    return sprint_link(context, subject.id) if subject.kind == "sprint" else called(context.facts.plan, subject)


def _closed(context: Context, load: Workload) -> Flow:
    """What needs no more work, folded."""
    closed = load.by_urgency("closed")
    done = items((standing_link(context, one.standing), " ", standing_chip(one.standing)) for one in closed)
    return Folded(f"Done: {len(closed)}", done, "more") if closed else ()


@macro
def who_does_what(context: Context) -> Content:
    """The people of the team with how much they have to do; without any, what each option gives each person to do."""
    plan = context.facts.plan
    if not plan.people:
        return by_choice(context, lambda options: _lanes(context, options))
    rows = [
        row(
            owner_link(context, person.id),
            person.role,
            *_numbers(context, person.id),
            joined(person.skills),
            f"{person.share} %" if person.share != FULL_TIME else None,
            joined(map(str, person.absent)),
        )
        for person in plan.people
    ]
    columns = ["Who", "Role", *map(Numbers, _NUMBERED), "Good at", "Share of each day", "Away"]
    return (table("The team", columns, rows), _unowned(context, plan))


_NUMBERED = ("Late", "In progress", "To do", "Done")


def _numbers(context: Context, owner: str) -> tuple[int | None, ...]:
    """How many sprints and tasks of somebody are late, in progress, to do in all, and done; None for none."""
    load = context.facts.workloads[owner]
    late, current, closed = (len(load.by_urgency(urgency)) for urgency in ("late", "current", "closed"))
    return tuple(number or None for number in (late, current, len(load.assignments) - closed, closed))


def _lanes(context: Context, options: Sequence[Option]) -> Content:
    """What options give each person to do."""
    lanes = [
        row(
            named(f"Option {option.id}", option.title),
            lane_name(context.facts.plan, lane),
            capacity(lane.capacity, lane.buffer),
            sprint_links(context, (id_ for w in lane.work for id_ in w.sprints), titled=True, most=MOST_LISTED),
            sprint_links(context, (id_ for w in lane.work for id_ in w.supports), most=MOST_LISTED),
        )
        for option in options
        for lane in option.people
    ]
    return table("Who does what in each option", ["Option", "Who", "Capacity", "Does", "Supports"], lanes)


@macro
def teams_and_roles(context: Context) -> Content:
    """Teams and roles with the people in them and how much they have to do: a section of its own, or nothing."""
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
    columns = ["Who", "Kind", *map(Numbers, _NUMBERED), "People", "What it does"]
    return Section(3, "Teams and roles", "teams", table("Teams and roles", columns, rows))


def _unowned(context: Context, plan: Plan) -> Flow:
    unowned = [sprint.id for sprint in plan.sprints.values() if not sprint.owner]
    if not unowned:
        return ()
    return Paragraph((Missing("Unassigned:"), " ", sprint_links(context, unowned, most=MOST_LISTED), "."))
