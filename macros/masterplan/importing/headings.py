"""Headings and table cells that begin with the name of a unit: `Sprint 4: Batching (Weeks 3-5) ✅`, `T0-001 …`.

A name is a word and a number, or an id alone. Any word counts; `units.py` decides which words mean sprints once all
names of the document are known.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from masterplan.importing.marks import outer_signs, plain, without_signs
from masterplan.importing.words import (
    CJK,
    HANGUL,
    UnitKind,
    field_of,
    fold,
    phrases,
    small_words,
    time_words,
    unit_kind,
)

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
"""Endings that make a unit of time ordinal: `1주차` is the first week."""

_QUOTED = re.compile(r"(?P<word>[^\W\d_]+)[ \t]+[\"“«](?P<id>[A-Z][A-Z0-9-]{1,20})[\"”»]" + _END)
NUMBERING = re.compile(r"^[0-9]{1,3}[.)]\s+")
"""The number at the start of a heading: `3. `."""

_SEPARATOR = re.compile(r"\s*(?:[:\uff1a|.]|(?:-{1,2}|–|—|→|=>)(?=\s|$))\s*")
_BRACKETS = re.compile(r"\s*(?:\((?P<round>[^()]*)\)|\[(?P<square>[^\[\]]*)\]|\uff08(?P<wide>[^\uff08\uff09]*)\uff09)")
_SUFFIX = re.compile(
    r"\s(?:-{1,2}|–|—|→|\|)\s|\s(?=@\w)"
    r"|\s(?=[✅✔☑✓🚧⏳🔄]|[\u2600-\u27bf\U0001f000-\U0001faff]\S*\s+\w)"
)
_NAMES = re.compile(r"\s@[\w.-]+\s+@$")
"""End of a text before another `@name` in a list of them."""

_JOINTS, _DIGIT_RUN = re.compile(r"[–/\s_]+"), re.compile(r"[0-9]+")
_ROMAN = set("IVX")
_LONGEST_LABEL = 60
_LONGEST_TITLE = 500


class UnitHead(NamedTuple):
    """The unit name at the beginning of a text, and the rest of the text.

    `word` is the word for the unit as written (`Sprint`), empty for an id alone. `id` is normalised; `written` is the
    whole name as written. `title` is the text after a separator. `about` is text without a separator, or text before
    the name, as in `Sprint 4 KPIs` and `After Sprint 4`; such a text is about a unit, but does not define one.
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
        """Id of a task with this name; includes the word if both are written as one: `TASK-16`."""
        return as_id(self.written) if "-" in self.written.split(" ")[0] else self.id

    @property
    def is_number(self) -> bool:
        """Whether the id only counts: a number without `#`, such as `Item 1`."""
        return self.code.isdecimal() and not set(self.written) & {"#", "№"}

    @property
    def family(self) -> str:
        """Key shared by names of one kind: the word in lower case, or the form of the id: `sprint`, `T#`, `#.#`."""
        return self.word.casefold() or _DIGIT_RUN.sub("#", self.id.rstrip("abcdefghijklmnopqrstuvwxyz"))


@lru_cache(131_072)  # as many as `plain` remembers
def read_head(text: str) -> UnitHead | None:
    """Leading unit name of a Markdown text; None if it has none."""
    plain_text = plain(text)
    rest = without_signs(plain_text)
    signs, unnumbered = outer_signs(plain_text), NUMBERING.sub("", rest)
    return (
        _after_word(unnumbered, signs)
        or _named(unnumbered, signs)
        or _number_first(rest, signs)
        or _chinese_number(rest, signs)
        or _after_label(unnumbered, signs)
    )


@lru_cache(32_768)
def read_heading(text: str) -> UnitHead | None:
    """Leading unit name of a heading; after an id alone the title needs no separator: `1.2 Login`."""
    head = read_head(text)
    return with_title(head) if head else None


def _chinese_number(text: str, signs: str) -> UnitHead | None:
    """Unit name with a number in Chinese characters: `第一阶段`, `阶段二`."""
    match = _CHARACTERS.match(text)
    if not match or (match["word"] and kind_of(match["word"]) is None):
        return None
    start, end = match.span("number")
    number = f"{_value(match['number'])}"
    counted = f"{text[:start]}{number}{text[end:]}"
    head = _number_first(counted, signs) or _named(counted, signs)
    return head._replace(written=text[: len(head.written) - len(number) + end - start]) if head else None


def _value(characters: str) -> int:
    """Value of a number up to 99 in Chinese characters: `二十一` is 21."""
    tens, ten, ones = characters.rpartition("十")
    full = 10 * (_DIGITS.find(tens) if tens else 1) if ten else 0
    return full + (_DIGITS.find(ones) if ones else 0)


def with_title(head: UnitHead) -> UnitHead:
    """Name with the title directly after its id, `PAY-12 Choose a vault`; lower case continues a sentence instead."""
    is_title = not head.word and not head.title and head.about[:1].isupper()
    return head._replace(title=head.about, about="") if is_title else head


def _after_word(text: str, signs: str) -> UnitHead | None:
    """Name of a unit after a small word or the name of a field: `After Sprint 1`, `Current Sprint 4`."""
    first, _, rest = text.partition(" ")
    head = _named(rest.lstrip(), signs) if rest else None
    if head is None or not head.word or kind_of(head.word) is None:
        return None
    word = fold(first)
    is_small = phrases("relations").of(word) or small_words("filler", "after state", "from", "before date").of(word)
    is_subject = not is_small and field_of(first) is not None and not head.title and not kind_of(f"{first} {head.word}")
    is_about = is_small or is_subject
    return head._replace(title="", about=f"{first} {head.title or head.about}".strip()) if is_about else None


def _after_label(text: str, signs: str) -> UnitHead | None:
    """Name of a unit after a label that ends with the same word: `Current Sprint: Sprint 4 (Berths)`."""
    label, colon, _ = text[:_LONGEST_LABEL].partition(":")
    last = label.split(" ")[-1]
    if not colon or kind_of(last) is None:
        return None
    head = _named(text[len(label) + 1 :].strip(), signs)
    is_same = head is not None and kind_of(head.word) == kind_of(last)
    return head._replace(title="", about=label) if head and is_same else None


def _named(text: str, signs: str) -> UnitHead | None:
    """Unit name of a text that begins with a word and a number, or with an id."""
    match = _WORD_NUMBER.match(text)
    if match and not _is_code(match):
        return _head(match["word"], match["id"], match[0], text[match.end() :], signs)
    if (match := _QUOTED.match(text)) and kind_of(match["word"]) is not None:
        return _head(match["word"], match["id"], match[0], text[match.end() :], signs)
    if match := _ID.match(text):
        return _head("", match["id"] or match["boxed"], match[0], text[match.end() :], signs)
    return None


def _is_code(match: re.Match[str]) -> bool:
    """Whether a word and a number form one id of letters and digits, such as `AB12`."""
    word, is_letter = match["word"], match["id"].isalpha()
    is_separated = is_letter and _SEPARATOR.match(match.string, match.end()) is not None
    if is_letter and len(match["id"]) > 1 and not set(match["id"]) <= _ROMAN:
        return not is_separated or word.isupper() or kind_of(word) is None
    if is_letter and not match["gap"].strip(" \t"):
        return match["gap"] == "" or (kind_of(word) is None and not is_separated)
    return not match["gap"].strip(" \t#№-") and not set(match["gap"]) & set(" \t") and kind_of(word) is None


def _number_first(text: str, signs: str) -> UnitHead | None:
    """Unit name of a text that begins with a number and a word: `2. Sprint`, `第1阶段`, `1단계`; not `3 days`."""
    match = _NUMBER_WORD.match(text)
    word = (match["counter"] or match["word"]) if match else ""
    if not match or kind_of(word) is None:
        return None
    is_nth = match["cjk"] or match["nth"] or word.endswith(_NTH)
    if (time_words().of(fold(word)) and not is_nth) or (match["nth"] == "." and _is_plural(word)):
        return None
    return _head(word, match["cjk"] or match["id"], match[0], text[match.end() :], signs)


def _is_plural(word: str) -> bool:
    """Whether a word for units is in the plural: `5. Milestones` is a section, `2. Sprint` the second sprint."""
    unit = unit_kind(word)
    return unit is not None and fold(unit.one) != fold(unit.many) == fold(word)


def _head(word: str, id_: str, written: str, rest: str, signs: str) -> UnitHead:
    separator = _SEPARATOR.match(rest)
    title, about = (rest[separator.end() :], "") if separator else ("", rest.strip())
    if not separator and about[:1] in "([\uff08":
        title, about = about, ""
    return UnitHead(word, as_id(id_), written, title.strip(), about, signs)


@lru_cache(4096)
def kind_of(word: str) -> UnitKind | None:
    """Kind of unit that a word names; None for any other word."""
    unit = unit_kind(word)
    return unit.kind if unit else None


def family_key(head: UnitHead) -> str:
    """Key shared by names of one kind: the singular of the word in lower case, or the form of the id."""
    word = head.word.casefold()
    return word[:-1] if word.endswith("s") and kind_of(word[:-1]) else head.family


def as_id(text: str) -> str:
    """Id of the plan for a number or name as written: `1-2` for `1–2`, `12` for `#12`, `A-B` for `A/B`."""
    return _JOINTS.sub("-", text.lstrip("#№").strip())[:32].strip("-.")


def without_values(title: str, is_value: Callable[[str], bool]) -> str:
    """Title without text in brackets and after dashes that is the value of another field.

    `is_value` receives the text in each pair of brackets and after the last dash, and records the values it reads. Very
    long titles stay unchanged.
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
    """Last separator of a title outside brackets: a dash, or the blank before `@name` or the emoji of a state."""
    separators = (match for match in _SUFFIX.finditer(f"{title} ") if _is_outside(title, match.start()))
    separators = (match for match in separators if not _NAMES.search(title[: match.end() + 1]))
    return max(separators, key=lambda match: match.start(), default=None)


def _is_outside(title: str, position: int) -> bool:
    before = title[:position]
    return all(before.count(opened) <= before.count(closed) for opened, closed in ("()", "[]", "\uff08\uff09"))
