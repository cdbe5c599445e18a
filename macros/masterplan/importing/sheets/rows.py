"""The rows of a spreadsheet for a plan that is there: what part each is about, and its cells by the plan's columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from masterplan.importing.answers import Answers
from masterplan.importing.document import Row
from masterplan.importing.headings import read_head
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.reading import key
from masterplan.importing.sheets.row_values import SHEET_OF
from masterplan.importing.sheets.spreadsheet import Sheet, without_ignored
from masterplan.importing.sheets.tables import SheetTable, TableColumn, table_of
from masterplan.model.cells import SheetKind, columns_of_sheet, key_of
from masterplan.model.plan import Plan

_INSIDE = {"sprint": "Tasks Risks", "phase": "Sprints"}
"""The columns that say where a part belongs, with the sheets that have them."""


class GivenRow(NamedTuple):
    """A row of a spreadsheet: its kind, its line in the ledger, its cells by column, and the heads of these.

    `unknown` are sentences about cells in columns that the plan does not have.
    """

    kind: SheetKind
    line: int
    cells: Mapping[str, str]
    heads: Mapping[str, str]
    unknown: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it among the rows of its kind."""
        return key_of(self.cells)

    @property
    def name(self) -> str:
        """What people call its part: `Sprint 4`."""
        return f"{self.kind.one} {self.cells.get('id') or self.cells.get('title') or self.cells.get('name', '')}"


def given_rows(sheets: Sequence[Sheet], answers: Answers, ledger: Ledger, plan: Plan) -> list[GivenRow]:
    """The rows of all sheets that are parts of the plan; the ledger notes why others are none."""
    rows: list[GivenRow] = []
    first = 1
    for sheet in without_ignored(sheets, answers, ledger):
        span, first = Span(first, first + len(sheet.rows) - 1), first + len(sheet.rows)
        table = None if sheet.is_hidden else table_of(sheet, span.first, answers)
        if table is None:
            ledger.refuse(
                span, "the sheet is hidden" if sheet.is_hidden else "the sheet has no table with known columns"
            )
            continue
        head = table.block.rows[0]
        ledger.take(Span(head.line, head.line), ledger.lines[head.line - 1], "columns")
        above = (row for row in table.above if row.cells)
        for row in above:
            ledger.refuse(Span(row.line, row.line), "it stands above the table")
        rows += _rows_of_table(table, ledger, plan)
    return rows


def _rows_of_table(table: SheetTable, ledger: Ledger, plan: Plan) -> Iterator[GivenRow]:
    for row in (row for row in table.rows if row.cells):
        kind = SHEET_OF[table.kind_of_row(row)]
        columns = dict(_columns(table, kind, plan))
        cells = {name: _text(column, row) for name, column in columns.items()}
        for name in ("id", "sprint", "phase"):
            if cells.get(name):
                cells[name] = _id(plan, kind, name, cells[name])
        if "title" not in cells and "name" in cells:
            cells["title"] = cells["name"]
        if not cells.get("id") and not cells.get("title"):
            ledger.refuse(Span(row.line, row.line), "it has no id and no title")
            continue
        left = [column for column in table.columns if column not in columns.values() and _text(column, row)]
        unknown = tuple(
            f"no field takes the column {one.head}: declare one in plan.yml, or name one with --map" for one in left
        )
        yield GivenRow(kind, row.line, cells, {name: column.label for name, column in columns.items()}, unknown)


def _columns(table: SheetTable, kind: SheetKind, plan: Plan) -> Iterator[tuple[str, TableColumn]]:
    """The columns of a table that the plan has, by their names there; of several for one name the first."""
    taken: set[str] = set()
    for column in table.columns:
        name = _name(column, table, kind, plan)
        if name and name not in taken:
            taken.add(name)
            yield name, column


def _name(column: TableColumn, table: SheetTable, kind: SheetKind, plan: Plan) -> str | None:
    label = column.label.strip().casefold()
    own = {field.title.casefold(): field.id for field in plan.own_fields(kind.of)} if kind.of else {}
    known = {name.casefold(): name for name in columns_of_sheet(plan, kind)}
    inside = next((name for name, sheets in _INSIDE.items() if kind.name in sheets.split()), None)
    part_of = inside if inside and (column.unit == inside or column.is_parent) else None
    names = (
        known.get(label.replace(" ", "_")),
        own.get(label),
        "id" if column is table.own else None,
        ("name" if "name" in kind.fields else "title") if column is table.title else None,
        part_of,
        column.field if column.field in kind.fields else None,
        "effort" if column.field == "duration" and "effort" in kind.fields else None,
    )
    return next(filter(None, names), None)


def _text(column: TableColumn, row: Row) -> str:
    return row.cells[column.position] if column.position < len(row.cells) else ""


def _id(plan: Plan, kind: SheetKind, name: str, text: str) -> str:
    """The id of the sprint, the phase or the part of the row's own kind that a text names; the text for a new one."""
    sprints = {id_: (plan.name(id_), sprint.title) for id_, sprint in plan.sprints.items()}
    phases = {phase.id: (plan.group_name(phase.id), phase.title) for phase in plan.phases}
    of = name if name != "id" else {"Sprints": "sprint", "Phases": "phase"}.get(kind.name, "")
    listed = sprints if of == "sprint" else phases if of == "phase" else {}
    if text in listed:
        return text
    named = (id_ for id_, names in listed.items() if key(text) in {key(id_), *map(key, names)})
    head = read_head(text) if listed else None
    return next(named, head.id if head and head.id in listed else text)
