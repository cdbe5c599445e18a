"""Writing plain data as a YAML file, as a person would write it and as `source.parse` reads it back.

Text is unquoted if every YAML 1.1 and 1.2 parser reads it as text, otherwise in double quotes. PyYAML's own emitters
are no alternative: the one in C cannot indent lists below their key, the other takes seconds for a megabyte.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache

from masterplan.model.part import Part, PartField, fields_for_readers
from masterplan.model.quantity import Quantity
from masterplan.model.window import DateSpan, TimeWindow

_STEP = "  "
_SIGNS = frozenset("?:,[]{}#&*!|>'\"%@`=")
"""Characters that may not start an unquoted text."""

_MISREAD = re.compile(
    r"|[~=]|<<|y|n|yes|no|on|off|true|false|null"
    r"|[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:e[-+]?[0-9]+)?|[-+]?0[xob][0-9a-f_]+|[-+]?\.(?:inf|nan)"
    r"|[-+]?[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t ].*)?",
    re.IGNORECASE,
)
"""Texts that some YAML parsers read as a number, a date, a boolean or null."""

_FIGURE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,3})?|[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""Numbers and dates that need no quotes in fields for figures."""

_FIGURES = {Quantity, TimeWindow, DateSpan, date}

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")


def yaml_text(values: Mapping[str, object], part: type[Part] | None = None) -> str:
    """The text of a file with these values: texts, whole numbers, decimals, booleans, lists and mappings.

    Keys are in the order of the fields of `part`, the type of the file's content, followed by others in the given
    order. None is left out. Keys have at most 1,000 characters. In fields for figures, `"3"` is written as the number
    3, which the field reads as the same value.
    """
    match list(values.items()):
        case [(name, [*items])] if any(map(_has_lists, items)):
            lines = _spaced(name, items, part)
        case _:
            lines = _mapping(values, part)
    return "".join(f"{line}\n" for line in lines)


def _mapping(values: Mapping[str, object], part: type[Part] | None) -> Iterator[str]:
    fields = _fields(part)
    ordered = [name for name in fields if name in values]
    for name in (*ordered, *(name for name in values if name not in fields)):
        if values[name] is not None:
            yield from _below(f"{name if name in fields else _key(name)}:", values[name], fields.get(name))


@lru_cache(1024)
def _key(name: str) -> str:
    return name if _KEY.fullmatch(name) and not _MISREAD.fullmatch(name) else _quoted(name)


@cache
def _fields(part: type[Part] | None) -> Mapping[str, PartField]:
    return {field.name: field for field in fields_for_readers(part)} if part else {}


def _has_lists(item: object) -> bool:
    return isinstance(item, Mapping) and any(isinstance(value, list | tuple) for value in item.values())


def _spaced(name: str, items: Sequence[object], part: type[Part] | None) -> Iterator[str]:
    """A list that is the only content of a file, with an empty line between its items."""
    field = _fields(part).get(name)
    yield f"{_key(name)}:"
    for n, item in enumerate(items):
        if n:
            yield ""
        yield from (_indented(line) for line in _below("-", item, field))


def _below(lead: str, value: object, field: PartField | None) -> Iterator[str]:
    """The lines of a value after `lead`, a dash or a key; its content is indented by one step."""
    head, body = _node(value, field)
    if lead == "-" and not head:
        head, *body = body
    yield f"{lead} {head}" if head else lead
    yield from map(_indented, body)


def _node(value: object, field: PartField | None) -> tuple[str, Sequence[str]]:
    """The text of a value on the line of its key, and the lines below."""
    match value:
        case str():
            return _block(value) if "\n" in value and _fits_block(value) else (_scalar(value, field), ())
        case Mapping():
            body = tuple(_mapping(value, field.inner if field else None))
            return ("", body) if body else ("{}", ())
        case list() | tuple():
            if not value or (field and field.refers and not any(isinstance(item, Mapping) for item in value)):
                return f"[{', '.join(_in_brackets(item) for item in value)}]", ()
            return "", [line for item in value for line in _below("-", item, field)]
        case _:
            return _scalar(value, field), ()


def _fits_block(text: str) -> bool:
    """Whether a text of several lines can be written as an indented block."""
    return not text.startswith("\n") and "\r" not in text and not text.isspace()


def _block(text: str) -> tuple[str, Sequence[str]]:
    """A text as a literal block: its header, with the chomping indicator, and its lines."""
    stripped = text.rstrip("\n")
    line_breaks = len(text) - len(stripped)
    chomping = "-" if not line_breaks else "" if line_breaks == 1 else "+"
    indent = str(len(_STEP)) if text[0] in " \t" else ""
    return f"|{indent}{chomping}", [*stripped.split("\n"), *[""] * (line_breaks - 1)]


def _indented(line: str) -> str:
    return _STEP + line if line else line


def _scalar(value: object, field: PartField | None) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    is_figure = field is not None and field.item in _FIGURES and _FIGURE.fullmatch(value)
    return value if is_figure or _is_plain(value) else _quoted(value)


def _is_plain(text: str) -> bool:
    """Whether a text needs no quotes as a value in block style."""
    return (
        text.isprintable()
        and not _MISREAD.fullmatch(text)
        and text[0] not in _SIGNS
        and text == text.strip()
        and not text.startswith(("- ", "---", "..."))
        and text != "-"
        and not text.endswith(":")
        and ": " not in text
        and " #" not in text
    )


def _in_brackets(value: object) -> str:
    is_word = isinstance(value, str) and _KEY.fullmatch(value) and not _MISREAD.fullmatch(value)
    return str(value) if is_word or not isinstance(value, str) else _quoted(value)


def _quoted(text: str) -> str:
    """A text in double quotes, written as JSON, which is valid YAML."""
    return json.dumps(text, ensure_ascii=False)
