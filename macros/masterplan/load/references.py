"""References in a plan: whether every id they name exists, whether ids are unique, whether dependencies circle.

Which fields refer to an id is read off their types (`SprintRef`, `PersonRef`), so a new field is checked by its type;
entries also name metrics and tasks of their sprints. Works on whatever could be read: an id whose own file is broken
counts as known, so that one broken file does not raise false alarms about the others.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import NamedTuple

from masterplan.load.hints import did_you_mean, excerpt
from masterplan.load.rules import RULE_BY_ID
from masterplan.model.finding import Finding, Related
from masterplan.model.naming import is_path_on_windows
from masterplan.model.part import Part, Path, referring, walk
from masterplan.model.place import Place, Places
from masterplan.model.plan import Plan
from masterplan.model.progress import report_page
from masterplan.model.task import Dependency, Task

MOST_CIRCLES = 20
"""Circles that are named in one run; the others come up once these are gone."""

_HOME = {
    "sprint": "plan_data/sprints/", "task": "the tasks of a sprint", "unit": "plan_data/sprints/",
    "phase": "plan_data/phases.yml", "option": "plan_data/options.yml", "person": "plan_data/team.yml",
    "owner": "plan_data/team.yml",
}  # fmt: skip
_Paths = list[tuple[str, Path]]
"""Names, each with the path to where it stands."""

_CALLED = {"unit": "sprint or task", "owner": "person, team or role"}


class Named(NamedTuple):
    """One place that refers to something.

    The path to it, the kind of thing it names, the id, and the path of the list in which the id may stand only once
    (the path of the field itself where there is no list).
    """

    path: Path
    kind: str
    id: str
    group: Path


def check_references(plan: Plan, may_be_lost: Callable[[str, str], bool]) -> Iterator[Finding]:
    """All wrong references of a plan.

    `may_be_lost` says of a kind and an id whether it may stand in a file that could not be read.
    """
    by_id = _ids(plan)
    for at, part in plan.parts():
        all_named = tuple(references(part, at))
        for named in all_named:
            if named.id not in by_id[named.kind] and not may_be_lost(named.kind, named.id):
                yield unknown_reference(plan, named, by_id[named.kind])
        yield from _repeated(plan.places, all_named)
    chosen = Named(("options", "chosen"), "option", plan.chosen or "", ("options", "chosen"))
    if plan.chosen and plan.chosen not in by_id["option"] and not may_be_lost("option", plan.chosen):
        yield unknown_reference(plan, chosen, by_id["option"])
    yield from _twice(plan)
    yield from _reports(plan)
    sprints, tasks = _sprint_nodes(plan), _task_nodes(plan)
    yield from _self_dependencies(plan, sprints + tasks)
    yield from _cycles(plan, sprints)
    yield from _cycles(plan, tasks)
    yield from _names_in_entries(plan)


def _ids(plan: Plan) -> Mapping[str, Iterable[str]]:
    """What references may name, by kind."""
    return {
        "sprint": plan.sprints,
        "task": plan.tasks,
        "unit": {**plan.sprints, **plan.tasks},
        "phase": [phase.id for phase in plan.phases],
        "option": [option.id for option in plan.options],
        "person": [person.id for person in plan.people],
        "owner": plan.owners,
    }


def references(part: Part, at: Path) -> Iterator[Named]:
    """Every reference inside a part, in the order of its fields; `at` is the path to the part itself."""
    for path, field, id_ in walk(part, at, referring):
        of_list = path if field.many == "one" else path[:-1]
        yield Named(path, field.refers, id_, path[:-2] if issubclass(field.part, Dependency) else of_list)


def _repeated(places: Places, all_named: Iterable[Named]) -> Iterator[Finding]:
    """Ids that one list names twice."""
    seen: dict[tuple[Path, str], Path] = {}
    for named in all_named:
        first = seen.setdefault((named.group, named.id), named.path)
        if first != named.path:
            yield _named_twice(named.id, places.of(*named.path), places.of(*first))


def _related(places: Iterable[Place], says: str) -> tuple[Related, ...]:
    return tuple(Related(place, says) for place in places)


def unknown_reference(plan: Plan, named: Named, ids: Iterable[str]) -> Finding:
    """The finding on an id that is none of `ids`."""
    hint = did_you_mean(named.id, ids) or f"add it to {_HOME[named.kind]}"
    place = plan.places.of(*named.path)
    what = plan.worded(_CALLED.get(named.kind, named.kind))
    return Finding(RULE_BY_ID["unknown-reference"], place, f"there is no {what} `{named.id}`", hint)


def _twice(plan: Plan) -> Iterator[Finding]:
    """Ids of all kinds, levels of risk and names of pages that are taken already."""
    phases: _Paths = [(phase.id, ("phases", "phases", n, "id")) for n, phase in enumerate(plan.phases)]
    options: _Paths = [(option.id, ("options", "options", n, "id")) for n, option in enumerate(plan.options)]
    owners: _Paths = [(person.id, ("team", "people", n, "id")) for n, person in enumerate(plan.people)]
    owners += [(team.id, ("team", "teams", n, "id")) for n, team in enumerate(plan.teams)]
    owners += [(role.id, ("team", "roles", n, "id")) for n, role in enumerate(plan.roles)]
    sprints: _Paths = [(id_, ("sprints", id_, "id")) for id_ in plan.sprints]
    fields: _Paths = [(one.id, ("plan", "fields", n, "id")) for n, one in enumerate(plan.header.fields)]
    tasks: _Paths = [(placed.task.id, (*placed.path, "id")) for placed in plan.all_tasks if placed.task.id]
    milestones: _Paths = [(one.id, ("milestones", "milestones", n, "id")) for n, one in enumerate(plan.milestones)]
    levels: _Paths = [(level, ("plan", "risk_levels", n)) for n, level in enumerate(plan.scale)]
    for names in (phases, options, owners, fields, [*sprints, *tasks, *milestones], _risk_ids(plan), levels):
        yield from _once(plan.places, "duplicate-id", names)
    yield from _once(
        plan.places, "duplicate-page", [(plan.page(id_), ("sprints", id_, "page")) for id_ in plan.sprints]
    )


def _risk_ids(plan: Plan) -> _Paths:
    """The ids of all risks, of the plan and of its sprints, with their paths."""
    ids = [(risk.id, ("risks", "risks", n, "id")) for n, risk in enumerate(plan.risks)]
    of_sprints = [
        (risk.id, ("sprints", id_, "risks", n, "id"))
        for id_, sprint in plan.sprints.items()
        for n, risk in enumerate(sprint.risks)
    ]
    return [(risk, path) for risk, path in (*ids, *of_sprints) if risk]


def _reports(plan: Plan) -> Iterator[Finding]:
    """The pattern for completion reports where an id makes it a path that Windows refuses: `com[N].md` with id 1."""
    pattern = plan.header.documentation.progress_in
    refused = [id_ for id_ in plan.sprints if not is_path_on_windows(report_page(pattern, id_, date.max))]
    if refused:
        message = f"`{pattern}` with the id {refused[0]} is not a valid file path on Windows"
        place = plan.places.of("plan", "documentation", "progress_in")
        yield Finding(RULE_BY_ID["bad-page-name"], place, message, "choose other names")


def _once(places: Places, rule: str, names: _Paths) -> Iterator[Finding]:
    """Names that are taken already; capitals tell none apart, as on some disks they do not."""
    seen: dict[str, Path] = {}
    for name, path in names:
        earlier = seen.setdefault(name.lower(), path)
        if earlier is not path:
            first = places.of(*earlier)
            message = f"`{name}` is taken by {first.path}:{first.line}"
            related = _related([first], "the first")
            yield Finding(RULE_BY_ID[rule], places.of(*path), message, "choose another one", related)


def _self_dependencies(plan: Plan, nodes: Iterable["_Node"]) -> Iterator[Finding]:
    for node in nodes:
        for need in node.needs:
            if need.id == node.id:
                place = plan.places.of(*need.path)
                yield Finding(RULE_BY_ID["self-dependency"], place, f"{node.name} depends on itself", "delete it")


class _Need(NamedTuple):
    """What something depends on, and where that is written."""

    id: str
    path: Path


class _Node(NamedTuple):
    """Something that depends on others of its kind: a sprint, or a task."""

    id: str
    name: str
    needs: tuple[_Need, ...]


def _sprint_nodes(plan: Plan) -> list[_Node]:
    """Every sprint with the sprints that it names itself."""
    return [
        _Node(id_, plan.name(id_), _needs(("sprints", id_), sprint.depends_on or (), "sprint"))
        for id_, sprint in plan.sprints.items()
    ]


def _task_nodes(plan: Plan) -> list[_Node]:
    """Every task that has an id, with the tasks that it names."""
    return [_Node(id_, id_, _needs(at.path, at.task.depends_on, "task")) for id_, at in plan.tasks.items()]


def _needs(at: Path, dependencies: Iterable[Dependency], kind: str) -> tuple[_Need, ...]:
    named = ((n, getattr(dependency, kind)) for n, dependency in enumerate(dependencies))
    return tuple(_Need(id_, (*at, "depends_on", n, kind)) for n, id_ in named if id_ is not None)


def _cycles(plan: Plan, nodes: Sequence[_Node]) -> Iterator[Finding]:
    """One finding a circle, at the dependency that closes it; the circle is opened there and the search goes on."""
    order = {node.id: n for n, node in enumerate(nodes)}
    by_id = {node.id: node for node in nodes}
    needs = {node.id: {need.id for need in node.needs if need.id in order and need.id != node.id} for node in nodes}
    for _ in range(MOST_CIRCLES):
        circle = _circle(needs)
        if circle is None:
            return
        least = circle.index(min(circle, key=order.__getitem__))
        path = [*circle[least:-1], *circle[:least], circle[least]]
        places = [_edge_place(plan, by_id[later], earlier) for earlier, later in pairwise(path)]
        message = "circular dependency: " + " needs ".join(by_id[id_].name for id_ in reversed(path))
        related = _related(places[:-1], "part of the circle")
        yield Finding(RULE_BY_ID["dependency-cycle"], places[-1], message, "remove one of them", related)
        needs[path[-1]].discard(path[-2])


def _circle(needs: Mapping[str, Set[str]]) -> list[str] | None:
    """A circle as ids, each needed by the next and the first equal to the last; None when there is none."""
    try:
        TopologicalSorter({id_: sorted(needed) for id_, needed in needs.items()}).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return None


def _edge_place(plan: Plan, node: _Node, needed: str) -> Place:
    return plan.places.of(*next(need.path for need in node.needs if need.id == needed))


class _Names(NamedTuple):
    """The names that one list of an entry has, each with its path below the entry, and the names it may have."""

    rule: str
    what: str
    given: Sequence[tuple[str, Path]]
    allowed: tuple[str, ...]


def _names_in_entries(plan: Plan) -> Iterator[Finding]:
    """Metrics and tasks in entries that their sprint does not have, or that one entry names twice.

    Entries of unknown sprints are not looked at; whether an entry is believable is a matter of the audit.
    """
    for n, entry in enumerate(plan.entries):
        sprint = plan.sprints.get(entry.sprint)
        if sprint is None:
            continue
        measured = [(reading.metric, ("measured", m, "metric")) for m, reading in enumerate(entry.measured)]
        tasks = [(title, ("tasks", m)) for m, title in enumerate(entry.tasks)]
        metrics = _Names("unknown-reading", "metric", measured, tuple(metric.name for metric in sprint.metrics))
        for names in (metrics, _Names("unknown-task", "task", tasks, _names_of(sprint.tasks))):
            yield from _wrong_names(plan, str(n), entry.sprint, names)


def _names_of(tasks: Iterable[Task]) -> tuple[str, ...]:
    """What tasks can be named by: their ids, and their titles."""
    return tuple(name for task in tasks for name in (task.id, task.title) if name)


def _wrong_names(plan: Plan, entry: str, sprint: str, names: _Names) -> Iterator[Finding]:
    first: dict[str, Path] = {}
    for name, path in names.given:
        place = plan.places.of("entries", entry, *path)
        if name not in names.allowed:
            near = did_you_mean(name, map(excerpt, names.allowed[:5]))
            hint = near or f"add it to the {names.what}s of the {plan.unit.one.lower()}"
            yield Finding(
                RULE_BY_ID[names.rule], place, f"{plan.name(sprint)} has no {names.what} `{excerpt(name)}`", hint
            )
        elif first.setdefault(name, path) != path:
            yield _named_twice(excerpt(name), place, plan.places.of("entries", entry, *first[name]))


def _named_twice(name: str, place: Place, first: Place) -> Finding:
    message = f"`{name}` appears twice, first in line {first.line}"
    return Finding(
        RULE_BY_ID["duplicate-reference"], place, message, "keep one of them", _related([first], "the first")
    )
