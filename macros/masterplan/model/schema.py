"""JSON Schemas of the plan's files, made from the model: what an editor completes and checks while one types.

Draft-07, because editors support it best. Version 1; a change that refuses a file that was right gets a new version.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from masterplan.model.part import Part
from masterplan.model.plan import Header, Options, Phases
from masterplan.model.progress import Progress
from masterplan.model.sprint import Sprint
from masterplan.model.team import Team

_VERSION = 1
FILES: Mapping[str, tuple[type[Part], str]] = {
    "plan": (Header, "plan_data/plan.yml"),
    "sprint": (Sprint, "plan_data/sprints/<id>-<slug>.yml"),
    "phases": (Phases, "plan_data/phases.yml"),
    "options": (Options, "plan_data/options.yml"),
    "team": (Team, "plan_data/team.yml"),
    "progress": (Progress, "plan_data/progress/<name>.yml"),
}
"""Each schema's name with the part it describes and the file that holds it."""


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by name."""
    return {name: schema_of(name, part) for name, (part, _) in FILES.items()}


def schema_of(name: str, model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The schema of a file that is read (`validation`) or a document that is written, under a name of ours."""
    made = model.model_json_schema(ref_template="#/definitions/{model}", mode=mode)
    definitions = made.pop("$defs", {})
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": f"urn:masterplan:v{_VERSION}:{name}"}
    return head | made | ({"definitions": definitions} if definitions else {})
