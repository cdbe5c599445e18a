"""Edits between two plans: find, apply and invert them.

Edits are applied in order. Renames of sprints come first: an edit of the id from old to new, which also renames every
reference to the sprint. All later edits use the new id.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from masterplan.analyse.changes import flatten
from masterplan.analyse.changes.flatten import (
    Names,
    Piece,
    as_plain,
    first_steps,
    keyed,
    numbered,
    plain_values,
    taken_apart,
)
from masterplan.model.change import Edit, Key
from masterplan.model.header import Header
from masterplan.model.milestone import Milestone
from masterplan.model.naming import natural
from masterplan.model.option import Option
from masterplan.model.part import Part, Path
from masterplan.model.place import Places
from masterplan.model.plan import Phase, Plan
from masterplan.model.progress import Entry
from masterplan.model.quantity import DecimalMark
from masterplan.model.risk import NamedRisk
from masterplan.model.sprint import Sprint
from masterplan.model.team import People, Person, WorkingTime

_KINDS: Mapping[str, type[Part]] = {
    "plan": Header,
    "calendar": WorkingTime,
    "people": Person,
    "teams": People,
    "roles": People,
    "phases": Phase,
    "milestones": Milestone,
    "risks": NamedRisk,
    "options": Option,
    "sprints": Sprint,
    "entries": Entry,
}
"""The type of part for each first step of a key, in the order of edits."""

_STEPS = {"plan": 1, "calendar": 1, "entries": 3}
"""Steps of a key that identify the part, if not two: the kind and the id."""

ORDER: Key = ("phases",)
"""The key of the order of phases; it has a value unless they are in the natural order of their ids."""

CHOSEN: Key = ("options",)
"""The key of the chosen option."""

_ALIKE = 0.6
"""Least share of equal pieces for which a sprint with a different id counts as renamed."""

_COMMON = 20
"""A piece that more sprints than this share is no evidence of a rename."""

_Content = frozenset[tuple[Key, str]]
"""The pieces of a sprint except its id and its dependencies, which may be renamed as well."""

DECIMAL: Key = ("plan", "decimal")
"""The key of the decimal mark of amounts."""


class Trace(NamedTuple):
    """The edits between two plans, with the paths of all pieces of the parts they touch.

    `names` maps old ids of renamed sprints to new ones. `before` and `after` map keys of pieces to their paths. Keys
    use the new ids of sprints, paths the ids of their own plan.
    """

    edits: tuple[Edit, ...]
    names: Names
    before: Mapping[Key, Path]
    after: Mapping[Key, Path]


def edits(before: Plan, after: Plan) -> tuple[Edit, ...]:
    """The pieces of data that differ between two plans; empty if at most order and layout differ."""
    return trace(before, after).edits


def trace(before: Plan, after: Plan) -> Trace:
    """The edits between two plans with their paths; renames of sprints come first."""
    names = _renames(before, after)
    old, new = parts(before, names), parts(after, {})
    differing: list[Edit] = []
    paths: tuple[dict[Key, Path], dict[Key, Path]] = ({}, {})
    for key in old.keys() | new.keys():
        if key in old and key in new and not names and old[key][0] == new[key][0]:
            continue
        left, right = (_pieces(key, side.get(key), ids) for side, ids in ((old, names), (new, {})))
        of_part = [Edit(k, _value(left, k), _value(right, k)) for k in left.keys() | right.keys()]
        of_part = [edit for edit in of_part if as_plain(edit.before) != as_plain(edit.after)]
        differing += of_part
        if of_part:
            paths[0].update((k, piece.path) for k, piece in left.items())
            paths[1].update((k, piece.path) for k, piece in right.items())
    order = Edit(ORDER, _phase_order(before), _phase_order(after))
    chosen = Edit(CHOSEN, before.chosen, after.chosen)
    differing += [edit for edit in (order, chosen) if edit.before != edit.after]
    paths[1].update({ORDER: ("phases", "phases"), CHOSEN: ("options", "chosen")})
    for old_id, new_id in names.items():
        paths[1]["sprints", old_id, "id"] = paths[1]["sprints", new_id, "id"] = ("sprints", new_id, "id")
    first = [_rename(old_id, new_id) for old_id, new_id in names.items()]
    return Trace((*first, *sorted(differing, key=rank_of_edit)), names, *paths)


def _renames(before: Plan, after: Plan) -> dict[str, str]:
    """The new ids of renamed sprints by their old ids.

    A renamed sprint is recognised by its content: the pairs of a removed and an added sprint with the largest share of
    equal pieces come first, and each sprint is in one pair at most.
    """
    removed = [id_ for id_ in before.sprints if id_ not in after.sprints]
    added = [id_ for id_ in after.sprints if id_ not in before.sprints]
    if not removed or not added:
        return {}
    old, new = ({id_: _content(plan.sprints[id_]) for id_ in ids} for plan, ids in ((before, removed), (after, added)))
    similarity = {(old_id, new_id): _similarity(old[old_id], new[new_id]) for old_id, new_id in _candidates(old, new)}
    names: dict[str, str] = {}
    taken: set[str] = set()
    for old_id, new_id in sorted(similarity, key=lambda pair: (-similarity[pair], *map(natural, pair))):
        if similarity[old_id, new_id] >= _ALIKE and old_id not in names and new_id not in taken:
            names[old_id] = new_id
            taken.add(new_id)
    return {old_id: names[old_id] for old_id in sorted(names, key=natural)}


def _content(sprint: Sprint) -> _Content:
    values = plain_values(sprint, {})
    return frozenset((key, str(value)) for key, value in values.items() if key[0] not in {"id", "depends_on"})


def _candidates(old: Mapping[str, _Content], new: Mapping[str, _Content]) -> Iterator[tuple[str, str]]:
    """Pairs of an old and a new sprint that share a piece, unless more than `_COMMON` old sprints have it."""
    sprints: dict[object, list[str]] = defaultdict(list)
    for id_, content in old.items():
        for piece in content:
            sprints[piece].append(id_)
    for new_id, content in new.items():
        rare = (sprints[piece] for piece in content if piece in sprints and len(sprints[piece]) <= _COMMON)
        for old_id in {id_ for ids in rare for id_ in ids}:
            yield old_id, new_id


def _similarity(old: _Content, new: _Content) -> float:
    """The share of equal pieces, 0 to 1 (the Jaccard index)."""
    return len(old & new) / len(old | new)


def apply(plan: Plan, changes: Iterable[Edit]) -> Plan:
    """The plan after edits, with its parts in natural order.

    Raises ValueError if an old value is not that of the plan, and if the result is not a valid plan.
    """
    for is_renaming, group in groupby(changes, lambda edit: edit.is_rename):
        edits_ = tuple(group)
        names = {str(edit.before): str(edit.after) for edit in edits_}
        plan = _renamed(plan, names) if is_renaming else _patched(plan, edits_)
    return plan


def invert(changes: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that undo `changes`, in the order to apply them."""
    return tuple(
        _rename(str(edit.after), str(edit.before)) if edit.is_rename else Edit(edit.key, edit.after, edit.before)
        for edit in reversed(changes)
    )


def part_of(key: Key) -> Key:
    """The key of the part that a key leads to."""
    return first_steps(key, _STEPS.get(key[0], 2))


def rank_of_edit(edit: Edit) -> tuple[object, ...]:
    """Sort key for edits: by kind of part, then by key, in the natural order of ids."""
    return tuple(_KINDS).index(edit.key[0]), flatten.rank_of_key(edit.key)


def parts(plan: Plan, names: Names) -> dict[Key, tuple[Part, Path]]:
    """Every part of a plan by its key, with its path; keys use the new ids of renamed sprints."""
    by_key: dict[Key, tuple[Part, Path]] = {
        ("plan",): (plan.header, ("plan",)),
        ("calendar",): (plan.calendar, ("team", "calendar")),
    }
    for id_, sprint in plan.sprints.items():
        by_key["sprints", names.get(id_, id_)] = (sprint, ("sprints", names.get(id_, id_)))
    by_key |= {("phases", phase.id): (phase, ("phases", "phases", n)) for n, phase in enumerate(plan.phases)}
    by_key |= {("options", option.id): (option, ("options", "options", n)) for n, option in enumerate(plan.options)}
    by_key |= {("people", person.id): (person, ("team", "people", n)) for n, person in enumerate(plan.people)}
    by_key |= {("teams", team.id): (team, ("team", "teams", n)) for n, team in enumerate(plan.teams)}
    by_key |= {("roles", role.id): (role, ("team", "roles", n)) for n, role in enumerate(plan.roles)}
    by_key |= {
        ("milestones", milestone.id): (milestone, ("milestones", "milestones", n))
        for n, milestone in enumerate(plan.milestones)
    }
    by_key |= {("risks", *steps): (risk, ("risks", "risks", n)) for steps, n, risk in keyed(plan.risks, names)}
    return by_key | _entries(plan, names)


def _entries(plan: Plan, names: Names) -> dict[Key, tuple[Part, Path]]:
    """Progress entries by sprint and day; those of the same day are numbered in their order, as the last one counts."""
    number: dict[Key, int] = defaultdict(int)
    by_key: dict[Key, tuple[Part, Path]] = {}
    for n, entry in enumerate(plan.entries):
        identity = ("entries", names.get(entry.sprint, entry.sprint), entry.date.isoformat())
        number[identity] += 1
        by_key[numbered(identity, number[identity])] = (entry, ("entries", str(n)))
    return by_key


def _pieces(key: Key, part: tuple[Part, Path] | None, names: Names) -> dict[Key, Piece]:
    return dict(taken_apart(part[0], key, part[1], names)) if part else {}


def _value(side: Mapping[Key, Piece], key: Key) -> object:
    piece = side.get(key)
    return piece.value if piece else None


def _phase_order(plan: Plan) -> tuple[str, ...] | None:
    """The ids of the phases in their order, or None if that is the natural order."""
    ids = tuple(phase.id for phase in plan.phases)
    return ids if list(ids) != sorted(ids, key=natural) else None


def _rename(old: str, new: str) -> Edit:
    return Edit(("sprints", old, "id"), old, new)


def _renamed(plan: Plan, names: Names) -> Plan:
    """The plan with renamed sprints, including all references to them."""
    old = parts(plan, names)
    files = plan.places.files.items()
    places = {(key[0], names.get(key[1], key[1])) if key[0] == "sprints" else key: lines for key, lines in files}
    new = {key: _rebuilt(key, part, names, plan.header.decimal) for key, (part, _) in old.items()}
    return _assembled(replace(plan, places=Places(places)), new, _phase_order(plan))


def _rebuilt(key: Key, part: Part, names: Names, mark: DecimalMark | None) -> Part:
    old, new = plain_values(part, {}), plain_values(part, names)
    return part if old == new else flatten.put_together(_KINDS[key[0]], new, mark)


def _patched(plan: Plan, changes: Sequence[Edit]) -> Plan:
    """The plan after edits that rename no sprint; if the decimal mark changes, every part is validated again."""
    by_key = {key: part for key, (part, _) in parts(plan, {}).items()}
    order: object = _phase_order(plan)
    mark: Any = next((edit.after for edit in changes if edit.key == DECIMAL), plan.header.decimal)
    of_part: dict[Key, list[Edit]] = defaultdict(list)
    for edit in changes:
        if edit.key == ORDER:
            order = edit.after
        elif edit.key == CHOSEN:
            plan = replace(plan, chosen=None if edit.after is None else str(edit.after))
        else:
            of_part[part_of(edit.key)].append(edit)
    for key in by_key if mark != plan.header.decimal else ():
        of_part.setdefault(key, [])
    for key, edits_ in of_part.items():
        part = _edited(key, by_key.pop(key, None), edits_, mark)
        by_key |= {key: part} if part else {}
    return _assembled(plan, by_key, order)


def _edited(key: Key, part: Part | None, changes: Iterable[Edit], mark: DecimalMark | None) -> Part | None:
    """A part after edits, its amounts read with a decimal mark, or None if the edits remove it."""
    values = plain_values(part, {}) if part else {}
    for edit in changes:
        below = edit.key[len(key) :]
        if values.pop(below, None) != as_plain(edit.before):
            raise ValueError(f"the plan has something else at {' / '.join(edit.key)}")
        values |= {} if edit.after is None else {below: as_plain(edit.after)}
    return flatten.put_together(_KINDS[key[0]], values, mark) if values else None


def _assembled(plan: Plan, by_key: Mapping[Key, Part], order: object) -> Plan:
    """The plan with other parts; `order` has the ids of the phases, or is None for their natural order."""
    by_kind: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    for key in sorted(by_key, key=flatten.rank_of_key):
        by_kind[key[0]].append(by_key[key])
    ranks = {id_: n for n, id_ in enumerate(order)} if isinstance(order, tuple) else {}
    [header], [calendar] = by_kind["plan"], by_kind["calendar"]
    return replace(
        plan,
        header=header,
        calendar=calendar,
        sprints={sprint.id: sprint for sprint in by_kind["sprints"]},
        phases=tuple(sorted(by_kind["phases"], key=lambda phase: ranks.get(phase.id, len(ranks)))),
        options=tuple(by_kind["options"]),
        people=tuple(by_kind["people"]),
        teams=tuple(by_kind["teams"]),
        roles=tuple(by_kind["roles"]),
        milestones=tuple(by_kind["milestones"]),
        risks=tuple(by_kind["risks"]),
        entries=tuple(by_kind["entries"]),
    )
