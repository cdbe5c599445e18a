"""Where the plan as a whole stands: phases, what is going on, what comes next, what was measured and saved."""

from collections.abc import Callable, Iterable

from masterplan.analyse.figures import target_outcome, to_whole
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.progress import Standing, tally
from masterplan.analyse.status import LOOKAHEAD, OpenSprint
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Document, Metric, Sprint
from masterplan.render.blocks import (
    NOTHING,
    Box,
    Chip,
    Columns,
    Content,
    Flow,
    Inline,
    Numbers,
    Row,
    Section,
    Short,
    Small,
)
from masterplan.render.compose import joined, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import (
    document_path,
    first_rows,
    milestone_chip,
    milestone_link,
    phase_dates,
    quantity,
    short_date,
    sprint_columns,
    sprint_link,
    sprint_links,
    standing_chip,
    total_text,
    unit_links,
    waits,
)

_Group = tuple[str, Callable[[Standing], bool], Callable[[Standing], Flow] | None]
"""A list of sprints: its title, which sprints belong to it, and the remark on each of them, if any."""

_CHIPS = {"reached": "claim-agrees", "in part": "claim-within", "missed": "claim-differs"}


@macro
def phase_progress(context: Context) -> Content:
    """How far each phase is, weighted by effort like the whole."""
    facts = context.facts
    rows = []
    for phase, percent in facts.status.by_phase:
        done, number = tally(facts.standings, phase.sprints)
        name = named(facts.plan.group_name(phase.id), phase.title)
        share = None if percent is None else f"{percent} %"
        rows.append(row(name, phase_dates(context, phase), f"{done} of {number}", share))
    unit, group = facts.plan.unit, facts.plan.group
    columns = [group.one, "When", Numbers(f"{unit.many} done"), Numbers("Done")]
    return table(f"Progress of the {group.many.lower()}", columns, rows)


@macro
def what_now(context: Context) -> Content:
    """What is being done now, what can be started, what comes next, and what waits for what."""
    groups: list[_Group] = [
        ("Now", lambda standing: standing.is_under_way, standing_chip),
        ("Can start now", lambda standing: standing.ready, None),
        ("Next", lambda standing: standing.is_next, lambda standing: Small(from_when(context, standing.sprint))),
        (
            "Waiting",
            lambda standing: standing.is_waiting,
            lambda standing: Small(("for ", waits(context, standing))),
        ),
    ]
    return Box(_grouped(context, groups), searched=False)


def from_when(context: Context, sprint: str) -> Inline:
    """The first day or week on which a sprint is planned: `from 9 Nov on`; nothing without one."""
    period = context.facts.plan.planned(sprint)
    if period is None:
        return ""
    return ("from ", short_date(context, period.first) if period.first else period.window.start, " on")


def _grouped(context: Context, groups: Iterable[_Group]) -> Columns:
    """Lists of sprints: those of each group in the order of the plan, with the group's remark on each."""
    standings = context.facts.standings.values()

    def entry(standing: Standing, remark: Callable[[Standing], Flow] | None) -> Flow:
        return (sprint_link(context, standing.sprint, titled=True), *((" ", remark(standing)) if remark else ()))

    return sprint_columns(
        context,
        [
            (title, [entry(standing, remark) for standing in standings if belongs(standing)])
            for title, belongs, remark in groups
        ],
    )


@macro
def next_weeks(context: Context) -> Content:
    """What is planned for the two weeks from today on, as a section of its own; nothing without any."""
    facts = context.facts
    if not context.has("dates"):
        return ()
    rows = [_coming(context, coming) for coming in facts.status.coming]
    rows += [_milestone_row(context, standing) for standing in facts.milestones.values() if _is_near(standing, context)]
    headings = [facts.plan.unit.one, "What is due", Short("From"), Short("To"), "State", "Waits for"]
    caption = f"What is due in the next {LOOKAHEAD.days} days"
    return Section(2, "The next two weeks", "next", table(caption, headings, rows))


def _when(coming: OpenSprint, context: Context) -> str:
    today = context.facts.today
    begins = today is not None and coming.first >= today
    ends = today is not None and coming.last is not None and coming.last < today + LOOKAHEAD
    return "starts and ends" if begins and ends else "starts" if begins else "ends" if ends else "goes on"


def _is_near(standing: MilestoneStanding, context: Context) -> bool:
    """Whether a milestone is due in the two weeks from today on."""
    today, due = context.facts.today, standing.due
    return today is not None and due is not None and today <= due < today + LOOKAHEAD and not standing.is_reached


def _milestone_row(context: Context, standing: MilestoneStanding) -> Row:
    left = unit_links(context, standing.open_units)
    name = ("Milestone ", milestone_link(context, standing.milestone.id, titled=True))
    return row(name, "is due", NOTHING, short_date(context, standing.due), milestone_chip(standing), left)


def _coming(context: Context, coming: OpenSprint) -> Row:
    standing = context.facts.standings[coming.sprint]
    name = sprint_link(context, coming.sprint, titled=True)
    first, last = short_date(context, coming.first), short_date(context, coming.last)
    return row(name, _when(coming, context), first, last, standing_chip(standing), waits(context, standing))


@macro
def measured(context: Context) -> Content:
    """The metrics that were measured: what each read before, what it shall read, and whether what it reads reaches it.

    Targets of the others are on the page about value and on the pages of sprints.
    """
    plan, standings = context.facts.plan, context.facts.standings
    rows = [
        row(sprint_link(context, id_), *metric.cells)
        for id_, sprint in plan.sprints.items()
        for metric in measured_rows(standings[id_], _measured(standings[id_], sprint))
    ]
    headings = [plan.unit.one, "Metric", *map(Numbers, ("Before", "Target", "Measured")), "Outcome"]
    measured = first_rows(context, table("Metrics that were measured", headings, rows))
    return Section(2, "Metrics", "metrics", measured)


def _measured(standing: Standing, sprint: Sprint) -> list[Metric]:
    return [metric for metric in sprint.metrics if metric.name in standing.measured]


def measured_rows(standing: Standing, metrics: Iterable[Metric]) -> list[Row]:
    """The metrics of one sprint: name, before, target, measured and outcome."""
    return [_measurement(metric, standing.measured.get(metric.name)) for metric in metrics]


def _measurement(metric: Metric, value: Quantity | None) -> Row:
    return row(metric.name, metric.before.text, metric.after.text, *measurement(metric, value))


def measurement(metric: Metric, value: Quantity | None) -> tuple[Inline, Inline]:
    """What a metric was measured to be, and how that compares with its target; nothing while it was not."""
    outcome = target_outcome(metric, value) if value else None
    compared = Chip(_CHIPS[outcome], outcome) if outcome else "cannot be compared" if value else NOTHING
    return quantity(value), compared


@macro
def realised_savings(context: Context) -> Content:
    """What the sprints that are done save: a month as planned and as found, and what has come in since they ended."""
    realised = context.facts.realised
    rows = [
        row(
            sprint_link(context, saving.sprint, titled=True),
            short_date(context, saving.since),
            *map(quantity, (saving.planned, saving.reported, saving.so_far and to_whole(saving.so_far))),
        )
        for saving in realised.rows
    ]
    totals = (
        total_text(realised.monthly_planned, (saving.planned for saving in realised.rows)),
        total_text(realised.monthly_reported, (saving.reported for saving in realised.rows)),
        total_text(realised.so_far and to_whole(realised.so_far), (saving.so_far for saving in realised.rows)),
    )
    foot = [row("Total", NOTHING, *totals)] if rows else []
    if realised.planned_by_now:
        foot.append(row("Planned by today", NOTHING, NOTHING, NOTHING, quantity(to_whole(realised.planned_by_now))))
    amounts = map(Numbers, ("Planned per month", "Actual per month", "Saved so far"))
    columns = [context.facts.plan.unit.one, "Done on", *amounts]
    return first_rows(context, table("Savings so far", columns, rows, foot=foot))


@macro
def documents_due(context: Context) -> Content:
    """The documents that are still to be updated, with the finished sprints after which they should have been."""
    after: dict[tuple[Document, ...], list[str]] = {}
    for update in context.facts.status.documents:
        after.setdefault(update.documents, []).append(update.sprint)
    rows = [
        row(joined(document_path(paper.path, paper.note) for paper in documents), sprint_links(context, ids))
        for documents, ids in after.items()
    ]
    return table("Documents still to update", ["Still to update", "After"], rows)
