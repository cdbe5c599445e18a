"""Tables of figures: metrics before and after a sprint, and other tables that the plan keeps."""

from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter

from masterplan.importing import claims, values, words
from masterplan.importing.document import Block, Row
from masterplan.importing.entries import labelled_item
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import DraftPart, Reading
from masterplan.importing.tables import Column, columns_of, take_heads
from masterplan.model.fields import Line, Measure

_MEASURE: TypeAdapter[object] = TypeAdapter(Measure)
_LINE: TypeAdapter[object] = TypeAdapter(Line)
_RELATIONS = {"needed_by": "before", "depends_on": "after"}
"""Columns of a table of metrics by the relation that `Before` and `After` name elsewhere."""

_VALUE_HEAD = "Value"
"""Head of the only column of a table made from a list."""

_EMPTY = "–"
"""Text of an empty cell."""


def read_metrics(reading: Reading, part: DraftPart, table: Block) -> bool:
    """Read a table of values before and after, one metric a row, into the sprint that the row names.

    A row that names no sprint belongs to the sprint of the section. Returns whether any row was read.
    """
    columns = columns_of(table)
    fields = {column.field: column for column in reversed(columns)}
    if fields.keys() & {"metrics", "improvement"}:
        fields |= {name: fields[field] for field, name in _RELATIONS.items() if field in fields}
    if not {"before", "after"} <= fields.keys():
        return False
    name = _name_column(columns)
    count = sum(_read_metric(reading, part, row, fields, name) for row in table.rows[1:]) if name else 0
    if count:
        take_heads(reading, table, part)
        reading.take_heading(part, "metrics")
    return count > 0


def _name_column(columns: Sequence[Column]) -> Column | None:
    """Column with the names of the metrics: by its head, else the first column that is no other field."""
    metrics = (column for column in columns if column.field == "metrics")
    others = (column for column in columns if column.field in {None, "title"} and not words.unit_kind(column.head))
    return next(metrics, next(others, None))


def _read_metric(reading: Reading, part: DraftPart, row: Row, fields: dict[str | None, Column], name: Column) -> bool:
    cells = {field: _cell(row, column) for field, column in fields.items()}
    metric = {"name": _cell(row, name), "before": cells["before"], "after": cells["after"]}
    metric |= {"improvement": cells["improvement"]} if cells.get("improvement") else {}
    sprint = _sprint(reading, part, row)
    if sprint is None or not all(metric.values()) or not all(map(_is_measure, metric.values())):
        return False
    reading.add(sprint, "metrics", metric, row.span, " ".join(metric.values()))
    return True


def _sprint(reading: Reading, part: DraftPart, row: Row) -> DraftPart | None:
    """Sprint of a row: the only one that it names, else the one of the section; None if it names several."""
    ids = {r.id for cell in row.cells for r in values.references(plain(cell), reading.sprint_ids)}
    if len(ids) > 1:
        return None
    return reading.sprint(*ids) if ids else reading.sprint_of(part)


def read_figures(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a table as one of the plan's tables if most cells of a column are amounts."""
    title = reading.heading
    rows = list(_rows(block))
    if part.kind != "plan" or block.kind != "table" or not rows or not title:
        return False
    columns = [plain(cell) or _EMPTY for cell in block.rows[0].cells[1:]]
    if not _has_figures(title, rows, columns):
        return False
    sums = rows.pop() if len(rows) > 1 and claims.is_total(rows[-1][0]) else None
    value: dict[str, object] = {
        "title": title,
        "columns": columns,
        "rows": [{"name": name, "cells": cells} for name, cells in rows],
    }
    if sums:
        value["total"] = sums[1]
    for row in block.rows:
        reading.ledger.take(row.span, row.text, f"{part}: tables")
    reading.take_heading(part, "tables")
    part.values.setdefault("tables", []).append(value)
    return True


def read_measures(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list of measures with their target figures as one of the plan's tables."""
    entries = [labelled_item(item) for item in block.items]
    pairs = [(entry.label or "", plain(entry.text)) for entry in entries]
    has_parts = any(entry.blocks for entry in entries)
    if part.kind != "plan" or not pairs or has_parts or reading.is_in_header:
        return False
    is_fit = values.fits(_LINE, reading.heading) and all(
        values.fits(_LINE, name) and text and _is_measure(text) for name, text in pairs
    )
    if not is_fit or 2 * sum(any(map(str.isdecimal, text)) for _, text in pairs) < len(pairs):
        return False
    rows = [{"name": name, "cells": [text]} for name, text in pairs]
    for entry, (name, text) in zip(entries, pairs, strict=True):
        reading.ledger.take(entry.span, f"{name} {text}", f"{part}: tables")
    reading.take_heading(part, "tables")
    part.values.setdefault("tables", []).append({"title": reading.heading, "columns": [_VALUE_HEAD], "rows": rows})
    return True


def _rows(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Name and remaining cells of each row, cut or filled up to the width of the table."""
    width = len(block.rows[0].cells) if block.rows else 0
    for row in block.rows[1:]:
        cells = [plain(cell) or _EMPTY for cell in row.cells[:width]]
        cells += [_EMPTY] * (width - len(cells))
        yield without_signs(cells[0]) or cells[0], cells[1:]


def _has_figures(title: str, rows: Sequence[tuple[str, list[str]]], columns: Sequence[str]) -> bool:
    """Whether the model accepts the table and most cells of a column are amounts."""
    cells = [cell for _, row_cells in rows for cell in row_cells]
    texts = [title, *columns, *(name for name, _ in rows)]
    is_fit = all(map(_is_measure, cells)) and all(values.fits(_LINE, text) for text in texts)
    by_column = zip(*(row_cells for _, row_cells in rows), strict=True)
    return is_fit and any(
        2 * sum(claims.quantity_of(cell) is not None for cell in column) > len(column) for column in by_column
    )


def _is_measure(text: str) -> bool:
    return values.fits(_MEASURE, text)


def _cell(row: Row, column: Column) -> str:
    return without_signs(plain(row.cell(column.position)))
