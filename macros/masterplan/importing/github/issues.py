"""GitHub issues as data: texts with their lines in the ledger, so that every value is accounted for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from masterplan.importing.input_file import clean_text
from masterplan.importing.ledger import Ledger, Span

LinkKind = Literal["parent", "child", "needs", "needed by"]
"""Relation of a linked issue to the issue with the link."""

ValueKind = Literal["text", "number", "date", "link"]
"""Kind of value of a project field or a custom field."""


class FreeNames:
    """Allocator of unique names, ignoring case."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}
        self._counts: dict[str, int] = {}

    def free(self, name: str) -> str:
        """Take and return the name, or the name with the lowest number that makes it unique."""
        while True:
            count = self._counts[name] = self._counts.get(name, 0) + 1
            numbered = name if count == 1 else f"{name}-{count}"
            if numbered.casefold() not in self._taken:
                self._taken.add(numbered.casefold())
                return numbered


class IssueText(NamedTuple):
    """A text of an issue, and its line in the ledger; 0 for a blank text."""

    line: int
    text: str

    @property
    def span(self) -> Span:
        """Span of its ledger line."""
        return Span(self.line, self.line)


class Assignee(NamedTuple):
    """A person assigned to an issue: account name and display name."""

    login: IssueText
    name: IssueText


class IssueLink(NamedTuple):
    """A link to another issue by repository (empty for the same one) and number; `value` is its text."""

    kind: LinkKind
    repository: str
    number: int
    value: IssueText


class ProjectValue(NamedTuple):
    """The value of a project field."""

    name: str
    kind: ValueKind
    value: IssueText


class Iteration(NamedTuple):
    """An iteration of a project: title, first day as an ISO date, and length in days."""

    title: IssueText
    start: IssueText | None
    days: IssueText | None


@dataclass(frozen=True, slots=True, eq=False)
class IssueMilestone:
    """A milestone as given in its first issue; `values` has the keys title, description, dueon, state and closedat."""

    number: int | None
    values: Mapping[str, IssueText]


@dataclass(slots=True, eq=False)
class Issue:
    """An issue. `values` has the keys number, title, state, statereason, createdat, closedat and url.

    `place` is its path in the file, `base` the URL of its repository. `in_milestone` is the text that names its
    milestone.
    """

    place: str
    number: int | None = None
    repository: str = ""
    base: str = ""
    values: dict[str, IssueText] = field(default_factory=dict)
    body: list[IssueText] = field(default_factory=list)
    labels: list[IssueText] = field(default_factory=list)
    statuses: list[IssueText] = field(default_factory=list)
    people: list[Assignee] = field(default_factory=list)
    links: list[IssueLink] = field(default_factory=list)
    fields: list[ProjectValue] = field(default_factory=list)
    iteration: Iteration | None = None
    milestone: IssueMilestone | None = None
    in_milestone: IssueText | None = None


@dataclass
class Inventory:
    """All values of a file as ledger lines, with their paths in the file.

    `refused` has reasons by line, `replaced` the lines in which a character was replaced.
    """

    texts: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    replaced: list[int] = field(default_factory=list)

    def add(self, place: str, text: str, reason: str = "") -> IssueText:
        """Add the value at a path of the file; with `reason`, it is not imported for that reason."""
        opened = clean_text(text)
        if opened.replaced:
            self.replaced.append(len(self.texts) + 1)
        value = self._line(place, opened.text)
        if reason:
            self.refused[value.line] = reason
        return value

    def add_lines(self, place: str, text: str) -> Iterator[IssueText]:
        """Add the lines of a text one by one; blank lines get no ledger line."""
        opened = clean_text(text)
        first = len(self.texts)
        for n, line in enumerate(opened.text.split("\n"), 1):
            yield IssueText(0, "") if not line or line.isspace() else self._line(f"{place}, line {n}", line)
        self.replaced += range(first + 1, len(self.texts) + 1) if opened.replaced else ()

    def _line(self, place: str, text: str) -> IssueText:
        self.texts.append(text)
        self.places.append(place)
        return IssueText(len(self.texts), text)

    def ledger(self) -> Ledger:
        """Create the ledger of these lines, with the refused ones."""
        ledger = Ledger(self.texts, places=self.places)
        for line, reason in self.refused.items():
            ledger.refuse(Span(line, line), reason)
        return ledger
