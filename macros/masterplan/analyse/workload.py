"""The work of each person, team and role: their sprints and tasks by urgency, who waits for them, what they decide."""

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
"""When an assignment is due: `late` should be done already, `ready` can be started, `closed` needs no more work."""

URGENCIES: tuple[Urgency, ...] = ("late", "current", "ready", "next", "waiting", "closed")
"""The most urgent first."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A sprint or a task of somebody.

    `period` is when it is planned, for a task without a window that of its sprint. `late_since` is the last day of it
    where that has passed and the work is open. `held_up` are the sprints and tasks of others, by id, that wait for it.
    """

    standing: Standing | TaskStanding
    period: Period | None
    late_since: date | None
    held_up: tuple[str, ...]

    @property
    def urgency(self) -> Urgency:
        """When it is due."""
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
    """What somebody is responsible for.

    `assignments` are in order of urgency, and of time within it. `milestones` are those not reached that they own or
    decide on; `decisions` and `risks` the open ones, each with the part of the plan that it is about.
    """

    assignments: tuple[Assignment, ...] = ()
    phases: tuple[Phase, ...] = ()
    milestones: tuple[MilestoneStanding, ...] = ()
    decisions: tuple[tuple[Subject, Decision], ...] = ()
    risks: tuple[tuple[Subject, Risk | NamedRisk], ...] = ()

    @property
    def parts(self) -> frozenset[Subject]:
        """The sprints, phases and milestones that it is about."""
        sprints = (_sprint(assignment.standing) for assignment in self.assignments)
        subjects = [Subject("sprint", id_) for id_ in sprints]
        subjects += [Subject("phase", phase.id) for phase in self.phases]
        subjects += [Subject("milestone", one.milestone.id) for one in self.milestones]
        return frozenset(subjects)

    def by_urgency(self, urgency: Urgency) -> tuple[Assignment, ...]:
        """The assignments of an urgency."""
        return tuple(assignment for assignment in self.assignments if assignment.urgency == urgency)


def _needs_work(standing: Standing | TaskStanding) -> bool:
    """Whether there is work left; none is on a task whose sprint is done."""
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
    """The workload of every person, team and role of a plan, by id."""
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
    """Every sprint and task with its owners: of each sprint first the sprint, then its tasks."""
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
        for one in tasks.by_sprint.get(id_, ()):
            period = plan.period(one.task.when) if one.task.when else planned
            yield assignment(one, one.task.id, one.task.owner, period)


def owners_of(plan: Plan, unit: str) -> tuple[str, ...]:
    """The ids of the owners of a sprint or a task, by its id."""
    placed = plan.tasks.get(unit)
    return placed.task.owner if placed else plan.sprints[unit].owner


def _waiting(standings: Mapping[str, Standing], tasks: TaskStandings) -> Mapping[str, list[str]]:
    """The sprints and tasks that wait for each, by id; a task only for what its whole sprint does not wait for."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for standing in standings.values():
        for unit in standing.waits_for if standing.is_open else ():
            waiting[unit].append(standing.sprint)
    for one in tasks.all:
        of_sprint = standings[one.placed.sprint].waits_for
        if one.task.id and one.is_open:
            for unit in one.waits_for:
                waiting[unit] += [] if unit in of_sprint else [one.task.id]
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
        open_ = (decision for decision in scope.decisions if decision.state == "open")
        yield from ((decision.owner, (subject, decision)) for decision in open_)


def _risks(
    plan: Plan, standings: Mapping[str, Standing]
) -> Iterator[tuple[tuple[str, ...], tuple[Subject, Risk | NamedRisk]]]:
    """The risks that may still happen, or have: of the plan, and of sprints neither done nor dropped."""
    sprints = [(Subject("sprint", id_), sprint) for id_, sprint in plan.sprints.items() if standings[id_].is_open]
    named = [(PLAN, risk) for risk in plan.risks]
    named += [(subject, risk) for subject, sprint in sprints for risk in sprint.risks]
    yield from ((sprint.risk.owner, (subject, sprint.risk)) for subject, sprint in sprints if sprint.risk)
    yield from ((risk.owner, (subject, risk)) for subject, risk in named if risk.state in {"open", "occurred"})
