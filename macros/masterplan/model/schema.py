"""The files of a plan, each with the part that it holds, and the JSON Schemas that editors check them by."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from masterplan.model.header import Header
from masterplan.model.milestone import Milestones
from masterplan.model.option import Options, Work
from masterplan.model.part import Part, fields_of
from masterplan.model.plan import Phase, Phases
from masterplan.model.progress import Progress
from masterplan.model.risk import Risks
from masterplan.model.sprint import Sprint
from masterplan.model.team import Team

_VERSION = 1
"""The version of the schemas; one that refuses a file which was right gets a new number."""

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
"""Each schema's name with the part it describes and the file that holds it."""


OLD_NAMES: Mapping[type[Part], Mapping[str, str]] = {Phase: {"weeks": "when"}, Work: {"weeks": "when"}}
"""What fields were called before, each with its name of today, by the part that has them; files may have either."""


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every file of a plan, by name: draft-07, which editors support best."""
    return {name: schema_of(name, part) for name, (part, _) in FILES.items()}


def _add_old_names(schema: dict[str, Any], names: Mapping[str, str]) -> None:
    """Let a schema accept fields by their old names as well, as deprecated."""
    for old, new in names.items():
        schema["properties"][old] = {
            **schema["properties"][new],
            "deprecated": True,
            "title": old.title(),
            "description": f"The old name of {new}.",
        }
        if new in schema["required"]:
            schema["required"] = [name for name in schema["required"] if name != new]
            schema.setdefault("allOf", []).append({"oneOf": [{"required": [new]}, {"required": [old]}]})


def schema_of(name: str, model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The schema of a file that is read (`validation`) or a document that is written, under a name of ours."""
    made = model.model_json_schema(ref_template="#/definitions/{model}", mode=mode)
    definitions = {id_: _or_plain_text(id_, shape) for id_, shape in made.pop("$defs", {}).items()}
    for part, names in OLD_NAMES.items() if mode == "validation" else ():
        if part.__name__ in definitions:
            _add_old_names(definitions[part.__name__], names)
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"urn:masterplan:v{_VERSION}:{name}"}
    return head | made | ({"definitions": definitions} if definitions else {})


def _or_plain_text(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    """The schema of a part, for which a plain text may stand where the part says so."""
    return shape | {"type": ["object", "string"]} if name in _PLAIN else shape


def _parts(part: type[Part]) -> set[type[Part]]:
    inner = {field.inner for field in fields_of(part) if field.inner}
    return inner.union(*map(_parts, inner))


_PLAIN = {part.__name__ for file, _ in FILES.values() for part in _parts(file) if part.plain_text}
