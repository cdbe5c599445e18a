"""The resource-constrained project scheduling problem: activities with durations, demands, precedence and capacities.

Times are whole steps from 0. Knows nothing of sprints and people; their schedules and public test instances are both
problems of this kind. Definitions: Brucker, Drexl, Möhring, Neumann and Pesch, "Resource-constrained project
scheduling", European Journal of Operational Research 112 (1999).
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
    """One way to do an activity: its duration and how much of each resource it takes meanwhile (resource: amount)."""

    duration: int
    demands: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """Something to do in one of its modes, after the activities whose positions are in `needs`.

    What `is_begun` is scheduled before all that is not.
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
    """Something of which only so much is there at a time.

    `speed` is how much work a unit does a step, for the work bound. In `pauses` (from, to), sorted and apart, nothing
    is done: an activity that has begun goes on afterwards and keeps what it takes.
    """

    capacity: int
    speed: float = 1.0
    pauses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Problem:
    """Activities and resources; precedence runs in no circle."""

    activities: tuple[Activity, ...]
    resources: tuple[Resource, ...]

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The activities, each after what it needs."""
        return tuple(
            TopologicalSorter({n: activity.needs for n, activity in enumerate(self.activities)}).static_order()
        )

    @cached_property
    def followers(self) -> tuple[tuple[int, ...], ...]:
        """The activities that need each directly."""
        followers: list[list[int]] = [[] for _ in self.activities]
        for n, activity in enumerate(self.activities):
            for needed in activity.needs:
                followers[needed].append(n)
        return tuple(map(tuple, followers))

    @cached_property
    def tails(self) -> tuple[int, ...]:
        """The longest chain of shortest durations from the start of each activity to the end."""
        tails = [0] * len(self.activities)
        for n in reversed(self.order):
            later = max((tails[follower] for follower in self.followers[n]), default=0)
            tails[n] = self.activities[n].shortest + later
        return tuple(tails)

    @cached_property
    def critical(self) -> int:
        """The length of the critical path: no schedule is shorter, whatever the resources."""
        return max(self.tails, default=0)

    @cached_property
    def work(self) -> int:
        """The work bound: the least time in which the resources can do all the work.

        Taken over each resource alone and over each set of resources that the modes of some activity are all on.
        """
        sets = {frozenset([n]) for n in range(len(self.resources))}
        sets |= {frozenset(r for mode in activity.modes for r, _ in mode.demands) for activity in self.activities}
        return max((self._least(some) for some in sets if some), default=0)

    @property
    def bound(self) -> int:
        """The larger of critical path and work bound."""
        return max(self.critical, self.work)

    @cached_property
    def longest(self) -> int:
        """The steps of all activities in their slowest modes, one after another."""
        return sum(max(mode.duration for mode in activity.modes) for activity in self.activities)

    @cached_property
    def has_pauses(self) -> bool:
        """Whether any resource pauses."""
        return any(resource.pauses for resource in self.resources)

    def _least(self, some: frozenset[int]) -> int:
        """The least time in which a set of resources can do its work.

        Each activity counts with the mode that gives the set the least of it; a speed turns time into work.
        """
        speeds = [resource.speed for resource in self.resources]
        work = sum(
            min(sum(speeds[r] * amount * mode.duration for r, amount in mode.demands if r in some) for mode in a.modes)
            for a in self.activities
        )
        return _time_for(work, [self.resources[n] for n in sorted(some)])


NEAR_ENOUGH = 200
"""A schedule that is longer than its bound by less than one part in so many is near enough to try no further."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When each activity starts and ends, and the position of the mode in which it is done.

    `bound` is what no schedule can beat; a schedule of that length is `proved` to be a shortest one.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    modes: tuple[int, ...]
    bound: int

    @property
    def length(self) -> int:
        """When the last activity ends."""
        return max(self.ends, default=0)

    @property
    def gap(self) -> int:
        """How much shorter a schedule could be at most."""
        return self.length - self.bound

    @property
    def proved(self) -> bool:
        """Whether no shorter schedule exists."""
        return self.gap == 0

    @property
    def is_near(self) -> bool:
        """Whether there is little to gain by trying further; under 200 steps that means proved."""
        return self.gap <= self.bound // NEAR_ENOUGH


def finish(begin: _N, duration: _N, pauses: Sequence[tuple[_N, _N]]) -> _N:
    """When something ends that begins outside pauses and goes on after each."""
    end = begin + duration
    for start, stop in pauses:
        if begin <= start < end:
            end += stop - start
    return end


def after_pause(begin: _N, pauses: Sequence[tuple[_N, _N]]) -> _N:
    """The first time from `begin` on that is in no pause."""
    return next((stop for start, stop in pauses if start <= begin < stop), begin)


def _time_for(work: float, resources: Sequence[Resource]) -> int:
    """The first whole step by which some resources have done so much work, if all are busy but in their pauses."""
    rate = sum(resource.speed * resource.capacity for resource in resources)
    if not rate or not work:
        return 0
    paused = sorted({edge for resource in resources for pause in resource.pauses for edge in pause})
    now, left = 0, work
    for edge in [*paused, inf]:
        here = sum(e.speed * e.capacity for e in resources if not any(a <= now < b for a, b in e.pauses))
        if here and left <= here * (edge - now) + _ROUNDING:
            return now + ceil(left / here - _ROUNDING)
        left -= here * (edge - now)
        now = int(edge)
    raise AssertionError("after the last pause everything works")


_ROUNDING = 1e-9
"""Less than this of a step is no work but an error of rounding."""
