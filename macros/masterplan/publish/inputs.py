"""Digest of everything that a build reads: files, settings, environment variables, the commit, and the program itself.

It is taken before every build, so this module imports no library and no host. `plain_site` decides which sites have no
other inputs. Contents are compared, not times; times only show whether an input was edited during a build.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG

from masterplan.files import entries_below, refuse_links
from masterplan.git.commands import git, repository
from masterplan.git.revision import revision
from masterplan.program import program

_VARIABLES = ("COMMIT_URL", "EDIT_URL", "SOURCE_DATE_EPOCH", "SOURCE_URL")
"""Environment variables that a build reads, besides those that `!ENV` names in the settings, and those of Git."""

_LOADED = ("main", "main.py")
"""Names beside the settings under which the macros plugin looks for a team's own macros."""

_OF_REPOSITORY = ("shallow", "info/grafts")
"""Files in the folder of a repository that change which commits Git sees."""


class NotKnownError(Exception):
    """A build has an input that cannot be compared, such as the target of a symbolic link."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The inputs of a site: files and folders by path from the plan's root, and environment variables by name.

    `settings` is the file of the site's settings, `pages` the folder of the team's own pages.
    """

    settings: str
    pages: str
    paths: tuple[str, ...]
    variables: tuple[str, ...]


def inputs_digest(root: Path, reach: Reach) -> str:
    """A digest of all inputs of a build in `root`, except the day and the documents that the audit looks for.

    Raises NotKnownError for inputs that cannot be compared, UsageError if a symbolic link is in the way, OSError for
    unreadable files, GitError if Git cannot read the repository.
    """
    for path in reach.paths:
        refuse_links(root / path, root)
    of_git = list(_of_git(root, reach.pages))  # first, because nothing is known outside a repository
    contents = [_contents_digest(root / path) for path in reach.paths]
    parts = (settings_digest(root, reach), str(root), reach, of_git, contents)
    return sha256(repr(parts).encode()).hexdigest()


def edits_digest(*paths: Path) -> str:
    """A digest of when the files were last written, which changes even if a file is edited and then restored.

    Raises NotKnownError and OSError as `_contents_digest` does.
    """
    digest = sha256()
    for path in paths:
        for place, status in _statuses(path):
            digest.update(repr((place, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)).encode())
    return digest.hexdigest()


def settings_digest(root: Path, reach: Reach, commit: str = "") -> str:
    """A digest of the program, the site's settings and the variables in them; raises as `inputs_digest` does.

    It is the same for each `commit` whose full hash is in the same places, such as addresses of the commit.
    """
    if not program() or any(os.path.lexists(root / name) for name in _LOADED):
        raise NotKnownError
    names = sorted({*_VARIABLES, *reach.variables})
    values = [(root / reach.settings).read_text("utf-8"), *map(os.environ.get, names)]
    parts = (program(), names, [value.split(commit) if value and commit else value for value in values])
    return sha256(repr(parts).encode()).hexdigest()


def _contents_digest(path: Path) -> str:
    """A digest of a file, or of everything in a folder with names and permissions.

    If `path` does not exist, it is the digest of nothing. Raises NotKnownError for symbolic links and special files,
    OSError for unreadable files.
    """
    digest, length = sha256(), len(str(path))
    for place, status in _statuses(path):
        content = _content(place) if S_ISREG(status.st_mode) else "folder"
        digest.update(repr((place[length:], S_IMODE(status.st_mode), content)).encode())
    return digest.hexdigest()


def _statuses(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    """A path, if it exists, and everything below it, in order.

    Raises NotKnownError for anything but files and folders.
    """
    if not os.path.lexists(path):
        return
    yield str(path), _known(path.lstat())
    if path.is_dir():
        yield from ((entry.path, _known(entry.stat(follow_symlinks=False))) for _, entry in entries_below(path))


def _known(status: os.stat_result) -> os.stat_result:
    if not (S_ISREG(status.st_mode) or S_ISDIR(status.st_mode)):
        raise NotKnownError
    return status


def _content(path: str) -> str:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - half the time of Path.read_bytes for small files
        return sha256(file.read()).hexdigest()


def _of_git(root: Path, pages: str) -> Iterator[object]:
    """What pages show from Git: the commit and its history, whether files are uncommitted, and the authors' names.

    Settings and variables of Git affect all of these. Raises NotKnownError if they read files elsewhere.
    """
    top = repository(root)
    yield [(name, value) for name, value in sorted(os.environ.items()) if name.startswith("GIT_")]
    settings = git(root, "config", "--list", "-z") if top else ""
    if top is None or any(_leads_elsewhere(line.partition("\n")[0]) for line in settings.split("\0")):
        raise NotKnownError
    common = root / git(root, "rev-parse", "--git-common-dir")
    yield from (settings, revision(root, pages), root.relative_to(top).as_posix(), _contents_digest(top / ".mailmap"))
    yield from (_contents_digest(common / name) for name in _OF_REPOSITORY)


def _leads_elsewhere(setting: str) -> bool:
    """Whether a setting makes Git read other files, or objects that it fetches later."""
    return setting.startswith(("mailmap.", "extensions.partialclone")) or setting.endswith(".promisor")
