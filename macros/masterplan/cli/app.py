"""The entry point of the command line: runs a command, prints errors, and turns them into exit codes.

Exit codes: 0 for success, 1 for findings at or over the threshold, 2 if the command could not run. Results go to
standard output, errors to standard error.
"""

import io
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from masterplan import interrupts
from masterplan.cli.console import err
from masterplan.errors import DEBUG, MasterplanError, PlanError, UsageError, sentence_of

_STANDARD_ERROR = 2
"""The file descriptor of standard error."""

INTERRUPTED = 130
"""Typer's exit code for Ctrl-C."""


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # the search takes longer than reading a file
    _open_streams()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; returns its exit code. Prints every error as one sentence."""
    try:
        _refuse_other_bytes(arguments)
        code = _call(arguments)
        sys.stdout.flush()
    except Exception as error:
        if not interrupts.were_noticed():
            if shows_traceback(error):
                raise
            return print_error(error)
        code = INTERRUPTED
    return _fail("interrupted") if code == INTERRUPTED or interrupts.were_noticed() else code


def _open_streams() -> None:
    """Make the standard streams safe to use: closed ones, closed pipes, and characters that an encoding lacks."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open until the end
        elif name != "stdin" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
            if not stream.isatty():
                setattr(sys, name, _text_output(stream))


def _text_output(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """The same stream, for a pipe or a file, with `_Output` below it."""
    raw = io.BufferedWriter(_Output(stream.fileno(), "wb", closefd=False))
    return io.TextIOWrapper(raw, stream.encoding, stream.errors, line_buffering=stream.line_buffering)


class _Output(io.FileIO):
    """A pipe or file that takes the output of a command. Once a reader has closed the pipe, the rest goes nowhere.

    So a reader such as `head` changes neither what a command does nor its exit code.
    """

    def write(self, content: Any) -> int:
        try:
            return super().write(content)
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())  # or Python would write the rest again at exit
            if isinstance(error, BrokenPipeError) or self.fileno() == _STANDARD_ERROR:
                return super().write(content)
            raise OSError(error.errno, error.strerror, "the output") from None


def _call(arguments: list[str]) -> int:
    """Call the command in the arguments. To start fast, the driver and a check without options do without Typer."""
    match arguments:
        case ["git-diff-driver", file] if not file.startswith("-"):
            from masterplan.cli.driver import print_facts

            print_facts(Path(file))
            return 0
        case ["check"]:
            from masterplan.cli.findings import print_findings

            return int(print_findings(Path()))
        case _:
            from masterplan.cli.group import call

            return call(arguments)


def shows_traceback(error: Exception) -> bool:
    """Whether to show the traceback of an error: it is unexpected, and the user asked for tracebacks."""
    return bool(os.environ.get(DEBUG)) and not isinstance(error, MasterplanError | OSError)


def print_error(error: Exception) -> int:
    """Print the error that stopped a command; returns its exit code."""
    if isinstance(error, PlanError):
        _print_findings(error)
        return error.exit_code
    return _fail(sentence_of(error))


def _refuse_other_bytes(arguments: list[str]) -> None:
    """Raise UsageError for an argument that is not UTF-8: Python keeps its bytes, which no file can contain."""
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
