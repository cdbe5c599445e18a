"""Why the people of an option cannot do its work as planned, where the best schedule for them ends later.

The work is laid into the windows of the option by the rules of schedules: one person does one sprint at a time, alone,
from when all it needs is done, and nothing before today. What does not fit says why the two cannot be compared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import names
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.rcpsp import after_pause, finish
from masterplan.analyse.schedule.staff import Member
from masterplan.analyse.staffing import Staffing
from masterplan.model.plan import Plan


@dataclass(frozen=True)
class Drawn:
    """The work that is left as an option draws it; `people` are those who are there, by the position of their lane."""

    plan: Plan
    graph: Graph
    network: Network
    staffing: Staffing
    people: Mapping[int, Member]

    @property
    def end(self) -> Fraction | None:
        """When its last work ends, in working days from the start; None where that is open."""
        span = self.staffing.span
        return self._days(span.closes) if span and span.end is not None else None

    def obstacles(self) -> tuple[str, ...]:
        """What keeps the work from being done as planned, as parts of a sentence."""
        lanes = {
            id_: {shift.lane for shift in self.staffing.shifts_by_sprint.get(id_, ())} for id_ in self.network.times
        }
        kinds = {
            "it leaves out": [id_ for id_, those in lanes.items() if not those],
            "several people share": [id_ for id_, those in lanes.items() if len(those) > 1],
            "somebody who is away does": [id_ for id_, those in lanes.items() if those - self.people.keys()],
            "somebody without the skills does": [id_ for id_, those in lanes.items() if self._is_unskilled(id_, those)],
        }
        late = (f"{self.plan.name(id_)} {why}" for id_, why in self._late())
        return (*(f"{what} {names(self.plan, ids)}" for what, ids in kinds.items() if ids), *late)

    def _is_unskilled(self, sprint: str, lanes: set[int]) -> bool:
        """Whether somebody does a sprint without its skills, while somebody else has them."""
        able = {n for n, member in self.people.items() if member.can_do(self.plan.sprints[sprint])}
        return bool(able) and not lanes <= able | (lanes - self.people.keys())

    def _late(self) -> Iterator[tuple[str, str]]:
        """The sprints that do not end within their windows when all are done one after another, and why not."""
        doing = {id_: shifts for id_, shifts in self.staffing.shifts_by_sprint.items() if id_ in self.network.needs}
        free: dict[int, Fraction] = {}
        ends: dict[str, Fraction] = {}
        for id_ in sorted(doing, key=lambda one: (doing[one][0].period.opens, self.graph.position[one])):
            lane, opens = doing[id_][0].lane, self._days(doing[id_][0].period.opens)
            closes = max(self._days(shift.period.closes) for shift in doing[id_])
            could = max(self.network.now, opens, free.get(lane, opens))
            begin = max([could, *(ends.get(needed, could) for needed in self.network.needs[id_])])
            ends[id_] = free[lane] = self._end(id_, begin, lane)
            early = [n for n in self.network.needs[id_] if n in doing and ends.get(n, ends[id_]) > could]
            if any(needed not in ends for needed in early) or (early and ends[id_] > closes):
                yield id_, f"begins before {names(self.plan, early)}, which it needs, is done"
            elif ends[id_] > closes:
                yield (
                    id_,
                    "was to begin before today" if opens < self.network.now else "has too little time for its effort",
                )

    def _end(self, sprint: str, begin: Fraction, lane: int) -> Fraction:
        """When whoever has a lane ends a sprint."""
        member = self.people.get(lane)
        pauses = [(Fraction(start), Fraction(stop)) for start, stop in member.pauses] if member else []
        work = self.network.durations[sprint]
        return finish(after_pause(begin, pauses), member.days_for(work) if member else work, pauses)

    def _days(self, day: int) -> Fraction:
        return Fraction(self.plan.timeline.working(day))
