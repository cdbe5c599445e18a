"""Consistent plans of any size as plain data, for tests that add one contradiction to them.

    spec = draw(specs())            # the content of YAML files, as dicts and lists to change
    built(spec)                     # the plan

Each sprint takes one week. Phases follow each other. In option A one person does one sprint after the other, in option
B two people share the sprints of each phase. Each sprint has at most one hard dependency, on a sprint of an earlier
phase. The plans make every kind of claim that fits, and all claims are true.
"""

from typing import Any

from hypothesis import strategies as st

from masterplan.model.header import Header
from masterplan.model.option import Option
from masterplan.model.place import Places
from masterplan.model.plan import Phase, Plan
from masterplan.model.progress import Entry
from masterplan.model.sprint import Sprint
from masterplan.model.team import Person

Spec = dict[str, Any]

KINDS = ["Unit tests", "Load tests"]
LEVELS = ["very low", "low", "medium", "high", "very high"]


@st.composite
def specs(draw: st.DrawFn, most_phases: int = 6, most_sprints: int = 6) -> Spec:
    """A consistent plan with drawn numbers, levels and dependencies."""
    sizes = draw(st.lists(st.integers(1, most_sprints), min_size=1, max_size=most_phases))
    ids = [str(n + 1) for n in range(sum(sizes))]
    firsts = [sum(sizes[:n]) for n in range(len(sizes))]
    phases = [ids[first : first + size] for first, size in zip(firsts, sizes, strict=True)]
    earlier = {id_: ids[:first] for first, group in zip(firsts, phases, strict=True) for id_ in group}
    sprints = {id_: draw(sprint(id_, earlier[id_])) for id_ in ids}
    for id_, fields in sprints.items():
        fields["rollback"]["first"] = undone_first(id_, sprints)
    monthly = [sum(fields["savings"]["low_high"][end] for fields in sprints.values()) for end in (0, 1)]
    for fields in sprints.values():
        del fields["savings"]["low_high"]
    reported = draw(entries(sprints))
    for id_ in sprints.keys() - {entry["sprint"] for entry in reported}:
        sprints[id_]["tasks"] = [{"title": "Do it"}]
    return {
        "header": header(len(ids), monthly, len(phases)),
        "sprints": sprints,
        "phases": [phase(n, first + 1, group) for n, (first, group) in enumerate(zip(firsts, phases, strict=True), 1)],
        "options": [alone(ids), together(firsts, phases)],
        "people": [{"id": "ada", "name": "Ada"}, {"id": "bob", "name": "Bob"}],
        "entries": reported,
    }


def header(sprints: int, monthly: list[int], phases: int) -> Spec:
    low, high = monthly
    return {
        "title": "A consistent plan",
        "start": "2026-01-05",
        "declared": [
            {"claim": "sprints", "says": f"Total: {sprints}", "value": sprints},
            {"claim": "phases", "says": f"{phases} phases"},
            {"claim": "people", "says": "Two people", "value": 2},
            {"claim": "monthly-savings", "says": money(low, high), "at": "Header"},
            {"claim": "annual-savings", "says": money(12 * low, 12 * high), "at": "Header"},
            {"claim": "duration", "says": f"{sprints} weeks"},
            {"claim": "starts", "says": "Monday 2026-01-05", "day": "2026-01-05"},
        ],
        "testing": {"per_sprint": {"items": KINDS}},
        "documentation": {"after_each_sprint": [{"path": "docs/plan.md"}]},
        "next_steps": [{"title": f"Begin with Sprint {sprints}, then Phase {phases}", "done": True}],
        "tables": [
            {
                "title": "Budget",
                "columns": ["2026", "2027", "Both"],
                "rows": [
                    {"name": "Staff", "cells": ["$1-2", "$3", "$4-5"]},
                    {"name": "Cloud", "cells": ["$5", "-", "$5"]},
                ],
                "total": ["$6-7", "$3", "$9-10"],
                "sums_rows": True,
            }
        ],
    }


@st.composite
def sprint(draw: st.DrawFn, id_: str, earlier: list[str]) -> Spec:
    low = draw(st.integers(0, 500))
    high = low + draw(st.integers(0, 500))
    level = draw(st.integers(0, 4))
    before = draw(st.integers(2, 900))
    hard, soft = (draw(st.sampled_from([None, *earlier])) for _ in ("hard", "soft"))
    return {
        "id": id_,
        "title": f"Title {id_}",
        "owner": draw(st.sampled_from(["ada", "bob"])),
        "effort": f"{draw(st.integers(1, 2))}-{draw(st.integers(2, 5))} days",
        "depends_on": edges(hard, soft),
        "savings": {"monthly": money(low, high), "low_high": (low, high)},
        "metrics": [{"name": "Time", "before": f"{before * 2} ms", "after": f"{before} ms", "improvement": "50%"}],
        "risk": {
            "level": LEVELS[level],
            "likelihood": LEVELS[level],
            "impact": LEVELS[4 - (4 - level) // 2],
            "mitigation": ["Care"],
        },
        "rollback": {"steps": ["Undo it"], "trigger": "errors"},
        "tests": [{"kind": kind} for kind in KINDS],
        "tasks": [{"title": "Do it"}],
        "declared": [
            {"claim": "annual-savings", "says": money(12 * low, 12 * high)},
            {"claim": "improvement", "says": "half as slow", "value": "50%", "of": "Time"},
            *([{"claim": "needs", "says": f"needs Sprint {hard}", "sprints": [hard]}] if hard else []),
            *([{"claim": "needs-nothing", "says": "nothing"}] if not hard and not soft else []),
        ],
    }


def edges(hard: str | None, soft: str | None) -> list[Spec]:
    of_hard = [{"sprint": hard, "strength": "hard", "reason": "its results"}] if hard else []
    return of_hard + ([{"sprint": soft, "strength": "soft"}] if soft and soft != hard else [])


def undone_first(id_: str, sprints: dict[str, Spec]) -> list[str]:
    """Direct and indirect successors of a sprint by hard dependencies, the last first."""
    tied = {id_}
    for other, fields in sprints.items():
        if any(edge["sprint"] in tied and edge["strength"] == "hard" for edge in fields["depends_on"]):
            tied.add(other)
    return [other for other in reversed(sprints) if other in tied - {id_}]


def phase(n: int, first: int, ids: list[str]) -> Spec:
    last = first + len(ids) - 1
    return {
        "id": str(n),
        "title": f"Phase {n}",
        "when": f"{first}-{last}",
        "sprints": ids,
        "parallel": [{"sprint": ids[0], "alongside": ids[1:], "says": "side by side"}] if ids[1:] else [],
        "declared": [
            {"claim": "includes", "says": "these", "sprints": ids},
            {"claim": "sprints", "says": str(len(ids))},
            {"claim": "duration", "says": f"{len(ids)} weeks"},
        ],
    }


def alone(ids: list[str]) -> Spec:
    work = [{"when": n, "sprints": [id_]} for n, id_ in enumerate(ids, 1)]
    return {
        "id": "A",
        "title": "One after the other",
        "mode": "sequential",
        "people": [{"name": "Ada", "person": "ada", "work": work}],
        "declared": [{"claim": "duration", "says": f"{len(ids)} weeks"}, {"claim": "people", "says": "1"}],
    }


def together(firsts: list[int], phases: list[list[str]]) -> Spec:
    lanes = [
        [
            {"when": first + 1 + n // 2, "sprints": [id_]}
            for first, ids in zip(firsts, phases, strict=True)
            for n, id_ in enumerate(ids)
            if n % 2 == lane
        ]
        for lane in (0, 1)
    ]
    people = [
        {"name": name, "person": name.lower(), "work": work} for name, work in zip(("Ada", "Bob"), lanes, strict=True)
    ]
    return {"id": "B", "title": "Two at a time", "people": people, "declared": [{"claim": "people", "says": "2"}]}


@st.composite
def entries(draw: st.DrawFn, sprints: dict[str, Spec]) -> list[Spec]:
    """Entries of the first sprints by id: done and measured, one a day, so after their prerequisites."""
    done = draw(st.integers(0, len(sprints)))
    for sprint in list(sprints.values())[:done]:
        sprint["tasks"] = [{"title": "Do it", "state": "done"}]
    days = [f"2026-{1 + n // 28:02}-{1 + n % 28:02}" for n in range(5, 5 + done)]
    return [
        {
            "sprint": id_,
            "date": day,
            "state": "done",
            "percent": 100,
            "measured": [{"metric": "Time", "value": sprints[id_]["metrics"][0]["after"]}],
        }
        for id_, day in zip(sprints, days, strict=False)
    ]


def money(low: int, high: int) -> str:
    return f"${low:,}" if low == high else f"${low:,}-{high:,}"


def built(spec: Spec) -> Plan:
    """The plan with this data."""
    return Plan(
        header=Header.model_validate(frozen(spec["header"])),
        sprints={id_: Sprint.model_validate(frozen(fields)) for id_, fields in spec["sprints"].items()},
        phases=tuple(Phase.model_validate(frozen(fields)) for fields in spec["phases"]),
        options=tuple(Option.model_validate(frozen(fields)) for fields in spec["options"]),
        people=tuple(Person.model_validate(frozen(fields)) for fields in spec["people"]),
        entries=tuple(Entry.model_validate(frozen(fields)) for fields in spec["entries"]),
        places=Places.none(),
    )


def frozen(value: object) -> object:
    match value:
        case dict():
            return {key: frozen(item) for key, item in value.items()}
        case list():
            return tuple(frozen(item) for item in value)
        case _:
            return value
