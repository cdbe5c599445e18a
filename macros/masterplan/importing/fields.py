"""LabelledText values of a document as fields of the part they stand under."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from textwrap import dedent
from typing import Any, Protocol

from pydantic import TypeAdapter

from masterplan.importing import claims, clues, lengths, relations, sequence, states, values, words
from masterplan.importing.document import Block
from masterplan.importing.entries import LabelledText, items, phrases, texts
from masterplan.importing.headings import read_head
from masterplan.importing.ledger import Span
from masterplan.importing.lengths import SIZED, WORK
from masterplan.importing.marks import hyperlinks, plain, without_signs
from masterplan.importing.reading import Owner, OwnerKind, Reading
from masterplan.model.fields import PageName

Reader = Callable[[Reading, Owner, LabelledText], bool]
"""Takes a labelled text as a field of a part; returns whether it did."""

OwnerKinds = Collection[OwnerKind]

SPRINT: OwnerKinds = {"sprint"}
RISK: OwnerKinds = {"risk"}
SCOPES: OwnerKinds = ("plan", "phase", "sprint")
ACCEPTED: OwnerKinds = ("plan", "phase", "sprint", "task", "milestone")
LINKED: OwnerKinds = ("plan", "phase", "sprint", "task", "milestone")
OWNED: OwnerKinds = ("phase", "sprint", "task", "milestone", "risk")
RISKS: OwnerKinds = ("risk", "sprint")

_SPRINT_FIELDS = {"acceptance", "deliverables", "depends_on", "needed_by", "tests", "rollback", "risk", "risks"}
"""Fields that a group of tasks has not: they are those of its sprint."""

_PROSE = {"objective", "description"}
_NAME = re.compile(r"[\W_]+")
_PAGE: TypeAdapter[object] = TypeAdapter(PageName)


class _Value(Protocol):
    """A value that was read, and the text that says it."""

    @property
    def value(self) -> Any: ...
    @property
    def text(self) -> str: ...


def read(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take a labelled text as the field that its label names; returns whether it is one, and fits."""
    name = words.field_of(entry.label) if entry.label else None
    reader = READERS.get(name) if name else None
    if (named := _named(reading, owner, entry.label or "")) is None:
        return False
    owner = _field_owner(named, name)
    is_field = reader is not None and reader(reading, owner, entry)
    if entry.label is None or not (is_field or claims.read_claim(reading, owner, entry)):
        return False
    reading.ledger.take(entry.span, entry.label, f"{owner}: {name}")
    return True


def read_front_matter(reading: Reading, block: Block) -> None:
    """Take the settings above a document as fields of the plan; their title is its title where no heading is."""
    for n, line in enumerate(block.text.split("\n") if block.kind == "front matter" else (), block.span.first + 1):
        label, _, text = line.partition(":")
        text, span = text.strip().strip("\"'"), Span(n, n)
        if label.strip() == "title" and text and reading.put(reading.plan, "title", text, span, text):
            reading.ledger.take(span, label, "plan: title")
        elif text and read(reading, reading.plan, LabelledText(span, label.strip().replace("_", " "), text)):
            reading.ledger.take(span, label, "plan: settings")


def _named(reading: Reading, owner: Owner, label: str) -> Owner | None:
    """The sprint that a label names, `Sprint 1 Total`, None if it is not in the plan; else the part it stands under."""
    head = read_head(label)
    if head is None or not head.about or reading.roles.of(head) != "sprint":
        return owner
    return reading.sprint(head.id) if head.id in reading.draft.sprints else None


def _field_owner(owner: Owner, name: str | None) -> Owner:
    """The part that has a field: for a group of tasks often its sprint."""
    return owner.sprint if owner.kind == "group" and owner.sprint and name in _SPRINT_FIELDS else owner


def read_block(reading: Reading, owner: Owner, name: str, block: Block) -> bool:
    """Take a block below a heading that names a field, as if it stood behind the label.

    A paragraph before or after a list is no value of a field that is one: `All of these must hold:`.
    """
    reader, owner = READERS.get(name), _field_owner(owner, name)
    has_list = any(other.kind == "list" for other in reading.section.blocks)
    is_around = block.kind == "paragraph" and name not in _PROSE and (has_list or _leads(block.text))
    if reader is None or block.kind not in {"paragraph", "list"} or is_around:
        return False
    text = block.text if block.kind == "paragraph" else ""
    return reader(reading, owner, LabelledText(block.span, name, text, (block,)))


def _leads(text: str) -> bool:
    """Whether a text leads to what follows it."""
    return text.rstrip(" *_").endswith((":", "\uff1a"))


def _one(name: str, kinds: OwnerKinds, read_value: Callable[[str], _Value | None]) -> Reader:
    """A reader of a field with one value."""

    def reader(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
        value = read_value(plain(entry.text)) if owner.kind in kinds else None
        return value is not None and reading.put(owner, name, value.value, entry.span, value.text)

    return reader


def _whole(text: str) -> words.Read[str] | None:
    """A whole text, unless there is none."""
    return words.Read(text, text) if text else None


def _prose(name: str, kinds: OwnerKinds) -> Reader:
    """A reader of a field with Markdown: a paragraph; of an objective also a list, with the text that leads to it."""

    def reader(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
        listed = dedent("\n".join(block.text for block in entry.blocks if block.kind == "list")).rstrip()
        text = "\n\n".join(part for part in (entry.text, listed) if part)
        if owner.kind not in kinds or not text or (listed and name != "objective"):
            return False
        present = owner.values.get(name, "")
        if not (listed and _leads(present)):
            return reading.put(owner, name, text, entry.span, text)
        owner.values[name] = f"{present}\n\n{text}"
        reading.ledger.take(entry.span, text, f"{owner}: {name}")
        return True

    return reader


def _lines(name: str, kinds: OwnerKinds) -> Reader:
    """A reader of a field with a list of texts."""

    def reader(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
        if owner.kind not in kinds:
            return False
        for span, text in texts(entry):
            reading.add(owner, name, without_signs(plain(text)), span, plain(text))
        return bool(owner.values.get(name))

    return reader


def _state(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    text = plain(entry.text)
    state = reading.state(text) if owner.kind in WORK else None
    if state is None or not states.put_state(reading, owner, state, entry.span):
        return False
    states.take_share(reading, owner, state.value, text, entry.span)
    return True


def _owner(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    names = values.owners(plain(entry.text)) if owner.kind in OWNED else None
    if names is None:
        return False
    if not names.value:
        reading.ledger.take(entry.span, names.text, f"{owner}: owner")
        return True
    return reading.put(owner, "owner", reading.owner_ids(names.value), entry.span, names.text)


def _acceptance(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    name = "criteria" if owner.kind == "milestone" else "acceptance"
    if owner.kind not in ACCEPTED:
        return False
    for item in items(entry):
        text = without_signs(plain(item.text))
        criterion = {"text": text, "done": True} if item.checked else text
        reading.add(owner, name, criterion, item.span, f"x {text}" if item.checked else text)
    for span, text in () if items(entry) else texts(entry):
        reading.add(owner, name, without_signs(plain(text)), span, plain(text))
    return True


def _relation(read_now: Reader) -> Reader:
    """A reader of dependencies: at once, and again when every id is known."""

    def again(reading: Reading, owner: Owner, entry: LabelledText) -> None:
        if read_now(reading, owner, entry) and entry.label:
            reading.ledger.take(entry.span, entry.label, f"{owner}: depends_on")

    def reader(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
        reading.deferred.append(partial(again, reading, owner, entry))
        return read_now(reading, owner, entry)

    return reader


def _depends_on(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    if not items(entry):
        return relations.read_value(reading, owner, entry.span, entry.text)
    return sum(relations.read_item(reading, owner, span, text) for span, text in texts(entry)) > 0


def _needed_by(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    return sum(relations.read_needed_by(reading, owner, span, text) for span, text in texts(entry)) > 0


def _risk(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """A level of risk; the text behind it stays."""
    level = words.level(plain(entry.text)) if owner.kind in RISKS else None
    if level is None:
        return False
    if owner.kind == "risk":
        return reading.put(owner, "level", level.value, entry.span, level.text)
    risk = Owner("risk", owner.id, owner.values.setdefault("risk", {}))
    is_level = reading.put(risk, "level", level.value, entry.span, level.text)
    behind = plain(entry.text).partition(level.text)[2]
    if is_level and behind[:1] in {" ", ",", ":", ";"} and (text := behind.strip(" —–-:,;")):
        reading.put(risk, "description", text, entry.span, text)
    return is_level


def _mitigation(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Measures against a risk, or against a sprint's risk as a whole where it has a level."""
    values_ = owner.values if owner.kind == "risk" else owner.values.get("risk")
    if owner.kind not in RISKS or not values_:
        return False
    for span, text in phrases(entry):
        reading.add(Owner("risk", owner.id, values_), "mitigation", text, span, text)
    return True


def _rollback(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    return owner.kind in {"plan", "sprint"} and add_rollback_steps(reading, owner, texts(entry))


def add_rollback_steps(reading: Reading, owner: Owner, listed: Iterable[tuple[Span, str]]) -> bool:
    """Add steps to the rollback of a part; a step that says so makes clear that none is needed."""
    undo = owner.inside("rollback")
    for span, text in listed:
        shown = plain(text)
        if "not needed" in clues.signals(shown):
            undo.values["needed"] = False
        reading.add(undo, "steps", without_signs(shown), span, shown)
    return bool(undo.values.get("steps"))


def _asks(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """What others have to bring; not where units of the plan are named, which are dependencies."""
    if owner.kind not in SCOPES:
        return False
    if words.is_none(plain(entry.text)) and not items(entry):
        reading.ledger.take(entry.span, plain(entry.text), f"{owner}: asks")
        return True
    for span, text in texts(entry):
        shown = without_signs(plain(text))
        if not values.references(shown, reading.ids):
            reading.add(owner, "asks", {"title": shown}, span, shown)
    return bool(owner.values.get("asks"))


def _tests(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    if owner.kind not in WORK:
        return False
    listed = [(span, plain(text)) for span, text in texts(entry)]
    named = [(span, text) for span, text in listed if re.search(r"[^\W\d_]{2}", text)]
    for span, text in named:
        reading.add(owner, "tests", text, span, text)
    return bool(named)


def _links(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    for span, text in texts(entry):
        read_links(reading, owner, span, text)
    return bool(owner.values.get("links"))


def read_links(reading: Reading, owner: Owner, span: Span, text: str) -> None:
    """Add the links in a text to those of a part, where it has some of its own."""
    if owner.kind in LINKED:
        for link in hyperlinks(text):
            title = plain(link.text)
            if link.url.startswith(("http://", "https://")) and title:
                reading.add(owner, "links", {"title": title, "url": link.url}, span, f"{title} {link.url}")


def _title(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """What a sprint or phase is about, which describes one with another title: `Focus: Bookings, berths`."""
    text = plain(entry.text)
    if owner.kind not in {"sprint", "phase"} or not text or items(entry):
        return False
    return reading.put(owner, "description" if "title" in owner.values else "title", text, entry.span, text)


def _impact(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """How bad a risk would be, or what a sprint brings."""
    text = plain(entry.text)
    if owner.kind == "sprint" and text and not items(entry):
        return reading.put(owner, "impact", text, entry.span, text)
    level = words.level(text) if owner.kind == "risk" else None
    if level is None:
        is_said = owner.kind == "risk" and bool(text) and not items(entry)
        return is_said and reading.put(owner, "description", f"{entry.label}: {text}", entry.span, text)
    return reading.put(owner, "impact", level.value, entry.span, level.text)


def _page(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """The file of a sprint's page: one whose name has the sprint's id, as `SPRINT_4_request_batching.md`."""
    name = plain(entry.text).partition(" ")[0]
    if (
        owner.kind != "sprint"
        or not values.fits(_PAGE, name)
        or owner.id.casefold() not in _NAME.split(name.casefold())
    ):
        return False
    if reading.pages.get(name, owner.id) != owner.id or not reading.put(owner, "page", name, entry.span, name):
        return False
    reading.pages[name] = owner.id
    return True


READERS: Mapping[str, Reader] = {
    "title": _title,
    "state": _state,
    "owner": _owner,
    "effort": lengths.read_size,
    "duration": lengths.read_duration,
    "points": _one("points", SIZED, lambda text: values.points(text, bare=True)),
    "capacity": _one("capacity", SPRINT, values.effort),
    "buffer": _one("buffer", SPRINT, values.effort),
    "priority": _one("priority", WORK, words.priority),
    "likelihood": _one("likelihood", RISK, words.level),
    "impact": _impact,
    "risk": _risk,
    "risks": _risk,
    "mitigation": _mitigation,
    "contingency": _lines("contingency", RISK),
    "trigger": _one("trigger", RISK, _whole),
    "objective": _prose("objective", SCOPES),
    "description": _prose("description", ("phase", "sprint", "task", "milestone", "risk")),
    "deliverables": _lines("deliverables", SCOPES),
    "assumptions": _lines("assumptions", SCOPES),
    "acceptance": _acceptance,
    "depends_on": _relation(_depends_on),
    "needed_by": _relation(_needed_by),
    "sprints": sequence.read_sprints,
    "why": sequence.read_why,
    "parallel": sequence.read_parallel,
    "savings": claims.read_savings,
    "progress": claims.read_progress,
    "updated": lengths.read_updated,
    "files": _page,
    "rollback": _rollback,
    "asks": _asks,
    "tests": _tests,
    "links": _links,
    "when": lengths.read_when,
    "start": lengths.read_start,
    "end": lengths.read_end,
}
"""How each field is read, by the names that `words.field` gives."""
