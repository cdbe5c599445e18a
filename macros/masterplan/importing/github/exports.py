"""The JSON that GitHub's command line and its interfaces give for issues: records of issues, whatever wraps them.

Known are `gh issue list --json …` and `gh issue view --json …`, the REST interface (`gh api repos/O/R/issues`, with
`--paginate` one array after another, with `--slurp` an array of them), and answers of GraphQL.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from masterplan.errors import UsageError

LARGEST_EXPORT = 100_000_000
"""Bytes that a file of issues may have; ten thousand issues by REST have about 60 million."""

_MOST_VALUES = 4_000_000
_BEGINNINGS = (b",", b"[", b"{", b"\\n", b"\\r", b"\\u00")
"""What each value, and each line of a text, begins with or ends at."""

_LISTS = ("nodes", "edges", "items", "issues", "projectItems")
_HOLDERS = ("repository", "organization", "user", "viewer", "node", "search", "issue", "projectV2", "data")

IssueRecord = Mapping[str, Any]


def records(content: bytes, name: str) -> Iterator[object]:
    """Each issue of a file as it is written, in order; whatever stands in the place of one is given too.

    Raises UsageError with one sentence where the file, `name` for people, is no JSON or an answer without issues.
    """
    for document in _documents(content, name):
        yield from _in_document(document, name)


def _documents(content: bytes, name: str) -> Iterator[object]:
    """The JSON values of a file, one after another."""
    if sum(map(content.count, _BEGINNINGS)) > _MOST_VALUES:
        raise UsageError(f"{name} has more than {_MOST_VALUES:,} values and lines; export the issues in parts")
    try:
        text = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
        decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number, parse_float=Decimal)
        at = _next(text, 0)
        while at < len(text):
            document, at = decoder.raw_decode(text, at)
            yield document
            at = _next(text, at)
    except json.JSONDecodeError as error:
        raise UsageError(f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not JSON: it is not UTF-8 text") from None
    except ValueError as error:
        raise UsageError(f"{name} is not JSON: {error}") from None
    except RecursionError:
        raise UsageError(f"{name} is nested too deep to be a list of issues") from None


def _next(text: str, at: int) -> int:
    """The place of the next value, after blanks and the commas that some scripts put between pages."""
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"one object has the key {twice[:100]!r} twice")
    return record


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is not a number that JSON has")


def _in_document(document: object, name: str) -> Iterator[object]:
    """The issues in one JSON value: an array of them or of pages, an answer, or a single issue."""
    if isinstance(document, list):
        for item in document:
            yield from item if isinstance(item, list) else _in_page(item, name)
    else:
        yield from _in_page(document, name)


def _in_page(page: object, name: str) -> Iterable[object]:
    if not isinstance(page, dict) or {"number", "title"} & page.keys():
        return [page]
    listed = next((page[key] for key in _LISTS if isinstance(page.get(key), list)), None)
    if listed is not None:
        return map(_record, listed)
    inner = [page[key] for key in (*_LISTS, *_HOLDERS) if isinstance(page.get(key), dict)]
    if inner:
        return (record for one in inner for record in _in_page(one, name))
    message = _message(page)
    if message:
        raise UsageError(f"{name} has no issues, but an answer of GitHub: {message}")
    return [page]


def _record(item: object) -> object:
    """An item of a list as an issue: a node of an edge, or the content of a project's item with the item's fields."""
    if not isinstance(item, dict):
        return item
    if isinstance(item.get("node"), dict):
        return _record(item["node"])
    content = item.get("content")
    if not isinstance(content, dict):
        return item
    own = {key: value for key, value in item.items() if key not in {"content", "id", *content}}
    if "fieldValues" in own:
        own["projectItems"] = [{key: own.pop(key) for key in ("fieldValues", "project") if key in own}]
    return content | own


def _message(page: IssueRecord) -> str:
    """What an answer says in place of issues; empty where it is none."""
    errors = page.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else page
    message = first.get("message")
    return " ".join(message.split())[:200] if isinstance(message, str) else ""
