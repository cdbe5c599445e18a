"""The command that brings in a plan that exists elsewhere, with a report of what became of each line: import."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from masterplan.cli.console import out, uncollected
from masterplan.cli.parameters import Root
from masterplan.errors import UsageError

if TYPE_CHECKING:
    from masterplan.importing.answers import Answers
    from masterplan.importing.draft import Imported
    from masterplan.importing.import_file import ImportFile
    from masterplan.importing.report import Import

app = typer.Typer()

TEXTS = (".md", ".markdown", ".txt")
"""The endings of files that are read as Markdown."""

SPREADSHEETS = (".csv", ".tsv", ".xlsx", ".xlsm")
"""The endings of files that are read as spreadsheets."""

_GITHUB = Path("github")
"""What stands before a file of issues."""

AnswerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        help="How to read the document, such as dates=dmy, year=2026 or units=epic; repeatable.",
        metavar="KEY=VALUE",
    ),
]

MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        help="The field that a column of tables goes into, such as Who=owner; repeatable.",
        metavar="COLUMN=FIELD",
    ),
]


class Issues(NamedTuple):
    """GitHub issues to import: their file, or `-`."""

    path: Path

    @property
    def stem(self) -> str:
        """What the plan is called where the issues do not say of which repository they are."""
        return self.path.stem.strip("-") or "Issues"

    @property
    def name(self) -> str:
        """What import.yml calls them; the file is another one each time."""
        return str(_GITHUB)

    def as_posix(self) -> str:
        """How a command names them."""
        return f"{_GITHUB} {self.path.as_posix()}"


@app.command("import")
def import_plan(
    source: Annotated[
        Path,
        typer.Argument(
            help="The plan as Markdown (.md, .markdown, .txt) or as a spreadsheet (.csv, .tsv, .xlsx); or `github`."
        ),
    ],
    issues: Annotated[
        Path | None, typer.Argument(help="With `github`: the issues as JSON, or - for the standard input.")
    ] = None,
    root: Root = Path(),
    answer: AnswerOption = None,
    columns: MapOption = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that were edited since, or that no import wrote.")
    ] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what the plan has and the sheets of a spreadsheet have not.")
    ] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Say what would be imported, and write nothing.")] = False,
) -> None:
    """Import an existing plan: write plan_data/, and a report of what became of every line.

    What fits no field is kept as text or listed in import-report.md, so nothing is dropped. The report also asks about
    what can be read in two ways: answer with --answer or in import.yml, and import again. Files that you have edited
    since stay as they are.

    A spreadsheet changes a plan that is there: by id, only where its cells differ. New rows are added, and what has no
    row stays.
    """
    options = (*(answer or ()), *map(_mapped, columns or ()))
    bring(_named(source, issues), root, options, overwrite=overwrite, prune=prune, dry=dry)


def _mapped(option: str) -> str:
    """`--map Who=owner` as an answer."""
    column, equals, field = option.rpartition("=")
    if not (equals and column.strip() and field.strip()):
        raise UsageError(f"--map {option}: write COLUMN=FIELD, such as Who=owner")
    return f"columns={json.dumps({column.strip(): field.strip()}, ensure_ascii=False)}"


def _named(source: Path, issues: Path | None) -> Path | Issues:
    """What a command was asked to import."""
    if source == _GITHUB and issues is not None:
        return Issues(issues)
    if issues is not None:
        raise UsageError(f"import takes one file, or github and a file of issues; {source} {issues} is neither")
    if source == _GITHUB and not source.exists():
        raise UsageError("name the file of issues: masterplan import github issues.json")
    return source


@uncollected()
def bring(
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
    done = None if overwrite else _updated(source, root, memory, prune=prune, dry=dry)
    if done is None and prune:
        raise UsageError("--prune is for a spreadsheet that changes a plan; there is none to change")
    done = done or _imported(source, root, memory, overwrite=overwrite, dry=dry)
    if not dry:
        write_atomically(root / REPORT, report(done).encode(), root)
    for sentence in import_summary(done):
        out.print(sentence)


def _imported(source: Path | Issues, root: Path, memory: "ImportFile", *, overwrite: bool, dry: bool) -> "Import":
    """Import a document as a new plan, or anew as one that an import wrote."""
    from masterplan.importing.report import Import
    from masterplan.importing.writing import write_plan

    imported, replaced = _read(source, memory.answers)
    imported.draft.plan.setdefault("title", source.stem)
    document = memory.for_document(source.name, overwrite=overwrite)
    written = write_plan(root, imported.draft, document, overwrite=overwrite, dry=dry)
    return Import(source.as_posix(), imported, written, replaced, dry)


def _updated(source: Path | Issues, root: Path, memory: "ImportFile", *, prune: bool, dry: bool) -> "Import | None":
    """Import a spreadsheet into a plan that is there; None where there is none, or an import wrote it."""
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
    done = update(root, sheets, memory.answers, prune=prune, dry=dry)
    if not dry and memory.data != ImportFile.read(root).data:
        write_atomically(root / IMPORT_FILE, memory.updated(memory.files), root)
    return Import(source.as_posix(), done.imported, done.written, done.imported.ledger.replaced, dry, done.changes)


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

    name = "the standard input" if path == STANDARD_INPUT else str(path)
    return read_github(read_input_bytes(path, LARGEST_EXPORT), name, answers)
