"""Mentions in the texts of a plan: names of sprints, phases and options, and weekdays beside dates.

Only what is certain counts: a kind of part with a number or a capital letter, a weekday with a whole date.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

from masterplan.model.plan import Plan, Unit
from masterplan.model.team import WEEKDAYS

_NUMBER = re.compile(r"#?([0-9]{1,4}(?:\.[0-9]{1,3})*)(?![\w%])(?!\s*-?\s*(?:ms|s|min|hour|day|week|month|year|x|%))")
_LETTER = re.compile(r"([A-Z])(?![\w'])")
_AND = re.compile(r"\s*(?:,\s*and\b|,\s*or\b|,|&|\+|/|-|–|\band\b|\bor\b|\bto\b)\s*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATED = re.compile(
    r"""\b(?P<weekday>(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b\.?,?\s+
    (?:(?P<y1>[0-9]{4})-(?P<m1>[0-9]{2})-(?P<d1>[0-9]{2})
      |(?P<d2>[0-9]{1,2})(?:st|nd|rd|th)?\s+(?P<m2>[a-z]{3,9})\.?,?\s+(?P<y2>[0-9]{4})
      |(?P<m3>[a-z]{3,9})\.?\s+(?P<d3>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+(?P<y3>[0-9]{4}))\b""",
    re.IGNORECASE | re.VERBOSE,
)


class Mentions:
    """Reads which parts of a plan a text names, by number or letter, where the plan's own ids look like that."""

    def __init__(self, plan: Plan) -> None:
        self._known: dict[str, set[str]] = defaultdict(set)
        for words, ids in (
            (_words(plan.unit), plan.ids),
            (_words(plan.group), [phase.id for phase in plan.phases]),
            ({"option", "options"}, [option.id for option in plan.options]),
        ):
            for word in words:
                self._known[word].update(ids)
        self._forms = {
            word: [form for form in (_NUMBER, _LETTER) if any(map(form.fullmatch, ids))]
            for word, ids in self._known.items()
        }
        longest_first = sorted(map(re.escape, self._known), key=len, reverse=True)
        self._word = re.compile(rf"\b({'|'.join(longest_first)})\s+(?=[#0-9A-Z])", re.IGNORECASE)

    def __call__(self, text: str) -> Iterator[tuple[str, str]]:
        """The word and the id of everything that a text names."""
        for mention in self._word.finditer(text):
            at = mention.end()
            while match := self._id(mention[1], text, at):
                yield mention[1], match[1]
                joint = _AND.match(text, match.end())
                if joint is None:
                    break
                at = joint.end()

    def _id(self, word: str, text: str, at: int) -> re.Match[str] | None:
        matches = (form.match(text, at) for form in self._forms[word.casefold()])
        return next(filter(None, matches), None)

    def unknown(self, text: str) -> Iterator[str]:
        """What a text names that the plan does not have, in the text's words: `Sprint 9`."""
        for word, id_ in self(text):
            if id_ not in self._known[word.casefold()]:
                yield f"{word} {id_}"

    def sprints(self, text: str, plan: Plan) -> tuple[str, ...]:
        """The ids of the sprints that a text names and the plan has."""
        units = _words(plan.unit)
        return tuple(dict.fromkeys(i for word, i in self(text) if word.casefold() in units and i in plan.sprints))


def _words(unit: Unit) -> set[str]:
    """The words for one and for several."""
    return {unit.one.casefold(), unit.many.casefold()}


def weekdays(text: str) -> Iterator[tuple[str, date | None, str]]:
    """Every weekday beside a date: the words, the date (None where the calendar has none such), the weekday named."""
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
