"""Issue records in JSON from GitHub's command line and APIs, in any wrapping.

Supported are `gh issue list --json …`, `gh issue view --json …`, the REST API (`gh api repos/O/R/issues`; `--paginate`
writes one array after another, `--slurp` an array of arrays), and GraphQL responses.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from masterplan.errors import UsageError

LARGEST_EXPORT = 100_000_000
"""Most bytes of a file of issues; ten thousand issues from the REST API have about 60 million."""

_MOST_VALUES = 4_000_000
_BEGINNINGS = (b",", b"[", b"{", b"\\n", b"\\r", b"\\u00")
"""Byte sequences that occur at least once for each value, and for each line of a text."""

_LISTS = ("nodes", "edges", "items", "issues", "projectItems")
_HOLDERS = ("repository", "organization", "user", "viewer", "node", "search", "issue", "projectV2", "data")

IssueRecord = Mapping[str, Any]


def records(content: bytes, name: str) -> Iterator[object]:
    """Issue records of a file, in order, unchecked; `name` is the name of the file in messages.

    Raises UsageError if the file is not JSON, is too large, or is a response without issues.
    """
    for document in _documents(content, name):
        yield from _document_records(document, name)


def _documents(content: bytes, name: str) -> Iterator[object]:
    """JSON values of a file, one after another."""
    if sum(map(content.count, _BEGINNINGS)) > _MOST_VALUES:
        raise UsageError(f"{name} has more than {_MOST_VALUES:,} values and lines; export the issues in parts")
    try:
        text = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
        decoder = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_reject_constant, parse_float=Decimal)
        position = _next(text, 0)
        while position < len(text):
            document, position = decoder.raw_decode(text, position)
            yield document
            position = _next(text, position)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not JSON: it is not UTF-8 text") from None
    except ValueError as error:
        raise UsageError(f"{name} is not JSON: {error}") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deeply for a list of issues") from None


def _next(text: str, position: int) -> int:
    """Position of the next value, after blanks and the commas that some scripts write between pages."""
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"an object has the key {repeated[:100]!r} twice")
    return record


def _reject_constant(text: str) -> object:
    raise ValueError(f"{text} is not a JSON number")


def _document_records(document: object, name: str) -> Iterator[object]:
    """Issue records in one JSON value: an array of issues or pages, a response, or a single issue."""
    if isinstance(document, list):
        for item in document:
            yield from item if isinstance(item, list) else _page_records(item, name)
    else:
        yield from _page_records(document, name)


def _page_records(page: object, name: str) -> Iterable[object]:
    if not isinstance(page, dict) or {"number", "title"} & page.keys():
        return [page]
    items = next((page[key] for key in _LISTS if isinstance(page.get(key), list)), None)
    if items is not None:
        return map(_record, items)
    inner = [page[key] for key in (*_LISTS, *_HOLDERS) if isinstance(page.get(key), dict)]
    if inner:
        return (record for wrapper in inner for record in _page_records(wrapper, name))
    message = _error_message(page)
    if message:
        raise UsageError(f"{name} has no issues, only a message from GitHub: {message}")
    return [page]


def _record(item: object) -> object:
    """Issue record of a list item: the node of an edge, or the content of a project item with the item's fields."""
    if not isinstance(item, dict):
        return item
    if isinstance(item.get("node"), dict):
        return _record(item["node"])
    content = item.get("content")
    if not isinstance(content, dict):
        return item
    fields = {key: value for key, value in item.items() if key not in {"content", "id", *content}}
    if "fieldValues" in fields:
        fields["projectItems"] = [{key: fields.pop(key) for key in ("fieldValues", "project") if key in fields}]
    return content | fields


def _error_message(page: IssueRecord) -> str:
    """Error message of a response without issues; empty if there is none."""
    errors = page.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else page
    message = first.get("message")
    return " ".join(message.split())[:200] if isinstance(message, str) else ""
