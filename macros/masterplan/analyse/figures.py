"""Figures computed from a plan: totals of savings, spans of time, and how far metrics move."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from masterplan.analyse.staffing import Staffing
from masterplan.model.option import Option
from masterplan.model.plan import Plan
from masterplan.model.quantity import DecimalMark, Quantity, amount, total
from masterplan.model.sprint import Metric, Sprint
from masterplan.model.task import OUT
from masterplan.model.timeline import Period
from masterplan.model.window import TimeWindow
from masterplan.model.words import Unit

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not those of the machine's language: the same plan gives the same bytes everywhere."""

_MANY_WEEKS = 10
"""From this many weeks on, halves are rounded away."""

_HALF = "\u00bd"

_REMEMBERED = 1 << 12
"""Lengths in working days whose texts are kept: many sprints have the same."""

_EXACT, _CENT, _WHOLE = Decimal("0.0001"), Decimal("0.01"), Decimal(1)

TargetOutcome = Literal["reached", "in part", "missed"]


def to_whole(value: Quantity) -> Quantity:
    """An amount to its whole unit, where nobody reads cents: `$150` for `$150.33`."""
    low, high = (end.quantize(_WHOLE) for end in value.ends)
    return amount(low, high, value.unit, value.per, value.mark)


def stated_savings(sprints: Iterable[Sprint]) -> tuple[Quantity, ...]:
    """The savings a month of each of some sprints that states any."""
    return tuple(sprint.savings.monthly for sprint in sprints if sprint.savings)


def monthly_savings(sprints: Iterable[Sprint]) -> Quantity | None:
    """The savings a month of some sprints; None when none states any or they are not in one currency."""
    return added(stated_savings(sprints), "month")


def added(amounts: Iterable[Quantity | None], per: str = "") -> Quantity | None:
    """The sum of the amounts that are not None; None when all are or they are not of one unit."""
    try:
        return total((one for one in amounts if one), per)
    except ValueError:
        return None


def annual_savings(monthly: Quantity | None) -> Quantity | None:
    """Twelve months of savings."""
    return monthly.times(12, "year") if monthly else None


def phases_span(plan: Plan) -> Period | None:
    """From the beginning of the first phase to the end of the last."""
    return plan.timeline.hull(window for phase in plan.phases for window in plan.windows_of(phase))


def option_span(plan: Plan, option: Option) -> Period | None:
    """From the first work of anybody in an option to the last."""
    return plan.timeline.hull(work.when for lane in option.people for work in lane.work)


def planned_span(plan: Plan) -> Period | None:
    """When the plan is planned: in the chosen option, else in its phases, its sprints, or the only option there is.

    Sprints with a window of their own keep it in the chosen option. One that is stated to be dropped or deferred counts
    only in the window of its phase.
    """
    if plan.option:
        planned = filter(None, map(plan.planned, plan.sprints))
        return plan.timeline.hull(period.window for period in planned) or option_span(plan, plan.option)
    meant = (sprint for sprint in plan.sprints.values() if sprint.state not in OUT)
    own = plan.timeline.hull(sprint.when for sprint in meant if sprint.when)
    return phases_span(plan) or own or (option_span(plan, plan.options[0]) if len(plan.options) == 1 else None)


def windows(plan: Plan) -> tuple[TimeWindow, ...]:
    """The windows of all phases, sprints, options and milestones."""
    return (
        *(milestone.when for milestone in plan.milestones if milestone.when),
        *(phase.when for phase in plan.phases if phase.when),
        *(sprint.when for sprint in plan.sprints.values() if sprint.when),
        *(work.when for option in plan.options for lane in option.people for work in lane.work),
    )


def length(period: Period | None) -> Quantity | None:
    """How long a window is: `10 weeks`; in working days where it is not in weeks, None where it is open."""
    if period is None or period.work is None:
        return None
    in_weeks = period.window.unit == "week"
    number = Decimal(len(period.window) if in_weeks else period.work)
    return amount(number, number, "week" if in_weeks else "day")


def options_length(options: Iterable[Staffing]) -> Quantity | None:
    """From the shortest option to the longest; None where they are not written in one unit of time."""
    lengths = [known for staffing in options if (known := length(staffing.span))]
    if len({known.unit for known in lengths}) != 1:
        return None
    ends = sorted(known.ends[0] for known in lengths)
    return amount(ends[0], ends[-1], lengths[0].unit)


def length_in_words(period: Period | None) -> str:
    """How long a window is, in words: `10 weeks`, `22 working days`, `no end`; empty without one."""
    known = length(period)
    if period is None or known is None:
        return "no end" if period else ""
    number = int(known.ends[0])
    return count(number, "week") if known.unit == "week" else count(number, "working day")


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 week`, `10 weeks`; `many` where the plural does not end in s."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def how_late(days: int) -> str:
    """So many days of the calendar after what was planned: `9 days late`, `1 day early`, `on time`."""
    return f"{count(abs(days), 'day')} {'late' if days > 0 else 'early'}" if days else "on time"


def units_counted(number: int, unit: Unit) -> str:
    """A number of sprints or phases, in the plan's word for them: `1 sprint`, `10 epics`."""
    return count(number, unit.one.lower(), unit.many.lower())


def day_in_words(day: date, today: date | None) -> str:
    """A day as people write it: `12 Oct`; with its year where that is not the year of today."""
    words = f"{day.day} {_MONTHS[day.month - 1]}"
    return words if today and day.year == today.year else f"{words} {day.year}"


def span_in_words(first: date, last: date | None, today: date | None = None) -> str:
    """Days as people write them: `12 Oct to 6 Nov`, `12 Oct onwards`; with their year where it is not that of today."""
    if last is None:
        return f"{day_in_words(first, today)} onwards"
    until = day_in_words(last, today)
    return until if first == last else f"{day_in_words(first, last)} to {until}"


def window_in_words(window: TimeWindow, today: date | None) -> str:
    """A window of time as people write it: `weeks 3-4`, or its dates as `12 Oct to 6 Nov`."""
    if window.unit != "date":
        return window.named
    last = date.fromordinal(window.last) if window.last else None
    return span_in_words(date.fromordinal(window.first), last, today)


class Rounded(NamedTuple):
    """A rounded length of time for people: a number that may end in a half, of `day` or `week`."""

    is_exact: bool
    number: str
    unit: Literal["day", "week"]

    @property
    def short(self) -> str:
        """The length without its unit: `about 4\u00bd`."""
        return self.number if self.is_exact else f"about {self.number}"

    @property
    def text(self) -> str:
        """The length in words: `about 9 weeks`, `4\u00bd weeks`, `less than a day`."""
        return "less than a day" if self.number == "0" else f"{self.short} {self.unit}{'s' * (self.number != '1')}"


def rounded(length: Fraction, a_week: int) -> Rounded:
    """Working days to the whole day below a week, to half a week up to ten, and to whole weeks above that."""
    weeks = length / a_week
    unit, value, steps = ("day", length, 1) if weeks < 1 else ("week", weeks, 2 if weeks < _MANY_WEEKS else 1)
    near = Fraction(round(value * steps), steps)
    return Rounded(near == value, in_halves(near), "day" if unit == "day" else "week")


def in_halves(number: Fraction) -> str:
    """A number to its half: `2\u00bd`, `17`, `\u00bd`."""
    whole, half = divmod(round(number * 2), 2)
    return f"{whole if whole or not half else ''}{_HALF * half}"


@lru_cache(_REMEMBERED)
def half_days(value: Fraction) -> str:
    """Working days to the half day: `17\u00bd days`, `about 17\u00bd days`, `less than half a day`."""
    if 0 < value < Fraction(1, 4):
        return "less than half a day"
    about = "" if (value * 2).denominator == 1 else "about "
    return f"{about}{counted_days(in_halves(value))}"


def counted_days(number: str) -> str:
    """A number of days that may be a half: `1 day`, `\u00bd day`, `2\u00bd days`."""
    return f"{number} {'day' if number in {'1', _HALF} else 'days'}"


def as_decimal(value: Fraction) -> Decimal:
    """A fraction as people write it: exact where four decimals do, else to two."""
    number = Decimal(value.numerator) / value.denominator
    exact = number.quantize(_EXACT)
    return exact if Fraction(exact) == value else number.quantize(_CENT)


@lru_cache(_REMEMBERED)
def days(value: Fraction, mark: DecimalMark = ".") -> str:
    """Working days in words: `2.25 days`."""
    number = as_decimal(value).normalize()
    return amount(number, number, "day", mark=mark).text


def planned_change(metric: Metric) -> Quantity | None:
    """How much a metric falls, in per cent of what it was, over all pairs of its before and after; None where unknown.

    5-10 min to 2-3 min is 40-80 %: from 5 to 3 at least, from 10 to 2 at most. An after that is itself in per cent,
    beside a before that is a text, is the change as it stands.
    """
    before, after = metric.before, metric.after
    if after.is_number and after.unit == "%" and not before.is_number:
        low, high = sorted(abs(end) for end in after.ends)
        return amount(low, high, "%", mark=after.mark)
    return _fall_to(metric, after.ends[::-1]) if _is_comparable(metric) else None


def like_for_like(metric: Metric) -> Quantity | None:
    """How much a metric falls when its low end becomes the low end and its high end the high one.

    5-10 min to 2-3 min is 60-70 %: from 5 to 2, from 10 to 3. None where before and after are not two such amounts.
    """
    return _fall_to(metric, metric.after.ends) if _is_comparable(metric) else None


def changes_of(metric: Metric) -> list[Quantity]:
    """How much a metric falls, in either reading: over all pairs of before and after, and like for like."""
    return [change for change in (planned_change(metric), like_for_like(metric)) if change]


def _is_comparable(metric: Metric) -> bool:
    before, after = metric.before, metric.after
    return before.is_number and after.is_number and before.is_alike(after) and before.ends[0] > 0


def _fall_to(metric: Metric, after: tuple[Decimal, Decimal]) -> Quantity:
    """The change from the ends of before to two ends of after, in this order."""
    low, high = sorted(_fall(one, other) for one, other in zip(metric.before.ends, after, strict=True))
    return amount(low, high, "%", mark=metric.after.mark)


def _fall(before: Decimal, after: Decimal) -> Decimal:
    return ((before - after) / before * 100).to_integral_value()


def target_outcome(metric: Metric, measured: Quantity) -> TargetOutcome | None:
    """How a measured value compares with a metric's target, as ranges; None where they cannot be compared.

    Reached is at least as good as the least that was planned, at worst; missed is worse than that, at best. Which way
    is better the metric says, or the way from before to after does.
    """
    if not (metric.after.is_number and measured.is_number and metric.after.is_alike(measured)):
        return None
    falls = _should_fall(metric)
    if falls is None:
        return None
    (low, high), (least, most) = measured.ends, metric.after.ends
    worst, best, target = (high, low, most) if falls else (-low, -high, -least)
    return "reached" if worst <= target else "missed" if best > target else "in part"


def _should_fall(metric: Metric) -> bool | None:
    """Whether the metric should fall; None where nothing says so."""
    if metric.better is not None:
        return metric.better == "lower"
    before, after = metric.before, metric.after
    if not before.is_number:
        return True if after.unit == "%" and after.ends[1] < 0 else None
    if not before.is_alike(after):
        return None
    if after.ends[1] < before.ends[0]:
        return True
    return False if after.ends[0] > before.ends[1] else None
