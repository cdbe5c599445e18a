"""Parser of issue records, key by key: each value becomes part of an `Issue`, or is listed with a reason.

Both spellings of keys are read: `stateReason` of `gh` and GraphQL, and `state_reason` of REST. GitHub documents their
meaning in its references for the REST API, and for the GraphQL objects Issue, Milestone and ProjectV2.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from masterplan.importing.github.exports import IssueRecord
from masterplan.importing.github.issues import (
    Assignee,
    Inventory,
    Issue,
    IssueLink,
    IssueMilestone,
    IssueText,
    Iteration,
    LinkKind,
    ProjectValue,
    ValueKind,
)

_ADDRESS = re.compile(
    r"(?P<base>https?://[^\s/?#{}]{1,200}/(?:api/v3/)?(?:repos/)?(?P<repository>[\w.-]{1,100}/[\w.-]{1,100}))"
    r"/(?P<kind>issues|pulls?)/(?P<number>[1-9][0-9]{0,8})(?![^/?#])"
)
_LARGEST_NUMBER = 10**9
_SMALLEST_EXPONENT = -10
_EMPTY: tuple[object, ...] = (None, "", [], {})
_BETTER_KEYS = {"url": "html_url", "assignee": "assignees"}
"""Keys of REST that are ignored if a better one is present: the API URL, and the first assignee alone."""

_POSITION = re.compile(r"\[[0-9]+\]")


class IssueExport(NamedTuple):
    """Issues of a file in order, and an inventory of all its values."""

    issues: Sequence[Issue]
    listing: Inventory


def read_issues(records: Iterable[object]) -> IssueExport:
    """Parse the issues among the records of a file; other records and unsupported keys are listed with a reason."""
    listing, issues = Inventory(), []
    places: dict[object, str] = {}
    milestones: dict[object, tuple[IssueRecord, IssueMilestone]] = {}
    unknown: Counter[str] = Counter()
    for n, record in enumerate(records):
        place, address = f"issues[{n}]", _address(record)
        identities = _identities(record, address)
        same = places.get(identities[0]) if identities else None
        reason = _refusal(record, address) or (f"has the same number as {same}" if same else "")
        if reason or not isinstance(record, dict):
            listing.add(place, _summary(record), reason)
            continue
        places.update(dict.fromkeys(identities, place))
        home = (address["repository"], address["base"]) if address else ("", "")
        reader = _Reader(listing, Issue(place, _number(record.get("number")), *home), milestones)
        issues.append(reader.read(record))
        unknown.update(reader.unknown)
    for key, count in sorted(unknown.items()):
        listing.add(f"issues[].{key}", f"in {count:,} issue{'s' * (count != 1)}", "no matching field")
    return IssueExport(issues, listing)


def _refusal(record: object, address: re.Match[str] | None) -> str:
    """Reason why a record is not imported as an issue; empty if it is."""
    if not isinstance(record, dict) or not (isinstance(record.get("title"), str) or _number(record.get("number"))):
        return "is not an issue"
    is_pull = address is not None and address["kind"] != "issues"
    if is_pull or record.get("pull_request") or record.get("__typename") == "PullRequest":
        return "a pull request is not a task"
    return ""


def _address(record: object) -> re.Match[str] | None:
    """Match of the URL of an issue's page: `html_url` in REST, whose `url` is that of the API; otherwise `url`."""
    address = record.get("html_url") or record.get("url") if isinstance(record, dict) else None
    return _ADDRESS.match(address) if isinstance(address, str) else None


def _identities(record: object, address: re.Match[str] | None) -> Sequence[object]:
    """Keys that identify an issue: its number with its repository, and its number alone for records without one."""
    number = _number(record.get("number")) if isinstance(record, dict) else None
    if number is None:
        return ()
    return (address["repository"].casefold() if address else "", number), ("", number)


def _summary(record: object) -> str:
    """Short description of a record: `#12 Title`."""
    if not isinstance(record, dict):
        return _plain(record) or _kind(record)
    number, title = _number(record.get("number")), record.get("title")
    words = [f"#{number}" if number else "", title if isinstance(title, str) else ""]
    return " ".join(filter(None, words)) or _kind(record)


def _number(value: object) -> int | None:
    return value if type(value) is int and 0 < value < _LARGEST_NUMBER else None


def _kind(value: object) -> str:
    return "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else "a value"


def _plain(value: object) -> str:
    """Text of a string, number or boolean; empty for anything else."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value
        case int() if abs(value) < _LARGEST_NUMBER:
            return str(value)
        case Decimal() if abs(value) < _LARGEST_NUMBER and abs(value) > Decimal(10) ** _SMALLEST_EXPONENT:
            return f"{value.normalize():f}"
    return ""


@cache
def _canonical(key: str) -> str:
    return key.replace("_", "").casefold()


def _items(value: object) -> Sequence[object] | None:
    """Items of an array, or of `{nodes: …}` or `{edges: …}` in GraphQL; None for anything else."""
    if isinstance(value, dict):
        edges = value.get("edges")
        if isinstance(edges, list):
            return [edge.get("node") if isinstance(edge, dict) else edge for edge in edges]
        value = value.get("nodes")
    return value if isinstance(value, list) else None


class _Reader:
    """Parser of one issue record; `unknown` collects keys without a matching field."""

    def __init__(
        self, listing: Inventory, issue: Issue, milestones: dict[object, tuple[IssueRecord, IssueMilestone]]
    ) -> None:
        self.listing, self.issue, self.milestones = listing, issue, milestones
        self.unknown: set[str] = set()

    def read(self, record: IssueRecord) -> Issue:
        redundant = {key for key, better in _BETTER_KEYS.items() if better in record}
        for key, value in record.items():
            if value in _EMPTY:
                continue
            reader = None if key in redundant else _READERS.get(_canonical(key))
            if reader is None:
                self.unknown.add(key)
            else:
                self.check(key, value, reader)
        return self.issue

    def check(self, key: str, value: object, reader: "Callable[[_Reader, str, Any], bool]") -> None:
        """Read a value; list it with a reason if the reader rejects it."""
        if not reader(self, key, value):
            self.add(key, _plain(value) or _kind(value), "not in GitHub's format")

    def add(self, key: str, text: str, reason: str = "") -> IssueText:
        return self.listing.add(f"{self.issue.place}.{key}", text, reason)

    def note_unknown(self, key: str, record: object, *supported: str) -> None:
        """Collect the unknown keys of an object inside the issue."""
        names = record.items() if isinstance(record, dict) else ()
        extra = [name for name, value in names if _canonical(name) not in supported and value not in _EMPTY]
        if extra:
            key = _POSITION.sub("[]", key)
            self.unknown.update([f"{key}.{name}" for name in extra])

    def list_items(self, key: str, value: object) -> list[object] | None:
        """Items of a list; lists the rest as missing if GraphQL returned only the first ones."""
        items = _items(value)
        if items is None:
            return None
        self.note_unknown(key, value, "nodes", "edges", "totalcount", "pageinfo")
        total = _number(value.get("totalCount")) if isinstance(value, dict) else None
        if total and total > len(items):
            self.add(f"{key}.totalCount", str(total), f"the file has only {len(items)} of them")
        return [item for item in items if item not in _EMPTY]

    def number(self, key: str, value: object) -> bool:
        if _number(value):
            self.issue.values["number"] = self.add(key, str(value))
        return _number(value) is not None

    def text(self, key: str, value: object) -> bool:
        if isinstance(value, str) and value.strip():
            self.issue.values[_canonical(key).removeprefix("html")] = self.add(key, value)
        return isinstance(value, str)

    def closed(self, key: str, value: object) -> bool:
        if isinstance(value, bool):
            self.issue.values.setdefault("closed", self.add(key, "closed" if value else "open"))
        return isinstance(value, bool)

    def body(self, key: str, value: object) -> bool:
        if not isinstance(value, str):
            return False
        self.issue.body += self.listing.add_lines(f"{self.issue.place}.{key}", value)
        return True

    def labels(self, key: str, value: object) -> bool:
        items = self.list_items(key, value)
        for n, item in enumerate(items or ()):
            name = item.get("name") if isinstance(item, dict) else item
            if isinstance(name, str) and name.strip():
                self.issue.labels.append(self.add(f"{key}[{n}]", name))
                self.note_unknown(f"{key}[]", item, "name")
            else:
                self.add(f"{key}[{n}]", _plain(item) or _kind(item), "is not a label")
        return items is not None

    def type(self, key: str, value: object) -> bool:
        """Read the type of an issue as a label."""
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, str) and name.strip():
            self.issue.labels.append(self.add(key, name))
            self.note_unknown(key, value, "name")
        return isinstance(name, str)

    def people(self, key: str, value: object) -> bool:
        items = [value] if key == "assignee" else self.list_items(key, value)
        for n, item in enumerate(items or ()):
            login = item.get("login") if isinstance(item, dict) else item
            if not isinstance(login, str) or not login.strip():
                self.add(f"{key}[{n}]", _plain(item) or _kind(item), "is not an account")
                continue
            name = item.get("name") if isinstance(item, dict) else ""
            account = self.add(f"{key}[{n}].login", login)
            full = self.add(f"{key}[{n}].name", name) if isinstance(name, str) and name.strip() else account
            self.issue.people.append(Assignee(account, full))
            self.note_unknown(f"{key}[]", item, "login", "name")
        return items is not None

    def milestone(self, key: str, value: object) -> bool:
        value = {"title": value} if isinstance(value, str) else value
        title = value.get("title") if isinstance(value, dict) else None
        if not isinstance(value, dict) or not isinstance(title, str) or not title.strip():
            return False
        self.issue.in_milestone = self.add(f"{key}.title", title)
        identity = (self.issue.repository, _number(value.get("number")) or title)
        first = self.milestones.get(identity)
        if first is None:
            self.milestones[identity] = first = (value, self._new_milestone(key, value))
        elif any(first[0].get(name) != value.get(name) for name in ("title", "description", "dueOn", "due_on")):
            self.add(key, "a milestone", "differs from the milestone of an earlier issue")
        self.issue.milestone = first[1]
        self.note_unknown(key, value, "number", "title", "description", "dueon", "state", "closedat")
        return True

    def _new_milestone(self, key: str, record: IssueRecord) -> IssueMilestone:
        values = {"title": self.issue.in_milestone or self.add(key, "")}
        for name, value in record.items():
            canonical = _canonical(name)
            if canonical in {"description", "dueon", "state", "closedat"} and isinstance(value, str) and value.strip():
                values[canonical] = self.add(f"{key}.{name}", value)
        return IssueMilestone(_number(record.get("number")), values)

    def projects(self, key: str, value: object) -> bool:
        items = self.list_items(key, value)
        for n, item in enumerate(items or ()):
            if not isinstance(item, dict):
                self.add(f"{key}[{n}]", _plain(item) or _kind(item), "is not an item of a project")
                continue
            for name in ("status", "column"):
                if item.get(name) not in _EMPTY:
                    self.check(f"{key}[{n}].{name}", item[name], _Reader.status)
            for field_key in ("fieldValues", "field_values"):
                self.check(f"{key}[{n}].{field_key}", item.get(field_key), _Reader.values)
            self.note_unknown(f"{key}[]", item, "status", "column", "fieldvalues")
        return items is not None

    def status(self, key: str, value: object) -> bool:
        name = value.get("name") if isinstance(value, dict) else value
        if isinstance(name, str) and name.strip():
            self.issue.statuses.append(self.add(key, name))
            self.note_unknown(key, value, "name")
        return isinstance(name, str)

    def values(self, key: str, value: object) -> bool:
        """Read the values of project fields or issue fields."""
        items = [] if value in _EMPTY else self.list_items(key, value)
        for n, item in enumerate(items or ()):
            if not isinstance(item, dict) or not self._value(f"{key}[{n}]", item):
                self.unknown.add(f"{_POSITION.sub('[]', key)}[]")
        return items is not None

    def _value(self, key: str, item: IssueRecord) -> bool:
        field = item.get("field") or item.get("issue_field") or {}
        name = field.get("name") if isinstance(field, dict) else field
        name = name or item.get("issue_field_name") or item.get("field_name")
        option = item.get("single_select_option")
        option = option.get("name") if isinstance(option, dict) else option
        if "startDate" in item and isinstance(item.get("title"), str):
            return self.iteration(key, item)
        candidates = {kind: item.get(kind) for kind in ("number", "date", "text", "name", "value")}
        kind = next((kind for kind, value in candidates.items() if value not in (None, "")), None)
        text = option or (_plain(candidates[kind]) if kind else "")
        if not isinstance(name, str) or not name.strip() or not text.strip():
            return False
        value_kind: ValueKind = kind if kind in {"number", "date"} and not option else "text"  # type: ignore[assignment]
        self.issue.fields.append(ProjectValue(" ".join(name.split()), value_kind, self.add(key, text)))
        return True

    def iteration(self, key: str, value: object) -> bool:
        if not isinstance(value, dict) or not isinstance(value.get("title"), str) or not value["title"].strip():
            return False
        start, days = value.get("startDate"), value.get("duration")
        self.issue.iteration = Iteration(
            self.add(f"{key}.title", value["title"]),
            self.add(f"{key}.startDate", start) if isinstance(start, str) else None,
            self.add(f"{key}.duration", str(days)) if _number(days) else None,
        )
        self.note_unknown(key, value, "title", "startdate", "duration", "field")
        return True


def _links(kind: LinkKind) -> "Callable[[_Reader, str, object], bool]":
    """Reader of links to issues of one kind: a list of issues, a single issue, or a URL."""

    def reader(self: _Reader, key: str, value: object) -> bool:
        several = isinstance(value, list) or _items(value) is not None
        items = self.list_items(key, value) if several else [value]
        for n, item in enumerate(items or ()):
            place = f"{key}[{n}]" if several else key
            target = _linked_issue(item)
            if target is None:
                self.add(place, _plain(item) or _kind(item), "is not an issue")
            else:
                link = self.add(place, f"#{target[1]}")
                self.issue.links.append(IssueLink(kind, *target, link))
        return True

    return reader


def _linked_issue(item: Any) -> tuple[str, int] | None:
    """Repository and number of a linked issue; None if it is not one."""
    address = item if isinstance(item, str) else None
    number = _number(item)
    if isinstance(item, dict):
        number = _number(item.get("number"))
        address = item.get("html_url") or item.get("url") or item.get("resourcePath")
    match = _ADDRESS.match(address) if isinstance(address, str) else None
    if match:
        return match["repository"], number or int(match["number"])
    return ("", number) if number else None


_READERS: Mapping[str, Callable[[_Reader, str, Any], bool]] = {
    **dict.fromkeys(("title", "state", "statereason", "createdat", "closedat", "url", "htmlurl"), _Reader.text),
    **dict.fromkeys(("assignees", "assignee"), _Reader.people),
    **dict.fromkeys(("projectitems", "projectcards"), _Reader.projects),
    **dict.fromkeys(("issuetype", "type"), _Reader.type),
    **dict.fromkeys(("parent", "parentissueurl", "trackedinissues"), _links("parent")),
    **dict.fromkeys(("subissues", "trackedissues"), _links("child")),
    "number": _Reader.number,
    "closed": _Reader.closed,
    "body": _Reader.body,
    "labels": _Reader.labels,
    "milestone": _Reader.milestone,
    "status": _Reader.status,
    "issuefieldvalues": _Reader.values,
    "iteration": _Reader.iteration,
    "blockedby": _links("needs"),
    "blocking": _links("needed by"),
}
"""Reader of each key, by the key in lower case without `_`; it returns whether it could read the value."""
