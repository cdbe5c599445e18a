"""The state of the whole plan: phases, work in progress and next, measurements, and savings so far."""

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
from masterplan.render.compose import joined, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.views.widgets import (
    document_path,
    first_rows,
    milestone_chip,
    milestone_link,
    phase_dates,
    phase_title,
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
"""A list of sprints: its title, a test for the sprints that belong to it, and a remark on each, if any."""

_CHIPS = {"reached": "claim-agrees", "in part": "claim-within", "missed": "claim-differs"}


@macro
def phase_progress(context: Context) -> Content:
    """The progress of each phase, weighted by effort like that of the plan."""
    facts = context.facts
    rows = []
    for phase, percent in facts.status.by_phase:
        done, number = tally(facts.standings, phase.sprints)
        name = phase_title(facts.plan, phase)
        share = None if percent is None else f"{percent}%"
        rows.append(row(name, phase_dates(context, phase), f"{done} of {number}", share))
    unit, group = facts.plan.unit, facts.plan.group
    columns = [group.one, "When", Numbers(f"{unit.many} done"), Numbers("Done")]
    return table(f"Progress of the {group.many.lower()}", columns, rows)


@macro
def what_now(context: Context) -> Content:
    """Work in progress, work that can start, work that comes next, and work that waits."""
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
    """The first planned day or week of a sprint: `from 9 Nov`; empty without a window."""
    period = context.facts.plan.planned(sprint)
    if period is None:
        return ""
    return ("from ", short_date(context, period.first) if period.first else period.window.start)


def _grouped(context: Context, groups: Iterable[_Group]) -> Columns:
    """Lists of sprints by group, in the order of the plan, each sprint with the remark of its group."""
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
    """A section with the work that is planned to start or end in the next two weeks; empty without any."""
    facts = context.facts
    if not context.has("dates"):
        return ()
    rows = [_coming(context, coming) for coming in facts.status.coming if _event(coming, context)]
    rows += [_milestone_row(context, standing) for standing in facts.milestones.values() if _is_near(standing, context)]
    headings = [facts.plan.unit.one, "Event", Short("From"), Short("To"), "State", "Waits for"]
    caption = f"Due in the next {LOOKAHEAD.days} days"
    return Section(2, "The next two weeks", "next", table(caption, headings, rows))


def _event(coming: OpenSprint, context: Context) -> str:
    """What happens to a sprint within two weeks; empty if it begins before and ends after them."""
    today = context.facts.today
    begins = today is not None and coming.first >= today and not context.facts.standings[coming.sprint].is_under_way
    ends = today is not None and coming.last is not None and coming.last < today + LOOKAHEAD
    return "starts and ends" if begins and ends else "starts" if begins else "ends" if ends else ""


def _is_near(standing: MilestoneStanding, context: Context) -> bool:
    """Whether a milestone is due within two weeks."""
    today, due = context.facts.today, standing.due
    return today is not None and due is not None and today <= due < today + LOOKAHEAD and not standing.is_reached


def _milestone_row(context: Context, standing: MilestoneStanding) -> Row:
    open_units = unit_links(context, standing.open_units)
    name = ("Milestone ", milestone_link(context, standing.milestone.id, titled=True))
    return row(name, "is due", NOTHING, short_date(context, standing.due), milestone_chip(standing), open_units)


def _coming(context: Context, coming: OpenSprint) -> Row:
    standing = context.facts.standings[coming.sprint]
    name = sprint_link(context, coming.sprint, titled=True)
    first, last = short_date(context, coming.first), short_date(context, coming.last)
    return row(name, _event(coming, context), first, last, standing_chip(standing), waits(context, standing))


@macro
def measured(context: Context) -> Content:
    """The measured metrics: value before, target, measurement, and outcome. The pages of sprints have all targets."""
    plan, standings = context.facts.plan, context.facts.standings
    rows = [
        row(sprint_link(context, id_), *metric.cells)
        for id_, sprint in plan.sprints.items()
        for metric in measured_rows(standings[id_], _measured(standings[id_], sprint))
    ]
    headings = [plan.unit.one, "Metric", *map(Numbers, ("Before", "Target", "Measured")), "Outcome"]
    measured = first_rows(context, table("Measured metrics", headings, rows))
    return Section(2, "Metrics", "metrics", measured)


def _measured(standing: Standing, sprint: Sprint) -> list[Metric]:
    return [metric for metric in sprint.metrics if metric.name in standing.measured]


def measured_rows(standing: Standing, metrics: Iterable[Metric]) -> list[Row]:
    """The metrics of one sprint: name, before, target, measured and outcome."""
    return [_measurement(metric, standing.measured.get(metric.name)) for metric in metrics]


def _measurement(metric: Metric, value: Quantity | None) -> Row:
    return row(metric.name, metric.before.text, metric.after.text, *measurement(metric, value))


def measurement(metric: Metric, value: Quantity | None) -> tuple[Inline, Inline]:
    """The measured value of a metric and how it compares with the target; dashes without a measurement."""
    outcome = target_outcome(metric, value) if value else None
    compared = Chip(_CHIPS[outcome], outcome) if outcome else "not comparable" if value else NOTHING
    return quantity(value), compared


@macro
def realised_savings(context: Context) -> Content:
    """The savings of finished sprints: monthly as planned and as reported, and the total since they ended."""
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
    """The documents that should have been updated after finished sprints, with those sprints."""
    after: dict[tuple[Document, ...], list[str]] = {}
    for update in context.facts.status.documents:
        after.setdefault(update.documents, []).append(update.sprint)
    rows = [
        row(joined(document_path(document.path, document.note) for document in documents), sprint_links(context, ids))
        for documents, ids in after.items()
    ]
    return table("Documents to update", ["To update", "After"], rows)
