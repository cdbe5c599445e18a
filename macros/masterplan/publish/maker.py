"""Pages made one by one: each from its macro to its finished file, with a record of what later steps need of it.

MkDocs converts all pages before it writes the first, because a page's title may come from its text, and every page
shows titles of others. Pages that are one call of a macro for a whole page have a title before they are made. So each
of them can be made apart from the others, and nothing of it waits in memory. MkDocs passes over such pages as it passes
over pages that have not changed, in a build that it calls dirty.
"""

import gc
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import mkdocs
from jinja2 import Environment
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents
from mkdocs.utils import CountHandler, write_file

from masterplan.publish.frames import Frames
from masterplan.publish.heads import PageHead
from masterplan.publish.pages import scripts
from masterplan.publish.project import Project
from masterplan.publish.surroundings import Expected, as_expected, expectations, named_as, shown_of
from masterplan.publish.verify import KnownPages, PageFacts, facts_of, page_digest, page_facts
from masterplan.publish.whole_pages import WholePages, only_call
from masterplan.publish.workers import Workers, cores
from masterplan.render.blocks import Content
from masterplan.render.macro import MACROS, Macro

if TYPE_CHECKING:
    from masterplan.publish.page_memory import PageMemory

_LOOK_AT_ONE_PAGE = {"search", "material/search", "macros", "masterplan"}
"""Plugins that read a page's HTML only while that page is written."""

_FOR_SEARCHES = re.compile(r'data-search-\w+="[^"]+"')
"""An attribute that only a search reads."""

_LISTS_OF_HOOKS = ("pre_macro_functions", "post_macro_functions", "post_build_functions")
"""Where the macros plugin has a team's functions that are called for each page, or after all."""

LEAST_PAGES = 20
"""Fewer pages are made sooner by this process alone."""


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
    of its headings, to which Markdown of other pages may lead. `key` is what the next build knows the page by, and
    empty where it cannot.
    """

    path: str
    digest: str = ""
    facts: PageFacts | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    key: str = ""

    def as_json(self) -> str:
        """The record as one line."""
        return json.dumps([self.path, self.digest, self.facts, self.entries, self.anchors, self.key], default=str)

    @classmethod
    def of_json(cls, line: str) -> "PageRecord":
        """A record as `as_json` writes it. Raises ValueError for what is no JSON."""
        path, digest, facts, entries, anchors, key = json.loads(line)
        return cls(path, digest, facts and facts_of(*facts), entries, anchors, key)


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
    """Makes pages of one build apart, and has the records of all that were written; `run` runs macros of a page."""

    def __init__(self, config: MkDocsConfig, files: Files, nav: Navigation, run: Callable[[Page, str], str]) -> None:
        self.records: dict[str, PageRecord] = {}
        """By the pages' paths below the site."""
        self.pages: list[Page] = []
        """Those that are made apart."""
        self._samples: dict[str, Page] = {}
        """The first page of each macro."""
        self._expected: Sequence[Expected] = ()
        self._workers: Workers | None = None
        self._config, self._files, self._nav, self._run = config, files, nav, run
        self._doc_files = files.documentation_pages()
        self.env: Environment
        """The theme's templates."""
        self._frames: Any
        """The same for pages that are made apart; MkDocs asks no more of it than of an environment."""
        self._index: list[dict[str, Any]] | None = None
        self._shown: str | None = None
        """The HTML of the page that is being indexed."""
        self._memory: PageMemory | None = None
        self._ready: dict[str, Content] = {}
        self._navigation = ""

    def prepare(self, project: Project, whole_pages: WholePages) -> None:
        """Read every page that can be made apart, and give those in the navigation the titles that other pages show."""
        listed = {page.file for page in self._nav.pages}
        context = project.context(project.at("index.md"))
        for page, macro, id_ in self._whole():
            if page.file in listed and "title" not in {*vars(page), *page.meta}:
                page.title = whole_pages.title(macro.title(context, id_))
            self._config.plugins.on_pre_page(page, config=self._config, files=self._files)
            self._samples.setdefault(macro.name, page)
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

    def recall(self, project: Project, run: Callable[[Page, str, str], Content], heads: Mapping[str, PageHead]) -> None:
        """Take pages from the last build where it made the same; `run` gives what the macro of a page returns.

        `heads` are what pages say of themselves, by their paths below the site.
        """
        self._memory, self._run_macro, self._heads = project.memory, run, heads
        self._scripts = scripts(project)

    def content(self, page: Page, run: Callable[[], Content]) -> Content:
        """What the macro of a page returns, which `run` gives where it has not run."""
        ready = self._ready.pop(page.file.dest_uri, None)
        return run() if ready is None else ready

    def _recalled(self, page: Page) -> tuple[str, PageRecord | None]:
        """What a page is known by, and its record if the last build made the same page, which is then written."""
        path, call = page.file.dest_uri, only_call(page.markdown or "")
        if not self._memory or not call:
            return "", None
        with suppress(Exception, SystemExit):  # the page is then made, and its error reported as that of any page
            self._ready[path] = content = self._run_macro(page, *call)
            around = (self._surroundings(page), self._heads.get(path), self._scripts)
            key = self._memory.key(content, named_as(page), around)
            if restored := self._memory.restored(path, key):
                del self._ready[path]
                write_file(restored[0], page.file.abs_dest_path)
                return key, restored[1]
            return key, None
        return "", None

    def _surroundings(self, page: Page) -> tuple[object, ...]:
        """What a page shows of others: the navigation by titles and addresses, and its own place in it."""
        self._navigation = self._navigation or repr(list(shown_of(self._nav.items)))
        place = next((number for number, other in enumerate(self._nav.pages) if other is page), None)
        return (self._navigation, place, self._nav.homepage is page)

    def follow(self, env: Environment, read: Callable[[Page], str]) -> None:
        """Write pages by the templates of `env`, and index each by what searches `read` of it."""
        self.env, self._frames = env, Frames(env, self._nav)
        for plugin in self._config.plugins.values():
            index: Any = getattr(plugin, "search_index", None)
            if add := getattr(index, "add_entry_from_context", None):
                index.add_entry_from_context = partial(self._enter, index, add, read)

    def _enter(self, index: Any, add: Callable[[Page], None], read: Callable[[Page], str], page: Page) -> None:
        """Add a page to a search's index; where nothing else does, the entries wait with the page's record."""
        shown = page.content or ""
        page.content = read(page)
        add(page)
        if not self.pages:
            page.content = shown
        else:
            self._shown, self._index = shown, index.entries
            self.record(page).entries, index.entries[:] = index.entries[:], []

    def show(self, page: Page) -> None:
        """Give a page that was indexed its HTML again, without what it says to searches.

        Material's search takes that out itself, of what it has indexed: of all HTML it takes it out slowly.
        """
        if self._shown is not None:
            *before, last = _FOR_SEARCHES.split(self._shown)
            page.content = "".join(part[:-1] if part[-1:].isspace() else part for part in before) + last
            self._shown = None

    def record(self, page: Page) -> PageRecord:
        """The record of a page, which is filled in while the page is made."""
        return self.records.setdefault(page.file.dest_uri, PageRecord(page.file.dest_uri))

    def make(self, page: Page) -> PageRecord:
        """Make one page, from its macro to its file, unless the last build made the same; only its record is kept."""
        key, remembered = self._recalled(page)
        if remembered:
            return self.records.setdefault(remembered.path, remembered)
        _populate_page(page, self._config, self._files)
        _build_page(page, self._config, self._doc_files, self._nav, self._frames)
        record = self.record(page)
        record.anchors, record.key = sorted(page.present_anchor_ids or ()), key
        page.content, page.toc, page.present_anchor_ids = "", TableOfContents([]), None
        return record

    def begin(self) -> None:
        """Let workers make the pages, where several cores do so sooner.

        They start only where it is known what other pages are called. The first page of each kind is made here, so that
        every worker has what all pages of the kind need: facts, modules and templates.
        """
        if cores() == 1 or len(self.pages) < LEAST_PAGES:
            return
        expected = list(expectations(self._nav, made_apart, self._run))
        if not all(page.title for page in expected):
            return
        self._expected = expected
        with as_expected(expected):
            for page in self._samples.values():
                self.make(page)
            if cores() > 1:
                gc.freeze()
                self._workers = Workers(cores(), len(self.pages), self._line)
                gc.unfreeze()

    def make_first(self, file: File) -> None:
        """Make any page while nothing else is made, in a process that ends after that."""
        page = file.page or Page(None, file, self._config)
        others = (it for it in expectations(self._nav, made_apart, self._run) if it.page is not page)
        with as_expected([it for it in others if it.title]):
            self.make(page)

    def _line(self, number: int) -> str:
        """Make a page in a worker; its record as a line, or nothing where it is to be made where warnings are seen."""
        page = self.pages[number]
        if page.file.dest_uri in self.records:
            return ""
        warnings = CountHandler(level=logging.WARNING)
        logging.getLogger(mkdocs.__name__).handlers = [warnings]
        record = self.make(page)
        return "" if warnings.get_counts() else record.as_json()

    def settle(self) -> None:
        """Make the pages that no worker makes, once all others are converted and have their titles."""
        if not all(page.is_so() for page in self._expected):
            self.stop()
            self._frames = Frames(self.env, self._nav)  # those have titles that are none
            self._navigation = ""
            for page in self.pages:
                self.records.pop(page.file.dest_uri, None)
        if not self._workers:
            self.collect()

    def collect(self) -> None:
        """Wait for the workers, and make what they have not made."""
        if self._workers:
            made = map(PageRecord.of_json, self._workers.lines())
            self.records.update((record.path, record) for record in made)
            self._workers = None
        for page in self.pages:
            if page.file.dest_uri not in self.records:
                self.make(page)

    def stop(self) -> None:
        """End the workers, whose work is not needed."""
        if self._workers:
            self._workers.stop()
            self._workers = None

    def find_anchors(self, page: Page) -> None:
        """Give MkDocs the anchors of pages that were made apart, if the Markdown of a page leads to them."""
        for file in page.links_to_anchors or ():
            if file.page and made_apart(file.page):
                self.collect()
                file.page.present_anchor_ids = {*self.records[file.dest_uri].anchors}

    def keep(self, page: Page, html: bytes) -> None:
        """Note what there is to verify on a page that is finished."""
        record = self.record(page)
        record.digest, record.facts = page_digest(html).hex(), page_facts(html)

    def finish_index(self) -> None:
        """Put the entries of all pages into the search's index, in the order of the pages."""
        self.collect()
        if self._memory:
            self._memory.note(self.records.values())
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
