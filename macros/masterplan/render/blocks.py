"""Content of a page, as views return it: blocks and inline text. A writer for each format turns them into text.

Views decide what a page says; only the writers in `write/` know HTML and Markdown. All text, the plan's and ours, is
plain `str`, and a writer escapes it once for its format. Pieces that belong together are a tuple: consecutive inline
pieces form one run of text, and each block stands alone.

Writers omit empty content: empty text, a list without items, a table without rows, a section with an empty body.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias, TypeGuard, Union


class Span:
    """Inline text with a meaning of its own."""

    __slots__ = ()


class Block:
    """Content on lines of its own."""

    __slots__ = ()


Inline: TypeAlias = str | Span | tuple["Inline", ...]
"""Text within a line."""

Flow: TypeAlias = str | Span | Block | tuple["Flow", ...]
"""Content of a cell, an item or a box."""

Content: TypeAlias = Union[str, Span, Block, "Section", tuple["Content", ...]]
"""The result of a view."""


@dataclass(frozen=True, slots=True)
class Hyperlink(Span):
    """A link. `href` comes from `Links` or is an address in the plan; `foreign` marks addresses in its prose."""

    href: str
    label: Inline
    title: str = ""
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Code(Span):
    """A file name or another literal."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong(Span):
    """Text of strong importance."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Emphasis(Span):
    """Stressed text."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Quotation(Span):
    """A literal quotation."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Small(Span):
    """A note beside something more important."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Missing(Span):
    """A note that the plan lacks something it should state."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Absent(Span):
    """A placeholder for a missing value; a column of nothing else is omitted."""

    text: str


@dataclass(frozen=True, slots=True)
class Unsearched(Span):
    """Text excluded from the search because another page covers it better."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Chip(Span):
    """A word or two in a small frame; `look` names its colours in the style sheet."""

    look: str
    label: str


@dataclass(frozen=True, slots=True)
class Abbreviation(Span):
    """A word with its meaning as a tooltip."""

    text: str
    means: str


@dataclass(frozen=True, slots=True)
class ShortDate(Span):
    """A date in words, such as `12 Oct`; pages keep it on one line and show the ISO date as its tooltip."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Revised(Span):
    """Words of only one of two versions of a text: the older (`removed`) or the newer (`inserted`)."""

    kind: Literal["removed", "inserted"]
    text: str


@dataclass(frozen=True, slots=True)
class Picture(Span):
    """A small image from the site within a line, with its alternative text."""

    src: str
    text: str


@dataclass(frozen=True, slots=True)
class TickBox(Span):
    """The checkbox at the start of an item to tick."""


@dataclass(frozen=True, slots=True)
class Break(Span):
    """A line break within a run of text."""


@dataclass(frozen=True, slots=True)
class Paragraph(Block):
    """A paragraph: plain, the small `title` of a part, or a statement that all is `good` or something is `missing`.

    A `summary` is for the search and for screen readers only, as the visible page says the same. A paragraph for the
    `screen` is not printed.
    """

    content: Inline
    look: Literal["", "title", "good", "missing", "summary", "screen"] = ""
    searched: bool = True


@dataclass(frozen=True, slots=True)
class ItemList(Block):
    """A list; an `ordered` one is numbered from `start`."""

    items: tuple[Flow, ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: a cell for each column, an anchor for links, facts to filter by, and content below at full width.

    `facts` maps labels to values; several values are joined by `; `.
    """

    cells: tuple[Flow, ...]
    anchor: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    below: Flow = ()


class Short(str):
    """The heading of a column of ids, dates or states, which do not wrap."""

    __slots__ = ()


class Numbers(str):
    """The heading of a column of numbers, dates or amounts, which are right-aligned."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Table(Block):
    """A table, usually made by `compose.table`; the caption is for screen readers, and a heading may be empty.

    `ranks` are words that sort in this order, such as levels of risk; all others sort numerically or alphabetically. A
    `searched` table is in the search whatever its size. In a transposed one each column is a record. `names` maps ids
    in facts to names.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    foot: tuple[Row, ...] = ()
    ranks: tuple[str, ...] = ()
    searched: bool = False
    is_transposed: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matrix(Block):
    """A heat map over the levels of two scales, or of one.

    A row is its name, empty if there is one scale, and its cells. A cell is a grade of colour from 1 to 5, and entries.
    """

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, Inline], ...]], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure: label, value, note, and progress in per cent, shown as a bar."""

    label: str
    value: Inline
    note: Inline = ""
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Cards(Block):
    """Headline figures side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Definitions(Block):
    """Names with their values: the `facts` of a part of the plan, or the terms of a `glossary`."""

    pairs: tuple[tuple[str, Flow], ...]
    look: Literal["facts", "glossary"] = "facts"


@dataclass(frozen=True, slots=True)
class Columns(Block):
    """Titled texts side by side."""

    groups: tuple[tuple[str, Content], ...]


@dataclass(frozen=True, slots=True)
class Figure(Block):
    """A drawing with its name.

    `draw` returns the SVG. It is a `partial` over data, so that figures of equal data are equal before they are drawn.
    `narrow` replaces the drawing on narrow screens. `point`, a sentence above it, says what it shows; `legend`, markup
    below it, explains its signs.
    """

    draw: Callable[[], str]
    name: str
    narrow: Flow = ()
    point: str = ""
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Folded(Block):
    """Content folded away under a summary; `look` classifies it, and a link to `anchor` opens it."""

    summary: Inline
    body: Content
    look: Literal["", "more", "facts-behind", "example", "copyable", "details"] = ""
    searched: bool = True
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Banner(Block):
    """A status in a coloured frame; `title` states it in words, so that nobody depends on the colour of `look`."""

    look: Literal["ok", "warn", "bad", "calm"]
    title: Inline
    body: Flow = ()


@dataclass(frozen=True, slots=True)
class Box(Block):
    """Content with a style, with an anchor for links, or excluded from the search.

    The parts of a `beside` box stand side by side if they fit; `folds` are folded parts in a row.
    """

    body: Content
    look: (
        Literal["", "prose", "phase", "joining", "purpose", "glance", "risk"]
        | Literal["risks", "runbook", "small", "edit", "beside", "folds"]
    ) = ""
    searched: bool = True
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Quote(Block):
    """A block quotation."""

    body: Flow


@dataclass(frozen=True, slots=True)
class Preformatted(Block):
    """Preformatted lines, `code` or not, in a language; one with a name can be reached by keyboard."""

    text: str
    name: str = ""
    code: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Block):
    """A file of the plan, folded: its lines, each with an anchor, and a note above; a link to `anchor` opens it."""

    path: str
    text: str
    note: Inline = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours(Block):
    """Links to the pages before and after."""

    before: Inline = ""
    after: Inline = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its body, omitted if the body is empty.

    Level 1 is the page's title. `anchor` is for links. A section that is not `searched` is excluded from the search.
    """

    level: int
    title: Inline
    anchor: str
    body: Content
    searched: bool = True


NOTHING = Absent("\u2014")
"""Placeholder for a value that the plan does not have."""

NOT_STATED = Absent("not stated")
"""Placeholder for a statement that the plan does not make, not even that there is nothing."""


_INSIDE: Mapping[type, Callable[[Any], tuple[object, ...]]] = {
    **dict.fromkeys((Section, Box, Folded, Quote), lambda part: (part.body,)),
    **dict.fromkeys((Paragraph, Strong, Small, Unsearched), lambda part: (part.content,)),
    Banner: lambda part: (part.title, part.body),
    ItemList: lambda part: part.items,
    Table: lambda part: part.rows,
    Cards: lambda part: part.cards,
    Definitions: lambda part: part.pairs,
    Columns: lambda part: tuple(body for _, body in part.groups),
    Neighbours: lambda part: (part.before, part.after),
}
"""The content that makes each type of block empty if it is empty; other types are never empty."""


def is_empty(content: object) -> bool:
    """Whether there is nothing to show."""
    if isinstance(content, str):
        return not content
    if isinstance(content, tuple):
        return all(map(is_empty, content))
    inside = _INSIDE.get(type(content))
    return inside is not None and all(map(is_empty, inside(content)))


def is_inline(content: Flow) -> TypeGuard[Inline]:
    """Whether content has no blocks."""
    return all(map(is_inline, content)) if isinstance(content, tuple) else not isinstance(content, Block)
