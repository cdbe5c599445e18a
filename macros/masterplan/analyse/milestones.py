"""The standing of each milestone on a day: whether and why it is reached, when it is due, what it waits for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from masterplan.model.milestone import GateOutcome, Milestone
from masterplan.model.plan import Plan
from masterplan.model.scope import Criterion
from masterplan.model.timeline import has_passed

ReachedBecause = Literal["stated", "fulfilled"]
"""Why a milestone is reached: the plan states the date, or all requirements are fulfilled."""

MilestoneState = Literal["reached", "no-go", "overdue", "to be decided", "open"]
"""State of a milestone. `to be decided` is a gate that waits only for its decision."""

DoneUnits = Mapping[str, date | None]
"""Ids of the sprints and tasks that are done, with the date on which they were done; None if unknown."""


class MilestoneStanding(NamedTuple):
    """The standing of a milestone on a day.

    `reason` is why it is reached, None if it is not; `reached_on` is the date, None if unknown. `decision` is the
    outcome of a gate on that day, None if the milestone is not a gate. `due` is the last day of its window; None if it
    has no window, no dates, or an open window. `open_units` are the sprints and tasks it needs that are not done,
    `open_criteria` the criteria that are not met.
    """

    milestone: Milestone
    reason: ReachedBecause | None
    reached_on: date | None
    decision: GateOutcome | None
    due: date | None
    is_late: bool
    open_units: tuple[str, ...]
    open_criteria: tuple[Criterion, ...]

    @property
    def is_reached(self) -> bool:
        """Whether it is reached, as stated or because all requirements are fulfilled."""
        return self.reason is not None

    @property
    def is_complete(self) -> bool:
        """Whether all work it needs is done and all criteria are met."""
        return not self.open_units and not self.open_criteria

    @property
    def is_open(self) -> bool:
        """Whether it is neither reached nor refused."""
        return not self.is_reached and self.decision != "no-go"

    @property
    def is_overdue(self) -> bool:
        """Whether its due date has passed and it is open."""
        return self.is_late and self.is_open

    @property
    def lets_pass(self) -> bool:
        """Whether work after it may start: it is reached, or a gate decided with go."""
        return self.is_reached if self.decision is None else self.decision == "go"

    @property
    def state(self) -> MilestoneState:
        """State in a word."""
        if self.is_reached:
            return "reached"
        if self.decision == "no-go":
            return "no-go"
        if self.is_overdue:
            return "overdue"
        return "to be decided" if self.decision == "open" and self.is_complete else "open"


def standings_of(plan: Plan, done: DoneUnits, today: date | None) -> Mapping[str, MilestoneStanding]:
    """Standing of every milestone at the end of `today`, by id; if `today` is None, all stated dates count."""
    return {milestone.id: _standing(plan, milestone, done, today) for milestone in plan.milestones}


def _standing(plan: Plan, milestone: Milestone, done: DoneUnits, today: date | None) -> MilestoneStanding:
    def has_come(day: date | None) -> bool:
        return day is None or today is None or day <= today

    gate, period = milestone.gate, plan.period(milestone.when) if milestone.when else None
    decision: GateOutcome | None = gate.outcome if gate and has_come(gate.on) else "open" if gate else None
    units = tuple(id_ for id_ in milestone.needs if id_ not in done)
    criteria = tuple(criterion for criterion in milestone.criteria if not criterion.done)
    has_requirements = bool(milestone.needs or milestone.criteria or gate)
    is_fulfilled = has_requirements and not units and not criteria and decision in {None, "go"}
    is_stated = milestone.reached is not None and has_come(milestone.reached)
    reason: ReachedBecause | None = "stated" if is_stated else "fulfilled" if is_fulfilled else None
    reached_on = milestone.reached if is_stated else _last_day(milestone, done) if is_fulfilled else None
    due = period.last if period else None
    is_late = has_passed(due, today)
    return MilestoneStanding(milestone, reason, reached_on, decision, due, is_late, units, criteria)


def _last_day(milestone: Milestone, done: DoneUnits) -> date | None:
    """Date on which the last requirement of a milestone was fulfilled; None if unknown."""
    days = [done[id_] for id_ in milestone.needs]
    days += [milestone.gate.on] if milestone.gate else []
    known_days = [day for day in days if day]
    return max(known_days) if known_days and len(known_days) == len(days) else None


def blocking_milestones(standings: Mapping[str, MilestoneStanding]) -> Mapping[str, tuple[str, ...]]:
    """Milestones that must be passed first, by the sprints that they still hold up."""
    by_sprint: dict[str, list[str]] = defaultdict(list)
    for id_, standing in standings.items():
        for sprint in standing.milestone.before:
            by_sprint[sprint] += [] if standing.lets_pass else [id_]
    return {sprint: tuple(ids) for sprint, ids in by_sprint.items() if ids}


def sprints_needed(plan: Plan, milestone: Milestone) -> tuple[str, ...]:
    """Sprints that a milestone needs, entirely or for one of their tasks; for a task in two sprints, the second one."""
    return tuple(dict.fromkeys(_sprints(plan, milestone.needs)))


def _sprints(plan: Plan, units: tuple[str, ...]) -> Iterator[str]:
    for id_ in units:
        placed = plan.tasks.get(id_)
        yield (placed.task.also_in or placed.sprint) if placed else id_


def forecast(plan: Plan, standing: MilestoneStanding, ends: Mapping[str, Fraction]) -> Fraction | None:
    """When the open work that a milestone needs ends, in working days from the plan's start.

    `ends` are the ends of the open sprints in a schedule. None if no work is open, or some of it is not scheduled.
    """
    sprints = dict.fromkeys(_sprints(plan, standing.open_units))
    scheduled = [ends[id_] for id_ in sprints if id_ in ends]
    return max(scheduled) if scheduled and len(scheduled) == len(sprints) else None
