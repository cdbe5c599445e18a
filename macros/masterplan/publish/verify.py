"""Verification of a built site before anybody sees it.

No host checks links in raw HTML, Zensical checks no links made by macros, and with some settings both publish pages
whose macros did not run. So each page is read again: every address and anchor exists, every macro ran, each sprint has
a page, and nothing is fetched from another host. Scripts are not run.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from sys import intern
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from masterplan.files import entries_below

_FETCHED = "link, script, img, source, video, audio, track, iframe, embed, object, image, use"
_ATTRIBUTES = ("href", "xlink:href", "src", "data")
_USELESS = {"javascript", "vbscript", "file", "blob", "filesystem", "about", "view-source"}
"""Schemes that a browser would run, or that lead readers nowhere."""

_BLANK = "".join(map(chr, range(33)))
"""Characters that browsers remove at both ends of an address."""

_NOT_FOUND = "404.html"
"""The page for missing addresses. It is shown at any address, so its links start at the root of the host."""

_NAMED = {"canonical", "prev", "next", "alternate", "feed", "author", "license"}

_ARTICLE = re.compile(rb"<article\b.*</article>", re.DOTALL)
_CODE = re.compile(rb"<(code|pre)\b.*?</\1>", re.DOTALL)
_MARK = re.compile(rb"(?:\{\{|\{%)[^<]{0,40}")


class PageFacts(NamedTuple):
    """Anchors and addresses of a page, those of its addresses that fetch from other hosts, and signs of unrun macros.

    A large site has very many of these. Most anchors occur on one page only, so they are one text, separated by
    `_BETWEEN`. Most addresses occur on very many pages, so they are interned.
    """

    anchors: str
    addresses: tuple[str, ...]
    foreign: tuple[str, ...]
    unrun: tuple[str, ...]


def facts_of(anchors: str, addresses: Iterable[str], foreign: Iterable[str], unrun: Iterable[str]) -> PageFacts:
    """The facts of a page with its addresses interned."""
    return PageFacts(anchors, tuple(map(intern, addresses)), tuple(map(intern, foreign)), tuple(unrun))


_BETWEEN = "\0"
"""Separates anchors; parsed HTML contains no such character."""

KnownPages = Mapping[bytes, PageFacts]
"""Facts by the digest of the page's bytes, so that a page is never verified by the facts of another version of it."""

NO_PAGES: KnownPages = {}

_Anchors = Callable[[str], Set[str] | None]
"""Returns the anchors of a page by path below the site; None for any other file."""

_MOST_SETS = 64
"""Pages whose anchors are cached as sets: most links with an anchor lead to a few pages, or to the page itself."""


class _Problem(NamedTuple):
    """A problem of a page, and the address or path below the site that it is about."""

    page: str
    text: str
    subject: str


def verify(
    site: Path, expected: Iterable[str], base: str = "/", folder: str = "", known: KnownPages = NO_PAGES
) -> tuple[str, ...]:
    """The problems of a site, as sentences that name the page; none if it can be published.

    `expected` are addresses of required pages, relative to the site's root. `base` is the path of the root on its host;
    links on the page for missing addresses start there. If our pages are below a `folder` of another site, problems of
    its other pages are ignored, unless they are about links into the folder. Pages in `known` are not parsed again.
    """
    entries = dict(entries_below(site))
    problems = [f"{name} is a symbolic link" for name, entry in entries.items() if entry.is_symlink()]
    files = {name for name, entry in entries.items() if entry.is_file()}
    pages = {name: _facts((site / name).read_bytes(), known) for name in sorted(files) if name.endswith(".html")}
    problems += [f"{address} is missing" for address in expected if _target("index.html", address) not in pages]

    @lru_cache(maxsize=_MOST_SETS)
    def anchors(name: str) -> Set[str] | None:
        return frozenset(pages[name].anchors.split(_BETWEEN)) if name in pages else None

    page_problems = [problem for name, page in pages.items() for problem in _problems(name, page, anchors, files, base)]
    problems += [f"{name}: {text}" for name, text, _ in _about_folder(page_problems, folder)]
    return tuple(problems)


def _problems(name: str, page: PageFacts, anchors: _Anchors, files: Set[str], base: str) -> Iterator[_Problem]:
    yield from (_Problem(name, f"asks another host for {address}", address) for address in page.foreign)
    yield from (_Problem(name, f"a macro was not run: {mark}", "") for mark in page.unrun)
    yield from _dead_links(name, page, anchors, files, base)


def _about_folder(problems: Iterable[_Problem], folder: str) -> Iterator[_Problem]:
    """Problems of pages in a folder and of links into it, except problems shared with pages outside it.

    Those come from the theme or the navigation of the whole site.
    """
    inside = [problem for problem in problems if problem.page.startswith(folder)]
    outside = [problem for problem in problems if not problem.page.startswith(folder)]
    shared = {problem.subject for problem in outside} - {""}
    yield from (problem for problem in inside if problem.subject not in shared or problem.subject.startswith(folder))
    yield from (problem for problem in outside if problem.subject.startswith(folder))


def _facts(html: bytes, known: KnownPages) -> PageFacts:
    return known.get(page_digest(html)) or page_facts(html)


def page_digest(html: bytes) -> bytes:
    """The digest that identifies a page's bytes."""
    return sha256(html).digest()


def page_facts(html: bytes) -> PageFacts:
    """The facts of a page, read from its HTML."""
    tree = LexborHTMLParser(html)
    anchors = _BETWEEN.join(value for node in tree.css("[id]") if (value := node.attributes["id"]))
    links = dict.fromkeys(_addresses(tree.css("a")))
    fetched = dict.fromkeys(_addresses(node for node in tree.css(_FETCHED) if not _is_only_named(node)))
    foreign = (address for address in fetched if urlsplit(address).netloc)
    return facts_of(anchors, links | fetched, foreign, _unrun_macros(html))


def _addresses(nodes: Iterable[LexborNode]) -> Iterator[str]:
    for node in nodes:
        attributes = node.attributes
        yield from (address for name in _ATTRIBUTES if (address := attributes.get(name)))


def _is_only_named(node: LexborNode) -> bool:
    """Whether this is a `<link>` that browsers do not fetch, such as the page's own address."""
    return node.tag == "link" and set((node.attributes.get("rel") or "").split()) <= _NAMED


def _unrun_macros(html: bytes) -> Iterator[str]:
    """Jinja's markers outside code. They are searched in the source, where braces of the plan's texts are escaped."""
    article = _ARTICLE.search(html)
    prose = _CODE.sub(b"", article[0] if article else html)
    return (mark.decode("utf-8", "replace") for mark in _MARK.findall(prose))


def _dead_links(name: str, page: PageFacts, anchors: _Anchors, files: Set[str], base: str) -> Iterator[_Problem]:
    """Addresses on a page without a target."""
    for address in page.addresses:
        scheme, host, path, anchor = _parts(address)
        if name == _NOT_FOUND and path.startswith(base):
            path = path.removeprefix(base) or "."
        target = _target(name, path)
        if scheme in _USELESS:
            yield _Problem(name, f"not a valid address: {address}", address)
        elif not scheme and not host and target not in files:
            yield _Problem(name, f"no such page: {address}", target)
        elif anchor and (ids := anchors(target)) is not None and unquote(anchor) not in ids:
            yield _Problem(name, f"no such anchor: {address}", f"{target}#{anchor}")


@lru_cache(maxsize=1 << 14)
def _parts(address: str) -> tuple[str, str, str, str]:
    """Scheme, host, unquoted path and fragment of an address."""
    parts = urlsplit(address.strip(_BLANK))
    return parts.scheme, parts.netloc, unquote(parts.path), parts.fragment


def _target(name: str, path: str) -> str:
    """The target of a relative address, as a path below the site."""
    if not path:
        return name
    folder = posixpath.dirname(name)
    while folder and path.startswith("../"):  # pages of one folder share most addresses from there on
        folder, path = posixpath.dirname(folder), path[3:].lstrip("/")
    return _target_from(folder, path)


@lru_cache(maxsize=1 << 14)
def _target_from(folder: str, path: str) -> str:
    target = posixpath.normpath(posixpath.join(folder, path))
    if not path or path.endswith(("/", ".", "..")) or not posixpath.splitext(target)[1]:
        return f"{target}/index.html".removeprefix("./")
    return target
