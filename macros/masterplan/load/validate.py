"""Validating plain data as parts of the model; errors of pydantic become findings in a plan's terms."""

from typing import NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from masterplan.load.hints import did_you_mean, excerpt
from masterplan.load.rules import RULE_BY_ID
from masterplan.load.source import UNREAD, Source
from masterplan.model.fields import PAGE_PATTERN
from masterplan.model.finding import Finding
from masterplan.model.part import Part, fields_for_readers, part_at
from masterplan.model.place import Step, locate
from masterplan.model.quantity import Notation
from masterplan.model.schema import CUSTOM_FIELD_OWNERS

_P = TypeVar("_P", bound=Part)


class Wording(NamedTuple):
    """A pydantic error in a plan's terms."""

    rule: str
    message: str
    hint: str


def validate(source: Source, part: type[_P], notation: Notation) -> tuple[_P | None, tuple[Finding, ...]]:
    """The content of a file as a part of the plan, or None and all findings. `notation` is that of its values."""
    if source.data is None:
        return None, ()
    try:
        return part.model_validate(source.data, context=notation.context), ()
    except ValidationError as error:
        details = error.errors(include_url=False)
        causes = [detail for detail in details if not _follows(detail)]
        return None, tuple(_finding(source, part, notation, detail) for detail in causes)


def _follows(error: ErrorDetails) -> bool:
    """Whether an error only follows from others: the value could not be read, or the list has invalid items."""
    value = error["input"]
    is_list = error["type"] == "too_short" and isinstance(value, tuple)
    return value is UNREAD or (is_list and len(value) >= error["ctx"]["min_length"])


def _finding(source: Source, part: type[Part], notation: Notation, error: ErrorDetails) -> Finding:
    wording = _wording(error, part, notation)
    at_key = wording.rule in {"missing-field", "unknown-field", "empty-value"}
    place = locate(source.path, source.mark, error["loc"], key=at_key)
    return Finding(RULE_BY_ID[wording.rule], place, wording.message, wording.hint)


def _wording(error: ErrorDetails, part: type[Part], notation: Notation) -> Wording:
    kind, path, value = error["type"], error["loc"], error["input"]
    name = _name(path)
    if kind == "missing":
        return Wording("missing-field", f"{name} is missing", f"add a line `{path[-1]}: ...`")
    if kind == "extra_forbidden":
        hint = _near(str(path[-1]), part_at(part, path[:-1]), notation)
        return Wording("unknown-field", f"there is no field {name}", hint)
    if value is None or (isinstance(value, str) and not value.strip()):
        return Wording("empty-value", f"{name} is empty", "fill it in, or delete the line")
    return misfit(error, name)


def _near(name: str, part: type[Part], notation: Notation) -> str:
    """A hint for a field that a part does not have: a similar name, or where to declare the custom field."""
    owner, custom = CUSTOM_FIELD_OWNERS.get(part), dict(notation.fields or ())
    if owner and name in custom:
        return f"`{name}` is declared for {' and '.join(custom[name])} only; add {owner} to its `of` in plan.yml"
    names = [field.name for field in fields_for_readers(part) if not (owner and field.name == "fields")]
    return did_you_mean(name, [*names, *(id_ for id_, owners in custom.items() if owner in owners)])


def misfit(error: ErrorDetails, name: str) -> Wording:
    """The wording of an error in the value of the field `name`."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "unknown-value":
        return _unknown_value(value, context["do"])
    if kind in RULE_BY_ID:
        subject = name if isinstance(value, dict) else _describe(value)
        return Wording(kind, f"{subject} {context['says']}", context["do"])
    if kind == "literal_error":
        return _unknown_value(value, context["expected"])
    if kind == "string_pattern_mismatch":
        return _bad_name(excerpt(str(value)), context["pattern"])
    if kind in _LIMITS:
        rule, says, do = _LIMITS[kind]
        return Wording(rule, f"{name} {says.format(**context)}", do)
    expected, do = _KINDS[kind]
    return Wording("wrong-type", f"expected {expected}, not {_describe(value)}", do)


_LIMITS = {
    "string_too_long": ("text-too-long", "has more than {max_length:,} characters", "write less, or link to the rest"),
    "too_short": ("list-too-short", "has too few items: it needs at least {min_length}", "add one, or delete the list"),
    "greater_than_equal": ("out-of-range", "is less than {ge}", "use a larger number"),
    "less_than_equal": ("out-of-range", "is more than {le}", "use a smaller number"),
}
_KINDS = {
    "string_type": ("text", "put it in quotes if it is meant as text"),
    "tuple_type": ("a list", "write each item on its own line after `- `"),
    "bool_type": ("true or false", "write true or false, without quotes"),
    "int_type": ("a whole number", "write a whole number in plain digits, without quotes"),
    "model_type": ("a group of `key: value` lines", "write its fields below it, indented"),
    "dict_type": ("a group of `key: value` lines", "write them below it, indented"),
}


def _name(path: tuple[Step, ...]) -> str:
    """The name of a value in messages: its field, or its position in the field's list, counted from 1."""
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


def _unknown_value(value: object, expected: str) -> Wording:
    """`expected` is pydantic's list of words: 'low', 'medium' or 'high'."""
    allowed = [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
    hint = did_you_mean(value if isinstance(value, str) else "", allowed)
    return Wording("unknown-value", f"{_describe(value)} is not allowed here", hint)


def _bad_name(name: str, pattern: str) -> Wording:
    if pattern == PAGE_PATTERN:
        hint = "use letters, digits and . _ -, and end it with .md"
        return Wording("bad-page-name", f"`{name}` is not a valid name of a page", hint)
    return Wording("bad-id", f"`{name}` is not a valid id", "use at most 32 letters, digits and . _ -")
