"""What a plan, a phase or a sprint is for, and what it hangs on: aims, results, decisions, asks, notes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    instead,
    shown,
    subject_of,
)
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.rewording import Sides, TextEdits, alike, reworded_text
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
ASK_ADDED = ChangeRule("ask-added", "notable", "Request to others added")
ASK_WITHDRAWN = ChangeRule("ask-withdrawn", "notable", "Request to others withdrawn")
ASK_CAME = ChangeRule("ask-came", "notable", "Request to others fulfilled")
ASK_REOPENED = ChangeRule("ask-reopened", "breaking", "Request to others reopened")
ASK_OF = ChangeRule("ask-redirected", "notable", "Request redirected to somebody else")
NOTE_ADDED = ChangeRule("note-added", "notable", "Note added")
NOTE_REMOVED = ChangeRule("note-removed", "notable", "Note removed")


class UnitRules(NamedTuple):
    """The rules for sprints and tasks that something names: where there are others or more of them, and fewer."""

    more: ChangeRule
    less: ChangeRule


BLOCKS = UnitRules(
    ChangeRule("decision-blocks-more", "breaking", "More sprints or tasks wait for a decision"),
    ChangeRule("decision-blocks-less", "notable", "Fewer sprints or tasks wait for a decision"),
)


class DueRules(NamedTuple):
    """The rules for a day by which something has to be there."""

    later: ChangeRule
    earlier: ChangeRule
    stated: ChangeRule
    unstated: ChangeRule


DUE = DueRules(
    ChangeRule("due-later", "breaking", "Due date later"),
    ChangeRule("due-earlier", "notable", "Due date earlier"),
    ChangeRule("due-stated", "notable", "Due date added"),
    ChangeRule(
        "due-unstated",
        "notable",
        "Due date removed",
    ),
)

RULES = (
    OBJECTIVE, *DELIVERABLES, CRITERION_ADDED, CRITERION_DROPPED, CRITERION_MET, CRITERION_UNMET, *ASSUMPTIONS,
    DECISION_ADDED, DECISION_DROPPED, DECISION_TAKEN, DECISION_REOPENED, OUTCOME, *BLOCKS, ASK_ADDED,
    ASK_WITHDRAWN, ASK_CAME, ASK_REOPENED, ASK_OF, *DUE, NOTE_ADDED, NOTE_REMOVED,
)  # fmt: skip


def _who(comparison: Comparison, field: FieldEdits) -> str:
    return comparison.called(subject_of(field.part))


def _objective(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What is to be achieved."""
    before, after = (objective or "" for objective in comparison.values(field))
    who = _who(comparison, field)
    if before and after and alike(before, after):
        yield from reworded_text(field.edits, f"{who}: the objective")
    else:
        says = "another objective" if before and after else "an objective" if after else "no objective"
        yield ChangeDraft(OBJECTIVE, field.edits, f"{who} has {says}", before, after)


def _deliverables(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What is handed over."""
    texts, who = TextEdits.of(field.edits), _who(comparison, field)
    yield from texts.wording(f"{who}: a deliverable")
    yield from texts.came_and_went(DELIVERABLES, who, "deliverable")


def _assumptions(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What is taken for granted."""
    texts, who = TextEdits.of(field.edits), _who(comparison, field)
    yield from texts.wording(f"{who}: an assumption")
    yield from texts.came_and_went(ASSUMPTIONS, who, "assumption")


def _acceptance(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What must be true before it is accepted."""
    return criteria(comparison.items(field, Criterion), _who(comparison, field))


def criteria(items: Iterable[ItemEdits[Criterion]], who: str) -> Iterator[ChangeDraft]:
    """Criteria that came, went, are met, or are no longer; `who` is what has them."""
    sides = Sides.of(items, f"{who}: a criterion", lambda criterion: ("", criterion.text))
    yield from sides.wording
    for item in sides.added:
        text, met = item.part.text, ", already met" if item.part.done else ""
        message = f"{who} has a new criterion{met} `{text}`"
        yield item.came(CRITERION_ADDED, message, text, "text")
    for item in sides.removed:
        text = item.part.text
        yield item.went(CRITERION_DROPPED, f"{who} no longer has the criterion `{text}`", text, "text")
    for item in sides.changed:
        rule, did = (CRITERION_MET, "is met") if item.part.done else (CRITERION_UNMET, "is no longer met")
        texts = ("not met", "met") if item.part.done else ("met", "not met")
        yield ChangeDraft(rule, item.edits, f"{who}: a criterion {did}: {item.part.text}", *texts, item.at("text"))


def _decisions(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Decisions, open and taken."""
    who = _who(comparison, field)
    sides = Sides.of(comparison.items(field, Decision), f"{who}: a decision", lambda decision: ("", decision.title))
    yield from sides.wording
    for item in sides.added:
        decision = item.part
        what = "a new decision to take" if decision.state == "open" else "a new decision, already taken"
        message = f"{who} has {what}: {_decided(decision)}"
        yield item.came(DECISION_ADDED, message, decision.title, "title")
    for item in sides.removed:
        title = item.part.title
        yield item.went(DECISION_DROPPED, f"{who}: the decision is no longer listed: {title}", title, "title")
    for item in sides.changed:
        yield from _decision(comparison, item, who)


def _decided(decision: Decision) -> str:
    return f"{decision.title} ({decision.outcome})" if decision.outcome else decision.title


def _decision(comparison: Comparison, item: ItemEdits[Decision], who: str) -> Iterator[ChangeDraft]:
    """What changed in a decision that both plans have."""
    before, after = item.sides
    states, outcomes = item.edits_of("state"), item.edits_of("outcome")
    texts = before.outcome or "", after.outcome or ""
    if states and after.state == "taken":
        message = f"{who}: a decision is taken: {_decided(after)}"
        yield ChangeDraft(DECISION_TAKEN, (*states, *outcomes), message, "open", after.outcome or "taken")
    elif states:
        message = f"{who}: a decision is open again: {after.title}"
        yield ChangeDraft(DECISION_REOPENED, (*states, *outcomes), message, before.outcome or "taken", "open")
    elif outcomes:
        says = f"the outcome of a decision is {instead(*texts)}"
        yield ChangeDraft(OUTCOME, outcomes, f"{who}: {says}: {after.title}", *texts)
    name = f"{who}, decision {after.title}"
    yield from owned(comparison, item.edits_of("owner"), name, OWNERS, (before.owner, after.owner))
    yield from dated(comparison, item.edits_of("when"), (before.when, after.when), f"{who}: the decision", after.title)
    blocks, says = (before.blocks, after.blocks), f"{who}: a decision blocks"
    for draft in units_changed(comparison, item.edits_of("blocks"), blocks, says, BLOCKS):
        yield draft._replace(message=f"{draft.message}: {after.title}")
    yield from reworded_text(item.edits_of("note"), f"{who}: the note on a decision, {after.title},")


def units_changed(
    comparison: Comparison,
    edits: tuple[Edit, ...],
    units: tuple[Sequence[str], Sequence[str]],
    says: str,
    rules: UnitRules,
) -> Iterator[ChangeDraft]:
    """The sprints and tasks that something names, by id, if they have edits: `M1 needs` these `instead of` those."""
    if edits:
        before, after = map(comparison.units, units)
        rule = rules.more if {*units[1]} - {*units[0]} else rules.less
        message = f"{says} {instead(before, after, 'nothing')}"
        yield ChangeDraft(rule, edits, message, before, after)


def dated(
    comparison: Comparison,
    edits: Sequence[Edit],
    windows: tuple[TimeWindow | None, TimeWindow | None],
    what: str,
    title: str,
) -> Iterator[ChangeDraft]:
    """When something has to be there, if that has edits; of several days the last counts."""
    before, after = windows
    texts = shown(before), shown(after)
    if before and after:
        one, other = (comparison.timeline.period(window).closes for window in (before, after))
        rule, says = DUE.later if other > one else DUE.earlier, f"is due {_last_of(after)}, not {_last_of(before)}"
    elif after:
        rule, says = DUE.stated, f"is due {_last_of(after)}"
    else:
        rule, says = DUE.unstated, "no longer has a due date"
    if edits:
        yield ChangeDraft(rule, tuple(edits), f"{what} {says}: {title}", *texts, edits[-1].key)


def _last_of(window: TimeWindow) -> str:
    """The end of a window in words: `in week 3`, `on 6 Apr 2026`."""
    return f"on {shown(date.fromordinal(window.last))}" if window.unit == "date" and window.last else window.ends


def _asks(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """What others have to bring."""
    who = _who(comparison, field)
    sides = Sides.of(comparison.items(field, Ask), f"{who}: an ask", lambda ask: ("", ask.title))
    yield from sides.wording
    for item in sides.added:
        title, of = item.part.title, item.part.by or "others"
        message = f"{who} {'got' if item.part.done else 'needs'} from {of}: {title}"
        yield item.came(ASK_ADDED, message, title, "title")
    for item in sides.removed:
        title, of = item.part.title, item.part.by or "others"
        yield item.went(ASK_WITHDRAWN, f"{who} no longer needs from {of}: {title}", title, "title")
    for item in sides.changed:
        yield from _ask(comparison, item, who)


def _ask(comparison: Comparison, item: ItemEdits[Ask], who: str) -> Iterator[ChangeDraft]:
    """What changed in an ask that both plans have."""
    before, after = item.sides
    title, of = after.title, after.by or "others"
    came = item.edits_of("done")
    if came:
        rule, says = (ASK_CAME, "has come") if after.done else (ASK_REOPENED, "has not come after all")
        texts = ("needed", "come") if after.done else ("come", "needed")
        yield ChangeDraft(rule, came, f"{who}: what it needs from {of} {says}: {title}", *texts)
    moved = item.edits_of("by")
    if moved:
        message = f"{who} needs from {of}, not from {before.by or 'others'}: {title}"
        yield ChangeDraft(ASK_OF, moved, message, before.by or "", after.by or "")
    what = f"{who}: what it needs from {of}"
    yield from dated(comparison, item.edits_of("when"), (before.when, after.when), what, title)
    yield from reworded_text(item.edits_of("note"), f"{who}: the note on an ask, {title},")


def _notes(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """Sections that fit no other field; one without a title is the same note in the same place."""
    who, items = _who(comparison, field), comparison.items(field, Note)
    sides = Sides.of(items, f"{who}: the title of a note", lambda note: (str(not note.title), note.title or note.text))
    yield from sides.wording
    for item in sides.added:
        yield item.came(NOTE_ADDED, f"{who} has a new {_named(item.part)}", item.part.text, "text")
    for item in sides.removed:
        yield item.went(NOTE_REMOVED, f"{who} no longer has the {_named(item.part)}", item.part.text, "text")
    for item in sides.changed:
        yield from reworded_text(item.edits, f"{who}: the {_named(item.part)}")


def _named(note: Note) -> str:
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

OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    (kind, field): rule for kind in ("plan", "phases", "sprints") for field, rule in _FIELDS.items()
}
"""The rule of each field, by kind of part and field."""
