"""How long parts of a plan take and when, as labelled values and cells say it: efforts, durations, windows, dates."""

import re
from collections.abc import Collection

from masterplan.importing import clues, values, words
from masterplan.importing.entries import LabelledText
from masterplan.importing.marks import plain
from masterplan.importing.reading import Owner, OwnerKind, Reading
from masterplan.importing.words import Read

WORK: Collection[OwnerKind] = ("sprint", "task")
SIZED: Collection[OwnerKind] = ("sprint", "task", "phase", "group")
_DATED: Collection[OwnerKind] = (*WORK, "phase", "milestone")

_BEHIND = re.compile(r"\s*\(([^()]{2,60})\)$")
_PERSON_DAYS = re.compile(r"[\d.,–-]{1,12} ?PT\b")
"""What German plans count in capitals; `5 pt` are points."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_size(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """An effort, or points where a text says so: `Effort: 3 story points`."""
    text = _length(reading, owner, entry)
    unit = _unit(entry) if text.strip().replace("-", "").replace("–", "").replace(".", "").isdecimal() else ""
    points = values.points(text) if owner.kind in SIZED and not _PERSON_DAYS.match(text) else None
    if points is not None:
        return reading.put(owner, "points", points.value, entry.span, points.text)
    effort = values.effort(f"{text} {unit}") if owner.kind in SIZED else None
    if effort is None:
        return False
    is_timed = owner.kind == "sprint" and owner.id in reading.timed
    if is_timed and owner.values.get("effort", effort.value) != effort.value:
        reading.declare_duration(owner, owner.values.pop("effort"))
    return reading.put(owner, "effort", effort.value, entry.span, effort.text)


def _length(reading: Reading, owner: Owner, entry: LabelledText) -> str:
    """A text without a window in brackets behind a length of time, which is taken: `2 weeks (May 4-15)`."""
    text = plain(entry.text)
    behind = _BEHIND.search(text)
    if behind is None or owner.kind not in _DATED or not values.effort(text[: behind.start()]):
        return text
    window = reading.window(behind[1], entry.span.first)
    if window is None or window.text.strip() != behind[1].strip():
        return text
    return text[: behind.start()] if reading.put(owner, "when", window.value, entry.span, window.text) else text


def read_duration(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """A length of time, or a window; a length is the effort of a sprint only where its tasks have none."""
    length = values.effort(_length(reading, owner, entry)) if owner.kind == "sprint" else None
    if length and owner.values.get("effort", length.value) != length.value:
        reading.declare_duration(owner, length.value)
        reading.ledger.take(entry.span, length.text, f"{owner}: duration")
        return True
    if length and "effort" not in owner.values:
        reading.timed.add(owner.id)
    return read_size(reading, owner, entry) or _window(reading, owner, entry)


def read_updated(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """The day on which the plan was changed, the latest of several; the window of any other part."""
    if owner.kind != "plan":
        return "date" in clues.signals(entry.label or "") and read_when(reading, owner, entry)
    day = _day(reading, plain(entry.text), entry.span.first)
    if day is None:
        return False
    owner.values["updated"] = max(day.value, owner.values.get("updated", ""))
    reading.ledger.take(entry.span, day.text, f"{owner}: updated")
    return True


def read_start(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """A first day as that of a window without an end; of the plan, as the day on which its week 1 begins."""
    day = _day(reading, plain(entry.text), entry.span.first)
    if day is None or not (owner.kind in _DATED or (owner.kind == "plan" and reading.is_in_header)):
        return False
    name, value = ("start", day.value) if owner.kind == "plan" else ("when", f"{day.value}+")
    return reading.put(owner, name, value, entry.span, day.text)


def read_end(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """A last day as the end of the window that begins on the first one, or as the day of a milestone."""
    day = _day(reading, plain(entry.text), entry.span.first)
    first, sign, _ = str(owner.values.get("when", "")).partition("+")
    if day and owner.kind == "milestone" and not first:
        return reading.put(owner, "when", day.value, entry.span, day.text)
    is_open = bool(sign) and _DAY.fullmatch(first) is not None
    if day is None or owner.kind not in _DATED or not is_open or day.value < first:
        return False
    owner.values["when"] = first if day.value == first else f"{first} to {day.value}"
    return reading.put(owner, "when", owner.values["when"], entry.span, day.text)


def day_of(reading: Reading, text: str, line: int) -> str | None:
    """The day that a cell is, as plan files write it; a time behind it says nothing."""
    day = _day(reading, text.partition(" ")[0] if text[:4].isdecimal() else text, line)
    return day.value if day else None


def _day(reading: Reading, text: str, line: int) -> Read[str] | None:
    """The one day that a text begins with."""
    window = reading.window(text, line)
    return window if window and _DAY.fullmatch(window.value) else None


def read_when(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """A window, with the length of time that stands behind it in brackets: `Week 1 (3-5 hours)`; or such a length."""
    text = plain(entry.text)
    if not _window(reading, owner, entry):
        return values.effort(text) is not None and read_duration(reading, owner, entry)
    behind = _BEHIND.search(text)
    if behind and owner.kind in SIZED and (effort := values.effort(behind[1])) and effort.text == behind[1]:
        reading.put(owner, "effort", effort.value, entry.span, effort.text)
    return True


def _unit(entry: LabelledText) -> str:
    """The word of a label that is a unit of time, of which numbers alone are: `Weeks: 1-2`, `Estimated hours: 5`."""
    return next(
        (word for word in re.findall(r"[^\W\d_]+", entry.label or "") if words.times().of((words.fold(word),))), ""
    )


def _window(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    if owner.kind not in _DATED:
        return False
    text = plain(entry.text)
    unit = _unit(entry)
    is_bare = bool(unit) and text[:1].isdecimal()
    window = (reading.window(f"{unit} {text}", entry.span.first) if is_bare else None) or reading.window(
        text, entry.span.first
    )
    return window is not None and reading.put(owner, "when", window.value, entry.span, window.text.removeprefix(unit))
