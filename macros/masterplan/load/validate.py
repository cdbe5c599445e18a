"""Plain data into the model's parts: pydantic finds what does not fit, this module says it in a plan's words."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from masterplan.load.hints import did_you_mean
from masterplan.load.rules import VALUE
from masterplan.load.source import Source
from masterplan.model.finding import Finding
from masterplan.model.place import Place, Step, locate

P = TypeVar("P", bound=BaseModel)


class _Said(NamedTuple):
    """A pydantic error in a plan's words."""

    rule: str
    message: str
    hint: str = ""


def validate(source: Source, part: type[P]) -> tuple[P | None, tuple[Finding, ...]]:
    """The file as a part of the plan, or None and everything that does not fit."""
    if source.data is None:
        return None, ()
    try:
        return part.model_validate(source.data), ()
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, tuple(_finding(source, part, each) for each in details)


def _finding(source: Source, part: type[BaseModel], error: ErrorDetails) -> Finding:
    path: tuple[Step, ...] = error["loc"]
    said = _say(error, part)
    at_key = said.rule in {"missing-field", "unknown-field"}
    return Finding(VALUE[said.rule], locate(source.path, source.mark, path, key=at_key), said.message, said.hint)


def _say(error: ErrorDetails, part: type[BaseModel]) -> _Said:
    kind, context, name = error["type"], error.get("ctx", {}), f"`{error['loc'][-1]}`"
    custom = _CUSTOM.get(kind)
    if custom:
        return _Said(kind, error["msg"], custom.format(**context))
    if kind == "missing":
        return _Said("missing-field", f"{name} is missing")
    if kind == "extra_forbidden":
        known = _fields(part, error["loc"][:-1])
        return _Said("unknown-field", f"there is no field {name}", did_you_mean(str(error["loc"][-1]), known))
    if kind == "literal_error":
        return _unknown_value(error)
    if kind == "string_pattern_mismatch":
        return _pattern(error)
    if kind in _LIMITS:
        rule, message = _LIMITS[kind]
        return _Said(rule, f"{name} {message.format(**context)}")
    if kind.endswith("_type"):
        return _wrong_type(error)
    return _Said("invalid-value", f"{name}: {error['msg']}")


_CUSTOM = {
    "wrong-type": "put text in quotes",
    "text-too-long": "write the rest into a description",
    "range-reversed": "put the lower end first",
    "not-a-quantity": "write it like {example}",
    "not-weeks": "write weeks like 3 or 1-2",
    "not-a-date": "write dates like 2025-11-16",
    "unsafe-path": "name a file inside the repository, from its root, with /",
    "unsafe-link": "write the whole address, for instance https://example.org/page",
}
_LIMITS = {
    "string_too_long": ("text-too-long", "has more than {max_length:,} characters"),
    "too_short": ("list-too-short", "needs at least {min_length} item"),
    "greater_than_equal": ("out-of-range", "is less than {ge}"),
    "less_than_equal": ("out-of-range", "is more than {le}"),
}
_KINDS = {
    "string_type": "a text",
    "tuple_type": "a list",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "model_type": "a group of `key: value` lines",
}


def _wrong_type(error: ErrorDetails) -> _Said:
    wanted, given = _KINDS.get(error["type"], "another kind of value"), error["input"]
    if given is None:
        return _Said("wrong-type", f"`{error['loc'][-1]}` is empty; {wanted} is wanted", "fill it in, or delete the line")
    hint = "put it in quotes" if error["type"] == "string_type" and not isinstance(given, (dict, tuple)) else ""
    if error["type"] == "tuple_type":
        hint = "write each item on its own line after `- `"
    return _Said("wrong-type", f"{wanted} is wanted here, not {_describe(given)}", hint)


def _describe(value: Any) -> str:
    match value:
        case dict():
            return "a group of `key: value` lines"
        case tuple():
            return "a list"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"the text `{value[:40]}`"
        case _:
            return f"the number {value}"


def _unknown_value(error: ErrorDetails) -> _Said:
    allowed = [word.strip(" '") for word in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
    return _Said("unknown-value", f"{_describe(error['input'])} is not allowed here", did_you_mean(str(error["input"]), allowed))


def _pattern(error: ErrorDetails) -> _Said:
    text = error["input"]
    if not text.strip():
        return _Said("text-empty", f"`{error['loc'][-1]}` is empty", "fill it in, or delete the line")
    if ".md" in error["ctx"]["pattern"]:
        hint = "use letters, digits, . _ - and end it with .md"
        return _Said("bad-page-name", f"`{text[:60]}` cannot be the name of a page", hint)
    return _Said("bad-id", f"`{text[:60]}` cannot be an id", "use letters, digits, . _ - and at most 32 of them")


def _fields(part: type[BaseModel], path: tuple[Step, ...]) -> tuple[str, ...]:
    """The field names of the part that a path inside a file leads to."""
    model: Any = part
    for step in path:
        if isinstance(step, str):
            model = _inner(model.model_fields[step].annotation)
    return tuple(model.model_fields)


def _inner(annotation: Any) -> Any:
    """The model inside an annotation such as `tuple[Dependency, ...] | None`."""
    pick: Callable[[Any], bool] = lambda each: isinstance(each, type) and issubclass(each, BaseModel)  # noqa: E731
    return next(each for each in _unfold(annotation) if pick(each))


def _unfold(annotation: Any) -> list[Any]:
    inside = getattr(annotation, "__args__", ())
    return [annotation, *(found for each in inside for found in _unfold(each))]
