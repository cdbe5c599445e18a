"""The commands that give the plan in other forms: to the standard output, or into files with `--output`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from masterplan.analyse import Facts
from masterplan.analyse.facts import day
from masterplan.cli.console import Root, Today, out
from masterplan.errors import UsageError
from masterplan.files import write_output
from masterplan.publish.project import Project, open_project

app = typer.Typer(help="Print the plan in another form.", no_args_is_help=True)

BOM = "\ufeff"
"""By which Excel knows UTF-8."""

File = Annotated[Path | None, typer.Option("--output", help="The file to write; else it is printed.", dir_okay=False)]
Folder = Annotated[Path | None, typer.Option("--output", help="The folder to write all to.", file_okay=False)]
Name = Annotated[str | None, typer.Argument(help="The name of the one to print.")]


@app.command("json")
def export_json(root: Root = Path(), today: Today = None, output: File = None) -> None:
    """Give everything as JSON, in the versioned form that docs/schema/export.schema.json describes."""
    _one(_exports(root, today)["plan.json"], output)


@app.command("ics")
def export_ics(root: Root = Path(), today: Today = None, output: File = None) -> None:
    """Give the sprints as a calendar, in the weeks of their phases."""
    project = open_project(root, day(today or ""))
    events = _of(project).get("plan.ics")
    if events is None:
        message = "the plan has no start, or no sprint in a phase, so its weeks are no days yet"
        raise UsageError(project.facts.plan.worded(message))
    _one(events, output)


@app.command("csv")
def export_csv(
    name: Name = None,
    root: Root = Path(),
    today: Today = None,
    output: Folder = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin with a byte order mark, which Excel needs.")] = False,
) -> None:
    """Give a table as CSV, or all of them as files: sprints, metrics, risks and more."""
    tables = _below("csv/", _exports(root, today))
    _several({path: f"{BOM if bom else ''}{text}" for path, text in tables.items()}, name, ".csv", output)


@app.command("badges")
def export_badges(name: Name = None, root: Root = Path(), today: Today = None, output: Folder = None) -> None:
    """Give a badge as SVG, or all of them as files, with the JSON that shields.io takes."""
    _several(_below("badges/", _exports(root, today)), name, ".svg", output)


@app.command("mermaid")
def export_mermaid(
    root: Root = Path(),
    focus: Annotated[str | None, typer.Option(help="Only this sprint and its neighbourhood.")] = None,
    depth: Annotated[int, typer.Option(help="How many steps the neighbourhood reaches.", min=0)] = 1,
    phase: Annotated[str | None, typer.Option(help="Only this phase, with what it touches.")] = None,
    today: Today = None,
) -> None:
    """Print the dependency graph as Mermaid text, as GitHub draws it."""
    from masterplan.render.mermaid import mermaid  # noqa: PLC0415 - keeps `--help` quick

    out.print(mermaid(_facts(root, today), focus, depth, phase), end="")


def _facts(root: Path, today: str | None) -> Facts:
    return open_project(root, day(today or "")).facts


def _exports(root: Path, today: str | None) -> Mapping[str, str]:
    return _of(open_project(root, day(today or "")))


def _of(project: Project) -> Mapping[str, str]:
    from masterplan.render.export import exports  # noqa: PLC0415 - keeps `--help` quick

    return exports(project.facts, project.identity)


def _below(folder: str, found: Mapping[str, str]) -> Mapping[str, str]:
    return {path.removeprefix(folder): text for path, text in found.items() if path.startswith(folder)}


def _one(text: str, output: Path | None) -> None:
    """Print it byte for byte, or write it."""
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
    else:
        write_output(output, text.encode())
        out.print(f"Wrote {output}.")


def _several(found: Mapping[str, str], name: str | None, ending: str, output: Path | None) -> None:
    """Print the one that is named, or write all."""
    names = [path.removesuffix(ending) for path in found if path.endswith(ending)]
    if name is not None and name not in names:
        raise UsageError(f"there is no {name}; there are {', '.join(names)}")
    if name is None and output is None:
        raise UsageError(f"name one of {', '.join(names)}, or a folder for all of them with --output")
    if name is not None and output is None:
        _one(found[name + ending], None)
    elif output is not None:
        chosen = {path: text for path, text in found.items() if name is None or Path(path).stem == name}
        for path, text in chosen.items():
            write_output(output / path, text.encode())
        out.print(f"Wrote {len(chosen)} files to {output}/.")
