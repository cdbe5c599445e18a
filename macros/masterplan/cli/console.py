"""What the commands share: where they print, and the options that mean the same everywhere.

Only the modules of this room use it.
"""

import re
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

Root = Annotated[
    Path, typer.Option(help="The repository with plan_data/ and mkdocs.yml.", file_okay=False, exists=True)
]
Today = Annotated[
    str | None,
    typer.Option(
        help="The day to take as today, like 2025-11-16; else TODAY, SOURCE_DATE_EPOCH or the clock.", metavar="DAY"
    ),
]

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys and does not show: controls but tab and line feed, directions, and bytes that are no text."""


def inert(text: str) -> str:
    """Text with a sign in the place of every character that a terminal would obey."""
    return _OBEYED.sub("\ufffd", text)


class _Screen(Console):
    """A console that shows text and obeys none of it, whoever wrote the names and values that are printed."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print texts, made inert."""
        super().print(*map(_shown, objects), **options)


def _shown(printed: Any) -> Any:
    if not isinstance(printed, Text):
        return inert(str(printed))
    shown = printed.copy()
    shown.plain = inert(printed.plain)
    return shown


out = _Screen(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = _Screen(highlight=False, soft_wrap=True, markup=False, emoji=False, stderr=True)
