"""Lookup tables for options: shifts, work and periods by sprint."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from masterplan.model.option import Lane, Option, Work
from masterplan.model.part import Path
from masterplan.model.plan import Plan
from masterplan.model.timeline import Period, Timeline, earliest


class Shift(NamedTuple):
    """Work of one person in one window; `lane` is the person's position in the option, from 0."""

    path: Path
    lane: int
    who: str
    period: Period
    sprints: tuple[str, ...]
    supports: tuple[str, ...]


@dataclass(frozen=True)
class Staffing:
    """An option with its shifts, in the order of the file."""

    option: Option
    path: Path
    shifts: tuple[Shift, ...]
    timeline: Timeline

    @classmethod
    def of(cls, plan: Plan) -> "tuple[Staffing, ...]":
        """All options of a plan."""
        return tuple(cls._of(plan.timeline, option, ("options", "options", n)) for n, option in enumerate(plan.options))

    @classmethod
    def followed(cls, plan: Plan) -> "tuple[Staffing, ...]":
        """Options that the plan follows: the chosen one, or all if none is chosen."""
        return tuple(staffing for staffing in cls.of(plan) if plan.follows(staffing.option))

    @classmethod
    def _of(cls, timeline: Timeline, option: Option, path: Path) -> "Staffing":
        shifts = tuple(
            Shift(
                (*path, "people", n, "work", m), n, lane.name, timeline.period(work.when), work.sprints, work.supports
            )
            for n, lane in enumerate(option.people)
            for m, work in enumerate(lane.work)
        )
        return cls(option, path, shifts, timeline)

    @property
    def name(self) -> str:
        """Display name of the option."""
        return self.option.name

    @cached_property
    def shifts_by_sprint(self) -> Mapping[str, tuple[Shift, ...]]:
        """Shifts of each sprint, by id, earliest first."""
        shifts: dict[str, list[Shift]] = defaultdict(list)
        for shift in sorted(self.shifts, key=lambda shift: (earliest(shift.period), shift.lane)):
            for id_ in shift.sprints:
                shifts[id_].append(shift)
        return {id_: tuple(of_sprint) for id_, of_sprint in shifts.items()}

    @cached_property
    def work(self) -> Mapping[str, tuple[tuple[Lane, Work], ...]]:
        """Work on or in support of each sprint, by id, with its lane, in the order of the file."""
        work: dict[str, list[tuple[Lane, Work]]] = defaultdict(list)
        for lane in self.option.people:
            for part in lane.work:
                for id_ in dict.fromkeys(part.sprints + part.supports):
                    work[id_].append((lane, part))
        return {id_: tuple(parts) for id_, parts in work.items()}

    @cached_property
    def spans(self) -> Mapping[str, Period]:
        """Period of each sprint, by id: from the start of its first shift to the end of its last."""
        spans = ((id_, self._hull(shifts)) for id_, shifts in self.shifts_by_sprint.items())
        return {id_: span for id_, span in spans if span}

    @cached_property
    def span(self) -> Period | None:
        """Period of the option: from the start of the first shift to the end of the last; None without shifts."""
        return self._hull(self.shifts)

    def _hull(self, shifts: Iterable[Shift]) -> Period | None:
        return self.timeline.hull(shift.period.window for shift in shifts)
