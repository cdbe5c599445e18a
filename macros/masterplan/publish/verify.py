"""What is wrong with a built site, before anybody sees it.

Neither host checks links in raw HTML, Zensical checks no link that a macro made, and both publish pages with a macro
left over under some settings. So every page is read once more: addresses and anchors lead somewhere, every macro was
run, each sprint has its page, and nothing is fetched from another host. What a script would do, it does not know.
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

_FETCHED = "link, script, img, source, video, audio, track, iframe, embed, object, image, use"
_ATTRIBUTES = ("href", "xlink:href", "src", "data")
_RUN = {"javascript", "vbscript"}
_NOWHERE = {"file", "blob", "filesystem", "about", "view-source"}
"""What a reader's browser would run, and what leads a reader nowhere; programs such as a telephone follow the rest."""

_BLANK = "".join(map(chr, range(33)))
"""What browsers drop around an address."""

_NOT_FOUND = "404.html"
"""The page for what is not found: it is shown at any address, so its own addresses start at the root of the host."""

_NAMED = {"canonical", "prev", "next", "alternate", "feed", "author", "license"}

_ARTICLE = re.compile(rb"<article\b.*</article>", re.DOTALL)
_CODE = re.compile(rb"<(code|pre)\b.*?</\1>", re.DOTALL)
_MARK = re.compile(rb"(?:\{\{|\{%)[^<]{0,40}")


class PageFacts(NamedTuple):
    """What one page offers and asks for: anchors, addresses, those on other hosts, and signs of macros left over.

    A large site has very many: so `anchors`, most of which are on one page only, are one text, separated by `_BETWEEN`,
    and each address, most of which are on very many pages, is in memory once.
    """

    anchors: str
    addresses: tuple[str, ...]
    foreign: tuple[str, ...]
    marks: tuple[str, ...]


def facts_of(anchors: str, addresses: Iterable[str], foreign: Iterable[str], marks: Iterable[str]) -> PageFacts:
    """The facts of a page, with addresses that are in memory once."""
    return PageFacts(anchors, tuple(map(intern, addresses)), tuple(map(intern, foreign)), tuple(marks))


_BETWEEN = "\0"
"""Between anchors: a parser of HTML leaves no such character in any."""

KnownPages = Mapping[bytes, PageFacts]
"""The facts of pages by the digests of their bytes, so that no page is judged by facts of another version of it."""

NO_PAGES: KnownPages = {}

_Anchors = Callable[[str], Set[str] | None]
"""The anchors of a page by its path below the site; None of any other file."""

_MOST_SETS = 64
"""Pages whose anchors are kept as sets meanwhile: most links with an anchor lead to the same few pages, or stay."""


class _Problem(NamedTuple):
    """What is wrong on a page, and with what: an address, or a path below the site."""

    page: str
    text: str
    about: str


def verify(
    site: Path, expected: Iterable[str], base: str = "/", folder: str = "", known: KnownPages = NO_PAGES
) -> tuple[str, ...]:
    """What is wrong with a site, as sentences that name the page; empty when it may be published.

    `expected` are the addresses of pages that must be there, from the site's root; `base` is the path of that root on
    its host, from which the page for what is not found starts. Where our pages are below a `folder` of another site,
    what is wrong with its other pages is no concern of ours, unless they lead into the folder. Pages that are `known`
    are not parsed again.
    """
    paths = sorted(site.rglob("*"))
    problems = [f"{path.relative_to(site)} is a symbolic link" for path in paths if path.is_symlink()]
    files = {path.relative_to(site).as_posix() for path in paths if path.is_file()}
    pages = {name: _read((site / name).read_bytes(), known) for name in sorted(files) if name.endswith(".html")}
    problems += [f"{address} is missing" for address in expected if _target("index.html", address) not in pages]

    @lru_cache(maxsize=_MOST_SETS)
    def anchors(name: str) -> Set[str] | None:
        return frozenset(pages[name].anchors.split(_BETWEEN)) if name in pages else None

    wrong = [problem for name, page in pages.items() for problem in _problems(name, page, anchors, files, base)]
    problems += [f"{name}: {text}" for name, text, _ in _of_folder(wrong, folder)]
    return tuple(problems)


def _problems(name: str, page: PageFacts, anchors: _Anchors, files: Set[str], base: str) -> Iterator[_Problem]:
    yield from (_Problem(name, f"asks another host for {address}", address) for address in page.foreign)
    yield from (_Problem(name, f"a macro was not run: {mark}", "") for mark in page.marks)
    yield from _dead(name, page, anchors, files, base)


def _of_folder(problems: Iterable[_Problem], folder: str) -> Iterator[_Problem]:
    """Those of pages in a folder, without what the theme or the navigation of the site has on its other pages too."""
    inside = [problem for problem in problems if problem.page.startswith(folder)]
    outside = [problem for problem in problems if not problem.page.startswith(folder)]
    common = {problem.about for problem in outside} - {""}
    yield from (problem for problem in inside if problem.about not in common or problem.about.startswith(folder))
    yield from (problem for problem in outside if problem.about.startswith(folder))


def _read(html: bytes, known: KnownPages) -> PageFacts:
    return known.get(page_digest(html)) or page_facts(html)


def page_digest(html: bytes) -> bytes:
    """What a page is known by."""
    return sha256(html).digest()


def page_facts(html: bytes) -> PageFacts:
    """What there is to verify on a page."""
    tree = LexborHTMLParser(html)
    anchors = _BETWEEN.join(value for node in tree.css("[id]") if (value := node.attributes["id"]))
    links = dict.fromkeys(_addresses(tree.css("a")))
    fetched = dict.fromkeys(_addresses(node for node in tree.css(_FETCHED) if not _only_names(node)))
    foreign = (address for address in fetched if urlsplit(address).netloc)
    return facts_of(anchors, links | fetched, foreign, _left_over(html))


def _addresses(nodes: Iterable[LexborNode]) -> Iterator[str]:
    for node in nodes:
        attributes = node.attributes
        yield from (address for name in _ATTRIBUTES if (address := attributes.get(name)))


def _only_names(node: LexborNode) -> bool:
    """Whether this is a `<link>` for which a browser fetches nothing, such as the page's own address."""
    return node.tag == "link" and set((node.attributes.get("rel") or "").split()) <= _NAMED


def _left_over(html: bytes) -> Iterator[str]:
    """Signs of Jinja outside code. Read in the source, where the plan's own braces are character references."""
    article = _ARTICLE.search(html)
    prose = _CODE.sub(b"", article[0] if article else html)
    return (mark.decode("utf-8", "replace") for mark in _MARK.findall(prose))


def _dead(name: str, page: PageFacts, anchors: _Anchors, files: Set[str], base: str) -> Iterator[_Problem]:
    """Addresses on a page that lead nowhere."""
    for address in page.addresses:
        parts = urlsplit(address.strip(_BLANK))
        path = unquote(parts.path)
        if name == _NOT_FOUND and path.startswith(base):
            path = path.removeprefix(base) or "."
        target = _target(name, path)
        if parts.scheme in _RUN | _NOWHERE:
            yield _Problem(name, f"not a valid address: {address}", address)
        elif not parts.scheme and not parts.netloc and target not in files:
            yield _Problem(name, f"no such page: {address}", target)
        elif parts.fragment and (there := anchors(target)) is not None and unquote(parts.fragment) not in there:
            yield _Problem(name, f"no such anchor: {address}", f"{target}#{parts.fragment}")


def _target(name: str, path: str) -> str:
    """The file that a relative address leads to, by its path below the site."""
    if not path:
        return name
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    if path.endswith(("/", ".", "..")) or not posixpath.splitext(target)[1]:
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    return target
