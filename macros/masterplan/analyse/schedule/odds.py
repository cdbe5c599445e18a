"""Ranges of effort as odds: many runs of a schedule, each with other efforts, and when things end in them.

Each effort is drawn from the triangular distribution of its least, likeliest and greatest value, independently. People
keep to the order of the computed schedule: a run answers how late things get, not how they would be planned anew.
Needs NumPy (the extra `masterplan[schedule]`). Each sprint has its own stream of a fixed seed: the same plan gives the
same figures everywhere, and a change of one sprint does not shake the draws of the others.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

from masterplan.analyse.schedule.effort import TICKS, Effort
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
    """What many runs showed, in steps of a schedule.

    `ends[id]` holds when the sprint has ended in 50, 80 and 95 of 100 runs, `plan` the same of the last sprint;
    `drives[id]` is the criticality index, the share of runs in which any delay of the sprint delays the plan: Van
    Slyke, "Monte Carlo methods and the PERT problem", Operations Research 11 (1963). `lengths` are the plan's lengths
    in all runs, sorted.
    """

    ends: Mapping[str, tuple[float, ...]]
    plan: tuple[float, ...]
    drives: Mapping[str, float]
    lengths: tuple[float, ...]

    def within(self, steps: int) -> float:
        """The share of runs in which the plan ends after at most so many steps."""
        return bisect_right(self.lengths, steps) / len(self.lengths)


def available() -> bool:
    """Whether NumPy is installed."""
    return find_spec("numpy") is not None


def odds(network: Network, efforts: Mapping[str, Effort], staffed: Staffed, runs: int = RUNS) -> Odds:
    """Run a schedule many times."""
    import numpy as np  # noqa: PLC0415 - takes 0.1 s, and is not always installed

    order = sorted(staffed.stints.values(), key=lambda stint: (stint.start, stint.end, stint.sprint))
    before = predecessors(network, staffed)
    ends: dict[str, Values] = {}
    for stint in order:
        member = staffed.members[stint.member]
        begin = _latest([ends[needed] for needed in before[stint.sprint]], runs)
        work = _draw(stint.sprint, efforts[stint.sprint], runs) * (100 * TICKS / member.share)
        for start, stop in member.pauses:
            begin = np.where((begin >= start) & (begin < stop), stop, begin)
        end = begin + work
        for start, stop in member.pauses:
            end += np.where((begin <= start) & (end > start), stop - start, 0.0)
        ends[stint.sprint] = end
    length = _latest(list(ends.values()), runs)
    return Odds(
        {id_: _levels(ends[id_]) for id_ in staffed.stints},
        _levels(length),
        _drives(before, ends, length, [stint.sprint for stint in order]),
        tuple(np.sort(length).tolist()),
    )


def _latest(ends: "list[Values]", runs: int) -> "Values":
    import numpy as np  # noqa: PLC0415

    latest = np.zeros(runs)
    for end in ends:
        np.maximum(latest, end, out=latest)
    return latest


def _draw(id_: str, effort: Effort, runs: int) -> "Values":
    """Efforts in days, by the inverse of the triangular distribution."""
    import numpy as np  # noqa: PLC0415

    low, likely, high = float(effort.low), float(effort.likely), float(effort.high)
    if low == high:
        return np.full(runs, low)
    share = np.random.default_rng([_SEED, crc32(id_.encode())]).random(runs)
    rising = low + np.sqrt(share * ((high - low) * (likely - low)))
    falling = high - np.sqrt((1 - share) * ((high - low) * (high - likely)))
    return np.where(share < (likely - low) / (high - low), rising, falling)


def _levels(values: "Values") -> tuple[float, ...]:
    """The least values that so many per cent of all do not exceed."""
    import numpy as np  # noqa: PLC0415

    at = [-(-level * values.size // 100) - 1 for level in PERCENTILES]
    return tuple(np.partition(values, at)[at].tolist())


def _drives(
    before: Mapping[str, tuple[str, ...]], ends: "Mapping[str, Values]", length: "Values", order: list[str]
) -> dict[str, float]:
    """How often each sprint lies on a chain, without waiting, that leads to the plan's end."""
    drives = {id_: end == length for id_, end in ends.items()}
    for id_ in reversed(order):
        ready = _latest([ends[needed] for needed in before[id_]], length.size)
        for needed in before[id_]:
            drives[needed] |= drives[id_] & (ends[needed] == ready)
    return {id_: float(drives[id_].mean()) for id_ in before}
