"""Efforts, earliest and latest times, slack and the critical path."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masterplan.analyse import analyse
from masterplan.analyse.graph import Graph
from masterplan.analyse.schedule.effort import efforts
from masterplan.analyse.schedule.network import Network
from masterplan.analyse.schedule.schedules import Schedules
from masterplan.model.plan import Plan
from masterplan.model.team import WorkingTime
from tests.plans import loaded, option, phase, plan, sprint

ROOT = Path(__file__).parents[1]


def schedules(plan: Plan) -> Schedules:
    return analyse(plan).schedules


@pytest.mark.parametrize(
    ("effort", "low", "likely", "high"),
    [
        ({"effort": "2 hours"}, "0.25", "0.25", "0.25"),
        ({"effort": "3-5 days"}, "3", "4", "5"),
        ({"effort": "1-2 weeks", "likely": "6 days"}, "5", "6", "10"),
        ({"effort": "3-5 days", "likely": "9 days"}, "3", "5", "5"),
        ({"effort": "90 min"}, "0.1875", "0.1875", "0.1875"),
    ],
)
def test_a_stated_effort_is_in_working_days(effort: dict[str, str], low: str, likely: str, high: str) -> None:
    result = efforts(plan(sprint("1", **effort)))["1"]
    assert (result.low, result.likely, result.high) == (Fraction(low), Fraction(likely), Fraction(high))
    assert result.origin == "stated"


def test_efforts_follow_the_working_time_of_the_team() -> None:
    time = WorkingTime(hours=4, weekdays=("Monday", "Tuesday"))
    result = efforts(plan(sprint("1", effort="8 hours"), sprint("2", effort="2 weeks"), calendar=time))
    assert (result["1"].low, result["2"].low) == (Fraction(2), Fraction(4))


def test_an_unstated_effort_is_the_remaining_time_in_the_options() -> None:
    a = option("A", {"1-2": ["1", "2"], "3": ["3"]})
    b = option("B", {"1": ["1"]}, {"1-3": ["2", "3"]})
    result = efforts(plan(sprint("1", effort="2 days"), sprint("2"), sprint("3"), options=[a, b]))
    assert (result["2"].low, result["2"].high, result["2"].origin) == (Fraction("7.5"), Fraction(8), "options")
    assert (result["3"].low, result["3"].high) == (Fraction(5), Fraction("7.5"))


TASKS = [{"title": "A", "effort": "2-4 hours"}, {"title": "B", "effort": "1 day"}, {"title": "C", "state": "dropped"}]
POINTS = [{"title": "A", "points": "3"}, {"title": "B", "points": "1-2"}]


@pytest.mark.parametrize(
    ("fields", "header", "days", "origin"),
    [
        ({"effort": "3 days", "tasks": TASKS, "points": "8"}, {}, (3, 3, 3), "stated"),
        ({"tasks": TASKS, "points": "8"}, {"point": "1 day"}, (1.25, 1.375, 1.5), "tasks"),
        ({"tasks": [*TASKS, *POINTS]}, {"point": "1 day"}, (5.25, 5.875, 6.5), "tasks"),
        ({"tasks": [*TASKS, *POINTS], "points": "8"}, {"point": "4 hours"}, (3.25, 3.625, 4), "tasks"),
        ({"points": "3-5"}, {"point": "4 hours"}, (1.5, 2, 2.5), "points"),
        ({"tasks": POINTS}, {"point": "2-4 hours"}, (1, 1.75, 2.5), "points"),
        ({"points": "8"}, {}, None, ""),
        ({"tasks": [*TASKS, {"title": "D"}]}, {}, None, ""),
        ({"when": "day 3-5"}, {}, (3, 3, 3), "window"),
        ({"when": "2+"}, {}, None, ""),
        ({}, {"assume": "2-4 days"}, (2, 3, 4), "assumed"),
        ({"when": "week 2"}, {"assume": "2-4 days"}, (5, 5, 5), "window"),
    ],
)
def test_an_effort_has_its_first_available_source(
    fields: dict[str, Any], header: dict[str, Any], days: tuple[float, float, float] | None, origin: str
) -> None:
    effort = efforts(plan(sprint("1", **fields), **header)).get("1")
    assert (effort and tuple(map(float, (effort.low, effort.likely, effort.high)))) == days
    assert (effort.origin if effort else "") == origin


def test_only_the_chosen_option_gives_efforts() -> None:
    undecided = plan(sprint("1"), options=[option("A", {"1-2": ["1"]}), option("B", {"1": ["1"]})])
    before, after = (efforts(of)["1"] for of in (undecided, replace(undecided, chosen="A")))
    assert (float(before.low), float(before.high)) == (5, 10)
    assert (float(after.low), float(after.high)) == (10, 10)


def test_open_ended_and_full_windows_give_no_effort() -> None:
    whole = sprint("2", effort="5 days")
    assert set(efforts(plan(sprint("1"), whole, options=[option("A", {"1": ["1", "2"]})]))) == {"2"}
    assert set(efforts(plan(sprint("1"), whole, options=[option("A", {"1+": ["1", "2"]})]))) == {"2"}


def test_a_sprint_without_any_source_has_no_effort() -> None:
    example = plan(sprint("1"), sprint("2", effort="1 day"), phases=[phase("1", "1-2", "1", "2")])
    assert set(efforts(example)) == {"2"}


def test_the_first_plan_has_the_critical_path_2_then_5() -> None:
    first = loaded(ROOT)
    network = schedules(first).network
    assert network.critical_path == ("2", "5")
    assert network.end == 20  # 5 and 15 days
    assert Graph.of(first).hard_waves == (("1", "2", "6", "3"), ("4", "5"))
    assert (network.times["4"].total_slack, network.times["1"].free_slack) == (Fraction("2.625"), Fraction(0))


def test_soft_dependencies_delay_nothing() -> None:
    network = schedules(plan(sprint("1", effort="4 days"), sprint("2", effort="1 day", benefits=["1"]))).network
    assert network.times["2"].early_start == 0
    assert network.times["2"].total_slack == 3


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, ...]]]:
    size = draw(st.integers(1, 7))
    durations = [draw(st.integers(1, 6)) for _ in range(size)]
    needs = [tuple(k for k in range(n) if draw(st.booleans())) for n in range(size)]
    return durations, needs


@settings(max_examples=1_000, deadline=None)
@given(networks())
def test_times_and_critical_path_agree_with_all_chains(generated: tuple[list[int], list[tuple[int, ...]]]) -> None:
    durations, needs = generated
    size = len(durations)
    chains = list(every_chain(needs))
    length = max(sum(durations[n] for n in chain) for chain in chains)

    ids = [str(n) for n in range(size)]
    network = Network.of(
        Graph.of(plan(*(sprint(ids[n], needs=[ids[k] for k in needs[n]]) for n in range(size)))),
        dict(zip(ids, map(Fraction, durations), strict=True)),
    )

    assert network.end == length
    for n in range(size):
        before = max(sum(durations[k] for k in chain[: chain.index(n)]) for chain in chains if n in chain)
        through = max(sum(durations[k] for k in chain) for chain in chains if n in chain)
        times = network.times[ids[n]]
        assert times.early_start == before
        assert times.total_slack == length - through
        assert times.free_slack == max(delay for delay in range(length + 1) if harmless(durations, needs, n, delay))
    path = [int(id_) for id_ in network.critical_path]
    assert sum(durations[n] for n in path) == length
    assert all(k in needs[n] for k, n in pairwise(path))


def every_chain(needs: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """All subsets of the activities that are chains of dependencies."""
    subsets = (tuple(n for n, is_in in enumerate(choice) if is_in) for choice in product((0, 1), repeat=len(needs)))
    return [s for s in subsets if s and all(a in needs[b] for a, b in pairwise(s))]


def harmless(durations: list[int], needs: list[tuple[int, ...]], late: int, delay: int) -> bool:
    """Whether a delay of one activity moves neither the start of another nor the end."""
    plain, moved = (starts(durations, needs, late, by) for by in (0, delay))
    ends = [max(s + d for s, d in zip(side, durations, strict=True)) for side in (plain, moved)]
    others = [n for n in range(len(durations)) if n != late]
    return ends[0] == ends[1] and all(plain[n] == moved[n] for n in others)


def starts(durations: list[int], needs: list[tuple[int, ...]], late: int, delay: int) -> list[int]:
    times: list[int] = []
    for n, needed in enumerate(needs):
        times.append(max((times[k] + durations[k] for k in needed), default=0) + delay * (n == late))
    return times
