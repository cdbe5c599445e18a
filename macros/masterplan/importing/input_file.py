"""A file that a plan is imported from: its text, whatever an editor or a spreadsheet made of it, and who reads it."""

import codecs
import sys
from bisect import bisect
from dataclasses import dataclass
from pathlib import Path

from masterplan.errors import UsageError
from masterplan.load.hints import did_you_mean
from masterplan.load.source import FORBIDDEN

LARGEST = 20_000_000
"""Bytes that a file may have."""

STANDARD_INPUT = Path("-")
"""The name that stands for what is piped into a command."""

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENDS = "\x0b\x0c\x85\u2028\u2029"
"""Characters that some programs take for the end of a line; in a plan's text they are blanks."""

REPLACEMENT = "\ufffd"
"""Stands for a character that no plan can have."""


@dataclass(frozen=True, slots=True)
class InputText:
    """A text to import, its lines ended as on Linux, and the lines in which a character had to be replaced."""

    text: str
    replaced: tuple[int, ...] = ()


def read_input_bytes(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a file that a command was given; `-` is the standard input.

    Raises UsageError with one sentence where they cannot be had, or are more than `most`.
    """
    if path == STANDARD_INPUT:
        return _of_size(sys.stdin.buffer.read(most + 1), "the standard input", most)
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name the file to import")
    try:
        with path.open("rb") as opened:
            content = opened.read(most + 1)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return _of_size(content, str(path), most)


def _of_size(content: bytes, name: str, most: int) -> bytes:
    if len(content) > most:
        raise UsageError(f"{name} has more than {most:,} bytes; import it in parts")
    return content


def read_input_text(path: Path) -> InputText:
    """The text of a file. Raises UsageError with one sentence where it is none."""
    content = read_input_bytes(path)
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path} is not UTF-8, first in line {line}; save it as UTF-8 in your editor") from None
    if "\0" in text:
        raise UsageError(f"{path} is not a text; save it as Markdown, CSV or an Excel workbook")
    return clean_text(text)


def clean_text(text: str) -> InputText:
    """The text without characters that no plan can have; a mark stands in for each that is no blank."""
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
    """The refusal of a file whose name ends in none of the endings that are `known`."""
    ending = path.suffix or "no ending"
    hint = did_you_mean(path.suffix, known) if path.suffix else f"known here: {', '.join(known)}"
    return UsageError("; ".join(filter(None, [f"{path} cannot be imported: its name has {ending}", hint])))
