"""What every commit did to the plan, read from Git, and kept by content so that the past is read once.

A commit is compared with the one before it along the first parents: those are the states that were published, one after
the other, and what a merge brought is one step. What is kept is keyed by the Git ids of `plan_data/`, so it holds for
any rewritten history, and by masterplan's own code. It lies in the folder where Git keeps the repository itself, which
no commit can reach, and may be deleted at any time; nothing but time depends on it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from masterplan.analyse.changes import changes
from masterplan.analyse.extent import extent
from masterplan.git.commands import git, has_commit, is_shallow, prefix_of
from masterplan.git.history_cache import Kept
from masterplan.git.objects import Objects, Snapshot
from masterplan.git.revision import moment
from masterplan.load import load
from masterplan.load.build import FOLDER, Loaded, make
from masterplan.model.change import Change
from masterplan.model.history import NO_HISTORY, Commit, History, PastChange, State

MOST_READ = 500
"""Commits that are read, the newest."""


def history(root: Path) -> History:
    """The history of the plan in `root`, as of the commit that is checked out; empty outside a repository."""
    logged = _log(root) if has_commit(root) else ()
    if not logged:
        return NO_HISTORY
    prefix = prefix_of(root)
    kept = Kept(Path(git(root, "rev-parse", "--absolute-git-dir")), prefix)
    with Objects(root) as objects:
        commits = tuple(_told(_Past(prefix, objects, kept), reversed(logged[:MOST_READ])))
    kept.save()
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
    told = git(
        root, "log", "--first-parent", "--no-follow", f"--max-count={MOST_READ + 1}", "-z", "--encoding=UTF-8",
        "--format=%H%x00%T%x00%ct%x00%aN%x00%s", "HEAD", "--", FOLDER,
    )  # fmt: skip
    fields = told.split("\0")
    return [_Logged(*fields[n : n + 5]) for n in range(0, len(fields) - 4, 5)]


class _Place(NamedTuple):
    """Where a commit has the plan: the ids of the folder that holds `plan_data/`, and of that itself, or nothing."""

    project: str
    plan: str


class _Past:
    """The plans of commits, each read only where nothing is kept of it."""

    def __init__(self, prefix: str, objects: Objects, kept: Kept) -> None:
        self._prefix = prefix
        self._objects, self._kept = objects, kept
        self._make = cache(make)
        self._load = lru_cache(maxsize=2)(self._loaded)

    def place(self, tree: str) -> _Place:
        """Where the plan is in a commit, by the id of its tree."""
        with suppress(OSError):
            project = self._objects.at(tree, self._prefix)
            plan = self._objects.at(tree, f"{self._prefix}/{FOLDER}")
            return _Place(project.id if project else "", plan.id if plan else "")
        return _Place("", "")

    def state(self, at: _Place) -> State:
        """What a commit left of the plan."""
        return self._kept.state(at.plan, lambda: _state(self._load(at.project)))

    def changes(self, before: _Place, after: _Place) -> tuple[PastChange, ...]:
        """What differs between the plans of two commits that could be read."""
        return self._kept.changes(before.plan, after.plan, lambda: self._changes(before, after))

    def _changes(self, before: _Place, after: _Place) -> tuple[PastChange, ...]:
        one, other = self._load(before.project).plan, self._load(after.project).plan
        return tuple(map(_past, changes(one, other))) if one and other else ()

    def _loaded(self, project: str) -> Loaded:
        return load(Snapshot(self._objects, project), self._make)


def _told(past: _Past, commits: Iterable[_Logged]) -> Iterator[Commit]:
    """Commits, oldest first, each with what it changed since the last one whose plan could be read."""
    last: _Place | None = None
    for each in commits:
        at = past.place(each.tree)
        commit = Commit(each.id, each.author, each.made, each.title, past.state(at))
        if commit.state.extent is None:
            yield commit
        else:
            yield replace(commit, changes=past.changes(last, at) if last else (), begins=last is None)
            last = at


def _state(loaded: Loaded) -> State:
    if loaded.plan is None:
        first, *more = loaded.findings
        return State(None, f"{first.place}: {first.message}" + (f", and {len(more)} more" if more else ""))
    return State(extent(loaded.plan))


def _past(change: Change) -> PastChange:
    was = next((str(edit.before) for edit in change.edits if edit.is_rename), "")
    return PastChange(change.rule.id, change.rule.weight, str(change.subject), change.message, was)
