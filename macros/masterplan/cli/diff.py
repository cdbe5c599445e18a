"""The commands about changes: diff, comment (for a workflow), and git-diff-driver (for Git's own `git diff`)."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from masterplan.cli.console import emit, out, without_garbage_collection
from masterplan.cli.driver import print_facts
from masterplan.cli.parameters import App, Output, Root, Today

if TYPE_CHECKING:
    from masterplan.model.change import Difference

app = App()

DiffFormat = Literal["text", "json", "markdown", "html"]
FailOnWeight = Literal["breaking", "notable", "editorial", "never"]

OlderSide = Annotated[
    str, typer.Argument(help="The older plan: a revision, REVISION:FOLDER, or a folder.", metavar="BASE")
]
NewerSide = Annotated[
    str | None,
    typer.Argument(help="The newer plan, such as the head of a branch; by default the files on disk.", metavar="HEAD"),
]
PlanFolder = Annotated[
    Path, typer.Option(help="The plan's folder; the pull request may add it.", metavar="FOLDER", file_okay=False)
]


@app.command()
@without_garbage_collection()
def diff(
    base: OlderSide,
    head: NewerSide = None,
    root: Root = Path(),
    from_merge_base: Annotated[
        bool, typer.Option("--merge-base", help="Compare with the commit where HEAD left BASE, not with BASE itself.")
    ] = False,
    fail_on: Annotated[FailOnWeight, typer.Option(help="The lowest weight that gives exit code 1.")] = "editorial",
    form: Annotated[DiffFormat, typer.Option("--format", help="The format of the output.")] = "text",
    output: Output = None,
    today: Today = None,
) -> None:
    """Show what a change does to the plan: the changes, their effects and causes, and who should review them.

    It compares plans, not texts: order and layout do not matter, and moves and renames are recognised. Exit code 0: no
    change at or above the weight of `--fail-on`; 1: such changes; 2: could not compare. If BASE has no plan, everything
    is new. With `--fail-on never`, a BASE that cannot be read as a plan is reported, but does not fail.
    """
    from masterplan.git.commands import merge_base
    from masterplan.git.review import review
    from masterplan.render.review import DIFF_FORMATS, with_addresses
    from masterplan.render.review.text import change_summary

    older = merge_base(root, base, head or "HEAD") if from_merge_base else base
    compared = review(root, older, head, today, tolerant=fail_on == "never")
    result = with_addresses(compared, os.environ.get("SITE_URL", ""), os.environ.get("SOURCE_URL", ""))
    emit(DIFF_FORMATS[form](result), output, change_summary(result))
    if fails(result.difference, fail_on):
        raise typer.Exit(1)


def fails(difference: "Difference", fail_on: FailOnWeight) -> bool:
    """Whether a difference has a change of weight `fail_on` or graver."""
    from masterplan.model.change import WEIGHTS

    if fail_on == "never" or difference.weight is None:
        return False
    return WEIGHTS.index(difference.weight) <= WEIGHTS.index(fail_on)


@app.command("git-diff-driver")
def git_diff_driver(
    file: Annotated[Path, typer.Argument(help="The file of a plan, as Git passes it.", metavar="FILE")],
) -> None:
    """Print a file of a plan with one fact per line, for a readable `git diff` and `git log -p`.

    Set up: add the line `plan_data/**/*.yml diff=masterplan` to .gitattributes, and in each clone run
    `git config diff.masterplan.textconv "masterplan git-diff-driver"`.
    """
    print_facts(file)


@app.command()
@without_garbage_collection()
def comment(root: PlanFolder = Path()) -> None:
    """Review the plan in one comment and one label on a pull request, and keep both up to date.

    For a GitHub workflow that starts on `pull_request_target`: it reads GITHUB_EVENT_PATH, GITHUB_API_URL,
    GITHUB_GRAPHQL_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY and GITHUB_TOKEN. The pull request is read as data; none of
    its code runs. Each plan of a repository, named by --root, has its own comment and label.
    """
    from masterplan.publish.github import Api, Runner, keep_comment

    runner = Runner.of(os.environ)
    root.mkdir(parents=True, exist_ok=True)
    sentence = keep_comment(root, runner, Api(runner))
    out.print(sentence)
    if runner.summary:
        with runner.summary.open("a", encoding="utf-8") as step:
            step.write(f"{sentence}\n")
