"""Tables with a row per part of the plan: each column is a field of the model or a custom field."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from pydantic import TypeAdapter

from masterplan.importing import claims, fields, states, titles, values, words
from masterplan.importing.columns import (
    has_unit_names,
    head_of_cell,
    head_of_row,
    title_column,
    unit_column,
    word_of_column,
)
from masterplan.importing.document import Block, Row
from masterplan.importing.entries import LabelledText
from masterplan.importing.headings import UnitHead, family_key, kind_of, read_head
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import WORK, DraftPart, Reading, key
from masterplan.load.custom import field_names
from masterplan.model.fields import Id
from masterplan.model.naming import slug
from masterplan.model.schema import CUSTOM_FIELD_OWNERS

EMPTY_CELLS = {"", "-", "–", "—", "n/a", "none", "tbd", "?"}
"""Cells without a value, in lower case."""

_PARTS = re.compile(r"\s*[,/]\s*(?:or\s+|and\s+)?")
_LONGEST_TEXT, _LONGEST_ID = 1_000, 32
_WORK_FIELDS = {"effort", "duration", "points", "state", "owner", "priority"}
_ID: TypeAdapter[object] = TypeAdapter(Id)
_BRACKETS_AT_END = re.compile(r"\s*\([^()]*\)$")
_ID_SUFFIX = "_cell"
"""Suffix for the id of a custom field that would have the name of a field of the model."""

_TITLE_LIKE = {None, "objective", "description"}
"""Fields of columns that may repeat the title: `Goal`."""

_GROUP_FIELDS = {None, "labels", "team", "title"}
"""Fields of columns that may group rows: `Theme`, `Area`."""

_CUSTOMIZABLE = {*CUSTOM_FIELD_OWNERS.values()}
"""Kinds of part with custom fields."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its position, its header as written, and the field that the header names, if any."""

    position: int
    head: str
    field: str | None


def read(reading: Reading, around: DraftPart, table: Block) -> bool:
    """Read a table of units of the plan, or of tasks of the surrounding sprint; returns whether it is one."""
    column = unit_column(table)
    parent = _column_of_sprints(reading, table)
    if parent is not None:
        task_column = next((n for n in range(parent) if has_unit_names(table, n)), None)
        sprints = {row.line: _sprint_of(reading, table, parent, row) for row in table.rows}
        if _rows_of_tasks(reading, table, task_column, sprints):
            return True
    if column is not None and _rows_of_units(reading, around, table, column):
        return True
    sprint = reading.sprint_of(around)
    arounds = dict.fromkeys((row.line for row in table.rows), around)
    return sprint is not None and around.kind != "task" and _rows_of_tasks(reading, table, column, arounds)


def read_labelled_rows(reading: Reading, part: DraftPart, table: Block) -> bool:
    """Read a table of two columns with a label and its value in each row, most of them of fields: `Owner | Ada`."""
    if any(len(row.cells) != 2 for row in table.rows):  # noqa: PLR2004 - a label and its value
        return False
    entries = [LabelledText(row.span, without_signs(plain(row.cells[0])), row.cells[1]) for row in table.rows]
    head, *others = entries
    names = [entry.field for entry in others if entry.label]
    is_list = len(others) > 1 and 2 * sum(name is not None for name in names) > len(others)
    if not is_list or len(set(others)) < len(others):
        return False
    count = sum(fields.read(reading, part, entry) for entry in (entries if head.field else others) if entry.text)
    if count and not head.field:
        take_heads(reading, table, part)
    return count > 0


def _column_of_sprints(reading: Reading, table: Block) -> int | None:
    """The column with the sprint of each row's task.

    It is not the first column, most of its cells name sprints, and a sprint appears more than once.
    """
    for column in range(1, len(table.rows[0].cells)):
        sprints = [_sprint_of(reading, table, column, row) for row in table.rows[1:]]
        ids = [sprint.id for sprint in sprints if sprint]
        if len(set(ids)) < len(ids) and len(ids) * 2 > len(sprints):
            return column
    return None


def _sprint_of(reading: Reading, table: Block, column: int, row: Row) -> DraftPart | None:
    """The sprint that a cell names, in a column whose header is a word for a unit."""
    cell = row.cell(column) if word_of_column(table, column) else ""
    head = head_of_cell(table, column, cell) if cell else None
    is_sprint = head is not None and reading.roles.of(head) == "sprint" and head.id in reading.draft.sprints
    return reading.sprint(head.id) if head and is_sprint else None


def columns_of(table: Block) -> tuple[Column, ...]:
    """Columns of a table."""
    return _columns(table.rows[0].cells)


@lru_cache(256)
def _columns(cells: tuple[str, ...]) -> tuple[Column, ...]:
    heads = map(plain, cells)
    return tuple(Column(n, head, _field(without_signs(head))) for n, head in enumerate(heads))


def _field(head: str) -> str | None:
    """The field that a header names; the first one if it names several: `Name, keywords, or description`."""
    if name := words.field_of(head):
        return name
    names = [words.field_of(part) for part in _PARTS.split(head)]
    return names[0] if all(names) else None


def _rows_of_units(reading: Reading, around: DraftPart, table: Block, column: int) -> bool:
    """Read rows about sprints, phases and milestones; returns whether there are any."""
    columns = columns_of(table)
    others = [other for other in columns if other.position != column]
    sparse = [other.position for other in others if _is_sparse(table, other)]
    phases = [other.position for other in others if kind_of(without_signs(other.head)) == "phase"]
    units = [(row, part, head) for row in table.rows[1:] for part, head in _unit(reading, around, table, column, row)]
    for row, part, head in units:
        reading.ledger.take(row.span, plain(row.cells[column]), str(part))
        if head.title:
            titles.take_title(reading, part, head, row.span)
    for row, part, _ in units:
        read_row(reading, part, table, row, without=(column, title_column(table, column), *sparse))
    for position in phases:
        _read_phases(reading, table, position, [(row, part) for row, part, _ in units if part.kind == "sprint"])
    for position in (position for position in sparse if position not in phases):
        for row, part, cell in _inherited(table, position, [(row, part) for row, part, _ in units]):
            put_custom_field(reading, part, columns[position], cell, row)
    if units:
        take_heads(reading, table, units[0][1])
        heads = [(c.position, c.head) for c in columns_of(table)]
        any(claims.read_total(reading, heads, row) for row in reversed(table.rows[1:]))
    return bool(units)


def _unit(
    reading: Reading, around: DraftPart, table: Block, column: int, row: Row
) -> Iterator[tuple[DraftPart, UnitHead]]:
    head = head_of_row(table, column, row)
    role = reading.roles.of(head) if head else None
    alias = reading.aliases.get((family_key(head), head.id)) if head else None
    if head and alias:
        yield reading.sprint(alias), head
        return
    part = titles.named_part(reading, head, role, around) if head and role and role != "group" else None
    if head and part:
        yield part, head


def _is_sparse(table: Block, column: Column) -> bool:
    """Whether each cell of a column also applies to the empty cells below it.

    The first cell is full, many are empty, and the column has names of groups rather than values of a field.
    """
    position = column.position
    if column.field not in _GROUP_FIELDS:
        return False
    cells = [row.cell(position).strip() for row in table.rows[1:]]
    return len(cells) > 2 and bool(cells[0]) and cells.count("") * 3 >= len(cells)  # noqa: PLR2004 - a group of two


def _inherited(table: Block, position: int, rows: list[tuple[Row, DraftPart]]) -> Iterator[tuple[Row, DraftPart, str]]:
    """Cells of a column by row; an empty cell has the text of the cell above."""
    cell, parts = "", {row.line: part for row, part in rows}
    for row in table.rows[1:]:
        cell = plain(row.cell(position)) if row.cell(position).strip() else cell
        if row.line in parts and cell:
            yield row, parts[row.line], cell


def _read_phases(reading: Reading, table: Block, position: int, rows: list[tuple[Row, DraftPart]]) -> None:
    """Put sprints into the phases that a column names by id or title."""
    for row, sprint, cell in _inherited(table, position, rows):
        head = head_of_cell(table, position, cell)
        phase = reading.phase_of(head.id if head else "", (head.title or cell) if head else cell)
        reading.join(sprint.id, phase)
        reading.ledger.take(row.span, cell, str(phase))


def _rows_of_tasks(reading: Reading, table: Block, column: int | None, arounds: Mapping[int, DraftPart | None]) -> bool:
    """Read rows as tasks, if they have ids or a column for tasks; returns whether it did.

    `arounds` maps the line of a row to the part that contains its task.
    """
    columns = columns_of(table)
    name = next(
        (c.position for c in columns if c.field in {"title", "tasks", "description"} and c.position != column), None
    )
    is_task = column is not None or any(kind_of(without_signs(c.head)) == "task" for c in columns[:2])
    if name is None and column is None and _is_counted(table):
        name, is_task = 1, True
    rows = [(row, around) for row in table.rows[1:] if (around := arounds[row.line])]
    if not is_task or name is None or not rows:
        return False
    for row, around in rows:
        if not _row_of_task(reading, around, table, row, (column, name)):
            return False
    take_heads(reading, table, rows[0][1])
    return True


def _is_counted(table: Block) -> bool:
    """Whether rows are numbered from 1, and a column after the second has a field of work such as effort."""
    numbers = [plain(row.cells[0]).strip(".") for row in table.rows[1:]]
    fields_ = [column.field for column in columns_of(table)]
    is_work = bool(_WORK_FIELDS.intersection(fields_[2:]))
    return is_work and fields_[1] is None and numbers == [f"{n}" for n in range(1, len(numbers) + 1)]


def _row_of_task(reading: Reading, around: DraftPart, table: Block, row: Row, columns: tuple[int | None, int]) -> bool:
    """Read a row as a task; `columns` are those of its id and its title."""
    column, name = columns
    cell = row.cell(column) if column is not None else ""
    head = read_head(cell) or (head_of_cell(table, column, cell) if column is not None and cell else None)
    task = reading.task(head.code, around, is_number=head.is_number) if head else reading.new_task(around)
    if task is None:
        return False
    if head and column is not None:
        reading.ledger.take(row.span, plain(cell), str(task))
        reading.continue_in(task, around, row.span, plain(cell))
    has_heading = head is not None and bool(reading.roles.title(head))
    title = "" if has_heading else plain(row.cell(name))
    if title:
        reading.put(task, "title", title, row.span, title)
    sprints = [c.position for c in columns_of(table) if _names_sprint(reading, table, c.position, row, task)]
    read_row(reading, task, table, row, without=(column, *sprints) if has_heading else (column, name, *sprints))
    return True


def _names_sprint(reading: Reading, table: Block, column: int, row: Row, task: DraftPart) -> bool:
    """Whether a cell names the sprint of a task; takes the cell if so."""
    sprint = _sprint_of(reading, table, column, row)
    if sprint is None or task.sprint is None or sprint.id != task.sprint.id:
        return False
    reading.ledger.take(row.span, plain(row.cells[column]), str(task))
    return True


def read_row(reading: Reading, part: DraftPart, table: Block, row: Row, *, without: Collection[int | None]) -> None:
    """Read the cells of a row as fields of a part; unknown columns become custom fields."""
    for column in columns_of(table):
        cell = row.cell(column.position)
        if column.position in without or plain(cell).casefold() in EMPTY_CELLS:
            continue
        title = str(part.values.get("title", ""))
        same = {key(title), key(_BRACKETS_AT_END.sub("", title))}
        is_repeated_title = column.field in _TITLE_LIKE and key(plain(cell)) in same
        may_be_title = is_repeated_title or column.field in {"title", "tasks"}
        if may_be_title and titles.put_title(reading, part, plain(cell), row.span):
            continue
        if column.field == "id" and part.kind == "risk" and values.fits(_ID, plain(cell)):
            reading.put(part, "id", plain(cell), row.span, plain(cell))
            continue
        if column.field == "id" and plain(cell).strip(".").isdecimal():
            reading.ledger.take(row.span, plain(cell), str(part))
            continue
        fields.read_links(reading, part, row.span, cell)
        entry = LabelledText(row.span, column.head, cell)
        if column.field == "progress" and states.note_share(reading, part, plain(cell)):
            put_custom_field(reading, part, column, cell, row)
            continue
        is_field = _is_state(reading, part, column, entry) or (
            column.field != "title" and fields.read(reading, part, entry)
        )
        if not is_field and part.kind in _CUSTOMIZABLE:
            put_custom_field(reading, part, column, cell, row)


def _is_state(reading: Reading, part: DraftPart, column: Column, entry: LabelledText) -> bool:
    """Read a remark that is only a state as the state of a part without one."""
    state = reading.state(entry.text) if column.field == "description" and part.kind in WORK else None
    is_whole = state is not None and key(state.text) == key(plain(entry.text)) and "state" not in part.values
    return bool(state and is_whole and reading.put(part, "state", state.value, entry.span, plain(entry.text)))


def put_custom_field(reading: Reading, part: DraftPart, column: Column, cell: str, row: Row) -> None:
    """Read a cell as the value of a custom field, which plan.yml declares for the column."""
    id_ = slug(column.head, "_")[:_LONGEST_ID].strip("_") or f"column_{column.position + 1}"
    id_ = f"{id_[: _LONGEST_ID - len(_ID_SUFFIX)]}{_ID_SUFFIX}" if id_ in _model_fields() else id_
    text = plain(cell)
    if len(text) > _LONGEST_TEXT:
        return
    custom_fields = reading.draft.plan.setdefault("fields", [])
    definition = next((field for field in custom_fields if field["id"] == id_), None)
    if definition is None:
        custom_fields.append(definition := {"id": id_, "title": column.head or id_, "of": []})
    if part.kind not in definition["of"]:
        definition["of"].append(part.kind)
    if part.values.setdefault("fields", {}).setdefault(id_, text) == text:
        reading.ledger.take(row.span, text, f"{part}: {id_}")


@cache
def _model_fields() -> frozenset[str]:
    """Names of the model's own fields, which no custom field may have."""
    return frozenset(name for part in CUSTOM_FIELD_OWNERS for name in field_names(part))


def take_heads(reading: Reading, table: Block, part: DraftPart) -> None:
    """Take the headers of a table as names of fields."""
    head = table.rows[0]
    reading.ledger.take(head.span, head.text, f"{part.kind}: columns")
