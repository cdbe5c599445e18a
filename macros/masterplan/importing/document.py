"""A Markdown document as sections and blocks, each with the lines it is written on.

Blocks are those of CommonMark and GitHub's tables. A paragraph that is nothing but bold text counts as a heading below
all real ones, as many plans use it for one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from masterplan.importing.ledger import Span

BlockKind = Literal["paragraph", "list", "table", "code", "quote", "html", "front matter"]

BOLD_LEVEL = 7
"""The level of a heading that is a paragraph of bold text; one more where it ends with a colon: `**Deliverables:**`."""

_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<text>[^*_\n][^*\n]*?)(?P=mark)(?P<colon>:?)")
_BOX = re.compile(r"\[(?P<mark>[ xX~-])\](?:\s+|$)")
_FRONT = re.compile(r"---[ \t]*")
_KINDS: dict[str, BlockKind] = {
    "paragraph": "paragraph", "bullet_list": "list", "ordered_list": "list", "table": "table", "fence": "code",
    "code_block": "code", "blockquote": "quote", "html_block": "html",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: its first paragraph, and the blocks below that.

    `checked` says whether a check box before the text is ticked (`~` and `-` are half: None is no box); `number` is
    the number of an ordered item, as text.
    """

    span: Span
    text: str
    checked: bool | None = None
    number: str = ""
    blocks: "tuple[Block, ...]" = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its line and its cells, without the blanks around them."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document. `text` is its source without the marks of its kind; `info` the language of a code fence.

    A list has `items`, a table has `rows` of which the first is its head, a quote has `blocks`.
    """

    kind: BlockKind
    span: Span
    text: str = ""
    info: str = ""
    items: tuple[Item, ...] = ()
    rows: tuple[Row, ...] = ()
    blocks: "tuple[Block, ...]" = ()


@dataclass(slots=True)
class Section:
    """A heading with the blocks below it and the sections below those; the whole document is one of level 0.

    `head` are the lines of the heading, `span` all lines of the section.
    """

    title: str
    level: int
    head: Span
    span: Span
    blocks: list[Block] = field(default_factory=list)
    sections: "list[Section]" = field(default_factory=list)

    def walk(self) -> "Iterator[Section]":
        """This section and all below it, in the order of the document."""
        yield self
        for section in self.sections:
            yield from section.walk()


def parse(text: str) -> Section:
    """A document. Whatever Markdown's parser leaves out is still in the spans of the sections around it."""
    lines = text.split("\n")
    front = _front_matter(lines)
    nodes = SyntaxTreeNode(_PARSER.parse("\n".join([""] * front + lines[front:])))
    root = Section("", 0, Span(1, 0), Span(1, len(lines)))
    if front:
        root.blocks.append(Block("front matter", Span(1, front), "\n".join(lines[1 : front - 1])))
    return _Outline(root, lines).fill(nodes.children)


_PARSER = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
"""Block rules alone: what is inside a line is read by those who know what the line is."""


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines the front matter has, with the lines around it; 0 where there is none."""
    if not lines or not _FRONT.fullmatch(lines[0]):
        return 0
    end = next((n for n, line in enumerate(lines[1:200], 1) if _FRONT.fullmatch(line)), 0)
    is_settings = end > 1 and all(not line.strip() or ":" in line or line[0] in " -#" for line in lines[1:end])
    return end + 1 if is_settings else 0


class _Outline:
    """Puts blocks below their headings."""

    def __init__(self, root: Section, lines: Sequence[str]) -> None:
        self.root, self.lines, self.open = root, lines, [root]

    def fill(self, nodes: Sequence[SyntaxTreeNode]) -> Section:
        for node in nodes:
            if node.type == "heading":
                self._begin(_content(node), int(node.tag[1]), _span(node))
            elif (block := _block(node, self.lines)) is not None:
                self._add(block)
        self._close(0, len(self.lines) + 1)
        return self.root

    def _add(self, block: Block) -> None:
        bold = _BOLD.fullmatch(block.text.strip()) if block.kind == "paragraph" else None
        if bold is None:
            self.open[-1].blocks.append(block)
        else:
            has_colon = bool(bold["colon"]) or bold["text"].rstrip().endswith(":")
            self._begin(block.text.strip(), BOLD_LEVEL + has_colon, block.span)

    def _begin(self, title: str, level: int, head: Span) -> None:
        self._close(level, head.first)
        section = Section(title, level, head, Span(head.first, head.last))
        self.open[-1].sections.append(section)
        self.open.append(section)

    def _close(self, level: int, before: int) -> None:
        """End the sections of a level or below it at the line before one."""
        while len(self.open) > 1 and self.open[-1].level >= level:
            section = self.open.pop()
            section.span = Span(section.head.first, before - 1)


def _block(node: SyntaxTreeNode, lines: Sequence[str]) -> Block | None:
    kind = _KINDS.get(node.type)
    if kind is None:
        return None
    span = _span(node)
    if kind == "list":
        return Block(kind, span, _source(span, lines), items=tuple(_item(child, lines) for child in node.children))
    if kind == "table":
        return Block(kind, span, _source(span, lines), rows=tuple(_rows(node)))
    if kind == "quote":
        return Block(kind, span, _source(span, lines), blocks=_blocks(node.children, lines))
    if kind == "paragraph":
        return Block(kind, span, _content(node))
    return Block(kind, span, node.content, info=node.info.strip())


def _blocks(nodes: Sequence[SyntaxTreeNode], lines: Sequence[str]) -> tuple[Block, ...]:
    return tuple(block for node in nodes if (block := _block(node, lines)) is not None)


def _item(node: SyntaxTreeNode, lines: Sequence[str]) -> Item:
    blocks = _blocks(node.children, lines)
    first, rest = (blocks[0].text, blocks[1:]) if blocks and blocks[0].kind == "paragraph" else ("", blocks)
    box = _BOX.match(first)
    checked = box["mark"] in "xX" if box and box["mark"] not in "~-" else None
    return Item(_span(node), first[box.end() :] if box and checked is not None else first, checked, node.info, rest)


def _rows(table: SyntaxTreeNode) -> Iterator[Row]:
    for part in table.children:
        for row in part.children:
            line = row.map[0] + 1 if row.map else table.map[0] + 1 if table.map else 1
            yield Row(line, tuple(_content(cell).strip() for cell in row.children))


def _content(node: SyntaxTreeNode) -> str:
    """The source of a node's text; none where it has none."""
    return next((child.content for child in node.children if child.type == "inline"), "")


def _span(node: SyntaxTreeNode) -> Span:
    first, end = node.map or (0, 1)
    return Span(first + 1, max(end, first + 1))


def _source(span: Span, lines: Sequence[str]) -> str:
    return "\n".join(lines[span.first - 1 : span.last])
