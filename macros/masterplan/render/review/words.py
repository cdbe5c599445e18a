"""Two texts side by side, with the words marked that only one of them has."""

from difflib import SequenceMatcher

from markupsafe import Markup

from masterplan.render.html import NOTHING, text
from masterplan.render.review.inert import cut

LONGEST = 2_000
"""Characters shown of a text."""

LEAST_ALIKE = 0.3
"""Texts less alike than this are shown as they are: marks everywhere mark nothing."""

_GONE = Markup("<del>{}</del>")
_NEW = Markup("<ins>{}</ins>")


def side_by_side(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts as HTML; the sign for nothing in place of an empty one."""
    one, other = cut(before, LONGEST), cut(after, LONGEST)
    old, new = one.split(), other.split()
    found = SequenceMatcher(None, old, new, autojunk=False)
    if found.ratio() < LEAST_ALIKE:
        return text(one) if one else NOTHING, text(other) if other else NOTHING
    left, right = [], []
    for kind, start, end, first, last in found.get_opcodes():
        left.append(_said(kind, _GONE, old[start:end]))
        right.append(_said(kind, _NEW, new[first:last]))
    return _joined(left), _joined(right)


def _said(kind: str, mark: Markup, words: list[str]) -> Markup:
    said = text(" ".join(words))
    return said if kind == "equal" or not words else mark.format(said)


def _joined(pieces: list[Markup]) -> Markup:
    return Markup(" ").join(piece for piece in pieces if piece)
