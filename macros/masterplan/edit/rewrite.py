"""Single fields of a plan file changed by commands: everything else stays as people wrote it, comments too.

The plan is read with the new text before that is written, so that nothing else can have changed.
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
"""Where a piece of a text begins and ends, and what comes in its place."""


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
        """Where a value starts; goes as deep as the file does."""
        mark = parse(self.text.encode(), self.path).mark
        for step in steps:
            mark = mark.child(step) or mark
        return mark

    def position(self, line: int, column: int) -> int:
        """Where a place is in the text; a mark of its encoding before the first line is in no column."""
        lines = self.text.split("\n")
        shift = line == 1 and self.text.startswith("\ufeff")
        return sum(len(above) + 1 for above in lines[: line - 1]) + column - 1 + shift

    def word(self, line: int, column: int) -> tuple[int, int]:
        """Where the key or value at a place begins and ends. Raises ValueError for a form that no command changes."""
        match = _WORD.match(self.text, self.position(line, column))
        if match is None:
            raise ValueError(f"{self.path}:{line}:{column}: this form is not known")
        return match.span()

    def fields(self, mapping: Mark, fields: Mapping[str, str]) -> Iterator[TextEdit]:
        """The edits that give fields of a mapping these values, as YAML; new ones go behind the id, else before all."""
        for name, value in fields.items():
            if old := mapping.child(name):
                yield (*self.word(old.line, old.column), value)
        fresh = [f"{name}: {value}" for name, value in fields.items() if mapping.child(name) is None]
        if fresh and isinstance(mapping.children, dict):
            yield self._insertion(mapping, mapping.children, fresh)

    def _insertion(self, mapping: Mark, children: Mapping[str, Mark], fields: list[str]) -> TextEdit:
        newline = "\r\n" if "\r\n" in self.text else "\n"
        behind = children.get("id")
        key = behind or next(iter(children.values()))
        in_braces = self.text[self.position(mapping.line, mapping.column)] == "{"
        between = ", " if in_braces else newline + " " * (key.key_column - 1)
        if behind is None:
            at = self.position(key.key_line, key.key_column)
            return at, at, "".join(f"{field}{between}" for field in fields)
        _, at = self.word(behind.line, behind.column)
        if not in_braces and (end := _LINE_END.search(self.text, at)):
            at = end.start()
        return at, at, "".join(f"{between}{field}" for field in fields)

    def rewritten(self, edits: Iterable[TextEdit]) -> Self:
        """The file with these edits, which do not overlap."""
        text = self.text
        for start, end, piece in sorted(edits, reverse=True):
            text = text[:start] + piece + text[end:]
        return replace(self, text=text)

    def changed(self, root: Path, edits: Iterable[TextEdit], expected: Plan, by_hand: str) -> Self:
        """The rewritten file. Raises UsageError, with what to do `by_hand`, where the plan would not be `expected`."""
        refusal = UsageError(f"{by_hand} by hand; commands cannot change a file in this form")
        try:
            new = self.rewritten(edits)
        except ValueError:
            raise refusal from None
        if with_files(root, {self.path: new.text.encode()}) != expected:
            raise refusal
        return new

    def write(self, root: Path) -> Path:
        """Write the file; returns its path from `root`."""
        write_atomically(root / self.path, self.text.encode(), root)
        return Path(self.path)
