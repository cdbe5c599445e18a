"""A plan in a spreadsheet: rows are parts of the plan and columns are fields, as in the tables of a document.

Each row is a line of the ledger. Rows that no field takes become notes of the plan.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from masterplan.importing import claims, clues
from masterplan.importing.answers import Answers
from masterplan.importing.date_format import date_settings
from masterplan.importing.document import Row
from masterplan.importing.draft import Draft, Imported
from masterplan.importing.headings import UnitHead, as_id, read_head
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.leftovers import note_texts
from masterplan.importing.marks import plain
from masterplan.importing.owners import OwnerName
from masterplan.importing.reading import DraftPart, Reading, key
from masterplan.importing.risks import new_risk
from masterplan.importing.sheets import row_values
from masterplan.importing.sheets.spreadsheet import Sheet, lines_of, without_ignored
from masterplan.importing.sheets.tables import (
    RowKind,
    SheetTable,
    TableColumn,
    kind_of_word,
    looks_like_id,
    name_of,
    table_of,
)
from masterplan.importing.titles import complete_units, take_title
from masterplan.importing.units import Family, Roles
from masterplan.model.fields import ID_PATTERN

_ID = re.compile(ID_PATTERN)
_MOST_TOTAL_WORDS = 3
_BACKLOG = "Backlog"
_NAME_ROWS = 500
"""Rows that are searched for the words for sprints and phases."""

_HIDDEN = "the sheet is hidden"


def read_sheets(sheets: Sequence[Sheet], answers: Answers) -> Imported:
    """Draft of a plan in sheets, and the outcome of each row. Any sheets make a plan, even an empty one."""
    ledger = Ledger(*lines_of(sheets))
    tables = []
    for sheet, span in without_ignored(sheets, answers, ledger):
        table = None if sheet.is_hidden else table_of(sheet, span.first, answers)
        if sheet.is_hidden:
            ledger.refuse(span, _HIDDEN)
        elif table is not None:
            tables.append(table)
    dates = date_settings(ledger.lines, answers)
    roles = Roles(_family(tables, "sprint"), _family(tables, "phase"))
    reading = Reading(Draft(answers.plan_values), ledger, answers, roles, dates, is_year_guessed=answers.year is None)
    _SheetReader(reading, tables).read()
    _keep_leftovers(reading)
    return Imported(reading.draft, ledger)


def _family(tables: Sequence[SheetTable], kind: RowKind) -> Family:
    """Sprints or phases of the sheets, with the sheets' word for them."""
    columns = (c.word for table in tables for c in (*table.parents, *table.columns) if c.unit == kind)
    types = (
        column.cell(row)
        for table in tables
        for column in table.columns
        if column.is_type
        for row in table.rows
        if kind_of_word(column.cell(row)) == kind
    )
    heads = (head.word for table in tables for head in _names(table) if kind_of_word(head.word) == kind)
    word = next((word for words in (columns, types, heads) for word in words if word), kind.capitalize())
    return Family(kind, word, kind)


def _names(table: SheetTable) -> Iterator[UnitHead]:
    """Names of units in a table: in the sheet's name and in its rows."""
    heads = (name_of(column, row) for row in table.rows[:_NAME_ROWS] for column in (table.own, table.title))
    yield from (head for head in (table.head, *heads) if head)


class _RowName(NamedTuple):
    """Name of a row: the name as that of a unit, if it is written as one, the text of its cell, and the row's title."""

    head: UnitHead | None
    written: str
    title: str
    span: Span

    @property
    def id(self) -> str:
        """The row's id; empty without one."""
        if self.head:
            return self.head.code
        return as_id(self.written)


@dataclass
class _SheetReader:
    """Reader of the tables, in two passes: all parts of the plan in the rows, then the fields in their cells."""

    reading: Reading
    tables: Sequence[SheetTable]
    rows: list[tuple[SheetTable, Row, DraftPart]] = field(default_factory=list)
    codes: dict[tuple[str, str], str] = field(default_factory=dict)
    """Ids by kind and by a text that names one: the id as written, or the title."""
    ids: set[str] = field(default_factory=set)
    """All texts that may be ids."""
    others: dict[int, set[int]] = field(default_factory=dict)
    """Columns with a further sprint or phase of a row, by line; the first one contains the row's part."""
    numbers: set[str] = field(default_factory=set)
    """Ids of tasks that are numbers also used for sprints."""

    def read(self) -> None:
        self.numbers = {id_ for table in self.tables for id_ in _numbers_of_tasks(table)}
        self.ids = {as_id(t.own.cell(row)) for t in self.tables if t.own for row in t.rows}
        order = ["person", "phase", "sprint"]
        for table in sorted(self.tables, key=lambda table: [*order, table.kind].index(table.kind)):
            self._create_parts(table)
        self._take_plan_title()
        for table, row, part in self.rows:
            row_values.read_cells(self.reading, table, row, part, self._find_id, others=self.others.get(row.line, ()))
        complete_units(self.reading)
        self._name_units()

    def _find_id(self, text: str, kind: str) -> str | None:
        return self.codes.get((kind, key(text)))

    def _name_units(self) -> None:
        for name, family, default in (
            ("unit", self.reading.roles.sprint, "sprint"),
            ("group", self.reading.roles.phase, "phase"),
        ):
            word = family.word if family else default
            if family and family.ids and word.casefold() != default:
                self.reading.draft.plan[name] = {"one": word if word[:1].isupper() else word.capitalize()}

    def _take_plan_title(self) -> None:
        """Take a lone text above the first header as the plan's title."""
        above = [row for table in self.tables for row in table.above]
        texts = [cell for cell in above[0].cells if cell] if above else []
        if len(texts) == 1:
            title = plain(texts[0])
            self.reading.put(self.reading.plan, "title", title, Span(above[0].line, above[0].line), title)

    def _create_parts(self, table: SheetTable) -> None:
        """Create the part in each row; a row without a parent belongs to the unit above it."""
        ledger, head = self.reading.ledger, table.block.rows[0]
        ledger.take(head.span, head.text, f"{table.kind}: columns")
        above: dict[str, DraftPart] = {}
        if table.head:
            kind = kind_of_word(table.head.word) or "sprint"
            above[kind] = self._unit(kind, table.head.id, table.head.title)
        filled = {column.position: _filled(column, table.rows) for column in table.parents}
        for n, row in enumerate(table.rows):
            kind = self._kind(table, row)
            parents = self._parents(table, row, {p: cells[n] for p, cells in filled.items()}, kind)
            part = self._part(table, row, kind, parents if table.parents and not table.head else {**above, **parents})
            if part is None:
                claims.read_total(self.reading, [(column.position, column.head) for column in table.columns], row)
                continue
            self.rows.append((table, row, part))
            if part.kind in {"sprint", "phase"} and not table.head:
                above[part.kind] = part
                phase = parents.get("phase") or (above.get("phase") if not table.parents else None)
                if part.kind == "sprint" and phase:
                    self.reading.join(part.id, phase)

    def _kind(self, table: SheetTable, row: Row) -> RowKind:
        """Kind of a row.

        Epics are phases if the table also has a column of sprints, because an epic's tasks are in several sprints.
        """
        kind = table.kind_of_row(row)
        has_sprints = any(column.unit == "sprint" for column in table.parents)
        stated = next((column.cell(row) for column in table.columns if column.is_type), "")
        word = self.reading.roles.sprint.word if self.reading.roles.sprint else ""
        return "phase" if kind == "sprint" and has_sprints and stated and key(stated) != key(word) else kind

    def _parents(self, table: SheetTable, row: Row, cells: Mapping[int, str], kind: RowKind) -> dict[str, DraftPart]:
        """Sprint and phase that a row belongs to, created if missing."""
        parents: dict[str, DraftPart] = {}
        for column in table.parents:
            text = cells[column.position]
            if not text or row_values.is_empty_cell(text) or column.unit == kind:
                continue
            part = self._parent(column, text, kind)
            if part is not None and parents.setdefault(part.kind, part).id != part.id:
                self.others.setdefault(row.line, set()).add(column.position)
                continue
            self.reading.ledger.take(row.span, column.cell(row), f"{kind}: {column.unit or 'parent'}")
        if "sprint" in parents and "phase" in parents:
            self.reading.join(parents["sprint"].id, parents["phase"])
        return parents

    def _parent(self, column: TableColumn, text: str, kind: RowKind) -> DraftPart | None:
        existing = next((k for k in ("sprint", "phase") if (k, key(text)) in self.codes), None)
        unit = column.unit or existing or ("phase" if kind == "sprint" else "sprint")
        if unit not in {"sprint", "phase"} or (unit == kind):
            return None
        text = re.split(r"[\\/]", text)[-1].strip() or text
        head = read_head(text)
        if head and kind_of_word(head.word) == unit:
            return self._unit(unit, head.id, head.title, text)
        return self._unit(unit, text, "" if looks_like_id(text) else text, text)

    def _unit(self, kind: str, written: str, title: str, text: str = "") -> DraftPart:
        """The sprint or phase with an id or a title, created if missing."""
        units = self.reading.draft.sprints if kind == "sprint" else self.reading.draft.phases
        code = self.codes.get((kind, key(written)))
        id_ = code or (as_id(written) if looks_like_id(written) else _free_number(units))
        family = self.reading.roles.sprint if kind == "sprint" else self.reading.roles.phase
        if id_ not in units and family:
            units[id_] = {"id": id_}
            family.rows[id_] = 0
        word = f"{family.word} {id_}" if family else ""
        for name in filter(None, (written, title, text, word)):
            self.codes.setdefault((kind, key(name)), id_)
        part = self.reading.sprint(id_) if kind == "sprint" else self.reading.phase(id_)
        if title:
            part.values.setdefault("title", title)
        return part

    def _part(self, table: SheetTable, row: Row, kind: RowKind, around: Mapping[str, DraftPart]) -> DraftPart | None:
        """The part in a row, created if missing; None for a row that names nothing, or a total."""
        name = _name(table, row, kind)
        if name is None or _is_total(name):
            return None
        if kind in {"sprint", "phase"}:
            code = name.head.id if name.head else name.written or name.title
            part = self._unit(kind, code, "" if name.head and name.head.written in name.title else name.title)
        elif kind == "task":
            part = self._task(name, around or ({} if not table.parents else self._backlog()), needed=table.needed)
        else:
            part = self._other(kind, name, around)
        self.reading.ledger.take(name.span, name.head.written if name.head else name.written, str(part))
        if name.head and name.head.title:
            take_title(self.reading, part, name.head, name.span)
        if name.title and not (name.head and name.head.written in name.title):
            row_values.put_title_cell(self.reading, part, name.title, name.span)
        return part

    def _backlog(self) -> Mapping[str, DraftPart]:
        """The sprint for tasks without one, in a table where other tasks have one."""
        return {"sprint": self._unit("sprint", _BACKLOG, _BACKLOG)}

    def _task(self, name: _RowName, around: Mapping[str, DraftPart], *, needed: Collection[str]) -> DraftPart:
        """A new task in the surrounding sprint, or else in a sprint named after the phase, or in the first sprint.

        A task without an id gets one if other rows refer to its title, that is, if it is in `needed`.
        """
        sprint, phase = around.get("sprint"), around.get("phase")
        if sprint is None:
            sprint = (
                self._unit("sprint", phase.id, phase.values.get("title", ""))
                if phase
                else self._unit("sprint", "S1" if "1" in self.ids else "1", "")
            )
        code = f"T{name.id}" if name.id in self.reading.draft.sprints or name.id in self.numbers else name.id
        code = code or (_free_number(self.ids, "T") if key(name.title) in needed else "")
        self.ids.add(code)
        task = (self.reading.task(code, sprint) if code else None) or self.reading.new_task(sprint)
        for text in filter(None, (name.id, name.written, name.title)) if code else ():
            self.codes.setdefault(("task", key(text)), code)
        return task or sprint

    def _other(self, kind: RowKind, name: _RowName, around: Mapping[str, DraftPart]) -> DraftPart:
        """A new milestone, risk or person."""
        if kind == "milestone":
            return self.reading.milestone(name.id or f"M{len(self.reading.draft.milestones) + 1}")
        if kind == "risk":
            title = name.title or name.written
            part = new_risk(self.reading, around.get("sprint", self.reading.plan), title, name.span)
            part.values.update({"id": name.id} if name.id and name.title else {})
            return part
        if name.id and name.title:
            self.reading.draft.owners.setdefault(name.id, name.title)
        id_ = self.reading.owners.ids([OwnerName(name.title or name.written)])[0]
        return DraftPart("person", id_, self.reading.draft.team.setdefault(id_, {}))


def _name(table: SheetTable, row: Row, kind: RowKind) -> _RowName | None:
    """Name of a row; None for a row without one.

    A text that is not an id is the title, unless another column has titles.
    """
    written = table.own.cell(row) if table.own else ""
    title = table.title.cell(row) if table.title else ""
    head = read_head(written) if written else name_of(table.title, row)
    is_unit = (
        head and not head.about and (kind_of_word(head.word) == kind or (not head.word and looks_like_id(head.written)))
    )
    is_id = bool(table.own and table.own.field == "id" and _ID.fullmatch(as_id(written))) or looks_like_id(written)
    if written and not is_unit and not is_id:
        written, title = "", title or written
    return _RowName(head if is_unit else None, written, title, row.span) if written or title else None


def _is_total(name: _RowName) -> bool:
    """Whether a row is a total of the rows above it: `Total`, `Sum of hours`."""
    title = name.title or name.written
    return name.head is None and len(title.split()) <= _MOST_TOTAL_WORDS and "total" in clues.signals(title)


def _numbers_of_tasks(table: SheetTable) -> set[str]:
    """Ids of tasks in a table that are numbers, if sprints in the table have some of these numbers too."""
    if table.kind != "task" or table.own is None:
        return set()
    numbers = {cell for row in table.rows if (cell := table.own.cell(row)).isdecimal()}
    parents = {column.cell(row) for column in table.parents for row in table.rows}
    heads = (read_head(cell) for cell in parents)
    return numbers if numbers & (parents | {head.id for head in heads if head}) else set()


def _filled(column: TableColumn, rows: Sequence[Row]) -> list[str]:
    """Cells of a column; distinct names above empty cells, as in merged cells, apply to the cells below."""
    cells = [column.cell(row) for row in rows]
    names = [cell for cell in cells if cell]
    if not names or not cells[0] or len({*names}) < len(names) or len(names) == len(cells):
        return cells
    for n, cell in enumerate(cells):
        cells[n] = cell or cells[n - 1]
    return cells


def _free_number(listed: Iterable[str], lead: str = "") -> str:
    """The first number after `lead` that is not an id yet."""
    ids = {*listed}
    return next(id_ for n in range(1, len(ids) + 2) if (id_ := f"{lead}{n}") not in ids)


def _keep_leftovers(reading: Reading) -> None:
    """Keep rows that no field took as notes of the plan, titled by their sheet."""
    ledger = reading.ledger
    by_sheet: dict[str, list[int]] = {}
    for line in ledger.unread(Span(1, len(ledger.lines))):
        if not ledger.is_refused(line):
            by_sheet.setdefault(ledger.sheet(line), []).append(line)
    for sheet, unread in by_sheet.items():
        notes: list[dict[str, Any]] = reading.draft.plan.setdefault("notes", [])
        text = "\n".join(f"- {ledger.lines[line - 1]}" for line in unread)
        notes += [{"title": sheet or "Other rows", "text": part} for part in note_texts(text)]
        for line in unread:
            ledger.keep(Span(line, line), "plan: notes")
