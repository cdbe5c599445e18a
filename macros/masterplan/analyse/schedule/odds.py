"""Ranges of effort as odds: many runs of a schedule, each with other efforts, and when things end in them.

Each effort is drawn from the triangular distribution of its least, likeliest and greatest value, independently. People
keep to the order of the computed schedule: a run answers how late things get, not how they would be replanned.
Needs NumPy (the extra `masterplan[schedule]`). Each sprint has its own stream of a fixed seed: the same plan gives the
same figures everywhere, and a change of one sprint does not shake the draws of the others.
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
"""The shares of the runs, in per cent, for which end times are given."""
_SEED = 20_251_116


@dataclass(frozen=True, slots=True)
class Odds:
    """What many runs showed, in working days from the plan's start.

    `ends[id]` is when the sprint has ended in 50, 80 and 95 of 100 runs, `plan` the same of the last sprint;
    `drives[id]` is the criticality index, the share of runs in which any delay of the sprint delays the plan: Van
    Slyke, "Monte Carlo methods and the PERT problem", Operations Research 11 (1963). `runs` are the plan's ends in all
    runs, sorted, in steps: a day has so many `steps`.
    """

    ends: Mapping[str, tuple[Fraction, ...]]
    plan: tuple[Fraction, ...]
    drives: Mapping[str, float]
    runs: tuple[float, ...]
    steps: int

    def within(self, end: Fraction) -> float:
        """The share of runs in which the plan has ended then."""
        return bisect_right(self.runs, end * self.steps) / len(self.runs)


def available() -> bool:
    """Whether NumPy is installed."""
    return find_spec("numpy") is not None


def odds(network: Network, efforts: Mapping[str, Effort], staffed: Staffed, runs: int = RUNS) -> Odds:
    """Run a schedule many times, with the efforts that are left.

    Runs count in steps of which every duration of the schedule is a whole number: what is certain ends in each run when
    the schedule says.
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
    """Draws from the range of an effort, by the inverse of the triangular distribution."""
    import numpy as np  # noqa: PLC0415

    low, likely, high = float(effort.low), float(effort.likely), float(effort.high)
    if low == high:
        return np.full(runs, low)
    share = np.random.default_rng([_SEED, crc32(id_.encode())]).random(runs)
    rising = low + np.sqrt(share * ((high - low) * (likely - low)))
    falling = high - np.sqrt((1 - share) * ((high - low) * (high - likely)))
    return np.clip(np.where(share < (likely - low) / (high - low), rising, falling), low, high)


def _levels(values: "Values", steps: int) -> tuple[Fraction, ...]:
    """The values that these per cent of all do not exceed, as days."""
    import numpy as np  # noqa: PLC0415

    at = [-(-level * values.size // 100) - 1 for level in PERCENTILES]
    return tuple(Fraction(value) / steps for value in np.partition(values, at)[at].tolist())


def _drives(
    before: Mapping[str, tuple[str, ...]], ends: "Mapping[str, Values]", last: "Values", order: list[str]
) -> dict[str, float]:
    """How often each sprint lies on a chain, without waiting, that leads to the plan's end."""
    import numpy as np  # noqa: PLC0415

    drives = {id_: end == last for id_, end in ends.items()}
    for id_ in reversed(order):
        ready = _latest([ends[needed] for needed in before[id_]], np.zeros(last.size))
        for needed in before[id_]:
            drives[needed] |= drives[id_] & (ends[needed] == ready)
    return {id_: float(drives[id_].mean()) for id_ in before}
