"""Trees of files to load a plan from: a folder on disk, or anything else with names, kinds and contents.

The loader uses only this interface, so that a plan in a Git revision is read exactly like one on disk. Paths are
relative to the tree's root, with `/`; symbolic links are reported, never followed. `exists_in` tells whether a path in
the plan exists in the repository.
"""

from collections.abc import Callable
from functools import cache
from os import fstat, lstat
from pathlib import Path
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG
from typing import Literal, NamedTuple, Protocol

from masterplan.model.naming import composed

FileKind = Literal["missing", "file", "folder", "symlink", "other"]
"""The kind of file at a path; `other` is anything else, such as a device or a submodule."""


class Tree(Protocol):
    """A tree of files."""

    def kind(self, path: str) -> FileKind:
        """The kind of file at a path."""

    def names(self, path: str) -> list[str]:
        """The names in a folder, in any order. Raises OSError if it is not a readable folder."""

    def read(self, path: str, most: int) -> bytes:
        """The content of a file, at most `most + 1` bytes of it. Raises OSError if it cannot be read."""


_KINDS: dict[int, FileKind] = {S_IFLNK: "symlink", S_IFREG: "file", S_IFDIR: "folder"}


class Folder(NamedTuple):
    """A folder on disk as a tree."""

    root: Path

    def kind(self, path: str) -> FileKind:
        """The kind of file at a path."""
        try:
            mode = lstat(f"{self.root}/{path}").st_mode  # faster than a `Path` for each of a thousand files
        except (FileNotFoundError, NotADirectoryError):
            return "missing"
        return _KINDS.get(S_IFMT(mode), "other")

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        return [child.name for child in (self.root / path).iterdir()]

    def read(self, path: str, most: int) -> bytes:
        """The content of a file, at most `most + 1` bytes of it."""
        with open(f"{self.root}/{path}", "rb") as file:  # noqa: PTH123 - as above
            return file.read(min(most, fstat(file.fileno()).st_size) + 1)


def exists_in(root: Path) -> Callable[[str], bool]:
    """A function that tells whether a file or folder exists at a path of a repository, but not outside of it."""
    home = root.resolve()
    tree = Folder(home)

    @cache
    def is_there(path: str) -> bool:
        try:
            target = (home / spelling(tree, path)).resolve()
        except OSError:
            return False
        return target.is_relative_to(home) and target.exists()

    return is_there


def spelling(tree: Tree, path: str) -> str:
    """A path as spelled in a tree, whose names may be decomposed (see `composed`).

    ASCII paths, and paths that cannot be followed, stay unchanged.
    """
    spelled = "."
    for step in path.split("/") if not path.isascii() else ():
        try:
            names = tree.names(spelled)
        except OSError:
            return path
        spelled = f"{spelled}/{next((name for name in names if composed(name) == composed(step)), step)}"
    return path if spelled == "." else spelled
