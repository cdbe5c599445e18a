"""Facts from Git about a plan's repository.

They are the commit that is checked out and its day, the last change of each file, and the plan's identity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from masterplan.git.commands import git, has_commit, is_shallow, prefix_of
from masterplan.model.window import day_in_words

if TYPE_CHECKING:
    from masterplan.model.header import Header

LATEST = 253_402_300_799
"""The last second in the range of `datetime`, 9999-12-31 23:59:59 UTC, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: its full hash, its day, and whether the plan or the pages on disk differ from it.

    The day is in UTC, so that it is the same on every machine. Outside a repository the hash is empty and the day None.
    """

    commit: str = ""
    day: date | None = None
    changed: bool = False

    def __str__(self) -> str:
        """`commit 1a2b3c4d of 16 Nov 2025`, and whether there are uncommitted changes."""
        if not self.commit:
            return "files outside version control"
        of = f" of {day_in_words(self.day, None)}" if self.day else ""
        return f"commit {self.commit[:8]}{of}" + (" and uncommitted changes" if self.changed else "")


def revision(root: Path, pages: str) -> Revision:
    """The commit checked out in `root`; `pages` is the folder of pages, relative to `root`.

    Raises GitError if Git cannot read the repository.
    """
    if not has_commit(root):
        return Revision()
    status = ("status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=all")
    changed = git(root, *status, "--", "plan_data", f"./{pages}", "mkdocs.yml")
    seconds, _, commit = git(root, "rev-list", "--max-count=1", "--timestamp", "HEAD", "--").partition(" ")
    return Revision(commit, moment(seconds).date(), changed=bool(changed))


def moment(seconds: str) -> datetime:
    """The time of a commit in UTC, from Git's output in seconds since 1970; an empty output means 1970.

    Times before 1970 or after the range of `datetime` become 1970-01-01 or 9999-12-31.
    """
    return datetime.fromtimestamp(min(max(int(seconds or 0), 0), LATEST), UTC)


def identity(root: Path, header: "Header") -> str:
    """The plan's identity for calendars and feed readers: letters, digits, `.`, `_` and `-`.

    It is the `id` in plan.yml, else derived from the repository's first commit and the folder of the plan in it. If Git
    does not know the first commit, as in a shallow clone, it is derived from the title.
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
        """`commit 1a2b3c4d of 16 Nov 2025`."""
        return f"commit {self.commit[:8]} of {day_in_words(self.day, None)}"


def last_changes(root: Path, folder: str) -> Mapping[str, LastChange]:
    """The last change of each YAML file in a folder, by its path from `root`; empty outside a repository.

    In a shallow clone, it is the last change that the clone contains.
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
