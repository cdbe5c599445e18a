"""Rows and list items with dates as milestones; those about decisions become gates."""

import re
from functools import partial
from itertools import count

from masterplan.importing import clues, fields, tables, values
from masterplan.importing.document import Block, Item, Row
from masterplan.importing.entries import labelled_item
from masterplan.importing.headings import kind_of, read_heading
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import SCOPES, DraftPart, Reading, fits_line, key
from masterplan.importing.tables import Column
from masterplan.importing.words import Read

_SEPARATOR = re.compile(r"\s*(?:[:\uff1a]|\s[-–—]{1,2}\s|→)\s*")
_DAY_SEPARATOR = re.compile(r"\s*(?:[:\uff1a(\[]|\s[-–—]{1,2}\s|→)\s*")
_IN_BRACKETS = re.compile(r"[(\[,;–—-]?\s*[^()]{1,120}\)")
_AFTER_DAY = re.compile(r"(?:[:\uff1a,]|\s[-–—]{1,2})\s+(?P<text>[^\s(].*)")
_TIME = re.compile(r"^[0-9]{1,2}:[0-9]{2}(?: ?[AaPp][Mm])?(?: [A-Z]{2,5})? ")
_TITLE_FIELDS = {"title", "description", "tasks", "deliverables", None}
_DATE_FIELDS = {"when", "updated", "end", "start"}


def read_dated_rows(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a table of dates and events as milestones, if most rows have a valid date."""
    columns = tables.columns_of(block)
    dated = next((column for column in columns if column.field in _DATE_FIELDS), None)
    name = next((column for column in columns if column.field in _TITLE_FIELDS and _can_name(column)), None)
    if part.kind not in SCOPES or dated is None or name is None:
        return False
    windows = [_window(reading, row, dated) for row in block.rows[1:]]
    if 2 * sum(map(bool, windows)) <= len(windows):
        return False
    for row, window in zip(block.rows[1:], windows, strict=True):
        title = without_signs(plain(row.cell(name.position)))
        if title and fits_line("title", title):
            milestone = _new_milestone(reading, title, row.span)
            is_dated = window is not None and reading.put(milestone, "when", window.value, row.span, window.text)
            is_all = window is not None and key(window.text) == key(plain(row.cell(dated.position)))
            without = {name.position, dated.position} if is_dated and is_all else {name.position}
            fields.read_links(reading, milestone, row.span, row.cell(name.position))
            fields.read_links(reading, milestone, row.span, row.cell(dated.position))
            tables.read_row(reading, milestone, block, row, without=without)
    tables.take_heads(reading, block, part)
    return True


def read_table(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a table with a column headed by a word for milestones, under any heading."""
    is_named = any(kind_of(column.head) == "milestone" for column in tables.columns_of(block))
    return is_named and read_dated_rows(reading, part, block)


def _can_name(column: Column) -> bool:
    """Whether a column can contain the titles: it has a head, and deliverables count only in the first column."""
    return bool(column.head.strip()) and (column.field != "deliverables" or column.position == 0)


def _window(reading: Reading, row: Row, column: Column) -> Read[str] | None:
    text = plain(row.cell(column.position))
    return reading.window(_TIME.sub("", text, count=1), row.line) if text else None


def read_dated_items(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list of dates and events as milestones: `Week 3: Beta is live`."""
    if part.kind not in {"plan", "phase"} or block.kind != "list":
        return False
    return sum(_read_item(reading, item) for item in block.items) > 0


def _read_item(reading: Reading, item: Item) -> bool:
    entry = labelled_item(item)
    text = without_signs(plain(item.text))
    separator = _SEPARATOR.search(text)
    when, title = entry.label or "", plain(entry.text)
    if separator and not when:
        when, title = text[: separator.start()], text[separator.end() :]
    window = reading.window(when, item.span.first) if when and title else None
    if window is None:
        return _read_title_first(reading, item, text)
    if not fits_line("title", title):
        return False
    milestone = _new_milestone(reading, title, item.span)
    reading.put(milestone, "when", window.value, item.span, when)
    return True


def _read_title_first(reading: Reading, item: Item, text: str) -> bool:
    """Read an item with the milestone before its day: `M1 – Beta: 2026-03-01 (Sprint 2)`, `Beta (by 5 May)`."""
    days = [
        (match, window)
        for match in _DAY_SEPARATOR.finditer(text)
        if (window := _window_after(reading, item, text, match))
    ]
    if not days:
        return False
    match, window = days[0]
    title, rest = text[: match.start()], text[match.end() :].partition(window.text)[2]
    if not title.strip() or not fits_line("title", title):
        return False
    milestone = _milestone_with_id(reading, title, item.span)
    reading.put(milestone, "when", window.value, item.span, text[match.start() : len(text) - len(rest)])
    description = _AFTER_DAY.match(rest)
    if description:
        reading.put(milestone, "description", description["text"], item.span, description["text"])
    reading.deferred.append(partial(_read_needs, reading, milestone, item.span, rest))
    return True


def _milestone_with_id(reading: Reading, text: str, span: Span) -> DraftPart:
    """New milestone from a title that may begin with an id: `M1 – Beta`."""
    head = read_heading(text)
    if head is None or not head.title or head.about:
        return _new_milestone(reading, text, span)
    milestone = _new_milestone(reading, head.title, span, head.id)
    reading.ledger.take(span, head.written, str(milestone))
    return milestone


def _window_after(reading: Reading, item: Item, text: str, match: re.Match[str]) -> Read[str] | None:
    """Window after a separator if only brackets follow it; within brackets a word may come first."""
    if text[match.start() : match.end()].strip() == "(" and text.endswith(")"):
        return _whole_window(reading, text[match.end() : -1], item.span.first)
    window = reading.window(text[match.end() :], item.span.first)
    rest = text[match.end() :].removeprefix(window.text).strip(" )]") if window else ""
    is_last = not rest or _IN_BRACKETS.fullmatch(f"{rest})")
    return window if window and (is_last or _AFTER_DAY.match(text[match.end() :].removeprefix(window.text))) else None


def _read_needs(reading: Reading, milestone: DraftPart, span: Span, text: str) -> None:
    """Read the sprints and tasks in a text in brackets as requirements of a milestone."""
    for unit in values.references(text, reading.ids):
        reading.add(milestone, "needs", unit.id, span, f"{unit.word} {text[unit.start : unit.end]}")


def _whole_window(reading: Reading, text: str, line: int) -> Read[str] | None:
    """Window of a whole text, after a label or one word: `Target: Week 4`, `by 5 May`."""
    for part in (text, text.partition(":")[2].strip(), text.partition(" ")[2].strip()):
        window = reading.window(part, line) if part else None
        if window and window.text.strip() == part:
            return window
    return None


def _new_milestone(reading: Reading, title: str, span: Span, id_: str = "") -> DraftPart:
    """New milestone with the given id or the next free one; a gate if its title or heading mentions a decision."""
    milestones = reading.draft.milestones
    number = next(n for n in count(len(milestones) + 1) if f"M{n}" not in milestones)
    milestone = reading.milestone(id_ if id_ and id_ not in milestones else f"M{number}")
    reading.put(milestone, "title", title, span, title)
    if "gate" in clues.signals(f"{title} {reading.heading}"):
        milestone.values["gate"] = {"outcome": "open"}
    return milestone
