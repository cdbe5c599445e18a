"""The kinds of value a plan file may hold: texts, ids, paths, dates, weeks and amounts, each with its own check.

Every kind carries the JSON Schema that an editor checks it by. A value that does not fit raises a `PydanticCustomError`
whose type is the id of the finding it becomes.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from masterplan.model.calendar import Weeks
from masterplan.model.quantity import Quantity

LONGEST_AMOUNT = 100
"""Characters that an amount may have."""

_PATH_REFUSED = re.compile(r'[\x00-\x1f\\:*?"<>|]|^[/~]|//|(?:^|/)\.|/$')
_URL = re.compile(r"^(?:https?://[^\s/?#]+[^\s]*|mailto:[^\s@]+@[^\s@]+)$", re.IGNORECASE)
_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _text_of(value: Any, kind: str) -> str:
    """The source text of a text or a plain number; refuses everything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("wrong-type", "{kind} is wanted here", {"kind": kind})
    return str(value)


def _amount(kind: str, fits: Callable[[Quantity], bool], example: str) -> Callable[[Any], Quantity]:
    """A reader of quantities that must be of one kind, for instance money."""

    def read(value: Any) -> Quantity:
        text = _text_of(value, kind)
        if len(text) > LONGEST_AMOUNT:
            raise PydanticCustomError("text-too-long", "an amount has at most {limit} characters", {"limit": LONGEST_AMOUNT})
        try:
            quantity = Quantity.read(text)
        except ValueError as error:
            raise PydanticCustomError("range-reversed", "{error}", {"error": str(error)}) from None
        if not text.strip() or not fits(quantity):
            context = {"text": text, "kind": kind, "example": example}
            raise PydanticCustomError("not-a-quantity", "{text} is not {kind}", context)
        return quantity

    return read


def _weeks(value: Any) -> Weeks:
    try:
        return Weeks.read(_text_of(value, "a window of weeks"))
    except ValueError as error:
        raise PydanticCustomError("not-weeks", "{error}", {"error": str(error), "example": "1-2"}) from None


def _date(value: Any) -> date:
    text = _text_of(value, "a date")
    try:
        if _ISO_DATE.match(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("not-a-date", "{text}: {error}", {"text": text, "error": str(error)}) from None
    raise PydanticCustomError("not-a-date", "{text} is not a date", {"text": text})


def _path(value: Any) -> str:
    text = _text_of(value, "a path")
    if not text.strip() or _PATH_REFUSED.search(text):
        raise PydanticCustomError("unsafe-path", "{text} is not a path inside the repository", {"text": text})
    return text


def _url(value: Any) -> str:
    text = _text_of(value, "an address")
    if not _URL.match(text):
        raise PydanticCustomError("unsafe-link", "{text} is not an https, http or mailto address", {"text": text})
    return text


def _schema(pattern: str | None = None, *, numbers: bool = False, **more: Any) -> WithJsonSchema:
    kinds: dict[str, Any] = {"type": ["string", "number"] if numbers else "string"}
    return WithJsonSchema(kinds | ({"pattern": pattern} if pattern else {}) | more)


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
"""A short permanent id: letters, digits, `.`, `_`, `-`; at most 32. Always a text, so `"1"` stands in quotes."""

SprintRef = Annotated[Id, "sprint"]
"""The id of a sprint, in a place that refers to it."""

PersonRef = Annotated[Id, "person"]
"""The id of a person in team.yml, in a place that refers to it."""

Line = Annotated[str, StringConstraints(pattern=r"\S", max_length=1_000)]
"""A text of one line, shown as it stands; at most 1,000 characters."""

Prose = Annotated[str, StringConstraints(pattern=r"\S", max_length=20_000), WithJsonSchema({"type": "string", "markdown": True})]
"""A text that may use Markdown (emphasis, code, lists, quotes, https links); at most 20,000 characters."""

PageName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.md$")]
"""The file name of a page, for instance `SPRINT_4_request_batching.md`."""

RepositoryPath = Annotated[str, PlainValidator(_path), _schema(r"^[^/~.][^\\:*?\"<>|]*$")]
"""A path inside the repository, relative to its root. Never absolute, hidden or upwards."""

Url = Annotated[str, PlainValidator(_url), _schema(r"^(https?://|mailto:)")]
"""An https, http or mailto address."""

Date = Annotated[date, PlainValidator(_date), _schema(r"^\d{4}-\d{2}-\d{2}$", format="date")]
"""A calendar date, ISO 8601: `2025-11-16`."""

Window = Annotated[Weeks, PlainValidator(_weeks), _schema(r"^\d+(-\d+)?$", numbers=True)]
"""Whole weeks of the plan, both ends included: `3` or `1-2`. The first week is 1."""

Money = Annotated[Quantity, PlainValidator(_amount("money", lambda q: q.is_money, "$50-100")), _schema(r"[$€£¥]")]
"""An amount of money with its currency sign: `$50-100`, `$0 (quality)`."""

Duration = Annotated[Quantity, PlainValidator(_amount("a length of time", lambda q: q.is_duration, "3-5 days")), _schema(r"\d")]
"""A length of time: `2 hours`, `3-5 days`."""

Measure = Annotated[Quantity, PlainValidator(_amount("an amount or a text", lambda _: True, "<1s")), _schema(numbers=True)]
"""What a metric reads: an amount where it can be read as one (`5-10s`), else the text (`Baseline`)."""
