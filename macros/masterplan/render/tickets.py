"""Links from ticket ids in content to the plan's tracker.

An id is a key of two to ten capital letters and digits, a hyphen and a number (`OPS-412`), or a number sign and a
number (`#123`), not within a word, a path, an address or a pair of backticks. Links, code, chips, the summaries of
folded parts, and text for the search only do not change.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from masterplan.render.blocks import Columns, Content, Definitions, Hyperlink, Inline, Matrix, Paragraph

_ID = re.compile(
    r"`[^`]*`|[A-Za-z][A-Za-z0-9+.-]{0,15}://\S+"  # unchanged
    r"|(?<![\w/.#&@=+-])(?:(?P<key>[A-Z][A-Z0-9]{1,9})-[1-9][0-9]{0,8}|#(?P<number>[1-9][0-9]{0,8}))"
    r"(?![\w/#=@+\u2026-]|\.\w)"
)

_C = TypeVar("_C", bound=Content)
_FIELDS = ("below", "body", "cards", "cells", "content", "foot", "items", "narrow", "note", "rows", "title", "value")
"""The fields of blocks whose text may contain ids; headings of columns and names of figures do not change."""


def with_tickets(content: _C, tracker: Mapping[str, str]) -> _C:
    """The content with each ticket id linked if the `tracker` of plan.yml has an address for it."""
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
    fields = {name: _linked(getattr(part, name), tracker) for name in _FIELDS if hasattr(part, name)}
    return replace(part, **fields) if fields else part


def _pieces(text: str, tracker: Mapping[str, str]) -> Iterator[Inline]:
    """A text in pieces, with each ticket id as a link."""
    end = 0
    for match in _ID.finditer(text):
        address = _address(match, tracker)
        if address:
            yield text[end : match.start()]
            yield Hyperlink(address, match[0], foreign=True)
            end = match.end()
    yield text[end:]


def _address(match: re.Match[str], tracker: Mapping[str, str]) -> str:
    """The address of the ticket; empty if the match is not a ticket or the tracker has no address for it."""
    prefix = match["key"] or ("#" if match["number"] else "")
    pattern = tracker.get(prefix) or tracker.get("any", "") if prefix else ""
    return pattern.replace("{id}", match["number"] or match[0])
