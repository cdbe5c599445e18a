"""Plans read from Git: the same plan and the same findings as on disk, and names that never become options."""

from pathlib import Path

import pytest

from masterplan.errors import UsageError
from masterplan.load import load
from masterplan.load.source import MAX_BYTES
from masterplan.publish.git import Objects, Snapshot, commit_of, merge_base
from masterplan.publish.git import git as ask
from tests.commits import begin, commit, git, record
from tests.plans import BASE, write_plan


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return begin(tmp_path)


def tree(root: Path, objects: Objects, name: str = "HEAD^{tree}") -> Snapshot:
    return Snapshot(objects, ask(root, "rev-parse", name))


def rules(root: Path) -> tuple[list[str], list[str]]:
    """What is found on disk and in the commit, with places."""
    with Objects(root) as objects:
        sides = load(root), load(tree(root, objects))
    disk, commit = ([f"{each.place} {each.rule.id}" for each in side.findings] for side in sides)
    return disk, commit


def test_a_commit_holds_the_same_plan_as_the_files(root: Path) -> None:
    with Objects(root) as objects:
        found = load(tree(root, objects))
    assert found.findings == ()
    assert found.plan == load(root).plan
    assert found.plan is not None
    assert found.plan.places.of("sprints", "2", "title") == load(root).plan.places.of("sprints", "2", "title")  # type: ignore[union-attr]


def test_the_checkout_is_not_looked_at(root: Path) -> None:
    write_plan(root, {"plan.yml": "titel: Wrong\n", "sprints/9.yml": 'id: "9"\ntitle: Nine\n'})
    with Objects(root) as objects:
        found = load(tree(root, objects)).plan
    assert found is not None
    assert list(found.sprints) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "files",
    [
        {"plan.yml": "titel: Wrong\n"},
        {"sprints/1-a.yml": 'id: "7"\ntitle: A\n'},
        {"sprints/4-d.yml": 'id: "4"\ntitle: D\ndepends_on:\n  - sprint: "99"\n'},
        {"sprints/4-d.yml": b"\xff\xfe"},
        {"sprints/x.txt": "no plan"},
        {"other.yml": "a: b\n"},
        {"sprints/4-d.yml": b"title: " + b"x" * MAX_BYTES},
        {"sprints/4 d\u00e9.yml": 'id: "4"\ntitle: D\n'},
        {"sprints/new\nline.yml": 'id: "4"\ntitle: D\n'},
    ],
)
def test_what_is_wrong_is_found_as_on_disk(root: Path, files: dict[str, str | bytes]) -> None:
    write_plan(root, files)
    record(root, "Wrong")
    disk, commit = rules(root)
    assert disk
    assert commit == disk


def test_a_file_that_is_too_large_is_not_read(root: Path) -> None:
    write_plan(root, {"plan.yml": b"# " + b"x" * (3 * MAX_BYTES)})
    record(root, "Large")
    with Objects(root) as objects:
        content = tree(root, objects).read("plan_data/plan.yml", MAX_BYTES)
    assert content == bytes(MAX_BYTES + 1)


@pytest.mark.parametrize("path", ["plan.yml", "sprints/4-d.yml", "sprints"])
def test_a_symbolic_link_is_a_finding_as_on_disk(root: Path, path: str) -> None:
    link = root / "plan_data" / path
    if link.is_dir():
        git(root, "mv", "plan_data/sprints", "elsewhere")
    link.unlink(missing_ok=True)
    link.symlink_to("/etc/passwd")
    record(root, "A link")
    disk, commit = rules(root)
    assert f"plan_data/{path}:1:1 symlink" in commit
    assert commit == disk


def test_a_submodule_is_a_finding(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{head},plan_data/sprints/4-d.yml")
    git(root, "commit", "--quiet", "-m", "A submodule")
    with Objects(root) as objects:
        found = load(tree(root, objects)).findings
    assert [(each.rule.id, each.message) for each in found] == [("unreadable", "not a file")]


def test_a_plan_that_is_a_submodule_is_a_finding(tmp_path: Path) -> None:
    root = begin(tmp_path)
    head = git(root, "rev-parse", "HEAD")
    git(root, "rm", "-r", "--quiet", "--cached", "plan_data")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{head},plan_data")
    git(root, "commit", "--quiet", "-m", "A submodule")
    with Objects(root) as objects:
        found = load(tree(root, objects)).findings
    assert "unreadable" in {each.rule.id for each in found}
    assert "submodule" in found[0].message


def test_a_folder_without_a_plan_says_so(root: Path) -> None:
    git(root, "rm", "-r", "--quiet", "plan_data")
    record(root, "Gone")
    disk, commit = rules(root)
    assert commit == disk == ["plan_data:1:1 missing-file"]


def test_an_object_that_is_missing_is_a_finding_and_no_crash(root: Path) -> None:
    blob = git(root, "rev-parse", "HEAD:plan_data/plan.yml")
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with Objects(root) as objects:
        found = load(tree(root, objects)).findings
    assert [(each.rule.id, str(each.place)) for each in found] == [("unreadable", "plan_data/plan.yml:1:1")]
    assert "not in this clone" in found[0].message


def test_a_folder_that_is_missing_is_a_finding_and_no_crash(root: Path) -> None:
    folder = git(root, "rev-parse", "HEAD:plan_data/sprints")
    (root / ".git" / "objects" / folder[:2] / folder[2:]).unlink()
    with Objects(root) as objects:
        found = load(tree(root, objects)).findings
    assert ("unreadable", "plan_data/sprints") in {(each.rule.id, each.place.path) for each in found}


def test_nothing_is_fetched_for_a_partial_clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    clone = tmp_path_factory.mktemp("partial") / "clone"
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{root}", str(clone))
    with Objects(clone) as objects:
        found = load(tree(clone, objects))
    assert found.plan is None
    assert {each.rule.id for each in found.findings} == {"unreadable"}
    missing = git(clone, "rev-list", "--objects", "--missing=print", "HEAD").count("?")
    assert missing == len(BASE)


def test_a_repository_of_the_other_hash_is_read_too(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE)
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    record(tmp_path, "The plan")
    with Objects(tmp_path) as objects:
        assert load(tree(tmp_path, objects)).plan == load(tmp_path).plan


@pytest.mark.parametrize(
    "name", ["--output=written", "-n", "--all", "--help", "--git-dir=/", "", "--", "--end-of-options"]
)
def test_a_name_never_becomes_an_option(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is no revision"):
        commit_of(root, name)
    assert not (root / "written").exists()


@pytest.mark.parametrize("name", ["nowhere", "main..main", "main\nmain", "HEAD~99", "HEAD:plan_data"])
def test_a_name_of_no_commit_is_said(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is no revision"):
        commit_of(root, name)


def test_names_of_a_commit(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    git(root, "tag", "-a", "v1", "-m", "One")
    second = commit(root, {"plan.yml": "title: Two\n"})
    assert [commit_of(root, name) for name in ("v1", "HEAD~1", head[:8], "main", "HEAD^{/The plan}")] == [
        head, head, head, second, head,
    ]  # fmt: skip


def test_where_two_branches_parted(root: Path) -> None:
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, {"plan.yml": "title: Side\n"})
    git(root, "checkout", "--quiet", "main")
    commit(root, {"plan.yml": "title: Main\n"})
    assert merge_base(root, "main", "side") == base
    git(root, "checkout", "--quiet", "--orphan", "alone")
    record(root, "Alone")
    with pytest.raises(UsageError, match="no commit in common"):
        merge_base(root, "main", "alone")


def test_outside_a_repository_there_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Git says"):
        commit_of(tmp_path, "main")
    with Objects(tmp_path) as objects, pytest.raises(OSError):  # noqa: PT011 - Git may be gone, or say so
        objects.folder("0" * 40)
