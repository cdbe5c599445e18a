"""Tasks: their states, what they wait for, and their totals."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.analyse import analyse
from masterplan.analyse.graph import Graph
from masterplan.analyse.progress import standings
from masterplan.analyse.tasks import TaskStanding
from masterplan.analyse.totals import Totals, totals_of
from masterplan.model.plan import Plan
from masterplan.model.task import Task
from masterplan.model.team import WorkingTime
from tests.plans import entry, phase, plan, sprint

DAY = date(2026, 1, 20)


def task(id_: str, *needs: str, **fields: Any) -> dict[str, Any]:
    return {"id": id_, "title": f"Task {id_}", "depends_on": [{"task": need} for need in needs]} | fields


def judged(plan: Plan, today: date | None = DAY) -> dict[str, TaskStanding]:
    return {standing.task.key: standing for standing in analyse(plan, today).tasks.all}


def words(plan: Plan, today: date | None = DAY) -> dict[str, str]:
    """The state of each task in a word or two."""
    return {
        id_: "ready" if standing.ready else "next" if standing.is_next else f"waits for {', '.join(standing.waits_for)}"
        if standing.state == "planned" and standing.waits_for else standing.state
        for id_, standing in judged(plan, today).items()
    }  # fmt: skip


def test_a_task_is_ready_once_its_dependencies_are_done() -> None:
    example = plan(sprint("1", tasks=[task("T1", state="done"), task("T2", "T1"), task("T3", "T2"), task("T4")]))
    assert words(example) == {"T1": "done", "T2": "ready", "T3": "waits for T2", "T4": "ready"}


def test_an_entry_with_the_id_of_a_task_completes_it() -> None:
    tasks = [task("T1"), task("T2", "T1")]
    example = plan(sprint("1", tasks=tasks), entries=[entry("1", "2026-01-05", "in progress", tasks=["T1"])])
    assert words(example) == {"T1": "done", "T2": "ready"}
    assert words(example, date(2026, 1, 4)) == {"T1": "ready", "T2": "waits for T1"}


def test_a_task_waits_for_sprints_and_for_the_dependencies_of_its_sprint() -> None:
    first, second = sprint("1", tasks=[task("T1")]), sprint("2", needs=["1"], tasks=[task("T2")])
    third = sprint("3", tasks=[task("T3", depends_on=[{"sprint": "1"}])])
    assert words(plan(first, second, third)) == {"T1": "ready", "T2": "waits for 1", "T3": "waits for 1"}
    done = [entry("1", "2026-01-05", "done")]
    assert words(plan(first, second, third, entries=done)) == {"T1": "planned", "T2": "ready", "T3": "ready"}
    begun = [entry("2", "2026-01-05", "in progress")]
    assert words(plan(first, second, third, entries=begun))["T2"] == "ready"


def test_a_sprint_that_needs_a_task_waits_only_for_that_task() -> None:
    """Whether one of its tasks needs the task, or the whole sprint."""

    def waits(state: str, **fields: Any) -> tuple[str, ...]:
        first = sprint("1", tasks=[task("T1", state=state), task("T2")])
        example = plan(first, sprint("2", **fields), sprint("3", needs=["1"]))
        by_sprint = standings(example, Graph.of(example), None)
        assert by_sprint["3"].waits_for == ("1",)
        return by_sprint["2"].waits_for

    for fields in ({"tasks": [task("T3", "T1")]}, {"depends_on": [{"task": "T1"}]}):
        assert (waits("planned", **fields), waits("done", **fields)) == (("1",), ())
    both = [{"task": "T1"}, {"sprint": "1"}]
    assert waits("done", depends_on=both) == ("1",)
    assert waits("done", depends_on=[{"task": "T1"}, {"task": "T2"}]) == ("1",)
    assert waits("done", depends_on=[{"task": "T1"}, {"task": "T2", "strength": "soft"}]) == ()


def test_soft_dependencies_do_not_block_a_task() -> None:
    soft = task("T2", depends_on=[{"task": "T1", "strength": "soft"}])
    assert words(plan(sprint("1", tasks=[task("T1"), soft])))["T2"] == "ready"


def test_a_task_whose_window_has_not_begun_is_next() -> None:
    phases = [phase("1", "1-2", "1"), phase("2", "8-9", "2")]
    late = sprint("2", tasks=[task("T3"), task("T4", when="2")])
    example = plan(sprint("1", tasks=[task("T1"), task("T2", when="day 40")]), late, phases=phases, start="2026-01-05")
    assert words(example) == {"T1": "ready", "T2": "next", "T3": "next", "T4": "ready"}


def test_open_tasks_of_a_dropped_or_deferred_sprint_have_its_state() -> None:
    example = plan(sprint("1", state="deferred", tasks=[task("T1", state="done"), task("T2")]))
    assert words(example) == {"T1": "done", "T2": "deferred"}


def test_a_task_lists_the_tasks_and_sprints_that_need_it() -> None:
    tasks = [task("T1"), task("T2", "T1")]
    needing = sprint("2", depends_on=[{"task": "T1"}], tasks=[{"title": "No id", "depends_on": [{"task": "T2"}]}])
    standings = judged(plan(sprint("1", tasks=tasks), needing))
    assert (standings["T1"].needed_by, standings["T2"].needed_by) == (("2", "T2"), ("2",))


def test_a_task_that_continues_in_another_sprint_is_done_with_that_sprint() -> None:
    example = plan(
        sprint("1", tasks=[task("T1", also_in="2")]), sprint("2"), sprint("3", tasks=[task("T2", "T1")]),
        entries=[entry("1", "2026-01-05", "done")],
    )  # fmt: skip
    assert words(example)["T2"] == "waits for T1"
    facts = analyse(example, DAY)
    assert [standing.task.id for standing in facts.tasks.continued["2"]] == ["T1"]


STATES = ("planned", "in progress", "blocked", "done", "dropped", "deferred")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans whose tasks need earlier tasks, and some of them earlier sprints."""
    ids = [f"T{n}" for n in range(draw(st.integers(1, 9)))]
    sprints: dict[str, list[dict[str, Any]]] = {"1": [], "2": [], "3": []}
    for n, id_ in enumerate(ids):
        needs = [{"task": need} for need in draw(st.lists(st.sampled_from(ids[:n]), unique=True))] if n else []
        home = draw(st.sampled_from(tuple(sprints)))
        earlier = [{"sprint": other} for other in sprints if other < home and draw(st.booleans())]
        state = draw(st.sampled_from(STATES))
        effort = {"effort": f"{draw(st.integers(0, 40))} {draw(st.sampled_from(('hours', 'days')))}"}
        sprints[home].append(task(id_, state=state, **effort) | {"depends_on": needs + earlier})
    parts = [sprint(id_, tasks=tasks) for id_, tasks in sprints.items()]
    states = [entry(id_, "2026-01-05", draw(st.sampled_from(STATES))) for id_ in sprints if draw(st.booleans())]
    return plan(*parts, entries=states)


@given(plans())
def test_no_task_with_an_open_hard_dependency_is_ready(plan: Plan) -> None:
    facts = analyse(plan, DAY)
    standings = {standing.task.id: standing for standing in facts.tasks.all}
    for standing in facts.tasks.all:
        for need in standing.task.depends_on:
            before = standings.get(need.task)
            home = need.sprint or (before.placed.sprint if before else "")
            is_done = facts.standings[home].state == "done" or (before is not None and before.state == "done")
            assert is_done or not (standing.ready or standing.is_next)


@given(plans())
def test_totals_of_sprints_add_up_to_the_total_of_the_plan(plan: Plan) -> None:
    parts = [totals_of(plan, id_) for id_ in plan.sprints]
    whole = Totals.of((placed.task for placed in plan.all_tasks), plan.calendar)
    days = [sum(plan.calendar.days(part.effort)) for part in parts if part.effort]
    assert sum(len(part.tasks) for part in parts) == len(whole.tasks)
    assert sum(days) == pytest.approx(sum(plan.calendar.days(whole.effort)) if whole.effort else 0, abs=0.1)


@pytest.mark.parametrize(
    ("efforts", "expected"),
    [
        (["30 min", "2 hours", "1 hour"], "3.5 hours"),
        (["1 day", "2-3 days"], "3-4 days"),
        (["4 hours", "1 day"], "1.5 days"),
        (["4 hours", None], "4 hours"),
        ([None], None),
    ],
)
def test_efforts_are_added_in_their_most_common_unit(efforts: list[str | None], expected: str | None) -> None:
    tasks = [Task.model_validate({"title": "x"} | ({"effort": effort} if effort else {})) for effort in efforts]
    total = Totals.of(tasks, WorkingTime())
    assert (total.effort.text if total.effort else None) == expected
    assert (total.whole_effort is None) == (None in efforts)


def test_progress_follows_effort_then_points_then_number_without_dropped_tasks() -> None:
    sizes: list[tuple[dict[str, Any], int]] = [
        ({"effort": "3 days"}, 75), ({"points": 3}, 75), ({}, 50), ({"effort": "3 days", "state": "deferred"}, 0),
    ]  # fmt: skip
    for fields, percent in sizes:
        small = {"effort": "1 day"} if "effort" in fields else {"points": 1} if fields else {}
        example = plan(sprint("1", tasks=[task("T1", **{"state": "done"} | fields), task("T2", **small)]))
        assert analyse(example, DAY).standings["1"].percent == percent


def test_tasks_in_a_chain_become_ready_one_by_one() -> None:
    ids = [f"T{n}" for n in range(5)]
    tasks = [task(ids[0]), *(task(later, earlier) for earlier, later in pairwise(ids))]
    for done in range(5):
        example = plan(
            sprint("1", tasks=[fields | ({"state": "done"} if n < done else {}) for n, fields in enumerate(tasks)])
        )
        assert [id_ for id_, standing in judged(example).items() if standing.ready] == [ids[done]]
