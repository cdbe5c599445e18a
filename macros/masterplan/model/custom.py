"""Fields of a team's own: how plan.yml declares them, and the values that parts of the plan have for them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from masterplan.model.fields import AnyText, Id, Line, Lines
from masterplan.model.part import Part

FieldKind = Literal["text", "markdown", "number", "amount", "date", "choice", "link", "person"]
FieldOwner = Literal["sprint", "task", "phase", "milestone", "risk"]
"""The kinds of part that may have fields of a team's own."""


class FieldDefinition(Part):
    """A field of the team's own."""

    id: Id = Field(description="The name of the field in the plan's files: cost_center.")
    title: Line = Field(description="What pages call it: Cost centre.")
    of: Annotated[
        tuple[FieldOwner, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
    ] = Field(description="What has it: sprint, task, phase, milestone or risk; one of them, or a list.", min_length=1)
    kind: FieldKind = Field("text", description="What its values are.")
    choices: Lines = Field((), description="The values it may have, for a choice.")
    required: bool = Field(default=False, description="Whether everything that may have it must have it.")


CustomValues = Mapping[Id, AnyText]
"""Values of fields of the team's own, as they are written, by the id of the field."""
