"""Odds of end times: a Monte Carlo simulation of a schedule with random efforts.

Each effort is drawn independently from the triangular distribution of its least, likely and greatest value. People keep
the order of the computed schedule in every run; nothing is replanned. Every sprint has its own random stream with a
fixed seed, so the same plan gives the same figures everywhere, and a change in one sprint leaves the draws of the
others as they are. Needs NumPy (the extra `masterplan[schedule]`).
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from math import lcm
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

from masterplan.analyse.schedule.effort import Effort
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.staff import Staffed, predecessors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

RUNS = 10_000
PERCENTILES = (50, 80, 95)
"""The percentiles of end times to report."""
_SEED = 20_251_116


@dataclass(frozen=True, slots=True)
class Odds:
    """Results of a simulation, in working days from the plan's start.

    `ends` maps sprints to the `PERCENTILES` of their end, and `plan` has those of the plan's end. `drives` maps sprints
    to their criticality index, the share of runs in which any delay of the sprint delays the plan: Van Slyke, "Monte
    Carlo methods and the PERT problem", Operations Research 11 (1963). `runs` are the plan's ends in all runs, sorted,
    in steps; a day has `steps` steps.
    """

    ends: Mapping[str, tuple[Fraction, ...]]
    plan: tuple[Fraction, ...]
    drives: Mapping[str, float]
    runs: tuple[float, ...]
    steps: int

    def within(self, end: Fraction) -> float:
        """The share of runs, 0 to 1, in which the plan has ended by `end`."""
        return bisect_right(self.runs, end * self.steps) / len(self.runs)


def available() -> bool:
    """Whether NumPy is installed."""
    return find_spec("numpy") is not None


def odds(network: Network, efforts: Mapping[str, Effort], staffed: Staffed, runs: int = RUNS) -> Odds:
    """Simulate a schedule with the remaining efforts.

    Every time in the schedule is a whole number of steps, so a sprint without uncertainty ends exactly as scheduled.
    """
    import numpy as np  # noqa: PLC0415 - takes 0.1 s, and is not always installed

    steps = lcm(*(time.denominator for stint in staffed.order for time in (stint.start, stint.end)))
    before = predecessors(network, staffed)
    now = np.full(runs, float(staffed.now * steps))
    ends: dict[str, Values] = {}
    for stint in staffed.order:
        member = staffed.members[stint.member]
        begin = _latest([ends[needed] for needed in before[stint.sprint]], now)
        work = _draw(stint.sprint, efforts[stint.sprint].times(Fraction(steps * 100, member.share)), runs)
        pauses = [(start * steps, stop * steps) for start, stop in member.pauses]
        for start, stop in pauses:
            begin = np.where((begin >= start) & (begin < stop), stop, begin)
        end = begin + work
        for start, stop in pauses:
            end += np.where((begin <= start) & (end > start), stop - start, 0.0)
        ends[stint.sprint] = end
    last = _latest(list(ends.values()), now)
    return Odds(
        {id_: _levels(ends[id_], steps) for id_ in staffed.stints},
        _levels(last, steps),
        _drives(before, ends, last, [stint.sprint for stint in staffed.order]),
        tuple(np.sort(last).tolist()),
        steps,
    )


def _latest(ends: "list[Values]", now: "Values") -> "Values":
    import numpy as np  # noqa: PLC0415

    latest = now.copy()
    for end in ends:
        np.maximum(latest, end, out=latest)
    return latest


def _draw(id_: str, effort: Effort, runs: int) -> "Values":
    """Draws from the range of an effort, by inverse transform sampling of the triangular distribution."""
    import numpy as np  # noqa: PLC0415

    low, likely, high = float(effort.low), float(effort.likely), float(effort.high)
    if low == high:
        return np.full(runs, low)
    share = np.random.default_rng([_SEED, crc32(id_.encode())]).random(runs)
    rising = low + np.sqrt(share * ((high - low) * (likely - low)))
    falling = high - np.sqrt((1 - share) * ((high - low) * (high - likely)))
    return np.clip(np.where(share < (likely - low) / (high - low), rising, falling), low, high)


def _levels(values: "Values", steps: int) -> tuple[Fraction, ...]:
    """The `PERCENTILES` of values in steps, as days."""
    import numpy as np  # noqa: PLC0415

    at = [-(-level * values.size // 100) - 1 for level in PERCENTILES]
    return tuple(Fraction(value) / steps for value in np.partition(values, at)[at].tolist())


def _drives(
    before: Mapping[str, tuple[str, ...]], ends: "Mapping[str, Values]", last: "Values", order: list[str]
) -> dict[str, float]:
    """The share of runs in which each sprint lies on a chain without gaps to the plan's end."""
    import numpy as np  # noqa: PLC0415

    drives = {id_: end == last for id_, end in ends.items()}
    for id_ in reversed(order):
        ready = _latest([ends[needed] for needed in before[id_]], np.zeros(last.size))
        for needed in before[id_]:
            drives[needed] |= drives[id_] & (ends[needed] == ready)
    return {id_: float(drives[id_].mean()) for id_ in before}
