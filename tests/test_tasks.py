"""Tasks as units of their own: where each stands, what waits for what, and what they add up to."""

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


def judged(of: Plan, today: date | None = DAY) -> dict[str, TaskStanding]:
    return {one.task.key: one for one in analyse(of, today).tasks.all}


def words(of: Plan, today: date | None = DAY) -> dict[str, str]:
    """Where each task stands in one word."""
    return {
        id_: "ready" if one.ready else "next" if one.is_next else f"waits for {', '.join(one.waits_for)}"
        if one.state == "planned" and one.waits_for else one.state
        for id_, one in judged(of, today).items()
    }  # fmt: skip


def test_a_task_is_ready_once_what_it_needs_is_done() -> None:
    of = plan(sprint("1", tasks=[task("T1", state="done"), task("T2", "T1"), task("T3", "T2"), task("T4")]))
    assert words(of) == {"T1": "done", "T2": "ready", "T3": "waits for T2", "T4": "ready"}


def test_an_entry_that_names_a_task_by_id_does_it() -> None:
    tasks = [task("T1"), task("T2", "T1")]
    of = plan(sprint("1", tasks=tasks), entries=[entry("1", "2026-01-05", "in progress", tasks=["T1"])])
    assert words(of) == {"T1": "done", "T2": "ready"}
    assert words(of, date(2026, 1, 4)) == {"T1": "ready", "T2": "waits for T1"}


def test_a_task_waits_for_sprints_and_for_what_its_whole_sprint_needs_to_begin() -> None:
    first, second = sprint("1", tasks=[task("T1")]), sprint("2", needs=["1"], tasks=[task("T2")])
    third = sprint("3", tasks=[task("T3", depends_on=[{"sprint": "1"}])])
    assert words(plan(first, second, third)) == {"T1": "ready", "T2": "waits for 1", "T3": "waits for 1"}
    done = [entry("1", "2026-01-05", "done")]
    assert words(plan(first, second, third, entries=done)) == {"T1": "planned", "T2": "ready", "T3": "ready"}
    begun = [entry("2", "2026-01-05", "in progress")]
    assert words(plan(first, second, third, entries=begun))["T2"] == "ready"


def test_a_sprint_that_needs_a_task_waits_for_that_task_and_not_for_its_sprint() -> None:
    """Whether one of its tasks needs it, or the whole sprint."""

    def waits(state: str, **fields: Any) -> tuple[str, ...]:
        first = sprint("1", tasks=[task("T1", state=state), task("T2")])
        of = plan(first, sprint("2", **fields), sprint("3", needs=["1"]))
        made = standings(of, Graph.of(of), None)
        assert made["3"].waits_for == ("1",)
        return made["2"].waits_for

    for fields in ({"tasks": [task("T3", "T1")]}, {"depends_on": [{"task": "T1"}]}):
        assert (waits("planned", **fields), waits("done", **fields)) == (("1",), ())
    both = [{"task": "T1"}, {"sprint": "1"}]
    assert waits("done", depends_on=both) == ("1",)
    assert waits("done", depends_on=[{"task": "T1"}, {"task": "T2"}]) == ("1",)
    assert waits("done", depends_on=[{"task": "T1"}, {"task": "T2", "strength": "soft"}]) == ()


def test_soft_dependencies_keep_nothing_from_starting() -> None:
    soft = task("T2", depends_on=[{"task": "T1", "strength": "soft"}])
    assert words(plan(sprint("1", tasks=[task("T1"), soft])))["T2"] == "ready"


def test_a_task_whose_time_has_not_begun_is_next() -> None:
    phases = [phase("1", "1-2", "1"), phase("2", "8-9", "2")]
    late = sprint("2", tasks=[task("T3"), task("T4", when="2")])
    of = plan(sprint("1", tasks=[task("T1"), task("T2", when="day 40")]), late, phases=phases, start="2026-01-05")
    assert words(of) == {"T1": "ready", "T2": "next", "T3": "next", "T4": "ready"}


def test_tasks_of_a_sprint_that_is_dropped_are_dropped_but_for_those_that_are_done() -> None:
    of = plan(sprint("1", state="deferred", tasks=[task("T1", state="done"), task("T2")]))
    assert words(of) == {"T1": "done", "T2": "deferred"}


def test_what_needs_a_task_is_known() -> None:
    tasks = [task("T1"), task("T2", "T1")]
    needing = sprint("2", depends_on=[{"task": "T1"}], tasks=[{"title": "No id", "depends_on": [{"task": "T2"}]}])
    standings = judged(plan(sprint("1", tasks=tasks), needing))
    assert (standings["T1"].needed_by, standings["T2"].needed_by) == (("2", "T2"), ("2",))


def test_a_task_that_goes_on_in_another_sprint_is_done_when_that_one_is() -> None:
    of = plan(
        sprint("1", tasks=[task("T1", also_in="2")]), sprint("2"), sprint("3", tasks=[task("T2", "T1")]),
        entries=[entry("1", "2026-01-05", "done")],
    )  # fmt: skip
    assert words(of)["T2"] == "waits for T1"
    facts = analyse(of, DAY)
    assert [one.task.id for one in facts.tasks.continued["2"]] == ["T1"]


STATES = ("planned", "in progress", "blocked", "done", "dropped", "deferred")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans whose tasks need earlier ones, and some of them earlier sprints."""
    ids = [f"T{n}" for n in range(draw(st.integers(1, 9)))]
    sprints: dict[str, list[dict[str, Any]]] = {"1": [], "2": [], "3": []}
    for n, id_ in enumerate(ids):
        needs = [{"task": need} for need in draw(st.lists(st.sampled_from(ids[:n]), unique=True))] if n else []
        home = draw(st.sampled_from(tuple(sprints)))
        earlier = [{"sprint": other} for other in sprints if other < home and draw(st.booleans())]
        state = draw(st.sampled_from(STATES))
        effort = {"effort": f"{draw(st.integers(0, 40))} {draw(st.sampled_from(('hours', 'days')))}"}
        sprints[home].append(task(id_, state=state, **effort) | {"depends_on": needs + earlier})
    made = [sprint(id_, tasks=tasks) for id_, tasks in sprints.items()]
    states = [entry(id_, "2026-01-05", draw(st.sampled_from(STATES))) for id_ in sprints if draw(st.booleans())]
    return plan(*made, entries=states)


@given(plans())
def test_no_task_with_an_open_hard_dependency_is_ready(of: Plan) -> None:
    facts = analyse(of, DAY)
    standings = {one.task.id: one for one in facts.tasks.all}
    for one in facts.tasks.all:
        for need in one.task.depends_on:
            before = standings.get(need.task)
            home = need.sprint or (before.placed.sprint if before else "")
            is_done = facts.standings[home].state == "done" or (before is not None and before.state == "done")
            assert is_done or not (one.ready or one.is_next)


@given(plans())
def test_the_tasks_of_all_sprints_add_up_to_those_of_the_plan(of: Plan) -> None:
    parts = [totals_of(of, id_) for id_ in of.sprints]
    whole = Totals.of((placed.task for placed in of.all_tasks), of.calendar)
    days = [sum(of.calendar.days(part.effort)) for part in parts if part.effort]
    assert sum(len(part.tasks) for part in parts) == len(whole.tasks)
    assert sum(days) == pytest.approx(sum(of.calendar.days(whole.effort)) if whole.effort else 0, abs=0.1)


@pytest.mark.parametrize(
    ("efforts", "says"),
    [
        (["30 min", "2 hours", "1 hour"], "3.5 h"),
        (["1 day", "2-3 days"], "3-4 days"),
        (["4 hours", "1 day"], "1.5 days"),
        (["4 hours", None], "4 h"),
        ([None], None),
    ],
)
def test_efforts_are_added_in_the_unit_that_most_are_in(efforts: list[str | None], says: str | None) -> None:
    tasks = [Task.model_validate({"title": "x"} | ({"effort": effort} if effort else {})) for effort in efforts]
    total = Totals.of(tasks, WorkingTime())
    assert (total.effort.text if total.effort else None) == says
    assert (total.whole_effort is None) == (None in efforts)


def test_dropped_tasks_count_for_nothing_and_progress_follows_effort_then_points_then_number() -> None:
    sizes: list[tuple[dict[str, Any], int]] = [
        ({"effort": "3 days"}, 75), ({"points": 3}, 75), ({}, 50), ({"effort": "3 days", "state": "deferred"}, 0),
    ]  # fmt: skip
    for fields, percent in sizes:
        small = {"effort": "1 day"} if "effort" in fields else {"points": 1} if fields else {}
        of = plan(sprint("1", tasks=[task("T1", **{"state": "done"} | fields), task("T2", **small)]))
        assert analyse(of, DAY).standings["1"].percent == percent


def test_a_chain_of_tasks_is_started_one_by_one() -> None:
    ids = [f"T{n}" for n in range(5)]
    tasks = [task(ids[0]), *(task(later, earlier) for earlier, later in pairwise(ids))]
    for done in range(5):
        of = plan(sprint("1", tasks=[one | ({"state": "done"} if n < done else {}) for n, one in enumerate(tasks)]))
        assert [id_ for id_, one in judged(of).items() if one.ready] == [ids[done]]
