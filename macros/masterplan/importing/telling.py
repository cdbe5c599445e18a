"""What single words tell of the text that they stand in: what relates two things, what is denied, what is meant.

The words are those of `words.yml`, as in `words`.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from masterplan.importing.words import HEAD, REMEMBERED, phrases, small, tokens

RelationKind = Literal["needs", "needed by"]
"""How a thing hangs on another: it needs it, or the other needs it."""

Signal = Literal[
    "total", "a month", "a year", "each", "finally", "not needed", "independent", "sequential", "parallel", "beside",
    "support", "ready", "tracked", "gate", "undecided", "decided", "earlier",
    "version", "history", "new", "date",
]  # fmt: skip
"""What a word tells of the text that it stands in, where several fields could take this text."""


class Relation(NamedTuple):
    """Words of a text that relate two things, and where they stand."""

    kind: RelationKind
    start: int
    end: int


def relations(text: str) -> list[Relation]:
    """The words of a text that say what needs what, in order: `requires`, `unblocks`."""
    return [Relation(cast("RelationKind", kind), start, end) for kind, start, end in phrases("relations").all(text)]


def is_negated(text: str) -> bool:
    """Whether a text denies something, or says that there is none: `No dependencies on Sprint 1`, `keine`."""
    listed = [token for token in tokens(text[:HEAD]) if not token.is_sign]
    return any(small("not", "none").at(text, listed, n) for n in range(len(listed)))


@lru_cache(maxsize=REMEMBERED)
def signals(text: str) -> Mapping[Signal, tuple[int, int]]:
    """What the words of a text tell of it, each with the first place that tells so."""
    told = list(phrases("signals").all(text[:HEAD]))
    return {cast("Signal", signal): (start, end) for signal, start, end in reversed(told)}
