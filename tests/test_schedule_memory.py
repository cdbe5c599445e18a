"""Schedules are remembered in a repository and computed again only for a different problem."""

import json
from pathlib import Path

import pytest

from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.list_scheduling import list_schedule
from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource, Schedule
from masterplan.publish.schedule_memory import MOST_REMEMBERED, remembering
from tests.commits import begin

MEMORY = Path(".git/masterplan/schedules.json")


def problem(longest: int) -> Problem:
    durations = (15, 20, 20, 25, 30, 35, 45, 50, longest)
    return Problem(tuple(Activity((Mode(duration, ((0, 1),)),)) for duration in durations), (Resource(3),))


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    """The problems for which a schedule is computed."""
    problems: list[Problem] = []
    best_schedule = solver.best_schedule

    def counted(problem: Problem) -> Schedule:
        problems.append(problem)
        return best_schedule(problem)

    monkeypatch.setattr(solver, "best_schedule", counted)
    return problems


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return begin(tmp_path)


def test_a_schedule_is_computed_once_for_each_problem(repository: Path, computed: list[Problem]) -> None:
    schedules = [remembering(repository)(problem(longest)) for longest in (60, 60, 61, 60)]
    assert computed == [problem(60), problem(61)]
    assert schedules[0] == schedules[1] == schedules[3] == solver.best_schedule(problem(60))
    assert schedules[2] != schedules[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b"null", b'{"%s": [[1], [2], [0], 3]}', b'{"%s": "text"}', b'{"%s": [[], [], [], 1]}',
     b'{"%s": [["a", 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0, 0, 0, 0, 0, 0, 0], 3]}'],
)  # fmt: skip
def test_a_broken_memory_is_replaced(content: bytes, repository: Path, computed: list[Problem]) -> None:
    answer = remembering(repository)(problem(60))
    (key,) = json.loads((repository / MEMORY).read_bytes())
    (repository / MEMORY).write_bytes(content.replace(b"%s", key.encode()))
    assert remembering(repository)(problem(60)) == answer
    assert len(computed) == 2
    assert remembering(repository)(problem(60)) == answer
    assert len(computed) == 2


def test_another_version_of_the_program_computes_again(
    repository: Path, computed: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    remembering(repository)(problem(60))
    monkeypatch.setattr("masterplan.publish.schedule_memory.program", lambda: "another")
    remembering(repository)(problem(60))
    monkeypatch.setattr("masterplan.publish.schedule_memory.program", lambda: "")
    remembering(repository)(problem(60))
    assert len(computed) == 3


def test_the_memory_has_a_limited_size(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "best_schedule", list_schedule)
    for longest in range(60, 62 + MOST_REMEMBERED):
        remembering(repository)(problem(longest))
    assert len(json.loads((repository / MEMORY).read_bytes())) == MOST_REMEMBERED


def test_outside_a_repository_nothing_is_remembered(tmp_path: Path, computed: list[Problem]) -> None:
    for _ in range(2):
        remembering(tmp_path)(problem(60))
    assert len(computed) == 2
    assert not list(tmp_path.iterdir())


def test_without_writable_memory_schedules_are_computed(repository: Path, computed: list[Problem]) -> None:
    elsewhere = repository / "elsewhere"
    elsewhere.mkdir()
    (repository / MEMORY.parent).symlink_to(elsewhere)
    for _ in range(2):
        remembering(repository)(problem(60))
    assert len(computed) == 2
    assert not list(elsewhere.iterdir())
