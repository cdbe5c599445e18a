"""A spreadsheet imported into a plan that is there: by id, and only what its cells say otherwise than the plan changes.

Each row is compared with the row that an export of the plan has for the same part. So a sheet that was exported and
not edited changes nothing, whatever a spreadsheet program made of dates and numbers, and fields and parts that are not
in the sheet stay.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from masterplan.edit.editing import Overlay, editing, schema_line
from masterplan.errors import UsageError
from masterplan.files import refuse_links, write_atomically
from masterplan.importing.answers import Answers
from masterplan.importing.draft import Draft, Imported
from masterplan.importing.import_file import ImportFile
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.sheets.plan_rows import PlanFiles, RefusalError
from masterplan.importing.sheets.rows import GivenRow, given_rows
from masterplan.importing.sheets.spreadsheet import Sheet, lines_of
from masterplan.importing.writing import Written, has_plan_files
from masterplan.load.loader import load, make
from masterplan.load.tree import Folder
from masterplan.model.cells import SHEETS, SheetRow, rows_of_sheet
from masterplan.model.part import Part
from masterplan.model.part import Path as PartPath
from masterplan.model.plan import Plan

_FIRST = {"Team", "Phases"}
"""The sheets whose new rows others may name."""

Act = Callable[[PlanFiles, GivenRow, SheetRow | None], Iterable[str]]
"""Takes over a row, given the part that the plan has for it; returns what changed, in sentences."""


class SheetUpdate(NamedTuple):
    """What an update did: the rows it read, the files it wrote, and each change in a sentence."""

    imported: Imported
    written: Written
    changes: tuple[str, ...]


def is_export(sheets: Sequence[Sheet]) -> bool:
    """Whether sheets are those of `masterplan export xlsx`: the columns of each are those of a kind of part."""
    heads = [{*sheet.rows[0].cells} for sheet in sheets if sheet.rows and not sheet.is_hidden]
    kinds = [{*kind.columns} for kind in SHEETS]
    return bool(heads) and all(
        any("id" in head and len(head & kind) * 2 > len(kind) for kind in kinds) for head in heads
    )


def is_update(root: Path, sheets: Sequence[Sheet], memory: ImportFile) -> bool:
    """Whether an import of sheets changes the plan in `root`: the team's own, or one that they were exported from."""
    return has_plan_files(root) and (not memory.files or is_export(sheets))


def update(
    root: Path, sheets: Sequence[Sheet], answers: Answers, *, prune: bool = False, dry: bool = False
) -> SheetUpdate:
    """Change the plan in `root` as the sheets say; with `prune`, parts without a row are removed.

    Only sheets of a kind that is given count for that: without a sheet of risks, no risk is missing. Raises UsageError,
    and nothing is written, where there is no plan or a wrong one, and where the changes would make it wrong.
    """
    with editing(root) as plan:
        ledger = Ledger(*lines_of(sheets))
        rows = given_rows(sheets, answers, ledger, plan)
        running = _Update(root, plan, answers)
        running.take_over(rows)
        missing = running.missing(rows)
        if prune:
            running.drop(missing)
        running.note(rows, ledger)
        if not dry:
            _write(root, running.files)
    left = () if prune else tuple(f"{name} is not in the sheet and stays; --prune removes it." for name in missing)
    kept = tuple(path for path, content in running.files.items() if content is not None)
    gone = tuple(path for path, content in running.files.items() if content is None)
    return SheetUpdate(Imported(Draft(), ledger), Written(running.plan, kept, gone, {}, ()), (*running.changes, *left))


def _write(root: Path, files: Mapping[str, bytes | None]) -> None:
    for path in files:
        refuse_links(root / path, root)
    for path, content in files.items():
        if content is None:
            (root / path).unlink(missing_ok=True)
        else:
            write_atomically(root / path, content, root)


@dataclass
class _Update:
    """A plan while it is changed: its files that differ from those on disk, None for one that goes."""

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
        """Remember the files that are read."""
        self._make = cache(make)

    def take_over(self, given: Sequence[GivenRow]) -> None:
        """Add new parts, those first that others may name, then move parts, and last give fields their values.

        Of several rows for one part the first counts.
        """
        first: dict[tuple[str, tuple[str, str]], GivenRow] = {}
        for row in given:
            if first.setdefault((row.kind.name, row.key), row) is not row:
                self.refused[row.line] = [f"another row is about {row.name}"]
        rows = list(first.values())
        self.before = {(kind.name, row.key) for kind in SHEETS for row in rows_of_sheet(self.plan, kind)}
        self._match_tasks(rows)
        self._stage([row for row in rows if row.kind.name in _FIRST], _add)
        self._stage(rows, PlanFiles.add_people)
        self._stage([row for row in rows if row.kind.name not in _FIRST], _add)
        self._stage(rows, lambda files, row, present: files.move(row, present) if present else ())
        before = self.plan
        self._stage(rows, self._edit)
        self._refuse_other_changes(before)

    def _match_tasks(self, rows: Sequence[GivenRow]) -> None:
        """Know a task without an id by its new title: the only one of its sprint that is new where one is gone."""
        tasks = {row.key: row for row in rows if row.kind.name == "Tasks"}
        kind = next(kind for kind in SHEETS if kind.name == "Tasks")
        known = {row.key: row for row in rows_of_sheet(self.plan, kind)} if tasks else {}
        for sprint in self.plan.sprints:
            new = [key for key in tasks if key[0] == sprint and key not in known]
            gone = [key for key in known if key[0] == sprint and key not in tasks]
            if len(new) == len(gone) == 1:
                self.renamed[new[0]] = gone[0]
                was = known[gone[0]].cells["title"]
                self.changes.append(
                    f"{tasks[new[0]].name} was {was}: no other task of {self.plan.name(sprint)} is new or gone."
                )

    def _edit(self, files: PlanFiles, row: GivenRow, present: SheetRow | None) -> Iterable[str]:
        changed, refused = files.edit(row, present) if present else ([], [])
        self.refused.setdefault(row.line, []).extend(refused)
        if present:
            self.edited.setdefault(present.path, set()).update(changed)
        return [f"{row.name}: {', '.join(changed)} changed."] if changed else []

    def _refuse_other_changes(self, before: Plan) -> None:
        """Raise UsageError where more of the plan has changed than the fields of edited cells."""
        for kind in SHEETS:
            for one, other in zip(rows_of_sheet(before, kind), rows_of_sheet(self.plan, kind), strict=True):
                fields = self.edited.get(one.path, set())
                if _rest(one.part, fields) != _rest(other.part, fields):
                    name = one.cells.get("id") or one.cells.get("title")
                    raise UsageError(f"nothing was written: {kind.one} {name} would change in more than its cells do")

    def missing(self, rows: Sequence[GivenRow]) -> Mapping[str, SheetRow]:
        """The parts the plan had that have no row in a sheet of their kind, by the name that people know them by."""
        given = {(row.kind.name, row.key) for row in rows}
        return {
            f"{kind.one} {row.cells.get('id') or row.cells.get('title', '')}": row
            for kind in SHEETS
            if kind.name in {name for name, _ in given}
            for row in rows_of_sheet(self.plan, kind)
            if (kind.name, row.key) in self.before - given
        }

    def drop(self, missing: Mapping[str, SheetRow]) -> None:
        """Remove parts of the plan, each with all that is in it."""
        files = self._open()
        whole = {row.path for row in missing.values()}
        for name, row in missing.items():
            if row.path[:2] not in whole or row.path[:2] == row.path:
                files.drop(row)
            self.changes.append(f"{name}: removed.")
        self._apply(files)

    def note(self, rows: Sequence[GivenRow], ledger: Ledger) -> None:
        """Note in the ledger what became of each row."""
        for row in rows:
            span = Span(row.line, row.line)
            ledger.take(span, ledger.lines[row.line - 1], row.name)
            reasons = [*row.unknown, *self.refused.get(row.line, ())]
            if reasons:
                ledger.refuse(span, "; ".join(reasons))

    def _stage(self, rows: Iterable[GivenRow], act: Act) -> None:
        """Take over rows one by one into the plan as it is now, and then all of them at once."""
        files = self._open()
        known = {kind.name: {row.key: row for row in rows_of_sheet(self.plan, kind)} for kind in SHEETS}
        for row in rows:
            try:
                key = self.renamed.get(row.key, row.key) if row.kind.name == "Tasks" else row.key
                self.changes += act(files, row, known[row.kind.name].get(key))
            except RefusalError as refusal:
                self.refused.setdefault(row.line, []).append(str(refusal))
        self._apply(files)

    def _open(self) -> PlanFiles:
        return PlanFiles(Overlay(Folder(self.root), self.files), self.plan, self.answers)

    def _apply(self, files: PlanFiles) -> None:
        """Take over the files as they are now. Raises UsageError where the plan would be wrong with them."""
        try:
            contents = files.contents()
        except RefusalError as refusal:
            raise UsageError(f"nothing was written: {refusal}") from None
        if not contents:
            return
        for path, content in contents.items():
            if content is not None and path not in self.files and not (self.root / path).exists():
                contents[path] = schema_line(self.root, Path(path)) + content
        loaded = load(Overlay(Folder(self.root), self.files | contents), self._make)
        if loaded.plan is None:
            first = loaded.findings[0]
            wrong = "; ".join(filter(None, [f"{first.place}: {first.message}", first.hint]))
            raise UsageError(f"nothing was written, as the plan would be wrong with these cells: {wrong}")
        self.files |= contents
        self.plan = loaded.plan


def _rest(part: Part, without: Set[str]) -> dict[str, object]:
    """The fields of a part without some of its own, or the team's; parts that have rows of their own are left out."""
    fields = part.model_dump(exclude={*without, "tasks", "risks"})
    own = fields.get("fields") or {}
    return fields | {"fields": {name: value for name, value in own.items() if name not in without}}


def _add(files: PlanFiles, row: GivenRow, present: SheetRow | None) -> Iterable[str]:
    return () if present else [files.add(row)]
