"""Edits of single fields in a plan file by commands; everything else stays as people wrote it, including comments.

Before the new text is written, the plan is loaded with it, to make sure that nothing else changes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from masterplan.edit.editing import with_files
from masterplan.errors import UsageError
from masterplan.files import write_atomically
from masterplan.load.source import parse
from masterplan.model.place import Mark, Step
from masterplan.model.plan import Plan

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|\[\s*\]|[\w.-]+(?: [\w.-]+)*')
"""A text in quotes, an empty list, or words such as ids, states and dates."""
_LINE_END = re.compile(r"\r?\n|\Z")

TextEdit = tuple[int, int, str]
"""The start and end of a range in a text, and its replacement."""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The text of a file of the plan, by its path from the plan's root."""

    path: str
    text: str

    @classmethod
    def read(cls, root: Path, path: str) -> Self:
        """The file as it is on disk."""
        return cls(path, (root / path).read_bytes().decode())

    def mark(self, *steps: Step) -> Mark:
        """The mark of a value, or of the innermost value on the way to it."""
        mark = parse(self.text.encode(), self.path).mark
        for step in steps:
            mark = mark.child(step) or mark
        return mark

    def position(self, line: int, column: int) -> int:
        """The position in the text of a line and column; a byte order mark before the first line has no column."""
        lines = self.text.split("\n")
        shift = line == 1 and self.text.startswith("\ufeff")
        return sum(len(previous) + 1 for previous in lines[: line - 1]) + column - 1 + shift

    def word(self, line: int, column: int) -> tuple[int, int]:
        """The start and end of the key or value at a place. Raises ValueError for YAML that commands cannot edit."""
        match = _WORD.match(self.text, self.position(line, column))
        if match is None:
            raise ValueError(f"{self.path}:{line}:{column}: this form of YAML is not supported")
        return match.span()

    def fields(self, mapping: Mark, fields: Mapping[str, str]) -> Iterator[TextEdit]:
        """The edits that set fields of a mapping to YAML values; new fields go after the id, else before all others."""
        for name, value in fields.items():
            if old := mapping.child(name):
                yield (*self.word(old.line, old.column), value)
        new_fields = [f"{name}: {value}" for name, value in fields.items() if mapping.child(name) is None]
        if new_fields and isinstance(mapping.children, dict):
            yield self._insertion(mapping, mapping.children, new_fields)

    def _insertion(self, mapping: Mark, children: Mapping[str, Mark], fields: list[str]) -> TextEdit:
        newline = "\r\n" if "\r\n" in self.text else "\n"
        id_ = children.get("id")
        key = id_ or next(iter(children.values()))
        in_braces = self.text[self.position(mapping.line, mapping.column)] == "{"
        separator = ", " if in_braces else newline + " " * (key.key_column - 1)
        if id_ is None:
            at = self.position(key.key_line, key.key_column)
            return at, at, "".join(f"{field}{separator}" for field in fields)
        _, at = self.word(id_.line, id_.column)
        if not in_braces and (end := _LINE_END.search(self.text, at)):
            at = end.start()
        return at, at, "".join(f"{separator}{field}" for field in fields)

    def rewritten(self, edits: Iterable[TextEdit]) -> Self:
        """The file with these edits, which must not overlap."""
        text = self.text
        for start, end, piece in sorted(edits, reverse=True):
            text = text[:start] + piece + text[end:]
        return replace(self, text=text)

    def changed(self, root: Path, edits: Iterable[TextEdit], expected: Plan, by_hand: str) -> Self:
        """The rewritten file. Raises UsageError, with what to do `by_hand`, if it does not give the `expected` plan."""
        error = UsageError(f"{by_hand} by hand; commands cannot edit this form of YAML")
        try:
            new = self.rewritten(edits)
        except ValueError:
            raise error from None
        if with_files(root, {self.path: new.text.encode()}) != expected:
            raise error
        return new

    def write(self, root: Path) -> Path:
        """Write the file; returns its path from `root`."""
        write_atomically(root / self.path, self.text.encode(), root)
        return Path(self.path)
