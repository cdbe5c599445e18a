"""The people and roles of the team: lists and tables of who works on the plan."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from masterplan.importing import values, words
from masterplan.importing.document import Block, Item, Section
from masterplan.importing.entries import labelled_item
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.owners import OwnerName, read_owners
from masterplan.importing.reading import DraftPart, Reading, fits_line
from masterplan.importing.tables import columns_of, take_heads

_COUNTED = re.compile(r"[~≈]?[0-9]{1,3}(?:[.,][0-9])?(?:\s?[-–]\s?[0-9]{1,3})?\s+[^\W\d_]")
_MOST_SHARE = 100


class _Team(NamedTuple):
    """A table of people: the name in each row, and the positions of the columns with roles, shares and skills."""

    names: Sequence[str]
    role: int | None
    share: int | None
    skills: int | None


def register_people(reading: Reading, document: Section) -> None:
    """Register the people in the tables of a document, so that headings and first names can refer to them."""
    names: list[str] = []
    for section in document.walk():
        for table in (block for block in section.blocks if block.kind == "table"):
            if words.topic(section.heading) == "resources" and (team := _team_of(table)):
                names += team.names
            reading.owners.mentioned |= {name.casefold() for name in _owners(table)}
    firsts = Counter(name.split()[0].casefold() for name in names)
    full_names = {first: name for name in names if firsts[first := name.split()[0].casefold()] == 1}
    reading.owners.full_names |= {first: name for first, name in full_names.items() if first != name.casefold()}
    reading.owners.mentioned |= {*map(str.casefold, names), *reading.owners.full_names}


def _owners(table: Block) -> Iterator[str]:
    """Names in the columns of a table that are for owners."""
    positions = [column.position for column in columns_of(table) if column.field == "owner"]
    for row in table.rows[1:]:
        for owners in (read_owners(plain(row.cell(position))) for position in positions):
            yield from (owner.name for owner in (owners.value if owners else ()))


def _team_of(table: Block) -> _Team | None:
    """The team that a table lists: a person in each row, with a role, a share or skills; None for another table."""
    columns = columns_of(table)
    first, others = columns[0], columns[1:]
    names = [_name(row.cell(first.position)) for row in table.rows[1:]]
    role = next((column.position for column in others if column.field == "role"), None)
    skills = next((column.position for column in others if column.field == "skills"), None)
    share = next((column.position for column in others if _has_shares(table, column.position)), None)
    is_team = first.field in {"owner", "title"} and all(names) and (role, share, skills) != (None, None, None)
    return _Team([name for name in names if name], role, share, skills) if is_team else None


def _name(cell: str) -> str | None:
    """The only person that a cell names; None for anything else, such as a role."""
    names = read_owners(without_signs(plain(cell)))
    return names.value[0].name if names and len(names.value) == 1 and not _is_role(names.value[0].name) else None


def _has_shares(table: Block, column: int) -> bool:
    """Whether all cells of a column are percentages, except for empty ones."""
    cells = [cell for row in table.rows[1:] if (cell := plain(row.cell(column)))]
    return bool(cells) and all(_share(cell) for cell in cells)


def _share(text: str) -> int | None:
    """A whole text as the percentage of a person's time; None for any other text."""
    share = values.percent(text)
    return share.value if share and share.text == text and 0 < share.value <= _MOST_SHARE else None


def read_team(reading: Reading, part: DraftPart, block: Block) -> bool:
    """Read a list or table of who works on the plan: people with their share, roles with their number."""
    if part.kind == "plan" and block.kind == "table":
        return _team_table(reading, part, block)
    if part.kind != "plan" or block.kind != "list":
        return False
    return sum(_member(reading, item) for item in block.items) > 0


def _team_table(reading: Reading, part: DraftPart, table: Block) -> bool:
    team = _team_of(table)
    if team is None:
        return False
    for row, name in zip(table.rows[1:], team.names, strict=True):
        (id_,) = reading.owners.ids((OwnerName(name),))
        member = reading.draft.team.setdefault(id_, {})
        role, share, skills = (
            plain(row.cell(n)) if n is not None else "" for n in (team.role, team.share, team.skills)
        )
        member |= {"role": role} if role and fits_line("role", role) else {}
        member |= {"share": _share(share)} if share else {}
        member |= {"skills": [skill.strip() for skill in skills.split(",") if skill.strip()]} if skills else {}
        reading.ledger.take(row.span, f"{name} {role} {share} {skills}", f"team: {id_}")
    take_heads(reading, table, part)
    return True


def _member(reading: Reading, item: Item) -> bool:
    """Read `Ada: 50% (frontend)` and `Bo: 5 hours/week` as people, `Developers: 2 engineers` as a role."""
    entry = labelled_item(item)
    names = read_owners(without_signs(entry.label)) if entry.label else None
    text = plain(entry.text)
    if names is None or len(names.value) != 1 or not entry.label or item.blocks or not fits_line("role", text):
        return False
    share = values.percent(text)
    is_share = share is not None and text.startswith(share.text) and 0 < share.value <= _MOST_SHARE
    if not is_share and not _COUNTED.match(text):
        return False
    (id_,) = reading.owners.ids(names.value)
    member = reading.draft.team.setdefault(id_, {})
    if share and is_share and not _is_role(entry.label):
        rest = text[len(share.text) :].strip(" ()-–—,")
        member |= {"share": share.value} | ({"role": rest} if rest else {})
    elif values.effort(text.partition("/")[0]) and not _is_role(entry.label):
        member["role"] = text
    else:
        member["description"] = text
    reading.ledger.take(entry.span, f"{entry.label} {text}", f"team: {id_}")
    return True


def _is_role(name: str) -> bool:
    return any(words.small_words("role").of(token.word) for token in words.tokens(name))
