"""Prose of the plan, where Markdown is allowed: read alone, cleaned of everything that could act, as blocks.

Emphasis, code, lists, quotes and links to https, http and mailto stay; raw HTML, images, headings and attributes do
not.
"""

import re
from functools import lru_cache
from html.parser import HTMLParser

import nh3
from markdown import Markdown

from masterplan.render.blocks import (
    Block,
    Box,
    Break,
    Code,
    Emphasis,
    Flow,
    Hyperlink,
    Inline,
    ItemList,
    Paragraph,
    Preformatted,
    Quote,
    Strong,
    is_inline,
)

TAGS = {"p", "em", "strong", "code", "pre", "ul", "ol", "li", "a", "br", "blockquote"}
SCHEMES = {"https", "http", "mailto"}

_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def prose(source: str) -> Flow:
    """Markdown of the plan as blocks."""
    html = nh3.clean(
        Markdown(output_format="html").convert(source),
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes=SCHEMES,
        url_relative="deny",
        strip_comments=True,
        link_rel=None,
        filter_style_properties=set(),
    )
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.blocks()


def prose_box(source: str | None) -> Flow:
    """Markdown of the plan in a box of its own; nothing where there is none."""
    return Box(prose(source), "prose") if source else ()


class _Item(Block):
    """An item, until its list is complete."""

    def __init__(self, body: tuple[Flow, ...]) -> None:
        self.body = body


class _Reader(HTMLParser):
    """Builds blocks from the few tags that a cleaned text has, each of which is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[list[Flow]] = [[]]
        self.addresses: list[dict[str, str]] = []
        self.verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts[-1].append(Break())
            return
        self.verbatim += tag == "pre"
        self.parts.append([])
        self.addresses.append({name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag != "br":
            self.verbatim -= tag == "pre"
            inside = _without_layout(self.parts.pop())
            self.parts[-1].append(_part(tag, inside, self.addresses.pop()))

    def handle_data(self, data: str) -> None:
        self.parts[-1].append(data if self.verbatim else _BLANKS.sub(" ", data))

    def blocks(self) -> Flow:
        """What was read, once everything is."""
        return tuple(_released(_without_layout(self.parts[0])))


def _without_layout(parts: list[Flow]) -> tuple[Flow, ...]:
    """The parts without the blanks that stand between blocks."""
    has_blocks = any(isinstance(part, Block) for part in parts)
    return tuple(part for part in parts if not (has_blocks and isinstance(part, str) and part.isspace()))


def _released(parts: tuple[Flow, ...]) -> tuple[Flow, ...]:
    """The parts with the contents of items that are in no list."""
    return tuple(part.body if isinstance(part, _Item) else part for part in parts)


def _part(tag: str, parts: tuple[Flow, ...], address: dict[str, str]) -> Flow:
    """What an element is, by its tag; text with a block in it is only its parts."""
    if tag == "li":
        return _Item(_released(parts))
    inside = _released(parts)
    match tag:
        case "ul" | "ol":
            contents = (part.body if isinstance(part, _Item) else part for part in parts)
            return ItemList(tuple(contents), ordered=tag == "ol")
        case "blockquote":
            return Quote(inside)
        case "pre":
            return Preformatted(_words(inside), code=True)
        case "code":
            return Code(_words(inside))
    return _of_inline(tag, inside, address) if is_inline(inside) else inside


def _of_inline(tag: str, inside: Inline, address: dict[str, str]) -> Flow:
    match tag:
        case "p":
            return Paragraph(inside)
        case "em":
            return Emphasis(inside)
        case "strong":
            return Strong(inside)
        case "a" if "href" in address:
            return Hyperlink(address["href"], inside, address.get("title", ""), foreign=True)
        case _:
            return inside


def _words(content: Flow) -> str:
    """The text of a part alone."""
    if isinstance(content, tuple):
        return "".join(map(_words, content))
    return content if isinstance(content, str) else content.text if isinstance(content, Code) else ""
