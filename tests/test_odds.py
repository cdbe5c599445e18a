"""Odds: simulated runs against closed forms, their reproducibility, and the first plan."""

from fractions import Fraction
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from masterplan.analyse import analyse
from masterplan.analyse.schedule import odds
from masterplan.analyse.schedule.odds import PERCENTILES, RUNS, Odds
from masterplan.model.sprint import Sprint
from tests.plans import loaded, option, person, plan, sprint

ROOT = Path(__file__).parents[1]


def odds_of(*sprints: Sprint, **more: Any) -> Odds:
    result = analyse(plan(*sprints, **more)).schedules.main_odds
    assert result is not None
    return result


def triangular(share: float, low: float, likely: float, high: float) -> float:
    """The value that a triangular distribution does not exceed with a probability, in closed form."""
    if share < (likely - low) / (high - low):
        return low + sqrt(share * (high - low) * (likely - low))
    return high - sqrt((1 - share) * (high - low) * (high - likely))


@pytest.mark.parametrize(("low", "likely", "high"), [(2, 5, 12), (3, 3, 9), (1, 8, 8), (4, 5, 6)])
def test_one_sprint_ends_according_to_its_distribution(low: int, likely: int, high: int) -> None:
    result = odds_of(sprint("1", effort=f"{low}-{high} days", likely=f"{likely} days"))
    for level, value in zip(PERCENTILES, result.plan, strict=True):
        expected = triangular(level / 100, low, likely, high)
        assert value == pytest.approx(expected, abs=0.03 * (high - low))
    assert result.ends["1"] == result.plan


def test_parallel_sprints_end_with_the_later_one() -> None:
    """The distribution of the later of two equal, independent sprints is the square of theirs."""
    both = [sprint(id_, effort="2-12 days") for id_ in ("1", "2")]
    result = odds_of(*both, options=[option("A", {"1": []}, {"1": []})])
    for level, value in zip(PERCENTILES, result.plan, strict=True):
        assert value == pytest.approx(triangular(sqrt(level / 100), 2, 7, 12), abs=0.3)
    assert result.drives["1"] + result.drives["2"] == pytest.approx(1)
    assert result.drives["1"] == pytest.approx(0.5, abs=0.03)


def test_only_sprints_that_others_wait_for_drive_the_end() -> None:
    sprints = [
        sprint("1", effort="1-2 days"),
        sprint("2", effort="5-6 days"),
        sprint("3", effort="3 days", needs=["1", "2"]),
    ]
    result = odds_of(*sprints, options=[option("A", {"1": []}, {"1": []})])
    assert result.drives == {"1": 0.0, "2": 1.0, "3": 1.0}


def test_a_long_chain_of_sprints_approaches_a_normal_distribution() -> None:
    """Mean and variance of a triangular distribution: (a+b+c)/3 and (a²+b²+c²-ab-ac-bc)/18."""
    chain = [sprint(str(n), effort="2-12 days", needs=[str(n - 1)] if n else []) for n in range(30)]
    result = odds_of(*chain)
    mean, deviation = 30 * 7, sqrt(30 * (4 + 144 + 49 - 24 - 14 - 84) / 18)
    for z, value in zip((0.0, 0.8416, 1.6449), result.plan, strict=True):
        assert value == pytest.approx(mean + z * deviation, rel=0.01)
    assert set(result.drives.values()) == {1.0}


def test_fixed_efforts_have_a_certain_end() -> None:
    result = odds_of(sprint("1", effort="3 days"), sprint("2", effort="2 days", needs=["1"]))
    assert list(result.plan) == [5] * 3
    assert (result.within(Fraction(5)), result.within(Fraction(4))) == (1.0, 0.0)


def test_absence_delays_the_runs() -> None:
    ada = person("ada", absent=["2026-01-06 to 2026-01-07"])
    result = odds_of(sprint("1", effort="3 days"), people=[ada], start="2026-01-05")
    assert result.plan == (Fraction(5),) * 3


def test_runs_are_reproducible_and_do_not_depend_on_other_sprints() -> None:
    common = sprint("1", effort="2-12 days")
    first = odds_of(common, sprint("2", effort="1-30 days"), options=[option("A", {"1": []}, {"1": []})])
    again = odds_of(common, sprint("2", effort="1-30 days"), options=[option("A", {"1": []}, {"1": []})])
    other = odds_of(common, sprint("7", effort="3-9 days"), options=[option("A", {"1": []}, {"1": []})])
    assert first == again
    assert len(first.runs) == RUNS
    assert first.ends["1"] == other.ends["1"]


def test_the_first_plan_can_meet_its_timelines() -> None:
    first = loaded(ROOT)
    schedules = analyse(first).schedules
    alone, pair = (schedules.option_odds[id_] for id_ in ("A", "B"))
    assert 0 < alone.within(Fraction(8 * 5)) < 0.1
    assert alone.within(Fraction(10 * 5)) > 0.9
    assert pair.within(Fraction(5 * 5)) > 0.5
    assert pair.within(Fraction(6 * 5)) == 1.0


def test_without_numpy_there_are_no_odds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odds, "available", lambda: False)
    small = plan(sprint("1"), options=[option("A", {"1": ["1"]})])
    schedules = analyse(small).schedules
    assert schedules.main_odds is None
    assert schedules.option_odds == {}
