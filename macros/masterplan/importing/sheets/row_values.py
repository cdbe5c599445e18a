"""Cells of a row as fields of its part: read by the readers of labelled values, or else taken as they are."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache, lru_cache
from typing import Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from masterplan.importing import durations, fields, states, titles, words
from masterplan.importing.document import Row
from masterplan.importing.entries import LabelledText
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain
from masterplan.importing.reading import DATED, WORK, DraftPart, Reading, key
from masterplan.importing.sheets.tables import SheetTable, TableColumn
from masterplan.importing.tables import EMPTY_CELLS, Column, put_custom_field
from masterplan.model.cells import SHEETS, SheetKind, split_cell
from masterplan.model.part import PartField
from masterplan.model.quantity import Notation
from masterplan.model.risk import LEVELS

FindId = Callable[[str, str], str | None]
"""Finds the id of a part of a kind by a text that names it; None if the text names none."""

SHEET_OF: Mapping[str, SheetKind] = dict(
    zip(("sprint", "task", "phase", "milestone", "risk", "person"), SHEETS, strict=True)
)
"""Kind of sheet for each kind of part."""

_NOTATION = Notation(levels=LEVELS)
_STRICT = ConfigDict(strict=True)
_FIGURE = re.compile("0|[1-9][0-9]{0,8}")
_LENGTHS = {"effort", "duration", "capacity", "buffer"}
_SHARE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]{1,3})?) ?(%)?")
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,3})?")
_LINK = re.compile(r"([0-9.]{1,20})(?:FS|SS|FF|SF)(?: ?[+-].{1,20})?")
"""A predecessor with the type of its link and a lag, as project management programs write it: `3FS+1 day`."""

_SEPARATORS = str.maketrans(";\n、", ",,,")


def read_cells(  # noqa: PLR0913 - what the cells depend on
    reading: Reading, table: SheetTable, row: Row, part: DraftPart, find_id: FindId, *, others: Collection[int]
) -> None:
    """Read the cells of a row, except its name and the parts that contain it.

    `others` are columns for such parts with further names.
    """
    span = row.span
    taken = {column.position for column in (table.own, table.title, *table.parents) if column}.difference(others)
    taken |= _period(reading, table, row, part)
    for column in table.columns:
        text = column.cell(row)
        if column.position in taken or not text:
            continue
        if is_empty_cell(text):
            reading.ledger.take(span, text, f"{part}: {column.head}")
        elif column.is_type:
            _type(reading, part, text, span)
        elif not _take(reading, part, column, row, find_id) and part.kind != "person":
            _progress(reading, part, column, text, span)
            put_custom_field(reading, part, Column(column.position, column.head, column.field), text, row)


def _progress(reading: Reading, part: DraftPart, column: TableColumn, text: str, span: Span) -> None:
    """Set the state of work without one from its percentage."""
    share = _SHARE.fullmatch(text) if column.field == "progress" and part.kind in WORK else None
    if share and "state" not in part.values:
        done = float(share[1].replace(",", ".")) * (1 if share[2] or "%" in column.head else 100)
        reading.put(part, "state", states.state_of_share(done), span, "")


def is_empty_cell(text: str) -> bool:
    """Whether a cell means that there is no value: a dash, `n/a`."""
    return text.casefold() in EMPTY_CELLS


def put_title_cell(reading: Reading, part: DraftPart, title: str, span: Span) -> None:
    """Set the title in a cell; a current title that differs only in spelling stays."""
    if part.kind in {"risk", "person"}:
        reading.ledger.take(span, title, f"{part}: title")
    else:
        titles.put_title(reading, part, title, span)


def _take(reading: Reading, part: DraftPart, column: TableColumn, row: Row, find_id: FindId) -> bool:
    span, (label, cell) = row.span, _labelled(column, row.cells[column.position])
    is_relation = column.field in {"depends_on", "needed_by"}
    if is_relation and _read_dependencies(reading, part, LabelledText(span, column.field, cell), find_id):
        return True
    if fields.read(reading, part, LabelledText(span, label, cell)):
        return True
    kind = SHEET_OF[part.kind]
    names = (column.label.casefold().replace(" ", "_"), column.field or "")
    field = next((kind.fields[name] for name in names if name in kind.fields), None)
    if field is None or field.name == "title":
        return False
    value = value_of(field, cell, _NOTATION)
    if isinstance(value, list):
        for item in value:
            reading.add(part, field.name, item, span, item)
        return True
    return value is not None and reading.put(part, field.name, value, span, plain(cell))


def _labelled(column: TableColumn, cell: str) -> tuple[str, str]:
    """Label and text of a cell; a number below a header with a unit of time gets the unit, as 3 in `Estimate (days)`.

    Below `Hours` the number is an effort, below `Week` a week.
    """
    unit = _unit_of_time(column.head) if _NUMBER.fullmatch(cell) else None
    if unit and column.field == "when":
        return column.label, f"{unit} {cell}"
    if unit and (column.field in _LENGTHS or key(column.head) == f"{unit}s"):
        return column.label if column.field else "effort", f"{cell} {unit}s"
    return column.label, cell


@lru_cache(256)
def _unit_of_time(head: str) -> str | None:
    return next((unit for unit, _, _ in words.time_words().all(head)), None)


def value_of(field: PartField, cell: str, notation: Notation) -> Any:
    """A cell as the value of a field, as plan files with a notation write it; None if the field cannot have it."""
    texts = split_cell(cell)
    value: Any = tuple(texts) if field.many == "list" else cell
    adapter = _adapter(field)
    attempts = (value, int(cell)) if _FIGURE.fullmatch(cell) else (value,)
    for attempt in attempts:
        try:
            adapter.validate_python(attempt, context=notation.context)
        except ValidationError:
            continue
        return list(attempt) if isinstance(attempt, tuple) else attempt
    return None


@cache
def _adapter(field: PartField) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(field.part, include_extras=True)[field.name], config=_STRICT)


def _read_dependencies(reading: Reading, part: DraftPart, entry: LabelledText, find_id: FindId) -> bool:
    """Read a list of ids or titles as dependencies of a part, or as parts that depend on it; all must exist."""
    if part.kind not in WORK:
        return False
    items = [item.strip() for item in plain(entry.text.translate(_SEPARATORS)).split(",") if item.strip()]
    names = [link[1] if (link := _LINK.fullmatch(item)) else item for item in items]
    kinds = (part.kind, "task" if part.kind == "sprint" else "sprint")
    ids = [next((id_ for kind in kinds if (id_ := find_id(name, kind))), None) for name in names]
    if not ids or not all(ids) or not part.id:
        return False
    pairs = [(part.id, id_) if entry.label == "depends_on" else (id_, part.id) for id_ in ids if id_]
    if not all(reading.add_dependency(after, before) for after, before in pairs):
        return False
    reading.ledger.take(entry.span, plain(entry.text), f"{part}: {entry.label}")
    return True


def _type(reading: Reading, part: DraftPart, text: str, span: Span) -> None:
    """Read the kind of a row, as a label unless it is a word for one of the plan's kinds: `Bug`."""
    if words.unit_kind(text) is None and part.kind in WORK:
        reading.add(part, "labels", text, span, text)
    else:
        reading.ledger.take(span, text, str(part))


def _period(reading: Reading, table: SheetTable, row: Row, part: DraftPart) -> set[int]:
    """Read a first and a last day in two columns as a time window; returns the columns taken."""
    ends = [next((c for c in table.columns if c.field == name and c.cell(row)), None) for name in ("start", "end")]
    columns = [column for column in ends if column]
    if part.kind not in DATED or not columns:
        return set()
    days = [durations.day_of(reading, column.cell(row), row.line) for column in columns]
    if not all(days) or "when" in part.values:
        return set()
    first, last = days[0], days[-1]
    when = first if first == last else f"{first} to {last}" if len(days) > 1 and str(first) < str(last) else None
    text = " ".join(column.cell(row) for column in columns)
    is_taken = when is not None and reading.put(part, "when", when, row.span, text)
    return {column.position for column in columns} if is_taken else set()
