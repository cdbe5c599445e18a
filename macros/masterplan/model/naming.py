"""Names of things: subjects, natural order, slugs and the file names of pages."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_DIGITS = re.compile(r"(\d+)")
WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that are no files on Windows."""

_OTHER = re.compile(r"[^a-z0-9]+")

SubjectKind = Literal["plan", "sprint", "phase", "option", "person", "team", "role", "milestone", "risk"]
"""What a subject is: the plan as a whole, or a part of it that has an id."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The part of a plan that a finding or a change is about: its kind, and its id, which the plan itself has not."""

    kind: SubjectKind
    id: str = ""

    def __str__(self) -> str:
        """Kind and id as exports have them and as people type them: `sprint 4`, `option A`, `plan`."""
        return f"{self.kind} {self.id}" if self.id else self.kind


PLAN = Subject("plan")
"""The plan as a whole."""


@lru_cache(maxsize=10_000)
def natural(id_: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key for the order that people expect of ids: 2 before 10, 18.5 between 18 and 19, A after all numbers."""
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
    """A text as lower-case ASCII words, for file names; empty if no letter or digit remains."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _OTHER.sub(joiner, plain).strip(joiner)[:60].strip(joiner)


def is_path_on_windows(path: str) -> bool:
    """Whether Windows can have a file at a path: no name in it is a device, or ends with a point or a blank."""
    return not any(WINDOWS_DEVICE.fullmatch(name) or name.endswith((".", " ")) for name in path.split("/"))


def fits_page(character: str) -> bool:
    """Whether a character is a letter, a mark on one, a digit, or one of the few others that paths of pages may have.

    Hosts make titles of file names and run titles as templates, so brackets, quotes and signs stay out.
    """
    return character in " ._-/" or unicodedata.category(character)[0] in "LMN"
