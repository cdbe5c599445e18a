"""Standalone pages, built one by one: each from its macro to its finished file, with a record of what later steps need.

MkDocs converts every page before it writes the first, because a page's title may come from its text, and each page
shows the titles of others. A standalone page is one call of a macro, so its title is known in advance. It can be built
independently of other pages, and none of it stays in memory. A build that MkDocs calls dirty skips such pages, as it
skips pages that have not changed.
"""

import gc
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import mkdocs
from jinja2 import Environment
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents
from mkdocs.utils import CountHandler

from masterplan.publish.expected_pages import ExpectedPage, as_expected, expected_pages
from masterplan.publish.frames import Frames
from masterplan.publish.page_memory import PageRecord
from masterplan.publish.project import Project
from masterplan.publish.recall import Recall
from masterplan.publish.reference import MACROS
from masterplan.publish.verify import KnownPages, page_digest, page_facts
from masterplan.publish.whole_pages import WholePages, only_call
from masterplan.publish.workers import Workers, cores, needs_workers
from masterplan.render.macro import Macro

_READ_PAGE_ONCE = {"search", "material/search", "macros", "masterplan"}
"""Plugins that read a page's HTML only while that page is written."""

_SEARCH_ATTRIBUTE = re.compile(r'data-search-\w+="[^"]+"')

_HOOKS = ("pre_macro_functions", "post_macro_functions", "post_build_functions")
"""Where the macros plugin keeps a team's own functions, which run for each page or after the build."""


class AddedFile(File):
    """A file that the plan adds to the site."""

    standalone = False

    def is_modified(self) -> bool:
        """Whether MkDocs builds the page itself."""
        return not self.standalone and super().is_modified()


def reads_pages_once(config: MkDocsConfig) -> bool:
    """Whether nothing in a site reads a page's HTML except while that page is written."""
    return not config.hooks and set(config.plugins) <= _READ_PAGE_ONCE


def allows_standalone(config: MkDocsConfig) -> bool:
    """Whether pages of a site can be built one by one: the team's code neither counts pages nor reads other pages."""
    macros = config.plugins.get("macros")
    has_hooks = any(getattr(macros, name, ()) for name in _HOOKS)
    is_plain = config.theme.name == "material" and not config.theme.custom_dir and "search" not in config.plugins
    return reads_pages_once(config) and is_plain and not has_hooks


def is_standalone(page: Page) -> bool:
    """Whether a page is built by itself."""
    return isinstance(page.file, AddedFile) and page.file.standalone


class PageMaker:
    """Builds the standalone pages of one build, and keeps the records of all its pages.

    `run` runs the macros in a line of a page; `recall` takes pages from the last build.
    """

    def __init__(
        self, config: MkDocsConfig, files: Files, nav: Navigation, run: Callable[[Page, str], str], recall: Recall
    ) -> None:
        self.records: dict[str, PageRecord] = {}
        """By the pages' paths below the site."""
        self.pages: list[Page] = []
        """The standalone pages."""
        self._samples: dict[str, Page] = {}
        """The last page of each macro."""
        self._expected: Sequence[ExpectedPage] = ()
        self._workers: Workers | None = None
        self._config, self._files, self._nav, self._run = config, files, nav, run
        self.recall = recall
        self._doc_files = files.documentation_pages()
        self.env: Environment
        """The theme's templates."""
        self._frames: Any
        """The theme's templates for standalone pages; MkDocs only calls their `get_template`."""
        self._index: list[dict[str, Any]] | None = None
        self._html: str | None = None
        """The HTML of the page that is being indexed."""

    def select(self, project: Project, whole_pages: WholePages) -> None:
        """Find the standalone pages, and give those in the navigation the titles that other pages show."""
        listed = {page.file for page in self._nav.pages}
        context = project.context(project.at("index.md"))
        for page, macro, id_ in self._candidates():
            if page.file in listed and "title" not in {*vars(page), *page.meta}:
                page.title = whole_pages.title(macro.title(context, id_))
            self._config.plugins.on_pre_page(page, config=self._config, files=self._files)
            self._samples[macro.name] = page
            self.pages.append(page)

    def _candidates(self) -> Iterator[tuple[Page, Macro, str]]:
        """The plan's pages that are one call of a page macro, except where another file has the same destination."""
        destinations = Counter(file.dest_uri for file in self._files)
        for file in self._doc_files:
            if isinstance(file, AddedFile) and destinations[file.dest_uri] == 1:
                page = file.page or Page(None, file, self._config)
                page.read_source(self._config)
                name, id_ = only_call(page.markdown or "") or ("", "")
                macro = MACROS.get(name)
                if macro and macro.heading and page.meta.get("render_macros") is not False:
                    file.standalone = True
                    yield page, macro, id_

    def use_templates(self, env: Environment, search_text: Callable[[Page], str]) -> None:
        """Write pages with the templates of `env`, and index the `search_text` of each."""
        self.env, self._frames = env, Frames(env, self._nav)
        for plugin in self._config.plugins.values():
            index: Any = getattr(plugin, "search_index", None)
            if add := getattr(index, "add_entry_from_context", None):
                index.add_entry_from_context = partial(self._index_page, index, add, search_text)

    def _index_page(
        self, index: Any, add: Callable[[Page], None], search_text: Callable[[Page], str], page: Page
    ) -> None:
        """Add a page to a search's index. If there are standalone pages, its entries wait in the page's record."""
        html = page.content or ""
        page.content = search_text(page)
        add(page)
        if not self.pages:
            page.content = html
        else:
            self._html, self._index = html, index.entries
            self.record(page).entries, index.entries[:] = index.entries[:], []

    def restore_html(self, page: Page) -> None:
        """Give an indexed page its HTML back, without attributes for the search.

        Material's search would remove these attributes itself, but much more slowly.
        """
        if self._html is not None:
            *before, last = _SEARCH_ATTRIBUTE.split(self._html)
            page.content = "".join(part[:-1] if part[-1:].isspace() else part for part in before) + last
            self._html = None

    def record(self, page: Page) -> PageRecord:
        """The record of a page, which is filled in while the page is built."""
        return self.records.setdefault(page.file.dest_uri, PageRecord(page.file.dest_uri))

    def build(self, page: Page) -> PageRecord:
        """Build one standalone page, unless the last build made the same page; only its record stays in memory."""
        key, recalled = self.recall.page(page)
        record = PageRecord.of_line(recalled) if recalled else self._build(page, key)
        return self.records.setdefault(record.path, record)

    def _build(self, page: Page, key: str) -> PageRecord:
        _populate_page(page, self._config, self._files)
        _build_page(page, self._config, self._doc_files, self._nav, self._frames)
        record = self.record(page)
        record.anchors, record.key = sorted(page.present_anchor_ids or ()), key
        page.content, page.toc, page.present_anchor_ids = "", TableOfContents([]), None
        return record

    def build_first(self, file: File) -> None:
        """Build any one page before all others, in a process that ends afterwards."""
        page = file.page or Page(None, file, self._config)
        others = [other for other in self._expected_pages() if other.page is not page and other.title]
        with as_expected(others):
            self.build(page)

    def start_workers(self) -> None:
        """Start workers for the standalone pages, if several cores build them sooner.

        The titles of all other pages must be known. The last page of each macro is built in this process, so that
        every worker inherits the facts, modules and templates that its pages need: the last sprint is rarely done, and
        much leads to it.
        """
        if not needs_workers(len(self.pages)):
            return
        self._expected = self._expected_pages()
        if not all(expected.title for expected in self._expected):
            self._expected = ()
            return
        with as_expected(self._expected):
            for page in self._samples.values():
                self.build(page)
            if cores() > 1:
                gc.freeze()
                self._workers = Workers(cores(), len(self.pages), self._build_in_worker)
                gc.unfreeze()

    def _expected_pages(self) -> list[ExpectedPage]:
        return list(expected_pages(self._nav, is_standalone, self._run))

    def _build_in_worker(self, number: int) -> str:
        """Build a page in a worker. Returns its record as a line; empty after warnings, which MkDocs must count."""
        page = self.pages[number]
        if page.file.dest_uri in self.records:
            return ""
        warnings = CountHandler(level=logging.WARNING)
        logging.getLogger(mkdocs.__name__).handlers = [warnings]
        key, recalled = self.recall.page(page)
        line = recalled or self._build(page, key).as_line()
        return "" if warnings.get_counts() else line

    def check_titles(self) -> None:
        """Discard the workers' pages if a page turned out to have another title; without workers, build the pages.

        All other pages are converted by now and have their titles.
        """
        if not all(expected.is_correct() for expected in self._expected):
            self.stop_workers()
            self._frames = Frames(self.env, self._nav)
            self.recall.forget_navigation()
            for page in self.pages:
                self.records.pop(page.file.dest_uri, None)
        if not self._workers:
            self.finish()

    def finish(self) -> None:
        """Wait for the workers, and build the pages that they have not built."""
        if self._workers:
            records = map(PageRecord.of_line, self._workers.lines())
            self.records.update((record.path, record) for record in records)
            self._workers = None
        for page in self.pages:
            if page.file.dest_uri not in self.records:
                self.build(page)

    def stop_workers(self) -> None:
        """End the workers, whose pages are not needed."""
        if self._workers:
            self._workers.stop()
            self._workers = None

    def set_anchors(self, page: Page) -> None:
        """Give MkDocs the anchors of standalone pages that the Markdown of a page links to."""
        for file in page.links_to_anchors or ():
            if file.page and is_standalone(file.page):
                self.finish()
                file.page.present_anchor_ids = {*self.records[file.dest_uri].anchors}

    def add_facts(self, page: Page, html: bytes) -> None:
        """Add to a page's record what there is to verify in its finished HTML."""
        record = self.record(page)
        record.digest, record.facts = page_digest(html).hex(), page_facts(html)

    def fill_index(self) -> None:
        """Put the entries of all pages into the search's index, in the order of the pages."""
        self.finish()
        self.recall.remember(self.records.values())
        if self._index is not None:
            for file in self._doc_files:
                if record := self.records.get(file.dest_uri):
                    self._index.extend(record.entries)

    @property
    def finished(self) -> set[str]:
        """The finished pages of the plan's own site, by their paths below it."""
        return {path for path, record in self.records.items() if record.digest}

    @property
    def known(self) -> KnownPages:
        """What there is to verify on the pages, by the digests of their bytes."""
        records = self.records.values()
        return {bytes.fromhex(record.digest): record.facts for record in records if record.facts}
