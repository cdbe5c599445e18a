"""A review in order: the edits by rank, numbered, each with what follows from it; each cause and each effect once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from masterplan.analyse.parts import listed
from masterplan.model.change import Change, Consequence, Difference
from masterplan.model.finding import Finding
from masterplan.render.review.headline import FACTS, MATTERS, ranked, ranked_facts

SMALLER = frozenset({"slack", "effort", "needs", "points", "tasks-done", "annual-savings"})
"""Facts that follow from others or matter less; those by which the team is worse off are listed all the same."""
_ALWAYS_SMALLER = frozenset({"annual-savings"})
"""Facts that say again what another one says."""
_POSSIBLE_ENDS = frozenset({"computed-end-of-option", "forecast-end"})
"""Facts beside which the earliest end with any number of people says little more."""


class MovedFact(NamedTuple):
    """A computed fact that moved, and the numbers of the edits that move it, beside the one that it is listed under."""

    moved: Consequence
    others: tuple[int, ...]

    @property
    def matters(self) -> bool:
        """Whether it is about health, money, the end or risk."""
        return self.moved.fact in FACTS and FACTS[self.moved.fact].topic in MATTERS


class NumberedEdit(NamedTuple):
    """An edit with its number, and what follows from it."""

    number: int
    change: Change
    effects: tuple[MovedFact, ...]


class Outline(NamedTuple):
    """All edits and effects of a difference, each in one place.

    `together` are the effects whose causes are not known, `smaller` those to fold away, with all their edits; `words`
    are the edits that nothing follows from.
    """

    entries: tuple[NumberedEdit, ...]
    together: tuple[MovedFact, ...]
    smaller: tuple[MovedFact, ...]
    words: tuple[Change, ...]
    numbers: Mapping[int, int]

    @classmethod
    def of(cls, difference: Difference) -> "Outline":
        """The outline of a difference."""
        words = {id(change) for change in difference.folded}
        changes = ranked(change for change in difference.changes if id(change) not in words)
        numbers = {id(change): number for number, change in enumerate(changes, 1)}
        by_edit: dict[int, list[MovedFact]] = defaultdict(list)
        smaller = []
        ends = {moved.direction for moved in difference.consequences if moved.fact in _POSSIBLE_ENDS}
        for moved in ranked_facts(difference.consequences):
            causes = _numbers_of(moved.causes, numbers)
            if is_smaller(moved) or (moved.fact == "earliest-end" and moved.direction in ends):
                smaller.append(MovedFact(moved, causes))
            else:
                by_edit[next(iter(causes), 0)].append(MovedFact(moved, causes[1:]))
        entries = (NumberedEdit(number, change, tuple(by_edit[number])) for number, change in enumerate(changes, 1))
        return cls(tuple(entries), tuple(by_edit[0]), tuple(smaller), difference.folded, numbers)

    @property
    def to_look_at(self) -> int:
        """How many effects make the team worse off."""
        effects = (*self.together, *(effect for entry in self.entries for effect in entry.effects))
        return sum(effect.moved.direction == "worse" for effect in effects)

    def causes(self, difference: Difference, finding: Finding) -> tuple[int, ...]:
        """The numbers of the edits that a finding comes, changes or goes with."""
        return _numbers_of(difference.made_by.get(finding.fingerprint, ()), self.numbers)


def is_smaller(moved: Consequence) -> bool:
    """Whether a fact follows from others, or matters less and makes nobody worse off."""
    return moved.fact in _ALWAYS_SMALLER or (moved.fact in SMALLER and moved.direction != "worse")


def _numbers_of(changes: Sequence[Change], numbers: Mapping[int, int]) -> tuple[int, ...]:
    """The numbers of changes that are listed, in order."""
    return tuple(sorted(numbers[id(change)] for change in changes if id(change) in numbers))


def edit_numbers(edits: Sequence[int]) -> str:
    """Edits by their numbers: `edit 2`, `edits 1 and 3`."""
    return f"{'edit' if len(edits) == 1 else 'edits'} {listed(map(str, edits))}"
