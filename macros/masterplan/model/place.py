"""Places: the file, line and column of each value of a plan.

Places are kept apart from the values, which alone are compared, computed and drawn. They let findings and edit links
point at a line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, Union

Step = str | int
"""One step of a path into a file: a key of a mapping or the index (from 0) of a list item."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a file."""

    path: str
    """The file, from the repository's root, with /."""
    line: int = 1
    """The line, from 1."""
    column: int = 1
    """The column in characters, from 1."""

    def __str__(self) -> str:
        """`path:line:column`, which editors and terminals turn into a link."""
        return f"{self.path}:{self.line}:{self.column}"

    def below(self, prefix: str) -> Self:
        """The point with `prefix` before its path: `teams/search/`."""
        return replace(self, path=prefix + self.path)


Marks = Union["dict[str, Mark]", "tuple[Mark, ...]", None]
"""The marks of the contents of a mapping or a list, by key or position; None for any other value."""


@dataclass(slots=True)
class Mark:
    """The start of a value and of its key (the same for list items), and the marks of its contents."""

    line: int
    column: int
    key_line: int
    key_column: int
    children: Marks = None

    def child(self, step: Step) -> "Mark | None":
        """The mark one step down, or None if the file has no such value."""
        if isinstance(self.children, tuple):
            return self.children[step] if isinstance(step, int) and step < len(self.children) else None
        return self.children.get(step) if self.children and isinstance(step, str) else None


@dataclass(frozen=True, slots=True)
class Places:
    """The path and mark of each file of a plan, by the part of the plan in it.

    A short path such as `("sprints", "4")` or `("phases",)` identifies the part.
    """

    files: Mapping[tuple[str, ...], tuple[str, Mark]]

    @classmethod
    def none(cls) -> Self:
        """Places of a plan made in memory: each is the start of a file named `plan`."""
        return cls({})

    def of(self, *path: Step, key: bool = False) -> Place:
        """The place of a value, such as `of("sprints", "4", "risk", "level")`.

        A value that was left out has the place of the innermost mapping in the file that would contain it. With `key`,
        the place of the value's key.
        """
        for depth in (2, 1):
            file_and_mark = self.files.get(tuple(map(str, path[:depth])))
            if file_and_mark:
                return locate(*file_and_mark, path[depth:], key=key)
        return Place("plan")


def locate(file: str, mark: Mark, path: tuple[Step, ...], *, key: bool = False) -> Place:
    """The place at the end of `path` below `mark`, or as far along it as the file goes."""
    for step in path:
        below = mark.child(step)
        if below is None:
            break
        mark = below
    if key:
        return Place(file, mark.key_line, mark.key_column)
    return Place(file, mark.line, mark.column)
