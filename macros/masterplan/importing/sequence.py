"""Why phases come in an order, which sprints are in them, and what may run beside what."""

import re
from collections.abc import Iterator

from masterplan.importing import clues, relations, titles, values, words
from masterplan.importing.entries import LabelledText, texts
from masterplan.importing.headings import read_head
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Owner, Reading

_DASH = re.compile(r"\s*(?:[-–—]{1,2}|[:\uff1a]|→|=>)\s+")
_SHORT = re.compile(r"\(([^()]{1,60})\)\s*")


def read_sprints(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take a list of sprints as those of a phase."""
    if owner.kind != "phase":
        return False
    for span, text in texts(entry):
        shown = f"{reading.word} {plain(text)}"
        for reference in values.references(shown, reading.sprint_ids):
            if reading.phases.setdefault(reference.id, owner.id) != owner.id:
                continue
            reading.add(owner, "sprints", reference.id, span, shown[reference.start : reference.end])
        reading.ledger.take(span, " ".join(_small_words(shown)), f"{owner}: sprints")
    return bool(owner.values.get("sprints"))


def _small_words(text: str) -> Iterator[str]:
    """The words of a list of sprints that name none: `Sprints`, `and`."""
    for token in words.tokens(text):
        if words.small("and", "to").of((token.word,)) or words.unit_kind(token.word):
            yield token.word


def read_why(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take reasons for a phase's order, each with the sprint that it begins with."""
    if owner.kind != "phase":
        return False
    for span, text in texts(entry):
        _reason(reading, owner, span, text)
    return bool(owner.values.get("why"))


def _reason(reading: Reading, owner: Owner, span: Span, text: str) -> None:
    shown, head = without_signs(plain(text)), read_head(text)
    sprint = reading.sprint(head.id) if head and not head.about and _is_sprint(reading, head.id, head.word) else None
    rest = _after_name(reading, sprint, head.title, span) if head and sprint else ""
    if not head or not sprint or not rest:
        reading.add(owner, "why", {"text": shown}, span, shown)
        return
    reading.ledger.take(span, head.written, f"{owner}: why")
    reading.add(owner, "why", {"sprint": sprint.id, "text": rest}, span, rest)
    _read_effort(reading, sprint, span, rest)
    stated = clues.relations(rest)
    if stated and stated[0].start == 0:
        relations.read_sentence(reading, sprint, span, rest, with_reason=False)


def _is_sprint(reading: Reading, id_: str, word: str) -> bool:
    unit = words.unit_kind(word)
    is_word = word == reading.word or (unit is not None and unit.kind == "sprint")
    return is_word and id_ in reading.draft.sprints


def _after_name(reading: Reading, sprint: Owner, text: str, span: Span) -> str:
    """What is said of a sprint behind its name and its short name in brackets."""
    short = _SHORT.match(text)
    if short:
        titles.put_title(reading, sprint, short[1], span, is_short=True)
        text = text[short.end() :]
    dash = _DASH.match(text)
    return text[dash.end() :].strip() if dash else text.strip()


def _read_effort(reading: Reading, sprint: Owner, span: Span, text: str) -> None:
    """Take the effort that a part of a reason gives a piece of work: `2-hour task`."""
    for part in text.split(","):
        effort = values.effort(part.strip())
        unit = words.unit_kind(part.strip()[len(effort.text) :].strip(" -")) if effort else None
        if effort and unit and unit.kind in {"task", "sprint"}:
            reading.put(sprint, "effort", effort.value, span, "")


def read_parallel(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take what a phase says of sprints that can run beside others: `Sprint 6 can run alongside 1-2`."""
    return owner.kind == "phase" and sum(_beside(reading, owner, span, text) for span, text in texts(entry)) > 0


def _beside(reading: Reading, owner: Owner, span: Span, text: str) -> bool:
    shown = without_signs(plain(text))
    place = clues.signals(shown).get("beside")
    if place is None:
        return False
    known = reading.sprint_ids
    ones = dict.fromkeys(reference.id for reference in values.references(shown[: place[0]], known))
    behind = f"{reading.word} {shown[place[1] :].strip()}"
    others = list(dict.fromkeys(reference.id for reference in values.references(behind, known)))
    for one in ones:
        alongside = [other for other in others if other != one]
        if alongside:
            reading.add(owner, "parallel", {"sprint": one, "alongside": alongside, "says": shown}, span, shown)
    return bool(ones and others)
