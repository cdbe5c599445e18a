"""Risks of the plan and of sprints: rows of tables, items of lists, and paragraphs that begin with `Risk:`."""

from collections.abc import Iterator

from masterplan.importing import fields, words
from masterplan.importing.document import Block, Item
from masterplan.importing.entries import Labelled, of_item, of_paragraph
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Owner, Reading
from masterplan.importing.tables import columns_of, read_row, take_heads

_LONGEST = 200
"""Characters of a text that can be the title of a risk; a longer one is cut at its first sentence."""


def read(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a block of a section about risks; returns whether it has any."""
    if block.kind == "table":
        return _table(reading, owner, block)
    if block.kind == "list":
        return sum(_item(reading, owner, item) for item in block.items) > 0
    return block.kind == "paragraph" and _labelled(reading, owner, list(of_paragraph(block)))


def new_risk(reading: Reading, owner: Owner, title: str, span: Span) -> Owner:
    """A new risk of a sprint, or of the plan."""
    sprint = reading.sprint_around(owner)
    listed = sprint.values.setdefault("risks", []) if sprint else reading.draft.risks
    values = {"title": title}
    listed.append(values)
    reading.ledger.take(span, title, f"{owner}: risks")
    return Owner("risk", title, values, sprint)


def _table(reading: Reading, owner: Owner, table: Block) -> bool:
    """Take a table of risks: one with a column that names them."""
    columns = columns_of(table)
    name = next((c.position for c in columns if c.field in {"risks", "risk", "title", "description"}), None)
    is_risks = any(c.field in {"likelihood", "impact", "mitigation", "contingency", "risk"} for c in columns)
    if name is None or not is_risks:
        return False
    for row in table.rows[1:]:
        title = without_signs(plain(row.cells[name])) if name < len(row.cells) else ""
        if title:
            risk = new_risk(reading, owner, title, Span(row.line, row.line))
            read_row(reading, risk, table, row, without=(name,))
    take_heads(reading, table, owner)
    return True


def _item(reading: Reading, owner: Owner, item: Item) -> bool:
    """Take an item as a risk where it says how grave it is or what is done about it."""
    entry = of_item(item)
    name = words.field_of(entry.label) if entry.label else None
    if name is not None and name not in {"risk", "risks"}:
        return fields.read(reading, owner, entry)
    below = [of_item(child) for block in item.blocks for child in block.items]
    if not any(one.label and words.field_of(one.label) in {"mitigation", "contingency", "impact"} for one in below):
        return False
    title = plain(entry.text if name else item.text.split("\n", 1)[0])
    risk = new_risk(reading, owner, title, item.span)
    for one in below:
        fields.read(reading, risk, one)
    return True


def _labelled(reading: Reading, owner: Owner, entries: list[Labelled]) -> bool:
    """Take a paragraph of labelled values: of a sprint's risk as a whole, or of a risk that it names."""
    taken = False
    for label, entry in _named(entries):
        level = words.level(plain(entry.text))
        if label in {"risk", "risks"} and (level is None or owner.kind not in {"sprint", "risk"}):
            title = plain(entry.text)
            if title and len(title) <= _LONGEST:
                owner, taken = new_risk(reading, owner, title, entry.span), True
                reading.ledger.take(entry.span, entry.label or "", f"{owner}: title")
            continue
        taken |= fields.read(reading, owner, entry)
    return taken


def _named(entries: list[Labelled]) -> Iterator[tuple[str | None, Labelled]]:
    return ((words.field_of(entry.label) if entry.label else None, entry) for entry in entries)
