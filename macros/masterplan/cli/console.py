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
        help="The day to take as today, such as 2025-11-16; by default TODAY, SOURCE_DATE_EPOCH or the clock.",
        metavar="DAY",
        parser=day,
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", help="The file to write; by default the output is printed.", dir_okay=False)
]

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal acts on and does not show: controls except tab and line feed, directions, bytes that are no text."""


def harmless(text: str) -> str:
    """Text with a sign in place of every character that a terminal would act on."""
    return _OBEYED.sub("\ufffd", text)


class _Screen(Console):
    """A console that shows text and never acts on it, whoever wrote the names and values that are printed."""

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
    """Print the result of a command, or write it to the file `output` and print a summary of it.

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
