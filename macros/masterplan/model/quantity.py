"""Quantities: amounts as people write them, `20-30%`, `<1s`, `2-4 per user`, `$50-100`, `CHF 1'500`, `1 000 €`.

A quantity keeps its source text for display; `low` and `high` are exact decimals to compute with. A text that is not an
amount (`Baseline`) stays a text, with `is_number` false. Dates, exponents, arithmetic and combined units are not
amounts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple, Self

LONGEST_AMOUNT = 100
"""The most characters in an amount; a longer text is not an amount."""

Comparator = Literal["", "<", "<=", ">", ">=", "~"]

DecimalMark = Literal[".", ","]
"""The decimal mark of a number; the other mark may separate its thousands."""

MARKS: tuple[DecimalMark, ...] = (".", ",")
_OTHER_MARK: dict[DecimalMark, DecimalMark] = {".": ",", ",": "."}

CURRENCIES = "$£¥฿" + "".join(map(chr, range(0x20A0, 0x20C1)))
"""Currency signs: the Unicode block U+20A0 to U+20C0 and four older ones."""

CODES = (
    "AED|AFN|ALL|AMD|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP|BYN|BZD|CAD|CDF|CHF|CLP|"
    "CNY|COP|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|GEL|GHS|GIP|GMD|GNF|GTQ|GYD|HKD|HNL|HTG|"
    "HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KPW|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|"
    "MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|"
    "RON|RSD|RUB|RWF|SAR|SBD|SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SVC|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|"
    "TZS|UAH|UGX|USD|UYU|UZS|VED|VES|VND|VUV|WST|XAF|XCD|XOF|XPF|YER|ZAR|ZMW|ZWG"
)
"""Currency codes of ISO 4217, as alternatives of a pattern."""

_CODES = frozenset(CODES.split("|"))

DURATIONS = ("ms", "s", "min", "h", "day", "week", "month", "year")
"""Units of time, shortest first, as in `Quantity.unit`."""

_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"
_SIGN = rf"(?:[A-Z]{{1,2}})?[{CURRENCIES}]"
_IS_SIGN = re.compile(_SIGN)
_CURRENCY = f"{_SIGN}|[A-Z]{{3}}"
"""A currency, or three letters that are none: `_is_of_one_unit` looks them up, as a pattern of all codes is slow."""


@cache
def _amount_pattern() -> re.Pattern[str]:
    """The pattern of an amount with decimals after a point, and commas, spaces or apostrophes between thousands.

    Groups have three digits; groups before the last may have two if commas separate them, as in India. `Quantity._by`
    swaps points and commas for the other mark, because a second pattern takes longer to compile than reading a plan.
    """
    groups = "|".join(rf"(?:{separator}[0-9]{{3}}){{1,4}}" for separator in (",", r"\ ", f"[{_APOSTROPHES}]"))
    lakhs = r"(?:,[0-9]{2}){1,5},[0-9]{3}"
    number = rf"(?:[1-9][0-9]{{0,2}}(?:{groups}|{lakhs})|[0-9]{{1,15}})(?:\.[0-9]{{1,9}})?"
    return re.compile(
        rf"""(?P<comparator><=|>=|[<>≤≥~≈]|(?i:about|up\ to|under|over|at\ least|at\ most)\ )?\ ?
        (?P<sign>[-+−])?\ ?
        (?P<currency>{_CURRENCY})?\ ?
        (?P<low>{number})\ ?(?P<low_scale>[kKM](?![A-Za-z]))?
        (?:\ ?(?P<low_unit>[%{CURRENCIES}]|[^\W\d_]+)?\ ?
           (?:[-–—]|(?P<to>to)\b\ ?(?P<high_sign>[-+−])?)\ ?
           (?P<high_currency>{_CURRENCY})?\ ?
           (?P<high>{number})\ ?(?P<high_scale>[kKM](?![A-Za-z]))?)?
        (?P<plus>\+)?
        \ ?-?(?P<unit>[%{CURRENCIES}]|(?!(?:per|a)\b)[^\W\d][^\d/()]*?)?
        (?P<late_plus>\+)?
        (?:(?:\ ?/\ ?|\ (?:per|a)\ )(?P<per>[^\W\d][\w -]*?))?
        \ ?(?:\((?P<note>[^()]+)\))?""",
        re.VERBOSE,
    )


_PER = re.compile(r"(?: ?/ ?| (?:per|a) )[^\W\d][\w -]*?(?= ?(?:\(|$))")
"""The `per` part of an amount: `/month`, ` per user`."""

_COMPARATORS: dict[str, Comparator] = {
    "<": "<", "under": "<", "≤": "<=", "<=": "<=", "up to": "<=", "at most": "<=",
    ">": ">", "over": ">", "≥": ">=", ">=": ">=", "at least": ">=", "+": ">=",
    "~": "~", "≈": "~", "about": "~",
}  # fmt: skip
_SCALES = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000}
_MINUS = {"-", "−"}
_SWAPPED = str.maketrans(".,", ",.")
_LAKHS = re.compile(r"\.[0-9]{2}\.")
_BETWEEN_THOUSANDS = {mark: re.compile(rf"[{group} {_APOSTROPHES}]") for mark, group in _OTHER_MARK.items()}
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


class Notation(NamedTuple):
    """The notation of a plan's values, as set in its plan.yml.

    `decimal` is the decimal mark of amounts. `levels` are the levels of risk; empty accepts any level, for parts that
    were read before. `fields` are the ids of the custom fields, each with the kinds of part that have it; None if they
    are unknown, so that any key may be one.
    """

    decimal: DecimalMark | None = None
    levels: tuple[str, ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] | None = ()

    @property
    def context(self) -> dict[str, Any]:
        """The context for pydantic's validation of the plan's parts."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount or a range of amounts.

    `low` and `high` are equal for a single amount, and None if the text is not an amount. A sign before a range applies
    to both ends: `-20-30%` is -30 to -20. With the word `to`, each end has its own sign: `-5 to 10%`. `unit` is `%`, a
    currency sign or code, a unit of `DURATIONS` or the author's own word; `per` is the base of a rate (`month`,
    `user`); `note` is the text in brackets after the amount; `mark` is the decimal mark, also of amounts computed from
    this one.
    """

    text: str
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    per: str = ""
    comparator: Comparator = ""
    note: str = ""
    mark: DecimalMark = "."

    @classmethod
    @lru_cache(maxsize=10_000)
    def read(cls, text: str, mark: DecimalMark | None = None) -> Self:
        """Read a text with decimals after `mark`; a text that is not an amount is kept as text only.

        `mark` defaults to a point. Raises NotationError if the text is an amount with the other decimal mark only, or,
        without a `mark`, if the two marks give different amounts. Raises ValueError for a range that runs backwards,
        such as `10-5 min`.
        """
        own = cls._attempt(text, mark or ".")
        other = cls._attempt(text, _OTHER_MARK[mark or "."]) if {*text} & {".", ","} else None
        if isinstance(other, Quantity) and _is_doubtful(own, other, mark):
            raise NotationError(own if isinstance(own, Quantity) and own.is_number else None, other)
        if isinstance(own, ValueError):
            raise type(own)(*own.args)
        return own

    @classmethod
    def _attempt(cls, text: str, mark: DecimalMark) -> Self | ValueError:
        """A text read with one mark, or the error of a reversed range, copied so that it keeps no frames alive."""
        try:
            return cls._by(text, mark)
        except ValueError as error:
            return ValueError(*error.args)

    @classmethod
    def _by(cls, text: str, mark: DecimalMark) -> Self:
        plain = _with_point(" ".join(text.split()), mark)
        match = _amount_pattern().fullmatch(plain) if len(text) <= LONGEST_AMOUNT else None
        if match is None:
            return cls(text, mark=mark)
        part = {name: _with_point(value or "", mark).strip() for name, value in match.groupdict().items()}
        unit = part["currency"] or _unit(part["unit"])
        if not _is_of_one_unit(part) or (mark == "," and _LAKHS.search(f"{part['low']} {part['high']}")):
            return cls(text, mark=mark)
        comparator = _COMPARATORS.get(part["plus"] or part["late_plus"] or part["comparator"].lower(), "")
        return cls(text, *_ends(part, mark), unit, _unit(part["per"]), comparator, part["note"], mark)

    @property
    def is_number(self) -> bool:
        """Whether the text is an amount."""
        return self.low is not None

    @property
    def is_money(self) -> bool:
        """Whether the amount is in a currency."""
        return self.is_number and bool(_currency(self.unit))

    @property
    def bare(self) -> str:
        """The text without its `per`, for sentences that state it anyway: `$50-100` for `$50-100/month`."""
        return _PER.sub("", " ".join(self.text.split()), count=1) if self.per else self.text

    @property
    def is_duration(self) -> bool:
        """Whether the amount is a length of time."""
        return self.is_number and self.unit in DURATIONS

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Low and high. Raises ValueError if the text is not an amount."""
        if self.low is None or self.high is None:
            raise ValueError(f"not an amount: {self.text}")
        return self.low, self.high

    def digits(self, mark: str) -> str:
        """The numbers alone, with this decimal mark and no thousands separators: `1000-2500.5`."""
        ends = (written(end).replace(",", "").replace(".", mark) for end in self.ends)
        return "-".join(dict.fromkeys(ends))

    def times(self, factor: int, per: str) -> "Quantity":
        """The amount times `factor`, with another `per`: monthly savings as yearly ones."""
        low, high = self.ends
        return amount(low * factor, high * factor, self.unit, per, self.mark)

    def is_alike(self, other: "Quantity") -> bool:
        """Whether both have the same unit, and the same `per` if both have one."""
        return self.unit == other.unit and (self.per == other.per or not (self.per and other.per))

    def equals(self, other: "Quantity") -> bool:
        """Whether both are the same amount in the same unit."""
        return self.is_alike(other) and (self.low, self.high) == (other.low, other.high)


class NotationError(ValueError):
    """An amount that depends on the decimal mark.

    `own` is the amount with the requested mark, None if that gives no amount; `other` the amount with the other mark.
    """

    def __init__(self, own: Quantity | None, other: Quantity) -> None:
        super().__init__(f"depends on the decimal mark: {other.text}")
        self.own, self.other = own, other


def amount(low: Decimal, high: Decimal, unit: str = "", per: str = "", mark: DecimalMark = ".") -> Quantity:
    """A computed quantity, with a text as people would write it: `$750-1,500/month`, `CHF 5`."""
    sign = _currency(unit)
    if low < 0 <= high:
        span = f"-{sign}{written(-low, mark)} to +{sign}{written(high, mark)}"
    else:
        near, far = sorted((abs(low), abs(high)))
        span = f"{'-' if low < 0 else ''}{sign}{written(near, mark)}" + (f"-{written(far, mark)}" if near < far else "")
    text = span if sign else span + _unit_after(unit, is_one=low == high == 1)
    return Quantity(f"{text}/{per}" if per else text, low, high, unit, per, mark=mark)


def _currency(unit: str) -> str:
    """A currency as written before a number: `$`, `CHF `; empty for any other unit."""
    if unit in _CODES:
        return f"{unit} "
    return unit if _IS_SIGN.fullmatch(unit) else ""


def total(quantities: Iterable[Quantity], per: str = "") -> Quantity | None:
    """The sum of amounts, with ranges added end by end; None for no amounts. Amounts without a unit take the others'.

    Raises ValueError if the amounts have different units.
    """
    amounts = list(quantities)
    if not amounts:
        return None
    units = sorted({quantity.unit for quantity in amounts if quantity.unit}) or [""]
    if len(units) > 1:
        raise ValueError(f"cannot add {' and '.join(units)}")
    lows, highs = zip(*(quantity.ends for quantity in amounts), strict=True)
    return amount(sum(lows, Decimal(0)), sum(highs, Decimal(0)), units[0], per, amounts[0].mark)


def _with_point(text: str, mark: DecimalMark) -> str:
    """A text with points and commas swapped if `mark` is a comma; swapping them again gives the same text."""
    return text if mark == "." else text.translate(_SWAPPED)


def _is_doubtful(own: Quantity | ValueError, other: Quantity, mark: DecimalMark | None) -> bool:
    """Whether the other reading is plausible: there is no own reading, or a point may separate thousands.

    Percentages like 99.999% are clear, and 192.168.100.100 is not a number.
    """
    if not other.is_number:
        return False
    if isinstance(own, ValueError) or not own.is_number:
        return bool(other.unit) or "," in other.text
    return mark is None and own.ends != other.ends and "." in own.text and own.unit != "%"


def _is_of_one_unit(part: dict[str, str]) -> bool:
    """Whether an amount has at most one unit: neither `$2 million` nor `5s-10min`, but `20%-30%`."""
    if part["currency"] and (part["unit"] or not _currency(part["currency"])):
        return False
    same_currency = part["high_currency"] in {"", part["currency"]}
    return same_currency and (not part["low_unit"] or _unit(part["low_unit"]) == _unit(part["unit"]))


def _ends(part: dict[str, str], mark: DecimalMark) -> tuple[Decimal, Decimal]:
    """Low and high. In `10-20k` the `k` scales both ends, as people mean it; in `500-1k` only the upper one."""
    low, high = _digits(part["low"], mark), _digits(part["high"] or part["low"], mark)
    shared = part["high_scale"] if low <= high else ""
    low *= _SCALES[part["low_scale"] or shared]
    high *= _SCALES[part["high_scale"] or part["low_scale"]]
    if part["to"]:
        low, high = _signed(part["sign"], low), _signed(part["high_sign"], high)
        low, high = sorted((low, high)) if high < 0 else (low, high)
    elif low <= high:
        low, high = sorted((_signed(part["sign"], low), _signed(part["sign"], high)))
    if low > high:
        raise ValueError("the range runs backwards")
    return low, high


def _digits(text: str, mark: DecimalMark) -> Decimal:
    return Decimal(_BETWEEN_THOUSANDS[mark].sub("", text).replace(",", "."))


def _signed(sign: str, value: Decimal) -> Decimal:
    return -value if sign in _MINUS else value


def _unit(name: str) -> str:
    return _UNITS.get(name.lower(), name)


def written(value: Decimal, mark: DecimalMark = ".") -> str:
    """A number with separated thousands, and decimals only if it is not whole: `1,234.5`, with a comma `1.234,5`."""
    whole = value.to_integral_value()
    text = f"{whole if whole == value else value:,f}"
    return _with_point(text, mark)


def _unit_after(unit: str, *, is_one: bool) -> str:
    """A unit as written after a number: `%`, ` min`, ` hours`, ` weeks`."""
    plural = "s" if unit in DURATIONS[DURATIONS.index("h") :] and not is_one else ""
    return unit if unit in {"", "%"} else f" {'hour' if unit == 'h' else unit}{plural}"
