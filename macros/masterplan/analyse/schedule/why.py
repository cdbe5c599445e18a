"""Reasons for the dates of a sprint in a schedule: the causes of its start, its slack, and what would move it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.staff import Staffed, Stint
from masterplan.model.timeline import Period

Cause = Literal["start", "dependency", "person", "away"]


@dataclass(frozen=True, slots=True)
class Wait:
    """The cause of a sprint's start.

    `start`: it starts with the plan, or today. `dependency`: it needs `other`, which ends at that time. `person`: its
    person does `other` until then. `away`: its person is away until then.
    """

    sprint: str
    cause: Cause
    other: str | None = None


Causes = Mapping[str, tuple[Wait, Wait]]
"""The cause of each sprint's start and the next cause, if the first one ended at once, by the sprint's id."""

Chains = Mapping[str, tuple[int, Wait]]
"""The number of steps from each sprint back to the start, and the last step, by the sprint's id."""

MOST_WAITS = 5
"""Most steps of a chain to show; a longer one is cut before its last step."""


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons for a sprint's dates; times are in working days.

    `whose` describes the people of the schedule, `people` is their number, and `option` the id of their option, if any.
    `chain` leads from the sprint back to the start, with `cut` steps left out before the last one. `slack` is the delay
    of its end that does not postpone the plan's end, if the order stays. `gain` is how much earlier it could start if
    the first step of the chain ended sooner, until it waits for `next` instead. `gate` is the window of the sprint or
    its phase, if that begins later than the earliest start that dependencies allow (`earliest`).
    """

    stint: Stint
    who: str
    whose: str
    people: int
    option: str | None
    chain: tuple[Wait, ...]
    cut: int
    slack: Fraction
    gain: Fraction
    next: Wait
    gate: Period | None
    earliest: Fraction


def causes(network: Network, staffed: Staffed) -> Causes:
    """The causes of each start in a schedule, by sprint id."""
    return {id_: _causes(network, staffed, stint) for id_, stint in staffed.stints.items()}


def _causes(network: Network, staffed: Staffed, stint: Stint) -> tuple[Wait, Wait]:
    id_ = stint.sprint
    steps = [Wait(id_, "dependency", needed) for needed in network.needs[id_]]
    busy = staffed.previous.get(id_)
    steps += [Wait(id_, "person", busy)] if busy and busy not in network.needs[id_] else []
    steps = sorted(steps, key=lambda step: -end_of(staffed, step))
    if stint.start > (end_of(staffed, steps[0]) if steps else staffed.now):
        steps = [Wait(id_, "away"), *steps]
    start = Wait(id_, "start")
    return (steps or [start])[0], [*steps, start, start][1]


def end_of(staffed: Staffed, step: Wait) -> Fraction:
    """The time until which a step waits; now if it does not wait for another sprint."""
    return staffed.stints[step.other].end if step.other else staffed.now


def chains(causes: Causes) -> Chains:
    """The length and the last step of each sprint's chain; `causes` must list sprints after those they wait for."""
    ends: dict[str, tuple[int, Wait]] = {}
    for id_, (first, _) in causes.items():
        length, last = ends[first.other] if first.other else (0, first)
        ends[id_] = (length + 1, last)
    return ends


def chain(causes: Causes, chains: Chains, sprint: str) -> tuple[tuple[Wait, ...], int]:
    """The steps from a sprint back to the start, and the number of steps left out before the last one."""
    length, last = chains[sprint]
    step, _ = causes[sprint]
    steps = [step]
    while step.other and len(steps) < MOST_WAITS:
        step, _ = causes[step.other]
        steps.append(step)
    return (*steps[:-1], last), length - len(steps)
