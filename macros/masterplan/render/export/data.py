"""`plan.json`: the plan and its computed facts, for other programs; keys are sorted, and there is no timestamp.

The version is `masterplan/v1`. Adding a field keeps the version; removing or changing one requires a new version.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from masterplan.analyse import Facts
from masterplan.analyse.figures import TargetOutcome, target_outcome
from masterplan.analyse.milestones import MilestoneStanding, MilestoneState, ReachedBecause
from masterplan.analyse.progress import Standing
from masterplan.analyse.status import Basis
from masterplan.analyse.tasks import TaskStanding
from masterplan.model import plan as model
from masterplan.model import progress, team
from masterplan.model import sprint as sprint_model
from masterplan.model.header import Header
from masterplan.model.milestone import Milestone
from masterplan.model.option import Option, Work
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.task import State, Task
from masterplan.model.timeline import Period
from masterplan.render import records
from masterplan.render.export.data_parts import HealthRecord, OwnValues, custom_values, health_record
from masterplan.render.records import FlatFinding, Forms, Record

_VERSION: Literal["masterplan/v1"] = "masterplan/v1"

_FORMS = Forms()


@_FORMS.of(Quantity)
class Amount(Record):
    """A quantity: its text as written, and its ends as numbers if it is an amount."""

    text: str
    low: float | None
    high: float | None
    unit: str
    per: str


class WeekSpan(Record):
    """The first and last week of a span, and its first and last day if the plan has a start."""

    first: int
    last: int
    starts: date | None
    ends: date | None


@_FORMS.of(sprint_model.Metric)
class MetricRecord(Record):
    """A metric of a sprint, with its latest measurement."""

    target: Amount = Field(description="The value it should have afterwards.")
    measured: Amount | None = Field(description="The latest measurement.")
    outcome: TargetOutcome | None = Field(description="Whether it reaches the target; null if they cannot be compared.")


@_FORMS.with_fields_of(sprint_model.Document)
class DueDocument(Record):
    """A document to update after a sprint."""

    updated: bool = Field(description="Whether it was updated.")


@_FORMS.of(NamedRisk)
class NamedRiskRecord(Record):
    """A risk of a sprint or of the plan."""

    fields: OwnValues


@_FORMS.of(Task)
class TaskRecord(Record):
    """A piece of work in a sprint."""

    fields: OwnValues
    done: bool = Field(description="Whether it is done.")
    owner: str | None = Field(description="The first of its owners.")
    owners: tuple[str, ...] = Field(description="Who does it, by id.")
    state: State = Field(description="Its state.")
    stated: State = Field(description="The state in its sprint's file; entries take precedence.")
    ready: bool = Field(description="Whether it can be started now.")
    waits_for: tuple[str, ...] = Field(description="The sprints and tasks that it needs and that are not done, by id.")
    needs: tuple[str, ...] = Field(description="The sprints and tasks that it needs, by id.")
    needed_by: tuple[str, ...] = Field(description="The sprints and tasks that need it, by id.")
    when: str | None = Field(description="Its own time window, as written in the plan.")
    begins: date | None = Field(description="The first day of the window; null if the plan has no start.")
    ends: date | None = Field(description="The last day of the window; null if it is open or the plan has no start.")


@_FORMS.of(Risk)
class RiskRecord(Record):
    """The overall risk of a sprint and its mitigation."""

    owner: str | None = Field(description="The first of its owners.")
    owners: tuple[str, ...] = Field(description="Who monitors it, by id.")


@_FORMS.of(sprint_model.Sprint)
class SprintRecord(Record):
    """A sprint, with the state that follows from its file, entries and dependencies."""

    fields: OwnValues
    name: str = Field(description="Its name on pages, such as Sprint 4.")
    phase: str | None = Field(description="The id of its phase.")
    owner: str | None = Field(description="The first of its owners.")
    owners: tuple[str, ...] = Field(description="Who is responsible, by id.")
    risk: RiskRecord | None = Field(description="Its overall risk.")
    risks: tuple[NamedRiskRecord, ...] = Field(description="Its individual risks.")
    tasks: tuple[TaskRecord, ...] = Field(description="Its tasks.")
    when: str | None = Field(description="Its time window, or its phase's, as written in the plan.")
    begins: date | None = Field(description="The first day of the window; null if the plan has no start.")
    ends: date | None = Field(description="The last day of the window; null if it is open or the plan has no start.")
    savings: Amount | None = Field(description="Planned savings a month once it is done.")
    saves: Amount | None = Field(description="Measured savings a month once it was done.")
    state: State = Field(description="Its state.")
    stated: State | None = Field(description="The state in its own file; entries take precedence.")
    percent: int = Field(description="How much of it is done, 0 to 100.")
    ready: bool = Field(description="Whether it can be started now.")
    waits_for: tuple[str, ...] = Field(description="The sprints that it needs and that are not done.")
    waits_for_milestones: tuple[str, ...] = Field(
        description="The milestones that must be reached before it starts and are not reached yet."
    )
    started: date | None = Field(description="The day it was started.")
    done: date | None = Field(description="The day it was done.")
    needed_by: tuple[str, ...] = Field(description="The sprints that need it.")
    documents: tuple[DueDocument, ...] = Field(
        description="Documents to update after it, including those that the plan lists for every sprint."
    )


@_FORMS.of(model.Phase)
class PhaseRecord(Record):
    """A phase."""

    fields: OwnValues
    when: str | None = Field(description="Its time window as written in the plan, or from its first sprint on.")
    begins: date | None = Field(description="Its first day; null if the plan has no start.")
    ends: date | None = Field(description="Its last day; null if it is open or the plan has no start.")
    weeks: WeekSpan | None = Field(description="Its weeks; null if its window is open or not in weeks.")
    percent: int | None = Field(description="How much of it is done, 0 to 100; null if there is nothing to count.")


@_FORMS.with_fields_of(Work)
class AssignedWork(Record):
    """The work of one person in a time window."""

    who: str = Field(description="The name in the option, such as Dev 1.")
    person: str | None = Field(description="The id of the person in team.yml; null if the option names none.")
    when: str = Field(description="The time window, as written in the plan.")
    begins: date | None = Field(description="The first day; null if the plan has no start.")
    ends: date | None = Field(description="The last day; null if the window is open or the plan has no start.")
    weeks: WeekSpan | None = Field(description="The weeks; null if the window is open or not in weeks.")


@_FORMS.of(Option)
class OptionRecord(Record):
    """A way to staff the plan."""

    work: tuple[AssignedWork, ...] = Field(description="Who does what when.")


@_FORMS.of(team.Person)
class PersonRecord(Record):
    """Someone who works on the plan."""


@_FORMS.of(team.WorkingTime)
class CalendarRecord(Record):
    """The days on which the team works."""


@_FORMS.of(Header)
class HeaderRecord(Record):
    """The plan as a whole, as described in plan.yml."""


@_FORMS.of(team.People)
class PeopleRecord(Record):
    """A team or a role: several people under one name."""


@_FORMS.of(Milestone)
class MilestoneRecord(Record):
    """A day by which something must be done, with its state."""

    state: MilestoneState = Field(description="Its state.")
    due: date | None = Field(description="The last day of its window; null if it is open or has no dates.")
    reached_on: date | None = Field(description="The day it was reached, stated or computed.")
    reached_because: ReachedBecause | None = Field(
        description="stated: the plan says so; fulfilled: all its requirements are met; null while it is not reached."
    )
    waits_for: tuple[str, ...] = Field(description="The sprints and tasks that it needs and that are not done.")
    forecast: date | None = Field(description="The day on which its work ends in the schedule shown on pages.")

    fields: OwnValues


@_FORMS.of(progress.Entry)
class EntryRecord(Record):
    """The state of a sprint on a day."""


class WholePlan(Record):
    """A plan as data, in its state on a day."""

    form: Literal["masterplan/v1"] = Field(_VERSION, alias="schema", description="The name and version of this format.")
    title: str = Field(description="The plan's name.")
    plan: HeaderRecord = Field(description="The plan as a whole, as described in plan.yml.")
    unit: str = Field(description="The plan's word for a piece of work.")
    group: str = Field(description="The plan's word for a group of them.")
    start: date | None = Field(description="The first day of week 1.")
    today: date | None = Field(description="The day that states and percentages refer to.")
    health: HealthRecord = Field(description="Whether the plan is on track, why not, and when it ends.")
    percent: int | None = Field(description="How much is done, 0 to 100; null if there is nothing to count.")
    weighted_by: Basis = Field(description="The basis of weighted percentages.")
    savings: Amount | None = Field(description="Savings a month, once all is done; null if in several currencies.")
    saved: Amount | None = Field(description="Total savings to date, as measured.")
    sprints: tuple[SprintRecord, ...] = Field(description="The sprints, in the order of the phases.")
    phases: tuple[PhaseRecord, ...] = Field(description="The phases, in order.")
    options: tuple[OptionRecord, ...] = Field(description="The ways to staff the plan.")
    people: tuple[PersonRecord, ...] = Field(description="Who works on the plan.")
    teams: tuple[PeopleRecord, ...] = Field(description="Teams, each with its people.")
    roles: tuple[PeopleRecord, ...] = Field(description="Roles, each with the people who fill it.")
    milestones: tuple[MilestoneRecord, ...] = Field(description="The milestones and gates.")
    risks: tuple[NamedRiskRecord, ...] = Field(description="The risks of the plan as a whole.")
    chosen: str | None = Field(description="The id of the chosen option.")
    calendar: CalendarRecord = Field(description="The days on which the team works.")
    entries: tuple[EntryRecord, ...] = Field(description="The states of sprints by day, up to `today`.")
    findings: tuple[FlatFinding, ...] = Field(description="The findings of the audit.")


def schema() -> dict[str, Any]:
    """The JSON Schema of `plan.json`."""
    return records.schema("export", WholePlan)


def json_text(data: Mapping[str, Any]) -> str:
    """The data as compact JSON text with sorted keys."""
    return json.dumps(data, separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"


@lru_cache(maxsize=1)
def whole(facts: Facts) -> dict[str, Any]:
    """The plan with its facts as JSON-compatible data that conforms to `schema()`."""
    plan, status = facts.plan, facts.status
    made = WholePlan(
        title=plan.header.title,
        plan=HeaderRecord.from_object(plan.header),
        unit=plan.unit.one,
        group=plan.group.one,
        start=plan.start,
        today=facts.today,
        health=health_record(facts.health),
        percent=status.percent,
        weighted_by=status.basis,
        savings=_amount(facts.monthly_savings),
        saved=_amount(facts.realised.so_far),
        sprints=(),
        phases=tuple(
            PhaseRecord.from_object(
                phase,
                percent=percent,
                fields=custom_values(plan, "phase", phase.fields),
                **_window(plan.period_of_phase(phase)),
            )
            for phase, percent in status.by_phase
        ),
        options=tuple(_option(plan, option) for option in plan.options),
        people=tuple(map(PersonRecord.from_object, plan.people)),
        teams=tuple(map(PeopleRecord.from_object, plan.teams)),
        roles=tuple(map(PeopleRecord.from_object, plan.roles)),
        milestones=tuple(_milestone(facts, standing) for standing in facts.milestones.values()),
        risks=_risks(plan, plan.risks),
        chosen=plan.chosen,
        calendar=CalendarRecord.from_object(plan.calendar),
        entries=tuple(
            EntryRecord.from_object(entry) for standing in facts.standings.values() for entry in standing.entries
        ),
        findings=tuple(map(FlatFinding.of_finding, facts.findings)),
    )
    sprints = [_sprint(facts, sprint).model_dump(mode="json") for sprint in plan.sprints.values()]
    return made.model_dump(mode="json") | {"sprints": sprints}


def _amount(quantity: Quantity | None) -> Amount | None:
    return Amount.model_validate(quantity) if quantity else None


def _when(period: Period | None) -> dict[str, Any]:
    """A window as written in the plan, with its dates."""
    if period is None:
        return {"when": None, "begins": None, "ends": None}
    return {"when": str(period.window), "begins": period.first, "ends": period.last}


def _window(period: Period | None) -> dict[str, Any]:
    """A window with its dates, and with its weeks if it is in weeks."""
    if period is None:
        return {**_when(None), "weeks": None}
    first, last = period.window.first, period.window.last
    in_weeks = period.window.unit == "week" and last is not None
    weeks = {"first": first, "last": last, "starts": period.first, "ends": period.last} if in_weeks else None
    return {**_when(period), "weeks": weeks}


def _sprint(facts: Facts, sprint: sprint_model.Sprint) -> SprintRecord:
    plan, standing = facts.plan, facts.standings[sprint.id]
    phase, risk = plan.phase_of.get(sprint.id), sprint.risk
    return SprintRecord.from_object(
        sprint,
        name=plan.name(sprint.id),
        phase=phase.id if phase else None,
        **_when(plan.period_of(sprint.id)),
        savings=sprint.savings.monthly if sprint.savings else None,
        saves=standing.saves,
        state=standing.state,
        stated=sprint.state,
        percent=standing.percent,
        ready=standing.ready,
        waits_for=standing.waits_for,
        waits_for_milestones=standing.waits_for_milestones,
        started=standing.started_on,
        done=standing.done_on,
        needed_by=tuple(edge.sprint for edge in facts.graph.needed_by[sprint.id]),
        metrics=tuple(_metric(metric, standing) for metric in sprint.metrics),
        owner=next(iter(sprint.owner), None),
        owners=sprint.owner,
        risk=risk and RiskRecord.from_object(risk, owner=next(iter(risk.owner), None), owners=risk.owner),
        risks=_risks(plan, sprint.risks),
        fields=custom_values(plan, "sprint", sprint.fields),
        tasks=tuple(_task(plan, task) for task in facts.tasks.by_sprint.get(sprint.id, ())),
        documents=tuple(
            DueDocument.from_object(document, updated=document.path in standing.updated)
            for document in plan.documents_after(sprint.id)
        ),
    )


def _task(plan: Plan, standing: TaskStanding) -> TaskRecord:
    task = standing.task
    return TaskRecord.from_object(
        task,
        done=standing.state == "done",
        owner=next(iter(task.owner), None),
        owners=task.owner,
        state=standing.state,
        stated=task.state,
        ready=standing.ready,
        waits_for=standing.waits_for,
        needs=tuple(dependency.needs for dependency in task.depends_on),
        needed_by=standing.needed_by,
        fields=custom_values(plan, "task", task.fields),
        **_when(plan.period(task.when) if task.when else None),
    )


def _milestone(facts: Facts, standing: MilestoneStanding) -> MilestoneRecord:
    end = facts.forecasts.get(standing.milestone.id)
    return MilestoneRecord.from_object(
        standing.milestone,
        state=standing.state,
        due=standing.due,
        reached_on=standing.reached_on,
        reached_because=standing.reason,
        waits_for=standing.open_units,
        fields=custom_values(facts.plan, "milestone", standing.milestone.fields),
        forecast=None if end is None else facts.schedules.days.ends_on(end),
    )


def _risks(plan: Plan, risks: Iterable[NamedRisk]) -> tuple[NamedRiskRecord, ...]:
    return tuple(NamedRiskRecord.from_object(risk, fields=custom_values(plan, "risk", risk.fields)) for risk in risks)


def _metric(metric: sprint_model.Metric, standing: Standing) -> MetricRecord:
    measured = standing.measured.get(metric.name)
    outcome = target_outcome(metric, measured) if measured else None
    return MetricRecord.from_object(metric, target=metric.after, measured=measured, outcome=outcome)


def _option(plan: Plan, option: Option) -> OptionRecord:
    work = tuple(
        AssignedWork.from_object(work, who=lane.name, person=lane.person, **_window(plan.period(work.when)))
        for lane in option.people
        for work in lane.work
    )
    return OptionRecord.from_object(option, work=work)
