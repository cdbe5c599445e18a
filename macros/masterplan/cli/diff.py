"""The commands that say what changed: diff, and the driver by which Git itself speaks of plans."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.text import Text

from masterplan.analyse.facts import day
from masterplan.cli.console import Root, Today, out
from masterplan.files import write_output
from masterplan.git.commands import merge_base
from masterplan.git.compare import compare
from masterplan.git.textconv import lines
from masterplan.model.change import WEIGHTS, Difference
from masterplan.render.review import Review, data, html, markdown, text

app = typer.Typer()

Format = Literal["text", "json", "markdown", "html"]
FORMATS: Mapping[Format, Callable[[Review], Text | str]] = {
    "text": text.text,
    "json": data.dumps,
    "markdown": markdown,
    "html": html,
}
"""Every format by its name; only that for people at a terminal has styles."""

Side = Annotated[str, typer.Argument(help="The older plan: a revision, REVISION:FOLDER, or a folder.", metavar="BASE")]
Other = Annotated[
    str | None,
    typer.Argument(help="The newer plan, such as the head of a branch; else the files as they are.", metavar="HEAD"),
]
FailOn = Literal["breaking", "notable", "editorial", "never"]


@app.command()
def diff(
    base: Side,
    head: Other = None,
    root: Root = Path(),
    from_merge_base: Annotated[
        bool, typer.Option("--merge-base", help="Compare with the commit where HEAD left BASE, not with BASE itself.")
    ] = False,
    fail_on: Annotated[FailOn, typer.Option(help="The least weight that makes the exit code 1.")] = "editorial",
    form: Annotated[Format, typer.Option("--format", help="How to say it.")] = "text",
    output: Annotated[Path | None, typer.Option(help="Write it to this file and print only a summary.")] = None,
    today: Today = None,
) -> None:
    """Say what a change to the plan does: its changes, what follows from them and why, and who should look.

    Two plans are compared, not two texts: order and layout mean nothing, moves and renames are recognised. Exit code 0:
    the same, or nothing of the weight of `--fail-on`; 1: differences; 2: could not compare. A base without a plan makes
    a new plan; with `--fail-on never`, a base that cannot be read as a plan is reported and no failure.
    """
    older = merge_base(root, base, head or "HEAD") if from_merge_base else base
    review = compare(root, older, head, day(today or ""), tolerant=fail_on == "never")
    said = FORMATS[form](review)
    if output is None:
        out.print(said)
    else:
        write_output(output, f"{said.plain if isinstance(said, Text) else said}\n".encode())
        out.print(f"{output}: {text.summary(review)}")
    if fails(review.difference, fail_on):
        raise typer.Exit(1)


def fails(difference: Difference, fail_on: FailOn) -> bool:
    """Whether a difference has a change of a weight that was asked for."""
    if fail_on == "never" or difference.weight is None:
        return False
    return WEIGHTS.index(difference.weight) <= WEIGHTS.index(fail_on)


@app.command("git-diff-driver")
def git_diff_driver(file: Annotated[Path, typer.Argument(help="The file of a plan, as Git gives it.")]) -> None:
    """Print a file of a plan as a line a fact, for Git to compare in `git diff` and `git log -p`.

    Set up once with `git config diff.masterplan.textconv "masterplan git-diff-driver"`.
    """
    sys.stdout.flush()
    sys.stdout.buffer.write(lines(file.read_bytes()))
