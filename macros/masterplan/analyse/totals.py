"""What tasks add up to: of a group, a sprint or a phase. Everything that counts tasks, or weighs them, asks here.

Tasks that are dropped or deferred count for nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from masterplan.analyse.figures import added, as_decimal
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity, amount
from masterplan.model.task import OUT, Task
from masterplan.model.team import WorkingTime

SizeField = Literal["effort", "points"]
"""The fields that say how large a piece of work is."""

SIZES: tuple[SizeField, ...] = ("effort", "points")


@dataclass(frozen=True, slots=True)
class Totals:
    """What some tasks are together; `tasks` are those that count.

    `effort` and `points` are the sums of what is stated, None where nothing is; `with_effort` and `with_points` are the
    numbers of tasks that state theirs.
    """

    tasks: tuple[Task, ...]
    effort: Quantity | None
    points: Quantity | None
    with_effort: int
    with_points: int

    @classmethod
    def of(cls, tasks: Iterable[Task], time: WorkingTime) -> "Totals":
        """The totals of some tasks of a team that works at these times."""
        counted = tuple(task for task in tasks if task.state not in OUT)
        efforts = [task.effort for task in counted if task.effort]
        points = [task.points for task in counted if task.points]
        return cls(counted, sum_of_efforts(efforts, time), added(points), len(efforts), len(points))

    @property
    def whole_effort(self) -> Quantity | None:
        """The effort where every task states one; None where the sum would be too small."""
        return self.effort if self.with_effort == len(self.tasks) else None

    @property
    def whole_points(self) -> Quantity | None:
        """The points where every task states some; None where the sum would be too small."""
        return self.points if self.with_points == len(self.tasks) else None

    def percent(self, done: Set[str], time: WorkingTime) -> int:
        """How much is done, 0 to 100 and rounded down, where the tasks with these keys are; 0 for no tasks."""
        weights = self._weights(time)
        closed = sum(weight for task, weight in zip(self.tasks, weights, strict=True) if task.key in done)
        return int(100 * closed / (sum(weights) or 1))

    def _weights(self, time: WorkingTime) -> list[Fraction]:
        """What each task counts: its effort, else its points, where all state it; else all alike."""
        measures: tuple[tuple[Quantity | None, Callable[[Task], Fraction]], ...] = (
            (self.whole_effort, lambda task: sum(time.days(task.effort), Fraction(0)) if task.effort else Fraction(0)),
            (self.whole_points, lambda task: Fraction(sum(task.points.ends)) if task.points else Fraction(0)),
        )
        for whole, weight in measures:
            if whole and any(weights := [weight(task) for task in self.tasks]):
                return weights
        return [Fraction(1)] * len(self.tasks)


def totals_of(plan: Plan, sprint: str) -> Totals:
    """The totals of a sprint's tasks."""
    return Totals.of(plan.sprints[sprint].tasks, plan.calendar)


def sizes_of(plan: Plan, sprint: str, field: SizeField) -> tuple[Quantity, ...]:
    """The effort or the points of a sprint: as it states them, and the sum of its tasks where all of these state some.

    Both state the same thing, unless one of them is wrong.
    """
    tasks = totals_of(plan, sprint)
    own = getattr(plan.sprints[sprint], field)
    return tuple(size for size in (own, tasks.whole_effort if field == "effort" else tasks.whole_points) if size)


def sums_of_sizes(sizes: Iterable[tuple[Quantity, ...]], time: WorkingTime) -> tuple[Quantity, ...]:
    """What several sprints add up to, by what they state and by their tasks; nothing where one has no size."""
    known = list(sizes)
    both = (sum_of_efforts([size[way] for size in known], time) for way in (0, -1)) if all(known) else ()
    return tuple(whole for whole in both if whole)


def sum_of_efforts(efforts: Sequence[Quantity], time: WorkingTime) -> Quantity | None:
    """Efforts together, in the unit that most of them are in, the larger of two; None for none."""
    if len({effort.unit for effort in efforts}) <= 1:
        return added(efforts)
    often = Counter(effort.unit for effort in efforts)
    unit = max(often, key=lambda unit: (often[unit], time.size(unit)))
    low, high = (sum(ends, Fraction(0)) / time.size(unit) for ends in zip(*map(time.days, efforts), strict=True))
    return amount(as_decimal(low).normalize(), as_decimal(high).normalize(), unit, mark=efforts[0].mark)
