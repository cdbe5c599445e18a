"""What every reader of a document works with: the draft, the ledger, and the part of the plan a text is about."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from masterplan.importing import values, windows, words
from masterplan.importing.answers import Answers, DateSettings
from masterplan.importing.document import Block, Section
from masterplan.importing.draft import Draft, Question, Values
from masterplan.importing.ledger import Ledger, Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.units import Roles
from masterplan.importing.words import Read
from masterplan.model.naming import slug
from masterplan.model.task import State

_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_BETWEEN = re.compile(r"[\W_]+")
_PROSE = {"description", "objective", "summary", "note"}
"""Fields whose texts may have several lines."""

_LONGEST_LINE = 1_000
"""Characters that any other text may have."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

OwnerKind = Literal["plan", "phase", "sprint", "group", "task", "milestone", "option", "risk", "person"]


@dataclass(frozen=True, slots=True)
class Owner:
    """The part of the plan that a text is about, with its values in the draft.

    `sprint` is the one that it is in. The values may be `within` a field of the part, which is then named here.
    """

    kind: OwnerKind
    id: str
    values: Values
    sprint: "Owner | None" = None
    within: str = ""

    def inside(self, name: str) -> "Owner":
        """The values that a field of it holds, such as its rollback; new ones where it has none."""
        return replace(self, values=self.values.setdefault(name, {}), within=name)

    def label(self, name: str) -> str:
        """How the report names a field of it: `sprint 4: effort`; of values within a field, that one."""
        return f"{self}: {self.within or name}"

    def __str__(self) -> str:
        """How the report names it: `sprint 4`, `plan`."""
        return f"{self.kind} {self.id}" if self.id else self.kind


class StateText(NamedTuple):
    """A text that says how a part stands, and whether it is a hint in a heading or the value of a field."""

    span: Span
    text: str
    is_hint: bool


@dataclass
class Reading:
    """A document while it is read.

    `section` is the one whose blocks are read, `risk` the last risk that was read, with its section. `timed` are
    the ids of sprints whose effort was written as their duration, `unticked` the values of tasks, by identity, with an
    empty check box. `shares` are the values of sprints and tasks with how much of each is done, in per cent, `stated`
    the texts that say how they stand, by the identity of their values. `primary` are the sections that define a sprint,
    by identity: others that name it too are about it. `aliases` are the ids of sprints by the kind and id of another
    name that they have, or by their `pages`; `phases` are the ids of phases by those of their sprints. `later` are
    readers that need every id.
    """

    draft: Draft
    ledger: Ledger
    answers: Answers
    roles: Roles
    dates: DateSettings
    is_year_guessed: bool
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
    risk: tuple[Section, Owner] | None = field(init=False, default=None)
    _asked: set[tuple[str, tuple[str, ...], str]] = field(init=False, default_factory=set)
    _tasks: dict[str, Owner] = field(init=False, default_factory=dict)
    _ids: values.Ids = field(init=False, default_factory=values.Ids)
    _sprint_ids: values.Ids = field(init=False, default_factory=values.Ids)
    _by_key: tuple[int, Mapping[str, str]] = field(init=False, default=(0, {}))
    _known: dict[int, tuple[int, set[str]]] = field(init=False, default_factory=dict)
    _owners: dict[str, str] = field(init=False, default_factory=dict)
    _phase_ids: dict[str, str] = field(init=False, default_factory=dict)

    @property
    def plan(self) -> Owner:
        """The plan itself."""
        return Owner("plan", "", self.draft.plan)

    @property
    def heading(self) -> str:
        """The heading of the section that is read, without the marks around it."""
        return without_signs(plain(self.section.title)).rstrip(":\uff1a ")

    @property
    def is_in_header(self) -> bool:
        """Whether what is read stands below the plan's own title, or above all headings."""
        return self.section.level == 0 or plain(self.section.title) == self.draft.plan.get("title")

    def lead(self, block: Block) -> Block | None:
        """The paragraph that introduces a block: the one before it in its section, where it ends with a colon."""
        blocks = self.section.blocks
        place = bisect_left(blocks, block.span.first, key=lambda other: other.span.first)
        before = blocks[place - 1] if place else None
        is_lead = before is not None and before.kind == "paragraph" and plain(before.text).endswith((":", "\uff1a"))
        return before if is_lead else None

    def take_lead(self, block: Block, owner: Owner, name: str) -> str:
        """Take the paragraph that introduces a block as part of a field; its text without the colon, or nothing."""
        lead = self.lead(block)
        text = plain(lead.text).rstrip(":\uff1a ") if lead else ""
        if lead:
            self.ledger.take(lead.span, text, f"{owner}: {name}")
        return text

    def take_heading(self, owner: Owner, name: str) -> None:
        """Take the heading of the section that is read as the name of a field."""
        self.ledger.take(self.section.head, plain(self.section.title), f"{owner}: {name}")

    def sprint(self, id_: str) -> Owner:
        """A sprint that the draft has."""
        return Owner("sprint", id_, self.draft.sprints[id_])

    def phase(self, id_: str) -> Owner:
        """A phase that the draft has."""
        return Owner("phase", id_, self.draft.phases[id_])

    def phase_of(self, id_: str, title: str) -> Owner:
        """The phase of an id or a title, new where the draft has none."""
        if id_ not in self.draft.phases:
            id_ = self._phase_ids.get(key(title)) or id_ or slug(title)[:30].strip("-") or "phase"
            self.draft.phases.setdefault(id_, {"id": id_, "title": title})
            self._phase_ids.setdefault(key(self.draft.phases[id_].get("title", "")), id_)
        return self.phase(id_)

    def join(self, sprint: str, phase: Owner) -> None:
        """Put a sprint into a phase, unless it is in one."""
        if sprint not in self.phases:
            self.phases[sprint] = phase.id
            phase.values.setdefault("sprints", []).append(sprint)

    def milestone(self, id_: str) -> Owner:
        """A milestone, new where the draft has none of the id."""
        return Owner("milestone", id_, self.draft.milestones.setdefault(id_, {"id": id_}))

    def group(self, title: str, around: Owner) -> Owner | None:
        """A new group of tasks in the sprint that a text stands in; None where it stands in none."""
        sprint = self.sprint_of(around)
        if sprint is None or not fits_line("title", title):
            return None
        group: Values = {"title": title}
        sprint.values.setdefault("groups", []).append(group)
        return Owner("group", title, group, sprint)

    def task(self, id_: str, around: Owner, *, is_number: bool = False) -> Owner | None:
        """The task of an id, new in the sprint or group that a text stands in; None where it stands in none.

        With `is_number` the id counts the tasks of one sprint: in another one, it is another task's.
        """
        sprint = self.sprint_of(around)
        id_ = f"task-{id_}" if id_ in self.draft.sprints else id_
        known = self._tasks.get(id_)
        if is_number and known and known.sprint and sprint and known.sprint.id != sprint.id:
            id_ = f"{sprint.id}-{id_.removeprefix('task-')}"
            known = self._tasks.get(id_)
        if known is None and sprint is not None:
            group = {"group": around.values["title"]} if around.kind == "group" else {}
            values: Values = {"id": id_} | group
            sprint.values.setdefault("tasks", []).append(values)
            known = self._tasks[id_] = Owner("task", id_, values, sprint)
            self.ids.add(id_)
        return known

    def continue_in(self, task: Owner, around: Owner, span: Span, text: str) -> None:
        """Note that a task stands in a second sprint too: it goes on there."""
        sprint = self.sprint_of(around)
        if sprint is not None and task.sprint is not None and sprint.id != task.sprint.id:
            self.put(task, "also_in", sprint.id, span, text)

    def new_task(self, around: Owner) -> Owner | None:
        """A task without an id in the sprint or group that a text stands in; None where it stands in none."""
        sprint = self.sprint_of(around)
        if sprint is None:
            return None
        values: Values = {"group": around.values["title"]} if around.kind == "group" else {}
        sprint.values.setdefault("tasks", []).append(values)
        return Owner("task", "", values, sprint)

    @property
    def ids(self) -> values.Ids:
        """The ids of all sprints and of the tasks that are known so far."""
        if len(self._ids) < len(self.draft.sprints):
            self._ids = values.Ids(self.draft.sprints)
        return self._ids

    @property
    def sprint_ids(self) -> values.Ids:
        """The ids of all sprints."""
        if len(self.draft.sprints) != len(self._sprint_ids):
            self._sprint_ids = values.Ids(self.draft.sprints)
        return self._sprint_ids

    def window(self, text: str, line: int) -> Read[str] | None:
        """The window of time with which a text begins; one that depends on what nobody stated becomes a question."""
        window = windows.window(text, self.dates)
        if isinstance(window, Read) and window.text.strip() and self.is_year_guessed and not _YEAR.search(text):
            reading = f"{self.dates.first_day.year if self.dates.first_day else self.dates.year}"
            if _ISO.search(window.value):
                self.ask(line, "The dates have no year.", (reading,), "year")
        if isinstance(window, windows.Doubt):
            self.ask(line, f"{window.text} can be read in more than one way.", window.readings, window.setting)
            return None
        return window

    @property
    def ids_by_key(self) -> Mapping[str, str]:
        """The ids of all units by their letters and digits alone: T0001 for T0-001."""
        if len(self.ids) != self._by_key[0]:
            self._by_key = len(self.ids), {key(id_): id_ for id_ in self.ids}
        return self._by_key[1]

    def add_dependency(self, after: str, before: str, *, reason: str = "", is_soft: bool = False) -> bool:
        """Note that one unit needs another; returns whether both are known."""
        owner = self._tasks.get(after) or (self.sprint(after) if after in self.draft.sprints else None)
        if owner is None or before not in self.ids or before == after or self._is_part(before, of=owner):
            return False
        more = ({"reason": reason} if reason else {}) | ({"strength": "soft"} if is_soft else {})
        needs = owner.values.setdefault("depends_on", [])
        known = next((one for one in needs if before in (one, *(one.values() if isinstance(one, dict) else ()))), None)
        if known is None:
            kind = "task" if before in self._tasks else "sprint"
            needs.append({kind: before} | more if more else self.reference(owner, before))
        elif isinstance(known, str) and more:
            needs[needs.index(known)] = {"task" if before in self._tasks else "sprint": before} | more
        return True

    def _is_part(self, id_: str, *, of: Owner) -> bool:
        """Whether one of a sprint and a task is in the other."""
        task = self._tasks.get(id_)
        outer = of.sprint.id if of.sprint else None
        return outer == id_ or (task is not None and task.sprint is not None and task.sprint.id == of.id)

    def reference(self, owner: Owner, id_: str) -> Any:
        """A dependency of a part on a sprint or task, as plan files write it."""
        is_plain = (owner.kind == "task") == (id_ in self._tasks)
        return id_ if is_plain else {"task" if id_ in self._tasks else "sprint": id_}

    def sprint_of(self, owner: Owner) -> Owner | None:
        """The sprint that a part of it is in; a sprint itself."""
        return owner if owner.kind == "sprint" else owner.sprint

    def put(self, owner: Owner, name: str, value: Any, span: Span, text: str) -> bool:
        """Give a part a value that was read from `text`, somewhere in `span`; returns whether it has this value now.

        The first value of a field stays: of another one the text is left over, and becomes a note.
        """
        if not fits_line(name, value) or owner.values.setdefault(name, value) != value:
            return False
        if name == "title" and owner.kind == "phase":
            self._phase_ids.setdefault(key(value), owner.id)
        self.ledger.take(span, text, owner.label(name))
        return True

    def add(self, owner: Owner, name: str, value: Any, span: Span, text: str) -> None:
        """Add a value that was read from `text` to a list of a part; one that is there already is not added again."""
        if not fits_line(name, value):
            return
        present = owner.values.setdefault(name, [])
        count, known = self._known.get(id(present), (-1, set()))
        if count != len(present):
            known = set(map(repr, present))
        if (shown := repr(value)) not in known:
            known.add(shown)
            present.append(value)
        self._known[id(present)] = len(present), known
        self.ledger.take(span, text, owner.label(name))

    def state(self, text: str) -> Read[State] | None:
        """The state with which a text begins: as the team says its words mean, else as people use them."""
        shown = without_signs(plain(text))
        word = next((one for one in self.answers.states if shown.casefold().startswith(one.casefold())), None)
        is_whole = word is not None and not shown[len(word) : len(word) + 1].isalnum()
        return Read(self.answers.states[word], shown[: len(word)]) if word and is_whole else words.state(text)

    def declare_duration(self, sprint: Owner, text: str) -> None:
        """Keep how long a sprint takes as a fact of its own, where its work is stated elsewhere."""
        self.timed.discard(sprint.id)
        sprint.values.setdefault("declared", []).append({"claim": "fact", "says": text, "of": "Duration"})

    def owner_ids(self, owners: Iterable[values.OwnerName]) -> list[str]:
        """The ids of people, teams or roles in team.yml by their names; new ones are added."""
        return [self._owner_id(owner.name) for owner in owners]

    @property
    def word(self) -> str:
        """The document's word for a sprint."""
        return self.roles.sprint.word if self.roles.sprint else ""

    def _owner_id(self, name: str) -> str:
        if len(self._owners) != len(self.draft.owners):
            self._owners = {other.casefold(): id_ for id_, other in self.draft.owners.items()}
        known = self._owners.get(name.casefold())
        if known is not None or name in self.draft.owners:
            return known or name
        base = slug(name)[:28].strip("-") or f"owner-{len(self.draft.owners) + 1}"
        id_ = next(id_ for id_ in _numbered(base) if id_ not in self.draft.owners)
        self.draft.owners[id_] = name
        self._owners[name.casefold()] = id_
        return id_

    def ask(self, line: int, text: str, readings: Iterable[str], answer: str) -> None:
        """Note that something can be read in more than one way; the first of `readings` was chosen."""
        question = Question(line, text, tuple(readings), answer)
        if (text, question.readings, answer) not in self._asked:
            self._asked.add((text, question.readings, answer))
            self.draft.questions.append(question)


def _numbered(base: str) -> Iterable[str]:
    yield base
    yield from (f"{base}-{n}" for n in range(2, 100_000))


def fits_line(name: str, value: Any) -> bool:
    """Whether no text of a value is too long for its field."""
    if isinstance(value, dict):
        return all(fits_line(inner, text) for inner, text in value.items())
    return name in _PROSE or not isinstance(value, str) or len(value) <= _LONGEST_LINE


def key(text: str) -> str:
    """What two spellings of a title share: its letters and digits in lower case."""
    return _BETWEEN.sub("", text.casefold())
