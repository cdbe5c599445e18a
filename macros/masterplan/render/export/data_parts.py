"""Records of `plan.json` for the plan's health and for values of custom fields."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from masterplan.analyse.health import Health, HealthVerdict, PlanEnd, ReasonKind
from masterplan.model.custom import CustomValues, FieldDefinition, FieldKind, FieldOwner
from masterplan.model.plan import Plan
from masterplan.render.records import Record


class EndRecord(Record):
    """An end of the plan."""

    day: date | None = Field(description="The day; null if the plan has no start.")
    working_days: float = Field(description="The working days from the plan's start to this end.")


class ReasonRecord(Record):
    """A reason why the plan is not on track."""

    kind: ReasonKind = Field(description="The kind of reason.")
    units: tuple[str, ...] = Field(description="The sprints or milestones, by id; empty if it is about the whole plan.")
    late: float = Field(description="The delay of the latest of them, in working days; 0 if it is not about a delay.")


class HealthRecord(Record):
    """Whether the plan is on track, by the rule in the guide (How to read this site)."""

    verdict: HealthVerdict = Field(description="The verdict.")
    reasons: tuple[ReasonRecord, ...] = Field(description="The reasons for it, the gravest first.")
    planned_end: EndRecord | None = Field(description="The end of the last window; null without one, or if it is open.")
    forecast_end: EndRecord | None = Field(
        description="The end of the schedule of the remaining work, or of the plan once it is done; null if unknown."
    )


def health_record(health: Health) -> HealthRecord:
    """The record of a plan's health."""
    return HealthRecord.from_object(
        health,
        reasons=tuple(map(ReasonRecord.from_object, health.reasons)),
        planned_end=_end(health.planned_end),
        forecast_end=_end(health.forecast_end),
    )


def _end(end: PlanEnd | None) -> EndRecord | None:
    return EndRecord(day=end.day, working_days=float(end.after)) if end else None


class OwnValue(Record):
    """The value of a custom field."""

    kind: FieldKind = Field(description="The kind of the field.")
    text: str = Field(description="The value as written.")
    low: float | None = Field(description="The number, or the lower end of a range; null for other kinds.")
    high: float | None = Field(description="The number, or the upper end of a range; null for other kinds.")
    unit: str = Field(description="The unit of an amount; else empty.")
    per: str = Field(description="The period of an amount, such as month; else empty.")


OwnValues: TypeAlias = Annotated[
    Mapping[str, OwnValue], Field(description="The values of its custom fields, by the ids of the fields.")
]
"""The values of one part."""


def custom_values(plan: Plan, owner: FieldOwner, values: CustomValues) -> dict[str, OwnValue]:
    """The values of a part of the kind `owner`, in the order of plan.yml."""
    fields = (field for field in plan.custom_fields(owner) if field.id in values)
    return {field.id: _own_value(plan, field, values[field.id]) for field in fields}


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
