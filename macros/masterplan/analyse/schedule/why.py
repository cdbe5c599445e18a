"""Why a sprint is when it is in a computed schedule: what holds it, how much slack it has, what would move it."""

from collections.abc import Iterator
from dataclasses import dataclass

from masterplan.analyse.schedule.causes import Causes, Step, end_of
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.staff import Stint
from masterplan.model.plan import Phase


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
    first, following = schedules.causes[sprint]
    phase, earliest = schedules.plan.phase_of.get(sprint), schedules.network.times[sprint].early_start
    gated = phase is not None and phase.weeks.first > schedules.days.week(earliest + 1)
    return Why(
        stint,
        found.members[stint.member].name,
        whose,
        tuple(_chain(schedules.causes, first)),
        schedules.slack[sprint],
        stint.start - end_of(found, following),
        following,
        phase if gated else None,
        earliest,
    )


def _chain(causes: Causes, step: Step) -> Iterator[Step]:
    """What holds a sprint, what holds that, and so on to the start."""
    yield step
    while step.other:
        step, _ = causes[step.other]
        yield step
