"""The values of the team's own fields in `plan.json`: as they are written, and numbers and amounts as numbers too."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import Field

from masterplan.model.custom import CustomValues, FieldDefinition, FieldKind, FieldOwner
from masterplan.model.plan import Plan
from masterplan.render.records import Record


class OwnValue(Record):
    """What a part says in a field of the team's own."""

    kind: FieldKind = Field(description="What it is.")
    text: str = Field(description="As it is written.")
    low: float | None = Field(description="The number, or the lower end of a range; null where it is none.")
    high: float | None = Field(description="The number, or the upper end of a range; null where it is none.")
    unit: str = Field(description="The unit of an amount; else empty.")
    per: str = Field(description="What an amount counts for, such as month; else empty.")


OwnValues: TypeAlias = Annotated[
    Mapping[str, OwnValue], Field(description="What it says in fields of the team's own, by the ids of the fields.")
]
"""The values of one part."""


def own_values(plan: Plan, of: FieldOwner, values: CustomValues) -> dict[str, OwnValue]:
    """The values of a part of a kind, in the order of plan.yml."""
    return {one.id: _own_value(plan, one, values[one.id]) for one in plan.own_fields(of) if one.id in values}


def _own_value(plan: Plan, definition: FieldDefinition, text: str) -> OwnValue:
    figure = definition.figure(text, plan.header.decimal)
    return OwnValue(
        kind=definition.kind,
        text=text,
        low=float(figure.ends[0]) if figure else None,
        high=float(figure.ends[1]) if figure else None,
        unit=figure.unit if figure else "",
        per=figure.per if figure else "",
    )
