"""Risks, what is done about them, and how a sprint is undone."""

from collections.abc import Iterator

from masterplan.analyse.changes.case import Case, Group, Told
from masterplan.analyse.changes.rules.people import OWNERS, owned
from masterplan.analyse.changes.rules.texts import WORDING
from masterplan.analyse.changes.rules.words import alike, reworded, shown
from masterplan.model.change import ChangeRule, Edit
from masterplan.model.plan import LEVELS, Risk, Rollback

STATED = ChangeRule("risk-stated", "notable", "A sprint says how risky it is.")
UNSTATED = ChangeRule("risk-unstated", "breaking", "A sprint no longer says how risky it is.")
RAISED = ChangeRule("risk-raised", "breaking", "A sprint is riskier.")
LOWERED = ChangeRule("risk-lowered", "notable", "A sprint is less risky, and something more is done about it.")
LOWERED_ALONE = ChangeRule(
    "risk-lowered-without-mitigation", "breaking", "A sprint is called less risky, but nothing more is done about it."
)
ASSESSED = ChangeRule("risk-assessed", "notable", "Likelihood or impact of a risk changed, neither up nor down.")
MITIGATION_ADDED = ChangeRule("mitigation-added", "notable", "Something more is done about a risk.")
MITIGATION_REMOVED = ChangeRule("mitigation-removed", "breaking", "Something is no longer done about a risk.")
ROLLBACK_ADDED = ChangeRule("rollback-added", "notable", "A sprint says how it is undone.")
ROLLBACK_REMOVED = ChangeRule("rollback-removed", "breaking", "A sprint no longer says how it is undone.")
ROLLBACK_CHANGED = ChangeRule("rollback-changed", "notable", "A sprint is undone in another way.")

RULES = (
    STATED, UNSTATED, RAISED, LOWERED, LOWERED_ALONE, ASSESSED, MITIGATION_ADDED, MITIGATION_REMOVED, ROLLBACK_ADDED,
    ROLLBACK_REMOVED, ROLLBACK_CHANGED,
)  # fmt: skip


def risk(case: Case, group: Group) -> Iterator[Told]:
    """The risk of a sprint."""
    before, after = (each.risk for each in case.sprints(group.id))
    name = case.name(group.id)
    if before is None and after is not None:
        yield Told(STATED, group.edits, f"{name} has a {after.level} risk", "", after.level, _level(group))
    elif after is None and before is not None:
        yield Told(UNSTATED, group.edits, f"{name} had a {before.level} risk", before.level, "", _level(group))
    elif before and after:
        added, removed, same = _mitigations(group)
        for told in _levels(name, group, before, after, added):
            added = [edit for edit in added if edit not in told.edits]
            yield told
        yield from owned(case, group.under("owner"), f"{name}, risk", OWNERS)
        for one, other in same:
            message = f"{name}: a mitigation is worded otherwise"
            yield Told(WORDING, (one, other), message, shown(one.before), shown(other.after), other.key)
        for edit in added:
            yield Told(MITIGATION_ADDED, (edit,), f"{name}: {edit.after}", "", shown(edit.after))
        for edit in removed:
            yield Told(MITIGATION_REMOVED, (edit,), f"{name} no longer: {edit.before}", shown(edit.before))


def _level(group: Group) -> tuple[str, ...]:
    return (*group.key, "risk", "level")


def _mitigations(group: Group) -> tuple[list[Edit], list[Edit], list[tuple[Edit, Edit]]]:
    """Mitigations that are new, that are gone, and pairs that only differ in wording."""
    edits = group.under("mitigation")
    added = {edit.key: edit for edit in edits if edit.before is None}
    removed = {edit.key: edit for edit in edits if edit.after is None}
    same = reworded(removed, added)
    told = {edit.key for pair in same for edit in pair}
    fresh, gone = ([edit for key, edit in side.items() if key not in told] for side in (added, removed))
    return fresh, gone, same


def _levels(name: str, group: Group, before: Risk, after: Risk, added: list[Edit]) -> Iterator[Told]:
    """The levels; a risk that is lowered takes the mitigations that were added with it."""
    fields = [(*group.key, "risk", field) for field in ("level", "likelihood", "impact")]
    edits = tuple(sorted((edit for edit in group.edits if edit.key in fields), key=lambda edit: fields.index(edit.key)))
    if not edits:
        return
    main, way = edits[0], _grade(after.level) - _grade(before.level) or sum(map(_way, edits))
    what = "risk" if main.key == fields[0] else f"{main.key[-1]} of the risk"
    said = f"{name}: {what} {shown(main.after) or 'not stated'} instead of {shown(main.before) or 'not stated'}"
    texts = (shown(main.before), shown(main.after))
    if way >= 0:
        yield Told(RAISED if way else ASSESSED, edits, said, *texts)
    elif added:
        by = "; ".join(shown(edit.after) for edit in added)
        yield Told(LOWERED, (*edits, *added), f"{said}, by a new mitigation: {by}", *texts)
    else:
        yield Told(LOWERED_ALONE, edits, f"{said}, without a new mitigation", *texts)


def _grade(level: object) -> int:
    return next((n for n, each in enumerate(LEVELS) if each == level), 0)


def _way(edit: Edit) -> int:
    """How far a level went up; nothing where it was not stated on either side."""
    return _grade(edit.after) - _grade(edit.before) if edit.before and edit.after else 0


def rollback(case: Case, group: Group) -> Iterator[Told]:
    """How a sprint is undone."""
    before, after = (each.rollback for each in case.sprints(group.id))
    texts = _shown(before), _shown(after)
    name = case.name(group.id)
    key = next((edit.key for edit in group.edits if (edit.after is None) == (after is None)), group.edits[0].key)
    if _is_told(after) and not _is_told(before):
        yield Told(ROLLBACK_ADDED, group.edits, f"{name} says how it is undone", *texts, key, "rollback")
    elif _is_told(before) and not _is_told(after):
        yield Told(ROLLBACK_REMOVED, group.edits, f"{name} no longer says how it is undone", *texts, key, "rollback")
    elif not _is_reworded(group):
        yield Told(ROLLBACK_CHANGED, group.edits, f"{name} is undone in another way", *texts, key)


def _is_reworded(group: Group) -> bool:
    """Whether only the words of steps changed: as many steps, in the same order, each nearly the same."""
    before, after = group.edits[0].before, group.edits[0].after
    if (
        group.edits[0].key[-1] != "steps"
        or group.edits[1:]
        or not isinstance(before, list)
        or not isinstance(after, list)
    ):
        return False
    return len(before) == len(after) and all(alike(*pair) for pair in zip(before, after, strict=True))


def _is_told(back: Rollback | None) -> bool:
    """Whether it is known how to undo something."""
    return back is not None and (not back.needed or bool(back.steps))


def _shown(back: Rollback | None) -> str:
    if back is None:
        return ""
    first = f"after {', '.join(back.first)}" if back.first else ""
    told = ["" if back.needed else "not needed", *back.steps, first, f"when {back.trigger}" if back.trigger else ""]
    return "; ".join(filter(None, told))
