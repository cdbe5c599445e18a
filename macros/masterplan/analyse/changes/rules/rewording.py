"""Rewording: pairs of texts or list items that differ only in wording, and the rest as added and removed."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, TypeVar

from masterplan.analyse.changes.comparison import ChangeDraft, ItemEdits, value_text
from masterplan.analyse.changes.flatten import IDENTITY
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.part import Part
from masterplan.model.quantity import Quantity

T = TypeVar("T")
_P = TypeVar("_P", bound=Part)

WORDING = ChangeRule("wording", "editorial", "Wording changed")

_ALIKE = 0.65
"""Least similarity of two texts, with the same numbers, that counts as a rewording."""

MOST_PAIRS = 2_500
"""Most pairs of texts to compare in one list."""

_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


class TextEdits(NamedTuple):
    """The edits of a set of texts: texts added, texts removed, and reworded pairs (old, new)."""

    added: Sequence[Edit]
    removed: Sequence[Edit]
    reworded: Sequence[tuple[Edit, Edit]]

    @classmethod
    def of(cls, edits: Iterable[Edit]) -> "TextEdits":
        """Sort edits into the three kinds, without the edit of an empty list."""
        texts = [edit for edit in edits if isinstance(edit.before, str) or isinstance(edit.after, str)]
        added, removed = [edit for edit in texts if edit.before is None], [edit for edit in texts if edit.after is None]
        pairs = reworded(removed, added, lambda edit: ("", edit.name))
        paired = {edit.key for pair in pairs for edit in pair}
        added, removed = ([edit for edit in side if edit.key not in paired] for side in (added, removed))
        return cls(added, removed, pairs)

    def wording(self, label: str) -> Iterator[ChangeDraft]:
        """The changes of the reworded pairs; `label` names the part and the kind of text: `Sprint 4: a mitigation`."""
        for old, new in self.reworded:
            yield ChangeDraft(WORDING, (old, new), f"{label} is reworded", old.name, new.name, new.key)

    def added_and_removed(self, rules: tuple[ChangeRule, ChangeRule], name: str, label: str) -> Iterator[ChangeDraft]:
        """The changes of the other edits: `Sprint 4 has a new mitigation `Feature flag``."""
        for edit in self.added:
            yield ChangeDraft(rules[0], (edit,), f"{name} has a new {label} `{edit.name}`", "", edit.name)
        for edit in self.removed:
            yield ChangeDraft(rules[1], (edit,), f"{name} no longer has the {label} `{edit.name}`", edit.name)


@dataclass(frozen=True)
class Sides(Generic[_P]):
    """The differing items of a list: added, removed, and in both plans.

    A reworded item is in both plans: `wording` has the change of its words, and `changed` has the item if anything else
    in it changed.
    """

    added: Sequence[ItemEdits[_P]]
    removed: Sequence[ItemEdits[_P]]
    changed: Sequence[ItemEdits[_P]]
    wording: Sequence[ChangeDraft]

    @classmethod
    def of(cls, items: Iterable[ItemEdits[_P]], label: str, identity: Callable[[_P], tuple[str, str]]) -> "Sides[_P]":
        """Sort items by side; `label` names part and kind: `Sprint 4: a task`; for `identity` see `reworded`."""
        items = list(items)
        changed = [item for item in items if item.before and item.after]
        added, removed = [item for item in items if not item.before], [item for item in items if not item.after]
        pairs = reworded(removed, added, lambda item: identity(item.part))
        paired = {item.key for pair in pairs for item in pair}
        added, removed = ([item for item in side if item.key not in paired] for side in (added, removed))
        joined = [_joined(old, new) for old, new in pairs]
        wording = [_reworded(item, label, identity) for item in joined]
        rest = [_unclaimed(item, draft) for item, draft in zip(joined, wording, strict=True)]
        return cls(added, removed, [*changed, *(item for item in rest if item.edits)], wording)


def reworded_text(edits: Sequence[Edit], label: str) -> Iterator[ChangeDraft]:
    """The change of an explanatory text, if it has edits; `label` names it: `Sprint 4: the description`."""
    if edits:
        before = next((value_text(edit.before) for edit in edits if edit.before is not None), "")
        after = next((value_text(edit.after) for edit in edits if edit.after is not None), "")
        verb = "is reworded" if before and after else "is added" if after else "is removed"
        yield ChangeDraft(WORDING, tuple(edits), f"{label} {verb}", before, after, edits[-1].key)


def _joined(old: ItemEdits[_P], new: ItemEdits[_P]) -> ItemEdits[_P]:
    """A removed and an added item as one item that both plans have."""
    return ItemEdits(new.key, old.before, new.after, (*old.edits, *new.edits), old.key)


def _reworded(item: ItemEdits[_P], label: str, identity: Callable[[_P], tuple[str, str]]) -> ChangeDraft:
    """The change of an item's text or id; it claims the edits of all equal fields as well."""
    before, after = item.sides
    same = [name for name in type(after).model_fields if getattr(before, name) == getattr(after, name)]
    words = item.edits_of("id", "title", *IDENTITY[type(after)])
    edits = (*words, *(edit for edit in item.edits_of(*same) if edit not in words))
    key = next(edit.key for edit in words if edit.after is not None)
    texts = identity(before)[1], identity(after)[1]
    if texts[0] != texts[1]:
        return ChangeDraft(WORDING, edits, f"{label} is reworded", *texts, key)
    ids = tuple(value_text(getattr(part, "id", None)) for part in (before, after))
    return ChangeDraft(WORDING, edits, f"{label} has a new id: {texts[1]}", ids[0], ids[1], key)


def _unclaimed(item: ItemEdits[_P], draft: ChangeDraft) -> ItemEdits[_P]:
    """An item with the edits that a draft does not claim."""
    return replace(item, edits=tuple(edit for edit in item.edits if edit not in draft.edits))


def reworded(removed: Sequence[T], added: Sequence[T], identity: Callable[[T], tuple[str, str]]) -> list[tuple[T, T]]:
    """Pairs (removed, added) that differ only in wording, the most similar first; each item is in one pair at most.

    `identity` returns the kind of an item, equal in both items of a pair, and its text, similar in both. Lists with
    more than `MOST_PAIRS` possible pairs are not searched and give no pairs.
    """
    if len(removed) * len(added) > MOST_PAIRS:
        return []
    olds, news = ([(*identity(item), _Text.of(identity(item)[1])) for item in items] for items in (removed, added))
    candidates = {
        (-old.similarity(new), (kind, old_text), (kind, new_text), n, m)
        for n, (kind, old_text, old) in enumerate(olds)
        for m, (new_kind, new_text, new) in enumerate(news)
        if kind == new_kind and old.similarity(new) >= _ALIKE
    }
    pairs: dict[int, int] = {}
    for *_, n, m in sorted(candidates):
        if n not in pairs and m not in pairs.values():
            pairs[n] = m
    return [(removed[n], added[m]) for n, m in pairs.items()]


def is_rewording(before: str, after: str) -> bool:
    """Whether two texts differ only in wording."""
    return _Text.of(before).similarity(_Text.of(after)) >= _ALIKE


def is_same_amount(before: Quantity, after: Quantity) -> bool:
    """Whether two amounts are equal, however they are written."""
    return before.is_number and before.equals(after) and before.comparator == after.comparator


class _Text(NamedTuple):
    """Features of a text to compare: its numbers, sorted, and the count of each sequence of three characters."""

    numbers: list[str]
    triples: Counter[str]

    @classmethod
    def of(cls, text: str) -> "_Text":
        padded = f"  {text.casefold()} "
        triples = map("".join, zip(padded, padded[1:], padded[2:], strict=False))
        return cls(sorted(_NUMBERS.findall(text)), Counter(triples))

    def similarity(self, other: "_Text") -> float:
        """Dice's coefficient of the sequences, 0 to 1; 0 for texts with different numbers."""
        if self.numbers != other.numbers:
            return 0
        return 2 * (self.triples & other.triples).total() / (self.triples.total() + other.triples.total())
