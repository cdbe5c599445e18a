"""State shared by all readers of a document: the draft, the ledger, and the part of the plan a text belongs to."""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from masterplan.importing import values, windows, words
from masterplan.importing.answers import Answers, DateSettings
from masterplan.importing.document import Block, Section
from masterplan.importing.draft import Draft, Question, Values
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.marks import is_lead, plain, without_signs
from masterplan.importing.owners import OwnerIds
from masterplan.importing.units import Roles
from masterplan.importing.words import Read
from masterplan.model.naming import slug
from masterplan.model.task import State

_BETWEEN = re.compile(r"[\W_]+")
_PROSE = {"description", "objective", "summary", "note"}
"""Fields whose text may have several lines."""

_LONGEST_LINE = 1_000
"""Longest text of any other field, in characters."""

PartKind = Literal["plan", "phase", "sprint", "group", "task", "milestone", "option", "risk", "person"]
SCOPES: Collection[PartKind] = {"plan", "phase", "sprint"}
WORK: Collection[PartKind] = {"sprint", "task"}
SIZED: Collection[PartKind] = {*WORK, "phase", "group"}
DATED: Collection[PartKind] = {*WORK, "phase", "milestone"}
"""The kinds of part with notes and objectives, with a state, with an effort, and with a time window."""


@dataclass(frozen=True, slots=True)
class DraftPart:
    """The part of the plan a text belongs to, with its values in the draft.

    `sprint` is the sprint that contains the part. If the values belong to a field of the part, such as its rollback,
    `within` is the name of that field.
    """

    kind: PartKind
    id: str
    values: Values
    sprint: "DraftPart | None" = None
    within: str = ""

    def inside(self, name: str) -> "DraftPart":
        """The part with the values of one of its fields, such as its rollback, created if missing."""
        return replace(self, values=self.values.setdefault(name, {}), within=name)

    def label(self, name: str) -> str:
        """Label of a field in the report: `sprint 4: effort`. Inside a field, the label of that field."""
        return f"{self}: {self.within or name}"

    def __str__(self) -> str:
        """Label of the part in the report: `sprint 4`, `plan`."""
        return f"{self.kind} {self.id}" if self.id else self.kind


class StateText(NamedTuple):
    """A text with the state of a part; `is_hint` if it comes from a heading rather than a field."""

    span: Span
    text: str
    is_hint: bool


@dataclass
class Reading:
    """A document while it is being read.

    `section` is the section whose blocks are being read, `risk` the last risk read, with its section. `primary` has the
    sections that define a sprint, by identity; other sections that name the sprint are about it.

    `timed` has the ids of sprints whose effort comes from a stated duration, `unticked` the tasks with an empty check
    box, by identity of their values. `shares` lists the values of sprints and tasks with their percentage done, and
    `stated` maps their identity to the text that their state comes from.

    `aliases` maps the kind and id of an alternative name to a sprint's id, `pages` maps page names to sprint ids, and
    `phases` maps sprint ids to phase ids. `deferred` readers run once every id is known.
    """

    draft: Draft
    ledger: Ledger
    answers: Answers
    roles: Roles
    dates: DateSettings
    is_year_guessed: bool
    owners: OwnerIds = field(init=False)
    timed: set[str] = field(init=False, default_factory=set)
    shares: list[tuple[Values, int]] = field(init=False, default_factory=list)
    stated: dict[int, StateText] = field(init=False, default_factory=dict)
    unticked: set[int] = field(init=False, default_factory=set)
    section: Section = field(init=False, default_factory=lambda: Section("", 0, Span(1, 0), Span(1, 0)))
    primary: set[int] = field(init=False, default_factory=set)
    aliases: dict[tuple[str, str], str] = field(init=False, default_factory=dict)
    phases: dict[str, str] = field(init=False, default_factory=dict)
    pages: dict[str, str] = field(init=False, default_factory=dict)
    deferred: list[Callable[[], object]] = field(init=False, default_factory=list)
    risk: tuple[Section, DraftPart] | None = field(init=False, default=None)
    _asked: set[tuple[str, tuple[str, ...], str]] = field(init=False, default_factory=set)
    _tasks: dict[str, DraftPart] = field(init=False, default_factory=dict)
    _ids: values.Ids = field(init=False, default_factory=values.Ids)
    _sprint_ids: values.Ids = field(init=False, default_factory=values.Ids)
    _by_key: tuple[int, Mapping[str, str]] = field(init=False, default=(0, {}))
    _item_texts: dict[int, tuple[int, set[str]]] = field(init=False, default_factory=dict)
    _phase_ids: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.owners = OwnerIds(self.draft.owners)

    @property
    def plan(self) -> DraftPart:
        """The plan itself."""
        return DraftPart("plan", "", self.draft.plan)

    @property
    def heading(self) -> str:
        """Heading of the current section."""
        return self.section.heading

    @property
    def is_in_header(self) -> bool:
        """Whether the current section is headed by the plan's title, or precedes all headings."""
        return self.section.level == 0 or plain(self.section.title) == self.draft.plan.get("title")

    def lead(self, block: Block) -> Block | None:
        """The paragraph before a block if it introduces the block with a colon, else None."""
        blocks = self.section.blocks
        place = bisect_left(blocks, block.span.first, key=lambda other: other.span.first)
        before = blocks[place - 1] if place else None
        return before if before is not None and before.kind == "paragraph" and is_lead(before.text) else None

    def take_lead(self, block: Block, part: DraftPart, name: str) -> str:
        """Take the paragraph that introduces a block as part of a field.

        Returns the paragraph without its colon; empty if there is none.
        """
        lead = self.lead(block)
        text = plain(lead.text).rstrip(":\uff1a ") if lead else ""
        if lead:
            self.ledger.take(lead.span, text, f"{part}: {name}")
        return text

    def take_heading(self, part: DraftPart, name: str) -> None:
        """Take the heading of the current section as the name of a field."""
        self.ledger.take(self.section.head, plain(self.section.title), f"{part}: {name}")

    def sprint(self, id_: str) -> DraftPart:
        """An existing sprint of the draft."""
        return DraftPart("sprint", id_, self.draft.sprints[id_])

    def phase(self, id_: str) -> DraftPart:
        """An existing phase of the draft."""
        return DraftPart("phase", id_, self.draft.phases[id_])

    def phase_of(self, id_: str, title: str) -> DraftPart:
        """The phase with an id or title, created if missing."""
        if id_ not in self.draft.phases:
            id_ = self._phase_ids.get(key(title)) or id_ or slug(title)[:30].strip("-") or "phase"
            self.draft.phases.setdefault(id_, {"id": id_, "title": title})
            self._phase_ids.setdefault(key(self.draft.phases[id_].get("title", "")), id_)
        return self.phase(id_)

    def join(self, sprint: str, phase: DraftPart) -> None:
        """Add a sprint to a phase, unless it already has one."""
        if sprint not in self.phases:
            self.phases[sprint] = phase.id
            phase.values.setdefault("sprints", []).append(sprint)

    def milestone(self, id_: str) -> DraftPart:
        """The milestone with an id, created if missing."""
        return DraftPart("milestone", id_, self.draft.milestones.setdefault(id_, {"id": id_}))

    def group(self, title: str, around: DraftPart) -> DraftPart | None:
        """A new group of tasks in the sprint around a text; None outside sprints."""
        sprint = self.sprint_of(around)
        if sprint is None or not fits_line("title", title):
            return None
        group: Values = {"title": title}
        sprint.values.setdefault("groups", []).append(group)
        return DraftPart("group", title, group, sprint)

    def task(self, id_: str, around: DraftPart, *, is_number: bool = False) -> DraftPart | None:
        """The task with an id, created in the surrounding sprint or group if missing.

        None for a new task outside all sprints. With `is_number` the id only counts the tasks of one sprint, so the
        same id in another sprint is a different task.
        """
        sprint = self.sprint_of(around)
        id_ = f"task-{id_}" if id_ in self.draft.sprints else id_
        task = self._tasks.get(id_)
        if is_number and task and task.sprint and sprint and task.sprint.id != sprint.id:
            id_ = f"{sprint.id}-{id_.removeprefix('task-')}"
            task = self._tasks.get(id_)
        if task is None and sprint is not None:
            group = {"group": around.values["title"]} if around.kind == "group" else {}
            values: Values = {"id": id_} | group
            sprint.values.setdefault("tasks", []).append(values)
            task = self._tasks[id_] = DraftPart("task", id_, values, sprint)
            self.ids.add(id_)
        return task

    def continue_in(self, task: DraftPart, around: DraftPart, span: Span, text: str) -> None:
        """Record that a task continues in a second sprint."""
        sprint = self.sprint_of(around)
        if sprint is not None and task.sprint is not None and sprint.id != task.sprint.id:
            self.put(task, "also_in", sprint.id, span, text)

    def new_task(self, around: DraftPart) -> DraftPart | None:
        """A new task without an id in the sprint or group around a text; None outside sprints."""
        sprint = self.sprint_of(around)
        if sprint is None:
            return None
        values: Values = {"group": around.values["title"]} if around.kind == "group" else {}
        sprint.values.setdefault("tasks", []).append(values)
        return DraftPart("task", "", values, sprint)

    @property
    def ids(self) -> values.Ids:
        """Ids of all sprints, and of the tasks read so far."""
        if len(self._ids) < len(self.draft.sprints):
            self._ids = values.Ids(self.draft.sprints)
        return self._ids

    @property
    def sprint_ids(self) -> values.Ids:
        """Ids of all sprints."""
        if len(self.draft.sprints) != len(self._sprint_ids):
            self._sprint_ids = values.Ids(self.draft.sprints)
        return self._sprint_ids

    def window(self, text: str, line: int) -> Read[str] | None:
        """The time window at the start of a text; an ambiguous window adds a question instead and gives None."""
        window = windows.window(text, self.dates)
        if isinstance(window, windows.AmbiguousWindow):
            self.ask(line, window.text, window.readings, window.setting, is_decided=False)
            return None
        is_dated = window is not None and window.text.strip() and windows.ISO_DAY.search(window.value)
        if is_dated and self.is_year_guessed and not windows.YEAR.search(text):
            year = self.dates.first_day.year if self.dates.first_day else self.dates.year
            self.ask(line, "The dates have no year.", (f"{year}",), "year")
        return window

    @property
    def ids_by_key(self) -> Mapping[str, str]:
        """Ids of all units by their letters and digits: `t0001` for `T0-001`."""
        if len(self.ids) != self._by_key[0]:
            self._by_key = len(self.ids), {key(id_): id_ for id_ in self.ids}
        return self._by_key[1]

    def add_dependency(self, after: str, before: str, *, reason: str = "", is_soft: bool = False) -> bool:
        """Add a dependency of one sprint or task on another.

        Returns whether both exist and neither contains the other. A dependency already present keeps its reason.
        """
        part = self._tasks.get(after) or (self.sprint(after) if after in self.draft.sprints else None)
        if part is None or before not in self.ids or before == after or self._is_part(before, of=part):
            return False
        details = ({"reason": reason} if reason else {}) | ({"strength": "soft"} if is_soft else {})
        edges = part.values.setdefault("depends_on", [])
        edge = next((e for e in edges if before == e or (isinstance(e, dict) and before in e.values())), None)
        detailed = {"task" if before in self._tasks else "sprint": before} | details
        if edge is None:
            edges.append(detailed if details else self.reference(part, before))
        elif isinstance(edge, str) and details:
            edges[edges.index(edge)] = detailed
        return True

    def _is_part(self, id_: str, *, of: DraftPart) -> bool:
        """Whether one of two parts, a sprint and a task, contains the other."""
        task = self._tasks.get(id_)
        outer = of.sprint.id if of.sprint else None
        return outer == id_ or (task is not None and task.sprint is not None and task.sprint.id == of.id)

    def reference(self, part: DraftPart, id_: str) -> Any:
        """A dependency of a part on a sprint or task, as plan files write it."""
        is_plain = (part.kind == "task") == (id_ in self._tasks)
        return id_ if is_plain else {"task" if id_ in self._tasks else "sprint": id_}

    def sprint_of(self, part: DraftPart) -> DraftPart | None:
        """The sprint that contains a part; a sprint itself."""
        return part if part.kind == "sprint" else part.sprint

    def put(self, part: DraftPart, name: str, value: Any, span: Span, text: str) -> bool:
        """Set a field to a value read from `text`, somewhere in `span`; returns whether the field has this value now.

        The first value of a field wins; the text of a different one stays unread and becomes a note.
        """
        if not fits_line(name, value) or part.values.setdefault(name, value) != value:
            return False
        if name == "title" and part.kind == "phase":
            self._phase_ids.setdefault(key(value), part.id)
        self.ledger.take(span, text, part.label(name))
        return True

    def add(self, part: DraftPart, name: str, value: Any, span: Span, text: str) -> None:
        """Add a value read from `text` to a list field, unless the list already has it."""
        if not fits_line(name, value):
            return
        items = part.values.setdefault(name, [])
        count, texts = self._item_texts.get(id(items), (-1, set()))
        if count != len(items):
            texts = set(map(repr, items))
        if (text_of_value := repr(value)) not in texts:
            texts.add(text_of_value)
            items.append(value)
        self._item_texts[id(items)] = len(items), texts
        self.ledger.take(span, text, part.label(name))

    def state(self, text: str) -> Read[State] | None:
        """The state at the start of a text, by the team's words for states or else by common ones."""
        bare = without_signs(plain(text))
        word = next((word for word in self.answers.states if bare.casefold().startswith(word.casefold())), None)
        is_whole = word is not None and not bare[len(word) : len(word) + 1].isalnum()
        return Read(self.answers.states[word], bare[: len(word)]) if word and is_whole else words.state(text)

    def declare_duration(self, sprint: DraftPart, text: str) -> None:
        """Record a sprint's duration as a declared fact, because its tasks state the effort."""
        self.timed.discard(sprint.id)
        sprint.values.setdefault("declared", []).append({"claim": "fact", "says": text, "of": "Duration"})

    @property
    def word(self) -> str:
        """The document's word for a sprint."""
        return self.roles.sprint.word if self.roles.sprint else ""

    def ask(self, line: int, text: str, readings: Iterable[str], answer: str, *, is_decided: bool = True) -> None:
        """Add a question about an ambiguous text; if it `is_decided`, the first of `readings` was chosen."""
        question = Question(line, text, tuple(readings), answer, is_decided)
        if (text, question.readings, answer) not in self._asked:
            self._asked.add((text, question.readings, answer))
            self.draft.questions.append(question)


def fits_line(name: str, value: Any) -> bool:
    """Whether every text of a value is short enough for its field."""
    if isinstance(value, dict):
        return all(fits_line(inner, text) for inner, text in value.items())
    return name in _PROSE or not isinstance(value, str) or len(value) <= _LONGEST_LINE


def key(text: str) -> str:
    """Letters and digits of a title in lower case, equal for two spellings of it."""
    return _BETWEEN.sub("", text.casefold())
