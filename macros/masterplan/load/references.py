"""References between the files of a plan: every id exists, is named once where once is meant, and no circle closes.

Which fields refer to something is read off their types (`SprintRef`, `PersonRef`), so a new field is checked by being
typed. Works on whatever could be read: an id whose own file is broken counts as known, so that one broken file does not
raise false alarms about the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, NamedTuple, get_type_hints

from masterplan.load.hints import did_you_mean
from masterplan.load.rules import REFERENCE
from masterplan.model.finding import Finding
from masterplan.model.place import Place, Places, Step
from masterplan.model.plan import Dependency, Part, Plan

MOST_CIRCLES = 20
"""Circles that are named in one run; more are found once these are gone."""

Path = tuple[Step, ...]


class Named(NamedTuple):
    """One place that refers to something.

    The path to it, the kind of thing it names, the id, and the path of the list in which the id may stand only once
    (the path of the field itself where there is no list).
    """

    path: Path
    kind: str
    id: str
    group: Path


def check(plan: Plan, broken: Mapping[str, Set[str]]) -> Iterator[Finding]:
    """All wrong references of a plan.

    `broken` names the files that could not be read, and under `sprint` the ids of sprints whose own file could not.
    """
    known = {"sprint": set(plan.sprints) | broken.get("sprint", set())}
    if "team.yml" not in broken:
        known["person"] = {person.id for person in plan.people}
    for at, part in _parts(plan):
        for named in references(part, at):
            if named.id not in known.get(named.kind, {named.id}):
                yield _unknown(plan, named, known[named.kind])
        yield from _repeated(plan.places, part, at)
    yield from _twice(plan)
    yield from _self_dependencies(plan)
    yield from _cycles(plan)


def _parts(plan: Plan) -> Iterator[tuple[Path, Part]]:
    yield ("plan",), plan.header
    for id_, sprint in plan.sprints.items():
        yield ("sprints", id_), sprint
    for n, phase in enumerate(plan.phases):
        yield ("phases", "phases", n), phase
    for n, option in enumerate(plan.options):
        yield ("options", "options", n), option
    for n, entry in enumerate(plan.entries):
        yield ("entries", str(n)), entry


def references(part: Part, at: Path, group: Path | None = None) -> Iterator[Named]:
    """Every reference inside a part, in the order of its fields; `at` is the path to the part itself."""
    kinds = _kinds(type(part))
    for field in type(part).model_fields:
        value = getattr(part, field)
        for path, each in _items(value, (*at, field)):
            if isinstance(each, Part):
                yield from references(each, path, (*at, field) if isinstance(each, Dependency) else None)
            elif field in kinds and each is not None:
                yield Named(path, kinds[field], each, group or (*at, field))


def _items(value: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    """A value itself, or the items of a list, with their paths."""
    if isinstance(value, tuple):
        yield from (((*at, n), each) for n, each in enumerate(value))
    else:
        yield at, value


@cache
def _kinds(part: type[Part]) -> Mapping[str, str]:
    """The fields of a part that hold references, with the kind of thing they name."""
    hints = get_type_hints(part, include_extras=True)
    found = {field: _kind(hints[field]) for field in part.model_fields}
    return {field: kind for field, kind in found.items() if kind}


def _kind(annotation: Any) -> str:
    for each in getattr(annotation, "__metadata__", ()):
        if isinstance(each, str):
            return each
    return next(filter(None, (_kind(each) for each in getattr(annotation, "__args__", ()))), "")


def _repeated(places: Places, part: Part, at: Path) -> Iterator[Finding]:
    """Ids that one list names twice."""
    seen: dict[tuple[Path, str], Path] = {}
    for named in references(part, at):
        first = seen.setdefault((named.group, named.id), named.path)
        if first != named.path:
            place, before = places.of(*named.path), places.of(*first)
            message = f"`{named.id}` is named twice; first in line {before.line}"
            yield Finding(REFERENCE["duplicate-reference"], place, message, "keep one of them", (before,))


def _unknown(plan: Plan, named: Named, known: Set[str]) -> Finding:
    kind = plan.unit.one.lower() if named.kind == "sprint" else named.kind
    message = f"there is no {kind} `{named.id}`"
    return Finding(REFERENCE["unknown-reference"], plan.places.of(*named.path), message, did_you_mean(named.id, known))


def _twice(plan: Plan) -> Iterator[Finding]:
    """Ids of phases, options and people, and names of pages, that are taken already."""
    for path, parts in ((("phases", "phases"), plan.phases), (("options", "options"), plan.options), (("team", "people"), plan.people)):
        yield from _once("duplicate-id", [(part.id, plan.places.of(*path, n, "id")) for n, part in enumerate(parts)])
    pages = [(plan.page(id_).lower(), plan.places.of("sprints", id_, "page")) for id_ in plan.sprints]
    yield from _once("duplicate-page", pages)


def _once(rule: str, names: Iterable[tuple[str, Place]]) -> Iterator[Finding]:
    seen: dict[str, Place] = {}
    for name, place in names:
        first = seen.setdefault(name, place)
        if first is not place:
            message = f"`{name}` is taken by {first.path}:{first.line}"
            yield Finding(REFERENCE[rule], place, message, "choose another one", (first,))


def _self_dependencies(plan: Plan) -> Iterator[Finding]:
    for id_, sprint in plan.sprints.items():
        for n, dependency in enumerate(sprint.depends_on or ()):
            if dependency.sprint == id_:
                place = plan.places.of("sprints", id_, "depends_on", n, "sprint")
                yield Finding(REFERENCE["self-dependency"], place, f"{plan.name(id_)} depends on itself", "delete it")


def _cycles(plan: Plan) -> Iterator[Finding]:
    """One finding a circle, at the dependency that closes it; the circle is opened there and the search goes on."""
    order = {id_: n for n, id_ in enumerate(plan.sprints)}
    needs = {
        id_: {each.sprint for each in sprint.depends_on or () if each.sprint in order and each.sprint != id_}
        for id_, sprint in plan.sprints.items()
    }
    for _ in range(MOST_CIRCLES):
        circle = _circle(needs)
        if circle is None:
            return
        least = circle.index(min(circle, key=order.__getitem__))
        path = [*circle[least:-1], *circle[:least], circle[least]]
        places = [_edge_place(plan, later, earlier) for earlier, later in pairwise(path)]
        message = "a circle of dependencies: " + " needs ".join(plan.name(each) for each in reversed(path))
        yield Finding(REFERENCE["dependency-cycle"], places[-1], message, "take one of them out", tuple(places[:-1]))
        needs[path[-1]].discard(path[-2])


def _circle(needs: Mapping[str, Set[str]]) -> list[str] | None:
    """A circle as ids, each needed by the next and the first equal to the last; None when there is none."""
    try:
        TopologicalSorter({id_: sorted(needed) for id_, needed in needs.items()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return None


def _edge_place(plan: Plan, sprint: str, needed: str) -> Place:
    dependencies = plan.sprints[sprint].depends_on or ()
    n = next(n for n, each in enumerate(dependencies) if each.sprint == needed)
    return plan.places.of("sprints", sprint, "depends_on", n, "sprint")
