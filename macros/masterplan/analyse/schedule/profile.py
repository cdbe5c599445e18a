"""What is left of each resource over time, while a schedule is made."""

from bisect import bisect_left, bisect_right

from masterplan.analyse.schedule.rcpsp import Mode, Problem, Resource, after_pause, finish


class Profile:
    """What is left: `left[r][n]` units of resource r from `times[n]` until the next of `times`, the last for ever."""

    def __init__(self, problem: Problem) -> None:
        self._resources: tuple[Resource, ...] = problem.resources
        self._times = [0]
        self._left = [[each.capacity] for each in problem.resources]

    def earliest(self, ready: int, mode: Mode) -> tuple[int, int]:
        """The earliest start from `ready` on at which a mode fits, and its end then."""
        pauses = sorted({pause for r, _ in mode.demands for pause in self._resources[r].pauses})
        begin = after_pause(ready, pauses) if pauses else ready
        while True:
            end = finish(begin, mode.duration, pauses) if pauses else begin + mode.duration
            blocked = self._blocked_until(begin, end, mode)
            if blocked is None:
                return begin, end
            begin = after_pause(blocked, pauses) if pauses else blocked

    def take(self, begin: int, end: int, mode: Mode) -> None:
        """Use what a mode demands between two times."""
        first, last = self._cut(begin), self._cut(end)
        for r, amount in mode.demands:
            row = self._left[r]
            for n in range(first, last):
                row[n] -= amount

    def _blocked_until(self, begin: int, end: int, mode: Mode) -> int | None:
        """The end of the last stretch within a window in which too little is left; None where the mode fits.

        Any start before it would meet the same stretch, as ends never move back.
        """
        times = self._times
        first, last = bisect_right(times, begin) - 1, bisect_left(times, end)
        for n in range(last - 1, first - 1, -1):
            for r, amount in mode.demands:
                if self._left[r][n] < amount:
                    return times[n + 1]
        return None

    def _cut(self, time: int) -> int:
        """The position of the stretch that begins at a time; one is split where none does."""
        n = bisect_left(self._times, time)
        if n == len(self._times) or self._times[n] != time:
            self._times.insert(n, time)
            for row in self._left:
                row.insert(n, row[n - 1])
        return n
