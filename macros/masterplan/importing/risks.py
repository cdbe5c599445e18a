"""Risks of the plan and of sprints: rows of tables, items of lists, and paragraphs that begin with `Risk:`."""

import re
from collections.abc import Iterator

from masterplan.importing import fields, words
from masterplan.importing.document import Block, Item
from masterplan.importing.entries import LabelledText, labelled_item, labelled_lines, split_bold, split_bold_plain
from masterplan.importing.headings import kind_of, read_head, read_heading
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Owner, Reading, fits_line, key
from masterplan.importing.tables import columns_of, read_row, take_heads

_ANSWERS = {"mitigation", "contingency", "impact", "likelihood"}
"""Fields of risks: what is done about them, and how serious they are."""

_INLINE = {*_ANSWERS, "owner", "trigger"}
"""Fields of a risk that follow it in the same line."""

_SURE = _ANSWERS - {"impact"}
"""Those that only risks have; other parts of a plan have an impact too."""

_OF_RISK = {*_ANSWERS, "owner", "risk", "trigger", "description", "state", "priority", None}
"""Fields of a single risk; other lines may stand among them."""

_LABEL = re.compile(r"(?<![^\s—–;.,|→(-])[*_]{0,2}(?P<label>[^\W\d_]{3,24})[*_]{0,2}[:\uff1a][*_]{0,2}(?=\s)")
_AROUND = " \t\n—–-;,|→:("
"""What stands between the texts of a line."""

_LONGEST = 200
"""Characters of a text that can be the title of a risk; a longer one is cut at its first sentence."""


def read(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a block of a section about risks; returns whether it has any."""
    if block.kind == "table":
        return _table(reading, owner, block)
    if block.kind == "list":
        return _list(reading, owner, block)
    return block.kind == "paragraph" and _labelled(reading, owner, list(labelled_lines(block)))


def new_risk(reading: Reading, owner: Owner, title: str, span: Span) -> Owner:
    """A new risk of a sprint, or of the plan."""
    sprint = reading.sprint_of(owner)
    listed = sprint.values.setdefault("risks", []) if sprint else reading.draft.risks
    values = {"title": title}
    listed.append(values)
    reading.ledger.take(span, title, f"{owner}: risks")
    risk = Owner("risk", title, values, sprint)
    reading.risk = (reading.section, risk)
    return risk


def _table(reading: Reading, owner: Owner, table: Block) -> bool:
    """Take a table of risks: one with a column that names them."""
    columns = columns_of(table)
    name = next((c.position for c in columns if c.field in {"risks", "risk", "title", "description"}), None)
    is_risks = any(c.field in {"likelihood", "impact", "mitigation", "contingency", "risk"} for c in columns)
    if name is None or not is_risks:
        return False
    for row in table.rows[1:]:
        title = without_signs(plain(row.cells[name])) if name < len(row.cells) else ""
        if title and fits_line("title", title):
            risk = new_risk(reading, owner, title, Span(row.line, row.line))
            read_row(reading, risk, table, row, without=(name,))
    take_heads(reading, table, owner)
    return True


def is_list(block: Block) -> bool:
    """Whether most items of a list say, each below itself, what is done about them: they are risks."""
    return block.kind == "list" and 2 * sum(map(_is_answered, block.items)) > len(block.items)


def _is_answered(item: Item) -> bool:
    below = [labelled_item(child) for block in item.blocks for child in block.items]
    return any(one.label and words.field_of(one.label) in _ANSWERS for one in below)


def _list(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a list of risks, or one of what is said of a single risk: that of its heading, or of a paragraph above."""
    entries = [labelled_item(item) for item in block.items]
    names = {words.field_of(entry.label) if entry.label else None for entry in entries}
    risk = _of_heading(reading, owner) if names & _SURE and names <= _OF_RISK else None
    if risk is not None:
        return sum(fields.read(reading, risk, entry) for entry in entries) > 0
    is_bare = not any(item.blocks for item in block.items) and names == {None}
    is_bare = is_bare and _is_of_risks(reading.heading)
    pairs = zip(block.items, entries, strict=True)
    return sum(_item(reading, owner, item) or (is_bare and _bare(reading, owner, entry)) for item, entry in pairs) > 0


def _of_heading(reading: Reading, owner: Owner) -> Owner | None:
    """The risk that a section is about: one that a paragraph of it named last, else that of its heading."""
    if reading.risk is not None and reading.risk[0] is reading.section:
        return reading.risk[1]
    head = read_heading(reading.section.title)
    title = head.title if head and kind_of(head.word) == "risk" else reading.heading
    is_title = bool(title) and fits_line("title", title)
    if owner.kind != "plan" or not is_title or words.topic(title) or words.field_of(title):
        return None
    reading.take_heading(owner, "risks")
    return new_risk(reading, owner, title, reading.section.head)


def _is_of_risks(heading: str) -> bool:
    """Whether a heading announces risks, and not what is done about them."""
    is_named = words.topic(heading) == "risks"
    return is_named and not any(words.field_of(word) == "mitigation" for word in heading.split())


def _bare(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take an item as a risk, with what is said of it behind its label: what to do then, below a heading of that."""
    bold, rest = split_bold(entry.text)
    if entry.label:
        title, text = entry.label, plain(entry.text)
    else:
        title, text = (
            (without_signs(plain(bold)), rest.strip()) if bold and rest else (without_signs(plain(entry.text)), "")
        )
    head = read_head(title)
    is_unit = head is not None and not head.about and reading.roles.of(head) is not None
    if not title or len(title) > _LONGEST or is_unit:
        return False
    risk = new_risk(reading, owner, title, entry.span)
    if text and words.field_of(reading.heading) == "contingency":
        reading.add(risk, "contingency", text, entry.span, text)
    elif text:
        reading.put(risk, "description", text, entry.span, text)
    return True


def _item(reading: Reading, owner: Owner, item: Item) -> bool:
    """Take an item as a risk where it says how serious it is or what is done about it."""
    entry = labelled_item(item)
    name = words.field_of(entry.label) if entry.label else None
    if name is not None and name not in {"risk", "risks"}:
        return fields.read(reading, owner, entry)
    first, answers = _inline(entry.text if name else item.text, item.span)
    title, text = (plain(first), "") if name else split_bold_plain(without_signs(first))
    title, level = _level_behind(title)
    level, text = (level, text) if level else _level_before(text)
    if not (answers or _is_answered(item)) or not title or not fits_line("title", title):
        return False
    risk = new_risk(reading, owner, title, item.span)
    if level:
        reading.put(risk, "level", level.value, item.span, level.text)
    if text:
        reading.put(risk, "description", text, item.span, text)
    if name and entry.label:
        reading.ledger.take(item.span, entry.label, f"{owner}: risks")
    for one in (*answers, *(labelled_item(child) for block in item.blocks for child in block.items)):
        fields.read(reading, risk, one)
    return True


def _inline(text: str, span: Span) -> tuple[str, list[LabelledText]]:
    """What a text says before the first label of a field that only risks have, and the labelled texts from there on."""
    cuts = [match for match in _LABEL.finditer(text) if words.field_of(match["label"]) in _INLINE]
    if not any(words.field_of(match["label"]) in _ANSWERS for match in cuts):
        return text.split("\n", 1)[0], []
    ends = [*(match.start() for match in cuts[1:]), len(text)]
    parts = [(match["label"], text[match.end() : end].strip(_AROUND)) for match, end in zip(cuts, ends, strict=True)]
    labelled = [LabelledText(span, label, part) for label, part in parts if part]
    return text[: cuts[0].start()].strip(f"{_AROUND}."), labelled


def _level_behind(title: str) -> tuple[str, words.Read[str] | None]:
    """A title without the level in brackets at its end, and that level: `Store rejection (High)`."""
    before, opened, inside = title.rstrip().rpartition("(")
    level = _whole_level(inside[:-1]) if opened and inside.endswith(")") else None
    return (before.rstrip(), level) if level and before.strip() else (title, None)


def _level_before(text: str) -> tuple[words.Read[str] | None, str]:
    """The level in brackets with which a text begins, and the rest: `(High): the store may say no`."""
    inside, closed, rest = text.removeprefix("(").partition(")")
    level = _whole_level(inside) if text.startswith("(") and closed else None
    return (level, rest.lstrip(_AROUND)) if level else (None, text)


def _whole_level(text: str) -> words.Read[str] | None:
    level = words.level(text)
    return level if level and key(level.text) == key(text.casefold().replace("risk", "")) else None


def _labelled(reading: Reading, owner: Owner, entries: list[LabelledText]) -> bool:
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


def _named(entries: list[LabelledText]) -> Iterator[tuple[str | None, LabelledText]]:
    return ((words.field_of(entry.label) if entry.label else None, entry) for entry in entries)
