"""Lists of tasks: items with check boxes or ids, or items under a heading about tasks."""

import re
from collections import Counter
from functools import partial
from textwrap import dedent

from masterplan.importing import fields, relations, states, titles
from masterplan.importing.document import BOLD_LEVEL, Block, Item, Section
from masterplan.importing.entries import labelled_item, opening_text, split_bold
from masterplan.importing.headings import UnitHead, kind_of, read_head, read_heading, with_title, without_values
from masterplan.importing.ledger import Span
from masterplan.importing.marks import is_lead, plain, without_signs
from masterplan.importing.reading import DraftPart, Reading, fits_line
from masterplan.importing.units import Family
from masterplan.importing.words import field_of, topic

_SENTENCE = re.compile(r"[.!?]\s+(?=\S)")
_LONGEST_TITLE = 150
_HALF = re.compile(r"\[[~/-]\]\s+")


def is_list_of_tasks(part: DraftPart, block: Block, *, is_work: bool) -> bool:
    """Whether a list without an explaining heading is a list of tasks.

    Its items have check boxes or ids, or `is_work` is set and they have no labels.
    """
    if part.kind not in {"sprint", "group"} or not block.items:
        return False
    return _is_marked(block) or (is_work and not any(labelled_item(item).label for item in block.items))


def bare_list(section: Section) -> Block | None:
    """The list of a unit's tasks if no heading, label, check box or id in its section marks tasks.

    Only paragraphs come before it, and the last one does not end with a colon. None if there is no such list.
    """
    kinds = [block.kind for block in section.blocks]
    position = next((n for n, kind in enumerate(kinds) if kind not in {"paragraph", "quote"}), len(kinds))
    if position == len(kinds) or kinds[position] != "list":
        return None
    has_lead = position > 0 and is_lead(section.blocks[position - 1].text)
    heads = (read_heading(part.title) for part in section.walk() if part is not section)
    has_task_heading = any(head is not None and _is_task(head) for head in heads)
    if has_lead or has_task_heading or any(map(_marks_tasks, section.walk())):
        return None
    return section.blocks[position]


def _marks_tasks(section: Section) -> bool:
    """Whether a section announces tasks or contains marked ones."""
    return _is_about_tasks(section) or any(map(_has_tasks, section.blocks))


def _is_marked(block: Block) -> bool:
    """Whether most items of a list have check boxes or ids of tasks."""
    heads = _heads(block)
    has_ids = sum(head is not None and _is_task(head) for head in heads) * 2 > len(heads)
    return has_ids or _has_boxes(block)


def _has_boxes(block: Block) -> bool:
    """Whether most items of a list have check boxes."""
    return sum(map(_has_box, block.items)) * 2 > len(block.items)


def _has_box(item: Item) -> bool:
    """Whether an item, or every item of the first list below it, has a check box."""
    lists = [block for block in item.blocks if block.items]
    return (
        item.checked is not None
        or _HALF.match(item.text) is not None
        or bool(lists and all(map(_has_box, lists[0].items)))
    )


def has_tasks(section: Section) -> bool:
    """Whether a section, or a bold line in it, has a list or table of tasks."""
    if any(_has_tasks(block) for block in section.blocks):
        return True
    lines = [inner for inner in section.sections if inner.level >= BOLD_LEVEL]
    if any(_is_about_tasks(inner) and has_list(inner) for inner in lines):
        return True
    return any(has_tasks(inner) for inner in lines if not _subjects(inner))


def has_list(section: Section) -> bool:
    """Whether a section has a list outside its subsections."""
    return any(block.kind == "list" for block in section.blocks)


def _has_tasks(block: Block) -> bool:
    if block.kind == "list":
        entries = [labelled_item(item) for item in block.items]
        return _is_marked(block) or any(entry.blocks and entry.field == "tasks" for entry in entries)
    return block.kind == "table" and _is_table_of_tasks(block)


def _is_about_tasks(section: Section) -> bool:
    return "tasks" in _subjects(section)


def _subjects(section: Section) -> set[str]:
    """Subjects of a section by its heading."""
    return {subject for subject in (topic(section.heading), field_of(section.heading)) if subject}


def _is_table_of_tasks(table: Block) -> bool:
    """Whether one of the first two headers of a table is a word for tasks."""
    return any(kind_of(without_signs(plain(cell))) == "task" for cell in table.rows[0].cells[:2])


def has_subtasks(section: Section, head: UnitHead) -> bool:
    """Whether a section of a task lists tasks with ids that extend its own: `20-1a`, `20-1b` below `20-1`."""
    heads = [read_head(item.text) for block in section.blocks for item in block.items]
    codes = [item_head.code for item_head in heads if item_head and _is_task(item_head)]
    subtasks = [code for code in codes if code.startswith(head.code) and code != head.code]
    return bool(heads) and len(subtasks) * 2 > len(heads)


def read_units(reading: Reading, block: Block) -> bool:
    """Read a list with sprints that no heading, table or diagram defines; returns whether it has any.

    Of other sprints in the list, only the title and the values beside it are taken.
    """
    family = reading.roles.sprint
    if family is None or not block.items:
        return False
    heads = [(item, head) for item in block.items if (head := read_head(_split_item(item)[0]))]
    sprints = [(item, head) for item, head in heads if reading.roles.of(head) == "sprint" and not head.about]
    sprints = [(item, head) for item, head in sprints if head.id in reading.draft.sprints]
    defined = {head.id for item, head in sprints if not _is_defined_elsewhere(family, head, item)}
    if not defined:
        return False
    for item, head in sprints:
        sprint = reading.sprint(head.id)
        reading.ledger.take(item.span, head.written, str(sprint))
        titles.take_title(reading, sprint, head, item.span)
        if item.checked:
            reading.put(sprint, "state", "done", item.span, "x")
        if head.id in defined:
            _, remark, lines = _split_item(item)
            _read_below(reading, sprint, item, lines, remark)
    return True


def _is_defined_elsewhere(family: Family, head: UnitHead, item: Item) -> bool:
    """Whether a heading, table or diagram defines a unit that a list names.

    An item with content below it defines a unit for which others give only an id.
    """
    return family.can_get_title(head.id) if item.blocks else family.is_named_outside_lists(head.id)


def _split_item(item: Item) -> tuple[str, str, int]:
    """The text that names a unit, the remark after bold text, and the number of lines of both."""
    first, lines = opening_text(item)
    bold, remark = split_bold(first)
    head = read_head(bold)
    is_split = head is not None and bool(head.title) and lines > 1
    return (bold, remark.lstrip(" :—–-\uff1a"), lines) if is_split else (item.text.split("\n", 1)[0], "", 1)


def _is_task(head: UnitHead) -> bool:
    """Whether a name is that of a task: an id without a word, or a word for tasks with a number."""
    return not head.about and (not head.word or kind_of(head.word) == "task")


def read(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list as tasks of the surrounding sprint or group of tasks.

    If most items have check boxes, an item without one is a remark: `Break for lunch`.
    """
    sprint = reading.sprint_of(part)
    if block.kind != "list" or sprint is None or part.kind == "task":
        return False
    has_boxes = _has_boxes(block)
    for item, head in zip(block.items, _heads(block), strict=True):
        if not has_boxes or _has_box(item) or item.text.startswith("["):
            _task(reading, part, item, head)
    return True


def _heads(block: Block) -> list[UnitHead | None]:
    """Names at the start of the items of a list; an id without a sign after it counts if other items have such ids."""
    heads = [read_head(_split_title(item)[0]) for item in block.items]
    ids = {(head.family, head.id) for head in heads if head and not head.word}
    counts = Counter(family for family, _ in ids)
    return [with_title(head) if head and counts[head.family] > 1 else head for head in heads]


def _task(reading: Reading, around: DraftPart, item: Item, head: UnitHead | None) -> None:
    first, remark, lines = _split_title(item)
    if not fits_line("title", first):
        return
    is_id = head is not None and _is_task(head)
    task = reading.task(head.code, around, is_number=head.is_number) if head and is_id else reading.new_task(around)
    if task is None:
        return
    text = head.title if head and is_id else plain(first)
    if half := _HALF.match(text):
        reading.put(task, "state", "in progress", item.span, "")
        text = text[half.end() :]
    if head and is_id:
        reading.ledger.take(item.span, head.written, str(task))
        reading.continue_in(task, around, item.span, head.written)
        if state := titles.state_of(reading, head.signs):
            states.put_state(reading, task, state, item.span, is_hint=True)
    title = without_values(text, titles.value_reader(reading, task, item.span)) or text
    reading.put(task, "title", title, item.span, title)
    reading.deferred.append(partial(relations.read_end_of_title, reading, task, item.span))
    fields.read_links(reading, task, item.span, first)
    if item.checked:
        reading.put(task, "state", "done", item.span, "x")
    elif item.checked is not None:
        reading.unticked.add(id(task.values))
    _read_below(reading, task, item, lines, remark)


def _split_title(item: Item) -> tuple[str, str, int]:
    """Title at the start of an item, the remark after it, and the number of lines of both."""
    first, lines = opening_text(item)
    title, remark = _split_lines(first) if lines > 1 else (first, "")
    return title, remark, lines


def _split_lines(text: str) -> tuple[str, str]:
    """Title and remark in a text of several lines: the bold text, or the first sentence of a long one, and the rest."""
    bold, rest = split_bold(text)
    if bold and rest[:1].isalnum():
        return f"**{bold}**", rest
    end = _SENTENCE.search(text) if len(text) > _LONGEST_TITLE else None
    return (text[: end.start() + 1], text[end.end() :]) if end else (text, "")


def _read_below(reading: Reading, task: DraftPart, item: Item, lines: int, remark: str) -> None:
    """Read what is below the first lines of an item as fields of its task or sprint, and the rest as its description.

    `remark` is the text after the title on those lines.
    """
    if remark:
        reading.put(task, "description", remark, item.span, remark)
    rest = [Span(item.span.first + n, item.span.first + n) for n in range(lines, item.text.count("\n") + 1)]
    for block in item.blocks:
        if task.kind == "sprint" and block.items and _is_marked(block):
            read(reading, task, block)
            continue
        for child in block.items:
            fields.read(reading, task, labelled_item(child))
            rest += [child.span] if reading.ledger.unread(child.span) else []
        rest += [] if block.items else [block.span]
    text = "\n".join(dedent("\n".join(reading.ledger.lines[n - 1] for n in span)).rstrip() for span in rest)
    if text.strip():
        current = task.values.get("description", "")
        task.values["description"] = f"{current}\n\n{text}".strip()
        for span in rest:
            reading.ledger.keep(span, f"{task}: description")
