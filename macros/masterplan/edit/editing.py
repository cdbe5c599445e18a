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

SCHEMAS = {Path(path).parent.name: name for name, (_, path) in FILES.items() if "<" in path}
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
    tree: Tree = Folder(root)
    for path, content in files.items():
        tree = _Extended(tree, path, content)
    loaded = load(tree)
    if loaded.plan is None:
        first = loaded.findings[0]
        raise UsageError("; ".join(filter(None, [first.message, first.hint])))
    return loaded.plan


def add(root: Path, path: Path, content: bytes) -> None:
    """Write a new file by its path from `root`, led by the line that names its schema, for editors.

    A repository has its schemas once somebody has run `masterplan schema`; before that the line is left out. Raises
    UsageError where there is such a file, or a link leads elsewhere.
    """
    schema = Path("docs", "schema", f"{SCHEMAS[path.parent.name]}.schema.json")
    line = f"# yaml-language-server: $schema=../../{schema.as_posix()}\n" if (root / schema).is_file() else ""
    try:
        create(root / path, line.encode() + content, root)
    except FileExistsError as error:
        raise UsageError(f"{root / path} already exists") from error


def inline(value: object) -> str:
    """A value on one line: every text in quotes, so that none can turn into something else; JSON's are YAML's too."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | dict | list) else str(value)


@dataclass(frozen=True, slots=True)
class _Extended:
    """A tree with one more file in it, or with another content at its path: to try out how a plan would be."""

    tree: Tree
    path: str
    content: bytes

    def kind(self, path: str) -> FileKind:
        """What stands at a path."""
        if path == self.path:
            return "file"
        kind = self.tree.kind(path)
        return "folder" if kind == "missing" and self._below(path) else kind

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        names = [] if self.tree.kind(path) == "missing" and self._below(path) else self.tree.names(path)
        return list(dict.fromkeys([*names, *self._below(path)]))

    def read(self, path: str, most: int) -> bytes:
        """A file's content."""
        return self.content[: most + 1] if path == self.path else self.tree.read(path, most)

    def _below(self, folder: str) -> list[str]:
        """The next name on the way from a folder to the file; empty where the file is not below the folder."""
        return [self.path[len(folder) + 1 :].split("/")[0]] if self.path.startswith(f"{folder}/") else []
