"""Which changes a difference comes from: each is made alone to the older plan, or taken back alone in the newer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from masterplan.analyse.changes.patch import apply, invert, part_of, parts
from masterplan.analyse.changes.prune import closed
from masterplan.model.change import Change, Edit, Key
from masterplan.model.part import size
from masterplan.model.plan import Plan

K = TypeVar("K")
Seen = Mapping[K, object]
"""What is computed of a plan, by what it is."""

Look = Callable[[Plan, int, Sequence[K]], Seen[K]]
"""Computes some things, and maybe more, of a plan that is the older (0) or the newer one (1) but for a change."""


@dataclass(frozen=True)
class Trial:
    """Two plans whose sprints have the same ids."""

    before: Plan
    after: Plan

    @cached_property
    def sizes(self) -> Mapping[Key, int]:
        """How many values each part has, in the plan in which it has more."""
        old, new = (
            {key: size(part) for key, (part, _) in parts(plan, {}).items()} for plan in (self.before, self.after)
        )
        return {key: max(old.get(key, 0), new.get(key, 0)) for key in old | new}

    def rebuilt(self, changes: Sequence[Change]) -> int:
        """How many values are read again to try the changes one by one: those of the parts that each of them is in."""
        return sum(self.sizes.get(key, 0) for each in changes for key in {part_of(edit.key) for edit in each.edits})

    def causes(
        self, look: Look[K], seen: tuple[Seen[K], Seen[K]], moved: Sequence[K], changes: Sequence[Change]
    ) -> Mapping[K, tuple[Change, ...]]:
        """The changes that move each thing, in their order; what none moves is left out.

        `seen` is what is computed of both plans. Where no change that is made alone moves a thing as far as all of them
        do, changes without which it would be another are among its causes.
        """
        made = [(change, self._seen(look, 0, seen[0], moved, change)) for change in changes if moved]
        found = {each: _movers(made, seen[0], each) for each in moved}
        rest = [each for each in moved if all(now.get(each) != seen[1].get(each) for _, now in made)]
        rest = [each for each in rest if len(found[each]) < len(changes)]
        unmade = [(change, self._seen(look, 1, seen[1], rest, change)) for change in changes if rest]
        for each in rest:
            needed = _movers(unmade, seen[1], each)
            found[each] = tuple(change for change in changes if change in found[each] or change in needed)
        return {each: some for each, some in found.items() if some}

    def _seen(self, look: Look[K], side: int, usual: Seen[K], moved: Sequence[K], change: Change) -> Seen[K]:
        """What is seen with a change, or without it; what usually is, where no plan comes of it."""
        plan = self._tried(side, change)
        return look(plan, side, moved) if plan else usual

    def _tried(self, side: int, change: Change) -> Plan | None:
        """The older plan with a change alone, or the newer one without it; None where no plan comes of it."""
        edits: Sequence[Edit] = [edit for edit in change.edits if not edit.is_rename]
        try:
            plan = apply(self.after, invert(edits)) if side else apply(self.before, edits)
            plan = closed(plan, (self.before.sprints.keys() | self.after.sprints.keys()) - plan.sprints.keys())
        except ValueError:
            return None
        return plan if edits else None


def _movers(tried: Iterable[tuple[Change, Seen[K]]], usual: Seen[K], each: K) -> tuple[Change, ...]:
    """The changes with which, or without which, a thing is not what it usually is."""
    return tuple(change for change, now in tried if now.get(each) != usual.get(each))
