"""Types of values in a plan file: texts, ids, paths, dates, time windows and amounts, each with its own check.

Every type has a JSON Schema for editors, and is dumped as the text of a plan file: validating `part.model_dump()` with
the same decimal mark gives an equal part.

A value that does not fit raises a `PydanticCustomError` whose type is the id of the finding it becomes, with two texts:
`says` continues a sentence that starts with the value (`is not money`), and `do` is what to do instead.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Annotated, Any, LiteralString

from pydantic import GetPydanticSchema, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import (
    CoreSchema,
    no_info_after_validator_function,
    no_info_before_validator_function,
    no_info_plain_validator_function,
    plain_serializer_function_ser_schema,
    str_schema,
    with_info_plain_validator_function,
)

from masterplan.model.naming import WINDOWS_DEVICE, fits_page, is_path_on_windows
from masterplan.model.quantity import CODES, CURRENCIES, LONGEST_AMOUNT, DecimalMark, NotationError, Quantity
from masterplan.model.window import YEARS, DateSpan, TimeWindow

_LONGEST_LINE = 1_000
"""The most characters in a text of one line."""

LONGEST_PROSE = 20_000
"""The most characters in a text with Markdown."""

MOST_NESTED = 16
"""The most levels of lists, quotes and open brackets in a text with Markdown; deeper nesting could not be shown."""

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"
PAGE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.md$"
_PATH_REFUSED = re.compile(r'[\x00-\x1f\\:*?"<>|]|^[/~]|//|(?:^|/)\.|/$')
_FILLED_IN = re.compile(r"\[(?:N|date)\]")
_URL = re.compile(r"https?://[^\s/?#]+\S*|mailto:[^\s@]+@[^\s@]+")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEADING = re.compile(r"[ \t]*(?:(?:>|(?:[-*+]|[0-9]{1,9}\.)(?=\s|$))[ \t]*)*")
_INDENTED = re.compile(rf"(?:^|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])[ \t>*+.0-9-]{{{MOST_NESTED}}}")
_LEVEL = re.compile(r">|[-*+]|[0-9]+\.| {4}|\t")
_FENCED = re.compile(r"^[ >]*(`{3,}|~{3,}).*?(?:^[ >]*\1|\Z)", re.MULTILINE | re.DOTALL)
_BRACKETS = (re.compile(r"\[|\]"), re.compile(r"\(|\)"), re.compile(r"<(?=[A-Za-z/!?])|>"))
_FOLDER_PAGES = {"index.md", "readme.md"}


def unfit(rule: LiteralString, says: str, do: str) -> PydanticCustomError:
    """The error for a value that does not fit: the id of the finding, what is wrong, and what to do instead."""
    return PydanticCustomError(rule, "{says}", {"says": says, "do": do})


def _text_of(value: object, kind: str, longest: int = _LONGEST_LINE) -> str:
    """The source text of a text or a plain number. Refuses everything else."""
    if not isinstance(value, str) and isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = str(value)
    return _text(value, kind, longest)


def _text(text: object, kind: str, longest: int = _LONGEST_LINE) -> str:
    if not isinstance(text, str):
        raise unfit("wrong-type", f"is not {kind}", f"write {kind} instead")
    if not text.strip():
        raise unfit("empty-value", "is empty", "fill it in, or delete the line")
    if len(text) > longest:
        raise unfit("text-too-long", f"has more than {longest:,} characters", "write less, or link to the rest")
    return text


def _prose(text: str) -> str:
    if not _INDENTED.search(text) and text.count("[") + text.count("(") + text.count("<") <= MOST_NESTED:
        return text
    beside_code = _FENCED.sub("", text)
    leading = (match[0] for match in map(_LEADING.match, beside_code.splitlines()) if match)
    if max((len(_LEVEL.findall(start)) for start in leading), default=0) > MOST_NESTED:
        raise unfit("too-deep", "nests lists, quotes or indentation too deep", f"use at most {MOST_NESTED} levels")
    if max(_most_open(kind, beside_code) for kind in _BRACKETS) > MOST_NESTED:
        raise unfit("too-deep", "leaves too many brackets open", "close them, or put them in a linked page")
    return text


def _most_open(brackets: re.Pattern[str], text: str) -> int:
    """The greatest number of brackets of a kind that are open at once."""
    depth = most = 0
    for bracket in brackets.findall(text):
        depth = depth + 1 if bracket in "[(<" else max(0, depth - 1)
        most = max(most, depth)
    return most


MOST = Decimal(10**12)
"""The largest number in an amount: a trillion."""

LONGEST_TIME = Decimal(10)
"""The longest duration in a field, in years; the weeks of a plan go no further."""

_A_YEAR: dict[str, Decimal] = {
    "ms": Decimal(31_536_000_000), "s": Decimal(31_536_000), "min": Decimal(525_600), "h": Decimal(8_760),
    "day": Decimal(365), "week": Decimal(52), "month": Decimal(12), "year": Decimal(1),
}  # fmt: skip
"""The number of units of time in a calendar year."""


def _amount(
    kind: str, fits: Callable[[Quantity], bool], example: str, beyond: Callable[[Quantity], str]
) -> GetPydanticSchema:
    """Quantities of one kind, such as money; `beyond` names the limit that a quantity exceeds."""

    @lru_cache(maxsize=10_000)
    def quantity_of(text: str, mark: DecimalMark | None) -> Quantity:
        try:
            quantity = Quantity.read(text, mark)
        except NotationError as error:
            raise _doubtful(error) from None
        except ValueError:
            raise unfit("range-reversed", "runs backwards", "put the lower end first") from None
        if not fits(quantity):
            raise unfit("not-a-quantity", f"is not {kind}", f"write it like {example}")
        if limit := beyond(quantity):
            raise unfit("out-of-range", f"is {limit}", "check the number and its unit")
        return quantity

    def read(value: object, info: ValidationInfo) -> Quantity:
        return quantity_of(_text_of(value, kind, LONGEST_AMOUNT), (info.context or {}).get("decimal"))

    return _made_by(read, lambda quantity: quantity.text, needs_notation=True)


def _doubtful(error: NotationError) -> PydanticCustomError:
    """The error for an amount that depends on the decimal mark, with its possible readings."""
    own, other = error.own, error.other
    if own is None:
        has, wants = ("comma", ".") if other.mark == "," else ("point", ",")
        do = f'write {other.digits(wants)}, or set `decimal: "{other.mark}"` in plan.yml'
        return unfit("ambiguous-amount", f"has a decimal {has}, but this plan uses `{wants}`", do)
    one, two = own.digits(own.mark), other.digits(own.mark)
    do = f'write {one} or {two}, or set `decimal: "."` or `decimal: ","` in plan.yml'
    return unfit("ambiguous-amount", f"can be read as {one} or as {two}", do)


def _too_large(quantity: Quantity) -> str:
    low, high = quantity.low, quantity.high
    return f"more than {MOST:,}" if low is not None and high is not None and (high > MOST or -low > MOST) else ""


def _no_time(quantity: Quantity) -> str:
    if quantity.ends[0] < 0:
        return "less than 0"
    return f"more than {LONGEST_TIME} years" if quantity.ends[1] > LONGEST_TIME * _A_YEAR[quantity.unit] else ""


def _is_monthly(quantity: Quantity) -> bool:
    return quantity.is_money and quantity.per in {"", "month"}


def _window(value: object) -> TimeWindow:
    text = _text_of(value, "a time window")
    try:
        return TimeWindow.read(text)
    except ValueError as error:
        do = "write weeks like 3 or 1-2, starting at 1, days like day 3-5, or dates"
        raise unfit("not-a-window", str(error), do) from None


def _date(value: object) -> date:
    text = _text_of(value, "a date")
    try:
        read = date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        raise unfit("not-a-date", "is not in the calendar", "check the date") from None
    if read is None:
        raise unfit("not-a-date", "is not a date", "write dates like 2025-11-16: year, month, day")
    if read.year not in YEARS:
        raise unfit("not-a-date", "is too far away", f"use years {YEARS[0]} to {YEARS[-1]}")
    return read


def _timezone(value: object) -> str:
    """The name of a time zone; any text if the machine has no time zone database, like Windows without tzdata."""
    text = _text(value, "a time zone")
    if text not in (_timezones() or {text}):
        raise unfit("not-a-timezone", "is not a time zone", "write a name like Europe/Berlin or UTC")
    return text


@cache
def _timezones() -> set[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415 - most files name no time zone

    return available_timezones()


def _dates(value: object) -> DateSpan:
    first, to, last = _text_of(value, "a date or two").partition(" to ")
    span = DateSpan(_date(first), _date(last if to else first))
    if span.last < span.first:
        raise unfit("range-reversed", "runs backwards", "put the earlier day first")
    return span


def _path(value: object) -> str:
    text = _text(value, "a path")
    if _PATH_REFUSED.search(text):
        do = "write the path of a file from the root of the repository, with / and without hidden folders"
        raise unfit("unsafe-path", "is not a path inside the repository", do)
    return text


def _page_path(value: object) -> str:
    path = _path(value)
    if not all(fits_page(character) for character in _FILLED_IN.sub("", path)):
        do = "use letters, digits, spaces, `.`, `_`, `-` and `/`, and the placeholders [N] and [date]"
        raise unfit("bad-page-name", "has characters that are not allowed in the path of a page", do)
    if not is_path_on_windows(path):
        raise unfit("bad-page-name", "is not a valid path on Windows", "choose other names")
    return path


def _url(value: object) -> str:
    text = _text(value, "an address")
    if not _URL.fullmatch(text):
        do = "write the whole address, such as https://example.org/page"
        raise unfit("unsafe-link", "is not an https, http or mailto address", do)
    return text


def _page(name: str) -> str:
    if name.lower() in _FOLDER_PAGES:
        raise unfit("bad-page-name", "is the page of the whole folder", "choose another name")
    if WINDOWS_DEVICE.fullmatch(name):
        raise unfit("bad-page-name", "is not a valid file name on Windows", "choose another name")
    return name


@lru_cache(maxsize=10_000)
def _id(id_: str) -> str:
    """An id that is a valid file name on every system."""
    if WINDOWS_DEVICE.fullmatch(id_) or id_.endswith("."):
        raise unfit("bad-id", "is not a valid file name on Windows", "choose another id")
    return id_


def _schema(pattern: str | None = None, *, numbers: bool = False, **more: object) -> WithJsonSchema:
    kinds: dict[str, object] = {"type": ["string", "number"] if numbers else "string"}
    return WithJsonSchema(kinds | ({"pattern": pattern} if pattern else {}) | more)


def _level(value: object, info: ValidationInfo) -> str:
    text, levels = _text_of(value, "a level"), (info.context or {}).get("levels")
    if levels and text not in levels:
        raise unfit("unknown-value", "is not a level of risk", ", ".join(levels))
    return text


def _several(value: object) -> object:
    """One text as a list of one."""
    return (value,) if isinstance(value, str) else value


_SEVERAL = GetPydanticSchema(lambda kind, schema_of: no_info_before_validator_function(_several, schema_of(kind)))
_ONE_OR_SEVERAL = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]})


def _matching(pattern: str, longest: int | None = None, fits: Callable[[str], str] | None = None) -> GetPydanticSchema:
    """Texts that match a pattern and have at most `longest` characters; `fits` may refuse more.

    Here and in `_made_by`, Pydantic gets the complete schema of a type. Deriving the same schema from annotations, for
    every field of the type, takes longer than reading a plan.
    """

    def schema(*_: object) -> CoreSchema:
        text = str_schema(pattern=pattern, max_length=longest)
        return no_info_after_validator_function(fits, text) if fits else text

    return GetPydanticSchema(schema)


def _made_by(
    read: Callable[..., object], write: Callable[[Any], str] = str, *, needs_notation: bool = False
) -> GetPydanticSchema:
    """Values that `read` makes from the data of a file, and `write` turns into text again.

    With `needs_notation`, `read` also gets the notation of the plan, as the context of a `ValidationInfo`.
    """

    def schema(*_: object) -> CoreSchema:
        written = plain_serializer_function_ser_schema(write, return_schema=str_schema())
        validator = with_info_plain_validator_function if needs_notation else no_info_plain_validator_function
        return validator(read, serialization=written)

    return GetPydanticSchema(schema)


Id = Annotated[str, _matching(ID_PATTERN, fits=_id)]
"""A short permanent id: letters, digits, `.`, `_`, `-`; at most 32. Always a text, so write `"1"` in quotes."""

SprintRef = Annotated[Id, "sprint"]
"""A reference to a sprint by its id."""

PhaseRef = Annotated[Id, "phase"]
"""A reference to a phase by its id."""

PersonRef = Annotated[Id, "person"]
"""A reference to a person in team.yml by id."""

TaskRef = Annotated[Id, "task"]
"""A reference to a task by its id."""

UnitRef = Annotated[Id, "unit"]
"""A reference to a sprint or a task by its id."""

OptionRef = Annotated[Id, "option"]
"""A reference to an option by its id."""

OwnerRef = Annotated[Id, "owner"]
"""A reference to a person, a team or a role in team.yml by id."""

Owners = Annotated[tuple[OwnerRef, ...], _SEVERAL, _ONE_OR_SEVERAL]
"""The owners of something: the id of a person, team or role, or a list of ids."""

Line = Annotated[str, _matching(r"\S", _LONGEST_LINE)]
"""A text that is shown unchanged on one line; at most 1,000 characters."""

Lines = Annotated[tuple[Line, ...], _SEVERAL, _ONE_OR_SEVERAL]
"""One text of one line, or a list of them."""

AnyText = Annotated[str, _made_by(lambda value: _text_of(value, "a text", LONGEST_PROSE)), _schema(numbers=True)]
"""A text of at most 20,000 characters, or a number; kept as written."""

RiskLevel = Annotated[str, _made_by(_level, needs_notation=True), _schema(numbers=True, risk=True)]
"""A level of the plan's risk scale, which is `risk_levels` in plan.yml or the default scale: `high`."""

Word = Annotated[str, _made_by(lambda value: _text_of(value, "a short text")), _schema(numbers=True)]
"""A short text or a number, kept as written: `P1`, `must`, `2`."""

Prose = Annotated[str, _matching(r"\S", LONGEST_PROSE, _prose), WithJsonSchema({"type": "string", "markdown": True})]
"""A text that may use Markdown (emphasis, code, lists, quotes, tables, https links); at most 20,000 characters."""

PageName = Annotated[str, _matching(PAGE_PATTERN, fits=_page)]
"""The file name of a page: `SPRINT_4_request_batching.md`."""

RepositoryPath = Annotated[str, _made_by(_path), _schema(r"^[^/~.][^\\:*?\"<>|]*$")]
"""A path inside the repository, relative to its root; never absolute, hidden or upwards."""

PagePath = Annotated[str, _made_by(_page_path), _schema(r"^(?![/.])(?:\[(?:N|date)\]|[^!-,:-@\[-^`{-~])+$")]
"""A path inside the repository for generated pages: letters, digits, spaces, `. _ - /`, and `[N]` and `[date]`."""

Url = Annotated[str, _made_by(_url), _schema(r"^(https?://|mailto:)")]
"""An https, http or mailto address."""

Date = Annotated[date, _made_by(_date), _schema(r"^\d{4}-\d{2}-\d{2}$", format="date")]
"""A calendar date, ISO 8601: `2025-11-16`."""

Timezone = Annotated[str, _made_by(_timezone), _schema(r"^[A-Za-z]")]
"""The name of a time zone in the IANA database: `Europe/Berlin`."""

Dates = Annotated[DateSpan, _made_by(_dates), _schema(r"^\d{4}-\d{2}-\d{2}( to \d{4}-\d{2}-\d{2})?$")]
"""One or more calendar days: `2025-12-24`, `2025-12-24 to 2025-12-26`."""

Window = Annotated[
    TimeWindow,
    _made_by(_window),
    _schema(
        r"^\s*(([Ww]eeks?|[Dd]ays?)?\s*\d+(\s*([-–]\s*\d+|\+))?"
        r"|\d{4}-\d\d-\d\d( to \d{4}-\d\d-\d\d|\s*\+)?)\s*$",
        numbers=True,
    ),
]
"""A time window, both ends included: weeks of the plan, counted from 1, `3`, `1-2`, or open-ended `33+`; working
days of the plan, `day 3-5`; or dates, `2026-01-05 to 2026-01-16`."""

Money = Annotated[
    Quantity,
    _amount("a monthly amount of money", _is_monthly, "$50-100 or CHF 500", _too_large),
    _schema(rf"[{CURRENCIES}]|{CODES}"),
]
"""A monthly amount of money, with its currency sign or code: `$50-100`, `$0 (quality)`, `€20/month`, `CHF 500`."""

Duration = Annotated[
    Quantity, _amount("a length of time", lambda q: q.is_duration, "3-5 days", _no_time), _schema(r"\d")
]
"""A length of time, at most ten years: `2 hours`, `3-5 days`."""

Points = Annotated[
    Quantity,
    _amount("a number of points", lambda q: q.is_number and not q.unit and q.ends[0] >= 0, "5 or 3-5", _too_large),
    _schema(numbers=True),
]
"""The size of a piece of work in points, a plain number or a range: `5`, `3-5`."""

Measure = Annotated[Quantity, _amount("an amount or a text", lambda _: True, "<1s", _too_large), _schema(numbers=True)]
"""The reading of a metric: an amount if it can be read as one (`5-10s`), else a text (`Baseline`)."""
