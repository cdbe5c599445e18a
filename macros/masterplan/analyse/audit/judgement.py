"""Verdicts on declared figures and claims, and the comparison of two amounts."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple, TypeVar

from masterplan.analyse.parts import Compared
from masterplan.model.declared import Declared
from masterplan.model.naming import Subject
from masterplan.model.part import Path
from masterplan.model.place import Place
from masterplan.model.quantity import DURATIONS, Comparator, DecimalMark, Quantity, amount
from masterplan.model.team import WorkingTime

Outcome = Literal["agrees", "within", "differs", "unchecked"]
"""agrees: both are the same; within: the declared range contains the computed one; differs: neither; unchecked: the
plan has nothing to compare the claim with."""

MOST_COMPARED = 20
"""Most places listed as the sources of one verdict."""


class Judgement(NamedTuple):
    """The computed value in words, the outcome of the comparison, and the places the value was computed from."""

    computed: str
    outcome: Outcome
    compared: tuple[Compared, ...] = ()


UNCHECKED = Judgement("", "unchecked")


class Verdict(NamedTuple):
    """A declared figure or claim compared with the plan.

    `subject` is the part of the plan that states the claim, `name` its display name. `path` leads to the claim,
    `compared` has the places that the computed value comes from.
    """

    declared: Declared
    subject: Subject
    name: str
    place: Place
    computed: str
    outcome: Outcome
    path: Path
    compared: tuple[Compared, ...]

    @property
    def sprint(self) -> str | None:
        """Id of the sprint that states the claim; None if another part states it."""
        return self.subject.id if self.subject.kind == "sprint" else None


def stated_amount(declared: Declared, mark: DecimalMark | None) -> Quantity:
    """The amount stated by a claim, read with the plan's decimal mark; not a number if it states none."""
    return as_quantity(declared.says, mark) if declared.value is None else declared.value


def as_quantity(text: str, mark: DecimalMark | None) -> Quantity:
    """Read a text as a quantity; text only if it is no amount, a range in descending order, or ambiguous."""
    try:
        return Quantity.read(text, mark)
    except ValueError:
        return Quantity(text)


_Ends = tuple[Fraction, Fraction]

_CLOCK = {"ms": Fraction(1, 3_600_000), "s": Fraction(1, 3_600), "min": Fraction(1, 60), "h": Fraction(1)}
_CALENDAR = _CLOCK | {"day": Fraction(24), "week": Fraction(168), "month": Fraction(730), "year": Fraction(8_760)}
_SHORT_MONTH = 4
"""Weeks in a month, as some people count them."""

_TENTH = 10
"""Two amounts are about the same if they differ by at most a tenth of the computed one."""

_BEST_FIRST: tuple[Outcome, ...] = ("agrees", "within")

N = TypeVar("N", Decimal, Fraction)


def outcome_of(stated: Quantity, computed: Quantity, time: WorkingTime) -> Outcome:
    """Compare a declared amount with the computed one.

    A single figure agrees with a range if it is the middle of the range. Durations in different units are converted in
    each way people count them: working days of the team with months of 52/12 weeks or of four weeks, and calendar days.
    They agree if they are about the same in any of these. An amount without a unit takes the unit of the other.
    """
    if not stated.is_number:
        return "unchecked"
    if stated.is_duration and computed.is_duration and stated.unit != computed.unit:
        ends = _fractions(stated)
        conversions = _converted(computed, stated.unit, time)
        outcomes = {
            "agrees" if _is_close(ends, other) else _compared(ends, stated.comparator, other) for other in conversions
        }
        return next((outcome for outcome in _BEST_FIRST if outcome in outcomes), "differs")
    if stated.unit and computed.unit and not stated.is_alike(computed):
        return "differs"
    return _compared(stated.ends, stated.comparator, computed.ends)


def _compared(stated: tuple[N, N], comparator: Comparator, computed: tuple[N, N]) -> Outcome:
    (low, high), (least, most) = stated, computed
    if comparator:
        return "agrees" if _satisfies(comparator, stated, computed) else "differs"
    if stated == computed or (low == high and _is_middle(low, computed)):
        return "agrees"
    return "within" if low <= least <= most <= high else "differs"


def _is_middle(figure: N, ends: tuple[N, N]) -> bool:
    """Whether a figure is the middle of a range, or the middle rounded by little: 67% for 60-73%."""
    middle = (ends[0] + ends[1]) / 2
    return figure == middle or (figure == round(middle) and abs(figure - middle) * 2 * _TENTH <= abs(middle))


def _satisfies(comparator: Comparator, stated: tuple[N, N], computed: tuple[N, N]) -> bool:
    (low, high), (least, most) = stated, computed
    match comparator:
        case "<":
            return most < high
        case "<=":
            return most <= high
        case ">":
            return least > low
        case ">=":
            return least >= low
        case _:
            middle = (least + most) / 2
            return least <= low <= high <= most or abs((low + high) / 2 - middle) * _TENTH <= abs(middle)


def _is_close(stated: _Ends, computed: _Ends) -> bool:
    """Whether both ends are about the same."""
    return all(abs(one - other) * _TENTH <= abs(other) for one, other in zip(stated, computed, strict=True))


def _converted(quantity: Quantity, unit: str, time: WorkingTime) -> Iterator[_Ends]:
    """Convert a duration to another unit in each way of counting."""
    low, high = _fractions(quantity)
    working = {unit: time.size(unit) for unit in DURATIONS}
    month = working["week"] * _SHORT_MONTH
    for sizes in (working, working | {"month": month, "year": month * 12}, _CALENDAR):
        factor = sizes[quantity.unit] / sizes[unit]
        yield low * factor, high * factor


def _fractions(quantity: Quantity) -> _Ends:
    low, high = quantity.ends
    return Fraction(low), Fraction(high)


def difference_in_words(stated: Quantity, computed: Quantity) -> str:
    """Difference of a computed amount from a stated one of the same unit, end by end: `$100-250 less`.

    Empty if the units differ, only one is a range, or the ends move in opposite directions.
    """
    if not (stated.is_number and computed.is_number) or stated.unit != computed.unit or stated.comparator:
        return ""
    (low, high), (least, most) = stated.ends, computed.ends
    if (low == high) != (least == most):
        return ""
    near, far = sorted((low - least, high - most), key=abs)
    if near >= 0 and far > 0:
        return f"{amount(near, far, stated.unit, mark=stated.mark).text} less"
    if near <= 0 and far < 0:
        return f"{amount(-near, -far, stated.unit, mark=stated.mark).text} more"
    return ""
