"""The theme's part of a page, made once for all pages that differ there in no more than title, address and heading.

Pages outside the navigation do so, of which a large plan has hundreds. A template is rendered with a mark in the place
of each of these values and of the content, and each page puts its own values there. A frame is used only if it gives
its first page the bytes that the template itself gives it.
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
"""What stands for a value in a frame. A title is HTML in some places, and text in others, where references are read.
Content with a heading gets none from the theme."""

_MARKS = re.compile("(\ufdd0[^\ufdd0]+\ufdd0)")


class Frames:
    """The templates of a theme, as MkDocs asks for them, with what they gave pages of each kind."""

    def __init__(self, env: Environment, nav: Navigation) -> None:
        self._env = env
        self._listed = [page.url for page in nav.pages]
        self._frames: dict[tuple[Any, ...], list[str]] = {}

    def get_template(self, name: str) -> SimpleNamespace:
        """A template to `render`."""
        return SimpleNamespace(render=partial(self._render, self._env.get_template(name)))

    def _render(self, template: Template, context: Mapping[str, Any]) -> str:
        page: Page = context["page"]
        if any(address.startswith(page.url) for address in self._listed) or not _is_titled(page):
            return template.render(context)
        kind = (template.name, *_kind(page))
        if kind not in self._frames:
            html = template.render(context)
            frame = _MARKS.split(template.render({**context, "page": _with_marks(page)}))
            self._frames[kind] = frame if _filled(frame, page) == html else []
            return html
        return _filled(self._frames[kind], page) or template.render(context)


def _is_titled(page: Page) -> bool:
    """Whether a page has a title, and all that it shows is below one heading."""
    is_below_heading = len(page.toc) == 1 and page.toc.items[0].level == 1 and "<h1" in (page.content or "")
    return bool(page.title) and is_below_heading


def _kind(page: Page) -> tuple[Any, ...]:
    """All else that templates ask of a page; addresses are relative to its folder."""
    sections = [str(section) for section in page.toc.items[0].children]
    folder = page.url.rstrip("/").rpartition("/")[0]
    return folder, bool(page.canonical_url), page.edit_url, page.update_date, repr(page.meta), tuple(sections)


def _with_marks(page: Page) -> Page:
    """A page with a mark for each value that is its own."""
    marked, heading = copy(page), copy(page.toc.items[0])
    heading.title, heading.id = _TITLE, _ANCHOR
    marked.title, marked.content, marked.toc = _TITLE, _CONTENT, TableOfContents([heading])
    marked.canonical_url = page.canonical_url and _ADDRESS
    return marked


def _filled(frame: list[str], page: Page) -> str:
    values = {
        _TITLE: page.title,
        _TEXT: do_striptags(page.title or ""),
        _ADDRESS: page.canonical_url,
        _ANCHOR: page.toc.items[0].id,
        _CONTENT: page.content,
    }
    return "".join(str(values.get(part, part)) for part in frame)
