"""Schedules under people: valid, never under their bound, proved where they can be, and the same every time."""

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
from masterplan.load import load
from masterplan.model.plan import Plan
from masterplan.model.team import WorkingTime
from tests.plans import option, person, plan, sprint

ROOT = Path(__file__).parents[1]


def schedules(of: Plan) -> Schedules:
    return analyse(of).schedules


def first_plan() -> Schedules:
    found = load(ROOT).plan
    assert found is not None
    return schedules(found)


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


def assert_valid(problem: Problem, found: Schedule) -> None:
    for n, activity in enumerate(problem.activities):
        mode = activity.modes[found.modes[n]]
        pauses = [pause for r, _ in mode.demands for pause in problem.resources[r].pauses]
        assert after_pause(found.starts[n], pauses) == found.starts[n]
        assert finish(found.starts[n], mode.duration, pauses) == found.ends[n]
        assert all(found.ends[k] <= found.starts[n] for k in activity.needs)
    for time in range(found.length):
        for r, resource in enumerate(problem.resources):
            taken = sum(
                amount
                for n, activity in enumerate(problem.activities)
                for which, amount in activity.modes[found.modes[n]].demands
                if which == r and found.starts[n] <= time < found.ends[n]
            )
            assert taken <= resource.capacity


@settings(max_examples=200, deadline=None)
@given(problems())
def test_every_schedule_keeps_the_rules_and_its_bound(problem: Problem) -> None:
    ranks = [float(n) for n in range(len(problem.activities))]
    for found in (serial(problem, ranks), parallel(problem, ranks), list_schedule(problem)):
        assert_valid(problem, found)
        assert found.length >= found.bound
    assert list_schedule(problem) == list_schedule(problem)


@settings(max_examples=40, deadline=None)
@given(problems(most=5))
def test_no_order_at_all_beats_the_bound(problem: Problem) -> None:
    size = len(problem.activities)
    best = min(serial(problem, order).length for order in permutations(range(size)))
    assert problem.bound <= best <= list_schedule(problem).length


@settings(max_examples=25, deadline=None)
@given(problems(most=5))
def test_the_solver_proves_what_trying_every_order_finds(problem: Problem) -> None:
    plain = Problem(
        tuple(Activity(each.modes[:1], each.needs) for each in problem.activities),
        tuple(Resource(each.capacity) for each in problem.resources),
    )
    size = len(plain.activities)
    found = solver.improve(plain, list_schedule(plain))
    assert_valid(plain, found)
    assert found.proved
    assert found.length == min(serial(plain, order).length for order in permutations(range(size)))


def test_what_takes_no_time_starts_while_others_are_busy() -> None:
    person, machine = Resource(1, pauses=((4, 7),)), Resource(1)
    busy, before = Activity((Mode(10, ((0, 1),)),)), Activity((Mode(5, ((1, 1),)),))
    problem = Problem((busy, before, Activity((Mode(0, ((0, 1),)),), (1,))), (person, machine))
    schedule = serial(problem, [0.0, 1.0, 2.0])
    assert (schedule.ends[0], schedule.starts[2]) == (13, 7)


def calls_of_serial(activities: int) -> int:
    """How many functions are called to schedule activities that each of five people can do."""
    modes = (tuple(Mode(n % 17 + 1, ((r, 1),)) for r in range(5)) for n in range(activities))
    problem = Problem(tuple(map(Activity, modes)), (Resource(1),) * 5)
    events: list[str] = []
    sys.setprofile(lambda _frame, event, _argument: events.append(event))
    try:
        serial(problem, [float(n) for n in range(activities)])
    finally:
        sys.setprofile(None)
    return len(events)


def test_the_cost_of_a_schedule_grows_with_its_activities_and_not_with_their_square() -> None:
    assert calls_of_serial(400) < 5 * calls_of_serial(100)


def hard_problem() -> Problem:
    """Pieces for three that fill 100 steps of each exactly: 50 30 20, 45 35 20, 60 25 15."""
    durations = (15, 20, 20, 25, 30, 35, 45, 50, 60)
    return Problem(tuple(Activity((Mode(each, ((0, 1),)),)) for each in durations), (Resource(3),))


def test_the_solver_gives_the_same_schedule_every_time() -> None:
    rough = serial(hard_problem(), [float(n % 3) for n in range(9)])
    found = solver.improve(hard_problem(), rough)
    assert found == solver.improve(hard_problem(), rough)
    assert found.length == hard_problem().bound == 100 < rough.length


def tight_problem() -> Problem:
    """Forty pieces that all want a part of the same four resources, some in either of two ways."""
    activities = []
    for n in range(40):
        duration, demands = 1 + n * 7 % 10, tuple((r, 1 + n * (5 + 3 * r) % 9) for r in range(4))
        modes = (Mode(duration, demands), Mode(duration + 2, demands[:2]))
        activities.append(Activity(modes[: 1 + (n % 5 == 0)], tuple(k for k in (n - 5, n - 9 - n % 3) if k >= 0)))
    return Problem(tuple(activities), (Resource(12),) * 4)


def test_where_the_whole_is_too_much_the_solver_goes_on_nearby() -> None:
    problem = tight_problem()
    known = list_schedule(problem)
    whole = Request(problem, known, known.length, 0.1).answer().schedule
    found = solver.improve(problem, known, 0.3)
    assert whole is not None
    assert_valid(problem, found)
    assert problem.bound <= found.bound <= found.length < whole.length < known.length


def test_what_is_near_a_schedule_keeps_its_order_and_modes() -> None:
    problem = tight_problem()
    known = list_schedule(problem)
    kept = frozenset(range(40)) - {17, 18, 23}
    near = Request(problem, known, known.length, 0.1, kept, seed=1).answer().schedule
    assert near is not None
    assert_valid(problem, near)
    for n in kept:
        assert near.modes[n] == known.modes[n]
        assert all(near.ends[k] <= near.starts[n] for k in kept if known.ends[k] <= known.starts[n])
    assert Request(problem, known, 1, 0.1, kept).answer().is_final


def test_the_same_schedules_come_of_runs_that_hash_otherwise_and_disturb_each_other() -> None:
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
    one, two = (run.communicate()[0] for run in runs)
    assert one == two
    assert b"Schedule(" in one


def test_a_solver_without_work_to_spend_keeps_what_is_known() -> None:
    rough = serial(hard_problem(), [float(n % 3) for n in range(9)])
    assert solver.improve(hard_problem(), rough, 0.0).length == rough.length


def test_the_first_plan_takes_one_person_9_weeks_and_two_4_and_a_half_and_no_schedule_is_shorter() -> None:
    found = first_plan()
    by_number = [(len(each.members), float(found.days.weeks(each.end))) for each in found.by_number]
    assert by_number == [(1, 9.025), (2, 4.525), (3, 4.0)]
    assert all(each.proved for each in found.by_number)
    assert {id_: float(each.end) for id_, each in found.options.items()} == {"A": 45.125, "B": 22.625}
    assert found.options["B"].floor == Floor(Fraction(15), Fraction(71, 4))


def one_option(*lanes: str, **fields: object) -> Staffed:
    """The best schedule of three sprints, 2 needing 1, for named people."""
    sprints = [sprint("1", effort="2 days"), sprint("2", effort="3 days", needs=["1"]), sprint("3", effort="4 days")]
    people = [person("ada", share=50), person("eve", skills=["Rust"]), person("bob")]
    drawn = option("A", *({"1-9": []} for _ in lanes))
    named = [lane.model_copy(update={"person": who}) for lane, who in zip(drawn.people, lanes, strict=True)]
    sprints[0] = sprints[0].model_copy(update=fields)
    options = [drawn.model_copy(update={"people": tuple(named)})]
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
def test_shares_and_numbers_of_people_decide(lanes: tuple[str, ...], days: int) -> None:
    found = one_option(*lanes)
    assert (found.end, found.proved) == (Fraction(days), True)


def test_only_who_has_the_skill_does_it() -> None:
    found = one_option("eve", "bob", skills=("Rust",))
    assert found.members[found.stints["1"].member].name == "Eve"
    assert found.unskilled == ()


def test_where_nobody_has_the_skill_anyone_does_it_and_it_is_said() -> None:
    assert one_option("eve", skills=("COBOL",)).unskilled == ("1",)


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
def test_an_option_that_is_too_short_has_reasons(
    lanes: tuple[dict[str, list[str]], ...], reasons: tuple[str, ...]
) -> None:
    work = (sprint("1", effort="5 days"), sprint("2", effort="4 days", needs=["1"]), sprint("3", effort="5 days"))
    facts = analyse(plan(*work, options=[option("A", *lanes)]))
    assert facts.schedules.obstacles(facts.staffing[0]) == reasons


def test_holidays_and_absence_are_skipped_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(solver, "improve")
    time = WorkingTime.model_validate({"holidays": ("2026-01-06",)})
    ada = person("ada", absent=["2026-01-08 to 2026-01-12"])
    work = [sprint("1", effort="2 days"), sprint("2", effort="2 days", needs=["1"])]
    found = schedules(plan(*work, people=[ada], calendar=time, start="2026-01-05"))
    assert found.main is not None
    stints = found.main[1].stints
    # Monday 5th and Wednesday 7th; then away until Tuesday 13th.
    assert found.days.ends_on(stints["1"].end).isoformat() == "2026-01-07"  # type: ignore[union-attr]
    assert found.days.starts_on(stints["2"].start).isoformat() == "2026-01-13"  # type: ignore[union-attr]
    assert found.days.week(stints["2"].end) == 2


def test_without_a_start_no_absence_counts() -> None:
    found = schedules(plan(sprint("1", effort="5 days"), people=[person("ada", absent=["2026-01-08"])]))
    assert found.main is not None
    assert found.main[1].end == 5
    assert found.days.starts_on(Fraction(0)) is None


def test_dropping_a_sprint_begins_no_plan() -> None:
    dropped, begun = (plan(sprint("1", state=state, effort="2 days"), sprint("2")) for state in ("dropped", "blocked"))
    assert not schedules(dropped).has_begun
    assert schedules(begun).has_begun


def test_a_plan_without_sprints_has_no_schedule() -> None:
    found = schedules(plan(options=[option("A", {"1": []})]))
    assert (found.main, found.by_number, dict(found.options), found.network.end) == (None, (), {}, Fraction(0))


def test_without_the_solver_the_gap_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "available", lambda: False)
    work = [sprint(str(n), effort=f"{days} days") for n, days in enumerate((10, 9, 8, 7, 6, 5, 4, 3), 1)]
    for found in schedules(plan(*work)).by_number:
        assert found.gap == found.end - found.bound >= 0
