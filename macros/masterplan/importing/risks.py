"""Risks of the plan and of sprints: rows of tables, items of lists, and paragraphs that begin with `Risk:`."""

import re

from masterplan.importing import fields, words
from masterplan.importing.document import Block, Item
from masterplan.importing.entries import LabelledText, labelled_item, labelled_lines, split_bold, split_bold_plain
from masterplan.importing.headings import kind_of, read_head, read_heading
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import DraftPart, Reading, fits_line, key
from masterplan.importing.tables import columns_of, read_row, take_heads

_RISK_FIELDS = {"mitigation", "contingency", "impact", "likelihood"}
"""Fields that only risks have: how serious they are, and the response to them."""

_INLINE_FIELDS = {*_RISK_FIELDS, "owner", "trigger"}
"""Fields that may follow a risk on the same line."""

_DISTINCT_FIELDS = _RISK_FIELDS - {"impact"}
"""Fields that no other part of a plan has; other parts can have an impact."""

_LIST_FIELDS = {*_RISK_FIELDS, "owner", "risk", "trigger", "description", "state", "priority", None}
"""Fields that a list about a single risk may contain; None for items without a label."""

_LABEL = re.compile(r"(?<![^\s—–;.,|→(-])[*_]{0,2}(?P<label>[^\W\d_]{3,24})[*_]{0,2}[:\uff1a][*_]{0,2}(?=\s)")
_AROUND = " \t\n—–-;,|→:("
"""Characters between the texts of a line."""

_LONGEST_TITLE = 200
"""Longest text used as the title of a risk, in characters."""


def read(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a block of a section about risks; returns whether it contains any."""
    if block.kind == "table":
        return _table(reading, part, block)
    if block.kind == "list":
        return _list(reading, part, block)
    return block.kind == "paragraph" and _labelled(reading, part, list(labelled_lines(block)))


def new_risk(reading: Reading, part: DraftPart, title: str, span: Span) -> DraftPart:
    """A new risk of a sprint or of the plan."""
    sprint = reading.sprint_of(part)
    listed = sprint.values.setdefault("risks", []) if sprint else reading.draft.risks
    values = {"title": title}
    listed.append(values)
    reading.ledger.take(span, title, f"{part}: risks")
    risk = DraftPart("risk", title, values, sprint)
    reading.risk = (reading.section, risk)
    return risk


def _table(reading: Reading, part: DraftPart, table: Block) -> bool:
    """Read a table of risks: one with a column that names risks and a column that only risks have."""
    columns = columns_of(table)
    name = next((c.position for c in columns if c.field in {"risks", "risk", "title", "description"}), None)
    is_risks = any(c.field in {*_RISK_FIELDS, "risk"} for c in columns)
    if name is None or not is_risks:
        return False
    for row in table.rows[1:]:
        title = without_signs(plain(row.cell(name)))
        if title and fits_line("title", title):
            risk = new_risk(reading, part, title, row.span)
            read_row(reading, risk, table, row, without=(name,))
    take_heads(reading, table, part)
    return True


def is_list(block: Block) -> bool:
    """Whether most items of a list have a response or rating below them, so that they are risks."""
    return block.kind == "list" and 2 * sum(map(_has_risk_fields, block.items)) > len(block.items)


def _has_risk_fields(item: Item) -> bool:
    entries = [labelled_item(child) for block in item.blocks for child in block.items]
    return any(entry.field in _RISK_FIELDS for entry in entries)


def _list(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list of risks, or a list of the fields of one risk: that of the heading or of a paragraph above."""
    entries = [labelled_item(item) for item in block.items]
    names = {entry.field for entry in entries}
    risk = _risk_of_section(reading, part) if names & _DISTINCT_FIELDS and names <= _LIST_FIELDS else None
    if risk is not None:
        return sum(fields.read(reading, risk, entry) for entry in entries) > 0
    is_plain = not any(item.blocks for item in block.items) and names == {None} and _announces_risks(reading.heading)
    taken = 0
    for item, entry in zip(block.items, entries, strict=True):
        taken += _item(reading, part, item) or (is_plain and _plain_item(reading, part, entry))
    return taken > 0


def _risk_of_section(reading: Reading, part: DraftPart) -> DraftPart | None:
    """The risk that a section is about: the last one named in a paragraph, or else that of its heading."""
    if reading.risk is not None and reading.risk[0] is reading.section:
        return reading.risk[1]
    head = read_heading(reading.section.title)
    title = head.title if head and kind_of(head.word) == "risk" else reading.heading
    is_title = bool(title) and fits_line("title", title)
    if part.kind != "plan" or not is_title or words.topic(title) or words.field_of(title):
        return None
    reading.take_heading(part, "risks")
    return new_risk(reading, part, title, reading.section.head)


def _announces_risks(heading: str) -> bool:
    """Whether a heading announces risks rather than mitigations."""
    has_mitigation = any(words.field_of(word) == "mitigation" for word in heading.split())
    return words.topic(heading) == "risks" and not has_mitigation


def _plain_item(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read an item without labelled fields as a risk; text after its title is the description or contingency."""
    bold, rest = split_bold(entry.text)
    if entry.label:
        title, text = entry.label, plain(entry.text)
    elif bold and rest:
        title, text = without_signs(plain(bold)), rest.strip()
    else:
        title, text = without_signs(plain(entry.text)), ""
    head = read_head(title)
    is_unit = head is not None and not head.about and reading.roles.of(head) is not None
    if not title or len(title) > _LONGEST_TITLE or is_unit:
        return False
    risk = new_risk(reading, part, title, entry.span)
    if text and words.field_of(reading.heading) == "contingency":
        reading.add(risk, "contingency", text, entry.span, text)
    elif text:
        reading.put(risk, "description", text, entry.span, text)
    return True


def _item(reading: Reading, part: DraftPart, item: Item) -> bool:
    """Read an item as a risk if it has a rating or a response."""
    entry = labelled_item(item)
    name = entry.field
    if name is not None and name not in {"risk", "risks"}:
        return fields.read(reading, part, entry)
    first, labelled = _split_at_labels(entry.text if name else item.text, item.span)
    title, text = (plain(first), "") if name else split_bold_plain(without_signs(first))
    title, level = _split_level_after(title)
    level, text = (level, text) if level else _split_level_before(text)
    if not (labelled or _has_risk_fields(item)) or not title or not fits_line("title", title):
        return False
    risk = new_risk(reading, part, title, item.span)
    if level:
        reading.put(risk, "level", level.value, item.span, level.text)
    if text:
        reading.put(risk, "description", text, item.span, text)
    if name and entry.label:
        reading.ledger.take(item.span, entry.label, f"{part}: risks")
    for value in (*labelled, *(labelled_item(child) for block in item.blocks for child in block.items)):
        fields.read(reading, risk, value)
    return True


def _split_at_labels(text: str, span: Span) -> tuple[str, list[LabelledText]]:
    """Text before the first label of a risk's field, and the labelled texts from there on.

    Without such a label, the first line and no labelled texts.
    """
    labels = [match for match in _LABEL.finditer(text) if words.field_of(match["label"]) in _INLINE_FIELDS]
    if not any(words.field_of(match["label"]) in _RISK_FIELDS for match in labels):
        return text.split("\n", 1)[0], []
    ends = [*(match.start() for match in labels[1:]), len(text)]
    parts = [(match["label"], text[match.end() : end].strip(_AROUND)) for match, end in zip(labels, ends, strict=True)]
    labelled = [LabelledText(span, label, part) for label, part in parts if part]
    return text[: labels[0].start()].strip(f"{_AROUND}."), labelled


def _split_level_after(title: str) -> tuple[str, words.Read[str] | None]:
    """A title without the level in brackets at its end, and the level: `Store rejection (High)`."""
    before, opened, inside = title.rstrip().rpartition("(")
    level = _whole_level(inside[:-1]) if opened and inside.endswith(")") else None
    return (before.rstrip(), level) if level and before.strip() else (title, None)


def _split_level_before(text: str) -> tuple[words.Read[str] | None, str]:
    """The level in brackets at the start of a text, and the rest: `(High): the store may say no`."""
    inside, closed, rest = text.removeprefix("(").partition(")")
    level = _whole_level(inside) if text.startswith("(") and closed else None
    return (level, rest.lstrip(_AROUND)) if level else (None, text)


def _whole_level(text: str) -> words.Read[str] | None:
    level = words.level(text)
    return level if level and key(level.text) == key(text.casefold().replace("risk", "")) else None


def _labelled(reading: Reading, part: DraftPart, entries: list[LabelledText]) -> bool:
    """Read a paragraph of labelled values: those of a sprint's overall risk, or of a risk that it names."""
    taken = False
    for entry in entries:
        level = words.level(plain(entry.text))
        if entry.field in {"risk", "risks"} and (level is None or part.kind not in {"sprint", "risk"}):
            title = plain(entry.text)
            if title and len(title) <= _LONGEST_TITLE:
                part, taken = new_risk(reading, part, title, entry.span), True
                reading.ledger.take(entry.span, entry.label or "", f"{part}: title")
            continue
        taken |= fields.read(reading, part, entry)
    return taken
