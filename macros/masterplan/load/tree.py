"""Where a plan's files are read from: a folder on disk, or whatever else has names, kinds and contents.

The loader asks only these few questions, so that a plan in a Git revision is read and judged exactly like one on disk.
Paths are relative to the tree's root, with `/`; symbolic links are told, never followed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["missing", "file", "folder", "symlink", "other"]
"""What stands at a path; `other` is neither, such as a device, or a submodule whose files are elsewhere."""


class Tree(Protocol):
    """Files by their paths."""

    def kind(self, path: str) -> Kind:
        """What stands at a path."""

    def names(self, path: str) -> list[str]:
        """The names in a folder, in any order. Raises OSError for what is no folder that can be read."""

    def read(self, path: str, most: int) -> bytes:
        """A file's content; of a larger file no more than `most + 1` bytes. Raises OSError when it cannot be read."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on disk as a tree."""

    root: Path

    def kind(self, path: str) -> Kind:
        """What stands at a path."""
        file = self.root / path
        if file.is_symlink():
            return "symlink"
        if file.is_file():
            return "file"
        if file.is_dir():
            return "folder"
        return "other" if file.exists() else "missing"

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        return [each.name for each in (self.root / path).iterdir()]

    def read(self, path: str, most: int) -> bytes:
        """A file's content, or its first bytes."""
        with (self.root / path).open("rb") as opened:
            return opened.read(most + 1)
