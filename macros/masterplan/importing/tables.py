"""Tables whose rows are parts of the plan: their columns are fields, or become fields of the team's own."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from masterplan.importing import claims, fields, states, titles, words
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
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Owner, Reading, key
from masterplan.load.custom import names_of
from masterplan.model.naming import slug
from masterplan.model.schema import OWN_FIELDS

EMPTY_CELLS = {"", "-", "–", "—", "n/a", "none", "tbd", "?"}
"""Texts of cells, in lower case, that stand for no value."""

_PARTS = re.compile(r"\s*[,/]\s*(?:or\s+|and\s+)?")
_LONGEST, _LONGEST_ID = 1_000, 32
_OF_WORK = {"effort", "duration", "points", "state", "owner", "priority"}
_CELL = "_cell"
"""What the id of a column ends with where a part of the plan has a field of this name."""

_AGAIN = {None, "objective", "description"}
"""The fields of columns that may only say the title again: `Goal`."""

_OF_GROUPS = {None, "labels", "team", "title"}
"""The fields of columns that may group rows: `Theme`, `Area`."""

_OWNERS = {"sprint", "task", "phase", "milestone", "risk"}
"""The kinds of part that may have fields of the team's own."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its position, its head as it is written, and the field that this names, if any."""

    position: int
    head: str
    field: str | None


def read(reading: Reading, around: Owner, table: Block) -> bool:
    """Take a table whose rows are units of the plan, or tasks of the sprint it stands in; returns whether it is one."""
    column = unit_column(table)
    parent = _column_of_sprints(reading, table)
    if parent is not None:
        own = next((n for n in range(parent) if has_unit_names(table, n)), None)
        sprints = {row.line: _sprint_of(reading, table, parent, row) for row in table.rows}
        if _rows_of_tasks(reading, table, own, sprints):
            return True
    if column is not None and _rows_of_units(reading, around, table, column):
        return True
    sprint = reading.sprint_of(around)
    arounds = dict.fromkeys((row.line for row in table.rows), around)
    return sprint is not None and around.kind != "task" and _rows_of_tasks(reading, table, column, arounds)


def _column_of_sprints(reading: Reading, table: Block) -> int | None:
    """The column that names the sprint of each row's task: one in which sprints come twice, and not the first."""
    for column in range(1, len(table.rows[0].cells)):
        sprints = [_sprint_of(reading, table, column, row) for row in table.rows[1:]]
        ids = [sprint.id for sprint in sprints if sprint]
        if len(set(ids)) < len(ids) and len(ids) * 2 > len(sprints):
            return column
    return None


def _sprint_of(reading: Reading, table: Block, column: int, row: Row) -> Owner | None:
    """The sprint that a cell below a word for sprints names."""
    cell = row.cells[column] if column < len(row.cells) and word_of_column(table, column) else ""
    head = head_of_cell(table, column, cell) if cell else None
    is_sprint = head is not None and reading.roles.of(head) == "sprint" and head.id in reading.draft.sprints
    return reading.sprint(head.id) if head and is_sprint else None


def columns_of(table: Block) -> tuple[Column, ...]:
    """The columns of a table."""
    return _columns(table.rows[0].cells)


@lru_cache(256)
def _columns(cells: tuple[str, ...]) -> tuple[Column, ...]:
    heads = map(plain, cells)
    return tuple(Column(n, head, _field(without_signs(head))) for n, head in enumerate(heads))


def _field(head: str) -> str | None:
    """The field that a column's head names: the first of several, `Name, keywords, or description`."""
    if name := words.field_of(head):
        return name
    names = [words.field_of(part) for part in _PARTS.split(head)]
    return names[0] if all(names) else None


def _rows_of_units(reading: Reading, around: Owner, table: Block, column: int) -> bool:
    """Take rows that are about sprints, phases and milestones; returns whether any is."""
    columns = columns_of(table)
    sparse = [one.position for one in columns if one.position != column and _is_sparse(table, one)]
    phases = [one.position for one in columns if kind_of(without_signs(one.head)) == "phase" and one.position != column]
    known = [(row, owner, head) for row in table.rows[1:] for owner, head in _unit(reading, around, table, column, row)]
    for row, owner, head in known:
        reading.ledger.take(_line(row), plain(row.cells[column]), str(owner))
        if head.title:
            titles.take_title(reading, owner, head, _line(row))
    for row, owner, _ in known:
        read_row(reading, owner, table, row, without=(column, title_column(table, column), *sparse))
    for position in phases:
        _read_phases(reading, table, position, [(row, owner) for row, owner, _ in known if owner.kind == "sprint"])
    for position in (position for position in sparse if position not in phases):
        for row, owner, cell in _inherited(table, position, [(row, owner) for row, owner, _ in known]):
            own_field(reading, owner, columns[position], cell, row)
    if known:
        take_heads(reading, table, known[0][1])
        heads = [(c.position, c.head) for c in columns_of(table)]
        any(claims.read_total(reading, heads, row) for row in reversed(table.rows[1:]))
    return bool(known)


def _unit(reading: Reading, around: Owner, table: Block, column: int, row: Row) -> Iterator[tuple[Owner, UnitHead]]:
    head = head_of_row(table, column, row)
    role = reading.roles.of(head) if head else None
    other = reading.aliases.get((family_key(head), head.id)) if head else None
    if head and other:
        yield reading.sprint(other), head
        return
    owner = titles.owner_of(reading, head, role, around) if head and role and role != "group" else None
    if head and owner:
        yield owner, head


def _is_sparse(table: Block, column: Column) -> bool:
    """Whether a cell of a column stands for those below it that are empty: the first is full, and many are not.

    No values of a field are, such as efforts: only names of groups.
    """
    position = column.position
    if column.field not in _OF_GROUPS:
        return False
    cells = [row.cells[position].strip() if position < len(row.cells) else "" for row in table.rows[1:]]
    return len(cells) > 2 and bool(cells[0]) and cells.count("") * 3 >= len(cells)  # noqa: PLR2004 - a group of two


def _inherited(table: Block, position: int, rows: list[tuple[Row, Owner]]) -> Iterator[tuple[Row, Owner, str]]:
    """The cells of a column by row; an empty one is that above it."""
    cell, owners = "", {row.line: owner for row, owner in rows}
    for row in table.rows[1:]:
        cell = plain(row.cells[position]) if position < len(row.cells) and row.cells[position].strip() else cell
        if row.line in owners and cell:
            yield row, owners[row.line], cell


def _read_phases(reading: Reading, table: Block, position: int, rows: list[tuple[Row, Owner]]) -> None:
    """Put sprints into the phases that a column names, by id or by title."""
    for row, sprint, cell in _inherited(table, position, rows):
        head = head_of_cell(table, position, cell)
        phase = reading.phase_of(head.id if head else "", (head.title or cell) if head else cell)
        reading.join(sprint.id, phase)
        reading.ledger.take(_line(row), cell, str(phase))


def _rows_of_tasks(reading: Reading, table: Block, column: int | None, arounds: Mapping[int, Owner | None]) -> bool:
    """Take rows as tasks, each of what it stands in by its line: those with ids, or below a word for tasks."""
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
    """Whether rows are numbered from 1 on, and a column behind the second one says how big they are or how far."""
    numbers = [plain(row.cells[0]).strip(".") for row in table.rows[1:]]
    fields_ = [column.field for column in columns_of(table)]
    is_work = bool(_OF_WORK.intersection(fields_[2:]))
    return is_work and fields_[1] is None and numbers == [f"{n}" for n in range(1, len(numbers) + 1)]


def _row_of_task(reading: Reading, around: Owner, table: Block, row: Row, own: tuple[int | None, int]) -> bool:
    """Take a row as a task; `own` are the columns of its id and of its title."""
    column, name = own
    cell = row.cells[column] if column is not None and column < len(row.cells) else ""
    head = read_head(cell) or (head_of_cell(table, column, cell) if column is not None and cell else None)
    task = reading.task(head.code, around, is_number=head.is_number) if head else reading.new_task(around)
    if task is None:
        return False
    if head and column is not None:
        reading.ledger.take(_line(row), plain(cell), str(task))
        reading.continue_in(task, around, _line(row), plain(cell))
    has_heading = head is not None and bool(reading.roles.title(head))
    title = plain(row.cells[name]) if name < len(row.cells) and not has_heading else ""
    if title:
        reading.put(task, "title", title, _line(row), title)
    named = [c.position for c in columns_of(table) if _names_sprint(reading, table, c.position, row, task)]
    read_row(reading, task, table, row, without=(column, *named) if has_heading else (column, name, *named))
    return True


def _names_sprint(reading: Reading, table: Block, column: int, row: Row, task: Owner) -> bool:
    """Whether a cell names the sprint of a task, which it takes then."""
    sprint = _sprint_of(reading, table, column, row)
    if sprint is None or task.sprint is None or sprint.id != task.sprint.id:
        return False
    reading.ledger.take(_line(row), plain(row.cells[column]), str(task))
    return True


def read_row(reading: Reading, owner: Owner, table: Block, row: Row, *, without: Collection[int | None]) -> None:
    """Take the cells of a row as fields of the part it is about; unknown columns become fields of the team's own."""
    for column in columns_of(table):
        cell = row.cells[column.position] if column.position < len(row.cells) else ""
        if column.position in without or plain(cell).casefold() in EMPTY_CELLS:
            continue
        is_again = column.field in _AGAIN and key(plain(cell)) == key(str(owner.values.get("title", "")))
        may_be_title = is_again or column.field in {"title", "tasks"}
        if may_be_title and titles.put_title(reading, owner, plain(cell), _line(row)):
            continue
        if column.field == "id" and plain(cell).strip(".").isdecimal():
            reading.ledger.take(_line(row), plain(cell), str(owner))
            continue
        fields.read_links(reading, owner, _line(row), cell)
        entry = LabelledText(_line(row), column.head, cell)
        if column.field == "progress" and states.note_share(reading, owner, plain(cell)):
            own_field(reading, owner, column, cell, row)
            continue
        is_field = _is_state(reading, owner, column, entry) or (
            column.field != "title" and fields.read(reading, owner, entry)
        )
        if not is_field and owner.kind in _OWNERS:
            own_field(reading, owner, column, cell, row)


def _is_state(reading: Reading, owner: Owner, column: Column, entry: LabelledText) -> bool:
    """Take a remark that is nothing but a state as that of a part which has none."""
    state = reading.state(entry.text) if column.field == "description" and owner.kind in {"sprint", "task"} else None
    is_whole = state is not None and key(state.text) == key(plain(entry.text)) and "state" not in owner.values
    return bool(state and is_whole and reading.put(owner, "state", state.value, entry.span, plain(entry.text)))


def own_field(reading: Reading, owner: Owner, column: Column, cell: str, row: Row) -> None:
    """A cell as the value of a field that plan.yml declares for the column."""
    id_ = slug(column.head, "_")[:_LONGEST_ID].strip("_") or f"column_{column.position + 1}"
    id_ = f"{id_[: _LONGEST_ID - len(_CELL)]}{_CELL}" if id_ in _taken() else id_
    text = plain(cell)
    if len(text) > _LONGEST:
        return
    declared = reading.draft.plan.setdefault("fields", [])
    definition = next((one for one in declared if one["id"] == id_), None)
    if definition is None:
        declared.append(definition := {"id": id_, "title": column.head or id_, "of": []})
    if owner.kind not in definition["of"]:
        definition["of"].append(owner.kind)
    if owner.values.setdefault("fields", {}).setdefault(id_, text) == text:
        reading.ledger.take(_line(row), text, f"{owner}: {id_}")


@cache
def _taken() -> frozenset[str]:
    """The names of fields that parts have, so that none of the team's own can have them."""
    return frozenset(name for part in OWN_FIELDS for name in names_of(part))


def take_heads(reading: Reading, table: Block, owner: Owner) -> None:
    """Take the heads of a table as the names of fields."""
    row = table.rows[0]
    reading.ledger.take(_line(row), " ".join(map(plain, row.cells)), f"{owner.kind}: columns")


def _line(row: Row) -> Span:
    return Span(row.line, row.line)
