"""Functions that compose blocks: rows and tables, lists, inline pieces, names with titles, anchors."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from masterplan.analyse.parts import capital
from masterplan.render.blocks import (
    NOTHING,
    Absent,
    Block,
    Box,
    Code,
    Content,
    Flow,
    Folded,
    Hyperlink,
    Inline,
    ItemList,
    Paragraph,
    Quotation,
    Row,
    Section,
    Span,
    Table,
    is_empty,
)

TICKS = {True: "\u2611 ", False: "\u2610 "}
"""Checkboxes in text: ticked, and not."""

_MOST_SEARCHED = 60
"""Rows of the largest table that the search covers."""

_MOST_ITEMS = 10
"""Items of a list that are shown before the others are unfolded."""

_CODE = re.compile(r"(?!\W?\d)[^\s$€£~<>]\S*|[a-z_]+: (\d+ )?\S+|masterplan .*")
_NOT_ANCHOR = re.compile(r"[^A-Za-z0-9]+")


def row(*cells: Flow | float | None, anchor: str = "", facts: Mapping[str, str] | None = None, below: Flow = ()) -> Row:
    """A table row; cells that are empty or None become `NOTHING`."""
    return Row(tuple(map(_cell, cells)), anchor, facts or {}, below)


def _cell(value: Flow | float | None) -> Flow:
    if value is None:
        return NOTHING
    content = str(value) if isinstance(value, int | float) else value
    return NOTHING if is_empty(content) else content


def table(  # noqa: PLR0913 - all options of a table
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    foot: Sequence[Row] = (),
    ranks: Sequence[str] = (),
    whole: bool = False,
    transposed: bool = False,
    names: Mapping[str, str] | None = None,
) -> Table:
    """A table; the headings of columns of figures are `Numbers`, and words among `ranks` sort in that order.

    Columns without values are omitted, unless the table is `whole`, such as one that compares before and after. In a
    `transposed` table each column is a record. `names` maps ids in facts to names.
    """
    all_rows = (*rows, *foot)
    used = [n for n in range(len(columns)) if whole or n == 0 or not all(_is_absent(row.cells[n]) for row in all_rows)]
    return Table(
        caption,
        tuple(columns[n] for n in used),
        tuple(_with_columns(row, used) for row in rows),
        tuple(_with_columns(row, used) for row in foot),
        tuple(ranks),
        is_transposed=transposed,
        names=names or {},
    )


def stated(rows: Iterable[Row]) -> list[Row]:
    """The rows with a value in any cell but the first, which is their name."""
    return [row for row in rows if not all(map(_is_absent, row.cells[1:]))]


def _with_columns(row: Row, columns: Sequence[int]) -> Row:
    return row if len(columns) == len(row.cells) else replace(row, cells=tuple(row.cells[n] for n in columns))


def _is_absent(cell: Flow) -> bool:
    return isinstance(cell, Absent) or is_empty(cell)


def is_overview(table: Table) -> bool:
    """Whether other pages cover a table's content: it has very many rows, or most of them begin with a link to a page.

    The search excludes such tables.
    """
    linked = sum(_leads_elsewhere(row.cells[0]) for row in table.rows)
    return len(table.rows) > _MOST_SEARCHED or 2 * linked > len(table.rows)


def _leads_elsewhere(cell: Content) -> bool:
    match cell:
        case tuple():
            return bool(cell) and _leads_elsewhere(cell[0])
        case Hyperlink(href=href):
            return not href.startswith("#")
        case _:
            return False


def items(contents: Iterable[Flow], *, ordered: bool = False) -> ItemList:
    """A list with an item for each content."""
    return ItemList(tuple(contents), ordered)


def capped(contents: Sequence[Flow]) -> Flow:
    """A list with an item for each content; those after the first `_MOST_ITEMS` are folded below them."""
    if len(contents) <= _MOST_ITEMS:
        return items(contents)
    rest = contents[_MOST_ITEMS:]
    return (items(contents[:_MOST_ITEMS]), Folded(f"Show all {len(contents):,}", items(rest), "details"))


def under_titles(parts: Iterable[tuple[str, Flow]]) -> Flow:
    """Titled parts below each other; empty ones are omitted."""
    return tuple((Paragraph(title, "title"), body) for title, body in parts if not is_empty(body))


def unfolded(content: Content) -> Content:
    """The content with every folded part open, under its summary as a title: folded parts are not printed."""
    match content:
        case tuple():
            return tuple(map(unfolded, content))
        case Folded(summary=summary, body=body):
            return () if is_empty(body) else (Paragraph(summary, "title"), unfolded(body))
        case Section(body=body) | Box(body=body):
            return replace(content, body=unfolded(body))
        case _:
            return content


def without_folds(content: Content) -> Content:
    """The content without its folded parts: browsers may unfold them on paper, where they only repeat a picture."""
    match content:
        case tuple():
            return tuple(map(without_folds, content))
        case Folded():
            return ()
        case Section(body=body) | Box(body=body):
            return replace(content, body=without_folds(body))
        case _:
            return content


def joined(pieces: Iterable[Inline], by: Inline = ", ") -> Inline:
    """Pieces joined in one line; `NOTHING` if there are none."""
    separated = [piece for content in pieces for piece in (by, content)]
    return tuple(separated[1:]) if separated else NOTHING


def firsts_joined(pieces: Sequence[Inline], most: int) -> Inline:
    """The first `most` pieces joined in one line, and the number of others: `A, B, 3 more`."""
    others = len(pieces) - most
    return joined([*pieces[:most], f"{others:,} more"] if others > 0 else pieces)


def named(name: str, title: str) -> Inline:
    """A name with its title: `Sprint 4: Request batching`."""
    return (f"{name}: ", title)


def capitalised(sentence: str) -> str:
    """A sentence with a capital first letter, unless it begins with an id or a path."""
    return capital(sentence) if sentence.split(" ", 1)[0].rstrip(":,").isalpha() else sentence


def with_capital(content: Inline) -> Inline:
    """Inline content with a capital first letter: dates that begin a line."""
    if isinstance(content, tuple):
        return (with_capital(content[0]), *content[1:]) if content else content
    return capital(content) if isinstance(content, str) else content


def message(words: str) -> Inline:
    """A message or description with the text between backticks marked up; an unpaired backtick stays.

    Ids, paths, keys, with or without a value, and commands become code; words and amounts of the plan are quotations.
    """
    pieces = words.split("`")
    if len(pieces) % 2 == 0:
        return words
    return tuple(_marked(piece) if n % 2 else piece for n, piece in enumerate(pieces))


def _marked(piece: str) -> Code | Quotation:
    return Code(piece) if _CODE.fullmatch(piece) else Quotation(piece)


def anchor(*words: str) -> str:
    """An anchor of letters, digits and dashes, safe in Markdown, HTML and addresses."""
    return _NOT_ANCHOR.sub("-", "-".join(words))


Run: TypeAlias = tuple[str | Span, ...]
"""Inline pieces that form one line."""


def pieces(content: Content) -> Iterator["Run | Block | Section"]:
    """The runs of text, blocks and sections of content, in order, without empty ones."""
    run: list[str | Span] = []
    for piece in _flat(content) if isinstance(content, tuple) else (content,):
        if isinstance(piece, (str, Span)):
            run.append(piece)
        else:
            if not all(map(is_empty, run)):
                yield tuple(run)
            run = []
            if not is_empty(piece):
                yield piece
    if not all(map(is_empty, run)):
        yield tuple(run)


def outline(content: Content) -> Iterator["Run | Block | Section"]:
    """The pieces of a whole page, in order: each section is followed by the pieces of its body."""
    for piece in pieces(content):
        yield piece
        if isinstance(piece, Section):
            yield from outline(piece.body)


def _flat(content: tuple[Content, ...]) -> Iterator["str | Span | Block | Section"]:
    for piece in content:
        if isinstance(piece, tuple):
            yield from _flat(piece)
        else:
            yield piece
