"""The command that imports an existing plan, with a report of what became of every line: import."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from masterplan.cli.console import out, without_garbage_collection
from masterplan.cli.parameters import App, Root
from masterplan.errors import UsageError

if TYPE_CHECKING:
    from masterplan.importing.answers import Answers
    from masterplan.importing.draft import Imported
    from masterplan.importing.import_file import ImportFile
    from masterplan.importing.report import Import

app = App()

TEXTS = (".md", ".markdown", ".txt")
"""The suffixes of files to read as Markdown."""

SPREADSHEETS = (".csv", ".tsv", ".xlsx", ".xlsm")
"""The suffixes of files to read as spreadsheets."""

_GITHUB = Path("github")
"""The word before a file of issues."""

AnswerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        help="An answer about the document, such as dates=dmy, year=2026 or units=epic; repeatable.",
        metavar="KEY=VALUE",
    ),
]

MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="The field for a column of tables, such as Who=owner; repeatable.",
        metavar="COLUMN=FIELD",
    ),
]


class Issues(NamedTuple):
    """GitHub issues to import: their file, or `-` for standard input."""

    path: Path

    @property
    def stem(self) -> str:
        """The title of the plan if the issues do not name their repository."""
        return self.path.stem.strip("-") or "Issues"

    @property
    def name(self) -> str:
        """Their name in import.yml, which does not depend on the file."""
        return str(_GITHUB)

    def as_posix(self) -> str:
        """The words that name them on the command line."""
        return f"{_GITHUB} {self.path.as_posix()}"


@app.command("import")
def import_plan(
    source: Annotated[
        Path,
        typer.Argument(
            help="The plan as Markdown (.md, .markdown, .txt) or as a spreadsheet (.csv, .tsv, .xlsx); or `github`.",
            metavar="SOURCE",
        ),
    ],
    issues: Annotated[
        Path | None,
        typer.Argument(help="With `github`: the issues as JSON, or - for standard input.", metavar="ISSUES"),
    ] = None,
    root: Root = Path(),
    answer: AnswerOption = None,
    columns: MapOption = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Also replace files edited since the last import, or written by hand.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove parts of the plan that are not in the sheets of the spreadsheet.")
    ] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Show what would be imported, and write nothing.")] = False,
) -> None:
    """Import an existing plan: write plan_data/, and a report of what became of every line.

    Text that fits no field is kept as notes or listed in import-report.md, so nothing is lost. The report also asks
    about ambiguous text: answer with --answer or in import.yml, and import again. Files that you have edited since stay
    unchanged.

    A spreadsheet updates an existing plan by id, and only where cells differ. New rows are added; parts of the plan
    without a row stay.
    """
    options = (*(answer or ()), *map(_column_answer, columns or ()))
    import_source(_source(source, issues), root, options, overwrite=overwrite, prune=prune, dry=dry)


def _column_answer(option: str) -> str:
    """The answer that `--map Who=owner` stands for."""
    column, equals, field = option.rpartition("=")
    if not (equals and column.strip() and field.strip()):
        raise UsageError(f"--map {option}: write COLUMN=FIELD, such as Who=owner")
    return f"columns={json.dumps({column.strip(): field.strip()}, ensure_ascii=False)}"


def _source(source: Path, issues: Path | None) -> Path | Issues:
    """The document or issues to import, from the arguments of the command."""
    if source == _GITHUB and issues is not None:
        return Issues(issues)
    if issues is not None:
        raise UsageError(f"import takes one file, or github and a file of issues; {source} {issues} is neither")
    if source == _GITHUB and not source.exists():
        raise UsageError("name the file of issues: masterplan import github issues.json")
    return source


@without_garbage_collection()
def import_source(
    source: Path | Issues,
    root: Path,
    options: Iterable[str],
    *,
    overwrite: bool = False,
    prune: bool = False,
    dry: bool = False,
) -> None:
    """Import a document or issues into `root`, write the report beside the plan, and print the summary."""
    from masterplan.files import write_atomically
    from masterplan.importing.answers import parse_options
    from masterplan.importing.import_file import ImportFile
    from masterplan.importing.report import REPORT, import_summary, report

    memory = ImportFile.read(root).with_answers(parse_options(options))
    memory = memory if overwrite else memory.with_new_plan(root)
    result = None if overwrite else _update(source, root, memory, prune=prune, dry=dry)
    if result is None and prune:
        raise UsageError("--prune only applies when a spreadsheet updates an existing plan")
    result = result or _import(source, root, memory, overwrite=overwrite, dry=dry)
    if not dry:
        write_atomically(root / REPORT, report(result).encode(), root)
    for sentence in import_summary(result):
        out.print(sentence)


def _import(source: Path | Issues, root: Path, memory: "ImportFile", *, overwrite: bool, dry: bool) -> "Import":
    """Import a document as a new plan, or again into a plan that an import wrote."""
    from masterplan.importing.report import Import
    from masterplan.importing.writing import has_plan_files, write_plan
    from masterplan.load import load

    imported, replaced = _read(source, memory.answers)
    if memory.answers.title:
        imported.draft.plan["title"] = memory.answers.title
    if "title" not in imported.draft.plan:
        current = load(root).plan if has_plan_files(root) else None
        imported.draft.plan["title"] = current.header.title if current else source.stem
    document = memory.for_document(source.name, overwrite=overwrite)
    written = write_plan(root, imported.draft, document, overwrite=overwrite, dry=dry)
    return Import(source.as_posix(), imported, written, replaced, dry)


def _update(source: Path | Issues, root: Path, memory: "ImportFile", *, prune: bool, dry: bool) -> "Import | None":
    """Update an existing plan from a spreadsheet; None if there is no plan, or an import wrote it."""
    if isinstance(source, Issues) or source.suffix.lower() not in SPREADSHEETS:
        return None
    from masterplan.files import write_atomically
    from masterplan.importing.import_file import IMPORT_FILE, ImportFile
    from masterplan.importing.report import Import
    from masterplan.importing.sheets.spreadsheet import sheets_of
    from masterplan.importing.sheets.update import is_update, update

    sheets = sheets_of(source)
    if not is_update(root, sheets, memory):
        return None
    result = update(root, sheets, memory.answers, prune=prune, dry=dry)
    if not dry and memory.data != ImportFile.read(root).data:
        write_atomically(root / IMPORT_FILE, memory.updated(memory.files), root)
    replaced = result.imported.ledger.replaced
    return Import(source.as_posix(), result.imported, result.written, replaced, dry, result.changes)


def _read(source: Path | Issues, answers: "Answers") -> tuple["Imported", Sequence[int]]:
    """A document read by its suffix, or issues; with the numbers of lines that have replaced characters."""
    if isinstance(source, Issues):
        return _read_issues(source.path, answers)
    from masterplan.importing.input_file import read_input_text, unknown_format
    from masterplan.importing.markdown import read

    if source.suffix.lower() in SPREADSHEETS:
        return _read_sheets(source, answers)
    if source.suffix.lower() not in TEXTS:
        raise unknown_format(source, [*TEXTS, *SPREADSHEETS])
    document = read_input_text(source)
    return read(document.text, answers), document.replaced


def _read_sheets(source: Path, answers: "Answers") -> tuple["Imported", tuple[int, ...]]:
    from masterplan.importing.sheets.sheet_plan import read_sheets
    from masterplan.importing.sheets.spreadsheet import sheets_of

    imported = read_sheets(sheets_of(source), answers)
    return imported, imported.ledger.replaced


def _read_issues(path: Path, answers: "Answers") -> tuple["Imported", Sequence[int]]:
    from masterplan.importing.github.exports import LARGEST_EXPORT
    from masterplan.importing.github.issue_plan import read_github
    from masterplan.importing.input_file import STANDARD_INPUT, read_input_bytes

    name = "standard input" if path == STANDARD_INPUT else str(path)
    return read_github(read_input_bytes(path, LARGEST_EXPORT), name, answers)
