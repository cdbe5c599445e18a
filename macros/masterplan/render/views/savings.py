"""The value of the plan: metrics before and after, savings, and other tables of figures."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Annotated, TypeVar

from masterplan.analyse import Facts, figures
from masterplan.analyse.audit.judgement import Verdict, as_quantity
from masterplan.analyse.audit.sums import added_up, sums_of
from masterplan.analyse.figures import planned_change
from masterplan.analyse.savings import Accrual, accrual, ends
from masterplan.model.declared import Table as DeclaredTable
from masterplan.model.naming import PLAN
from masterplan.model.option import Option
from masterplan.model.quantity import Quantity, amount
from masterplan.model.sprint import Metric, Sprint
from masterplan.render.blocks import (
    NOTHING,
    Content,
    Figure,
    Folded,
    Inline,
    Numbers,
    Paragraph,
    Row,
    Short,
    Small,
    Table,
)
from masterplan.render.compose import row, table
from masterplan.render.diagrams.bars import Range, range_bars
from masterplan.render.diagrams.curves import Curve, curves
from masterplan.render.diagrams.scene import Caption
from masterplan.render.macro import Context, macro
from masterplan.render.views.status import measurement
from masterplan.render.views.widgets import first_rows, outcome_chip, quantity, sprint_link, total_text, week_span

_Value = TypeVar("_Value")

MOST_BARS = 10
"""Bars of a chart, those of the largest values; the table has them all."""


@macro
def metrics_table(context: Context, sprint: Annotated[str | None, "Only this sprint's metrics."] = None) -> Content:
    """Every metric before and after, with the resulting reduction."""
    plan = context.facts.plan
    if sprint is not None:
        return metrics_of(context, context.sprint(sprint))
    rows = [_metric(context, id_, metric) for id_, measured in plan.sprints.items() for metric in measured.metrics]
    columns = [
        "Metric",
        *map(Numbers, ("Before", "After", "Reduction")),
        "Declared improvement",
        Short(plan.unit.one),
    ]
    return first_rows(context, table("Performance targets", columns, rows))


def metrics_of(context: Context, sprint: Sprint) -> Table:
    """The metrics of one sprint: before, target and, once measured, the result.

    An improvement that only names the sprint is left out: it is the heading of the page.
    """
    name, measured = context.facts.plan.name(sprint.id), context.facts.standings[sprint.id].measured
    rows = [
        row(
            metric.name,
            metric.before.text,
            metric.after.text,
            quantity(planned_change(metric)),
            *measurement(metric, measured.get(metric.name)),
            metric.improvement if metric.improvement != name else None,
        )
        for metric in sprint.metrics
    ]
    columns = [*map(Numbers, ("Before", "Target", "Reduction", "Measured")), "Outcome", "Declared improvement"]
    return table("Metrics", ["Metric", *columns], rows)


def _metric(context: Context, sprint: str, metric: Metric) -> Row:
    reduction = quantity(planned_change(metric))
    improvement = metric.improvement
    if improvement and not as_quantity(improvement, context.facts.plan.header.decimal).is_number:
        improvement = None  # the page of the sprint has the words
    return row(metric.name, metric.before.text, metric.after.text, reduction, improvement, sprint_link(context, sprint))


@macro
def savings_table(context: Context) -> Content:
    """Monthly and annual savings of each sprint, with their computed total."""
    facts = context.facts
    if not context.has("savings"):
        return ()
    rows = []
    for id_, sprint in facts.plan.sprints.items():
        monthly = sprint.savings.monthly if sprint.savings else None
        claims = (v.declared.says for v in facts.verdicts_of(id_) if v.declared.claim == "annual-savings")
        annual = figures.annual_savings(monthly)
        rows.append(row(_counted(context, id_), quantity(monthly), annual.bare if annual else None, next(claims, None)))
    amounts = figures.stated_savings(facts.not_dropped)
    totals = (total_text(value, amounts) for value in (facts.monthly_savings, facts.annual_savings))
    foot = [row("Computed total", *totals, NOTHING)]
    foot += [_declared(at, verdicts) for at, verdicts in _totals(facts).items()]
    columns = [facts.plan.unit.one, *map(Numbers, ("Per month", "Per year", "Per year (declared)"))]
    return first_rows(context, table("Savings", columns, rows, foot=foot))


def _counted(context: Context, sprint: str) -> Inline:
    """A sprint in the table of savings, with a remark if the total leaves it out."""
    name = sprint_link(context, sprint, titled=True)
    standing = context.facts.standings[sprint]
    return (name, " ", Small(f"{standing.state}, not in the total")) if standing.is_dropped else name


def _totals(facts: Facts) -> dict[str, dict[str, Verdict]]:
    """The plan's declared savings, by source and by claim."""
    totals: dict[str, dict[str, Verdict]] = {}
    for verdict in facts.verdicts:
        if verdict.subject == PLAN and verdict.declared.claim in {"monthly-savings", "annual-savings"}:
            totals.setdefault(verdict.declared.at or "", {})[verdict.declared.claim] = verdict
    return totals


def _declared(at: str, verdicts: dict[str, Verdict]) -> Row:
    monthly, annual = (_claim(verdicts.get(f"{period}-savings")) for period in ("monthly", "annual"))
    return row(("Declared total ", Small(at)), monthly, NOTHING, annual)


def _claim(verdict: Verdict | None) -> Inline:
    return (verdict.declared.says, " ", outcome_chip(verdict)) if verdict else NOTHING


@macro
def other_tables(context: Context) -> Content:
    """The tables of figures in plan.yml, with computed sums next to declared totals."""
    return tuple(
        (Paragraph(declared.title, "title"), _other_table(declared)) for declared in context.facts.plan.header.tables
    )


def _other_table(declared: DeclaredTable) -> Table:
    """A table as written; a wrong sum has the computed one next to it."""
    width = max(len(declared.columns), len(declared.total), *(len(line.cells) for line in declared.rows))
    computed = {sum_.path: total for sum_ in sums_of(declared) if (total := added_up(sum_))}
    rows = [
        _cells(
            line.name,
            [_summed(cell, computed.get(("rows", n, "cells", m))) for m, cell in enumerate(line.cells)],
            width,
        )
        for n, line in enumerate(declared.rows)
    ]
    totals = [computed.get(("total", n)) for n in range(width)]
    foot = [_cells("Declared total", [total.text for total in declared.total], width)] if declared.total else []
    foot += [_cells("Computed total", list(map(quantity, totals)), width)] if any(totals) else []
    headings = [*declared.columns, *[""] * (width - len(declared.columns))]
    if declared.sums_rows:
        headings[-1] = f"{headings[-1]} (row sum)".strip()
    words = {n for line in declared.rows for n, cell in enumerate(line.cells) if not cell.is_number}
    columns = [heading if n in words else Numbers(heading) for n, heading in enumerate(headings)]
    return table(declared.title, ["", *columns], rows, foot=foot)


def _cells(name: str, cells: Sequence[Inline], width: int) -> Row:
    return row(name, *cells, *[NOTHING] * (width - len(cells)))


def _summed(cell: Quantity, computed: Quantity | None) -> Inline:
    """A cell, with the computed sum of the cells before it if that differs."""
    differs = computed is not None and computed.ends != cell.ends
    return (cell.text, " ", Small(f"computed {computed.text}")) if computed and differs else cell.text


@macro
def savings_chart(context: Context) -> Content:
    """The monthly savings of each sprint as bars, from low to high."""
    monthly = context.facts.monthly_savings
    stated = [(sprint.id, sprint.savings.monthly) for sprint in context.facts.not_dropped if sprint.savings]
    if monthly is None:
        note = Paragraph("The savings are in several currencies and cannot be compared.")
        return note if stated else ()
    drawn, (most, value) = _largest([(amount, (id_, amount)) for id_, amount in stated])
    ranges = [_range(context, id_, amount) for id_, amount in drawn]
    caption = Caption(
        "Monthly savings", f"{len(ranges)} bars from low to high; the table has the same figures.", "savings"
    )
    point = f"{context.facts.plan.name(most)} saves the most: {value.text} of {monthly.text}"
    point += _of_all(len(ranges), len(stated))
    chart = partial(range_bars, ranges, monthly.unit, caption)
    return Figure(chart, caption.title, point=point if len(stated) > 1 else "")


def _range(context: Context, id_: str, value: Quantity) -> Range:
    low, high = value.ends
    plan = context.facts.plan
    label = f"{plan.name(id_)}: {plan.sprints[id_].short or plan.sprints[id_].title}"
    return Range(label, float(low), float(high), value.text, context.links.svg(context.links.sprints[id_]))


@macro
def metrics_chart(context: Context) -> Content:
    """The reduction of each metric in per cent, as bars."""
    plan = context.facts.plan
    changes = [(id_, m, planned_change(m)) for id_, sprint in plan.sprints.items() for m in sprint.metrics]
    reductions = [(change, (id_, metric, change)) for id_, metric, change in changes if change and change.ends[0] >= 0]
    if not reductions:
        return ()
    drawn, (_, most, largest) = _largest(reductions)
    ranges = [
        Range(
            f"{metric.name} ({plan.name(id_)})",
            float(change.ends[0]),
            float(change.ends[1]),
            change.text,
            context.links.svg(context.links.sprints[id_], "metrics"),
        )
        for id_, metric, change in drawn
    ]
    caption = Caption("Reduction of each metric", f"{len(ranges)} bars, in per cent of the value before.", "metrics")
    point = f"Largest reduction: {most.name}, by {largest.text}{_of_all(len(ranges), len(reductions))}"
    return Figure(partial(range_bars, ranges, "%", caption), caption.title, point=point)


def _largest(values: Sequence[tuple[Quantity, _Value]]) -> tuple[list[_Value], _Value]:
    """The items with the largest quantities, in their original order unless some are left out; and the largest item."""
    by_size = sorted(values, key=lambda pair: pair[0].ends[::-1], reverse=True)
    largest = values if len(values) <= MOST_BARS else by_size[:MOST_BARS]
    return [value for _, value in largest], by_size[0][1]


def _of_all(drawn: int, total: int) -> str:
    """A note that a chart shows only the largest values."""
    return f" (the {drawn} largest of {total:,} are shown)" if drawn < total else ""


@macro
def savings_over_time(context: Context) -> Content:
    """The savings of each option by the end of each week; a sprint saves from the week after it ends."""
    plan = context.facts.plan
    lasts = [last for staffing in context.facts.staffing for last in ends(staffing).values()]
    weeks = 2 * max(lasts, default=0)
    sums = ((staffing, accrual(context.facts.not_dropped, staffing, weeks)) for staffing in context.facts.staffing)
    saved = [(staffing.option, accrued) for staffing, accrued in sums if accrued]
    if not saved:
        note = Paragraph("No option has savings in one currency to add up over time.")
        return note if plan.options and figures.stated_savings(context.facts.not_dropped) else ()
    lines = [
        Curve(
            f"{', '.join(option.id for option in options)}: {sums.by(weeks).text}",
            f"{_named(options)}: {sums.by(weeks).text} saved by the end of week {weeks}",
            [(0.0, 0.0), *((float(n), float(value)) for n, value in enumerate(sums.high, 1))],
            [0.0, *map(float, sums.low)],
        )
        for options, sums in _alike(saved)
    ]
    desc = context.facts.plan.worded(
        "A band from low to high for each option. A sprint saves from the week after it ends."
    )
    caption = Caption("Savings over time", desc, "accrual")
    rows = [row(f"Week {week}", *(sums.by(week).text for _, sums in saved)) for week in range(1, weeks + 1)]
    columns = ["By the end of", *(Numbers(option.name) for option, _ in saved)]
    facts = table("Savings over time", columns, rows)
    chart = partial(curves, lines, saved[0][1].unit, caption, week_span(context.facts, weeks))
    figure = Figure(chart, caption.title, point=_accrual_point(saved, weeks))
    return (figure, Folded("Data table", facts, "more"))


def _alike(saved: Sequence[tuple[Option, Accrual]]) -> list[tuple[list[Option], Accrual]]:
    """The different savings over time, each with the options that have them."""
    groups: list[tuple[list[Option], Accrual]] = []
    for option, sums in saved:
        same = next((options for options, others in groups if (others.low, others.high) == (sums.low, sums.high)), None)
        if same is None:
            groups.append(([option], sums))
        else:
            same.append(option)
    return groups


def _named(options: Sequence[Option]) -> str:
    return "; ".join(f"{option.name}, {option.title}" for option in options)


def _accrual_point(saved: Sequence[tuple[Option, Accrual]], weeks: int) -> str:
    """How much more the best option saves than the worst; or that all save the same."""
    ranked = sorted(saved, key=lambda pair: pair[1].rank)
    (least, less), (most, more) = ranked[0], ranked[-1]
    if more.by(weeks).ends == less.by(weeks).ends:
        subject = "Every option" if len(saved) > 1 else most.name
        return f"{subject} saves {more.by(weeks).text} by week {weeks}"
    low, high = sorted((more.low[-1] - less.low[-1], more.high[-1] - less.high[-1]))
    gain = amount(low.quantize(Decimal(1)), high.quantize(Decimal(1)), more.unit, mark=more.mark).text
    return f"{most.name} ({most.title}) saves {gain} more than {least.name} by week {weeks}"
