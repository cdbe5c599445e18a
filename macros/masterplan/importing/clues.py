"""Clues in single words: relations between parts, negation, and which field a text belongs to.

The words come from `words.yml`, like those of `words`.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from masterplan.importing.words import CACHED_TEXTS, HEAD, phrases, small_words, tokens

RelationKind = Literal["needs", "needed by"]
"""Direction of a dependency."""

Signal = Literal[
    "total", "a month", "a year", "each", "finally", "not needed", "independent", "sequential", "parallel", "beside",
    "support", "ready", "tracked", "gate", "undecided", "decided", "earlier",
    "version", "history", "new", "date",
]  # fmt: skip
"""Clue to the meaning of a text that several fields could take."""


class Relation(NamedTuple):
    """Words that state a dependency, as character offsets `start` to `end` of the text."""

    kind: RelationKind
    start: int
    end: int


def relations(text: str) -> list[Relation]:
    """Words that state a dependency, in order of appearance: `requires`, `unblocks`."""
    return [Relation(cast("RelationKind", kind), start, end) for kind, start, end in phrases("relations").all(text)]


def is_negated(text: str) -> bool:
    """Whether a text negates what it names: `No dependencies on Sprint 1`, `keine`."""
    tokens_ = [token for token in tokens(text[:HEAD]) if not token.is_sign]
    return any(small_words("not", "none").at(text, tokens_, n) for n in range(len(tokens_)))


@lru_cache(maxsize=CACHED_TEXTS)
def signals(text: str) -> Mapping[Signal, tuple[int, int]]:
    """Signals in a text, each with the offsets of its first appearance."""
    matches = list(phrases("signals").all(text[:HEAD]))
    return {cast("Signal", signal): (start, end) for signal, start, end in reversed(matches)}
