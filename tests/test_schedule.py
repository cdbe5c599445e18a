"""Schedules for given people: valid, never below their bound, proved if possible, and reproducible."""

import os
import subprocess
import sys
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masterplan.analyse import analyse
from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.list_scheduling import list_schedule, parallel, serial
from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource, Schedule, after_pause, finish
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.analyse.schedule.solver import Request
from masterplan.analyse.schedule.staff import Floor, Staffed
from masterplan.model.plan import Plan
from masterplan.model.team import WorkingTime
from tests.plans import loaded, option, person, plan, sprint

ROOT = Path(__file__).parents[1]


def schedules(plan: Plan) -> Schedules:
    return analyse(plan).schedules


def first_plan() -> Schedules:
    return schedules(loaded(ROOT))


@st.composite
def problems(draw: st.DrawFn, most: int = 8) -> Problem:
    """Problems with several modes and pauses, in which every activity can be done."""
    pause = st.tuples(st.integers(0, 9), st.integers(1, 4)).map(lambda p: (p[0], p[0] + p[1]))
    resources = tuple(
        Resource(draw(st.integers(1, 3)), 1.0, tuple(draw(st.lists(pause, max_size=1)))) for _ in range(2)
    )
    activities = []
    for n in range(draw(st.integers(1, most))):
        needs = tuple(k for k in range(n) if draw(st.integers(0, 3)) == 0)
        used = draw(st.sampled_from([(0,), (1,), (0, 1)]))
        modes = tuple(Mode(draw(st.integers(1, 5)), ((r, 1),)) for r in used)
        activities.append(Activity(modes, needs))
    return Problem(tuple(activities), resources)


def assert_valid(problem: Problem, schedule: Schedule) -> None:
    for n, activity in enumerate(problem.activities):
        mode = activity.modes[schedule.modes[n]]
        pauses = [pause for r, _ in mode.demands for pause in problem.resources[r].pauses]
        assert after_pause(schedule.starts[n], pauses) == schedule.starts[n]
        assert finish(schedule.starts[n], mode.duration, pauses) == schedule.ends[n]
        assert all(schedule.ends[k] <= schedule.starts[n] for k in activity.needs)
    for time in range(schedule.length):
        for r, resource in enumerate(problem.resources):
            busy = sum(
                amount
                for n, activity in enumerate(problem.activities)
                for used, amount in activity.modes[schedule.modes[n]].demands
                if used == r and schedule.starts[n] <= time < schedule.ends[n]
            )
            assert busy <= resource.capacity


@settings(max_examples=200, deadline=None)
@given(problems())
def test_every_schedule_is_valid_and_not_below_its_bound(problem: Problem) -> None:
    ranks = [float(n) for n in range(len(problem.activities))]
    for schedule in (serial(problem, ranks), parallel(problem, ranks), list_schedule(problem)):
        assert_valid(problem, schedule)
        assert schedule.length >= schedule.bound
    assert list_schedule(problem) == list_schedule(problem)


@settings(max_examples=40, deadline=None)
@given(problems(most=5))
def test_no_order_of_activities_beats_the_bound(problem: Problem) -> None:
    size = len(problem.activities)
    best = min(serial(problem, order).length for order in permutations(range(size)))
    assert problem.bound <= best <= list_schedule(problem).length


@settings(max_examples=25, deadline=None)
@given(problems(most=5))
def test_the_solver_proves_the_best_of_all_orders(problem: Problem) -> None:
    simple = Problem(
        tuple(Activity(activity.modes[:1], activity.needs) for activity in problem.activities),
        tuple(Resource(resource.capacity) for resource in problem.resources),
    )
    size = len(simple.activities)
    schedule = solver.improve(simple, list_schedule(simple))
    assert_valid(simple, schedule)
    assert schedule.proved
    assert schedule.length == min(serial(simple, order).length for order in permutations(range(size)))


def test_an_activity_of_no_duration_starts_while_its_resource_is_busy() -> None:
    person, machine = Resource(1, pauses=((4, 7),)), Resource(1)
    busy, before = Activity((Mode(10, ((0, 1),)),)), Activity((Mode(5, ((1, 1),)),))
    problem = Problem((busy, before, Activity((Mode(0, ((0, 1),)),), (1,))), (person, machine))
    schedule = serial(problem, [0.0, 1.0, 2.0])
    assert (schedule.ends[0], schedule.starts[2]) == (13, 7)


def calls_of_serial(activities: int) -> int:
    """The number of function calls for a schedule of activities that each of five people can do."""
    modes = (tuple(Mode(n % 17 + 1, ((r, 1),)) for r in range(5)) for n in range(activities))
    problem = Problem(tuple(map(Activity, modes)), (Resource(1),) * 5)
    events: list[str] = []
    sys.setprofile(lambda _frame, event, _argument: events.append(event))
    try:
        serial(problem, [float(n) for n in range(activities)])
    finally:
        sys.setprofile(None)
    return len(events)


def test_the_cost_of_a_schedule_grows_linearly_with_its_activities() -> None:
    assert calls_of_serial(400) < 5 * calls_of_serial(100)


def hard_problem() -> Problem:
    """Nine activities for three people that fill 100 steps of each exactly: 50 30 20, 45 35 20, 60 25 15."""
    durations = (15, 20, 20, 25, 30, 35, 45, 50, 60)
    return Problem(tuple(Activity((Mode(duration, ((0, 1),)),)) for duration in durations), (Resource(3),))


def test_the_solver_gives_the_same_schedule_every_time() -> None:
    rough = serial(hard_problem(), [float(n % 3) for n in range(9)])
    schedule = solver.improve(hard_problem(), rough)
    assert schedule == solver.improve(hard_problem(), rough)
    assert schedule.length == hard_problem().bound == 100 < rough.length


def tight_problem() -> Problem:
    """Forty activities that share four resources; some have two modes."""
    activities = []
    for n in range(40):
        duration, demands = 1 + n * 7 % 10, tuple((r, 1 + n * (5 + 3 * r) % 9) for r in range(4))
        modes = (Mode(duration, demands), Mode(duration + 2, demands[:2]))
        activities.append(Activity(modes[: 1 + (n % 5 == 0)], tuple(k for k in (n - 5, n - 9 - n % 3) if k >= 0)))
    return Problem(tuple(activities), (Resource(12),) * 4)


def test_the_solver_searches_neighbourhoods_of_large_problems() -> None:
    problem = tight_problem()
    start = list_schedule(problem)
    whole = Request(problem, start, start.length, 0.1).answer().schedule
    schedule = solver.improve(problem, start, 0.3)
    assert whole is not None
    assert_valid(problem, schedule)
    assert problem.bound <= schedule.bound <= schedule.length < whole.length < start.length


def test_a_neighbouring_schedule_keeps_the_order_and_modes_of_fixed_activities() -> None:
    problem = tight_problem()
    start = list_schedule(problem)
    fixed = frozenset(range(40)) - {17, 18, 23}
    near = Request(problem, start, start.length, 0.1, fixed, seed=1).answer().schedule
    assert near is not None
    assert_valid(problem, near)
    for n in fixed:
        assert near.modes[n] == start.modes[n]
        assert all(near.ends[k] <= near.starts[n] for k in fixed if start.ends[k] <= start.starts[n])
    assert Request(problem, start, 1, 0.1, fixed).answer().is_final


def test_schedules_do_not_depend_on_hashes_or_other_processes() -> None:
    script = (
        "from tests.test_schedule import first_plan, list_schedule, solver, tight_problem\n"
        "print(solver.improve(tight_problem(), list_schedule(tight_problem()), 0.2), first_plan().by_number)"
    )
    runs = [
        subprocess.Popen(
            (sys.executable, "-c", script), cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE
        )
        for seed in ("1", "2")
    ]
    first, second = (run.communicate()[0] for run in runs)
    assert first == second
    assert b"Schedule(" in first


def test_a_solver_without_time_keeps_the_given_schedule() -> None:
    rough = serial(hard_problem(), [float(n % 3) for n in range(9)])
    assert solver.improve(hard_problem(), rough, 0.0).length == rough.length


def test_schedules_of_the_first_plan_have_proved_lengths() -> None:
    first = first_plan()
    by_number = [(len(staffed.members), float(first.days.weeks(staffed.end))) for staffed in first.by_number]
    assert by_number == [(1, 9.025), (2, 4.525), (3, 4.0)]
    assert all(staffed.proved for staffed in first.by_number)
    assert {id_: float(staffed.end) for id_, staffed in first.options.items()} == {"A": 45.125, "B": 22.625}
    assert first.options["B"].floor == Floor(Fraction(15), Fraction(71, 4))


def best_schedule(*lanes: str, **fields: object) -> Staffed:
    """The best schedule of three sprints for the named people; Sprint 2 needs Sprint 1."""
    sprints = [sprint("1", effort="2 days"), sprint("2", effort="3 days", needs=["1"]), sprint("3", effort="4 days")]
    people = [person("ada", share=50), person("eve", skills=["Rust"]), person("bob")]
    unnamed = option("A", *({"1-9": []} for _ in lanes))
    named = [lane.model_copy(update={"person": who}) for lane, who in zip(unnamed.people, lanes, strict=True)]
    sprints[0] = sprints[0].model_copy(update=fields)
    options = [unnamed.model_copy(update={"people": tuple(named)})]
    return schedules(plan(*sprints, options=options, people=people)).options["A"]


@pytest.mark.parametrize(
    ("lanes", "days"),
    [
        (("bob",), 9),
        (("bob", "nobody"), 5),
        (("ada",), 18),
        (("ada", "bob"), 7),  # Ada, who has half her time, takes 4 days for sprint 1; Bob 4 for sprint 3 and 3 for 2
    ],
)
def test_the_length_depends_on_the_number_and_shares_of_people(lanes: tuple[str, ...], days: int) -> None:
    staffed = best_schedule(*lanes)
    assert (staffed.end, staffed.proved) == (Fraction(days), True)


def test_only_people_with_the_skill_do_a_sprint() -> None:
    staffed = best_schedule("eve", "bob", skills=("Rust",))
    assert staffed.members[staffed.stints["1"].member].name == "Eve"
    assert staffed.unskilled == ()


def test_if_nobody_has_the_skill_anybody_does_the_sprint_and_it_is_listed() -> None:
    assert best_schedule("eve", skills=("COBOL",)).unskilled == ("1",)


@pytest.mark.parametrize(
    ("lanes", "reasons"),
    [
        (({"1-2": ["1", "2"]}, {"1": ["3"]}), ()),
        (
            ({"1": ["1", "2", "3"]},),
            ("Sprint 3 and Sprint 2 have too little time for their efforts",),
        ),
        (({"1": ["2"]}, {"1": ["1"]}, {"1": ["3"]}), ("Sprint 2 begins before Sprint 1, which it needs, is done",)),
        (
            ({"1": ["1", "2"]}, {"1": ["2", "3"]}),
            ("several people share Sprint 2", "Sprint 2 has too little time for its effort"),
        ),
        (({"1": ["1"]},), ("it leaves out Sprint 2 and Sprint 3",)),
    ],
)
def test_an_impossible_option_has_reasons(lanes: tuple[dict[str, list[str]], ...], reasons: tuple[str, ...]) -> None:
    work = (sprint("1", effort="5 days"), sprint("2", effort="4 days", needs=["1"]), sprint("3", effort="5 days"))
    facts = analyse(plan(*work, options=[option("A", *lanes)]))
    assert facts.schedules.obstacles(facts.staffing[0]) == reasons


def test_holidays_and_absence_are_skipped_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(solver, "improve")
    time = WorkingTime.model_validate({"holidays": ("2026-01-06",)})
    ada = person("ada", absent=["2026-01-08 to 2026-01-12"])
    work = [sprint("1", effort="2 days"), sprint("2", effort="2 days", needs=["1"])]
    result = schedules(plan(*work, people=[ada], calendar=time, start="2026-01-05"))
    assert result.main is not None
    stints = result.main[1].stints
    # Monday 5th and Wednesday 7th; then away until Tuesday 13th.
    assert result.days.ends_on(stints["1"].end).isoformat() == "2026-01-07"  # type: ignore[union-attr]
    assert result.days.starts_on(stints["2"].start).isoformat() == "2026-01-13"  # type: ignore[union-attr]
    assert result.days.week(stints["2"].end) == 2


def test_without_a_start_absence_does_not_count() -> None:
    result = schedules(plan(sprint("1", effort="5 days"), people=[person("ada", absent=["2026-01-08"])]))
    assert result.main is not None
    assert result.main[1].end == 5
    assert result.days.starts_on(Fraction(0)) is None


def test_a_dropped_sprint_does_not_start_the_plan() -> None:
    dropped, begun = (plan(sprint("1", state=state, effort="2 days"), sprint("2")) for state in ("dropped", "blocked"))
    assert not schedules(dropped).has_begun
    assert schedules(begun).has_begun


def test_a_plan_without_sprints_has_no_schedule() -> None:
    result = schedules(plan(options=[option("A", {"1": []})]))
    assert (result.main, result.by_number, dict(result.options), result.network.end) == (None, (), {}, Fraction(0))


def test_without_the_solver_a_schedule_may_have_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "available", lambda: False)
    work = [sprint(str(n), effort=f"{days} days") for n, days in enumerate((3, 3, 2, 2, 2))]
    by_number = schedules(plan(*work)).by_number
    assert [(float(staffed.gap), staffed.proved) for staffed in by_number] == [
        (0, True), (0, True), (1, False), (1, False), (0, True),
    ]  # fmt: skip
