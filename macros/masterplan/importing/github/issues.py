"""Issues of GitHub as an import sees them: texts with their lines in the ledger, so that none is lost on the way."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from masterplan.importing.input_file import clean_text
from masterplan.importing.ledger import Ledger, Span

LinkKind = Literal["parent", "child", "needs", "needed by"]
"""What another issue is to one."""

ValueKind = Literal["text", "number", "date", "link"]
"""What a field of a project, or of the team's own, holds."""


class FreeNames:
    """FreeNames that are free; capitals tell none apart."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}
        self._counts: dict[str, int] = {}

    def free(self, name: str) -> str:
        """The name, or the first one with a number behind it that nothing has; it is taken then."""
        while True:
            count = self._counts[name] = self._counts.get(name, 0) + 1
            numbered = name if count == 1 else f"{name}-{count}"
            if numbered.casefold() not in self._taken:
                self._taken.add(numbered.casefold())
                return numbered


class IssueText(NamedTuple):
    """A text of an issue, and its line in the ledger, which blank texts have not."""

    line: int
    text: str

    @property
    def span(self) -> Span:
        """Its line as the ledger wants it."""
        return Span(self.line, self.line)


class Assignee(NamedTuple):
    """Somebody an issue is assigned to: the name for people, and the name of the account."""

    login: IssueText
    name: IssueText


class IssueLink(NamedTuple):
    """Another issue, by its repository (empty for the same one) and number."""

    kind: LinkKind
    repository: str
    number: int
    value: IssueText


class ProjectValue(NamedTuple):
    """The value of a field of a project."""

    name: str
    kind: ValueKind
    value: IssueText


class Iteration(NamedTuple):
    """An iteration of a project: its title, its first day as GitHub writes it, and its length in days."""

    title: IssueText
    start: IssueText | None
    days: IssueText | None


@dataclass(frozen=True, slots=True, eq=False)
class IssueMilestone:
    """A milestone as the first issue in it has it: its number, and its texts by key.

    The keys are title, description, dueon, state and closedat.
    """

    number: int | None
    values: Mapping[str, IssueText]


@dataclass(slots=True, eq=False)
class Issue:
    """An issue. `values` are its single texts by key: number, title, state, statereason, createdat, closedat, url.

    `place` is where it is in its file, `base` the address of its repository. `in_milestone` is the line that says which
    milestone it is in.
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
    """All values of a file, as the lines of a ledger."""

    texts: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    replaced: list[int] = field(default_factory=list)

    def add(self, place: str, text: str, why: str = "") -> IssueText:
        """A value at a place of the file; with `why`, the reason for which it goes nowhere."""
        opened = clean_text(text)
        if opened.replaced:
            self.replaced.append(len(self.texts) + 1)
        value = self._line(place, opened.text)
        if why:
            self.refused[value.line] = why
        return value

    def add_lines(self, place: str, text: str) -> Iterator[IssueText]:
        """The lines of a longer text one by one; blank ones have no line in the ledger."""
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
        """A ledger of these lines, with those refused that go nowhere."""
        ledger = Ledger(self.texts, places=self.places)
        for line, why in self.refused.items():
            ledger.refuse(Span(line, line), why)
        return ledger
