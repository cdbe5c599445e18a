"""Blocks put together: rows and tables, lists, pieces in one line, names with titles, anchors."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
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
"""The box before something that is done, or is not."""

_MOST_SEARCHED = 60
"""A table of more rows stays out of the search, as does one most of whose rows lead to other pages: they say it too."""

_MOST_ITEMS = 20
"""Items of a list that are shown before somebody asks for all."""

_CODE = re.compile(r"(?!\W?\d)[^\s$€£~<>]\S*|[a-z_]+: (\d+ )?\S+|masterplan .*")
_NOT_ANCHOR = re.compile(r"[^A-Za-z0-9]+")


def row(
    *cells: Flow | float | date | None, anchor: str = "", facts: Mapping[str, str] | None = None, below: Flow = ()
) -> Row:
    """A row of such cells; the sign for nothing stands for a cell that is empty or None."""
    return Row(tuple(map(_cell, cells)), anchor, facts or {}, below)


def _cell(value: Flow | float | date | None) -> Flow:
    if value is None:
        return NOTHING
    content = str(value) if isinstance(value, int | float | date) else value
    return NOTHING if is_empty(content) else content


def table(  # noqa: PLR0913 - what a table can have
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

    A column without a value is left out, unless the table is `whole`, as one with a before and an after is. A table is
    `transposed` where a column is a thing and a row one of its values; `names` are values of facts by their ids.
    """
    every = (*rows, *foot)
    kept = [n for n in range(len(columns)) if whole or n == 0 or not all(_is_absent(row.cells[n]) for row in every)]
    return Table(
        caption,
        tuple(columns[n] for n in kept),
        tuple(_with(row, kept) for row in rows),
        tuple(_with(row, kept) for row in foot),
        tuple(ranks),
        is_transposed=transposed,
        names=names or {},
    )


def stated(rows: Iterable[Row]) -> list[Row]:
    """The rows that have a value beside their name in the first cell."""
    return [row for row in rows if not all(map(_is_absent, row.cells[1:]))]


def _with(row: Row, kept: Sequence[int]) -> Row:
    return row if len(kept) == len(row.cells) else replace(row, cells=tuple(row.cells[n] for n in kept))


def _is_absent(cell: Flow) -> bool:
    return isinstance(cell, Absent) or is_empty(cell)


def is_overview(table: Table) -> bool:
    """Whether other pages say better what a table says: it has very many rows, or most begin with a link to a page."""
    leading = sum(_leads_elsewhere(row.cells[0]) for row in table.rows)
    return len(table.rows) > _MOST_SEARCHED or 2 * leading > len(table.rows)


def _leads_elsewhere(cell: Content) -> bool:
    match cell:
        case tuple():
            return bool(cell) and _leads_elsewhere(cell[0])
        case Hyperlink(href=href):
            return not href.startswith("#")
        case _:
            return False


def items(contents: Iterable[Flow], *, ordered: bool = False) -> ItemList:
    """A list of these."""
    return ItemList(tuple(contents), ordered)


def capped(contents: Sequence[Flow]) -> Flow:
    """A list of these; of a long one the first items, and the others folded below them."""
    if len(contents) <= _MOST_ITEMS:
        return items(contents)
    rest = contents[_MOST_ITEMS:]
    return (items(contents[:_MOST_ITEMS]), Folded(f"Show all {len(contents):,}", items(rest), "details"))


def under_titles(parts: Iterable[tuple[str, Flow]]) -> Flow:
    """Parts below each other, each under its small title; one that is empty is left out."""
    return tuple((Paragraph(title, "title"), body) for title, body in parts if not is_empty(body))


def unfolded(content: Content) -> Content:
    """The same with every folded part open, under its summary as a small title: paper leaves out what is folded."""
    match content:
        case tuple():
            return tuple(map(unfolded, content))
        case Folded(summary=summary, body=body):
            return (Paragraph(summary, "title"), unfolded(body))
        case Section(body=body) | Box(body=body):
            return replace(content, body=unfolded(body))
        case _:
            return content


def joined(pieces: Iterable[Inline], by: Inline = ", ") -> Inline:
    """Several pieces in one line; the sign for nothing where there are none."""
    between = [piece for content in pieces for piece in (by, content)]
    return tuple(between[1:]) if between else NOTHING


def named(name: str, title: str) -> Inline:
    """What something is called, with its title: `Sprint 4: Request batching`."""
    return (f"{name}: ", title)


def capitalised(sentence: str) -> str:
    """A sentence with a capital, unless it begins with an id or a path."""
    return capital(sentence) if sentence.split(" ", 1)[0].rstrip(":,").isalpha() else sentence


def message(words: str) -> Inline:
    """A message or description with what stands between backticks marked; one without its pair stays.

    An id, a path, a key with or without its value, or a command is code; words and amounts of the plan are a quotation.
    """
    pieces = words.split("`")
    if len(pieces) % 2 == 0:
        return words
    return tuple(_marked(piece) if n % 2 else piece for n, piece in enumerate(pieces))


def _marked(piece: str) -> Code | Quotation:
    return Code(piece) if _CODE.fullmatch(piece) else Quotation(piece)


def anchor(*words: str) -> str:
    """A name for a place on a page, safe in Markdown, HTML and addresses: letters, digits and dashes only."""
    return _NOT_ANCHOR.sub("-", "-".join(words))


Run: TypeAlias = tuple[str | Span, ...]
"""Pieces of text that stand in one line."""


def pieces(content: Content) -> Iterator["Run | Block | Section"]:
    """What stands below each other: runs of text, blocks and sections, in order; nothing that is empty."""
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
    """What stands below each other on a page: each section, followed by the pieces of its body."""
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
