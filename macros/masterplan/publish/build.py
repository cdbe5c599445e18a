"""`masterplan build`: check the plan, build into a fresh folder, verify the site, and swap it in.

A build that fails or is killed leaves the old site unchanged, as `site_folder` explains.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from masterplan.errors import BuildError, UsageError
from masterplan.load.loader import PLAN_FOLDER, Loaded, PartLoader, load
from masterplan.publish import last_build, mkdocs_host, mkdocs_yml, site_folder
from masterplan.publish.hosts import Host
from masterplan.publish.project import Project, open_project
from masterplan.publish.verify import verify
from masterplan.render.links import Links

MOST_PROBLEMS = 5
"""The number of a site's problems in one message."""


def build(root: Path, site: Path, host: Host = mkdocs_host.build_with_mkdocs, today: date | None = None) -> Project:
    """Build the site of the plan in `root` and put it at `site`; returns the project.

    `today` is the day given by `--today`. Raises PlanError for a wrong plan, UsageError if there is nothing to build or
    no place for the site, BuildError if the host or the verification fails. In all these cases the old site stays.
    """
    is_mkdocs = host is mkdocs_host.build_with_mkdocs
    started = last_build.begin(root, site_folder.site_place(site)) if is_mkdocs else None
    project = opened(root, today)
    project = replace(project, memory=last_build.page_memory(started, project) if started else None)
    _refuse_to_replace(project, site_folder.site_place(site))
    site = site_folder.checked(site)
    with site_folder.fresh_folder(site) as fresh:
        fill(project, fresh, host)
        site_folder.swap(fresh, site)
        if started:
            last_build.keep(started, project)
    return project


def opened(root: Path, today: date | None = None, read: Callable[[Path, PartLoader], Loaded] = load) -> Project:
    """Open a project that can be built; `read` loads the plan. Raises PlanError or UsageError."""
    mkdocs_yml.refuse_settings(mkdocs_yml.read(root))
    return open_project(root, today, read)


def fill(project: Project, folder: Path, host: Host) -> None:
    """Build a site into an empty folder and verify it. Raises BuildError if it cannot be published."""
    known = host(project, folder)
    base = urlsplit(str(project.settings.get("site_url") or "")).path.rstrip("/") + "/"
    problems = verify(folder, _expected(project), base, project.folder, known)
    if problems:
        raise BuildError(f"the site cannot be published: {_first(problems)}")


def _refuse_to_replace(project: Project, site: Path) -> None:
    folders = (project.root / folder for folder in (project.docs_dir, PLAN_FOLDER, ".git"))
    if project.root.is_relative_to(site) or any(map(site.is_relative_to, folders)):
        raise UsageError(f"{site} contains the plan, its pages or its repository; choose another folder with --site")


def _expected(project: Project) -> list[str]:
    """Addresses of required pages, relative to the site's root."""
    links = Links("index.md", project.sprint_pages, {}, directories=project.directories, folder=project.folder)
    start = [f"{project.folder}index.html"] if project.guest else ["index.html", "404.html"]
    return [*start, *map(links.sprint, project.sprint_pages)]


def _first(problems: tuple[str, ...]) -> str:
    more = f"; and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
    return "; ".join(problems[:MOST_PROBLEMS]) + more
