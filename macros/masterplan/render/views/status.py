"""Where the plan as a whole stands: phases, what is going on, what comes next, what was measured and saved."""

from collections.abc import Callable, Iterable

from masterplan.analyse.figures import count, target_outcome
from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.progress import QUIET, Standing, tally
from masterplan.analyse.status import AHEAD, Coming
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Metric, Sprint
from masterplan.render.blocks import (
    NOTHING,
    Chip,
    Columns,
    Content,
    Flow,
    Inline,
    Numbers,
    Paragraph,
    Row,
    Short,
    Small,
)
from masterplan.render.compose import joined, named, row, table
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.views.widgets import (
    MOST_ROWS,
    document_path,
    milestone_chip,
    milestone_link,
    phase_dates,
    quantity,
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
        ("In progress", lambda standing: standing.state in {"in progress", "blocked"}, standing_chip),
        ("Can start now", lambda standing: standing.ready, None),
        ("Next", lambda standing: standing.is_next, lambda standing: Small(_time(context, standing.sprint))),
        (
            "Waiting",
            lambda standing: standing.is_waiting,
            lambda standing: Small(("for ", waits(context, standing))),
        ),
    ]
    return _grouped(context, groups)


def _time(context: Context, sprint: str) -> str:
    """When a sprint is due to start."""
    period = context.facts.plan.planned(sprint)
    return f"from {period.first or period.window.start} on" if period else ""


@macro
def going_on(context: Context) -> Content:
    """What is in progress, what is blocked and by what, what is ready, and of what nothing has been heard for long."""
    stale = set(context.facts.status.stale)
    groups: list[_Group] = [
        ("In progress", lambda standing: standing.state == "in progress", standing_chip),
        ("Blocked", lambda standing: standing.state == "blocked", lambda standing: _blocked(context, standing)),
        ("Ready", lambda standing: standing.ready, None),
        (
            f"No entry for {QUIET.days} days",
            lambda standing: standing.sprint in stale,
            lambda standing: Small(f"since {standing.entries[-1].date}"),
        ),
    ]
    return _grouped(context, groups)


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


def _blocked(context: Context, standing: Standing) -> Flow:
    """What the last entry says of a blocked sprint, and what it waits for besides."""
    note = standing.entries[-1].note if standing.entries else None
    why = prose(note) if note else Small("no cause stated")
    waits = standing.waits_for
    return (why, Paragraph(("Waits for ", sprint_links(context, waits), ".")) if waits else ())


@macro
def next_weeks(context: Context) -> Content:
    """What is planned for the two weeks from today on, after what should be done already."""
    facts = context.facts
    if not context.has("dates"):
        return ()
    rows = [_coming(context, coming, Chip("blocked", "overdue")) for coming in facts.status.overdue]
    rows += [_coming(context, coming, _when(coming, context)) for coming in facts.status.coming]
    rows += [_milestone_row(context, standing) for standing in facts.milestones.values() if _is_near(standing, context)]
    if not rows:
        return Paragraph(f"Nothing is planned for the two weeks from {facts.today} on.")
    headings = [facts.plan.unit.one, "What is due", "From", "To", "State", "Waits for"]
    return table(f"Until {AHEAD.days} days after {facts.today}", headings, rows)


def _when(coming: Coming, context: Context) -> str:
    today = context.facts.today
    begins = today is not None and coming.first >= today
    ends = today is not None and coming.last is not None and coming.last < today + AHEAD
    return "starts and ends" if begins and ends else "starts" if begins else "ends" if ends else "goes on"


def _is_near(standing: MilestoneStanding, context: Context) -> bool:
    """Whether a milestone is due in the two weeks from today on, or should have been reached already."""
    today, due = context.facts.today, standing.due
    is_coming = today is not None and due is not None and today <= due < today + AHEAD
    return standing.is_overdue or (is_coming and not standing.is_reached)


def _milestone_row(context: Context, standing: MilestoneStanding) -> Row:
    milestone = standing.milestone
    left = unit_links(context, standing.open_units)
    name = ("Milestone ", milestone_link(context, milestone.id, titled=True))
    what = Chip("blocked", "overdue") if standing.is_overdue else "is due"
    return row(name, what, NOTHING, standing.due, milestone_chip(standing), left)


def _coming(context: Context, coming: Coming, due: Inline) -> Row:
    standing = context.facts.standings[coming.sprint]
    name = sprint_link(context, coming.sprint, titled=True)
    return row(name, due, coming.first, coming.last, standing_chip(standing), waits(context, standing))


@macro
def measured(context: Context) -> Content:
    """Every metric: what it read before, what it shall read, what was measured last, and whether that reaches it.

    Of a plan of more than 150 sprints only the metrics that were measured; the sprints' own pages have the others.
    """
    plan, standings = context.facts.plan, context.facts.standings
    is_large = len(plan.sprints) > MOST_ROWS
    rows = [
        row(sprint_link(context, id_), *metric.cells)
        for id_, sprint in plan.sprints.items()
        for metric in measured_rows(standings[id_], _measured(standings[id_], sprint) if is_large else sprint.metrics)
    ]
    headings = [Short(plan.unit.one), "Metric", *map(Numbers, ("Before", "Target", "Measured")), "Outcome"]
    return table("Metrics that were measured" if is_large else "Metrics", headings, rows)


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
            saving.since,
            *map(quantity, (saving.planned, saving.reported, saving.so_far)),
        )
        for saving in realised.rows
    ]
    totals = (
        total_text(realised.monthly_planned, (saving.planned for saving in realised.rows)),
        total_text(realised.monthly_reported, (saving.reported for saving in realised.rows)),
        total_text(realised.so_far, (saving.so_far for saving in realised.rows)),
    )
    foot = [row("Total", NOTHING, *totals)] if rows else []
    if realised.planned_by_now:
        foot.append(row("Planned by today", NOTHING, NOTHING, NOTHING, quantity(realised.planned_by_now)))
    amounts = map(Numbers, ("Planned a month", "Actual per month", "Saved so far"))
    return table("Savings so far", [context.facts.plan.unit.one, "Done on", *amounts], rows, foot=foot)


@macro
def documents_due(context: Context) -> Content:
    """The documents that are still to be updated after sprints that are done."""
    due = context.facts.status.documents
    rows = [
        row(
            sprint_link(context, update.sprint, titled=True),
            joined(document_path(paper.path, paper.note) for paper in update.documents),
        )
        for update in due
    ]
    words = count(sum(len(update.documents) for update in due), "document")
    return table(f"{words} to update", [context.facts.plan.unit.one, "Documents"], rows)
