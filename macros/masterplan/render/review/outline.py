"""Outline of a review: the edits by rank, numbered, each with its effects. Each edit and each effect appears once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from masterplan.analyse.parts import listed
from masterplan.model.change import Change, Consequence, Difference
from masterplan.model.finding import Finding
from masterplan.render.review.headline import FACTS, KEY_TOPICS, ranked, ranked_facts

_MINOR = frozenset({"slack", "effort", "needs", "points", "tasks-done", "annual-savings"})
"""Facts that follow from others or matter less. They are listed in full only if the team is worse off."""
_ALWAYS_MINOR = frozenset({"annual-savings"})
"""Facts that repeat another fact."""
_POSSIBLE_ENDS = frozenset({"computed-end-of-option", "forecast-end"})
"""Facts that make the earliest end with unlimited people a minor effect if it moves the same way."""


NO_CAUSES = "Causes not computed (too many edits)"


class MovedFact(NamedTuple):
    """A computed fact that moved, and the numbers of its causes other than the edit that it is listed under."""

    moved: Consequence
    others: tuple[int, ...]

    @property
    def is_key(self) -> bool:
        """Whether it is about health, money, the end or risk."""
        return self.moved.fact in FACTS and FACTS[self.moved.fact].topic in KEY_TOPICS


class NumberedEdit(NamedTuple):
    """An edit with its number, from 1, and its effects."""

    number: int
    change: Change
    effects: tuple[MovedFact, ...]


class Outline(NamedTuple):
    """All edits and effects of a difference, each in one place.

    `together` are the effects without a known cause; `minor` are the effects to fold away, each with all its edits.
    `words` are the edits without effects. `numbers` maps the `id()` of each listed change to its number.
    """

    entries: tuple[NumberedEdit, ...]
    together: tuple[MovedFact, ...]
    minor: tuple[MovedFact, ...]
    words: tuple[Change, ...]
    numbers: Mapping[int, int]

    @classmethod
    def of(cls, difference: Difference) -> "Outline":
        """The outline of a difference."""
        words = {id(change) for change in difference.folded}
        changes = ranked(change for change in difference.changes if id(change) not in words)
        numbers = {id(change): number for number, change in enumerate(changes, 1)}
        by_edit: dict[int, list[MovedFact]] = defaultdict(list)
        minor = []
        ends = {moved.direction for moved in difference.consequences if moved.fact in _POSSIBLE_ENDS}
        for moved in ranked_facts(difference.consequences):
            causes = _numbers_of(moved.causes, numbers)
            if _is_minor(moved) or (moved.fact == "earliest-end" and moved.direction in ends):
                minor.append(MovedFact(moved, causes))
            else:
                by_edit[next(iter(causes), 0)].append(MovedFact(moved, causes[1:]))
        entries = (NumberedEdit(number, change, tuple(by_edit[number])) for number, change in enumerate(changes, 1))
        return cls(tuple(entries), tuple(by_edit[0]), tuple(minor), difference.folded, numbers)

    @property
    def worse(self) -> int:
        """Number of effects, minor ones aside, that make the team worse off."""
        effects = (*self.together, *(effect for entry in self.entries for effect in entry.effects))
        return sum(effect.moved.direction == "worse" for effect in effects)

    def causes(self, difference: Difference, finding: Finding) -> tuple[int, ...]:
        """The numbers of the edits that add, change or resolve a finding."""
        return _numbers_of(difference.made_by.get(finding.fingerprint, ()), self.numbers)


def _is_minor(moved: Consequence) -> bool:
    return moved.fact in _ALWAYS_MINOR or (moved.fact in _MINOR and moved.direction != "worse")


def _numbers_of(changes: Sequence[Change], numbers: Mapping[int, int]) -> tuple[int, ...]:
    """The numbers of those changes that are listed, in order."""
    return tuple(sorted(numbers[id(change)] for change in changes if id(change) in numbers))


def size_of_move(moved: Consequence) -> str:
    """The signed difference of a fact, and its direction: `+20%, better`; empty if there is neither."""
    return ", ".join(filter(None, (moved.figure, "" if moved.direction == "neither" else moved.direction)))


def together_title(difference: Difference) -> str:
    """The title of the effects without a known cause."""
    return "Several edits together" if difference.explained else NO_CAUSES


def edit_numbers(edits: Sequence[int]) -> str:
    """Edits by their numbers: `edit 2`, `edits 1 and 3`."""
    return f"{'edit' if len(edits) == 1 else 'edits'} {listed(map(str, edits))}"
