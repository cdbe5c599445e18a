"""Where the plan as a whole stands: phases, what is going on, what comes next, what was measured and saved."""

from collections.abc import Iterable

from markupsafe import Markup

from masterplan.analyse.figures import count
from masterplan.analyse.metrics import target_outcome
from masterplan.analyse.progress import QUIET, Standing
from masterplan.analyse.status import AHEAD, Coming
from masterplan.model.plan import Metric, Sprint
from masterplan.render.html import NOTHING, chip, joined, named, small, text
from masterplan.render.macro import Context, macro
from masterplan.render.prose import prose
from masterplan.render.table import Numbers, Row, table
from masterplan.render.views.widgets import (
    MOST_ROWS,
    columns,
    document,
    quantity,
    sprint_link,
    sprint_links,
    standing_chip,
    total,
    weeks,
)

_CHIPS = {"reached": "claim-agrees", "in part": "claim-within", "missed": "claim-differs"}


@macro
def phase_progress(context: Context) -> str:
    """How far each phase is, weighted by effort like the whole."""
    facts = context.facts
    rows = []
    for phase, percent in facts.status.by_phase:
        done = sum(facts.standings[id_].state == "done" for id_ in phase.sprints)
        rows.append(
            Row(
                [
                    named(facts.plan.group_name(phase.id), phase.title),
                    weeks(facts.plan, phase.weeks),
                    f"{done} of {len(phase.sprints)}",
                    NOTHING if percent is None else f"{percent} %",
                ]
            )
        )
    unit, group = facts.plan.unit, facts.plan.group
    columns = [group.one, "Weeks", Numbers(f"{unit.many} done"), Numbers("Done")]
    return table(f"Progress of the {group.many.lower()}", columns, rows)


@macro
def going_on(context: Context) -> str:
    """What is in progress, what is blocked and by what, what is ready, and of what nothing has been heard for long."""
    facts = context.facts
    found = facts.standings.values()
    stale = set(facts.status.stale)
    groups = [
        ("In progress", [_going(context, each) for each in found if each.state == "in progress"]),
        ("Blocked", [_blocked(context, each) for each in found if each.state == "blocked"]),
        ("Ready", [sprint_link(context, each.sprint, titled=True) for each in found if each.ready]),
        (f"No entry for {QUIET.days} days", [_quiet(context, each) for each in found if each.sprint in stale]),
    ]
    return columns(context, groups)


def _going(context: Context, standing: Standing) -> Markup:
    return Markup("{} {}").format(sprint_link(context, standing.sprint, titled=True), standing_chip(standing))


def _blocked(context: Context, standing: Standing) -> Markup:
    """A blocked sprint with what the last entry says of it, and what it waits for besides."""
    note = standing.entries[-1].note
    says = prose(note) if note else small("nobody has said by what")
    waits = standing.waits_for
    needed = Markup("<p>Waits for {}.</p>").format(sprint_links(context, waits)) if waits else Markup("")
    return Markup("{} {}{}").format(sprint_link(context, standing.sprint, titled=True), says, needed)


def _quiet(context: Context, standing: Standing) -> Markup:
    since = small(f"since {standing.entries[-1].date}")
    return Markup("{} {}").format(sprint_link(context, standing.sprint, titled=True), since)


@macro
def next_weeks(context: Context) -> str:
    """What the phases plan for the two weeks from today on, after what should be done already."""
    facts = context.facts
    if not context.has("dates"):
        return Markup("")
    status = facts.status
    rows = [_coming(context, each, "overdue") for each in status.overdue]
    rows += [_coming(context, each, _when(each, context)) for each in status.coming]
    if not rows:
        return Markup("<p>Nothing is planned for the two weeks from {} on.</p>").format(text(facts.today))
    headings = [facts.plan.unit.one, "What is due", "From", "To", "State", "Waits for"]
    return table(f"Until {AHEAD.days} days after {facts.today}", headings, rows)


def _when(coming: Coming, context: Context) -> str:
    today = context.facts.today
    begins = today is not None and coming.first >= today
    ends = today is not None and coming.last < today + AHEAD
    return "starts and ends" if begins and ends else "starts" if begins else "ends" if ends else "goes on"


def _coming(context: Context, coming: Coming, when: str) -> Row:
    standing = context.facts.standings[coming.sprint]
    due = chip("blocked", when) if when == "overdue" else text(when)
    name = sprint_link(context, coming.sprint, titled=True)
    waits = sprint_links(context, standing.waits_for)
    return Row([name, due, coming.first, coming.last, standing_chip(standing), waits])


@macro
def measured(context: Context) -> str:
    """Every metric: what it read before, what it shall read, what was measured last, and whether that reaches it.

    Of a plan of more than 150 sprints only the metrics that were measured; the sprints' own pages have the others.
    """
    plan, standings = context.facts.plan, context.facts.standings
    is_large = len(plan.sprints) > MOST_ROWS
    rows = [
        Row([sprint_link(context, id_), *row.cells])
        for id_, sprint in plan.sprints.items()
        for row in measured_rows(standings[id_], _measured(standings[id_], sprint) if is_large else sprint.metrics)
    ]
    headings = [plan.unit.one, "Metric", Numbers("Before"), Numbers("Target"), Numbers("Measured"), "Outcome"]
    return table("Metrics that were measured" if is_large else "Metrics", headings, rows)


def _measured(standing: Standing, sprint: Sprint) -> list[Metric]:
    measured = standing.measured
    return [metric for metric in sprint.metrics if metric.name in measured]


def measured_rows(standing: Standing, metrics: Iterable[Metric]) -> list[Row]:
    """The metrics of one sprint: name, before, target, measured and outcome."""
    rows = []
    for metric in metrics:
        found = standing.measured.get(metric.name)
        outcome = target_outcome(metric, found) if found else None
        shown = chip(_CHIPS[outcome], outcome) if outcome else text("cannot be compared") if found else NOTHING
        rows.append(Row([metric.name, metric.before.text, metric.after.text, quantity(found), shown]))
    return rows


@macro
def realised_savings(context: Context) -> str:
    """What the sprints that are done save: a month as planned and as found, and what has come in since they ended."""
    realised = context.facts.realised
    rows = [
        Row(
            [
                sprint_link(context, row.sprint, titled=True),
                row.since,
                *map(quantity, (row.planned, row.found, row.so_far)),
            ]
        )
        for row in realised.rows
    ]
    totals = (
        total(realised.monthly_planned, (row.planned for row in realised.rows)),
        total(realised.monthly_found, (row.found for row in realised.rows)),
        total(realised.so_far, (row.so_far for row in realised.rows)),
    )
    foot = [Row(["Total", NOTHING, *totals])] if rows else []
    if realised.planned_by_now:
        foot.append(Row(["Planned by today", NOTHING, NOTHING, NOTHING, quantity(realised.planned_by_now)]))
    headings = [
        context.facts.plan.unit.one,
        "Done on",
        Numbers("Planned a month"),
        Numbers("Found a month"),
        Numbers("Come in so far"),
    ]
    return table("Savings that have come in", headings, rows, foot=foot)


@macro
def documents_due(context: Context) -> str:
    """The documents that are still to be updated after sprints that are done."""
    due = context.facts.status.documents
    rows = [
        Row([sprint_link(context, each.sprint, titled=True), joined(document(d.path, d.note) for d in each.documents)])
        for each in due
    ]
    words = count(sum(len(each.documents) for each in due), "document")
    return table(f"{words} to update", [context.facts.plan.unit.one, "Documents"], rows)
