"""Styled text for a terminal; the caller decides whether to show the styles."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self


class StyledText(NamedTuple):
    """Pieces of text, each with its style in Rich's notation, such as `bold red`, or "" for none.

    It does not use Rich, whose import is slow, so that only output to a terminal waits for it.
    """

    pieces: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, *pieces: str | tuple[str, str]) -> Self:
        """The concatenation of pieces; a plain string has no style."""
        return cls([(piece, "") if isinstance(piece, str) else piece for piece in pieces])

    @classmethod
    def joined(cls, separator: str, texts: Iterable["StyledText"]) -> Self:
        """Texts joined by an unstyled separator."""
        pieces = [piece for text in texts for piece in ((separator, ""), *text.pieces)]
        return cls(pieces[1:])

    def __str__(self) -> str:
        """The text without styles."""
        return "".join(text for text, _ in self.pieces)


def printable(text: str) -> str:
    """Plan text for a terminal: one line, without control characters."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
