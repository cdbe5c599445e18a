"""Lists whose items are tasks: check boxes, ids, or items below a heading that says so."""

from textwrap import dedent

from masterplan.importing import fields, titles
from masterplan.importing.document import Block, Item
from masterplan.importing.entries import of_item
from masterplan.importing.headings import Head, kind_of, read_head, without_values
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain
from masterplan.importing.reading import Owner, Reading


def is_list_of_tasks(owner: Owner, block: Block) -> bool:
    """Whether a list that no heading explains is one of tasks: below a group of them, with check boxes, or with ids."""
    if owner.kind == "group" and not any(of_item(item).label for item in block.items):
        return True
    heads = [read_head(item.text) for item in block.items]
    is_named = sum(head is not None and _is_task(head) for head in heads) * 2 > len(heads)
    return owner.kind == "sprint" and (is_named or all(item.checked is not None for item in block.items))


def read_units(reading: Reading, block: Block) -> bool:
    """Take a list whose items are the plan's sprints, where no headings, tables or diagrams name them."""
    family = reading.roles.sprint
    if family is None or family.defined or family.rows or family.mentioned:
        return False
    heads = [(item, head) for item in block.items if (head := read_head(item.text.split("\n", 1)[0]))]
    named = [(item, head) for item, head in heads if reading.roles.of(head) == "sprint" and not head.about]
    for item, head in named:
        sprint = reading.sprint(head.id)
        reading.ledger.take(item.span, head.written, str(sprint))
        titles.take_title(reading, sprint, head, item.span)
        if item.checked:
            reading.put(sprint, "state", "done", item.span, "x")
        _read_below(reading, sprint, item)
    return bool(named)


def _is_task(head: Head) -> bool:
    """Whether a name is that of a task: an id of its own, or a word for tasks and a number."""
    return not head.about and (not head.word or kind_of(head.word) == "task")


def read(reading: Reading, owner: Owner, block: Block) -> bool:
    """Take a list as tasks of the sprint, or of the group of tasks, that it stands in."""
    sprint = reading.sprint_around(owner)
    if block.kind != "list" or sprint is None or owner.kind == "task":
        return False
    for item in block.items:
        _task(reading, owner, item)
    return True


def _task(reading: Reading, around: Owner, item: Item) -> None:
    first = item.text.split("\n", 1)[0]
    head = read_head(first)
    is_id = head is not None and _is_task(head)
    task = reading.task(head.code, around) if head and is_id else reading.new_task(around)
    if task is None:
        return
    text = head.title if head and is_id else plain(first)
    if head and is_id:
        reading.ledger.take(item.span, head.written, str(task))
    title = without_values(text, titles.value_reader(reading, task, item.span)) or text
    reading.put(task, "title", title, item.span, title)
    if item.checked:
        reading.put(task, "state", "done", item.span, "x")
    _read_below(reading, task, item)


def _read_below(reading: Reading, task: Owner, item: Item) -> None:
    """Take what stands below an item as fields of its task or sprint; the rest is its description."""
    rest = [Span(item.span.first + n, item.span.first + n) for n in range(1, item.text.count("\n") + 1)]
    for block in item.blocks:
        for child in block.items:
            fields.read(reading, task, of_item(child))
            rest += [child.span] if reading.ledger.left(child.span) else []
        rest += [] if block.items else [block.span]
    text = "\n".join(dedent("\n".join(reading.ledger.lines[n - 1] for n in span)).rstrip() for span in rest)
    if text.strip():
        present = task.values.get("description", "")
        task.values["description"] = f"{present}\n\n{text}".strip()
        for span in rest:
            reading.ledger.keep(span, f"{task}: description")
