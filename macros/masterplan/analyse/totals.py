"""Totals of tasks: numbers, effort, points and weighted progress, of a group, a sprint or a phase.

Dropped and deferred tasks do not count.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from fractions import Fraction
from typing import Literal, NamedTuple

from masterplan.analyse.figures import added, as_decimal
from masterplan.model.plan import Plan
from masterplan.model.quantity import Quantity, amount
from masterplan.model.task import OUT, Task
from masterplan.model.team import WorkingTime

SizeField = Literal["effort", "points"]
"""Fields that state the size of a piece of work."""

SIZES: tuple[SizeField, ...] = ("effort", "points")


class Totals(NamedTuple):
    """Totals of tasks; `tasks` are those that count.

    `effort` and `points` are the sums of the stated ones, None if there are none. `with_effort` and `with_points` are
    the numbers of tasks that state them.
    """

    tasks: tuple[Task, ...]
    effort: Quantity | None
    points: Quantity | None
    with_effort: int
    with_points: int

    @classmethod
    def of(cls, tasks: Iterable[Task], time: WorkingTime) -> "Totals":
        """Add up tasks; `time` converts efforts in different units."""
        counted = tuple(task for task in tasks if task.state not in OUT)
        efforts = [task.effort for task in counted if task.effort]
        points = [task.points for task in counted if task.points]
        return cls(counted, _sum_of_efforts(efforts, time), added(points), len(efforts), len(points))

    @property
    def whole_effort(self) -> Quantity | None:
        """Total effort if every task states its effort, else None."""
        return self.effort if self.with_effort == len(self.tasks) else None

    @property
    def whole_points(self) -> Quantity | None:
        """Total points if every task states its points, else None."""
        return self.points if self.with_points == len(self.tasks) else None

    def percent(self, done: Set[str], time: WorkingTime) -> int:
        """Share of the work that is done, 0 to 100, rounded down; `done` are the keys of tasks that are done."""
        weights = self._weights(time)
        closed = sum(weight for task, weight in zip(self.tasks, weights, strict=True) if task.key in done)
        return int(100 * closed / (sum(weights) or 1))

    def _weights(self, time: WorkingTime) -> list[Fraction]:
        """Weight of each task: its effort or else its points if all tasks state them, else 1."""
        measures: tuple[tuple[Quantity | None, Callable[[Task], Fraction]], ...] = (
            (self.whole_effort, lambda task: sum(time.days(task.effort), Fraction(0)) if task.effort else Fraction(0)),
            (self.whole_points, lambda task: Fraction(sum(task.points.ends)) if task.points else Fraction(0)),
        )
        for total, weight in measures:
            if total and any(weights := [weight(task) for task in self.tasks]):
                return weights
        return [Fraction(1)] * len(self.tasks)


def totals_of(plan: Plan, sprint: str) -> Totals:
    """Totals of a sprint's tasks."""
    return Totals.of(plan.sprints[sprint].tasks, plan.calendar)


def sizes_of(plan: Plan, sprint: str, field: SizeField) -> tuple[Quantity, ...]:
    """Effort or points of a sprint: the stated size, and the sum over its tasks if all of them state it.

    The two are the same unless one is wrong; either may be missing.
    """
    totals = totals_of(plan, sprint)
    stated = getattr(plan.sprints[sprint], field)
    return tuple(size for size in (stated, totals.whole_effort if field == "effort" else totals.whole_points) if size)


def sums_of_sizes(sizes: Iterable[tuple[Quantity, ...]], time: WorkingTime) -> tuple[Quantity, ...]:
    """Sums of the sizes of several sprints, by stated sizes and by tasks; empty if one has no size."""
    all_sizes = list(sizes)
    sums = (_sum_of_efforts([size[n] for size in all_sizes], time) for n in (0, -1)) if all(all_sizes) else ()
    return tuple(total for total in sums if total)


def _sum_of_efforts(efforts: Sequence[Quantity], time: WorkingTime) -> Quantity | None:
    """Sum of efforts in their most frequent unit, or the largest of these units; None if there are no efforts."""
    if len({effort.unit for effort in efforts}) <= 1:
        return added(efforts)
    frequency = Counter(effort.unit for effort in efforts)
    unit = max(frequency, key=lambda unit: (frequency[unit], time.size(unit)))
    low, high = (sum(ends, Fraction(0)) / time.size(unit) for ends in zip(*map(time.days, efforts), strict=True))
    return amount(as_decimal(low).normalize(), as_decimal(high).normalize(), unit, mark=efforts[0].mark)
