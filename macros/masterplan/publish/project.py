"""A repository with a plan in it, opened once for all pages of a build."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from masterplan.analyse import Facts, analyse
from masterplan.errors import PlanError
from masterplan.load import load
from masterplan.load.build import FOLDER
from masterplan.load.repository import holds
from masterplan.model.finding import at_least
from masterplan.model.history import History
from masterplan.publish.docs import docs_dir
from masterplan.publish.history import history
from masterplan.publish.revision import Revision, last_changes, revision
from masterplan.publish.today import today_of
from masterplan.render.links import SPRINTS, Links, Style
from masterplan.render.macro import Context


@dataclass(frozen=True)
class Project:
    """A plan ready to be shown.

    By the path of each plan file from the repository's root, `texts` holds its text, `changed` its last change, and
    `listings` the page that lists it, for files of sprints.
    """

    root: Path
    facts: Facts
    revision: Revision
    texts: Mapping[str, str]
    sprint_pages: Mapping[str, str]
    listings: Mapping[str, str]
    changed: Mapping[str, str]

    def context(
        self, page: str, style: Style = "address", *, directories: bool = True, addresses: tuple[str, str] = ("", "")
    ) -> Context:
        """What the views on one page see; `addresses` are where files and commits of the repository are shown."""
        links = Links(page, self.sprint_pages, self.listings, style, directories, *addresses)
        return Context(self.facts, links, self.texts, self.changed, self.history)

    @cached_property
    def docs_dir(self) -> str:
        """The folder of the team's own pages by its path from the root; raises UsageError where it cannot be used."""
        return docs_dir(self.root)

    @cached_property
    def history(self) -> History:
        """What every commit did to the plan; read when it is first shown."""
        return history(self.root)


def open_project(root: Path, today: date | None = None) -> Project:
    """Open the plan in a repository; `today` is what `--today` names (see `today_of`).

    Raises PlanError when the plan is wrong, UsageError where no day can be made out.
    """
    root = root.resolve()
    loaded = load(root)
    if loaded.plan is None:
        raise PlanError(loaded.findings)
    plan, built_from = loaded.plan, revision(root)
    facts = analyse(plan, today_of(plan, today), holds(root))
    errors = at_least(facts.findings, "error")
    if errors:
        raise PlanError(errors)
    paths = sorted({path for path, _ in plan.places.files.values()})
    pages = {id_: SPRINTS + plan.page(id_) for id_ in plan.sprints}
    return Project(
        root,
        facts,
        built_from,
        {path: (root / path).read_text("utf-8-sig") for path in paths},
        pages,
        {plan.places.of("sprints", id_).path: page for id_, page in pages.items()},
        {path: str(change) for path, change in last_changes(root, FOLDER).items()},
    )
