"""The plan as sheets of a spreadsheet: one sheet for each kind of part, one row for each part.

Columns are named after the fields of the plan's files, so that a sheet can be read back. A cell has the same text as
the file. Fields too complex for a cell, such as metrics, are left out.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from masterplan.model.custom import FieldOwner
from masterplan.model.milestone import Milestone
from masterplan.model.part import Part, PartField, Path, fields_for_readers
from masterplan.model.plan import Phase, Plan
from masterplan.model.quantity import Quantity
from masterplan.model.risk import NamedRisk
from masterplan.model.scope import Criterion
from masterplan.model.sprint import Sprint
from masterplan.model.task import Dependency, Task, TaskDependency
from masterplan.model.team import Person

NONE = "none"
"""The cell of a list that is empty on purpose, such as `depends_on: []`."""

LONGEST_CELL = 32_767
"""The most characters that Excel allows in a cell."""

_SEPARATOR = "; "
_FIRST = ("id", "title", "name", "sprint", "group", "phase", "state", "owner", "effort", "points", "when", "depends_on")
_LISTED = {Criterion, Dependency, TaskDependency}
_ELSEWHERE = {"sprints"}
"""Fields that another sheet covers: each sprint names its phase, so phases need not list their sprints."""


class SheetKind(NamedTuple):
    """A kind of sheet: its name, the type of part in its rows, and the owner kind of its custom fields, if any.

    With `is_inside` the parts belong to a sprint, and each row names it.
    """

    name: str
    part: type[Part]
    of: FieldOwner | None
    is_inside: bool = False

    @property
    def one(self) -> str:
        """The name of one of its parts: `Sprint`, `Person`."""
        return "Person" if self.part is Person else self.name.removesuffix("s")

    @property
    def fields(self) -> Mapping[str, PartField]:
        """The fields that have a column, by name, in the order of the columns."""
        return _fields(self.part)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, without custom fields."""
        names = [*self.fields, *(["sprint"] if self.is_inside else [])]
        return tuple(sorted(names, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST)))


class SheetRow(NamedTuple):
    """A part of the plan as a row: its path, as in `Plan.places`, and all its cells by column, including empty ones."""

    path: Path
    part: Part
    cells: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """The key that identifies it in its sheet: its id, else its sprint and title."""
        return key_of(self.cells)

    def texts(self, name: str) -> list[str]:
        """The values of a list field, as texts."""
        return [_cell(item) for item in getattr(self.part, name) or ()]


SHEETS: tuple[SheetKind, ...] = (
    SheetKind("Sprints", Sprint, "sprint"),
    SheetKind("Tasks", Task, "task", is_inside=True),
    SheetKind("Phases", Phase, "phase"),
    SheetKind("Milestones", Milestone, "milestone"),
    SheetKind("Risks", NamedRisk, "risk", is_inside=True),
    SheetKind("Team", Person, None),
)
"""Every kind of sheet, in the order of a workbook."""


def key_of(cells: Mapping[str, str]) -> tuple[str, str]:
    """The key that identifies a row with these cells in its sheet: its id, else its sprint and title."""
    id_ = cells.get("id", "")
    return ("", id_) if id_ else (cells.get("sprint", ""), cells.get("title", ""))


def columns_of_sheet(plan: Plan, kind: SheetKind) -> tuple[str, ...]:
    """The columns of a sheet, custom fields last."""
    custom = [field.id for field in plan.custom_fields(kind.of)] if kind.of else []
    return (*kind.columns, *(id_ for id_ in custom if id_ not in kind.columns))


def rows_of_sheet(plan: Plan, kind: SheetKind) -> tuple[SheetRow, ...]:
    """The rows of a sheet, in the order of the plan."""
    columns = columns_of_sheet(plan, kind)
    rows = []
    for path, part, more in _parts(plan, kind.name):
        cells = _cells(kind, part) | more
        rows.append(SheetRow(path, part, {column: cells.get(column, "") for column in columns}))
    return tuple(rows)


def _in_one_cell(texts: list[str]) -> str:
    """Several texts in one cell, separated by semicolons, or by line breaks if one of them contains a semicolon."""
    return ("\n" if any(";" in text for text in texts) else _SEPARATOR).join(texts)


def split_cell(cell: str) -> list[str]:
    """The texts in a cell with several of them; the reverse of `_in_one_cell`."""
    texts = cell.split("\n") if "\n" in cell else cell.split(";")
    return [text.strip() for text in texts if text.strip()]


@cache
def _fields(part: type[Part]) -> Mapping[str, PartField]:
    fields = (field for field in fields_for_readers(part) if _fits_a_cell(field) and field.name not in _ELSEWHERE)
    return {field.name: field for field in fields}


def _fits_a_cell(field: PartField) -> bool:
    if field.many == "mapping":
        return False
    if field.inner is None:
        return True
    return field.inner in _LISTED if field.many == "list" else bool(field.inner.plain_text)


def _parts(plan: Plan, sheet: str) -> Iterator[tuple[Path, Part, dict[str, str]]]:
    """The parts of a sheet, each with its path and the cells that name its sprint or phase."""
    match sheet:
        case "Sprints":
            for id_, sprint in plan.sprints.items():
                phase = plan.phase_of.get(id_)
                yield ("sprints", id_), sprint, {"phase": phase.id} if phase else {}
        case "Tasks":
            for placed in plan.all_tasks:
                yield placed.path, placed.task, {"sprint": placed.sprint}
        case "Risks":
            yield from ((("risks", "risks", n), risk, {}) for n, risk in enumerate(plan.risks))
            for id_, sprint in plan.sprints.items():
                for n, risk in enumerate(sprint.risks):
                    yield ("sprints", id_, "risks", n), risk, {"sprint": id_}
        case "Team":
            yield from ((("team", "people", n), person, {}) for n, person in enumerate(plan.people))
        case _:
            name = sheet.lower()
            yield from (((name, name, n), part, {}) for n, part in enumerate(getattr(plan, name)))


def _cells(kind: SheetKind, part: Part) -> dict[str, str]:
    values = {name: (field, getattr(part, name)) for name, field in kind.fields.items()}
    cells = {
        name: NONE if value == () and field.default is None else _cell(value) for name, (field, value) in values.items()
    }
    custom = {id_: value[:LONGEST_CELL] for id_, value in (getattr(part, "fields", None) or {}).items()}
    return custom | cells


def _cell(value: Any) -> str:
    match value:
        case None:
            text = ""
        case tuple() | list():
            text = _in_one_cell([_cell(item) for item in value])
        case bool():
            text = "yes" if value else "no"
        case Quantity():
            text = value.text
        case Dependency():
            text = value.needs
        case Part():
            text = str(getattr(value, value.plain_text))
        case _:
            text = str(value)
    return text.replace("\r\n", "\n").strip()[:LONGEST_CELL]
