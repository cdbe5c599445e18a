"""The plans that benchmarks measure have no errors, are the same every time, and can become pages without macros."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.baseline import write_baseline
from benchmarks.cpu import Run
from benchmarks.generate import write_plan, write_project
from benchmarks.scale import EDITS, LARGEST, SIZES, SMALL, exceeded, exponent, older, write_plans
from benchmarks.startup import Limit
from masterplan import analyse
from masterplan.model.finding import at_least
from tests.plans import loaded
from tests.sites import contents


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("generated") / "project"
    write_project(root, 60)
    return root


def test_a_generated_plan_has_no_errors(project: Path) -> None:
    plan = loaded(project)
    assert len(plan.sprints) == 60
    assert at_least(analyse(plan).findings, "error") == ()


@pytest.mark.parametrize("sprints", [1, 2, 6, 61])
def test_a_plan_of_any_size_can_be_generated(tmp_path: Path, sprints: int) -> None:
    write_plan(tmp_path, sprints)
    assert len(loaded(tmp_path).sprints) == sprints


def test_compared_plans_of_any_size_differ_in_the_effort_of_some_sprints(tmp_path: Path) -> None:
    plan = write_plans(tmp_path, SMALL)
    newer, before = loaded(plan).sprints, loaded(older(plan)).sprints
    assert len([id_ for id_ in newer if newer[id_] != before[id_]]) == EDITS


def test_the_same_plan_is_generated_every_time(project: Path, tmp_path: Path) -> None:
    write_plan(tmp_path, 60)
    assert contents(tmp_path / "plan_data") == contents(project / "plan_data")


def test_a_large_generated_plan_resembles_real_plans(tmp_path: Path) -> None:
    write_plan(tmp_path, 400)
    sprints = loaded(tmp_path).sprints.values()
    dependencies = [dependency for sprint in sprints for dependency in sprint.depends_on or ()]
    assert 1.3 <= len(dependencies) / 400 <= 1.5
    assert {dependency.strength for dependency in dependencies} == {"hard", "soft"}
    assert {len(sprint.metrics) for sprint in sprints} == {1, 2, 3}
    assert {bool(sprint.risk and sprint.risk.likelihood) for sprint in sprints} == {True, False}
    assert len({sprint.owner for sprint in sprints}) == 5
    assert len({sprint.description for sprint in sprints}) > 200


def test_plain_pages_are_the_same_pages_without_macros(project: Path, tmp_path: Path) -> None:
    write_baseline(project, tmp_path / "plain")
    plain = dict(pages(tmp_path / "plain" / "docs"))
    assert set(dict(pages(project / "docs"))) < set(plain)
    assert len([path for path in plain if path.startswith("sprints/SPRINT_")]) == 60
    assert [path for path, text in plain.items() if "{{" in text or "{%" in text] == []
    assert all("\n# " in f"\n{text}" for text in plain.values())


def pages(docs: Path) -> Iterator[tuple[str, str]]:
    return ((path.relative_to(docs).as_posix(), path.read_text("utf-8")) for path in docs.rglob("*.md"))


@pytest.mark.parametrize(
    ("limit", "cpu", "is_exceeded"),
    [
        (Limit("a", (), times=1.5), 0.3, False),
        (Limit("a", (), times=1.5), 0.31, True),
        (Limit("a", (), seconds=0.8), 0.8, False),
        (Limit("a", (), seconds=0.8), 0.9, True),
    ],
)
def test_a_command_that_takes_too_long_exceeds_its_limit(limit: Limit, cpu: float, is_exceeded: bool) -> None:  # noqa: FBT001
    assert limit.is_exceeded(cpu, base=0.2) is is_exceeded


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_costs_is_their_power_of_the_size(power: float) -> None:
    assert exponent(SIZES, [0.02 * size**power for size in SIZES]) == pytest.approx(power)


@pytest.mark.parametrize(
    ("power", "memory", "words"),
    [
        (1.0, 0.1, []),
        (1.0, 0.2, ["MB of 10,000 sprints: 2000.00"]),
        (1.1, 0.1, ["CPU of 10,000 sprints, times that of 1,000: 12.59"]),
        (2.0, 0.1, ["exponent: 2.00", "CPU of 10,000 sprints, times that of 1,000: 100.00"]),
    ],
)
def test_a_command_whose_cost_grows_faster_than_the_plan_exceeds_its_limits(
    power: float, memory: float, words: list[str]
) -> None:
    runs = [Run(0.01 * size**power, 1.0, memory * size) for size in (*SIZES, LARGEST)]
    assert [line.partition(", at most")[0] for line in exceeded("build", runs)] == [
        f"exceeded: build: {limit}" for limit in words
    ]
