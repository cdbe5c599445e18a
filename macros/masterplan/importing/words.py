"""Vocabulary for reading documents in twelve languages: kinds of unit, labels, topics, states, levels, relations.

The words are in `words.yml` beside this module. Case, accents, emphasis and emoji around a word do not matter. Words
match as a whole, and the longest phrase first, so that `not done` is never read as `done`. Texts must be in NFC.
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
"""Kind of unit that a word names: `sprint` for work (stages, epics), `phase` for groups of it (parts, releases)."""

FieldName = Literal[
    "acceptance", "after", "asks", "assumptions", "before", "buffer", "capacity", "contingency", "cost", "decisions",
    "deliverables", "depends_on", "description", "documentation", "duration", "effort", "end", "files", "id", "impact",
    "improvement", "labels", "likelihood", "links", "metrics", "mitigation", "needed_by", "objective", "owner",
    "parallel", "points", "priority", "progress", "risk", "risks", "role", "rollback", "savings", "skills", "sprints",
    "start", "state", "tasks", "team", "tests", "title", "trigger", "updated", "when", "why",
]  # fmt: skip
"""Field of the model that a label or column header names. `risk` is a level, `risks` are texts; `duration` is calendar
time, `effort` is work; `before`, `after` and `improvement` belong to a metric."""

TopicName = Literal[
    "acceptance", "asks", "assumptions", "cost", "critical path", "decisions", "deliverables", "dependencies",
    "documentation", "glossary", "links", "metrics", "milestones", "next steps", "objective", "options", "overview",
    "resources", "risks", "roadmap", "rollback", "savings", "schedule", "status", "summary", "tasks", "testing",
]  # fmt: skip
"""Subject of a section."""

SmallWord = Literal[
    "about", "after state", "and", "before date", "filler", "from", "none", "not", "ordinal", "preposition", "role",
    "to",
]  # fmt: skip
"""Set of small words: `and`, `to`, `from` for lists and ranges, `none` for no value, `not` for negation, `preposition`
for words that are labels only on their own: `After:`, but not `After all sprints:`."""

_T = TypeVar("_T")

HEAD = 200
"""Length of the start of a text that is searched for a value, in characters."""
_LONGEST_LABEL, _ALL = 80, 100
CACHED_TEXTS = 8_000
"""Number of texts whose meaning is cached, because documents repeat them."""
_LONGEST_PRIORITY = 4
"""Most words in a text that is a priority as a whole, such as `P1 (must have)`."""
_LABEL_MARKS = " *_`:"
_CLAUSE_SEPARATOR = re.compile(r"[-–—(|,]")
CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Chinese and Japanese characters, for a character class; there are no blanks between words."""
HANGUL = "\uac00-\ud7a3"
"""Korean syllables, for a character class; endings follow words and numbers without a blank."""

_SIGN = "~≈±\u2190-\u2bff\U0001f000-\U0001faff"
_TOKEN = re.compile(rf"[^\W\d_{CJK}]+|[0-9]+|[{CJK}]|\[[ x✓✔✅~/>-]\]|[{_SIGN}]")
_WORD_GAP = " -_'\N{RIGHT SINGLE QUOTATION MARK}/&\N{VARIATION SELECTOR-16}\N{NO-BREAK SPACE}"
_JOINT = re.compile(r"[&+/,]")
_PERCENT_BEFORE = re.compile(r"\W*([0-9]{1,3}) ?% *")
_PERCENT_AFTER = re.compile(r"\W{0,4}([0-9]{1,3}) ?%\)?\W*$")
_P_NUMBER = re.compile(r"\W*(P ?[0-9])\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read(Generic[_T]):
    """A value as plan files write it, and the part of the text that states it."""

    value: _T
    text: str


class Token(NamedTuple):
    """A word, number, sign or check box of a text, folded, with its offsets."""

    word: str
    start: int
    end: int

    @property
    def is_sign(self) -> bool:
        """Whether the token is an emoji, another sign or a check box."""
        return not self.word[0].isalnum()


class UnitName(NamedTuple):
    """A word for a unit: the kind it names, its singular and its plural."""

    kind: UnitKind
    one: str
    many: str


class Phrases(Generic[_T]):
    """Phrases by meaning, for lookup in texts; if a phrase has two meanings, the first counts."""

    def __init__(self, meanings: Sequence[tuple[str, _T]]) -> None:
        self._meanings: dict[tuple[str, ...], _T] = {}
        for phrase, meaning in meanings:
            self._meanings.setdefault(tuple(token.word for token in tokens(phrase)), meaning)
        self._longest: dict[str, int] = {}
        for words in self._meanings:
            self._longest[words[0]] = max(self._longest.get(words[0], 0), len(words))
        self._words = frozenset(word for words in self._meanings for word in words)

    def of(self, *words: str) -> _T | None:
        """Meaning of a whole phrase, given as its folded words."""
        return self._meanings.get(words)

    def has_word_of(self, words: Iterable[str]) -> bool:
        """Whether any of the words is part of a phrase."""
        return not self._words.isdisjoint(words)

    def at(self, text: str, text_tokens: Sequence[Token], first: int) -> tuple[_T, int] | None:
        """Meaning of the longest phrase that begins at a token, and the index of the token after it."""
        longest = self._longest.get(text_tokens[first].word)
        if longest is None:
            return None
        last = min(len(text_tokens), first + longest)
        stop = first + 1
        while stop < last and _are_adjacent(text, text_tokens[stop - 1], text_tokens[stop]):
            stop += 1
        for end in range(stop, first, -1):
            meaning = self._meanings.get(tuple(token.word for token in text_tokens[first:end]))
            if meaning is not None:
                return meaning, end
        return None

    def all(self, text: str) -> Iterator[tuple[_T, int, int]]:
        """Meaning of each phrase in a text, with its offsets, in order of appearance."""
        text_tokens = tokens(text)
        stop = 0
        for n, token in enumerate(text_tokens):
            match = self.at(text, text_tokens, n) if n >= stop and token.word in self._longest else None
            if match:
                meaning, stop = match
                yield meaning, token.start, text_tokens[stop - 1].end


class _Folded(dict[int, str]):
    """Map of characters to lower case, without accents and of normal width; one to one, so that offsets stay valid."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code).casefold())
        base = [character for character in plain if not "\u0300" <= character <= "\u036f"]
        self[code] = base[0] if len(base) == 1 else chr(code)
        return self[code]


_FOLDED = _Folded()


def fold(text: str) -> str:
    """A text in lower case and without accents, with the same length."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


@lru_cache(maxsize=CACHED_TEXTS)
def tokens(text: str) -> tuple[Token, ...]:
    """Words, numbers and signs of a text; each Chinese or Japanese character is a word."""
    return tuple(Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(fold(text)))


def _are_adjacent(text: str, before: Token, after: Token) -> bool:
    """Whether two tokens can belong to one phrase: `in-progress`, `n/a`, `k.A.`."""
    gap = text[before.end : after.start]
    return gap == "." or (len(gap) <= len(" & ") and not gap.strip(_WORD_GAP))


@cache
def _file() -> Mapping[str, Any]:
    """Tables of words.yml."""
    data = parse((files("masterplan.importing") / "words.yml").read_bytes(), "words.yml").data
    return data or {}


def entries(table: str) -> Iterator[tuple[str, str]]:
    """Words of a table in words.yml with their meanings, in the order of the file."""
    for meaning, languages in _file()[table].items():
        for words in languages.values():
            yield from ((word.strip(), meaning) for word in words.split(","))


@cache
def phrases(*tables: str) -> Phrases[str]:
    """Words of some tables, by meaning."""
    return Phrases([entry for table in tables for entry in entries(table)])


@cache
def small_words(*kinds: SmallWord) -> Phrases[str]:
    """Small words of some kinds."""
    return Phrases([entry for entry in entries("small") if entry[1] in kinds])


@cache
def time_words() -> Phrases[str]:
    """Words for units of time, with abbreviations: `wk`, `PT`."""
    return Phrases([(form, unit) for forms, unit in entries("times") for form in forms.split("/")])


@cache
def unit_words() -> Phrases[UnitName]:
    """Words for units, with those for weeks and days that headings contain."""
    names = []
    for table in ("units", "times"):
        for kind, languages in _file()[table].items():
            for language, words in languages.items():
                if language != "short" and kind not in {"minute", "hour", "year"}:
                    names += [name for word in words.split(",") for name in _forms(kind, word.strip())]
    return Phrases(names)


def _forms(kind: UnitKind, word: str) -> Iterator[tuple[str, UnitName]]:
    """Forms of a word for a unit, written singular/plural/others."""
    forms = word.split("/")
    for form in forms:
        yield form, UnitName(kind, forms[0], forms[1 if len(forms) > 1 else 0])


@lru_cache(maxsize=CACHED_TEXTS)
def unit_kind(word: str) -> UnitName | None:
    """The unit that a text is a word for: `Stages`, `User Story`; None for any other text."""
    return unit_words().of(*_words(word))


def leading_unit(text: str) -> Read[UnitName] | None:
    """The word for a unit at the start of a text: `Stage` of `Stage 4: Billing`."""
    head_tokens = tokens(text[:HEAD])
    first = next((n for n, token in enumerate(head_tokens) if not token.is_sign), len(head_tokens))
    match = unit_words().at(text, head_tokens, first) if head_tokens[first:] else None
    return match and Read(match[0], text[head_tokens[first].start : head_tokens[match[1] - 1].end])


@lru_cache(maxsize=CACHED_TEXTS)
def field_of(label: str) -> FieldName | None:
    """The field that a label names: `Estimated Effort`, `Dauer`, `Sprint 3 Success Criteria`."""
    if label.strip(_LABEL_MARKS) in {"#", "№"}:
        return "id"
    words = _words(label)
    has_preposition = len(words) > 1 and bool(small_words("preposition").of(words[0]))
    name = _meaning(label, phrases("fields") if has_preposition else phrases("fields", "relations"))
    return cast("FieldName | None", {"needs": "depends_on", "needed by": "needed_by"}.get(name or "", name))


@lru_cache(maxsize=CACHED_TEXTS)
def unit_column_use(head: str) -> str | None:
    """Use of a column in a table of units: `type` for their kinds, `parent` for the units that contain them."""
    return _meaning(head, phrases("columns"))


@lru_cache(maxsize=CACHED_TEXTS)
def topic(heading: str) -> TopicName | None:
    """Subject of a section by its heading, the same on each side of an `&`; None for headings with other words."""
    whole = _meaning(heading, phrases("topics"))
    sides = {_meaning(side, phrases("topics")) for side in _sides(heading)} if whole is None else {whole}
    if sides == {None} and heading.count(" ") in {1, 2, 3}:  # `Cross-cutting risks`
        sides = {_meaning(heading.rpartition(" ")[2], phrases("topics"))} & {"risks"} or sides
    return cast("TopicName | None", sides.pop()) if len(sides) == 1 else None


def names_topic(heading: str, name: TopicName) -> bool:
    """Whether a subject is the only one that the sides of an `&` in a heading name."""
    return {_meaning(side, phrases("topics")) for side in _sides(heading)} - {None} == {name}


def _sides(text: str) -> Iterator[str]:
    """Parts of a text joined by signs or words for `and`: `Risks & Mitigations`."""
    begin = 0
    joints = [(place.start(), place.end()) for place in _JOINT.finditer(text[:HEAD])]
    for start, end in sorted([*joints, *((start, end) for _, start, end in small_words("and").all(text[:HEAD]))]):
        yield text[begin:start]
        begin = end
    yield text[begin:]


def _meaning(text: str, table: Phrases[str]) -> str | None:
    """Meaning of a whole text: of all its words, or of those left without brackets, numbers and fillers."""
    if len(text) > _LONGEST_LABEL:
        return None
    text_tokens = [token for token in tokens(text) if not token.is_sign]
    if not table.has_word_of(token.word for token in text_tokens):
        return None
    return next((meaning for key in _word_choices(text, text_tokens) if (meaning := table.of(*key))), None)


def _word_choices(text: str, text_tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    yield tuple(token.word for token in text_tokens)
    outside = [token for token in text_tokens if token.start < len(text.partition("(")[0])]
    yield tuple(token.word for token in outside)
    yield (without_units := tuple(_without_units(text, outside)))
    yield (bare := tuple(word for word in without_units if not small_words("filler").of(word)))
    yield tuple(without_units[: max((n for n, word in enumerate(without_units, 1) if word in bare), default=0)])
    yield tuple(word for word in bare if phrases("topics").of(word) not in {"overview", "summary"})


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(text[:HEAD]) if not token.is_sign)


def _without_units(text: str, text_tokens: Sequence[Token]) -> Iterator[str]:
    """Words of a text without numbers, and without a unit and its id: `Sprint 3`, `Sprint C`."""
    n = 0
    while n < len(text_tokens):
        unit = unit_words().at(text, text_tokens, n)
        after = text_tokens[unit[1]].word if unit and unit[1] < len(text_tokens) else ""
        if unit and (after.isdecimal() or (len(after) == 1 and after.isascii())):
            n = unit[1] + 1
            continue
        if not text_tokens[n].word.isdecimal():
            yield text_tokens[n].word
        n += 1


@lru_cache(maxsize=CACHED_TEXTS)
def state(text: str) -> Read[State] | None:
    """State at the start of a text, by words, emoji or a check box: `✅ Done since May`, `[x]`, `60 % complete`.

    Words outrank an emoji beside them. None if the words continue in another sense, or if two states are named, such as
    at the end: `✅ Final - ready to start`.
    """
    before = _PERCENT_BEFORE.match(text[:HEAD])
    reading = (before and _beginning(text[before.end() :], phrases("states"))) or _beginning(text, phrases("states"))
    if reading is None:
        return None
    last = phrases("states").of(*_words(_CLAUSE_SEPARATOR.split(text[:HEAD])[-1]))
    if not tokens(reading.text)[0].word.isalpha() and last not in {None, reading.value}:
        return None
    value = cast("State", reading.value)
    percent = before or _PERCENT_AFTER.match(text.partition(reading.text)[2][:HEAD])
    if value == "done" and percent and int(percent[1]) < _ALL:
        value = "in progress" if int(percent[1]) else "planned"
    return Read(value, reading.text)


def level(text: str) -> Read[str] | None:
    """Level of risk, likelihood or impact at the start of a text, one of the model's levels."""
    return _beginning(text, phrases("levels"))


def priority(text: str) -> Read[str] | None:
    """Priority in the text's own words: `P1`, `must have`, `High`; None for other texts."""
    number = _P_NUMBER.match(text[:HEAD])
    reading = Read(number[1], number[1]) if number else _beginning(text, phrases("levels", "priorities"))
    if reading is None:
        return None
    head_tokens = [token for token in tokens(text[:HEAD]) if not token.is_sign]
    if not head_tokens or len(head_tokens) > _LONGEST_PRIORITY:
        return Read(reading.text, reading.text) if reading.text[0].isalnum() else reading
    whole = text[head_tokens[0].start : head_tokens[-1].end + text[head_tokens[-1].end :].startswith(")")]
    return Read(whole, whole)


def _beginning(text: str, table: Phrases[str]) -> Read[str] | None:
    """Meaning of the phrase or sign at the start of a text; a phrase outranks the signs before it."""
    head_tokens, sign = tokens(text[:HEAD]), None
    for n, token in enumerate(head_tokens):
        match = table.at(text, head_tokens, n)
        if match and not token.is_sign:
            if not _ends_before(text, head_tokens, match[1]) or _has_second_meaning(text, head_tokens, match, table):
                return None
            return Read(match[0], text[token.start : head_tokens[match[1] - 1].end])
        if match and not sign:
            sign = Read(match[0], text[token.start : token.end])
        if not token.is_sign:
            break
    return sign


def _ends_before(text: str, text_tokens: Sequence[Token], stop: int) -> bool:
    """Whether a phrase ends before a token: at the end, at punctuation, or before a word such as `since`."""
    if stop >= len(text_tokens) or text_tokens[stop].is_sign or text_tokens[stop].word.isdecimal():
        return True
    gap = text[text_tokens[stop - 1].end : text_tokens[stop].start].strip(" *_")
    around = (text_tokens[stop - 1].word, text_tokens[stop].word)
    return gap not in {"", "-", "'"} or any(small_words("after state").of(word) for word in around)


def _has_second_meaning(text: str, text_tokens: Sequence[Token], match: tuple[str, int], table: Phrases[str]) -> bool:
    """Whether another meaning follows directly: `medium to high`, `done / blocked`."""
    meaning, stop = match
    if stop >= len(text_tokens):
        return False
    is_joined = text[text_tokens[stop - 1].end : text_tokens[stop].start].strip() in {"", "-", "–", "/", "&"}
    after = stop + 1 if small_words("to", "and").of(text_tokens[stop].word) else stop
    other = table.at(text, text_tokens, after) if is_joined and after < len(text_tokens) else None
    return other is not None and other[0] != meaning and not text_tokens[after].is_sign


def is_none(text: str) -> bool:
    """Whether a text means that there is no value: `TBD`, `n/a`, a dash, a placeholder such as `[name]`."""
    words, bare = _words(text), text.strip(" *_`")
    return not words or bool(small_words("none").of(*words)) or (bare.startswith("[") and bare.endswith("]"))
