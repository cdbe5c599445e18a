"""Plain data into the model's parts: what pydantic finds wrong, as findings in a plan's words."""

from typing import NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from masterplan.load.hints import did_you_mean, excerpt
from masterplan.load.rules import RULE_BY_ID
from masterplan.load.source import UNREAD, Source
from masterplan.model.fields import PAGE_PATTERN
from masterplan.model.finding import Finding
from masterplan.model.part import Part, part_at
from masterplan.model.place import Step, locate
from masterplan.model.quantity import Notation
from masterplan.model.schema import OWN_FIELDS

_P = TypeVar("_P", bound=Part)


class Wording(NamedTuple):
    """A pydantic error in a plan's words."""

    rule: str
    message: str
    hint: str


def validate(source: Source, part: type[_P], notation: Notation) -> tuple[_P | None, tuple[Finding, ...]]:
    """The file as a part of the plan, or None and everything that does not fit.

    `notation` is how its values are written.
    """
    if source.data is None:
        return None, ()
    try:
        return part.model_validate(source.data, context=notation.context), ()
    except ValidationError as error:
        details = error.errors(include_url=False)
        causes = [detail for detail in details if not _follows(detail)]
        return None, tuple(_finding(source, part, notation, detail) for detail in causes)


def _follows(error: ErrorDetails) -> bool:
    """Whether an error only follows from others: of what could not be read, or of a list with wrong items in it."""
    given = error["input"]
    is_list = error["type"] == "too_short" and isinstance(given, tuple)
    return given is UNREAD or (is_list and len(given) >= error["ctx"]["min_length"])


def _finding(source: Source, part: type[Part], notation: Notation, error: ErrorDetails) -> Finding:
    wording = _wording(error, part, notation)
    at_key = wording.rule in {"missing-field", "unknown-field", "empty-value"}
    place = locate(source.path, source.mark, error["loc"], key=at_key)
    return Finding(RULE_BY_ID[wording.rule], place, wording.message, wording.hint)


def _wording(error: ErrorDetails, part: type[Part], notation: Notation) -> Wording:
    kind, path, given = error["type"], error["loc"], error["input"]
    name = _name(path)
    if kind == "missing":
        return Wording("missing-field", f"{name} is missing", f"add a line `{path[-1]}: ...`")
    if kind == "extra_forbidden":
        hint = _near(str(path[-1]), part_at(part, path[:-1]), notation)
        return Wording("unknown-field", f"there is no field {name}", hint)
    if given is None or (isinstance(given, str) and not given.strip()):
        return Wording("empty-value", f"{name} is empty", "fill it in, or delete the line")
    return misfit(error, name)


def _near(name: str, part: type[Part], notation: Notation) -> str:
    """What to do about a field that a part does not have: the name that may be meant, or where to declare it."""
    of, own = OWN_FIELDS.get(part), dict(notation.fields or ())
    if of and name in own:
        return f"`{name}` is declared for {' and '.join(own[name])} only; add {of} to its `of` in plan.yml"
    names = [field for field in part.model_fields if not (of and field == "fields")]
    return did_you_mean(name, [*names, *(id_ for id_, kinds in own.items() if of in kinds)])


def misfit(error: ErrorDetails, name: str) -> Wording:
    """An error on a value of a field that is called `name`."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "unknown-value":
        return _unknown_value(given, context["do"])
    if kind in RULE_BY_ID:
        return Wording(kind, f"{_describe(given)} {context['says']}", context["do"])
    if kind == "literal_error":
        return _unknown_value(given, context["expected"])
    if kind == "string_pattern_mismatch":
        return _bad_name(excerpt(str(given)), context["pattern"])
    if kind in _LIMITS:
        rule, says, do = _LIMITS[kind]
        return Wording(rule, f"{name} {says.format(**context)}", do)
    wanted, do = _KINDS[kind]
    return Wording("wrong-type", f"{wanted} is expected here, not {_describe(given)}", do)


_LIMITS = {
    "string_too_long": ("text-too-long", "has more than {max_length:,} characters", "write less, or link to the rest"),
    "too_short": ("list-too-short", "has fewer items than {min_length}", "add one, or delete the list"),
    "greater_than_equal": ("out-of-range", "is less than {ge}", "use a greater number"),
    "less_than_equal": ("out-of-range", "is more than {le}", "use a smaller number"),
}
_KINDS = {
    "string_type": ("a text", "put it in quotes, if it is meant as a text"),
    "tuple_type": ("a list", "write each item on its own line after `- `"),
    "bool_type": ("true or false", "write true or false, without quotes"),
    "int_type": ("a whole number", "write it in plain digits, without quotes"),
    "model_type": ("a group of `key: value` lines", "write its fields below it, indented"),
    "dict_type": ("a group of `key: value` lines", "write them below it, indented"),
}


def _name(path: tuple[Step, ...]) -> str:
    """What a value is called: its field, or its position in the field's list, counted from 1."""
    *above, last = path
    return f"item {last + 1} of `{above[-1]}`" if isinstance(last, int) else f"`{excerpt(last)}`"


def _describe(value: object) -> str:
    match value:
        case dict():
            return "a group of `key: value` lines"
        case tuple():
            return "a list"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"the text `{excerpt(value)}`"
        case _:
            return f"the number {value}"


def _unknown_value(given: object, expected: str) -> Wording:
    """`expected` is pydantic's list of words: 'low', 'medium' or 'high'."""
    allowed = [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
    hint = did_you_mean(given if isinstance(given, str) else "", allowed)
    return Wording("unknown-value", f"{_describe(given)} is not allowed here", hint)


def _bad_name(given: str, pattern: str) -> Wording:
    if pattern == PAGE_PATTERN:
        hint = "use letters, digits, . _ - and end it with .md"
        return Wording("bad-page-name", f"`{given}` cannot be the name of a page", hint)
    return Wording("bad-id", f"`{given}` cannot be an id", "use letters, digits, . _ - and at most 32 of them")
