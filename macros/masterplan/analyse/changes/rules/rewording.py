"""Texts and items of lists that say the same in other words, and what came to a list or went from it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

from masterplan.analyse.changes.comparison import ChangeDraft, ItemEdits, shown
from masterplan.analyse.changes.flatten import IDENTITY
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.part import Part
from masterplan.model.quantity import Quantity

T = TypeVar("T")
_P = TypeVar("_P", bound=Part)

WORDING = ChangeRule("wording", "editorial", "Wording changed")

_ALIKE = 0.65
"""The likeness from which on two texts without other numbers say the same thing."""

MOST_PAIRS = 2_500
"""Pairs of texts that are compared in one list."""

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


class TextEdits(NamedTuple):
    """The edits of a set of texts: those that came, those that went, and pairs that say the same in other words."""

    added: Sequence[Edit]
    removed: Sequence[Edit]
    reworded: Sequence[tuple[Edit, Edit]]

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> "TextEdits":
        """Edits by what they are; those of a list that is there and empty are left out."""
        texts = [edit for edit in edits if isinstance(edit.before, str) or isinstance(edit.after, str)]
        added, removed = [edit for edit in texts if edit.before is None], [edit for edit in texts if edit.after is None]
        pairs = reworded(removed, added, lambda edit: ("", edit.name))
        paired = {edit.key for pair in pairs for edit in pair}
        added, removed = ([edit for edit in side if edit.key not in paired] for side in (added, removed))
        return cls(added, removed, pairs)

    def wording(self, what: str) -> Iterator[ChangeDraft]:
        """The pairs; `what` is what they are, in a sentence: `Sprint 4: a mitigation`."""
        for one, other in self.reworded:
            yield ChangeDraft(WORDING, (one, other), f"{what} is reworded", one.name, other.name, other.key)

    def came_and_went(self, rules: tuple[ChangeRule, ChangeRule], of: str, what: str) -> Iterator[ChangeDraft]:
        """Those that came and those that went: `Sprint 4 has a new mitigation `Feature flag``."""
        for edit in self.added:
            yield ChangeDraft(rules[0], (edit,), f"{of} has a new {what} `{edit.name}`", "", edit.name)
        for edit in self.removed:
            yield ChangeDraft(rules[1], (edit,), f"{of} no longer has the {what} `{edit.name}`", edit.name)


@dataclass(frozen=True)
class Sides(Generic[_P]):
    """The differing items of a list: those that came, those that went, and those in both plans.

    An item that goes on in other words is in both; `wording` are the changes of its words, and it is in `changed` where
    it differs in anything else.
    """

    added: Sequence[ItemEdits[_P]]
    removed: Sequence[ItemEdits[_P]]
    changed: Sequence[ItemEdits[_P]]
    wording: Sequence[ChangeDraft]

    @classmethod
    def of(cls, items: Iterable[ItemEdits[_P]], what: str, identity: Callable[[_P], tuple[str, str]]) -> "Sides[_P]":
        """Items by their sides. `what` is what they are: `Sprint 4: a task`; `identity` is that of `reworded`."""
        several = list(items)
        changed = [item for item in several if item.before and item.after]
        added, removed = [item for item in several if not item.before], [item for item in several if not item.after]
        pairs = reworded(removed, added, lambda item: identity(item.part))
        paired = {item.key for pair in pairs for item in pair}
        added, removed = ([item for item in side if item.key not in paired] for side in (added, removed))
        joined = [_joined(one, other) for one, other in pairs]
        wording = [_reworded(item, what, identity) for item in joined]
        rest = [_besides(item, draft) for item, draft in zip(joined, wording, strict=True)]
        return cls(added, removed, [*changed, *(item for item in rest if item.edits)], wording)


def reworded_text(edits: Sequence[Edit], what: str) -> Iterator[ChangeDraft]:
    """The change of a text that explains, if it has edits; `what` is the text: `Sprint 4: the description`."""
    if edits:
        before = next((shown(edit.before) for edit in edits if edit.before is not None), "")
        after = next((shown(edit.after) for edit in edits if edit.after is not None), "")
        did = "is reworded" if before and after else "is added" if after else "is removed"
        yield ChangeDraft(WORDING, tuple(edits), f"{what} {did}", before, after, edits[-1].key)


def _joined(one: ItemEdits[_P], other: ItemEdits[_P]) -> ItemEdits[_P]:
    """An item that went and one that came, as one that goes on."""
    return ItemEdits(other.key, one.before, other.after, (*one.edits, *other.edits), one.key)


def _reworded(item: ItemEdits[_P], what: str, identity: Callable[[_P], tuple[str, str]]) -> ChangeDraft:
    """The change of its words or its id, with the edits of all that is the same in both."""
    before, after = item.sides
    same = [name for name in type(after).model_fields if getattr(before, name) == getattr(after, name)]
    words = item.edits_of("id", "title", *IDENTITY[type(after)])
    edits = (*words, *(edit for edit in item.edits_of(*same) if edit not in words))
    key = next(edit.key for edit in words if edit.after is not None)
    texts = identity(before)[1], identity(after)[1]
    if texts[0] != texts[1]:
        return ChangeDraft(WORDING, edits, f"{what} is reworded", *texts, key)
    ids = tuple(shown(getattr(part, "id", None)) for part in (before, after))
    return ChangeDraft(WORDING, edits, f"{what} has another id: {texts[1]}", ids[0], ids[1], key)


def _besides(item: ItemEdits[_P], draft: ChangeDraft) -> ItemEdits[_P]:
    """An item with the edits that a draft does not claim."""
    return replace(item, edits=tuple(edit for edit in item.edits if edit not in draft.edits))


def reworded(gone: Sequence[T], fresh: Sequence[T], identity: Callable[[T], tuple[str, str]]) -> list[tuple[T, T]]:
    """Pairs of things that differ only in wording, the likest first; each thing is in one pair at most.

    `identity` gives what must be equal in both, and the text that may be worded otherwise. Where there are more than
    `MOST_PAIRS` pairs nothing is searched, and nothing is a pair.
    """
    if len(gone) * len(fresh) > MOST_PAIRS:
        return []
    olds, news = ([(*identity(thing), _Text.of(identity(thing)[1])) for thing in things] for things in (gone, fresh))
    likeness = {
        (-old.likeness(new), (kind, one), (kind, other), n, m)
        for n, (kind, one, old) in enumerate(olds)
        for m, (other_kind, other, new) in enumerate(news)
        if kind == other_kind and old.likeness(new) >= _ALIKE
    }
    pairs: dict[int, int] = {}
    for *_, n, m in sorted(likeness):
        if n not in pairs and m not in pairs.values():
            pairs[n] = m
    return [(gone[n], fresh[m]) for n, m in pairs.items()]


def alike(one: str, other: str) -> bool:
    """Whether two texts say the same in other words."""
    return _Text.of(one).likeness(_Text.of(other)) >= _ALIKE


def is_same_amount(one: Quantity, other: Quantity) -> bool:
    """Whether two amounts differ in nothing but their words."""
    return one.is_number and one.equals(other) and one.comparator == other.comparator


class _Text(NamedTuple):
    """What is compared of a text: the numbers in it, and how often each sequence of three characters occurs."""

    numbers: list[str]
    triples: Counter[str]

    @classmethod
    def of(cls, text: str) -> "_Text":
        padded = f"  {text.casefold()} "
        triples = map("".join, zip(padded, padded[1:], padded[2:], strict=False))
        return cls(sorted(_NUMBERS.findall(text)), Counter(triples))

    def likeness(self, other: "_Text") -> float:
        """How much of two texts is the same, 0 to 1 (Dice's coefficient); 0 where they have other numbers."""
        if self.numbers != other.numbers:
            return 0
        return 2 * (self.triples & other.triples).total() / (self.triples.total() + other.triples.total())
