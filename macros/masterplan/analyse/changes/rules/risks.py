"""Risks, what is done about them, and how a sprint is undone."""

from collections.abc import Iterator, Mapping, Sequence

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    shown,
)
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.texts import WORDING, alike, reworded, text_of_item
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.risk import Rollback

STATED = ChangeRule("risk-stated", "notable", "The risk of a sprint is stated now.")
UNSTATED = ChangeRule("risk-unstated", "breaking", "The risk of a sprint is no longer stated.")
RAISED = ChangeRule("risk-raised", "breaking", "The risk of a sprint is higher.")
LOWERED = ChangeRule("risk-lowered", "notable", "The risk of a sprint is lower, by a new mitigation.")
LOWERED_ALONE = ChangeRule(
    "risk-lowered-without-mitigation", "breaking", "The risk of a sprint is lower, without a new mitigation."
)
ASSESSED = ChangeRule(
    "risk-assessed", "notable", "The likelihood or impact of a risk changed, and the risk is neither higher nor lower."
)
MITIGATION_ADDED = ChangeRule("mitigation-added", "notable", "A mitigation of a risk was added.")
MITIGATION_REMOVED = ChangeRule("mitigation-removed", "breaking", "A mitigation of a risk was removed.")
ROLLBACK_ADDED = ChangeRule("rollback-added", "notable", "The rollback of a sprint is stated now.")
ROLLBACK_REMOVED = ChangeRule("rollback-removed", "breaking", "The rollback of a sprint is no longer stated.")
ROLLBACK_CHANGED = ChangeRule("rollback-changed", "notable", "The rollback of a sprint changed.")

RULES = (
    STATED, UNSTATED, RAISED, LOWERED, LOWERED_ALONE, ASSESSED, MITIGATION_ADDED, MITIGATION_REMOVED, ROLLBACK_ADDED,
    ROLLBACK_REMOVED, ROLLBACK_CHANGED,
)  # fmt: skip


def _risk(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The risk of a sprint."""
    before, after = (sprint.risk for sprint in comparison.sprints(field.id))
    name, level = comparison.name(field.id), (*field.key, "level")
    if before is None and after is not None:
        yield ChangeDraft(STATED, field.edits, f"{name} has a {after.level} risk", "", after.level, level)
    elif after is None and before is not None:
        yield ChangeDraft(UNSTATED, field.edits, f"{name} had a {before.level} risk", before.level, "", level)
    elif before and after:
        yield from owned(comparison, field.under("owner"), f"{name}, risk", OWNERS)
        yield from _answered(name, comparison.after.scale, field)


def _answered(name: str, scale: Sequence[str], field: FieldEdits) -> Iterator[ChangeDraft]:
    """The levels and mitigations of a risk; a level that was lowered takes the mitigations that were added with it."""
    edits = field.under("mitigation")
    added, removed = [edit for edit in edits if not edit.before], [edit for edit in edits if not edit.after]
    pairs = reworded(removed, added, text_of_item)
    paired = {edit.key for pair in pairs for edit in pair}
    added, removed = ([edit for edit in side if edit.key not in paired] for side in (added, removed))
    levels = _levels(name, scale, field, added)
    yield from [levels] if levels else []
    for one, other in pairs:
        texts = shown(one.before), shown(other.after)
        yield ChangeDraft(WORDING, (one, other), f"{name}: a mitigation is worded otherwise", *texts, other.key)
    for edit in added:
        if levels is None or edit not in levels.edits:
            yield ChangeDraft(MITIGATION_ADDED, (edit,), f"{name}: {edit.after}", "", shown(edit.after))
    for edit in removed:
        yield ChangeDraft(MITIGATION_REMOVED, (edit,), f"{name} no longer: {edit.before}", shown(edit.before))


def _levels(name: str, scale: Sequence[str], field: FieldEdits, added: Sequence[Edit]) -> ChangeDraft | None:
    """Level, likelihood and impact in one change."""
    edits = (*field.under("level"), *field.under("likelihood"), *field.under("impact"))
    if not edits:
        return None
    main, way = edits[0], _way(scale, edits[0]) or sum(_way(scale, edit) for edit in edits)
    what = "risk" if main.name == "level" else f"{main.name} of the risk"
    texts = (shown(main.before), shown(main.after))
    message = f"{name}: {what} {texts[1] or 'not stated'} instead of {texts[0] or 'not stated'}"
    if way >= 0:
        return ChangeDraft(RAISED if way else ASSESSED, edits, message, *texts)
    if not added:
        return ChangeDraft(LOWERED_ALONE, edits, f"{message}, without a new mitigation", *texts)
    by = "; ".join(shown(edit.after) for edit in added)
    return ChangeDraft(LOWERED, (*edits, *added), f"{message}, by a new mitigation: {by}", *texts)


def _way(scale: Sequence[str], edit: Edit) -> int:
    """By how many grades of a scale a level went up; 0 where it was not stated on both sides, or has another scale."""
    is_known = edit.before in scale and edit.after in scale
    return scale.index(str(edit.after)) - scale.index(str(edit.before)) if is_known else 0


def _rollback(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """How a sprint is undone."""
    before, after = (sprint.rollback for sprint in comparison.sprints(field.id))
    texts = _described(before), _described(after)
    name, edits = comparison.name(field.id), field.edits
    key = next((edit.key for edit in edits if (edit.after is None) == (after is None)), edits[0].key)
    if _is_stated(after) and not _is_stated(before):
        yield ChangeDraft(ROLLBACK_ADDED, edits, f"{name} says how it is undone", *texts, key, "rollback")
    elif _is_stated(before) and not _is_stated(after):
        yield ChangeDraft(ROLLBACK_REMOVED, edits, f"{name} no longer says how it is undone", *texts, key, "rollback")
    elif not _is_reworded(edits):
        yield ChangeDraft(ROLLBACK_CHANGED, edits, f"{name} is undone in another way", *texts, key)


def _is_reworded(edits: Sequence[Edit]) -> bool:
    """Whether only the words of steps changed: as many steps, in the same order, each nearly the same."""
    match edits:
        case [Edit(before=tuple() as before, after=tuple() as after, name="steps")]:
            return len(before) == len(after) and all(alike(*pair) for pair in zip(before, after, strict=True))
        case _:
            return False


def _is_stated(rollback: Rollback | None) -> bool:
    """Whether it is stated how to undo a sprint, or that there is nothing to undo."""
    return rollback is not None and (not rollback.needed or bool(rollback.steps))


def _described(rollback: Rollback | None) -> str:
    if rollback is None:
        return ""
    first = f"after {', '.join(rollback.first)}" if rollback.first else ""
    trigger = f"when {rollback.trigger}" if rollback.trigger else ""
    return "; ".join(filter(None, ["" if rollback.needed else "not needed", *rollback.steps, first, trigger]))


OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {
    ("sprints", "risk"): _risk,
    ("sprints", "rollback"): _rollback,
}
"""The rule of each field, by kind of part and field."""
