"""Files of a commit, read from Git without a checkout.

A single `git cat-file --batch` reads all objects, many in one exchange, because an exchange takes longer than reading a
small file. Nothing is ever fetched: an object that a partial clone lacks stops the command. The size of an object is
checked before its content is read.
"""

import errno
import os
import posixpath
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from masterplan.errors import GitError
from masterplan.git.commands import command, environment, refuse_partial
from masterplan.load.tree import FileKind, spelling

MOST_NAMES = 1 << 24
"""The most bytes in the listing of a folder; no plan needs more."""

_AT_ONCE = 60
"""The most objects in one exchange: their ids fit into the smallest pipe, of 4096 bytes, which a busy system may give.
So this process never waits for Git to read ids while Git waits for its answers to be read."""

_KINDS: Mapping[bytes, FileKind] = {
    b"100644": "file", b"100664": "file", b"100755": "file", b"120000": "symlink", b"40000": "folder",
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
        self._files: dict[str, bytes | None] = {}
        """By id; None for those that the repository lacks."""

    def __enter__(self) -> Self:
        self._sizes = self._stack.enter_context(_Batch(self._root, "--batch-check"))
        self._contents = self._stack.enter_context(_Batch(self._root, "--batch"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def file(self, id_: str, most: int, folder: str = "") -> bytes:
        """The content of a file. A file of more than `most` bytes is not read; the result is `most + 1` zeros.

        The other plan files in its `folder`, if given, are read together with it, as they are needed next. Raises
        OSError if the repository lacks the file, GitError if Git stops.
        """
        if id_ not in self._files:
            entries = self.folder(folder).items() if folder else ()
            beside = (entry.id for name, entry in entries if entry.kind == "file" and name.endswith(".yml"))
            ids = dict.fromkeys([id_, *beside])
            unread = [id_ for id_ in ids if id_ not in self._files]
            for start in range(0, len(unread), _AT_ONCE):
                self._read(unread[start : start + _AT_ONCE], most)
        content = self._files[id_]
        if content is None:
            raise _lacking()
        return content

    def _read(self, ids: Sequence[str], most: int) -> None:
        sizes = dict(zip(ids, self._sizes.sizes(ids), strict=True))
        small = [id_ for id_, size in sizes.items() if size is not None and size <= most]
        others = ((id_, size) for id_, size in sizes.items() if size is None or size > most)
        self._files |= {id_: None if size is None else bytes(most + 1) for id_, size in others}
        self._files |= zip(small, self._contents.contents(small), strict=True)

    def folder(self, id_: str) -> Mapping[str, TreeEntry]:
        """The entries of a folder by name. Raises OSError if the repository lacks it, GitError if Git stops."""
        if id_ not in self._folders:
            (size,) = self._sizes.sizes([id_])
            if size is None:
                raise _lacking()
            if size > MOST_NAMES:
                raise OSError(errno.EFBIG, "too many names")
            (content,) = self._contents.contents([id_])
            self._folders[id_] = _entries(content, len(id_) // 2)
        return self._folders[id_]

    def at(self, id_: str, path: str) -> TreeEntry | None:
        """The entry at a path below a folder, or None; raises as `folder` does."""
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

    def sizes(self, ids: Sequence[str]) -> list[int | None]:
        """The sizes of at most `_AT_ONCE` objects in bytes; None for an object that the repository lacks.

        Raises GitError if a partial clone lacks it, or Git stops.
        """
        self._ask_for(ids)
        sizes = [self._size(id_) for id_ in ids]
        if None in sizes:
            refuse_partial(self._root)
        return sizes

    def contents(self, ids: Sequence[str]) -> list[bytes]:
        """The contents of at most `_AT_ONCE` objects whose sizes have been checked. Raises GitError if Git stops."""
        self._ask_for(ids)
        return [self._content(id_) for id_ in ids]

    def _ask_for(self, ids: Sequence[str]) -> None:
        with suppress(BrokenPipeError):  # Git has stopped, and its answers are empty
            self._ask.write("".join(f"{id_}\n" for id_ in ids).encode())
            self._ask.flush()

    def _size(self, id_: str) -> int | None:
        answer = self._answer.readline()
        if not answer.endswith(b"\n"):
            raise self._stopped(id_)
        size = answer.rpartition(b" ")[2].strip()
        return int(size) if size.isdigit() else None

    def _content(self, id_: str) -> bytes:
        size = self._size(id_)
        content = b"" if size is None else self._answer.read(size + 1)
        if size is None or len(content) <= size:
            raise self._stopped(id_)
        return content[:size]

    def _stopped(self, id_: str) -> GitError:
        """The error after Git has stopped at an object, as it does at one that is damaged or not in a partial clone."""
        refuse_partial(self._root)
        return GitError(f"Git stopped while reading {id_} in {self._root.resolve()}; check it with `git fsck`")


def _lacking() -> OSError:
    return OSError(errno.ENOENT, "not in this clone of the repository")


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
        entries[os.fsdecode(name)] = TreeEntry(_KINDS.get(mode, "other"), content[end + 1 : start].hex())
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
        folder, entry = self.objects.at(self.id, posixpath.dirname(path)), self.objects.at(self.id, path)
        if folder is None or entry is None:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        return self.objects.file(entry.id, most, folder.id)

    def has(self, path: str) -> bool:
        """Whether the commit has a file or folder at a path; links are not followed."""
        return self.kind(spelling(self, path)) != "missing"
