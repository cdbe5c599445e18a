"""Ids of tickets in what a view returns, as links to the plan's tracker.

An id is a key of two to ten capital letters and digits, a hyphen and a number (`OPS-412`), or a number sign and a
number (`#123`), by itself: not within a word, a path, an address or a pair of backticks. Text stays as it
is where it is a link, code or a chip, opens a folded part, or is for the search alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from masterplan.render.blocks import Columns, Content, Definitions, Hyperlink, Inline, Matrix, Paragraph

_ID = re.compile(
    r"`[^`]*`|[A-Za-z][A-Za-z0-9+.-]{0,15}://\S+"  # stay as they are
    r"|(?<![\w/.#&@=+-])(?:(?P<key>[A-Z][A-Z0-9]{1,9})-[1-9][0-9]{0,8}|#(?P<number>[1-9][0-9]{0,8}))"
    r"(?![\w/#=@+\u2026-]|\.\w)"
)

_C = TypeVar("_C", bound=Content)
_HOLDING = ("below", "body", "cards", "cells", "content", "foot", "items", "narrow", "note", "rows", "title", "value")
"""The fields of blocks that hold text in which ids become links; names of columns and figures are not among them."""


def with_tickets(content: _C, tracker: Mapping[str, str]) -> _C:
    """The same content with a link at each id of a ticket that the `tracker` of plan.yml has an address for."""
    return _linked(content, tracker) if tracker else content


def _linked(part: Any, tracker: Mapping[str, str]) -> Any:
    match part:
        case str():
            pieces = tuple(_pieces(part, tracker))
            return pieces if pieces[1:] else part
        case tuple():
            return tuple(_linked(piece, tracker) for piece in part)
        case Hyperlink() | Matrix() | Paragraph(look="summary"):
            return part
        case Definitions(pairs=pairs):
            return replace(part, pairs=tuple((name, _linked(value, tracker)) for name, value in pairs))
        case Columns(groups=groups):
            return replace(part, groups=tuple((title, _linked(body, tracker)) for title, body in groups))
    held = {name: _linked(getattr(part, name), tracker) for name in _HOLDING if hasattr(part, name)}
    return replace(part, **held) if held else part


def _pieces(text: str, tracker: Mapping[str, str]) -> Iterator[Inline]:
    """A text in pieces: what stands before each id of a ticket, the id as a link, and the rest."""
    end = 0
    for match in _ID.finditer(text):
        address = _address(match, tracker)
        if address:
            yield text[end : match.start()]
            yield Hyperlink(address, match[0], foreign=True)
            end = match.end()
    yield text[end:]


def _address(match: re.Match[str], tracker: Mapping[str, str]) -> str:
    """The address of the ticket that was matched; empty where the tracker has none for it, or where it is none."""
    prefix = match["key"] or ("#" if match["number"] else "")
    pattern = tracker.get(prefix) or tracker.get("any", "") if prefix else ""
    return pattern.replace("{id}", match["number"] or match[0])
