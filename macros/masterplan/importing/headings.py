"""Headings and table cells that begin with the name of a unit of work: `Sprint 4: Batching (Weeks 3-5) ✅`, `T0-001 …`.

A name is a word and a number, or an id of its own. The word may be any: which words are sprints of the plan is decided
once all are known (`units.py`).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from masterplan.importing.marks import last_signs, plain, without_signs
from masterplan.importing.words import CJK, HANGUL, UnitKind, field_of, fold, phrases, small, times, unit_kind

_NUMBER = r"(?:[A-Za-z]{1,6}[-.]?)?[0-9]{1,6}(?:[.\-–/][A-Za-z]?[0-9]{1,6}){0,3}[A-Za-z]?|[A-Z]{1,3}|[IVX]{1,5}"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[.-][0-9]{1,2}[.-][0-9]{4}"
_END = r"(?=$|[\s:\uff1a.,;|)(\[\]—–/-])"
_WORD_NUMBER = re.compile(
    r"(?![第제]\s*[0-9])(?P<word>[^\W\d_]+(?:[- ][^\W\d_]{2,})?)"
    r"(?P<gap>[ \t]*[#№]?[ \t]*|-|[ \t]+(?:[Nn][or]\.?)[ \t]*)"
    rf"(?P<id>{_NUMBER})\+?{_END}"
)
_NUMBER_WORD = re.compile(
    r"(?:[第제]\s*(?P<cjk>[0-9]{1,4})\s*(?P<counter>[^\W\d_]+?)(?=$|[\s:\uff1a(\uff08—–-])"
    rf"|(?P<id>[0-9]{{1,3}})(?P<nth>\.|st|nd|rd|th|er|ª|º|-й|차)?(?:[ \t]+|(?=[{CJK}{HANGUL}]))"
    r"(?P<word>[^\W\d_]+)(?=$|[\s:\uff1a(\uff08—–-]))"
)
_ID = re.compile(
    rf"(?!{_DATE})"
    r"(?:\[(?P<boxed>[A-Z]{1,8}[-_]?[0-9][\w.-]{0,20})\]"
    r"|(?P<id>[A-Z]{1,8}(?:[-_][A-Z]{1,3})?[-_]?[0-9]{1,6}(?:[.\-][A-Z]?[0-9]{1,6}){0,4}[a-z]?|#?[0-9]{1,5}[A-Z]?(?:[.\-][0-9]{1,5}){1,4}[a-z]?|#[0-9]{1,6}))"
    rf"{_END}"
)
_DIGITS = "〇一二三四五六七八九"
_CHARACTERS = re.compile(
    rf"(?:第|(?P<word>[^\W\d_]{{1,8}}?))(?P<number>[{_DIGITS[1:]}十]{{1,3}})(?=[^\W\d_]|$|[\s:\uff1a(\uff08—–-])"
)
_NTH = ("차", "目")
"""What words for units of time end with that name one of them: `1주차` is the first week."""

_QUOTED = re.compile(r"(?P<word>[^\W\d_]+)[ \t]+[\"“«](?P<id>[A-Z][A-Z0-9-]{1,20})[\"”»]" + _END)
_NUMBERING = re.compile(r"[0-9]{1,3}[.)]\s+")
_SEPARATOR = re.compile(r"\s*(?:[:\uff1a|.]|(?:-{1,2}|–|—|→|=>)(?=\s|$))\s*")
_BRACKETS = re.compile(r"\s*(?:\((?P<round>[^()]*)\)|\[(?P<square>[^\[\]]*)\]|\uff08(?P<wide>[^\uff08\uff09]*)\uff09)")
_SUFFIX = re.compile(
    r"\s(?:-{1,2}|–|—|→|\|)\s|\s(?=@\w)"
    r"|\s(?=[✅✔☑✓🚧⏳🔄]|[\u2600-\u27bf\U0001f000-\U0001faff]\S*\s+\w)"
)
_NAMES = re.compile(r"\s@[\w.-]+\s+@$")
"""The end of a text that goes on with another `@name`."""

_JOINTS, _DIGIT_RUN = re.compile(r"[–/\s_]+"), re.compile(r"[0-9]+")
_ROMAN = set("IVX")
_LONGEST_LABEL = 60
_LONGEST_TITLE = 500


class UnitHead(NamedTuple):
    """The name at the beginning of a text, and what follows it.

    `word` is the unit's word as it is written (`Sprint`), empty for an id of its own; `id` is normalised, `written` as
    it stands in the text. `title` is what follows a separator, `about` what follows without one, or leads to the name:
    `Sprint 4 KPIs`, `After Sprint 4`; such a text names no unit of its own.
    `signs` are the emoji before the name and at the end.
    """

    word: str
    id: str
    written: str
    title: str
    about: str
    signs: str

    @property
    def code(self) -> str:
        """The id of a task of this name: with its word where both are written as one, `TASK-16`."""
        return as_id(self.written) if "-" in self.written.split(" ")[0] else self.id

    @property
    def is_number(self) -> bool:
        """Whether it only counts: a number without the sign of an issue, `Item 1`, not `#12`."""
        return self.code.isdecimal() and not set(self.written) & {"#", "№"}

    @property
    def family(self) -> str:
        """What it shares with its kind: the word in lower case, or the letters of the id: `sprint`, `T#`, `#.#`."""
        return self.word.casefold() or _DIGIT_RUN.sub("#", self.id.rstrip("abcdefghijklmnopqrstuvwxyz"))


@lru_cache(131_072)  # as many as `plain` remembers
def read_head(text: str) -> UnitHead | None:
    """The name that a text of Markdown begins with; None where it begins with none."""
    shown = plain(text)
    rest = without_signs(shown)
    signs = f"{shown[: shown.find(rest)]} {last_signs(shown)}" if rest else shown
    numbering = _NUMBERING.match(rest)
    bare = rest[numbering.end() :] if numbering else rest
    return (
        _placed(bare, signs)
        or _named(bare, signs)
        or _counted(rest, signs)
        or _in_characters(rest, signs)
        or _labelled(bare, signs)
    )


@lru_cache(32_768)
def read_heading(text: str) -> UnitHead | None:
    """The name that a heading begins with; behind an id of its own it needs no sign before the title: `1.2 Login`."""
    head = read_head(text)
    return with_title(head) if head else None


def _in_characters(text: str, signs: str) -> UnitHead | None:
    """The name of a text whose number is written in Chinese characters: `第一阶段`, `阶段二`."""
    match = _CHARACTERS.match(text)
    if not match or (match["word"] and kind_of(match["word"]) is None):
        return None
    start, end = match.span("number")
    number = f"{_value(match['number'])}"
    counted = f"{text[:start]}{number}{text[end:]}"
    head = _counted(counted, signs) or _named(counted, signs)
    return head._replace(written=text[: len(head.written) - len(number) + end - start]) if head else None


def _value(characters: str) -> int:
    """The value of a number up to 99 in Chinese characters: `二十一` is 21."""
    tens, ten, ones = characters.rpartition("十")
    full = 10 * (_DIGITS.find(tens) if tens else 1) if ten else 0
    return full + (_DIGITS.find(ones) if ones else 0)


def with_title(head: UnitHead) -> UnitHead:
    """A name whose title begins right behind its id: `PAY-12 Choose a vault`; a sentence goes on in small letters."""
    is_title = not head.word and not head.title and head.about[:1].isupper()
    return head._replace(title=head.about, about="") if is_title else head


def _placed(text: str, signs: str) -> UnitHead | None:
    """A text about a unit that a small word leads to: `After Sprint 1`, `Current Sprint 4`."""
    first, _, rest = text.partition(" ")
    head = _named(rest.lstrip(), signs) if rest else None
    if head is None or not head.word or kind_of(head.word) is None:
        return None
    word = (fold(first),)
    is_small = phrases("relations").of(word) or small("filler", "goes on", "from", "before date").of(word)
    is_subject = not is_small and field_of(first) is not None and not head.title and not kind_of(f"{first} {head.word}")
    is_led = is_small or is_subject
    return head._replace(title="", about=f"{first} {head.title or head.about}".strip()) if is_led else None


def _labelled(text: str, signs: str) -> UnitHead | None:
    """A text about a unit that a label with the unit's word leads to: `Current Sprint: Sprint 4 (Berths)`."""
    label, colon, _ = text[:_LONGEST_LABEL].partition(":")
    last = label.split(" ")[-1]
    if not colon or kind_of(last) is None:
        return None
    head = _named(text[len(label) + 1 :].strip(), signs)
    is_same = head is not None and kind_of(head.word) == kind_of(last)
    return head._replace(title="", about=label) if head and is_same else None


def _named(text: str, signs: str) -> UnitHead | None:
    """The name of a text that begins with a word and a number, or with an id."""
    match = _WORD_NUMBER.match(text)
    if match and not _is_code(match):
        return _head(match["word"], match["id"], match[0], text[match.end() :], signs)
    if (match := _QUOTED.match(text)) and kind_of(match["word"]) is not None:
        return _head(match["word"], match["id"], match[0], text[match.end() :], signs)
    if match := _ID.match(text):
        return _head("", match["id"] or match["boxed"], match[0], text[match.end() :], signs)
    return None


def _is_code(match: re.Match[str]) -> bool:
    """Whether a word and a number are an id of letters and digits, and no word of a language with a number."""
    word, is_letter = match["word"], match["id"].isalpha()
    is_separated = is_letter and _SEPARATOR.match(match.string, match.end()) is not None
    if is_letter and len(match["id"]) > 1 and not set(match["id"]) <= _ROMAN:
        return not is_separated or word.isupper() or kind_of(word) is None
    if is_letter and not match["gap"].strip(" \t"):
        return match["gap"] == "" or (kind_of(word) is None and not is_separated)
    return not match["gap"].strip(" \t#№-") and not set(match["gap"]) & set(" \t") and kind_of(word) is None


def _counted(text: str, signs: str) -> UnitHead | None:
    """The name of a text that begins with a number and a word: `2. Sprint`, `第1阶段`, `1단계`; not `3 days`."""
    match = _NUMBER_WORD.match(text)
    word = (match["counter"] or match["word"]) if match else ""
    if not match or kind_of(word) is None:
        return None
    is_nth = match["cjk"] or match["nth"] or word.endswith(_NTH)
    if times().of((fold(word),)) and not is_nth:
        return None
    return _head(word, match["cjk"] or match["id"], match[0], text[match.end() :], signs)


def _head(word: str, id_: str, written: str, rest: str, signs: str) -> UnitHead:
    separator = _SEPARATOR.match(rest)
    title, about = (rest[separator.end() :], "") if separator else ("", rest.strip())
    if not separator and about[:1] in "([\uff08":
        title, about = about, ""
    return UnitHead(word, as_id(id_), written, title.strip(), about, signs)


@lru_cache(4096)
def kind_of(word: str) -> UnitKind | None:
    """What a word for a unit names; None for any other word."""
    unit = unit_kind(word)
    return unit.kind if unit else None


def family_key(head: UnitHead) -> str:
    """What names of one kind share: the singular of their word in lower case, or the form of their ids."""
    word = head.word.casefold()
    return word[:-1] if word.endswith("s") and kind_of(word[:-1]) else head.family


def as_id(text: str) -> str:
    """A written number or name as an id of the plan: `1–2` is `1-2`, `#12` is `12`, `A/B` is `A-B`."""
    return _JOINTS.sub("-", text.lstrip("#№").strip())[:32].strip("-.")


def without_values(title: str, is_value: Callable[[str], bool]) -> str:
    """A title without the brackets and the last part behind a dash that are values of other fields.

    `is_value` is asked about the text in each pair of brackets and behind the last dash, and notes what it reads. Very
    long titles stay as they are.
    """

    def bracket(match: re.Match[str]) -> str:
        return "" if is_value(match["round"] or match["square"] or match["wide"] or "") else match[0]

    if len(title) > _LONGEST_TITLE:
        return title
    title = _BRACKETS.sub(bracket, title)
    while (last := _last_suffix(title)) is not None and is_value(title[last.end() :]):
        title = title[: last.start()]
    return without_signs(title).strip(" :—–-|")


def _last_suffix(title: str) -> re.Match[str] | None:
    """The last dash of a title, or blank before `@name` or the sign of a state, that stands in no brackets."""
    cuts = (match for match in _SUFFIX.finditer(f"{title} ") if _is_outside(title, match.start()))
    cuts = (match for match in cuts if not _NAMES.search(title[: match.end() + 1]))
    return max(cuts, key=lambda match: match.start(), default=None)


def _is_outside(title: str, position: int) -> bool:
    before = title[:position]
    return all(before.count(opened) <= before.count(closed) for opened, closed in ("()", "[]", "\uff08\uff09"))
