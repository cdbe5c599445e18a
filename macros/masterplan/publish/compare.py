"""Two plans of a repository side by side: opened as data, wherever they are, and compared.

A side is named as Git's users name it: a revision (`main`, `v1`, `HEAD~3`), a revision with the folder in it that holds
the plan (`main:teams/search`), or a folder on disk. Both sides are judged on the same day, today in the newer
plan's time zone, or a task would be late on one side only because time has passed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from masterplan.analyse import analyse
from masterplan.analyse.changes import compare as compare_facts
from masterplan.errors import ComparisonError, UsageError
from masterplan.load import load
from masterplan.load.build import FOLDER
from masterplan.load.repository import holds
from masterplan.load.tree import Folder, Tree
from masterplan.model.finding import Finding
from masterplan.model.plan import Plan
from masterplan.publish.git import Objects, Snapshot, commit_of, git
from masterplan.publish.revision import Revision, revision, revision_of
from masterplan.publish.today import today_of
from masterplan.render.review import Review

WORKING_TREE = "the working tree"
"""What people call the files as they are on disk now."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One side: its name, its files, what of the repository is there, its commit, and the paths of its findings."""

    name: str
    tree: Tree
    exists: Callable[[str], bool]
    revision: Revision
    prefix: str = ""


def compare(root: Path, base: str, head: str | None = None, today: date | None = None) -> Review:
    """Compare the plan of `base` with that of `head`, or of the files in `root` as they are.

    Raises UsageError for a side that is not there, ComparisonError for one whose plan is wrong.
    """
    with _open(root, base) as before, _open(root, head) as after:
        older, newer = _plan(before), _plan(after)
        day = today_of(newer, today)
        one, other = analyse(older, day, before.exists), analyse(newer, day, after.exists)
        return Review(one, other, compare_facts(one, other), before.name, after.name)


@contextmanager
def _open(root: Path, name: str | None) -> Iterator[_Side]:
    """A side by its name; a folder that holds a plan goes before a revision of the same name."""
    if name is None:
        yield _folder(root, WORKING_TREE, "")
    elif name and (Path(name) / FOLDER).is_dir():
        yield _folder(Path(name), name, f"{name.rstrip('/')}/")
    else:
        with Objects(root) as objects:
            yield _commit(root, objects, name)


def _folder(root: Path, name: str, prefix: str) -> _Side:
    return _Side(name, Folder(root), holds(root), revision(root), prefix)


def _commit(root: Path, objects: Objects, name: str) -> _Side:
    """A revision, or a folder in one. Raises UsageError where there is neither."""
    revised, colon, inside = name.partition(":")
    commit = commit_of(root, revised)
    folder = inside if colon else git(root, "rev-parse", "--show-prefix")
    try:
        found = objects.at(git(root, "rev-parse", f"{commit}^{{tree}}"), folder)
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}") from error
    if found is None or found.kind != "folder":
        raise UsageError(f"{name}: that revision has no folder {folder}")
    snapshot = Snapshot(objects, found.id)
    return _Side(name, snapshot, snapshot.holds, revision_of(root, commit), f"{name}{'/' if inside else ':'}")


def _plan(side: _Side) -> Plan:
    loaded = load(side.tree)
    if loaded.plan is None:
        raise ComparisonError([_named(finding, side.prefix) for finding in loaded.findings])
    return loaded.plan


def _named(finding: Finding, prefix: str) -> Finding:
    """A finding whose place says on which side it is."""
    return replace(finding, place=replace(finding.place, path=prefix + finding.place.path))
