"""Standalone pages that are taken from the last build instead of being built again.

A page's key is a digest of what its macro returns and of everything else that the page shows. So the macro still runs,
but its result need not be written as HTML, put into the theme's templates, indexed and verified.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file

from masterplan.publish.expected_pages import OUR_FRONT_MATTER
from masterplan.publish.heads import PageHead
from masterplan.publish.page_memory import PageMemory, PageRecord
from masterplan.publish.pages import scripts
from masterplan.publish.project import Project
from masterplan.publish.whole_pages import only_call
from masterplan.render.blocks import Content


class Recall:
    """Recalls pages of the last build, if the project has a memory of it.

    `heads` are the pages' heads by path below the site; `run` runs a page's macro, given its name and the id.
    """

    def __init__(
        self,
        project: Project,
        nav: Navigation,
        heads: Mapping[str, PageHead],
        run: Callable[[Page, str, str], Content],
    ) -> None:
        self._memory, self._nav, self._heads, self._run = project.memory, nav, heads, run
        self._scripts = scripts(project)
        self._contents: dict[str, Content] = {}
        """Results of macros that ran for a page's key, by the page's path below the site."""
        self._navigation = ""

    def content(self, page: Page, macro: str, id_: str) -> Content:
        """What a page's macro returns; it does not run again if it has run for the page's key."""
        content = self._contents.pop(page.file.dest_uri, None)
        return self._run(page, macro, id_) if content is None else content

    def page(self, page: Page) -> tuple[str, str]:
        """The page's key, empty if unknown. If the last build made the same page, writes that and returns its record.

        The record is a line, empty if there is no such page. An error of the macro is left for the build of the page to
        report.
        """
        path, call, memory = page.file.dest_uri, only_call(page.markdown or ""), self._memory
        if not memory or not call:
            return "", ""
        with suppress(Exception, SystemExit):
            self._contents[path] = content = self._run(page, *call)
            key = memory.key(content, _identity(page), self._context(page, memory))
            if recalled := memory.recall(path, key):
                del self._contents[path]
                html, line = recalled
                write_file(html, page.file.abs_dest_path)
                return key, line
            return key, ""
        return "", ""

    def _context(self, page: Page, memory: PageMemory) -> tuple[object, ...]:
        """What a page shows besides its own content: the navigation, its place in it, its head and its scripts."""
        if not self._navigation:
            self._navigation = memory.key(*_shown_items(self._nav.items))
        place = next((number for number, other in enumerate(self._nav.pages) if other is page), None)
        is_home = self._nav.homepage is page
        return self._navigation, place, is_home, self._heads.get(page.file.dest_uri), self._scripts

    def forget_navigation(self) -> None:
        """Look at the navigation again, because a page in it has a new title."""
        self._navigation = ""

    def remember(self, records: Iterable[PageRecord]) -> None:
        """Keep the records of this build's pages for the next build."""
        if self._memory:
            self._memory.remember(records)


def _identity(page: Page) -> tuple[object, ...]:
    """A page's title, paths, addresses and front matter."""
    front_matter = _front_matter(page)
    return page.title, page.file.src_uri, page.file.dest_uri, page.url, page.canonical_url, page.edit_url, front_matter


def _shown_items(items: Iterable[Any]) -> Iterator[object]:
    """What templates show of a navigation's items, with the items below them."""
    for item in items:
        children = list(_shown_items(item.children or ()))
        yield type(item).__name__, item.title, getattr(item, "url", ""), _front_matter(item), children


def _front_matter(item: Any) -> dict[str, Any]:
    """A page's own front matter; empty for other items of a navigation."""
    front_matter = getattr(item, "meta", None) or {}
    return {name: value for name, value in front_matter.items() if name not in OUR_FRONT_MATTER}
