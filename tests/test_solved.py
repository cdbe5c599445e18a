"""What the solver found is remembered in a repository, and asked for again only where the problem is another one."""

import json
from pathlib import Path

import pytest

from masterplan.analyse.schedule import solver
from masterplan.analyse.schedule.list_scheduling import list_schedule, serial
from masterplan.analyse.schedule.rcpsp import Activity, Mode, Problem, Resource, Schedule
from masterplan.publish.solved import MOST_REMEMBERED, remembering
from tests.commits import begin

MEMORY = Path(".git/masterplan/schedules.json")


def problem(longest: int) -> Problem:
    durations = (15, 20, 20, 25, 30, 35, 45, 50, longest)
    return Problem(tuple(Activity((Mode(duration, ((0, 1),)),)) for duration in durations), (Resource(3),))


def first(longest: int) -> Schedule:
    return serial(problem(longest), [float(n % 3) for n in range(9)])


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Problem]:
    """The problems that the solver is asked about."""
    problems: list[Problem] = []
    improve = solver.improve

    def counted(about: Problem, schedule: Schedule) -> Schedule:
        problems.append(about)
        return improve(about, schedule)

    monkeypatch.setattr(solver, "improve", counted)
    return problems


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return begin(tmp_path)


def test_a_problem_is_solved_once_and_another_one_anew(repository: Path, asked: list[Problem]) -> None:
    answers = [remembering(repository)(problem(longest), first(longest)) for longest in (60, 60, 61, 60)]
    assert asked == [problem(60), problem(61)]
    assert answers[0] == answers[1] == answers[3] == solver.improve(problem(60), first(60))
    assert answers[2] != answers[0]


def test_an_answer_to_another_first_schedule_is_another_one(repository: Path, asked: list[Problem]) -> None:
    remembering(repository)(problem(60), first(60))
    remembering(repository)(problem(60), list_schedule(problem(60)))
    assert len(asked) == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b"null", b'{"%s": [[1], [2], [0], 3]}', b'{"%s": "text"}', b'{"%s": [[], [], [], 1]}',
     b'{"%s": [["a", 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0, 0, 0, 0, 0, 0, 0], 3]}'],
)  # fmt: skip
def test_a_broken_memory_is_as_good_as_none(content: bytes, repository: Path, asked: list[Problem]) -> None:
    answer = remembering(repository)(problem(60), first(60))
    (key,) = json.loads((repository / MEMORY).read_bytes())
    (repository / MEMORY).write_bytes(content.replace(b"%s", key.encode()))
    assert remembering(repository)(problem(60), first(60)) == answer
    assert len(asked) == 2
    assert remembering(repository)(problem(60), first(60)) == answer
    assert len(asked) == 2


def test_another_version_of_the_program_solves_anew(
    repository: Path, asked: list[Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    remembering(repository)(problem(60), first(60))
    monkeypatch.setattr("masterplan.publish.solved.program", lambda: "another")
    remembering(repository)(problem(60), first(60))
    monkeypatch.setattr("masterplan.publish.solved.program", lambda: "")
    remembering(repository)(problem(60), first(60))
    assert len(asked) == 3


def test_the_memory_does_not_grow_for_ever(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "improve", lambda _, schedule: schedule)
    for longest in range(60, 62 + MOST_REMEMBERED):
        remembering(repository)(problem(longest), first(longest))
    assert len(json.loads((repository / MEMORY).read_bytes())) == MOST_REMEMBERED


def test_outside_a_repository_nothing_is_remembered(tmp_path: Path, asked: list[Problem]) -> None:
    for _ in range(2):
        remembering(tmp_path)(problem(60), first(60))
    assert len(asked) == 2
    assert not list(tmp_path.iterdir())


def test_where_nothing_can_be_written_the_solver_is_asked(repository: Path, asked: list[Problem]) -> None:
    elsewhere = repository / "elsewhere"
    elsewhere.mkdir()
    (repository / MEMORY.parent).symlink_to(elsewhere)
    for _ in range(2):
        remembering(repository)(problem(60), first(60))
    assert len(asked) == 2
    assert not list(elsewhere.iterdir())
