"""The network of hard dependencies: earliest and latest times of sprints, with unlimited people.

The critical path method: Kelley and Walker, "Critical-path planning and scheduling", Eastern Joint Computer Conference
(1959). Times are working days from the plan's start. The network contains only remaining work, and nothing starts
before today. Soft dependencies delay nothing and are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from masterplan.analyse.graph import Graph


@dataclass(frozen=True, slots=True)
class Times:
    """Earliest and latest times of a sprint, in working days from the plan's start.

    `early_start` and `early_finish` are the earliest that its predecessors allow, `late_start` and `late_finish` the
    latest that do not delay the plan's end. `free_slack` is the delay that does not postpone the earliest start of any
    successor (or the plan's end, without successors).
    """

    early_start: Fraction
    early_finish: Fraction
    late_start: Fraction
    late_finish: Fraction
    free_slack: Fraction

    @property
    def total_slack(self) -> Fraction:
        """The delay that does not postpone the plan's end."""
        return self.late_start - self.early_start

    @property
    def is_critical(self) -> bool:
        """Whether any delay postpones the plan's end."""
        return self.total_slack == 0


@dataclass(frozen=True)
class Network:
    """The times of every sprint with remaining work, by id in the plan's order.

    `needs` maps sprints to their predecessors in the network, in topological order. `now` is the earliest start of any
    sprint; `begun` are the sprints in progress at that time.
    """

    durations: Mapping[str, Fraction]
    needs: Mapping[str, tuple[str, ...]]
    times: Mapping[str, Times]
    now: Fraction = Fraction(0)
    begun: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        graph: Graph,
        durations: Mapping[str, Fraction],
        now: Fraction = Fraction(0),
        begun: frozenset[str] = frozenset(),
    ) -> "Network":
        """The network of the sprints with a duration, in working days."""
        needs = {
            id_: tuple(edge.needs for edge in edges if edge.strength == "hard" and edge.needs in durations)
            for id_, edges in graph.needs.items()
            if id_ in durations
        }
        order = [id_ for id_ in graph.order if id_ in durations]
        successors: dict[str, list[str]] = {id_: [] for id_ in needs}
        starts: dict[str, Fraction] = {}
        for id_ in order:
            starts[id_] = max((starts[needed] + durations[needed] for needed in needs[id_]), default=now)
            for needed in needs[id_]:
                successors[needed].append(id_)
        end = max((starts[id_] + durations[id_] for id_ in order), default=now)
        latest: dict[str, Fraction] = {}
        for id_ in reversed(order):
            latest[id_] = min((latest[later] - durations[later] for later in successors[id_]), default=end)
        times = {}
        for id_ in needs:
            begin, duration = starts[id_], durations[id_]
            free = min((starts[later] for later in successors[id_]), default=end) - begin - duration
            times[id_] = Times(begin, begin + duration, latest[id_] - duration, latest[id_], free)
        return cls(durations, {id_: needs[id_] for id_ in order}, times, now, begun)

    @cached_property
    def end(self) -> Fraction:
        """The end of the critical path: the earliest end of the plan with unlimited people."""
        return max((times.early_finish for times in self.times.values()), default=self.now)

    @cached_property
    def critical_path(self) -> tuple[str, ...]:
        """A longest chain of sprints, each needed by the next; ties go to the sprint that comes first in the plan."""
        critical = {id_: times for id_, times in self.times.items() if times.is_critical}
        path: list[str] = []
        last = next((id_ for id_, times in critical.items() if times.early_finish == self.end), None)
        while last is not None:
            path.append(last)
            begin = critical[last].early_start
            before = (needed for needed in self.needs[last] if self.times[needed].early_finish == begin)
            last = next(before, None)
        return tuple(reversed(path))

    @cached_property
    def critical_links(self) -> frozenset[tuple[str, str]]:
        """The dependencies along the critical path, each as predecessor and successor."""
        return frozenset(pairwise(self.critical_path))
