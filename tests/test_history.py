"""The history of a plan: how its commits are read from Git, and the cache."""

import json
import re
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from masterplan.cli import app as cli
from masterplan.git import history as past
from masterplan.git.commands import MEMORY
from masterplan.git.history import history
from masterplan.git.revision import last_changes
from masterplan.load import load
from masterplan.load.loader import LoadedPart
from masterplan.load.loader import load_part as parse
from masterplan.model.history import Commit, History
from masterplan.model.part import Part
from masterplan.model.quantity import Notation
from masterplan.publish.project import open_project
from masterplan.render.export.feed import feed
from tests import macro_output, sites
from tests.commits import DAY, FIRST, SAVES, begin, begin_long, commit, git, record, record_at
from tests.plans import BASE, write_plan
from tests.sites import article, called, masterplan, pages, words


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return begin(tmp_path)


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return begin_long(tmp_path)


def titles(recorded: History) -> list[str]:
    return [commit_.title for commit_ in recorded.commits]


def shown(root: Path, macro: str, *arguments: str) -> str:
    return macro_output.shown(open_project(root), macro, *arguments)


def rules(of: Commit) -> list[str]:
    return [change.rule for change in of.changes]


def test_commits_are_newest_first_with_author_time_and_changes(long: Path) -> None:
    recorded = history(long)
    assert titles(recorded) == [
        "Save less",
        "Drop Sprint 4",
        "Break it",
        "Add Sprint 4",
        "State the savings",
        "The plan",
    ]
    less, drop, broken, add, state, first = recorded.commits
    assert (less.author, less.time) == ("Grace", datetime(2025, 11, 21, 12, tzinfo=UTC))
    assert [rules(less), rules(state), rules(add)] == [["savings-lowered"], ["savings-raised"], ["sprint-added"]]
    assert (first.begins, first.changes) == (True, ())
    assert [commit_.begins for commit_ in recorded.commits[:-1]] == [False] * 5
    assert broken.state.extent is None
    assert broken.state.problem.startswith("plan_data/sprints/4-d.yml:")
    assert broken.changes == ()
    assert rules(drop) == ["sprint-removed"]  # compared with the last readable commit
    assert add.state.extent
    assert (add.state.extent.sprints, add.state.extent.last_week, add.state.extent.savings) == (4, 3, "$50-100")


def test_commits_without_changes_to_the_plan_are_left_out(root: Path) -> None:
    (root / "README.md").write_text("Read me\n", "utf-8")
    record(root, "Not the plan")
    assert titles(history(root)) == ["The plan"]


def test_a_commit_of_layout_alone_is_listed_without_changes(root: Path) -> None:
    commit(
        root, {"sprints/2-b.yml": '# formatted again\ndepends_on: [{sprint: "1"}]\ntitle: B\nid: "2"\n'}, "Lay it out"
    )
    assert titles(history(root)) == ["Lay it out", "The plan"]
    assert "Only formatting changed." in shown(root, "changes")


def test_similar_changes_are_grouped_and_breaking_ones_marked(
    root: Path,
) -> None:
    files = {f"sprints/{n}-x.yml": f'id: "{n}"\ntitle: X\n' for n in "456"}
    commit(root, files | {"plan.yml": "title: T\nstart: 2026-01-05\n"}, "Add three")
    text = shown(root, "changes")
    assert "Sprint added (3) Sprint 4" in text
    assert "notable" not in text
    commit(root, {"plan.yml": "title: T\nstart: 2026-02-02\n"}, "Start later")
    assert "breaking The plan starts later" in shown(root, "changes")


def test_a_merge_is_one_commit(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, {"sprints/2-b.yml": 'id: "2"\ntitle: B\n'}, "On the side")
    commit(root, {"sprints/2-b.yml": 'id: "2"\ntitle: Bee\n'}, "On the side again")
    git(root, "checkout", "--quiet", "main")
    commit(root, {"plan.yml": "title: Other\nupdated: 2025-11-16\n"}, "On main")
    git(root, "merge", "--quiet", "--no-ff", "-m", "Bring both", "side")
    recorded = history(root)
    assert titles(recorded) == ["Bring both", "On main", "The plan"]
    assert {str(change.subject) for change in recorded.commits[0].changes} == {"sprint 2"}


def test_a_plan_can_be_missing_for_some_commits(root: Path) -> None:
    git(root, "mv", "plan_data", "elsewhere")
    record(root, "Away")
    git(root, "mv", "elsewhere", "plan_data")
    record(root, "Back")
    back, away, _ = history(root).commits
    assert "the folder is missing" in away.state.problem
    assert (back.begins, back.changes) == (False, ())


def test_a_shallow_clone_is_marked_and_its_first_commit_has_no_changes(long: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(long, "clone", "--quiet", "--depth=2", f"file://{long}", str(clone))
    of_clone = history(clone)
    assert of_clone.shallow
    assert titles(of_clone) == ["Save less", "Drop Sprint 4"]
    assert (of_clone.commits[1].begins, of_clone.commits[1].changes) == (True, ())
    assert "shallow clone" in shown(clone, "changes")
    assert not history(long).shallow


def test_a_rewritten_history_replaces_the_old_one(long: Path) -> None:
    history(long)
    git(long, "reset", "--quiet", "--hard", "HEAD~2")
    commit(long, {"sprints/4-d.yml": None, "sprints/1-a.yml": SAVES.format("$1")}, "All at once")
    rewritten = history(long)
    assert titles(rewritten)[:2] == ["All at once", "Break it"]
    assert sorted(rules(rewritten.commits[0])) == ["savings-lowered", "sprint-removed"]


def test_a_folder_without_a_repository_or_commit_has_no_history(tmp_path: Path) -> None:
    root = write_plan(tmp_path, BASE)
    assert history(root) == History()
    git(root, "init", "--quiet")
    assert history(root) == History()
    assert "No commit has changed the plan yet" in shown(root, "changes")
    assert "No commit has changed the plan yet" in shown(root, "changes_chart")
    assert not (root / ".git" / MEMORY).exists()


def test_a_plan_below_the_root_of_its_repository_has_its_history(tmp_path: Path) -> None:
    below = write_plan(tmp_path / "teams" / "search", BASE)
    git(tmp_path, "init", "--quiet")
    record(tmp_path, "The plan")
    commit(below, {"plan.yml": "title: Other\nupdated: 2025-11-16\n"}, "Call it otherwise")
    write_plan(tmp_path / "teams" / "ads", BASE)
    record(tmp_path, "Another plan")
    assert titles(history(below)) == ["Call it otherwise", "The plan"]


@pytest.mark.parametrize(("when", "year"), [(-5, 1970), (10**12, 9999)])
def test_impossible_times_of_commits_are_limited(root: Path, when: int, year: int) -> None:
    """Both of the current commit and of an earlier one."""
    write_plan(root, {"sprints/1-a.yml": SAVES.format("$50-100")})
    record_at(root, when)
    assert history(root).commits[0].time.year == year
    assert last_changes(root, "plan_data")["plan_data/sprints/1-a.yml"].day.year == year
    assert cli.run(["check", "--root", str(root)]) == 0
    assert "Mad" in shown(root, "changes")
    commit(root, {"plan.yml": "title: Other\n"})
    assert [commit_.time.year for commit_ in history(root).commits] == [2025, year, 2025]
    assert "Mad" in shown(root, "changes")


def test_a_rebased_commit_has_its_new_date_everywhere(root: Path) -> None:
    commit(root, {"sprints/1-a.yml": SAVES.format("$50-100")}, "State the savings", when=FIRST + DAY)
    before = feed("Plan", history(root), "plan")
    git(root, "commit", "--quiet", "--amend", "--no-edit", when=FIRST + 9 * DAY)
    newest = history(root).commits[0]
    assert newest.time.date() == date(2025, 11, 25)
    assert last_changes(root, "plan_data")["plan_data/sprints/1-a.yml"].day == newest.time.date()
    after = feed("Plan", history(root), "plan")
    assert re.findall("<updated>(.*?)</updated>", before)[0] == "2025-11-17T12:00:00Z"
    assert re.findall("<updated>(.*?)</updated>", after)[0] == "2025-11-25T12:00:00Z"


def test_commits_in_the_cache_are_not_read_again(long: Path) -> None:
    cold = history(long)
    read: list[str] = []

    def reading(content: bytes, path: str, kind: type[Part], notation: Notation) -> LoadedPart:
        read.append(path)
        return parse(content, path, kind, notation)

    warm = history(long, reading)
    assert warm == cold
    assert set(read) == {f"plan_data/{name}" for name in [*BASE, "sprints/4-d.yml"]}  # of the wrong commit only
    git(long, "status", "--porcelain")
    commit(long, {"plan.yml": "title: Other\n"}, "One more")
    assert history(long).commits[1:] == cold.commits
    assert git(long, "status", "--porcelain") == ""


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"program": "x"}', b'{"program": "%s", "states": 1}'])
def test_a_damaged_or_missing_cache_is_rebuilt(long: Path, content: bytes) -> None:
    cold = history(long)
    file = cache_of(long)
    good = file.read_bytes()
    program = json.loads(good)["program"].encode()
    file.write_bytes(content.replace(b"%s", program))
    assert history(long) == cold
    assert file.read_bytes() == good
    file.unlink()
    assert history(long) == cold


def test_the_cache_of_another_version_is_ignored(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history(long)
    file = cache_of(long)
    file.write_text(file.read_text("utf-8").replace("saves less", "saves more"), "utf-8")
    assert "saves more" in history(long).commits[0].changes[0].message
    monkeypatch.setattr("masterplan.git.history.own_files", lambda: "other code")
    assert "saves less" in history(long).commits[0].changes[0].message


def test_a_cache_that_cannot_be_written_does_no_harm(long: Path) -> None:
    (long / ".git" / MEMORY).write_text("in the way\n", "utf-8")
    assert len(history(long).commits) == 6


def cache_of(root: Path) -> Path:
    """The only cache file in a repository."""
    [file] = root.rglob("history*.json")
    return file


def test_a_cache_in_a_commit_is_ignored(long: Path, tmp_path: Path) -> None:
    history(long)
    forged = cache_of(long).read_text("utf-8").replace("saves less", "saves more")
    for name in ("masterplan", ".masterplan-cache"):
        (long / name).mkdir(exist_ok=True)
        (long / name / "history.json").write_text(forged, "utf-8")
        (long / name / cache_of(long / ".git").name).write_text(forged, "utf-8")
    git(long, "add", "--all", "--force")
    record(long, "Forge the past")
    git(long, "clone", "--quiet", str(long), str(tmp_path / "clone"))
    for root in (long, tmp_path / "clone"):
        assert "saves less" in history(root).commits[0].changes[0].message


def test_two_plans_of_one_repository_have_their_own_cache(tmp_path: Path) -> None:
    folders = [write_plan(tmp_path / "teams" / name, BASE) for name in ("search", "ads")]
    git(tmp_path, "init", "--quiet")
    record(tmp_path, "The plans")
    for folder in folders:
        history(folder)
    assert len(list((tmp_path / ".git" / MEMORY).iterdir())) == len(folders)
    assert not (tmp_path / "teams/ads/.masterplan-cache").exists()


def test_only_the_newest_commits_are_read(long: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "MOST_READ", 3)
    recorded = history(long)
    assert recorded.cut
    assert titles(recorded) == ["Save less", "Drop Sprint 4", "Break it"]
    assert recorded.commits[1].begins
    assert "Only the newest 3 commits are listed." in shown(long, "changes")


def test_the_site_is_the_same_with_and_without_the_cache(tmp_path: Path) -> None:
    root = sites.small_repository(tmp_path / "plan")
    (root / "docs" / "next.md").write_text("# Next\n\n{{ changes_chart() }}\n\n{{ changes() }}\n", "utf-8")
    commit(root, {"sprints/1-a.yml": SAVES.format("$50-100")}, "State the savings")
    built = []
    for zone in ("UTC", "Asia/Tokyo"):
        assert masterplan(root, "build", TZ=zone).returncode == 0
        built.append(sites.contents(root / "site"))
    cache_of(root).unlink()
    assert called(root, "build").returncode == 0
    assert built[0] == built[1] == sites.contents(root / "site")
    assert "State the savings" in words(article(pages(root / "site")["next/index.html"]))


def test_files_shared_by_a_commit_and_the_plan_are_read_once(tmp_path: Path) -> None:
    root, read = begin(tmp_path), list[str]()

    def counted(content: bytes, path: str, kind: type[Part], notation: Notation) -> LoadedPart:
        read.append(path)
        return parse(content, path, kind, notation)

    remembered = cache(counted)
    load(root, remembered)
    files = sorted(read)
    assert len(history(root, remembered).commits) == 1
    assert sorted(read) == files
