"""Lists whose items are tasks: check boxes, ids, or items below a heading that says so."""

import re
from collections import Counter
from functools import partial
from textwrap import dedent

from masterplan.importing import fields, relations, states, titles
from masterplan.importing.document import BOLD_LEVEL, Block, Item, Section
from masterplan.importing.entries import labelled_item, opening_text, split_bold
from masterplan.importing.headings import UnitHead, kind_of, read_head, read_heading, with_title, without_values
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Owner, Reading, fits_line
from masterplan.importing.units import Family
from masterplan.importing.words import field_of, topic

_SENTENCE = re.compile(r"[.!?]\s+(?=\S)")
_LONGEST_TITLE = 150
_HALF = re.compile(r"\[[~/-]\]\s+")


def is_list_of_tasks(owner: Owner, block: Block, *, is_work: bool) -> bool:
    """Whether a list that no heading explains is one of tasks: with check boxes, with ids, or as `is_work` says."""
    if owner.kind not in {"sprint", "group"} or not block.items:
        return False
    return is_marked(block) or (is_work and not any(labelled_item(item).label for item in block.items))


def bare_list(section: Section) -> Block | None:
    """The list of a unit's section that is its tasks although no heading, label, check box or id marks any there.

    It stands behind nothing but text, which does not lead to it with a colon.
    """
    kinds = [block.kind for block in section.blocks]
    position = next((n for n, kind in enumerate(kinds) if kind not in {"paragraph", "quote"}), len(kinds))
    if position == len(kinds) or kinds[position] != "list":
        return None
    leads = position > 0 and section.blocks[position - 1].text.rstrip()[-1:] in {":", "\uff1a"}
    heads = (read_heading(inner.title) for inner in section.walk() if inner is not section)
    has_named = any(head is not None and _is_task(head) for head in heads)
    return None if leads or has_named or any(map(_marks_tasks, section.walk())) else section.blocks[position]


def _marks_tasks(section: Section) -> bool:
    """Whether a section says that it has tasks, or has some that are marked."""
    return _is_about_tasks(section) or any(map(_has_tasks, section.blocks))


def is_marked(block: Block) -> bool:
    """Whether the items of a list have check boxes, or most of them the ids of tasks."""
    heads = _heads(block)
    is_named = sum(head is not None and _is_task(head) for head in heads) * 2 > len(heads)
    return is_named or _is_boxed(block)


def _is_boxed(block: Block) -> bool:
    """Whether most items of a list have check boxes."""
    return sum(map(_is_ticked, block.items)) * 2 > len(block.items)


def _is_ticked(item: Item) -> bool:
    """Whether an item, or each one of a list below it, has a check box."""
    lists = [block for block in item.blocks if block.items]
    return (
        item.checked is not None
        or _HALF.match(item.text) is not None
        or bool(lists and all(map(_is_ticked, lists[0].items)))
    )


def has_tasks(section: Section) -> bool:
    """Whether a section, or one below it that only a line of text heads, has a list or table of tasks."""
    if any(_has_tasks(block) for block in section.blocks):
        return True
    lines = [inner for inner in section.sections if inner.level >= BOLD_LEVEL]
    about = [inner for inner in lines if _is_about_tasks(inner) and has_list(inner)]
    return bool(about) or any(has_tasks(inner) for inner in lines if not _subjects(inner))


def has_list(section: Section) -> bool:
    """Whether a section has a list of its own."""
    return any(block.kind == "list" for block in section.blocks)


def _has_tasks(block: Block) -> bool:
    if block.kind == "list":
        labels = [labelled_item(item) for item in block.items]
        return is_marked(block) or any(one.label and one.blocks and field_of(one.label) == "tasks" for one in labels)
    return block.kind == "table" and is_table_of_tasks(block)


def _is_about_tasks(section: Section) -> bool:
    return "tasks" in _subjects(section)


def _subjects(section: Section) -> set[str]:
    """What a section is about, by its heading."""
    title = without_signs(plain(section.title)).rstrip(":\uff1a ")
    return {subject for subject in (topic(title), field_of(title)) if subject}


def is_table_of_tasks(table: Block) -> bool:
    """Whether a table has a column for ids of tasks, or one whose head is a word for them."""
    return any(kind_of(without_signs(plain(cell))) == "task" for cell in table.rows[0].cells[:2])


def is_several(section: Section, head: UnitHead) -> bool:
    """Whether a section of a task lists tasks whose ids begin with its own: `20-1a`, `20-1b` below `20-1`."""
    heads = [read_head(item.text) for block in section.blocks for item in block.items]
    parts = [one for one in heads if one and _is_task(one) and one.code.startswith(head.code) and one.code != head.code]
    return bool(heads) and len(parts) * 2 > len(heads)


def read_units(reading: Reading, block: Block) -> bool:
    """Take items of a list that are sprints of the plan, where no headings, tables or diagrams name these.

    Of others in such a list, the title and what stands beside it are taken.
    """
    family = reading.roles.sprint
    if family is None or not block.items:
        return False
    heads = [(item, head) for item in block.items if (head := read_head(_named(item)[0]))]
    sprints = [(item, head) for item, head in heads if reading.roles.of(head) == "sprint" and not head.about]
    named = [(item, head) for item, head in sprints if head.id in reading.draft.sprints]
    own = {head.id for item, head in named if not _is_named_elsewhere(family, head, item)}
    if not own:
        return False
    for item, head in named:
        sprint = reading.sprint(head.id)
        reading.ledger.take(item.span, head.written, str(sprint))
        titles.take_title(reading, sprint, head, item.span)
        if item.checked:
            reading.put(sprint, "state", "done", item.span, "x")
        if head.id in own:
            _, remark, lines = _named(item)
            _read_below(reading, sprint, item, lines, remark)
    return True


def _is_named_elsewhere(family: Family, head: UnitHead, item: Item) -> bool:
    """Whether other places than lists define a unit; an item with more below it defines one that has only an id."""
    return family.is_entitled(head.id) if item.blocks else family.is_named_elsewhere(head.id)


def _named(item: Item) -> tuple[str, str, int]:
    """The text of an item that names a unit, what it says behind bold text, and the number of lines of both."""
    first, lines = opening_text(item)
    bold, remark = split_bold(first)
    head = read_head(bold)
    is_said = head is not None and bool(head.title) and lines > 1
    return (bold, remark.lstrip(" :—–-\uff1a"), lines) if is_said else (item.text.split("\n", 1)[0], "", 1)


def _is_task(head: UnitHead) -> bool:
    """Whether a name is that of a task: an id of its own, or a word for tasks and a number."""
    return not head.about and (not head.word or kind_of(head.word) == "task")


def read(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a list as tasks of the sprint, or of the group of tasks, that it stands in.

    Where most items have check boxes, one without is a remark: `Break for lunch`.
    """
    sprint = reading.sprint_of(owner)
    if block.kind != "list" or sprint is None or owner.kind == "task":
        return False
    is_boxed = _is_boxed(block)
    for item, head in zip(block.items, _heads(block), strict=True):
        if not is_boxed or _is_ticked(item) or item.text.startswith("["):
            _task(reading, owner, item, head)
    return True


def _heads(block: Block) -> list[UnitHead | None]:
    """The names that the items of a list begin with; an id needs no sign behind it where others are like it."""
    heads = [read_head(_opened(item)[0]) for item in block.items]
    ids = {(head.family, head.id) for head in heads if head and not head.word}
    counts = Counter(family for family, _ in ids)
    return [with_title(head) if head and counts[head.family] > 1 else head for head in heads]


def _task(reading: Reading, around: Owner, item: Item, head: UnitHead | None) -> None:
    first, remark, lines = _opened(item)
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


def _opened(item: Item) -> tuple[str, str, int]:
    """The title that an item begins with, what it says behind that, and the number of lines of both."""
    first, lines = opening_text(item)
    title, remark = _parted(first) if lines > 1 else (first, "")
    return title, remark, lines


def _parted(text: str) -> tuple[str, str]:
    """The title that a text of several lines begins with, and the rest: text in bold, or the first sentence if long."""
    bold, rest = split_bold(text)
    if bold and rest[:1].isalnum():
        return f"**{bold}**", rest
    end = _SENTENCE.search(text) if len(text) > _LONGEST_TITLE else None
    return (text[: end.start() + 1], text[end.end() :]) if end else (text, "")


def _read_below(reading: Reading, task: Owner, item: Item, lines: int = 1, remark: str = "") -> None:
    """Take what stands below the first lines of an item as fields of its task or sprint; the rest is its description.

    `remark` is what those lines say behind the title.
    """
    if remark:
        reading.put(task, "description", remark, item.span, remark)
    rest = [Span(item.span.first + n, item.span.first + n) for n in range(lines, item.text.count("\n") + 1)]
    for block in item.blocks:
        if task.kind == "sprint" and block.items and is_marked(block):
            read(reading, task, block)
            continue
        for child in block.items:
            fields.read(reading, task, labelled_item(child))
            rest += [child.span] if reading.ledger.unread(child.span) else []
        rest += [] if block.items else [block.span]
    text = "\n".join(dedent("\n".join(reading.ledger.lines[n - 1] for n in span)).rstrip() for span in rest)
    if text.strip():
        present = task.values.get("description", "")
        task.values["description"] = f"{present}\n\n{text}".strip()
        for span in rest:
            reading.ledger.keep(span, f"{task}: description")
