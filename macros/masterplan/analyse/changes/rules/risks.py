"""Risks of sprints and of the plan, their mitigations and contingencies, and rollbacks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    PartRule,
    differing,
    instead,
    value_text,
)
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.rewording import WORDING, Sides, TextEdits, is_rewording, reworded_text
from masterplan.analyse.parts import listed, names
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.plan import Plan
from masterplan.model.risk import NamedRisk, Risk, RiskState, Rollback

STATED = ChangeRule("risk-stated", "notable", "Risk of a sprint added")
UNSTATED = ChangeRule("risk-unstated", "breaking", "Risk of a sprint removed")
RAISED = ChangeRule("risk-raised", "breaking", "Risk raised")
LOWERED = ChangeRule("risk-lowered", "notable", "Risk lowered, with a new mitigation")
LOWERED_ALONE = ChangeRule("risk-lowered-without-mitigation", "breaking", "Risk lowered, without a new mitigation")
ASSESSED = ChangeRule("risk-assessed", "notable", "Likelihood or impact changed, risk neither higher nor lower")
RISK_ADDED = ChangeRule("risk-added", "notable", "Named risk added")
RISK_REMOVED = ChangeRule("risk-removed", "breaking", "Named risk removed")
CLOSED = ChangeRule("risk-closed", "notable", "Risk mitigated or closed")
OCCURRED = ChangeRule("risk-occurred", "breaking", "Risk occurred")
REOPENED = ChangeRule("risk-reopened", "breaking", "Risk reopened")
MITIGATION_ADDED = ChangeRule("mitigation-added", "notable", "Mitigation added")
MITIGATION_REMOVED = ChangeRule("mitigation-removed", "breaking", "Mitigation removed")
RELIES = ChangeRule("mitigation-relies-changed", "notable", "Sprints that a mitigation relies on changed")
CONTINGENCY_ADDED = ChangeRule("contingency-added", "notable", "Contingency added")
CONTINGENCY_REMOVED = ChangeRule("contingency-removed", "breaking", "Contingency removed")
TRIGGER = ChangeRule("risk-trigger-changed", "notable", "Trigger of a risk changed")
SCALE = ChangeRule("risk-levels-changed", "notable", "Risk levels of the plan changed")
ROLLBACK_ADDED = ChangeRule("rollback-added", "notable", "Rollback added")
ROLLBACK_REMOVED = ChangeRule("rollback-removed", "breaking", "Rollback removed")
ROLLBACK_CHANGED = ChangeRule("rollback-changed", "notable", "Rollback changed")

RULES = (
    STATED, UNSTATED, RAISED, LOWERED, LOWERED_ALONE, ASSESSED, RISK_ADDED, RISK_REMOVED, CLOSED, OCCURRED, REOPENED,
    MITIGATION_ADDED, MITIGATION_REMOVED, RELIES, CONTINGENCY_ADDED, CONTINGENCY_REMOVED, TRIGGER, SCALE,
    ROLLBACK_ADDED, ROLLBACK_REMOVED, ROLLBACK_CHANGED,
)  # fmt: skip

_STATES: Mapping[RiskState, ChangeRule] = {
    "open": REOPENED, "mitigated": CLOSED, "occurred": OCCURRED, "closed": CLOSED,
}  # fmt: skip

_GRADES = ("level", "likelihood", "impact")

AnyRisk = Risk | NamedRisk
EditsOf = Callable[[str], Sequence[Edit]]
"""The edits in a field of a risk."""


def _risk(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The risk of a sprint as a whole."""
    before, after = comparison.values(field)
    name, level = comparison.name(field.id), (*field.key, "level")
    if before is None and after is not None:
        yield ChangeDraft(STATED, field.edits, f"{name}: risk added, {after.level}", "", after.level, level)
    elif after is None and before is not None:
        yield ChangeDraft(UNSTATED, field.edits, f"{name}: risk removed, was {before.level}", before.level, "", level)
    elif before and after:
        yield from owned(comparison, field.under("owner"), f"{name}, risk", OWNERS, (before.owner, after.owner))
        yield from _levels_and_mitigations(name, comparison, field.under, (before, after))
        yield from reworded_text(field.under("description"), f"{name}, risk: the description")
        yield from _relies(comparison, field, before, after)


def _relies(comparison: Comparison, field: FieldEdits, before: Risk, after: Risk) -> Iterator[ChangeDraft]:
    """The sprints that a mitigation relies on."""
    edits = field.under("relies_on")
    texts = names(comparison.after, before.relies_on), names(comparison.after, after.relies_on)
    if edits:
        predicate = f"relies on {instead(*texts)}" if texts[1] else f"no longer relies on {texts[0]}"
        yield ChangeDraft(RELIES, edits, f"{comparison.name(field.id)}: the mitigation {predicate}", *texts)


def _risks_of_sprint(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The named risks of a sprint."""
    return _named_risks(comparison, comparison.items(field, NamedRisk), comparison.name(field.id))


def _risks_of_plan(comparison: Comparison) -> Iterator[ChangeDraft]:
    """The named risks of the plan."""
    edits = [edit for part, edits in comparison.by_part.items() for edit in edits if part[0] == "risks"]
    items = differing(("risks",), edits, comparison.before.risks, comparison.after.risks)
    return _named_risks(comparison, items, "the plan")


def _named_risks(comparison: Comparison, items: Iterable[ItemEdits[NamedRisk]], owner: str) -> Iterator[ChangeDraft]:
    """Risks added and removed, and changes in the others; `owner` is the sprint or the plan that lists them."""
    sides = Sides.of(items, f"{owner}: a risk", lambda risk: ("", risk.title))
    yield from sides.wording
    for item in sides.added:
        name = item.part.name
        level = f" ({item.part.level})" if item.part.level else ""
        yield item.added(RISK_ADDED, f"{owner} has a new risk `{name}`{level}", name, "title")
    for item in sides.removed:
        name = item.part.name
        yield item.removed(RISK_REMOVED, f"{owner} no longer has the risk `{name}`", name, "title")
    for item in sides.changed:
        name = item.part.name
        yield from _named_risk(comparison, item, name if item.key[0] == "risks" else f"{owner}, {name}")


def _named_risk(comparison: Comparison, item: ItemEdits[NamedRisk], name: str) -> Iterator[ChangeDraft]:
    """Changes in a risk that both plans have, except those of custom fields."""
    before, after = item.sides
    states = item.edits_of("state")
    if states:
        message = f"{name}: {after.state}{' again' if after.state == 'open' else ''}, not {before.state}"
        yield ChangeDraft(_STATES[after.state], states, message, before.state, after.state)
    yield from owned(comparison, item.edits_of("owner"), name, OWNERS, (before.owner, after.owner))
    yield from _levels_and_mitigations(name, comparison, item.edits_of, (before, after))
    contingencies = TextEdits.of(item.edits_of("contingency"))
    yield from contingencies.wording(f"{name}: a contingency")
    yield from contingencies.added_and_removed((CONTINGENCY_ADDED, CONTINGENCY_REMOVED), name, "contingency")
    triggers = item.edits_of("trigger")
    if triggers:
        texts = before.trigger or "", after.trigger or ""
        message = f"{name}: the trigger is {instead(*texts)}"
        yield ChangeDraft(TRIGGER, triggers, message, *texts)
    yield from reworded_text(item.edits_of("title"), f"{name}: the title")
    yield from reworded_text(item.edits_of("description"), f"{name}: the description")


def _levels_and_mitigations(
    name: str, comparison: Comparison, edits_of: EditsOf, risks: tuple[AnyRisk, AnyRisk]
) -> Iterator[ChangeDraft]:
    """The levels and mitigations of a risk; the change of a lowered level includes the mitigations added with it."""
    texts = TextEdits.of(edits_of("mitigation"))
    levels = _levels(name, comparison, edits_of, risks, texts.added)
    yield from [levels] if levels else []
    yield from texts.wording(f"{name}: a mitigation")
    added = [edit for edit in texts.added if levels is None or edit not in levels.edits]
    yield from texts._replace(added=added).added_and_removed((MITIGATION_ADDED, MITIGATION_REMOVED), name, "mitigation")


def _levels(
    name: str, comparison: Comparison, edits_of: EditsOf, risks: tuple[AnyRisk, AnyRisk], added: Sequence[Edit]
) -> ChangeDraft | None:
    """Level, likelihood and impact in one change; `added` are the new mitigations."""
    edits = tuple(edit for field in _GRADES for edit in edits_of(field))
    if not edits:
        return None
    grades = {field: (getattr(risks[0], field), getattr(risks[1], field)) for field in _GRADES}
    main = next(field for field, (before, after) in grades.items() if before != after)
    rise = _rise(comparison, *grades[main]) or sum(_rise(comparison, *pair) for pair in grades.values())
    label = "risk" if main == "level" else f"{main} of the risk"
    texts = grades[main][0] or "", grades[main][1] or ""
    message = f"{name}: {label} {instead(*texts)}"
    if rise >= 0:
        return ChangeDraft(RAISED if rise else ASSESSED, edits, message, *texts)
    if not added:
        return ChangeDraft(LOWERED_ALONE, edits, f"{message}, without a new mitigation", *texts)
    mitigations = "; ".join(edit.name for edit in added)
    return ChangeDraft(LOWERED, (*edits, *added), f"{message}, with a new mitigation `{mitigations}`", *texts)


def _rise(comparison: Comparison, before: str | None, after: str | None) -> int:
    """Grades on the plan's scale by which a level rose, negative for a fall; 0 if the scale lacks either."""
    scale = comparison.after.scale
    return scale.index(after) - scale.index(before) if before in scale and after in scale else 0


def _rollback(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The rollback of a sprint or of the plan."""
    edits, name = field.edits, comparison.display_name(field.part)
    before, after = comparison.values(field)
    texts = _described(comparison.after, before), _described(comparison.after, after)
    key = next((edit.key for edit in edits if (edit.after is None) == (after is None)), edits[0].key)
    was, now = (rollback is not None and rollback.is_stated for rollback in (before, after))
    if now and not was:
        message = f"{name} now {_stated(after)}"
        yield ChangeDraft(ROLLBACK_ADDED, edits, message, *texts, key, "rollback")
    elif was and not now:
        message = f"{name} no longer {_stated(before)}"
        yield ChangeDraft(ROLLBACK_REMOVED, edits, message, *texts, key, "rollback")
    else:
        yield from _rollback_changed(comparison, field, name, (before, after))


def _rollback_changed(
    comparison: Comparison, field: FieldEdits, name: str, rollbacks: tuple[Rollback | None, Rollback | None]
) -> Iterator[ChangeDraft]:
    """Changes in a rollback: whether it is needed, its steps, its trigger, and the sprints to undo first."""
    before, after = rollbacks
    needed, steps, trigger, first = (field.under(step) for step in ("needed", "steps", "trigger", "first"))
    if needed:
        states = _needed(before), _needed(after)
        message = f"{name}: rollback {states[1] or 'no longer stated'}"
        yield ChangeDraft(ROLLBACK_CHANGED, (*needed, *steps), message, *states)
    elif steps:
        rule, verb = (WORDING, "are reworded") if _are_reworded(steps) else (ROLLBACK_CHANGED, "changed")
        message = f"{name}: the steps of the rollback {verb}"
        yield ChangeDraft(rule, steps, message, _steps(before), _steps(after))
    for edit in trigger:
        texts = value_text(edit.before), value_text(edit.after)
        message = f"{name}: the rollback trigger is {instead(*texts)}"
        yield ChangeDraft(ROLLBACK_CHANGED, (edit,), message, *texts)
    if first:
        old, new = (_first(comparison.after, rollback) for rollback in rollbacks)
        message = f"{name}: the rollback first undoes {instead(old, new)}"
        yield ChangeDraft(ROLLBACK_CHANGED, first, message, old, new)


def _are_reworded(edits: Sequence[Edit]) -> bool:
    """Whether only the wording of steps changed: the same number of steps, each similar to the old one."""
    match edits:
        case [Edit(before=tuple() as before, after=tuple() as after)]:
            return len(before) == len(after) and all(is_rewording(*pair) for pair in zip(before, after, strict=True))
        case _:
            return False


def _stated(rollback: Rollback) -> str:
    return "has a rollback" if rollback.needed else "states that it needs no rollback"


def _needed(rollback: Rollback | None) -> str:
    return "" if rollback is None else "needed" if rollback.needed else "not needed"


def _steps(rollback: Rollback | None) -> str:
    """The steps of a rollback in one line; without steps, whether one is needed."""
    return "; ".join(rollback.steps) or _needed(rollback) if rollback else ""


def _described(plan: Plan, rollback: Rollback | None) -> str:
    """A whole rollback in one line."""
    if rollback is None:
        return ""
    after = f"after {_first(plan, rollback)}" if rollback.first else ""
    return "; ".join(filter(None, [_steps(rollback), after, f"when {rollback.trigger}" if rollback.trigger else ""]))


def _first(plan: Plan, rollback: Rollback | None) -> str:
    """Names of the sprints to undo first, `nothing` for an empty list, or empty if that is not stated."""
    if rollback is None or rollback.first is None:
        return ""
    return names(plan, rollback.first) or "nothing"


def _scale(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The risk levels of the plan."""
    texts = listed(comparison.before.scale), listed(comparison.after.scale)
    yield ChangeDraft(SCALE, field.edits, f"the risk levels are {texts[1]}, not {texts[0]}", *texts)


PART_RULES: tuple[PartRule, ...] = (_risks_of_plan,)
FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "risk"): _risk,
    ("sprints", "risks"): _risks_of_sprint,
    ("sprints", "rollback"): _rollback,
    ("plan", "rollback"): _rollback,
    ("plan", "risk_levels"): _scale,
}
"""The function for each field, by kind of part and field."""
