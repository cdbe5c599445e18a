"""Names and ids: subjects, natural order, slugs, and valid file names."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_DIGITS = re.compile(r"(\d+)")
WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that cannot be files on Windows, as they are devices."""

_OTHER = re.compile(r"[^a-z0-9]+")

SubjectKind = Literal["plan", "sprint", "phase", "option", "person", "team", "role", "milestone", "risk"]
"""The kind of a subject: the plan as a whole, or a kind of part with an id."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The part of a plan that a finding or a change is about: its kind and its id. The plan itself has no id."""

    kind: SubjectKind
    id: str = ""

    def __str__(self) -> str:
        """Kind and id as in exports and as people type them: `sprint 4`, `option A`, `plan`."""
        return f"{self.kind} {self.id}" if self.id else self.kind


PLAN = Subject("plan")
"""The plan as a whole."""


@lru_cache(maxsize=10_000)
def natural(id_: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that orders ids as people expect: 2 before 10, 18.5 between 18 and 19, A after all numbers."""
    pieces = (piece for piece in _DIGITS.split(id_) if piece)
    return tuple((0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces)


def composed(text: str) -> str:
    """A text with letters and their combining marks composed (Unicode NFC); it looks the same.

    macOS and some keyboards produce them decomposed. A text stays as it is if NFC would only replace characters by
    equivalent ones, such as older forms of Chinese characters.
    """
    joined = unicodedata.normalize("NFC", text)
    return joined if len(joined) < len(text) else text


def slug(text: str, joiner: str = "-") -> str:
    """A text as lower-case ASCII words, for file names; empty if no letters or digits remain."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _OTHER.sub(joiner, plain).strip(joiner)[:60].strip(joiner)


def is_path_on_windows(path: str) -> bool:
    """Whether a path is valid on Windows: no name in it is a device or ends with a dot or a space."""
    return not any(WINDOWS_DEVICE.fullmatch(name) or name.endswith((".", " ")) for name in path.split("/"))


def fits_page(character: str) -> bool:
    """Whether a character may be in the path of a page: a letter, a combining mark, a digit, or one of ` ._-/`.

    Hosts turn file names into titles, and run titles as templates, so brackets, quotes and symbols are not allowed.
    """
    return character in " ._-/" or unicodedata.category(character)[0] in "LMN"
