"""The commands that give the plan in other forms: to the standard output, or into files with `--output`."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from masterplan.cli.console import Output, Root, Today, give, out
from masterplan.errors import UsageError
from masterplan.files import write_output

if TYPE_CHECKING:
    from masterplan.publish.project import Project

app = typer.Typer(help="Print the plan in another form.", no_args_is_help=True)

BOM = "\ufeff"
"""By which Excel knows UTF-8."""

Folder = Annotated[Path | None, typer.Option("--output", help="The folder to write all to.", file_okay=False)]
Name = Annotated[str | None, typer.Argument(help="The name of the one to print.")]


@app.command("json")
def export_json(root: Root = Path(), today: Today = None, output: Output = None) -> None:
    """Give everything as JSON, in the versioned form that docs/schema/export.schema.json describes."""
    give(_exports(_project(root, today))["plan.json"].encode(), output)


@app.command("ics")
def export_ics(root: Root = Path(), today: Today = None, output: Output = None) -> None:
    """Give the sprints as a calendar, in the weeks of their phases."""
    project = _project(root, today)
    events = _exports(project).get("plan.ics")
    if events is None:
        message = "the plan has no start, or no sprint in a phase, so its weeks are no days yet"
        raise UsageError(project.facts.plan.worded(message))
    give(events.encode(), output)


@app.command("csv")
def export_csv(
    name: Name = None,
    root: Root = Path(),
    today: Today = None,
    output: Folder = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin with a byte order mark, which Excel needs.")] = False,
) -> None:
    """Give a table as CSV, or all of them as files: sprints, metrics, risks and more."""
    tables = _below("csv/", _exports(_project(root, today)))
    _several({path: f"{BOM if bom else ''}{text}" for path, text in tables.items()}, name, ".csv", output)


@app.command("badges")
def export_badges(name: Name = None, root: Root = Path(), today: Today = None, output: Folder = None) -> None:
    """Give a badge as SVG, or all of them as files, with the JSON that shields.io takes."""
    _several(_below("badges/", _exports(_project(root, today))), name, ".svg", output)


@app.command("mermaid")
def export_mermaid(
    root: Root = Path(),
    focus: Annotated[str | None, typer.Option(help="Only this sprint and its neighbourhood.")] = None,
    depth: Annotated[int, typer.Option(help="How many steps the neighbourhood reaches.", min=0)] = 1,
    phase: Annotated[str | None, typer.Option(help="Only this phase, with what it touches.")] = None,
    today: Today = None,
    output: Output = None,
) -> None:
    """Give the dependency graph as Mermaid text, as GitHub draws it."""
    from masterplan.render.mermaid import mermaid

    give(mermaid(_project(root, today).facts, focus, depth, phase).encode(), output)


def _project(root: Path, today: date | None) -> "Project":
    from masterplan.publish.project import open_project

    return open_project(root, today)


def _exports(project: "Project") -> Mapping[str, str]:
    from masterplan.render.export import exports

    return exports(project.facts, project.identity)


def _below(folder: str, exports: Mapping[str, str]) -> Mapping[str, str]:
    return {path.removeprefix(folder): text for path, text in exports.items() if path.startswith(folder)}


def _several(exports: Mapping[str, str], name: str | None, ending: str, output: Path | None) -> None:
    """Print the one that is named, or write all, or the one that is named, to a folder."""
    names = [path.removesuffix(ending) for path in exports if path.endswith(ending)]
    if name is not None and name not in names:
        raise UsageError(f"there is no {name}; there are {', '.join(names)}")
    if output is None:
        if name is None:
            raise UsageError(f"name one of {', '.join(names)}, or a folder for all of them with --output")
        give(exports[name + ending].encode(), None)
        return
    chosen = {path: text for path, text in exports.items() if name is None or Path(path).stem == name}
    for path, text in chosen.items():
        write_output(output / path, text.encode())
    out.print(f"Wrote {len(chosen)} file{'s' * (len(chosen) > 1)} to {output}/.")
