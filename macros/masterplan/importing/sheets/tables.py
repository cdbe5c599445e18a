"""Tables in a spreadsheet: the header row, the contents of the columns, and the part of the plan in each row."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from masterplan.importing import words
from masterplan.importing.answers import Answers
from masterplan.importing.columns import word_of_column
from masterplan.importing.document import Block, Row
from masterplan.importing.headings import UnitHead, as_id, kind_of, read_head
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import key
from masterplan.importing.sheets.spreadsheet import Sheet
from masterplan.model.fields import ID_PATTERN

RowKind = Literal["sprint", "phase", "task", "milestone", "risk", "person"]
"""Kind of part that a row describes."""

_KINDS: Mapping[str, RowKind] = {
    "sprint": "sprint", "phase": "phase", "task": "task", "milestone": "milestone", "gate": "milestone", "risk": "risk",
}  # fmt: skip
_OF_TOPICS: Mapping[str, RowKind] = {
    "risks": "risk", "milestones": "milestone", "tasks": "task", "resources": "person", "roadmap": "sprint",
}  # fmt: skip
_RISK_FIELDS = {"likelihood", "impact", "mitigation", "contingency"}
"""Fields that only tables of risks have."""

_NAME_SEPARATOR = re.compile(r"[,;\n]")
_ID = re.compile(ID_PATTERN)
_LONGEST_ID = 16
_SHORTEST_WORD = 3
_HEADER_ROWS = 20
"""Rows that are searched for the header."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its position, its header as written, the label by which its cells are read, and their contents.

    `field` is the field that the label names, `unit` the kind of part whose names or ids the column has, `word` the
    word for that kind. With `is_type` the column has kinds of parts, with `is_parent` the part that contains each
    row's.
    """

    position: int
    head: str
    label: str
    field: str | None
    unit: RowKind | None
    word: str
    is_type: bool = False
    is_parent: bool = False

    def cell(self, row: Row) -> str:
        """The cell in a row, as text on one line."""
        return plain(row.cell(self.position))


@dataclass(frozen=True)
class SheetTable:
    """A sheet as a table. `above` has the rows before the header; `name` is the sheet's name.

    `own` is the column that names or numbers the rows, `title` the one with their titles, `parents` the ones with the
    parts that contain them. `kind` is the kind of rows that do not state their own.
    """

    name: str
    above: tuple[Row, ...]
    block: Block
    columns: tuple[TableColumn, ...]
    kind: RowKind
    own: TableColumn | None
    title: TableColumn | None
    parents: tuple[TableColumn, ...]

    @property
    def head(self) -> UnitHead | None:
        """The sprint or phase of all rows, if the sheet is named after one: `Sprint 3`."""
        head = read_head(self.name) if self.name else None
        return head if head and kind_of(head.word) in {"sprint", "phase"} else None

    @cached_property
    def needed(self) -> frozenset[str]:
        """Ids and titles in the columns of dependencies, each by its letters and digits."""
        columns = [column for column in self.columns if column.field in {"depends_on", "needed_by"}]
        cells = (column.cell(row) for column in columns for row in self.rows)
        return frozenset(key(name) for cell in cells for name in _NAME_SEPARATOR.split(cell))

    @property
    def rows(self) -> tuple[Row, ...]:
        """Rows below the header."""
        return self.block.rows[1:]

    def kind_of_row(self, row: Row) -> RowKind:
        """Kind of a row: as stated in its type column, or else by its name, or else the table's kind."""
        column = next((one for one in self.columns if one.is_type), None)
        stated = column.cell(row) if column else ""
        if stated:
            return kind_of_word(stated) or "task"
        head = name_of(self.own, row) or name_of(self.title, row)
        kind_of_name = kind_of_word(head.word) if head and head.word and not self.parents else None
        return kind_of_name or self.kind


def kind_of_word(word: str) -> RowKind | None:
    """Kind of rows that a word for a unit, or the name of a sheet, stands for."""
    kind = kind_of(word)
    return _KINDS.get(kind) if kind else None


def name_of(column: TableColumn | None, row: Row) -> UnitHead | None:
    """Name of a unit at the start of a cell."""
    return read_head(column.cell(row)) if column else None


def table_of(sheet: Sheet, first: int, answers: Answers) -> SheetTable | None:
    """A sheet as a table, whose first row is line `first` of the ledger; None for a sheet without a header."""
    rows = tuple(Row(first + n, row.cells) for n, row in enumerate(sheet.rows))
    mapped = {name.strip().casefold(): field for name, field in answers.columns.items()}
    header = max(range(min(len(rows), _HEADER_ROWS)), key=lambda n: (_score(rows[n], mapped), -n), default=None)
    if header is None or not _score(rows[header], mapped):
        return None
    block = Block("table", Span(rows[header].line, rows[-1].line), rows=rows[header:])
    columns = tuple(_columns(block, mapped))
    kind, own = _own_column(sheet.name, columns, block)
    if own and own.unit and not _has_ids(own, block):
        own = replace(own, field="title")
    title = next((c for c in columns if c.field in {"title", "description"} and c is not own), None)
    if own and own.field == "title":
        own, title = next((c for c in columns if c.field == "id"), None), own
    title = title or (next((c for c in columns if c.field == "tasks" and c is not own), None) if own is None else None)
    parents = _parents([column for column in columns if column is not own and column is not title], kind)
    return SheetTable(sheet.name, rows[:header], block, columns, kind, own, title, parents)


def _score(row: Row, mapped: Mapping[str, str]) -> int:
    """Number of cells in a row that name a field, unit or column; 0 for a row with a single cell."""
    cells = [plain(cell) for cell in row.cells if cell]
    count = sum(1 for cell in cells if _is_head(cell, mapped))
    return count if len(cells) > 1 else 0


def _is_head(cell: str, mapped: Mapping[str, str]) -> bool:
    named = without_signs(cell)
    is_known = cell.strip().casefold() in mapped or words.field_of(named) or words.unit_column_use(named)
    return bool(is_known or kind_of(named))


def _columns(block: Block, mapped: Mapping[str, str]) -> Iterator[TableColumn]:
    for position, cell in enumerate(block.rows[0].cells):
        head = plain(cell)
        label = mapped.get(head.strip().casefold(), without_signs(head))
        use = words.unit_column_use(label)
        word = word_of_column(block, position) if label == without_signs(head) else label
        unit = kind_of_word(word) if word and not _is_plural(word) else None
        unit = unit or ("sprint" if _names_sprints(block, position) else None)
        yield TableColumn(
            position, head, label, words.field_of(label), unit, word, is_type=use == "type", is_parent=use == "parent"
        )


def _names_sprints(block: Block, position: int) -> bool:
    """Whether all cells of a column name sprints, some of them repeatedly: the sprints of tasks."""
    cells = [re.split(r"[\\/]", row.cell(position))[-1] for row in block.rows[1:]]
    heads = [read_head(cell) for cell in cells if cell.strip()]
    names = [(head.word, head.id) for head in heads if head and not head.about and kind_of_word(head.word) == "sprint"]
    return len(set(names)) < len(names) == len(heads)


def _has_ids(column: TableColumn, block: Block) -> bool:
    """Whether at least half the cells of a column are ids or begin with the name of a unit, rather than titles."""
    cells = [cell for row in block.rows[1:] if (cell := column.cell(row))]
    return 2 * sum(looks_like_id(cell) or read_head(cell) is not None for cell in cells) >= len(cells)


def looks_like_id(text: str) -> bool:
    """Whether a text is an id rather than a word.

    An id is short and contains a digit, or it is a single letter or up to three capitals.
    """
    has_form = len(text) <= _LONGEST_ID and _ID.fullmatch(as_id(text)) is not None and " " not in text.strip()
    is_letters = len(text) <= _SHORTEST_WORD and (len(text) == 1 or not text.isalpha() or text.isupper())
    return has_form and (is_letters or any(character.isdecimal() for character in text))


def _is_plural(word: str) -> bool:
    unit = words.unit_kind(word)
    return unit is not None and unit.one != unit.many and word.casefold() == unit.many.casefold()


def _own_column(sheet: str, columns: Sequence[TableColumn], block: Block) -> tuple[RowKind, TableColumn | None]:
    """Kind of a table's rows, and the column that names or numbers them."""
    id_ = next((c for c in columns if c.field == "id" and not c.unit), None)
    kind = _kind_of_sheet(sheet)
    if kind:
        return kind, next((c for c in columns if c.unit == kind), id_) or id_
    return next(_by_columns(columns, id_, block))


def _by_columns(
    columns: Sequence[TableColumn], id_: TableColumn | None, block: Block
) -> Iterator[tuple[RowKind, TableColumn | None]]:
    """The same for a sheet whose name is not a kind: the readings of its columns, the best first."""
    units = {c.unit: c for c in reversed(columns) if c.unit}
    first = next((c for c in columns if c.unit or c.field in {"id", "title"}), None)
    if {c.field for c in columns} & _RISK_FIELDS and "risk" in units and first is units["risk"]:
        yield "risk", units["risk"]
    if "task" in units:
        yield "task", units["task"]
    kinds: tuple[RowKind, ...] = ("sprint", "phase")
    for kind in kinds:
        column = units.get(kind)
        if column and (column is first or not id_) and _is_distinct(column, block):
            yield kind, column
    if "sprint" in units or any(c.is_parent for c in columns):
        yield "task", id_
    if "milestone" in units:
        yield "milestone", units["milestone"]
    yield "sprint", id_


def _kind_of_sheet(name: str) -> RowKind | None:
    """Kind of rows by the sheet's name: `Tasks`, `Risks`, `Team`; tasks for a sheet named after a sprint."""
    head = read_head(name) if name else None
    if head and kind_of(head.word) in {"sprint", "phase"}:
        return "task"
    topic = words.topic(name) or ""
    person: RowKind | None = "person" if words.field_of(name) in {"team", "owner"} else None
    return kind_of_word(name) or _OF_TOPICS.get(topic) or person


def _can_contain(unit: RowKind | None, kind: RowKind) -> bool:
    """Whether a part of the kind `unit` can contain parts of the kind `kind`."""
    return unit in {"task": {"sprint", "phase"}, "risk": {"sprint"}, "sprint": {"phase"}}.get(kind, set())


def _parents(columns: Sequence[TableColumn], kind: RowKind) -> tuple[TableColumn, ...]:
    """Columns with the parts that contain each row's part; next to a column `Sprint`, `Epic` is none of them."""
    parents = [column for column in columns if column.is_parent or _can_contain(column.unit, kind)]
    has_sprints = any(key(column.word) == "sprint" for column in parents)
    is_other = {c for c in parents if has_sprints and c.unit == "sprint" and key(c.word) != "sprint"}
    return tuple(column for column in parents if column not in is_other)


def _is_distinct(column: TableColumn, block: Block) -> bool:
    """Whether a column has a different name in each row, and most rows have one."""
    names = [name for row in block.rows[1:] if (name := column.cell(row))]
    most = max(Counter(names).values(), default=0)
    return most == 1 and 2 * len(names) > len(block.rows) - 1
