"""Properties of schedules of generated plans, planned or in progress: all figures are consistent."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from masterplan.analyse import Facts, analyse
from masterplan.analyse.schedule.staff import Staffed
from masterplan.model.plan import Plan
from tests.plans import entry, option, person, plan, sprint

START = date(2026, 1, 5)
TODAY = date(2026, 1, 21)
EFFORTS = ("0 days", "90 min", "2 hours", "3 hours", "1-3 days", "5 days", "1-2 weeks", "7 hours")
STATES = ("planned", "planned", "in progress", "blocked", "done", "dropped")


@st.composite
def plans(draw: st.DrawFn, *, is_certain: bool = False) -> Plan:
    """Plans in any state, with two people, one of whom may be away; `is_certain` excludes ranges of effort."""
    efforts = [effort for effort in EFFORTS if not (is_certain and "-" in effort)]
    size = draw(st.integers(1, 6))
    ids = [str(n) for n in range(1, size + 1)]
    sprints = [
        sprint(
            id_,
            needs=[other for other in ids[:n] if draw(st.integers(0, 3)) == 0],
            effort=draw(st.sampled_from(efforts)),
        )
        for n, id_ in enumerate(ids)
    ]
    entries = [
        entry(id_, str(TODAY - timedelta(days=draw(st.integers(0, 20)))), state, percent=draw(st.integers(0, 99)))
        for id_ in ids
        if (state := draw(st.sampled_from(STATES))) != "planned"
    ]
    people = [
        person("ada", share=draw(st.sampled_from((30, 50, 100))), absent=["2026-01-22 to 2026-01-26"]),
        person("bob"),
    ]
    lanes = option("A", *({"1-9": ids[n::2]} for n in range(2)))
    drawn = lanes.model_copy(
        update={
            "people": tuple(
                lane.model_copy(update={"person": who.id}) for lane, who in zip(lanes.people, people, strict=True)
            )
        }
    )
    start = draw(st.sampled_from((START, None)))
    header: dict[str, Any] = {"start": str(start)} if start else {}
    return plan(*sprints, options=[drawn], people=people, entries=entries, **header)


def all_schedules(facts: Facts) -> tuple[Staffed, ...]:
    return (*facts.schedules.options.values(), *facts.schedules.by_number)


@settings(max_examples=150, deadline=None)
@given(plans())
def test_no_open_sprint_is_scheduled_before_today_or_its_dependencies(plan: Plan) -> None:
    facts = analyse(plan, TODAY)
    for staffed in all_schedules(facts):
        assert set(staffed.stints) == set(facts.schedules.open)
        for id_, stint in staffed.stints.items():
            assert facts.schedules.now <= stint.start <= stint.end
            assert all(staffed.stints[needed].end <= stint.start for needed in facts.schedules.network.needs[id_])
            last = facts.schedules.days.ends_on(stint.end)
            assert last is None or last >= TODAY or stint.start == stint.end


@settings(max_examples=150, deadline=None)
@given(plans())
def test_no_schedule_is_shorter_than_its_bounds_or_the_critical_path(plan: Plan) -> None:
    schedules = analyse(plan, TODAY).schedules
    for staffed in (*schedules.options.values(), *schedules.by_number):
        assert staffed.now + staffed.floor.days <= staffed.bound <= staffed.end
        assert schedules.network.end <= staffed.end
        assert staffed.proved == (staffed.end == staffed.bound)
    ends = [staffed.end for staffed in schedules.by_number]
    assert ends == sorted(ends, reverse=True)


@settings(max_examples=60, deadline=None)
@given(plans())
def test_no_run_is_shorter_than_the_floor(plan: Plan) -> None:
    schedules = analyse(plan, TODAY).schedules
    for id_, odds in schedules.option_odds.items():
        staffed = schedules.options[id_]
        assert Fraction(odds.runs[0]) / odds.steps >= staffed.now + staffed.floor.days
        assert list(odds.plan) == sorted(odds.plan)


@settings(max_examples=60, deadline=None)
@given(plans(is_certain=True))
def test_without_ranges_every_run_ends_as_scheduled(plan: Plan) -> None:
    schedules = analyse(plan, TODAY).schedules
    for id_, odds in schedules.option_odds.items():
        staffed = schedules.options[id_]
        assert {Fraction(run) / odds.steps for run in odds.runs} == {staffed.end}
        assert odds.ends == {sprint: (stint.end,) * 3 for sprint, stint in staffed.stints.items()}


@settings(max_examples=100, deadline=None)
@given(plans())
def test_sprints_in_progress_continue_before_others_start(plan: Plan) -> None:
    facts = analyse(plan, TODAY)
    for staffed in facts.schedules.by_number:
        begun = [stint for id_, stint in staffed.stints.items() if facts.standings[id_].state != "planned"]
        running = [stint for stint in begun if stint.start == staffed.now < stint.end]
        free = [stint for stint in begun if not facts.schedules.network.needs[stint.sprint] and stint.start < stint.end]
        assert set(free) <= set(running) or len(running) == len(staffed.members)


@st.composite
def plans_with_any_option(draw: st.DrawFn) -> Plan:
    """Plans whose option has each sprint in any weeks of any lanes, possible or not."""
    base = draw(plans())
    lanes: list[dict[str, list[str]]] = [{}, {}]
    for id_ in base.sprints:
        for lane in draw(st.sampled_from(([0], [1], [0, 1], []))):
            first = draw(st.integers(1, 4))
            lanes[lane].setdefault(f"{first}-{first + draw(st.integers(0, 2))}", []).append(id_)
    layout = option("A", *lanes)
    people = tuple(
        lane.model_copy(update={"person": who.id}) for lane, who in zip(layout.people, base.people, strict=True)
    )
    return replace(base, options=(layout.model_copy(update={"people": people}),))


@settings(max_examples=300, deadline=None)
@given(plans_with_any_option())
def test_a_proved_schedule_is_not_longer_than_a_possible_option(plan: Plan) -> None:
    facts = analyse(plan, TODAY)
    for staffing in facts.staffing:
        reasons = facts.schedules.obstacles(staffing)
        best = facts.schedules.options.get(staffing.option.id)
        assert best is None or not best.proved or reasons != ("no shorter one was found",)
