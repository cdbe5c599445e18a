"""All commands as one group, by Typer."""

import gc

import typer

from masterplan.cli import bring, build, check, diff, export, init, record
from masterplan.cli.parameters import Commands
from masterplan.errors import UsageError

app = typer.Typer(
    cls=Commands,
    help="A team's plan as YAML in Git, published as a site on every commit.",
    epilog="Start with `masterplan init`, then `masterplan serve`; `masterplan COMMAND --help` explains each command.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich and its Markdown take longer to import than most commands take to run
    add_completion=False,
)
app.add_typer(init.app)
app.add_typer(init.new, name="new")
app.add_typer(bring.app)
app.add_typer(check.app)
app.add_typer(build.app)
app.add_typer(diff.app)
app.add_typer(record.app)
app.add_typer(export.app, name="export")


def call(arguments: list[str]) -> int:
    """Call the command that arguments name; returns its exit code. Raises UsageError for arguments that do not fit."""
    if not gc.isenabled():  # see `masterplan.__main__`
        gc.freeze()
        gc.enable()
    try:
        return app(args=arguments, prog_name="masterplan", standalone_mode=False) or 0
    except typer.TyperException as error:
        raise UsageError(error.format_message()) from error
