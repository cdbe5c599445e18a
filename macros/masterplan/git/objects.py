"""Files of a commit, read from Git without a checkout.

A single `git cat-file --batch` reads all objects. Nothing is ever fetched: an object that a partial clone lacks stops
the command. The size of an object is checked before its content is read.
"""

import errno
import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from masterplan.git.commands import command, environment, refuse_partial
from masterplan.load.tree import FileKind, spelling

MOST_NAMES = 1 << 24
"""The most bytes in the listing of a folder; no plan needs more."""

_KINDS: Mapping[str, FileKind] = {
    "100644": "file", "100664": "file", "100755": "file", "120000": "symlink", "40000": "folder",
}  # fmt: skip
"""The kind of an entry by its Git mode, in octal."""


class TreeEntry(NamedTuple):
    """An entry in a folder of a commit: its kind, and the id of its object."""

    kind: FileKind
    id: str


class Objects:
    """The objects of a repository by id (the full hash), readable within the context.

    Folders and files are cached, as commits share most of them.
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
        """The content of a file. A file of more than `most` bytes is not read; the result is `most + 1` zeros.

        Raises OSError if it cannot be read.
        """
        if id_ not in self._files:
            too_large = self._sizes.header(id_) > most
            self._files[id_] = bytes(most + 1) if too_large else self._contents.content(id_)
        return self._files[id_]

    def folder(self, id_: str) -> Mapping[str, TreeEntry]:
        """The entries of a folder by name. Raises OSError if it cannot be read."""
        if id_ not in self._folders:
            if self._sizes.header(id_) > MOST_NAMES:
                raise OSError(errno.EFBIG, "too many names")
            self._folders[id_] = _entries(self._contents.content(id_), len(id_) // 2)
        return self._folders[id_]

    def at(self, id_: str, path: str) -> TreeEntry | None:
        """The entry at a path below a folder, or None. Raises OSError if it cannot be read."""
        entry: TreeEntry | None = TreeEntry("folder", id_)
        for name in (step for step in path.split("/") if step not in {"", "."}):
            entry = self.folder(entry.id).get(name) if entry and entry.kind == "folder" else None
        return entry


class _Batch:
    """A running `git cat-file`, which answers each id on its input."""

    def __init__(self, root: Path, mode: str) -> None:
        self._root = root
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
        """The size of an object in bytes.

        Raises OSError if there is no such object, GitError if a partial clone lacks it.
        """
        with suppress(BrokenPipeError):  # Git has stopped, and its answer is empty
            self._ask.write(f"{id_}\n".encode())
            self._ask.flush()
        size = self._answer.readline().rpartition(b" ")[2].strip()
        if not size.isdigit():
            refuse_partial(self._root)
            raise OSError(errno.ENOENT, "not in this clone of the repository")
        return int(size)

    def content(self, id_: str) -> bytes:
        """The content of an object, whose size has been checked. Raises OSError if there is no such object."""
        size = self.header(id_)
        content = self._answer.read(size + 1)
        if len(content) <= size:
            raise OSError(errno.EIO, "Git stopped while reading it")
        return content[:size]


def _entries(content: bytes, length: int) -> Mapping[str, TreeEntry]:
    """The entries of a tree object in Git's format: mode, space, name, zero byte, and the id in `length` bytes."""
    entries: dict[str, TreeEntry] = {}
    start = 0
    while start < len(content):
        end = content.find(b"\0", start)
        if end < 0:
            raise OSError(errno.EIO, "not a folder in Git's format")
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
        """The kind of file at a path."""
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
        """The content of a file; zeros if it is too large."""
        entry = self.objects.at(self.id, path)
        if entry is None:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        return self.objects.file(entry.id, most)

    def has(self, path: str) -> bool:
        """Whether the commit has a file or folder at a path; links are not followed."""
        return self.kind(spelling(self, path)) != "missing"
