"""Documents whose headings name no sprints: which of their sections are sprints all the same, and which are phases."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from masterplan.importing import tasks, values
from masterplan.importing.answers import Answers, HeadingRole
from masterplan.importing.document import BOLD_LEVEL, Block, Section
from masterplan.importing.entries import Labelled, of_item, of_paragraph
from masterplan.importing.headings import UnitHead, read_head
from masterplan.importing.marks import last_signs, plain, without_signs
from masterplan.importing.reading import Reading
from masterplan.importing.units import Family, Roles
from masterplan.importing.windows import DateSettings, window
from masterplan.importing.words import field_of, topic

_FIELDS = {
    "when", "start", "end", "duration", "effort", "points", "owner", "state", "priority", "depends_on", "needed_by",
}  # fmt: skip
"""What pieces of work have: sections of which several have the same of these are sprints."""

_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_NUMBERING = re.compile(r"[0-9]{1,3}[.)]\s+")


def title_of(section: Section) -> str:
    """A heading without the marks and signs around it."""
    return without_signs(plain(section.title)).rstrip(":\uff1a ")


def unnamed_head(section: Section, id_: str) -> UnitHead:
    """A heading as the name of a unit whose id is a number that the document does not give."""
    shown = plain(section.title)
    title = without_signs(shown)
    signs = f"{shown[: shown.find(title)]} {last_signs(shown)}" if title else shown
    return UnitHead("", id_, "", _NUMBERING.sub("", title, count=1), "", signs)


def holds_tasks(section: Section) -> bool:
    """Whether a section, or one below it, has a list or table of tasks."""
    return any(tasks.has_tasks(inner) for inner in section.walk())


def of_sections(document: Section, answers: Answers) -> Roles:
    """The sprints of a document that names none: those of the level that the team gives, or that looks like work.

    That is the outermost one of which several sections have the same fields, else sections with tasks. The sections
    around those with fields are phases, where there are several.
    """
    levels = _levels(document)
    described = [units for _, sections in sorted(levels.items()) if len(units := _described(sections)) > 1]
    units = levels.get(answers.level, []) if answers.level else (described or [_with_tasks(document)])[0]
    inner = set(map(id, units)) if described or answers.level else set()
    around = [outer for outer in document.walk() if any(id(section) in inner for section in outer.sections)]
    sprints, phases = _family(units), _family(around if len(around) > 1 else ())
    named: dict[int, tuple[HeadingRole, UnitHead]] = {}
    roles: tuple[tuple[HeadingRole, Family], ...] = (("sprint", sprints), ("phase", phases))
    for role, family in roles:
        for id_, (section,) in family.defined.items():
            head = _head(section)
            named[id(section)] = (role, head if head and head.id == id_ else unnamed_head(section, id_))
    return Roles(sprints if units else None, phases if phases.defined else None, named=named)


def _family(sections: Sequence[Section]) -> Family:
    """Sections by the ids that their headings have, or else by numbers."""
    family = Family("", "", None)
    heads = [(section, _head(section)) for section in sections]
    taken = {head.id for _, head in heads if head}
    free = (f"{n}" for n in count(1) if f"{n}" not in taken)
    for section, head in heads:
        is_new = head is not None and head.id not in family.defined
        family.defined[head.id if head and is_new else next(free)].append(section)
    return family


def _head(section: Section) -> UnitHead | None:
    """The name that a heading begins with, where it is that of a unit of its own."""
    head = read_head(section.title)
    return None if head is None or head.about else head


def _levels(document: Section) -> Mapping[int, list[Section]]:
    """The sections that may be pieces of work by the level of their headings: those of no other subject."""
    levels: dict[int, list[Section]] = defaultdict(list)
    for section in document.walk():
        if _may_be_work(section):
            levels[section.level].append(section)
    return levels


def _may_be_work(section: Section) -> bool:
    return 0 < section.level < BOLD_LEVEL and topic(title_of(section)) in {None, "tasks"}


def _described(sections: Sequence[Section]) -> list[Section]:
    """Those of some sections that have a field which another one has too, and then also those with tasks."""
    fields = {id(section): _fields(section) for section in sections}
    counts = Counter(name for names in fields.values() for name in names)
    alike = [section for section in sections if any(counts[name] > 1 for name in fields[id(section)])]
    return [section for section in sections if section in alike or holds_tasks(section)] if alike else []


def _with_tasks(document: Section) -> list[Section]:
    """The sections with tasks that stand side by side, where most do."""
    inside: dict[int, list[Section]] = defaultdict(list)
    for outer in document.walk():
        for section in outer.sections:
            if _may_be_work(section) and holds_tasks(section):
                inside[id(outer)].append(section)
    return max(inside.values(), key=len, default=[])


def _fields(section: Section) -> set[str]:
    """The fields of pieces of work that a section has: as labels, and as values in its heading."""
    labels = {entry.label for block in section.blocks for entry in _entries(block) if entry.label}
    parts = _BRACKETS.findall(plain(section.title))
    in_heading = {"when" for part in parts if window(part, DateSettings()) or values.effort(part)}
    return {name for label in labels if (name := field_of(label)) in _FIELDS} | in_heading


def _entries(block: Block) -> Iterator[Labelled]:
    if block.kind == "paragraph":
        yield from of_paragraph(block)
    yield from map(of_item, block.items)


def ask_level(reading: Reading, document: Section) -> None:
    """Ask which headings are sprints, where the document names none."""
    sprint, levels = reading.roles.sprint, _levels(document)
    if (sprint is not None and sprint.key) or not levels or reading.answers.level:
        return
    chosen = next(iter(sprint.defined.values()))[0].level if sprint else None
    others = [level for level, sections in levels.items() if level != chosen and len(sections) > 1]
    first = levels[chosen or next(iter(levels))][0]
    kinds = [_kind(level) for level in ([chosen] if chosen else []) + others]
    what = f"headings of {kinds[0]} are read as such" if chosen else "none is read as such"
    answer = f"units: h{others[0]}" if others else "titles"
    reading.ask(first.head.first, f"No heading names a sprint: {what}.", kinds if chosen else ("none", *kinds), answer)


def _kind(level: int) -> str:
    return f"level {level}"
