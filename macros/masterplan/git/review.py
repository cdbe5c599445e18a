"""Reviews: two plans of a repository, opened as data and compared.

A side is a revision (`main`, `v1`, `HEAD~3`), a revision with the plan's folder in it (`main:teams/search`), or a
folder on disk, written as a path (`./old`, `/srv/old`). A name that does not start like a path is never taken for a
folder, because a branch could contain a folder named like the revision that it is compared with. Both sides use the
same day, today in the newer plan's time zone, so that time alone makes no difference.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from masterplan.analyse import analyse
from masterplan.analyse.changes import Review, changes, compare
from masterplan.analyse.changes.difference import WORKING_TREE
from masterplan.errors import ComparisonError, UsageError
from masterplan.git.commands import commit_of, git, prefix_of
from masterplan.git.objects import Objects, Snapshot, TreeEntry
from masterplan.load import load
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.tree import Folder, Tree, exists_in
from masterplan.model.change import Difference
from masterplan.model.plan import EMPTY_PLAN, Plan
from masterplan.today import today_of


@dataclass(frozen=True, slots=True)
class _Side:
    """One side: its name, its files, a test for files of the repository, and a prefix for paths in findings."""

    name: str
    tree: Tree
    exists: Callable[[str], bool]
    prefix: str = ""


def review(
    root: Path, base: str, head: str | None = None, today: date | None = None, *, tolerant: bool = False
) -> Review:
    """Compare the plan of `base` with that of `head`, by default the files in `root` on disk.

    If `base` is a revision without a plan, the other plan is new. Raises UsageError for a side that does not exist and
    ComparisonError for a plan with findings; with `tolerant`, the review reports an unreadable `base` instead.
    """
    with _open(root, base) as before, _open(root, head) as after:
        is_new = isinstance(before.tree, Snapshot) and before.tree.kind(PLAN_FOLDER) == "missing"
        older = None if is_new or (tolerant and load(before.tree).plan is None) else _plan(before)
        newer = _plan(after)
        day = today_of(newer, today)
        new = analyse(newer, day, after.exists)
        old = analyse(older or replace(EMPTY_PLAN, header=newer.header, calendar=newer.calendar), day, before.exists)
        if older:
            return Review(old, new, compare(old, new), before.name, after.name)
        difference = Difference(changes(old.plan, newer) if is_new else (), (), (), (), ())
        return Review(old, new, difference, before.name, after.name, older="none" if is_new else "unreadable")


@contextmanager
def _open(root: Path, name: str | None) -> Iterator[_Side]:
    """A side by name. Raises UsageError if there is none, or the name could mean a revision as well as a folder."""
    if name is None:
        yield _folder(root, WORKING_TREE, "")
    elif _is_path(name):
        if not Path(name).is_dir():
            raise UsageError(f"there is no folder {name}")
        yield _folder(Path(name), name, f"{name.rstrip('/')}/")
    else:
        commit = _commit_of(root, name)
        with Objects(root) as objects:
            yield _commit(root, objects, name, commit)


def _is_path(name: str) -> bool:
    """Whether a name is a path on disk, either absolute or relative to the current folder."""
    return Path(name).is_absolute() or name in {".", ".."} or name.startswith(("./", "../"))


def _commit_of(root: Path, name: str) -> str:
    """The hash of the commit in a side's name. Raises UsageError if a folder with a plan has the same name."""
    revision, colon, _ = name.partition(":")
    if colon and not revision:
        raise UsageError(f"{name} names no revision before the colon; write it like main:teams/search")
    is_folder = bool(name) and (Path(name) / PLAN_FOLDER).is_dir()
    try:
        commit = commit_of(root, revision)
    except UsageError as error:
        raise UsageError(f"{error}; for the folder, write ./{name}") if is_folder else error from None
    if is_folder and name != commit:
        raise UsageError(
            f"{name} is both a revision and a folder: write ./{name} for the folder, or {commit} for the commit"
        )
    return commit


def _folder(root: Path, name: str, prefix: str) -> _Side:
    return _Side(name, Folder(root), exists_in(root), prefix)


def _commit(root: Path, objects: Objects, name: str, commit: str) -> _Side:
    """A revision, or a folder in one. Raises UsageError if it does not exist."""
    revision, colon, inside = name.partition(":")
    above, _, last = inside.strip("/").rpartition("/")
    if last == PLAN_FOLDER:
        raise UsageError(f"{name} is inside a plan; name the folder with {PLAN_FOLDER}/ in it: {revision}:{above}")
    folder = inside if colon else prefix_of(root)
    try:
        entry = objects.at(git(root, "rev-parse", "--verify", f"{commit}^{{tree}}"), folder)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    if entry is None and not colon:
        entry = TreeEntry("folder", git(root, "hash-object", "-t", "tree", os.devnull))
    if entry is None or entry.kind != "folder":
        raise UsageError(f"{name}: that revision has no folder {folder}; its path starts at the top of the repository")
    snapshot = Snapshot(objects, entry.id)
    return _Side(name, snapshot, snapshot.has, f"{name}{'/' if inside else ':'}")


def _plan(side: _Side) -> Plan:
    loaded = load(side.tree)
    if loaded.plan is None:
        raise ComparisonError([finding.below(side.prefix) for finding in loaded.findings])
    return loaded.plan
