"""The commands that write down how sprints go: start, progress, block, complete.

They alone look at the clock, and only for the day of an entry that is told without one: an entry records when something
happened. What the site and the exports show comes from the entries, never from the clock.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from masterplan.analyse.facts import day as day_of
from masterplan.console import Root, out
from masterplan.record import Told, record

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
    today = _today()
    _write(root, Told(sprint, "in progress", _day(day, today), note=note, by=by, because=because), today)


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
    today = _today()
    told = Told(sprint, None, _day(day, today), percent, note=note, by=by, because=because, saves=saves)
    _write(root, _with(told, task, measured, updated), today)


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
    today = _today()
    _write(root, Told(sprint, "blocked", _day(day, today), note=note, by=by, because=because), today)


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
    today = _today()
    told = Told(sprint, "done", _day(day, today), note=note, by=by, because=because, saves=saves)
    _write(root, _with(told, task, measured, updated), today)


def _with(told: Told, tasks: list[str] | None, measured: list[str] | None, updated: list[str] | None) -> Told:
    return replace(told, tasks=tuple(tasks or ()), measured=tuple(measured or ()), updated=tuple(updated or ()))


def _write(root: Path, told: Told, today: date) -> None:
    written = record(root, told, today)
    out.print(f"Wrote {' and '.join(path.as_posix() for path in written)}. Look at it, then commit.")


def _day(told: str | None, today: date) -> date:
    return day_of(told or "") or today


def _today() -> date:
    """The day here and now, by the clock."""
    return datetime.now(UTC).astimezone().date()
