"""The command that a workflow runs to tell a pull request what it does to the plan."""

import os
from pathlib import Path
from typing import Annotated

import typer

from masterplan.cli.console import out

app = typer.Typer()

Folder = Annotated[Path, typer.Option(help="The plan's folder, which the pull request may bring.", file_okay=False)]


@app.command()
def comment(root: Folder = Path()) -> None:
    """Keep one comment and one label on a pull request up to date, with what it does to the plan.

    For a GitHub workflow that is started by `pull_request_target`: it reads GITHUB_EVENT_PATH, GITHUB_API_URL,
    GITHUB_GRAPHQL_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY and GITHUB_TOKEN. The pull request is read as data; nothing
    of it is run. Each plan of a repository, named by --root, has a comment and a label of its own.
    """
    from masterplan.publish.github import Api, Runner, keep_comment  # noqa: PLC0415 - keeps `--help` quick

    runner = Runner.of(os.environ)
    root.mkdir(parents=True, exist_ok=True)
    done = keep_comment(root, runner, Api(runner))
    out.print(done)
    if runner.summary:
        with runner.summary.open("a", encoding="utf-8") as step:
            step.write(f"{done}\n")
