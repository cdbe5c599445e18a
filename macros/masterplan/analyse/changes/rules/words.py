"""How rules put things into words, and which texts are the same thing said otherwise."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from masterplan.model.change import Edit, Key

T = TypeVar("T")

ALIKE = 0.65
"""From this share of what they have in common on, two texts without other numbers say the same thing."""

MOST_PAIRS = 2_500
"""Pairs of texts that are compared in one list."""

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


def shown(value: object) -> str:
    """A plain value for people; empty for none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return "; ".join(map(shown, value))
        case dict():
            return ", ".join(f"{name}: {shown(each)}" for name, each in value.items() if each)
        case _:
            return str(value)


def both(edits: Iterable[Edit]) -> tuple[str, str]:
    """All that was there and all that is there now, each in one line, without what is on both sides."""
    known = tuple(edits)
    before, after = [shown(each.before) for each in known], [shown(each.after) for each in known]
    return _besides(before, after), _besides(after, before)


def _besides(some: list[str], others: list[str]) -> str:
    return "; ".join(each for each in some if each and each not in others)


def reworded(gone: Mapping[Key, T], fresh: Mapping[Key, T]) -> list[tuple[T, T]]:
    """Pairs of things whose names are the same but for wording, the likest first; each thing is in one pair at most.

    Lists that differ in very much are not searched: nothing in them is said to be the same.
    """
    if len(gone) * len(fresh) > MOST_PAIRS:
        return []
    olds, news = ({name: _Text.of(name[-1]) for name in some} for some in (gone, fresh))
    likeness = {
        (one, other): olds[one].likeness(news[other]) for one in olds for other in news if one[:-1] == other[:-1]
    }
    pairs: dict[Key, Key] = {}
    for one, other in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if likeness[one, other] >= ALIKE and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return [(gone[one], fresh[other]) for one, other in pairs.items()]


def alike(one: str, other: str) -> bool:
    """Whether two texts say the same in other words."""
    return _Text.of(one).likeness(_Text.of(other)) >= ALIKE


class _Text(NamedTuple):
    """A text by what is compared of it: the numbers it names, and how often each three characters occur in it."""

    numbers: list[str]
    triples: Counter[str]

    @classmethod
    def of(cls, text: str) -> "_Text":
        padded = f"  {text.casefold()} "
        return cls(
            sorted(_NUMBERS.findall(text)), Counter(map("".join, zip(padded, padded[1:], padded[2:], strict=False)))
        )

    def likeness(self, other: "_Text") -> float:
        """How much of two texts is the same, 0 to 1 (Dice's coefficient); nothing where they name other numbers."""
        if self.numbers != other.numbers:
            return 0
        return 2 * (self.triples & other.triples).total() / (self.triples.total() + other.triples.total())
