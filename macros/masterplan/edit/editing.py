"""A plan changed on disk: by one command at a time, and never into a wrong one."""

import json
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from masterplan.errors import UsageError
from masterplan.files import OWN, create, locked, own_folder
from masterplan.load.loader import PLAN_FOLDER, load
from masterplan.load.tree import FileKind, Folder, Tree
from masterplan.model.plan import Plan
from masterplan.model.schema import FILES

_SCHEMA_OF = {Path(path).parent.name: name for name, (_, path) in FILES.items() if "<" in path}
"""The name of the schema of the files in a folder of the plan."""

PATIENCE = 30
"""Seconds that a command waits for another one that changes the same plan."""


def root_option(root: Path) -> str:
    """What leads a command from the current folder to the plan in `root`: ` --root teams/search`, or nothing."""
    return "" if root.resolve() == Path.cwd() else f" --root {shlex.quote(str(root))}"


@contextmanager
def editing(root: Path) -> Iterator[Plan]:
    """The plan in `root`, under a lock: no other command changes it between what is read and what is written.

    Raises UsageError where there is no plan or a wrong one, BlockingIOError when the lock stays taken.
    """
    wrong = UsageError(f"the plan has errors; run `masterplan check{root_option(root)}` and fix them first")
    if Folder(root).kind(PLAN_FOLDER) != "folder":
        raise wrong
    with locked(own_folder(root / OWN) / "lock", PATIENCE):
        plan = load(root).plan
        if plan is None:
            raise wrong
        yield plan


def with_file(root: Path, path: Path, content: bytes) -> Plan:
    """The plan as it would be with one more file at `path` (from `root`). Raises UsageError where it would be wrong."""
    return with_files(root, {path.as_posix(): content})


def with_files(root: Path, files: Mapping[str, bytes]) -> Plan:
    """The plan as it would be with files of these contents, by path. Raises UsageError where it would be wrong."""
    loaded = load(Overlay(Folder(root), files))
    if loaded.plan is None:
        first = loaded.findings[0]
        raise UsageError("; ".join(filter(None, [first.message, first.hint])))
    return loaded.plan


def add(root: Path, path: Path, content: bytes) -> None:
    """Write a new file by its path from `root`, led by the line that names its schema, for editors.

    Raises UsageError where there is such a file, or a link leads elsewhere.
    """
    try:
        create(root / path, schema_line(root, path) + content, root)
    except FileExistsError as error:
        raise UsageError(f"{root / path} already exists") from error


def schema_line(root: Path, path: Path) -> bytes:
    """The first line of a plan's file at a path from `root`, which names its schema; nothing where there is none.

    A repository has its schemas once somebody has run `masterplan schema`.
    """
    schema = Path("docs", "schema", f"{_SCHEMA_OF.get(path.parent.name, path.stem)}.schema.json")
    up = "../" * len(path.parent.parts)
    return f"# yaml-language-server: $schema={up}{schema.as_posix()}\n".encode() if (root / schema).is_file() else b""


def inline(value: object) -> str:
    """A value on one line: every text in quotes, so that none can turn into something else; JSON's are YAML's too."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | dict | list) else str(value)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A tree with other files at some paths, to try out how a plan would be; None stands for a file that is gone."""

    tree: Tree
    files: Mapping[str, bytes | None]

    def kind(self, path: str) -> FileKind:
        """What stands at a path."""
        if path in self.files:
            return "missing" if self.files[path] is None else "file"
        kind = self.tree.kind(path)
        return "folder" if kind == "missing" and self._below(path) else kind

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        below = self._below(path)
        names = [] if below and self.tree.kind(path) == "missing" else self.tree.names(path)
        gone = {name for name in names if self.files.get(f"{path}/{name}", b"") is None}
        return [name for name in dict.fromkeys([*names, *below]) if name not in gone]

    def read(self, path: str, most: int) -> bytes:
        """A file's content."""
        content = self.files.get(path)
        return self.tree.read(path, most) if content is None else content[: most + 1]

    def _below(self, folder: str) -> list[str]:
        """The next name on the way from a folder to each of the files below it."""
        lead = f"{folder}/"
        paths = (path for path, content in self.files.items() if content is not None and path.startswith(lead))
        return [path[len(lead) :].split("/")[0] for path in paths]
