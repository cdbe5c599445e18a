"""Two plans side by side, as input of the rules of changes: edits by part and field, and items of lists.

Both plans use the newer ids of sprints, so rules need not handle renamed sprints.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from masterplan.analyse import parts
from masterplan.analyse.changes.flatten import as_plain, item_steps, keyed
from masterplan.analyse.changes.patch import Trace, apply, part_of, trace
from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import Standing, standings
from masterplan.model.change import Change, ChangeRule, Edit, Key
from masterplan.model.naming import PLAN, Subject, SubjectKind, natural
from masterplan.model.part import Part
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.timeline import Timeline
from masterplan.model.window import DateSpan, TimeWindow, day_in_words, span_in_words

_P = TypeVar("_P", bound=Part)

_Ends = tuple[Fraction, Fraction]
"""The low and the high end of an amount, in the unit of comparison."""

_KINDS: Mapping[str, SubjectKind] = {
    "sprints": "sprint",
    "entries": "sprint",
    "phases": "phase",
    "options": "option",
    "people": "person",
    "teams": "team",
    "roles": "role",
    "milestones": "milestone",
    "risks": "risk",
}


def subject_of(key: Key) -> Subject:
    """The part that a key leads to; a progress entry belongs to its sprint, everything else to the plan."""
    match key:
        case (kind, id_, *_) if kind in _KINDS:
            return Subject(_KINDS[kind], id_)
        case _:
            return PLAN


class ChangeDraft(NamedTuple):
    """A change as returned by a rule's function: the claimed edits, the message, and both values as text.

    `key` locates the change, by default that of the first edit; `field` and `subject` override those of the key.
    """

    rule: ChangeRule
    edits: tuple[Edit, ...]
    message: str
    before: str = ""
    after: str = ""
    key: Key | None = None
    field: str | None = None
    subject: Subject | None = None


@dataclass(frozen=True)
class ItemEdits(Generic[_P]):
    """A list item with edits: its key, and the item in each plan, or None if it is missing there.

    `old_key` is its key in the older plan, if that differs.
    """

    key: Key
    before: _P | None
    after: _P | None
    edits: tuple[Edit, ...]
    old_key: Key = ()

    @property
    def part(self) -> _P:
        """The item in the newer plan, or in the older one if it was removed; its identity is the same in both."""
        return next(part for part in (self.after, self.before) if part is not None)

    @property
    def sides(self) -> tuple[_P, _P]:
        """The item in both plans; a plan without it counts as having the item of the other plan."""
        return self.before or self.part, self.part

    def key_of(self, field: str) -> Key:
        """The key of a field of this item."""
        return (*self.key, field)

    def added(self, rule: ChangeRule, message: str, text: str, field: str) -> ChangeDraft:
        """The addition of this item: `text` is its content, `field` the field to show as its place."""
        return ChangeDraft(rule, self.edits, message, "", text, self.key_of(field))

    def removed(self, rule: ChangeRule, message: str, text: str, field: str) -> ChangeDraft:
        """The removal of this item: `text` was its content, `field` is the field to show as its place."""
        return ChangeDraft(rule, self.edits, message, text, "", self.key_of(field))

    def edits_of(self, *fields: str) -> tuple[Edit, ...]:
        """The edits in some of its fields, including those of nested values."""
        return tuple(edit for edit in self.edits if self._field(edit) in fields)

    def _field(self, edit: Edit) -> str:
        is_new = edit.key[: len(self.key)] == self.key
        return edit.key[len(self.key if is_new else self.old_key)]


def differing(
    key: Key, edits: Iterable[Edit], before: Sequence[_P] | None, after: Sequence[_P] | None
) -> tuple[ItemEdits[_P], ...]:
    """The items with edits in the list at a key, in the order of the edits; `before` and `after` are the lists."""
    kind = next((type(item) for item in (*(before or ()), *(after or ()))), None)
    old, new = ({steps: item for steps, _, item in keyed(items or (), {})} for items in (before, after))
    of_item: dict[Key, list[Edit]] = defaultdict(list)
    for edit in edits:
        below = edit.key[len(key) :]
        if kind and below and edit.key[: len(key)] == key:
            of_item[item_steps(kind, below)].append(edit)
    return tuple(
        ItemEdits((*key, *steps), old.get(steps), new.get(steps), tuple(edits_)) for steps, edits_ in of_item.items()
    )


@dataclass(frozen=True, slots=True)
class FieldEdits:
    """The edits in one field of one part: `part` is the key of the part, `field` the name of the field."""

    part: Key
    field: str
    edits: tuple[Edit, ...]

    @property
    def id(self) -> str:
        """The id of the part."""
        return subject_of(self.part).id

    @property
    def key(self) -> Key:
        """The key of the field."""
        return (*self.part, self.field)

    def under(self, *steps: str) -> tuple[Edit, ...]:
        """The edits at or below a path within the field."""
        path = (*self.key, *steps)
        return tuple(edit for edit in self.edits if edit.key[: len(path)] == path)


def by_field(edits: Iterable[Edit]) -> tuple[FieldEdits, ...]:
    """Edits grouped by part and field, in their order."""
    of_field: dict[tuple[Key, str], list[Edit]] = defaultdict(list)
    for edit in edits:
        part = part_of(edit.key)
        of_field[part, next(iter(edit.key[len(part) :]), "")].append(edit)
    return tuple(FieldEdits(part, field, tuple(edits_)) for (part, field), edits_ in of_field.items())


@dataclass(frozen=True)
class Comparison:
    """Two plans, the older one with its sprints renamed, and the edits between them."""

    before: Plan
    after: Plan
    trace: Trace

    @classmethod
    def of(cls, before: Plan, after: Plan) -> "Comparison":
        """Compare two plans."""
        traced = trace(before, after)
        return cls(apply(before, (edit for edit in traced.edits if edit.is_rename)), after, traced)

    @property
    def timeline(self) -> Timeline:
        """The calendar to compare windows on: that of the newer plan, unless only the older one has a start date."""
        return self.after.timeline if self.after.start or not self.before.start else self.before.timeline

    @cached_property
    def by_part(self) -> Mapping[Key, tuple[Edit, ...]]:
        """The edits of each part by its key, in their order, without renames of sprints."""
        of_part: dict[Key, list[Edit]] = defaultdict(list)
        for edit in self.trace.edits:
            if not edit.is_rename:
                of_part[part_of(edit.key)].append(edit)
        return {part: tuple(edits) for part, edits in of_part.items()}

    @cached_property
    def by_key(self) -> Mapping[Key, Edit]:
        """The edits by their keys, without renames of sprints."""
        return {edit.key: edit for edits in self.by_part.values() for edit in edits}

    def only_in_one(self, kind: str) -> tuple[Key, ...]:
        """The keys of the parts of a kind that were added or removed."""
        return tuple(part for part in self.by_part if part[0] == kind and (*part, "id") in self.by_key)

    @cached_property
    def positions(self) -> Mapping[Subject, int]:
        """The position of each part in the order of pages: the parts of the newer plan, then the removed ones."""
        subjects = (subject for plan in (self.after, self.before) for subject in plan.subjects())
        return {subject: n for n, subject in enumerate(dict.fromkeys(subjects))}

    @cached_property
    def memberships(self) -> Mapping[str, tuple[Edit, ...]]:
        """The edits by which sprints join and leave phases that both plans have, by sprint id in natural order.

        The edit of a phase's order belongs to the first sprint that joins or leaves the phase, if the sprints that stay
        keep their order.
        """
        added_or_removed = {*self.only_in_one("phases")}
        by_phase: dict[Key, dict[str, Edit]] = defaultdict(dict)
        for edit in self.trace.edits:
            match edit.key:
                case ("phases", phase, "sprints", sprint) if ("phases", phase) not in added_or_removed:
                    by_phase["phases", phase][sprint] = edit
        by_sprint: dict[str, list[Edit]] = defaultdict(list)
        for part, by_member in by_phase.items():
            for sprint, edit in by_member.items():
                by_sprint[sprint].append(edit)
            order = self.by_key.get((*part, "sprints"))
            if order and self._keeps_order(subject_of(part).id):
                by_sprint[min(by_member, key=natural)].append(order)
        return {sprint: tuple(by_sprint[sprint]) for sprint in sorted(by_sprint, key=natural)}

    def _keeps_order(self, phase: str) -> bool:
        """Whether the sprints that stay in a phase keep their order."""
        before, after = (_part(plan, ("phases", phase)).sprints for plan in (self.before, self.after))
        return [id_ for id_ in before if id_ in after] == [id_ for id_ in after if id_ in before]

    @cached_property
    def entries(self) -> Mapping[str, tuple[Edit, ...]]:
        """The edits of progress entries, by sprint id."""
        by_sprint: dict[str, list[Edit]] = defaultdict(list)
        for part, edits in self.by_part.items():
            if part[0] == "entries":
                by_sprint[subject_of(part).id] += edits
        return {sprint: tuple(edits) for sprint, edits in by_sprint.items()}

    def of_sprint(self, sprint: str) -> tuple[Edit, ...]:
        """All edits of a sprint: in its file, in the phases it joins and leaves, and in its progress entries."""
        own = self.by_part.get(("sprints", sprint), ())
        return (*own, *self.memberships.get(sprint, ()), *self.entries.get(sprint, ()))

    @cached_property
    def graphs(self) -> tuple[Graph, Graph]:
        """The dependency graphs of both plans."""
        return Graph.of(self.before), Graph.of(self.after)

    @cached_property
    def standings(self) -> tuple[Mapping[str, Standing], Mapping[str, Standing]]:
        """The standing of each sprint in both plans, by sprint id, after all progress entries."""
        before, after = self.graphs
        return standings(self.before, before, None), standings(self.after, after, None)

    def was_under_way(self, sprint: str) -> bool:
        """Whether a sprint was in progress in the older plan."""
        standing = self.standings[0].get(sprint)
        return standing is not None and standing.is_under_way

    def name(self, sprint: str) -> str:
        """Name of a sprint for people: `Sprint 4`."""
        return self.after.name(sprint)

    def units(self, ids: Iterable[str]) -> str:
        """Names of sprints and tasks, listed in a sentence."""
        sprints = self.before.sprints.keys() | self.after.sprints.keys()
        return parts.listed(self.name(id_) if id_ in sprints else id_ for id_ in ids)

    def display_name(self, part: Key) -> str:
        """Name of the part that a key leads to in a message: `Sprint 4`, `Option A`, a person's name, `the plan`."""
        subject = subject_of(part)
        match subject.kind:
            case "plan":
                return "the plan"
            case "person" | "team" | "role":
                return self.after.person(subject.id)
            case _:
                return parts.display_name(self.after, subject)

    def field(self, key: Key) -> str:
        """The field of a piece of data within its part: `risk.description`."""
        return parts.field(self.trace.after[key] if key in self.trace.after else self.trace.before[key])

    def values(self, field: FieldEdits) -> tuple[Any, Any]:
        """The value of a field in a part that both plans have, before and after."""
        before, after = (getattr(_part(plan, field.part), field.field) for plan in (self.before, self.after))
        return before, after

    def items(self, field: FieldEdits, kind: type[_P]) -> tuple[ItemEdits[_P], ...]:
        """The items with edits in a list of a part that both plans have; `kind` is the type of the items."""
        before, after = ([item for item in items or () if isinstance(item, kind)] for items in self.values(field))
        return differing(field.key, field.edits, before, after)

    def measures(self, before: Quantity, after: Quantity) -> tuple[_Ends, _Ends] | None:
        """Two amounts in their unit of comparison; None if they are of different kinds or one is not a number."""
        are_alike = (before.is_duration and after.is_duration) or before.is_alike(after)
        if not (are_alike and before.is_number and after.is_number):
            return None
        return self.before.calendar.measure(before), self.after.calendar.measure(after)

    def compare_amounts(self, before: Quantity, after: Quantity) -> int:
        """1 if an amount rose, -1 if it fell, 0 if neither or not comparable; ranges are compared by their middles."""
        measures = self.measures(before, after)
        old, new = map(sum, measures) if measures else (0, 0)
        return (new > old) - (new < old)

    def change(self, draft: ChangeDraft) -> Change:
        """The change of a draft, with the place of its key, and its subject and field unless the draft has its own."""
        key = draft.key or draft.edits[0].key
        gone = key not in self.trace.after
        path = (self.trace.before if gone else self.trace.after)[key]
        plan = self.before if gone else self.after
        return Change(
            draft.rule,
            draft.subject or subject_of(key),
            parts.field(path) if draft.field is None else draft.field,
            draft.message,
            draft.before,
            draft.after,
            plan.places.of(*path),
            draft.edits,
            gone,
        )


def _part(plan: Plan, key: Key) -> Any:
    """The part of a plan at a key of two steps; the header for any other key."""
    match key:
        case ("sprints", id_):
            return plan.sprints[id_]
        case (kind, id_):
            return next(part for part in getattr(plan, kind) if part.id == id_)
        case _:
            return plan.header


PartRule = Callable[[Comparison], Iterable[ChangeDraft]]
"""Finds the changes of whole parts."""

FieldRule = Callable[[Comparison, FieldEdits], Iterable[ChangeDraft]]
"""Finds the changes in one field of a part; edits it does not claim go to the fallback."""


def value_text(value: object) -> str:
    """A value for people in one line, with days as `12 Oct 2026`; empty for None."""
    if isinstance(value, date | DateSpan | TimeWindow):
        return _when(value)
    match as_plain(value):
        case None:
            return ""
        case bool(truth):
            return "yes" if truth else "no"
        case list(items):
            return "; ".join(map(value_text, items))
        case dict(fields):
            return ", ".join(f"{name}: {value_text(inner)}" for name, inner in fields.items() if inner)
        case other:
            return str(other)


def _when(value: date | DateSpan | TimeWindow) -> str:
    match value:
        case date():
            return day_in_words(value, None)
        case DateSpan():
            return span_in_words(value.first, value.last)
        case _:
            return value.named


def during(window: DateSpan | TimeWindow) -> str:
    """A window as a phrase: `in week 3`, `on days 3-5`, `on 12 Jan 2026`, `from 12 Jan to 16 Jan 2026`."""
    unit = "date" if isinstance(window, DateSpan) else window.unit
    if window.last is None or (unit == "date" and window.first != window.last):
        return f"from {value_text(window)}"
    return f"{'in' if unit == 'week' else 'on'} {value_text(window)}"


def instead(before: str, after: str, nothing: str = "not stated") -> str:
    """A changed value, for a message: `20 days, not 10 days`, `20 days`, `not stated, was 10 days`."""
    if before and after:
        return f"{after}, not {before}"
    return after or (f"{nothing}, was {before}" if before else nothing)


def both(edits: Sequence[Edit]) -> tuple[str, str]:
    """The values of some edits before and after, each side in one line, without values that both sides have."""
    before, after = [value_text(edit.before) for edit in edits], [value_text(edit.after) for edit in edits]
    return _without(before, after), _without(after, before)


def _without(texts: list[str], others: list[str]) -> str:
    return "; ".join(text for text in texts if text and text not in others)
