"""The commands that write down how sprints go: start, progress, block, complete."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from masterplan.analyse.facts import day as day_of
from masterplan.cli.console import Root, out
from masterplan.edit.record import Told, record

app = typer.Typer()

Sprint = Annotated[str, typer.Argument(help="The sprint's id.", metavar="ID")]
Day = Annotated[str | None, typer.Option(help="The day it was true, like 2025-11-16; else today.", metavar="DAY")]
Note = Annotated[str | None, typer.Option(help="What happened.")]
By = Annotated[str | None, typer.Option(help="Who says so.")]
Because = Annotated[str | None, typer.Option(help="Why it is right though the plan forbids it; goes into the note.")]
Tasks = Annotated[list[str] | None, typer.Option("--task", help="The title of a task that is done now; repeatable.")]
Measured = Annotated[
    list[str] | None, typer.Option(help="A measured value: 'Load time=0.8s'; repeatable.", metavar="METRIC=VALUE")
]
Updated = Annotated[
    list[str] | None, typer.Option(help="A document that is up to date now; repeatable.", metavar="PATH")
]
Saves = Annotated[str | None, typer.Option(help="What it was found to save a month: $60.", metavar="MONEY")]


@app.command()
def start(
    sprint: Sprint, root: Root = Path(), day: Day = None, note: Note = None, by: By = None, because: Because = None
) -> None:
    """Write down that a sprint was started; refused while something it needs is not done."""
    _write(root, Told(sprint, "in progress", day_of(day or ""), note=note, by=by, because=because))


@app.command()
def progress(
    sprint: Sprint,
    root: Root = Path(),
    percent: Annotated[int | None, typer.Option(help="How much of it is done.", min=0, max=100)] = None,
    task: Tasks = None,
    measured: Measured = None,
    saves: Saves = None,
    updated: Updated = None,
    note: Note = None,
    by: By = None,
    day: Day = None,
    because: Because = None,
) -> None:
    """Write down how far a sprint is, or what was measured after it."""
    told = Told(sprint, None, day_of(day or ""), percent, note=note, by=by, because=because, saves=saves)
    _write(root, _with(told, task, measured, updated))


@app.command()
def block(
    sprint: Sprint,
    note: Annotated[str, typer.Option(help="What blocks it.")],
    root: Root = Path(),
    day: Day = None,
    by: By = None,
    because: Because = None,
) -> None:
    """Write down that a sprint cannot go on, and what blocks it."""
    _write(root, Told(sprint, "blocked", day_of(day or ""), note=note, by=by, because=because))


@app.command()
def complete(
    sprint: Sprint,
    root: Root = Path(),
    task: Tasks = None,
    measured: Measured = None,
    saves: Saves = None,
    updated: Updated = None,
    note: Note = None,
    by: By = None,
    day: Day = None,
    because: Because = None,
) -> None:
    """Write down that a sprint is done, and begin the text of its completion report."""
    told = Told(sprint, "done", day_of(day or ""), note=note, by=by, because=because, saves=saves)
    _write(root, _with(told, task, measured, updated))


def _with(told: Told, tasks: list[str] | None, measured: list[str] | None, updated: list[str] | None) -> Told:
    return replace(told, tasks=tuple(tasks or ()), measured=tuple(measured or ()), updated=tuple(updated or ()))


def _write(root: Path, told: Told) -> None:
    written = record(root, told)
    out.print(f"Wrote {' and '.join(path.as_posix() for path in written)}. Look at it, then commit.")
