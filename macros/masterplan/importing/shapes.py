"""Unusual shapes of documents: units named in trees and lists of phases, or only in the team's answers.

These decisions are made before a document is read; a question is asked if there is an alternative.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from masterplan.importing import unnamed_units, values
from masterplan.importing.answers import Answers, HeadingRole
from masterplan.importing.document import Section
from masterplan.importing.headings import UnitHead, as_id, read_head, read_heading
from masterplan.importing.ledger import Ledger, Span, words
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.reading import Reading
from masterplan.importing.units import Family, Roles, node_texts
from masterplan.importing.words import small_words

_DASH = re.compile(r"\s[-–—]{1,2}\s|:\s")
_MOST_NAMES = 3
"""Most words in the name of a sprint without a number."""

_BRANCHES = ("├", "└", "╰", "subgraph")


def with_answers(document: Section, roles: Roles, answers: Answers) -> Roles:
    """Roles that include the headings listed in the team's answers."""
    if not answers.titles:
        return roles
    answered = {title.casefold(): role for title, role in answers.titles.items()}
    sections = [s for s in document.walk() if s.level and s.heading.casefold() in answered]
    named: dict[int, tuple[HeadingRole, UnitHead]] = {}
    free = unnamed_units.free_numbers({id_ for family in (roles.sprint, roles.phase) if family for id_ in family.ids})
    for section in sections:
        head = read_heading(section.title)
        unit = head if head and not head.about else unnamed_units.unnamed_head(section, next(free))
        named[id(section)] = (answered[section.heading.casefold()], unit)
    return replace(roles, named={**roles.named, **named})


def with_extra_sprints(document: Section, roles: Roles) -> Roles:
    """Roles that include extra sprints: sections with tasks outside all other sprints.

    Such a section has an id and a length of time, or its heading ends with the word for a sprint (`Hardening Sprint -
    Fixes`).
    """
    named: dict[int, tuple[HeadingRole, UnitHead]] = {}
    levels = _levels(roles.sprint) if roles.sprint else set()
    siblings = _siblings(document, roles.sprint) if roles.sprint and not roles.sprint.word else ()
    for section in _outside_units(document, roles):
        head = read_heading(section.title)
        is_code = head is not None and not (head.word or head.about) and roles.of(head) is None
        is_beside = id(section) in siblings and head is not None and head.id[0].isalpha()
        is_work = head is not None and values.effort(_in_brackets(head.title)) and unnamed_units.contains_tasks(section)
        if head and is_code and (is_work or is_beside):
            named[id(section)] = ("sprint", head)
        elif (
            roles.sprint
            and not head
            and (unit := _unnumbered(section, roles.sprint, levels))
            and unnamed_units.contains_tasks(section)
        ):
            named[id(section)] = ("sprint", unit)
    return replace(roles, named={**roles.named, **named})


def _siblings(document: Section, family: Family) -> set[int]:
    """Siblings of a family's sections, and these sections themselves, by identity."""
    members = {id(section) for sections in family.defined.values() for section in sections}
    parents = (parent for parent in document.walk() if any(id(child) in members for child in parent.sections))
    return {id(child) for parent in parents for child in parent.sections}


def _levels(family: Family) -> set[int]:
    """Heading levels of a family."""
    return {section.level for sections in family.defined.values() for section in sections}


def _unnumbered(section: Section, sprints: Family, levels: Collection[int]) -> UnitHead | None:
    """A heading as a sprint with a name instead of a number; None if it is something else.

    `levels` are the heading levels of numbered sprints.
    """
    if section.level not in levels:
        return None
    *name, last = words(_DASH.split(section.heading, maxsplit=1)[0]) or [""]
    is_other = any(small_words("filler", "after state", "before date", "from", "ordinal").of(word) for word in name)
    if last != sprints.key or not 0 < len(name) <= _MOST_NAMES or is_other:
        return None
    return UnitHead("", as_id("-".join(name)), "", section.heading, "", "")


def _outside_units(section: Section, roles: Roles) -> Iterator[Section]:
    """Sections outside all units."""
    for inner in section.sections:
        head = read_heading(inner.title)
        if head is None or roles.of(head) is None:
            yield inner
            yield from _outside_units(inner, roles)


def _in_brackets(title: str) -> str:
    """Text in the last brackets of a title."""
    return title.rpartition("(")[2].partition(")")[0] if title.endswith(")") else ""


def ask_about_units(reading: Reading, roles: Roles) -> None:
    """Ask which family of units is the plan's sprints if one contains the other."""
    sprint = roles.sprint
    for other in roles.groups:
        if sprint is not None and other.kind == "sprint" and other.defined:
            first = next(iter(other.defined.values()))[0]
            text = f"{sprint.word} sections contain {other.word} sections, and either can be the plan's units."
            reading.ask(first.head.first, text, (sprint.word.casefold(), other.word.casefold()), "units")


def split_last_sprint(document: Section, roles: Roles) -> None:
    """Move trailing sections out of the last sprint if each sprint has a first-level heading.

    A section belongs to the sprint if it, or a later one, names a unit or has the title of a section in other sprints.
    """
    defined = roles.sprint.defined.values() if roles.sprint else ()
    members = {id(section) for sections in defined for section in sections}
    sprints = [section for section in document.sections if section.level == 1 and id(section) in members]
    if len(sprints) < 2 or sprints[-1] is not document.sections[-1]:  # noqa: PLR2004 - one to compare with
        return
    last = sprints[-1]
    titles = {_shape(inner) for sprint in sprints[:-1] for inner in sprint.sections}
    inside = [n for n, inner in enumerate(last.sections) if _shape(inner) in titles or _names_unit(inner, roles)]
    rest = last.sections[inside[-1] + 1 :] if inside else []
    if rest:
        last.sections = last.sections[: inside[-1] + 1]
        last.span = Span(last.span.first, rest[0].head.first - 1)
        document.sections += rest


def _shape(section: Section) -> tuple[str, ...]:
    return tuple(word for word in words(section.title) if not word.isdecimal())


def _names_unit(section: Section, roles: Roles) -> bool:
    head = read_heading(section.title)
    return head is not None and roles.of(head) is not None and not head.about


def join_phases(reading: Reading, document: Section) -> None:
    """Add sprints to the phases that list them in their own sections, or that are above them in a tree."""
    phase = reading.roles.phase
    for id_, sections in phase.defined.items() if phase else ():
        for sprint in (sprint for section in sections for sprint in _listed_sprints(reading, section)):
            reading.join(sprint, reading.phase(id_))
    for section in document.walk() if phase else ():
        for block in section.blocks:
            if block.kind == "code" and any(branch in block.text for branch in _BRANCHES):
                for id_, sprint in _drawn_sprints(reading, block.text):
                    reading.join(sprint, reading.phase(id_))


def _listed_sprints(reading: Reading, section: Section) -> Iterator[str]:
    """Sprints named by a phase's heading, and sprints at the start of items in its lists."""
    sprints = reading.sprint_ids
    yield from (reference.id for reference in values.references(plain(section.title), sprints) if reference.word)
    for item in (item for block in section.blocks for item in block.items):
        head = read_head(item.text)
        if head and head.id in sprints and reading.roles.of(head) == "sprint":
            yield head.id


def _drawn_sprints(reading: Reading, text: str) -> Iterator[tuple[str, str]]:
    """Sprints in a tree, as pairs of the id of the phase above and the sprint's id."""
    phase = ""
    for line in text.split("\n"):
        for head in filter(None, map(read_head, node_texts(line))):
            role = None if head.about else reading.roles.of(head)
            if role == "phase" and head.id in reading.draft.phases:
                phase = head.id
                yield from ((phase, ref.id) for ref in values.references(head.title, reading.sprint_ids) if ref.word)
            elif role == "sprint" and phase and head.id in reading.draft.sprints:
                yield phase, head.id


def rename_columns(document: Section, answers: Answers, ledger: Ledger) -> None:
    """Rename columns of tables to the fields given in the team's answers."""
    fields = {head.casefold(): name.replace("_", " ") for head, name in answers.columns.items()}
    for section in document.walk() if fields else ():
        for n, block in enumerate(section.blocks):
            heads = [without_signs(plain(cell)) for cell in block.rows[0].cells] if block.rows else []
            if any(head.casefold() in fields for head in heads):
                first = block.rows[0]
                ledger.take(first.span, " ".join(heads), "columns")
                cells = tuple(fields.get(head.casefold(), head) for head in heads)
                section.blocks[n] = replace(block, rows=(replace(first, cells=cells), *block.rows[1:]))
