"""The files of a commit, read from Git without a checkout.

Objects are read through one `git cat-file --batch`, however many they are. Nothing is ever fetched: an object that a
partial clone lacks is reported as missing. Its size is asked for before its content.
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

from masterplan.git.commands import command, environment
from masterplan.load.tree import FileKind, spelling

MOST_NAMES = 1 << 24
"""Bytes of the list of a folder; more is no plan's."""

_KINDS: Mapping[str, FileKind] = {
    "100644": "file", "100664": "file", "100755": "file", "120000": "symlink", "40000": "folder",
}  # fmt: skip
"""The kind of an entry by its mode in Git, in octal."""


class TreeEntry(NamedTuple):
    """What a folder of a commit holds under a name: its kind, and the id of its object."""

    kind: FileKind
    id: str


class Objects:
    """The objects of a repository by their ids (the full hash), readable while the context lasts.

    Folders and files are remembered, so that commits that share them cost little.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stack = ExitStack()
        self._folders: dict[str, Mapping[str, TreeEntry]] = {}
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

    def folder(self, id_: str) -> Mapping[str, TreeEntry]:
        """What a folder holds, by name. Raises OSError when it cannot be read."""
        if id_ not in self._folders:
            if self._sizes.header(id_) > MOST_NAMES:
                raise OSError(errno.EFBIG, "too many names")
            self._folders[id_] = _entries(self._contents.content(id_), len(id_) // 2)
        return self._folders[id_]

    def at(self, id_: str, path: str) -> TreeEntry | None:
        """What stands at a path below a folder, or nothing. Raises OSError when that cannot be read."""
        entry: TreeEntry | None = TreeEntry("folder", id_)
        for name in (step for step in path.split("/") if step not in {"", "."}):
            entry = self.folder(entry.id).get(name) if entry and entry.kind == "folder" else None
        return entry


class _Batch:
    """One running `git cat-file` that answers a line for each id it is given."""

    def __init__(self, root: Path, mode: str) -> None:
        self._process = subprocess.Popen(
            command(root, "cat-file", mode),
            env=environment(),
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


def _entries(content: bytes, length: int) -> Mapping[str, TreeEntry]:
    """The entries of a tree object, in Git's format: mode, blank, name, zero byte, and the id in `length` bytes."""
    entries: dict[str, TreeEntry] = {}
    start = 0
    while start < len(content):
        end = content.find(b"\0", start)
        if end < 0:
            raise OSError(errno.EIO, "no folder as Git stores it")
        mode, _, name = content[start:end].partition(b" ")
        start = end + 1 + length
        entries[os.fsdecode(name)] = TreeEntry(_KINDS.get(mode.decode(), "other"), content[end + 1 : start].hex())
    return entries


@dataclass(frozen=True)
class Snapshot:
    """The files of a commit, or of a folder in it, as a tree to load a plan from; `id` is the folder's object."""

    objects: Objects
    id: str

    def kind(self, path: str) -> FileKind:
        """What stands at a path."""
        try:
            entry = self.objects.at(self.id, path)
        except OSError:
            return "other"
        return entry.kind if entry else "missing"

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        entry = self.objects.at(self.id, path)
        if entry is None or entry.kind != "folder":
            raise NotADirectoryError(errno.ENOTDIR, "it is a submodule or a file")
        return list(self.objects.folder(entry.id))

    def read(self, path: str, most: int) -> bytes:
        """A file's content; zeros for one that is too large."""
        entry = self.objects.at(self.id, path)
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        return self.objects.file(entry.id, most)

    def holds(self, path: str) -> bool:
        """Whether the commit has a file or folder at a path; links are not followed."""
        return self.kind(spelling(self, path)) != "missing"
