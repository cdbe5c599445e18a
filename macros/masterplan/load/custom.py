"""Custom fields: where files have them, and whether they and their values match the declarations in plan.yml.

Files write them next to the other fields of a part, as in `cost_center: 4711`; the model has them in a mapping,
`fields`. `gather` moves them there, with their marks, before validation, so that no later code has to know.
"""

from collections.abc import Callable, Iterator
from functools import cache

from pydantic import ValidationError

from masterplan.load.old_names import mappings
from masterplan.load.references import IdReference, unknown_reference
from masterplan.load.rules import RULE_BY_ID
from masterplan.load.source import Source
from masterplan.load.validate import misfit
from masterplan.model.custom import FieldDefinition
from masterplan.model.finding import Finding
from masterplan.model.part import Part, Path
from masterplan.model.place import Mark, locate
from masterplan.model.plan import Plan
from masterplan.model.quantity import Notation
from masterplan.model.schema import CUSTOM_FIELD_OWNERS, OLD_NAMES
from masterplan.model.task import Task

_WITH_FIELDS = frozenset(CUSTOM_FIELD_OWNERS)


def declarations(data: object) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """The ids of the custom fields in plan.yml, each with the kinds of part that have it; None if one is invalid.

    With None, the declarations are unknown, so any field may be a custom field.
    """
    try:
        definitions = [FieldDefinition.model_validate(item) for item in data] if isinstance(data, tuple) else []
    except ValidationError:
        return None
    return tuple((definition.id, definition.of) for definition in definitions)


def gather(source: Source, kind: type[Part], notation: Notation) -> Iterator[Finding]:
    """Move the custom fields of each part in a file into its `fields`, a key that files must not use themselves."""
    for data, mark, part in tuple(mappings(source, kind, _WITH_FIELDS)):
        if not isinstance(mark.children, dict):
            continue
        if "fields" in data:
            place = locate(source.path, mark, ("fields",), key=True)
            hint = "write custom fields next to the others, such as `title`"
            yield Finding(RULE_BY_ID["unknown-field"], place, "there is no field `fields`", hint)
            data.pop("fields"), mark.children.pop("fields", None)
        if keys := [key for key in data if key not in field_names(part) and _may_be_custom(key, part, notation)]:
            marks = {key: mark.children.pop(key) for key in keys if key in mark.children}
            data["fields"] = {key: data.pop(key) for key in keys}
            mark.children["fields"] = Mark(mark.line, mark.column, mark.key_line, mark.key_column, marks)


def _may_be_custom(key: str, part: type[Part], notation: Notation) -> bool:
    """Whether a part may have a custom field with this name."""
    return notation.fields is None or any(key == id_ and CUSTOM_FIELD_OWNERS[part] in of for id_, of in notation.fields)


@cache
def field_names(part: type[Part]) -> frozenset[str]:
    """The current and former names of a part's fields."""
    former = (*OLD_NAMES.get(part, ()), *(("done",) if part is Task else ()))
    return frozenset((*part.model_fields, *former))


def check_fields(plan: Plan, may_be_lost: Callable[[str, str], bool]) -> Iterator[Finding]:
    """Findings about custom fields: their declarations and their values.

    `may_be_lost` tells whether something with a kind and an id may be in a file that could not be read.
    """
    if may_be_lost("field", ""):
        return
    for n, definition in enumerate(plan.header.fields):
        yield from _definition(plan, definition, ("plan", "fields", n))
    for path, of, values in plan.custom_values():
        for definition in plan.custom_fields(of):
            text = values.get(definition.id)
            if text is not None:
                yield from _value(plan, definition, text, (*path, "fields", definition.id), may_be_lost)
            elif definition.required:
                message = plan.worded(f"`{definition.id}` is missing; plan.yml requires it for every {of}")
                hint = f"add a line `{definition.id}: ...`"
                yield Finding(RULE_BY_ID["missing-field"], plan.places.of(*path, key=True), message, hint)


def _definition(plan: Plan, definition: FieldDefinition, at: Path) -> Iterator[Finding]:
    """Findings about the declaration of a field."""
    kind_of = {of: part for part, of in CUSTOM_FIELD_OWNERS.items()}
    taken = [of for of in definition.of if definition.id in field_names(kind_of[of])]
    if taken:
        message = plan.worded(f"every {taken[0]} already has a field `{definition.id}`")
        yield Finding(RULE_BY_ID["taken-name"], plan.places.of(*at, "id"), message, "choose another id")
    if definition.kind == "choice" and not definition.choices:
        message, hint = "`choices` is missing", "list the allowed values"
        yield Finding(RULE_BY_ID["missing-field"], plan.places.of(*at, "kind"), message, hint)
    if definition.kind != "choice" and definition.choices:
        message, hint = "`choices` is only for fields of kind `choice`", "write `kind: choice`, or delete the line"
        yield Finding(RULE_BY_ID["unknown-field"], plan.places.of(*at, "choices", key=True), message, hint)


def _value(
    plan: Plan, definition: FieldDefinition, text: str, at: Path, may_be_lost: Callable[[str, str], bool]
) -> Iterator[Finding]:
    """Findings about a value."""
    if definition.kind == "person" and text not in plan.owners and not may_be_lost("owner", text):
        yield unknown_reference(plan, IdReference(at, "owner", text, at), plan.owners)
    try:
        definition.read(text, plan.header.decimal)
    except ValidationError as error:
        wording = misfit(error.errors(include_url=False)[0], f"`{definition.id}`")
        yield Finding(RULE_BY_ID[wording.rule], plan.places.of(*at), wording.message, wording.hint)
