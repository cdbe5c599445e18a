"""Dependencies in sentences: `TASK-27 must complete before TASK-5`, `Sprint 4 → Sprint 5`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from masterplan.importing import clues, values, words
from masterplan.importing.columns import TIMES
from masterplan.importing.headings import kind_of
from masterplan.importing.ledger import Span
from masterplan.importing.marks import ARROW, plain
from masterplan.importing.reading import Owner, Reading

_KNOWN = "Sprint"
_SHORT_IDS = re.compile(r"\b(?P<lead>[A-Z]{2,8}-)(?P<first>\d{3})(?P<rest>(?:(?:, |–)\d{3}\b(?!-)){1,50})")
_CUT = re.compile(r"(?:[,;.]| [-–—]{1,2}| \|) ")
_SENTENCES = re.compile(r"(?<=[.;!])\s+")
_SUBJECTS = {"it", "this", "the", "also"}
_MOST_OTHERS = 4
"""Words of a sentence about a dependency that are neither names nor relate them; one that goes on means more."""
_LONGEST_PROSE = 600

_BETWEEN_IDS = re.compile(r"[,;/&+\s–]+")
_BRACKETS = re.compile(r"\(([^()]{2,200})\)\s*[.;]?\s*$")


class Needs(NamedTuple):
    """What a sentence says: each of `afters` needs each of `befores`, and why, where it says so."""

    afters: tuple[str, ...]
    befores: tuple[str, ...]
    reason: str = ""


def read_sentence(reading: Reading, owner: Owner, span: Span, text: str, *, with_reason: bool = True) -> bool:
    """Take the dependencies in a sentence, with the reason that it gives; returns whether it has any.

    What stands before `depends on` needs what stands behind it; a part of the plan that the sentence stands under is
    what it is about where it names none.
    """
    shown = plain(text)
    stated = [] if clues.is_negated(shown) else list(_statements(reading, owner, shown))
    count = sum(_take(reading, one if with_reason else one._replace(reason=""), span) for one in stated)
    if count:
        reading.ledger.take(span, _known_words(reading, shown), f"{owner}: depends_on")
    return count > 0


def read_end_of_title(reading: Reading, task: Owner, span: Span) -> None:
    """Take what a task needs out of the end of its title: `Query (depends on T-1)`, `Query, blocked by T-1`."""
    title = task.values.get("title", "")
    ends = [(match.start(), match[1]) for match in (_BRACKETS.search(title),) if match]
    ends += [(cut.start(), title[cut.end() :]) for cut in _CUT.finditer(title)]
    for start, text in ends:
        stated = clues.relations(text)
        is_whole = bool(stated) and stated[0].start == 0 and bool(title[:start].strip())
        if is_whole and read_sentence(reading, task, span, text, with_reason=False):
            task.values["title"] = title[:start].rstrip(" .;,")
            return


def read_prose(reading: Reading, owner: Owner, span: Span, text: str) -> None:
    """Take the sentences of a short text that say what the part it is about needs: `Depends on Sprint 1.`."""
    for sentence in _SENTENCES.split(plain(text)) if len(text) <= _LONGEST_PROSE else ():
        related = clues.relations(sentence)
        subject = sentence[: related[0].start].casefold().split() if related else ["-"]
        if all(word in _SUBJECTS or word == reading.word.casefold() for word in subject):
            known = set(_known_words(reading, sentence).casefold().split())
            others = [word for word in words.tokens(sentence) if word.word.isalpha() and word.word not in known]
            if len(others) - len(subject) <= _MOST_OTHERS:
                read_sentence(reading, owner, span, sentence)


def read_item(reading: Reading, owner: Owner, span: Span, text: str) -> bool:
    """Take an item of a list of dependencies: a sentence, or names of units that it begins with and does not go on."""
    if read_sentence(reading, owner, span, text):
        return True
    shown = plain(text)
    named = values.references(shown, reading.ids)
    is_named = bool(named) and not shown[: named[0].start].replace(named[0].word, "").strip(" #*✅")
    return is_named and not _goes_on(shown, named[0].end) and read_value(reading, owner, span, text)


def _goes_on(text: str, end: int) -> bool:
    """Whether words follow the first of some names that belong to a sentence: `TASK-12 is independent`."""
    return re.match(r"\s+(?!and\b|or\b)[a-z]", text[end:]) is not None


def read_value(reading: Reading, owner: Owner, span: Span, text: str) -> bool:
    """Take a text as the value of `Depends on:`: all units that it names, or nothing where it says none."""
    shown = plain(text)
    if owner.kind not in {"sprint", "task"}:
        return False
    if words.is_none(shown.partition("(")[0]):
        owner.values.setdefault("depends_on", []) if owner.kind == "sprint" else None
        reading.ledger.take(span, shown, f"{owner}: depends_on")
        return True
    if clues.is_negated(shown):
        return False
    if any(relation.kind == "needed by" for relation in clues.relations(shown)):
        return read_sentence(reading, owner, span, text)
    listed = _with_word(shown, reading.ids)
    befores = _ids(reading, listed) or _earlier(reading, (owner.id,), shown)
    return _take_all(reading, Needs((owner.id,), befores, _reason(shown)), owner, span, listed)


def read_needed_by(reading: Reading, owner: Owner, span: Span, text: str) -> bool:
    """Take a text as the value of `Blocks:` or `Unblocks:`."""
    shown = plain(text)
    if owner.kind not in {"sprint", "task"}:
        return False
    if clues.is_negated(shown):
        return False
    listed = _with_word(shown, reading.ids)
    return _take_all(reading, Needs(_ids(reading, listed), (owner.id,)), owner, span, listed)


def _with_word(text: str, ids: values.Ids) -> str:
    """The value of a field with a word for units before it, where it is nothing but numbers or an id: `1.1 and 1.4`."""
    pieces = _BETWEEN_IDS.split(text.strip(" ."))
    are_ids = all(piece[-1:].isdecimal() or words.small("and", "to").of((words.fold(piece),)) for piece in pieces)
    return f"{_KNOWN} {text}" if (are_ids and text[:1].isdecimal()) or text.strip() in ids else text


def _take_all(reading: Reading, needs: Needs, owner: Owner, span: Span, text: str) -> bool:
    if not _take(reading, needs, span):
        return False
    reading.ledger.take(span, _known_words(reading, text), f"{owner}: depends_on")
    return True


def _take(reading: Reading, needs: Needs, span: Span) -> int:
    """Add what a sentence says; returns how many dependencies that are."""
    pairs = [(after, before) for after in needs.afters for before in needs.befores]
    reason = needs.reason if len(pairs) == 1 else ""
    count = sum(reading.add_dependency(after, before, reason=reason) for after, before in pairs)
    if count and reason:
        reading.ledger.take(span, reason, "depends_on: reason")
    return count


def _statements(reading: Reading, owner: Owner, text: str) -> Iterator[Needs]:
    if ARROW.search(text):
        nodes = [_ids(reading, node) for node in ARROW.split(text)]
        yield from (Needs(after, before) for before, after in pairwise(nodes))
        return
    relations = clues.relations(text)
    for n, relation in enumerate(relations[:1]):
        end = relations[n + 1].start if n + 1 < len(relations) else len(text)
        subjects = _ids(reading, text[: relation.start]) or ((owner.id,) if owner.kind in {"sprint", "task"} else ())
        objects, reason = _ids(reading, text[relation.end : end]), _reason(text[relation.end : end])
        objects = objects or _earlier(reading, subjects, text[relation.end : end])
        yield Needs(subjects, objects, reason) if relation.kind == "needs" else Needs(objects, subjects)


def _ids(reading: Reading, text: str) -> tuple[str, ...]:
    """The units that a text names; those in brackets only where it names no others."""
    text = _in_known_words(reading, text)
    named = values.references(text, reading.ids)
    outside = [one for one in named if text.count("(", 0, one.start) <= text.count(")", 0, one.start)]
    return tuple(dict.fromkeys(reference.id for reference in outside or named))


def _earlier(reading: Reading, afters: Sequence[str], text: str) -> tuple[str, ...]:
    """All sprints before the one that a text is about, where it names them so: `All previous sprints complete`."""
    units = {unit.kind for unit, _, _ in words.unit_words().all(text)}
    known = words.unit_kind(reading.word)
    is_other = bool(units) and known is not None and known.kind not in units
    sprints = list(reading.draft.sprints)
    if len(afters) != 1 or afters[0] not in sprints or is_other or "earlier" not in clues.signals(text):
        return ()
    return tuple(sprints[: sprints.index(afters[0])])


def _in_known_words(reading: Reading, text: str) -> str:
    """A text with whole ids in place of short ones, and a known word for the document's own, or for one of time."""
    text = _SHORT_IDS.sub(_spelled_out, text)
    kind = kind_of(reading.word)
    is_own = bool(reading.word) and (kind is None or kind in TIMES)
    return re.sub(rf"\b{re.escape(reading.word)}\b", _KNOWN, text) if is_own else text


def _spelled_out(match: re.Match[str]) -> str:
    """Ids of which the first alone has its letters: `TASK-030, 033, 045–046`."""
    return f"{match['lead']}{match['first']}" + re.sub(r"\d+", lambda number: match["lead"] + number[0], match["rest"])


def _reason(text: str) -> str:
    """What is needed of one thing, in brackets at the end: `Sprint 1 (prepared statements)`."""
    match = _BRACKETS.search(text)
    return match[1].strip() if match else ""


def take_repeated(reading: Reading, span: Span, text: str) -> None:
    """Take the words of a text that only repeats a dependency: `← depends on Sprint 1`."""
    reading.ledger.take(span, _known_words(reading, text), "depends_on")


def _known_words(reading: Reading, text: str) -> str:
    """The words of a sentence that are references, or relate them, or say that what is needed is done then."""
    spans = [text[relation.start : relation.end] for relation in clues.relations(text)]
    states = [text[start:end] for _, start, end in words.phrases("states").all(text)]
    if earlier := clues.signals(text).get("earlier"):
        spans += [text[slice(*earlier)], *(text[start:end] for _, start, end in words.unit_words().all(text))]
    text = _in_known_words(reading, text)
    named = values.references(text, reading.ids)
    return " ".join([reading.word, *(f"{one.word} {text[one.start : one.end]}" for one in named), *spans, *states])
