"""Checks of references: that referenced ids exist, ids are unique, and dependencies form no cycles.

The types of fields (`SprintRef`, `PersonRef`) tell which of them are references, so new fields are checked without more
code. Entries also name metrics and tasks of their sprints. The checks work on whatever could be read: ids in broken
files count as known, so that one broken file does not cause false findings in others.
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

MOST_CYCLES = 20
"""The most cycles to report in one run; others appear once these are fixed."""

_HOME = {
    "sprint": "plan_data/sprints/", "task": "the tasks of a sprint", "unit": "plan_data/sprints/",
    "phase": "plan_data/phases.yml", "option": "plan_data/options.yml", "person": "plan_data/team.yml",
    "owner": "plan_data/team.yml",
}  # fmt: skip
_Paths = list[tuple[str, Path]]
"""Names with their paths."""

_CALLED = {"unit": "sprint or task", "owner": "person, team or role"}


class IdReference(NamedTuple):
    """A reference: its path, the kind of its target, the target's id, and the path of its list.

    Within that list, `group`, ids must be unique. It is the path itself if the reference is not in a list.
    """

    path: Path
    kind: str
    id: str
    group: Path


def check_references(plan: Plan, may_be_lost: Callable[[str, str], bool]) -> Iterator[Finding]:
    """Findings about the references, ids and dependencies of a plan.

    `may_be_lost` tells whether something with a kind and an id may be in a file that could not be read.
    """
    targets = _targets(plan)
    for at, part in plan.parts():
        part_references = tuple(references(part, at))
        for reference in part_references:
            if reference.id not in targets[reference.kind] and not may_be_lost(reference.kind, reference.id):
                yield unknown_reference(plan, reference, targets[reference.kind])
        yield from _repeated(plan.places, part_references)
    chosen = IdReference(("options", "chosen"), "option", plan.chosen or "", ("options", "chosen"))
    if plan.chosen and plan.chosen not in targets["option"] and not may_be_lost("option", plan.chosen):
        yield unknown_reference(plan, chosen, targets["option"])
    yield from _duplicates(plan)
    yield from _report_paths(plan)
    sprints, tasks = _sprint_nodes(plan), _task_nodes(plan)
    yield from _self_dependencies(plan, sprints + tasks)
    yield from _cycles(plan, sprints)
    yield from _cycles(plan, tasks)
    yield from _names_in_entries(plan)


def _targets(plan: Plan) -> Mapping[str, Iterable[str]]:
    """The ids that references may name, by kind."""
    return {
        "sprint": plan.sprints,
        "task": plan.tasks,
        "unit": {**plan.sprints, **plan.tasks},
        "phase": [phase.id for phase in plan.phases],
        "option": [option.id for option in plan.options],
        "person": [person.id for person in plan.people],
        "owner": plan.owners,
    }


def references(part: Part, at: Path) -> Iterator[IdReference]:
    """Every reference in a part, in the order of its fields; `at` is the path of the part itself."""
    for path, field, id_ in walk(part, at, referring):
        list_path = path if field.many == "one" else path[:-1]
        yield IdReference(path, field.refers, id_, path[:-2] if issubclass(field.part, Dependency) else list_path)


def _repeated(places: Places, part_references: Iterable[IdReference]) -> Iterator[Finding]:
    """Findings for ids that occur twice in one list."""
    seen: dict[tuple[Path, str], Path] = {}
    for reference in part_references:
        first = seen.setdefault((reference.group, reference.id), reference.path)
        if first != reference.path:
            yield _repetition(reference.id, places.of(*reference.path), places.of(*first))


def _related(places: Iterable[Place], says: str) -> tuple[Related, ...]:
    return tuple(Related(place, says) for place in places)


def unknown_reference(plan: Plan, reference: IdReference, ids: Iterable[str]) -> Finding:
    """The finding for a reference to an id that is not in `ids`."""
    hint = did_you_mean(reference.id, ids) or f"add it to {_HOME[reference.kind]}"
    place = plan.places.of(*reference.path)
    kind = plan.worded(_CALLED.get(reference.kind, reference.kind))
    return Finding(RULE_BY_ID["unknown-reference"], place, f"there is no {kind} `{reference.id}`", hint)


def _duplicates(plan: Plan) -> Iterator[Finding]:
    """Findings for duplicate ids of all kinds, levels of risk and names of pages."""
    phases: _Paths = [(phase.id, ("phases", "phases", n, "id")) for n, phase in enumerate(plan.phases)]
    options: _Paths = [(option.id, ("options", "options", n, "id")) for n, option in enumerate(plan.options)]
    owners: _Paths = [(person.id, ("team", "people", n, "id")) for n, person in enumerate(plan.people)]
    owners += [(team.id, ("team", "teams", n, "id")) for n, team in enumerate(plan.teams)]
    owners += [(role.id, ("team", "roles", n, "id")) for n, role in enumerate(plan.roles)]
    sprints: _Paths = [(id_, ("sprints", id_, "id")) for id_ in plan.sprints]
    fields: _Paths = [(field.id, ("plan", "fields", n, "id")) for n, field in enumerate(plan.header.fields)]
    tasks: _Paths = [(placed.task.id, (*placed.path, "id")) for placed in plan.all_tasks if placed.task.id]
    milestones: _Paths = [
        (milestone.id, ("milestones", "milestones", n, "id")) for n, milestone in enumerate(plan.milestones)
    ]
    levels: _Paths = [(level, ("plan", "risk_levels", n)) for n, level in enumerate(plan.scale)]
    for names in (phases, options, owners, fields, [*sprints, *tasks, *milestones], _risk_ids(plan), levels):
        yield from _duplicate_names(plan.places, "duplicate-id", names)
    pages: _Paths = [(plan.page(id_), ("sprints", id_, "page")) for id_ in plan.sprints]
    yield from _duplicate_names(plan.places, "duplicate-page", pages)


def _risk_ids(plan: Plan) -> _Paths:
    """The ids of all risks, of the plan and of its sprints, with their paths."""
    ids = [(risk.id, ("risks", "risks", n, "id")) for n, risk in enumerate(plan.risks)]
    of_sprints = [
        (risk.id, ("sprints", id_, "risks", n, "id"))
        for id_, sprint in plan.sprints.items()
        for n, risk in enumerate(sprint.risks)
    ]
    return [(risk, path) for risk, path in (*ids, *of_sprints) if risk]


def _report_paths(plan: Plan) -> Iterator[Finding]:
    """The finding for a pattern of completion reports that gives an invalid path on Windows: `com[N].md` with id 1."""
    pattern = plan.header.documentation.progress_in
    refused = [id_ for id_ in plan.sprints if not is_path_on_windows(report_page(pattern, id_, date.max))]
    if refused:
        message = f"`{pattern}` with the id {refused[0]} is not a valid file path on Windows"
        place = plan.places.of("plan", "documentation", "progress_in")
        yield Finding(RULE_BY_ID["bad-page-name"], place, message, "choose other names")


def _duplicate_names(places: Places, rule: str, names: _Paths) -> Iterator[Finding]:
    """Findings for names that occur twice, ignoring case, as some disks do."""
    seen: dict[str, Path] = {}
    for name, path in names:
        earlier = seen.setdefault(name.lower(), path)
        if earlier is not path:
            first = places.of(*earlier)
            message = f"`{name}` is already used in {first.path}:{first.line}"
            related = _related([first], "the first")
            yield Finding(RULE_BY_ID[rule], places.of(*path), message, "choose another one", related)


def _self_dependencies(plan: Plan, nodes: Iterable["_Node"]) -> Iterator[Finding]:
    for node in nodes:
        for need in node.needs:
            if need.id == node.id:
                place = plan.places.of(*need.path)
                message = f"{node.name} depends on itself"
                yield Finding(RULE_BY_ID["self-dependency"], place, message, "delete this dependency")


class _Need(NamedTuple):
    """The id of a predecessor, and the path of the dependency."""

    id: str
    path: Path


class _Node(NamedTuple):
    """A sprint or a task with its dependencies on others of the same kind."""

    id: str
    name: str
    needs: tuple[_Need, ...]


def _sprint_nodes(plan: Plan) -> list[_Node]:
    """Every sprint with its direct dependencies on sprints."""
    return [
        _Node(id_, plan.name(id_), _needs(("sprints", id_), sprint.depends_on or (), "sprint"))
        for id_, sprint in plan.sprints.items()
    ]


def _task_nodes(plan: Plan) -> list[_Node]:
    """Every task with an id, with its direct dependencies on tasks."""
    return [_Node(id_, id_, _needs(placed.path, placed.task.depends_on, "task")) for id_, placed in plan.tasks.items()]


def _needs(at: Path, dependencies: Iterable[Dependency], kind: str) -> tuple[_Need, ...]:
    ids = ((n, getattr(dependency, kind)) for n, dependency in enumerate(dependencies))
    return tuple(_Need(id_, (*at, "depends_on", n, kind)) for n, id_ in ids if id_ is not None)


def _cycles(plan: Plan, nodes: Sequence[_Node]) -> Iterator[Finding]:
    """One finding per cycle, at the dependency that closes it; the search continues without that dependency."""
    order = {node.id: n for n, node in enumerate(nodes)}
    by_id = {node.id: node for node in nodes}
    needs = {node.id: {need.id for need in node.needs if need.id in order and need.id != node.id} for node in nodes}
    for _ in range(MOST_CYCLES):
        cycle = _cycle(needs)
        if cycle is None:
            return
        first = cycle.index(min(cycle, key=order.__getitem__))
        path = [*cycle[first:-1], *cycle[:first], cycle[first]]
        places = [_edge_place(plan, by_id[later], earlier) for earlier, later in pairwise(path)]
        message = "circular dependency: " + " needs ".join(by_id[id_].name for id_ in reversed(path))
        related = _related(places[:-1], "part of the cycle")
        hint = "remove one of these dependencies"
        yield Finding(RULE_BY_ID["dependency-cycle"], places[-1], message, hint, related)
        needs[path[-1]].discard(path[-2])


def _cycle(needs: Mapping[str, Set[str]]) -> list[str] | None:
    """A cycle as ids, each needed by the next, the first equal to the last; None if there is none."""
    try:
        TopologicalSorter({id_: sorted(predecessors) for id_, predecessors in needs.items()}).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return None


def _edge_place(plan: Plan, node: _Node, predecessor: str) -> Place:
    return plan.places.of(*next(need.path for need in node.needs if need.id == predecessor))


class _NameList(NamedTuple):
    """The names in one list of an entry, with their paths below the entry, and the allowed names."""

    rule: str
    kind: str
    names: Sequence[tuple[str, Path]]
    allowed: tuple[str, ...]


def _names_in_entries(plan: Plan) -> Iterator[Finding]:
    """Findings for metrics and tasks in entries that their sprint does not have, or that an entry names twice.

    Entries of unknown sprints are skipped. Whether an entry is plausible is left to the audit.
    """
    for n, entry in enumerate(plan.entries):
        sprint = plan.sprints.get(entry.sprint)
        if sprint is None:
            continue
        measured = [(reading.metric, ("measured", m, "metric")) for m, reading in enumerate(entry.measured)]
        tasks = [(title, ("tasks", m)) for m, title in enumerate(entry.tasks)]
        metrics = _NameList("unknown-reading", "metric", measured, tuple(metric.name for metric in sprint.metrics))
        for name_list in (metrics, _NameList("unknown-task", "task", tasks, _task_names(sprint.tasks))):
            yield from _invalid_names(plan, str(n), entry.sprint, name_list)


def _task_names(tasks: Iterable[Task]) -> tuple[str, ...]:
    """The names that entries may use for tasks: ids and titles."""
    return tuple(name for task in tasks for name in (task.id, task.title) if name)


def _invalid_names(plan: Plan, entry: str, sprint: str, name_list: _NameList) -> Iterator[Finding]:
    first: dict[str, Path] = {}
    for name, path in name_list.names:
        place = plan.places.of("entries", entry, *path)
        if name not in name_list.allowed:
            near = did_you_mean(name, map(excerpt, name_list.allowed[:5]))
            hint = near or f"add it to the {name_list.kind}s of the {plan.unit.one.lower()}"
            message = f"{plan.name(sprint)} has no {name_list.kind} `{excerpt(name)}`"
            yield Finding(RULE_BY_ID[name_list.rule], place, message, hint)
        elif first.setdefault(name, path) != path:
            yield _repetition(excerpt(name), place, plan.places.of("entries", entry, *first[name]))


def _repetition(name: str, place: Place, first: Place) -> Finding:
    message = f"`{name}` appears twice, first in line {first.line}"
    return Finding(
        RULE_BY_ID["duplicate-reference"], place, message, "keep one of them", _related([first], "the first")
    )
