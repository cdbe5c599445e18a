"""Places: the file, line and column at which each value of a plan is written.

A plan is compared, computed and drawn from its values alone; their places are kept beside them, so that a finding or an
edit link can point at the line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

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
        """`path:line:column`, the form that editors and terminals turn into a link."""
        return f"{self.path}:{self.line}:{self.column}"

    def below(self, prefix: str) -> Self:
        """The same point with `prefix` before its path: `teams/search/`."""
        return replace(self, path=prefix + self.path)


@dataclass(slots=True)
class Mark:
    """Where a value starts, where its key starts (the same for list items), and the marks of its contents."""

    line: int
    column: int
    key_line: int
    key_column: int
    children: "dict[str, Mark] | tuple[Mark, ...] | None" = None

    def child(self, step: Step) -> "Mark | None":
        """The mark one step down, or None where the file says nothing of it."""
        if isinstance(self.children, tuple):
            return self.children[step] if isinstance(step, int) and step < len(self.children) else None
        return self.children.get(step) if self.children and isinstance(step, str) else None


@dataclass(frozen=True, slots=True)
class Places:
    """The marks of all files of a plan, by the part of the plan in each file.

    A part is named by a short path such as `("sprints", "4")` or `("phases",)`.
    """

    files: Mapping[tuple[str, ...], tuple[str, Mark]]

    @classmethod
    def none(cls) -> Self:
        """For a plan that was made in memory: every place is the start of a file named `plan`."""
        return cls({})

    def of(self, *path: Step, key: bool = False) -> Place:
        """The place of a value, for instance `of("sprints", "4", "risk", "level")`.

        Goes as deep as the file does: the place of a value that was left out is that of the mapping it is missing
        from. With `key`, the place of the value's key.
        """
        for depth in (2, 1):
            file_and_mark = self.files.get(tuple(str(step) for step in path[:depth]))
            if file_and_mark:
                return locate(*file_and_mark, path[depth:], key=key)
        return Place("plan")


def locate(file: str, mark: Mark, path: tuple[Step, ...], *, key: bool = False) -> Place:
    """The place that `path` leads to below `mark`, going as deep as the file does."""
    for step in path:
        below = mark.child(step)
        if below is None:
            break
        mark = below
    if key:
        return Place(file, mark.key_line, mark.key_column)
    return Place(file, mark.line, mark.column)
