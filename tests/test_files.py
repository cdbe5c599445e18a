"""Files are written below a root only, in one step, and by one command at a time."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from masterplan import files
from masterplan.errors import UsageError

# Windows without `fcntl`; its own lock is replaced by one that remembers the locked files.
WINDOWS = """
import importlib, os, pathlib, sys, types
from masterplan import files
held = set()
def locking(handle, mode, number):
    place = os.fstat(handle).st_ino
    if place in held:
        raise OSError(13, "Permission denied")
    held.add(place)
sys.modules["fcntl"] = None
sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
sys.platform = "win32"
del os.O_NOFOLLOW
importlib.reload(files)
path = pathlib.Path(sys.argv[1], "lock")
with files.locked(path):
    try:
        with files.locked(path):
            print("both")
    except BlockingIOError as error:
        print(error.strerror)
"""

# Imports all modules and their dependencies, then our modules again without modules and names that only POSIX has.
ANYWHERE = """
import importlib, os, pkgutil, signal, sys
import masterplan
names = [module.name for module in pkgutil.walk_packages(masterplan.__path__, "masterplan.")]
names = [name for name in names if not name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
for name in [name for name in sys.modules if name.split(".")[0] == "masterplan"]:
    del sys.modules[name]
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios"):
    sys.modules[name] = None
for module, names_of_posix in ((os, "O_NOFOLLOW fork killpg nice sched_getaffinity"), (signal, "SIGHUP SIGKILL")):
    for name in names_of_posix.split():
        delattr(module, name)
sys.modules["msvcrt"] = sys
sys.platform = "win32"
for name in names:
    importlib.import_module(name)
"""


def linked_file(root: Path, outside: Path) -> Path:
    (root / "file").symlink_to(outside / "kept")
    return root / "file"


def linked_folder(root: Path, outside: Path) -> Path:
    (root / "folder").symlink_to(outside)
    return root / "folder" / "kept"


def outside_path(root: Path, outside: Path) -> Path:
    return root / ".." / outside.name / "kept"


def dangling(root: Path, outside: Path) -> Path:
    (root / "file").symlink_to(outside / "new")
    return root / "file"


@pytest.mark.parametrize("attack", [linked_file, linked_folder, outside_path, dangling])
def test_nothing_is_written_outside_the_root(tmp_path: Path, attack: Callable[[Path, Path], Path]) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root, outside):
        folder.mkdir()
    (outside / "kept").write_text("kept")
    with pytest.raises(UsageError, match=r"symbolic link|outside"):
        files.write_atomically(attack(root, outside), b"lost", root)
    assert {path.name: path.read_text() for path in outside.iterdir()} == {"kept": "kept"}


def test_a_root_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to("real")
    files.write_atomically(tmp_path / "root" / "new" / "file", b"text", tmp_path / "root")
    assert (tmp_path / "real" / "new" / "file").read_bytes() == b"text"


def test_a_replaced_file_keeps_its_permissions_and_leaves_no_other_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(0o640)
    files.write_atomically(file, b"new", tmp_path)
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_a_lock_allows_one_command_at_a_time(tmp_path: Path) -> None:
    with (
        files.locked(tmp_path / "lock"),
        pytest.raises(BlockingIOError, match="running here"),
        files.locked(tmp_path / "lock"),
    ):
        pass
    with files.locked(tmp_path / "lock"):
        pass


def test_a_command_with_patience_waits_for_the_lock(tmp_path: Path) -> None:
    holding = "import sys; from pathlib import Path; from masterplan import files\n"
    holding += "with files.locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.readline()"
    command = (sys.executable, "-c", holding, str(tmp_path / "lock"))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        other.stdin.write("\n")
        other.stdin.flush()
        with files.locked(tmp_path / "lock", patience=60):
            pass


@pytest.mark.parametrize("target", ["kept", "new"])
def test_a_lock_that_is_a_link_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "kept").write_text("kept")
    (tmp_path / "lock").symlink_to(target)
    with pytest.raises(UsageError, match="symbolic link"), files.locked(tmp_path / "lock"):
        pass
    assert (tmp_path / "kept").read_text() == "kept"
    assert not (tmp_path / "new").exists()


def test_the_lock_works_on_windows(tmp_path: Path) -> None:
    done = subprocess.run((sys.executable, "-c", WINDOWS, tmp_path), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("another masterplan command is running here")


def test_every_module_can_be_imported_without_posix() -> None:
    done = subprocess.run((sys.executable, "-c", ANYWHERE), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


IGNORED = (".hidden", ".#index.md", "#index.md#", "index.md~", ".index.md.swp")


@pytest.mark.parametrize("name", [*IGNORED, "index.md", "#1.md", "a#", "~a"])
def test_only_temporary_files_of_editors_are_ignored(name: str) -> None:
    assert files.is_ignored(name) == (name in IGNORED)


def test_a_full_disk_leaves_the_old_output_and_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    old = tmp_path / "plan.json"
    old.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as error:
        files.write_output(old, b"new")
    assert error.value.filename == str(old)
    assert [(path, path.read_bytes()) for path in tmp_path.iterdir()] == [(old, b"old")]


def test_an_output_may_be_a_device() -> None:
    files.write_output(Path(os.devnull), b"new")
    assert not Path(os.devnull).is_file()


def test_an_error_names_the_file_to_write_and_not_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(prefix: str, dir: Path) -> None:  # noqa: A002 - the name in the standard library
        raise PermissionError(errno.EACCES, "Permission denied", str(dir / f"{prefix}x7"))

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(PermissionError) as error:
        files.write_atomically(tmp_path / "plan.json", b"", tmp_path)
    assert error.value.filename == str(tmp_path / "plan.json")
