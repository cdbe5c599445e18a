"""`masterplan.build` and `masterplan.export`: the site and the exports of the plan in a folder.

Paths may be texts, as for `load`. The functions import a site generator only when called.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from masterplan.errors import UsageError

if TYPE_CHECKING:
    from masterplan.analyse import Facts


def build(root: str | Path, site: str | Path, host: str = "mkdocs", today: date | None = None) -> "Facts":
    """Build the site of the plan in `root`, verify it and swap it in at `site`; returns the facts on its pages.

    `host` is the site generator: `mkdocs`, `properdocs` or `zensical`. `today` is the day to take as today; by default
    `TODAY`, `SOURCE_DATE_EPOCH` or the clock. An error leaves the old site unchanged: PlanError for a plan with
    findings, UsageError for unusable settings, hosts or folders, GitError if Git cannot read the repository, BuildError
    if the host fails or its site is not fit for publishing.
    """
    from masterplan.publish.build import build as build_site  # noqa: PLC0415 - MkDocs takes a while to import
    from masterplan.publish.hosts import HOSTS  # noqa: PLC0415

    if host not in HOSTS:
        raise UsageError(f"there is no host {host}; choose one of {', '.join(HOSTS)}")
    return build_site(Path(root), Path(site), HOSTS[host], today).facts


def export(root: str | Path, today: date | None = None) -> Mapping[str, str]:
    """The exports of the plan in `root` for other programs, as texts by path: `plan.json`, `csv/sprints.csv`, ...

    They are the same as in the site's `exports/` and from `masterplan export`; `today` is as in `build`. Raises
    PlanError for a plan with findings, UsageError for settings that cannot be read, GitError if Git cannot read the
    repository.
    """
    from masterplan.publish.project import open_project  # noqa: PLC0415 - takes a while to import
    from masterplan.render.export import export_files  # noqa: PLC0415

    return export_files(open_project(Path(root), today))
