"""Values of an issue as fields of its task, sprint or risk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from masterplan.importing import words
from masterplan.importing.draft import Question, Values
from masterplan.importing.github.issue_labels import Meaning, label_meaning, scoped_meaning, state_in, state_named
from masterplan.importing.github.issues import Assignee, FreeNames, Issue, IssueText, ProjectValue, ValueKind
from masterplan.importing.reading import DraftPart, Reading
from masterplan.model.naming import slug
from masterplan.model.part import fields_of
from masterplan.model.risk import NamedRisk
from masterplan.model.sprint import Sprint
from masterplan.model.task import State, Task

_LONGEST_TITLE = 1_000
_NOT_DONE = {"not_planned", "duplicate", "not planned"}
_OPEN_STATES: tuple[State, ...] = ("blocked", "in progress", "deferred")
"""States of an open issue other than `planned`, in order of precedence."""

_READINGS = ("planned", "in progress", "deferred")
"""Possible meanings of a project column whose name is not a state."""

_MODEL_FIELDS = frozenset(field.name for part in (Sprint, Task, NamedRisk) for field in fields_of(part))
"""Names that a custom field cannot have."""

_LONGEST_ID = 28


class _StateText(NamedTuple):
    """A label or a project column (`is_status`) with its state; None if its text is not a state."""

    value: IssueText
    state: State | None
    is_status: bool


@dataclass
class Fields:
    """Fills parts of the plan from issues; `definitions` collects the custom fields by title in lower case."""

    reading: Reading
    definitions: dict[str, Values] = field(default_factory=dict)
    _owner_ids: dict[str, str] = field(default_factory=dict)
    _owner_names: FreeNames = field(default_factory=FreeNames)
    _field_names: FreeNames = field(default_factory=lambda: FreeNames(_MODEL_FIELDS))
    _asked: set[str] = field(default_factory=set)
    _lists: dict[str, dict[str, None]] = field(default_factory=dict)

    def fill(self, part: DraftPart, issue: Issue, sprint_label: str = "") -> None:
        """Read the values of an issue into a part of the plan; `sprint_label` is the label that names its sprint."""
        title = issue.values.get("title")
        text = " ".join(title.text.split())[:_LONGEST_TITLE] if title else f"#{issue.number}"
        part.values["title"] = text
        if title:
            self.take(part, "title", title, text)
        self._identify(part, issue)
        final = self._state(part, issue)
        for label in issue.labels:
            self._label(part, label, final, sprint_label)
        for person in issue.people:
            self._person(part, person)
        for value in issue.fields:
            self._field(part, value)
        for key, name in (("createdat", "Created"), ("closedat", "Closed")):
            if key in issue.values:
                self.custom(part, name, "date", issue.values[key], issue.values[key].text[:10])
        part.values.update({name: list(values) for name, values in self._lists.items()})
        self._lists.clear()

    def take(self, part: DraftPart, name: str, value: IssueText, text: str | None = None) -> None:
        """Record in the ledger that a value, or only `text` from it, went into a field of a part."""
        self.reading.ledger.take(value.span, value.text if text is None else text, f"{part}: {name}")

    def _collect(self, part: DraftPart, name: str, text: str, source: IssueText) -> None:
        """Add a value to a list field of the current part, once."""
        self._lists.setdefault(name, {})[text] = None
        self.take(part, name, source)

    def _put(self, part: DraftPart, name: str, value: str, source: IssueText) -> bool:
        return self.reading.put(part, name, value, source.span, source.text)

    def _identify(self, part: DraftPart, issue: Issue) -> None:
        number, url = issue.values.get("number"), issue.values.get("url")
        if number and part.id:
            self.take(part, "id", number)
        if url and part.kind == "risk":
            self.custom(part, "Issue", "link", url, url.text)
        elif url:
            link = {"title": f"#{issue.number}" if issue.number else "Issue", "url": url.text}
            self.reading.add(part, "links", link, url.span, url.text)

    def _state(self, part: DraftPart, issue: Issue) -> State:
        """Read the state of an issue; a risk is only open or closed."""
        state_texts = list(self._state_texts(issue))
        final = _final_state(issue, state_texts)
        if part.kind == "risk":
            part.values.update({"state": "closed"} if final in {"done", "dropped"} else {})
        elif final != "planned":
            part.values["state"] = final
        for key in ("state", "closed", "statereason"):
            if key in issue.values:
                self.take(part, "state", issue.values[key])
        for text in state_texts:
            if text.state == final:
                self.take(part, "state", text.value)
            elif text.is_status and text.state is None:
                self._ask(part, text.value)
            elif text.is_status:
                self.reading.ledger.refuse(text.value.span, f"the issue is {final}")
        return final

    def _state_texts(self, issue: Issue) -> Iterator[_StateText]:
        """States named by project columns and labels."""
        states = self.reading.answers.states
        columns = (item.value for item in issue.fields if words.field_of(item.name) == "state")
        for value in (*issue.statuses, *columns):
            yield _StateText(value, state_named(value.text, states), is_status=True)
        for label in issue.labels:
            yield from self._label_state(label)

    def _label_state(self, label: IssueText) -> Iterator[_StateText]:
        """State named by a label, in the team's own words or in common ones."""
        states, meaning = self.reading.answers.states, label_meaning(label.text)
        is_state = meaning.field == "state"
        state = state_named(meaning.value, states) if is_state else state_in(label.text, states)
        if state:
            yield _StateText(label, state, is_status=False)

    def _ask(self, part: DraftPart, value: IssueText) -> None:
        """Keep a column that is not a state as a label, and ask for its meaning."""
        text = " ".join(value.text.split())
        if part.kind != "risk":
            self._collect(part, "labels", text, value)
        if text not in self._asked:
            self._asked.add(text)
            question = Question(value.line, text, _READINGS, f"states: {{{text}: planned}}")
            self.reading.draft.questions.append(question)

    def _label(self, part: DraftPart, label: IssueText, final: State, sprint_label: str) -> None:
        meaning, states = label_meaning(label.text), {text.state for text in self._label_state(label)}
        if sprint_label and meaning == Meaning("sprint", sprint_label):
            self.take(part, "sprint", label)
        elif part.kind == "risk":
            self._risk_label(part, label, meaning)
        elif final not in states and not self._put_meaning(part, meaning, label):
            self._collect(part, "labels", " ".join(label.text.split()), label)

    def _put_meaning(self, part: DraftPart, meaning: Meaning | None, source: IssueText) -> bool:
        """Read a priority, points or an effort; returns whether it is one, and the first for its field."""
        return meaning is not None and meaning.field in {"priority", "points", "effort"} and (
            self._put(part, meaning.field, meaning.value, source)
        )  # fmt: skip

    def _risk_label(self, part: DraftPart, label: IssueText, meaning: Meaning) -> None:
        level = words.level(meaning.value)
        if meaning.field == "risk":
            self.take(part, "risk", label)
        elif level and meaning.field in {"level", "priority"}:
            self._put(part, "level", level.value, label)

    def _person(self, part: DraftPart, person: Assignee) -> None:
        owners, login = self.reading.draft.owners, person.login.text.strip()
        id_ = self._owner_ids.get(login.casefold())
        if id_ is None:
            id_ = self._owner_names.free(slug(login)[:_LONGEST_ID].strip("-") or "person")
            self._owner_ids[login.casefold()] = id_
        name = " ".join(person.name.text.split())
        owners[id_] = name if owners.get(id_, login) == login else owners[id_]
        self._collect(part, "owner", id_, person.login)
        if owners[id_] == name:
            self.take(part, "owner", person.name)

    def _field(self, part: DraftPart, item: ProjectValue) -> None:
        """Read the value of a project field into a field of the model, else into a custom field."""
        name = words.field_of(item.name)
        meaning = scoped_meaning(item.name, item.value.text)
        if name == "state":
            return
        if name == "title" and item.value.text.strip() == part.values["title"]:
            self.take(part, "title", item.value)
        elif part.kind == "risk" and meaning and meaning.field in {"priority", "level"}:
            self._risk_label(part, item.value, meaning)
        elif part.kind == "risk" or not self._put_meaning(part, meaning, item.value):
            self.custom(part, item.name, item.kind, item.value, item.value.text)

    def custom(self, part: DraftPart, name: str, kind: ValueKind, source: IssueText, text: str) -> None:
        """Read a value into a custom field, declared in plan.yml on first use."""
        definition = self.definitions.get(name.casefold())
        if definition is None:
            id_ = self._field_names.free(slug(name, "_")[:_LONGEST_ID].strip("_") or "field")
            definition = {"id": id_, "title": name, "of": [], "kind": kind}
            self.definitions[name.casefold()] = definition
        if definition["kind"] != kind:
            definition["kind"] = "text"
        if part.kind not in definition["of"]:
            definition["of"].append(part.kind)
        values = part.values.setdefault("fields", {})
        if values.setdefault(definition["id"], text) == text:
            self.take(part, name, source)


def _final_state(issue: Issue, state_texts: Iterable[_StateText]) -> State:
    """State of an issue: open or closed decides first, then labels and columns."""
    states = {state.state for state in state_texts}
    texts = [issue.values[key].text.strip().casefold() for key in ("state", "closed") if key in issue.values]
    if "closed" in texts:
        reason = issue.values.get("statereason")
        is_dropped = reason is not None and reason.text.strip().casefold() in _NOT_DONE
        return "dropped" if is_dropped or "dropped" in states else "done"
    if not texts and states & {"done", "dropped"}:
        return "done" if "done" in states else "dropped"
    return next((state for state in _OPEN_STATES if state in states), "planned")
