"""Quantities: amounts as people write them, `20-30%`, `<1s`, `2-4 per user`, `$50-100`, `~3.5h`, `100+ users`.

The source text is kept for show; low and high are exact decimals for computing. A text that is no amount
(`Baseline`) stays a text: `is_number` says which. Dates, exponents, arithmetic and two units at once are no quantities.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self

LONGEST = 100
"""Characters that an amount may have; a longer text is none."""

Comparator = Literal["", "<", "<=", ">", ">=", "~"]

CURRENCIES = "$€£¥"
DURATIONS = ("ms", "s", "min", "h", "day", "week", "month", "year")
"""Units of time, shortest first, as `Quantity.unit` names them."""

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,9})?|[0-9]{1,15}(?:\.[0-9]{1,9})?"
_AMOUNT = re.compile(
    rf"""(?P<comparator><=|>=|[<>≤≥~≈]|(?i:about|up\ to|under|over|at\ least|at\ most)\ )?\ ?
    (?P<sign>[-+−])?\ ?
    (?P<currency>[{CURRENCIES}])?\ ?
    (?P<low>{_NUMBER})\ ?(?P<low_scale>[kKM](?![A-Za-z]))?
    (?:\ ?(?P<low_unit>%|[^\W\d_]+)?\ ?
       (?:[-–—]|(?P<to>to)\b\ ?(?P<high_sign>[-+−])?)\ ?
       (?P<high_currency>[{CURRENCIES}])?
       (?P<high>{_NUMBER})\ ?(?P<high_scale>[kKM](?![A-Za-z]))?)?
    (?P<plus>\+)?
    \ ?-?(?P<unit>[%{CURRENCIES}]|(?!(?:per|a)\b)[^\W\d][^\d/()]*?)?
    (?P<late_plus>\+)?
    (?:(?:\ ?/\ ?|\ (?:per|a)\ )(?P<per>[^\W\d][\w -]*?))?
    \ ?(?:\((?P<note>[^()]+)\))?""",
    re.VERBOSE,
)
_COMPARATORS: dict[str, Comparator] = {
    "<": "<", "under": "<", "≤": "<=", "<=": "<=", "up to": "<=", "at most": "<=",
    ">": ">", "over": ">", "≥": ">=", ">=": ">=", "at least": ">=", "+": ">=",
    "~": "~", "≈": "~", "about": "~",
}  # fmt: skip
_SCALES = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000}
_MINUS = {"-", "−"}
_UNITS = {
    name: unit
    for unit, names in {
        "ms": "ms millisecond milliseconds",
        "s": "s sec secs second seconds",
        "min": "min mins minute minutes",
        "h": "h hr hrs hour hours",
        "day": "d day days",
        "week": "w wk wks week weeks",
        "month": "mo month months",
        "year": "y yr yrs year years",
    }.items()
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount or a range of amounts.

    `low` and `high` are equal for a single amount and None when the text is no amount. A sign before a range holds
    for both ends, `-20-30%` is -30 to -20; beside the word `to` each end has its own, `-5 to 10%`. `unit` is `%`, a
    currency sign, a unit of `DURATIONS` or the author's own word; `per` is what it counts for (`month`, `user`);
    `note` is what stood in brackets after it.
    """

    text: str
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    per: str = ""
    comparator: Comparator = ""
    note: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text; one that is no amount keeps its text only.

        Raises ValueError for a range that runs downwards, such as `10-5 min`.
        """
        match = _AMOUNT.fullmatch(" ".join(text.split())) if len(text) <= LONGEST else None
        if match is None:
            return cls(text)
        part = {name: (value or "").strip() for name, value in match.groupdict().items()}
        unit = part["currency"] or _unit(part["unit"])
        if not _is_of_one_unit(part):
            return cls(text)
        comparator = _COMPARATORS.get(part["plus"] or part["late_plus"] or part["comparator"].lower(), "")
        return cls(text, *_ends(part), unit, _unit(part["per"]), comparator, part["note"])

    @property
    def is_number(self) -> bool:
        """Whether the text could be read as an amount."""
        return self.low is not None

    @property
    def is_money(self) -> bool:
        """Whether the amount is in a currency."""
        return self.is_number and self.unit in tuple(CURRENCIES)

    @property
    def is_duration(self) -> bool:
        """Whether the amount is a length of time."""
        return self.is_number and self.unit in DURATIONS

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Low and high. Raises ValueError when the text is no amount."""
        if self.low is None or self.high is None:
            raise ValueError(f"not an amount: {self.text}")
        return self.low, self.high

    def times(self, factor: int, per: str) -> "Quantity":
        """The amount `factor` times over, counted `per` something else: monthly savings of a year."""
        low, high = self.ends
        return amount(low * factor, high * factor, self.unit, per)

    def is_alike(self, other: "Quantity") -> bool:
        """Whether both are in the same unit; what they count per matters only where both say it."""
        return self.unit == other.unit and (self.per == other.per or not (self.per and other.per))

    def equals(self, other: "Quantity") -> bool:
        """Whether both say the same amount of the same thing."""
        return self.is_alike(other) and (self.low, self.high) == (other.low, other.high)


def amount(low: Decimal, high: Decimal, unit: str = "", per: str = "") -> Quantity:
    """A computed quantity, with the text that people would write for it: `$750-1,500/month`."""
    sign = unit if unit in tuple(CURRENCIES) else ""
    if low < 0 <= high:
        span = f"-{sign}{_written(-low)} to +{sign}{_written(high)}"
    else:
        near, far = sorted((abs(low), abs(high)))
        span = f"{'-' if low < 0 else ''}{sign}{_written(near)}" + (f"-{_written(far)}" if near < far else "")
    text = span if sign else span + _unit_after(unit, is_one=low == high == 1)
    return Quantity(f"{text}/{per}" if per else text, low, high, unit, per)


def total(quantities: Iterable[Quantity], per: str = "") -> Quantity | None:
    """The sum of amounts, ranges added end by end; None for no amounts.

    Raises ValueError when they are not all of one unit.
    """
    amounts = list(quantities)
    if not amounts:
        return None
    units = sorted({each.unit for each in amounts})
    if len(units) > 1:
        raise ValueError(f"cannot add {' and '.join(units)}")
    lows, highs = zip(*(each.ends for each in amounts), strict=True)
    return amount(sum(lows, Decimal(0)), sum(highs, Decimal(0)), units[0], per)


def _is_of_one_unit(part: dict[str, str]) -> bool:
    """Whether an amount names one unit at most: neither `$2 million` nor `5s-10min`, but `20%-30%`."""
    if part["currency"] and part["unit"]:
        return False
    same_currency = part["high_currency"] in {"", part["currency"]}
    return same_currency and (not part["low_unit"] or _unit(part["low_unit"]) == _unit(part["unit"]))


def _ends(part: dict[str, str]) -> tuple[Decimal, Decimal]:
    """Low and high. `10-20k` scales both ends, as people mean it; `500-1k` only the upper one."""
    low, high = _digits(part["low"]), _digits(part["high"] or part["low"])
    shared = part["high_scale"] if low <= high else ""
    low *= _SCALES[part["low_scale"] or shared]
    high *= _SCALES[part["high_scale"] or part["low_scale"]]
    if part["to"]:
        low, high = _signed(part["sign"], low), _signed(part["high_sign"], high)
        low, high = sorted((low, high)) if high < 0 else (low, high)
    elif low <= high:
        low, high = sorted((_signed(part["sign"], low), _signed(part["sign"], high)))
    if low > high:
        raise ValueError("the range runs downwards")
    return low, high


def _digits(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _signed(sign: str, value: Decimal) -> Decimal:
    return -value if sign in _MINUS else value


def _unit(name: str) -> str:
    return _UNITS.get(name.lower(), name)


def _written(value: Decimal) -> str:
    """A number with commas between thousands, and decimals only where it is not whole."""
    whole = value.to_integral_value()
    return f"{whole if whole == value else value:,f}"


def _unit_after(unit: str, *, is_one: bool) -> str:
    """A unit as it stands after a number: `%`, ` min`, ` weeks`."""
    plural = "s" if unit in DURATIONS[DURATIONS.index("day") :] and not is_one else ""
    return unit if unit in {"", "%"} else f" {unit}{plural}"
