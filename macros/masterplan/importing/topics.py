"""Blocks of a document by the subject of the section they stand in."""

from collections.abc import Callable, Mapping
from functools import partial

from masterplan.importing import (
    agenda,
    amounts,
    clues,
    fields,
    graphs,
    milestones,
    risks,
    staffing,
    strategy,
    tables,
    tasks,
)
from masterplan.importing.document import Block
from masterplan.importing.entries import LabelledText, labelled_item
from masterplan.importing.reading import Owner, Reading
from masterplan.importing.words import field_of

_CLOSED = {"resources", "metrics", "cost", "savings", "glossary", "critical path", "options", "next steps", "decisions"}
"""Subjects whose lists are about nothing else: no tasks or fields of the part that they stand under."""

RISK_TOPICS = {"risks", "risk", "mitigation"}
"""Subjects whose paragraphs name risks, labelled or not."""

UNIT_TOPICS = {
    "risks", "dependencies", "metrics", "savings", "rollback", "testing", "acceptance", "deliverables", "resources",
}  # fmt: skip
"""Subjects that a section has about unit after unit: a unit named below it is about that subject too."""

REPEAT_TOPICS = {"roadmap", "schedule", "critical path", "next steps"}
"""Subjects of sections that name units again, in some order: their lists are no further tasks of those."""

Reader = Callable[[Reading, Owner, Block], bool]


def read(reading: Reading, owner: Owner, topic: str, block: Block) -> bool:
    """Take a block of a section about a subject; returns whether its reader did."""
    if topic == "next steps" and _is_of_gates(reading) and milestones.read_dated_items(reading, owner, block):
        return True
    reader = _READERS.get(topic)
    if reader is not None:
        return reader(reading, owner, block)
    return fields.read_block(reading, owner, topic, block)


def read_rest(reading: Reading, owner: Owner, topic: str, block: Block) -> bool:
    """Take what the reader of a subject left: a table of units, a diagram, or labelled items of a list."""
    if block.kind != "list":
        return read_any(reading, owner, block, is_work=False)
    if tasks.read_units(reading, block):
        return True
    return topic not in _CLOSED and sum(_labelled(reading, owner, labelled_item(item)) for item in block.items) > 0


def read_other(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a block that is not about the plan itself: what names units, and nothing else."""
    if block.kind == "list":
        return _names(reading, owner, block)
    return block.kind in {"table", "code"} and read_any(reading, owner, block, is_work=False)


def read_any(reading: Reading, owner: Owner, block: Block, *, is_work: bool) -> bool:
    """Take a block that is in no section about a subject; `is_work` tells that a list is one of tasks."""
    if block.kind == "table":
        return _table(reading, owner, block)
    if block.kind == "code":
        reading.deferred.append(partial(graphs.read, reading, block, is_subject=False))
        return True
    return block.kind == "list" and _list(reading, owner, block, is_work=is_work)


_TABLES: tuple[Reader, ...] = (
    amounts.read_metrics,
    staffing.read_weeks,
    tables.read,
    agenda.read_decisions_table,
    milestones.read_table,
)
"""What tables can be wherever they stand, the surest first."""


def _table(reading: Reading, owner: Owner, table: Block) -> bool:
    return any(reader(reading, owner, table) for reader in _TABLES)


def _list(reading: Reading, owner: Owner, block: Block, *, is_work: bool) -> bool:
    """Take a list: as tasks where it looks like one of them, else its labelled items as fields."""
    if _names(reading, owner, block):
        return True
    if risks.is_list(block):
        return risks.read(reading, owner, block)
    if tasks.is_list_of_tasks(owner, block, is_work=is_work):
        return tasks.read(reading, owner, block)
    return sum(_labelled(reading, owner, labelled_item(item)) for item in block.items) > 0


def _names(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a list whose items are the plan's sprints, or days on which something is decided."""
    return tasks.read_units(reading, block) or (
        _is_of_gates(reading) and milestones.read_dated_items(reading, owner, block)
    )


def _is_of_gates(reading: Reading) -> bool:
    """Whether the heading says that something is decided below it."""
    return "gate" in clues.signals(reading.heading)


def _labelled(reading: Reading, owner: Owner, entry: LabelledText) -> bool:
    """Take a labelled item as a field, or the list below `Tasks:` as tasks."""
    if entry.label and field_of(entry.label) == "tasks" and owner.kind in {"sprint", "group"}:
        reading.ledger.take(entry.span, entry.label, f"{owner}: tasks")
        return sum(tasks.read(reading, owner, block) for block in entry.blocks) > 0
    return fields.read(reading, owner, entry)


def _tasks(reading: Reading, owner: Owner, block: Block) -> bool:
    return tables.read(reading, owner, block) if block.kind == "table" else tasks.read(reading, owner, block)


def _dependencies(reading: Reading, owner: Owner, block: Block) -> bool:
    if block.kind == "code":
        reading.deferred.append(partial(graphs.read, reading, block, is_subject=True))
        return True
    return fields.read_block(reading, owner, "depends_on", block)


def _figures(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a table of a section about figures: of metrics, of units, or of any figures."""
    return block.kind == "table" and (_table(reading, owner, block) or amounts.read_figures(reading, owner, block))


def _metrics(reading: Reading, owner: Owner, block: Block) -> bool:
    return _figures(reading, owner, block) or amounts.read_measures(reading, owner, block)


def _resources(reading: Reading, owner: Owner, block: Block) -> bool:
    return staffing.read_team(reading, owner, block) or _figures(reading, owner, block)


def _dates(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a table or list of dates; of units where it names some."""
    if block.kind == "table":
        return _table(reading, owner, block) or milestones.read_dated_rows(reading, owner, block)
    return milestones.read_dated_items(reading, owner, block)


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
"""Subjects of which a plan has one list, wherever its parts stand."""
