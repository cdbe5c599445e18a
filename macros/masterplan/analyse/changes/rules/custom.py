"""Fields of the team's own: a number, an amount or a date that moved, and any other value that changed."""

from collections.abc import Iterator
from datetime import date

from masterplan.analyse.changes.comparison import ChangeDraft, Comparison, shown, subject_of
from masterplan.analyse.changes.patch import part_of
from masterplan.analyse.changes.rules.rewording import WORDING, alike
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.custom import FieldDefinition
from masterplan.model.plan import Plan

FIELD_RAISED = ChangeRule(
    "own-field-raised", "notable", "A number or an amount in a field of the team's own is higher."
)
FIELD_LOWERED = ChangeRule(
    "own-field-lowered", "notable", "A number or an amount in a field of the team's own is lower."
)
FIELD_LATER = ChangeRule("own-field-later", "notable", "A date in a field of the team's own is later.")
FIELD_EARLIER = ChangeRule("own-field-earlier", "notable", "A date in a field of the team's own is earlier.")
FIELD_CHANGED = ChangeRule("own-field-changed", "notable", "A field of the team's own has another value, or none.")

RULES = (FIELD_RAISED, FIELD_LOWERED, FIELD_LATER, FIELD_EARLIER, FIELD_CHANGED)


def _own_fields(comparison: Comparison) -> Iterator[ChangeDraft]:
    """The values of parts that both plans have; those of a part that came or went are a part of that change."""
    for edit in comparison.by_key.values():
        match edit.key:
            case (kind, _, *_, "fields", id_) if kind != "plan" and not _came_or_went(comparison, edit.key[:-2]):
                yield _changed(comparison, edit, id_)


def _came_or_went(comparison: Comparison, part: Key) -> bool:
    """Whether only one of the plans has a part, by the title that every part has."""
    title = comparison.by_key.get((*part, "title"))
    return title is not None and None in (title.before, title.after)


def _changed(comparison: Comparison, edit: Edit, id_: str) -> ChangeDraft:
    """What changed in one field of a part."""
    one, other = _definition(comparison.before, id_), _definition(comparison.after, id_)
    before, after = shown(edit.before), shown(edit.after)
    definition = other or one
    what = f"{_called(comparison, edit.key)}: {definition.title if definition else id_}"
    if not before or not after:
        message = f"{what} is stated as {after}" if after else f"{what} is no longer stated"
        return ChangeDraft(FIELD_CHANGED, (edit,), message, before, after)
    if one and other and one.kind == other.kind:
        way = _way(comparison, (one, before), (other, after))
        rule = {1: FIELD_LATER, -1: FIELD_EARLIER} if other.kind == "date" else {1: FIELD_RAISED, -1: FIELD_LOWERED}
        if way:
            word = rule[way].id.rpartition("-")[2]
            return ChangeDraft(rule[way], (edit,), f"{what} is {word}, {after} instead of {before}", before, after)
        if other.kind == "markdown" and alike(before, after):
            return ChangeDraft(WORDING, (edit,), f"{what} in other words", before, after)
    return ChangeDraft(FIELD_CHANGED, (edit,), f"{what} is {after} instead of {before}", before, after)


def _way(comparison: Comparison, *sides: tuple[FieldDefinition, str]) -> int:
    """Whether a figure or a date is higher or later (1), lower or earlier (-1), or that cannot be said (0)."""
    (one, before), (other, after) = sides
    if one.kind == "date":
        days = date.fromisoformat(before), date.fromisoformat(after)
        return (days[1] > days[0]) - (days[1] < days[0])
    figures = one.figure(before, comparison.before.header.decimal), other.figure(after, comparison.after.header.decimal)
    if not figures[0] or not figures[1] or (figures[0].unit, figures[0].per) != (figures[1].unit, figures[1].per):
        return 0
    left, right = sum(figures[0].ends), sum(figures[1].ends)
    return (right > left) - (right < left)


def _definition(plan: Plan, id_: str) -> FieldDefinition | None:
    return next((definition for definition in plan.header.fields if definition.id == id_), None)


def _called(comparison: Comparison, key: Key) -> str:
    """What people call the part that a key leads into: `Sprint 4`, `Sprint 4, task TASK-1`."""
    part = part_of(key)
    inner = key[len(part) : -2]
    item = f", {inner[0].removesuffix('s')} {inner[1]}" if inner else ""
    return comparison.called(subject_of(part)) + item


OF_PARTS = (_own_fields,)
