"""What Git knows of the repository that holds the plan: the commit that is built, its date, and whether files were changed since."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: its full hash, the second it was made (Unix time, UTC), and whether the plan or pages differ from it.

    Outside a repository the hash is empty and the time None.
    """

    commit: str = ""
    time: int | None = None
    changed: bool = False

    @property
    def day(self) -> date | None:
        """The commit's day in UTC, so that it is the same on every machine."""
        return datetime.fromtimestamp(self.time, UTC).date() if self.time is not None else None

    def __str__(self) -> str:
        """`commit 1a2b3c4d of 2025-11-16`, with a word when files were changed since."""
        if not self.commit:
            return "files outside version control"
        return f"commit {self.commit[:8]} of {self.day}" + (" and changes not committed yet" if self.changed else "")


def revision(root: Path) -> Revision:
    """The commit checked out in `root`. SOURCE_DATE_EPOCH, where set, is its time."""
    shown = _git(root, "log", "-1", "--format=%H %ct")
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    commit, _, seconds = shown.partition(" ")
    time = int(epoch) if epoch.isdecimal() else (int(seconds) if seconds else None)
    changed = bool(commit) and bool(_git(root, "status", "--porcelain", "--", "plan_data", "docs", "mkdocs.yml"))
    return Revision(commit, time, changed)


@dataclass(frozen=True, slots=True)
class Change:
    """The last commit that changed a file: its full hash and its day (of the committer, in UTC)."""

    commit: str
    day: date

    def __str__(self) -> str:
        """`commit 1a2b3c4d of 2025-11-16`."""
        return f"commit {self.commit[:8]} of {self.day}"


def last_changes(root: Path, folder: str) -> Mapping[str, Change]:
    """The last change of each file in a folder, by its path from `root`; empty outside a repository.

    A shallow clone knows only as far back as it goes.
    """
    found: dict[str, Change] = {}
    change = None
    for line in _git(root, "log", "--format=%x00%H %ct", "--name-only", "--relative", "-z", "--", folder).split("\0"):
        commit, _, seconds = line.partition(" ")
        if seconds.strip().isdecimal():
            change = Change(commit, datetime.fromtimestamp(int(seconds), UTC).date())
        elif line.strip() and change:
            found.setdefault(line.strip(), change)
    return found


def _git(root: Path, *arguments: str) -> str:
    """What a Git command prints; nothing when there is no Git or no repository."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the Git that the user has on the path
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
