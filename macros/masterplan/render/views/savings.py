"""What the plan brings: metrics before and after, and savings summed."""

from typing import Annotated

from markupsafe import Markup

from masterplan.analyse import Facts, figures
from masterplan.analyse.audit.judgement import Verdict
from masterplan.analyse.metrics import planned_change
from masterplan.analyse.savings import accrual
from masterplan.model.naming import PLAN
from masterplan.model.plan import Metric
from masterplan.model.quantity import Quantity
from masterplan.render.diagrams.bars import Range, range_bars
from masterplan.render.diagrams.curves import Series, curves
from masterplan.render.diagrams.scene import Caption
from masterplan.render.html import NOTHING, collapsed, figure, small, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Numbers, Row, table
from masterplan.render.views.widgets import outcome_chip, quantity, sprint_link, total

MOST_BARS = 60
"""A chart shows at most so many bars; the rest is in the table."""


@macro
def metrics_table(context: Context, sprint: Annotated[str | None, "Only this sprint's metrics."] = None) -> str:
    """What is measured, before and after, with the change that follows from the two."""
    chosen = [context.sprint(sprint)] if sprint is not None else context.facts.plan.sprints.values()
    rows = [_metric(context, each.id, metric) for each in chosen for metric in each.metrics]
    columns = [
        "Metric",
        Numbers("Before"),
        Numbers("After"),
        Numbers("Falls by"),
        "Improvement, as declared",
        context.facts.plan.unit.one,
    ]
    if sprint is not None:
        columns.pop()
        rows = [Row(row.cells[:-1]) for row in rows]
    return table("Performance targets", columns, rows)


def _metric(context: Context, sprint: str, metric: Metric) -> Row:
    declared = text(metric.improvement) if metric.improvement else NOTHING
    fall = quantity(planned_change(metric))
    return Row([metric.name, metric.before.text, metric.after.text, fall, declared, sprint_link(context, sprint)])


@macro
def savings_table(context: Context) -> str:
    """Savings a month and a year for each sprint, with their computed total."""
    facts = context.facts
    rows = []
    for id_, sprint in facts.plan.sprints.items():
        monthly = sprint.savings.monthly if sprint.savings else None
        said = [v.declared.says for v in facts.verdicts_of(id_) if v.declared.claim == "annual-savings"]
        rows.append(
            Row(
                [
                    _counted(context, id_),
                    quantity(monthly),
                    quantity(figures.annual_savings(monthly)),
                    said[0] if said else NOTHING,
                ]
            )
        )
    if not context.has("savings"):
        return Markup("")
    stated = figures.stated_savings(facts.kept)
    foot = [
        Row(["Total, computed", total(facts.monthly_savings, stated), total(facts.annual_savings, stated), NOTHING])
    ]
    foot += [_declared(at, found) for at, found in _totals(facts).items()]
    columns = [facts.plan.unit.one, Numbers("A month"), Numbers("A year"), Numbers("A year, as declared")]
    return table("Savings", columns, rows, foot=foot)


def _counted(context: Context, sprint: str) -> Markup:
    """A sprint of the table of savings, with a word where the total leaves it out."""
    name = sprint_link(context, sprint, titled=True)
    is_dropped = context.facts.standings[sprint].state == "dropped"
    return Markup("{} {}").format(name, small("dropped, not in the total")) if is_dropped else name


def _totals(facts: Facts) -> dict[str, dict[str, Verdict]]:
    """What the authors declared as the plan's savings, by where they wrote it and by claim."""
    found: dict[str, dict[str, Verdict]] = {}
    for verdict in facts.verdicts:
        if verdict.subject == PLAN and verdict.declared.claim in {"monthly-savings", "annual-savings"}:
            found.setdefault(verdict.declared.at or "", {})[verdict.declared.claim] = verdict
    return found


def _declared(at: str, found: dict[str, Verdict]) -> Row:
    label = Markup("Total, as declared {}").format(small(at))
    return Row([label, _said(found.get("monthly-savings")), NOTHING, _said(found.get("annual-savings"))])


def _said(verdict: Verdict | None) -> Markup:
    return Markup("{} {}").format(text(verdict.declared.says), outcome_chip(verdict)) if verdict else NOTHING


@macro
def savings_chart(context: Context) -> str:
    """What each sprint saves a month, from low to high, as bars."""
    monthly = context.facts.monthly_savings
    stated = [(sprint.id, sprint.savings.monthly) for sprint in context.facts.kept if sprint.savings]
    if monthly is None:
        mixed = Markup("<p>No savings are stated in one currency that could be compared.</p>")
        return mixed if stated else Markup("")
    ranges = [_range(context, id_, amount) for id_, amount in stated[:MOST_BARS]]
    caption = Caption(
        "Savings a month", f"{len(ranges)} bars from low to high; the same figures are in the table.", "savings"
    )
    return figure(range_bars(ranges, monthly.unit, caption), caption.title)


def _range(context: Context, id_: str, value: Quantity) -> Range:
    low, high = value.ends
    plan = context.facts.plan
    label = f"{plan.name(id_)}: {plan.sprints[id_].short or plan.sprints[id_].title}"
    return Range(label, float(low), float(high), value.text, context.links.svg(context.links.sprints[id_]))


@macro
def metrics_chart(context: Context) -> str:
    """How far each metric falls, in per cent of what it was, as bars."""
    plan = context.facts.plan
    changes = [(id_, m, planned_change(m)) for id_, sprint in plan.sprints.items() for m in sprint.metrics]
    known = [(id_, metric, change) for id_, metric, change in changes if change and change.ends[0] >= 0]
    ranges = [
        Range(
            f"{metric.name}",
            float(change.ends[0]),
            float(change.ends[1]),
            f"{change.text} ({plan.name(id_)})",
            context.links.svg(context.links.sprints[id_], "metrics"),
        )
        for id_, metric, change in known[:MOST_BARS]
    ]
    if not ranges:
        return Markup("")
    caption = Caption("How far each metric falls", f"{len(ranges)} bars in per cent of what it was before.", "metrics")
    return figure(range_bars(ranges, "%", caption), caption.title)


@macro
def savings_over_time(context: Context) -> str:
    """What each option has saved by the end of each week: a sprint saves from the week after it ends."""
    plan = context.facts.plan
    spans = [span.last for span in map(figures.option_span, plan.options) if span]
    weeks = 2 * max(spans, default=0)
    saved = [(option, found) for option in plan.options if (found := accrual(context.facts.kept, option, weeks))]
    if not saved:
        none = Markup("<p>There is no option with savings in one currency that could be added up over time.</p>")
        return none if plan.options and figures.stated_savings(context.facts.kept) else Markup("")
    series = [
        Series(
            f"Option {option.id}: {found.by(weeks).text}",
            f"Option {option.id}, {option.title}: {found.by(weeks).text} saved by the end of week {weeks}",
            [float(value) for value in found.high],
            [float(value) for value in found.low],
        )
        for option, found in saved
    ]
    desc = context.facts.plan.worded(
        "A band for each option, from low to high. A sprint saves from the week after its last one."
    )
    caption = Caption("Savings over time", desc, "accrual")
    rows = [Row([f"Week {week}", *(found.by(week).text for _, found in saved)]) for week in range(1, weeks + 1)]
    columns = ["By the end of", *(Numbers(f"Option {option.id}") for option, _ in saved)]
    chart = figure(curves(series, saved[0][1].unit, caption), caption.title)
    return collapsed(chart, "The same as a table", table("Savings over time", columns, rows))
