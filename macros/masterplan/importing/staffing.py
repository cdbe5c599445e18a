"""Staffing of the plan: options with each person's work by week."""

import re
from collections.abc import Iterator
from string import ascii_uppercase

from masterplan.importing import clues, values, windows, words
from masterplan.importing.document import Block, Row, Section
from masterplan.importing.draft import Values
from masterplan.importing.headings import UnitHead, as_id, kind_of, without_values
from masterplan.importing.ledger import Span
from masterplan.importing.marks import is_lead, plain, without_signs
from masterplan.importing.reading import DraftPart, Reading, fits_line

_SEPARATOR = re.compile(r"\s*(?:[:\uff1a]|[-–—]{1,2}(?=\s)|→|=>|->)\s*")


def begin_option(reading: Reading, section: Section, head: UnitHead | None, topic: str | None) -> DraftPart | None:
    """The option that a heading begins, such as `Option A: Single Developer`; None for other headings.

    The section must be about resources or assign sprints to weeks. A heading without the word `Option`, such as `Two
    Developers`, requires both.
    """
    if head is None:
        return _begin_untitled(reading, section, topic)
    if kind_of(head.word) != "option" or not head.title or not fits_line("title", head.title):
        return None
    blocks = (block for inner in section.walk() for block in inner.blocks)
    if topic != "resources" and not any(_has_shift(reading, block) for block in blocks):
        return None
    id_ = as_id(head.id)
    part = DraftPart("option", id_, reading.draft.options.setdefault(id_, {"id": id_}))
    reading.ledger.take(section.head, head.written, f"{part}")

    def is_mode(text: str) -> bool:
        modes = sorted(clues.signals(text).keys() & {"sequential", "parallel"})
        return len(modes) == 1 and reading.put(part, "mode", modes[0], section.head, text)

    title = without_values(head.title, is_mode)
    reading.put(part, "title", title, section.head, title)
    return part


def _begin_untitled(reading: Reading, section: Section, topic: str | None) -> DraftPart | None:
    title = section.heading
    is_option = topic in {"resources", "options"} and fits_line("title", title) and words.topic(title) is None
    if not is_option or not any(_has_shift(reading, block) for block in section.blocks):
        return None
    reading.ledger.take(section.head, title, "option")
    return _new_option(reading, title)


def _new_option(reading: Reading, title: str) -> DraftPart:
    """A new option, with the next letter as its id."""
    id_ = next(id_ for id_ in (*ascii_uppercase, title) if id_ not in reading.draft.options)
    return DraftPart("option", id_, reading.draft.options.setdefault(id_, {"id": id_, "title": title}))


def read_weeks(reading: Reading, part: DraftPart, table: Block) -> bool:
    """Read a table with a row per time window and a column per person as the work of an option."""
    lanes = [column for column in range(1, len(table.rows[0].cells)) if _is_lane(reading, table, column)]
    windows_ = {row.line: _window_of(reading, table, row) for row in table.rows[1:]}
    is_staffing = len(lanes) > 1 or (bool(lanes) and part.kind == "option")
    if not is_staffing or not all(windows_.values()) or part.kind not in {"plan", "option"} or not reading.heading:
        return False
    option = part if part.kind == "option" else _new_option(reading, reading.heading)
    for row in table.rows[1:]:
        for column in lanes:
            text = plain(row.cell(column))
            work = _work(reading, windows_[row.line] or "", text)
            if work:
                _lane_of(option, plain(table.rows[0].cells[column])).setdefault("work", []).append(work)
                reading.ledger.take(row.span, f"{plain(row.cells[0])} {text}", f"{option}: people")
    head = table.rows[0]
    reading.ledger.take(head.span, head.text, f"{option}: people")
    reading.take_heading(option, "title")
    return True


def _is_lane(reading: Reading, table: Block, column: int) -> bool:
    """Whether a column is a person's work: its header names no field or unit, and most cells name sprints."""
    head = plain(table.rows[0].cells[column])
    cells = [plain(row.cell(column)) for row in table.rows[1:]]
    cells = [cell for cell in cells if not words.is_none(cell)]
    with_sprints = [cell for cell in cells if values.references(cell, reading.sprint_ids)]
    return bool(head) and kind_of(head) is None and words.field_of(head) is None and 2 * len(with_sprints) > len(cells)


def _window_of(reading: Reading, table: Block, row: Row) -> str | None:
    """Time window of a row, with the column's header as the unit if needed: 1-2 below `Week`."""
    cell, head = plain(row.cells[0]), plain(table.rows[0].cells[0])
    window = reading.window(f"{head} {cell}" if cell[:1].isdecimal() else cell, row.line)
    return window.value if window else None


def _has_shift(reading: Reading, block: Block) -> bool:
    """Whether a line of a block begins with a time window and names a sprint."""
    ids = reading.sprint_ids
    return any(windows.window(text, reading.dates) and values.references(text, ids) for _, text in _lines(block))


def read_shifts(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a block of an option: lines that assign sprints to weeks."""
    if part.kind != "option" or block.kind not in {"code", "list"}:
        return False
    name, count = _first_lane(reading, part), 0
    for span, text in _lines(block):
        shift = _shift(reading, text, span.first)
        if shift:
            _lane_of(part, name).setdefault("work", []).append(shift)
            count += 1
        elif is_lead(text):
            name = text.rstrip(":\uff1a ")
        else:
            continue
        reading.ledger.take(span, text, f"{part}: people")
    return count > 0


def _first_lane(reading: Reading, part: DraftPart) -> str:
    """Name of the person until a line gives one: the heading below the option's, or else the option's title."""
    title = str(part.values["title"])
    return title if title.casefold() in reading.heading.casefold() else reading.heading


def _lane_of(part: DraftPart, name: str) -> Values:
    """Work of one person in an option."""
    lanes: list[Values] = part.values.setdefault("people", [])
    lane = next((lane for lane in lanes if lane["name"] == name), None)
    if lane is None:
        lanes.append(lane := {"name": name})
    return lane


def _lines(block: Block) -> Iterator[tuple[Span, str]]:
    """Lines of a code block, or items of a list at all levels; an item with children ends with a colon."""
    if block.kind == "code":
        for n, line in block.lines:
            if line.strip():
                yield Span(n, n), line.strip()
    for item in block.items if block.kind == "list" else ():
        text = without_signs(plain(item.text))
        yield item.span, f"{text.rstrip(':')}:" if item.blocks else text
        for inner in item.blocks:
            yield from _lines(inner)


def _shift(reading: Reading, text: str, line: int) -> Values | None:
    """Work in one time window: `Week 1-2: Sprint 1 + Sprint 6`; None for a line without a window."""
    window = reading.window(text, line)
    separator = _SEPARATOR.match(text, text.find(window.text) + len(window.text)) if window else None
    rest = text[separator.end() :].strip() if separator else ""
    return _work(reading, window.value, rest) if window else None


def _work(reading: Reading, when: str, rest: str) -> Values | None:
    """Work on the sprints that a text names: `Sprint 1 + Sprint 6`; None if it names none."""
    if not rest or not fits_line("task", rest):
        return None
    ids = list(dict.fromkeys(reference.id for reference in values.references(rest, reading.sprint_ids)))
    if not ids:
        return None
    is_plain = not list(_other_words(rest, ids))
    field = "supports" if "support" in clues.signals(rest) and not is_plain else "sprints"
    return {"when": when, field: ids} | ({} if is_plain else {"task": rest})


def _other_words(text: str, ids: list[str]) -> Iterator[str]:
    """Words of a text other than ids, words for a sprint, and words that join them."""
    id_words = {token.word for id_ in ids for token in words.tokens(id_)}
    for token in words.tokens(text):
        is_joint = words.small_words("and", "to").of(token.word)
        if token.word not in id_words and not is_joint and not words.unit_kind(token.word):
            yield token.word
