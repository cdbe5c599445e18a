"""What a view returns: a few kinds of block and of inline text, which one writer a form turns into text.

Views decide what a page says; the writers in `write/` alone know HTML and Markdown. Text, of the plan
or ours, is a plain `str` anywhere in the tree, and a writer escapes it once, for where it goes. Pieces that stand
together are a tuple: inline pieces in a row are one run of text, and each block stands by itself.

What is empty is not there: no text, a list without items, a table without rows, a section without anything below its
heading.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias, TypeGuard, Union


class Span:
    """Inline text of a kind."""

    __slots__ = ()


class Block:
    """What stands by itself."""

    __slots__ = ()


Inline: TypeAlias = str | Span | tuple["Inline", ...]
"""Text within a line."""

Flow: TypeAlias = str | Span | Block | tuple["Flow", ...]
"""What a cell, an item or a box holds."""

Content: TypeAlias = Union[str, Span, Block, "Section", tuple["Content", ...]]
"""What a view returns."""


@dataclass(frozen=True, slots=True)
class Hyperlink(Span):
    """A link. `href` comes from `Links` or is an address that the plan may name; `foreign` marks those of its prose."""

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
    """Text of weight."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Emphasis(Span):
    """Text with stress."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Quotation(Span):
    """Words as somebody wrote them."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Small(Span):
    """A note beside something more important."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Missing(Span):
    """Words for what the plan should say and does not."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Absent(Span):
    """A sign or words where the plan has no value; a column with nothing else in it is left out."""

    text: str


@dataclass(frozen=True, slots=True)
class Unsearched(Span):
    """Text that the search passes over, as another page says it better."""

    content: Inline


@dataclass(frozen=True, slots=True)
class Chip(Span):
    """A word or two in a small frame; `look` names its colours in the style sheet."""

    look: str
    label: str


@dataclass(frozen=True, slots=True)
class Abbreviation(Span):
    """A word with its meaning."""

    text: str
    means: str


@dataclass(frozen=True, slots=True)
class ShortDate(Span):
    """A date, in words such as `12 Oct`; pages keep them on one line and show the ISO date when pointed at."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Revised(Span):
    """Words that only one of two versions of a text has: the older (`removed`) or the newer (`inserted`)."""

    kind: Literal["removed", "inserted"]
    text: str


@dataclass(frozen=True, slots=True)
class Picture(Span):
    """A small picture of the site within a line, with its text."""

    src: str
    text: str


@dataclass(frozen=True, slots=True)
class TickBox(Span):
    """The box of an item to be ticked, at its beginning."""


@dataclass(frozen=True, slots=True)
class Break(Span):
    """A new line within a run of text."""


@dataclass(frozen=True, slots=True)
class Paragraph(Block):
    """A paragraph: plain, the small `title` of a part, or one that says that all is `good` or something `missing`.

    A `summary` is for the search and for those who listen to the page; what is seen says the same. One for the
    `screen` is not printed.
    """

    content: Inline
    look: Literal["", "title", "good", "missing", "summary", "screen"] = ""
    searched: bool = True


@dataclass(frozen=True, slots=True)
class ItemList(Block):
    """A list; the steps of something are `ordered`, the first with the number `start`."""

    items: tuple[Flow, ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row: a cell a column, an anchor to link to, facts to filter by, and what stands below it at full width.

    A fact is a value by its name for people, or several with `; ` between them.
    """

    cells: tuple[Flow, ...]
    anchor: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    below: Flow = ()


class Short(str):
    """The heading of a column of ids, dates or states, which never wrap."""

    __slots__ = ()


class Numbers(str):
    """The heading of a column of numbers, dates or amounts, which stand to the right, digit under digit."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Table(Block):
    """A table as `table` makes it; the caption is for those who do not see it, and a heading may be empty.

    `ranks` are words that sort in this order, such as levels of risk; all others sort by number and alphabet. One that
    is `searched` is, however many rows it has; one that `is_transposed` has a thing a column. `names` are by id.
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
    """Cells of five grades of colour by the levels of two scales, or of one.

    A row is its name, empty in a matrix of one scale, and its cells: the grade from 1 to 5, how many things are there
    (0 is not written), and which.
    """

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, int, Inline], ...]], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure: what it is, its value, a note, and how much of it is done, in per cent, as a bar."""

    label: str
    value: Inline
    note: Inline = ""
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Cards(Block):
    """Headline figures beside each other."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Definitions(Block):
    """Names with their values: the `facts` about something, or the words of a `glossary`."""

    pairs: tuple[tuple[str, Flow], ...]
    look: Literal["facts", "glossary"] = "facts"


@dataclass(frozen=True, slots=True)
class Columns(Block):
    """Texts beside each other, each under its title."""

    groups: tuple[tuple[str, Content], ...]


@dataclass(frozen=True, slots=True)
class Figure(Block):
    """A drawing with its name.

    `draw` returns finished SVG; it is a `partial` of data, so that figures of the same data are equal before they are
    drawn. `narrow` stands in its place where there is no room for it, `point` says above it in a sentence what it
    shows, and `legend`, finished markup, says below it what its looks mean.
    """

    draw: Callable[[], str]
    name: str
    narrow: Flow = ()
    point: str = ""
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Folded(Block):
    """A part folded away under a summary; `look` says what is in it, and an address with `anchor` opens it."""

    summary: Inline
    body: Content
    look: Literal["", "more", "facts-behind", "example", "copyable", "details"] = ""
    searched: bool = True
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Banner(Block):
    """A status in a coloured frame; `title` states it in words, as nobody is to depend on the colour of `look`."""

    look: Literal["ok", "warn", "bad", "calm"]
    title: Inline
    body: Flow = ()


@dataclass(frozen=True, slots=True)
class Box(Block):
    """A part with a look of its own, with an anchor for links, or one that the search passes over.

    The parts of one that is `beside` stand next to each other where they fit; `folds` are folded parts in a row.
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
    """A part that somebody else wrote."""

    body: Flow


@dataclass(frozen=True, slots=True)
class Preformatted(Block):
    """Lines with their blanks, `code` or not, in a language; what has a name can be reached by keyboard."""

    text: str
    name: str = ""
    code: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Block):
    """A file of the plan, folded, its lines with anchors and a `note` above; an address with `anchor` opens it."""

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
    """A heading of a page with what stands below it; nothing where that is empty.

    Level 1 is a page's title; `anchor` is for links, and without `searched` the search passes over the section.
    """

    level: int
    title: Inline
    anchor: str
    body: Content
    searched: bool = True


NOTHING = Absent("\u2014")
"""Shown where the plan says nothing."""

NOT_STATED = Absent("not stated")
"""Shown where the plan could have said that there is nothing, and did not."""


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
"""What a part may be without, by its kind; any other kind is never empty."""


def is_empty(content: object) -> bool:
    """Whether there is nothing to show."""
    if isinstance(content, str):
        return not content
    if isinstance(content, tuple):
        return all(map(is_empty, content))
    inside = _INSIDE.get(type(content))
    return inside is not None and all(map(is_empty, inside(content)))


def is_inline(content: Flow) -> TypeGuard[Inline]:
    """Whether there is no block in it."""
    return all(map(is_inline, content)) if isinstance(content, tuple) else not isinstance(content, Block)
