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
from masterplan.load.loader import PLAN_FOLDER, Loaded, LoadedPart, PartLoader, load_part
from masterplan.load.tree import exists_in
from masterplan.model.finding import at_least
from masterplan.model.history import History
from masterplan.publish import mkdocs_yml
from masterplan.publish.default_pages import FORMER, PAGE_BY_ID, PAGES, DefaultPage, pages_left_out, refuse_unknown
from masterplan.publish.mkdocs_yml import Guest, OwnSettings
from masterplan.publish.schedule_memory import remembering
from masterplan.publish.team_pages import docs_dir, editor_files
from masterplan.render.links import SPRINTS, Links, Style, address, owner_path
from masterplan.render.macro import Context
from masterplan.render.since import since
from masterplan.today import today_of

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

    from masterplan.publish.page_memory import PageMemory

_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%~"
"""Characters that an address may contain unquoted, besides letters and digits."""


@dataclass(frozen=True)
class Project:
    """A plan ready to be shown.

    `texts`, `changed` and `listings` map paths of plan files, relative to `root`, to the file's text, its last change
    and, for files of sprints, the page that lists it. `without` names the parts and pages that the site leaves out.
    `guest` is set if the plan is part of another site. `documents` maps the paths that the audit looked for in the
    repository to whether they exist. `memory` has the pages of the last build, if known. `load_part` caches files of
    the plan until the history has been read, because most of them recur there. `settings` are those in mkdocs.yml.
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
    load_part: "_lru_cache_wrapper[LoadedPart]" = field(default_factory=lambda: cache(load_part))
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """What the site is built from and what its audit shows, as part of a sentence."""
        counted = kinds_counted(grouped(self.facts.findings))
        return f"{self.revision}{f'; its audit shows {counted}' if counted else ''}"

    @property
    def folder(self) -> str:
        """The folder of our pages below the docs folder (`plan/`); empty if the site is the plan's own."""
        return self.guest.folder if self.guest else ""

    def is_ours(self, path: str) -> bool:
        """Whether a page or file, by its path below the docs folder, is part of the plan's site."""
        return path.startswith(self.folder)

    def at(self, path: str) -> str:
        """Path of one of our pages or files below the docs folder. Every path of ours goes through here."""
        return self.folder + path

    def context(
        self, page: str, style: Style = "address", *, directories: bool = True, addresses: tuple[str, str] = ("", "")
    ) -> Context:
        """The context of a page's views; `addresses` are where files and commits of the repository are shown."""
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
        """The folder of the team's own pages, which may not exist."""
        return self.root / self.docs_dir

    @cached_property
    def default_pages(self) -> Mapping[str, DefaultPage]:
        """The default pages of this site, by id: those with content, and those that the team has replaced."""
        unwanted = pages_left_out(self.without)
        return {page.id: page for page in PAGES if page.id not in unwanted and self._has(page)}

    def _has(self, page: DefaultPage) -> bool:
        parts = (part for part in page.parts if part not in self.without)
        return not page.parts or any(PARTS[part](self.facts, self.history) for part in parts) or self.replaces(page)

    def replaces(self, page: DefaultPage) -> bool:
        """Whether the team has replaced a default page; an unchanged copy does not count."""
        path = self.docs / self.at(page.path)
        return path.is_file() and path.read_text("utf-8-sig") != page.text

    @cached_property
    def docs_dir(self) -> str:
        """The folder of the team's own pages, by path from the root. Raises UsageError if it cannot be used."""
        return docs_dir(self.root)

    @cached_property
    def _left_out(self) -> frozenset[Path]:
        """Files and folders that editors left among the pages, by path below the docs folder."""
        return editor_files(self.root, self.docs_dir, self.folder)

    def leaves_out(self, path: Path) -> bool:
        """Whether an editor left a file, by its path below the docs folder, or a folder above it. Raises UsageError."""
        return not self._left_out.isdisjoint((path, *path.parents))

    @cached_property
    def prefix(self) -> str:
        """The path from the top of the repository to the plan, such as `teams/search/`."""
        return prefix_of(self.root)

    @cached_property
    def identity(self) -> str:
        """The id by which calendars and feed readers recognise the plan."""
        return identity(self.root, self.facts.plan.header)

    @cached_property
    def history(self) -> History:
        """What every commit changed in the plan; read on first use."""
        past = history(self.root, self.load_part)
        self.load_part.cache_clear()
        return past

    def address(self, page: str) -> str:
        """The URL of one of our pages, by its path below our folder; empty if the site's URL is unknown."""
        return f"{self._site}/{quote(address(self.at(page), directories=self.directories))}" if self._site else ""

    @cached_property
    def since(self) -> str:
        """The text of `since.json`; empty if the plan has no history."""
        return since(self.context(self.at("index.md"), directories=self.directories))

    @property
    def page_of_changes(self) -> str:
        """The URL of the page of changes, or of the site if it has none; empty if the site's URL is unknown."""
        if "changes" in self.default_pages:
            return self.address(PAGE_BY_ID["changes"].path)
        return f"{self._site}/" if self._site else ""

    @property
    def directories(self) -> bool:
        """Whether the address of a page is a folder (`audit/`) rather than a file (`audit.html`)."""
        return bool(self.settings.get("use_directory_urls", True))

    @property
    def own(self) -> OwnSettings:
        """Masterplan's own settings. Raises UsageError if they cannot be used."""
        return mkdocs_yml.own_settings(self.settings.get("extra"))

    @property
    def _site(self) -> str:
        """The URL of the published site; empty if unknown."""
        site = str(self.settings.get("site_url") or "").rstrip("/")
        return quote(site, safe=_IN_ADDRESSES) if site.startswith(("https://", "http://")) else ""


def open_project(root: Path, today: date | None = None, read: Callable[[Path, PartLoader], Loaded] = load) -> Project:
    """Open the plan in a repository; `today` is the day given by `--today` (see `today_of`).

    `read` reads the plan with the `load_part` that it gets. Raises PlanError if the plan is wrong, UsageError if the
    day cannot be determined.
    """
    root = root.resolve()
    settings = mkdocs_yml.read_optional(root)
    without = mkdocs_yml.without(settings)
    refuse_unknown(without)
    cached_load_part = cache(load_part)
    loaded = read(root, cached_load_part)
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
        {path: loaded.contents[path].decode("utf-8-sig") for path in paths},
        pages,
        {plan.places.of("sprints", id_).path: page for id_, page in pages.items()},
        {path: str(change) for path, change in last_changes(root, PLAN_FOLDER).items()},
        without,
        mkdocs_yml.guest(settings),
        documents,
        load_part=cached_load_part,
        settings=settings,
    )
