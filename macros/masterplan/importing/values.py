"""Values in texts of documents: lengths of time, points, shares, and references to units.

Functions return a value that the model accepts, as plan files write it, and the text that states it, if there is one.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from masterplan.importing.words import (
    CACHED_TEXTS,
    CJK,
    HANGUL,
    HEAD,
    Phrases,
    Read,
    Token,
    entries,
    fold,
    leading_unit,
    small_words,
    time_words,
    tokens,
    unit_words,
)
from masterplan.model.fields import LONGEST_PROSE, Duration, Points
from masterplan.model.naming import natural

_DURATION: TypeAdapter[object] = TypeAdapter(Duration)
_POINTS: TypeAdapter[object] = TypeAdapter(Points)

_NUMBER = r"[0-9]{1,6}(?:[.,][0-9]{1,3})?"
_DASH = "-–—~〜"
_SIZE = re.compile(r"\W*(?P<size>[Xx]{0,2}[SsMmLl])\b\s?(?=[(:=,–-])")
_COMPARATOR = re.compile(r"[^\w<>≤≥~≈±]*(?P<sign>[<>≤≥]?=?)\s?")
_MINUTES = re.compile(r"\s?(?P<minutes>[0-5][0-9])\s?(?:minutes|min|m)?\b")
_NOTE = re.compile(r"\s?\((?P<note>[^()]{1,60})\)")
_PERCENT = re.compile(r"(?<![\w.,<>~–-])([0-9]{1,3}) ?%")
_UNITS = {"minute", "hour", "day", "week", "month", "year"}
_HOUR, _ALL = 60, 100

_ID = re.compile(rf"(?<![^\W_{CJK}{HANGUL}])#?[A-Za-z0-9][A-Za-z0-9._-]*")
_CJK_WORD = re.compile(rf"[{CJK}{HANGUL}]")
_LONGEST_ID = 64
_NEAR = 60
"""How far after a reference the words that belong to it are, in characters."""

_HYPHEN, _WORD_OR_NUMBER = re.compile("-"), re.compile(r"[A-Za-z]+|[0-9.-]+")
_TIME_KINDS = {"day", "week", "calendar week", "month", "quarter"}


class Reference(NamedTuple):
    """A unit that a text names: its id, its offsets in the text, and the word for its kind as written, if any.

    All units of a range have the offsets of the range.
    """

    id: str
    start: int
    end: int
    word: str = ""


@lru_cache(maxsize=CACHED_TEXTS)
def effort(text: str) -> Read[str] | None:
    """The length of time at the start of a text: `2-3 weeks`, `~3.5 hours`, `14 hours (with buffer)`, `4 hours (M)`.

    A size before it or a remark in brackets after it becomes the note of the amount.
    """
    head = text[:HEAD]
    size = _SIZE.match(head)
    begin = size.end() if size else 0
    amount = _amount(head[begin:])
    if amount is None:
        return None
    start, end = begin + amount.start, begin + amount.end
    note, value = _NOTE.match(head[end:]), amount.value
    with_size = size and (f"{value} ({size['size']})", size.start("size"), end + head[end:].startswith(")"))
    with_note = note and (f"{value} ({note['note'].strip()})", start, end + note.end())
    forms = [form for form in (with_size, with_note, (value, start, end)) if form]
    readings = (_checked(value, head[start:end], _DURATION) for value, start, end in forms)
    return next((reading for reading in readings if reading), None)


class _Amount(NamedTuple):
    """A length of time as plan files write it, with its offsets."""

    value: str
    start: int
    end: int


def _amount(head: str) -> _Amount | None:
    """The length of time at the start of a text, with its unit in English: `2-3 weeks`."""
    before = _COMPARATOR.match(head)
    sign, begin = (before["sign"], before.end()) if before else ("", 0)
    start = before.start("sign") if before and sign else begin
    head_tokens = tokens(head[begin:])
    about = small_words("about").at(head[begin:], head_tokens, 0) if head_tokens else None
    if about:
        sign, begin = "~", begin + head_tokens[about[1] - 1].end
        begin += len(head[begin:]) - len(head[begin:].lstrip(" .:"))
    match = _range().match(fold(head), begin)
    unit = _unit_at(head, match.end()) if match else None
    if not match or not unit or (match["between"] and time_words().of(match["between"]) != unit.word):
        return None
    number = _numbers(match)
    minutes = _MINUTES.match(head, unit.end) if unit.word == "hour" and not match["high"] else None
    if number is None or head[unit.end : unit.end + 1] == "/":
        return None
    if minutes and "." not in number:
        return _Amount(f"{sign}{_HOUR * int(number) + int(minutes['minutes'])} minutes", start, minutes.end())
    plus = "+" if match["plus"] else ""
    many = "" if number == "1" and not plus else "s"
    return _Amount(f"{sign}{number}{plus} {unit.word}{many}", start, unit.end)


@cache
def _range() -> re.Pattern[str]:
    """Pattern of a number or a range of numbers; the lower number of a range may have a unit."""
    to = "|".join(re.escape(fold(word)) for word, kind in entries("small") if kind == "to")
    return re.compile(
        rf"(?P<low>{_NUMBER})(?:\s?(?P<between>[^\W\d_]*)\.?\s?(?:[{_DASH}]|\b(?:{to})\b)\s?(?P<high>{_NUMBER}))?"
        r"(?P<plus>\+)?\s?-?"
    )


def _unit_at(head: str, begin: int) -> Token | None:
    """The unit of time at an offset of a text, as a token; None for `pt`, which may be points."""
    match = _phrase_at(time_words(), head, begin)
    is_unit = match is not None and match[0] in _UNITS and head[begin : match[1]].strip() != "pt"
    return Token(match[0], begin, match[1]) if match and is_unit else None


def _phrase_at(table: Phrases[str], text: str, begin: int) -> tuple[str, int] | None:
    """Meaning of the phrase at an offset of a text, after at most a hyphen, and the offset of its end."""
    rest = text[begin:]
    rest_tokens = tokens(rest)
    if not rest_tokens or rest[: rest_tokens[0].start].strip("-"):
        return None
    match = table.at(rest, rest_tokens, 0)
    return match and (match[0], begin + rest_tokens[match[1] - 1].end)


def _numbers(match: re.Match[str]) -> str | None:
    """The number or range that `_range` matches: `2`, `2-3`; None for an ambiguous number."""
    low, high = _normal_number(match["low"]), _normal_number(match["high"] or match["low"])
    return None if low is None or high is None else low if low == high else f"{low}-{high}"


def _normal_number(number: str) -> str | None:
    """A number with a decimal point and no thousands separator; None for the ambiguous `1.500`."""
    whole, mark, rest = number.partition("," if "," in number else ".")
    if len(rest) == len("000"):
        return whole + rest if mark == "," else None
    return f"{int(whole)}.{rest}" if rest.strip("0") else f"{int(whole)}"


def _checked(value: str, text: str, model: TypeAdapter[object]) -> Read[str] | None:
    """A value with its text if the model accepts it."""
    return Read(value, text) if fits(model, value) else None


def fits(model: TypeAdapter[object], value: object) -> bool:
    """Whether a field of the model accepts a value."""
    try:
        model.validate_python(value)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=CACHED_TEXTS)
def points(text: str, *, bare: bool = False) -> Read[str] | None:
    """The number of points at the start of a text: `8 story points`, `3-5 SP`; with `bare` also `8` alone."""
    head = text[:HEAD]
    begin = next((n for n, character in enumerate(head) if character.isalnum()), len(head))
    match = _range().match(fold(head), begin)
    if not match or match["between"]:
        return None
    unit, number = _phrase_at(_point_words(), head, match.end()), _numbers(match)
    is_bare = bare and not head[match.end() :].partition("(")[0].strip(" *_`.)")
    if number is None or not (unit or is_bare):
        return None
    return _checked(number, head[begin : unit[1] if unit else match.end()], _POINTS)


@cache
def _point_words() -> Phrases[str]:
    """Words for points."""
    return Phrases([entry for entry in entries("fields") if entry[1] == "points"])


def percent(text: str) -> Read[int] | None:
    """The percentage in a text, 0 to 100; None if there is none or more than one."""
    shares = list(_PERCENT.finditer(text[:HEAD]))
    if len(shares) != 1 or int(shares[0][1]) > _ALL:
        return None
    return Read(int(shares[0][1]), shares[0][0])


class Ids:
    """Ids of a plan's units, which can be looked up in any case; ids can be added at any time."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self.by_name: dict[str, str] = {}
        self._ids: set[str] = set()
        self._by_shape: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for id_ in ids:
            self.add(id_)

    def __contains__(self, id_: object) -> bool:
        """Whether a unit has exactly this id."""
        return id_ in self._ids

    def __iter__(self) -> Iterator[str]:
        """All ids, in natural order."""
        return iter(sorted(self._ids, key=natural))

    def __len__(self) -> int:
        """Number of ids."""
        return len(self._ids)

    def add(self, id_: str) -> None:
        """Add an id; of two ids that differ only in case, a name finds the first in natural order."""
        if id_ in self._ids:
            return
        self._ids.add(id_)
        insort(self._by_shape[_shape(id_)], id_, key=natural)
        first = self.by_name.setdefault(id_.casefold(), id_)
        if first != id_:
            self.by_name[id_.casefold()] = min(first, id_, key=natural)

    def between(self, first: str, last: str) -> Sequence[str]:
        """Ids between two others, both included, that have the same shape; only the two if their shapes differ."""
        ids = self._by_shape[_shape(first)]
        begin, end = bisect_left(ids, natural(first), key=natural), bisect_right(ids, natural(last), key=natural)
        spanned = ids[begin:end]
        return spanned if spanned[:1] == [first] and spanned[-1:] == [last] else (first, last)


def references(text: str, ids: Ids) -> list[Reference]:
    """Units with known ids that a text names: `Stages 4, 6`, `Sprint 1-3`, `T0-001`, `#12`.

    An id that is a number or only letters counts after a word for a unit, or in a list that begins with one. A range
    names every known id between its ends that has the same shape.
    """
    text = text[:LONGEST_PROSE]
    names = [(m.start(), name) for m in _ID.finditer(text) if (name := _name_of(m[0].rstrip("._-"), ids.by_name))]
    if not names:
        return []
    words = {end: text[start:end] for unit, start, end in unit_words().all(text) if unit.kind not in _TIME_KINDS}
    words_after = {end - len(word): word for end, word in words.items() if _CJK_WORD.match(word)}
    refs: list[Reference] = []
    for place, name in names:
        end, before = place + len(name.written), _end_before(text, place)
        word = name.word or words.get(before) or words_after.get(end, "")
        begin = before - len(words[before]) if before in words else place
        joint = _joint(text, refs[-1], begin) if refs else ""
        if joint == "to" and not _is_range(refs[-1], name, word):
            joint = ""
        if not (name.is_certain or word or (joint and not _is_quantity(text, end))):
            continue
        first = refs[-1] if joint == "to" else None
        word = word or (refs[-1].word if joint else "")
        refs += [Reference(id_, first.start if first else place, end, word) for id_ in _ids(name, first, ids)]
    return refs


def _ids(name: "_Name", first: Reference | None, ids: Ids) -> Sequence[str]:
    """Ids that a name stands for; the rest of the range that begins with the reference `first`, if given."""
    if first is None and len(name.ids) == 1:
        return name.ids
    spanned = ids.between(first.id if first else name.ids[0], name.ids[-1])
    return [id_ for id_ in spanned if first is None or id_ != first.id]


def _is_range(first: Reference, last: "_Name", word: str) -> bool:
    """Whether a reference and a later name, after `word`, can be the ends of a range: of one shape and one kind."""
    return _shape(first.id) == _shape(last.ids[0]) and (not word or fold(word) == fold(first.word))


class _Name(NamedTuple):
    """Ids that a word names, one or both ends of a range, and its unit; `is_certain` if it can only be an id."""

    ids: tuple[str, ...]
    written: str
    is_certain: bool
    word: str = ""


def _name_of(written: str, ids: Mapping[str, str]) -> _Name | None:
    """A word as an id, a hyphenated range of ids, or a hyphenated unit and id; None if it is none of these."""
    is_certain = _WORD_OR_NUMBER.fullmatch(written) is None
    name = written.removeprefix("#").casefold()
    name = f"task-{name}" if written.startswith("#") and f"task-{name}" in ids else name
    if name in ids:
        return _Name((ids[name],), written, is_certain)
    for hyphen in _HYPHEN.finditer(name[:_LONGEST_ID]):
        first, last = name[: hyphen.start()], name[hyphen.end() :]
        if first in ids and last in ids:
            return _Name((ids[first], ids[last]), written, is_certain)
    unit = leading_unit(name) if "-" in name else None
    rest = name[len(unit.text) :].lstrip("-") if unit and name.startswith(unit.text) else ""
    return (
        _Name((ids[rest],), written, is_certain=True, word=written[: len(unit.text)]) if unit and rest in ids else None
    )


def _end_before(text: str, place: int) -> int:
    """Offset of the end of the word before a place, past blanks, `#` and the like."""
    begin = place
    while begin > max(0, place - len(": #")) and text[begin - 1] in " #:.*_\N{NO-BREAK SPACE}":
        begin -= 1
    return begin


def _joint(text: str, before: Reference, place: int) -> str:
    """Joint between a reference and a later one: `and` in a list, `to` in a range, empty if they are unrelated."""
    if place - before.end > _NEAR:
        return ""
    gap = text[before.end : place].strip(" *_")
    if gap.startswith("("):
        gap = gap.partition(")")[2].strip()
    bare = gap.lstrip(",; ").casefold()
    if (gap and set(gap) <= set(_DASH)) or small_words("to").of(fold(bare)):
        return "to"
    return "and" if bare in {"/", "&", "+"} or (gap and not bare) or small_words("and").of(fold(bare)) else ""


def _is_quantity(text: str, end: int) -> bool:
    """Whether a number is a quantity rather than an id: `Sprint 2, 3 weeks`."""
    rest = text[end : end + _NEAR]
    rest_tokens = tokens(rest)
    if rest.lstrip().startswith("%"):
        return True
    is_next = bool(rest_tokens) and not rest[: rest_tokens[0].start].strip()
    return is_next and any(table.at(rest, rest_tokens, 0) for table in (time_words(), unit_words(), _point_words()))


def _shape(id_: str) -> tuple[str, ...]:
    """Parts of an id before its last number: `T`, `0`, `-` for `T0-001`; empty for numbers such as `18.5`."""
    pieces = natural(id_)
    begins = tuple(text for _, _, text in pieces[:-1])
    return () if id_.replace(".", "").isdecimal() else (*begins, *(["a"] if pieces[-1][0] else []))
