"""Where the commands print, made harmless to a terminal. Needs no library where there is no terminal.

Only the modules of this room use it.
"""

import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from masterplan.files import write_output

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from masterplan.render.styled import StyledText

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal acts on and does not show: controls except tab and line feed, directions, bytes that are no text."""


_STYLED = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""The environment variables that make Rich print styles where there is no terminal."""


def harmless(text: str) -> str:
    """Text with a sign in place of every character that a terminal would act on."""
    return _OBEYED.sub("\ufffd", text)


class _Screen:
    """A stream that shows text and never acts on it, whoever wrote the names and values that are printed.

    Only a terminal, and whatever else the environment says can show styles, waits for Rich.
    """

    def __init__(self, stream: Literal["stdout", "stderr"]) -> None:
        self._stream = stream

    def print(self, text: "StyledText | str") -> None:
        """Print a text, made harmless, and end its line."""
        if self._has_styles:
            self._console.print(self._styled(text))
        else:
            print(harmless(str(text)), file=getattr(sys, self._stream), flush=True)

    @contextmanager
    def status(self, doing: str) -> Iterator[None]:
        """Show what takes a while, on a terminal only and as long as it does.

        Nothing moves, as that takes a thread, and a process with several threads cannot share its work by forks.
        """
        stream = getattr(sys, self._stream)
        if not stream.isatty():
            yield
            return
        print(f"{doing} \u2026", end="\r", file=stream, flush=True)
        try:
            yield
        finally:
            print(" " * (len(doing) + 2), end="\r", file=stream, flush=True)

    @property
    def _has_styles(self) -> bool:
        return getattr(sys, self._stream).isatty() or any(os.environ.get(name) for name in _STYLED)

    @cached_property
    def _console(self) -> "Console":
        from rich.console import Console

        is_error = self._stream == "stderr"
        return Console(highlight=False, soft_wrap=True, markup=False, emoji=False, stderr=is_error)

    @staticmethod
    def _styled(text: "StyledText | str") -> "Text":
        from rich.text import Text

        pieces = [(text, "")] if isinstance(text, str) else text.pieces
        return Text.assemble(*((harmless(piece), style) for piece, style in pieces))


out = _Screen("stdout")
err = _Screen("stderr")


@contextmanager
def uncollected() -> Iterator[None]:
    """Without Python's search for unused cycles: it goes through all values of a plan again and again, and finds none.

    For commands that read a plan or a document, print, and end; nor is what is there gone through at the end.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()


def give(result: "StyledText | str | bytes", output: Path | None, summary: str = "") -> None:
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
