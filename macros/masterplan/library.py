"""`masterplan.build` and `masterplan.export`: a site and its exports, from a folder's path.

Like `load` they take a path as text too, and they import a site generator only when they are called.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from masterplan.errors import UsageError

if TYPE_CHECKING:
    from masterplan.analyse import Facts


def build(root: str | Path, site: str | Path, host: str = "mkdocs", today: date | None = None) -> "Facts":
    """Build the site of the plan in `root`, verify it and swap it in at `site`; returns the facts that it shows.

    `host` is what builds it: `mkdocs`, `properdocs` or `zensical`. `today` is the day that the site shows; without it
    the day of `TODAY`, `SOURCE_DATE_EPOCH` or the clock. The site that was there stays when anything is raised:
    PlanError for a plan that is wrong, UsageError for settings, a host or a place that cannot be used, GitError when
    Git cannot read the repository, BuildError when the host fails or its site is not fit to be published.
    """
    from masterplan.publish.build import build as build_site  # noqa: PLC0415 - MkDocs takes a while to import
    from masterplan.publish.hosts import HOSTS  # noqa: PLC0415

    if host not in HOSTS:
        raise UsageError(f"there is no host {host}; choose one of {', '.join(HOSTS)}")
    return build_site(Path(root), Path(site), HOSTS[host], today).facts


def export(root: str | Path, today: date | None = None) -> Mapping[str, str]:
    """The plan in `root` in its forms for other programs, as texts by path: `plan.json`, `csv/sprints.csv`, ...

    They are what the site carries in `exports/` and what `masterplan export` prints, for the day `today` as in `build`.
    Raises PlanError for a plan that is wrong, UsageError for settings that cannot be read, GitError when Git cannot
    read the repository.
    """
    from masterplan.publish.project import open_project  # noqa: PLC0415 - takes a while to import
    from masterplan.render.export import export_files  # noqa: PLC0415

    return export_files(open_project(Path(root), today))
