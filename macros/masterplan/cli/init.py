"""The command by which a team starts: init. It alone asks questions, and only at a terminal."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from masterplan.analyse.facts import day
from masterplan.cli.console import Today, out
from masterplan.git.commands import repository
from masterplan.publish.init import Answers, Result, Service, default_title, has_plan, init
from masterplan.today import today_of

app = typer.Typer()


@app.command("init")
def start(
    folder: Annotated[Path, typer.Argument(help="Where the plan goes; made where it is missing.")] = Path(),
    title: Annotated[
        str | None, typer.Option(help="The title of the plan and of its site; else the folder's name.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="What a piece of work is called: Sprint, Epic, Milestone.")] = None,
    units: Annotated[str | None, typer.Option(help="Several of them; else the same with an s.")] = None,
    group: Annotated[
        str | None, typer.Option(help="What a group of pieces of work is called: Phase, Milestone, Release.")
    ] = None,
    groups: Annotated[str | None, typer.Option(help="Several groups; else the same with an s.")] = None,
    begin: Annotated[
        str | None, typer.Option("--start", help="The day on which week 1 begins, like 2026-01-05.", metavar="DAY")
    ] = None,
    first: Annotated[list[str] | None, typer.Option(help="The title of a first piece of work; repeatable.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Write an example plan that shows every part.")] = False,
    publish: Annotated[
        Service | None, typer.Option(help="What publishes the site; else GitLab or GitHub, as Git's origin is.")
    ] = None,
    uses: Annotated[
        str | None, typer.Option(help="The workflow or component to call, such as your own copy.", metavar="REFERENCE")
    ] = None,
    git: Annotated[bool | None, typer.Option("--git/--no-git", help="Whether to make it a Git repository.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the options and the defaults.")] = False,
    today: Today = None,
) -> None:
    """Start a plan: write the plan, the site's settings and a workflow that publishes it, where they are missing.

    Nothing that is there is replaced, so it can be run again. At a terminal it asks for what no option says.
    """
    ask = _Questions(at_terminal=sys.stdin.isatty() and not yes, of_plan=not demo and not has_plan(folder))
    name = ask.text("Title of the plan", title, default_title(folder, demo=demo))
    one = ask.text("What is a piece of work called?", unit, "Sprint")
    many = ask.text("And several of them?", units, f"{one}s")
    one_group = ask.text("What is a group of them called?", group, "Phase")
    many_groups = ask.text("And several groups?", groups, f"{one_group}s")
    begins = day(ask.text("On which day does week 1 begin, like 2026-01-05? (may stay empty)", begin, ""))
    titles = first or ask.several(f"Title of a first {one}? (empty: no more)")
    versioned = ask.git(git, folder)
    answers = Answers(
        name, (one, many), (one_group, many_groups), begins, tuple(titles), demo, publish, uses, versioned
    )
    _say(init(folder, answers, today_of(None, day(today or ""))), folder)


class _Questions:
    """What an option does not say is asked at a terminal, or is the default; a demo has all answers about its plan."""

    def __init__(self, *, at_terminal: bool, of_plan: bool) -> None:
        self.at_terminal = at_terminal
        self.of_plan = of_plan

    def text(self, question: str, option: str | None, default: str) -> str:
        if option is None and self.at_terminal and self.of_plan:
            return str(typer.prompt(question, default=default, show_default=bool(default)))
        return option or default

    def several(self, question: str) -> Sequence[str]:
        texts: list[str] = []
        while self.at_terminal and self.of_plan and (text := self.text(question, None, "")):
            texts.append(text)
        return texts

    def git(self, option: bool | None, folder: Path) -> bool:
        if option is False or repository(folder):
            return False
        if option is None and self.at_terminal:
            return typer.confirm(
                "There is no Git repository yet, which history and reviews need. Make one?", default=True
            )
        return bool(option)


def _say(result: Result, folder: Path) -> None:
    for path in result.written:
        out.print(f"Wrote {_shown(path)}")
    for path in result.present:
        out.print(f"Left {_shown(path)} as it is")
    for sentence in result.advice:
        out.print(f"\n{sentence}")
    at = "" if folder.resolve() == Path.cwd() else f" --root {shlex.quote(str(folder))}"
    out.print(f'\nNext:\n  masterplan serve{at}\n  masterplan new sprint "What it is about"{at}')


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
