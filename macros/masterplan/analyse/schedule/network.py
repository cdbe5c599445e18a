"""The network of hard dependencies: when each sprint can be done at the earliest and must be done at the latest.

The critical path method: Kelley and Walker, "Critical-path planning and scheduling", Eastern Joint Computer Conference
(1959). Times are whole steps from the plan's start (see `effort.TICKS`), as if there were people enough for everything.
Soft dependencies delay nothing and are not counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from masterplan.analyse.graph import Graph


@dataclass(frozen=True, slots=True)
class Times:
    """When a sprint can be done.

    `early_start` and `early_finish`: as soon as what it needs allows. `late_start` and `late_finish`: the latest that
    does not delay the plan's end. `total_slack` is how late it may start without delaying the end, `free_slack` without
    delaying the earliest start of any sprint that needs it (or the end, where none does).
    """

    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    free_slack: int

    @property
    def total_slack(self) -> int:
        """How late it may start without delaying the plan's end."""
        return self.late_start - self.early_start

    @property
    def is_critical(self) -> bool:
        """Whether any delay of it delays the plan's end."""
        return self.total_slack == 0


@dataclass(frozen=True)
class Network:
    """The times of every sprint, by id in the plan's order; `needs` are its hard dependencies."""

    durations: Mapping[str, int]
    needs: Mapping[str, tuple[str, ...]]
    times: Mapping[str, Times]

    @classmethod
    def of(cls, graph: Graph, durations: Mapping[str, int]) -> "Network":
        """The network of a plan's hard dependencies, with the duration of every sprint in steps."""
        needs = {
            id_: tuple(edge.needs for edge in edges if edge.strength == "hard") for id_, edges in graph.needs.items()
        }
        followers: dict[str, list[str]] = {id_: [] for id_ in needs}
        starts: dict[str, int] = {}
        for id_ in graph.order:
            starts[id_] = max((starts[needed] + durations[needed] for needed in needs[id_]), default=0)
            for needed in needs[id_]:
                followers[needed].append(id_)
        end = max((starts[id_] + durations[id_] for id_ in starts), default=0)
        latest: dict[str, int] = {}
        for id_ in reversed(graph.order):
            latest[id_] = min((latest[later] - durations[later] for later in followers[id_]), default=end)
        times = {}
        for id_ in needs:
            begin, duration = starts[id_], durations[id_]
            free = min((starts[later] for later in followers[id_]), default=end) - begin - duration
            times[id_] = Times(begin, begin + duration, latest[id_] - duration, latest[id_], free)
        return cls(durations, needs, times)

    @cached_property
    def length(self) -> int:
        """The length of the critical path: the plan's least duration with people enough."""
        return max((times.early_finish for times in self.times.values()), default=0)

    @cached_property
    def critical_path(self) -> tuple[str, ...]:
        """A longest chain of sprints, each needed by the next; of several the one whose ids come first."""
        critical = {id_: times for id_, times in self.times.items() if times.is_critical}
        path: list[str] = []
        last = next((id_ for id_, times in critical.items() if times.early_finish == self.length), None)
        while last is not None:
            path.append(last)
            begin = critical[last].early_start
            before = (needed for needed in self.needs[last] if self.times[needed].early_finish == begin)
            last = next(before, None)
        return tuple(reversed(path))

    @cached_property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """Sprints by the length of the longest chain of hard dependencies before them: the first are ready at once."""
        depth: dict[str, int] = {}
        for id_ in sorted(self.needs, key=lambda sprint: self.times[sprint].early_start):
            depth[id_] = max((depth[needed] + 1 for needed in self.needs[id_]), default=0)
        waves: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
        for id_ in self.needs:
            waves[depth[id_]].append(id_)
        return tuple(map(tuple, waves))
