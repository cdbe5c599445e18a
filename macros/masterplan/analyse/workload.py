"""The workload of each person, team and role: sprints and tasks by urgency, people who wait for them, decisions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from masterplan.analyse.milestones import MilestoneStanding
from masterplan.analyse.progress import Standing
from masterplan.analyse.tasks import TaskStanding, TaskStandings
from masterplan.model.naming import PLAN, Subject
from masterplan.model.plan import Phase, Plan
from masterplan.model.risk import NamedRisk, Risk
from masterplan.model.scope import Decision, Scope
from masterplan.model.timeline import Period, has_passed

_T = TypeVar("_T")

Urgency = Literal["late", "current", "ready", "next", "waiting", "closed"]
"""Urgency of an assignment: `late` is overdue, `ready` can be started, `closed` needs no more work."""

URGENCIES: tuple[Urgency, ...] = ("late", "current", "ready", "next", "waiting", "closed")
"""All urgencies, most urgent first."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A sprint or task assigned to a person, team or role.

    `period` is when it is planned; for a task without a window, its sprint's period. `late_since` is the last day of
    the period if that has passed and the work is open. `held_up` are the ids of sprints and tasks of others that wait
    for it.
    """

    standing: Standing | TaskStanding
    period: Period | None
    late_since: date | None
    held_up: tuple[str, ...]

    @property
    def urgency(self) -> Urgency:
        """Urgency of the assignment."""
        standing = self.standing
        if not _needs_work(standing):
            return "closed"
        if self.late_since:
            return "late"
        if standing.is_under_way:
            return "current"
        return "waiting" if standing.is_waiting else "ready" if standing.ready else "next"


@dataclass(frozen=True, slots=True)
class Workload:
    """Everything that a person, team or role is responsible for.

    `assignments` are in order of urgency, then of time. `milestones` are those not reached that the owner owns or
    decides on; `decisions` and `risks` are the open ones, each with the part of the plan it belongs to.
    """

    assignments: tuple[Assignment, ...] = ()
    phases: tuple[Phase, ...] = ()
    milestones: tuple[MilestoneStanding, ...] = ()
    decisions: tuple[tuple[Subject, Decision], ...] = ()
    risks: tuple[tuple[Subject, Risk | NamedRisk], ...] = ()

    @property
    def parts(self) -> frozenset[Subject]:
        """Sprints, phases and milestones in the workload."""
        sprints = (_sprint(assignment.standing) for assignment in self.assignments)
        subjects = [Subject("sprint", id_) for id_ in sprints]
        subjects += [Subject("phase", phase.id) for phase in self.phases]
        subjects += [Subject("milestone", standing.milestone.id) for standing in self.milestones]
        return frozenset(subjects)

    def by_urgency(self, urgency: Urgency) -> tuple[Assignment, ...]:
        """Assignments of one urgency."""
        return tuple(assignment for assignment in self.assignments if assignment.urgency == urgency)


def _needs_work(standing: Standing | TaskStanding) -> bool:
    """Whether there is work left; a task whose sprint is done has none."""
    return standing.is_open and not (isinstance(standing, TaskStanding) and standing.is_over)


def _sprint(standing: Standing | TaskStanding) -> str:
    return standing.sprint if isinstance(standing, Standing) else standing.placed.sprint


def workloads(
    plan: Plan,
    standings: Mapping[str, Standing],
    tasks: TaskStandings,
    milestones: Mapping[str, MilestoneStanding],
    today: date | None,
) -> Mapping[str, Workload]:
    """Workload of every person, team and role of a plan, by id."""
    assignments = _by_owner(_assignments(plan, standings, tasks, today))
    phases = _by_owner((phase.owner, phase) for phase in plan.phases)
    gates = _by_owner(_milestones(milestones.values()))
    decisions = _by_owner(_decisions(plan))
    risks = _by_owner(_risks(plan, standings))
    return {
        id_: Workload(
            tuple(sorted(assignments.get(id_, ()), key=_order)),
            tuple(phases.get(id_, ())),
            tuple(gates.get(id_, ())),
            tuple(decisions.get(id_, ())),
            tuple(risks.get(id_, ())),
        )
        for id_ in plan.owners
    }


def _by_owner(owned: Iterable[tuple[tuple[str, ...], _T]]) -> Mapping[str, list[_T]]:
    by_owner: dict[str, list[_T]] = defaultdict(list)
    for owners, part in owned:
        for owner in dict.fromkeys(owners):
            by_owner[owner].append(part)
    return by_owner


def _order(assignment: Assignment) -> tuple[int, float]:
    closes = assignment.period.closes if assignment.period else float("inf")
    return URGENCIES.index(assignment.urgency), closes


def _assignments(
    plan: Plan, standings: Mapping[str, Standing], tasks: TaskStandings, today: date | None
) -> Iterator[tuple[tuple[str, ...], Assignment]]:
    """Yield the owners and the assignment of each sprint, followed by those of its tasks."""
    waiting = _waiting(standings, tasks)

    def assignment(
        standing: Standing | TaskStanding, id_: str | None, owners: tuple[str, ...], period: Period | None
    ) -> tuple[tuple[str, ...], Assignment]:
        last = period.last if period else None
        is_late = _needs_work(standing) and has_passed(last, today)
        held_up = (unit for unit in waiting.get(id_ or "", ()) if set(owners).isdisjoint(owners_of(plan, unit)))
        return owners, Assignment(standing, period, last if is_late else None, tuple(held_up))

    for id_, sprint in plan.sprints.items():
        planned = plan.planned(id_)
        yield assignment(standings[id_], id_, sprint.owner, planned)
        for standing in tasks.by_sprint.get(id_, ()):
            task = standing.task
            yield assignment(standing, task.id, task.owner, plan.period(task.when) if task.when else planned)


def owners_of(plan: Plan, unit: str) -> tuple[str, ...]:
    """Ids of the owners of a sprint or task."""
    placed = plan.tasks.get(unit)
    return placed.task.owner if placed else plan.sprints[unit].owner


def _waiting(standings: Mapping[str, Standing], tasks: TaskStandings) -> Mapping[str, list[str]]:
    """Sprints and tasks that wait for each sprint or task, by id; tasks only if their whole sprint does not wait."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for standing in standings.values():
        for unit in standing.waits_for if standing.is_open else ():
            waiting[unit].append(standing.sprint)
    for task_standing in tasks.all:
        id_, of_sprint = task_standing.task.id, standings[task_standing.placed.sprint].waits_for
        if id_ and task_standing.is_open:
            for unit in task_standing.waits_for:
                waiting[unit] += [] if unit in of_sprint else [id_]
    return waiting


def _milestones(milestones: Iterable[MilestoneStanding]) -> Iterator[tuple[tuple[str, ...], MilestoneStanding]]:
    for standing in milestones:
        gate = standing.milestone.gate
        if not standing.is_reached:
            yield (*standing.milestone.owner, *(gate.by if gate else ())), standing


def _scopes(plan: Plan) -> Iterator[tuple[Subject, Scope]]:
    yield PLAN, plan.header
    yield from ((Subject("phase", phase.id), phase) for phase in plan.phases)
    yield from ((Subject("sprint", id_), sprint) for id_, sprint in plan.sprints.items())


def _decisions(plan: Plan) -> Iterator[tuple[tuple[str, ...], tuple[Subject, Decision]]]:
    for subject, scope in _scopes(plan):
        yield from ((decision.owner, (subject, decision)) for decision in scope.decisions if decision.state == "open")


def _risks(
    plan: Plan, standings: Mapping[str, Standing]
) -> Iterator[tuple[tuple[str, ...], tuple[Subject, Risk | NamedRisk]]]:
    """Risks that are open or have occurred, of the plan and of sprints neither done nor dropped, with their owners."""
    sprints = [(Subject("sprint", id_), sprint) for id_, sprint in plan.sprints.items() if standings[id_].is_open]
    named = [(PLAN, risk) for risk in plan.risks]
    named += [(subject, risk) for subject, sprint in sprints for risk in sprint.risks]
    yield from ((sprint.risk.owner, (subject, sprint.risk)) for subject, sprint in sprints if sprint.risk)
    yield from ((risk.owner, (subject, risk)) for subject, risk in named if risk.is_pending)
