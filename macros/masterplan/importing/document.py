"""A Markdown document as sections and blocks with their line numbers.

Blocks are those of CommonMark, and GitHub's tables. Lines used as headings count as headings below all real ones:
bold text, and a line before a list that names a unit or a field. A code fence that contains a plan is read like the
rest of the document.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from masterplan.importing import boxes
from masterplan.importing.headings import kind_of, read_head
from masterplan.importing.ledger import Span
from masterplan.importing.marks import plain, without_signs
from masterplan.importing.words import UnitKind, field_of, topic

BlockKind = Literal["paragraph", "list", "table", "code", "quote", "html", "front matter"]

BOLD_LEVEL = 20
"""Lowest level of lines of text that are used as headings."""

_UNIT_LEVELS: dict[UnitKind | None, int] = {"phase": 0, "sprint": 1, "milestone": 1, "week": 2, "day": 3, "task": 4}
_OTHER_LEVEL = 3
_LABEL_LEVEL = 5
"""Levels relative to `BOLD_LEVEL`: unit names by kind, other bold text, and labels such as `**Deliverables:**`."""

_LONGEST_LABEL = 60
_LONGEST_NAME = 200
_PLAIN_LABEL = re.compile(r"(?P<label>[^\W\d_][\w /-]{1,30}):(?=\s)")
_BOLD_LABEL = re.compile(r"(?:\*\*|__)[^\W\d_][^*_\n]{1,40}(?::(?:\*\*|__)|(?:\*\*|__):)")
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<text>[^*_\n][^*\n]*?)(?P=mark)(?P<colon>:?)")
_BEGINS_BOLD = re.compile(r"[^\w*_]{0,8}(?:\*\*|__)(?=\S)")
_BOX = re.compile(r"\[(?P<mark>[ xX~-])\](?:\s+|$)")
_FRONT = re.compile(r"---[ \t]*")
_KINDS: dict[str, BlockKind] = {
    "paragraph": "paragraph", "bullet_list": "list", "ordered_list": "list", "table": "table", "fence": "code",
    "code_block": "code", "blockquote": "quote", "html_block": "html",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: its first paragraph, and the blocks below it.

    `checked` is the state of a check box before the text: None if there is no box, or a half-ticked one (`~`, `-`).
    `number` is the number of an ordered item, as text.
    """

    span: Span
    text: str
    checked: bool | None = None
    number: str = ""
    blocks: "tuple[Block, ...]" = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its line number, and its cells without surrounding blanks."""

    line: int
    cells: tuple[str, ...]

    def cell(self, position: int) -> str:
        """The cell in a column; empty if the row is too short."""
        return self.cells[position] if position < len(self.cells) else ""

    @property
    def span(self) -> Span:
        """The line of the row."""
        return Span(self.line, self.line)

    @property
    def text(self) -> str:
        """All cells as displayed text, in one line."""
        return " ".join(map(plain, self.cells))


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document. `text` is its Markdown source, `info` the language of a code fence.

    A list has `items`, a table has `rows` with its head first, a quote has `blocks`. The text of a paragraph or a code
    fence is its content alone.
    """

    kind: BlockKind
    span: Span
    text: str = ""
    info: str = ""
    items: tuple[Item, ...] = ()
    rows: tuple[Row, ...] = ()
    blocks: "tuple[Block, ...]" = ()

    @property
    def lines(self) -> "Iterator[tuple[int, str]]":
        """The lines between the fences of code or around front matter, each with its number in the document."""
        return enumerate(self.text.split("\n"), self.span.first + 1)


@dataclass(slots=True)
class Section:
    """A heading with its blocks and subsections; the whole document is a section of level 0.

    `head` covers the lines of the heading, `span` all lines of the section.
    """

    title: str
    level: int
    head: Span
    span: Span
    blocks: list[Block] = field(default_factory=list)
    sections: "list[Section]" = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The heading as displayed, without signs at its ends and without a colon."""
        return without_signs(plain(self.title)).rstrip(":\uff1a ")

    def walk(self) -> "Iterator[Section]":
        """This section and all subsections, in document order."""
        yield self
        for section in self.sections:
            yield from section.walk()


class _Node(NamedTuple):
    """A token of the Markdown parser with the tokens inside it; `type` is its token type without `_open`."""

    type: str
    token: Token
    children: "list[_Node]"


def parse(text: str) -> Section:
    """Parse a document. Lines that the Markdown parser drops are still in the spans of their sections."""
    lines = text.split("\n")
    front = _front_matter(lines)
    nodes = _nodes("\n".join([""] * front + lines[front:]))
    root = Section("", 0, Span(1, 0), Span(1, len(lines)))
    if front:
        root.blocks.append(Block("front matter", Span(1, front), "\n".join(lines[1 : front - 1])))
    outline = _Outline(root, lines, is_plain=not _names_units(nodes))
    outline.add(nodes, 0)
    outline.close(0, len(lines) + 1)
    return root


def _names_units(nodes: Sequence[_Node]) -> bool:
    """Whether headings, or lines used as headings, name sprints, phases or tasks."""
    for node, after in zip(nodes, [*nodes, None][1:], strict=True):
        text, next_type = _source_of(node).strip(), after.type if after else ""
        is_heading = node.type == "heading" or _text_heading_level(text, next_type, is_alone=True) is not None
        if text and is_heading and _unit_level(text) is not None:
            return True
    return False


def _nodes(text: str) -> "list[_Node]":
    """Syntax tree of a text. The parser library's own tree takes as long to build as parsing itself."""
    top: list[_Node] = []
    inside = [top]
    for token in _PARSER.parse(text):
        if token.nesting < 0:
            inside.pop()
            continue
        node = _Node(token.type.removesuffix("_open"), token, [])
        inside[-1].append(node)
        if token.nesting:
            inside.append(node.children)
    return top


def _ends_item(state: StateBlock, line: int, _: int, silent: bool) -> bool:  # noqa: FBT001 - a rule of markdown-it
    """Whether an unindented line begins with a label, and so ends the list above it."""
    if not silent or state.sCount[line] >= state.blkIndent:
        return False
    begin = state.bMarks[line] + state.tShift[line]
    label = _PLAIN_LABEL.match(state.src, begin)
    return _BOLD_LABEL.match(state.src, begin) is not None or bool(label and field_of(label["label"]))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
    parser.block.ruler.before("paragraph", "label", _ends_item, {"alt": ["paragraph"]})
    return parser


_PARSER = _parser()
"""Parses blocks only; inline markup is left to the readers, which know what each line is."""


def _front_matter(lines: Sequence[str]) -> int:
    """Number of lines of the front matter, including its delimiters; 0 if there is none."""
    if not lines or not _FRONT.fullmatch(lines[0]):
        return 0
    end = next((n for n, line in enumerate(lines[1:200], 1) if _FRONT.fullmatch(line)), 0)
    is_settings = end > 1 and all(not line.strip() or ":" in line or line[0] in " -#" for line in lines[1:end])
    return end + 1 if is_settings else 0


class _Outline:
    """Sorts blocks into sections.

    `base` is added to the levels of headings inside a code fence. In plain text (`is_plain`) every line that names a
    unit is a heading.
    """

    def __init__(self, root: Section, lines: Sequence[str], *, is_plain: bool) -> None:
        self.lines, self.open, self.base, self.is_plain = lines, [root], 0, is_plain

    def add(self, nodes: Sequence[_Node], shift: int) -> None:
        """Add the blocks of a text that begins `shift` lines below the top of the document."""
        blocks = _Blocks(self.lines, shift)
        for node, after in zip(nodes, [*nodes, None][1:], strict=True):
            if node.type == "heading":
                self._begin(_source_of(node), int(node.token.tag[1]), blocks.span(node))
            elif (block := blocks.block(node)) is not None:
                self._add(block, after.type if after else "")

    def _add(self, block: Block, after: str) -> None:
        may_be_plan = block.kind == "code" and self.base == 0
        is_plan = may_be_plan and boxes.is_plan(block.info, block.text, names_units=self.is_plain)
        if is_plan:
            self._read_fence(block)
        elif block.kind == "paragraph":
            self._add_paragraph(block, after)
        else:
            self.open[-1].blocks.append(block)

    def _read_fence(self, block: Block) -> None:
        """Add the content of a code fence below its section."""
        outside, self.base, self.is_plain = self.is_plain, self.open[-1].level, True
        is_fenced = block.span.last - block.span.first > block.text.rstrip("\n").count("\n")
        self.add(_nodes(boxes.without_box(block.text)), block.span.first - 1 + is_fenced)
        self.close(self.base + 1, block.span.last + 1)
        self.base, self.is_plain = 0, outside

    def _add_paragraph(self, block: Block, after: str) -> None:
        """Add a paragraph; its lines that are bold, name a unit, or introduce a list become headings."""
        text: list[str] = []
        lines = block.text.split("\n")
        for n, line in enumerate(lines, block.span.first):
            is_last = n == block.span.last
            level = _unit_level(line) if self.is_plain or _BOLD.fullmatch(line.strip()) else None
            if level is None and is_last:
                level = _text_heading_level(line, after, is_alone=len(lines) == 1)
            if level is None:
                text.append(line)
            if text and (level is not None or is_last):
                end = n if level is None else n - 1
                self.open[-1].blocks.append(Block("paragraph", Span(end - len(text) + 1, end), "\n".join(text)))
                text = []
            if level is not None:
                self._begin(line.strip(), BOLD_LEVEL + level, Span(n, n))

    def _begin(self, title: str, level: int, head: Span) -> None:
        self.close(self.base + level, head.first)
        section = Section(title, self.base + level, head, Span(head.first, head.last))
        self.open[-1].sections.append(section)
        self.open.append(section)

    def close(self, level: int, before: int) -> None:
        """End all open sections of this level or deeper; their last line is the one above `before`."""
        while len(self.open) > 1 and self.open[-1].level >= level:
            section = self.open.pop()
            section.span = Span(section.head.first, before - 1)


def _unit_level(line: str) -> int | None:
    """Level of a line that names a sprint, a phase or a task, relative to `BOLD_LEVEL`; None for any other line."""
    head = read_head(line) if len(line) <= _LONGEST_NAME else None
    kind = kind_of(head.word) if head and not head.about else None
    return _UNIT_LEVELS[kind] if kind in {"phase", "sprint", "task"} else None


def _text_heading_level(line: str, after: str, *, is_alone: bool) -> int | None:
    """Level of a line used as a heading, relative to `BOLD_LEVEL`; None for any other line.

    `after` is the type of the next node.
    """
    line = line.strip()
    bold = _BOLD.fullmatch(line) if is_alone else None
    is_before_list = after in {"bullet_list", "ordered_list", "table"}
    head = read_head(line) if bold or (is_before_list or _BEGINS_BOLD.match(line)) else None
    kind = kind_of(head.word) if head and not head.about else None
    if bold and kind is None and not is_before_list and _is_labelled(bold["text"]):
        return None
    if bold:
        label = plain(bold["text"]).rstrip(": ")
        is_label = bold["colon"] or bold["text"].rstrip().endswith(":") or (kind is None and field_of(label))
        return _UNIT_LEVELS.get(kind, _LABEL_LEVEL if is_label else _OTHER_LEVEL)
    if kind in _UNIT_LEVELS and kind is not None and (is_before_list or (kind == "task" and is_alone)):
        return _UNIT_LEVELS[kind]
    is_label = is_before_list and line.rstrip("*_")[-1:] in {":", "\uff1a"} and 1 < len(line) <= _LONGEST_LABEL
    label = plain(line).rstrip(":\uff1a ")
    return _LABEL_LEVEL if is_label and (field_of(label) or topic(label)) else None


def _is_labelled(text: str) -> bool:
    """Whether a text is a labelled value: `Overall progress: 45 %`."""
    label, _, value = plain(text).partition(":")
    return bool(value.strip()) and field_of(label) is not None


class _Blocks:
    """Converts the nodes of a text into blocks; the text begins `shift` lines below the top of the document."""

    def __init__(self, lines: Sequence[str], shift: int) -> None:
        self.lines, self.shift = lines, shift

    def block(self, node: _Node) -> Block | None:
        kind = _KINDS.get(node.type)
        if kind is None:
            return None
        span = self.span(node)
        if kind == "list":
            return Block(kind, span, self._source(span), items=tuple(map(self._item, node.children)))
        if kind == "table":
            return Block(kind, span, self._source(span), rows=tuple(self._rows(node)))
        if kind == "quote":
            return Block(kind, span, self._source(span), blocks=self._all(node.children))
        if kind == "paragraph":
            return Block(kind, span, _source_of(node))
        return Block(kind, span, node.token.content, info=node.token.info.strip())

    def span(self, node: _Node) -> Span:
        first, end = node.token.map or (0, 1)
        return Span(first + 1 + self.shift, max(end, first + 1) + self.shift)

    def _all(self, nodes: Sequence[_Node]) -> tuple[Block, ...]:
        return tuple(block for node in nodes if (block := self.block(node)) is not None)

    def _item(self, node: _Node) -> Item:
        blocks = self._all(node.children)
        first, rest = (blocks[0].text, blocks[1:]) if blocks and blocks[0].kind == "paragraph" else ("", blocks)
        box = _BOX.match(first)
        checked = box["mark"] in "xX" if box and box["mark"] not in "~-" else None
        text = first[box.end() :] if box and checked is not None else first
        return Item(self.span(node), text, checked, node.token.info, rest)

    def _rows(self, table: _Node) -> Iterator[Row]:
        start = table.token.map[0] if table.token.map else 0
        for part in table.children:
            for row in part.children:
                line = (row.token.map[0] if row.token.map else start) + 1 + self.shift
                yield Row(line, tuple(_source_of(cell).strip() for cell in row.children))

    def _source(self, span: Span) -> str:
        return "\n".join(self.lines[span.first - 1 : span.last])


def _source_of(node: _Node) -> str:
    """Markdown source of a node's text; empty if it has no text."""
    return next((child.token.content for child in node.children if child.type == "inline"), "")
