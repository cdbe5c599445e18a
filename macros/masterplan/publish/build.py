"""`masterplan build`: check, build into a fresh folder, verify, swap in.

The site is a symbolic link to a folder in `.site-builds/` beside it, and changing the link is one step of the file
system: a build that fails or is killed leaves the old site as it was, and nobody ever sees half a site. The folder
before it stays until the next build, for readers who have just followed the link.
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
from masterplan.load.build import FOLDER
from masterplan.publish import mkdocs_host, settings, zensical_host
from masterplan.publish.project import Project, open_project
from masterplan.publish.verify import verify
from masterplan.render.links import Links

Host = Callable[[Project, Path], None]
HOSTS: Mapping[str, Host] = {"mkdocs": mkdocs_host.build, "zensical": zensical_host.build}
"""What can build a site into an empty folder, by name."""

MOST_PROBLEMS = 5
"""Problems of a site that one message names."""

_SIGNS_OF_A_SITE = ("index.html", "404.html", "sitemap.xml")


def build(root: Path, site: Path, host: Host = mkdocs_host.build, today: date | None = None) -> Project:
    """Build the site of the plan in `root` and put it at `site`; returns the project that was shown.

    `today` is the day to speak of; else mkdocs.yml says it, or the commit. Raises PlanError for a wrong plan,
    UsageError where there is nothing to build or no place for it, BuildError when the host or the verification
    fails; the old site stays in all these cases.
    """
    told = settings.read(root)
    project = open_project(root, today or settings.of(told.get("extra")).today)
    place = _place(project.root, site)
    _refuse_links(project.root / "docs")
    with _fresh_folder(place) as fresh:
        host(project, fresh)
        problems = verify(fresh, _expected(project, directories=told.get("use_directory_urls", True)))
        if problems:
            raise BuildError(f"the site is not fit to be published: {_first(problems)}")
        _swap(fresh, place)
    return project


def _place(root: Path, site: Path) -> Path:
    """The site's absolute path, its own link not followed. Raises UsageError where something else would be lost."""
    site = Path(os.path.abspath(site))  # noqa: PTH100 - resolve() would follow the site's own link
    site = site.parent.resolve() / site.name
    if root.is_relative_to(site) or any(site.is_relative_to(root / folder) for folder in ("docs", FOLDER)):
        raise UsageError(f"{site} is where the plan and its pages are; choose another place with --site")
    if site.is_symlink() or not site.exists():
        return site
    if not site.is_dir() or (any(site.iterdir()) and not all((site / name).is_file() for name in _SIGNS_OF_A_SITE)):
        raise UsageError(f"{site} is no site and would be lost; choose another place with --site")
    return site


def _expected(project: Project, *, directories: bool) -> list[str]:
    """Addresses of pages that must be there, from the site's root."""
    links = Links("index.md", project.sprint_pages, {}, directories=directories)
    return ["index.html", "404.html", *map(links.sprint, project.sprint_pages)]


def _first(problems: tuple[str, ...]) -> str:
    more = f"; and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
    return "; ".join(problems[:MOST_PROBLEMS]) + more


def _refuse_links(docs: Path) -> None:
    """Hosts publish what a symbolic link points to, wherever that is."""
    for path in sorted(docs.rglob("*")):
        if path.is_symlink():
            shown = path.relative_to(docs.parent)
            raise UsageError(
                f"{shown} is a symbolic link, and would publish what it points to; put the file itself there"
            )


@contextmanager
def _fresh_folder(site: Path) -> Iterator[Path]:
    """An empty folder for one build, which is the only one of this site; gone when the build fails."""
    workshop = site.parent / f".{site.name}-builds"
    workshop.mkdir(parents=True, exist_ok=True)
    (workshop / ".gitignore").write_text("*\n", "utf-8")
    with (workshop / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BuildError(f"another build of {site} is running; wait for it to end") from None
        _sweep(workshop, keep=site.resolve())
        fresh = Path(tempfile.mkdtemp(prefix="build-", dir=workshop))
        try:
            yield fresh
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise


def _sweep(workshop: Path, keep: Path) -> None:
    """Remove older builds and what interrupted ones left."""
    for path in workshop.iterdir():
        if path.is_dir() and path.resolve() != keep:
            shutil.rmtree(path, ignore_errors=True)


def _swap(fresh: Path, site: Path) -> None:
    """Make `site` lead to the fresh folder, in one step wherever it is a link already."""
    fresh.chmod(0o755)
    link = fresh.with_name("link")
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(fresh, site.parent))
    if site.is_dir() and not site.is_symlink():
        site.rename(fresh.with_name("replaced"))
    link.replace(site)
