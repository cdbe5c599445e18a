"""Safe edits of a plan on disk: by one command at a time, and only if the plan stays valid."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from masterplan.edit.alter import Alteration
from masterplan.errors import UsageError
from masterplan.files import OWN, create, locked, own_folder, refuse_links, undone_on_error, write_atomically
from masterplan.load.loader import PLAN_FOLDER, load, way_to_a_plan
from masterplan.load.source import parse
from masterplan.load.tree import FileKind, Folder, Tree
from masterplan.model.plan import Plan
from masterplan.model.schema import FILES

_SCHEMA_OF = {Path(path).parent.name: name for name, (_, path) in FILES.items() if "<" in path}
"""The name of the schema for the files in a folder of the plan."""

PATIENCE = 30
"""Seconds to wait for another command that edits the same plan."""


def root_option(root: Path) -> str:
    """The option for commands run from the current folder on the plan in `root`: ` --root teams/search`, or nothing."""
    return "" if root.resolve() == Path.cwd() else f" --root {shlex.quote(str(root))}"


@contextmanager
def editing(root: Path) -> Iterator[Plan]:
    """The plan in `root`, under a lock, so that no other command edits it between reading and writing.

    Raises UsageError if there is no plan, it has errors, or its folder is read-only, BlockingIOError if the lock stays
    taken.
    """
    _require_plan_folder(root)
    try:
        own = own_folder(root / OWN)
    except PermissionError as error:
        raise UsageError(
            f"nothing can be written to {root.resolve()}: {error.strerror}; change its permissions, or use a clone of "
            "your own"
        ) from error
    with locked(own / "lock", PATIENCE):
        yield plan_to_edit(root)


def plan_to_edit(root: Path) -> Plan:
    """The plan in `root`. Raises UsageError if there is none or it has errors."""
    _require_plan_folder(root)
    plan = load(root).plan
    if plan is None:
        raise _errors_in(root)
    return plan


def _require_plan_folder(root: Path) -> None:
    kind = Folder(root).kind(PLAN_FOLDER)
    if kind == "missing":
        raise UsageError(f"there is no plan in {root.resolve()}; {way_to_a_plan(root)}")
    if kind != "folder":
        raise _errors_in(root)


def _errors_in(root: Path) -> UsageError:
    return UsageError(f"the plan has errors; run `masterplan check{root_option(root)}` and fix them first")


def with_file(root: Path, path: Path, content: bytes) -> Plan:
    """The plan with one more file at `path`, relative to `root`. Raises UsageError if that plan has errors."""
    return with_files(root, {path.as_posix(): content})


def with_files(root: Path, files: Mapping[str, bytes]) -> Plan:
    """The plan with these contents of files, by path. Raises UsageError if that plan has errors."""
    loaded = load(Overlay(Folder(root), files))
    if loaded.plan is None:
        raise UsageError(loaded.findings[0].advice)
    return loaded.plan


@dataclass(frozen=True, slots=True)
class EditedFile:
    """The new content of a file of the plan, by its path from the plan's root."""

    path: str
    content: bytes

    def write(self, root: Path) -> Path:
        """Write the file; returns its path from `root`."""
        write_atomically(root / self.path, self.content, root)
        return Path(self.path)


def edited(root: Path, path: str, alteration: Alteration, expected: Plan, by_hand: str) -> EditedFile:
    """The file with an alteration. Raises UsageError, with what to do `by_hand`, if it does not give this plan."""
    content = alteration.text().encode()
    if parse(content, path).findings or with_files(root, {path: content}) != expected:
        raise UsageError(f"{by_hand} by hand; commands cannot edit this form of YAML")
    return EditedFile(path, content)


def add(root: Path, path: Path, content: bytes) -> None:
    """Write a new file at `path`, relative to `root`, with a first line that names its schema, for editors.

    Raises UsageError if the file exists, or a symbolic link is on the way.
    """
    try:
        create(root / path, schema_line(root, path) + content, root)
    except FileExistsError as error:
        raise UsageError(f"{root / path} already exists") from error


def write_files(root: Path, changes: Mapping[str, bytes | None]) -> None:
    """Write files by path from `root`, and remove those whose content is None: all of them, or none after an error.

    Raises UsageError if a symbolic link or a folder is in the way.
    """
    for path in changes:
        refuse_links(root / path, root)
        if (root / path).is_dir():
            raise UsageError(f"{root / path} is a folder; remove it")
    with undone_on_error(root / path for path in changes):
        for path, content in changes.items():
            if content is None:
                (root / path).unlink(missing_ok=True)
            else:
                write_atomically(root / path, content, root)


@contextmanager
def removed_on_error(paths: Iterable[Path]) -> Iterator[None]:
    """Delete files that were just written if the rest of the command fails, so that it can be repeated."""
    try:
        yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def schema_line(root: Path, path: Path) -> bytes:
    """The first line of a plan's file at a path from `root`, which names its schema; empty if the schema is missing.

    A repository contains schemas once `masterplan schema` has been run.
    """
    schema = Path("docs", "schema", f"{_SCHEMA_OF.get(path.parent.name, path.stem)}.schema.json")
    up = "../" * len(path.parent.parts)
    return f"# yaml-language-server: $schema={up}{schema.as_posix()}\n".encode() if (root / schema).is_file() else b""


def inline(value: object) -> str:
    """A value on one line, with all texts in quotes so that they stay texts; JSON is valid YAML."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | dict | list) else str(value)


@dataclass(frozen=True, slots=True)
class Overlay:
    """A tree with other contents at some paths, to try out an edit; None removes a file."""

    tree: Tree
    files: Mapping[str, bytes | None]

    def kind(self, path: str) -> FileKind:
        """The kind of file at a path."""
        if path in self.files:
            return "missing" if self.files[path] is None else "file"
        kind = self.tree.kind(path)
        return "folder" if kind == "missing" and self._below(path) else kind

    def names(self, path: str) -> list[str]:
        """The names in a folder."""
        below = self._below(path)
        names = [] if below and self.tree.kind(path) == "missing" else self.tree.names(path)
        removed = {name for name in names if self.files.get(f"{path}/{name}", b"") is None}
        return [name for name in dict.fromkeys([*names, *below]) if name not in removed]

    def read(self, path: str, most: int) -> bytes:
        """A file's content."""
        content = self.files.get(path)
        return self.tree.read(path, most) if content is None else content[: most + 1]

    def _below(self, folder: str) -> list[str]:
        """The names in a folder on the way to the files of the overlay."""
        prefix = f"{folder}/"
        paths = (path for path, content in self.files.items() if content is not None and path.startswith(prefix))
        return [path[len(prefix) :].split("/")[0] for path in paths]
