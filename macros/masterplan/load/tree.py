"""Where a plan's files are read from: a folder on disk, or whatever else has names, kinds and contents.

The loader asks only these few questions, so that a plan in a Git revision is read and judged exactly like one on disk.
Paths are relative to the tree's root, with `/`; symbolic links are reported, never followed. `holds` answers whether a
path that the plan names is in the repository.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from os import fstat, lstat
from pathlib import Path
from stat import S_IFDIR, S_IFLNK, S_IFMT, S_IFREG
from typing import Literal, Protocol

from masterplan.model.naming import composed

FileKind = Literal["missing", "file", "folder", "symlink", "other"]
"""What stands at a path; `other` is neither, such as a device, or a submodule whose files are elsewhere."""


class Tree(Protocol):
    """Files by their paths."""

    def kind(self, path: str) -> FileKind:
        """What stands at a path."""

    def names(self, path: str) -> list[str]:
        """The names in a folder, in any order. Raises OSError for what is no folder that can be read."""

    def read(self, path: str, most: int) -> bytes:
        """A file's content; of a larger file no more than `most + 1` bytes. Raises OSError when it cannot be read."""


_KINDS: dict[int, FileKind] = {S_IFLNK: "symlink", S_IFREG: "file", S_IFDIR: "folder"}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on disk as a tree."""

    root: Path

    def kind(self, path: str) -> FileKind:
        """What stands at a path."""
        try:
            mode = lstat(f"{self.root}/{path}").st_mode  # a `Path` for each of a thousand files takes longer
        except (FileNotFoundError, NotADirectoryError):
            return "missing"
        return _KINDS.get(S_IFMT(mode), "other")

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        return [child.name for child in (self.root / path).iterdir()]

    def read(self, path: str, most: int) -> bytes:
        """A file's content, or its first bytes."""
        with open(f"{self.root}/{path}", "rb") as opened:  # noqa: PTH123 - as above
            return opened.read(min(most, fstat(opened.fileno()).st_size) + 1)


def holds(root: Path) -> Callable[[str], bool]:
    """A question to a repository: is there a file or folder at this path? Nothing outside the repository is."""
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
    """A path as the files of a tree spell it, which may write letters and their marks apart (see `composed`).

    As it is given where no name, or only plain letters, are concerned.
    """
    spelt = "."
    for step in path.split("/") if not path.isascii() else ():
        try:
            names = tree.names(spelt)
        except OSError:
            return path
        spelt = f"{spelt}/{next((name for name in names if composed(name) == composed(step)), step)}"
    return path if spelt == "." else spelt
