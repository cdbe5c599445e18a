"""All commands in one Typer group."""

import gc
from typing import Annotated

import typer

from masterplan.cli import build, check, diff, export, import_plan, init, record
from masterplan.cli.console import out
from masterplan.cli.parameters import Commands
from masterplan.errors import UsageError

_PARTS: tuple[tuple[typer.Typer, str | None], ...] = (
    (init.app, None),
    (init.new, "new"),
    (import_plan.app, None),
    (check.app, None),
    (build.app, None),
    (diff.app, None),
    (record.app, None),
    (export.app, "export"),
)
"""The commands of each module, with the word that precedes them, if any, in the order of `--help`."""

_EPILOG = "Start with `masterplan init`, then `masterplan serve`; `masterplan COMMAND --help` explains each command."


_OBJECTS = 20_000
"""The threshold for garbage collection; with Python's default of 700, it takes a tenth of the time of a large build."""


def commands_for(first: str = "") -> typer.Typer:
    """The app with the commands that match a first word, or with all commands, which takes longer to create."""
    app = typer.Typer(
        cls=Commands,
        help="A team's plan as YAML in Git, published as a site on every commit.",
        epilog=_EPILOG,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # Rich and its Markdown take longer to import than most commands take to run
        add_completion=False,
    )
    app.callback()(_options)
    matching = [(part, word) for part, word in _PARTS if first in ({word} if word else _names(part))]
    for part, word in matching or _PARTS:
        app.add_typer(part, name=word)
    return app


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        out.print(f"masterplan {version('masterplan')}")
        raise typer.Exit


def _options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None: ...


def _names(part: typer.Typer) -> set[str | None]:
    return {command.name or command.callback.__name__ for command in part.registered_commands if command.callback}


def call(arguments: list[str]) -> int:
    """Call the command in the arguments; returns its exit code. Raises UsageError for invalid arguments."""
    if not gc.isenabled():  # see `masterplan.__main__`
        gc.freeze()
        gc.set_threshold(_OBJECTS)
        gc.enable()
    try:
        return commands_for(*arguments[:1])(args=arguments, prog_name="masterplan", standalone_mode=False) or 0
    except typer.Abort:  # Ctrl-C or Ctrl-D at a question
        raise UsageError("interrupted") from None
    except typer.TyperException as error:
        from masterplan.cli.usage import sentence_about

        raise UsageError(sentence_about(error)) from error
