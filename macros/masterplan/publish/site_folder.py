"""The folder of a site: a symbolic link to the newest of the builds beside it.

    site -> .site-builds/build-k3/site
    .site-builds/      masterplan's own folder, ignored by Git, with a lock
      build-k3/        one build: the site, and a mark with the site's digest

Replacing the link is atomic, so nobody ever sees half a site. The previous build stays until the next one, for readers
who have just followed the link. Where links cannot be made, the site is a real folder, and its digest is in
`.site-builds/written`. Only files written by a build are ever removed or replaced.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

from masterplan import interrupts
from masterplan.errors import BuildError, UsageError
from masterplan.files import entries_below, locked, own_folder, write_atomically

_MARK = "made-by-masterplan"
"""The file with the digest of a build's finished site; folders without it are never removed."""

_UNFINISHED = b"masterplan build removes this folder once it is out of date.\n"
"""Content of the mark until the site is finished."""

_WRITTEN = "written"
_READABLE, _ENTERABLE = 0o644, 0o755
"""Everybody who may read the folder around the site may read the site, whatever the umask."""


def site_place(site: Path) -> Path:
    """The site's absolute path, without following its own link."""
    site = Path(os.path.abspath(site))  # noqa: PTH100 - resolve() would follow the site's own link
    return site.parent.resolve() / site.name


def checked(site: Path) -> Path:
    """The `site_place`. Raises UsageError if a build would delete or replace anything but a built site."""
    site = site_place(site)
    if not site.name:
        raise UsageError(f"{site} cannot be replaced by a site; choose another folder with --site")
    built = target(site)
    if site.is_symlink() and not built.is_relative_to(_workshop(site)):
        raise UsageError(f"{site} is a symbolic link that no build created; choose another folder with --site")
    if built.exists() and not (built.is_dir() and _is_as_built(built, _record(site))):
        raise UsageError(f"{site} has content that no build wrote; empty it, or choose another folder with --site")
    return site


@contextmanager
def fresh_folder(site: Path) -> Iterator[Path]:
    """An empty folder for one build, removed unless the build makes it the site. Nobody else builds it meanwhile.

    Raises BuildError if another build of the site is running, UsageError if a symbolic link is in the way or nothing
    may be written beside the site.
    """
    try:
        site.parent.mkdir(parents=True, exist_ok=True)
        workshop = own_folder(_workshop(site))
    except PermissionError as error:
        raise UsageError(
            f"no site can be written to {site}: {error.strerror}; choose another folder with --site"
        ) from error
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(workshop / "lock"))
        except BlockingIOError:
            raise BuildError(f"another build of {site} is running; wait for it to end") from None
        before = target(site)
        _sweep(workshop, keep=before)
        try:
            build = Path(tempfile.mkdtemp(prefix="build-", dir=workshop))
            (build / _MARK).write_bytes(_UNFINISHED)
            (build / "site").mkdir()
            yield build / "site"
        except BaseException:
            if target(site) == before:  # the build has not become the site
                _sweep(workshop, keep=before)
            raise


def swap(fresh: Path, site: Path) -> None:
    """Make `site` a link to the fresh folder, atomically if it is a link already.

    Raises UsageError if anything but a built site has appeared at `site` during the build.
    """
    _open(fresh)
    checked(site)
    interrupts.heed()
    replaced = fresh.with_name("replaced")
    if site.is_dir() and not site.is_symlink():
        site.rename(replaced)
    try:
        _lead(fresh, site)
    except (OSError, NotImplementedError):
        _move(fresh, site)
    finally:
        if os.path.lexists(replaced) and not os.path.lexists(site):
            replaced.rename(site)


def _workshop(site: Path) -> Path:
    return site.with_name(f".{site.name}-builds")


def target(site: Path) -> Path:
    """The target of the site's link, which need not exist; the site itself if it is not a link."""
    return Path(os.path.normpath(site.parent / site.readlink())) if site.is_symlink() else site


def finished_state(site: Path) -> str:
    """What identifies the finished site at `site`: the digest that its build recorded, and all permissions.

    They include those of masterplan's own folders on the way to it.
    """
    built = target(site)
    folders = [built, built.parent, built.parent.parent] if site.is_symlink() else [built]
    modes = [(name, entry.stat(follow_symlinks=False).st_mode) for name, entry in entries_below(built)]
    parts = (_record(site).read_bytes(), [folder.stat().st_mode for folder in folders], modes)
    return sha256(repr(parts).encode()).hexdigest()


def is_still(site: Path, state: str) -> bool:
    """Whether the site at `site` is the one whose `finished_state` was `state`, and nothing in it has changed."""
    return finished_state(site) == state and _is_as_built(target(site), _record(site))


def _record(site: Path) -> Path:
    """The file with the digest of the finished site at `site`."""
    return target(site).with_name(_MARK) if site.is_symlink() else _workshop(site) / _WRITTEN


def _is_as_built(site: Path, record: Path) -> bool:
    """Whether a folder is empty, or still has the digest in the file `record`."""
    return not any(site.iterdir()) or (record.is_file() and record.read_bytes() == _digest(site))


def _digest(site: Path) -> bytes:
    """A digest of all paths and contents in a folder, in hexadecimal."""
    digest = sha256()
    for name, entry in entries_below(site):
        content = Path(entry.path).read_bytes() if entry.is_file(follow_symlinks=False) else b""
        digest.update(os.fsencode(name) + b"\0" + sha256(content).digest())
    return digest.hexdigest().encode()


def _sweep(workshop: Path, keep: Path) -> None:
    """Remove old and interrupted builds, but no files that anybody else added."""
    for path in workshop.iterdir():
        if not path.is_symlink() and not keep.is_relative_to(path) and _is_spent(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_spent(build: Path) -> bool:
    """Whether a folder is empty, or belongs to a build that was interrupted, or whose site is gone or unchanged."""
    mark, site = build / _MARK, build / "site"
    if build.is_dir() and not any(build.iterdir()):
        return True
    return mark.is_file() and (mark.read_bytes() == _UNFINISHED or not site.is_dir() or _is_as_built(site, mark))


def _open(fresh: Path) -> None:
    """Let everybody read the site and enter the folders above it."""
    for folder in (fresh.parent.parent, fresh.parent, fresh):
        folder.chmod(_ENTERABLE)
    for _, entry in entries_below(fresh):
        os.chmod(entry.path, _ENTERABLE if entry.is_dir() else _READABLE)  # noqa: PTH101 - for thousands of files


def _lead(fresh: Path, site: Path) -> None:
    link = fresh.with_name("link")
    link.symlink_to(os.path.relpath(fresh, site.parent), target_is_directory=True)
    fresh.with_name(_MARK).write_bytes(_digest(fresh))
    link.replace(site)


def _move(fresh: Path, site: Path) -> None:
    """Make the fresh folder the site itself, on systems that cannot make or replace links."""
    workshop = fresh.parent.parent
    write_atomically(workshop / _WRITTEN, _digest(fresh), workshop)
    if site.is_symlink():
        site.rename(fresh.with_name("replaced"))
    fresh.rename(site)
