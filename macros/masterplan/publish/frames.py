"""The theme's part of a page, rendered once for all pages that differ only in title, address, heading and content.

That is true of pages outside the navigation, of which a large plan has hundreds. A frame is a template rendered with a
placeholder for each of these values; a page is the frame with its own values in place of the placeholders. A frame is
used only if its first page has the same bytes as the template itself gives.
"""

import re
from collections.abc import Mapping
from copy import copy
from functools import partial
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, Template
from jinja2.filters import do_striptags
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

_TITLE, _TEXT, _ADDRESS, _ANCHOR, _CONTENT = (
    f"\ufdd0{value}\ufdd0" for value in ("title&#58;", "title:", "address", "anchor", "<h1")
)
"""The placeholders. Templates use a title as HTML, and without tags as text, in which they decode character references.
The theme adds no heading to content that contains one."""

_PLACEHOLDER = re.compile("(\ufdd0[^\ufdd0]+\ufdd0)")


class Frames:
    """A theme's templates with the frames made from them; MkDocs calls `get_template`."""

    def __init__(self, env: Environment, nav: Navigation) -> None:
        self._env = env
        self._listed = [page.url for page in nav.pages]
        self._frames: dict[tuple[Any, ...], list[str]] = {}

    def get_template(self, name: str) -> SimpleNamespace:
        """A template, of which MkDocs only calls `render`."""
        return SimpleNamespace(render=partial(self._render, self._env.get_template(name)))

    def _render(self, template: Template, context: Mapping[str, Any]) -> str:
        page: Page = context["page"]
        if any(address.startswith(page.url) for address in self._listed) or not _has_one_heading(page):
            return template.render(context)
        kind = (template.name, *_kind(page))
        if kind not in self._frames:
            html = template.render(context)
            frame = _PLACEHOLDER.split(template.render({**context, "page": _with_placeholders(page)}))
            self._frames[kind] = frame if _filled(frame, page) == html else []
            return html
        return _filled(self._frames[kind], page) or template.render(context)


def _has_one_heading(page: Page) -> bool:
    """Whether a page has a title, and one heading above everything else."""
    has_top = len(page.toc) == 1 and page.toc.items[0].level == 1 and "<h1" in (page.content or "")
    return bool(page.title) and has_top


def _kind(page: Page) -> tuple[Any, ...]:
    """All other values that templates read from a page. Addresses are relative to its folder."""
    sections = [str(section) for section in page.toc.items[0].children]
    folder = page.url.rstrip("/").rpartition("/")[0]
    return folder, bool(page.canonical_url), page.edit_url, page.update_date, repr(page.meta), tuple(sections)


def _with_placeholders(page: Page) -> Page:
    template_page, heading = copy(page), copy(page.toc.items[0])
    heading.title, heading.id = _TITLE, _ANCHOR
    template_page.title, template_page.content, template_page.toc = _TITLE, _CONTENT, TableOfContents([heading])
    template_page.canonical_url = page.canonical_url and _ADDRESS
    return template_page


def _filled(frame: list[str], page: Page) -> str:
    values = {
        _TITLE: page.title,
        _TEXT: do_striptags(page.title or ""),
        _ADDRESS: page.canonical_url,
        _ANCHOR: page.toc.items[0].id,
        _CONTENT: page.content,
    }
    return "".join(str(values.get(part, part)) for part in frame)
