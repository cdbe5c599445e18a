"""Applies rows of a sheet to the files of a plan: parts added, moved and removed, and cells as values of fields."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from masterplan.edit.alter import Alteration, Source
from masterplan.importing import fields
from masterplan.importing.answers import Answers
from masterplan.importing.date_format import date_settings
from masterplan.importing.draft import Draft
from masterplan.importing.entries import LabelledText
from masterplan.importing.fit import kind_of_file, sprint_path
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.owners import free_id, read_owners
from masterplan.importing.reading import DraftPart, PartKind, Reading
from masterplan.importing.sheets.row_values import SHEET_OF, value_of
from masterplan.importing.sheets.rows import GivenRow
from masterplan.importing.units import Roles
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.source import MAX_BYTES, parse
from masterplan.load.tree import Tree
from masterplan.load.writer import yaml_text
from masterplan.model.cells import NONE, SheetRow, split_cell
from masterplan.model.naming import slug
from masterplan.model.part import Path, fields_of
from masterplan.model.plan import Plan
from masterplan.model.quantity import Notation
from masterplan.model.scope import Criterion
from masterplan.model.sprint import Sprint

_NUMBERED = {"Sprints", "Team"}
"""Sheets whose new rows get an id if they have none."""

_PLACE_COLUMNS = {"id", "sprint", "phase"}
"""Columns with the id of a part, and with the part that contains it."""


class RefusalError(ValueError):
    """Reason why a cell or row cannot be applied, in words for the report."""


class PlanFiles:
    """Files of a plan while rows are applied to them. Paths start at the plan, as in `Plan.places`."""

    def __init__(self, tree: Tree, plan: Plan, answers: Answers) -> None:
        self._tree, self._plan, self._answers = tree, plan, answers
        self._open: dict[str, Alteration] = {}
        self._data: dict[str, Any] = {}
        self._new: dict[str, dict[str, Any]] = {}
        self._removed: set[str] = set()
        self._sprints: dict[str, str] = {}
        self._people: dict[str, str] = {}

    def contents(self) -> dict[str, bytes | None]:
        """Contents of changed files by path, None for removed ones. Raises RefusalError for YAML it cannot edit."""
        try:
            changed = {path: alteration.text().encode() for path, alteration in self._open.items()}
        except KeyError as error:
            raise RefusalError(f"{error.args[0]} is written in a form that cannot be edited") from None
        before = {path: self._tree.read(path, MAX_BYTES) for path in changed}
        new = {path: yaml_text(values, kind_of_file(path)).encode() for path, values in self._new.items()}
        return {
            **{path: content for path, content in changed.items() if content != before[path]},
            **new,
            **dict.fromkeys(sorted(self._removed)),
        }

    def add_people(self, row: GivenRow, current: SheetRow | None) -> list[str]:
        """Add people in a row's cells who are not in the team yet; returns a sentence for each."""
        columns = [name for name in row.cells if name in row.kind.fields and name not in _PLACE_COLUMNS]
        added = []
        for column in columns:
            text = row.cells[column]
            is_same = current is not None and text == current.cells.get(column)
            if row.kind.fields[column].refers == "owner" and not is_same:
                added += [self._add_person(name) for name in _names(text) if self._owner_of(name) is None]
        return [f"Person {id_}: added." for id_ in added if id_]

    def _add_person(self, name: str) -> str:
        """Add a person; returns the id, or nothing if the text is not a name."""
        owners = read_owners(name)
        if owners is None or [owner.name for owner in owners.value] != [name.removeprefix("@")]:
            return ""
        ids = {*self._plan.owners, *self._people}
        id_ = free_id(name, ids)
        self._people[id_] = owners.value[0].name
        self._append("team.yml", ("people",), {"id": id_, "name": self._people[id_]})
        return id_

    def add(self, row: GivenRow) -> str:
        """Add a row as a new part and return a sentence about it.

        Raises RefusalError for a row without a title, without a needed id, or of an unknown sprint.
        """
        name = "name" if "name" in row.kind.fields else "title"
        if not row.cells.get(name):
            raise RefusalError(f"a new {row.kind.one.lower()} needs a {name}")
        self._check_id(row)
        values = {}
        for column, text in row.cells.items():
            if text and column not in _PLACE_COLUMNS and (column in row.kind.fields or self._is_own(row, column)):
                values[column] = self.value(row, column, text)
        if row.kind.part is Sprint:
            self._add_sprint(row, values)
        else:
            id_ = row.cells.get("id", "") or (slug(values[name]) if row.kind.name == "Team" else "")
            values = ({"id": id_} if id_ else {}) | values
            self._append(*self._list_for(row), values)
        return f"{row.name}: added."

    def _check_id(self, row: GivenRow) -> None:
        """Raise RefusalError if a new part has an invalid id, or needs an id and has none."""
        id_, field = row.cells.get("id", ""), row.kind.fields["id"]
        if not id_ and field.needed and row.kind.name not in _NUMBERED:
            raise RefusalError(f"a new {row.kind.one.lower()} needs an id")
        if id_ and value_of(field, id_, Notation()) is None:
            raise RefusalError(f"{id_[:100]!r} is not a valid id: use at most 32 letters, digits and . _ -")

    def _add_sprint(self, row: GivenRow, values: dict[str, Any]) -> None:
        ids = {*self._plan.sprints, *self._sprints}
        id_ = row.cells.get("id") or next(str(n) for n in range(1, len(ids) + 2) if str(n) not in ids)
        taken = {path.lower() for path, _ in self._plan.places.files.values()} | {path.lower() for path in self._new}
        path = sprint_path(id_, str(values["title"]), taken)
        self._new[path] = {"id": id_} | values
        self._sprints[id_] = path
        if phase := row.cells.get("phase"):
            self._join(id_, phase, path)

    def _join(self, sprint: str, phase: str, path: str) -> None:
        """Add a sprint to a phase: in the phase's list, or in the sprint's own file if the phase does not exist yet."""
        position = next((n for n, other in enumerate(self._plan.phases) if other.id == phase), None)
        if position is None:
            self._new[path]["phase"] = phase
        else:
            self._append("phases.yml", ("phases", position, "sprints"), sprint)

    def _list_for(self, row: GivenRow) -> tuple[str, Path]:
        """The file and the list in it where a new part belongs."""
        sprint = row.cells.get("sprint", "") if row.kind.is_inside else ""
        if sprint in self._sprints:
            return self._sprints[sprint], (row.kind.name.lower(),)
        if sprint in self._plan.sprints:
            return self._place(("sprints", sprint))[0], (row.kind.name.lower(),)
        if sprint or row.kind.name == "Tasks":
            raise RefusalError(f"there is no {self._plan.unit.one.lower()} {sprint}".rstrip() + " for it")
        name = row.kind.name.lower()
        return f"{name}.yml", ("people",) if name == "team" else (name,)

    def _append(self, file: str, steps: Path, item: Any) -> None:
        path = file if "/" in file else f"{PLAN_FOLDER}/{file}"
        if path in self._new or self._tree.kind(path) == "missing":
            holder = self._new.setdefault(path, {})
            holder.setdefault(str(steps[-1]), []).append(item.value if isinstance(item, Source) else item)
        else:
            self._alteration(path).add(steps, item)

    def move(self, row: GivenRow, current: SheetRow) -> list[str]:
        """Move a part to the sprint or phase in its row; returns a sentence if it has moved."""
        column = "sprint" if row.kind.is_inside else "phase" if row.kind.part is Sprint else ""
        wanted = row.cells.get(column, current.cells.get(column, ""))
        if not column or wanted == current.cells[column]:
            return []
        if column == "phase":
            self._rejoin(row, current, wanted)
        else:
            target, steps = self._list_for(row)
            path, source = self._place(current.path)
            self._append(target, steps, self._alteration(path).source(source, _plain(self._value_at(path, source))))
            self._alteration(path).drop(source)
        return [f"{row.name}: moved to {column} {wanted}." if wanted else f"{row.name}: taken out of its {column}."]

    def _rejoin(self, row: GivenRow, current: SheetRow, phase: str) -> None:
        id_ = current.cells["id"]
        if phase and phase not in {other.id for other in self._plan.phases}:
            raise RefusalError(f"there is no {self._plan.group.one.lower()} {phase}")
        path, steps = self._place(current.path)
        if self._alteration(path).has((*steps, "phase")):
            self._alteration(path).remove((*steps, "phase"))
        self._remove_from_phases(id_)
        if phase:
            self._join(row.cells["id"], phase, path)

    def _remove_from_phases(self, sprint: str) -> None:
        for n, phase in enumerate(self._plan.phases):
            file, listed = self._place(("phases", "phases", n, "sprints"))
            if sprint in phase.sprints and self._alteration(file).has((*listed, phase.sprints.index(sprint))):
                self._alteration(file).drop((*listed, phase.sprints.index(sprint)))

    def drop(self, row: SheetRow) -> None:
        """Remove a part."""
        path, steps = self._place(row.path)
        if steps:
            self._alteration(path).drop(steps)
            return
        self._removed.add(path)
        self._remove_from_phases(row.cells["id"])

    def edit(self, row: GivenRow, current: SheetRow) -> tuple[list[str], list[str]]:
        """Set the fields whose cells differ; returns the changed fields, and the reasons for refused cells."""
        changed, refused = [], []
        for name, text in row.cells.items():
            if name in _PLACE_COLUMNS or text == current.cells.get(name, text):
                continue
            try:
                if self._set(row, current, name, text):
                    changed.append(name)
            except RefusalError as refusal:
                refused.append(str(refusal))
        return changed, refused

    def _set(self, row: GivenRow, current: SheetRow, name: str, text: str) -> bool:
        path, steps = self._place(current.path)
        file, place = self._alteration(path), (*steps, name)
        if self._is_own(row, name) and file.has((*steps, "fields", name)):
            place = (*steps, "fields", name)
        field = row.kind.fields.get(name)
        if field and field.inner and field.many == "one" and file.is_collection(place):
            place = (*place, field.inner.plain_text)
        if not text:
            if field and field.needed:
                raise RefusalError(f"{name} cannot be empty")
            if file.has(place):
                file.remove(place)
            return file.has(place)
        value = self.value(row, name, text)
        if field and field.many == "list":
            return self._set_list(current, name, value, place)
        if str(value) == current.cells[name]:
            return False
        file.set(place, value)
        return True

    def _set_list(self, current: SheetRow, name: str, value: Sequence[Any], place: Path) -> bool:
        """Set a list field; items that it already has stay as they are written."""
        path, _ = self._place(current.path)
        file, old = self._alteration(path), current.texts(name)
        new = [_text(item) for item in value]
        if new == old and (file.has(place) or getattr(current.part, name) is not None):
            return False
        kept = [n for n, text in enumerate(old) if text in new]
        is_added_to = [old[n] for n in kept] == new[: len(kept)]
        if not (file.is_collection(place) and old):
            is_one = len(value) == 1 and file.has(place) and not file.is_collection(place)
            file.set(place, value[0] if is_one else [*value])
        elif is_added_to and new:
            for n in range(len(old)):
                if n not in kept:
                    file.drop((*place, n))
            for item in value[len(kept) :]:
                file.add(place, item)
        else:
            raw = {text: _plain(item) for text, item in zip(old, self._value_at(path, place), strict=True)}
            file.set(place, [raw.get(text, item) for text, item in zip(new, value, strict=True)])
        return True

    def value(self, row: GivenRow, name: str, text: str) -> Any:
        """A cell as the value of a field. Raises RefusalError if the field cannot have it."""
        field = row.kind.fields.get(name)
        if field is None:
            return text
        if field.refers == "owner":
            return [self._owner(name) for name in _names(text)]
        if name == "depends_on":
            units = [] if text.casefold() == NONE else split_cell(text.replace(",", ";"))
            return [self._dependency(row, unit) for unit in units]
        if field.inner is Criterion:
            return split_cell(text)
        if field.inner:
            field = next(inner for inner in fields_of(field.inner) if inner.name == field.inner.plain_text)
        value = value_of(field, text, Notation(self._plan.header.decimal, self._plan.scale))
        value = self._read(row, name, text) if value is None else value
        value = value.get(field.name) if isinstance(value, dict) else value
        if value is None:
            raise RefusalError(f"{name} cannot be {text[:100]!r}")
        return str(value) if isinstance(value, int) and field.item is not int else value

    def _owner(self, text: str) -> str:
        id_ = self._owner_of(text)
        if id_ is None:
            raise RefusalError(f"nobody in team.yml is called {text[:100]!r}")
        return id_

    def _owner_of(self, text: str) -> str | None:
        """Id of a person, team or role, by id or name."""
        owners = {**self._plan.owners, **self._people}
        wanted = text.removeprefix("@").casefold()
        return next((id_ for id_, name in owners.items() if wanted in {id_.casefold(), name.casefold()}), None)

    def _dependency(self, row: GivenRow, text: str) -> Any:
        """A dependency on a sprint or task, as a part of this kind writes it."""
        ids = {**self._plan.sprints, **self._plan.tasks, **self._sprints}
        id_ = text if text in ids else text.removeprefix(self._plan.unit.one).strip()
        is_task = id_ in self._plan.tasks or (id_ not in ids and row.kind.name == "Tasks")
        is_plain = is_task == (row.kind.name == "Tasks")
        return id_ if is_plain else {"task" if is_task else "sprint": id_}

    def _read(self, row: GivenRow, name: str, text: str) -> Any:
        """A cell as the readers of documents understand it: `Erledigt` as done."""
        kind = cast("PartKind", next(kind for kind, sheet in SHEET_OF.items() if sheet is row.kind))
        dates = date_settings([text], self._answers)
        reading = Reading(Draft(), Ledger([text]), self._answers, Roles(None, None), dates, is_year_guessed=False)
        part = DraftPart(kind, "1", {})
        fields.read(reading, part, LabelledText(Span(1, 1), row.heads.get(name, name), text))
        return part.values.get(name)

    def _is_own(self, row: GivenRow, name: str) -> bool:
        return row.kind.of is not None and name in {field.id for field in self._plan.custom_fields(row.kind.of)}

    def _place(self, path: Path) -> tuple[str, Path]:
        """The file of a part, and the path from the file to the part."""
        for depth in (2, 1):
            file = self._plan.places.files.get(tuple(map(str, path[:depth])))
            if file:
                return file[0], path[depth:]
        raise RefusalError("no file of the plan contains it")

    def _alteration(self, path: str) -> Alteration:
        if path not in self._open:
            self._open[path] = Alteration(self._tree.read(path, MAX_BYTES).decode(), kind_of_file(path))
        return self._open[path]

    def _value_at(self, path: str, steps: Path) -> Any:
        if path not in self._data:
            self._data[path] = parse(self._tree.read(path, MAX_BYTES), path).data
        value = self._data[path]
        for step in steps:
            value = value[step]
        return value


def _names(text: str) -> list[str]:
    """Owners in a cell."""
    return split_cell(text.replace(",", ";"))


def _text(item: Any) -> str:
    """An item of a list as a cell writes it."""
    return str(next(iter(item.values()))) if isinstance(item, Mapping) else str(item)


def _plain(value: Any) -> Any:
    """A value from a file in a form that can be written: lists for tuples."""
    match value:
        case Mapping():
            return {name: _plain(item) for name, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
    return value
