"""Rows of a spreadsheet for an existing plan: the part of each row, and its cells by the plan's columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from masterplan.importing.answers import Answers
from masterplan.importing.headings import read_head
from masterplan.importing.ledger import Ledger
from masterplan.importing.reading import key
from masterplan.importing.sheets.row_values import SHEET_OF
from masterplan.importing.sheets.spreadsheet import Sheet, without_ignored
from masterplan.importing.sheets.tables import SheetTable, TableColumn, table_of
from masterplan.model.cells import SheetKind, columns_of_sheet, key_of
from masterplan.model.plan import Plan

_PARENT_COLUMNS = {"sprint": "Tasks Risks", "phase": "Sprints"}
"""Columns with the containing part, and the sheets that have them."""


class GivenRow(NamedTuple):
    """A row of a spreadsheet: its kind, its line in the ledger, its cells by column, and the headers of these columns.

    `unknown` has a sentence for each cell in a column that the plan does not have.
    """

    kind: SheetKind
    line: int
    cells: Mapping[str, str]
    heads: Mapping[str, str]
    unknown: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Identifies the row among the rows of its kind."""
        return key_of(self.cells)

    @property
    def name(self) -> str:
        """The row's part as people call it: `Sprint 4`."""
        return f"{self.kind.one} {self.cells.get('id') or self.cells.get('title') or self.cells.get('name', '')}"


def given_rows(sheets: Sequence[Sheet], answers: Answers, ledger: Ledger, plan: Plan) -> list[GivenRow]:
    """Rows of all sheets that are parts of the plan; the ledger records why other rows are not."""
    rows: list[GivenRow] = []
    for sheet, span in without_ignored(sheets, answers, ledger):
        table = None if sheet.is_hidden else table_of(sheet, span.first, answers)
        if table is None:
            ledger.refuse(
                span, "the sheet is hidden" if sheet.is_hidden else "the sheet has no table with known columns"
            )
            continue
        head = table.block.rows[0]
        ledger.take(head.span, ledger.lines[head.line - 1], "columns")
        above = (row for row in table.above if row.cells)
        for row in above:
            ledger.refuse(row.span, "it is above the table")
        rows += _rows_of_table(table, ledger, plan)
    return rows


def _rows_of_table(table: SheetTable, ledger: Ledger, plan: Plan) -> Iterator[GivenRow]:
    for row in (row for row in table.rows if row.cells):
        kind = SHEET_OF[table.kind_of_row(row)]
        columns = dict(_columns(table, kind, plan))
        cells = {name: row.cell(column.position) for name, column in columns.items()}
        for name in ("id", "sprint", "phase"):
            if cells.get(name):
                cells[name] = _id(plan, kind, name, cells[name])
        if "title" not in cells and "name" in cells:
            cells["title"] = cells["name"]
        if not cells.get("id") and not cells.get("title"):
            ledger.refuse(row.span, "it has no id and no title")
            continue
        unused = [column for column in table.columns if column not in columns.values() and row.cell(column.position)]
        unknown = tuple(
            f"no field takes the column {column.head}: declare one in plan.yml, or name one with --map"
            for column in unused
        )
        yield GivenRow(kind, row.line, cells, {name: column.label for name, column in columns.items()}, unknown)


def _columns(table: SheetTable, kind: SheetKind, plan: Plan) -> Iterator[tuple[str, TableColumn]]:
    """Columns of a table that the plan has, by the plan's names for them; the first if several have one name."""
    taken: set[str] = set()
    for column in table.columns:
        name = _name(column, table, kind, plan)
        if name and name not in taken:
            taken.add(name)
            yield name, column


def _name(column: TableColumn, table: SheetTable, kind: SheetKind, plan: Plan) -> str | None:
    label = column.label.strip().casefold()
    custom_fields = {field.title.casefold(): field.id for field in plan.custom_fields(kind.of)} if kind.of else {}
    plan_columns = {name.casefold(): name for name in columns_of_sheet(plan, kind)}
    parent = next((name for name, sheets in _PARENT_COLUMNS.items() if kind.name in sheets.split()), None)
    parent_column = parent if parent and (column.unit == parent or column.is_parent) else None
    names = (
        plan_columns.get(label.replace(" ", "_")),
        custom_fields.get(label),
        "id" if column is table.own else None,
        ("name" if "name" in kind.fields else "title") if column is table.title else None,
        parent_column,
        column.field if column.field in kind.fields else None,
        "effort" if column.field == "duration" and "effort" in kind.fields else None,
    )
    return next(filter(None, names), None)


def _id(plan: Plan, kind: SheetKind, name: str, text: str) -> str:
    """Id of the sprint, phase or part of the row's kind that a text names; the text itself if it is new."""
    sprints = {id_: (plan.name(id_), sprint.title) for id_, sprint in plan.sprints.items()}
    phases = {phase.id: (plan.group_name(phase.id), phase.title) for phase in plan.phases}
    part = name if name != "id" else {"Sprints": "sprint", "Phases": "phase"}.get(kind.name, "")
    titles = sprints if part == "sprint" else phases if part == "phase" else {}
    if text in titles:
        return text
    ids = (id_ for id_, names in titles.items() if key(text) in {key(id_), *map(key, names)})
    head = read_head(text) if titles else None
    return next(ids, head.id if head and head.id in titles else text)
