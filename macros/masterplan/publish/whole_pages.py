"""Pages that consist of one macro call, such as sprint pages: built without the host's Markdown.

Their HTML comes from the macro. Only headings go through the `toc` extension of Python-Markdown, so that ids,
permalinks and the table of contents follow the site's settings.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils.rendering import get_heading_text

from masterplan.render.blocks import Block, Content, Inline, Section
from masterplan.render.compose import outline
from masterplan.render.write import html

_CALL = re.compile(r'\{\{ (\w+)\("([^"\\]*)"\) \}\}\s*')
"""A page's Markdown if it is one call with an id, as `pages` writes it."""


def only_call(markdown: str) -> tuple[str, str] | None:
    """The macro and the id of a page that is one call; None for any other page."""
    call = _CALL.fullmatch(markdown)
    return (call[1], call[2]) if call else None


class WholePages:
    """Fills such pages of a site; `hold` keeps a block and returns its placeholder for the page's HTML."""

    def __init__(self, config: MkDocsConfig, hold: Callable[[Block], str]) -> None:
        settings: Mapping[str, Any] = config.mdx_configs or {}
        self._markdown = Markdown(extensions=["toc"], extension_configs={"toc": settings.get("toc", {})})
        self._hold = hold

    def title(self, heading: Inline) -> str:
        """The title of a page with this first heading."""
        return self._title(self._headings([Section(1, heading, "", ())]))

    def _title(self, headings: list[Element]) -> str:
        return get_heading_text(headings[0], self._markdown)

    def fill(self, page: Page, content: Content, *, titled: bool) -> None:
        """Set a page's HTML from what its macro returned, its table of contents and, unless `titled`, its title."""
        parts = list(outline(content))
        headings = self._headings([part for part in parts if isinstance(part, Section)])
        remaining = iter(headings)
        if headings and isinstance(parts[0], Section) and parts[0].level == 1 and not titled:
            page.title = self._title(headings)
        page.content = "\n".join(
            self._heading(next(remaining)) if isinstance(p, Section) else self._part(p) for p in parts
        )
        page.toc = get_toc(getattr(self._markdown, "toc_tokens", []))
        page.present_anchor_ids = {heading.attrib["id"] for heading in headings}

    def _headings(self, sections: list[Section]) -> list[Element]:
        """The headings with their ids and links."""
        self._markdown.reset()
        root = Element("div")
        for section in sections:
            heading = SubElement(root, f"h{section.level}")
            heading.text = self._markdown.htmlStash.store(html.document(section.title).strip())
            if section.anchor:
                heading.set("id", section.anchor)
            if not section.searched:
                heading.set("data-search-exclude", "data-search-exclude")
        self._markdown.treeprocessors["toc"].run(root)
        return list(root)

    def _heading(self, heading: Element) -> str:
        text = self._markdown.serializer(heading)
        for processor in self._markdown.postprocessors:
            text = processor.run(text)
        return text

    def _part(self, part: Content) -> str:
        return self._hold(part) if isinstance(part, Block) else f"<p>{html.document(part)}</p>"
