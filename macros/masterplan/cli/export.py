"""The commands that export the plan to standard output, or into files with `--output`."""

import sys
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from masterplan.cli.console import emit, out
from masterplan.cli.parameters import App, Commands, Output, Root, Today
from masterplan.cli.usage import whole_number
from masterplan.errors import UsageError
from masterplan.files import undone_on_error, write_output

if TYPE_CHECKING:
    from masterplan.publish.project import Project
    from masterplan.render.export import Export

BOM = "\ufeff"
"""The byte order mark that makes Excel read UTF-8."""

OutputFolder = Annotated[
    Path | None, typer.Option("--output", help="The folder to write everything to.", metavar="FOLDER", file_okay=False)
]
OneName = Annotated[
    str | None, typer.Argument(help="The name of the file to print, without its suffix.", metavar="NAME")
]
Bom = Annotated[bool, typer.Option("--bom", help="Start with a byte order mark, for Excel.")]


class _ExportCommands(Commands):
    """The group of export commands, which registers one for each export on first use, so that others start fast."""

    def list_commands(self, ctx: Any) -> list[str]:
        self._fill()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        self._fill()
        return super().get_command(ctx, cmd_name)

    def _fill(self) -> None:
        register()
        self.commands = typer.main.get_group(app).commands


app = App(cls=_ExportCommands, help="Print the plan in another form.", rich_markup_mode=None)


@cache
def register() -> None:
    """Add a command for each export."""
    from masterplan.render.export import EXPORTS

    for export in EXPORTS:
        app.command(export.name)(_command(export))


def _command(export: "Export") -> Callable[..., None]:
    """The command of an export: for a single file, for several files, or for CSV tables."""

    def file(root: Root = Path(), today: Today = None, output: Output = None) -> None:
        emit(next(iter(_files(export, root, today).values())).encode(), output)

    def folder(name: OneName = None, root: Root = Path(), today: Today = None, output: OutputFolder = None) -> None:
        _emit_files(_files(export, root, today), name, output, export.suffix)

    def csv(
        name: OneName = None, root: Root = Path(), today: Today = None, output: OutputFolder = None, bom: Bom = False
    ) -> None:
        tables = _files(export, root, today)
        texts = {path: f"{BOM if bom else ''}{text}" for path, text in tables.items()}
        _emit_files(texts, name, output, export.suffix)

    command = csv if export.name == "csv" else folder if export.folder else file
    command.__doc__ = export.help
    return command


@app.command("all")
def export_all(
    output: Annotated[
        Path, typer.Option("--output", help="The folder to write everything to.", metavar="FOLDER", file_okay=False)
    ],
    root: Root = Path(),
    today: Today = None,
) -> None:
    """Write every export of a site as files, with the same paths as in its `exports/`."""
    from masterplan.render.export import export_files

    _emit_files(export_files(_project(root, today)), None, output)


@app.command("mermaid")
def export_mermaid(
    root: Root = Path(),
    focus: Annotated[str | None, typer.Option(help="Only this sprint and its neighbourhood.", metavar="ID")] = None,
    depth: Annotated[
        int,
        typer.Option(help="The number of steps to the furthest neighbour.", metavar="NUMBER", parser=whole_number(0)),
    ] = 1,
    phase: Annotated[str | None, typer.Option(help="Only this phase and its neighbours.", metavar="ID")] = None,
    today: Today = None,
    output: Output = None,
) -> None:
    """Print the dependency graph as Mermaid text, which GitHub draws."""
    from masterplan.render.mermaid import mermaid

    emit(mermaid(_project(root, today).facts, focus, depth, phase).encode(), output)


@app.command("pdf")
def export_pdf(root: Root = Path(), today: Today = None, output: Output = None) -> None:
    """Print the plan as PDF: a one-page summary, a page for each sprint, and the rest; needs Chromium or Chrome."""
    from masterplan.publish.pdf import pdf

    if output is None and sys.stdout.isatty():
        raise UsageError("a terminal cannot show a PDF; name a file with --output, such as --output plan.pdf")
    emit(pdf(_project(root, today)), output)


@app.command("xlsx")
def export_xlsx(
    file: Annotated[Path | None, typer.Argument(help="The file to write.", metavar="FILE", dir_okay=False)] = None,
    root: Root = Path(),
    output: Output = None,
) -> None:
    """Write the plan as an Excel workbook, which `masterplan import` reads back: only edited cells change the plan."""
    from masterplan.render.export.xlsx import xlsx

    if file and output:
        raise UsageError(f"choose either {file} or --output {output}")
    target = file or output
    if target is None and sys.stdout.isatty():
        raise UsageError("a terminal cannot show a workbook; name a file, such as plan.xlsx")
    emit(xlsx(_project(root, None).facts.plan), target)


def _project(root: Path, today: date | None) -> "Project":
    from masterplan.publish.project import open_project

    return open_project(root, today)


def _files(export: "Export", root: Path, today: date | None) -> Mapping[str, str]:
    """The files of an export, by path in its folder. Raises UsageError if the plan has none."""
    project = _project(root, today)
    texts = {path.removeprefix(export.folder): make() for path, make in export.files(project)}
    if not texts:
        raise UsageError(project.facts.plan.worded(export.missing))
    return texts


def _emit_files(texts: Mapping[str, str], name: str | None, output: Path | None, suffix: str = "") -> None:
    """Print one file by name and suffix, or write all files of that name, or all of them, to a folder."""
    names = tuple(dict.fromkeys(Path(path).stem for path in texts))
    if name is not None and name not in names:
        raise UsageError(f"there is no {name}; choose one of {', '.join(names)}")
    chosen = {path: text for path, text in texts.items() if name in {None, Path(path).stem}}
    if output is not None:
        with undone_on_error(output / path for path in chosen):
            for path, text in chosen.items():
                write_output(output / path, text.encode())
        out.print(f"Wrote {len(chosen)} file{'s' * (len(chosen) > 1)} to {output}/.")
    elif f"{name}{suffix}" in chosen:
        emit(chosen[f"{name}{suffix}"].encode(), None)
    elif name is not None:
        others = ", ".join(chosen)
        raise UsageError(f"no work of {name} has a date, so there is no calendar; --output names a folder for {others}")
    else:
        raise UsageError(f"choose one of {', '.join(names)}, or name a folder for all of them with --output")
