"""A built site held against what a site must be, before anybody sees it.

Neither host checks links in raw HTML, Zensical checks no link that a macro made, and both publish pages with a macro's error on them
under some settings. So every page is read once more: links and anchors lead somewhere, no macro is left over, each sprint has its page,
and nothing is fetched from another host.
"""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

_FETCHED = (
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("embed", "src"),
    ("object", "data"),
)
_FETCHED_RELATIONS = {
    "stylesheet",
    "icon",
    "preload",
    "preconnect",
    "dns-prefetch",
    "prefetch",
    "modulepreload",
    "manifest",
}
_LEFTOVERS = ("Macro Rendering Error", "Macro Syntax Error", "no such element: ")
_MARKS = ("{{", "{%")


@dataclass(slots=True)
class _Page:
    """What one page offers and asks for."""

    anchors: set[str]
    links: list[str]
    problems: list[str] = field(default_factory=list)


def verify(site: Path, expected: Iterable[str]) -> tuple[str, ...]:
    """What is wrong with a site, as sentences that name the page; empty when it may be published.

    `expected` are paths of files that must be there, such as each sprint's page.
    """
    problems = [f"{path.relative_to(site)} is a symbolic link" for path in sorted(site.rglob("*")) if path.is_symlink()]
    problems += [f"{path} is missing" for path in expected if not (site / path).is_file()]
    pages = {path.relative_to(site).as_posix(): _read(path) for path in sorted(site.rglob("*.html"))}
    for name, page in pages.items():
        problems += [f"{name}: {problem}" for problem in page.problems]
        if name != "404.html":
            problems += [f"{name}: {problem}" for problem in _dead_links(site, name, page, pages)]
    return tuple(problems)


def _read(path: Path) -> _Page:
    tree = LexborHTMLParser(path.read_bytes())
    anchors = {value for node in tree.css("[id]") if (value := node.attributes.get("id"))}
    page = _Page(anchors, list(_links(tree)))
    page.problems += [f"asks another host for {address}" for address in _fetched(tree) if urlsplit(address).netloc]
    body = tree.body.text() if tree.body else ""
    page.problems += [f"an error of a macro is on the page: {words}" for words in _LEFTOVERS if words in body]
    article = tree.css_first("article")
    shown = _without_code(article) if article else body
    page.problems += [f"a macro was not run: {mark}" for mark in _MARKS if mark in shown]
    return page


def _without_code(article: object) -> str:
    """The text of an article but for code, where a page may rightly show how macros are written."""
    copy = LexborHTMLParser(getattr(article, "html", "") or "")
    for node in copy.css("code, pre"):
        node.decompose()
    return copy.text()


def _links(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("a"):
        address = node.attributes.get("href") or node.attributes.get("xlink:href")
        if address:
            yield address


def _fetched(tree: LexborHTMLParser) -> Iterator[str]:
    for tag, attribute in _FETCHED:
        for node in tree.css(f"{tag}[{attribute}]"):
            yield node.attributes.get(attribute) or ""
    for node in tree.css("link[href]"):
        if set((node.attributes.get("rel") or "").split()) & _FETCHED_RELATIONS:
            yield node.attributes.get("href") or ""


def _dead_links(site: Path, name: str, page: _Page, pages: dict[str, _Page]) -> Iterator[str]:
    for address in dict.fromkeys(page.links):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = _target(name, unquote(parts.path))
        if target in pages:
            if parts.fragment and unquote(parts.fragment) not in pages[target].anchors:
                yield f"no such anchor: {address}"
        elif target.startswith("../") or not (site / target).is_file():
            yield f"no such page: {address}"


def _target(name: str, path: str) -> str:
    """The file that a relative address leads to."""
    if not path:
        return name
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    if path.endswith(("/", ".", "..")) or not posixpath.splitext(target)[1]:
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    return target
