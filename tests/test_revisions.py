"""Plans loaded from Git: plan and findings are the same as on disk, and revision names never become options."""

import errno
import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from masterplan.cli import app as cli
from masterplan.errors import GitError, UsageError
from masterplan.git import commands as asking
from masterplan.git import objects as objects_module
from masterplan.git.branches import sprints_elsewhere
from masterplan.git.commands import commit_of, merge_base
from masterplan.git.commands import git as ask
from masterplan.git.history import history
from masterplan.git.objects import Objects, Snapshot
from masterplan.git.revision import last_changes, revision
from masterplan.load import load
from masterplan.load.source import MAX_BYTES
from masterplan.publish.project import open_project
from tests.commits import begin, commit, git, record
from tests.plans import BASE, loaded, write_plan
from tests.sites import OURS


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return begin(tmp_path)


def tree(root: Path, objects: Objects, name: str = "HEAD^{tree}") -> Snapshot:
    return Snapshot(objects, ask(root, "rev-parse", name))


def rules(root: Path) -> tuple[list[str], list[str]]:
    """The places and rules of the findings on disk and in the commit."""
    with Objects(root) as objects:
        sides = load(root), load(tree(root, objects))
    disk, commit = ([f"{finding.place} {finding.rule.id}" for finding in side.findings] for side in sides)
    return disk, commit


def test_a_commit_has_the_same_plan_as_the_files(root: Path) -> None:
    with Objects(root) as objects:
        committed = load(tree(root, objects))
    assert committed.findings == ()
    assert committed.plan == load(root).plan
    assert committed.plan is not None
    assert committed.plan.places.of("sprints", "2", "title") == load(root).plan.places.of("sprints", "2", "title")  # type: ignore[union-attr]


def test_the_checkout_is_not_read(root: Path) -> None:
    write_plan(root, {"plan.yml": "titel: Wrong\n", "sprints/9.yml": 'id: "9"\ntitle: Nine\n'})
    with Objects(root) as objects:
        committed = loaded(tree(root, objects))
    assert list(committed.sprints) == ["1", "2", "3"]


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
def test_a_commit_has_the_same_findings_as_the_files(root: Path, files: dict[str, str | bytes]) -> None:
    write_plan(root, files)
    record(root, "Wrong")
    disk, commit = rules(root)
    assert disk
    assert commit == disk


def test_a_file_is_read_only_up_to_the_limit(root: Path) -> None:
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
        findings = load(tree(root, objects)).findings
    assert [(finding.rule.id, finding.message) for finding in findings] == [("unreadable", "not a file")]


def test_a_plan_that_is_a_submodule_is_a_finding(tmp_path: Path) -> None:
    root = begin(tmp_path)
    head = git(root, "rev-parse", "HEAD")
    git(root, "rm", "-r", "--quiet", "--cached", "plan_data")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{head},plan_data")
    git(root, "commit", "--quiet", "-m", "A submodule")
    with Objects(root) as objects:
        findings = load(tree(root, objects)).findings
    assert "unreadable" in {finding.rule.id for finding in findings}
    assert "submodule" in findings[0].message


def test_a_commit_without_a_plan_is_a_finding(root: Path) -> None:
    git(root, "rm", "-r", "--quiet", "plan_data")
    record(root, "Gone")
    disk, commit = rules(root)
    assert commit == disk == ["plan_data:1:1 missing-file"]


def test_a_missing_file_object_is_a_finding(root: Path) -> None:
    blob = git(root, "rev-parse", "HEAD:plan_data/plan.yml")
    (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with Objects(root) as objects:
        findings = load(tree(root, objects)).findings
    assert [(finding.rule.id, str(finding.place)) for finding in findings] == [("unreadable", "plan_data/plan.yml:1:1")]
    assert "not in this clone" in findings[0].message
    assert findings[0].hint == "restore or delete it"


def test_missing_file_objects_are_looked_up_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in git(root, "ls-tree", "-r", "HEAD", "plan_data/sprints").splitlines():
        blob = line.split()[2]
        (root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    lookups: list[Path] = []
    monkeypatch.setattr(objects_module, "refuse_partial", lookups.append)
    with Objects(root) as objects:
        findings = load(tree(root, objects)).findings
    assert len([finding for finding in findings if "not in this clone" in finding.message]) == 3
    assert lookups == [root]


def test_a_damaged_object_is_an_error_that_names_it(root: Path) -> None:
    blob = git(root, "rev-parse", "HEAD:plan_data/plan.yml")
    path = root / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-8])
    with Objects(root) as objects, pytest.raises(GitError, match=f"stopped while reading {blob} in .*`git fsck`"):
        load(tree(root, objects))


def test_an_object_that_is_no_folder_is_not_read_as_one(root: Path) -> None:
    (root / "odd").write_bytes(b"\xff\xff plan_data\0")
    odd = git(root, "hash-object", "-w", "-t", "tree", "--literally", "odd")
    with Objects(root) as objects:
        assert Snapshot(objects, odd).kind("plan_data") == "other"


def test_a_folder_that_may_not_be_read_is_not_to_be_deleted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    (finding,) = (finding for finding in load(root).findings if finding.rule.id == "unreadable")
    assert finding.hint == "fix its permissions"


def test_a_missing_folder_object_is_a_finding(root: Path) -> None:
    folder = git(root, "rev-parse", "HEAD:plan_data/sprints")
    (root / ".git" / "objects" / folder[:2] / folder[2:]).unlink()
    with Objects(root) as objects:
        findings = load(tree(root, objects)).findings
    assert ("unreadable", "plan_data/sprints") in {(finding.rule.id, finding.place.path) for finding in findings}


def test_nothing_is_fetched_for_a_partial_clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    clone = tmp_path_factory.mktemp("partial") / "clone"
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{root}", str(clone))
    with Objects(clone) as objects, pytest.raises(GitError, match=r"partial clone.* run `git fetch --refetch"):
        load(tree(clone, objects))
    assert sprints_elsewhere(clone) == {}
    missing = git(clone, "rev-list", "--objects", "--missing=print", "HEAD").count("?")
    assert missing == len(BASE)


def test_a_repository_with_sha256_is_read(tmp_path: Path) -> None:
    write_plan(tmp_path, BASE)
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    record(tmp_path, "The plan")
    with Objects(tmp_path) as objects:
        assert load(tree(tmp_path, objects)).plan == load(tmp_path).plan


def test_a_clone_without_older_folders_says_how_to_fetch_them(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = tmp_path_factory.mktemp("partial") / "clone"
    git(root, "config", "uploadpack.allowFilter", "true")
    git(root, "clone", "--quiet", "--no-checkout", "--filter=tree:0", f"file://{root}", str(clone))
    with pytest.raises(GitError, match=r"partial clone.* run `git fetch --refetch"):
        history(clone)


def test_a_worktree_of_a_moved_repository_says_what_to_check(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    worktree = tmp_path_factory.mktemp("other") / "tree"
    git(root, "worktree", "add", "--quiet", str(worktree))
    (root / ".git").rename(root / "moved")
    with pytest.raises(GitError, match=r"check that .*/tree/\.git is complete and that you may read it"):
        commit_of(worktree, "HEAD")


@pytest.mark.parametrize(
    "name", ["--output=written", "-n", "--all", "--help", "--git-dir=/", "", "--", "--end-of-options"]
)
def test_a_name_never_becomes_an_option(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="is not a revision"):
        commit_of(root, name)
    assert not (root / "written").exists()


@pytest.mark.parametrize("name", ["nowhere", "main..main", "main\nmain", "HEAD~99", "HEAD:plan_data"])
def test_an_unknown_revision_is_a_usage_error(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"is not a revision .* choose one that `git log`"):
        commit_of(root, name)


def test_tags_branches_hashes_and_searches_name_a_commit(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    git(root, "tag", "-a", "v1", "-m", "One")
    second = commit(root, {"plan.yml": "title: Two\n"})
    assert [commit_of(root, name) for name in ("v1", "HEAD~1", head[:8], "main", "HEAD^{/The plan}")] == [
        head, head, head, second, head,
    ]  # fmt: skip


def test_the_merge_base_of_two_branches_is_their_common_commit(root: Path) -> None:
    base = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, {"plan.yml": "title: Side\n"})
    git(root, "checkout", "--quiet", "main")
    commit(root, {"plan.yml": "title: Main\n"})
    assert merge_base(root, "main", "side") == base
    git(root, "checkout", "--quiet", "--orphan", "alone")
    record(root, "Alone")
    with pytest.raises(UsageError, match="no common commit"):
        merge_base(root, "main", "alone")


def test_outside_a_repository_a_revision_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no Git repository in "):
        commit_of(tmp_path, "main")
    with Objects(tmp_path) as objects, pytest.raises(GitError, match="Git stopped while reading"):
        objects.folder("0" * 40)


def test_in_a_shallow_clone_the_error_explains_how_to_fetch_history(
    root: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, {"plan.yml": "title: Other\n"})
    clone = tmp_path_factory.mktemp("shallow") / "clone"
    git(root, "clone", "--quiet", "--depth=1", f"file://{root}", str(clone))
    for arguments in (["HEAD^1", "HEAD"], ["--merge-base", "HEAD^1"]):
        assert cli.run(["diff", *arguments, "--root", str(clone)]) == 2
        message = capsys.readouterr().err
        assert "git fetch --unshallow" in message
        assert "fetch-depth: 0" in message
    assert cli.run(["diff", "HEAD~7", "--root", str(root)]) == 2
    assert "--unshallow" not in capsys.readouterr().err


# Git that is missing or refuses to read is not the same as no repository


@pytest.fixture
def refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of another user, as in a container that runs as root."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return root


READERS = (open_project, history, lambda root: revision(root, "docs"), lambda root: last_changes(root, "plan_data"))


@pytest.mark.parametrize("read", READERS)
def test_a_repository_that_git_refuses_is_an_error(refused: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(GitError, match=re.escape(f"git config --global --add safe.directory {refused}")):
        read(refused)


def test_build_explains_how_to_make_git_trust_the_repository(refused: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(OURS / "mkdocs.yml", refused)
    assert cli.run(["build", "--root", str(refused)]) == 2
    assert "safe.directory" in capsys.readouterr().err
    assert not (refused / "site").exists()


@pytest.mark.parametrize("read", READERS)
def test_in_a_repository_missing_git_is_an_error(
    root: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[Path], object],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
    with pytest.raises(GitError, match="`git` is not installed"):
        read(root)


def test_without_a_repository_git_is_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert open_project(write_plan(tmp_path, BASE)).revision.commit == ""


@pytest.mark.parametrize("read", READERS)
def test_a_broken_repository_is_an_error(root: Path, read: Callable[[Path], object]) -> None:
    (root / ".git" / "config").write_text("[core\n", "utf-8")
    with pytest.raises(GitError, match="Git cannot read the repository"):
        read(root)


def test_a_worktree_without_its_repository_is_an_error(tmp_path: Path) -> None:
    root = write_plan(tmp_path, BASE)
    (root / ".git").write_text("gitdir: /nowhere/at/all\n", "utf-8")
    with pytest.raises(GitError, match="Git cannot read the repository"):
        revision(root, "docs")


def test_environment_variables_of_a_git_hook_are_ignored(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = begin(tmp_path_factory.mktemp("other"), BASE | {"plan.yml": "title: Elsewhere\n"})
    head = git(root, "rev-parse", "HEAD")
    for name, value in {"GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": "index"}.items():
        monkeypatch.setenv(name, str(other / value))
    assert revision(root, "docs").commit == head


def test_a_folder_named_head_is_not_taken_for_the_commit(root: Path) -> None:
    write_plan(root / "HEAD", BASE)
    record(root, "A folder called HEAD")
    assert revision(root, "docs").commit == git(root, "rev-parse", "HEAD", "--")[:40]


# A branch may come from a stranger: nothing in it runs


@pytest.fixture
def marker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that a stranger's command would create."""
    return tmp_path_factory.mktemp("attack") / "ran"


@pytest.fixture(params=["teams", "teams/search"])
def attacked(
    request: pytest.FixtureRequest, tmp_path: Path, marker: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A plan in a subfolder, with a bare repository committed there or above it whose settings run a command."""
    below = write_plan(tmp_path / "teams" / "search", BASE)
    shutil.copy(OURS / "mkdocs.yml", below)
    inner = begin(tmp_path_factory.mktemp("inner"))
    run = shlex.quote(f"touch {marker}; false")
    git(inner, "config", "core.worktree", ".")
    for name in ("core.fsmonitor", "core.sshCommand", "core.pager"):
        git(inner, "config", name, f"sh -c {run}")
    for name in ("HEAD", "config", "objects", "refs"):
        (inner / ".git" / name).rename(tmp_path / request.param / name)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    record(tmp_path, "A plan, and more")
    return below


COMMANDS = (["check"], ["check", "--format", "github"], ["diff", "HEAD"], ["diff", "--merge-base", "HEAD"],
            ["export", "json"], ["why", "2"], ["build"])  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_repository_inside_the_repository_runs_nothing(
    attacked: Path, marker: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = cli.run([*command, "--root", str(attacked)])
    assert not marker.exists()
    assert code in {0, 2}
    assert code == 0 or "is itself a bare Git repository" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["commondir", "HEAD as a link"])
def test_every_form_of_a_repository_inside_the_repository_is_refused(attacked: Path, form: str) -> None:
    """Git before 2.38 would obey both."""
    inner = next(folder for folder in (attacked, attacked.parent) if (folder / "HEAD").exists())
    if form == "commondir":
        (inner / "common").mkdir()
        for name in ("objects", "refs"):
            (inner / name).rename(inner / "common" / name)
        (inner / "commondir").write_text("common\n")
    else:
        (inner / "HEAD").unlink()
        (inner / "HEAD").symlink_to("refs/heads/nowhere")
    with pytest.raises(GitError, match="is itself a bare Git repository"):
        asking.repository(attacked)


def test_git_itself_refuses_a_repository_inside_the_repository(
    attacked: Path, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second line of defence, without our own check."""
    monkeypatch.setattr(asking, "repository", lambda _: attacked)
    with pytest.raises(GitError, match="bareRepository"):
        asking.git(attacked, "status")
    assert not marker.exists()


def test_settings_of_the_checkout_itself_run_nothing(root: Path, marker: Path) -> None:
    hook = root / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {shlex.quote(str(marker))}\n", "utf-8")
    hook.chmod(0o755)
    run = f"touch {shlex.quote(str(marker))}"
    for name in ("core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "diff.x.command", "gpg.program"):
        git(root, "config", name, run)
    git(root, "config", "log.showSignature", "true")
    write_plan(root, {"plan.yml": "title: Other\n"})
    for read in READERS:
        read(root)
    assert cli.run(["diff", "HEAD", "--root", str(root)]) == 1
    assert not marker.exists()
