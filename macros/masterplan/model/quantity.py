"""Quantities: amounts as people write them, `20-30%`, `<1s`, `2-4 per user`, `$50-100`, `~3.5h`, `100+ users`.

The source text is kept for show; low and high are exact decimals for computing. A text that is no amount
(`Baseline`) stays a text: `is_number` says which. Dates, exponents and arithmetic are not quantities.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self

Comparator = Literal["", "<", "<=", ">", ">=", "~"]

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,9})?"
_AMOUNT = re.compile(
    rf"""^(?P<comparator><=|>=|[<>≤≥~≈]|about\ |up\ to\ |under\ |over\ |at\ least\ |at\ most\ )?\s*
    (?P<sign>[-+\u2212])?\s*
    (?P<currency>[$€£¥])?\s*
    (?P<low>{_NUMBER})\s?(?P<low_scale>[kKM](?![A-Za-z]))?
    (?:\s*(?:-|\u2013|\u2014|\bto\b)\s*[$€£¥]?(?P<high>{_NUMBER})\s?(?P<high_scale>[kKM](?![A-Za-z]))?)?
    (?P<plus>\+)?
    \s*-?(?P<unit>%|(?!per\b)[^\W\d][^\d/()]*?)?
    (?:\s*(?:/|\bper\b)\s*(?P<per>[^\W\d][\w -]*?))?
    \s*(?:\((?P<note>[^()]+)\))?$""",
    re.VERBOSE,
)
_COMPARATORS: dict[str, Comparator] = {
    "<": "<", "under": "<", "≤": "<=", "<=": "<=", "up to": "<=", "at most": "<=",
    ">": ">", "over": ">", "≥": ">=", ">=": ">=", "at least": ">=", "+": ">=",
    "~": "~", "≈": "~", "about": "~",
}  # fmt: skip
_SCALES = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000}
_UNITS = {
    name: unit
    for unit, names in {
        "ms": "ms millisecond milliseconds",
        "s": "s sec secs second seconds",
        "min": "min mins minute minutes",
        "h": "h hr hrs hour hours",
        "day": "d day days",
        "week": "w wk week weeks",
        "month": "mo month months",
        "year": "y yr year years",
    }.items()
    for name in names.split()
}
CURRENCIES = "$€£¥"
DURATIONS = ("ms", "s", "min", "h", "day", "week", "month", "year")
"""Units of time, shortest first, as `Quantity.unit` names them."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount or a range of amounts.

    `low` and `high` are equal for a single amount and None when the text is no amount. A sign before a range holds
    for both ends: `-20-30%` is -30 to -20. `unit` is `%`, a currency sign, a unit of `DURATIONS` or the author's
    own word; `per` is what it counts for (`month`, `user`); `note` is what stood in brackets after it.
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
        match = _AMOUNT.match(text.strip())
        if match is None:
            return cls(text)
        part = {name: (value or "").strip() for name, value in match.groupdict().items()}
        low, high = _ends(part)
        if low > high:
            raise ValueError(f"the range runs downwards: {text}")
        if part["sign"] in {"-", "\N{MINUS SIGN}"}:
            low, high = -high, -low
        unit = part["currency"] or _UNITS.get(part["unit"].lower(), part["unit"])
        comparator = _COMPARATORS.get(part["plus"] or part["comparator"], "")
        return cls(text, low, high, unit, _UNITS.get(part["per"].lower(), part["per"]), comparator, part["note"])

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

    def equals(self, other: "Quantity") -> bool:
        """Whether both say the same amount; what they count per matters only where both say it."""
        same_base = not (self.per and other.per) or self.per == other.per
        return same_base and (self.low, self.high, self.unit) == (other.low, other.high, other.unit)


def _ends(part: dict[str, str]) -> tuple[Decimal, Decimal]:
    """Low and high; `10-20k` scales both, as people mean it."""
    high = _decimal(part["high"] or part["low"], part["high_scale"] or part["low_scale"])
    return _decimal(part["low"], part["low_scale"] or part["high_scale"]), high


def _decimal(digits: str, scale: str) -> Decimal:
    return Decimal(digits.replace(",", "")) * _SCALES[scale]


def amount(low: Decimal, high: Decimal, unit: str = "", per: str = "") -> Quantity:
    """A computed quantity, with the text that people would write for it: `$750-1,500/month`."""
    span = f"{low:,f}" if low == high else f"{low:,f}-{high:,f}"
    spaced = f" {unit}" if unit and unit not in CURRENCIES + "%" else unit
    text = f"{unit}{span}" if unit and unit in CURRENCIES else f"{span}{spaced}"
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
    ends = [each.ends for each in amounts]
    return amount(sum((low for low, _ in ends), Decimal(0)), sum((high for _, high in ends), Decimal(0)), units[0], per)
