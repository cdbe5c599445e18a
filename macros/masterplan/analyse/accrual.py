"""Savings over time: what each option has saved by the end of each week, as ranges.

A sprint saves from the week after its last one; a month of savings is spread evenly over 52/12 weeks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from masterplan.model.plan import Option, Sprint
from masterplan.model.quantity import DecimalMark, Quantity, amount

WEEKS_A_MONTH = Decimal(52) / 12
_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Accrual:
    """What one option has saved: `low[n]` and `high[n]` are the sums by the end of week n + 1, in `unit`."""

    option: str
    unit: str
    low: tuple[Decimal, ...]
    high: tuple[Decimal, ...]
    mark: DecimalMark

    def by(self, week: int) -> Quantity:
        """The sum by the end of a week that it has, counted from 1 or backwards from -1, to the whole unit."""
        n = week - 1 if week > 0 else week
        return amount(self.low[n].quantize(_WHOLE), self.high[n].quantize(_WHOLE), self.unit, mark=self.mark)


def ends(option: Option) -> Mapping[str, int]:
    """The last week in which each sprint is worked on in an option."""
    last: dict[str, int] = {}
    for lane in option.people:
        for work in lane.work:
            for sprint in work.sprints:
                last[sprint] = max(last.get(sprint, 0), work.weeks.last)
    return last


def accrual(sprints: Iterable[Sprint], option: Option, weeks: int) -> Accrual | None:
    """The savings of some sprints in an option over so many weeks; None when none saves, or in more than one unit."""
    return _accrued(sprints, option.id, ends(option), range(1, weeks + 1))


def accrued(sprints: Iterable[Sprint], option: str, last: Mapping[str, int], week: int) -> Accrual | None:
    """The savings by the end of one week alone, when each sprint ends in the week given; None as above."""
    return _accrued(sprints, option, last, range(week, week + 1))


def _accrued(sprints: Iterable[Sprint], option: str, last: Mapping[str, int], weeks: range) -> Accrual | None:
    stated = {sprint.id: sprint.savings.monthly for sprint in sprints if sprint.savings}
    saving = [(end, stated[id_]) for id_, end in last.items() if id_ in stated]
    units = {monthly.unit for _, monthly in saving}
    if len(units) != 1:
        return None
    low, high = (_sums([(end, monthly.ends[side]) for end, monthly in saving], weeks) for side in (0, 1))
    return Accrual(option, units.pop(), low, high, saving[0][1].mark)


def _sums(saving: list[tuple[int, Decimal]], weeks: range) -> tuple[Decimal, ...]:
    sums = []
    for week in weeks:
        months = ((max(0, week - end) / WEEKS_A_MONTH, monthly) for end, monthly in saving)
        sums.append(sum((count * monthly for count, monthly in months), Decimal(0)).quantize(Decimal("0.01")))
    return tuple(sums)
