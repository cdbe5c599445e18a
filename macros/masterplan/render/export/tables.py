"""The plan as CSV tables: RFC 4180, UTF-8, a header line, and no cell that a spreadsheet would run as a formula.

They contain the data of `plan.json`, a line for each record. Several values in one cell are joined by `; `. A table's
listed columns come first, then those of all other plain fields, so that a new field has a column automatically.
"""

import io
from collections.abc import Iterator, Mapping
from csv import writer
from typing import Any, NamedTuple, get_args

from masterplan.model.custom import FieldOwner
from masterplan.render.export.data import Amount, WholePlan
from masterplan.render.records import Record

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")
"""Prefixes that make a spreadsheet run a cell as a formula, even in quotes; full-width signs count too."""


class Column(NamedTuple):
    """A column: its heading, and the path of its value in a record: `risk.level`, `../id` of the parent record."""

    heading: str
    path: str


class CsvTable(NamedTuple):
    """A table: the path of its records in `plan.json`, such as `sprints/metrics`, and its columns."""

    lines: str
    columns: tuple[Column, ...]


def _table(lines: str, *columns: tuple[str, str]) -> CsvTable:
    named = [Column(*column) for column in columns]
    paths = {column.path.partition(".")[0] for column in named}
    others = (name for name in _plain_fields(lines) if name not in paths)
    return CsvTable(lines, (*named, *(Column(name.replace("_", " "), name) for name in others)))


def _plain_fields(lines: str) -> Iterator[str]:
    """The fields that fit into a cell, of the records at a path."""
    fields = WholePlan.model_fields
    for step in lines.split("/"):
        fields = next(kind for kind in _kinds(fields[step].annotation) if issubclass(kind, Record)).model_fields
    for name, field in fields.items():
        is_plain = not any(issubclass(kind, Record) and kind is not Amount for kind in _kinds(field.annotation))
        if is_plain and not field.exclude and name not in _TWICE:
            yield name


def _kinds(hint: Any) -> Iterator[type]:
    """The classes in a type, such as `Amount` in `tuple[Amount, ...] | None`."""
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for inner in get_args(hint):
        yield from _kinds(inner)


_WEEKS = (
    ("first week", "weeks.first"), ("last week", "weeks.last"), ("starts", "begins"), ("ends", "ends"),
)  # fmt: skip
_SPRINT = ("sprint", "../id")
_NAMED_RISK = (
    ("id", "id"), ("title", "title"), ("level", "level"), ("likelihood", "likelihood"), ("impact", "impact"),
    ("owner", "owner"), ("state", "state"), ("mitigation", "mitigation"), ("contingency", "contingency"),
    ("trigger", "trigger"), ("description", "description"),
)  # fmt: skip
_TWICE = {"after"}
"""Fields that duplicate another one: the value of a metric afterwards is its target."""

TABLES: Mapping[str, CsvTable] = {
    "sprints": _table(
        "sprints",
        ("id", "id"), ("title", "title"), ("impact", "impact"), ("phase", "phase"), ("owner", "owner"),
        ("effort", "effort"), ("saves a month", "savings"), ("found to save", "saves"), ("risk", "risk.level"),
        ("state", "state"), ("percent", "percent"), ("ready", "ready"), ("waits for", "waits_for"),
        ("started", "started"), ("done", "done"), ("when", "when"), ("begins", "begins"), ("ends", "ends"),
    ),
    "dependencies": _table(
        "sprints/depends_on", _SPRINT, ("needs", "sprint"), ("strength", "strength"), ("reason", "reason")
    ),
    "phases": _table(
        "phases", ("id", "id"), ("title", "title"), *_WEEKS, ("sprints", "sprints"), ("percent", "percent"),
        ("when", "when"),
    ),
    "milestones": _table(
        "milestones",
        ("id", "id"), ("title", "title"), ("state", "state"), ("when", "when"), ("due", "due"),
        ("reached on", "reached_on"), ("forecast", "forecast"), ("owner", "owner"), ("needs", "needs"),
        ("waits for", "waits_for"), ("before", "before"), ("decision", "gate.outcome"), ("decided by", "gate.by"),
        ("decided on", "gate.on"),
    ),
    "options": _table(
        "options/work",
        ("option", "../id"), ("title", "../title"), ("who", "who"), *_WEEKS, ("sprints", "sprints"),
        ("supports", "supports"), ("task", "task"), ("when", "when"),
    ),
    "metrics": _table(
        "sprints/metrics",
        _SPRINT, ("metric", "name"), ("before", "before"), ("target", "target"), ("measured", "measured"),
        ("outcome", "outcome"),
    ),
    "risks": _table(
        "sprints/risk",
        _SPRINT, ("level", "level"), ("likelihood", "likelihood"), ("impact", "impact"), ("owner", "owner"),
        ("description", "description"), ("mitigation", "mitigation"),
    ),
    "named-risks": _table("sprints/risks", _SPRINT, *_NAMED_RISK),
    "plan-risks": _table("risks", *_NAMED_RISK),
    "rollback": _table(
        "sprints/rollback", _SPRINT, ("needed", "needed"), ("trigger", "trigger"), ("steps", "steps")
    ),
    "tests": _table("sprints/tests", _SPRINT, ("kind", "kind"), ("text", "text")),
    "tasks": _table(
        "sprints/tasks",
        _SPRINT, ("task", "title"), ("done", "done"), ("id", "id"), ("group", "group"), ("owners", "owners"),
        ("effort", "effort"), ("points", "points"), ("state", "state"), ("priority", "priority"), ("needs", "needs"),
        ("labels", "labels"), ("when", "when"),
    ),
    "documents": _table("sprints/documents", _SPRINT, ("path", "path"), ("note", "note"), ("updated", "updated")),
    "people": _table("people", ("id", "id"), ("name", "name"), ("role", "role"), ("skills", "skills")),
    "entries": _table(
        "entries",
        ("sprint", "sprint"), ("day", "date"), ("state", "state"), ("percent", "percent"), ("tasks", "tasks"),
        ("measured", "measured"), ("saves a month", "saves"), ("updated", "updated"), ("note", "note"), ("by", "by"),
    ),
    "findings": _table(
        "findings",
        ("rule", "rule"), ("severity", "severity"), ("kind", "kind"),
        ("file", "path"), ("line", "line"), ("column", "column"),
        ("about", "subject"), ("field", "field"), ("message", "message"), ("hint", "hint"), ("units", "units"),
        ("cause", "cause"),
    ),
}  # fmt: skip
"""All tables by name."""


OWN_LINES: Mapping[str, FieldOwner] = {
    "sprints": "sprint", "sprints/tasks": "task", "sprints/risks": "risk", "phases": "phase", "milestones": "milestone",
    "risks": "risk",
}  # fmt: skip
"""The records with custom fields: each field has a column after all others, with its id as the heading."""


def csv(table: CsvTable, whole: Mapping[str, Any]) -> str:
    """A table as CSV text, from the data of `plan.json`; an empty table has only its header."""
    stream = io.StringIO()
    lines = writer(stream, lineterminator="\r\n")
    custom = [field["id"] for field in whole["plan"]["fields"] if OWN_LINES.get(table.lines) in field["of"]]
    lines.writerow([*(column.heading for column in table.columns), *map(safe, custom)])
    for parent, record in _records(whole, table.lines):
        cells = [_value(parent, record, column.path) for column in table.columns]
        cells += [record["fields"].get(id_) for id_ in custom]
        lines.writerow(map(safe, map(_cell, cells)))
    return stream.getvalue()


def safe(text: str) -> str:
    """Text that no spreadsheet runs as a formula: an apostrophe precedes one that it would run."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _records(whole: Mapping[str, Any], path: str) -> Iterator[tuple[Any, Any]]:
    """The records at a path of the data, each with its parent; a null is skipped."""
    above, _, name = path.rpartition("/")
    for parent in (record for _, record in _records(whole, above)) if above else (whole,):
        value = parent[name]
        for record in value if isinstance(value, list) else [value] if value else []:
            yield parent, record


def _value(parent: Any, record: Any, path: str) -> Any:
    """The value at a path of a record or its parent; None if a step of the path is null."""
    value = parent if path.startswith("../") else record
    for step in path.removeprefix("../").split("."):
        value = None if value is None else value[step]
    return value


def _cell(value: Any) -> str:
    """The text of a cell for a value."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return "; ".join(map(_cell, value))
        case dict():
            return _object(value)
        case _:
            return str(value)


def _object(value: Mapping[str, Any]) -> str:
    """The text for a reading, a range of days, a quantity or another object."""
    match value:
        case {"metric": metric, "value": reading}:
            return f"{metric}: {_cell(reading)}"
        case {"first": first, "last": last}:
            return " to ".join(dict.fromkeys((str(first), str(last))))
        case {"text": text}:
            return str(text)
        case _:
            return "; ".join(f"{name}: {_cell(inner)}" for name, inner in value.items())
