"""What every commit did to the plan, read from Git, and cached so that the past is read once.

A commit is compared with the one before it along the first parents: those are the states that were published, one after
the other, and what a merge brought is one step.

The cache is a file in the folder where Git keeps the repository itself, which no commit can reach. Its keys are the Git
ids of `plan_data/`, so they hold for any rewritten history, and masterplan's own files, so nothing in it is ever out of
date. It has only what the last build asked for, is written in one step, and may be deleted at any time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from masterplan.analyse.changes import changes
from masterplan.analyse.facts import extent
from masterplan.errors import UsageError
from masterplan.files import write_atomically
from masterplan.git.commands import git, has_commit, is_shallow, own_memory, prefix_of
from masterplan.git.objects import Objects, Snapshot
from masterplan.git.revision import moment
from masterplan.load import load
from masterplan.load.loader import PLAN_FOLDER, Loaded, Make, make
from masterplan.model.change import Change
from masterplan.model.history import NO_HISTORY, Commit, History, PastChange, PlanState
from masterplan.program import own_files

MOST_READ = 500
"""Commits that are read, the newest."""


def history(root: Path, make: Make = make) -> History:
    """The history of the plan in `root`, as of the commit that is checked out; empty outside a repository.

    Whoever has read the plan already gives a `make` that remembers what it has made: the commit has most of its files.
    """
    logged = _log(root) if has_commit(root) else ()
    if not logged:
        return NO_HISTORY
    prefix = prefix_of(root)
    saved = _Saved(own_memory(root), prefix)
    with Objects(root) as objects:
        commits = tuple(_commits(_Past(prefix, objects, saved, make), reversed(logged[:MOST_READ])))
    saved.write()
    return History(commits[::-1], cut=len(logged) > MOST_READ, shallow=is_shallow(root))


class _Logged(NamedTuple):
    """A commit as Git logs it: its hash, that of its tree, seconds since 1970, author and first line."""

    id: str
    tree: str
    seconds: str
    author: str
    title: str

    @property
    def made(self) -> datetime:
        """When it was committed, the date that every page shows of a commit: a rebase moves it forwards."""
        return moment(self.seconds)


def _log(root: Path) -> Sequence[_Logged]:
    """The commits that touched the plan, newest first, one more than are read where there are more."""
    output = git(
        root, "log", "--first-parent", "--no-follow", f"--max-count={MOST_READ + 1}", "-z", "--encoding=UTF-8",
        "--format=%H%x00%T%x00%ct%x00%aN%x00%s", "HEAD", "--", PLAN_FOLDER,
    )  # fmt: skip
    fields = output.split("\0")
    return [_Logged(*fields[n : n + 5]) for n in range(0, len(fields) - 4, 5)]


class _Place(NamedTuple):
    """Where a commit has the plan, as Git ids: of the folder that `plan_data/` is in, and of `plan_data/` itself.

    Either is empty where the commit does not have it.
    """

    project: str
    plan: str


class _Past:
    """The plans of commits; one is read only where the cache has nothing about it."""

    def __init__(self, prefix: str, objects: Objects, saved: "_Saved", make: Make) -> None:
        self._prefix = prefix
        self._objects, self._saved = objects, saved
        read = cache(make)
        self._load = lru_cache(maxsize=2)(lambda project: load(Snapshot(objects, project), read))

    def place(self, tree: str) -> _Place:
        """Where the plan is in a commit, by the id of its tree."""
        with suppress(OSError):
            project = self._objects.at(tree, self._prefix)
            plan = self._objects.at(tree, f"{self._prefix}/{PLAN_FOLDER}")
            return _Place(project.id if project else "", plan.id if plan else "")
        return _Place("", "")

    def state(self, at: _Place) -> PlanState:
        """What a commit left of the plan."""
        return self._saved.state(at.plan, lambda: _state(self._load(at.project)))

    def changes(self, before: _Place, after: _Place) -> tuple[PastChange, ...]:
        """What differs between the plans of two commits that could be read."""
        return self._saved.changes(before.plan, after.plan, lambda: self._changes(before, after))

    def _changes(self, before: _Place, after: _Place) -> tuple[PastChange, ...]:
        old, new = self._load(before.project).plan, self._load(after.project).plan
        return tuple(map(_past, changes(old, new))) if old and new else ()


def _commits(past: _Past, log: Iterable[_Logged]) -> Iterator[Commit]:
    """Commits, oldest first, each with what it changed since the last one whose plan could be read."""
    last: _Place | None = None
    for logged in log:
        at = past.place(logged.tree)
        commit = Commit(logged.id, logged.author, logged.made, logged.title, past.state(at))
        if commit.state.extent is None:
            yield commit
        else:
            yield replace(commit, changes=past.changes(last, at) if last else (), begins=last is None)
            last = at


def _state(loaded: Loaded) -> PlanState:
    if loaded.plan is None:
        first, *more = loaded.findings
        return PlanState(None, f"{first.place}: {first.message}" + (f", and {len(more)} more" if more else ""))
    return PlanState(extent(loaded.plan))


def _past(change: Change) -> PastChange:
    old_id = next((str(edit.before) for edit in change.edits if edit.is_rename), "")
    return PastChange(change.rule.id, change.rule.weight, change.subject, change.message, old_id)


class _Content(BaseModel):
    """The file of the cache: a digest of the code that wrote it, states by the Git id of their `plan_data/`, changes.

    The key of changes is the ids of two, as in `1a2b..3c4d`.
    """

    program: str
    states: dict[str, PlanState] = {}
    changes: dict[str, tuple[PastChange, ...]] = {}


class _Saved:
    """The cache: states and changes of earlier builds, and those that this build asked for."""

    def __init__(self, folder: Path, prefix: str) -> None:
        """The cache of the plan below `prefix`, in the folder that `own_memory` names."""
        self._path = folder / f"history-{sha256(prefix.encode()).hexdigest()[:16]}.json"
        self._before = _read(self._path)
        self._used = _Content(program=own_files())

    def state(self, id_: str, make: Callable[[], PlanState]) -> PlanState:
        """The state of the plan with a Git id; unsaved where it could not be read, as a fuller clone may read it."""
        state = self._before.states.get(id_) or make()
        if state.extent is not None:
            self._used.states[id_] = state
        return state

    def changes(self, before: str, after: str, make: Callable[[], tuple[PastChange, ...]]) -> tuple[PastChange, ...]:
        """What differs between the plans with two Git ids."""
        key = f"{before}..{after}"
        saved = self._before.changes.get(key)
        self._used.changes[key] = make() if saved is None else saved
        return self._used.changes[key]

    def write(self) -> None:
        """Write what this build asked for, unless the file says just that; a file that cannot be written is left."""
        if self._used != self._before:
            with suppress(OSError, UsageError):
                write_atomically(self._path, self._used.model_dump_json().encode(), self._path.parents[1])


def _read(path: Path) -> _Content:
    """What an earlier build wrote; nothing where the file cannot be read, or other code wrote it."""
    try:
        content = _Content.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return _Content(program="")
    return content if content.program == own_files() else _Content(program="")
