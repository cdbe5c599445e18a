"""Order of a phase's sprints: the sprints themselves, reasons for their order, and which may run in parallel."""

import re
from collections.abc import Iterator

from masterplan.importing import clues, relations, titles, values, words
from masterplan.importing.entries import LabelledText, texts
from masterplan.importing.headings import read_head
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import DraftPart, Reading

_DASH = re.compile(r"\s*(?:[-–—]{1,2}|[:\uff1a]|→|=>)\s+")
_SHORT = re.compile(r"\(([^()]{1,60})\)\s*")


def read_sprints(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a list of sprints as the sprints of a phase."""
    if part.kind != "phase":
        return False
    for span, text in texts(entry):
        sprints = f"{reading.word} {plain(text)}"
        for reference in values.references(sprints, reading.sprint_ids):
            if reading.phases.setdefault(reference.id, part.id) != part.id:
                continue
            reading.add(part, "sprints", reference.id, span, sprints[reference.start : reference.end])
        reading.ledger.take(span, " ".join(_filler_words(sprints)), f"{part}: sprints")
    return bool(part.values.get("sprints"))


def _filler_words(text: str) -> Iterator[str]:
    """Words of a list of sprints that name none: `Sprints`, `and`."""
    for token in words.tokens(text):
        if words.small_words("and", "to").of(token.word) or words.unit_kind(token.word):
            yield token.word


def read_why(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the reasons for a phase's order, with the sprint that each begins with."""
    if part.kind != "phase":
        return False
    for span, text in texts(entry):
        _read_reason(reading, part, span, text)
    return bool(part.values.get("why"))


def _read_reason(reading: Reading, part: DraftPart, span: Span, text: str) -> None:
    reason, head = without_signs(plain(text)), read_head(text)
    sprint = reading.sprint(head.id) if head and not head.about and _is_sprint(reading, head.id, head.word) else None
    rest = _text_after_name(reading, sprint, head.title, span) if head and sprint else ""
    if not head or not sprint or not rest:
        reading.add(part, "why", {"text": reason}, span, reason)
        return
    reading.ledger.take(span, head.written, f"{part}: why")
    reading.add(part, "why", {"sprint": sprint.id, "text": rest}, span, rest)
    _read_effort(reading, sprint, span, rest)
    dependency_words = clues.relations(rest)
    if dependency_words and dependency_words[0].start == 0:
        relations.read_sentence(reading, sprint, span, rest, with_reason=False)


def _is_sprint(reading: Reading, id_: str, word: str) -> bool:
    unit = words.unit_kind(word)
    is_word = word == reading.word or (unit is not None and unit.kind == "sprint")
    return is_word and id_ in reading.draft.sprints


def _text_after_name(reading: Reading, sprint: DraftPart, text: str, span: Span) -> str:
    """Text about a sprint after its name and the short name in brackets."""
    short_name = _SHORT.match(text)
    if short_name:
        titles.put_title(reading, sprint, short_name[1], span, is_short=True)
        text = text[short_name.end() :]
    dash = _DASH.match(text)
    return text[dash.end() :].strip() if dash else text.strip()


def _read_effort(reading: Reading, sprint: DraftPart, span: Span, text: str) -> None:
    """Read an effort stated in a reason: `2-hour task`."""
    for part in text.split(","):
        effort = values.effort(part.strip())
        unit = words.unit_kind(part.strip()[len(effort.text) :].strip(" -")) if effort else None
        if effort and unit and unit.kind in {"task", "sprint"}:
            reading.put(sprint, "effort", effort.value, span, "")


def read_parallel(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the sprints of a phase that can run in parallel: `Sprint 6 can run alongside 1-2`."""
    return part.kind == "phase" and sum(_read_parallel(reading, part, span, text) for span, text in texts(entry)) > 0


def _read_parallel(reading: Reading, part: DraftPart, span: Span, text: str) -> bool:
    sentence = without_signs(plain(text))
    place = clues.signals(sentence).get("beside")
    if place is None:
        return False
    before, after = sentence[: place[0]], f"{reading.word} {sentence[place[1] :].strip()}"
    sprints, others = (
        dict.fromkeys(reference.id for reference in values.references(side, reading.sprint_ids))
        for side in (before, after)
    )
    for sprint in sprints:
        alongside = [other for other in others if other != sprint]
        if alongside:
            value = {"sprint": sprint, "alongside": alongside, "says": sentence}
            reading.add(part, "parallel", value, span, sentence)
    return bool(sprints and others)
