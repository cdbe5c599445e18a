"""The options of a plan by sprint: who does what in which weeks, looked up rather than searched for."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from masterplan.analyse import figures
from masterplan.model.part import Path
from masterplan.model.plan import Option, Plan
from masterplan.model.weeks import Weeks


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's work in a window of weeks; `lane` is the person's position in the option, from 0."""

    path: Path
    lane: int
    who: str
    weeks: Weeks
    sprints: tuple[str, ...]
    supports: tuple[str, ...]


@dataclass(frozen=True)
class Staffing:
    """An option and all its shifts, in the order of the file."""

    option: Option
    path: Path
    shifts: tuple[Shift, ...]

    @classmethod
    def of(cls, plan: Plan) -> "tuple[Staffing, ...]":
        """Every option of a plan."""
        return tuple(cls._of(option, ("options", "options", n)) for n, option in enumerate(plan.options))

    @classmethod
    def _of(cls, option: Option, path: Path) -> "Staffing":
        shifts = tuple(
            Shift((*path, "people", n, "work", m), n, lane.name, work.weeks, work.sprints, work.supports)
            for n, lane in enumerate(option.people)
            for m, work in enumerate(lane.work)
        )
        return cls(option, path, shifts)

    @property
    def name(self) -> str:
        """What people call the option."""
        return f"Option {self.option.id}"

    @cached_property
    def doing(self) -> Mapping[str, tuple[Shift, ...]]:
        """The shifts in which each sprint is done, by the sprint's id, the earliest first."""
        doing: dict[str, list[Shift]] = defaultdict(list)
        for shift in sorted(self.shifts, key=lambda shift: (shift.weeks, shift.lane)):
            for id_ in shift.sprints:
                doing[id_].append(shift)
        return {id_: tuple(shifts) for id_, shifts in doing.items()}

    @cached_property
    def spans(self) -> Mapping[str, Weeks]:
        """From the first week to the last in which each sprint is done."""
        return {id_: span for id_, shifts in self.doing.items() if (span := figures.span(s.weeks for s in shifts))}

    @cached_property
    def span(self) -> Weeks | None:
        """From the first week anybody works to the last."""
        return figures.option_span(self.option)
