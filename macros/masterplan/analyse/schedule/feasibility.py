"""Feasibility of an option: why its people cannot do the work as planned, if their best schedule ends later.

The sprints are placed into the windows of the option by the rules of schedules: each person does one sprint at a time,
alone, after its predecessors, and not before today. Sprints that do not fit are the obstacles.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from masterplan.analyse.graph import Graph
from masterplan.analyse.parts import are, names, verb
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.rcpsp import after_pause, finish
from masterplan.analyse.schedule.staff import Member
from masterplan.analyse.staffing import Staffing
from masterplan.model.plan import Plan

_OVERDUE = ("was due to begin before today", "were due to begin before today")
_TOO_SHORT = ("has too little time for its effort", "have too little time for their efforts")


@dataclass(frozen=True)
class PlannedWork:
    """The remaining work as an option plans it; `people` are those present, by the position of their lane."""

    plan: Plan
    graph: Graph
    network: Network
    staffing: Staffing
    people: Mapping[int, Member]

    @property
    def end(self) -> Fraction | None:
        """The end of the last window, in working days from the plan's start, or None if it is open."""
        span = self.staffing.span
        return self._days(span.closes) if span and span.end is not None else None

    def obstacles(self) -> tuple[str, ...]:
        """The reasons why the work cannot be done as planned, as clauses of a sentence."""
        shifts = self.staffing.shifts_by_sprint
        by_sprint = {id_: {shift.lane for shift in shifts.get(id_, ())} for id_ in self.network.times}
        kinds = {
            "it leaves out": [id_ for id_, lanes in by_sprint.items() if not lanes],
            "several people share": [id_ for id_, lanes in by_sprint.items() if len(lanes) > 1],
            "somebody who is away does": [id_ for id_, lanes in by_sprint.items() if lanes - self.people.keys()],
            "somebody without the skills does": [
                id_ for id_, lanes in by_sprint.items() if self._is_unskilled(id_, lanes)
            ],
        }
        by_reason: dict[tuple[str, str], list[str]] = defaultdict(list)
        for id_, reason in self._late():
            by_reason[reason].append(id_)
        late = (f"{names(self.plan, ids)} {verb(ids, *reason)}" for reason, ids in by_reason.items())
        return (*(f"{kind} {names(self.plan, ids)}" for kind, ids in kinds.items() if ids), *late)

    def _is_unskilled(self, sprint: str, lanes: set[int]) -> bool:
        """Whether a person without the skills does a sprint although another person has them."""
        able = {n for n, member in self.people.items() if member.can_do(self.plan.sprints[sprint])}
        return bool(able) and not lanes <= able | (lanes - self.people.keys())

    def _late(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The sprints that do not end within their windows, each with the reason in the singular and in the plural."""
        shifts_of = {id_: shifts for id_, shifts in self.staffing.shifts_by_sprint.items() if id_ in self.network.needs}
        free: dict[int, Fraction] = {}
        ends: dict[str, Fraction] = {}
        starts = {id_: shifts[0].period.opens for id_, shifts in shifts_of.items()}
        for id_ in sorted(shifts_of, key=lambda sprint: (starts[sprint], self.graph.position[sprint])):
            lane, opens = shifts_of[id_][0].lane, self._days(starts[id_])
            closes = max(self._days(shift.period.closes) for shift in shifts_of[id_])
            available = max(self.network.now, opens, free.get(lane, opens))
            begin = max([available, *(ends.get(needed, available) for needed in self.network.needs[id_])])
            ends[id_] = free[lane] = self._end(id_, begin, lane)
            unfinished = [n for n in self.network.needs[id_] if n in shifts_of and ends.get(n, ends[id_]) > available]
            if any(needed not in ends for needed in unfinished) or (unfinished and ends[id_] > closes):
                yield id_, _too_early(names(self.plan, unfinished), are(unfinished))
            elif ends[id_] > closes:
                yield id_, _OVERDUE if opens < self.network.now else _TOO_SHORT

    def _end(self, sprint: str, begin: Fraction, lane: int) -> Fraction:
        """The end of a sprint that the person of a lane begins at a time."""
        member = self.people.get(lane)
        pauses = [(Fraction(start), Fraction(stop)) for start, stop in member.pauses] if member else []
        work = self.network.durations[sprint]
        return finish(after_pause(begin, pauses), member.days_for(work) if member else work, pauses)

    def _days(self, day: int) -> Fraction:
        return Fraction(self.plan.timeline.working(day))


def _too_early(needed: str, is_or_are: str) -> tuple[str, str]:
    """The reason for sprints that begin before their predecessors are done."""
    return (
        f"begins before {needed}, which it needs, {is_or_are} done",
        f"begin before {needed}, which they need, {is_or_are} done",
    )
