"""The audit of tasks, their groups and milestones: wrong ones are reported, right ones are not."""

import pytest

from masterplan.analyse import analyse
from masterplan.model.plan import Plan
from tests.plans import entry, milestone, option, plan, sprint


def task(id_: str, **fields: object) -> dict[str, object]:
    return {"id": id_, "title": f"Title {id_}"} | fields


RIGHT: list[tuple[str, Plan]] = [
    (
        "a total lies in the range of the tasks",
        plan(sprint("1", effort="5 days", tasks=[task("T-1", effort="2-3 days"), task("T-2", effort="2-4 days")])),
    ),
    (
        "some tasks state nothing",
        plan(sprint("1", effort="5 days", tasks=[task("T-1", effort="2 days"), task("T-2")])),
    ),
    (
        "hours and days are counted alike",
        plan(sprint("1", effort="12 hours", tasks=[task("T-1", effort="1 day"), task("T-2", effort="4 hours")])),
    ),
    (
        "a dropped task counts for nothing",
        plan(sprint("1", points=3, tasks=[task("T-1", points=3), task("T-2", points=5, state="dropped")])),
    ),
    (
        "a part of a task is done in the next sprint",
        plan(
            sprint("1", effort="10 hours", when="1", tasks=[task("T-1", effort="16 hours", also_in="2")]),
            sprint("2", effort="6 hours", when="2"),
        ),
    ),
    (
        "a group may include work that continues from another sprint",
        plan(
            sprint("1", when="1", tasks=[task("T-1", effort="8 hours", also_in="2")]),
            sprint(
                "2",
                when="2",
                groups=[{"title": "G", "tasks": 2, "effort": "6 hours"}],
                tasks=[task("T-2", group="G", effort="2 hours")],
            ),
        ),
    ),
    (
        "a group is about as large as it says",
        plan(
            sprint(
                "1",
                groups=[{"title": "G", "tasks": 1, "effort": "~4 hours"}],
                tasks=[task("T-1", group="G", effort="3.75 hours")],
            )
        ),
    ),
    (
        "a capacity says how much of the time is for it",
        plan(sprint("1", effort="14 hours", capacity="40 hours"), options=[option("A", {"1-2": ["1"]})]),
    ),
    (
        "an edge follows from tasks",
        plan(
            sprint("1", tasks=[task("T-1")]),
            sprint("2", depends_on=[{"sprint": "1", "reason": "its data"}]),
            sprint("3", depends_on=[{"sprint": "2", "reason": "its API"}], tasks=[task("T-3", depends_on=["T-1"])]),
        ),
    ),
    (
        "listed risks have a mitigation or are closed",
        plan(
            sprint("1", owner=["ada"], risks=[{"title": "Slow", "level": "high", "mitigation": ["Measure"]}]),
            sprint("2", risks=[{"title": "Lost", "level": "high", "state": "closed"}]),
        ),
    ),
    (
        "a sprint without owner has tasks with owners",
        plan(sprint("1", owner=["ada"]), sprint("2", owner=["ada"]), sprint("3", tasks=[task("T-1", owner=["ada"])])),
    ),
    (
        "most sprints that had an owner are done",
        plan(
            *(sprint(id_, owner=["ada"]) for id_ in "123"),
            sprint("4"),
            entries=[entry(id_, f"2026-01-0{id_}", "done") for id_ in "123"],
        ),
    ),
    ("a buffer is kept", plan(sprint("1", effort="14 hours", capacity="40 hours", buffer="26 hours"))),
    ("a task may end before its sprint", plan(sprint("1", when="1-2", tasks=[task("T-1", when="day 1-3")]))),
    (
        "tasks of a finished sprint need not be ticked for those that follow",
        plan(
            sprint("1", tasks=[task("T-1", state="done")]),
            sprint("2", tasks=[task("T-2", state="done", depends_on=["T-1"]), task("T-3")]),
        ),
    ),
]


@pytest.mark.parametrize(("why", "of"), RIGHT, ids=[why for why, _ in RIGHT])
def test_consistent_tasks_have_no_findings(why: str, of: Plan) -> None:
    assert [finding.message for finding in analyse(of).findings] == [], why


@pytest.mark.parametrize("needed", ["1", "T1"])
def test_a_circle_of_a_sprint_and_a_milestone_is_reported(needed: str) -> None:
    gate = milestone("M1", needs=[needed], before=["1"])
    [finding] = analyse(plan(sprint("1", tasks=[{"id": "T1", "title": "T"}]), milestones=[gate])).findings
    assert finding.message == "Sprint 1 may start only after M1, which waits for Sprint 1"


def test_a_task_that_needs_its_own_sprint_is_reported() -> None:
    waiting = {"id": "T1", "title": "T", "depends_on": [{"sprint": "1"}]}
    [finding] = analyse(plan(sprint("1", tasks=[waiting, {"id": "T2", "title": "T", "depends_on": ["T1"]}]))).findings
    assert (finding.rule.id, finding.message) == ("task-circle", "T1 needs Sprint 1, but is part of it")


def test_a_blocked_task_or_entry_counts_as_work_that_has_begun() -> None:
    blocked = sprint("1", state="planned", tasks=[task("T-1", state="blocked")])
    early = plan(sprint("1"), start="2026-01-05", entries=[entry("1", "2026-01-02", "blocked")])
    assert "sprint-not-begun" in [finding.rule.id for finding in analyse(plan(blocked)).findings]
    assert "entry-before-start" in [finding.rule.id for finding in analyse(early).findings]
