"""Readers of efforts, durations, time windows and dates in labelled values and cells."""

import re

from masterplan.importing import clues, values, words
from masterplan.importing.entries import LabelledText
from masterplan.importing.marks import plain
from masterplan.importing.reading import DATED, SIZED, DraftPart, Reading
from masterplan.importing.windows import ISO_DAY
from masterplan.importing.words import Read

_IN_BRACKETS = re.compile(r"\s*\(([^()]{2,60})\)$")
_PERSON_DAYS = re.compile(r"[\d.,–-]{1,12} ?PT\b")
"""Person-days in German plans, always in capitals; `5 pt` are points."""


def read_size(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read an effort, or points if the text says so: `Effort: 3 story points`."""
    text = _without_window(reading, part, entry)
    unit = _unit(entry) if text.strip().replace("-", "").replace("–", "").replace(".", "").isdecimal() else ""
    points = values.points(text) if part.kind in SIZED and not _PERSON_DAYS.match(text) else None
    if points is not None:
        return reading.put(part, "points", points.value, entry.span, points.text)
    effort = values.effort(f"{text} {unit}") if part.kind in SIZED else None
    if effort is None:
        return False
    is_timed = part.kind == "sprint" and part.id in reading.timed
    if is_timed and part.values.get("effort", effort.value) != effort.value:
        reading.declare_duration(part, part.values.pop("effort"))
    return reading.put(part, "effort", effort.value, entry.span, effort.text)


def _without_window(reading: Reading, part: DraftPart, entry: LabelledText) -> str:
    """Text of an entry, without a window in brackets after a duration; the window is read: `2 weeks (May 4-15)`."""
    text = plain(entry.text)
    brackets = _IN_BRACKETS.search(text)
    if brackets is None or part.kind not in DATED or not values.effort(text[: brackets.start()]):
        return text
    window = reading.window(brackets[1], entry.span.first)
    if window is None or window.text.strip() != brackets[1].strip():
        return text
    return text[: brackets.start()] if reading.put(part, "when", window.value, entry.span, window.text) else text


def read_duration(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a duration as the effort of a sprint, or a window; one that differs from its effort becomes a claim."""
    duration = values.effort(_without_window(reading, part, entry)) if part.kind == "sprint" else None
    if duration and part.values.get("effort", duration.value) != duration.value:
        reading.declare_duration(part, duration.value)
        reading.ledger.take(entry.span, duration.text, f"{part}: duration")
        return True
    if duration and "effort" not in part.values:
        reading.timed.add(part.id)
    return read_size(reading, part, entry) or _read_window(reading, part, entry)


def read_updated(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the day of the plan's last change, the latest of several; for other parts a window."""
    if part.kind != "plan":
        return "date" in clues.signals(entry.label or "") and read_when(reading, part, entry)
    day = _day(reading, plain(entry.text), entry.span.first)
    if day is None:
        return False
    part.values["updated"] = max(day.value, part.values.get("updated", ""))
    reading.ledger.take(entry.span, day.text, f"{part}: updated")
    return True


def read_start(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a first day as an open window; for the plan, as the first day of week 1."""
    day = _day(reading, plain(entry.text), entry.span.first)
    if day is None or not (part.kind in DATED or (part.kind == "plan" and reading.is_in_header)):
        return False
    name, value = ("start", day.value) if part.kind == "plan" else ("when", f"{day.value}+")
    return reading.put(part, name, value, entry.span, day.text)


def read_end(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a last day as the end of an open window, or as the day of a milestone."""
    day = _day(reading, plain(entry.text), entry.span.first)
    first, sign, _ = str(part.values.get("when", "")).partition("+")
    if day and part.kind == "milestone" and not first:
        return reading.put(part, "when", day.value, entry.span, day.text)
    is_open = bool(sign) and ISO_DAY.fullmatch(first) is not None
    if day is None or part.kind not in DATED or not is_open or day.value < first:
        return False
    part.values["when"] = first if day.value == first else f"{first} to {day.value}"
    return reading.put(part, "when", part.values["when"], entry.span, day.text)


def day_of(reading: Reading, text: str, line: int) -> str | None:
    """Day of a cell as an ISO date; a time after it is ignored. None if it has no day."""
    day = _day(reading, text.partition(" ")[0] if text[:4].isdecimal() else text, line)
    return day.value if day else None


def _day(reading: Reading, text: str, line: int) -> Read[str] | None:
    """Leading day of a text; None for any other window."""
    window = reading.window(text, line)
    return window if window and ISO_DAY.fullmatch(window.value) else None


def read_when(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a window, with an effort in brackets after it: `Week 1 (3-5 hours)`; or a duration."""
    text = plain(entry.text)
    if not _read_window(reading, part, entry):
        return values.effort(text) is not None and read_duration(reading, part, entry)
    brackets = _IN_BRACKETS.search(text)
    if brackets and part.kind in SIZED and (effort := values.effort(brackets[1])) and effort.text == brackets[1]:
        reading.put(part, "effort", effort.value, entry.span, effort.text)
    return True


def _unit(entry: LabelledText) -> str:
    """Unit of time in a label, for bare numbers: `Weeks: 1-2`, `Estimated hours: 5`; empty if there is none."""
    return next(
        (word for word in re.findall(r"[^\W\d_]+", entry.label or "") if words.time_words().of(words.fold(word))), ""
    )


def _read_window(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    if part.kind not in DATED:
        return False
    text = plain(entry.text)
    unit = _unit(entry)
    is_bare = bool(unit) and text[:1].isdecimal()
    window = (reading.window(f"{unit} {text}", entry.span.first) if is_bare else None) or reading.window(
        text, entry.span.first
    )
    return window is not None and reading.put(part, "when", window.value, entry.span, window.text.removeprefix(unit))
