"""Goals and conditions of a plan, a phase or a sprint: objective, deliverables, criteria, decisions, asks and notes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    instead,
    value_text,
)
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.rewording import WORDING, Sides, TextEdits, is_rewording, reworded_text
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.scope import Ask, Criterion, Decision, Note
from masterplan.model.window import TimeWindow

OBJECTIVE = ChangeRule("objective-changed", "notable", "Objective changed")
DELIVERABLES = (
    ChangeRule("deliverable-added", "notable", "Deliverable added"),
    ChangeRule("deliverable-dropped", "breaking", "Deliverable removed"),
)
ASSUMPTIONS = (
    ChangeRule("assumption-added", "notable", "Assumption added"),
    ChangeRule("assumption-dropped", "notable", "Assumption removed"),
)
CRITERION_ADDED = ChangeRule("criterion-added", "notable", "Acceptance criterion added")
CRITERION_DROPPED = ChangeRule("criterion-dropped", "breaking", "Acceptance criterion removed")
CRITERION_MET = ChangeRule("criterion-met", "notable", "Acceptance criterion met")
CRITERION_UNMET = ChangeRule("criterion-unmet", "breaking", "Acceptance criterion no longer met")
DECISION_ADDED = ChangeRule("decision-added", "notable", "Decision added")
DECISION_DROPPED = ChangeRule("decision-dropped", "notable", "Decision removed")
DECISION_TAKEN = ChangeRule("decision-taken", "notable", "Decision taken")
DECISION_REOPENED = ChangeRule("decision-reopened", "breaking", "Decision reopened")
OUTCOME = ChangeRule("decision-outcome-changed", "breaking", "Outcome of a decision changed")
ASK_ADDED = ChangeRule("ask-added", "notable", "Ask added")
ASK_WITHDRAWN = ChangeRule("ask-withdrawn", "notable", "Ask withdrawn")
ASK_CAME = ChangeRule("ask-came", "notable", "Ask fulfilled")
ASK_REOPENED = ChangeRule("ask-reopened", "breaking", "Ask reopened")
ASK_OF = ChangeRule("ask-redirected", "notable", "Ask redirected to somebody else")
NOTE_ADDED = ChangeRule("note-added", "notable", "Note added")
NOTE_REMOVED = ChangeRule("note-removed", "notable", "Note removed")


class UnitRules(NamedTuple):
    """The rules for a list of sprints and tasks: `more` if it has any new ones, else `less`; and verbs for messages."""

    more: ChangeRule
    less: ChangeRule
    verb: str
    negated: str


BLOCKS = UnitRules(
    ChangeRule("decision-blocks-more", "breaking", "More sprints or tasks wait for a decision"),
    ChangeRule("decision-blocks-less", "notable", "Fewer sprints or tasks wait for a decision"),
    "blocks",
    "no longer blocks",
)


class DueRules(NamedTuple):
    """The rules for a due date."""

    later: ChangeRule
    earlier: ChangeRule
    stated: ChangeRule
    unstated: ChangeRule


DUE = DueRules(
    ChangeRule("due-later", "breaking", "Due date later"),
    ChangeRule("due-earlier", "notable", "Due date earlier"),
    ChangeRule("due-stated", "notable", "Due date added"),
    ChangeRule("due-unstated", "notable", "Due date removed"),
)

RULES = (
    OBJECTIVE, *DELIVERABLES, CRITERION_ADDED, CRITERION_DROPPED, CRITERION_MET, CRITERION_UNMET, *ASSUMPTIONS,
    DECISION_ADDED, DECISION_DROPPED, DECISION_TAKEN, DECISION_REOPENED, OUTCOME, *BLOCKS[:2], ASK_ADDED,
    ASK_WITHDRAWN, ASK_CAME, ASK_REOPENED, ASK_OF, *DUE, NOTE_ADDED, NOTE_REMOVED,
)  # fmt: skip


def _objective(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The objective of a plan, a phase or a sprint."""
    before, after = (objective or "" for objective in comparison.values(field))
    name = comparison.display_name(field.part)
    if before and after and is_rewording(before, after):
        yield from reworded_text(field.edits, f"{name}: the objective")
    else:
        verb = "has a different" if before and after else "now has an" if after else "no longer has an"
        yield ChangeDraft(OBJECTIVE, field.edits, f"{name} {verb} objective", before, after)


def _deliverables(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Results to hand over."""
    texts, name = TextEdits.of(field.edits), comparison.display_name(field.part)
    yield from texts.wording(f"{name}: a deliverable")
    yield from texts.added_and_removed(DELIVERABLES, name, "deliverable")


def _assumptions(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Assumptions of a plan, a phase or a sprint."""
    texts, name = TextEdits.of(field.edits), comparison.display_name(field.part)
    yield from texts.wording(f"{name}: an assumption")
    yield from texts.added_and_removed(ASSUMPTIONS, name, "assumption")


def _acceptance(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Acceptance criteria."""
    return criteria(comparison.items(field, Criterion), comparison.display_name(field.part))


def criteria(items: Iterable[ItemEdits[Criterion]], name: str) -> Iterator[ChangeDraft]:
    """Criteria added, removed, met, or no longer met; `name` is that of the part with the criteria."""
    sides = Sides.of(items, f"{name}: a criterion", lambda criterion: ("", criterion.text))
    yield from sides.wording
    for item in sides.added:
        text, met = item.part.text, ", already met" if item.part.done else ""
        yield item.added(CRITERION_ADDED, f"{name} has a new criterion `{text}`{met}", text, "text")
    for item in sides.removed:
        text = item.part.text
        yield item.removed(CRITERION_DROPPED, f"{name} no longer has the criterion `{text}`", text, "text")
    for item in sides.changed:
        rule, state = (CRITERION_MET, "met") if item.part.done else (CRITERION_UNMET, "no longer met")
        texts = ("not met", "met") if item.part.done else ("met", "not met")
        message = f"{name}: criterion {state}: {item.part.text}"
        yield ChangeDraft(rule, item.edits, message, *texts, item.key_of("text"))


def _decisions(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Decisions, open and taken."""
    name = comparison.display_name(field.part)
    sides = Sides.of(comparison.items(field, Decision), f"{name}: a decision", lambda decision: ("", decision.title))
    yield from sides.wording
    for item in sides.added:
        decision = item.part
        novelty = "a new decision to take" if decision.state == "open" else "a new decision, already taken"
        message = f"{name} has {novelty}: {_with_outcome(decision)}"
        yield item.added(DECISION_ADDED, message, decision.title, "title")
    for item in sides.removed:
        title = item.part.title
        yield item.removed(DECISION_DROPPED, f"{name} no longer has the decision `{title}`", title, "title")
    for item in sides.changed:
        yield from _decision(comparison, item, name)


def _with_outcome(decision: Decision) -> str:
    return f"{decision.title} ({decision.outcome})" if decision.outcome else decision.title


def _decision(comparison: Comparison, item: ItemEdits[Decision], name: str) -> Iterator[ChangeDraft]:
    """Changes in a decision that both plans have."""
    before, after = item.sides
    states, outcomes = item.edits_of("state"), item.edits_of("outcome")
    texts = before.outcome or "", after.outcome or ""
    if states and after.state == "taken":
        message = f"{name}: decision taken: {_with_outcome(after)}"
        yield ChangeDraft(DECISION_TAKEN, (*states, *outcomes), message, "open", after.outcome or "taken")
    elif states:
        message = f"{name}: decision reopened: {after.title}"
        yield ChangeDraft(DECISION_REOPENED, (*states, *outcomes), message, before.outcome or "taken", "open")
    elif outcomes:
        message = f"{name}: outcome of the decision `{after.title}`: {instead(*texts)}"
        yield ChangeDraft(OUTCOME, outcomes, message, *texts)
    owned_by, decision = f"{name}, decision {after.title}", f"{name}: the decision `{after.title}`"
    yield from owned(comparison, item.edits_of("owner"), owned_by, OWNERS, (before.owner, after.owner))
    yield from dated(comparison, item.edits_of("when"), (before.when, after.when), decision)
    blocks = before.blocks, after.blocks
    yield from units_changed(comparison, item.edits_of("blocks"), blocks, decision, BLOCKS)
    yield from reworded_text(item.edits_of("note"), f"{name}: the note on the decision `{after.title}`")


def units_changed(
    comparison: Comparison,
    edits: tuple[Edit, ...],
    units: tuple[Sequence[str], Sequence[str]],
    name: str,
    rules: UnitRules,
) -> Iterator[ChangeDraft]:
    """The change of a list of sprints and tasks, if it has edits; `units` are their ids before and after."""
    if edits:
        before, after = map(comparison.units, units)
        rule = rules.more if {*units[1]} - {*units[0]} else rules.less
        predicate = f"{rules.verb} {instead(before, after)}" if after else f"{rules.negated} {before or 'anything'}"
        yield ChangeDraft(rule, edits, f"{name} {predicate}", before, after)


def dated(
    comparison: Comparison,
    edits: Sequence[Edit],
    windows: tuple[TimeWindow | None, TimeWindow | None],
    name: str,
) -> Iterator[ChangeDraft]:
    """The change of a due date, which is the last day of a window, if it has edits; `name` begins the message."""
    before, after = windows
    texts = value_text(before), value_text(after)
    if before and after:
        old, new = (comparison.timeline.period(window).closes for window in (before, after))
        rule = DUE.later if new > old else DUE.earlier if new < old else WORDING
        state = f"is due {after.ends}, not {before.ends}" if new != old else f"is still due {after.ends}"
    elif after:
        rule, state = DUE.stated, f"is due {after.ends}"
    else:
        rule, state = DUE.unstated, "no longer has a due date"
    if edits:
        yield ChangeDraft(rule, tuple(edits), f"{name} {state}", *texts, edits[-1].key)


def _asks(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Asks."""
    name = comparison.display_name(field.part)
    sides = Sides.of(comparison.items(field, Ask), f"{name}: an ask", lambda ask: ("", ask.title))
    yield from sides.wording
    for item in sides.added:
        title, others = item.part.title, item.part.by or "others"
        message = f"{name} {'received' if item.part.done else 'needs'} from {others}: {title}"
        yield item.added(ASK_ADDED, message, title, "title")
    for item in sides.removed:
        title, others = item.part.title, item.part.by or "others"
        yield item.removed(ASK_WITHDRAWN, f"{name} no longer needs from {others}: {title}", title, "title")
    for item in sides.changed:
        yield from _ask(comparison, item, name)


def _ask(comparison: Comparison, item: ItemEdits[Ask], name: str) -> Iterator[ChangeDraft]:
    """Changes in an ask that both plans have."""
    before, after = item.sides
    title, others = after.title, after.by or "others"
    if edits := item.edits_of("done"):
        rule, verb = (ASK_CAME, "received") if after.done else (ASK_REOPENED, "still needs")
        texts = ("needed", "received") if after.done else ("received", "needed")
        yield ChangeDraft(rule, edits, f"{name} {verb} from {others}: {title}", *texts)
    if edits := item.edits_of("by"):
        message = f"{name}: the ask `{title}` goes to {others}, not {before.by or 'others'}"
        yield ChangeDraft(ASK_OF, edits, message, before.by or "", after.by or "")
    yield from dated(comparison, item.edits_of("when"), (before.when, after.when), f"{name}: the ask `{title}`")
    yield from reworded_text(item.edits_of("note"), f"{name}: the note on the ask `{title}`")


def _notes(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Sections that fit no other field; a note without a title is identified by its position."""
    name, items = comparison.display_name(field.part), comparison.items(field, Note)
    sides = Sides.of(items, f"{name}: the title of a note", lambda note: (str(not note.title), note.title or note.text))
    yield from sides.wording
    for item in sides.added:
        yield item.added(NOTE_ADDED, f"{name} has a new {_described(item.part)}", item.part.text, "text")
    for item in sides.removed:
        yield item.removed(NOTE_REMOVED, f"{name} no longer has the {_described(item.part)}", item.part.text, "text")
    for item in sides.changed:
        yield from reworded_text(item.edits, f"{name}: the {_described(item.part)}")


def _described(note: Note) -> str:
    return f"note `{note.title}`" if note.title else "note without a title"


_FIELDS: Mapping[str, FieldRule] = {
    "objective": _objective,
    "deliverables": _deliverables,
    "acceptance": _acceptance,
    "assumptions": _assumptions,
    "decisions": _decisions,
    "asks": _asks,
    "notes": _notes,
}

FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    (kind, field): rule for kind in ("plan", "phases", "sprints") for field, rule in _FIELDS.items()
}
"""The function for each field, by kind of part and field."""
