"""Width and wrapping of text without a font file.

Widths are those of Helvetica, which Arial and Liberation Sans share. Those of other scripts are estimated generously,
so that text does not overflow whatever the reader's font.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

# Advance widths of the characters U+0020 to U+007E in thousandths of an em, as published in the Adobe Core 14
# font metrics (AFM) for Helvetica.
# fmt: off
_HELVETICA = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)
# fmt: on
_SLACK = 1.09
_BOLD = 1.1
_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
_ELLIPSIS = "…"
_LONGEST = 1000
_AFTER_PUNCTUATION = re.compile(r"(?<=[-/_.])")
_NEVER_FIRST = frozenset("、。，．・：；？！）］｝」』】〉》〕ー々…")


@lru_cache(maxsize=1 << 14)
def width(text: str, *, bold: bool = False) -> float:
    """The width of one line in em, with a margin for the reader's font."""
    return sum(map(_em, text)) * _SLACK * (_BOLD if bold else 1)


@lru_cache(maxsize=1 << 12)
def wrap(text: str, limit: float, lines: int, *, bold: bool = False) -> tuple[str, ...]:
    """Break text into at most `lines` lines no wider than `limit` em; a text that is cut ends in an ellipsis.

    Lines break at blanks and between wide characters, and within a word only if it is too long for a line. White space
    is collapsed; text without a visible word gives no lines.
    """
    wrapped: list[str] = []
    for glue, piece in _pieces(text[:_LONGEST], limit, bold=bold):
        if wrapped and (len(wrapped) > lines or width(wrapped[-1] + glue + piece, bold=bold) <= limit):
            wrapped[-1] += glue + piece
        else:
            wrapped.append(piece if len(wrapped) < lines else glue + piece)
    if len(wrapped) <= lines:
        return tuple(wrapped)
    return (*wrapped[: lines - 1], _cut(wrapped[lines - 1] + wrapped[lines], limit, bold=bold))


def unbroken(text: str, limit: float, *, bold: bool) -> bool:
    """Whether each word fits into `limit` em, or has wide characters and may therefore be broken."""
    return all(width(word, bold=bold) <= limit or any(map(_is_wide, word)) for word in text.split())


def graphemes(text: str) -> list[str]:
    """Split text into characters as readers perceive them: marks, joiners and flags stay together."""
    clusters: list[str] = []
    for char in text:
        if clusters and _continues(clusters[-1], char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _cut(line: str, limit: float, *, bold: bool) -> str:
    """Shorten a line so that it fits with an ellipsis."""
    clusters = graphemes(line)
    while clusters and width("".join(clusters).rstrip() + _ELLIPSIS, bold=bold) > limit:
        clusters.pop()
    return "".join(clusters).rstrip() + _ELLIPSIS


def _pieces(text: str, limit: float, *, bold: bool) -> Iterator[tuple[str, str]]:
    """Yield unbreakable pieces, each no wider than a line, with the blank that precedes it, or ""."""
    for word in text.split():
        glue = " "
        long = width(word, bold=bold) > limit
        for part in _AFTER_PUNCTUATION.split(word) if long else (word,):
            piece = ""
            for grapheme in graphemes(part):
                if piece and (_may_break(piece, grapheme) or width(piece + grapheme, bold=bold) > limit):
                    yield glue, piece
                    glue, piece = "", ""
                piece += grapheme
            yield glue, piece
            glue = ""


def _may_break(piece: str, grapheme: str) -> bool:
    return grapheme not in _NEVER_FIRST and (_is_wide(piece[-1]) or _is_wide(grapheme[0]))


def _continues(cluster: str, char: str) -> bool:
    if _is_flag(char):
        return len(cluster) == 1 and _is_flag(cluster)
    return (
        cluster.endswith(_JOINER)
        or unicodedata.category(char) in {"Mn", "Mc", "Me", "Cf"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\u1160" <= char <= "\u11ff"  # Hangul vowels and final consonants as separate characters
    )


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in {"W", "F"}


@cache
def _em(char: str) -> float:
    base = unicodedata.normalize("NFD", char)[0]
    category = unicodedata.category(char)
    if " " <= base <= "~":
        return _HELVETICA[ord(base) - 32] / 1000
    if char == _EMOJI_STYLE:
        return 0.7
    if category in {"Mn", "Me", "Cf"}:
        return 0.0
    if char >= "\U0001f000":
        return 1.3
    if _is_wide(char) or category[0] == "S" or char in "—…‰":
        return 1.0
    return 0.8 if category == "Lu" else 0.62
