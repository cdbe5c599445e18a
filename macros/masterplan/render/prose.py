"""Prose of the plan, in which Markdown is allowed, as blocks: CommonMark with tables and strikethrough.

Nothing in it is active. Headings become small titles outside the page's outline. Only https, http and mailto links
stay links, images become links, and HTML other than `<br>` is shown as text.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

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
    Numbers,
    Paragraph,
    Preformatted,
    Quote,
    Revised,
    Row,
    Strong,
    Table,
    is_inline,
)
from masterplan.render.compose import TICKS

_MARKDOWN = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"]).disable("html_block")

_ADDRESS = re.compile(r"https?://|mailto:", re.IGNORECASE)
_CHECK_BOX = re.compile(r"\[([ xX])\]\s+")
_LINE_END = re.compile(r"\r\n?|\n")
_NEW_LINE = re.compile(r"<br ?/?>", re.IGNORECASE)
_MOST_OPEN = 80
"""Nesting depth from which emphasis is dropped; lists alone are at most 60 deep."""

_BEFORE_ROW = " \t>"
"""Characters that may precede a table row in a list or a quotation."""


@lru_cache(maxsize=4096)
def prose(source: str) -> tuple[Flow, ...]:
    """Markdown of the plan as blocks."""
    return _Reader(source).read(_MARKDOWN.parse(source))


def prose_box(source: str | None) -> Flow:
    """Markdown of the plan in a box; empty if there is none."""
    return Box(prose(source), "prose") if source else ()


class _Item(Block):
    """An item, a row or a cell whose list or table is still incomplete."""

    def __init__(self, body: tuple[Flow, ...], heading: str = "") -> None:
        self.body = body
        self.heading = heading


class _Reader:
    """Builds blocks from the tokens of a text, each when its closing token is read."""

    def __init__(self, source: str) -> None:
        self._lines = _LINE_END.split(source)
        self._open: list[Token] = []
        self._parts: list[list[Flow]] = [[]]

    def read(self, tokens: Iterable[Token]) -> tuple[Flow, ...]:
        """The blocks of tokens, which must be balanced."""
        for token in tokens:
            if token.nesting > 0:
                self._open.append(token)
                self._parts.append([])
            elif token.nesting < 0:
                inside = tuple(self._parts.pop())
                self._add(self._element(self._open.pop(), inside))
            elif token.type == "inline":
                self._check_box(token)
                self.read(token.children or ())
            else:
                self._add(self._leaf(token))
        return tuple(self._parts[-1])

    def _add(self, part: Flow) -> None:
        """Add a part to the open element; a tuple is added piece by piece."""
        if isinstance(part, tuple):
            self._parts[-1].extend(part)
        else:
            self._parts[-1].append(part)

    def _check_box(self, inline: Token) -> None:
        """Replace `[ ]` or `[x]` at the start of an item by a checkbox."""
        begins_item = [token.type for token in self._open[-2:]] == ["list_item_open", "paragraph_open"]
        first = inline.children[0] if inline.children else None
        if begins_item and first and not self._parts[-2] and (box := _CHECK_BOX.match(first.content)):
            first.content = TICKS[box[1] != " "] + first.content[box.end() :]

    def _leaf(self, token: Token) -> Flow:
        """The content of a token without children."""
        leaf: Flow = token.content
        match token.type:
            case "code_inline":
                leaf = Code(token.content)
            case "code_block" | "fence":
                leaf = Preformatted(token.content, "Code", code=True)
            case "softbreak":
                leaf = " "
            case "hardbreak":
                leaf = Break()
            case "html_inline" if _NEW_LINE.fullmatch(token.content):
                leaf = Break()
            case "image":
                leaf = self._picture(token)
            case "hr":
                leaf = ()
        return leaf

    def _picture(self, token: Token) -> Flow:
        """A link to a picture; only its text if it is within a link or not on the web."""
        address = str(token.attrs["src"])
        within_link = any(token.type == "link_open" for token in self._open)
        return token.content if within_link else _link(address, token.content, token)

    def _element(self, token: Token, inside: tuple[Flow, ...]) -> Flow:
        """The content of an element, from the content of its children."""
        element: Flow = inside
        match token.type:
            case "list_item_open" | "td_open":
                element = _Item(inside)
            case "th_open":
                heading = _plain_text(inside)
                element = _Item((), Numbers(heading) if "right" in str(token.attrs.get("style")) else heading)
            case "tr_open":
                element = _Item((*inside, *self._extra_cells(token, len(inside))))
            case "bullet_list_open":
                element = ItemList(_bodies(inside))
            case "ordered_list_open":
                element = ItemList(_bodies(inside), ordered=True, start=int(token.attrs.get("start", 1)))
            case "blockquote_open":
                element = Quote(inside)
            case "table_open":
                element = _table(inside)
            case "em_open" | "strong_open" if len(self._open) >= _MOST_OPEN:
                pass
            case _ if is_inline(inside):
                element = self._text_element(token, inside)
        return element

    def _text_element(self, token: Token, inside: Inline) -> Flow:
        """The content of an element whose children are all inline."""
        element: Flow = inside
        match token.type:
            case "paragraph_open" if not token.hidden:
                element = Paragraph(inside)
            case "heading_open":
                element = Paragraph(inside, "title")
            case "em_open":
                element = Emphasis(inside)
            case "strong_open":
                element = Strong(inside)
            case "s_open":
                element = Revised("removed", _plain_text(inside))
            case "link_open":
                element = _link(str(token.attrs["href"]), inside, token)
        return element

    def _extra_cells(self, row: Token, number: int) -> list[_Item]:
        """The cells of a row after the first `number`: the parser drops cells without a heading."""
        line = self._lines[row.map[0]].lstrip(_BEFORE_ROW).rstrip() if row.map else ""
        cells = escapedSplit(line)[line.startswith("|") :]
        cells = cells[:-1] if line.endswith("|") and cells and not cells[-1] else cells
        return [_Item(_Reader(cell).read(_MARKDOWN.parseInline(cell.strip()))) for cell in cells[number:]]


def _link(address: str, label: Inline, token: Token) -> Inline:
    """A link; only its label if its scheme is not allowed."""
    if not _ADDRESS.match(address):
        return label
    return Hyperlink(address, label or address, str(token.attrs.get("title", "")), foreign=True)


def _table(parts: Sequence[Flow]) -> Table:
    """A table from its head and its body, with rows padded to the length of the longest."""
    head, *rows = (_items(row.body) for row in _items(parts))
    width = max(map(len, (head, *rows)))
    headings = tuple(cell.heading for cell in head)
    cells = (tuple(cell.body for cell in row) for row in rows)
    return Table(
        "Table",
        headings + ("",) * (width - len(headings)),
        tuple(Row(row + ((),) * (width - len(row))) for row in cells),
        searched=True,
    )


def _items(parts: Iterable[Flow]) -> list[_Item]:
    return [part for part in parts if isinstance(part, _Item)]


def _bodies(parts: Iterable[Flow]) -> tuple[Flow, ...]:
    return tuple(item.body for item in _items(parts))


def _plain_text(content: Flow) -> str:
    match content:
        case tuple():
            return "".join(map(_plain_text, content))
        case str():
            return content
        case Code(text=text) | Revised(text=text):
            return text
        case Strong(content=inside) | Emphasis(content=inside) | Hyperlink(label=inside):
            return _plain_text(inside)
        case Break():
            return " "
    return ""
