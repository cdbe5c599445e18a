"""The health of a plan as a part of `plan.json`."""

from datetime import date

from pydantic import Field

from masterplan.analyse.health import Health, HealthVerdict, PlanEnd, ReasonKind
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
