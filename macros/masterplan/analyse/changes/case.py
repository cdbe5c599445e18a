"""What a rule of changes sees: two plans, and the edits between them that no other rule has told of yet.

In a case both plans call their sprints by the newer ids, so that a rule need not know of renaming.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from masterplan.analyse import parts
from masterplan.analyse.changes.edits import Traced, apply, in_order, is_rename, part_of, traced
from masterplan.analyse.changes.flatten import is_number
from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing, standings
from masterplan.model.change import Change, ChangeRule, Edit, Key
from masterplan.model.naming import natural
from masterplan.model.plan import Phase, Plan, Sprint

NOUNS = {"sprints": "sprint", "entries": "sprint", "phases": "phase", "options": "option", "people": "person"}
"""What the parts of a kind are called in subjects."""


class Told(NamedTuple):
    """What a rule has found: the edits it is made of, in words, and what was there and is there now.

    `key` is that of the piece it speaks of, where that is not the first edit's; `field` and `sprint` are what it speaks
    of, where that is not what the piece is in.
    """

    rule: ChangeRule
    edits: tuple[Edit, ...]
    message: str
    before: str = ""
    after: str = ""
    key: Key | None = None
    field: str | None = None
    sprint: str | None = None


class Item(NamedTuple):
    """The edits in one item of a list: `key` leads to it, `name` tells it from the others."""

    key: Key
    name: Key
    edits: tuple[Edit, ...]

    def side(self, field: str) -> tuple[object, object]:
        """What one field of it was and is; None where it was left out."""
        found = next((edit for edit in self.edits if edit.key == (*self.key, field)), None)
        return (found.before, found.after) if found else (None, None)


@dataclass(frozen=True, slots=True)
class Group:
    """The edits in one field of one part: `key` is that of the part, `field` the first step below it."""

    key: Key
    field: str
    edits: tuple[Edit, ...]

    @property
    def id(self) -> str:
        """The id of the part."""
        return self.key[1]

    def under(self, *steps: str) -> tuple[Edit, ...]:
        """The edits at or below some steps of the field."""
        path = (*self.key, self.field, *steps)
        return tuple(edit for edit in self.edits if edit.key[: len(path)] == path)

    def items(self, size: int, *steps: str) -> Iterator[Item]:
        """The edits of each item of a list, whose items are told apart by so many steps, at some steps of the field."""
        found: dict[Key, list[Edit]] = defaultdict(list)
        start = len(self.key) + 1 + len(steps)
        for edit in self.under(*steps):
            end = start + size
            end += len(edit.key) > end and is_number(edit.key[end])
            if len(edit.key) > start:
                found[edit.key[:end]].append(edit)
        for key, some in found.items():
            yield Item(key, key[start : start + size], tuple(some))


Reader = Callable[["Case", Group], Iterable[Told]]
"""Reads what the edits in a field mean; those that it does not tell of are left to others."""


@dataclass(frozen=True)
class Case:
    """Two plans, the older one with its sprints renamed, how they differ, and which edits are left to tell of."""

    before: Plan
    after: Plan
    trace: Traced
    left: dict[Key, dict[Key, Edit]]

    @classmethod
    def of(cls, before: Plan, after: Plan) -> "Case":
        """The case of two plans."""
        trace = traced(before, after)
        left: dict[Key, dict[Key, Edit]] = defaultdict(dict)
        for edit in trace.edits:
            left[part_of(edit.key)][edit.key] = edit
        return cls(apply(before, filter(is_rename, trace.edits)), after, trace, left)

    @cached_property
    def entries(self) -> Mapping[str, tuple[Key, ...]]:
        """The progress entries with edits, by the sprint they are of."""
        found: dict[str, list[Key]] = defaultdict(list)
        for part in (part for part in self.left if part[0] == "entries"):
            found[part[1]].append(part)
        return {sprint: tuple(parts) for sprint, parts in found.items()}

    @cached_property
    def joined(self) -> Mapping[str, tuple[Key, ...]]:
        """The phases that each sprint joins or leaves, by the sprint, in the order of sprints."""
        found: dict[str, list[Key]] = defaultdict(list)
        for edit in self.trace.edits:
            if edit.key[0] == "phases" and edit.key[2:3] == ("sprints",) and edit.key[3:]:
                found[edit.key[3]].append(edit.key[:2])
        return {sprint: tuple(found[sprint]) for sprint in sorted(found, key=natural)}

    @cached_property
    def standings(self) -> tuple[Mapping[str, Standing], Mapping[str, Standing]]:
        """Where the sprints stand in either plan, by all their entries."""
        before, after = (standings(plan, Graph.of(plan), None) for plan in (self.before, self.after))
        return before, after

    def has_begun(self, sprint: str) -> bool:
        """Whether a sprint was in progress already in the older plan."""
        standing = self.standings[0].get(sprint)
        return standing is not None and standing.state in {"in progress", "blocked"}

    def name(self, sprint: str) -> str:
        """What people call a sprint."""
        return self.after.name(sprint)

    def called(self, part: Key) -> str:
        """What people call a part: `Sprint 4`, `Phase 1`, `Option A`, a person's name, or the plan."""
        if part[0] in {"sprints", "entries"}:
            return self.name(part[1])
        if part[0] == "people":
            return self.after.person(part[1])
        return parts.called(self.after, f"{NOUNS[part[0]]} {part[1]}") if part[0] in NOUNS else "the plan"

    def field(self, key: Key) -> str:
        """The field of its part that a piece is in: `risk.description`."""
        return parts.field(self.trace.after[key] if key in self.trace.after else self.trace.before[key])

    def sprints(self, sprint: str) -> tuple[Sprint, Sprint]:
        """A sprint of both plans, before and after."""
        return self.before.sprints[sprint], self.after.sprints[sprint]

    def phases(self, sprint: str) -> tuple[Phase | None, Phase | None]:
        """The phase of a sprint, before and after."""
        return self.before.phase_of.get(sprint), self.after.phase_of.get(sprint)

    def take(self, part: Key, *steps: str) -> tuple[Edit, ...]:
        """The edits that are left in a part, or at and below some steps of it; nobody else will tell of them."""
        path = (*part, *steps)
        held = self.left.get(part, {})
        taken = tuple(edit for key, edit in held.items() if key[: len(path)] == path)
        return self.taken(taken)

    def taken(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """These edits; nobody else will tell of them."""
        known = tuple(edits)
        for edit in known:
            self.left[part_of(edit.key)].pop(edit.key, None)
        return known

    def groups(self) -> tuple[Group, ...]:
        """All edits that are left, by part and field."""
        found: dict[tuple[Key, str], list[Edit]] = defaultdict(list)
        for edit in sorted((each for some in self.left.values() for each in some.values()), key=in_order):
            part = part_of(edit.key)
            found[part, edit.key[len(part)] if len(edit.key) > len(part) else ""].append(edit)
        return tuple(Group(part, field, tuple(some)) for (part, field), some in found.items())

    def change(self, told: Told) -> Change:
        """What a rule has found as a change: its subject, field and place are those of its key."""
        key = told.key or told.edits[0].key
        gone = key not in self.trace.after
        path = (self.trace.before if gone else self.trace.after)[key]
        plan = self.before if gone else self.after
        part = ("sprints", told.sprint) if told.sprint else key
        return Change(
            told.rule,
            f"{NOUNS[part[0]]} {part[1]}" if part[0] in NOUNS and len(part) > 1 else "plan",
            parts.field(path) if told.field is None else told.field,
            told.message,
            told.before,
            told.after,
            plan.places.of(*path),
            told.edits,
            gone,
        )
