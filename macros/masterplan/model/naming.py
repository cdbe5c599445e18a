"""Names derived from ids and titles: natural order, slugs and the file names of pages."""

import re
import unicodedata

_DIGITS = re.compile(r"(\d+)")
_OTHER = re.compile(r"[^a-z0-9]+")


def natural(id_: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which people expect ids to run: 2 before 10, 18.5 between 18 and 19, A after all numbers."""
    pieces = (piece for piece in _DIGITS.split(id_) if piece)
    return tuple((0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces)


def composed(text: str) -> str:
    """A text with each letter and its marks as one character where there is one (Unicode's NFC); it looks the same.

    macOS and some keyboards write them apart. Characters that NFC would replace by others of the same meaning, such as
    older forms of Chinese characters, stay.
    """
    joined = unicodedata.normalize("NFC", text)
    return joined if len(joined) < len(text) else text


def slug(text: str, joiner: str = "-") -> str:
    """A text as lower-case ASCII words, for file names; empty where no letter or digit can be kept."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _OTHER.sub(joiner, plain).strip(joiner)[:60].strip(joiner)
