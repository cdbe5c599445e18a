"""Readers of labelled values into the fields of a part of the plan."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from textwrap import dedent
from typing import Any, Protocol

from pydantic import TypeAdapter

from masterplan.importing import claims, clues, durations, relations, sequence, states, values, words
from masterplan.importing.document import Block
from masterplan.importing.entries import LabelledText, items, phrases, texts
from masterplan.importing.headings import read_head
from masterplan.importing.ledger import Span
from masterplan.importing.marks import hyperlinks, is_lead, plain, without_signs
from masterplan.importing.owners import read_owners
from masterplan.importing.reading import DATED, SCOPES, SIZED, WORK, DraftPart, PartKind, Reading
from masterplan.model.fields import PageName

Reader = Callable[[Reading, DraftPart, LabelledText], bool]
"""Reads a labelled text into a field of a part of the plan; returns whether it could."""

_PartKinds = Collection[PartKind]

_SPRINT: _PartKinds = {"sprint"}
_RISK: _PartKinds = {"risk"}
_ACCEPTED: _PartKinds = {*SCOPES, "task", "milestone"}
_LINKED = _ACCEPTED
_OWNED: _PartKinds = {*DATED, "risk"}
_RISKS: _PartKinds = ("risk", "sprint")

_SPRINT_FIELDS = {"acceptance", "deliverables", "depends_on", "needed_by", "tests", "rollback", "risk", "risks"}
"""Fields that a group of tasks leaves to its sprint."""

_PROSE = {"objective", "description"}
_NAME = re.compile(r"[\W_]+")
_PAGE: TypeAdapter[object] = TypeAdapter(PageName)


class _Value(Protocol):
    """A parsed value, and the text it was read from."""

    @property
    def value(self) -> Any: ...
    @property
    def text(self) -> str: ...


def read(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a labelled text into the field that its label names, or as a claim; returns whether it could."""
    if entry.label is None or (subject := _subject(reading, part, entry.label)) is None:
        return False
    name = entry.field
    reader, part = READERS.get(name) if name else None, _field_owner(subject, name)
    if not (reader and reader(reading, part, entry)) and not claims.read_claim(reading, part, entry):
        return False
    reading.ledger.take(entry.span, entry.label, f"{part}: {name}")
    return True


def read_front_matter(reading: Reading, block: Block) -> None:
    """Read front matter into fields of the plan; its title counts only if no heading gives one."""
    for n, line in block.lines if block.kind == "front matter" else ():
        label, _, text = line.partition(":")
        text, span = text.strip().strip("\"'"), Span(n, n)
        if label.strip() == "title" and text and reading.put(reading.plan, "title", text, span, text):
            reading.ledger.take(span, label, "plan: title")
        elif text and read(reading, reading.plan, LabelledText(span, label.strip().replace("_", " "), text)):
            reading.ledger.take(span, label, "plan: settings")


def _subject(reading: Reading, part: DraftPart, label: str) -> DraftPart | None:
    """Sprint that a label names (`Sprint 1 Total`), None if the plan lacks it; `part` for any other label."""
    head = read_head(label)
    if head is None or not head.about or reading.roles.of(head) != "sprint":
        return part
    return reading.sprint(head.id) if head.id in reading.draft.sprints else None


def _field_owner(part: DraftPart, name: str | None) -> DraftPart:
    """Part of the plan that has a field; for a group of tasks this may be its sprint."""
    return part.sprint if part.kind == "group" and part.sprint and name in _SPRINT_FIELDS else part


def read_block(reading: Reading, part: DraftPart, name: str, block: Block) -> bool:
    """Read a block below a heading that names a field, like a value after its label.

    A paragraph next to a list is not a value of a list field: `All of these must hold:`.
    """
    reader, part = READERS.get(name), _field_owner(part, name)
    has_list = any(other.kind == "list" for other in reading.section.blocks)
    is_around = block.kind == "paragraph" and name not in _PROSE and (has_list or is_lead(block.text))
    if reader is None or block.kind not in {"paragraph", "list"} or is_around:
        return False
    text = block.text if block.kind == "paragraph" else ""
    return reader(reading, part, LabelledText(block.span, name, text, (block,)))


def _single_value(name: str, kinds: _PartKinds, read_value: Callable[[str], _Value | None]) -> Reader:
    """Reader of a field with one value."""

    def reader(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
        value = read_value(plain(entry.text)) if part.kind in kinds else None
        return value is not None and reading.put(part, name, value.value, entry.span, value.text)

    return reader


def _whole_text(text: str) -> words.Read[str] | None:
    """A whole text as a value; None if it is empty."""
    return words.Read(text, text) if text else None


def _markdown_text(name: str, kinds: _PartKinds) -> Reader:
    """Reader of a Markdown field: a paragraph, or for an objective also a list with the text that introduces it."""

    def reader(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
        list_text = dedent("\n".join(block.text for block in entry.blocks if block.kind == "list")).rstrip()
        text = "\n\n".join(filter(None, (entry.text, list_text)))
        if part.kind not in kinds or not text or (list_text and name != "objective"):
            return False
        present = part.values.get(name, "")
        if not (list_text and is_lead(present)):
            return reading.put(part, name, text, entry.span, text)
        part.values[name] = f"{present}\n\n{text}"
        reading.ledger.take(entry.span, text, f"{part}: {name}")
        return True

    return reader


def _text_list(name: str, kinds: _PartKinds) -> Reader:
    """Reader of a field with a list of texts."""

    def reader(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
        if part.kind not in kinds:
            return False
        for span, text in texts(entry):
            reading.add(part, name, without_signs(plain(text)), span, plain(text))
        return bool(part.values.get(name))

    return reader


def _read_state(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    text = plain(entry.text)
    state = reading.state(text) if part.kind in WORK else None
    if state is None or not states.put_state(reading, part, state, entry.span):
        return False
    states.take_share(reading, part, state.value, text, entry.span)
    return True


def _read_owner(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    names = read_owners(plain(entry.text)) if part.kind in _OWNED else None
    if names is None:
        return False
    ids, owners = reading.owners.ids(names.value), part.values.get("owner", [])
    if ids == owners[: len(ids)]:  # nobody, or a column for leads that repeats the first owners
        reading.ledger.take(entry.span, names.text, f"{part}: owner")
        return True
    return reading.put(part, "owner", ids, entry.span, names.text)


def _read_acceptance(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    name = "criteria" if part.kind == "milestone" else "acceptance"
    if part.kind not in _ACCEPTED:
        return False
    for item in items(entry):
        text = without_signs(plain(item.text))
        criterion = {"text": text, "done": True} if item.checked else text
        reading.add(part, name, criterion, item.span, f"x {text}" if item.checked else text)
    for span, text in () if items(entry) else texts(entry):
        reading.add(part, name, without_signs(plain(text)), span, plain(text))
    return True


def _dependencies(read_value: Reader) -> Reader:
    """Reader of dependencies that reads now, and again once every id is known."""

    def read_later(reading: Reading, part: DraftPart, entry: LabelledText) -> None:
        if read_value(reading, part, entry) and entry.label:
            reading.ledger.take(entry.span, entry.label, f"{part}: depends_on")

    def reader(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
        reading.deferred.append(partial(read_later, reading, part, entry))
        return read_value(reading, part, entry)

    return reader


def _read_depends_on(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    if not items(entry):
        return relations.read_value(reading, part, entry.span, entry.text)
    return sum(relations.read_item(reading, part, span, text) for span, text in texts(entry)) > 0


def _read_needed_by(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    return sum(relations.read_needed_by(reading, part, span, text) for span, text in texts(entry)) > 0


def _read_risk_level(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a risk level; the text after it becomes the description of a sprint's risk."""
    level = words.level(plain(entry.text)) if part.kind in _RISKS else None
    if level is None:
        return False
    if part.kind == "risk":
        return reading.put(part, "level", level.value, entry.span, level.text)
    risk = DraftPart("risk", part.id, part.values.setdefault("risk", {}))
    is_level = reading.put(risk, "level", level.value, entry.span, level.text)
    rest = plain(entry.text).partition(level.text)[2]
    if is_level and rest[:1] in {" ", ",", ":", ";"} and (text := rest.strip(" —–-:,;")):
        reading.put(risk, "description", text, entry.span, text)
    return is_level


def _read_mitigation(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read mitigations of a risk, or of a sprint's own risk if it has one."""
    risk = part.values if part.kind == "risk" else part.values.get("risk")
    if part.kind not in _RISKS or not risk:
        return False
    for span, text in phrases(entry):
        reading.add(DraftPart("risk", part.id, risk), "mitigation", text, span, text)
    return True


def _read_rollback(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    return part.kind in {"plan", "sprint"} and add_rollback_steps(reading, part, texts(entry))


def add_rollback_steps(reading: Reading, part: DraftPart, steps: Iterable[tuple[Span, str]]) -> bool:
    """Add steps to the rollback of a part; a step such as `Not needed` also marks the rollback as not needed."""
    rollback = part.inside("rollback")
    for span, text in steps:
        step = plain(text)
        if "not needed" in clues.signals(step):
            rollback.values["needed"] = False
        reading.add(rollback, "steps", without_signs(step), span, step)
    return bool(rollback.values.get("steps"))


def _read_asks(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read requests to others; a text that names units of the plan is a dependency instead."""
    if part.kind not in SCOPES:
        return False
    if words.is_none(plain(entry.text)) and not items(entry):
        reading.ledger.take(entry.span, plain(entry.text), f"{part}: asks")
        return True
    for span, text in texts(entry):
        title = without_signs(plain(text))
        if not values.references(title, reading.ids):
            reading.add(part, "asks", {"title": title}, span, title)
    return bool(part.values.get("asks"))


def _read_tests(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    if part.kind not in WORK:
        return False
    lines = [(span, plain(text)) for span, text in texts(entry)]
    tests = [(span, text) for span, text in lines if re.search(r"[^\W\d_]{2}", text)]
    for span, text in tests:
        reading.add(part, "tests", text, span, text)
    return bool(tests)


def _read_links_field(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    for span, text in texts(entry):
        read_links(reading, part, span, text)
    return bool(part.values.get("links"))


def read_links(reading: Reading, part: DraftPart, span: Span, text: str) -> None:
    """Add the links in a text to a part, if its kind has links."""
    if part.kind in _LINKED:
        for link in hyperlinks(text):
            title = plain(link.text)
            if link.url.startswith(("http://", "https://")) and title:
                reading.add(part, "links", {"title": title, "url": link.url}, span, f"{title} {link.url}")


def _read_title(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the subject of a sprint or phase as its title, or as its description if it has a title: `Focus: Berths`."""
    text = plain(entry.text)
    if part.kind not in {"sprint", "phase"} or not text or items(entry):
        return False
    return reading.put(part, "description" if "title" in part.values else "title", text, entry.span, text)


def _read_impact(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the impact of a risk or a sprint."""
    text = plain(entry.text)
    if part.kind == "sprint" and text and not items(entry):
        return reading.put(part, "impact", text, entry.span, text)
    level = words.level(text) if part.kind == "risk" else None
    if level is None:
        is_description = part.kind == "risk" and bool(text) and not items(entry)
        return is_description and reading.put(part, "description", f"{entry.label}: {text}", entry.span, text)
    return reading.put(part, "impact", level.value, entry.span, level.text)


def _read_page(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the file name of a sprint's page; it must contain the sprint's id: `SPRINT_4_request_batching.md`."""
    name = plain(entry.text).partition(" ")[0]
    if part.kind != "sprint" or not values.fits(_PAGE, name) or part.id.casefold() not in _NAME.split(name.casefold()):
        return False
    if reading.pages.get(name, part.id) != part.id or not reading.put(part, "page", name, entry.span, name):
        return False
    reading.pages[name] = part.id
    return True


READERS: Mapping[str, Reader] = {
    "title": _read_title,
    "state": _read_state,
    "owner": _read_owner,
    "effort": durations.read_size,
    "duration": durations.read_duration,
    "points": _single_value("points", SIZED, lambda text: values.points(text, bare=True)),
    "capacity": _single_value("capacity", _SPRINT, values.effort),
    "buffer": _single_value("buffer", _SPRINT, values.effort),
    "priority": _single_value("priority", WORK, words.priority),
    "likelihood": _single_value("likelihood", _RISK, words.level),
    "impact": _read_impact,
    "risk": _read_risk_level,
    "risks": _read_risk_level,
    "mitigation": _read_mitigation,
    "contingency": _text_list("contingency", _RISK),
    "trigger": _single_value("trigger", _RISK, _whole_text),
    "objective": _markdown_text("objective", SCOPES),
    "description": _markdown_text("description", ("phase", "sprint", "task", "milestone", "risk")),
    "deliverables": _text_list("deliverables", SCOPES),
    "assumptions": _text_list("assumptions", SCOPES),
    "acceptance": _read_acceptance,
    "depends_on": _dependencies(_read_depends_on),
    "needed_by": _dependencies(_read_needed_by),
    "sprints": sequence.read_sprints,
    "why": sequence.read_why,
    "parallel": sequence.read_parallel,
    "savings": claims.read_savings,
    "progress": claims.read_progress,
    "updated": durations.read_updated,
    "files": _read_page,
    "rollback": _read_rollback,
    "asks": _read_asks,
    "tests": _read_tests,
    "links": _read_links_field,
    "when": durations.read_when,
    "start": durations.read_start,
    "end": durations.read_end,
}
"""Reader of each field, by the names that `words.field_of` returns."""
