"""Blocks as input for the search: each sentence is an HTML paragraph, so that search results show whole sentences.

Pictures, navigation, file listings and content that a view excludes have no text here. A table row, a fact, a card and
a column are one sentence each: `Owner: Ada.`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch
from html import escape

from masterplan.render import blocks
from masterplan.render.blocks import Block, Content, Inline, Section, Span
from masterplan.render.compose import is_overview, pieces
from masterplan.render.escape import plain

_ENDS = frozenset(".!?:\u2026")
"""Characters that may end a sentence; others are followed by a full stop."""


def document(content: Content) -> str:
    """Content as HTML paragraphs for the search."""
    sentences = (text if text[-1] in _ENDS else f"{text}." for text in _texts(content))
    return "".join(f"<p>{escape(sentence, quote=False)}</p>" for sentence in sentences)


def _texts(content: Content) -> Iterator[str]:
    """The sentences of content, without full stops; each is one line, and none is empty."""
    for piece in pieces(content):
        match piece:
            case Section(searched=True):
                yield from _line(piece.title)
                yield from _texts(piece.body)
            case Section():
                pass
            case Block():
                yield from _block(piece)
            case _:
                yield from _line(piece)


def _line(content: Inline) -> Iterator[str]:
    """A run of text as one line, unless it is empty."""
    if line := plain(_inline(content)):
        yield line


def _together(content: Content) -> str:
    """The text of a cell or a value, in one line."""
    return "; ".join(text.rstrip(".") for text in _texts(content))


def _labelled(label: str, content: Content) -> Iterator[str]:
    """A value after its label, unless the value is empty."""
    if content != blocks.NOTHING and (text := _together(content)):
        yield f"{plain(label)}: {text}" if label else text


def _inline(content: Inline) -> str:
    """Inline content as plain text."""
    match content:
        case str():
            return content
        case tuple():
            return "".join(map(_inline, content))
        case blocks.Hyperlink(label=inside):
            return _inline(inside)
        case blocks.Unsearched() | blocks.Picture() | blocks.TickBox():
            return ""
        case blocks.Break():
            return " "
        case _:
            return _span(content)


def _span(span: Span) -> str:
    """A span as plain text."""
    match span:
        case blocks.Quotation(content=inside):
            return f'"{_inline(inside)}"'
        case blocks.Strong(content=inside) | blocks.Emphasis(content=inside) | blocks.Small(content=inside):
            return _inline(inside)
        case blocks.Missing(content=inside):
            return _inline(inside)
        case blocks.Chip(label=text):
            return text
        case blocks.Code() | blocks.Absent() | blocks.Abbreviation() | blocks.ShortDate() | blocks.Revised():
            return span.text
    raise TypeError(f"no text for {span!r}")


@singledispatch
def _block(content: Block) -> Iterable[str]:
    raise TypeError(f"no text for {content!r}")


@_block.register(blocks.Figure | blocks.Listing | blocks.Neighbours)
def _excluded(_: Block) -> Iterable[str]:
    return ()


@_block.register
def _paragraph(paragraph: blocks.Paragraph) -> Iterable[str]:
    return _line(paragraph.content) if paragraph.searched else ()


@_block.register
def _item_list(items: blocks.ItemList) -> Iterable[str]:
    return filter(None, map(_together, items.items))


@_block.register
def _table(table: blocks.Table) -> Iterator[str]:
    if table.searched or not is_overview(table):
        for row in (*table.rows, *table.foot):
            yield from _row(row, table.columns)


def _row(row: blocks.Row, columns: Sequence[str]) -> Iterator[str]:
    """The first cell, then the others after the names of their columns; content below the row follows."""
    labels = ("", *columns[1:])
    if cells := [text for label, cell in zip(labels, row.cells, strict=True) for text in _labelled(label, cell)]:
        yield "; ".join(cells)
    yield from _texts(row.below)


@_block.register
def _matrix(matrix: blocks.Matrix) -> Iterator[str]:
    for name, cells in matrix.rows:
        level = plain(f"{matrix.corner} {name}")
        for column, (_, entries) in zip(matrix.columns, cells, strict=True):
            yield from _labelled(f"{level}, {column}" if level else column, entries)


@_block.register
def _cards(cards: blocks.Cards) -> Iterator[str]:
    for card in cards.cards:
        yield from _labelled(card.label, (card.value, (" (", card.note, ")") if card.note else ""))


@_block.register
def _definitions(definitions: blocks.Definitions) -> Iterator[str]:
    for name, value in definitions.pairs:
        yield from _labelled(name, value)


@_block.register
def _columns(columns: blocks.Columns) -> Iterator[str]:
    for title, body in columns.groups:
        yield from _labelled(title, body)


@_block.register
def _folded(folded: blocks.Folded) -> Iterator[str]:
    if folded.searched:
        yield from _line(folded.summary)
        yield from _texts(folded.body)


@_block.register
def _banner(banner: blocks.Banner) -> Iterator[str]:
    yield from _line(banner.title)
    yield from _texts(banner.body)


@_block.register
def _box(box: blocks.Box) -> Iterable[str]:
    return _texts(box.body) if box.searched else ()


@_block.register
def _quote(quote: blocks.Quote) -> Iterable[str]:
    return _texts(quote.body)


@_block.register
def _preformatted(preformatted: blocks.Preformatted) -> Iterable[str]:
    return _line(preformatted.text)
