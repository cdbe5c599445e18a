"""Custom fields: their values in parts of the plan, and their definitions in plan.yml."""

from collections.abc import Iterator, Mapping
from datetime import date

from masterplan.analyse.changes.comparison import (
    ChangeDraft,
    Comparison,
    FieldEdits,
    FieldRule,
    ItemEdits,
    value_text,
)
from masterplan.analyse.changes.patch import part_of
from masterplan.analyse.changes.rules.rewording import WORDING, Sides, is_rewording, reworded_text
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
OF = ChangeRule("own-field-parts-changed", "notable", "Custom field moved to different kinds of part")

RULES = (
    FIELD_RAISED, FIELD_LOWERED, FIELD_LATER, FIELD_EARLIER, FIELD_CHANGED, DEFINED, DROPPED, REQUIRED, OPTIONAL,
    CHOICES, CHOICES_DROPPED, KIND, OF,
)  # fmt: skip


def _values(comparison: Comparison) -> Iterator[ChangeDraft]:
    """Values in parts that both plans have; an added or removed part includes its values."""
    for edit in comparison.by_key.values():
        match edit.key:
            case (kind, _, *_, "fields", _) if kind != "plan" and not _is_in_one_plan(comparison, edit.key[:-2]):
                yield custom_value_changed(comparison, (edit,), _name(comparison, edit.key))


def _is_in_one_plan(comparison: Comparison, part: Key) -> bool:
    """Whether a part was added or removed, judged by its title, which every part has."""
    title = comparison.by_key.get((*part, "title"))
    return title is not None and None in (title.before, title.after)


def custom_value_changed(comparison: Comparison, edits: tuple[Edit, ...], name: str) -> ChangeDraft:
    """The change of one custom field of a part; `name` is the part's name for people."""
    plans, id_ = (comparison.before, comparison.after), edits[0].name
    old, new = (_definition(plan, id_) for plan in plans)
    before = next((_value(plans[0], old, edit.before) for edit in edits if edit.before is not None), "")
    after = next((_value(plans[1], new, edit.after) for edit in edits if edit.after is not None), "")
    definition = new or old
    label = f"{name}: {definition.title if definition else id_}"
    if not before or not after:
        message = f"{label} is {after}" if after else f"{label} is no longer stated"
        return ChangeDraft(FIELD_CHANGED, edits, message, before, after)
    if old and new and old.kind == new.kind:
        sign = _compare(comparison, (old, before), (new, after))
        rules = {1: FIELD_LATER, -1: FIELD_EARLIER} if new.kind == "date" else {1: FIELD_RAISED, -1: FIELD_LOWERED}
        if sign:
            word = rules[sign].id.rpartition("-")[2]
            return ChangeDraft(rules[sign], edits, f"{label} is {word}: {after}, not {before}", before, after)
        if new.kind == "markdown" and is_rewording(before, after):
            return ChangeDraft(WORDING, edits, f"{label} is reworded", before, after)
    return ChangeDraft(FIELD_CHANGED, edits, f"{label} is {after}, not {before}", before, after)


def _value(plan: Plan, definition: FieldDefinition | None, value: object) -> str:
    """A value for people; a person's id becomes their name."""
    return plan.person(value_text(value)) if definition and definition.kind == "person" else value_text(value)


def _compare(comparison: Comparison, *sides: tuple[FieldDefinition, str]) -> int:
    """1 if a figure is higher or a date later, -1 if lower or earlier, 0 if equal or not comparable."""
    (old, before), (new, after) = sides
    if old.kind == "date":
        days = date.fromisoformat(before), date.fromisoformat(after)
        return (days[1] > days[0]) - (days[1] < days[0])
    figures = old.figure(before, comparison.before.header.decimal), new.figure(after, comparison.after.header.decimal)
    return comparison.compare_amounts(figures[0], figures[1]) if figures[0] and figures[1] else 0


def _definition(plan: Plan, id_: str) -> FieldDefinition | None:
    return next((definition for definition in plan.header.fields if definition.id == id_), None)


def _name(comparison: Comparison, key: Key) -> str:
    """Name of the part a key leads into, for people: `Sprint 4`, `Sprint 4, task TASK-1`."""
    part = part_of(key)
    inner = key[len(part) : -2]
    item = f", {inner[0].removesuffix('s')} {inner[1]}" if inner else ""
    return comparison.display_name(part) + item


def _definitions(comparison: Comparison, field: FieldEdits) -> Iterator[ChangeDraft]:
    """The fields that plan.yml defines."""
    items = comparison.items(field, FieldDefinition)
    sides = Sides.of(items, "the plan: a field", lambda definition: ("", definition.title))
    yield from sides.wording
    for item in sides.added:
        title = item.part.title
        message = f"{_parts(comparison, item.part)} have a new field `{title}`"
        yield item.added(DEFINED, message, title, "title")
    for item in sides.removed:
        title = item.part.title
        message = f"{_parts(comparison, item.part)} no longer have the field `{title}`"
        yield item.removed(DROPPED, message, title, "title")
    for item in sides.changed:
        yield from _definition_changed(comparison, item, f"the field {item.part.title}")


def _definition_changed(comparison: Comparison, item: ItemEdits[FieldDefinition], name: str) -> Iterator[ChangeDraft]:
    """Changes in the definition of a field that both plans have."""
    before, after = item.sides
    yield from reworded_text(item.edits_of("title"), f"{name}: the title")
    if edits := item.edits_of("of"):
        texts = _parts(comparison, before), _parts(comparison, after)
        yield ChangeDraft(OF, edits, f"{name} belongs to {texts[1]}, not {texts[0]}", *texts)
    if edits := item.edits_of("required"):
        rule, verb = (REQUIRED, "is now required") if after.required else (OPTIONAL, "is no longer required")
        texts = ("required", "optional") if before.required else ("optional", "required")
        yield ChangeDraft(rule, edits, f"{name} {verb}", *texts)
    choices = item.edits_of("choices")
    if edits := item.edits_of("kind"):
        message = f"{name} has the kind {after.kind}, not {before.kind}"
        yield ChangeDraft(KIND, (*edits, *choices), message, before.kind, after.kind)
    elif choices:
        yield _choices_changed(choices, before, after, name)


def _choices_changed(
    edits: tuple[Edit, ...], before: FieldDefinition, after: FieldDefinition, name: str
) -> ChangeDraft:
    """Choices added, removed or reordered."""
    removed = listed(choice for choice in before.choices if choice not in after.choices)
    added = listed(choice for choice in after.choices if choice not in before.choices)
    clauses = [f"no longer offers {removed}"] if removed else []
    clauses += [f"now offers {added}"] if added else []
    message = f"{name} {', and '.join(clauses) or 'offers its choices in a different order'}"
    texts = listed(before.choices), listed(after.choices)
    return ChangeDraft(CHOICES_DROPPED if removed else CHOICES, edits, message, *texts)


def _parts(comparison: Comparison, definition: FieldDefinition) -> str:
    """The kinds of part that have a field, in the plan's own words: `epics and tasks`."""
    return listed(comparison.after.worded(f"{kind}s") for kind in definition.of)


PART_RULES = (_values,)
FIELD_RULES: Mapping[tuple[str, str], FieldRule] = {("plan", "fields"): _definitions}
"""The function for each field, by kind of part and field."""
