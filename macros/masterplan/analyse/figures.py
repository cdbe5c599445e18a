"""Figures computed from a plan: totals of savings, spans of time, and changes of metrics; and their wording."""

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
from masterplan.model.window import TimeWindow, span_in_words
from masterplan.model.words import Unit

_MANY_WEEKS = 10
"""From this number of weeks, lengths are rounded to whole weeks."""

_HALF = "\u00bd"

_REMEMBERED = 1 << 12
"""Most lengths in working days whose wording is cached; many sprints share one."""

_EXACT, _CENT, _WHOLE = Decimal("0.0001"), Decimal("0.01"), Decimal(1)

TargetOutcome = Literal["reached", "in part", "missed"]


def to_whole(value: Quantity) -> Quantity:
    """Round an amount to whole units: `$150` for `$150.33`."""
    low, high = (end.quantize(_WHOLE) for end in value.ends)
    return amount(low, high, value.unit, value.per, value.mark)


def stated_savings(sprints: Iterable[Sprint]) -> tuple[Quantity, ...]:
    """Monthly savings of each sprint that states any."""
    return tuple(sprint.savings.monthly for sprint in sprints if sprint.savings)


def monthly_savings(sprints: Iterable[Sprint]) -> Quantity | None:
    """Total monthly savings of the sprints; None if none states any, or they are in several currencies."""
    return added(stated_savings(sprints), "month")


def added(amounts: Iterable[Quantity | None], per: str = "") -> Quantity | None:
    """Sum of the amounts that are not None; None if there are none, or their units differ."""
    try:
        return total((amount_ for amount_ in amounts if amount_), per)
    except ValueError:
        return None


def annual_savings(monthly: Quantity | None) -> Quantity | None:
    """Twelve times the monthly savings."""
    return monthly.times(12, "year") if monthly else None


def phases_span(plan: Plan) -> Period | None:
    """From the start of the first phase to the end of the last; None if no phase has a window."""
    return plan.timeline.hull(window for phase in plan.phases for window in plan.windows_of(phase))


def option_span(plan: Plan, option: Option) -> Period | None:
    """From the start of the first work in an option to the end of the last; None if it has no work."""
    return plan.timeline.hull(work.when for lane in option.people for work in lane.work)


def planned_span(plan: Plan) -> Period | None:
    """The planned period of the whole plan: by the chosen option, else by its phases, its sprints, or its only option.

    In the chosen option, sprints with a window of their own keep that window. Sprints stated as dropped or deferred
    count only through the window of their phase.
    """
    if plan.option:
        planned = filter(None, map(plan.planned, plan.sprints))
        return plan.timeline.hull(period.window for period in planned) or option_span(plan, plan.option)
    sprints = (sprint for sprint in plan.sprints.values() if sprint.state not in OUT)
    span = phases_span(plan) or plan.timeline.hull(sprint.when for sprint in sprints if sprint.when)
    return span or (option_span(plan, plan.options[0]) if len(plan.options) == 1 else None)


def windows(plan: Plan) -> tuple[TimeWindow, ...]:
    """Windows of all phases, sprints, options and milestones."""
    return (
        *(milestone.when for milestone in plan.milestones if milestone.when),
        *(phase.when for phase in plan.phases if phase.when),
        *(sprint.when for sprint in plan.sprints.values() if sprint.when),
        *(work.when for option in plan.options for lane in option.people for work in lane.work),
    )


def length(period: Period | None) -> Quantity | None:
    """Length of a period: `10 weeks`, or working days if its window is not in weeks; None if it is open."""
    if period is None or period.work is None:
        return None
    in_weeks = period.window.unit == "week"
    number = Decimal(len(period.window) if in_weeks else period.work)
    return amount(number, number, "week" if in_weeks else "day")


def options_length(options: Iterable[Staffing]) -> Quantity | None:
    """Range from the shortest option to the longest; None if their units of time differ."""
    lengths = [option_length for staffing in options if (option_length := length(staffing.span))]
    if len({option_length.unit for option_length in lengths}) != 1:
        return None
    ends = sorted(option_length.ends[0] for option_length in lengths)
    return amount(ends[0], ends[-1], lengths[0].unit)


def length_in_words(period: Period | None) -> str:
    """Length of a period in words: `10 weeks`, `22 working days`, `no end`; empty if there is no period."""
    quantity = length(period)
    if period is None or quantity is None:
        return "no end" if period else ""
    number = int(quantity.ends[0])
    return count(number, "week") if quantity.unit == "week" else count(number, "working day")


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 week`, `10 weeks`; `many` is the plural if it is irregular."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def saves_in_words(saves: Quantity, sprint: Sprint) -> str:
    """The measured monthly savings of a sprint, and the planned ones: `saves $160 a month ($150-300 planned)`."""
    planned = f" ({sprint.savings.monthly.bare} planned)" if sprint.savings else ""
    return f"saves {saves.bare} a month{planned}"


def how_late(days: int) -> str:
    """Calendar days after the planned end, in words: `9 days late`, `1 day early`, `on time`."""
    return f"{count(abs(days), 'day')} {'late' if days > 0 else 'early'}" if days else "on time"


def units_counted(number: int, unit: Unit) -> str:
    """A number of sprints or phases in the plan's own words: `1 sprint`, `10 epics`."""
    return count(number, unit.one.lower(), unit.many.lower())


def window_in_words(window: TimeWindow, today: date | None) -> str:
    """Format a window: `weeks 3-4`, or its dates as `12 Oct to 6 Nov`."""
    if window.unit != "date":
        return window.named
    last = date.fromordinal(window.last) if window.last else None
    return span_in_words(date.fromordinal(window.first), last, today)


class Rounded(NamedTuple):
    """A rounded length of time: a number of days or weeks, which may end in a half."""

    is_exact: bool
    number: str
    unit: Literal["day", "week"]

    @property
    def short(self) -> str:
        """Length without the unit: `about 4\u00bd`."""
        return self.number if self.is_exact else f"about {self.number}"

    @property
    def text(self) -> str:
        """Length in words: `about 9 weeks`, `4\u00bd weeks`, `less than a day`."""
        return "less than a day" if self.number == "0" else f"{self.short} {self.unit}{'s' * (self.number != '1')}"


def rounded(length: Fraction, a_week: int) -> Rounded:
    """Round working days to days if below a week, to half weeks if below ten weeks, else to weeks.

    `a_week` is the number of working days in a week.
    """
    weeks = length / a_week
    unit, value, steps = ("day", length, 1) if weeks < 1 else ("week", weeks, 2 if weeks < _MANY_WEEKS else 1)
    nearest = Fraction(round(value * steps), steps)
    return Rounded(nearest == value, in_halves(nearest), "day" if unit == "day" else "week")


def in_halves(number: Fraction) -> str:
    """Format a number, rounded to halves: `2\u00bd`, `17`, `\u00bd`."""
    whole, half = divmod(round(number * 2), 2)
    return f"{whole if whole or not half else ''}{_HALF * half}"


@lru_cache(_REMEMBERED)
def half_days(value: Fraction) -> str:
    """Format working days, rounded to half days: `17\u00bd days`, `about 17\u00bd days`, `less than half a day`."""
    if 0 < value < Fraction(1, 4):
        return "less than half a day"
    about = "" if (value * 2).denominator == 1 else "about "
    return f"{about}{counted_days(in_halves(value))}"


def counted_days(number: str) -> str:
    """Add the unit to a number of days from `in_halves`: `1 day`, `\u00bd day`, `2\u00bd days`."""
    return f"{number} {'day' if number in {'1', _HALF} else 'days'}"


def as_decimal(value: Fraction) -> Decimal:
    """Convert a fraction to a decimal: exact if four decimals suffice, else rounded to two."""
    number = Decimal(value.numerator) / value.denominator
    exact = number.quantize(_EXACT)
    return exact if Fraction(exact) == value else number.quantize(_CENT)


@lru_cache(_REMEMBERED)
def days(value: Fraction, mark: DecimalMark = ".") -> str:
    """Format working days: `2.25 days`."""
    number = as_decimal(value).normalize()
    return amount(number, number, "day", mark=mark).text


def planned_change(metric: Metric) -> Quantity | None:
    """Range of a metric's fall in per cent, over all pairs of a value before and a value after; None if unknown.

    5-10 min to 2-3 min is 40-80%: at least from 5 to 3, at most from 10 to 2. If `after` is a percentage and `before`
    is a text, `after` itself is the change.
    """
    before, after = metric.before, metric.after
    if after.is_number and after.unit == "%" and not before.is_number:
        low, high = sorted(abs(end) for end in after.ends)
        return amount(low, high, "%", mark=after.mark)
    return _fall_to(metric, after.ends[::-1]) if _is_comparable(metric) else None


def _like_for_like(metric: Metric) -> Quantity | None:
    """A metric's fall in per cent if the low end becomes the low end and the high end the high end.

    5-10 min to 2-3 min is 60-70%: from 5 to 2, and from 10 to 3. None if `before` and `after` cannot be compared.
    """
    return _fall_to(metric, metric.after.ends) if _is_comparable(metric) else None


def changes_of(metric: Metric) -> list[Quantity]:
    """A metric's fall in both readings, over all pairs and like for like; empty if unknown."""
    return [change for change in (planned_change(metric), _like_for_like(metric)) if change]


def _is_comparable(metric: Metric) -> bool:
    before, after = metric.before, metric.after
    return before.is_number and after.is_number and before.is_alike(after) and before.ends[0] > 0


def _fall_to(metric: Metric, after: tuple[Decimal, Decimal]) -> Quantity:
    """The fall from each end of `before` to the corresponding end in `after`."""
    low, high = sorted(_fall(one, other) for one, other in zip(metric.before.ends, after, strict=True))
    return amount(low, high, "%", mark=metric.after.mark)


def _fall(before: Decimal, after: Decimal) -> Decimal:
    return ((before - after) / before * 100).to_integral_value()


def target_outcome(metric: Metric, measured: Quantity) -> TargetOutcome | None:
    """Compare a measured value with a metric's target; None if they cannot be compared.

    Both are ranges. The target is reached if the worst measured value is at least as good as the worst planned one, and
    missed if even the best measured value is worse. The better direction is the one stated, else from before to after.
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
    """Whether the metric should fall; None if unknown."""
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
