"""Renaming fields with old names in plan files; everything else stays unchanged, including comments."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from masterplan.edit.editing import editing, plan_to_edit, with_files, write_files
from masterplan.errors import MasterplanError
from masterplan.load.loader import LoadedPart, load, load_part
from masterplan.load.old_names import OldName, old_names
from masterplan.load.source import parse
from masterplan.model.part import Part
from masterplan.model.quantity import Notation


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A file with its content before and after, and the number of renamed fields."""

    path: str
    before: str
    after: str
    renamed: int


def upgrade(root: Path, *, dry: bool) -> tuple[Upgrade, ...]:
    """Give every field of the plan in `root` its current name; returns the files with old names, sorted by path.

    With `dry` nothing is written. Raises UsageError if there is no plan or it has errors, MasterplanError for a name
    written in a way that cannot be replaced, such as with escapes.
    """
    with nullcontext(plan_to_edit(root)) if dry else editing(root) as plan:
        outdated = _OutdatedFiles()
        load(root, outdated.load_part)
        upgrades = tuple(_upgraded(path, *outdated.files[path]) for path in sorted(outdated.files))
        if not dry:
            files = {file.path: file.after.encode() for file in upgrades}
            if with_files(root, files) != plan:
                raise MasterplanError("renaming would change the plan; nothing was written")
            write_files(root, files)
    return upgrades


@dataclass
class _OutdatedFiles:
    """Collects files with old names while a plan is loaded: content and names, by path."""

    files: dict[str, tuple[bytes, tuple[OldName, ...]]] = field(default_factory=dict)

    def load_part(self, content: bytes, path: str, kind: type[Part], notation: Notation) -> LoadedPart:
        if names := old_names(parse(content, path), kind):
            self.files[path] = (content, names)
        return load_part(content, path, kind, notation)


def _upgraded(path: str, content: bytes, names: tuple[OldName, ...]) -> Upgrade:
    bom, before = "\ufeff", content.decode()
    lines = before.removeprefix(bom).split("\n")
    for name in sorted(names, key=attrgetter("at"), reverse=True):
        line, column = name.at
        text = lines[line - 1]
        start = column - (text[column - 1] not in "\"'")
        if not text.startswith(name.old, start):
            place = f"{path}:{line}:{column}"
            raise MasterplanError(f"{place}: rename this field to `{name.new}` by hand, and run the command again")
        lines[line - 1] = text[:start] + name.new + text[start + len(name.old) :]
    return Upgrade(path, before, bom * before.startswith(bom) + "\n".join(lines), len(names))
