"""Mentions in the texts of a plan: names of sprints, phases and options, and weekdays beside dates.

Only what is certain counts: a kind of part with a number or a capital letter, a weekday with a whole date.
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
"""A number after a comma or a dash that counts something, or is a day: `Sprint 1, 12 tasks`, `Sprint 1, 12 May`."""
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_YEAR_LIKE = re.compile(r"[0-9]{4}")
"""Every date has one; most texts have none, and need no closer look."""
_LABEL = re.compile(r"\s*[:(–—-]")
"""What follows a name that a text gives to a part of its own: `Phase 3: clean up`, as a step of a migration."""
_ELSEWHERE = re.compile(
    r"\b(?:futures?|later|next|upcoming|eventually|someday|beyond|deferred|postponed|backlog|out of scope|follow-?up|"
    r"previous(?:ly)?|prior|earlier|former(?:ly)?|originally)\b",
    re.IGNORECASE,
)
"""Words of a sentence that is about what this plan does not hold: what came before it, or may come after."""
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
    """Finds the parts of a plan that a text mentions, by number or letter, where the plan's own ids look like that."""

    def __init__(self, plan: Plan) -> None:
        self._units = _words(plan.unit)
        self._known: dict[str, set[str]] = defaultdict(set)
        for words, ids in (
            (self._units, plan.ids),
            (_words(plan.group), [phase.id for phase in plan.phases]),
            (_OPTION, [option.id for option in plan.options]),
        ):
            for word in words:
                self._known[word].update(ids)
        self._forms = {
            word: [form for form in (_NUMBER, _LETTER) if any(map(form.fullmatch, ids))]
            for word, ids in self._known.items()
        }
        self._roots = [word for word in self._known if not any(root in word for root in self._known.keys() - {word})]
        longest_first = sorted(map(re.escape, self._known), key=len, reverse=True)
        self._word = re.compile(rf"\b({'|'.join(longest_first)})\s+(?=[#0-9A-Z])", re.IGNORECASE)

    def __call__(self, text: str) -> Iterator[tuple[str, str]]:
        """The word and the id of everything that a text mentions."""
        for mention in self._word.finditer(text):
            at, word = mention.end(), mention[1]
            while match := self._id(word, text, at):
                yield word, match[1]
                joint = _AND.match(text, match.end())
                if joint is None or self._counts(word, text, joint):
                    break
                at = joint.end()

    def _counts(self, word: str, text: str, joint: re.Match[str]) -> bool:
        """Whether a number that follows a comma or dash counts something and is not one more id."""
        match = self._id(word, text, joint.end()) if joint[0].strip() in {",", "-", "–"} else None
        return match is not None and _COUNTED.match(text, match.end()) is not None

    def _id(self, word: str, text: str, at: int) -> re.Match[str] | None:
        """The id at a position; none after a word that has a dotless i, which patterns take for an i."""
        matches = (form.match(text, at) for form in self._forms.get(word.casefold(), ()))
        return next(filter(None, matches), None)

    def unknown(self, text: str, *, of_work: bool = False) -> Iterator[str]:
        """What a text mentions and the plan lacks, in the text's words: `Sprint 9`.

        A sentence about earlier or future work may name what it likes, so may a part of what is there (`Phase 2.1`),
        a year, a number before the first, and a label of the text's own. A text `of_work` is about one piece of work,
        whose options are its own.
        """
        folded = text.casefold()
        return self._lacking(text, of_work=of_work) if any(root in folded for root in self._roots) else iter(())

    def _lacking(self, text: str, *, of_work: bool) -> Iterator[str]:
        for sentence in _SENTENCE.split(text):
            for word, id_ in self(sentence) if not _ELSEWHERE.search(sentence) else ():
                known = self._known[word.casefold()]
                is_part = id_.partition(".")[0] in known or _is_before(id_, known) or _is_within(id_, known)
                is_part = is_part or _YEAR.fullmatch(id_) is not None
                if id_ not in known and not is_part and not self._is_own(sentence, word, id_, of_work=of_work):
                    yield f"{word} {id_}"

    def _is_own(self, sentence: str, word: str, id_: str, *, of_work: bool) -> bool:
        """Whether a name is one that the text gives itself: an option of a piece of work, a label for a step."""
        name = f"{word} {id_}"
        is_label = sentence.startswith(name) and _LABEL.match(sentence, len(name)) is not None
        return word.casefold() not in self._units and (is_label or (of_work and word.casefold() in _OPTION))

    def sprints(self, text: str, plan: Plan) -> tuple[str, ...]:
        """The ids of the plan's sprints that a text mentions."""
        named = (id_ for word, id_ in self(text) if word.casefold() in self._units)
        return tuple(dict.fromkeys(id_ for id_ in named if id_ in plan.sprints))


def _is_within(id_: str, known: Collection[str]) -> bool:
    """Whether a number is in a unit that stands for several: 6 in `5-7`."""
    ends = (other.split("-") for other in known if "-" in other)
    spans = (end for end in ends if len(end) == 2 and all(map(str.isdecimal, end)))  # noqa: PLR2004 - first and last
    return id_.isdecimal() and any(int(first) <= int(id_) <= int(last) for first, last in spans)


def _is_before(id_: str, known: Collection[str]) -> bool:
    """Whether a number comes before all others, as that of work before the plan does."""
    return id_[0].isdecimal() and all(natural(id_) < natural(other) for other in known)


def _words(unit: Unit) -> set[str]:
    """The words for one and for several."""
    return {unit.one.casefold(), unit.many.casefold()}


def weekdays(text: str) -> Iterator[tuple[str, date | None, str]]:
    """Every weekday beside a date: the words, the date (None where the calendar has none such), the weekday named."""
    return _dated(text) if _YEAR_LIKE.search(text) else iter(())


def _dated(text: str) -> Iterator[tuple[str, date | None, str]]:
    for match in _DATED.finditer(text):
        parts = {name: value for name, value in match.groupdict().items() if value}
        year, month, day = (next(parts[f"{part}{n}"] for n in "123" if f"{part}{n}" in parts) for part in "ymd")
        number = month if month.isdecimal() else str(_index(_MONTHS, month) + 1)
        if number != "0":
            yield match[0], _date(int(year), int(number), int(day)), parts["weekday"]


def is_weekday(day: date, name: str) -> bool:
    """Whether a date falls on the weekday that is named, in full or short."""
    return day.weekday() == _index(WEEKDAYS, name)


def _index(names: Collection[str], word: str) -> int:
    """The position of the name whose first three letters a word starts with; -1 for none."""
    return next((n for n, name in enumerate(names) if word.casefold().startswith(name[:3].casefold())), -1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
