"""What holds each sprint of a schedule where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.staff import Staffed, Stint

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


Causes = Mapping[str, tuple[Step, Step]]


def causes(network: Network, found: Staffed) -> Causes:
    """What holds each sprint, by its id, and what would if that did not."""
    return {id_: _causes(network, found, stint) for id_, stint in found.stints.items()}


def _causes(network: Network, found: Staffed, stint: Stint) -> tuple[Step, Step]:
    id_ = stint.sprint
    steps = [Step(id_, "dependency", each) for each in network.needs[id_]]
    busy = found.previous.get(id_)
    steps += [Step(id_, "person", busy)] if busy and busy not in network.needs[id_] else []
    steps = sorted(steps, key=lambda step: -end_of(found, step))
    if stint.start > (end_of(found, steps[0]) if steps else 0):
        steps = [Step(id_, "away"), *steps]
    start = Step(id_, "start")
    return (steps or [start])[0], [*steps, start, start][1]


def end_of(found: Staffed, step: Step) -> int:
    """When what a step waits for is over; 0 where that is nothing."""
    return found.stints[step.other].end if step.other else 0
