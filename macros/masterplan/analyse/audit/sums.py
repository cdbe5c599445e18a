"""Rules about figures: stated totals, improvements and table sums, compared with figures computed from the plan."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from masterplan.analyse.audit.claims import HINT, contradicted, on_claims
from masterplan.analyse.audit.claims_amounts import is_same, judge_improvement, outcomes_of_change
from masterplan.analyse.audit.judgement import Verdict, as_quantity, difference_in_words, outcome_of, stated_amount
from masterplan.analyse.audit.proportion import lacking
from masterplan.analyse.audit.rule import AreaRows, AuditInput, ClaimContext, Fault
from masterplan.analyse.figures import added, changes_of, planned_change
from masterplan.analyse.parts import Compared, listed
from masterplan.model.declared import Declared, Table
from masterplan.model.part import Path
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.sprint import Metric, Sprint
from masterplan.model.team import WorkingTime

_PERCENT = re.compile(
    r"(?<![\w.,])(?:[~<>]\s?|up to )?-?[0-9]+(?:[.,][0-9]+)?(?:\s?[-–]\s?[0-9]+(?:[.,][0-9]+)?)?\s?%", re.IGNORECASE
)

_WORD = re.compile(r"[^\W\d_]{4,}")


def _years(inputs: AuditInput) -> Iterator[Fault]:
    """Annual savings that are not twelve times the sprint's monthly savings, or those stated in the same place."""
    months = {_origin(v): v for v in inputs.verdicts if v.declared.claim == "monthly-savings"}
    for year in inputs.verdicts:
        if year.declared.claim != "annual-savings":
            continue
        if year.sprint is not None:
            yield from [contradicted(year, inputs.plan)] if year.outcome == "differs" else []
        elif _origin(year) in months:
            yield from _month_and_year(inputs.plan, year, months[_origin(year)])


def _origin(verdict: Verdict) -> tuple[Path, str | None]:
    """Part and place that a claim was taken from; the same for claims stated together."""
    return verdict.path[:-3], verdict.declared.at


def _month_and_year(plan: Plan, year: Verdict, month: Verdict) -> Iterator[Fault]:
    monthly, annual = (stated_amount(verdict.declared, plan.header.decimal) for verdict in (month, year))
    if (
        monthly.is_money
        and annual.is_money
        and outcome_of(annual, monthly.times(12, "year"), plan.calendar) == "differs"
    ):
        computed = monthly.times(12, "year").text
        declared = f"`{month.declared.says}` and `{year.declared.says}` are stated together"
        place = Compared(month.path, f"declared {month.declared.says}")
        message = f"{year.name}: {declared}, but twelve months add up to {computed}"
        yield Fault(year.path, message, "fix the month or the year", computed, (place,))


def _two_values(inputs: AuditInput) -> Iterator[Fault]:
    """Claims about one fact that state different values, if the plan has nothing to compute the fact from."""
    first: dict[tuple[object, ...], Verdict] = {}
    shared = _shared_facts(inputs.verdicts)
    for verdict in inputs.verdicts:
        if verdict.computed or (verdict.declared.claim == "improvement" and not verdict.declared.of):
            continue
        before = first.setdefault(_fact_key(verdict, shared), verdict)
        if before is not verdict and _disagree(inputs.plan, verdict, before):
            name = verdict.declared.of or verdict.declared.claim
            message = f"{name}: `{verdict.declared.says}` here, but `{before.declared.says}` elsewhere"
            place = Compared(before.path, f"declared {before.declared.says}")
            yield Fault(verdict.path, message, "fix whichever is wrong, or state it once", "", (place,))


def _shared_facts(verdicts: tuple[Verdict, ...]) -> set[str]:
    """Names of facts stated by at most one part besides the plan; if several parts state one, each means its own."""
    parts: dict[str, set[Path]] = defaultdict(set)
    for verdict in verdicts:
        if verdict.declared.claim == "fact":
            parts[_fact_name(verdict)] |= {verdict.path[:-3]} - {("plan",)}
    return {name for name, paths in parts.items() if len(paths) <= 1}


def _fact_name(verdict: Verdict) -> str:
    return " ".join((verdict.declared.of or "").casefold().split())


def _fact_key(verdict: Verdict, shared: Collection[str]) -> tuple[object, ...]:
    """Key of what a claim is about; claims with the same key are compared."""
    declared, name = verdict.declared, _fact_name(verdict)
    if declared.claim == "fact" and name in shared:
        return ("fact", name, declared.sprints)
    return (declared.claim, verdict.path[:-3], declared.sprints, name)


def _disagree(plan: Plan, one: Verdict, other: Verdict) -> bool:
    """Whether two claims contradict each other; texts without amounts do if their words differ.

    Amounts of different kinds, such as hours and points, cannot contradict each other.
    """
    days = {verdict.declared.day for verdict in (one, other)} - {None}
    if len(days) > 1:
        return True
    amount, before = (stated_amount(verdict.declared, plan.header.decimal) for verdict in (one, other))
    if amount.is_number and before.is_number:
        if amount.unit and before.unit and _kind(amount) != _kind(before):
            return False
        if amount.comparator == before.comparator and amount.ends == before.ends and amount.unit == before.unit:
            return False
        return "agrees" not in {outcome_of(amount, before, plan.calendar), outcome_of(before, amount, plan.calendar)}
    return one.declared.claim == "fact" and not is_same(amount.text, before.text)


def _kind(quantity: Quantity) -> str:
    """Kind of an amount: time, money, or its unit."""
    return "time" if quantity.is_duration else "money" if quantity.is_money else quantity.unit.casefold().rstrip("s")


def _impacts(inputs: AuditInput) -> Iterator[Fault]:
    """Improvements that the metrics contradict: declared ones, else the percentage in a sprint's impact."""
    yield from on_claims("improvement")(inputs)
    declared = {verdict.sprint for verdict in inputs.verdicts if verdict.declared.claim == "improvement"}
    for id_, sprint in inputs.plan.sprints.items():
        percentages = _PERCENT.findall(sprint.impact or "")
        if id_ in declared or len(percentages) != 1 or not _is_about_metrics(sprint):
            continue
        path = ("sprints", id_)
        value = as_quantity(percentages[0], inputs.plan.header.decimal)
        claim = Declared.model_construct(claim="improvement", says=sprint.impact or "", value=value)
        judged = judge_improvement(ClaimContext(inputs, path, sprint, claim))
        if judged.outcome == "differs":
            message = f"{inputs.name(id_)}: the impact is `{sprint.impact}`, but the metrics give {judged.computed}"
            yield Fault((*path, "impact"), message, HINT, judged.computed, judged.compared)


def _is_about_metrics(sprint: Sprint) -> bool:
    """Whether the impact shares a word with the name of a metric."""
    impact = set(_WORD.findall((sprint.impact or "").casefold()))
    return any(impact & set(_WORD.findall(metric.name.casefold())) for metric in sprint.metrics)


def _unmeasured(inputs: AuditInput) -> Iterator[Fault]:
    """Claimed improvements that no metric of the sprint measures."""
    for verdict in inputs.verdicts:
        of, sprint = verdict.declared.of, inputs.plan.sprints.get(verdict.sprint or "")
        if verdict.declared.claim != "improvement" or not of or sprint is None or not sprint.metrics:
            continue
        if not any(is_same(metric.name, of) for metric in sprint.metrics):
            measured = listed(map(_with_change, sprint.metrics))
            message = f"{verdict.name} states `{verdict.declared.says}`, but measures {measured}, not {of}"
            hint = f"add a metric for {of}, or state what is measured"
            places = (Compared((*_metric(sprint, n), "name"), metric.name) for n, metric in enumerate(sprint.metrics))
            yield Fault(verdict.path, message, hint, measured, tuple(places))


def _with_change(metric: Metric) -> str:
    """Name of a metric, with its planned change if it can be computed."""
    change = planned_change(metric)
    return f"{metric.name} ({change.text})" if change else metric.name


def _metric(sprint: Sprint, n: int) -> Path:
    return ("sprints", sprint.id, "metrics", n)


def _improvements(inputs: AuditInput) -> Iterator[tuple[Path, Metric, Quantity]]:
    """Stated improvements of metrics: path, metric, improvement."""
    for sprint in inputs.plan.sprints.values():
        for n, metric in enumerate(sprint.metrics):
            if metric.improvement:
                yield (
                    (*_metric(sprint, n), "improvement"),
                    metric,
                    as_quantity(metric.improvement, inputs.plan.header.decimal),
                )


def _improvement_differs(inputs: AuditInput) -> Iterator[Fault]:
    for path, metric, stated in _improvements(inputs):
        changes = changes_of(metric)
        outcomes = set(outcomes_of_change(stated, changes, inputs.plan.calendar))
        if outcomes == {"differs"}:
            moved = f"{metric.before.text} to {metric.after.text}"
            message = f"{metric.name}: {moved} is {changes[0].text}, not `{stated.text}`"
            after = Compared((*path[:-1], "after"), moved)
            yield Fault(path, message, "fix the improvement, or `before` and `after`", changes[0].text, (after,))


def _improvement_is_text(inputs: AuditInput) -> Iterator[Fault]:
    for path, metric, stated in _improvements(inputs):
        if not stated.is_number:
            change = planned_change(metric)
            computed = change.text if change else ""
            figure = f"; before and after give {computed}" if computed else ""
            message = f"{metric.name}: the improvement is `{stated.text}`, not a figure{figure}"
            yield Fault(path, message, "state the improvement as a figure, or remove it", computed)


def _wrong_way(inputs: AuditInput) -> Iterator[Fault]:
    for sprint in inputs.plan.sprints.values():
        for n, metric in enumerate(sprint.metrics):
            change = planned_change(metric) if metric.better else None
            if change is None or not metric.before.is_number:
                continue
            falls, rises = change.ends[0] > 0, change.ends[1] < 0
            if (metric.better == "lower" and rises) or (metric.better == "higher" and falls):
                message = (
                    f"{metric.name}: {metric.better} is better, but {metric.before.text} becomes {metric.after.text}"
                )
                before = Compared((*_metric(sprint, n), "before"), metric.before.text)
                yield Fault(
                    (*_metric(sprint, n), "after"), message, "fix `before` and `after`, or `better`", "", (before,)
                )


def _no_metric(inputs: AuditInput) -> Iterator[Fault]:
    return lacking(inputs, lambda s: bool(s.metrics), "metric", "add a metric with `before` and `after`")


def _no_savings(inputs: AuditInput) -> Iterator[Fault]:
    return lacking(inputs, lambda s: s.savings is not None, "savings", "add its savings, or $0 if it saves nothing")


def _currencies(inputs: AuditInput) -> Iterator[Fault]:
    """Savings in another currency than the first one, which cannot be added up; one fault for each currency."""
    amounts: list[tuple[Path, Quantity]] = [
        (("sprints", s.id, "savings", "monthly"), s.savings.monthly) for s in inputs.sprints if s.savings
    ]
    amounts += [(("entries", str(n), "saves"), e.saves) for n, e in enumerate(inputs.plan.entries) if e.saves]
    first: dict[str, Compared] = {}
    for path, saves in amounts:
        before = next(iter(first.values()), None)
        if saves.unit not in first:
            first[saves.unit] = Compared(path, saves.text)
            if before:
                message = f"Savings of {before.says} and {saves.text} cannot be added up"
                yield Fault(path, message, "state all savings in one currency", "", (before,))


class TableSum(NamedTuple):
    """A stated sum of a table, with the cells it should be the sum of."""

    path: Path
    name: str
    stated: Quantity
    cells: tuple[tuple[Path, Quantity], ...]


def _tables(inputs: AuditInput) -> Iterator[Fault]:
    """Stated sums of tables that differ from the sum of the cells."""
    for n, table in enumerate(inputs.plan.header.tables):
        for table_sum in sums_of(table, ("plan", "tables", n)):
            computed, stated = added_up(table_sum), table_sum.stated
            if computed and stated.is_number and not _adds_up(table_sum, computed, inputs.plan.calendar):
                distance = difference_in_words(stated, computed)
                message = f"{table.title}: `{table_sum.name}` adds up to {computed.text}, not {stated.text}"
                message += f" ({distance})" if distance else ""
                places = tuple(Compared(path, cell.text) for path, cell in table_sum.cells)
                yield Fault(table_sum.path, message, "fix the sum or the cells", computed.text, places)


_NOTHING = {"n/a", "na", "none", "nil", "free"}
_AVERAGE = re.compile(r"\b(?:avg|average|mean|median|min|max|ø)\b|ø|⌀", re.IGNORECASE)
_WHOLE = 100
"""Sum of all shares, in per cent; a column of shares with another total is an average, or not a sum at all."""


def added_up(table_sum: TableSum) -> Quantity | None:
    """Sum of the cells; None if a cell has words for an amount, or the cells are shares or rates, which have no sum."""
    texts = (cell.text.strip().casefold() for _, cell in table_sum.cells if not cell.is_number)
    if any(any(map(str.isalnum, text)) and text not in _NOTHING for text in texts):
        return None
    computed = added(cell for _, cell in table_sum.cells if cell.is_number)
    if computed is None or _AVERAGE.search(table_sum.stated.text):
        return None
    is_rate = not computed.is_money and any(cell.per for _, cell in table_sum.cells)
    is_share = computed.unit == "%" and table_sum.stated.high != _WHOLE
    return None if is_rate or is_share else computed


def _adds_up(table_sum: TableSum, computed: Quantity, time: WorkingTime) -> bool:
    """Whether a stated sum fits the cells, allowing for rounding, and for approximate cells."""
    stated = table_sum.stated
    if any(cell.comparator for _, cell in table_sum.cells):
        stated = replace(stated, comparator="~")
    if outcome_of(stated, computed, time) != "differs":
        return True
    is_exact = all(end == end.to_integral_value() for end in computed.ends)
    tolerance = len(table_sum.cells) if computed.unit == "%" else 0 if is_exact else 1  # in halves
    ends = zip(stated.ends, computed.ends, strict=True)
    return stated.unit in {"", computed.unit} and all(abs(one - other) * 2 <= tolerance for one, other in ends)


def sums_of(table: Table, path: Path = ()) -> Iterator[TableSum]:
    """Sums in the total row, and in the last column if that has the sums of the rows."""
    for column, (name, stated) in enumerate(zip(table.columns, table.total, strict=False)):
        cells = [(n, row.cells[column]) for n, row in enumerate(table.rows) if column < len(row.cells)]
        places = tuple(((*path, "rows", n, "cells", column), cell) for n, cell in cells)
        yield TableSum((*path, "total", column), name, stated, places)
    for n, row in enumerate(table.rows if table.sums_rows else ()):
        cells_path = (*path, "rows", n, "cells")
        *cells_before, stated = row.cells
        places = tuple(((*cells_path, column), cell) for column, cell in enumerate(cells_before))
        yield TableSum((*cells_path, len(places)), row.name, stated, places)


_row = AreaRows("sums")

CHECKS = (
    _row(
        "count-mismatch",
        "contradiction",
        "warning",
        "A stated number of sprints, phases or people differs from the actual number.",
        on_claims("sprints", "phases", "people"),
    ),
    _row(
        "total-mismatch",
        "contradiction",
        "warning",
        "A stated total of savings, effort or points differs from the sum over the sprints.",
        on_claims("monthly-savings", "annual-savings", "effort", "fact", where=lambda verdict: verdict.sprint is None),
    ).grouped_by("compared"),
    _row(
        "figure-mismatch",
        "contradiction",
        "warning",
        "A sprint's stated savings, effort or points differ from its fields.",
        on_claims("monthly-savings", "effort", "fact", where=lambda verdict: verdict.sprint is not None),
    ),
    _row(
        "annual-mismatch",
        "contradiction",
        "warning",
        "Annual savings are not twelve times the monthly savings.",
        _years,
    ),
    _row(
        "impact-mismatch",
        "contradiction",
        "warning",
        "A claimed improvement differs from what the metric shows.",
        _impacts,
    ),
    _row(
        "impact-unmeasured",
        "gap",
        "info",
        "No metric of the sprint measures a claimed improvement.",
        _unmeasured,
    ),
    _row(
        "improvement-mismatch",
        "contradiction",
        "warning",
        "A metric's improvement does not follow from its before and after.",
        _improvement_differs,
    ),
    _row("improvement-not-a-figure", "gap", "warning", "A metric's improvement is not a figure.", _improvement_is_text),
    _row("wrong-way", "contradiction", "warning", "A metric moves in the wrong direction.", _wrong_way),
    _row(
        "loose-range",
        "remark",
        "info",
        "A stated range is wider than the computed one.",
        on_claims(
            "monthly-savings",
            "annual-savings",
            "duration",
            "improvement",
            "effort",
            "fact",
            outcome="within",
        ),
    ),
    _row("two-values", "contradiction", "warning", "One fact is stated with two different values.", _two_values),
    _row(
        "table-sum",
        "contradiction",
        "warning",
        "A column or row of a table does not add up to its stated sum.",
        _tables,
    ),
    _row("mixed-currencies", "remark", "warning", "Savings in several currencies cannot be added up.", _currencies),
    _row("no-metric", "gap", "info", "A sprint has no metric, though most have one.", _no_metric),
    _row("no-savings", "gap", "info", "A sprint states no savings, though most do.", _no_savings),
)
