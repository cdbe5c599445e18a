"""Plan files with fields under old names, rewritten to the names of today: only the names change, comments stay."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from masterplan.edit.editing import editing, with_files
from masterplan.errors import MasterplanError
from masterplan.files import write_atomically
from masterplan.load.loader import Made, load, make
from masterplan.load.old_names import OldName, old_names
from masterplan.load.source import parse
from masterplan.model.part import Part
from masterplan.model.quantity import Notation


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A file with its content as it is and as it will be, and how many fields are renamed in it."""

    path: str
    before: str
    after: str
    renamed: int


def upgrade(root: Path, *, dry: bool = False) -> tuple[Upgrade, ...]:
    """Give every field of the plan in `root` its name of today; returns the files that have old names, in order.

    With `dry` nothing is written. Raises UsageError where there is no plan or a wrong one, MasterplanError for a name
    that is written in a way that cannot be replaced, such as with escapes.
    """
    with editing(root) as plan:
        old = _Old()
        load(root, old.make)
        upgrades = tuple(_upgraded(path, *old.files[path]) for path in sorted(old.files))
        if not dry:
            files = {one.path: one.after.encode() for one in upgrades}
            if with_files(root, files) != plan:
                raise MasterplanError("the plan would not be the same under its new names; nothing was written")
            for path, content in files.items():
                write_atomically(root / path, content, root)
    return upgrades


@dataclass
class _Old:
    """The files of a plan that have old names, as it is loaded: by path, the content and the names."""

    files: dict[str, tuple[bytes, tuple[OldName, ...]]] = field(default_factory=dict)

    def make(self, content: bytes, path: str, kind: type[Part], notation: Notation) -> Made:
        if names := old_names(parse(content, path), kind):
            self.files[path] = (content, names)
        return make(content, path, kind, notation)


def _upgraded(path: str, content: bytes, names: tuple[OldName, ...]) -> Upgrade:
    before = content.decode()
    lines = before.split("\n")
    for name in sorted(names, key=lambda name: name.at, reverse=True):
        line, column = name.at
        shift = column - 1 + (line == 1 and before.startswith("\ufeff"))
        text = lines[line - 1]
        key = re.compile(rf"([\"']?){re.escape(name.old)}\1(?=\s*:)").match(text, shift)
        if key is None:
            says = f"{path}:{line}:{column}: rename this field to `{name.new}` by hand, and run the command again"
            raise MasterplanError(says)
        lines[line - 1] = f"{text[:shift]}{key[1]}{name.new}{key[1]}{text[key.end() :]}"
    return Upgrade(path, before, "\n".join(lines), len(names))
