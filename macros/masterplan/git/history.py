"""The plan's history: how every commit changed the plan, read from Git and cached.

Each commit is compared with the one before it along first parents. Those are the states that were published, one after
the other, and a merge is one step.

The cache is a file in `.git`, which no commit can reach. Its keys are the Git ids of `plan_data/`, so they survive
rewritten history, and a digest of masterplan's own files, so entries are never out of date. It keeps only what the last
build used, is written in one step, and is safe to delete.
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
from masterplan.git.commands import git, has_commit, is_shallow, memory_folder, prefix_of
from masterplan.git.objects import Objects, Snapshot
from masterplan.git.revision import moment
from masterplan.load import load
from masterplan.load.loader import PLAN_FOLDER, Loaded, PartLoader, load_part
from masterplan.model.change import Change
from masterplan.model.history import NO_HISTORY, Commit, History, PastChange, PlanState
from masterplan.program import own_files

MOST_READ = 500
"""The number of commits to read, newest first."""


def history(root: Path, load_part: PartLoader = load_part) -> History:
    """The history of the plan in `root` up to the commit that is checked out; empty outside a repository.

    Callers that have read the plan should pass a caching `load_part`, as the commits contain mostly the same files.
    """
    logged = _log(root) if has_commit(root) else ()
    if not logged:
        return NO_HISTORY
    prefix = prefix_of(root)
    saved = _Saved(memory_folder(root), prefix)
    with Objects(root) as objects:
        commits = tuple(_commits(_Past(prefix, objects, saved, load_part), reversed(logged[:MOST_READ])))
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
    def time(self) -> datetime:
        """The time of the commit, which every page shows; a rebase moves it forward."""
        return moment(self.seconds)


def _log(root: Path) -> Sequence[_Logged]:
    """The commits that touched the plan, newest first; at most one more than `MOST_READ`."""
    output = git(
        root, "log", "--first-parent", "--no-follow", f"--max-count={MOST_READ + 1}", "-z", "--encoding=UTF-8",
        "--format=%H%x00%T%x00%ct%x00%aN%x00%s", "HEAD", "--", PLAN_FOLDER,
    )  # fmt: skip
    fields = output.split("\0")
    return [_Logged(*fields[n : n + 5]) for n in range(0, len(fields) - 4, 5)]


class _Location(NamedTuple):
    """The location of the plan in a commit: the Git ids of the folder with `plan_data/`, and of `plan_data/` itself.

    Either is empty if the commit does not have it.
    """

    project: str
    plan: str


class _Past:
    """The plans of commits, read only if the cache lacks an answer."""

    def __init__(self, prefix: str, objects: Objects, saved: "_Saved", load_part: PartLoader) -> None:
        self._prefix = prefix
        self._objects, self._saved = objects, saved
        read = cache(load_part)
        self._load = lru_cache(maxsize=2)(lambda project: load(Snapshot(objects, project), read))

    def location(self, tree: str) -> _Location:
        """The location of the plan in a commit, by the id of its tree."""
        with suppress(OSError):
            project = self._objects.at(tree, self._prefix)
            plan = self._objects.at(tree, f"{self._prefix}/{PLAN_FOLDER}")
            return _Location(project.id if project else "", plan.id if plan else "")
        return _Location("", "")

    def state(self, location: _Location) -> PlanState:
        """The state of the plan after a commit."""
        return self._saved.state(location.plan, lambda: _state(self._load(location.project)))

    def changes(self, before: _Location, after: _Location) -> tuple[PastChange, ...]:
        """The changes between the plans of two commits, both of which can be read."""
        return self._saved.changes(before.plan, after.plan, lambda: self._changes(before, after))

    def _changes(self, before: _Location, after: _Location) -> tuple[PastChange, ...]:
        old, new = self._load(before.project).plan, self._load(after.project).plan
        return tuple(map(_past, changes(old, new))) if old and new else ()


def _commits(past: _Past, log: Iterable[_Logged]) -> Iterator[Commit]:
    """Commits, oldest first, with their changes since the previous commit with a readable plan."""
    last: _Location | None = None
    for logged in log:
        location = past.location(logged.tree)
        commit = Commit(logged.id, logged.author, logged.time, logged.title, past.state(location))
        if commit.state.extent is None:
            yield commit
        else:
            yield replace(commit, changes=past.changes(last, location) if last else (), begins=last is None)
            last = location


def _state(loaded: Loaded) -> PlanState:
    if loaded.plan is None:
        first, *more = loaded.findings
        return PlanState(None, f"{first.place}: {first.message}" + (f", and {len(more)} more" if more else ""))
    return PlanState(extent(loaded.plan))


def _past(change: Change) -> PastChange:
    old_id = next((str(edit.before) for edit in change.edits if edit.is_rename), "")
    return PastChange(change.rule.id, change.rule.weight, change.subject, change.message, old_id)


class _Content(BaseModel):
    """The content of the cache: a digest of the code that wrote it, and states and changes by Git ids of `plan_data/`.

    The key of changes consists of two ids, as in `1a2b..3c4d`.
    """

    program: str
    states: dict[str, PlanState] = {}
    changes: dict[str, tuple[PastChange, ...]] = {}


class _Saved:
    """The cache: the states and changes of earlier builds, and those that this build used."""

    def __init__(self, folder: Path, prefix: str) -> None:
        """The cache of the plan below `prefix`, in the folder from `memory_folder`."""
        self._path = folder / f"history-{sha256(prefix.encode()).hexdigest()[:16]}.json"
        self._before = _read(self._path)
        self._used = _Content(program=own_files())

    def state(self, id_: str, make: Callable[[], PlanState]) -> PlanState:
        """The state of the plan with a Git id; an unreadable plan is not saved, as a fuller clone may read it."""
        state = self._before.states.get(id_) or make()
        if state.extent is not None:
            self._used.states[id_] = state
        return state

    def changes(self, before: str, after: str, make: Callable[[], tuple[PastChange, ...]]) -> tuple[PastChange, ...]:
        """The changes between the plans with two Git ids."""
        key = f"{before}..{after}"
        saved = self._before.changes.get(key)
        self._used.changes[key] = make() if saved is None else saved
        return self._used.changes[key]

    def write(self) -> None:
        """Write what this build used, unless the file has the same content; failures to write are ignored."""
        if self._used != self._before:
            with suppress(OSError, UsageError):
                write_atomically(self._path, self._used.model_dump_json().encode(), self._path.parents[1])


def _read(path: Path) -> _Content:
    """The content from an earlier build; empty if the file cannot be read, or other code wrote it."""
    try:
        content = _Content.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return _Content(program="")
    return content if content.program == own_files() else _Content(program="")
