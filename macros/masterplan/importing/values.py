"""Texts of documents as values of plan files: lengths of time, points, owners, shares, and the units that a text names.

Each function gives the value as a plan file writes it and the part of the text that says it, or nothing if none fits.
What it gives, the model accepts.
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
    is_none,
    leading_unit,
    small,
    times,
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
_HOUR = 60
_ALL = 100

_APART = re.compile(r"[()]|[,;/&+|、\N{FULLWIDTH COMMA}]|(?<=\s)\w+(?=\s)")
_ROLE = re.compile(r"\s*\(([^()]*)\)$")
_NAME_WORDS = 5
_LONGEST_NAME = 60

_ID = re.compile(rf"(?<![^\W_{CJK}{HANGUL}])#?[A-Za-z0-9][A-Za-z0-9._-]*")
_BEHIND = re.compile(rf"[{CJK}{HANGUL}]")
_LONGEST_ID = 64
_HYPHEN, _WORD_OR_NUMBER = re.compile("-"), re.compile(r"[A-Za-z]+|[0-9.-]+")
_OF_TIME = {"day", "week", "calendar week", "month", "quarter"}


class OwnerName(NamedTuple):
    """A person, a team or a role as a document names it, and what stands in brackets after the name."""

    name: str
    role: str = ""


class Reference(NamedTuple):
    """A unit that a text names: its id, where it stands, and the word for its kind as written, empty without one.

    Units of a range all stand where the range does.
    """

    id: str
    start: int
    end: int
    word: str = ""


@lru_cache(maxsize=CACHED_TEXTS)
def effort(text: str) -> Read[str] | None:
    """The length of time with which a text begins: `2-3 weeks`, `~3.5 hours`, `14 hours (with buffer)`, `4 hours (M)`.

    A size before it, and a remark in brackets after it, become the note of the amount.
    """
    head = text[:HEAD]
    size = _SIZE.match(head)
    begin = size.end() if size else 0
    amount = _amount(head[begin:])
    if amount is None:
        return None
    start, end = begin + amount.start, begin + amount.end
    note, value = _NOTE.match(head[end:]), amount.value
    sized = size and (f"{value} ({size['size']})", size.start("size"), end + head[end:].startswith(")"))
    noted = note and (f"{value} ({note['note'].strip()})", start, end + note.end())
    forms = [form for form in (sized, noted, (value, start, end)) if form]
    checked = (_checked(value, head[start:end], _DURATION) for value, start, end in forms)
    return next((read for read in checked if read), None)


class _Amount(NamedTuple):
    """A length of time as plan files write it, and where it stands."""

    value: str
    start: int
    end: int


def _amount(head: str) -> _Amount | None:
    """The length of time with which a text begins, in English: `2-3 weeks`."""
    before = _COMPARATOR.match(head)
    sign, begin = (before["sign"], before.end()) if before else ("", 0)
    start = before.start("sign") if before and sign else begin
    listed = tokens(head[begin:])
    about = small("about").at(head[begin:], listed, 0) if listed else None
    if about:
        sign, begin = "~", begin + listed[about[1] - 1].end
        begin += len(head[begin:]) - len(head[begin:].lstrip(" .:"))
    match = _range().match(fold(head), begin)
    unit = _unit_at(head, match.end()) if match else None
    if not match or not unit or not _is_of_one_unit(match["between"], unit.word):
        return None
    low, high = _plain(match["low"]), _plain(match["high"] or match["low"])
    minutes = _MINUTES.match(head, unit.end) if unit.word == "hour" and not match["high"] else None
    if low is None or high is None or head[unit.end : unit.end + 1] == "/":
        return None
    if minutes and "." not in low:
        return _Amount(f"{sign}{_HOUR * int(low) + int(minutes['minutes'])} minutes", start, minutes.end())
    number = low if low == high else f"{low}-{high}"
    plus = "+" if match["plus"] else ""
    many = "" if number == "1" and not plus else "s"
    return _Amount(f"{sign}{number}{plus} {unit.word}{many}", start, unit.end)


@cache
def _range() -> re.Pattern[str]:
    """A number or a range of numbers, with a unit between them where there is one."""
    to = "|".join(re.escape(fold(word)) for word, kind in entries("small") if kind == "to")
    return re.compile(
        rf"(?P<low>{_NUMBER})(?:\s?(?P<between>[^\W\d_]*)\.?\s?(?:[{_DASH}]|\b(?:{to})\b)\s?(?P<high>{_NUMBER}))?"
        r"(?P<plus>\+)?\s?-?"
    )


def _unit_at(head: str, begin: int) -> Token | None:
    """The unit of time that stands at a place of a text, as `Token.word`; None for `pt`, which may be points."""
    rest = head[begin:]
    listed = tokens(rest)
    match = times().at(rest, listed, 0) if listed and not rest[: listed[0].start].strip("-") else None
    if match is None or match[0] not in _UNITS:
        return None
    end = listed[match[1] - 1].end
    return None if rest[:end].strip() == "pt" else Token(match[0], begin, begin + end)


def _is_of_one_unit(between: str | None, unit: str) -> bool:
    """Whether the lower end of a range has no unit or the same: `2h-3h`."""
    return not between or times().of((between,)) == unit


def _plain(number: str) -> str | None:
    """A number with a decimal point and without a sign for thousands; None for `1.500`, which may be either."""
    whole, mark, rest = number.partition("," if "," in number else ".")
    if len(rest) == len("000"):
        return whole + rest if mark == "," else None
    return f"{int(whole)}.{rest}" if rest.strip("0") else f"{int(whole)}"


def _checked(value: str, text: str, model: TypeAdapter[object]) -> Read[str] | None:
    """A value that the model accepts."""
    return Read(value, text) if fits(model, value) else None


def fits(model: TypeAdapter[object], value: object) -> bool:
    """Whether a field of the plan takes a value."""
    try:
        model.validate_python(value)
    except ValidationError:
        return False
    return True


@lru_cache(maxsize=CACHED_TEXTS)
def points(text: str, *, bare: bool = False) -> Read[str] | None:
    """The number of points with which a text begins: `8 story points`, `3-5 SP`; with `bare` also `8` alone."""
    head = text[:HEAD]
    begin = next((n for n, character in enumerate(head) if character.isalnum()), len(head))
    match = _range().match(fold(head), begin)
    if not match or match["between"]:
        return None
    rest = head[match.end() :]
    listed = tokens(rest)
    unit = _points().at(rest, listed, 0) if listed and not rest[: listed[0].start].strip("-") else None
    if not unit and not (bare and not rest.partition("(")[0].strip(" *_`.)")):
        return None
    low, high = _plain(match["low"]), _plain(match["high"] or match["low"])
    if low is None or high is None:
        return None
    end = match.end() + (listed[unit[1] - 1].end if unit else 0)
    return _checked(low if low == high else f"{low}-{high}", head[begin:end], _POINTS)


@cache
def _points() -> Phrases[str]:
    """The words for points."""
    return Phrases([entry for entry in entries("fields") if entry[1] == "points"])


def percent(text: str) -> Read[int] | None:
    """The share that a text names, 0 to 100; None where it names none or several."""
    shares = list(_PERCENT.finditer(text[:HEAD]))
    if len(shares) != 1 or int(shares[0][1]) > _ALL:
        return None
    return Read(int(shares[0][1]), shares[0][0])


def owners(text: str) -> Read[tuple[OwnerName, ...]] | None:
    """Who a text names: `@ada`, `Ada Lovelace`, `Design + Engineering`, `Peter (developer)`; nobody for `TBD`."""
    if len(text) > HEAD:
        return None
    if is_none(text):
        return Read((), text)
    listed = [_owner(name) for name in _names(text.strip(" *_`."))]
    named = tuple(owner for owner in listed if owner)
    return Read(tuple(dict.fromkeys(named)), text) if listed and len(named) == len(listed) else None


def _names(text: str) -> Iterator[str]:
    """The names in a list: between commas, other signs, and words for `and`, none of them within brackets."""
    begin = depth = 0
    for sign in _APART.finditer(text):
        depth += (sign[0] == "(") - (sign[0] == ")")
        is_apart = not sign[0][0].isalnum() or small("and").of((fold(sign[0]),))
        if is_apart and not depth and sign[0] not in {"(", ")"}:
            yield text[begin : sign.start()]
            begin = sign.end()
    yield text[begin:]


def _owner(text: str) -> OwnerName | None:
    """One name, with the role after it in brackets; None for what reads like a sentence or a number."""
    role = _ROLE.search(text)
    name = (text[: role.start()] if role else text).strip(" *_`").removeprefix("@")
    words = name.split()
    if not words or len(words) > _NAME_WORDS or len(name) > _LONGEST_NAME or not name[0].isalpha():
        return None
    is_name = all(_is_name(word) for word in words[1:]) and (len(words) == 1 or not words[0].islower())
    return OwnerName(name, role[1].strip() if role else "") if is_name and not set(name) & set("()[]:?!") else None


def _is_name(word: str) -> bool:
    """Whether a word after the first can be part of a name: it is written large, or it is one of teams and roles."""
    return not word[0].islower() or small("role").of((fold(word.strip(".")),)) is not None


class Ids:
    """The ids of a plan's units, which can be looked up whatever their capitals; more can be added at any time."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self.by_name: dict[str, str] = {}
        self._ids: set[str] = set()
        self._alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for id_ in ids:
            self.add(id_)

    def __contains__(self, id_: object) -> bool:
        """Whether a unit has the id, written just so."""
        return id_ in self._ids

    def __iter__(self) -> Iterator[str]:
        """Every id, in natural order."""
        return iter(sorted(self._ids, key=natural))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._ids)

    def add(self, id_: str) -> None:
        """Add an id; of two that differ in case only, a name stands for the first in natural order."""
        if id_ in self._ids:
            return
        self._ids.add(id_)
        insort(self._alike[_shape(id_)], id_, key=natural)
        known = self.by_name.setdefault(id_.casefold(), id_)
        if known != id_:
            self.by_name[id_.casefold()] = min(known, id_, key=natural)

    def between(self, first: str, last: str) -> Sequence[str]:
        """The ids from one to another that are written like both; only these two where they are written differently."""
        alike = self._alike[_shape(first)]
        begin, end = bisect_left(alike, natural(first), key=natural), bisect_right(alike, natural(last), key=natural)
        spanned = alike[begin:end]
        return spanned if spanned[:1] == [first] and spanned[-1:] == [last] else (first, last)


def references(text: str, known: Ids) -> list[Reference]:
    """The units that a text names, of those whose ids are known: `Stages 4, 6`, `Sprint 1-3`, `T0-001`, `#12`.

    An id that is a number or letters only counts after a word for a unit, or in a list that begins so. A range names
    every known id that is written like its ends and lies between them.
    """
    text = text[:LONGEST_PROSE]
    names = [(m.start(), name) for m in _ID.finditer(text) if (name := _named(m[0].rstrip("._-"), known.by_name))]
    if not names:
        return []
    words = {end: text[start:end] for unit, start, end in unit_words().all(text) if unit.kind not in _OF_TIME}
    behind = {end - len(word): word for end, word in words.items() if _BEHIND.match(word)}
    listed: list[Reference] = []
    for place, named in names:
        end, before = place + len(named.written), _before(text, place)
        word = named.word or words.get(before) or behind.get(end, "")
        begin = before - len(words[before]) if before in words else place
        between = _between(text, listed[-1], begin) if listed else ""
        if between == "to" and not _is_range(listed[-1], named, word):
            between = ""
        if not (named.is_sure or word or (between and not _is_counted(text, end))):
            continue
        first = listed[-1] if between == "to" else None
        word = word or (listed[-1].word if between else "")
        listed += [Reference(id_, first.start if first else place, end, word) for id_ in _ids(named, first, known)]
    return listed


def _ids(named: "_Named", first: Reference | None, known: Ids) -> Sequence[str]:
    """The ids that are named: all of a range where there is one, without its first where that is a reference before."""
    if first is None and len(named.ids) == 1:
        return named.ids
    spanned = known.between(first.id if first else named.ids[0], named.ids[-1])
    return [id_ for id_ in spanned if first is None or id_ != first.id]


def _is_range(first: Reference, last: "_Named", word: str) -> bool:
    """Whether a reference, and a name behind a word, can be the ends of a range: written alike, and of one kind."""
    return _shape(first.id) == _shape(last.ids[0]) and (not word or fold(word) == fold(first.word))


class _Named(NamedTuple):
    """The ids that a word names, one or the ends of a range, and the unit in it; `is_sure`: it can be nothing else."""

    ids: tuple[str, ...]
    written: str
    is_sure: bool
    word: str = ""


def _named(written: str, ids: Mapping[str, str]) -> _Named | None:
    """What a word names that may be an id, a range of ids joined by a hyphen, or a unit and an id so joined."""
    is_sure = _WORD_OR_NUMBER.fullmatch(written) is None
    name = written.removeprefix("#").casefold()
    name = f"task-{name}" if written.startswith("#") and f"task-{name}" in ids else name
    if name in ids:
        return _Named((ids[name],), written, is_sure)
    for hyphen in _HYPHEN.finditer(name[:_LONGEST_ID]):
        first, last = name[: hyphen.start()], name[hyphen.end() :]
        if first in ids and last in ids:
            return _Named((ids[first], ids[last]), written, is_sure)
    unit = leading_unit(name) if "-" in name else None
    rest = name[len(unit.text) :].lstrip("-") if unit and name.startswith(unit.text) else ""
    return _Named((ids[rest],), written, is_sure=True, word=written[: len(unit.text)]) if unit and rest in ids else None


def _before(text: str, place: int) -> int:
    """The end of the word before a place, with a blank, `#` or the like between."""
    begin = place
    while begin > max(0, place - len(": #")) and text[begin - 1] in " #:.*_\N{NO-BREAK SPACE}":
        begin -= 1
    return begin


def _between(text: str, before: Reference, place: int) -> str:
    """How an id goes on a list: `and`, or `to` in a range; empty where it does not. Brackets between are skipped."""
    if place - before.end > _LONGEST_NAME:
        return ""
    gap = text[before.end : place].strip(" *_")
    if gap.startswith("("):
        gap = gap.partition(")")[2].strip()
    bare = gap.lstrip(",; ").casefold()
    if (gap and set(gap) <= set(_DASH)) or small("to").of((fold(bare),)):
        return "to"
    return "and" if bare in {"/", "&", "+"} or (gap and not bare) or small("and").of((fold(bare),)) else ""


def _is_counted(text: str, end: int) -> bool:
    """Whether a number counts something, so that it is no id: `Sprint 2, 3 weeks`."""
    rest = text[end : end + _LONGEST_NAME]
    listed = tokens(rest)
    if rest.lstrip().startswith("%"):
        return True
    is_next = bool(listed) and not rest[: listed[0].start].strip()
    return is_next and any(table.at(rest, listed, 0) for table in (times(), unit_words(), _points()))


def _shape(id_: str) -> tuple[str, ...]:
    """How an id is written, up to its last number: `T`, `0`, `-` of `T0-001`; nothing of `18.5`, between 18 and 19."""
    pieces = natural(id_)
    begins = tuple(text for _, _, text in pieces[:-1])
    return () if id_.replace(".", "").isdecimal() else (*begins, *(["a"] if pieces[-1][0] else []))
