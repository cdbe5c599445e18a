"""Pages made one by one: each from its macro to its finished file, with a record of what later steps need of it.

MkDocs converts all pages before it writes the first, because a page's title may come from its text, and every page
shows titles of others. Pages that are one call of a macro for a whole page have a title before they are made. So each
of them can be made apart from the others, and nothing of it waits in memory. MkDocs passes over such pages as it passes
over pages that have not changed, in a build that it calls dirty.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from masterplan.publish.project import Project
from masterplan.publish.verify import KnownPages, PageFacts, page_digest, page_facts
from masterplan.publish.whole_pages import WholePages, only_call
from masterplan.render.macro import MACROS, Macro

_LOOK_AT_ONE_PAGE = {"search", "material/search", "macros", "masterplan"}
"""Plugins that read a page's HTML only while that page is written."""

_LISTS_OF_HOOKS = ("pre_macro_functions", "post_macro_functions", "post_build_functions")
"""Where the macros plugin has a team's functions that are called for each page, or after all."""


class AddedFile(File):
    """A file that the plan adds; `apart` is set once its page is to be made apart from the others."""

    apart = False

    def is_modified(self) -> bool:
        """Whether MkDocs makes the page itself."""
        return not self.apart and super().is_modified()


@dataclass(slots=True)
class PageRecord:
    """What is known of a page that was made: all that the rest of the build asks for.

    `path` is below the site; `digest` is that of the file's bytes, in hexadecimal, and empty where the page is not ours
    to finish; `facts` are what there is to verify on it. `entries` are those of the search index, and `anchors` the ids
    of its headings, to which Markdown of other pages may lead.
    """

    path: str
    digest: str = ""
    facts: PageFacts | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)


def looks_at_one_page(config: MkDocsConfig) -> bool:
    """Whether nothing in a site reads the HTML of a page but while that page is written."""
    return not config.hooks and set(config.plugins) <= _LOOK_AT_ONE_PAGE


def makes_apart(config: MkDocsConfig) -> bool:
    """Whether pages of a site can be made apart: nothing of the team's counts pages, or reads one on another."""
    macros = config.plugins.get("macros")
    hooks = any(getattr(macros, name, ()) for name in _LISTS_OF_HOOKS)
    theme = config.theme.name == "material" and not config.theme.custom_dir and "search" not in config.plugins
    return looks_at_one_page(config) and theme and not hooks


def made_apart(page: Page) -> bool:
    """Whether a page is one of those that are made apart."""
    return isinstance(page.file, AddedFile) and page.file.apart


class PageMaker:
    """Makes pages of one build apart from each other, and has the records of all pages that were written."""

    def __init__(self, config: MkDocsConfig, files: Files, nav: Navigation) -> None:
        self.records: dict[str, PageRecord] = {}
        """By the pages' paths below the site."""
        self.pages: list[Page] = []
        """Those that are made apart."""
        self._config, self._files, self._nav = config, files, nav
        self._doc_files = files.documentation_pages()
        self._env: Environment | None = None
        self._index: list[dict[str, Any]] | None = None

    def prepare(self, project: Project, whole_pages: WholePages) -> None:
        """Read every page that can be made apart, and give it the title that other pages show."""
        context = project.context(project.at("index.md"))
        for page, macro, id_ in self._whole():
            if "title" not in {*vars(page), *page.meta}:
                page.title = whole_pages.title(macro.title(context, id_))
            self._config.plugins.on_pre_page(page, config=self._config, files=self._files)
            self.pages.append(page)

    def _whole(self) -> Iterator[tuple[Page, Macro, str]]:
        """Our pages that are one call of a macro for a whole page, unless another file goes to the same place."""
        paths = Counter(file.dest_uri for file in self._files)
        for file in self._doc_files:
            if isinstance(file, AddedFile) and paths[file.dest_uri] == 1:
                page = file.page or Page(None, file, self._config)
                page.read_source(self._config)
                name, id_ = only_call(page.markdown or "") or ("", "")
                macro = MACROS.get(name)
                if macro and macro.heading and page.meta.get("render_macros") is not False:
                    file.apart = True
                    yield page, macro, id_

    def follow(self, env: Environment, read: Callable[[Page], str]) -> None:
        """Write pages by the templates of `env`, and index each by what searches `read` of it."""
        self._env = env
        for plugin in self._config.plugins.values():
            index: Any = getattr(plugin, "search_index", None)
            if add := getattr(index, "add_entry_from_context", None):
                index.add_entry_from_context = partial(self._enter, index, add, read)

    def _enter(self, index: Any, add: Callable[[Page], None], read: Callable[[Page], str], page: Page) -> None:
        """Add a page to a search's index; where nothing else does, the entries wait with the page's record."""
        shown = page.content
        page.content = read(page)
        add(page)
        page.content = shown
        if self.pages:
            self._index = index.entries
            self.record(page).entries, index.entries[:] = index.entries[:], []

    def record(self, page: Page) -> PageRecord:
        """The record of a page, which is filled in while the page is made."""
        return self.records.setdefault(page.file.dest_uri, PageRecord(page.file.dest_uri))

    def make(self, page: Page) -> PageRecord:
        """Make one page, from its macro to its file; only its record is kept."""
        if self._env is None:
            raise RuntimeError("pages are made once there are templates for them")
        _populate_page(page, self._config, self._files)
        _build_page(page, self._config, self._doc_files, self._nav, self._env)
        record = self.record(page)
        record.anchors = sorted(page.present_anchor_ids or ())
        page.content, page.toc = "", TableOfContents([])
        return record

    def keep(self, page: Page, html: bytes) -> None:
        """Note what there is to verify on a page that is finished."""
        record = self.record(page)
        record.digest, record.facts = page_digest(html).hex(), page_facts(html)

    def finish_index(self) -> None:
        """Put the entries of all pages into the search's index, in the order of the pages."""
        if self._index is not None:
            for file in self._doc_files:
                if record := self.records.get(file.dest_uri):
                    self._index.extend(record.entries)

    @property
    def finished(self) -> set[str]:
        """The pages of the plan's own site that are finished, by their paths below it."""
        return {path for path, record in self.records.items() if record.digest}

    @property
    def known(self) -> KnownPages:
        """What there is to verify on the pages, by the digests of their bytes."""
        made = self.records.values()
        return {bytes.fromhex(record.digest): record.facts for record in made if record.facts}
