"""Why a schedule has a sprint when it does: what its start waits for, its slack, and what would move it."""

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
    """What a sprint's start waits for.

    `start`: nothing, it starts with the plan, or today. `dependency`: `other`, which it needs, ends then. `person`:
    whoever does it does `other` until then. `away`: whoever does it is away until then.
    """

    sprint: str
    cause: Cause
    other: str | None = None


Causes = Mapping[str, tuple[Wait, Wait]]
"""By the id of each sprint: what its start waits for, and what it would wait for if that ended at once."""

Chains = Mapping[str, tuple[int, Wait]]
"""By the id of each sprint: how many steps lead from it back to the start, and the last of them."""

MOST_WAITS = 5
"""A longer chain is cut before its last step."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a sprint is when it is; times in working days.

    `whose` describes the people of the schedule, `people` is their number, and `option` is their option's id, if
    they are of one. `chain` leads from the sprint back to the start; before its last step `cut` others are left out.
    `slack` is how late it may end without delaying the plan's end while the order stays. `gain` is how much earlier it
    could start if the first of the chain ended sooner, until it waits for `next` instead. `gate` is its window or its
    phase's, where that begins later than what it needs (`earliest`) asks for.
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
    """What each sprint of a schedule waits for."""
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
    """When what a step waits for is over; the earliest time there is where that is nothing."""
    return staffed.stints[step.other].end if step.other else staffed.now


def chains(causes: Causes) -> Chains:
    """The length and the last step of the chain of each sprint, which in `causes` comes after what it waits for."""
    known: dict[str, tuple[int, Wait]] = {}
    for id_, (first, _) in causes.items():
        length, last = known[first.other] if first.other else (0, first)
        known[id_] = (length + 1, last)
    return known


def chain(causes: Causes, chains: Chains, sprint: str) -> tuple[tuple[Wait, ...], int]:
    """What a sprint waits for, what that waits for, and so on to the start; how many steps before the last are cut."""
    length, last = chains[sprint]
    step, _ = causes[sprint]
    steps = [step]
    while step.other and len(steps) < MOST_WAITS:
        step, _ = causes[step.other]
        steps.append(step)
    return (*steps[:-1], last), length - len(steps)
