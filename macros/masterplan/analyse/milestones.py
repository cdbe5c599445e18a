"""The standing of each milestone on a day: whether it is reached and why, when it is due, what it waits for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from masterplan.model.milestone import GateOutcome, Milestone
from masterplan.model.plan import Plan
from masterplan.model.scope import Criterion
from masterplan.model.timeline import has_passed

ReachedBecause = Literal["stated", "fulfilled"]
"""Why a milestone is reached: the plan states the day, or all that it asks for is there."""

MilestoneState = Literal["reached", "no-go", "overdue", "to be decided", "open"]
"""The state of a milestone. `to be decided` is a gate that waits only for its decision."""

DoneUnits = Mapping[str, date | None]
"""The sprints and tasks that are done, by id, each with the day since which it has been, where that is known."""


@dataclass(frozen=True, slots=True)
class MilestoneStanding:
    """The standing of a milestone on a day.

    `reason` says why it is reached and is None while it is not; `reached_on` is the day, where it is known. `decision`
    is that of a gate on the day, None of a milestone that is no gate. `due` is the last day of its window, None without
    one, without dates and where the window is open. `open_units` are the sprints and tasks that it needs and that are
    not done, `open_criteria` those that are not met.
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
        """Whether it is reached, as the plan states or as follows from it."""
        return self.reason is not None

    @property
    def is_complete(self) -> bool:
        """Whether all that it needs is done and all its criteria are met."""
        return not self.open_units and not self.open_criteria

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed and it is neither reached nor refused."""
        return self.is_late and not self.is_reached and self.decision != "no-go"

    @property
    def lets_pass(self) -> bool:
        """Whether what comes after it may start: it is reached, or a gate that was decided with go."""
        return self.is_reached if self.decision is None else self.decision == "go"

    @property
    def state(self) -> MilestoneState:
        """Its state, in a word."""
        if self.is_reached:
            return "reached"
        if self.decision == "no-go":
            return "no-go"
        if self.is_overdue:
            return "overdue"
        return "to be decided" if self.decision == "open" and self.is_complete else "open"


def standings_of(plan: Plan, done: DoneUnits, today: date | None) -> Mapping[str, MilestoneStanding]:
    """The standing of every milestone at the end of `today`, by its id; without a day, of all that is written."""
    return {milestone.id: _standing(plan, milestone, done, today) for milestone in plan.milestones}


def _standing(plan: Plan, milestone: Milestone, done: DoneUnits, today: date | None) -> MilestoneStanding:
    def has_come(day: date | None) -> bool:
        return day is None or today is None or day <= today

    gate, period = milestone.gate, plan.period(milestone.when) if milestone.when else None
    decision: GateOutcome | None = gate.outcome if gate and has_come(gate.on) else "open" if gate else None
    units = tuple(id_ for id_ in milestone.needs if id_ not in done)
    criteria = tuple(criterion for criterion in milestone.criteria if not criterion.done)
    asks = bool(milestone.needs or milestone.criteria or gate)
    is_fulfilled = asks and not units and not criteria and decision in {None, "go"}
    is_stated = milestone.reached is not None and has_come(milestone.reached)
    reason: ReachedBecause | None = "stated" if is_stated else "fulfilled" if is_fulfilled else None
    reached_on = milestone.reached if is_stated else _last_day(milestone, done) if is_fulfilled else None
    due = period.last if period else None
    is_late = has_passed(due, today)
    return MilestoneStanding(milestone, reason, reached_on, decision, due, is_late, units, criteria)


def _last_day(milestone: Milestone, done: DoneUnits) -> date | None:
    """The day on which the last of what a milestone asks for was there; None where that is not known."""
    days = [done[id_] for id_ in milestone.needs]
    days += [milestone.gate.on] if milestone.gate else []
    known = [day for day in days if day]
    return max(known) if known and len(known) == len(days) else None


def blocking_milestones(standings: Mapping[str, MilestoneStanding]) -> Mapping[str, tuple[str, ...]]:
    """The milestones that do not let work pass, by the sprints that may start only after them."""
    by_sprint: dict[str, list[str]] = defaultdict(list)
    for id_, standing in standings.items():
        for sprint in standing.milestone.before:
            by_sprint[sprint] += [] if standing.lets_pass else [id_]
    return {sprint: tuple(ids) for sprint, ids in by_sprint.items() if ids}


def sprints_needed(plan: Plan, milestone: Milestone) -> tuple[str, ...]:
    """The sprints that a milestone needs, whole or a task of them; for a task in two sprints, the last one."""
    return tuple(dict.fromkeys(_sprints(plan, milestone.needs)))


def _sprints(plan: Plan, units: tuple[str, ...]) -> Iterator[str]:
    for id_ in units:
        placed = plan.tasks.get(id_)
        yield (placed.task.also_in or placed.sprint) if placed else id_


def forecast(plan: Plan, standing: MilestoneStanding, ends: Mapping[str, Fraction]) -> Fraction | None:
    """When the last of what a milestone needs ends, by the ends of the open sprints in a schedule.

    In working days from the plan's start; None where nothing is left to do, or something of it is in no schedule.
    """
    left = dict.fromkeys(_sprints(plan, standing.open_units))
    known = [ends[id_] for id_ in left if id_ in ends]
    return max(known) if known and len(known) == len(left) else None
