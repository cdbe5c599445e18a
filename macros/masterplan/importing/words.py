"""The words by which a document is read, in twelve languages: kinds of unit, labels, topics, states, levels, relations.

They are in `words.yml` beside this module. Case and accents do not matter, nor emphasis and emoji around a word. Words
count whole, and the longest phrase first, so that `not done` is never read as `done`. Texts are composed (NFC).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Generic, Literal, NamedTuple, TypeVar, cast

from masterplan.load.source import parse
from masterplan.model.task import State

UnitKind = Literal[
    "sprint", "phase", "task", "milestone", "gate", "risk", "option", "day", "week", "calendar week", "month", "quarter"
]
"""What a word names: `sprint` what plans do one by one (stages, epics), `phase` groups of them (parts, releases)."""

FieldName = Literal[
    "acceptance", "after", "asks", "assumptions", "before", "buffer", "capacity", "contingency", "cost", "decisions",
    "deliverables", "depends_on", "description", "documentation", "duration", "effort", "end", "files", "id", "impact",
    "improvement", "labels", "likelihood", "links", "metrics", "mitigation", "needed_by", "objective", "owner",
    "parallel", "points", "priority", "progress", "risk", "risks", "rollback", "savings", "skills", "sprints", "start",
    "state", "tasks", "team", "tests", "title", "trigger", "updated", "when", "why",
]  # fmt: skip
"""What a label or the heading of a column names, by the model's names of fields. `risk` is a level, `risks` are texts;
`duration` is a length of calendar time, `effort` one of work; `before`, `after` and `improvement` are of a metric."""

TopicName = Literal[
    "acceptance", "asks", "assumptions", "cost", "critical path", "decisions", "deliverables", "dependencies",
    "documentation", "glossary", "links", "metrics", "milestones", "next steps", "objective", "options", "overview",
    "resources", "risks", "roadmap", "rollback", "savings", "schedule", "status", "summary", "tasks", "testing",
]  # fmt: skip
"""What a section is about."""

SmallWord = Literal[
    "and", "to", "from", "about", "none", "not", "before date", "ordinal", "filler", "goes on", "role", "preposition",
]  # fmt: skip
"""A set of small words: `and`, `to`, `from` of lists and ranges, `none` for no value, `not` for what is denied, and the
prepositions that are labels only where they stand alone: `After:`, but not `After all sprints:`."""

_T = TypeVar("_T")

HEAD = 200
"""Characters from the beginning of a text in which a value is looked for."""

_LONGEST_LABEL = 80
CACHED_TEXTS = 8_000
"""Texts whose meaning is remembered, as documents repeat them."""
_LONGEST_PRIORITY = 4
"""Words of a text that is a priority as a whole, such as `P1 (must have)`; of a longer one its beginning is."""
_ALL = 100
_AROUND = " *_`:"
_APART = re.compile(r"[-–—(|,]")
CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Chinese and Japanese characters, as a class of a pattern; they have no blanks between words."""
HANGUL = "\uac00-\ud7a3"
"""Korean syllables, as a class of a pattern; endings follow words and numbers without a blank."""

_SIGN = "~≈±\u2190-\u2bff\U0001f000-\U0001faff"
_TOKEN = re.compile(rf"[^\W\d_{CJK}]+|[0-9]+|[{CJK}]|\[[ x✓✔✅~/>-]\]|[{_SIGN}]")
_BESIDE = " -_'\N{RIGHT SINGLE QUOTATION MARK}/&\N{VARIATION SELECTOR-16}\N{NO-BREAK SPACE}"
_JOINT = re.compile(r"[&+/,]")
_PERCENT_BEFORE = re.compile(r"\W*([0-9]{1,3}) ?% *")
_PERCENT_AFTER = re.compile(r"\W{0,4}([0-9]{1,3}) ?%\)?\W*$")
_P_NUMBER = re.compile(r"\W*(P ?[0-9])\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read(Generic[_T]):
    """A value as a plan file writes it, and the part of a text that says it."""

    value: _T
    text: str


class Token(NamedTuple):
    """A word, a number, a sign or a check box of a text, folded, and where it stands."""

    word: str
    start: int
    end: int

    @property
    def is_sign(self) -> bool:
        """Whether it is an emoji, another sign or a check box."""
        return not self.word[0].isalnum()


class UnitName(NamedTuple):
    """A word for a unit: what it names, and how one and several are written."""

    kind: UnitKind
    one: str
    many: str


class Phrases(Generic[_T]):
    """Phrases by what they mean, to be looked up in texts; of two meanings of a phrase the first counts."""

    def __init__(self, meanings: Sequence[tuple[str, _T]]) -> None:
        self._meanings: dict[tuple[str, ...], _T] = {}
        for phrase, meaning in meanings:
            self._meanings.setdefault(tuple(token.word for token in tokens(phrase)), meaning)
        self._longest: dict[str, int] = {}
        for words in self._meanings:
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))
        self._words = frozenset(word for words in self._meanings for word in words)

    def of(self, key: tuple[str, ...]) -> _T | None:
        """What the words of a whole phrase mean."""
        return self._meanings.get(key)

    def has_word_of(self, words: Iterable[str]) -> bool:
        """Whether some words have one that is in a phrase."""
        return not self._words.isdisjoint(words)

    def at(self, text: str, listed: Sequence[Token], first: int) -> tuple[_T, int] | None:
        """What the longest phrase means that begins with one of a text's tokens, and the token after it."""
        longest = self._longest.get(listed[first].word)
        if longest is None:
            return None
        last = min(len(listed), first + longest)
        stop = first + 1
        while stop < last and _is_beside(text, listed[stop - 1], listed[stop]):
            stop += 1
        for end in range(stop, first, -1):
            meaning = self._meanings.get(tuple(token.word for token in listed[first:end]))
            if meaning is not None:
                return meaning, end
        return None

    def all(self, text: str) -> Iterator[tuple[_T, int, int]]:
        """What each phrase of a text means, and where it begins and ends, in order."""
        listed = tokens(text)
        stop = 0
        for n, token in enumerate(listed):
            match = self.at(text, listed, n) if n >= stop and token.word in self._longest else None
            if match:
                meaning, stop = match
                yield meaning, token.start, listed[stop - 1].end


class _Folded(dict[int, str]):
    """Each character in lower case, without accents and of normal width; one by one, so that places stay."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code).casefold())
        base = [character for character in plain if not "\u0300" <= character <= "\u036f"]
        self[code] = base[0] if len(base) == 1 else chr(code)
        return self[code]


_FOLDED = _Folded()


def fold(text: str) -> str:
    """A text in lower case and without accents, as long as before."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


@lru_cache(maxsize=CACHED_TEXTS)
def tokens(text: str) -> tuple[Token, ...]:
    """The words, numbers and signs of a text; each Chinese or Japanese character is a word."""
    return tuple(Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(fold(text)))


def _is_beside(text: str, one: Token, other: Token) -> bool:
    """Whether two tokens can belong to one phrase: `in-progress`, `n/a`, `k.A.`."""
    gap = text[one.end : other.start]
    return gap == "." or (len(gap) <= len(" & ") and not gap.strip(_BESIDE))


@cache
def _file() -> Mapping[str, Any]:
    """The tables of words.yml."""
    data = parse((files("masterplan.importing") / "words.yml").read_bytes(), "words.yml").data
    return data or {}


def entries(table: str) -> Iterator[tuple[str, str]]:
    """Every word of a table of words.yml and its meaning, in the order of the file."""
    for meaning, languages in _file()[table].items():
        for words in languages.values():
            yield from ((word.strip(), meaning) for word in words.split(","))


@cache
def phrases(*tables: str) -> Phrases[str]:
    """The words of some tables by their meanings."""
    return Phrases([entry for table in tables for entry in entries(table)])


@cache
def small(*kinds: SmallWord) -> Phrases[str]:
    """The small words of some kinds."""
    return Phrases([entry for entry in entries("small") if entry[1] in kinds])


@cache
def times() -> Phrases[str]:
    """The words for units of time, also the short ones: `wk`, `PT`."""
    return Phrases([(form, unit) for forms, unit in entries("times") for form in forms.split("/")])


@cache
def unit_words() -> Phrases[UnitName]:
    """The words for units, also those for weeks and days as headings have them."""
    listed = []
    for table in ("units", "times"):
        for kind, languages in _file()[table].items():
            for language, words in languages.items():
                if language != "short" and kind not in {"minute", "hour", "year"}:
                    listed += [named for word in words.split(",") for named in _forms(kind, word.strip())]
    return Phrases(listed)


def _forms(kind: UnitKind, word: str) -> Iterator[tuple[str, UnitName]]:
    """Each form of a word for a unit, written one/several/others."""
    forms = word.split("/")
    for form in forms:
        yield form, UnitName(kind, forms[0], forms[1 if len(forms) > 1 else 0])


@lru_cache(maxsize=CACHED_TEXTS)
def unit_kind(word: str) -> UnitName | None:
    """What a word for a unit names: `Stages`, `User Story`; None for any other text."""
    return unit_words().of(_words(word))


def leading_unit(text: str) -> Read[UnitName] | None:
    """The word for a unit with which a text begins: `Stage` of `Stage 4: Billing`."""
    listed = tokens(text[:HEAD])
    first = next((n for n, token in enumerate(listed) if not token.is_sign), len(listed))
    match = unit_words().at(text, listed, first) if listed[first:] else None
    return match and Read(match[0], text[listed[first].start : listed[match[1] - 1].end])


@lru_cache(maxsize=CACHED_TEXTS)
def field_of(label: str) -> FieldName | None:
    """The field that a label names: `Estimated Effort`, `Dauer`, `Sprint 3 Success Criteria`."""
    if label.strip(_AROUND) in {"#", "№"}:
        return "id"
    listed = _words(label)
    begins = len(listed) > 1 and small("preposition").of(listed[:1]) is not None
    name = _meaning(label, phrases("fields") if begins else phrases("fields", "relations"))
    return cast("FieldName | None", {"needs": "depends_on", "needed by": "needed_by"}.get(name or "", name))


@lru_cache(maxsize=CACHED_TEXTS)
def unit_column_use(head: str) -> str | None:
    """Whether a column of units has their kinds, `type`, or what each is part of, `parent`."""
    return _meaning(head, phrases("columns"))


@lru_cache(maxsize=CACHED_TEXTS)
def topic(heading: str) -> TopicName | None:
    """What a section is about by its heading, each side of an `&`; None where it has more words than those of one."""
    whole = _meaning(heading, phrases("topics"))
    sides = {_meaning(side, phrases("topics")) for side in _sides(heading)} if whole is None else {whole}
    if sides == {None} and heading.count(" ") in {1, 2, 3}:  # `Cross-cutting risks`
        sides = {_meaning(heading.rpartition(" ")[2], phrases("topics"))} & {"risks"} or sides
    return cast("TopicName | None", sides.pop()) if len(sides) == 1 else None


def names_topic(heading: str, name: TopicName) -> bool:
    """Whether one side of an `&` in a heading is about a subject, and no other side is about another one."""
    return {_meaning(side, phrases("topics")) for side in _sides(heading)} - {None} == {name}


def _sides(text: str) -> Iterator[str]:
    """The parts of a text that signs and words for `and` join: `Risks & Mitigations`."""
    begin = 0
    joints = [(place.start(), place.end()) for place in _JOINT.finditer(text[:HEAD])]
    for start, end in sorted([*joints, *((start, end) for _, start, end in small("and").all(text[:HEAD]))]):
        yield text[begin:start]
        begin = end
    yield text[begin:]


def _meaning(text: str, table: Phrases[str]) -> str | None:
    """The meaning of a whole text: of all its words, or else without what stands in brackets, numbers and fillers."""
    if len(text) > _LONGEST_LABEL:
        return None
    listed = [token for token in tokens(text) if not token.is_sign]
    if not table.has_word_of(token.word for token in listed):
        return None
    return next((meaning for key in _cores(text, listed) if (meaning := table.of(key))), None)


def _cores(text: str, listed: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    yield tuple(token.word for token in listed)
    outside = [token for token in listed if token.start < len(text.partition("(")[0])]
    yield tuple(token.word for token in outside)
    yield (without_units := tuple(_without_units(text, outside)))
    yield (bare := tuple(word for word in without_units if not small("filler").of((word,))))
    yield tuple(without_units[: max((n for n, word in enumerate(without_units, 1) if word in bare), default=0)])
    yield tuple(word for word in bare if phrases("topics").of((word,)) not in {"overview", "summary"})


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(text[:HEAD]) if not token.is_sign)


def _without_units(text: str, listed: Sequence[Token]) -> Iterator[str]:
    """The words of a text without numbers, and without a unit and its id: `Sprint 3`, `Sprint C`."""
    n = 0
    while n < len(listed):
        unit = unit_words().at(text, listed, n)
        after = listed[unit[1]].word if unit and unit[1] < len(listed) else ""
        if unit and (after.isdecimal() or (len(after) == 1 and after.isascii())):
            n = unit[1] + 1
            continue
        if not listed[n].word.isdecimal():
            yield listed[n].word
        n += 1


@lru_cache(maxsize=CACHED_TEXTS)
def state(text: str) -> Read[State] | None:
    """The state with which a text begins, by words, emoji or a check box: `✅ Done since May`, `[x]`, `60 % complete`.

    Words outrank an emoji beside them. None where the words go on in another sense, or two states are named, also at
    the end: `✅ Final - ready to start`.
    """
    before = _PERCENT_BEFORE.match(text[:HEAD])
    read = (before and _beginning(text[before.end() :], phrases("states"))) or _beginning(text, phrases("states"))
    if read is None:
        return None
    last = phrases("states").of(_words(_APART.split(text[:HEAD])[-1]))
    if not tokens(read.text)[0].word.isalpha() and last not in {None, read.value}:
        return None
    value = cast("State", read.value)
    percent = before or _PERCENT_AFTER.match(text.partition(read.text)[2][:HEAD])
    if value == "done" and percent and int(percent[1]) < _ALL:
        value = "in progress" if int(percent[1]) else "planned"
    return Read(value, read.text)


def level(text: str) -> Read[str] | None:
    """The level of risk, likelihood or impact with which a text begins, as the model's own levels."""
    return _beginning(text, phrases("levels"))


def priority(text: str) -> Read[str] | None:
    """How important something is, in the text's own words: `P1`, `must have`, `High`; None for other texts."""
    number = _P_NUMBER.match(text[:HEAD])
    read = Read(number[1], number[1]) if number else _beginning(text, phrases("levels", "priorities"))
    if read is None:
        return None
    listed = [token for token in tokens(text[:HEAD]) if not token.is_sign]
    if not listed or len(listed) > _LONGEST_PRIORITY:
        return Read(read.text, read.text) if read.text[0].isalnum() else read
    whole = text[listed[0].start : listed[-1].end + text[listed[-1].end :].startswith(")")]
    return Read(whole, whole)


def _beginning(text: str, table: Phrases[str]) -> Read[str] | None:
    """What the phrase or the sign means with which a text begins; a phrase outranks the signs before it."""
    listed, sign = tokens(text[:HEAD]), None
    for n, token in enumerate(listed):
        match = table.at(text, listed, n)
        if match and not token.is_sign:
            is_whole = _ends(text, listed, match[1]) and not _has_other(text, listed, match, table)
            return Read(match[0], text[token.start : listed[match[1] - 1].end]) if is_whole else None
        if match and not sign:
            sign = Read(match[0], text[token.start : token.end])
        if not token.is_sign:
            break
    return sign


def _ends(text: str, listed: Sequence[Token], stop: int) -> bool:
    """Whether a phrase ends before a token: with the text, at a sign of punctuation, or before a word like `since`."""
    if stop >= len(listed) or listed[stop].is_sign or listed[stop].word.isdecimal():
        return True
    gap = text[listed[stop - 1].end : listed[stop].start].strip(" *_")
    around = (listed[stop - 1].word, listed[stop].word)
    return gap not in {"", "-", "'"} or any(small("goes on").of((word,)) for word in around)


def _has_other(text: str, listed: Sequence[Token], match: tuple[str, int], table: Phrases[str]) -> bool:
    """Whether another meaning follows at once: `medium to high`, `done / blocked`."""
    meaning, stop = match
    if stop >= len(listed):
        return False
    is_joined = text[listed[stop - 1].end : listed[stop].start].strip() in {"", "-", "–", "/", "&"}
    after = stop + 1 if small("to", "and").of((listed[stop].word,)) else stop
    other = table.at(text, listed, after) if is_joined and after < len(listed) else None
    return other is not None and other[0] != meaning and not listed[after].is_sign


def is_none(text: str) -> bool:
    """Whether a text stands for no value: `TBD`, `n/a`, a dash, a placeholder in brackets such as `[name]`."""
    words, bare = _words(text), text.strip(" *_`")
    return not words or small("none").of(words) is not None or (bare.startswith("[") and bare.endswith("]"))
