"""Git, only ever asked: names become commits, and the files of a commit are read without a checkout.

Objects come through `git cat-file --batch`, one process for as many as are wanted. Git itself rather than a library of
our own: it is there wherever a plan is in Git, so nothing binary is added to the lock, and alternates, worktrees,
SHA-256, shallow clones and whatever comes next work as everywhere else. Nothing is ever fetched: what a partial clone
lacks cannot be read, and is said so. Names that people give never reach Git as options, and sizes are asked before
contents.
"""

import errno
import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from masterplan.errors import UsageError
from masterplan.load.repository import spelling
from masterplan.load.tree import Kind

MOST_NAMES = 1 << 24
"""Bytes of the list of a folder; more is no plan's."""

_ENVIRONMENT = {"GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
_SETTINGS = ("-c", "log.showSignature=false", "-c", "protocol.allow=never")
_KINDS: Mapping[str, Kind] = {
    "100644": "file", "100664": "file", "100755": "file", "120000": "symlink", "40000": "folder",
}  # fmt: skip
"""What stands at a path, by the mode that Git keeps of it."""


def git(root: Path, *arguments: str) -> str:
    """What a Git command prints; nothing when there is no Git or no repository."""
    try:
        return _run(root, *arguments)
    except (OSError, subprocess.CalledProcessError):
        return ""


def commit_of(root: Path, name: str) -> str:
    """The full hash of the commit that people call `name`. Raises UsageError where there is none."""
    refused = f"{name} is no revision of the repository in {root}"
    if not name or name.startswith("-"):
        raise UsageError(refused)
    try:
        return _run(root, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    except OSError as error:
        raise UsageError(f"{refused}: Git cannot be started: {error.strerror}") from error
    except subprocess.CalledProcessError as error:
        raise UsageError(f"{refused}; Git says: {_last_line(error.stderr)}") from error


def create(root: Path) -> None:
    """Make a folder a Git repository. Raises UsageError where that cannot be done."""
    try:
        _run(root, "init", "--quiet", "--initial-branch=main")
    except (OSError, subprocess.CalledProcessError) as error:
        raise UsageError(f"{root} cannot be made a Git repository: {_reason(error)}") from error


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    return _last_line(error.stderr) if isinstance(error, subprocess.CalledProcessError) else str(error.strerror)


def merge_base(root: Path, one: str, other: str) -> str:
    """The full hash of the commit where two revisions parted. Raises UsageError where they never were one."""
    base = git(root, "merge-base", commit_of(root, one), commit_of(root, other))
    if not base:
        raise UsageError(f"{one} and {other} have no commit in common here; a shallow clone may lack it")
    return base


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["nothing"])[-1].removeprefix("fatal: ")


def _run(root: Path, *arguments: str) -> str:
    command = _command(root, *arguments)
    return subprocess.run(
        command, env=_environment(), capture_output=True, check=True, text=True, encoding="utf-8", errors="replace"
    ).stdout.strip()


def _command(root: Path, *arguments: str) -> tuple[str, ...]:
    return ("git", "--no-optional-locks", *_SETTINGS, "-C", str(root), *arguments)


def _environment() -> Mapping[str, str]:
    return os.environ | _ENVIRONMENT


class Entry(NamedTuple):
    """What a folder of a commit holds under a name: its kind, and the id of its object."""

    kind: Kind
    id: str


class Objects:
    """The objects of a repository by their ids (the full hash), readable while the context lasts.

    Folders and files are remembered, so that commits that share them cost little.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stack = ExitStack()
        self._folders: dict[str, Mapping[str, Entry]] = {}
        self._files: dict[str, bytes] = {}

    def __enter__(self) -> Self:
        self._sizes = self._stack.enter_context(_Batch(self._root, "--batch-check"))
        self._contents = self._stack.enter_context(_Batch(self._root, "--batch"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def file(self, id_: str, most: int) -> bytes:
        """The content of a file; for a larger one, which is not read, just as many zeros as show that it is larger.

        Raises OSError when it cannot be read.
        """
        if id_ not in self._files:
            too_large = self._sizes.header(id_) > most
            self._files[id_] = bytes(most + 1) if too_large else self._contents.content(id_)
        return self._files[id_]

    def folder(self, id_: str) -> Mapping[str, Entry]:
        """What a folder holds, by name. Raises OSError when it cannot be read."""
        if id_ not in self._folders:
            if self._sizes.header(id_) > MOST_NAMES:
                raise OSError(errno.EFBIG, "too many names")
            self._folders[id_] = _entries(self._contents.content(id_), len(id_) // 2)
        return self._folders[id_]

    def at(self, id_: str, path: str) -> Entry | None:
        """What stands at a path below a folder, or nothing. Raises OSError when that cannot be read."""
        found: Entry | None = Entry("folder", id_)
        for name in (step for step in path.split("/") if step not in {"", "."}):
            found = self.folder(found.id).get(name) if found and found.kind == "folder" else None
        return found


class _Batch:
    """One running `git cat-file` that answers a line for each id it is given."""

    def __init__(self, root: Path, mode: str) -> None:
        self._process = subprocess.Popen(
            _command(root, "cat-file", mode),
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        self._ask, self._answer = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def header(self, id_: str) -> int:
        """The size of an object, in bytes. Raises OSError where there is none."""
        self._ask.write(f"{id_}\n".encode())
        self._ask.flush()
        size = self._answer.readline().rpartition(b" ")[2].strip()
        if not size.isdigit():
            raise OSError(errno.ENOENT, "not in this clone of the repository")
        return int(size)

    def content(self, id_: str) -> bytes:
        """The bytes of an object, which is known to be small. Raises OSError where there is none."""
        size = self.header(id_)
        content = self._answer.read(size + 1)
        if len(content) <= size:
            raise OSError(errno.EIO, "Git stopped while it was read")
        return content[:size]


def _entries(content: bytes, length: int) -> Mapping[str, Entry]:
    """A folder as Git stores it: for each name its mode, a blank, the name, a zero, and the id in so many bytes."""
    found: dict[str, Entry] = {}
    start = 0
    while start < len(content):
        end = content.find(b"\0", start)
        if end < 0:
            raise OSError(errno.EIO, "no folder as Git stores it")
        mode, _, name = content[start:end].partition(b" ")
        start = end + 1 + length
        found[os.fsdecode(name)] = Entry(_KINDS.get(mode.decode(), "other"), content[end + 1 : start].hex())
    return found


@dataclass(frozen=True)
class Snapshot:
    """The files of a commit, or of a folder in it, as a tree to load a plan from; `id` is the folder's object."""

    objects: Objects
    id: str

    def kind(self, path: str) -> Kind:
        """What stands at a path."""
        try:
            found = self.objects.at(self.id, path)
        except OSError:
            return "other"
        return found.kind if found else "missing"

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        found = self.objects.at(self.id, path)
        if found is None or found.kind != "folder":
            raise NotADirectoryError(errno.ENOTDIR, "it is a submodule or a file")
        return list(self.objects.folder(found.id))

    def read(self, path: str, most: int) -> bytes:
        """A file's content; zeros for one that is too large."""
        found = self.objects.at(self.id, path)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        return self.objects.file(found.id, most)

    def holds(self, path: str) -> bool:
        """Whether the commit has a file or folder at a path; links are not followed."""
        return self.kind(spelling(self, path)) != "missing"
