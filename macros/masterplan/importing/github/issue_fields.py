"""The values of an issue as fields of the task, sprint or risk that it becomes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from masterplan.importing import words
from masterplan.importing.draft import Question, Values
from masterplan.importing.github.issue_labels import Meaning, meaning, scoped_meaning, state_in, state_named
from masterplan.importing.github.issues import Assignee, FreeNames, Issue, IssueText, ProjectValue, ValueKind
from masterplan.importing.reading import Owner, Reading
from masterplan.model.naming import slug
from masterplan.model.part import fields_of
from masterplan.model.risk import NamedRisk
from masterplan.model.sprint import Sprint
from masterplan.model.task import State, Task

_LONGEST_TITLE = 1_000
_NOT_DONE = {"not_planned", "duplicate", "not planned"}
_OPEN_STATES: tuple[State, ...] = ("blocked", "in progress", "deferred")
"""What an open issue can be besides planned, the strongest first."""

_READINGS = ("planned", "in progress", "deferred")
"""What a column can mean that is no state by its name."""

_OURS = frozenset(field.name for part in (Sprint, Task, NamedRisk) for field in fields_of(part))
"""FreeNames that a field of the team's own cannot have."""

_LONGEST_ID = 28


class _Said(NamedTuple):
    """A state that a label or a column of a project names; None where its text is no state."""

    value: IssueText
    state: State | None
    is_status: bool


@dataclass
class Fields:
    """Fills parts of the plan; `definitions` are the fields of the team's own that came up, by their title."""

    reading: Reading
    definitions: dict[str, Values] = field(default_factory=dict)
    _owner_ids: dict[str, str] = field(default_factory=dict)
    _owner_names: FreeNames = field(default_factory=FreeNames)
    _field_names: FreeNames = field(default_factory=lambda: FreeNames(_OURS))
    _asked: set[str] = field(default_factory=set)
    _lists: dict[str, dict[str, None]] = field(default_factory=dict)

    def fill(self, owner: Owner, issue: Issue, sprint_label: str = "") -> None:
        """Take what an issue says of itself; `sprint_label` is the label that says which sprint it is in."""
        title = issue.values.get("title")
        text = " ".join(title.text.split())[:_LONGEST_TITLE] if title else f"#{issue.number}"
        owner.values["title"] = text
        if title:
            self.take(owner, "title", title, text)
        self._identify(owner, issue)
        final = self._state(owner, issue)
        for label in issue.labels:
            self._label(owner, label, final, sprint_label)
        for person in issue.people:
            self._person(owner, person)
        for one in issue.fields:
            self._field(owner, one)
        for key, name in (("createdat", "Created"), ("closedat", "Closed")):
            if key in issue.values:
                self.custom(owner, name, "date", issue.values[key], issue.values[key].text[:10])
        owner.values.update({name: list(values) for name, values in self._lists.items()})
        self._lists.clear()

    def take(self, owner: Owner, name: str, value: IssueText, text: str | None = None) -> None:
        """Note that a value went into a field of a part; with `text`, only that part of it."""
        self.reading.ledger.take(value.span, value.text if text is None else text, f"{owner}: {name}")

    def _collect(self, owner: Owner, name: str, text: str, source: IssueText) -> None:
        """Take a value into a list of the part that is being filled, once."""
        self._lists.setdefault(name, {})[text] = None
        self.take(owner, name, source)

    def _put(self, owner: Owner, name: str, value: str, source: IssueText) -> bool:
        return self.reading.put(owner, name, value, source.span, source.text)

    def _identify(self, owner: Owner, issue: Issue) -> None:
        number, url = issue.values.get("number"), issue.values.get("url")
        if number and owner.id:
            self.take(owner, "id", number)
        if url and owner.kind == "risk":
            self.custom(owner, "Issue", "link", url, url.text)
        elif url:
            link = {"title": f"#{issue.number}" if issue.number else "Issue", "url": url.text}
            self.reading.add(owner, "links", link, url.span, url.text)

    def _state(self, owner: Owner, issue: Issue) -> State:
        """Take the state; a risk is open or closed, and no more."""
        said = list(self._said(issue))
        final = _final(issue, said)
        if owner.kind == "risk":
            owner.values.update({"state": "closed"} if final in {"done", "dropped"} else {})
        elif final != "planned":
            owner.values["state"] = final
        for key in ("state", "closed", "statereason"):
            if key in issue.values:
                self.take(owner, "state", issue.values[key])
        for one in said:
            if one.state == final:
                self.take(owner, "state", one.value)
            elif one.is_status and one.state is None:
                self._ask(owner, one.value)
            elif one.is_status:
                self.reading.ledger.refuse(one.value.span, f"the issue is {final}")
        return final

    def _said(self, issue: Issue) -> Iterator[_Said]:
        """The states that columns of projects and labels name."""
        states = self.reading.answers.states
        for value in (*issue.statuses, *(one.value for one in issue.fields if words.field_of(one.name) == "state")):
            yield _Said(value, state_named(value.text, states), is_status=True)
        for label in issue.labels:
            yield from self._of_label(label)

    def _of_label(self, label: IssueText) -> Iterator[_Said]:
        """The state that a label names, by a team's own words or those of many."""
        states, known = self.reading.answers.states, meaning(label.text)
        named = state_named(known.value, states) if known.field == "state" else state_in(label.text, states)
        if named:
            yield _Said(label, named, is_status=False)

    def _ask(self, owner: Owner, value: IssueText) -> None:
        """Keep a column that is no state as a label, and ask for its meaning."""
        text = " ".join(value.text.split())
        if owner.kind != "risk":
            self._collect(owner, "labels", text, value)
        if text not in self._asked:
            self._asked.add(text)
            question = Question(value.line, text, _READINGS, f"states: {{{text}: planned}}")
            self.reading.draft.questions.append(question)

    def _label(self, owner: Owner, label: IssueText, final: State, sprint_label: str) -> None:
        known = meaning(label.text)
        if sprint_label and known == Meaning("sprint", sprint_label):
            self.take(owner, "sprint", label)
        elif owner.kind == "risk":
            self._of_risk(owner, label, known)
        elif final not in {one.state for one in self._of_label(label)} and not self._known(owner, known, label):
            self._collect(owner, "labels", " ".join(label.text.split()), label)

    def _known(self, owner: Owner, known: Meaning | None, source: IssueText) -> bool:
        """Take a value whose field a plan has; returns whether it is one, and the first of its field."""
        return known is not None and known.field in {"priority", "points", "effort"} and (
            self._put(owner, known.field, known.value, source)
        )  # fmt: skip

    def _of_risk(self, owner: Owner, label: IssueText, known: Meaning) -> None:
        level = words.level(known.value)
        if known.field == "risk":
            self.take(owner, "risk", label)
        elif level and known.field in {"level", "priority"}:
            self._put(owner, "level", level.value, label)

    def _person(self, owner: Owner, person: Assignee) -> None:
        owners, login = self.reading.draft.owners, person.login.text.strip()
        id_ = self._owner_ids.get(login.casefold())
        if id_ is None:
            id_ = self._owner_names.free(slug(login)[:_LONGEST_ID].strip("-") or "person")
            self._owner_ids[login.casefold()] = id_
        name = " ".join(person.name.text.split())
        owners[id_] = name if owners.get(id_, login) == login else owners[id_]
        self._collect(owner, "owner", id_, person.login)
        if owners[id_] == name:
            self.take(owner, "owner", person.name)

    def _field(self, owner: Owner, one: ProjectValue) -> None:
        """Take the value of a project's field: a field that every plan has, else one of the team's own."""
        name = words.field_of(one.name)
        known = scoped_meaning(one.name, one.value.text)
        if name == "state":
            return
        if name == "title" and one.value.text.strip() == owner.values["title"]:
            self.take(owner, "title", one.value)
        elif owner.kind == "risk" and known and known.field in {"priority", "level"}:
            self._of_risk(owner, one.value, known)
        elif owner.kind == "risk" or not self._known(owner, known, one.value):
            self.custom(owner, one.name, one.kind, one.value, one.value.text)

    def custom(self, owner: Owner, name: str, kind: ValueKind, source: IssueText, text: str) -> None:
        """Take a value of a field that plan.yml then declares."""
        definition = self.definitions.get(name.casefold())
        if definition is None:
            id_ = self._field_names.free(slug(name, "_")[:_LONGEST_ID].strip("_") or "field")
            definition = {"id": id_, "title": name, "of": [], "kind": kind}
            self.definitions[name.casefold()] = definition
        if definition["kind"] != kind:
            definition["kind"] = "text"
        if owner.kind not in definition["of"]:
            definition["of"].append(owner.kind)
        values = owner.values.setdefault("fields", {})
        if values.setdefault(definition["id"], text) == text:
            self.take(owner, name, source)


def _final(issue: Issue, said: Iterable[_Said]) -> State:
    """The state of an issue: whether it is closed decides, then labels and columns."""
    named = {one.state for one in said}
    words_ = [issue.values[key].text.strip().casefold() for key in ("state", "closed") if key in issue.values]
    if "closed" in words_:
        reason = issue.values.get("statereason")
        is_dropped = reason is not None and reason.text.strip().casefold() in _NOT_DONE
        return "dropped" if is_dropped or "dropped" in named else "done"
    if not words_ and named & {"done", "dropped"}:
        return "done" if "done" in named else "dropped"
    return next((one for one in _OPEN_STATES if one in named), "planned")
