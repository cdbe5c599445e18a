"""Text for a terminal with styles as a part of it; whoever prints it decides whether they are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class StyledText:
    """A text of pieces, each with its style in the words of Rich, such as `bold red`; empty where it has none.

    It does without Rich, which takes long to import, so that only a terminal waits for that.
    """

    pieces: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, *pieces: str | tuple[str, str]) -> Self:
        """The text that pieces make one after another; a text alone has no style."""
        return cls([(piece, "") if isinstance(piece, str) else piece for piece in pieces])

    @classmethod
    def joined(cls, separator: str, texts: Iterable["StyledText"]) -> Self:
        """Texts with a separator between them, which has no style."""
        pieces = [piece for text in texts for piece in ((separator, ""), *text.pieces)]
        return cls(pieces[1:])

    def __str__(self) -> str:
        """The text without styles."""
        return "".join(text for text, _ in self.pieces)


def printable(text: str) -> str:
    """Plan text for a terminal: one line, without control characters."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
