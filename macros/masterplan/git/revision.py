"""What Git knows about a plan's repository.

The commit that is checked out and its day, the last change of each file, what identifies the plan, and the sprints on
other branches.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from masterplan.git.commands import git, has_commit, is_shallow, prefix_of, repository
from masterplan.git.objects import Objects
from masterplan.load.loader import PLAN_FOLDER
from masterplan.load.source import MAX_BYTES, parse
from masterplan.model.header import Header

LATEST = 253_402_300_799
"""The last second that a date can hold, 9999-12-31 23:59:59 UTC, in seconds since 1970."""

MOST_BRANCHES = 100
"""The most branches that are read; those with the newest commits come first."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: its full hash, the day it was made, and whether the plan or pages differ from it.

    The day is that of UTC, the same on every machine, and None where nothing names one. Outside a repository the hash
    is empty.
    """

    commit: str = ""
    day: date | None = None
    changed: bool = False

    def __str__(self) -> str:
        """`commit 1a2b3c4d of 2025-11-16`, and whether there are uncommitted changes."""
        if not self.commit:
            return "files outside version control"
        return f"commit {self.commit[:8]} of {self.day}" + (" and uncommitted changes" if self.changed else "")


def revision(root: Path, pages: str) -> Revision:
    """The commit checked out in `root`, where `pages` is the folder of pages by its path from there.

    Raises GitError when Git cannot read the repository.
    """
    if not has_commit(root):
        return Revision()
    status = ("status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=all")
    changed = git(root, *status, "--", "plan_data", f"./{pages}", "mkdocs.yml")
    seconds, _, commit = git(root, "rev-list", "--max-count=1", "--timestamp", "HEAD", "--").partition(" ")
    return Revision(commit, moment(seconds).date(), changed=bool(changed))


def moment(seconds: str) -> datetime:
    """The time of a commit in UTC, from the seconds since 1970 that Git prints; 1970 where it prints nothing.

    A time that no date can hold becomes the nearest one that a date can: 1970-01-01 or 9999-12-31.
    """
    return datetime.fromtimestamp(min(max(int(seconds or 0), 0), LATEST), UTC)


def identity(root: Path, header: Header) -> str:
    """What calendars and feed readers know a plan by, whatever its title: letters, digits, `.`, `_` and `-`.

    It is the `id` in plan.yml, else made from the repository's first commit and the folder of the plan in it. Where
    Git does not know the first commit, as in a shallow clone, it is made from the title.
    """
    if header.id:
        return header.id
    source = header.title
    if has_commit(root) and not is_shallow(root):
        source = f"{git(root, 'rev-list', '--first-parent', '--max-parents=0', 'HEAD', '--')}\n{prefix_of(root)}"
    return sha256(source.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class LastChange:
    """The last commit that changed a file: its full hash and its day (of the committer, in UTC)."""

    commit: str
    day: date

    def __str__(self) -> str:
        """`commit 1a2b3c4d of 2025-11-16`."""
        return f"commit {self.commit[:8]} of {self.day}"


def last_changes(root: Path, folder: str) -> Mapping[str, LastChange]:
    """The last change of each YAML file in a folder, by its path from `root`; empty outside a repository.

    A shallow clone knows only as far back as it goes.
    """
    if not has_commit(root):
        return {}
    newest: dict[str, LastChange] = {}
    change = LastChange("", date.min)
    log = ("log", "--format=%x00%H %ct", "--name-only", "--relative", "-z", "--", f"{folder}/*.yml")
    for line in map(str.strip, git(root, *log).split("\0")):
        if line.endswith(".yml"):
            newest.setdefault(line, change)
        elif line:
            commit, _, seconds = line.partition(" ")
            change = LastChange(commit, moment(seconds).date())
    return newest


def sprints_elsewhere(root: Path) -> Mapping[str, str]:
    """The ids of sprints that other branches have in files of their own, each with the name of such a branch.

    A new sprint should take none of them: a merge would bring two of the same id. They are the branches of
    this clone, and those of others as they were last fetched; nothing is fetched. Empty outside a repository.
    """
    branches = list(_branches(root)) if repository(root) else []
    if not branches:
        return {}
    folder = f"{prefix_of(root)}{PLAN_FOLDER}/sprints"
    here = {path.name for path in (root / PLAN_FOLDER / "sprints").glob("*.yml")}
    ids: dict[str, str] = {}
    with Objects(root) as objects:
        for branch, tree in branches:
            with suppress(OSError):
                for blob in _files(objects, tree, folder, here):
                    ids.setdefault(_id(objects.file(blob, MAX_BYTES)), branch)
    return {id_: branch for id_, branch in ids.items() if id_}


def _branches(root: Path) -> Iterator[tuple[str, str]]:
    """The other branches by their names, each with the id of its tree, newest first."""
    form = "--format=%(tree)%00%(HEAD)%00%(symref)%00%(refname:short)"
    kinds = ("refs/heads", "refs/remotes")
    for line in git(
        root, "for-each-ref", "--sort=-committerdate", f"--count={MOST_BRANCHES}", form, *kinds
    ).splitlines():
        tree, current, leads_to, name = line.split("\0")
        if tree and current != "*" and not leads_to:
            yield name if name.isprintable() else ascii(name), tree


def _files(objects: Objects, tree: str, folder: str, here: set[str]) -> Iterator[str]:
    """The Git ids of a branch's sprint files whose names are not in the working tree (`here`)."""
    sprints = objects.at(tree, folder)
    if sprints and sprints.kind == "folder":
        for name, entry in objects.folder(sprints.id).items():
            if entry.kind == "file" and name.endswith(".yml") and name not in here:
                yield entry.id


def _id(content: bytes) -> str:
    """The sprint's id in a file, or an empty text."""
    id_ = (parse(content, "").data or {}).get("id")
    return id_ if isinstance(id_, str) else ""
