"""Readers of blocks by the subject of their section."""

from collections.abc import Callable, Mapping
from functools import partial

from masterplan.importing import (
    agenda,
    amounts,
    clues,
    fields,
    graphs,
    members,
    milestones,
    risks,
    staffing,
    strategy,
    tables,
    tasks,
)
from masterplan.importing.document import Block
from masterplan.importing.entries import LabelledText, labelled_item
from masterplan.importing.reading import DraftPart, Reading

_EXCLUSIVE_TOPICS = {
    "resources",
    "metrics",
    "cost",
    "savings",
    "glossary",
    "critical path",
    "options",
    "next steps",
    "decisions",
}
"""Subjects whose lists contain no tasks or fields of the surrounding part."""

RISK_TOPICS = {"risks", "risk", "mitigation"}
"""Subjects whose paragraphs name risks, with or without labels."""

UNIT_TOPICS = {
    "risks", "dependencies", "metrics", "savings", "rollback", "testing", "acceptance", "deliverables", "resources",
}  # fmt: skip
"""Subjects that a section may cover unit by unit: the subject also applies to the units named in it."""

REPEAT_TOPICS = {"roadmap", "schedule", "critical path", "next steps"}
"""Subjects of sections that list units again in some order, without further tasks of these."""

Reader = Callable[[Reading, DraftPart, Block], bool]


def read(reading: Reading, part: DraftPart, topic: str, block: Block) -> bool:
    """Read a block of a section with a subject; returns whether its reader did."""
    if topic == "next steps" and _announces_decisions(reading) and milestones.read_dated_items(reading, part, block):
        return True
    reader = _READERS.get(topic)
    if reader is not None:
        return reader(reading, part, block)
    return fields.read_block(reading, part, topic, block)


def read_rest(reading: Reading, part: DraftPart, topic: str, block: Block) -> bool:
    """Read a block left by the reader of its subject: a table of units, a diagram, or labelled items of a list."""
    if block.kind != "list":
        return read_any(reading, part, block, is_work=False)
    if tasks.read_units(reading, block):
        return True
    return (
        topic not in _EXCLUSIVE_TOPICS
        and sum(_labelled(reading, part, labelled_item(item)) for item in block.items) > 0
    )


def read_other(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a block that is not about the plan itself, if it names units."""
    if block.kind == "list":
        return _named_units(reading, part, block)
    return block.kind in {"table", "code"} and read_any(reading, part, block, is_work=False)


def read_any(reading: Reading, part: DraftPart, block: Block, *, is_work: bool) -> bool:
    """Read a block of a section without a subject; `is_work` allows lists to be tasks."""
    if block.kind == "table":
        return _table(reading, part, block)
    if block.kind == "code":
        reading.deferred.append(partial(graphs.read, reading, block, is_subject=False))
        return True
    return block.kind == "list" and _list(reading, part, block, is_work=is_work)


_TABLES: tuple[Reader, ...] = (
    tables.read_labelled_rows,
    amounts.read_metrics,
    staffing.read_weeks,
    tables.read,
    agenda.read_decisions_table,
    milestones.read_table,
)
"""Readers for any table, the most reliable first."""


def _table(reading: Reading, part: DraftPart, table: Block) -> bool:
    return any(reader(reading, part, table) for reader in _TABLES)


def _list(reading: Reading, part: DraftPart, block: Block, *, is_work: bool) -> bool:
    """Read a list as tasks if it looks like one, otherwise its labelled items as fields."""
    if _named_units(reading, part, block):
        return True
    if risks.is_list(block):
        return risks.read(reading, part, block)
    if tasks.is_list_of_tasks(part, block, is_work=is_work):
        return tasks.read(reading, part, block)
    return sum(_labelled(reading, part, labelled_item(item)) for item in block.items) > 0


def _named_units(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list of the plan's sprints, or of dated decisions."""
    return tasks.read_units(reading, block) or (
        _announces_decisions(reading) and milestones.read_dated_items(reading, part, block)
    )


def _announces_decisions(reading: Reading) -> bool:
    """Whether the heading announces decisions."""
    return "gate" in clues.signals(reading.heading)


def _labelled(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read a labelled item as a field, or the list below `Tasks:` as tasks."""
    if entry.label and entry.field == "tasks" and part.kind in {"sprint", "group"}:
        reading.ledger.take(entry.span, entry.label, f"{part}: tasks")
        return sum(tasks.read(reading, part, block) for block in entry.blocks) > 0
    return fields.read(reading, part, entry)


def _tasks(reading: Reading, part: DraftPart, block: Block) -> bool:
    return tables.read(reading, part, block) if block.kind == "table" else tasks.read(reading, part, block)


def _dependencies(reading: Reading, part: DraftPart, block: Block) -> bool:
    if block.kind == "code":
        reading.deferred.append(partial(graphs.read, reading, block, is_subject=True))
        return True
    return fields.read_block(reading, part, "depends_on", block)


def _figures(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a table in a section about figures: metrics, units, or any other figures."""
    return block.kind == "table" and (_table(reading, part, block) or amounts.read_figures(reading, part, block))


def _metrics(reading: Reading, part: DraftPart, block: Block) -> bool:
    return _figures(reading, part, block) or amounts.read_measures(reading, part, block)


def _resources(reading: Reading, part: DraftPart, block: Block) -> bool:
    return members.read_team(reading, part, block) or _figures(reading, part, block)


def _dates(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a table or list of dates, or of units with dates."""
    if block.kind == "table":
        return _table(reading, part, block) or milestones.read_dated_rows(reading, part, block)
    return milestones.read_dated_items(reading, part, block)


_READERS: Mapping[str, Reader] = {
    "tasks": _tasks,
    "risks": risks.read,
    "risk": risks.read,
    "mitigation": risks.read,
    "dependencies": _dependencies,
    "depends_on": _dependencies,
    "metrics": _metrics,
    "savings": _figures,
    "cost": _figures,
    "resources": _resources,
    "options": staffing.read_shifts,
    "milestones": _dates,
    "schedule": _dates,
    "rollback": strategy.read_rollback,
    "testing": strategy.read_testing,
    "documentation": strategy.read_documentation,
    "next steps": agenda.read_next_steps,
    "glossary": agenda.read_glossary,
    "decisions": agenda.read_decisions,
}

READER_TOPICS = frozenset(_READERS)
"""Subjects with a reader, recognised even in sections that are not about the plan."""
