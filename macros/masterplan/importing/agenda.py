"""Next steps, decisions and the glossary of a document."""

import re
from collections.abc import Iterator, Sequence

from masterplan.importing import clues, tables, words
from masterplan.importing.document import Block, Item, Row
from masterplan.importing.draft import Values
from masterplan.importing.entries import labelled_item, split_bold_plain
from masterplan.importing.ledger import Span
from masterplan.importing.marks import is_in_brackets, plain, without_signs
from masterplan.importing.owners import read_owners
from masterplan.importing.reading import SCOPES, DraftPart, Reading

_TERM_SEPARATOR = re.compile(r"\s*(?:[:\uff1a=]|\s[-–—]{1,2}(?=\s))\s*")
_AFTER_DATE = re.compile(r"(?:\s*[:\uff1a]|\s+[-–—]{1,2}(?=\s))\s*(?P<text>\S.*)", re.DOTALL)
_LONGEST_TERM = 60
_GLOSSARY_COLUMNS = 2


def read_next_steps(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list of next steps: text in bold is the title, the rest the detail."""
    if part.kind != "plan" or block.kind != "list":
        return False
    for item in block.items:
        title, rest = split_bold_plain(without_signs(item.text))
        if not title:
            continue
        detail = rest[1:-1] if is_in_brackets(rest) else rest
        step: Values = {"title": title} | ({"detail": detail} if detail else {})
        is_done = item.checked or _is_done(item)
        reading.add(part, "next_steps", step | ({"done": True} if is_done else {}), item.span, f"{title} {detail} x")
    return True


def _is_done(item: Item) -> bool:
    """Whether an item begins with a sign for done, such as ✅."""
    text = plain(item.text)
    signs = text[: text.find(without_signs(text))] if without_signs(text) else ""
    state = words.state(signs) if signs.strip() else None
    return state is not None and state.value == "done"


def read_glossary(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read terms and their meanings: a table of two columns, or items such as `Term: meaning`."""
    if part.kind != "plan":
        return False
    count = 0
    for span, term, meaning in _terms(block):
        if 0 < len(term) <= _LONGEST_TERM and meaning:
            reading.add(part, "glossary", {"term": term, "means": meaning}, span, f"{term} {meaning}")
            count += 1
    if count and block.kind == "table":
        tables.take_heads(reading, block, part)
    return count > 0


def _terms(block: Block) -> Iterator[tuple[Span, str, str]]:
    if block.kind == "table" and len(block.rows[0].cells) == _GLOSSARY_COLUMNS:
        for row in block.rows[1:]:
            yield row.span, plain(row.cells[0]), plain(row.cells[1])
    for item in block.items if block.kind == "list" else ():
        entry = labelled_item(item)
        text = plain(item.text)
        separator = _TERM_SEPARATOR.search(text)
        if entry.label and not item.blocks:
            yield item.span, entry.label, plain(entry.text)
        elif separator and not item.blocks:
            yield item.span, text[: separator.start()].strip(), text[separator.end() :].strip()


def read_decisions(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a table of decisions, or a list of them under a heading that says whether they are taken.

    Under any other heading, a list in which each item begins with a date is of decisions taken, except for questions.
    """
    if part.kind not in SCOPES:
        return False
    if block.kind == "table":
        return read_decisions_table(reading, part, block)
    dates = [_date(reading, item) for item in block.items]
    state = _decision_state(reading.heading) or ("taken" if dates and all(dates) else None)
    if block.kind != "list" or state is None:
        return False
    for item, date in zip(block.items, dates, strict=True):
        text = without_signs(plain(item.text))
        if text and not item.blocks:
            title = date[1] if date else text
            is_taken = item.checked or (state == "taken" and not title.endswith(("?", "\uff1f")))
            decision = {"title": title} | ({"state": "taken"} if is_taken else {}) | ({"when": date[0]} if date else {})
            reading.add(part, "decisions", decision, item.span, f"{text} x" if item.checked else text)
    return bool(part.values.get("decisions"))


def _date(reading: Reading, item: Item) -> tuple[str, str] | None:
    """The date at the start of an item, and the text after it: `2026-02-11: One database`."""
    text = without_signs(plain(item.text))
    window = reading.window(text, item.span.first)
    match = _AFTER_DATE.match(text[len(window.text) :]) if window and text.startswith(window.text) else None
    return (window.value, match["text"]) if window and match else None


def _decision_state(text: str) -> str | None:
    """Whether a text says that decisions are `taken` or `open`; None if it says neither or both."""
    signals = clues.signals(text).keys() & {"decided", "undecided"}
    return {"decided": "taken", "undecided": "open"}[signals.pop()] if len(signals) == 1 else None


def read_decisions_table(reading: Reading, part: DraftPart, table: Block) -> bool:
    """Read a table of decisions: the first column names them, others give reason, owner and date."""
    columns = tables.columns_of(table)
    first = next((column.position for column in columns[:2] if column.field == "decisions"), None)
    if first is None or part.kind not in SCOPES or not {column.field for column in columns} & {"why", "state"}:
        return False
    for row in table.rows[1:]:
        title = plain(row.cell(first))
        if title:
            others = [column for column in columns if column.position != first and column.position < len(row.cells)]
            decision = {"title": title} | _cell_values(reading, others, row)
            reading.add(part, "decisions", decision, row.span, row.text)
    tables.take_heads(reading, table, part)
    return True


def _cell_values(reading: Reading, columns: Sequence[tables.Column], row: Row) -> Values:
    """Values of a decision from the cells of a row; cells without a matching field become its note."""
    decision: Values = {}
    notes = []
    for column in columns:
        text = plain(row.cells[column.position])
        if not text:
            continue
        owners = read_owners(text) if column.field == "owner" else None
        state = words.state(text) if column.field == "state" else None
        window = reading.window(text, row.line) if column.field in {"when", "updated"} else None
        if owners:
            decision["owner"] = reading.owners.ids(owners.value)
        elif state and state.text == text:
            decision |= {"state": "taken"} if state.value == "done" else {}
        elif window and window.text == text:
            decision["when"] = window.value
        else:
            notes.append(text if column.field == "why" else f"{column.head}: {text}")
    is_taken = all(column.field != "state" for column in columns)
    return decision | ({"state": "taken"} if is_taken else {}) | ({"note": "\n\n".join(notes)} if notes else {})
