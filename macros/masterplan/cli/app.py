"""The command line: the only room that prints, and the only one that turns errors into exit codes.

0: fine. 1: findings at or over the threshold. 2: could not run. What was asked for goes to the standard output, why
something could not be done to the standard error.
"""

import io
import os
import sys
from typing import NoReturn

import typer

from masterplan.cli import bring, build, check, diff, export, init, record
from masterplan.cli.console import Commands, err
from masterplan.errors import MasterplanError, PlanError, UsageError

INTERRUPTED = 130
"""The exit code that Typer gives Ctrl-C."""

DEBUG = "MASTERPLAN_DEBUG"
"""The environment variable that shows the traceback of an unexpected error."""


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


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code. Prints every error as one sentence."""
    try:
        _refuse_other_bytes(arguments)
        code = app(args=arguments, prog_name="masterplan", standalone_mode=False) or 0
    except PlanError as error:
        _print_findings(error)
        return error.exit_code
    except (MasterplanError, typer.TyperException) as error:
        sentence = error.format_message() if isinstance(error, typer.TyperException) else str(error)
        return _fail(sentence)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or 'a file'}: {error.strerror or error}")
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        kind = type(error).__name__
        return _fail(
            f"{kind}: {error}; this is a bug in masterplan; please report it with the traceback ({DEBUG}=1 shows it)"
        )
    return _fail("interrupted") if code == INTERRUPTED else code


def _refuse_other_bytes(arguments: list[str]) -> None:
    """Raise UsageError for an argument that is not UTF-8: Python keeps its bytes, and no file can have them."""
    for argument in arguments:
        if not argument.isascii() and any("\ud800" <= character <= "\udfff" for character in argument):
            raise UsageError(f"the argument {argument} is not UTF-8 text")


def _fail(sentence: str) -> int:
    if sentence:
        err.print(f"masterplan: {' '.join(sentence.split())}")
    return MasterplanError.exit_code


def _print_findings(error: PlanError) -> None:
    from masterplan.render.reports import finding_lines, summary

    for line in finding_lines(error.findings):
        err.print(line)
    err.print(summary(error.findings))
