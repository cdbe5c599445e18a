"""The commands that create or upgrade a plan: init, new, upgrade.

Only init asks questions, and only at a terminal.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from masterplan.cli.console import err, out
from masterplan.cli.import_plan import import_source
from masterplan.cli.parameters import App, Commands, Root, Today
from masterplan.cli.usage import day_value, filled
from masterplan.errors import UsageError
from masterplan.today import day, today_of

if TYPE_CHECKING:
    from masterplan.publish.init import Result

app = App()
new = App(cls=Commands, help="Add something to the plan.")

MOST_TAKEN = 5
"""The most ids on other branches to list in a message."""

NewFolder = Annotated[
    Path, typer.Argument(help="The folder of the plan; created if missing.", metavar="FOLDER", file_okay=False)
]
NewTitle = Annotated[
    str | None, typer.Option(help="The title of the plan and its site; by default the folder's name.", metavar="TITLE")
]
UnitWord = Annotated[
    str | None, typer.Option(help="The word for a piece of work: Sprint, Epic, Milestone.", metavar="WORD")
]
UnitWords = Annotated[str | None, typer.Option(help="The plural of --unit; by default with an s.", metavar="WORD")]
GroupWord = Annotated[
    str | None, typer.Option(help="The word for a group of them: Phase, Milestone, Release.", metavar="WORD")
]
GroupWords = Annotated[str | None, typer.Option(help="The plural of --group; by default with an s.", metavar="WORD")]
FirstDay = Annotated[
    date | None,
    typer.Option("--start", help="The first day of week 1, such as 2026-01-05.", metavar="DAY", parser=day_value),
]
FirstTitles = Annotated[
    list[str] | None,
    typer.Option(help="The title of a first piece of work; repeatable.", metavar="TITLE", parser=filled),
]
Publish = Annotated[
    Literal["github", "gitlab", "none"] | None,
    typer.Option(
        help="The service that publishes the site; by default the one that hosts Git's origin, or GitHub without one."
    ),
]
FromOption = Annotated[
    Path | None,
    typer.Option("--from", help="An existing plan to import, such as PLAN.md.", metavar="FILE"),
]
Git = Annotated[bool | None, typer.Option("--git/--no-git", help="Whether to create a Git repository.")]
Uses = Annotated[
    str | None, typer.Option(help="The workflow or component to call, such as your own copy.", metavar="REFERENCE")
]


@app.command("init")
def init_plan(
    folder: NewFolder = Path(),
    title: NewTitle = None,
    unit: UnitWord = None,
    units: UnitWords = None,
    group: GroupWord = None,
    groups: GroupWords = None,
    begin: FirstDay = None,
    first: FirstTitles = None,
    demo: Annotated[bool, typer.Option("--demo", help="Write an example plan that shows every part.")] = False,
    source: FromOption = None,
    publish: Publish = None,
    uses: Uses = None,
    git: Git = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; use the options and defaults.")] = False,
    today: Today = None,
) -> None:
    """Start a plan: write the plan, the site's settings and a workflow that publishes it, unless they exist.

    Existing files are never replaced, so you can run it again. At a terminal, it asks for values that no option sets.
    """
    from masterplan.git.commands import is_installed
    from masterplan.publish.init import Answers, default_title, has_plan, init

    if git and not is_installed():
        raise UsageError("--git needs Git, which is not installed or not on the PATH; install it, or leave out --git")
    if source is not None:
        own = {"--demo": demo, "--unit": unit, "--units": units, "--group": group, "--groups": groups, "--first": first}
        _import(source, folder, {"title": title, "start": str(begin or "")}, own)
    ask = _Questions(at_terminal=sys.stdin.isatty() and not yes, of_plan=not demo and not has_plan(folder))
    name = ask.text("Title of the plan", title, default_title(folder, demo=demo))
    one = ask.text("What do you call a piece of work?", unit, "Sprint")
    many = ask.plural(one, units, "Sprint")
    one_group = ask.text("What do you call a group of them?", group, "Phase")
    many_groups = ask.plural(one_group, groups, "Phase")
    begins = ask.day("First day of week 1, such as 2026-01-05 (optional)", begin)
    titles = first or ask.several(f"Title of a first {one} (press Enter to finish)")
    versioned = ask.git(git, folder)
    answers = Answers(
        name, (one, many), (one_group, many_groups), begins, tuple(titles), demo, publish, uses, versioned
    )
    result = init(folder, answers, today_of(None, today))
    present = [path for path in result.present if source is None or path.name != "plan.yml"]
    _print_result(replace(result, present=tuple(present)), folder, is_imported=source is not None)


def _import(source: Path, folder: Path, answers: Mapping[str, str | None], own: Mapping[str, object]) -> None:
    """Import the plan from a document with these answers, so that no questions about a new plan are left.

    Raises UsageError for an option of `own`, which are about a plan without a document.
    """
    if wrong := next((option for option, value in own.items() if value), None):
        raise UsageError(f"with --from, the plan is that of {source.name}; leave out {wrong}")
    options = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in answers.items() if value]
    import_source(source, folder, options)


@app.command("upgrade")
def upgrade_plan(
    root: Root = Path(),
    dry: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
) -> None:
    """Rename fields with old names; the rest of each file stays unchanged, including comments."""
    from masterplan.analyse import figures
    from masterplan.edit.upgrade import upgrade

    upgrades = upgrade(root, dry=dry)
    for file in upgrades if dry else ():
        lines = unified_diff(file.before.splitlines(), file.after.splitlines(), file.path, file.path, n=0, lineterm="")
        out.print("\n".join(lines))
    fields = figures.count(sum(file.renamed for file in upgrades), "field")
    files = figures.count(len(upgrades), "file")
    if not upgrades:
        out.print("Nothing to do: every field has its current name.")
    elif dry:
        out.print(f"{fields} in {files} would be renamed.")
    else:
        out.print(f"Renamed {fields} in {files}. Review the difference, then commit.")


class _Questions:
    """The answers: from options, else asked at a terminal, else the default; a demo asks nothing about its plan."""

    def __init__(self, *, at_terminal: bool, of_plan: bool) -> None:
        self.at_terminal = at_terminal
        self.of_plan = of_plan

    def text(self, question: str, option: str | None, default: str) -> str:
        if option is None and self.at_terminal and self.of_plan:
            return str(typer.prompt(question, default=default, show_default=bool(default)))
        return option or default

    def plural(self, word: str, option: str | None, usual: str) -> str:
        """The plural of a word, asked only for a word other than the usual one."""
        plural = f"{word}s"
        return option or plural if word == usual else self.text(f"The plural of {word}", option, plural)

    def day(self, question: str, option: date | None) -> date | None:
        """A day or nothing, asked again until it is one."""
        while option is None:
            try:
                return day(self.text(question, None, ""))
            except UsageError as error:
                err.print(str(error))
        return option

    def several(self, question: str) -> Sequence[str]:
        texts: list[str] = []
        while self.at_terminal and self.of_plan and (text := self.text(question, None, "")):
            texts.append(text)
        return texts

    def git(self, option: bool | None, folder: Path) -> bool:
        from masterplan.git.commands import is_installed, repository

        if option is False or repository(folder):
            return False
        if option is None and self.at_terminal and is_installed():
            return typer.confirm("History and reviews need a Git repository. Create one?", default=True)
        return bool(option)


def _print_result(result: "Result", folder: Path, *, is_imported: bool) -> None:
    from masterplan.edit.editing import root_option

    for path in result.written:
        out.print(f"Wrote {_relative(path)}")
    for path in result.present:
        out.print(f"Left {_relative(path)} unchanged")
    for sentence in result.advice:
        out.print(f"\n{sentence}")
    option = root_option(folder)
    step = "check" if is_imported else 'new sprint "Name of the sprint"'
    out.print(f"\nNext:\n  masterplan serve{option}\n  masterplan {step}{option}")


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


@new.command("sprint")
def new_sprint(
    title: Annotated[str, typer.Argument(help="The title of the sprint.", metavar="TITLE", parser=filled)],
    root: Root = Path(),
    id_: Annotated[
        str | None, typer.Option("--id", help="Its id; by default the next free number.", metavar="ID")
    ] = None,
    phase: Annotated[str | None, typer.Option(help="The id of the phase it joins.", metavar="ID")] = None,
    needs: Annotated[
        list[str] | None, typer.Option(help="The id of a sprint it needs; repeatable.", metavar="ID")
    ] = None,
) -> None:
    """Add a sprint as one new file; the next build shows it on every page."""
    from masterplan.edit.editing import root_option
    from masterplan.edit.scaffold import new_sprint as write_sprint
    from masterplan.git.branches import sprints_elsewhere

    elsewhere = sprints_elsewhere(root)
    path = write_sprint(root, title, id_, phase, tuple(needs or ()), elsewhere=elsewhere)
    out.print(f"Wrote {root / path}. Fill it in, then run `masterplan check{root_option(root)}`.")
    if elsewhere:
        out.print(_branch_warning(id_, elsewhere))


def _branch_warning(id_: str | None, elsewhere: Mapping[str, str]) -> str:
    """A warning about ids on other branches, for a new sprint whose id was typed or is the next free number."""
    if id_ is not None and id_ in elsewhere:
        return f"The branch {elsewhere[id_]} also has the id {id_}; change one of the two before merging both."
    taken = [f"{other} ({branch})" for other, branch in elsewhere.items()]
    more = f" and {len(taken) - MOST_TAKEN} more" if len(taken) > MOST_TAKEN else ""
    return f"Ids on other branches: {', '.join(taken[:MOST_TAKEN])}{more}."


@new.command("page")
def new_page(
    page: Annotated[str, typer.Argument(help="The id of the default page: overview, risks, …", metavar="PAGE")],
    root: Root = Path(),
) -> None:
    """Copy a default page into the docs folder for editing; an existing page is never overwritten."""
    from masterplan.publish import mkdocs_yml
    from masterplan.publish.default_pages import new_page as copy_page
    from masterplan.publish.team_pages import plan_pages

    mkdocs_yml.read(root)  # without a site, there is no page to replace
    path = copy_page(root, plan_pages(root), page)
    out.print(f"Wrote {root / path}. Edit it; it replaces the default page.")
