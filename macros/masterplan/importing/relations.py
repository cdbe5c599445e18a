"""Dependencies stated in sentences: `TASK-27 must complete before TASK-5`, `Sprint 4 → Sprint 5`."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from masterplan.importing import clues, values, words
from masterplan.importing.columns import TIMES
from masterplan.importing.headings import kind_of
from masterplan.importing.ledger import Span
from masterplan.importing.marks import ARROW, plain
from masterplan.importing.reading import WORK, DraftPart, Reading

_STANDARD_WORD = "Sprint"
_SHORT_IDS = re.compile(r"\b(?P<lead>[A-Z]{2,8}-)(?P<first>\d{3})(?P<rest>(?:(?:, |–)\d{3}\b(?!-)){1,50})")
_CLAUSE_START = re.compile(r"(?:[,;.]| [-–—]{1,2}| \|) ")
_SENTENCES = re.compile(r"(?<=[.;!])\s+")
_SUBJECTS = {"it", "this", "the", "also", "and", "both"}
_MOST_OTHER_WORDS = 4
"""Most other words in a sentence about a dependency; a longer sentence states more than the dependency."""
_LONGEST_PROSE = 600

_BETWEEN_IDS = re.compile(r"[,;/&+\s–]+")
_NEGATED_BRACKETS = re.compile(r"\s*\(([^()]{2,200})\)")
_BRACKETS = re.compile(r"\(([^()]{2,200})\)\s*[.;]?\s*$")


class Needs(NamedTuple):
    """Dependencies stated by a sentence: each of `afters` depends on each of `befores`, for `reason` if not empty."""

    afters: tuple[str, ...]
    befores: tuple[str, ...]
    reason: str = ""


def read_sentence(reading: Reading, part: DraftPart, span: Span, text: str, *, with_reason: bool = True) -> bool:
    """Read the dependencies that a sentence states, with their reason; returns whether it states any.

    Units before `depends on` depend on the units after it. A sentence without a subject is about `part`.
    """
    sentence = plain(text)
    stated = [] if clues.is_negated(sentence) else list(_statements(reading, part, sentence))
    count = sum(_take(reading, needs if with_reason else needs._replace(reason=""), span) for needs in stated)
    if count:
        reading.ledger.take(span, _dependency_words(reading, sentence), f"{part}: depends_on")
    return count > 0


def read_end_of_title(reading: Reading, task: DraftPart, span: Span) -> None:
    """Move dependencies from the end of a task's title into a field: `Query (depends on T-1)`."""
    title = task.values.get("title", "")
    ends = [(match.start(), match[1]) for match in (_BRACKETS.search(title),) if match]
    ends += [(clause.start(), title[clause.end() :]) for clause in _CLAUSE_START.finditer(title)]
    for start, text in ends:
        relations = clues.relations(text)
        is_whole = bool(relations) and relations[0].start == 0 and bool(title[:start].strip())
        if is_whole and read_sentence(reading, task, span, text, with_reason=False):
            task.values["title"] = title[:start].rstrip(" .;,")
            return


def read_prose(reading: Reading, part: DraftPart, span: Span, text: str) -> None:
    """Read the sentences of a short text that only state dependencies.

    They are about the units that they name first, `Sprint 3 depends on Sprint 1.`, or else about their part.
    """
    for sentence in _SENTENCES.split(plain(text)) if len(text) <= _LONGEST_PROSE else ():
        relations = clues.relations(sentence)
        subject = _subject(reading, part, sentence[: relations[0].start]) if relations else None
        if subject is not None:
            used = set(_dependency_words(reading, sentence).casefold().split())
            others = [token for token in words.tokens(sentence) if token.word.isalpha() and token.word not in used]
            if len(others) - len(subject) <= _MOST_OTHER_WORDS:
                read_sentence(reading, part, span, sentence)


def _subject(reading: Reading, part: DraftPart, text: str) -> list[str] | None:
    """The words before a dependency besides names, if it is about named units or the part; None for anything else."""
    text = _with_standard_words(reading, text)
    references = values.references(text, reading.ids)
    for reference in reversed(references):
        text = f"{text[: reference.start]} {text[reference.end :]}"
    subject = text.casefold().replace(",", " ").split()
    known = {*_SUBJECTS, reading.word.casefold(), *(reference.word.casefold() for reference in references)}
    return subject if (references or part.kind in WORK) and known.issuperset(subject) else None


def read_item(reading: Reading, part: DraftPart, span: Span, text: str) -> bool:
    """Read an item of a list of dependencies: a sentence, or names of units without further text."""
    if read_sentence(reading, part, span, text):
        return True
    item = plain(text)
    first = next(iter(values.references(item, reading.ids)), None)
    if first is None or item[: first.start].replace(first.word, "").strip(" #*✅"):
        return False
    return not _sentence_follows(item, first.end) and read_value(reading, part, span, text)


def _sentence_follows(text: str, end: int) -> bool:
    """Whether a name is followed by the rest of a sentence: `TASK-12 is independent`."""
    return re.match(r"\s+(?!and\b|or\b)[a-z]", text[end:]) is not None


def read_value(reading: Reading, part: DraftPart, span: Span, text: str) -> bool:
    """Read the value of a `Depends on:` label: all units that it names, or no dependencies for `none`.

    Returns whether it could be read.
    """
    value = plain(text)
    if part.kind not in WORK:
        return False
    if words.is_none(value.partition("(")[0]):
        part.values.setdefault("depends_on", []) if part.kind == "sprint" else None
        reading.ledger.take(span, value, f"{part}: depends_on")
        return True
    value = _NEGATED_BRACKETS.sub(lambda brackets: "" if clues.is_negated(brackets[1]) else brackets[0], value)
    if clues.is_negated(value):
        return False
    if any(relation.kind == "needed by" for relation in clues.relations(value)):
        return read_sentence(reading, part, span, text)
    listed = _with_word(value, reading.ids)
    befores = _ids(reading, listed) or _earlier(reading, (part.id,), value)
    return _take_all(reading, Needs((part.id,), befores, _reason(value)), part, span, listed)


def read_needed_by(reading: Reading, part: DraftPart, span: Span, text: str) -> bool:
    """Read the value of a `Blocks:` or `Unblocks:` label; returns whether it could be read."""
    value = plain(text)
    if part.kind not in WORK:
        return False
    if clues.is_negated(value):
        return False
    listed = _with_word(value, reading.ids)
    return _take_all(reading, Needs(_ids(reading, listed), (part.id,)), part, span, listed)


def _with_word(text: str, ids: values.Ids) -> str:
    """A list of numbers or a single id with a word for units before it: `Sprint 1.1 and 1.4`."""
    parts = _BETWEEN_IDS.split(text.strip(" ."))
    are_ids = all(part[-1:].isdecimal() or words.small_words("and", "to").of(words.fold(part)) for part in parts)
    return f"{_STANDARD_WORD} {text}" if (are_ids and text[:1].isdecimal()) or text.strip() in ids else text


def _take_all(reading: Reading, needs: Needs, part: DraftPart, span: Span, text: str) -> bool:
    if not _take(reading, needs, span):
        return False
    reading.ledger.take(span, _dependency_words(reading, text), f"{part}: depends_on")
    return True


def _take(reading: Reading, needs: Needs, span: Span) -> int:
    """Add the stated dependencies; returns their number."""
    pairs = [(after, before) for after in needs.afters for before in needs.befores]
    reason = needs.reason if len(pairs) == 1 else ""
    count = sum(reading.add_dependency(after, before, reason=reason) for after, before in pairs)
    if count and reason:
        reading.ledger.take(span, reason, "depends_on: reason")
    return count


def _statements(reading: Reading, part: DraftPart, text: str) -> Iterator[Needs]:
    if ARROW.search(text):
        nodes = [_ids(reading, node) for node in ARROW.split(text)]
        yield from (Needs(after, before) for before, after in pairwise(nodes))
        return
    relations = clues.relations(text)
    for n, relation in enumerate(relations[:1]):
        end = relations[n + 1].start if n + 1 < len(relations) else len(text)
        subjects = _ids(reading, text[: relation.start]) or ((part.id,) if part.kind in WORK else ())
        objects, reason = _ids(reading, text[relation.end : end]), _reason(text[relation.end : end])
        objects = objects or _earlier(reading, subjects, text[relation.end : end])
        yield Needs(subjects, objects, reason) if relation.kind == "needs" else Needs(objects, subjects)


def _ids(reading: Reading, text: str) -> tuple[str, ...]:
    """Ids of the units that a text names; names in brackets count only if there are no others."""
    text = _with_standard_words(reading, text)
    references = values.references(text, reading.ids)
    outside = [ref for ref in references if text.count("(", 0, ref.start) <= text.count(")", 0, ref.start)]
    return tuple(dict.fromkeys(reference.id for reference in outside or references))


def _earlier(reading: Reading, afters: Sequence[str], text: str) -> tuple[str, ...]:
    """All sprints before the only one of `afters` if the text names them as such: `All previous sprints complete`."""
    units = {unit.kind for unit, _, _ in words.unit_words().all(text)}
    unit = words.unit_kind(reading.word)
    is_other = bool(units) and unit is not None and unit.kind not in units
    sprints = list(reading.draft.sprints)
    if len(afters) != 1 or afters[0] not in sprints or is_other or "earlier" not in clues.signals(text):
        return ()
    return tuple(sprints[: sprints.index(afters[0])])


def _with_standard_words(reading: Reading, text: str) -> str:
    """A text with short ids written out, and a standard word in place of the document's own word for a sprint.

    A word for a unit of time, such as `Week`, is replaced too.
    """
    text = _SHORT_IDS.sub(_with_prefixes, text)
    kind = kind_of(reading.word)
    is_own = bool(reading.word) and (kind is None or kind in TIMES)
    return re.sub(rf"\b{re.escape(reading.word)}\b", _STANDARD_WORD, text) if is_own else text


def _with_prefixes(match: re.Match[str]) -> str:
    """Ids with the prefix of the first one: `TASK-030, TASK-033, TASK-045–TASK-046`."""
    return f"{match['lead']}{match['first']}" + re.sub(r"\d+", lambda number: match["lead"] + number[0], match["rest"])


def _reason(text: str) -> str:
    """Reason in brackets at the end of a text: `Sprint 1 (prepared statements)`."""
    match = _BRACKETS.search(text)
    return match[1].strip() if match else ""


def take_repeated(reading: Reading, span: Span, text: str) -> None:
    """Take the words of a text that repeats a dependency: `← depends on Sprint 1`."""
    reading.ledger.take(span, _dependency_words(reading, text), "depends_on")


def _dependency_words(reading: Reading, text: str) -> str:
    """Words of a sentence that name units, relate them, or give the state required of them."""
    spans = [text[relation.start : relation.end] for relation in clues.relations(text)]
    states = [text[start:end] for _, start, end in words.phrases("states").all(text)]
    if earlier := clues.signals(text).get("earlier"):
        spans += [text[slice(*earlier)], *(text[start:end] for _, start, end in words.unit_words().all(text))]
    text = _with_standard_words(reading, text)
    names = [f"{ref.word} {text[ref.start : ref.end]}" for ref in values.references(text, reading.ids)]
    return " ".join([reading.word, *names, *spans, *states])
