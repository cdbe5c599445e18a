"""Binds macros to the pages that call them, and runs our pages.

A macro knows the page it is called on. Our pages run strictly, whatever the settings of the macros plugin: an unknown
name or a failing macro stops the build. Output of macros bypasses the host's Markdown, which would parse the HTML and
return it unchanged; that took a third of a large build.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from masterplan.errors import MasterplanError, UsageError
from masterplan.publish import mkdocs_yml
from masterplan.publish.project import Project
from masterplan.publish.reference import MACROS
from masterplan.publish.team_pages import error_on
from masterplan.render.blocks import Block, Content
from masterplan.render.links import Style
from masterplan.render.macro import Macro
from masterplan.render.write import html, search

Calls = Mapping[str, Callable[..., Markup]]
"""Macros by name, as Jinja calls them."""

Contents = Mapping[str, Callable[..., Content]]
"""Macros by name, returning blocks that are not written as HTML yet."""

_MARKERS: Mapping[str, Any] = {
    "block_start_string": "{%",
    "block_end_string": "%}",
    "variable_start_string": "{{",
    "variable_end_string": "}}",
    "comment_start_string": "{#",
    "comment_end_string": "#}",
    "line_statement_prefix": None,
    "line_comment_prefix": None,
}
"""Delimiters of macro calls on our pages, even if the site has set others for its own pages."""

_PLACEHOLDER = re.compile(r'<div data-mp-held="\d+"></div>')


class Blocks:
    """Blocks of a page, each behind a placeholder until Markdown is converted.

    For hosts that hand over a page between Markdown and template, as MkDocs does.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, Block] = {}
        self._numbers = count()

    def hold(self, block: Block) -> str:
        """Keep a block and return its placeholder, an empty element."""
        placeholder = f'<div data-mp-held="{next(self._numbers)}"></div>'
        self._blocks[placeholder] = block
        return placeholder

    def put_back(self, page: str) -> tuple[str, str]:
        """A page's HTML with its blocks inserted: the version for browsers, and the version for the search index."""
        placeholders = _PLACEHOLDER.findall(page)
        blocks = {name: self._blocks.pop(name) for name in placeholders if name in self._blocks}
        return _filled(page, blocks, html.document), _filled(page, blocks, search.document)


def _filled(page: str, blocks: Mapping[str, Block], write: Callable[[Block], str]) -> str:
    return _PLACEHOLDER.sub(lambda match: write(blocks[match[0]]) if match[0] in blocks else match[0], page)


def bound_macros(
    project: Project, page: Callable[[], tuple[str, str]], style: Style, settings: Mapping[str, Any]
) -> Contents:
    """Every macro, bound to the current page.

    `page` returns the page's source path below the docs folder, and the source path that links start from, which
    differs if the host has moved the page. `settings` are those of the site.
    """
    own, directories = mkdocs_yml.own_settings(settings["extra"]), bool(settings["use_directory_urls"])
    addresses = (own.source_url, own.commit_url)

    def bound(macro: Macro) -> Callable[..., Content]:
        def call(*args: Any, **kwargs: Any) -> Content:
            source, start = page()
            context = project.context(start, style, directories=directories, addresses=addresses)
            try:
                return macro.content(context, *args, **kwargs)
            except UsageError as error:
                raise UsageError(f"{project.docs_dir}/{source}: {error}") from error

        return call

    return {macro.name: bound(macro) for macro in MACROS.values()}


def calls(macros: Contents, hold: Callable[[Block], str] | None = None) -> Calls:
    """Macros as pages call them. `hold` keeps a block away from the host's Markdown, as `Blocks.hold` does."""

    def written(content: Callable[..., Content]) -> Callable[..., Markup]:
        return lambda *args, **kwargs: html.page(content(*args, **kwargs), hold)

    return {name: written(content) for name, content in macros.items()}


def run_page(project: Project, page: str, markdown: str, variables: Mapping[str, Any], environment: Environment) -> str:
    """Run the macros on one of our pages, given its source path, in the environment from `strict`; returns Markdown.

    Raises BuildError, which names the page and the line.
    """
    with on_page(project, page, markdown):
        return environment.from_string(markdown).render(variables)


@contextmanager
def on_page(project: Project, page: str, markdown: str) -> Iterator[None]:
    """Turn every error that is not ours into a BuildError that names the page, by its source path, and the line."""
    try:
        yield
    except MasterplanError:
        raise
    except Exception as error:
        raise error_on(project.root, f"{project.docs_dir}/{page}", error, markdown) from error


def strict(site: Environment | None, docs: Path) -> Environment:
    """The environment for our pages: that of the site's own macros, if it has any, made strict."""
    if site is None:
        site = Environment(loader=FileSystemLoader(docs), autoescape=False)  # noqa: S701 - Markdown; texts are escaped
    return site.overlay(undefined=StrictUndefined, **_MARKERS)
