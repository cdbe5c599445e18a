"""The commands that record progress: start, progress, block, complete, reach."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from masterplan.cli.console import out
from masterplan.cli.parameters import App, Root
from masterplan.cli.usage import day_value, filled, whole_number
from masterplan.errors import UsageError

if TYPE_CHECKING:
    from masterplan.model.task import State

app = App()

SprintId = Annotated[
    str,
    typer.Argument(help="The id of a sprint; start, block and complete also accept the id of a task.", metavar="ID"),
]
Day = Annotated[
    date | None,
    typer.Option(help="The day, such as 2025-11-16; by default today.", metavar="DAY", parser=day_value),
]
NoteText = Annotated[str | None, typer.Option(help="What happened.", metavar="TEXT")]
By = Annotated[str | None, typer.Option(help="Who reports it.", metavar="NAME")]
Because = Annotated[
    str | None,
    typer.Option(help="The reason to record it even though the plan forbids it; added to the note.", metavar="TEXT"),
]
Tasks = Annotated[
    list[str] | None, typer.Option("--task", help="The id or title of a finished task; repeatable.", metavar="TASK")
]
Measured = Annotated[
    list[str] | None, typer.Option(help="A measured value: 'Load time=0.8s'; repeatable.", metavar="METRIC=VALUE")
]
Updated = Annotated[
    list[str] | None, typer.Option(help="A document that is now up to date; repeatable.", metavar="PATH")
]
Saves = Annotated[str | None, typer.Option(help="The measured savings a month, such as $60.", metavar="MONEY")]


@app.command()
def start(
    sprint: SprintId,
    root: Root = Path(),
    day: Day = None,
    note: NoteText = None,
    by: By = None,
    because: Because = None,
) -> None:
    """Record that a sprint or task has started; refused while something it needs is not done."""
    _write(root, sprint, "in progress", day=day, note=note, by=by, because=because)


@app.command()
def progress(
    sprint: SprintId,
    root: Root = Path(),
    percent: Annotated[
        int | None,
        typer.Option(help="The percentage done, from 0 to 100.", metavar="NUMBER", parser=whole_number(0, 100)),
    ] = None,
    task: Tasks = None,
    measured: Measured = None,
    saves: Saves = None,
    updated: Updated = None,
    note: NoteText = None,
    by: By = None,
    day: Day = None,
    because: Because = None,
) -> None:
    """Record the progress of a sprint, or values measured after it."""
    news: dict[str, Any] = {"percent": percent, "tasks": task, "measured": measured, "saves": saves, "updated": updated}
    _write(root, sprint, None, day=day, note=note, by=by, because=because, **news)


@app.command()
def block(
    sprint: SprintId,
    note: Annotated[str, typer.Option(help="What blocks it.", metavar="TEXT", parser=filled)],
    root: Root = Path(),
    day: Day = None,
    by: By = None,
    because: Because = None,
) -> None:
    """Record that a sprint or task is blocked, and by what."""
    _write(root, sprint, "blocked", day=day, note=note, by=by, because=because)


@app.command()
def complete(
    sprint: SprintId,
    root: Root = Path(),
    task: Tasks = None,
    measured: Measured = None,
    saves: Saves = None,
    updated: Updated = None,
    note: NoteText = None,
    by: By = None,
    day: Day = None,
    because: Because = None,
) -> None:
    """Record that a sprint or task is done; for a sprint, start its completion report."""
    from masterplan.publish.team_pages import plan_pages

    news = {"tasks": task, "measured": measured, "saves": saves, "updated": updated}
    _write(root, sprint, "done", plan_pages(root), day=day, note=note, by=by, because=because, **news)


@app.command()
def reach(
    milestone: Annotated[str, typer.Argument(help="The milestone's id.", metavar="ID")],
    root: Root = Path(),
    day: Day = None,
    go: Annotated[bool, typer.Option("--go", help="The decision at a gate: work continues.")] = False,
    no_go: Annotated[bool, typer.Option("--no-go", help="The decision at a gate: work stops.")] = False,
    by: Annotated[list[str] | None, typer.Option(help="Who decided, by id; repeatable.", metavar="ID")] = None,
) -> None:
    """Record that a milestone is reached, or the decision at a gate; refused while it waits for something."""
    from masterplan.edit.reach import Attainment
    from masterplan.edit.reach import reach as write

    if go and no_go:
        raise UsageError("choose either --go or --no-go")
    decision: Literal["go", "no-go"] | None = "go" if go else "no-go" if no_go else None
    path = write(root, Attainment(milestone, day, decision, tuple(by or ())))
    out.print(f"Changed {(root / path).as_posix()}. Review it, then commit.")


def _write(root: Path, sprint: str, state: "State | None", pages: str | None = None, **fields: Any) -> None:
    """Record an entry with these `fields` of `NewEntry`, ignoring None; print what was written."""
    from masterplan.edit.record import NewEntry, record

    filled = {name: value for name, value in fields.items() if value is not None}
    texts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in filled.items()}
    written = record(root, NewEntry(sprint, state, **texts), pages=pages)
    names = [(root / path).as_posix() for path in written]
    out.print(f"Wrote {' and '.join(names)}. Review {'them' if len(names) > 1 else 'it'}, then commit.")
