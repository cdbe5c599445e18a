"""What a build reads, as one digest: files, settings, variables, the commit, and the program itself.

It is taken before every build, so it imports no library and starts no host; `plain_site` says which sites depend on
nothing else. Contents are compared, never times, except to see whether anything was edited during a build.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG

from masterplan.files import refuse_links
from masterplan.git.commands import git, repository
from masterplan.git.revision import revision
from masterplan.program import program

_VARIABLES = ("COMMIT_URL", "EDIT_URL", "SOURCE_DATE_EPOCH", "SOURCE_URL")
"""Environment variables that a build asks for, besides those that `!ENV` names in the settings, and those of Git."""

_LOADED = ("main", "main.py")
"""Where the macros plugin looks for macros of the team's own, beside the settings."""

_OF_REPOSITORY = ("shallow", "info/grafts")
"""Files in the folder of a repository that change which commits Git sees."""


class NotKnownError(Exception):
    """Something that a build reads cannot be known, such as where a symbolic link leads."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a site depends on: files and folders by their paths from the plan's root, and environment variables by name.

    `settings` is the file of the site's settings, `pages` the folder with the team's own pages.
    """

    settings: str
    pages: str
    paths: tuple[str, ...]
    variables: tuple[str, ...]


def inputs_digest(root: Path, reach: Reach, *, moments: bool = False) -> str:
    """A digest of all that a build in `root` reads, but for the day and the documents that the audit looks for.

    With `moments` it differs too where a file was edited and put back. Raises NotKnownError where something cannot be
    known, UsageError where a symbolic link leads to a path, OSError where it cannot be read, GitError where Git cannot
    read the repository.
    """
    if not program() or any(os.path.lexists(root / name) for name in _LOADED):
        raise NotKnownError
    for path in reach.paths:
        refuse_links(root / path, root)
    of_git = [(name, value) for name, value in sorted(os.environ.items()) if name.startswith("GIT_")]
    contents = [contents_digest(root / path, moments=moments) for path in reach.paths]
    parts = (settings_digest(root, reach), str(root), reach, of_git, contents, *_of_git(root, reach.pages))
    return sha256(repr(parts).encode()).hexdigest()


def settings_digest(root: Path, reach: Reach, commit: str = "") -> str:
    """A digest of the program, the site's settings, and the variables in them; raises as `inputs_digest` does.

    It is the same for any `commit` that an address in the variables names by its full hash.
    """
    values = {name: os.environ.get(name) for name in sorted({*_VARIABLES, *reach.variables})}
    variables = {name: value.split(commit) if value and commit else value for name, value in values.items()}
    parts = (program(), contents_digest(root / reach.settings), variables)
    return sha256(repr(parts).encode()).hexdigest()


def contents_digest(path: Path, *, moments: bool = False) -> str:
    """A digest of a file, or of all that is in a folder, with names and permissions; empty where there is nothing.

    Raises NotKnownError for a symbolic link or special file, OSError for what cannot be read.
    """
    if not os.path.lexists(path):
        return ""
    digest = sha256()
    for entry in _entries(str(path), moments=moments):
        digest.update(repr(entry).encode())
    return digest.hexdigest()


def _entries(path: str, *, moments: bool) -> Iterator[tuple[object, ...]]:
    """What is at a path and below it, in order: each file's look and content; of each folder its look, names and end.

    A look is the permissions; with `moments` also which file it is, and when it was last changed.
    """
    status = os.lstat(path)
    look = (S_IMODE(status.st_mode), *((status.st_ino, status.st_mtime_ns, status.st_ctime_ns) if moments else ()))
    if S_ISREG(status.st_mode):
        yield ("file", *look, _content(path))
    elif S_ISDIR(status.st_mode):
        yield ("folder", *look)
        with os.scandir(path) as entries:
            inside = sorted((entry.name, entry.path) for entry in entries)
        for name, way in inside:
            yield ("name", name)
            yield from _entries(way, moments=moments)
        yield ("end",)
    else:
        raise NotKnownError


def _content(path: str) -> str:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - half the time of Path.read_bytes for small files
        return sha256(file.read()).hexdigest()


def _of_git(root: Path, pages: str) -> Iterator[object]:
    """What pages show of Git: the commit and those before it, whether files differ from it, and names of authors.

    Settings of Git may change each of these; what they take from elsewhere cannot be known.
    """
    top = repository(root)
    settings = git(root, "config", "--list", "-z") if top else ""
    if top is None or any(_leads_elsewhere(line.partition("\n")[0]) for line in settings.split("\0")):
        raise NotKnownError
    common = root / git(root, "rev-parse", "--git-common-dir")
    yield from (settings, revision(root, pages), root.relative_to(top).as_posix(), contents_digest(top / ".mailmap"))
    yield from (contents_digest(common / name) for name in _OF_REPOSITORY)


def _leads_elsewhere(setting: str) -> bool:
    """Whether what Git says depends, by one of its settings, on other files, or on what is fetched later."""
    return setting.startswith(("mailmap.", "extensions.partialclone")) or setting.endswith(".promisor")
