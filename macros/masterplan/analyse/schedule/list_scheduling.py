"""Good schedules without a solver: list scheduling with justification, deterministic and without a time limit.

Serial and parallel schedule generation: Kolisch, "Serial and parallel resource-constrained project scheduling methods
revisited", European Journal of Operational Research 90 (1996). Double justification: Valls, Ballestín and Quintanilla,
"Justification and RCPSP", European Journal of Operational Research 165 (2005).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappush

from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource, Schedule, after_pause, finish

Ranks = Sequence[float]
"""A priority for each activity; the least is scheduled first."""

MOST_TRIES = 60
"""Most lists of ranks to try for one problem."""
MOST_SCHEDULED = 3_000
"""Most activities to schedule for one problem, over all lists of ranks, so that large problems get fewer tries."""
_SPREAD = 0.3


def list_schedule(problem: Problem) -> Schedule:
    """The shortest of several justified list schedules; the search ends at the first one near the bound."""
    best: Schedule | None = None
    mirror = _mirrored(problem)
    for ranks in _ranks(problem):
        for build in (serial, parallel):
            for schedule in _justified(problem, mirror, build(problem, ranks)):
                best = schedule if best is None or schedule.length < best.length else best
                if best.is_near:
                    return best
    if best is None:
        raise AssertionError("there is always a first list of ranks")
    return best


def serial(problem: Problem, ranks: Ranks) -> Schedule:
    """Serial schedule generation: the next activity by rank whose predecessors are scheduled starts at its earliest."""
    plan, profile = _Builder(problem), _Profile(problem)
    waiting = [len(activity.needs) for activity in problem.activities]
    keys = _keys(problem, ranks)
    ready = [keys[n] for n, open_needs in enumerate(waiting) if not open_needs]
    heapify(ready)
    while ready:
        *_, n = heappop(ready)
        activity = problem.activities[n]
        after = max((plan.ends[needed] for needed in activity.needs), default=0)
        fits = [(*profile.earliest(after, mode), m) for m, mode in enumerate(activity.modes)]
        begin, end, m = min(fits, key=lambda fit: (fit[1], fit[2]))
        profile.take(begin, end, activity.modes[m])
        plan.put(n, begin, end, m)
        for successor in problem.successors[n]:
            waiting[successor] -= 1
            if not waiting[successor]:
                heappush(ready, keys[successor])
    return plan.schedule()


def parallel(problem: Problem, ranks: Ranks) -> Schedule:
    """Parallel schedule generation: at each time, all activities that can start do so, by rank."""
    plan = _Builder(problem)
    free = [resource.capacity for resource in problem.resources]
    waiting = [len(activity.needs) for activity in problem.activities]
    keys = _keys(problem, ranks)
    ready = sorted(keys[n] for n, open_needs in enumerate(waiting) if not open_needs)
    running: list[tuple[int, int]] = []
    wakes = sorted({stop for resource in problem.resources for _, stop in resource.pauses}, reverse=True)
    now = 0
    while True:
        delayed: list[_Key] = []
        for key in ready:
            *_, n = key
            m = _fitting(problem.activities[n], problem.resources, free, now) if any(free) else None
            if m is None:
                delayed.append(key)
                continue
            mode = problem.activities[n].modes[m]
            end = _end(mode, problem.resources, now)
            _change(free, mode, -1)
            plan.put(n, now, end, m)
            heappush(running, (end, n))
        ready = delayed
        now = _next(now, running, wakes)
        if now < 0:
            return plan.schedule()
        while running and running[0][0] == now:
            _, done = heappop(running)
            _change(free, problem.activities[done].modes[plan.modes[done]], 1)
            for successor in problem.successors[done]:
                waiting[successor] -= 1
                if not waiting[successor]:
                    ready.append(keys[successor])
        ready.sort()


_Key = tuple[bool, float, int]
"""Sort key of a ready activity."""


def _keys(problem: Problem, ranks: Ranks) -> list[_Key]:
    """The sort keys of all activities: those in progress first, then the others by rank."""
    return [(not activity.is_begun, ranks[n], n) for n, activity in enumerate(problem.activities)]


class _Builder:
    """A schedule under construction."""

    def __init__(self, problem: Problem) -> None:
        size = len(problem.activities)
        self.starts, self.ends, self.modes = [0] * size, [0] * size, [0] * size
        self._bound = problem.bound

    def put(self, n: int, begin: int, end: int, mode: int) -> None:
        self.starts[n], self.ends[n], self.modes[n] = begin, end, mode

    def schedule(self) -> Schedule:
        return Schedule(tuple(self.starts), tuple(self.ends), tuple(self.modes), self._bound)


class _Profile:
    """The free units of all resources over time, in a schedule under construction."""

    def __init__(self, problem: Problem) -> None:
        self._resources: tuple[Resource, ...] = problem.resources
        self._free = [_FreeUnits(resource.capacity) for resource in problem.resources]

    def earliest(self, ready: int, mode: Mode) -> tuple[int, int]:
        """The earliest start from `ready` on at which a mode fits, and the end; a mode without duration always fits."""
        pauses = sorted({pause for r, _ in mode.demands for pause in self._resources[r].pauses})
        demands = mode.demands if mode.duration else ()
        begin = after_pause(ready, pauses) if pauses else ready
        while True:
            end = finish(begin, mode.duration, pauses) if pauses else begin + mode.duration
            blocked = max((self._free[r].blocked_until(begin, end, amount) for r, amount in demands), default=0)
            if blocked <= begin:
                return begin, end
            begin = after_pause(blocked, pauses) if pauses else blocked

    def take(self, begin: int, end: int, mode: Mode) -> None:
        """Take the demands of a mode between two times."""
        for r, amount in mode.demands if begin < end else ():
            self._free[r].take(begin, end, amount)


class _FreeUnits:
    """The free units of one resource over time, as a step function.

    `amounts[n]` units are free from `times[n]` until `times[n + 1]`, and the last amount for ever. Adjacent amounts
    differ, so the number of steps depends on the gaps in the resource's work, not on the number of activities.
    """

    def __init__(self, capacity: int) -> None:
        self.times, self.amounts = [0], [capacity]

    def blocked_until(self, begin: int, end: int, amount: int) -> int:
        """The end of the last step within a window at which less than an amount is free; 0 if there is none.

        A later start before that time would meet the same step, since a later start never ends earlier.
        """
        first, last = bisect_right(self.times, begin) - 1, bisect_left(self.times, end)
        for n in range(last - 1, first - 1, -1):
            if self.amounts[n] < amount:
                return self.times[n + 1]
        return 0

    def take(self, begin: int, end: int, amount: int) -> None:
        """Take an amount between two times."""
        first, last = self._cut(begin), self._cut(end)
        for n in range(first, last):
            self.amounts[n] -= amount
        for n in (last, first):
            if n and self.amounts[n] == self.amounts[n - 1]:
                del self.times[n], self.amounts[n]

    def _cut(self, time: int) -> int:
        """The position of the step that begins at a time, after splitting a step if none does."""
        n = bisect_left(self.times, time)
        if n == len(self.times) or self.times[n] != time:
            self.times.insert(n, time)
            self.amounts.insert(n, self.amounts[n - 1])
        return n


def _fitting(activity: Activity, resources: Sequence[Resource], free: Sequence[int], now: int) -> int | None:
    """The position of the first mode that can start now."""
    for m, mode in enumerate(activity.modes):
        if all(free[r] >= amount and after_pause(now, resources[r].pauses) == now for r, amount in mode.demands):
            return m
    return None


def _end(mode: Mode, resources: Sequence[Resource], now: int) -> int:
    return finish(now, mode.duration, sorted({pause for r, _ in mode.demands for pause in resources[r].pauses}))


def _change(free: list[int], mode: Mode, sign: int) -> None:
    for r, amount in mode.demands:
        free[r] += sign * amount


def _next(now: int, running: Sequence[tuple[int, int]], wakes: list[int]) -> int:
    """The next time at which an activity may start, or -1."""
    while wakes and wakes[-1] <= now:
        wakes.pop()
    times = [*(end for end, _ in running[:1]), *wakes[-1:]]
    return min(times, default=-1)


def _ranks(problem: Problem) -> Iterator[Ranks]:
    """The lists of ranks to try: by longest tail, by most work of direct successors, then by randomised tails."""
    size = len(problem.activities)
    tries = max(1, min(MOST_TRIES, MOST_SCHEDULED // max(1, size)))
    rules: tuple[Callable[[int], float], ...] = (
        lambda n: -problem.tails[n],
        lambda n: -sum(problem.activities[k].shortest for k in (n, *problem.successors[n])),
    )
    for rule in rules[:tries]:
        yield [rule(n) for n in range(size)]
    for salt in range(len(rules), tries):
        yield [-problem.tails[n] * (1 + _SPREAD * _scatter(n, salt)) for n in range(size)]


def _scatter(n: int, salt: int) -> float:
    """A pseudorandom number from -1 to 1 for a position and a salt; the same on every machine."""
    mixed = (n * 2_654_435_761 + salt * 2_246_822_519 + 374_761_393) % (1 << 32)
    mixed = ((mixed ^ (mixed >> 15)) * 2_246_822_519) % (1 << 32)
    return (mixed ^ (mixed >> 13)) % 2_001 / 1_000 - 1


def _justified(problem: Problem, mirror: Problem, first: Schedule) -> Iterator[Schedule]:
    """A schedule, and its double justifications while they are shorter: moved to the right, then back to the left."""
    yield first
    schedule = first
    while True:
        right = serial(mirror, [-end for end in schedule.ends])
        justified = serial(problem, [-end for end in right.ends])
        yield justified
        if justified.length >= schedule.length:
            return
        schedule = justified


def _mirrored(problem: Problem) -> Problem:
    """The problem with time reversed, without pauses; its schedules only determine ranks."""
    successors = problem.successors
    return Problem(
        tuple(Activity(activity.modes, successors[n]) for n, activity in enumerate(problem.activities)),
        tuple(Resource(resource.capacity, resource.speed) for resource in problem.resources),
    )
