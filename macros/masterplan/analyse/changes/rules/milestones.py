"""Milestones and gates: those that came and went, what is reached and decided, and what waits for what."""

from collections.abc import Iterator, Sequence

from masterplan.analyse.changes.comparison import ChangeDraft, Comparison, ItemEdits, PartRule, differing
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.rewording import reworded_text
from masterplan.analyse.changes.rules.scope import criteria, dated, unit_name
from masterplan.analyse.parts import listed, owner_names
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.milestone import Gate, Milestone

MILESTONE_ADDED = ChangeRule("milestone-added", "notable", "A milestone was added.")
MILESTONE_DROPPED = ChangeRule("milestone-dropped", "breaking", "A milestone was removed.")
MILESTONE_REACHED = ChangeRule("milestone-reached", "notable", "A milestone is reached.")
MILESTONE_REOPENED = ChangeRule("milestone-reopened", "breaking", "A milestone that was reached is open again.")
MILESTONE_NEEDS_MORE = ChangeRule(
    "milestone-needs-more", "breaking", "A milestone needs other or more sprints and tasks."
)
MILESTONE_NEEDS_LESS = ChangeRule("milestone-needs-less", "notable", "A milestone needs fewer sprints and tasks.")
MILESTONE_BEFORE_MORE = ChangeRule(
    "milestone-before-more", "breaking", "Other or more sprints may start only after a milestone."
)
MILESTONE_BEFORE_LESS = ChangeRule(
    "milestone-before-less", "notable", "Fewer sprints may start only after a milestone."
)
GATE_ADDED = ChangeRule("gate-added", "breaking", "A decision is to be taken at a milestone.")
GATE_DROPPED = ChangeRule("gate-dropped", "breaking", "No decision is taken at a milestone any more.")
GATE_GO = ChangeRule("gate-go", "notable", "A gate was decided with go.")
GATE_NO_GO = ChangeRule("gate-no-go", "breaking", "A gate was decided with no-go.")
GATE_REOPENED = ChangeRule("gate-reopened", "breaking", "The decision of a gate is open again.")

RULES = (
    MILESTONE_ADDED, MILESTONE_DROPPED, MILESTONE_REACHED, MILESTONE_REOPENED, MILESTONE_NEEDS_MORE,
    MILESTONE_NEEDS_LESS, MILESTONE_BEFORE_MORE, MILESTONE_BEFORE_LESS, GATE_ADDED, GATE_DROPPED, GATE_GO, GATE_NO_GO,
    GATE_REOPENED,
)  # fmt: skip

_DECIDED = {"go": GATE_GO, "no-go": GATE_NO_GO, "open": GATE_REOPENED}


def _milestones(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Milestones that came and went, and what changed in the others."""
    old, new = ({one.id: one for one in plan.milestones} for plan in (comparison.before, comparison.after))
    parts = [(part, edits) for part, edits in comparison.by_part.items() if part[0] == "milestones"]
    for part, edits in parts:
        item = ItemEdits(part, old.get(part[1]), new.get(part[1]), edits)
        name, title = f"Milestone {item.part.id}", item.part.title
        if item.before is None:
            yield ChangeDraft(MILESTONE_ADDED, item.edits, f"{name} was added: {title}", "", title, item.at("id"), "")
        elif item.after is None:
            yield ChangeDraft(
                MILESTONE_DROPPED, item.edits, f"{name} was removed: {title}", title, "", item.at("id"), ""
            )
        else:
            yield from _changed(comparison, item, name)


def _changed(comparison: Comparison, item: ItemEdits[Milestone], name: str) -> Iterator[ChangeDraft]:
    """What changed in a milestone that both plans have; labels, links and the team's own fields are left."""
    before, after = item.sides
    yield from _reached(item, name)
    yield from _gate(comparison, item, name)
    yield from dated(comparison, item.edits_of("when"), (before.when, after.when), name, after.title)
    yield from _units(comparison, item.edits_of("needs"), (before.needs, after.needs), f"{name} needs", _NEEDS)
    says = f"{name} comes before"
    yield from _units(comparison, item.edits_of("before"), (before.before, after.before), says, _BEFORE)
    tests = differing(item.at("criteria"), item.edits_of("criteria"), before.criteria, after.criteria)
    yield from criteria(tests, name)
    yield from owned(comparison, item.edits_of("owner"), name, OWNERS, (before.owner, after.owner))
    yield from reworded_text(item.edits_of("title"), f"{name}: the title")
    yield from reworded_text(item.edits_of("description"), f"{name}: the description")


def _reached(item: ItemEdits[Milestone], name: str) -> Iterator[ChangeDraft]:
    """A milestone that is reached, or is not after all; that the day is another one is left."""
    (before, after), edits = item.sides, item.edits_of("reached")
    if edits and before.reached is None:
        yield ChangeDraft(
            MILESTONE_REACHED, edits, f"{name} was reached on {after.reached}: {after.title}", "", str(after.reached)
        )
    elif edits and after.reached is None:
        message = f"{name} is not reached after all: {after.title}"
        yield ChangeDraft(MILESTONE_REOPENED, edits, message, str(before.reached), "", item.at("id"), "reached")


def _gate(comparison: Comparison, item: ItemEdits[Milestone], name: str) -> Iterator[ChangeDraft]:
    """The decision that is taken at a milestone; that only its day differs, or who decides, is left."""
    (before, after), edits = item.sides, item.edits_of("gate")
    was, now = (one.gate.outcome if one.gate else None for one in (before, after))
    if not edits or was == now:
        yield from reworded_text([edit for edit in edits if edit.name == "note"], f"{name}: the note on its decision")
    elif after.gate is None:
        message = f"{name} is no gate any more: {after.title}"
        yield ChangeDraft(GATE_DROPPED, edits, message, was or "", "", item.at("id"), "gate")
    else:
        rule = GATE_ADDED if before.gate is None and now == "open" else _DECIDED[after.gate.outcome]
        says = "a decision is to be taken" if rule is GATE_ADDED else _decided(comparison, after.gate)
        message = f"{name}: {says}: {after.title}"
        yield ChangeDraft(rule, edits, message, was or "", after.gate.outcome, (*item.at("gate"), "outcome"))


def _decided(comparison: Comparison, gate: Gate) -> str:
    if gate.outcome == "open":
        return "its decision is open again"
    by = f" by {owner_names(comparison.after, gate.by)}" if gate.by else ""
    return f"decided with {gate.outcome}{by}{f' on {gate.on}' if gate.on else ''}"


_NEEDS, _BEFORE = (MILESTONE_NEEDS_MORE, MILESTONE_NEEDS_LESS), (MILESTONE_BEFORE_MORE, MILESTONE_BEFORE_LESS)


def _units(
    comparison: Comparison,
    edits: Sequence[Edit],
    units: tuple[Sequence[str], Sequence[str]],
    says: str,
    rules: tuple[ChangeRule, ChangeRule],
) -> Iterator[ChangeDraft]:
    """The sprints and tasks that a milestone needs or comes before, where they differ."""
    before, after = (listed(unit_name(comparison, id_) for id_ in ids) for ids in units)
    if edits:
        rule = rules[0] if {*units[1]} - {*units[0]} else rules[1]
        message = f"{says} {after or 'nothing'} instead of {before or 'nothing'}"
        yield ChangeDraft(rule, tuple(edits), message, before, after)


OF_PARTS: tuple[PartRule, ...] = (_milestones,)
