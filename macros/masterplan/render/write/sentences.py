"""Blocks as plain sentences, in the order in which a reader meets them: what a search can find."""

from collections.abc import Iterator
from functools import singledispatch

from masterplan.render import blocks
from masterplan.render.blocks import Block, Content, Inline, Section
from masterplan.render.compose import pieces
from masterplan.render.escape import plain


def sentences(content: Content) -> list[str]:
    """What a view returns as texts without any marks: a heading, a paragraph, an item, a row each."""
    return [words for text in _texts(content) if (words := plain(text))]


def words(content: Inline) -> str:
    """Inline text without marks."""
    match content:
        case blocks.Break() | blocks.TickBox():
            return " "
        case str():
            return content
        case (
            blocks.Code()
            | blocks.Absent()
            | blocks.Abbreviation()
            | blocks.ShortDate()
            | blocks.Revised()
            | blocks.Picture()
        ):
            return content.text
        case tuple():
            return "".join(map(words, content))
        case blocks.Hyperlink() | blocks.Chip():
            return words(content.label)
        case (
            blocks.Strong()
            | blocks.Emphasis()
            | blocks.Quotation()
            | blocks.Small()
            | blocks.Missing()
            | blocks.Unsearched()
        ):
            return words(content.content)
    raise TypeError(f"no inline text: {content!r}")


def _texts(content: Content) -> Iterator[str]:
    for piece in pieces(content):
        if isinstance(piece, Section):
            yield words(piece.title)
            yield from _texts(piece.body)
        elif isinstance(piece, Block):
            yield from _block(piece)
        else:
            yield words(piece)


def _row(cells: tuple[Content, ...]) -> str:
    """What stands beside each other in a table."""
    return ", ".join(" ".join(_texts(cell)) for cell in cells if not blocks.is_empty(cell))


@singledispatch
def _block(content: Block) -> Iterator[str]:
    raise TypeError(f"no block: {content!r}")


@_block.register
def _paragraph(paragraph: blocks.Paragraph) -> Iterator[str]:
    yield words(paragraph.content)


@_block.register
def _item_list(items: blocks.ItemList) -> Iterator[str]:
    for item in items.items:
        yield from _texts(item)


@_block.register
def _table(table: blocks.Table) -> Iterator[str]:
    yield table.caption
    yield _row(table.columns)
    for row in (*table.rows, *table.foot):
        yield _row(row.cells)
        yield from _texts(row.below)


@_block.register
def _matrix(matrix: blocks.Matrix) -> Iterator[str]:
    yield matrix.caption
    yield _row((matrix.corner, *matrix.columns))
    for name, cells in matrix.rows:
        yield _row((name, *((f"{number or ''} ", which) for _, number, which in cells)))


@_block.register
def _cards(cards: blocks.Cards) -> Iterator[str]:
    for card in cards.cards:
        yield f"{card.label}: {words(card.value)} {words(card.note)}"


@_block.register
def _definitions(definitions: blocks.Definitions) -> Iterator[str]:
    for name, value in definitions.pairs:
        yield f"{name}: {' '.join(_texts(value))}"


@_block.register
def _columns(columns: blocks.Columns) -> Iterator[str]:
    for title, body in columns.groups:
        if not blocks.is_empty(body):
            yield title
            yield from _texts(body)


@_block.register
def _figure(figure: blocks.Figure) -> Iterator[str]:
    yield figure.name


@_block.register
def _folded(folded: blocks.Folded) -> Iterator[str]:
    yield words(folded.summary)
    yield from _texts(folded.body)


@_block.register
def _banner(banner: blocks.Banner) -> Iterator[str]:
    yield words(banner.title)
    yield from _texts(banner.body)


@_block.register(blocks.Box | blocks.Quote)
def _body(part: blocks.Box | blocks.Quote) -> Iterator[str]:
    yield from _texts(part.body)


@_block.register
def _preformatted(preformatted: blocks.Preformatted) -> Iterator[str]:
    yield from preformatted.text.splitlines()


@_block.register
def _listing(listing: blocks.Listing) -> Iterator[str]:
    yield listing.path
    yield words(listing.note)
    yield from (line for _, line in listing.lines)


@_block.register
def _neighbours(neighbours: blocks.Neighbours) -> Iterator[str]:
    yield words(neighbours.before)
    yield words(neighbours.after)
