"""The resource-constrained project scheduling problem: activities with durations, demands, precedence and capacities.

Times are whole steps from 0. The module is independent of sprints and people, so it also covers public test instances.
Definitions: Brucker, Drexl, Möhring, Neumann and Pesch, "Resource-constrained project scheduling", European Journal of
Operational Research 112 (1999).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from graphlib import TopologicalSorter
from math import ceil, inf
from typing import TypeVar

_N = TypeVar("_N", int, Fraction)


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to do an activity: its duration, and its demands as pairs (position of the resource, amount)."""

    duration: int
    demands: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity, done in one of its modes after its predecessors, whose positions are in `needs`.

    Activities with `is_begun` are in progress and scheduled before all others.
    """

    modes: tuple[Mode, ...]
    needs: tuple[int, ...] = ()
    is_begun: bool = False

    @property
    def shortest(self) -> int:
        """Its least duration."""
        return min(mode.duration for mode in self.modes)


@dataclass(frozen=True, slots=True)
class Resource:
    """A renewable resource with a number of units.

    `speed` is the work that a unit does per step, for the work bound. `pauses` are sorted, disjoint intervals [start,
    stop) without any work: a running activity keeps its units and continues afterwards.
    """

    capacity: int
    speed: float = 1.0
    pauses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Problem:
    """Activities and resources; the precedence relation has no cycles."""

    activities: tuple[Activity, ...]
    resources: tuple[Resource, ...]

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The activities in topological order."""
        return tuple(
            TopologicalSorter({n: activity.needs for n, activity in enumerate(self.activities)}).static_order()
        )

    @cached_property
    def successors(self) -> tuple[tuple[int, ...], ...]:
        """The direct successors of each activity."""
        successors: list[list[int]] = [[] for _ in self.activities]
        for n, activity in enumerate(self.activities):
            for needed in activity.needs:
                successors[needed].append(n)
        return tuple(map(tuple, successors))

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """The length of the longest chain from the start of each activity to the end, with shortest durations."""
        tails = [0] * len(self.activities)
        for n in reversed(self.order):
            later = max((tails[successor] for successor in self.successors[n]), default=0)
            tails[n] = self.activities[n].shortest + later
        return tuple(tails)

    @cached_property
    def critical(self) -> int:
        """The length of the critical path: no schedule is shorter, whatever the resources."""
        return max(self.tails, default=0)

    @cached_property
    def work(self) -> int:
        """The work bound: the least time in which the resources can do all the work.

        It is the maximum over each single resource and over the set of resources used by the modes of each activity.
        """
        sets = {frozenset([n]) for n in range(len(self.resources))}
        sets |= {frozenset(r for mode in activity.modes for r, _ in mode.demands) for activity in self.activities}
        return max((self._least(resources) for resources in sets if resources), default=0)

    @property
    def bound(self) -> int:
        """The larger of critical path and work bound."""
        return max(self.critical, self.work)

    @cached_property
    def longest(self) -> int:
        """The total duration of all activities in their slowest modes."""
        return sum(max(mode.duration for mode in activity.modes) for activity in self.activities)

    @cached_property
    def has_pauses(self) -> bool:
        """Whether any resource has pauses."""
        return any(resource.pauses for resource in self.resources)

    def _least(self, resources: frozenset[int]) -> int:
        """The least time in which a set of resources can do its work.

        Each activity counts in the mode with the least work for the set; work is time multiplied by speed.
        """
        speeds = [resource.speed for resource in self.resources]
        work = sum(
            min(
                sum(speeds[r] * amount * mode.duration for r, amount in mode.demands if r in resources)
                for mode in activity.modes
            )
            for activity in self.activities
        )
        return _time_for(work, [self.resources[n] for n in sorted(resources)])


NEAR_ENOUGH = 200
"""A schedule within one part in this many of its bound is near enough to end the search."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The start, the end and the position of the mode of each activity.

    `bound` is a lower bound of the length; a schedule of that length is `proved` to be shortest.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    modes: tuple[int, ...]
    bound: int

    @property
    def length(self) -> int:
        """The end of the last activity."""
        return max(self.ends, default=0)

    @property
    def gap(self) -> int:
        """The most by which another schedule could be shorter."""
        return self.length - self.bound

    @property
    def proved(self) -> bool:
        """Whether no shorter schedule exists."""
        return self.gap == 0

    @property
    def is_near(self) -> bool:
        """Whether the schedule is within one part in `NEAR_ENOUGH` of its bound."""
        return self.gap <= self.bound // NEAR_ENOUGH


def finish(begin: _N, duration: _N, pauses: Sequence[tuple[_N, _N]]) -> _N:
    """The end of work that begins outside pauses and is interrupted by them."""
    end = begin + duration
    for start, stop in pauses:
        if begin <= start < end:
            end += stop - start
    return end


def after_pause(begin: _N, pauses: Sequence[tuple[_N, _N]]) -> _N:
    """The first time from `begin` on that is not in a pause."""
    return next((stop for start, stop in pauses if start <= begin < stop), begin)


def _time_for(work: float, resources: Sequence[Resource]) -> int:
    """The first whole step by which resources can do an amount of work if they are always busy outside their pauses."""
    if not work or not sum(resource.speed * resource.capacity for resource in resources):
        return 0
    boundaries = sorted({time for resource in resources for pause in resource.pauses for time in pause})
    now, remaining = 0, work
    for boundary in [*boundaries, inf]:
        rate = sum(
            resource.speed * resource.capacity
            for resource in resources
            if not any(start <= now < stop for start, stop in resource.pauses)
        )
        if rate and remaining <= rate * (boundary - now) + _ROUNDING:
            return now + ceil(remaining / rate - _ROUNDING)
        remaining -= rate * (boundary - now)
        now = int(boundary)
    raise AssertionError("no resource pauses after the last boundary")


_ROUNDING = 1e-9
"""Tolerance in steps for rounding errors."""
