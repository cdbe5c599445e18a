"""Fields of the team's own: a number, an amount or a date that moved, any other value, and what plan.yml declares."""

from collections.abc import Iterator, Mapping
from datetime import date

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    shown,
    subject_of,
)
from masterplan.analyse.changes.patch import part_of
from masterplan.analyse.changes.rules.rewording import WORDING, Sides, alike, reworded_text
from masterplan.analyse.parts import listed
from masterplan.model.change import ChangeRule, Edit, Key
from masterplan.model.custom import FieldDefinition
from masterplan.model.plan import Plan

FIELD_RAISED = ChangeRule("own-field-raised", "notable", "Custom field raised")
FIELD_LOWERED = ChangeRule("own-field-lowered", "notable", "Custom field lowered")
FIELD_LATER = ChangeRule("own-field-later", "notable", "Custom date later")
FIELD_EARLIER = ChangeRule("own-field-earlier", "notable", "Custom date earlier")
FIELD_CHANGED = ChangeRule("own-field-changed", "notable", "Custom field changed")
DEFINED = ChangeRule("own-field-added", "notable", "Custom field defined")
DROPPED = ChangeRule("own-field-dropped", "notable", "Custom field no longer defined")
REQUIRED = ChangeRule("own-field-required", "breaking", "Custom field required")
OPTIONAL = ChangeRule("own-field-optional", "notable", "Custom field optional")
CHOICES = ChangeRule("own-field-choices-changed", "notable", "Choices of a custom field added or reordered")
CHOICES_DROPPED = ChangeRule("own-field-choices-dropped", "breaking", "Choices of a custom field removed")
KIND = ChangeRule("own-field-kind-changed", "breaking", "Kind of a custom field changed")
OF = ChangeRule("own-field-parts-changed", "notable", "Custom field moved to other kinds of part")

RULES = (
    FIELD_RAISED, FIELD_LOWERED, FIELD_LATER, FIELD_EARLIER, FIELD_CHANGED, DEFINED, DROPPED, REQUIRED, OPTIONAL,
    CHOICES, CHOICES_DROPPED, KIND, OF,
)  # fmt: skip


def _own_fields(comparison: Comparison) -> Iterator[ChangeDraft]:
    """The values of parts that both plans have; those of a part that came or went are a part of that change."""
    for edit in comparison.by_key.values():
        match edit.key:
            case (kind, _, *_, "fields", _) if kind != "plan" and not _came_or_went(comparison, edit.key[:-2]):
                yield own_field_changed(comparison, (edit,), _called(comparison, edit.key))


def _came_or_went(comparison: Comparison, part: Key) -> bool:
    """Whether only one of the plans has a part, by the title that every part has."""
    title = comparison.by_key.get((*part, "title"))
    return title is not None and None in (title.before, title.after)


def own_field_changed(comparison: Comparison, edits: tuple[Edit, ...], who: str) -> ChangeDraft:
    """What changed in one field of a part; `who` is what people call the part."""
    plans, id_ = (comparison.before, comparison.after), edits[0].name
    one, other = (_definition(plan, id_) for plan in plans)
    before = next((_value(plans[0], one, edit.before) for edit in edits if edit.before is not None), "")
    after = next((_value(plans[1], other, edit.after) for edit in edits if edit.after is not None), "")
    definition = other or one
    what = f"{who}: {definition.title if definition else id_}"
    if not before or not after:
        message = f"{what} is stated as {after}" if after else f"{what} is no longer stated"
        return ChangeDraft(FIELD_CHANGED, edits, message, before, after)
    if one and other and one.kind == other.kind:
        way = _way(comparison, (one, before), (other, after))
        rule = {1: FIELD_LATER, -1: FIELD_EARLIER} if other.kind == "date" else {1: FIELD_RAISED, -1: FIELD_LOWERED}
        if way:
            word = rule[way].id.rpartition("-")[2]
            return ChangeDraft(rule[way], edits, f"{what} is {word}: {after}, not {before}", before, after)
        if other.kind == "markdown" and alike(before, after):
            return ChangeDraft(WORDING, edits, f"{what} in other words", before, after)
    return ChangeDraft(FIELD_CHANGED, edits, f"{what} is {after}, not {before}", before, after)


def _value(plan: Plan, definition: FieldDefinition | None, value: object) -> str:
    """A value for people: a person by name."""
    return plan.person(shown(value)) if definition and definition.kind == "person" else shown(value)


def _way(comparison: Comparison, *sides: tuple[FieldDefinition, str]) -> int:
    """Whether a figure or a date is higher or later (1), lower or earlier (-1), or that cannot be said (0)."""
    (one, before), (other, after) = sides
    if one.kind == "date":
        days = date.fromisoformat(before), date.fromisoformat(after)
        return (days[1] > days[0]) - (days[1] < days[0])
    figures = one.figure(before, comparison.before.header.decimal), other.figure(after, comparison.after.header.decimal)
    return comparison.way(figures[0], figures[1]) if figures[0] and figures[1] else 0


def _definition(plan: Plan, id_: str) -> FieldDefinition | None:
    return next((definition for definition in plan.header.fields if definition.id == id_), None)


def _called(comparison: Comparison, key: Key) -> str:
    """What people call the part that a key leads into: `Sprint 4`, `Sprint 4, task TASK-1`."""
    part = part_of(key)
    inner = key[len(part) : -2]
    item = f", {inner[0].removesuffix('s')} {inner[1]}" if inner else ""
    return comparison.called(subject_of(part)) + item


def _definitions(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The fields that plan.yml declares."""
    items = comparison.items(field, FieldDefinition)
    sides = Sides.of(items, "the plan: a field", lambda definition: ("", definition.title))
    yield from sides.wording
    for item in sides.added:
        title = item.part.title
        message = f"{_having(comparison, item.part)} have a new field `{title}`"
        yield item.came(DEFINED, message, title, "title")
    for item in sides.removed:
        title = item.part.title
        message = f"{_having(comparison, item.part)} no longer have the field `{title}`"
        yield item.went(DROPPED, message, title, "title")
    for item in sides.changed:
        yield from _definition_changed(comparison, item, f"the field {item.part.title}")


def _definition_changed(comparison: Comparison, item: ItemEdits[FieldDefinition], name: str) -> Iterator[ChangeDraft]:
    """What changed in the declaration of a field that both plans have."""
    before, after = item.sides
    yield from reworded_text(item.edits_of("title"), f"{name}: the title")
    if edits := item.edits_of("of"):
        texts = _having(comparison, before), _having(comparison, after)
        yield ChangeDraft(OF, edits, f"{name} belongs to {texts[1]}, not {texts[0]}", *texts)
    if edits := item.edits_of("required"):
        rule, says = (REQUIRED, "is required now") if after.required else (OPTIONAL, "is no longer required")
        texts = ("required", "optional") if before.required else ("optional", "required")
        yield ChangeDraft(rule, edits, f"{name} {says}", *texts)
    choices = item.edits_of("choices")
    if edits := item.edits_of("kind"):
        message = f"{name} is of the kind {after.kind}, not {before.kind}"
        yield ChangeDraft(KIND, (*edits, *choices), message, before.kind, after.kind)
    elif choices:
        yield _choices_changed(choices, before, after, name)


def _choices_changed(
    edits: tuple[Edit, ...], before: FieldDefinition, after: FieldDefinition, name: str
) -> ChangeDraft:
    """The choices of a field that came, went, or have another order."""
    gone = listed(choice for choice in before.choices if choice not in after.choices)
    fresh = listed(choice for choice in after.choices if choice not in before.choices)
    says = [f"no longer offers {gone}"] if gone else []
    says += [f"offers {fresh} as well"] if fresh else []
    message = f"{name} {' but '.join(says) or 'offers its choices in another order'}"
    texts = listed(before.choices), listed(after.choices)
    return ChangeDraft(CHOICES_DROPPED if gone else CHOICES, edits, message, *texts)


def _having(comparison: Comparison, definition: FieldDefinition) -> str:
    """The kinds of part that have a field, in the plan's words: `epics and tasks`."""
    return listed(comparison.after.worded(f"{kind}s") for kind in definition.of)


OF_PARTS = (_own_fields,)
OF_FIELDS: Mapping[tuple[str, str], FieldRule] = {("plan", "fields"): _definitions}
"""The rule of each field, by kind of part and field."""
