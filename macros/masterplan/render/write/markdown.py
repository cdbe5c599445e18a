"""Blocks as Markdown, in a dialect: `PLAIN`, without any HTML, for plain text and terminals, or that of GitHub.

GitHub supports folded parts, and scans the rendered text for mentions and references; its `inert` function prevents
that. In every dialect, `between` separates the lines of a table cell, which must be one line.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import singledispatch

from masterplan.render import blocks
from masterplan.render.blocks import Block, Content, Flow, Inline, Section
from masterplan.render.compose import pieces
from masterplan.render.escape import plain as one_line

_MARKS = re.compile(r"[\\`*_\[\]<>|~&$]")
_START = re.compile(r"(?=[-+#=:])|(?<=\d)(?=[.)])")
_NUMBER = re.compile(r"\d+[.)]")
_TICKS = re.compile(r"`+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect: the function that escapes text, the separator of lines in a cell, and whether HTML is supported."""

    inert: Callable[[str], str]
    between: str
    has_html: bool


def document(content: Content, dialect: "Dialect | None" = None) -> str:
    """Content as Markdown, by default `PLAIN`, with empty lines between blocks."""
    return "\n\n".join(_parts(content, dialect or PLAIN))


def _parts(content: Content, dialect: Dialect) -> Iterable[str]:
    for piece in pieces(content):
        if isinstance(piece, Section):
            yield f"{'#' * piece.level} {_inline(piece.title, dialect).strip()}"
            yield from _parts(piece.body, dialect)
        else:
            yield _block(piece, dialect) if isinstance(piece, Block) else _paragraph(piece, dialect)


def _paragraph(content: Inline, dialect: Dialect) -> str:
    """A line of text, escaped at its start so that it is not a list or a heading."""
    text = _inline(content, dialect).strip()
    if dialect.has_html:
        return text
    if _NUMBER.match(text):
        return _START.sub(r"\\", text, count=1)
    return f"\\{text}" if text[:1] in {"-", "+", "#", "=", ":"} else text


def _inert(words: str) -> str:
    return _MARKS.sub(r"\\\g<0>", one_line(words))


@singledispatch
def _inline(content: Inline, dialect: Dialect) -> str:
    raise TypeError(f"no inline Markdown for {content!r}, {dialect}")


@_inline.register
def _text(words: str, dialect: Dialect) -> str:
    inert = dialect.inert(words)
    before, after = " " * words[:1].isspace(), " " * (words[-1:].isspace() and bool(words.strip()))
    return f"{before}{inert}{after}"


@_inline.register(tuple)
def _run(content: tuple[Inline, ...], dialect: Dialect) -> str:
    return "".join(_inline(piece, dialect) for piece in content)


@_inline.register
def _hyperlink(link: blocks.Hyperlink, dialect: Dialect) -> str:
    address = re.sub(r"[\s<>()|\\]", lambda sign: f"%{ord(sign[0]):02X}", link.href)
    return f"[{_inline(link.label, dialect)}]({address})"


@_inline.register
def _code(code: blocks.Code, _: Dialect) -> str:
    words = one_line(code.text).replace("|", "\\|")
    if not words:
        return ""
    ticks = "`" * (max(map(len, _TICKS.findall(words)), default=0) + 1)
    apart = " " if words[:1] == "`" or words[-1:] == "`" else ""
    return f"{ticks}{apart}{words}{apart}{ticks}"


@_inline.register
def _strong(strong: blocks.Strong, dialect: Dialect) -> str:
    return f"**{_inline(strong.content, dialect)}**"


@_inline.register
def _emphasis(emphasis: blocks.Emphasis, dialect: Dialect) -> str:
    return f"*{_inline(emphasis.content, dialect)}*"


@_inline.register
def _quotation(quotation: blocks.Quotation, dialect: Dialect) -> str:
    return f'"{_inline(quotation.content, dialect)}"'


@_inline.register(blocks.Small | blocks.Missing | blocks.Unsearched)
def _content(span: blocks.Small | blocks.Missing | blocks.Unsearched, dialect: Dialect) -> str:
    return _inline(span.content, dialect)


@_inline.register
def _absent(absent: blocks.Absent, dialect: Dialect) -> str:
    return dialect.inert(absent.text)


@_inline.register
def _chip(chip: blocks.Chip, dialect: Dialect) -> str:
    return dialect.inert(chip.label)


@_inline.register
def _abbreviation(abbreviation: blocks.Abbreviation, dialect: Dialect) -> str:
    return _text(abbreviation.text, dialect)


@_inline.register
def _short_date(day: blocks.ShortDate, dialect: Dialect) -> str:
    return _text(day.text, dialect)


@_inline.register
def _revised(revised: blocks.Revised, dialect: Dialect) -> str:
    mark = "~~" if revised.kind == "removed" else "**"
    return f"{mark}{dialect.inert(revised.text)}{mark}"


@_inline.register
def _picture(picture: blocks.Picture, dialect: Dialect) -> str:
    return f"!{_hyperlink(blocks.Hyperlink(picture.src, picture.text), dialect)}"


@_inline.register
def _check(_: blocks.TickBox, __: Dialect) -> str:
    return "[ ] "


@_inline.register
def _break(_: blocks.Break, dialect: Dialect) -> str:
    return dialect.between


@singledispatch
def _block(content: Block, dialect: Dialect) -> str:
    raise TypeError(f"no Markdown for {content!r}, {dialect}")


@_block.register
def _paragraph_block(paragraph: blocks.Paragraph, dialect: Dialect) -> str:
    text = _paragraph(paragraph.content, dialect)
    return f"**{text}**" if paragraph.look == "title" else text


@_block.register
def _item_list(items: blocks.ItemList, dialect: Dialect) -> str:
    marks = (f"{n}." if items.ordered else "-" for n in range(items.start, items.start + len(items.items)))
    return "\n".join(_item(mark, item, dialect) for mark, item in zip(marks, items.items, strict=True))


def _item(mark: str, item: Flow, dialect: Dialect) -> str:
    """A list item; further lines are indented, and a nested list follows without an empty line."""
    lists = [isinstance(piece, blocks.ItemList) for piece in pieces(item)]
    text = ("\n" if lists[1:] and all(lists[1:]) else "\n\n").join(_parts(item, dialect))
    return f"{mark} " + text.replace("\n", "\n" + " " * (len(mark) + 1))


@_block.register
def _table(table: blocks.Table, dialect: Dialect) -> str:
    caption = [] if dialect.has_html else [f"*{dialect.inert(table.caption)}*", ""]
    lines = [_cells(table.columns, dialect), "|" + " --- |" * len(table.columns)]
    return "\n".join([*caption, *lines, *(_table_row(row, dialect) for row in (*table.rows, *table.foot))])


def _table_row(row: blocks.Row, dialect: Dialect) -> str:
    """A table row as one line; content below it becomes another row."""
    line = _cells(row.cells, dialect)
    return line if blocks.is_empty(row.below) else f"{line}\n{_cells((row.below, *[''] * len(row.cells[1:])), dialect)}"


def _cells(cells: Iterable[Flow], dialect: Dialect) -> str:
    return "|" + "".join(f" {line} |" if (line := _line(cell, dialect)) else " |" for cell in cells)


def _line(content: Content, dialect: Dialect) -> str:
    """The content of a cell as one line."""
    return dialect.between.join(
        _block_line(piece, dialect) if isinstance(piece, Block) else _inline(piece, dialect).strip()
        for piece in pieces(content)
        if not isinstance(piece, Section)
    )


@singledispatch
def _block_line(content: Block, dialect: Dialect) -> str:
    raise TypeError(f"no Markdown in a cell for {content!r}, {dialect}")


@_block_line.register
def _paragraph_line(paragraph: blocks.Paragraph, dialect: Dialect) -> str:
    return _inline(paragraph.content, dialect).strip()


@_block_line.register
def _items_line(items: blocks.ItemList, dialect: Dialect) -> str:
    return dialect.between.join(_line(item, dialect) for item in items.items)


@_block_line.register(blocks.Box | blocks.Quote)
def _body_line(part: blocks.Box | blocks.Quote, dialect: Dialect) -> str:
    return _line(part.body, dialect)


@_block_line.register
def _folded_line(folded: blocks.Folded, dialect: Dialect) -> str:
    return f"{_inline(folded.summary, dialect)}: {_line(folded.body, dialect)}"


@_block_line.register
def _banner_line(banner: blocks.Banner, dialect: Dialect) -> str:
    title = _strong(blocks.Strong(banner.title), dialect)
    return title if blocks.is_empty(banner.body) else f"{title} {_line(banner.body, dialect)}"


@_block_line.register
def _preformatted_line(preformatted: blocks.Preformatted, dialect: Dialect) -> str:
    lines = filter(str.strip, preformatted.text.splitlines())
    return dialect.between.join(_code(blocks.Code(line), dialect) for line in lines)


@_block.register
def _matrix(matrix: blocks.Matrix, dialect: Dialect) -> str:
    corner = (matrix.corner,) if matrix.corner else ()
    rows = (
        blocks.Row((*((name,) if corner else ()), *(entries for _, entries in cells))) for name, cells in matrix.rows
    )
    return _table(blocks.Table(matrix.caption, (*corner, *matrix.columns), tuple(rows)), dialect)


@_block.register
def _cards(cards: blocks.Cards, dialect: Dialect) -> str:
    return "\n".join(f"- {_card(card, dialect)}" for card in cards.cards)


def _card(card: blocks.Card, dialect: Dialect) -> str:
    note = f" ({_inline(card.note, dialect)})" if card.note else ""
    return f"**{dialect.inert(card.label)}:** {_inline(card.value, dialect)}{note}"


@_block.register
def _definitions(definitions: blocks.Definitions, dialect: Dialect) -> str:
    return "\n".join(_item("-", (blocks.Strong(f"{name}:"), " ", value), dialect) for name, value in definitions.pairs)


@_block.register
def _columns(columns: blocks.Columns, dialect: Dialect) -> str:
    titled = ((blocks.Paragraph(title, "title"), body) for title, body in columns.groups if not blocks.is_empty(body))
    return document(tuple(titled), dialect)


@_block.register
def _figure(figure: blocks.Figure, dialect: Dialect) -> str:
    return f"*{dialect.inert(figure.name)}*"


@_block.register
def _folded(folded: blocks.Folded, dialect: Dialect) -> str:
    summary, body = _inline(folded.summary, dialect), document(folded.body, dialect)
    if dialect.has_html:
        return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"
    return f"**{summary}**\n\n{body}"


@_block.register
def _banner(banner: blocks.Banner, dialect: Dialect) -> str:
    return document((blocks.Strong(banner.title), blocks.Box(banner.body)), dialect)


@_block.register
def _box(box: blocks.Box, dialect: Dialect) -> str:
    return document(box.body, dialect)


@_block.register
def _quote(quote: blocks.Quote, dialect: Dialect) -> str:
    return "\n".join(f"> {line}".rstrip() for line in document(quote.body, dialect).split("\n"))


@_block.register
def _preformatted(preformatted: blocks.Preformatted, _: Dialect) -> str:
    text = preformatted.text.rstrip("\n")
    fence = "`" * max(3, max(map(len, _TICKS.findall(text)), default=0) + 1)
    return f"{fence}{preformatted.language}\n{text}\n{fence}"


@_block.register
def _listing(listing: blocks.Listing, dialect: Dialect) -> str:
    lines = blocks.Preformatted("\n".join(listing.text.splitlines()))
    note = [_inline(listing.note, dialect)] if listing.note else []
    return "\n\n".join([f"**{dialect.inert(listing.path)}**", *note, _preformatted(lines, dialect)])


@_block.register
def _neighbours(neighbours: blocks.Neighbours, dialect: Dialect) -> str:
    before = f"← {_inline(neighbours.before, dialect)}" if neighbours.before else ""
    after = f"{_inline(neighbours.after, dialect)} →" if neighbours.after else ""
    return "\n\n".join(filter(None, (before, after)))


PLAIN = Dialect(_inert, "; ", has_html=False)
"""Markdown without HTML, for plain text."""
