"""Milestones and gates: when they are due, what they need, what was decided, and which sprints wait for them."""

from collections.abc import Iterator

from masterplan.analyse.figures import count
from masterplan.analyse.milestones import MilestoneStanding, sprints_needed
from masterplan.model.milestone import Gate, Milestone
from masterplan.render.blocks import (
    NOTHING,
    Content,
    Definitions,
    Flow,
    Folded,
    Inline,
    Numbers,
    Paragraph,
    Small,
)
from masterplan.render.compose import TICKS, anchor, items, joined, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose_box
from masterplan.render.views.custom import custom_facts
from masterplan.render.views.scope import checklist
from masterplan.render.views.widgets import (
    milestone_chip,
    milestone_link,
    owner_links,
    short_date,
    sprint_links,
    stated_links,
    unit_link,
    window_dates,
)


@macro
def milestone_table(context: Context) -> Content:
    """Every milestone: its state, when it is due, what it needs, and what was decided."""
    rows = [
        row(
            milestone_link(context, id_, titled=True),
            (milestone_chip(standing), *_reached(context, standing)),
            _due(context, standing),
            joined(_requirements(context, standing)),
            _decision(context, standing),
            sprint_links(context, standing.milestone.before),
        )
        for id_, standing in context.facts.milestones.items()
    ]
    return table("Milestones", ["Milestone", "State", Numbers("Due"), "Needs", "Decision", "Before"], rows)


def _due(context: Context, standing: MilestoneStanding) -> Flow:
    """When a milestone is due, and when the work for it is forecast to end."""
    end = _forecast(context, standing.milestone.id)
    return (_due_day(context, standing), Paragraph(Small(("forecast ", end))) if end else ())


def _requirements(context: Context, standing: MilestoneStanding) -> Iterator[Inline]:
    """What a milestone needs, and how many of its criteria are met."""
    number = len(standing.milestone.criteria)
    yield from _needs(context, standing.milestone, titled=False)
    if number:
        yield f"{number - len(standing.open_criteria)} of {count(number, 'criterion', 'criteria')} met"


@macro
def milestone_list(context: Context) -> Content:
    """Every milestone with all its fields, folded: needs, criteria, decision, and what waits for it."""
    return tuple(
        Folded(
            named(id_, standing.milestone.title),
            _details(context, standing),
            "details",
            anchor=anchor("milestone", id_),
        )
        for id_, standing in context.facts.milestones.items()
    )


def _details(context: Context, standing: MilestoneStanding) -> Flow:
    milestone, facts = standing.milestone, context.facts
    values: tuple[tuple[str, Flow], ...] = (
        ("State", (milestone_chip(standing), *_why(context, standing))),
        ("Due", window_dates(context, milestone.when)),
        ("Forecast", _forecast(context, milestone.id) or NOTHING),
        ("Owner", owner_links(context, milestone.owner)),
        ("Needs", items(_needs(context, milestone, titled=True))),
        ("Criteria", checklist(milestone.criteria)),
        ("Decision", _decision(context, standing)),
        ("Before", sprint_links(context, milestone.before, titled=True)),
        ("Labels", joined(milestone.labels)),
        *custom_facts(facts.plan, "milestone", milestone.fields),
        ("Links", joined(stated_links(milestone.links))),
    )
    pairs = tuple((label, value) for label, value in values if value not in (NOTHING, items(())))
    note = milestone.gate.note if milestone.gate else None
    return (prose_box(milestone.description), Definitions(pairs), prose_box(note))


def _reached(context: Context, standing: MilestoneStanding) -> Iterator[Inline]:
    """The day a milestone was reached, to follow its state."""
    if standing.reached_on:
        yield (" on ", short_date(context, standing.reached_on))


def _why(context: Context, standing: MilestoneStanding) -> Iterator[Inline]:
    """Why a milestone counts as reached, and since when."""
    yield from _reached(context, standing)
    if standing.reason == "fulfilled":
        yield (" ", Small("because everything it needs is done"))


def _needs(context: Context, milestone: Milestone, *, titled: bool) -> Iterator[Inline]:
    """The sprints and tasks that a milestone needs, each with a box that is ticked once it is done."""
    open_units = context.facts.milestones[milestone.id].open_units
    return ((TICKS[id_ not in open_units], unit_link(context, id_, titled=titled)) for id_ in milestone.needs)


def _decision(context: Context, standing: MilestoneStanding) -> Inline:
    """The decision at a gate, who made it and when; a dash without a gate."""
    gate = standing.milestone.gate
    if gate is None or standing.decision is None:
        return NOTHING
    return joined([standing.decision, *_decided(context, gate, is_open=standing.decision == "open")])


def _decided(context: Context, gate: Gate, *, is_open: bool) -> Iterator[Inline]:
    if gate.by:
        yield ("to be decided by " if is_open else "by ", owner_links(context, gate.by))
    if gate.on:
        yield ("due on " if is_open else "on ", short_date(context, gate.on))


def _due_day(context: Context, standing: MilestoneStanding) -> Inline:
    """The day a milestone is due, or its week or working day while the plan has no dates; empty without a window."""
    when = standing.milestone.when
    return short_date(context, standing.due) if standing.due else when.end if when else ""


def _forecast(context: Context, id_: str) -> Inline:
    """When the last prerequisite of a milestone ends in the main schedule: a day, or a week without dates."""
    end, days = context.facts.forecasts.get(id_), context.facts.schedules.days
    if end is None:
        return ""
    day = days.ends_on(end)
    return short_date(context, day) if day else f"week {days.week(end)}"


def milestones_of(context: Context, sprint: str) -> Flow:
    """The milestones that need a sprint or one of its tasks, and those it must wait for."""
    return items((*_needing(context, sprint), *_before(context, sprint)))


def _needing(context: Context, sprint: str) -> Iterator[Inline]:
    plan = context.facts.plan
    for id_, standing in context.facts.milestones.items():
        if sprint in sprints_needed(plan, standing.milestone):
            tasks = [unit for unit in standing.milestone.needs if unit in plan.tasks]
            whose = joined(unit for unit in tasks if plan.tasks[unit].sprint == sprint)
            what: Inline = "Needed for" if sprint in standing.milestone.needs else (whose, " needed for")
            yield (what, " milestone ", *_named(context, id_, standing))


def _before(context: Context, sprint: str) -> Iterator[Inline]:
    for id_, standing in context.facts.milestones.items():
        if sprint in standing.milestone.before:
            yield ("May start only after milestone ", *_named(context, id_, standing))


def _named(context: Context, id_: str, standing: MilestoneStanding) -> tuple[Inline, ...]:
    when = standing.milestone.when
    due: tuple[Inline, ...] = (", ", window_dates(context, when)) if when else ()
    return (milestone_link(context, id_, titled=True), *due, " ", milestone_chip(standing))
