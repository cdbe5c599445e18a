"""A site is replaced in one step, and files that no build wrote are never lost."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import NoReturn

import pytest

from masterplan.cli import app as cli
from masterplan.errors import BuildError
from masterplan.publish import hosts, site_folder
from tests.sites import ENDLESS, HOSTS, Host, append, change, command, contents, copies, refused


@pytest.fixture
def root(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a site. Builds in this process copy that site, because the content does not matter here."""
    copy = copies(published / "site")
    monkeypatch.setattr(hosts, "HOSTS", {**hosts.HOSTS, "mkdocs": copy})
    return shutil.copytree(published, tmp_path / "plan", symlinks=True)


def no_folders_but(root: Path, *sites: Path) -> bool:
    """Whether exactly the builds of these sites exist."""
    builds = {path for path in (root / ".site-builds").iterdir() if path.is_dir()}
    return builds == {path.resolve().parent for path in sites}


@pytest.mark.parametrize(
    "place", ["docs/site", "plan_data/site", ".git/site", ".", "..", "/", "docs", "mkdocs.yml", "mkdocs.yml/site"]
)
@pytest.mark.usefixtures("site")
def test_a_place_with_other_content_is_refused(root: Path, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(root / "docs") | contents(root / "plan_data")
    assert "this is a bug" not in refused(root, capsys, "--site", str(root / place))
    assert contents(root / "docs") | contents(root / "plan_data") == before
    assert (root / "mkdocs.yml").is_file()


@pytest.mark.parametrize("place", ["plan_data", "docs", ".git", "."])
def test_nobody_is_told_to_empty_the_folder_of_the_plan(
    root: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "contains the plan, its pages or its repository" in refused(root, capsys, "--site", str(root / place))


def precious(folder: Path) -> dict[str, bytes]:
    """A folder with content that no build may touch."""
    (folder / ".git").mkdir(parents=True)
    for name in ("index.html", "404.html", "sitemap.xml", "CNAME", ".git/config"):
        (folder / name).write_text("mine")
    return contents(folder)


def test_a_folder_that_no_build_wrote_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = root.parent / "pages"
    before = precious(other)
    for _ in range(2):
        assert "has content that no build wrote" in refused(root, capsys, "--site", str(other))
    assert contents(other) == before


def test_a_link_that_no_build_made_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, link = root.parent / "pages", root.parent / "link"
    before = precious(other)
    link.symlink_to(other)
    assert "is a symbolic link that no build created" in refused(root, capsys, "--site", str(link))
    assert (link.readlink(), contents(other)) == (other, before)


@pytest.mark.parametrize("name", ["CNAME", ".git/config", "index.html"])
def test_files_that_people_add_to_a_site_are_never_removed(
    root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "site" / ".git").mkdir()
    (root / "site" / name).write_text("mine")
    before = contents(root / "site")
    assert "has content that no build wrote" in refused(root, capsys)
    old = (root / "site").resolve()
    (root / "site").unlink()
    for _ in range(2):
        assert cli.run(["build", "--root", str(root)]) == 0
    assert contents(old) == before


def test_files_added_at_the_place_of_a_site_during_its_build_stay(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other, swap = root.parent / "later", site_folder.swap

    def swap_late(fresh: Path, site: Path) -> None:
        precious(other)
        swap(fresh, site)

    monkeypatch.setattr(site_folder, "swap", swap_late)
    assert "has content that no build wrote" in refused(root, capsys, "--site", str(other))
    assert (other / "CNAME").read_text() == "mine"


def test_an_empty_folder_becomes_the_site(root: Path) -> None:
    empty = root.parent / "empty"
    empty.mkdir()
    assert cli.run(["build", "--root", str(root), "--site", str(empty)]) == 0
    assert (empty / "index.html").is_file()


def refuse_build(*_: object) -> NoReturn:
    raise BuildError("the host refuses")


def test_a_dangling_link_stays_until_a_build_succeeds(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site, target = root / "site", (root / "site").readlink()
    shutil.rmtree(root / ".site-builds")
    with monkeypatch.context() as broken:
        broken.setattr(hosts, "HOSTS", {"mkdocs": refuse_build})
        refused(root, capsys)
    assert site.readlink() == target
    assert cli.run(["build", "--root", str(root)]) == 0
    assert (site / "index.html").is_file()


@pytest.mark.parametrize("target", [".", "../elsewhere"])
def test_a_linked_builds_folder_is_refused_and_nothing_is_deleted(
    root: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    precious(root.parent / "elsewhere" / "folder")
    shutil.rmtree(root / ".site-builds")
    (root / ".site-builds").symlink_to(target)
    before = contents(root), contents(root.parent / "elsewhere")
    assert ".site-builds is a symbolic link" in refused(root, capsys)
    assert (contents(root), contents(root.parent / "elsewhere")) == before


@pytest.mark.parametrize("name", ["lock", ".gitignore"])
@pytest.mark.usefixtures("site")
def test_a_linked_file_in_the_builds_folder_is_refused(
    root: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    other = root.parent / "other"
    other.write_text("mine")
    (root / ".site-builds" / name).unlink()
    (root / ".site-builds" / name).symlink_to(other)
    assert f"{name} is a symbolic link" in refused(root, capsys)
    assert other.read_text() == "mine"


def test_only_folders_of_builds_are_deleted(root: Path) -> None:
    builds, elsewhere = root / ".site-builds", root.parent / "elsewhere"
    before = precious(builds / "build-mine")
    shutil.copytree(next(builds.glob("build-*/made-by-masterplan")).parent, elsewhere)
    (builds / "build-linked").symlink_to(elsewhere)
    linked = contents(elsewhere)
    for _ in range(2):
        assert cli.run(["build", "--root", str(root)]) == 0
    assert (contents(builds / "build-mine"), contents(elsewhere)) == (before, linked)


def refuse_link(*_: object, **__: object) -> NoReturn:
    raise OSError(1314, "A required privilege is not held by the client")


def test_without_symbolic_links_the_site_is_a_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    built, link = contents(root / "site"), Path.symlink_to
    monkeypatch.setattr(Path, "symlink_to", refuse_link)
    for _ in range(3):
        assert cli.run(["build", "--root", str(root)]) == 0
        assert not (root / "site").is_symlink()
        assert contents(root / "site") == built
    (root / "site" / "CNAME").write_text("mine")
    assert "has content that no build wrote" in refused(root, capsys)
    assert contents(root / "site") == {**built, "CNAME": b"mine"}
    (root / "site" / "CNAME").unlink()
    monkeypatch.setattr(Path, "symlink_to", link)
    assert cli.run(["build", "--root", str(root)]) == 0
    assert (root / "site").is_symlink()


@pytest.mark.parametrize("folder", [False, True])
def test_a_site_that_cannot_be_moved_stays(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, folder: bool
) -> None:
    monkeypatch.setattr(Path, "symlink_to", refuse_link)
    if folder:
        assert cli.run(["build", "--root", str(root)]) == 0
    before, rename = contents(root / "site"), Path.rename

    def refuse_fresh(self: Path, target: Path) -> Path:
        return refuse_link() if self.name == "site" and target.name == "site" else rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_fresh)
    assert "required privilege" in refused(root, capsys)
    assert contents(root / "site") == before


def test_a_web_server_can_read_the_site_with_any_umask(root: Path) -> None:
    shutil.rmtree(root / ".site-builds")
    done = subprocess.run(command("build"), cwd=root, umask=0o077, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = (root / "site").resolve()
    for path in (site.parent.parent, site.parent, site, *site.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_a_site_may_be_anywhere_and_a_build_touches_no_other_site(root: Path) -> None:
    elsewhere = root.parent / "deep" / "down" / "site"
    assert cli.run(["build", "--root", str(root), "--site", str(elsewhere)]) == 0
    before = contents(elsewhere), contents(root / "site")
    for _ in range(2):
        assert cli.run(["build", "--root", str(root), "--site", str(root / "third")]) == 0
    assert (contents(elsewhere), contents(root / "site")) == before


def test_git_ignores_builds(root: Path) -> None:
    (root / ".gitignore").write_text("/site\n")
    status = subprocess.run(
        ("git", "-C", root, "status", "--porcelain"), capture_output=True, text=True, check=True
    ).stdout
    assert "-builds" not in status


@pytest.fixture
def busy(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A running build, until the test ends."""
    append(root / "docs" / "next.md", ENDLESS)
    before = set((root / ".site-builds").iterdir())
    with subprocess.Popen(
        command("build"), cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        wait_for(lambda: set((root / ".site-builds").iterdir()) - before, running)
        yield running
        running.kill()
    change(root / "docs" / "next.md", ENDLESS, "")


def wait_for(happened: Callable[[], object], running: subprocess.Popen[str]) -> None:
    while not happened():
        assert running.poll() is None, running.communicate()
        time.sleep(0.01)


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.usefixtures("site")
def test_a_killed_build_leaves_the_old_site(root: Path, busy: subprocess.Popen[str], signal_: signal.Signals) -> None:
    busy.send_signal(signal_)
    output, error = busy.communicate()
    assert output == ""
    assert "Traceback" not in error
    if signal_ == signal.SIGINT:
        assert (busy.returncode, error) == (2, "masterplan: interrupted\n")
        assert no_folders_but(root, root / "site")
    else:
        assert busy.returncode == -signal_
        assert not no_folders_but(root, root / "site")


def test_an_interrupt_just_after_the_folder_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tempfile.mkdtemp

    def interrupted(prefix: str, dir: Path) -> NoReturn:  # noqa: A002 - the name in the standard library
        make(prefix=prefix, dir=dir)
        raise KeyboardInterrupt

    monkeypatch.setattr(tempfile, "mkdtemp", interrupted)
    with pytest.raises(KeyboardInterrupt), site_folder.fresh_folder(tmp_path / "site"):
        pass
    assert list((tmp_path / ".site-builds").glob("build-*")) == []


def test_the_next_build_deletes_the_files_of_a_killed_one(root: Path, busy: subprocess.Popen[str]) -> None:
    busy.kill()
    busy.communicate()
    old = (root / "site").resolve()
    change(root / "docs" / "next.md", ENDLESS, "")
    assert cli.run(["build", "--root", str(root)]) == 0
    assert no_folders_but(root, old, root / "site")
    append(root / "docs" / "next.md", ENDLESS)


def test_the_next_build_deletes_the_empty_folder_of_one_that_was_killed_at_once(root: Path) -> None:
    (root / ".site-builds" / "build-empty").mkdir()
    assert cli.run(["build", "--root", str(root)]) == 0
    assert not (root / ".site-builds" / "build-empty").exists()


@pytest.mark.usefixtures("site", "busy")
def test_a_second_build_at_the_same_time_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "another build of " in refused(root, capsys)


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.usefixtures("site")
def test_a_full_disk_leaves_the_old_site(root: Path, host: Host) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        command("build", "--host", host),
        cwd=root,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=small_files,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("masterplan: ")
    assert done.stderr.count("\n") == 1


def test_readers_find_every_file_during_builds(root: Path) -> None:
    names = [name for name in contents(root / "site") if name.endswith(".html")]
    misses, reads, over = [], 0, Event()

    def read() -> None:
        nonlocal reads
        while not over.is_set():
            for name in names:
                try:
                    (root / "site" / name).read_bytes()
                except OSError as error:
                    misses.append(error)
                reads += 1

    reader = Thread(target=read)
    reader.start()
    codes = [cli.run(["build", "--root", str(root)]) for _ in range(2)]
    over.set()
    reader.join()
    assert codes == [0, 0]
    assert misses == []
    assert reads > len(names)
