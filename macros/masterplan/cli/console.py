"""What the commands share: where they print, and the options that several of them have.

Only the modules of this room use it.
"""

import re
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from masterplan.files import write_output
from masterplan.today import day

Root = Annotated[
    Path, typer.Option(help="The repository with plan_data/ and mkdocs.yml.", file_okay=False, exists=True)
]
Today = Annotated[
    date | None,
    typer.Option(
        help="The day to take as today, like 2025-11-16; else TODAY, SOURCE_DATE_EPOCH or the clock.",
        metavar="DAY",
        parser=day,
    ),
]
Output = Annotated[Path | None, typer.Option("--output", help="The file to write; else it is printed.", dir_okay=False)]

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys and does not show: controls but tab and line feed, directions, and bytes that are no text."""


def harmless(text: str) -> str:
    """Text with a sign in the place of every character that a terminal would obey."""
    return _OBEYED.sub("\ufffd", text)


class _Screen(Console):
    """A console that shows text and obeys none of it, whoever wrote the names and values that are printed."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print texts, made harmless."""
        super().print(*map(_harmless, objects), **options)


def _harmless(printed: Any) -> Any:
    if not isinstance(printed, Text):
        return harmless(str(printed))
    copy = printed.copy()
    copy.plain = harmless(printed.plain)
    return copy


out = _Screen(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = _Screen(highlight=False, soft_wrap=True, markup=False, emoji=False, stderr=True)


def give(result: Text | str | bytes, output: Path | None, summary: str = "") -> None:
    """Print what a command was asked for, or write it to the file `output` and print a summary of it.

    A text is for readers: it is made harmless to a terminal, and a line ends it. Bytes are a file's and stay the same.
    """
    if output is not None:
        write_output(output, result if isinstance(result, bytes) else f"{result}\n".encode())
        out.print(f"{output}: {summary}" if summary else f"Wrote {output}.")
    elif isinstance(result, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(result)
    else:
        out.print(result)
