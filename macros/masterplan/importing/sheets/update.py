"""Update of an existing plan from a spreadsheet: parts are matched by id, and only edited cells change the plan.

Each row is compared with the row that an export of the plan has for the same part. So an exported sheet without edits
changes nothing, whatever a spreadsheet program did to dates and numbers. Fields and parts missing from the sheet stay.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from masterplan.edit.editing import Overlay, editing, schema_line, write_files
from masterplan.errors import UsageError
from masterplan.importing.answers import Answers
from masterplan.importing.draft import Draft, Imported
from masterplan.importing.import_file import ImportFile
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.sheets.plan_rows import PlanFiles, RefusalError
from masterplan.importing.sheets.rows import GivenRow, given_rows
from masterplan.importing.sheets.spreadsheet import Sheet, lines_of
from masterplan.importing.writing import Written, has_plan_files
from masterplan.load.loader import load, load_part
from masterplan.load.tree import Folder
from masterplan.model.cells import SHEETS, SheetRow, rows_of_sheet
from masterplan.model.part import Part
from masterplan.model.part import Path as PartPath
from masterplan.model.plan import Plan

_ADDED_FIRST = {"Team", "Phases"}
"""Sheets whose new rows other rows may refer to."""

RowAction = Callable[[PlanFiles, GivenRow, SheetRow | None], Iterable[str]]
"""Applies a row, given the current row of its part; returns the changes in sentences."""


class SheetUpdate(NamedTuple):
    """Result of an update: the rows read, the files written, and each change in a sentence."""

    imported: Imported
    written: Written
    changes: tuple[str, ...]


def _is_export(sheets: Sequence[Sheet]) -> bool:
    """Whether sheets come from `masterplan export xlsx`: the columns of each are those of a kind of part."""
    heads = [{*sheet.rows[0].cells} for sheet in sheets if sheet.rows and not sheet.is_hidden]
    kinds = [{*kind.columns} for kind in SHEETS]
    return bool(heads) and all(
        any("id" in head and len(head & kind) * 2 > len(kind) for kind in kinds) for head in heads
    )


def is_update(root: Path, sheets: Sequence[Sheet], memory: ImportFile) -> bool:
    """Whether an import of sheets updates the plan in `root`: the team's own, or one exported to the sheets."""
    return has_plan_files(root) and (not memory.files or _is_export(sheets))


def update(
    root: Path, sheets: Sequence[Sheet], answers: Answers, *, prune: bool = False, dry: bool = False
) -> SheetUpdate:
    """Update the plan in `root` from sheets; with `prune`, parts without a row are removed.

    A part counts as missing only if there is a sheet for its kind. Raises UsageError, and writes nothing, if the plan
    is missing or invalid, or if the changes would make it invalid.
    """
    with editing(root) as plan:
        ledger = Ledger(*lines_of(sheets))
        rows = given_rows(sheets, answers, ledger, plan)
        work = _Update(root, plan, answers)
        work.apply_rows(rows)
        missing = work.missing(rows)
        if prune:
            work.drop(missing)
        work.note(rows, ledger)
        if not dry:
            write_files(root, work.files)
    stays = () if prune else tuple(f"{name} is not in the sheet and stays; --prune removes it." for name in missing)
    written = tuple(path for path, content in work.files.items() if content is not None)
    removed = tuple(path for path, content in work.files.items() if content is None)
    return SheetUpdate(Imported(Draft(), ledger), Written(work.plan, written, removed, {}, ()), (*work.changes, *stays))


@dataclass
class _Update:
    """A plan while rows change it. `files` are those that differ from the disk, None for a removed one."""

    root: Path
    plan: Plan
    answers: Answers
    files: dict[str, bytes | None] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    refused: dict[int, list[str]] = field(default_factory=dict)
    edited: dict[PartPath, set[str]] = field(default_factory=dict)
    before: set[tuple[str, tuple[str, str]]] = field(default_factory=set)
    renamed: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Cache the files that are read."""
        self._cached_load_part = cache(load_part)

    def apply_rows(self, all_rows: Sequence[GivenRow]) -> None:
        """Add new parts, first those that others may refer to, then move parts, and finally set fields.

        If several rows are about one part, the first counts.
        """
        first: dict[tuple[str, tuple[str, str]], GivenRow] = {}
        for row in all_rows:
            if first.setdefault((row.kind.name, row.key), row) is not row:
                self.refused[row.line] = [f"another row is about {row.name}"]
        rows = list(first.values())
        self.before = {(kind.name, row.key) for kind in SHEETS for row in rows_of_sheet(self.plan, kind)}
        self._match_tasks(rows)
        self._stage([row for row in rows if row.kind.name in _ADDED_FIRST], _add)
        self._stage(rows, PlanFiles.add_people)
        self._stage([row for row in rows if row.kind.name not in _ADDED_FIRST], _add)
        self._stage(rows, lambda files, row, current: files.move(row, current) if current else ())
        before = self.plan
        self._stage(rows, self._edit)
        self._refuse_other_changes(before)

    def _match_tasks(self, rows: Sequence[GivenRow]) -> None:
        """Match a renamed task without an id: the only new task of a sprint that lacks exactly one of its tasks."""
        tasks = {row.key: row for row in rows if row.kind.name == "Tasks"}
        kind = next(kind for kind in SHEETS if kind.name == "Tasks")
        current = {row.key: row for row in rows_of_sheet(self.plan, kind)} if tasks else {}
        for sprint in self.plan.sprints:
            new = [key for key in tasks if key[0] == sprint and key not in current]
            missing = [key for key in current if key[0] == sprint and key not in tasks]
            if len(new) == len(missing) == 1:
                self.renamed[new[0]] = missing[0]
                name, old_title = tasks[new[0]].name, current[missing[0]].cells["title"]
                reason = f"no other task of {self.plan.name(sprint)} was added or removed"
                self.changes.append(f"{name} was {old_title}: {reason}.")

    def _edit(self, files: PlanFiles, row: GivenRow, current: SheetRow | None) -> Iterable[str]:
        changed, refused = files.edit(row, current) if current else ([], [])
        self.refused.setdefault(row.line, []).extend(refused)
        if current:
            self.edited.setdefault(current.path, set()).update(changed)
        return [f"{row.name}: {', '.join(changed)} changed."] if changed else []

    def _refuse_other_changes(self, before: Plan) -> None:
        """Raise UsageError if anything but the fields of edited cells has changed in the plan."""
        for kind in SHEETS:
            for old, new in zip(rows_of_sheet(before, kind), rows_of_sheet(self.plan, kind), strict=True):
                fields = self.edited.get(old.path, set())
                if _other_fields(old.part, fields) != _other_fields(new.part, fields):
                    name = old.cells.get("id") or old.cells.get("title")
                    raise UsageError(f"nothing was written: {kind.one} {name} would change beyond its edited cells")

    def missing(self, rows: Sequence[GivenRow]) -> Mapping[str, SheetRow]:
        """Parts of the original plan without a row in a sheet of their kind, by the name people call them."""
        given = {(row.kind.name, row.key) for row in rows}
        return {
            f"{kind.one} {row.cells.get('id') or row.cells.get('title', '')}": row
            for kind in SHEETS
            if kind.name in {name for name, _ in given}
            for row in rows_of_sheet(self.plan, kind)
            if (kind.name, row.key) in self.before - given
        }

    def drop(self, missing: Mapping[str, SheetRow]) -> None:
        """Remove parts of the plan, with everything in them."""
        files = self._open()
        whole = {row.path for row in missing.values()}
        for name, row in missing.items():
            if row.path[:2] not in whole or row.path[:2] == row.path:
                files.drop(row)
            self.changes.append(f"{name}: removed.")
        self._apply(files)

    def note(self, rows: Sequence[GivenRow], ledger: Ledger) -> None:
        """Record the outcome of each row in the ledger."""
        for row in rows:
            span = Span(row.line, row.line)
            ledger.take(span, ledger.lines[row.line - 1], row.name)
            reasons = [*row.unknown, *self.refused.get(row.line, ())]
            if reasons:
                ledger.refuse(span, "; ".join(reasons))

    def _stage(self, rows: Iterable[GivenRow], action: RowAction) -> None:
        """Apply rows one by one to the current plan, then reload it with all changes."""
        files = self._open()
        current = {kind.name: {row.key: row for row in rows_of_sheet(self.plan, kind)} for kind in SHEETS}
        for row in rows:
            try:
                key = self.renamed.get(row.key, row.key) if row.kind.name == "Tasks" else row.key
                self.changes += action(files, row, current[row.kind.name].get(key))
            except RefusalError as refusal:
                self.refused.setdefault(row.line, []).append(str(refusal))
        self._apply(files)

    def _open(self) -> PlanFiles:
        return PlanFiles(Overlay(Folder(self.root), self.files), self.plan, self.answers)

    def _apply(self, files: PlanFiles) -> None:
        """Add changed files to the plan. Raises UsageError if it would be invalid with them."""
        try:
            contents = files.contents()
        except RefusalError as refusal:
            raise UsageError(f"nothing was written: {refusal}") from None
        if not contents:
            return
        for path, content in contents.items():
            if content is not None and path not in self.files and not (self.root / path).exists():
                contents[path] = schema_line(self.root, Path(path)) + content
        loaded = load(Overlay(Folder(self.root), self.files | contents), self._cached_load_part)
        if loaded.plan is None:
            first = loaded.findings[0]
            wrong = "; ".join(filter(None, [f"{first.place}: {first.message}", first.hint]))
            raise UsageError(f"nothing was written, because the plan would be invalid with these cells: {wrong}")
        self.files |= contents
        self.plan = loaded.plan


def _other_fields(part: Part, without: Set[str]) -> dict[str, object]:
    """Fields of a part, without the own and custom fields in `without`, and without tasks and risks."""
    fields = part.model_dump(exclude={*without, "tasks", "risks"})
    own = fields.get("fields") or {}
    return fields | {"fields": {name: value for name, value in own.items() if name not in without}}


def _add(files: PlanFiles, row: GivenRow, current: SheetRow | None) -> Iterable[str]:
    return () if current else [files.add(row)]
