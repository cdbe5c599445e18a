"""Rollback, testing and documentation: how to undo work, how to test it, and which files to keep up to date."""

from pydantic import TypeAdapter

from masterplan.importing import claims, clues, fields, values, words
from masterplan.importing.document import Block, Item
from masterplan.importing.entries import LabelledText, labelled_item
from masterplan.importing.headings import read_head
from masterplan.importing.marks import is_in_brackets, is_lead, plain, without_signs
from masterplan.importing.reading import DraftPart, Reading, fits_line
from masterplan.model.fields import PagePath, RepositoryPath

_PATH: TypeAdapter[object] = TypeAdapter(RepositoryPath)
_PAGE_PATH: TypeAdapter[object] = TypeAdapter(PagePath)


def read_rollback(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a block of a section about rollback: steps of the sprints that it names, or of `part`."""
    if block.kind == "paragraph":
        return _independence_claim(reading, block) or _only_line(reading, part, block)
    if block.kind != "list" or part.kind not in {"plan", "sprint"}:
        return False
    return sum(_rollback_item(reading, part, item) for item in block.items) > 0


def _independence_claim(reading: Reading, block: Block) -> bool:
    """Read the sentence above the steps if it claims that every sprint is independent."""
    text = plain(block.text).rstrip(":\uff1a. ")
    signals = clues.signals(text)
    is_of_sprints = any(unit.kind == "sprint" for unit, _, _ in words.unit_words().all(text))
    if not ({"each", "independent"} <= signals.keys() and is_of_sprints):
        return False
    return claims.add_claim(reading, reading.plan, "independent", text, block.span)


def _only_line(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read the only line of a section about rollback as its only step."""
    is_all = len(reading.section.blocks) == 1 and not reading.section.sections and "\n" not in block.text
    is_step = is_all and part.kind in {"plan", "sprint"} and not is_lead(block.text)
    return is_step and fields.add_rollback_steps(reading, part, [(block.span, block.text)])


def _rollback_item(reading: Reading, part: DraftPart, item: Item) -> bool:
    entry = labelled_item(item)
    head = read_head(entry.label or item.text.split("\n", 1)[0])
    if head and head.id in reading.draft.sprints and reading.roles.of(head) == "sprint":
        text = plain(entry.text) if entry.label else head.title
        if not text or item.blocks:
            return False
        reading.ledger.take(item.span, head.written, f"sprint {head.id}: rollback")
        return fields.add_rollback_steps(reading, reading.sprint(head.id), [(item.span, text)])
    name = entry.field
    if name == "trigger":
        return _trigger(reading, part, entry)
    listed = [(child.span, plain(child.text)) for block in item.blocks for child in block.items]
    if name == "rollback" and listed:
        reading.ledger.take(item.span, entry.label or "", f"{part}: rollback")
        return fields.add_rollback_steps(reading, part, listed)
    if entry.label or item.blocks:
        return False
    return fields.add_rollback_steps(reading, part, [(item.span, plain(item.text))])


def _trigger(reading: Reading, part: DraftPart, entry: LabelledText) -> bool:
    """Read the trigger of a rollback: the text after the label, with the items below it."""
    below = [(child.span, plain(child.text)) for block in entry.blocks for child in block.items]
    entry_text = plain(entry.text)
    trigger = " ".join(filter(None, [entry_text, "; ".join(text for _, text in below)]))
    rollback = part.inside("rollback")
    if not trigger or not reading.put(rollback, "trigger", trigger, entry.span, f"{entry.label} {entry_text}"):
        return False
    for span, text in below:
        reading.ledger.take(span, text, f"{part}: trigger")
    return True


def read_testing(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list of tests: those of each sprint, or the final ones."""
    if part.kind != "plan":
        return fields.read_block(reading, part, "tests", block)
    if block.kind != "list" or any(item.blocks or not fits_line("items", item.text) for item in block.items):
        return False
    lead = reading.lead(block)
    name = _when_tested(reading.heading) or (_when_tested(plain(lead.text)) if lead else None)
    lists = part.values.setdefault("testing", {})
    if name is None or name in lists:
        return False
    says = reading.take_lead(block, part, "testing")
    reading.take_heading(part, "testing")
    checklist = DraftPart("plan", "", {"says": says} if says else {}, within="testing")
    for item in block.items:
        text = without_signs(plain(item.text))
        reading.add(checklist, "items", text, item.span, text)
    lists[name] = checklist.values
    return True


def _when_tested(text: str) -> str | None:
    """The list of tests that a text introduces; None if it could be either."""
    names = {"each": "per_sprint", "finally": "end_to_end"}
    lists = [name for signal, name in names.items() if signal in clues.signals(text)]
    return lists[0] if len(lists) == 1 else None


def read_documentation(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list of files to update after each sprint, or the file that tracks progress."""
    if block.kind != "list" or part.kind not in {"plan", "sprint"}:
        return False
    lead = reading.lead(block)
    signals = clues.signals(f"{plain(lead.text) if lead else ''} {reading.heading}")
    if part.kind == "plan" and "tracked" in signals:
        count = _progress(reading, block)
    elif part.kind == "sprint" or "each" in signals:
        count = sum(_document(reading, part, item) for item in block.items)
    else:
        return False
    if count:
        reading.take_lead(block, part, "documentation")
        reading.take_heading(part, "documentation")
    return count > 0


def _progress(reading: Reading, block: Block) -> int:
    """Read the only item of a list as the path of the file that tracks progress."""
    path = plain(block.items[0].text) if len(block.items) == 1 else ""
    if not _is_path(path) or not values.fits(_PAGE_PATH, path):
        return 0
    documentation = reading.plan.inside("documentation")
    return reading.put(documentation, "progress_in", path, block.span, path)


def _document(reading: Reading, part: DraftPart, item: Item) -> bool:
    """Read an item as the path of a file, with the note after it."""
    path, _, rest = plain(item.text).partition(" ")
    if item.blocks or not _is_path(path) or not values.fits(_PATH, path):
        return False
    note = rest.strip(" -–—:")
    note = note[1:-1] if is_in_brackets(note) else note
    is_plan = part.kind == "plan"
    target = part.inside("documentation") if is_plan else part
    value = {"path": path} | ({"note": note} if note else {})
    reading.add(target, "after_each_sprint" if is_plan else "documentation", value, item.span, f"{path} {note}")
    return True


def _is_path(text: str) -> bool:
    """Whether a word is a path: it has a folder or a suffix."""
    return "/" in text or "." in text.strip(".")
