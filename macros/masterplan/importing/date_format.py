"""Date format of a document, inferred from its lines: the order of day and month, and the year.

The team's answers take precedence. A date with only one valid order, such as `28/03`, decides the order of all others.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from masterplan.importing import windows, words
from masterplan.importing.answers import Answers, DateOrder, DateSettings
from masterplan.importing.entries import labelled_parts, split_label
from masterplan.importing.marks import plain
from masterplan.importing.words import Read

_MONTHS = 12
_DAY_MONTH = re.compile(
    r"(?<![\w/.-])(0?[1-9]|[12][0-9]|3[01])/(0?[1-9]|[12][0-9]|3[01])(?:/(?:20)?[0-9]{2})?(?![\w/])"
)

_HEADER = 100
"""Number of lines at the top of a document that can name the plan's first day."""

_LONGEST = 1_000
"""Number of characters of each line that are searched for dates."""


def date_settings(lines: Sequence[str], answers: Answers) -> DateSettings:
    """Date format of a document: as answered by the team, else with the year it names most often.

    If it names several years and a start of the plan, dates without a year fall on or after that day.
    """
    years = Counter(windows.YEAR.findall("\n".join(line[:_LONGEST] for line in lines)))
    year = answers.year or (int(years.most_common(1)[0][0]) if years else None)
    settings = DateSettings(answers.dates or _order(lines), year)
    is_sure = answers.year is not None or len(years) < 2  # noqa: PLR2004 - another year
    return settings if is_sure else replace(settings, first_day=_first_day(lines[:_HEADER], settings))


def _first_day(lines: Iterable[str], settings: DateSettings) -> date | None:
    """First day of the plan from the first lines; None if they do not name one with a year."""
    for label, text in (split_label(part.lstrip("-* ")) for line in lines for part in labelled_parts(line)):
        if label and words.field_of(label) == "start" and windows.YEAR.search(text):
            window = windows.window(plain(text), settings)
            if isinstance(window, Read) and windows.ISO_DAY.fullmatch(window.value):
                return date.fromisoformat(window.value)
            return None
    return None


def _order(lines: Iterable[str]) -> DateOrder | None:
    """The only valid order of the document's dates; None if no date decides it, or dates contradict each other."""
    text = "\n".join(line[:_LONGEST] for line in lines if "/" in line)
    pairs = [pair for pair in _DAY_MONTH.findall(text) if max(map(int, pair)) > _MONTHS]
    orders: set[DateOrder] = {"dmy" if int(first) > _MONTHS else "mdy" for first, _ in pairs}
    return orders.pop() if len(orders) == 1 else None
