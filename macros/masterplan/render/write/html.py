"""Blocks as HTML, for the pages of the site and the page of a review.

The host's Markdown processes pages of the site. For it, each block is one HTML block without empty lines, and headings
are Markdown, from which the host makes its table of contents. All text is escaped here, so that neither HTML nor a
template interprets it, and in what the host's Markdown processes, Markdown does not either.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, singledispatch

from markupsafe import Markup

from masterplan.render import blocks
from masterplan.render.blocks import Block, Content, Inline, Section
from masterplan.render.compose import is_overview, outline, pieces
from masterplan.render.escape import escape, markdown_safe, verbatim
from masterplan.render.links import line_anchor


def page(content: Content, hold: Callable[[Block], str] | None = None) -> Markup:
    """Content as the text of a page for a host: Markdown headings, and each other block as one block of HTML.

    `hold` keeps blocks out of the host's Markdown; it returns the placeholder of a block.
    """

    def part(piece: Content) -> str:
        if isinstance(piece, Section):
            return _heading(piece)
        return hold(piece) if hold and isinstance(piece, Block) else markdown_safe(_flow(piece))

    return Markup("\n\n".join(map(part, outline(content))))


def document(content: Content) -> str:
    """Content as HTML that needs no host."""
    return _flow((content,))


@singledispatch
def _part(content: Content) -> str:
    """The HTML of a block or span, by its type."""
    raise TypeError(f"no HTML for {content!r}")


_WRITERS = _part.registry
"""Writers by type: a look-up here takes a fifth of the time of a call of `_part`."""


def _heading(section: Section) -> str:
    attributes = [f"#{section.anchor}"] if section.anchor else []
    attributes += [] if section.searched else ["data-search-exclude"]
    suffix = f" {{: {' '.join(attributes)} }}" if attributes else ""
    return f"{'#' * section.level} {markdown_safe(_inline(section.title))}{suffix}"


def _flow(content: Content) -> str:
    """The content of an element."""
    if isinstance(content, tuple):
        return "\n".join(_inline(piece) if isinstance(piece, tuple) else _flow(piece) for piece in pieces(content))
    return text(content) if isinstance(content, str) else _WRITERS[type(content)](content)


@_part.register
def _section(section: Section) -> str:
    """A section within an element: `<section>` if it has an anchor, else `<article>`."""
    heading = f"<h{section.level}>{_inline(section.title)}</h{section.level}>"
    body = f"{heading}\n{_flow(section.body)}"
    if section.level == 1:
        return body
    if section.anchor:
        return f'<section id="{section.anchor}">\n{body}\n</section>'
    return f"<article>\n{body}\n</article>"


@lru_cache(maxsize=1 << 14)
def text(words: str) -> str:
    """Escaped text; a blank at either end is kept.

    Text with right-to-left words is isolated in an element, so that the text around it keeps its order.
    """
    escaped = escape(words)
    if not words.isascii() and any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in words):
        escaped = f"<bdi>{escaped}</bdi>"
    if words[:1].isspace():
        escaped = f" {escaped}"
    return f"{escaped} " if words[-1:].isspace() and words.strip() else escaped


def _address(href: str) -> str:
    """An address: one from `Links` is already quoted, one from the plan is escaped."""
    return href if isinstance(href, Markup) else escape(href)


def _searched(is_searched: bool) -> str:  # noqa: FBT001 - the name says what the value means
    return "" if is_searched else " data-search-exclude"


def _inline(content: Inline) -> str:
    """Text within a line."""
    if isinstance(content, tuple):
        return "".join(text(piece) if isinstance(piece, str) else _inline(piece) for piece in content)
    return text(content) if isinstance(content, str) else _WRITERS[type(content)](content)


@_part.register
def _hyperlink(link: blocks.Hyperlink) -> str:
    title = f' title="{escape(link.title)}"' if link.title else ""
    rel = ' rel="noopener noreferrer"' if link.foreign else ""
    return f'<a href="{_address(link.href)}"{title}{rel}>{_inline(link.label)}</a>'


@_part.register
def _code(code: blocks.Code) -> str:
    return f"<code>{text(code.text)}</code>"


@_part.register
def _strong(strong: blocks.Strong) -> str:
    return f"<strong>{_inline(strong.content)}</strong>"


@_part.register
def _emphasis(emphasis: blocks.Emphasis) -> str:
    return f"<em>{_inline(emphasis.content)}</em>"


@_part.register
def _quotation(quotation: blocks.Quotation) -> str:
    return f"<q>{_inline(quotation.content)}</q>"


@_part.register
def _small(small: blocks.Small) -> str:
    return f'<span class="mp-small">{_inline(small.content)}</span>'


@_part.register
def _missing(missing: blocks.Missing) -> str:
    return f'<span class="mp-missing">{_inline(missing.content)}</span>'


@_part.register
def _absent(absent: blocks.Absent) -> str:
    return f'<span class="mp-none">{text(absent.text)}</span>'


@_part.register
def _unsearched(unsearched: blocks.Unsearched) -> str:
    return f"<span data-search-exclude>{_inline(unsearched.content)}</span>"


@_part.register
def _chip(chip: blocks.Chip) -> str:
    return f'<span class="mp-chip mp-chip--{escape(chip.look)}">{text(chip.label)}</span>'


@_part.register
def _abbreviation(abbreviation: blocks.Abbreviation) -> str:
    return f'<abbr title="{escape(abbreviation.means)}">{text(abbreviation.text)}</abbr>'


@_part.register
def _short_date(day: blocks.ShortDate) -> str:
    return f'<time datetime="{day.day}" title="{day.day}">{text(day.text)}</time>'


@_part.register
def _revised(revised: blocks.Revised) -> str:
    tag = "del" if revised.kind == "removed" else "ins"
    return f"<{tag}>{text(revised.text)}</{tag}>"


@_part.register
def _picture(picture: blocks.Picture) -> str:
    return f'<img src="{_address(picture.src)}" alt="{escape(picture.text)}" height="20">'


@_part.register
def _check(_: blocks.TickBox) -> str:
    return '<span class="mp-check" aria-hidden="true">&#9744;</span> '


@_part.register
def _break(_: blocks.Break) -> str:
    return "<br>\n"


@_part.register
def _paragraph(paragraph: blocks.Paragraph) -> str:
    look = "mp-column__title" if paragraph.look == "title" else paragraph.look and f"mp-{paragraph.look}"
    css = f' class="{look}"' if look else ""
    return f"<p{css}{_searched(paragraph.searched)}>{_inline(paragraph.content)}</p>"


@_part.register
def _item_list(items: blocks.ItemList) -> str:
    tag = "ol" if items.ordered else "ul"
    rows = "\n".join(f"<li>{_flow(item)}</li>" for item in items.items)
    start = f' start="{items.start}"' if items.start != 1 else ""
    return f"<{tag}{start}>\n{rows}\n</{tag}>"


@_part.register
def _table(table: blocks.Table) -> str:
    filters = list(dict.fromkeys(fact for row in table.rows for fact in row.facts))
    data = f' data-filters="{_words(filters)}"' if filters else ""
    data += f' data-ranks="{_words(table.ranks)}"' if table.ranks else ""
    data += f' data-names="{_words(f"{id_}={name}" for id_, name in table.names.items())}"' if table.names else ""
    data += " data-transposed" if table.is_transposed else ""
    openings = [
        f'<td data-label="{escape(column)}"{_column_class(column)}>' for column in table.columns
    ]  # made once, as a table may have thousands of cells
    lines = [
        f'<div class="mp-table-box"{_searched(table.searched or not is_overview(table))}>',
        f'<table class="mp-table"{data}>',
        f"<caption>{text(table.caption)}</caption>",
        "<thead><tr>",
        *map(_heading_cell, table.columns),
        "</tr></thead>",
        "<tbody>",
        *(_row(row, openings, filters) for row in table.rows),
        "</tbody>",
        *(("<tfoot>", *(_row(row, openings, ()) for row in table.foot), "</tfoot>") if table.foot else ()),
        "</table>\n</div>",
    ]
    return "\n".join(lines)


def _column_class(heading: str) -> str:
    if isinstance(heading, blocks.Numbers):
        return ' class="mp-number"'
    return ' class="mp-short"' if isinstance(heading, blocks.Short) else ""


def _heading_cell(heading: str) -> str:
    return f'<th scope="col"{_column_class(heading)}>{text(heading)}</th>' if heading else "<td></td>"


def _words(words: Iterable[str]) -> str:
    """Texts in an attribute, one on each line."""
    return "&#10;".join(map(escape, words))


def _row(row: blocks.Row, openings: Iterable[str], filters: Sequence[str]) -> str:
    anchor = f' id="{escape(row.anchor)}"' if row.anchor else ""
    facts = "".join(f' data-fact{n}="{escape(row.facts.get(name, ""))}"' for n, name in enumerate(filters))
    cells = "\n".join(f"{opening}{_flow(cell)}</td>" for opening, cell in zip(openings, row.cells, strict=True))
    below = "" if blocks.is_empty(row.below) else _below(row)
    return f"<tr{anchor}{facts}>\n{cells}\n</tr>{below}"


def _below(row: blocks.Row) -> str:
    return f'\n<tr class="mp-below">\n<td colspan="{len(row.cells)}">{_flow(row.below)}</td>\n</tr>'


@_part.register
def _matrix(matrix: blocks.Matrix) -> str:
    one_scale = not matrix.corner
    names = matrix.columns if one_scale else (matrix.corner, *matrix.columns)
    heads = "\n".join(f'<th scope="col">{text(name)}</th>' for name in names)
    rows = "\n".join(_matrix_row(name, cells, matrix.columns) for name, cells in matrix.rows)
    look = "mp-matrix mp-matrix--levels" if one_scale else "mp-matrix"
    return (
        f'<table class="{look}">\n<caption>{text(matrix.caption)}</caption>\n'
        f"<thead><tr>\n{heads}\n</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    )


def _matrix_row(name: str, cells: Iterable[tuple[int, Inline]], columns: Iterable[str]) -> str:
    heading = f'<th scope="row">{text(name)}</th>' if name else ""
    filled = "\n".join(
        f'<td class="mp-heat mp-heat--{grade}" data-label="{escape(column)}">{_inline(which)}</td>'
        for column, (grade, which) in zip(columns, cells, strict=True)
    )
    return f"<tr>{heading}\n{filled}\n</tr>"


@_part.register
def _cards(cards: blocks.Cards) -> str:
    entries = "\n".join(map(_card, cards.cards))
    return f'<div class="mp-cards" role="list">\n{entries}\n</div>'


def _card(card: blocks.Card) -> str:
    note = f'<div class="mp-card__note">{_inline(card.note)}</div>\n' if card.note else ""
    bar = "" if card.percent is None else f'<progress max="100" value="{card.percent}" aria-label="done"></progress>\n'
    label = f'<div class="mp-card__label">{text(card.label)}</div>'
    value = f'<div class="mp-card__value">{_inline(card.value)}</div>'
    return f'<div class="mp-card" role="listitem">\n{label}\n{value}\n{note}{bar}</div>'


@_part.register
def _definitions(definitions: blocks.Definitions) -> str:
    pairs = (f"<dt>{text(name)}</dt> <dd>{_flow(value)}</dd>" for name, value in definitions.pairs)
    entries = "\n".join(f"<div>{pair}</div>" if definitions.look == "facts" else pair for pair in pairs)
    return f'<dl class="mp-{definitions.look}">\n{entries}\n</dl>'


@_part.register
def _columns(columns: blocks.Columns) -> str:
    entries = "\n".join(
        f'<div class="mp-column">\n<p class="mp-column__title">{text(title)}</p>\n{_flow(body)}\n</div>'
        for title, body in columns.groups
        if not blocks.is_empty(body)
    )
    return f'<div class="mp-columns">\n{entries}\n</div>'


@_part.register
def _figure(figure: blocks.Figure) -> str:
    """A drawing in a frame that scrolls, also by keyboard; the search excludes its text.

    A fluid drawing fits its frame and does not scroll. On narrow screens a list may replace it.
    """
    svg = figure.draw()
    focusable = "" if "mp-fluid" in svg[:60] else ' tabindex="0"'
    narrow = "" if blocks.is_empty(figure.narrow) else f'\n<div class="mp-narrow">\n{_flow(figure.narrow)}\n</div>'
    look = "mp-figure mp-figure--either" if narrow else "mp-figure"
    name = f'{focusable} aria-label="{escape(figure.name)}"'
    point = f'<figcaption class="mp-point">{text(figure.point)}</figcaption>\n' if figure.point else ""
    legend = f"\n{figure.legend}" if figure.legend else ""
    return f'<figure class="{look}"{name} data-search-exclude>{point}{svg}{narrow}{legend}</figure>'


@_part.register
def _folded(folded: blocks.Folded) -> str:
    look = f' class="mp-{folded.look}"' if folded.look else ""
    summary, body = f"<summary>{_inline(folded.summary)}</summary>", _flow(folded.body)
    if folded.anchor:  # inside, as browsers open `<details>` only for an anchor within it
        body = f'<div class="mp-folded" id="{escape(folded.anchor)}">\n{body}\n</div>'
    return f"<details{look}{_searched(folded.searched)}>\n{summary}\n{body}\n</details>"


@_part.register
def _banner(banner: blocks.Banner) -> str:
    title = f'<p class="mp-banner__title">{_inline(banner.title)}</p>'
    body = "" if blocks.is_empty(banner.body) else f"\n{_flow(banner.body)}"
    return f'<div class="mp-banner mp-banner--{banner.look}">\n{title}{body}\n</div>'


@_part.register
def _box(box: blocks.Box) -> str:
    look = f' class="mp-{box.look}"' if box.look else ""
    look += f' id="{escape(box.anchor)}"' if box.anchor else ""
    return f"<div{look}{_searched(box.searched)}>\n{_flow(box.body)}\n</div>"


@_part.register
def _quote(quote: blocks.Quote) -> str:
    return f"<blockquote>\n{_flow(quote.body)}\n</blockquote>"


@_part.register
def _preformatted(preformatted: blocks.Preformatted) -> str:
    lines = "\n".join(map(_line, preformatted.text.splitlines())) + "\n" * preformatted.text.endswith("\n")
    name = f' tabindex="0" role="group" aria-label="{escape(preformatted.name)}"' if preformatted.name else ""
    return f"<pre{name}>{f'<code>{lines}</code>' if preformatted.code else lines}</pre>"


def _line(line: str) -> str:
    """A line with its indentation as references, so that Markdown keeps it; an empty line would end the block."""
    escaped = verbatim(line.lstrip())
    return "&#32;" * (len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())) + escaped or "&#8203;"


@_part.register
def _listing(listing: blocks.Listing) -> str:
    path = text(listing.path)
    note = f"<p>{_inline(listing.note)}</p>\n" if listing.note else ""
    target = f' class="mp-folded" id="{escape(listing.anchor)}"' if listing.anchor else ""
    numbered = enumerate(listing.text.splitlines(), 1)
    lines = "\n".join(f'<li id="{line_anchor(listing.path, n)}">{verbatim(line)}</li>' for n, line in numbered)
    return (
        f'<details class="mp-source" data-search-exclude>\n<summary>{path}</summary>\n{note}'
        f'<ol{target} tabindex="0" aria-label="Lines of {escape(listing.path)}">\n{lines}\n</ol>\n</details>'
    )


@_part.register
def _neighbours(neighbours: blocks.Neighbours) -> str:
    before = f"&#8592; {_inline(neighbours.before)}" if neighbours.before else ""
    after = f"{_inline(neighbours.after)} &#8594;" if neighbours.after else ""
    return (
        '<nav class="mp-neighbours" aria-label="Neighbours" data-search-exclude>\n'
        f"<span>{before}</span>\n<span>{after}</span>\n</nav>"
    )
