"""Writing to a repository: under a lock, in one step, and never through a symbolic link.

Git stores symbolic links, and a clone may come from a stranger. So nothing is written below a root if any folder on the
way, or the file itself, is a link. Windows has no `flock` and uses its own kind of lock.
"""

import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

from masterplan import interrupts
from masterplan.errors import UsageError

OWN = ".masterplan-cache"
"""The folder of masterplan's own files in the root of a plan; it is safe to delete."""

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_PAUSE = 0.05
"""Seconds between two attempts to take a lock."""

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, patience: float = 0) -> Iterator[None]:
    """Hold an exclusive lock on the file `path`; the system releases it when the process ends.

    A missing file is created in its existing folder, and stays. Waits up to `patience` seconds for another holder.
    Raises BlockingIOError if the lock stays taken, UsageError if `path` is a symbolic link.
    """
    refuse_links(path, path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | _NO_FOLLOW, 0o644)
    try:
        _wait_for(handle, path, patience)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            return _lock(handle)
        except OSError:
            if time.monotonic() >= end:
                sentence = "another masterplan command is running here; wait for it to finish"
                raise BlockingIOError(errno.EAGAIN, sentence, str(path)) from None
        time.sleep(_PAUSE)


def write_atomically(path: Path, content: bytes, root: Path) -> None:
    """Write a file below `root` in one step: readers see the old content or the new. Creates missing folders.

    A replaced file keeps its permissions. Raises UsageError if there is a symbolic link on the way from `root`, or
    `path` is not below it; OSError if the file cannot be written. Errors leave nothing behind.
    """
    import tempfile  # noqa: PLC0415 - a command that writes nothing does without what it imports

    refuse_links(path, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with _named_in_errors(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as fresh:
                fresh.write(content)
                fresh.flush()
                os.fsync(fresh.fileno())
            Path(name).chmod(mode)
            interrupts.heed()
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def undone_on_error(paths: Iterable[Path]) -> Iterator[None]:
    """Restore these files if what is done in the meantime fails, and remove folders that did not exist before.

    Symbolic links stay as they are.
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in paths if not path.is_symlink()}
    folders = {folder for path in before for folder in path.parents if not folder.exists()}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            with suppress(OSError):
                if content is None:
                    path.unlink(missing_ok=True)
                elif path.read_bytes() != content:
                    path.write_bytes(content)
        for folder in sorted(folders, key=lambda folder: len(folder.parts), reverse=True):
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def _named_in_errors(path: Path) -> Iterator[None]:
    """Name this file in errors, which otherwise name a temporary one, or none at all if a disk is full."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def create(path: Path, content: bytes, root: Path) -> None:
    """Write a new file below `root`. Creates missing folders.

    Raises UsageError if there is a symbolic link on the way from `root`, or `path` is not below it; FileExistsError if
    the path exists; OSError if the file cannot be written. Errors leave everything unchanged.
    """
    refuse_links(path, root)
    interrupts.heed()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, 0o644)
    try:
        with _named_in_errors(path), os.fdopen(handle, "wb") as fresh:
            fresh.write(content)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_output(path: Path, content: bytes) -> None:
    """Write the output file that the user named, in one step unless it is a device or a pipe. Creates missing folders.

    Below the current folder, which may be a stranger's clone, no link is followed; elsewhere, links are.
    """
    here = Path.cwd()
    if Path(os.path.abspath(path)).is_relative_to(here):  # noqa: PTH100 - resolve() would follow links
        write_atomically(path, content, here)
    elif path.exists() and not path.is_file():
        with _named_in_errors(path):
            path.write_bytes(content)
    else:
        target = path.resolve()
        write_atomically(target, content, target.parent)


def own_folder(path: Path) -> Path:
    """Create a folder for masterplan's own files, which Git ignores; returns its path.

    Raises UsageError if it or its `.gitignore` is a symbolic link.
    """
    refuse_links(path / ".gitignore", path.parent)
    path.mkdir(parents=True, exist_ok=True)
    if not (path / ".gitignore").exists():
        write_atomically(path / ".gitignore", b"*\n", path)
    return path


def refuse_links(path: Path, root: Path) -> None:
    """Raise UsageError if `path` is not below `root`, or a symbolic link is on the way; `root` itself may be one."""
    inside = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links to refuse
    top = Path(os.path.abspath(root))  # noqa: PTH100 - the same
    if not inside.is_relative_to(top):
        raise UsageError(f"{path} is outside {root}; choose a path inside it")
    for part in chain([inside], inside.parents):
        if part == top:
            return
        if part.is_symlink():
            raise UsageError(f"{part} is a symbolic link, and masterplan does not write through links; remove it")


def entries_below(folder: str | Path, prefix: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder, sorted by path, each with its path below the folder, with / and after a prefix.

    Does not follow links. Raises OSError for unreadable folders.
    """
    with os.scandir(folder) as entries:
        children = sorted(entries, key=lambda entry: os.path.normcase(entry.name))
    for entry in children:
        name = prefix + entry.name
        yield name, entry
        if entry.is_dir(follow_symlinks=False):
            yield from entries_below(entry.path, f"{name}/")


def is_ignored(name: str) -> bool:
    """Whether a file name is hidden, or that of an editor's backup (`x~`) or autosave (`#x#`)."""
    return name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))
