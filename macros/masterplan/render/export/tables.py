"""The plan as CSV tables: RFC 4180, UTF-8, a header line, and no cell that a spreadsheet would run as a formula.

They have the data of `plan.json`, one line for each thing. Several values in one cell are joined by `; `. The columns
that a table names come first, then those of all other plain fields of its things, so that a new field has a column.
"""

import io
from collections.abc import Iterator, Mapping
from csv import writer
from typing import Any, NamedTuple, get_args

from masterplan.model.custom import FieldOwner
from masterplan.render.export.data import Amount, WholePlan
from masterplan.render.records import Record

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")
"""How a cell begins that a spreadsheet takes for a formula, even in quotes; signs of full width count too."""


class Column(NamedTuple):
    """A column: its heading, and where in the data of a line its value is: `risk.level`, `../id` one level up."""

    heading: str
    path: str


class CsvTable(NamedTuple):
    """A table: where in `plan.json` the things are that have a line each, `sprints/metrics`, and its columns."""

    lines: str
    columns: tuple[Column, ...]


def _table(lines: str, *columns: tuple[str, str]) -> CsvTable:
    named = [Column(*column) for column in columns]
    paths = {column.path.partition(".")[0] for column in named}
    others = (name for name in _plain_fields(lines) if name not in paths)
    return CsvTable(lines, (*named, *(Column(name.replace("_", " "), name) for name in others)))


def _plain_fields(lines: str) -> Iterator[str]:
    """The fields that fit into a cell, of the things at a path of the data."""
    fields = WholePlan.model_fields
    for step in lines.split("/"):
        fields = next(kind for kind in _kinds(fields[step].annotation) if issubclass(kind, Record)).model_fields
    for name, field in fields.items():
        is_plain = not any(issubclass(kind, Record) and kind is not Amount for kind in _kinds(field.annotation))
        if is_plain and not field.exclude and name not in _TWICE:
            yield name


def _kinds(hint: Any) -> Iterator[type]:
    """The classes that a type is made of: `Amount` of `tuple[Amount, ...] | None`."""
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
"""Fields of the data that have the same value as another: what a metric shall read afterwards is its target."""

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
"""Every table by name."""


OWN_LINES: Mapping[str, FieldOwner] = {
    "sprints": "sprint", "sprints/tasks": "task", "sprints/risks": "risk", "phases": "phase", "milestones": "milestone",
    "risks": "risk",
}  # fmt: skip
"""The lines that have a column for each of the team's own fields, after all others; its id is the heading."""


def csv(table: CsvTable, whole: Mapping[str, Any]) -> str:
    """A table as CSV text; one without a line has its header."""
    stream = io.StringIO()
    lines = writer(stream, lineterminator="\r\n")
    own = [field["id"] for field in whole["plan"]["fields"] if OWN_LINES.get(table.lines) in field["of"]]
    lines.writerow([*(column.heading for column in table.columns), *map(safe, own)])
    for above, thing in _things(whole, table.lines):
        cells = [_value(above, thing, column.path) for column in table.columns]
        cells += [thing["fields"].get(id_) for id_ in own]
        lines.writerow(map(safe, map(_cell, cells)))
    return stream.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet runs: behind an apostrophe where it would."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _things(whole: Mapping[str, Any], path: str) -> Iterator[tuple[Any, Any]]:
    """Every object at a path of the data, each after the object that it is part of; null is none."""
    above, _, name = path.rpartition("/")
    for parent in (thing for _, thing in _things(whole, above)) if above else (whole,):
        value = parent[name]
        for thing in value if isinstance(value, list) else [value] if value else []:
            yield parent, thing


def _value(above: Any, thing: Any, path: str) -> Any:
    """What the data has at a path; None where a step of it is null."""
    value = above if path.startswith("../") else thing
    for step in path.removeprefix("../").split("."):
        value = None if value is None else value[step]
    return value


def _cell(value: Any) -> str:
    """A value as a cell: several values joined."""
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
    """Readings, days from one to another, and quantities as they are written."""
    match value:
        case {"metric": metric, "value": reading}:
            return f"{metric}: {_cell(reading)}"
        case {"first": first, "last": last}:
            return " to ".join(dict.fromkeys((str(first), str(last))))
        case {"text": text}:
            return str(text)
        case _:
            return "; ".join(f"{name}: {_cell(inner)}" for name, inner in value.items())
