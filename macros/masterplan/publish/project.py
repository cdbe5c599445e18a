"""A repository with a plan in it, opened: what was loaded and analysed, once for all pages of a build."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from masterplan.analyse import Facts, analyse
from masterplan.errors import PlanError
from masterplan.load import load
from masterplan.load.build import FOLDER
from masterplan.publish.revision import Revision, last_changes, revision
from masterplan.render.links import SPRINTS, Links, Style
from masterplan.render.macro import Context


@dataclass(frozen=True)
class Project:
    """A plan ready to be shown.

    By the path of each plan file from the repository's root, `texts` holds its text and `changed` its last change; `listings`
    names the page that lists a sprint's file.
    """

    root: Path
    facts: Facts
    revision: Revision
    texts: Mapping[str, str]
    sprint_pages: Mapping[str, str]
    listings: Mapping[str, str]
    changed: Mapping[str, str]

    def context(
        self, page: str, style: Style = "address", *, directories: bool = True, source_url: str = ""
    ) -> Context:
        """What the views on one page see."""
        links = Links(page, self.sprint_pages, self.listings, style, directories, source_url)
        return Context(self.facts, links, self.texts, self.changed)


def open_project(root: Path, today: date | None = None) -> Project:
    """Open the plan in a repository; `today` is the commit's day unless it is given.

    The last one opened is kept, and opened again when a file of the plan has changed. Raises PlanError when the plan is wrong.
    """
    return _open(root.resolve(), today, _state(root / FOLDER))


@lru_cache(maxsize=1)
def _open(root: Path, today: date | None, _changed_by: tuple[tuple[str, int, int], ...]) -> Project:
    loaded = load(root)
    if loaded.plan is None:
        raise PlanError(loaded.findings)
    plan, built_from = loaded.plan, revision(root)
    files = sorted(path for path in (root / FOLDER).rglob("*.yml") if path.is_file())
    pages = {id_: SPRINTS + plan.page(id_) for id_ in plan.sprints}
    return Project(
        root,
        analyse(plan, today or built_from.day or plan.header.updated),
        built_from,
        {path.relative_to(root).as_posix(): path.read_text("utf-8-sig") for path in files},
        pages,
        {plan.places.of("sprints", id_).path: page for id_, page in pages.items()},
        {path: str(change) for path, change in last_changes(root, FOLDER).items()},
    )


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Path, size and time of change of every file: differs when the plan may have changed."""
    paths = sorted(folder.rglob("*.yml"))
    return tuple((str(path), (stat := path.lstat()).st_size, stat.st_mtime_ns) for path in paths)
