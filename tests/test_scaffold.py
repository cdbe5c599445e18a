"""A new sprint is a file that loads as requested; a wrong one is never written."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterplan.cli import app as cli
from masterplan.edit import scaffold
from masterplan.edit.scaffold import new_sprint
from masterplan.errors import UsageError
from tests.commits import begin, commit, git
from tests.plans import BASE, loaded, write_plan
from tests.sites import masterplan
from tests.test_record import simultaneous_add


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*.yml")}


def test_a_new_sprint_has_the_next_number_and_its_own_file(tmp_path: Path) -> None:
    path = new_sprint(write_plan(tmp_path, BASE), "Request Batching", None, None, ())
    assert path == Path("plan_data/sprints/4-request-batching.yml")
    assert (loaded(tmp_path).sprints["4"].title, loaded(tmp_path).sprints["4"].depends_on) == ("Request Batching", None)


def test_a_new_sprint_has_the_requested_id_phase_and_dependencies(tmp_path: Path) -> None:
    new_sprint(write_plan(tmp_path, BASE), "Later", "L.1", "2", ("1", "3"))
    sprint = loaded(tmp_path).sprints["L.1"]
    assert sprint.phase == "2"
    assert [(edge.sprint, edge.strength) for edge in sprint.depends_on or ()] == [("1", "hard"), ("3", "hard")]


def test_the_first_sprint_of_a_plan_needs_no_folder(tmp_path: Path) -> None:
    new_sprint(write_plan(tmp_path, {"plan.yml": "title: T\n"}), "日本語", None, None, ())
    assert files(tmp_path) == {"plan_data/plan.yml", "plan_data/sprints/1-sprint.yml"}
    assert loaded(tmp_path).sprints["1"].title == "日本語"


def test_a_new_file_names_its_schema_if_the_repository_has_it(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE)
    without = (tmp_path / new_sprint(tmp_path, "One", None, None, ())).read_text("utf-8")
    assert without.startswith("id:")
    assert masterplan(tmp_path, "schema").returncode == 0
    path = tmp_path / new_sprint(tmp_path, "Two", None, None, ())
    marker, _, schema = path.read_text("utf-8").partition("\n")[0].partition("=")
    assert marker == "# yaml-language-server: $schema"
    assert (path.parent / schema).is_file()


def test_every_commented_line_is_valid_when_uncommented(tmp_path: Path) -> None:
    path = tmp_path / new_sprint(write_plan(tmp_path, BASE), "T", None, None, ())
    text = path.read_text("utf-8").replace("owner: the id of a person in team.yml", "owner: ada")
    path.write_text("\n".join(line.removeprefix("# ") for line in text.split("\n")), "utf-8")
    sprint = loaded(tmp_path).sprints["4"]
    assert (sprint.depends_on, sprint.owner) == ((), ("ada",))
    assert all((sprint.impact, sprint.effort, sprint.savings, sprint.metrics, sprint.risk, sprint.rollback))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"title": ""}, "`title` is empty"),
        ({"title": " \n"}, "`title` is empty"),
        ({"title": "A\x1b[31m"}, "U.001B"),
        ({"title": "A\u202eB"}, "U.202E"),
        ({"title": "x" * 1_001}, "1,000 characters"),
        ({"id_": "2"}, "the id 2 is already taken"),
        ({"id_": "l"}, "the id `l` is already used in plan_data/sprints/L-l.yml"),
        ({"id_": "a b"}, "is not a valid id"),
        ({"id_": "../x"}, "is not a valid id"),
        ({"id_": "a\nb"}, "is not a valid id"),
        ({"phase": "7"}, "no phase 7"),
        ({"needs": ("1", "7")}, "no sprint 7; choose one of 1, 2, 3, L"),
    ],
)
def test_a_wrong_sprint_is_not_written(arguments: dict[str, Any], message: str, tmp_path: Path) -> None:
    before = files(write_plan(tmp_path, BASE | {"sprints/L-l.yml": "id: L\ntitle: L\n"}))
    with pytest.raises(UsageError, match=message):
        new_sprint(tmp_path, **{"title": "T", "id_": None, "phase": None, "needs": ()} | arguments)
    assert files(tmp_path) == before


def test_a_new_sprint_avoids_ids_of_other_branches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = begin(tmp_path)
    git(root, "switch", "--quiet", "--create", "tracing")
    commit(root, {"sprints/4-tracing.yml": 'id: "4"\ntitle: Tracing\n', "sprints/L-x.yml": "id: L\ntitle: X\n"})
    git(root, "switch", "--quiet", "--create", "caching", "main")
    commit(root, {"sprints/5-caching.yml": 'id: "5"\ntitle: Caching\n', "sprints/9-broken.yml": "id: [\n"})
    git(root, "update-ref", "refs/remotes/origin/caching", "caching")
    git(root, "switch", "--quiet", "main")
    git(root, "branch", "--quiet", "-D", "caching")
    assert cli.run(["new", "sprint", "Mine", "--root", str(root)]) == 0
    output = capsys.readouterr().out
    assert "plan_data/sprints/6-mine.yml" in output
    assert "4 (tracing)" in output
    assert "5 (origin/caching)" in output
    assert cli.run(["new", "sprint", "Mine", "--root", str(root), "--id", "L"]) == 0
    assert "The branch tracing also has the id L; change one of the two" in capsys.readouterr().out
    assert loaded(root).sprints["L"].title == "Mine"


def test_a_repeated_dependency_is_written_once(tmp_path: Path) -> None:
    new_sprint(write_plan(tmp_path, BASE), "T", " 4\n", None, ("1", "1"))
    assert [edge.sprint for edge in loaded(tmp_path).sprints["4"].depends_on or ()] == ["1"]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE | {"sprints/4-d.yml": 'id: "4-d"\ntitle: D\n'})
    with pytest.raises(UsageError, match="taken"):
        new_sprint(tmp_path, "D", "4", None, ())
    assert loaded(tmp_path).sprints["4-d"].title == "D"


def test_two_commands_at_once_take_two_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_plan(tmp_path, BASE)
    monkeypatch.setattr(scaffold, "add", simultaneous_add())
    with ThreadPoolExecutor() as threads:
        paths = list(threads.map(lambda title: new_sprint(root, title, None, None, ()), ("One", "Other")))
    assert sorted(path.name[:2] for path in paths) == ["4-", "5-"]
    assert loaded(root).sprints["5"].title in {"One", "Other"}


def test_a_wrong_plan_gets_no_new_sprint(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="errors"):
        new_sprint(write_plan(tmp_path, {"plan.yml": "titel: T\n"}), "T", None, None, ())


@given(title=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), max_size=40))
def test_any_title_loads_back_with_its_white_space_collapsed(
    title: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = write_plan(tmp_path_factory.mktemp("plan"), BASE)
    if title.strip():
        new_sprint(root, title, None, None, ())
        assert loaded(root).sprints["4"].title == " ".join(title.split())
