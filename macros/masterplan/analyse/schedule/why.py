"""Why a sprint is when it is in a computed schedule: what holds it, how much slack it has, what would move it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.staff import Staffed, Stint
from masterplan.model.plan import Phase

Cause = Literal["start", "dependency", "person", "away"]


@dataclass(frozen=True, slots=True)
class Step:
    """What a sprint's start waits for.

    `start`: nothing. `dependency`: `other`, which it needs, ends then. `person`: whoever does it does `other` until
    then. `away`: whoever does it is away until then.
    """

    sprint: str
    cause: Cause
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a sprint is when it is; times in steps of a schedule.

    `whose` names the people of the schedule. `chain` leads from the sprint back to the plan's start. `slack` is how
    late it may end without delaying the plan's end while the order stays. `gain` is how much earlier it could start if
    the first of the chain ended sooner, until `next` (or nothing else) holds it. `gate` is its phase, where that begins
    in a later week than what it needs (`earliest`) asks for.
    """

    stint: Stint
    who: str
    whose: str
    chain: tuple[Step, ...]
    slack: int
    gain: int
    next: Step
    gate: Phase | None
    earliest: int


def why(schedules: Schedules, sprint: str) -> Why | None:
    """Why a sprint is when it is in the main schedule; None where there is no schedule."""
    if schedules.main is None:
        return None
    whose, found = schedules.main
    stint = found.stints[sprint]
    first, following = _causes(schedules.network, found, stint)
    phase, earliest = schedules.plan.phase_of.get(sprint), schedules.network.times[sprint].early_start
    gated = phase is not None and phase.weeks.first > schedules.days.week(earliest + 1)
    return Why(
        stint,
        found.members[stint.member].name,
        whose,
        tuple(_chain(schedules.network, found, first)),
        schedules.slack[sprint],
        stint.start - _end(found, following),
        following,
        phase if gated else None,
        earliest,
    )


def _causes(network: Network, found: Staffed, stint: Stint) -> tuple[Step, Step]:
    """What holds a sprint, and what would if that did not."""
    id_ = stint.sprint
    steps = [Step(id_, "dependency", each) for each in network.needs[id_]]
    busy = found.previous.get(id_)
    steps += [Step(id_, "person", busy)] if busy and busy not in network.needs[id_] else []
    steps = sorted(steps, key=lambda step: -_end(found, step))
    if stint.start > (_end(found, steps[0]) if steps else 0):
        steps = [Step(id_, "away"), *steps]
    start = Step(id_, "start")
    return (steps or [start])[0], [*steps, start, start][1]


def _end(found: Staffed, step: Step) -> int:
    """When what a step waits for is over; 0 where that is nothing."""
    return found.stints[step.other].end if step.other else 0


def _chain(network: Network, found: Staffed, step: Step) -> Iterator[Step]:
    """What holds a sprint, what holds that, and so on to the start."""
    yield step
    while step.other:
        step, _ = _causes(network, found, found.stints[step.other])
        yield step
