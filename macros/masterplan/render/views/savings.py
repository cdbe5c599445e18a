"""What the plan brings: metrics before and after, and savings summed."""

from typing import Annotated

from markupsafe import Markup

from masterplan.analyse import Facts, figures
from masterplan.analyse.claims import Verdict
from masterplan.model.plan import Metric
from masterplan.render.html import NOTHING, small, text
from masterplan.render.macro import Context, macro
from masterplan.render.table import Row, table
from masterplan.render.views.pieces import outcome_chip, quantity, sprint_link


@macro
def metrics_table(context: Context, sprint: Annotated[str | None, "Only this sprint's metrics."] = None) -> str:
    """What is measured, before and after, with the change that follows from the two."""
    chosen = [context.sprint(sprint)] if sprint is not None else context.facts.plan.sprints.values()
    rows = [_metric(context, each.id, metric) for each in chosen for metric in each.metrics]
    columns = ["Metric", "Before#", "After#", "Falls by#", "Improvement, as declared", context.facts.plan.unit.one]
    if sprint is not None:
        columns.pop()
        rows = [Row(row.cells[:-1]) for row in rows]
    return table("Performance targets", columns, rows)


def _metric(context: Context, sprint: str, metric: Metric) -> Row:
    declared = text(metric.improvement) if metric.improvement else NOTHING
    fall = quantity(figures.change(metric))
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
                    sprint_link(context, id_, titled=True),
                    quantity(monthly),
                    quantity(figures.annual(monthly)),
                    said[0] if said else NOTHING,
                ]
            )
        )
    foot = [Row(["Total, computed", quantity(facts.monthly), quantity(facts.annual), NOTHING])]
    foot += [_declared(at, found) for at, found in _totals(facts).items()]
    columns = [facts.plan.unit.one, "A month#", "A year#", "A year, as declared#"]
    return table("Savings", columns, rows, foot=foot)


def _totals(facts: Facts) -> dict[str, dict[str, Verdict]]:
    """What the authors declared as the plan's savings, by where they wrote it and by claim."""
    found: dict[str, dict[str, Verdict]] = {}
    for verdict in facts.verdicts:
        if verdict.subject == "Plan" and verdict.declared.claim in {"monthly-savings", "annual-savings"}:
            found.setdefault(verdict.declared.at or "", {})[verdict.declared.claim] = verdict
    return found


def _declared(at: str, found: dict[str, Verdict]) -> Row:
    label = Markup("Total, as declared {}").format(small(at))
    return Row([label, _said(found.get("monthly-savings")), NOTHING, _said(found.get("annual-savings"))])


def _said(verdict: Verdict | None) -> Markup:
    return Markup("{} {}").format(text(verdict.declared.says), outcome_chip(verdict)) if verdict else NOTHING
