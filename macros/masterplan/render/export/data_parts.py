"""Parts of `plan.json` that are records of their own: the plan's health, and values of the team's own fields."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from masterplan.analyse.health import Health, HealthVerdict, PlanEnd, ReasonKind
from masterplan.model.custom import CustomValues, FieldDefinition, FieldKind, FieldOwner
from masterplan.model.plan import Plan
from masterplan.render.records import Record


class EndRecord(Record):
    """When a plan ends."""

    day: date | None = Field(description="The day; null while the plan has no start.")
    working_days: float = Field(description="The working days from the plan's start to then.")


class ReasonRecord(Record):
    """Why a plan is not on track."""

    kind: ReasonKind = Field(description="What it is.")
    units: tuple[str, ...] = Field(description="The sprints or milestones, by id; empty where it is the plan itself.")
    late: float = Field(description="By how many working days the latest of them is; 0 where that is not the point.")


class HealthRecord(Record):
    """Whether the plan is on track, by the rule that the guide states (How to read this site)."""

    verdict: HealthVerdict = Field(description="Where the plan stands.")
    reasons: tuple[ReasonRecord, ...] = Field(description="Why, the graver first.")
    planned_end: EndRecord | None = Field(description="The end of the last window; null without one, or without end.")
    forecast_end: EndRecord | None = Field(
        description="The end of the schedule of what is left, or of the plan once it is done; null where unknown."
    )


def health_record(health: Health) -> HealthRecord:
    """The record of a plan's health."""
    return HealthRecord.made_from(
        health,
        reasons=tuple(map(ReasonRecord.made_from, health.reasons)),
        planned_end=_end(health.planned_end),
        forecast_end=_end(health.forecast_end),
    )


def _end(end: PlanEnd | None) -> EndRecord | None:
    return EndRecord(day=end.day, working_days=float(end.after)) if end else None


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
