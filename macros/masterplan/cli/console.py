"""Output of the commands, made harmless to terminals. Without a terminal, it needs no library.

Only the modules of this package use it.
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

_CONTROLS = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""Characters that terminals obey instead of showing: controls except tab and line feed, text direction, raw bytes."""


_STYLED = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""The environment variables that make Rich print styles without a terminal."""


def harmless(text: str) -> str:
    """The text with a replacement for every character that a terminal would obey."""
    return text if text.replace("\n", "").isprintable() else re.sub(_CONTROLS, "\ufffd", text)


class _Screen:
    """An output stream for text from anyone: the terminal shows it, but obeys nothing in it.

    Rich is imported only for a terminal, or if the environment asks for styles.
    """

    def __init__(self, stream: Literal["stdout", "stderr"]) -> None:
        self._stream = stream

    def print(self, text: "StyledText | str") -> None:
        """Print a text, made harmless, and a line break."""
        if self._has_styles:
            self._console.print(self._styled(text))
        else:
            print(harmless(str(text)), file=getattr(sys, self._stream), flush=True)

    @contextmanager
    def status(self, activity: str) -> Iterator[None]:
        """Show a long activity while it lasts, on a terminal only.

        There is no animation, as it needs a thread, and a process with threads cannot safely fork to share its work.
        """
        stream = getattr(sys, self._stream)
        if not stream.isatty():
            yield
            return
        print(f"{activity} \u2026", end="\r", file=stream, flush=True)
        try:
            yield
        finally:
            print(" " * (len(activity) + 2), end="\r", file=stream, flush=True)

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
def without_garbage_collection() -> Iterator[None]:
    """Turn garbage collection off: it would traverse all values of a plan again and again, without freeing any.

    For commands that read a plan or a document, write their result and exit. Collection at exit is skipped too.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()


def emit(result: "StyledText | str | bytes", output: Path | None, summary: str = "") -> None:
    """Print the result of a command, or write it to the file `output` and print a summary.

    Text is for readers: it is made harmless to terminals and ends with a line break. Bytes are the content of a file
    and stay unchanged.
    """
    if output is not None:
        write_output(output, result if isinstance(result, bytes) else f"{result}\n".encode())
        out.print(f"{output}: {summary}" if summary else f"Wrote {output}.")
    elif isinstance(result, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(result)
    else:
        out.print(result)
