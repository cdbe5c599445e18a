"""A repository with its plan and facts, opened once for all pages of a build."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from masterplan.analyse import Facts, analyse
from masterplan.analyse.audit.groups import grouped, kinds_counted
from masterplan.analyse.content import PARTS
from masterplan.errors import PlanError
from masterplan.git.commands import prefix_of
from masterplan.git.history import history
from masterplan.git.revision import Revision, identity, last_changes, revision
from masterplan.load import load
from masterplan.load.loader import PLAN_FOLDER, Loaded, Made, Make, make
from masterplan.load.tree import exists_in
from masterplan.model.finding import at_least
from masterplan.model.history import History
from masterplan.publish import mkdocs_yml
from masterplan.publish.default_pages import FORMER, PAGE_BY_ID, PAGES, DefaultPage, pages_left_out, refuse_unknown
from masterplan.publish.mkdocs_yml import Guest
from masterplan.publish.schedule_memory import remembering
from masterplan.publish.team_pages import docs_dir
from masterplan.render.links import SPRINTS, Links, Style, address, owner_path
from masterplan.render.macro import Context
from masterplan.render.since import since
from masterplan.today import today_of

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

    from masterplan.publish.page_memory import PageMemory

_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%~"
"""What may stand in an address as it is, beside letters and digits."""


@dataclass(frozen=True)
class Project:
    """A plan ready to be shown.

    By the path of each plan file from the repository's root, `texts` holds its text, `changed` its last change, and
    `listings` the page that lists it, for files of sprints. `without` names the parts and pages that the site leaves
    out. `guest` is set where the plan is part of another site. `documents` has the paths that the audit has looked for
    in the repository, each with whether it is there. `memory` has the pages of the last build, where they are known.
    `make` remembers the files of the plan until the plan's past is read, which mostly has the same ones.
    """

    root: Path
    facts: Facts
    revision: Revision
    texts: Mapping[str, str]
    sprint_pages: Mapping[str, str]
    listings: Mapping[str, str]
    changed: Mapping[str, str]
    without: frozenset[str] = frozenset()
    guest: Guest | None = None
    documents: Mapping[str, bool] = field(default_factory=dict)
    memory: "PageMemory | None" = None
    make: "_lru_cache_wrapper[Made]" = field(default_factory=lambda: cache(make))

    @property
    def summary(self) -> str:
        """What the site is built from, and what its audit shows, for one sentence."""
        counted = kinds_counted(grouped(self.facts.findings))
        return f"{self.revision}{f'; its audit shows {counted}' if counted else ''}"

    @property
    def folder(self) -> str:
        """Where below the docs folder all our pages are (`plan/`); empty where the site is the plan's own."""
        return self.guest.folder if self.guest else ""

    def is_ours(self, path: str) -> bool:
        """Whether a page or file, by its path below the docs folder, is part of the plan's site."""
        return path.startswith(self.folder)

    def at(self, path: str) -> str:
        """Where a page or file of ours is below the docs folder: every path of ours goes through here."""
        return self.folder + path

    def context(
        self, page: str, style: Style = "address", *, directories: bool = True, addresses: tuple[str, str] = ("", "")
    ) -> Context:
        """What the views on one page see; `addresses` are where files and commits of the repository are shown."""
        files, commits = addresses
        source = f"{files}/{quote(self.prefix)}".rstrip("/") if files else ""
        links = Links(page, self.sprint_pages, self.listings, style, directories, source, commits, self.folder)
        titles = {page.id: (page.path, page.title) if page.id in self.default_pages else None for page in PAGES}
        titles |= {old: titles[now] for old, now in FORMER.items()}
        return Context(self.facts, links, self.texts, self.changed, self.history, titles, self.without)

    @cached_property
    def owner_pages(self) -> Mapping[str, str]:
        """The pages of people, teams and roles, by id."""
        return {} if "people" in self.without else {id_: owner_path(id_) for id_ in self.facts.plan.owners}

    @property
    def docs(self) -> Path:
        """The folder of the team's own pages, which need not be there."""
        return self.root / self.docs_dir

    @cached_property
    def default_pages(self) -> Mapping[str, DefaultPage]:
        """The default pages of this site, by id: those that show something, and those that the team has changed."""
        unwanted = pages_left_out(self.without)
        return {page.id: page for page in PAGES if page.id not in unwanted and self._has(page)}

    def _has(self, page: DefaultPage) -> bool:
        parts = (part for part in page.parts if part not in self.without)
        return not page.parts or any(PARTS[part](self.facts, self.history) for part in parts) or self.replaces(page)

    def replaces(self, page: DefaultPage) -> bool:
        """Whether the team has a page of its own in the place of a default page; an unchanged copy is none."""
        path = self.docs / self.at(page.path)
        return path.is_file() and path.read_text("utf-8-sig") != page.text

    @cached_property
    def docs_dir(self) -> str:
        """The folder of the team's own pages by its path from the root; raises UsageError where it cannot be used."""
        return docs_dir(self.root)

    @cached_property
    def prefix(self) -> str:
        """The way from the top of the repository to the plan, such as `teams/search/`."""
        return prefix_of(self.root)

    @cached_property
    def identity(self) -> str:
        """What calendars and feed readers know the plan by."""
        return identity(self.root, self.facts.plan.header)

    @cached_property
    def history(self) -> History:
        """What every commit did to the plan; read when it is first shown."""
        past = history(self.root, self.make)
        self.make.cache_clear()
        return past

    def address(self, page: str) -> str:
        """The whole address of a page of ours, by its path below the docs folder; empty where no address is known."""
        return f"{self._site}/{quote(address(self.at(page), directories=self.directories))}" if self._site else ""

    @cached_property
    def since(self) -> str:
        """The text of `since.json`; empty where the plan has no past."""
        directories = bool(mkdocs_yml.read(self.root).get("use_directory_urls", True))
        return since(self.context(self.at("index.md"), directories=directories))

    @property
    def page_of_changes(self) -> str:
        """The address of the page of changes, or of the site where there is none; empty where no address is known."""
        if "changes" in self.default_pages:
            return self.address(PAGE_BY_ID["changes"].path)
        return f"{self._site}/" if self._site else ""

    @cached_property
    def directories(self) -> bool:
        """Whether the address of a page is that of a folder (`audit/`), and not of a file (`audit.html`)."""
        return bool(_settings(self.root).get("use_directory_urls", True))

    @cached_property
    def _site(self) -> str:
        """Where the site is published; empty where that is not known."""
        site = str(_settings(self.root).get("site_url") or "").rstrip("/")
        return quote(site, safe=_IN_ADDRESSES) if site.startswith(("https://", "http://")) else ""


def open_project(root: Path, today: date | None = None, read: Callable[[Path, Make], Loaded] = load) -> Project:
    """Open the plan in a repository; `today` is what `--today` names (see `today_of`).

    `read` reads the plan by the `make` that it is given. Raises PlanError when the plan is wrong, UsageError where no
    day can be made out.
    """
    root = root.resolve()
    settings = _settings(root)
    without = mkdocs_yml.without(settings)
    refuse_unknown(without)
    remembered = cache(make)
    loaded = read(root, remembered)
    if loaded.plan is None:
        raise PlanError(loaded.findings)
    plan, built_from = loaded.plan, revision(root, docs_dir(root))
    is_there, documents = exists_in(root), dict[str, bool]()
    day, scheduler = today_of(plan, today), remembering(root)
    facts = analyse(plan, day, lambda path: documents.setdefault(path, is_there(path)), scheduler)
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
        {path: str(change) for path, change in last_changes(root, PLAN_FOLDER).items()},
        without,
        mkdocs_yml.guest(settings),
        documents,
        make=remembered,
    )


def _settings(root: Path) -> dict[str, Any]:
    """What mkdocs.yml says; nothing where there is none, as a plan needs it for pages only."""
    return mkdocs_yml.read(root) if (root / mkdocs_yml.FILE).is_file() else {}
