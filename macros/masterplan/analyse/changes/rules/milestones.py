"""Milestones and gates: added, removed, reached or decided, and the work that waits for them."""

from collections.abc import Iterator

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    ItemEdits,
    PartRule,
    differing,
    instead,
    value_text,
)
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.rewording import reworded_text
from masterplan.analyse.changes.rules.scope import UnitRules, criteria, dated, units_changed
from masterplan.analyse.parts import owner_names
from masterplan.model.change import ChangeRule
from masterplan.model.milestone import Gate, Milestone

MILESTONE_ADDED = ChangeRule("milestone-added", "notable", "Milestone added")
MILESTONE_DROPPED = ChangeRule("milestone-dropped", "breaking", "Milestone removed")
MILESTONE_REACHED = ChangeRule("milestone-reached", "notable", "Milestone reached")
MILESTONE_REOPENED = ChangeRule("milestone-reopened", "breaking", "Milestone reopened")
REACHED_ON = ChangeRule("milestone-reached-redated", "notable", "Date of a reached milestone changed")
NEEDS = UnitRules(
    ChangeRule("milestone-needs-more", "breaking", "Milestone needs other or more sprints or tasks"),
    ChangeRule("milestone-needs-less", "notable", "Milestone needs fewer sprints or tasks"),
    "needs",
    "no longer needs",
)
BEFORE = UnitRules(
    ChangeRule("milestone-before-more", "breaking", "Other or more sprints wait for a milestone"),
    ChangeRule("milestone-before-less", "notable", "Fewer sprints wait for a milestone"),
    "comes before",
    "no longer comes before",
)
GATE_ADDED = ChangeRule("gate-added", "breaking", "Gate added to a milestone")
GATE_DROPPED = ChangeRule("gate-dropped", "breaking", "Gate removed from a milestone")
GATE_GO = ChangeRule("gate-go", "notable", "Gate decided: go")
GATE_NO_GO = ChangeRule("gate-no-go", "breaking", "Gate decided: no-go")
GATE_REOPENED = ChangeRule("gate-reopened", "breaking", "Gate reopened")
GATE_BY = ChangeRule("gate-reassigned", "notable", "Decision-makers of a gate changed")
GATE_ON = ChangeRule("gate-redated", "notable", "Date of a gate's decision changed")

RULES = (
    MILESTONE_ADDED, MILESTONE_DROPPED, MILESTONE_REACHED, MILESTONE_REOPENED, REACHED_ON, *NEEDS[:2], *BEFORE[:2],
    GATE_ADDED, GATE_DROPPED, GATE_GO, GATE_NO_GO, GATE_REOPENED, GATE_BY, GATE_ON,
)  # fmt: skip

_DECIDED = {"go": GATE_GO, "no-go": GATE_NO_GO, "open": GATE_REOPENED}


def _milestones(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Milestones added and removed, and changes in the others."""
    old, new = (
        {milestone.id: milestone for milestone in plan.milestones} for plan in (comparison.before, comparison.after)
    )
    parts = [(part, edits) for part, edits in comparison.by_part.items() if part[0] == "milestones"]
    for part, edits in parts:
        item = ItemEdits(part, old.get(part[1]), new.get(part[1]), edits)
        name, title = f"Milestone {item.part.id}", item.part.title
        if item.before is None:
            yield ChangeDraft(MILESTONE_ADDED, item.edits, f"{name} ({title}) is new", "", title, item.key_of("id"), "")
        elif item.after is None:
            yield ChangeDraft(
                MILESTONE_DROPPED, item.edits, f"{name} ({title}) is removed", title, "", item.key_of("id"), ""
            )
        else:
            yield from _changed(comparison, item, name)


def _changed(comparison: Comparison, item: ItemEdits[Milestone], name: str) -> Iterator[ChangeDraft]:
    """Changes in a milestone that both plans have, except those of labels, links and custom fields."""
    before, after = item.sides
    titled = f"{name} ({after.title})"
    yield from _reached(item, titled)
    yield from _gate(comparison, item, titled)
    yield from dated(comparison, item.edits_of("when"), (before.when, after.when), titled)
    needs, dependents = (before.needs, after.needs), (before.before, after.before)
    yield from units_changed(comparison, item.edits_of("needs"), needs, name, NEEDS)
    yield from units_changed(comparison, item.edits_of("before"), dependents, name, BEFORE)
    items = differing(item.key_of("criteria"), item.edits_of("criteria"), before.criteria, after.criteria)
    yield from criteria(items, name)
    yield from owned(comparison, item.edits_of("owner"), name, OWNERS, (before.owner, after.owner))
    yield from reworded_text(item.edits_of("title"), f"{name}: the title")
    yield from reworded_text(item.edits_of("description"), f"{name}: the description")


def _reached(item: ItemEdits[Milestone], name: str) -> Iterator[ChangeDraft]:
    """A milestone that was reached, was reopened, or has a corrected date."""
    (before, after), edits = item.sides, item.edits_of("reached")
    if edits and before.reached is None:
        day = value_text(after.reached)
        yield ChangeDraft(MILESTONE_REACHED, edits, f"{name} was reached on {day}", "", day)
    elif edits and after.reached is None:
        message = f"{name} is no longer reached"
        yield ChangeDraft(
            MILESTONE_REOPENED, edits, message, value_text(before.reached), "", item.key_of("id"), "reached"
        )
    elif edits:
        texts = value_text(before.reached), value_text(after.reached)
        yield ChangeDraft(REACHED_ON, edits, f"{name} was reached on {texts[1]}, not on {texts[0]}", *texts)


def _gate(comparison: Comparison, item: ItemEdits[Milestone], name: str) -> Iterator[ChangeDraft]:
    """The decision taken at a milestone."""
    (before, after), edits = item.sides, item.edits_of("gate")
    was, now = (milestone.gate.outcome if milestone.gate else None for milestone in (before, after))
    if before.gate and after.gate and was == now:
        yield from _same_outcome(comparison, item, (before.gate, after.gate), name)
    elif not edits:
        return
    elif after.gate is None:
        yield ChangeDraft(GATE_DROPPED, edits, f"{name} is no longer a gate", was or "", "", item.key_of("id"), "gate")
    else:
        rule = GATE_ADDED if before.gate is None and now == "open" else _DECIDED[after.gate.outcome]
        state = "is now a gate" if rule is GATE_ADDED else _decided(comparison, after.gate)
        key = (*item.key_of("gate"), "outcome")
        yield ChangeDraft(rule, edits, f"{name} {state}", was or "", after.gate.outcome, key)


def _same_outcome(
    comparison: Comparison, item: ItemEdits[Milestone], gates: tuple[Gate, Gate], name: str
) -> Iterator[ChangeDraft]:
    """Changes in a decision whose outcome is the same: decision-makers, date and note."""
    before, after = gates
    plans = comparison.before, comparison.after
    people = [owner_names(plan, gate.by) for plan, gate in zip(plans, gates, strict=True)]
    days = value_text(before.on), value_text(after.on)
    by, on, note = (
        tuple(edit for edit in item.edits_of("gate") if edit.key[3:4] == (field,)) for field in ("by", "on", "note")
    )
    if by:
        message = f"{name}: decision by {instead(people[0], people[1], 'nobody')}"
        yield ChangeDraft(GATE_BY, by, message, people[0], people[1])
    if on:
        message = f"{name}: the date of the decision is {instead(*days)}"
        yield ChangeDraft(GATE_ON, on, message, *days)
    yield from reworded_text(note, f"{name}: the note on the decision")


def _decided(comparison: Comparison, gate: Gate) -> str:
    if gate.outcome == "open":
        return "is undecided again"
    by = f" by {owner_names(comparison.after, gate.by)}" if gate.by else ""
    on = f" on {value_text(gate.on)}" if gate.on else ""
    return f"is a {gate.outcome}{', decided' if by or on else ''}{by}{on}"


PART_RULES: tuple[PartRule, ...] = (_milestones,)
