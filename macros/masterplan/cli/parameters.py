"""Parameters that several commands share, and the group class that lists commands in help texts.

Only the modules of this package use it.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from masterplan.cli.console import err
from masterplan.errors import MasterplanError
from masterplan.today import day

Root = Annotated[
    Path, typer.Option(help="The repository with plan_data/ and mkdocs.yml.", file_okay=False, exists=True)
]
Today = Annotated[
    date | None,
    typer.Option(
        help="The day to take as today, such as 2025-11-16; by default TODAY, SOURCE_DATE_EPOCH or the clock.",
        metavar="DAY",
        parser=day,
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", help="The file to write; by default the output is printed.", dir_okay=False)
]

_LONGEST_HELP = 200
"""The most characters of a command's help in a list of commands."""


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
