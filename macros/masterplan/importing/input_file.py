"""Input of an import: the bytes or text of a file, whichever editor or spreadsheet program saved it."""

import codecs
import sys
from bisect import bisect
from dataclasses import dataclass
from pathlib import Path

from masterplan.errors import UsageError
from masterplan.load.hints import choose, did_you_mean
from masterplan.load.source import FORBIDDEN

LARGEST = 20_000_000
"""Largest input, in bytes."""

STANDARD_INPUT = Path("-")
"""Path that means standard input."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENDS = "\x0b\x0c\x85\u2028\u2029"
"""Characters that some programs treat as line ends; in a plan they become blanks."""

REPLACEMENT = "\ufffd"
"""Replaces each character that a plan cannot contain."""


@dataclass(frozen=True, slots=True)
class InputText:
    """A text to import, with Linux line ends, and the numbers of lines with a replaced character."""

    text: str
    replaced: tuple[int, ...] = ()


def read_input_bytes(path: Path, limit: int = LARGEST) -> bytes:
    """Bytes of a file named on the command line; `-` is standard input.

    Raises UsageError if the file cannot be read or has more than `limit` bytes.
    """
    if path == STANDARD_INPUT:
        return _checked_size(sys.stdin.buffer.read(limit + 1), "the standard input", limit)
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name the file to import")
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return _checked_size(content, str(path), limit)


def _checked_size(content: bytes, name: str, limit: int) -> bytes:
    if len(content) > limit:
        raise UsageError(f"{name} has more than {limit:,} bytes; import it in parts")
    return content


def read_input_text(path: Path) -> InputText:
    """Text of a file. Raises UsageError if the file cannot be read or is not text."""
    content = read_input_bytes(path)
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path} is not UTF-8, first in line {line}; save it as UTF-8 in your editor") from None
    if "\0" in text:
        raise UsageError(f"{path} is not a text file; save it as Markdown, CSV or an Excel workbook")
    return clean_text(text)


def clean_text(text: str) -> InputText:
    """The text without characters that a plan cannot contain: odd line ends become blanks, others U+FFFD."""
    if text.isprintable():
        return InputText(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not FORBIDDEN.search(text):
        return InputText(text)
    text = text.translate(dict.fromkeys(map(ord, _ENDS), " "))
    starts = [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]
    lines = dict.fromkeys(bisect(starts, match.start()) for match in FORBIDDEN.finditer(text))
    return InputText(FORBIDDEN.sub(REPLACEMENT, text), tuple(lines))


def unknown_format(path: Path, known: list[str]) -> UsageError:
    """Error for a file whose suffix is not one of the `known` ones."""
    suffix = path.suffix or "no ending"
    hint = did_you_mean(path.suffix, known) if path.suffix else choose(known)
    return UsageError("; ".join(filter(None, [f"{path} cannot be imported: its name has {suffix}", hint])))
