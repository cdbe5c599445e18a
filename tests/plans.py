"""Plans for tests: made in memory from the content of YAML files, or written to a folder.

    plan(sprint("1"), sprint("2", needs=["1"], title="Two"), entries=[entry("1", "2025-01-01", "done")])
    loaded(write_plan(tmp_path, BASE | {"sprints/4-d.yml": "..."}))

References are not checked, so tests can make wrong plans too.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from masterplan.load import load
from masterplan.load.tree import Tree
from masterplan.model.header import Header
from masterplan.model.milestone import Milestone
from masterplan.model.option import Option
from masterplan.model.place import Places
from masterplan.model.plan import Phase, Plan
from masterplan.model.progress import Entry
from masterplan.model.sprint import Sprint
from masterplan.model.team import Person, WorkingTime

BASE: dict[str, str] = {
    "plan.yml": "title: Base\nupdated: 2025-11-16\n",
    "team.yml": "people:\n  - id: ada\n    name: Ada\n",
    "phases.yml": 'phases:\n  - id: "1"\n    title: First\n    when: 1-2\n    sprints: ["1", "2"]\n'
    '  - id: "2"\n    title: Second\n    when: 3\n    sprints: ["3"]\n',
    "options.yml": "options:\n  - id: A\n    title: One\n    people:\n      - name: Dev\n        work:\n"
    '          - when: 1-3\n            sprints: ["1", "2", "3"]\n',
    "sprints/1-a.yml": 'id: "1"\ntitle: A\nowner: ada\n',
    "sprints/2-b.yml": 'id: "2"\ntitle: B\ndepends_on:\n  - sprint: "1"\n',
    "sprints/3-c.yml": 'id: "3"\ntitle: C\ndepends_on:\n  - sprint: "2"\n',
    "progress/2025.yml": 'entries:\n  - sprint: "1"\n    date: 2025-11-16\n    state: done\n',
}
"""A small valid plan as files by their path in plan_data/: three sprints in a row, two phases, one option."""


def sprint(id_: str, *, needs: Iterable[str] = (), benefits: Iterable[str] = (), **fields: object) -> Sprint:
    """A sprint; `needs` are its hard dependencies, `benefits` its soft ones. With neither, it does not state any."""
    edges = [{"sprint": other, "strength": "hard"} for other in needs]
    edges += [{"sprint": other, "strength": "soft"} for other in benefits]
    dependencies = {"depends_on": edges} if edges else {}
    return Sprint.model_validate(_frozen({"id": id_, "title": f"Title {id_}"} | dependencies | fields))


def phase(id_: str, weeks: str, *sprints: str, **fields: object) -> Phase:
    """A phase with its sprints."""
    return Phase.model_validate(
        _frozen({"id": id_, "title": f"Phase {id_}", "when": weeks, "sprints": sprints} | fields)
    )


def option(id_: str, *lanes: Mapping[str, Iterable[str]], **fields: object) -> Option:
    """An option; each lane maps weeks to the sprints worked on in them: `{"1-2": ["1"], "3": ["2"]}`."""
    people = [
        {"name": f"Dev {n}", "work": [{"when": weeks, "sprints": ids} for weeks, ids in lane.items()]}
        for n, lane in enumerate(lanes, 1)
    ]
    return Option.model_validate(_frozen({"id": id_, "title": f"Option {id_}", "people": people} | fields))


def entry(of: str, date: str, state: str, **fields: object) -> Entry:
    """A progress entry of a sprint."""
    return Entry.model_validate(_frozen({"sprint": of, "date": date, "state": state} | fields))


def person(id_: str, **fields: object) -> Person:
    """A person of the team."""
    return Person.model_validate(_frozen({"id": id_, "name": id_.title()} | fields))


def milestone(id_: str, **fields: object) -> Milestone:
    """A milestone, or a gate if `gate` is set."""
    return Milestone.model_validate(_frozen({"id": id_, "title": f"Milestone {id_}"} | fields))


def plan(  # noqa: PLR0913 - the parts of a plan
    *sprints: Sprint,
    phases: Iterable[Phase] = (),
    options: Iterable[Option] = (),
    people: Iterable[Person] = (),
    entries: Iterable[Entry] = (),
    milestones: Iterable[Milestone] = (),
    calendar: WorkingTime | None = None,
    chosen: str | None = None,
    **header: object,
) -> Plan:
    """A plan in memory, without places; other arguments are fields of plan.yml."""
    return Plan(
        header=Header.model_validate(_frozen({"title": "A plan"} | header)),
        sprints={sprint.id: sprint for sprint in sprints},
        phases=tuple(phases),
        options=tuple(options),
        people=tuple(people),
        entries=tuple(entries),
        places=Places.none(),
        calendar=calendar or WorkingTime(),
        milestones=tuple(milestones),
        chosen=chosen,
    )


def write_plan(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files by their path in plan_data/, and nothing else; returns the root for `load`."""
    for name, content in files.items():
        path = root / "plan_data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def loaded(root: Path | Tree) -> Plan:
    """The plan in a folder or commit, which must have no findings."""
    result = load(root)
    assert result.findings == ()
    assert result.plan is not None
    return result.plan


def _frozen(value: object) -> object:
    """The value with tuples for lists, as the loader produces it."""
    match value:
        case dict():
            return {key: _frozen(item) for key, item in value.items()}
        case list() | tuple():
            return tuple(_frozen(item) for item in value)
        case _:
            return value
