"""The plan as CSV tables: RFC 4180, UTF-8, a header line, and no cell that a spreadsheet would run as a formula.

They hold what `plan.json` holds, one line a thing. Several values in one cell are joined by `; `.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from masterplan.render.export.shapes import Amount, Span, Whole

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula, even in quotes; signs of full width count too."""

Cell = str | int | bool | date | Amount | Sequence[str] | None


class Table(NamedTuple):
    """The columns of a table, and what makes its lines."""

    columns: tuple[str, ...]
    lines: Callable[[Whole], Iterator[tuple[Cell, ...]]]


def csv_tables(whole: Whole) -> Mapping[str, str]:
    """Every table by name, also those without a line."""
    return {name: _written(table.columns, table.lines(whole)) for name, table in TABLES.items()}


def safe(text: str) -> str:
    """A text that no spreadsheet runs: behind an apostrophe where it would."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(columns: tuple[str, ...], lines: Iterable[tuple[Cell, ...]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in line] for line in lines)
    return stream.getvalue()


def _cell(value: Cell) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case str() | int() | date():
            text = str(value)
        case Amount():
            text = value.text
        case _:
            text = "; ".join(value)
    return safe(text)


def _weeks(span: Span) -> tuple[Cell, ...]:
    return span.first, span.last, span.starts, span.ends


def _sprints(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        yield (
            s.id, s.title, s.impact, s.phase, s.owner, s.effort, s.savings, s.saves, s.risk.level if s.risk else None,
            s.state, s.percent, s.ready, s.waits_for, s.started, s.done,
        )  # fmt: skip


def _dependencies(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        yield from ((s.id, each.sprint, each.strength, each.reason) for each in s.depends_on or ())


def _phases(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for phase in whole.phases:
        yield phase.id, phase.title, *_weeks(phase.weeks), phase.sprints, phase.percent


def _options(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for option in whole.options:
        for work in option.work:
            yield option.id, option.title, work.who, *_weeks(work.weeks), work.sprints, work.supports, work.task


def _metrics(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        yield from ((s.id, m.name, m.before, m.target, m.measured, m.outcome) for m in s.metrics)


def _risks(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        if s.risk:
            risk = s.risk
            yield s.id, risk.level, risk.likelihood, risk.impact, risk.owner, risk.description, risk.mitigation


def _rollback(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        if s.rollback:
            yield s.id, s.rollback.needed, s.rollback.trigger, s.rollback.steps


def _tests(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        yield from ((s.id, test.kind, test.text) for test in s.tests)


def _tasks(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        yield from ((s.id, task.title, task.done) for task in s.tasks)


def _documents(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for s in whole.sprints:
        yield from ((s.id, each.path, each.note, each.updated) for each in s.documents)


def _people(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for person in whole.people:
        yield person.id, person.name, person.role, person.skills


def _entries(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for e in whole.entries:
        measured = [f"{each.metric}: {each.value.text}" for each in e.measured]
        yield e.sprint, e.date, e.state, e.percent, e.tasks, measured, e.saves, e.updated, e.note, e.by


def _findings(whole: Whole) -> Iterator[tuple[Cell, ...]]:
    for f in whole.findings:
        yield f.rule, f.severity, f.path, f.line, f.column, f.subject, f.field, f.message, f.hint


_SPAN = ("first week", "last week", "starts", "ends")
TABLES: Mapping[str, Table] = {
    "sprints": Table(
        (
            "id", "title", "impact", "phase", "owner", "effort", "saves a month", "found to save", "risk", "state",
            "percent", "ready", "waits for", "started", "done",
        ),
        _sprints,
    ),
    "dependencies": Table(("sprint", "needs", "strength", "reason"), _dependencies),
    "phases": Table(("id", "title", *_SPAN, "sprints", "percent"), _phases),
    "options": Table(("option", "title", "who", *_SPAN, "sprints", "supports", "task"), _options),
    "metrics": Table(("sprint", "metric", "before", "target", "measured", "outcome"), _metrics),
    "risks": Table(("sprint", "level", "likelihood", "impact", "owner", "description", "mitigation"), _risks),
    "rollback": Table(("sprint", "needed", "trigger", "steps"), _rollback),
    "tests": Table(("sprint", "kind", "text"), _tests),
    "tasks": Table(("sprint", "task", "done"), _tasks),
    "documents": Table(("sprint", "path", "note", "updated"), _documents),
    "people": Table(("id", "name", "role", "skills"), _people),
    "entries": Table(
        ("sprint", "day", "state", "percent", "tasks", "measured", "saves a month", "updated", "note", "by"), _entries
    ),
    "findings": Table(
        ("rule", "severity", "file", "line", "column", "about", "field", "message", "hint"), _findings
    ),
}  # fmt: skip
"""Every table by name."""
