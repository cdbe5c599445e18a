"""Parameters that several commands share, and the classes that write help texts.

Only the modules of this package use it.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from masterplan.cli.console import err
from masterplan.cli.usage import day_value
from masterplan.errors import MasterplanError

Root = Annotated[
    Path,
    typer.Option(help="The repository with plan_data/ and mkdocs.yml.", metavar="FOLDER", file_okay=False, exists=True),
]
Today = Annotated[
    date | None,
    typer.Option(
        help="The day to take as today, such as 2025-11-16; by default TODAY, SOURCE_DATE_EPOCH or the clock.",
        metavar="DAY",
        parser=day_value,
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", help="The file to write; by default the output is printed.", metavar="FILE", dir_okay=False
    ),
]

_Function = TypeVar("_Function", bound=Callable[..., Any])

_LONGEST_HELP = 200
"""The most characters of a command's help in a list of commands."""


class _Command(TyperCommand):
    """A command whose help names its arguments without the Python type that Typer adds, such as `<str>`."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the lists of arguments and options."""
        rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
        for parameter in self.get_params(ctx):
            if record := parameter.get_help_record(ctx):
                is_argument = parameter.param_type_name == "argument"
                name = record[0].partition(" <")[0] if is_argument else record[0]
                rows[parameter.param_type_name].append((name, record[1]))
        for title, shown in zip(("Arguments", "Options"), rows.values(), strict=True):
            if shown:
                with formatter.section(title):
                    formatter.write_dl(shown)


class App(typer.Typer):
    """The commands of a module, with `_Command` as their class."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[_Function], _Function]:
        """Add the decorated function as a command."""
        return super().command(name, cls=_Command, **settings)


class Commands(TyperGroup):
    """A group that lists each command with the first sentence of its help. Without arguments it prints its help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments; without any, print the help and stop."""
        if not args:
            err.print(ctx.get_help())
            raise typer.Exit(MasterplanError.exit_code)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            rows = [(name, command.get_short_help_str(_LONGEST_HELP)) for name, command in commands if command]
            formatter.write_dl(rows)
