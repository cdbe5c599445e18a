"""The files of a plan with their types, and the JSON Schemas that editors check them against."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from masterplan.model.custom import FieldDefinition, FieldOwner, choices_in_schema
from masterplan.model.header import Header
from masterplan.model.milestone import Milestone, Milestones
from masterplan.model.option import Options, Work
from masterplan.model.part import Part, fields_for_readers, fields_of
from masterplan.model.plan import EMPTY_PLAN, Phase, Phases
from masterplan.model.progress import Progress
from masterplan.model.risk import NamedRisk, Risks
from masterplan.model.sprint import Sprint
from masterplan.model.task import Task
from masterplan.model.team import Team

_VERSION = 1
"""The version of the schemas; it increases when a schema rejects files that were valid."""

FILES: Mapping[str, tuple[type[Part], str]] = {
    "plan": (Header, "plan_data/plan.yml"),
    "sprint": (Sprint, "plan_data/sprints/<id>-<slug>.yml"),
    "phases": (Phases, "plan_data/phases.yml"),
    "options": (Options, "plan_data/options.yml"),
    "team": (Team, "plan_data/team.yml"),
    "milestones": (Milestones, "plan_data/milestones.yml"),
    "risks": (Risks, "plan_data/risks.yml"),
    "progress": (Progress, "plan_data/progress/<name>.yml"),
}
"""The type of part and the path of the file, by name of the schema."""


CUSTOM_FIELD_OWNERS: Mapping[type[Part], FieldOwner] = {
    Sprint: "sprint", Task: "task", Phase: "phase", Milestone: "milestone", NamedRisk: "risk",
}  # fmt: skip
"""The parts that may have custom fields, which files write like any other field."""


OLD_NAMES: Mapping[type[Part], Mapping[str, str]] = {Phase: {"weeks": "when"}, Work: {"weeks": "when"}}
"""Former names of fields with their current names, by type of part; files may use either."""


def schemas(header: Header = EMPTY_PLAN.header) -> dict[str, dict[str, Any]]:
    """The JSON Schema of every file of a plan, by name: draft-07, which editors support best.

    They include the custom fields and levels of risk that plan.yml, the `header`, declares.
    """
    return {name: _of_plan(schema_of(name, part), part, header) for name, (part, _) in FILES.items()}


def _of_plan(schema: dict[str, Any], file: type[Part], header: Header) -> dict[str, Any]:
    """A schema with the custom fields and the levels of risk of one plan; own fields of each part come first."""
    shapes = {file.__name__: schema} | schema.get("definitions", {})
    for part in {file, *_parts_below(file)}:
        fields = shapes[part.__name__]["properties"]
        names = [field.name for field in fields_for_readers(part)]
        shapes[part.__name__]["properties"] = {name: fields[name] for name in (*names, *fields)}
    for part, owner in CUSTOM_FIELD_OWNERS.items():
        if part.__name__ in shapes:
            _add_custom_fields(shapes[part.__name__], [field for field in header.fields if owner in field.of])
    for shape in shapes.values():
        shape["properties"] = {name: _with_levels(field, header) for name, field in shape["properties"].items()}
    return schema


def _add_custom_fields(shape: dict[str, Any], fields: Iterable[FieldDefinition]) -> None:
    """Add custom fields to the schema of a part."""
    shape["properties"].pop("fields")
    for field in fields:
        shape["properties"][field.id] = field.values_schema
        if field.required:
            shape["required"] = [*shape["required"], field.id]


def _with_levels(field: dict[str, Any], header: Header) -> dict[str, Any]:
    """The schema of a field, limited to the plan's levels of risk if it is one; `3` may be written as a number."""
    if "anyOf" in field:
        return field | {"anyOf": [_with_levels(kind, header) for kind in field["anyOf"]]}
    if not field.get("risk"):
        return field
    rest = {name: value for name, value in field.items() if name not in {"risk", "type"}}
    return rest | {"enum": choices_in_schema(header.risk_levels)}


def _add_old_names(schema: dict[str, Any], names: Mapping[str, str]) -> None:
    """Make a schema accept old names of fields too, marked as deprecated."""
    for old, new in names.items():
        schema["properties"][old] = {
            **schema["properties"][new],
            "deprecated": True,
            "title": old.title(),
            "description": f"The old name of {new}.",
        }
        if new in schema["required"]:
            schema["required"] = [name for name in schema["required"] if name != new]
            schema.setdefault("allOf", []).append({"anyOf": [{"required": [new]}, {"required": [old]}]})
        schema.setdefault("allOf", []).append({"not": {"required": [new, old]}})


def schema_of(name: str, model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The schema of a file to read (mode `validation`) or of a document to write, with `name` in its id."""
    schema = model.model_json_schema(ref_template="#/definitions/{model}", mode=mode)
    definitions = {id_: _or_plain_text(id_, shape) for id_, shape in schema.pop("$defs", {}).items()}
    for part, names in OLD_NAMES.items() if mode == "validation" else ():
        if part.__name__ in definitions:
            _add_old_names(definitions[part.__name__], names)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"urn:masterplan:v{_VERSION}:{name}"}
    return head | schema | ({"definitions": definitions} if definitions else {})


def _or_plain_text(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    """The schema of a part, which also accepts a plain text if the part does."""
    return shape | {"type": ["object", "string"]} if name in _text_parts() else shape


def _parts_below(part: type[Part]) -> set[type[Part]]:
    inner = {field.inner for field in fields_of(part) if field.inner}
    return inner.union(*map(_parts_below, inner))


@cache
def _text_parts() -> frozenset[str]:
    """The names of the parts that may be written as a plain text."""
    return frozenset(part.__name__ for file, _ in FILES.values() for part in _parts_below(file) if part.plain_text)
