"""Sprints that go on under another id: found by what they say, as nothing else tells them from sprints that are new."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from masterplan.analyse.changes import flatten as pieces
from masterplan.model.change import Key
from masterplan.model.naming import natural
from masterplan.model.plan import Plan, Sprint

Said = frozenset[tuple[Key, str]]
"""What a sprint says, apart from its id and what it needs: the ids of that may be new as well."""

ALIKE = 0.6
"""The share of equal pieces from which on a sprint with another id is the same sprint, renamed."""

_COMMON = 20
"""A piece that more sprints than this share tells nothing of which is which."""


def renames(before: Plan, after: Plan) -> dict[str, str]:
    """The new ids of sprints that go on under another one: those of which most is the same, the likest first."""
    gone = [id_ for id_ in before.sprints if id_ not in after.sprints]
    fresh = [id_ for id_ in after.sprints if id_ not in before.sprints]
    if not gone or not fresh:
        return {}
    old, new = ({id_: _said(plan.sprints[id_]) for id_ in ids} for plan, ids in ((before, gone), (after, fresh)))
    likeness = {pair: _likeness(old[pair[0]], new[pair[1]]) for pair in _candidates(old, new)}
    names: dict[str, str] = {}
    taken: set[str] = set()
    for one, other in sorted(likeness, key=lambda pair: (-likeness[pair], *map(natural, pair))):
        if likeness[one, other] >= ALIKE and one not in names and other not in taken:
            names[one] = other
            taken.add(other)
    return {one: names[one] for one in sorted(names, key=natural)}


def _said(sprint: Sprint) -> Said:
    found = pieces.taken_apart(sprint, (), (), {})
    return frozenset((key, str(piece.value)) for key, piece in found if key[0] not in {"id", "depends_on"})


def _candidates(old: Mapping[str, Said], new: Mapping[str, Said]) -> Iterator[tuple[str, str]]:
    """Pairs that have something in common which few others have."""
    saying: dict[object, list[str]] = defaultdict(list)
    for id_, said in old.items():
        for each in said:
            saying[each].append(id_)
    for other, said in new.items():
        known = (saying[each] for each in said if each in saying)
        for one in {id_ for ids in known if len(ids) <= _COMMON for id_ in ids}:
            yield one, other


def _likeness(one: frozenset[object], other: frozenset[object]) -> float:
    return len(one & other) / len(one | other)
