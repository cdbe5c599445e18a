"""Verdicts on declared figures and claims, compared with what the plan itself says; and how two amounts compare."""

from collections.abc import Iterator
from dataclasses import dataclass
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
"""agrees: the same; within: the declared range contains the computed one; differs: neither; unchecked: the plan
says nothing to compare with."""

MOST_COMPARED = 20
"""The most places that a verdict lists as its source."""


class Judgement(NamedTuple):
    """What was computed, in words, how the claim compares with it, and where it was computed from."""

    computed: str
    outcome: Outcome
    compared: tuple[Compared, ...] = ()


UNCHECKED = Judgement("", "unchecked")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One declared figure or claim beside what the plan says.

    `subject` is the part of the plan that the claim is about, `name` what people call it; `path` leads to the claim,
    and `compared` to what it was computed from.
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
        """The id of the sprint that the claim is about; None where it is about another part."""
        return self.subject.id if self.subject.kind == "sprint" else None


def stated_amount(declared: Declared, mark: DecimalMark | None) -> Quantity:
    """The amount that a claim states, read with the plan's decimal mark; no number where it states none."""
    return as_quantity(declared.says, mark) if declared.value is None else declared.value


def as_quantity(text: str, mark: DecimalMark | None) -> Quantity:
    """A text as a quantity; one that is no amount, runs downwards or is ambiguous keeps its words only."""
    try:
        return Quantity.read(text, mark)
    except ValueError:
        return Quantity(text)


_Ends = tuple[Fraction, Fraction]

_CLOCK = {"ms": Fraction(1, 3_600_000), "s": Fraction(1, 3_600), "min": Fraction(1, 60), "h": Fraction(1)}
_CALENDAR = _CLOCK | {"day": Fraction(24), "week": Fraction(168), "month": Fraction(730), "year": Fraction(8_760)}
_SHORT_MONTH = 4
"""Weeks of a month, as some people count them."""

_TENTH = 10
"""Two amounts are about the same when they lie no further apart than this part of one."""

_BEST_FIRST: tuple[Outcome, ...] = ("agrees", "within")

N = TypeVar("N", Decimal, Fraction)


def outcome_of(stated: Quantity, computed: Quantity, time: WorkingTime) -> Outcome:
    """How a declared amount compares with the computed one.

    A single figure agrees with a range when it is its middle. Lengths of time in different units are compared in every
    way people count them (the team's working days, with months of 52/12 weeks or of four, and days of the calendar),
    and agree when they are about the same in any. An amount without a unit has the other's.
    """
    if not stated.is_number:
        return "unchecked"
    if stated.is_duration and computed.is_duration and stated.unit != computed.unit:
        mine = _fractions(stated)
        ways = _converted(computed, stated.unit, time)
        outcomes = {"agrees" if _near(mine, ends) else _compared(mine, stated.comparator, ends) for ends in ways}
        return next((outcome for outcome in _BEST_FIRST if outcome in outcomes), "differs")
    if stated.unit and computed.unit and not stated.is_alike(computed):
        return "differs"
    return _compared(stated.ends, stated.comparator, computed.ends)


def _compared(stated: tuple[N, N], comparator: Comparator, computed: tuple[N, N]) -> Outcome:
    (low, high), (least, most) = stated, computed
    if comparator:
        return "agrees" if _holds(comparator, stated, computed) else "differs"
    if stated == computed or (low == high and _is_middle(low, computed)):
        return "agrees"
    return "within" if low <= least <= most <= high else "differs"


def _is_middle(figure: N, ends: tuple[N, N]) -> bool:
    """Whether a figure is the middle of a range, rounded where that changes little: 67 % of 60-73 %."""
    middle = (ends[0] + ends[1]) / 2
    return figure == middle or (figure == round(middle) and abs(figure - middle) * 2 * _TENTH <= abs(middle))


def _holds(comparator: Comparator, stated: tuple[N, N], computed: tuple[N, N]) -> bool:
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


def _near(stated: _Ends, computed: _Ends) -> bool:
    """Whether both ends are about the same."""
    return all(abs(one - other) * _TENTH <= abs(other) for one, other in zip(stated, computed, strict=True))


def _converted(quantity: Quantity, unit: str, time: WorkingTime) -> Iterator[_Ends]:
    """A length of time in another unit, in each way of counting."""
    low, high = _fractions(quantity)
    working = {unit: time.size(unit) for unit in DURATIONS}
    month = working["week"] * _SHORT_MONTH
    for way in (working, working | {"month": month, "year": month * 12}, _CALENDAR):
        factor = way[quantity.unit] / way[unit]
        yield low * factor, high * factor


def _fractions(quantity: Quantity) -> _Ends:
    low, high = quantity.ends
    return Fraction(low), Fraction(high)


def apart(stated: Quantity, computed: Quantity) -> str:
    """How far a computed amount lies from a stated one of the same unit, end by end: `$100-250 less`.

    Empty where the two cannot be compared like that.
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
