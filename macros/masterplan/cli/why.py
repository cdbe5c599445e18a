"""The command that says why a sprint is when it is."""

from pathlib import Path
from typing import Annotated

import typer

from masterplan.analyse.facts import day
from masterplan.cli.console import Root, Today, out
from masterplan.errors import UsageError
from masterplan.publish.project import open_project

app = typer.Typer()


@app.command()
def why(
    sprint: Annotated[str, typer.Argument(help="The sprint's id.", metavar="ID")],
    root: Root = Path(),
    today: Today = None,
) -> None:
    """Say why a sprint is when it is: what holds it, its slack, and what would move it."""
    from masterplan.render.why import why_then  # noqa: PLC0415 - keeps `--help` quick

    facts = open_project(root, day(today or "")).facts
    if sprint not in facts.plan.sprints:
        raise UsageError(f"there is no {facts.plan.unit.one.lower()} {sprint}")
    for sentence in why_then(facts, sprint):
        out.print(sentence)
