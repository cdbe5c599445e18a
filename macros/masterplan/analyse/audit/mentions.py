"""Mentions in the texts of a plan: sprints, phases and options by number or letter, and dates with a weekday.

Only unambiguous mentions count: the word for a part with a number or a capital letter, a weekday with a full date.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from masterplan.model.naming import natural
from masterplan.model.plan import Plan
from masterplan.model.team import WEEKDAYS
from masterplan.model.words import Unit

_NUMBER = re.compile(r"#?([0-9]{1,4}(?:\.[0-9]{1,3})*)(?![\w%])(?!\s*-?\s*(?:ms|s|min|hour|day|week|month|year|x|%))")
_LETTER = re.compile(r"([A-Z])(?![\w'])")
_AND = re.compile(r"\s*(?:,\s*and\b|,\s*or\b|,|&|\+|/|-|–|\band\b|\bor\b|\bto\b)\s*")
_COUNTED = re.compile(
    r"\s+(?:(?!(?:and|or|to|in|on|at|by|for|from|with|after|before|is|are|was|were|will|can|may|must|has|have|needs?)\b)"
    r"[a-z]{3,}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b)"
)
"""Follows a number that is a count or a day, not an id: `Sprint 1, 12 tasks`, `Sprint 1, 12 May`."""
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_YEAR_LIKE = re.compile(r"[0-9]{4}")
"""Part of every date. Most texts have none and need no further search."""
_LABEL = re.compile(r"\s*[:(–—-]")
"""Follows a label that the text defines itself: `Phase 3: clean up` as a step of a migration."""
_ELSEWHERE = re.compile(
    r"\b(?:futures?|later|next|upcoming|eventually|someday|beyond|deferred|postponed|backlog|out of scope|follow-?up|"
    r"previous(?:ly)?|prior|earlier|former(?:ly)?|originally)\b",
    re.IGNORECASE,
)
"""Words of a sentence about work outside this plan: earlier work, or work that may follow."""
_OPTION = {"option", "options"}
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATED = re.compile(
    r"""\b(?P<weekday>(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b\.?,?\s+
    (?:(?P<y1>[0-9]{4})-(?P<m1>[0-9]{2})-(?P<d1>[0-9]{2})
      |(?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?\s+(?P<m2>[a-z]{3,9})\.?,?\s+(?P<y2>[0-9]{4})
      |(?P<m3>[a-z]{3,9})\.?\s+(?P<d3>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+(?P<y3>[0-9]{4}))\b""",
    re.IGNORECASE | re.VERBOSE,
)


class Mentions:
    """Finds parts of a plan that a text mentions by number or letter, for kinds of part with ids of that form."""

    def __init__(self, plan: Plan) -> None:
        self._units = _words(plan.unit)
        self._ids: dict[str, set[str]] = defaultdict(set)
        for words, ids in (
            (self._units, plan.ids),
            (_words(plan.group), [phase.id for phase in plan.phases]),
            (_OPTION, [option.id for option in plan.options]),
        ):
            for word in words:
                self._ids[word].update(ids)
        self._forms = {
            word: [form for form in (_NUMBER, _LETTER) if any(map(form.fullmatch, ids))]
            for word, ids in self._ids.items()
        }
        self._roots = [word for word in self._ids if not any(root in word for root in self._ids.keys() - {word})]
        longest_first = sorted(map(re.escape, self._ids), key=len, reverse=True)
        self._word = re.compile(rf"\b({'|'.join(longest_first)})\s+(?=[#0-9A-Z])", re.IGNORECASE)

    def __call__(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the word and the id of each mention in a text."""
        for mention in self._word.finditer(text):
            at, word = mention.end(), mention[1]
            while match := self._id(word, text, at):
                yield word, match[1]
                separator = _AND.match(text, match.end())
                if separator is None or self._is_count(word, text, separator):
                    break
                at = separator.end()

    def _is_count(self, word: str, text: str, separator: re.Match[str]) -> bool:
        """Whether the number after a comma or dash is a count or a day instead of another id."""
        match = self._id(word, text, separator.end()) if separator[0].strip() in {",", "-", "–"} else None
        return match is not None and _COUNTED.match(text, match.end()) is not None

    def _id(self, word: str, text: str, at: int) -> re.Match[str] | None:
        """The id at a position; None if the word has a dotless i, which a pattern that ignores case reads as an i."""
        matches = (form.match(text, at) for form in self._forms.get(word.casefold(), ()))
        return next(filter(None, matches), None)

    def unknown(self, text: str, *, of_work: bool = False) -> Iterator[str]:
        """Yield mentions of parts that the plan does not have, in the words of the text: `Sprint 9`.

        Exceptions are sentences about earlier or future work, subdivisions of existing parts (`Phase 2.1`), years,
        numbers before the first, and labels that the text defines itself. With `of_work`, the text describes one piece
        of work and may have options of its own.
        """
        folded = text.casefold()
        for root in self._roots:
            if root in folded:
                return self._unknown(text, of_work=of_work)
        return iter(())

    def _unknown(self, text: str, *, of_work: bool) -> Iterator[str]:
        for sentence in _SENTENCE.split(text):
            for word, id_ in self(sentence) if not _ELSEWHERE.search(sentence) else ():
                ids = self._ids[word.casefold()]
                is_exception = id_.partition(".")[0] in ids or _is_before(id_, ids) or _is_within(id_, ids)
                is_exception = is_exception or _YEAR.fullmatch(id_) is not None
                if id_ not in ids and not is_exception and not self._is_label(sentence, word, id_, of_work=of_work):
                    yield f"{word} {id_}"

    def _is_label(self, sentence: str, word: str, id_: str, *, of_work: bool) -> bool:
        """Whether the text defines the name itself: an option for a piece of work, or the label of a step."""
        name = f"{word} {id_}"
        is_label = sentence.startswith(name) and _LABEL.match(sentence, len(name)) is not None
        return word.casefold() not in self._units and (is_label or (of_work and word.casefold() in _OPTION))

    def sprints(self, text: str, plan: Plan) -> tuple[str, ...]:
        """Ids of the plan's sprints that a text mentions."""
        mentioned = (id_ for word, id_ in self(text) if word.casefold() in self._units)
        return tuple(dict.fromkeys(id_ for id_ in mentioned if id_ in plan.sprints))


def _is_within(id_: str, ids: Collection[str]) -> bool:
    """Whether a number lies within an id that is a range: 6 in `5-7`."""
    ends = (other.split("-") for other in ids if "-" in other)
    spans = (end for end in ends if len(end) == 2 and all(map(str.isdecimal, end)))  # noqa: PLR2004 - first and last
    return id_.isdecimal() and any(int(first) <= int(id_) <= int(last) for first, last in spans)


def _is_before(id_: str, ids: Collection[str]) -> bool:
    """Whether a number comes before all ids, like the number of work done before the plan."""
    return id_[0].isdecimal() and all(natural(id_) < natural(other) for other in ids)


def _words(unit: Unit) -> set[str]:
    """Singular and plural."""
    return {unit.one.casefold(), unit.many.casefold()}


def weekdays(text: str) -> Iterator[tuple[str, date | None, str]]:
    """Yield each date with a weekday: the text, the date (None if it does not exist), and the stated weekday."""
    return _dated(text) if _YEAR_LIKE.search(text) else iter(())


def _dated(text: str) -> Iterator[tuple[str, date | None, str]]:
    for match in _DATED.finditer(text):
        parts = {name: value for name, value in match.groupdict().items() if value}
        year, month, day = (next(parts[f"{part}{n}"] for n in "123" if f"{part}{n}" in parts) for part in "ymd")
        number = month if month.isdecimal() else str(_index(_MONTHS, month) + 1)
        if number != "0":
            yield match[0], _date(int(year), int(number), int(day)), parts["weekday"]


def is_weekday(day: date, name: str) -> bool:
    """Whether a date falls on a weekday; `name` may be abbreviated."""
    return day.weekday() == _index(WEEKDAYS, name)


def _index(names: Collection[str], word: str) -> int:
    """Position of the name that shares its first three letters with a word; -1 if there is none."""
    return next((n for n, name in enumerate(names) if word.casefold().startswith(name[:3].casefold())), -1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
