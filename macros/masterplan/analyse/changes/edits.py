"""Edits: the least data that turns one plan into another, and what can be done with them.

Edits are applied in their order. A sprint that goes on under another id comes first, as the edit of its id from the old
to the new one; it renames every reference as well, and the edits after it use the new id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from masterplan.analyse.changes import flatten as pieces
from masterplan.analyse.changes.flatten import Names, Path, Piece
from masterplan.analyse.changes.renames import renames
from masterplan.model.change import Edit, Key
from masterplan.model.naming import natural
from masterplan.model.part import Part
from masterplan.model.place import Places
from masterplan.model.plan import Header, Option, Phase, Plan, Sprint
from masterplan.model.progress import Entry
from masterplan.model.quantity import DecimalMark
from masterplan.model.team import Person, WorkingTime

KINDS: Mapping[str, type[Part]] = {
    "plan": Header,
    "calendar": WorkingTime,
    "people": Person,
    "phases": Phase,
    "options": Option,
    "sprints": Sprint,
    "entries": Entry,
}
"""What each first step of a key leads to, in the order of edits."""

_STEPS = {"plan": 1, "calendar": 1, "entries": 3}
"""How many steps of a key name the part; else two: the kind and the id."""

ORDER: Key = ("phases",)
"""The key of the order of phases, where that is not the natural one of their ids."""


DECIMAL: Key = ("plan", "decimal")
"""The key of the decimal mark, by which amounts are read."""


@dataclass(frozen=True)
class Traced:
    """Edits, with the paths of all pieces they are about, on either side; `names` are the new ids of renamed sprints.

    Keys use the new ids, paths those of their own side.
    """

    edits: tuple[Edit, ...]
    names: Names
    before: Mapping[Key, Path]
    after: Mapping[Key, Path]


def edits(before: Plan, after: Plan) -> tuple[Edit, ...]:
    """What differs between two plans; empty only where nothing but order and layout does."""
    return traced(before, after).edits


def traced(before: Plan, after: Plan) -> Traced:
    """The same with the paths to what differs."""
    names = renames(before, after)
    old, new = parts(before, names), parts(after, {})
    found: list[Edit] = []
    paths: tuple[dict[Key, Path], dict[Key, Path]] = ({}, {})
    for key in old.keys() | new.keys():
        if key in old and key in new and not names and old[key][0] == new[key][0]:
            continue
        left, right = (_pieces(key, side.get(key), known) for side, known in ((old, names), (new, {})))
        fresh = [Edit(k, _value(left, k), _value(right, k)) for k in left.keys() | right.keys()]
        fresh = [edit for edit in fresh if edit.before != edit.after]
        found += fresh
        if fresh:
            paths[0].update((k, piece.path) for k, piece in left.items())
            paths[1].update((k, piece.path) for k, piece in right.items())
    order = Edit(ORDER, _phase_order(before), _phase_order(after))
    found += [order] if order.before != order.after else []
    paths[1][ORDER] = ("phases", "phases")
    for one, other in names.items():
        paths[1]["sprints", one, "id"] = paths[1]["sprints", other, "id"] = ("sprints", other, "id")
    first = [_rename(one, other) for one, other in names.items()]
    return Traced((*first, *sorted(found, key=in_order)), names, *paths)


def apply(plan: Plan, changes: Iterable[Edit]) -> Plan:
    """The plan with edits made to it, its parts in natural order where they were touched.

    Raises ValueError where the plan is not what the edits were made for, and where no plan comes of it.
    """
    for is_renaming, group in groupby(changes, is_rename):
        some = tuple(group)
        names = {str(each.before): str(each.after) for each in some}
        plan = _renamed(plan, names) if is_renaming else _patched(plan, some)
    return plan


def invert(changes: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that lead back."""
    return tuple(
        _rename(str(edit.after), str(edit.before)) if is_rename(edit) else Edit(edit.key, edit.after, edit.before)
        for edit in reversed(changes)
    )


def is_rename(edit: Edit) -> bool:
    """Whether an edit gives a sprint another id."""
    return edit.key[::2] == ("sprints", "id") and edit.before is not None and edit.after is not None


def part_of(key: Key) -> Key:
    """The key of the part that a key leads into."""
    kind = key[0]
    size = _STEPS.get(kind, 2)
    return key[: size + (kind == "entries" and pieces.is_number(key[size]))]


def in_order(edit: Edit) -> tuple[object, ...]:
    """A sort key for edits: by kind of part, then by key, in the natural order of ids."""
    return tuple(KINDS).index(edit.key[0]), pieces.in_order(edit.key)


def parts(plan: Plan, names: Names) -> dict[Key, tuple[Part, Path]]:
    """Every part of a plan by its key, with its path; sprints under their new names."""
    found: dict[Key, tuple[Part, Path]] = {
        ("plan",): (plan.header, ("plan",)),
        ("calendar",): (plan.calendar, ("team", "calendar")),
    }
    for id_, sprint in plan.sprints.items():
        found["sprints", names.get(id_, id_)] = (sprint, ("sprints", names.get(id_, id_)))
    found |= {("phases", each.id): (each, ("phases", "phases", n)) for n, each in enumerate(plan.phases)}
    found |= {("options", each.id): (each, ("options", "options", n)) for n, each in enumerate(plan.options)}
    found |= {("people", each.id): (each, ("team", "people", n)) for n, each in enumerate(plan.people)}
    return found | _entries(plan, names)


def _entries(plan: Plan, names: Names) -> dict[Key, tuple[Part, Path]]:
    """Progress entries by sprint and day; several of one day are numbered in their order, as the last one counts."""
    seen: dict[Key, int] = defaultdict(int)
    found: dict[Key, tuple[Part, Path]] = {}
    for n, entry in enumerate(plan.entries):
        identity = ("entries", names.get(entry.sprint, entry.sprint), entry.date.isoformat())
        seen[identity] += 1
        found[pieces.numbered(identity, seen[identity])] = (entry, ("entries", str(n)))
    return found


def _pieces(key: Key, part: tuple[Part, Path] | None, names: Names) -> dict[Key, Piece]:
    return dict(pieces.taken_apart(part[0], key, part[1], names)) if part else {}


def _value(side: Mapping[Key, Piece], key: Key) -> object:
    piece = side.get(key)
    return piece.value if piece else None


def _phase_order(plan: Plan) -> object:
    ids = [phase.id for phase in plan.phases]
    return ids if ids != sorted(ids, key=natural) else None


def _rename(old: str, new: str) -> Edit:
    return Edit(("sprints", old, "id"), old, new)


def _renamed(plan: Plan, names: Names) -> Plan:
    """The plan with sprints under other ids, wherever they are named."""
    old = parts(plan, names)
    files = plan.places.files.items()
    named = {(key[0], names.get(key[1], key[1])) if key[0] == "sprints" else key: held for key, held in files}
    renamed = {key: _rebuilt(key, part, names, plan.header.decimal) for key, (part, _) in old.items()}
    return _assembled(replace(plan, places=Places(named)), renamed, _phase_order(plan))


def _rebuilt(key: Key, part: Part, names: Names, mark: DecimalMark | None) -> Part:
    kept, fresh = (pieces.values(pieces.taken_apart(part, (), (), known)) for known in ({}, names))
    return part if kept == fresh else pieces.put_together(KINDS[key[0]], fresh, mark)


def _patched(plan: Plan, changes: Sequence[Edit]) -> Plan:
    """The plan with edits made to it that rename nothing; another decimal mark changes every amount."""
    held = {key: part for key, (part, _) in parts(plan, {}).items()}
    order = _phase_order(plan)
    mark: Any = next((edit.after for edit in changes if edit.key == DECIMAL), plan.header.decimal)
    touched: dict[Key, list[Edit]] = defaultdict(list)
    for edit in changes:
        if edit.key == ORDER:
            order = edit.after
        else:
            touched[part_of(edit.key)].append(edit)
    for key in held if mark != plan.header.decimal else ():
        touched.setdefault(key, [])
    for key, some in touched.items():
        part = _edited(key, held.get(key), some, mark)
        held.pop(key, None)
        held |= {key: part} if part else {}
    return _assembled(plan, held, order)


def _edited(key: Key, part: Part | None, changes: Iterable[Edit], mark: DecimalMark | None) -> Part | None:
    """A part with edits made to it, its amounts read by a decimal mark; None where nothing is left of it."""
    found = pieces.values(pieces.taken_apart(part, (), (), {})) if part else {}
    for edit in changes:
        below = edit.key[len(key) :]
        if found.pop(below, None) != edit.before:
            raise ValueError(f"the plan has something else at {' / '.join(edit.key)}")
        found |= {} if edit.after is None else {below: edit.after}
    return pieces.put_together(KINDS[key[0]], found, mark) if found else None


def _assembled(plan: Plan, held: Mapping[Key, Part], order: object) -> Plan:
    """A plan of parts by their keys."""
    of: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for key in sorted(held, key=pieces.in_order):
        of[key[0]].append(held[key])
    ranks = {id_: n for n, id_ in enumerate(order)} if isinstance(order, list) else {}
    [header], [calendar] = of["plan"], of["calendar"]
    return replace(
        plan,
        header=header,
        calendar=calendar,
        sprints={sprint.id: sprint for sprint in of["sprints"]},
        phases=tuple(sorted(of["phases"], key=lambda phase: ranks.get(phase.id, len(ranks)))),
        options=tuple(of["options"]),
        people=tuple(of["people"]),
        entries=tuple(of["entries"]),
    )
