"""Documents whose headings name no sprints: which of their sections are sprints and phases anyway."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from masterplan.importing import tasks, values
from masterplan.importing.answers import Answers, DateSettings, HeadingRole
from masterplan.importing.columns import has_unit_names, word_of_column
from masterplan.importing.document import BOLD_LEVEL, Block, Section
from masterplan.importing.entries import LabelledText, labelled_item, labelled_lines
from masterplan.importing.headings import NUMBERING, UnitHead, kind_of, read_heading
from masterplan.importing.marks import outer_signs, plain, without_signs
from masterplan.importing.reading import Reading
from masterplan.importing.units import Family, Roles
from masterplan.importing.windows import window
from masterplan.importing.words import field_of, topic

_WORK_FIELDS = {
    "when", "start", "end", "duration", "effort", "points", "owner", "state", "priority", "depends_on", "needed_by",
}  # fmt: skip
"""Fields of work: several sections with the same one are sprints."""

_UNITS = {"sprint", "phase"}
_TIME_FIELDS = _WORK_FIELDS - {"owner", "priority", "depends_on", "needed_by"}
_LEAST_NUMBERED = 3
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")


def unnamed_head(section: Section, id_: str) -> UnitHead:
    """A heading as the name of a unit, with an id that the document does not give."""
    heading = plain(section.title)
    title = without_signs(heading)
    return UnitHead("", id_, "", NUMBERING.sub("", title), "", outer_signs(heading))


def contains_tasks(section: Section) -> bool:
    """Whether a section or its subsections have a list or table of tasks."""
    return any(tasks.has_tasks(inner) for inner in section.walk())


def roles_by_sections(document: Section, answers: Answers) -> Roles:
    """Roles in a document that names no sprints: the sprints are the sections of one heading level.

    The team's answer gives the level. Without it, it is the outermost level where several sections have the same
    fields, or else sections with tasks are sprints. Sections that contain sprints with fields are phases if there are
    several.
    """
    levels = _levels(document)
    with_fields = [units for _, sections in sorted(levels.items()) if len(units := _with_fields(sections)) > 1]
    units = levels.get(answers.level, []) if answers.level else (with_fields or [_with_tasks(document)])[0]
    inner = set(map(id, units)) if with_fields or answers.level else set()
    outer = [parent for parent in document.walk() if any(id(section) in inner for section in parent.sections)]
    sprints, phases = _family(units), _family(outer if len(outer) > 1 else ())
    named: dict[int, tuple[HeadingRole, UnitHead]] = {}
    roles: tuple[tuple[HeadingRole, Family], ...] = (("sprint", sprints), ("phase", phases))
    for role, family in roles:
        for id_, (section,) in family.defined.items():
            head = _head(section)
            named[id(section)] = (role, head if head and head.id == id_ else unnamed_head(section, id_))
    return Roles(sprints if units else None, phases if phases.defined else None, named=named)


def _family(sections: Sequence[Section]) -> Family:
    """A family of sections, with the ids of their headings or else numbers."""
    family = Family("", "", None)
    heads = [(section, _head(section)) for section in sections]
    free = free_numbers({head.id for _, head in heads if head})
    for section, head in heads:
        is_new = head is not None and head.id not in family.defined
        family.defined[head.id if head and is_new else next(free)].append(section)
    return family


def free_numbers(taken: Container[str]) -> Iterator[str]:
    """Numbers, from 1, that are not yet ids."""
    return (f"{n}" for n in count(1) if f"{n}" not in taken)


def _head(section: Section) -> UnitHead | None:
    """The name at the start of a heading, unless it only mentions a unit."""
    head = read_heading(section.title)
    return None if head is None or head.about else head


def _levels(document: Section) -> Mapping[int, list[Section]]:
    """Sections that can be work, by heading level."""
    levels: dict[int, list[Section]] = defaultdict(list)
    for section in document.walk():
        if _can_be_work(section):
            levels[section.level].append(section)
    return levels


def _can_be_work(section: Section) -> bool:
    """Whether a heading has no subject except tasks, or has a number and a length of time: `12. Testing (2 days)`."""
    title = plain(section.title)
    is_timed = NUMBERING.match(title) is not None and _is_timed(title)
    return 0 < section.level < BOLD_LEVEL and (is_timed or topic(section.heading) in {None, "tasks"})


def _is_timed(title: str) -> bool:
    """Whether a heading has a length of time in brackets."""
    return any(map(values.effort, _BRACKETS.findall(title)))


def _with_fields(sections: Sequence[Section]) -> list[Section]:
    """Sections that share a field of work with another section, together with those that contain tasks."""
    fields = {id(section): _fields(section) for section in sections}
    counts = Counter(name for names in fields.values() for name in names)
    similar = {key for key, names in fields.items() if any(counts[name] > 1 for name in names)}
    return [section for section in sections if id(section) in similar or contains_tasks(section)] if similar else []


def _with_tasks(document: Section) -> list[Section]:
    """Sibling sections with tasks, from the parent with the most of them."""
    by_parent: dict[int, list[Section]] = defaultdict(list)
    for parent in document.walk():
        for section in parent.sections:
            if _can_be_work(section) and contains_tasks(section):
                by_parent[id(parent)].append(section)
    return max(by_parent.values(), key=len, default=[])


def _fields(section: Section) -> set[str]:
    """Fields of work that a section has, as labels or as values in its heading."""
    labels = {entry.label for block in section.blocks for entry in _entries(block) if entry.label}
    parts = _BRACKETS.findall(plain(section.title))
    in_heading = {"when" for part in parts if window(part, DateSettings()) or values.effort(part)}
    return {name for label in labels if (name := field_of(label)) in _WORK_FIELDS} | in_heading


def _entries(block: Block) -> Iterator[LabelledText]:
    if block.kind == "paragraph":
        yield from labelled_lines(block)
    yield from map(labelled_item, block.items)


def has_numbered_sections(document: Section) -> bool:
    """Whether sibling sections are numbered from 1, most of them with a length of time."""
    return any(map(_has_numbered_children, document.walk()))


def _has_numbered_children(parent: Section) -> bool:
    titles = [plain(section.title) for section in parent.sections if NUMBERING.match(plain(section.title))]
    is_in_order = all(title.startswith(f"{n}") for n, title in enumerate(titles, 1))
    timed = [title for title in titles if _is_timed(title)]
    return is_in_order and len(titles) >= _LEAST_NUMBERED and 2 * len(timed) > len(titles)


def number_rows(document: Section, families: Mapping[str, Family]) -> bool:
    """Number the rows of a table that lists sprints or phases by title, and the sections with these titles.

    Does nothing if the document names sprints or phases elsewhere. Returns whether there is such a table.
    """
    if any(family.kind in _UNITS for family in families.values()):
        return False
    for section in document.walk():
        for n, block in enumerate(section.blocks):
            column = _column_of_titles(block)
            if column is not None:
                section.blocks[n] = _with_numbers(document, block, column)
                return True
    return False


def _column_of_titles(table: Block) -> int | None:
    """Column with the titles of sprints or phases, in a table that states when or how long they are."""
    heads = table.rows[0].cells if table.rows else ()
    column = next((n for n, head in enumerate(heads[:3]) if kind_of(word_of_column(table, n)) in _UNITS), None)
    if (
        column is None
        or len(table.rows) <= _LEAST_NUMBERED
        or not any(field_of(plain(head)) in _TIME_FIELDS for head in heads)
    ):
        return None
    titles = [plain(row.cell(column)) for row in table.rows[1:]]
    is_titled = all(title.strip() and not title.isdecimal() for title in titles) and not has_unit_names(table, column)
    return column if is_titled and len(set(titles)) == len(table.rows) - 1 else None


def _with_numbers(document: Section, table: Block, column: int) -> Block:
    word, rows = word_of_column(table, column), [table.rows[0]]
    for n, row in enumerate(table.rows[1:], 1):
        title = plain(row.cells[column])
        for section in document.walk():
            section.title = f"{word} {n}: {title}" if section.heading == title else section.title
        cells = (*row.cells[:column], f"{word} {n}: {row.cells[column]}", *row.cells[column + 1 :])
        rows.append(replace(row, cells=cells))
    return replace(table, rows=tuple(rows))


def ask_level(reading: Reading, document: Section) -> None:
    """Ask which headings are sprints if the document names none."""
    sprint, levels = reading.roles.sprint, _levels(document)
    if (sprint is not None and sprint.key) or not levels or reading.answers.level:
        return
    chosen = next(iter(sprint.defined.values()))[0].level if sprint else None
    others = [level for level, sections in levels.items() if level != chosen and len(sections) > 1]
    first = levels[chosen or next(iter(levels))][0]
    names = [f"level {level}" for level in ([chosen] if chosen else []) + others]
    answer = f"units: h{others[0]}" if others else "titles"
    readings = names if chosen else ("none", *names)
    reading.ask(first.head.first, "No heading names a sprint.", readings, answer)
