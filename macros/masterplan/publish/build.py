"""`masterplan build`: check, build into a fresh folder, verify, swap in. What fails or is killed leaves the old site.

The site is a symbolic link to a folder in `.site-builds/` beside it, and changing the link is one step of the file
system, so nobody ever sees half a site.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from masterplan.errors import BuildError, UsageError
from masterplan.publish import mkdocs_host, zensical_host
from masterplan.publish.project import Project, open_project
from masterplan.publish.verify import verify

Host = Callable[[Project, Path], None]
HOSTS: Mapping[str, Host] = {"mkdocs": mkdocs_host.build, "zensical": zensical_host.build}
"""What can build a site into an empty folder, by name."""


def build(root: Path, site: Path, host: Host = mkdocs_host.build, today: date | None = None) -> Project:
    """Build the site of the plan in `root` and put it at `site`; returns the project that was shown.

    Raises PlanError for a wrong plan, UsageError where there is nothing to build, BuildError when the host or the
    verification fails; the old site stays in all these cases.
    """
    if not (root / "mkdocs.yml").is_file():
        raise UsageError(f"there is no mkdocs.yml in {root}; call masterplan in the plan's repository")
    project = open_project(root, today)
    _refuse_links(root / "docs")
    with _workshop(site) as workshop:
        fresh = Path(tempfile.mkdtemp(prefix="site-", dir=workshop))
        try:
            host(project, fresh)
            problems = verify(fresh, _expected(project))
            if problems:
                raise BuildError(f"the site is not fit to be published: {_first(problems)}")
            _swap(fresh, site)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        _sweep(workshop, keep=fresh)
    return project


def _expected(project: Project) -> list[str]:
    return [
        "index.html",
        "404.html",
        *(f"{page.removesuffix('.md')}/index.html" for page in project.sprint_pages.values()),
    ]


def _first(problems: tuple[str, ...]) -> str:
    more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""  # noqa: PLR2004 - enough to see what it is about
    return "; ".join(problems[:5]) + more


def _refuse_links(docs: Path) -> None:
    """Hosts publish what a symbolic link points to, wherever that is."""
    for path in sorted(docs.rglob("*")):
        if path.is_symlink():
            raise UsageError(
                f"{path.relative_to(docs.parent)} is a symbolic link, which would publish what it points to; put the file itself there"
            )


@contextmanager
def _workshop(site: Path) -> Iterator[Path]:
    """The folder for builds of one site, beside it, held by one build at a time."""
    folder = site.parent / f".{site.name}-builds"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BuildError("another build of this site is running; wait for it to end") from None
        yield folder


def _swap(fresh: Path, site: Path) -> None:
    """Make `site` lead to the fresh folder, in one step wherever it is a link already."""
    fresh.chmod(0o755)
    link = fresh.parent / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(fresh, site.parent.resolve()))
    if site.is_dir() and not site.is_symlink():
        site.rename(fresh.parent / f"{fresh.name}-before")
    link.replace(site)


def _sweep(workshop: Path, keep: Path) -> None:
    """Remove older builds and what interrupted ones left."""
    for path in workshop.iterdir():
        if path.is_dir() and path != keep:
            shutil.rmtree(path, ignore_errors=True)
