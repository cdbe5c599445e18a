"""Drawn dependencies: Mermaid graphs, and trees and arrows in code fences."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from masterplan.importing import relations, titles, values
from masterplan.importing.document import Block
from masterplan.importing.headings import read_head
from masterplan.importing.ledger import Span
from masterplan.importing.marks import ARROW, plain
from masterplan.importing.reading import Reading, key
from masterplan.importing.words import is_none

_MERMAID = re.compile(r"\s*(?:graph|flowchart)\b")
_LINK = re.compile(r"\s*(?:<?(?:-\.{1,4}-|-{2,5}|={2,5})[>xo]?)\s*(?:\|(?P<label>[^|\n]{0,200})\|)?\s*")
_LABELLED = re.compile(r"--\s+[^\n|>-]{1,80}\s+-->")
_NODE = re.compile(r"(?P<id>[\w.-]*\w)(?P<open>[\[({>]{1,2}[/\\]?)?")
_DOWN = re.compile(r"[\s│|]*(?:[↓⬇▼v]|│|\|)[\s│|]*")
_BRANCH = re.compile(r"(?P<indent>[\s│|║]*)(?:[├└╰+`\\][─━\-—]*[>→▶►]?|[─━-]+[>→])\s*(?P<text>\S.*)")
_LONGEST_LINE = 5_000
_MOST_JOINED = 50
"""Most nodes joined by `&`; each may have an arrow to as many others."""

_CLOSING = {"[": "]", "(": ")", "{": "}", ">": "]"}


class DrawnEdge(NamedTuple):
    """An arrow from the node `before` to its successor `after`, as drawn on a line.

    An empty `before` means that `after` has no predecessors.
    """

    before: str
    after: str
    line: int
    is_soft: bool = False
    reason: str = ""


def read(reading: Reading, block: Block, *, is_subject: bool) -> bool:
    """Read the dependencies drawn in a code fence; returns whether there are any.

    A Mermaid graph always counts; trees and arrows only if dependencies are the subject of the section.
    """
    first = next((line for line in block.text.split("\n") if line.strip()), "")
    if block.info.split(" ")[0] == "mermaid" or _MERMAID.match(first):
        return _MERMAID.match(first) is not None and _add_edges(reading, list(_mermaid_edges(block)))
    if not is_subject or not _add_edges(reading, list(_text_edges(block))):
        return False
    _read_names(reading, block)
    return True


def _add_edges(reading: Reading, edges: Sequence[DrawnEdge]) -> bool:
    """Add the edges between known units; returns whether there are any."""
    count = 0
    for edge in edges:
        if not edge.before:
            count += _add_root(reading, edge)
            continue
        before, after = _unit_id(reading, edge.before), _unit_id(reading, edge.after)
        if before and after and before != after:
            count += _add_edge(reading, edge, after, before)
    return count > 0


def _read_names(reading: Reading, block: Block) -> None:
    """Read the names and titles of sprints in a drawing, and relations that repeat an arrow."""
    for n, line in block.lines:
        head = read_head(line.strip())
        sprint = reading.draft.sprints.get(head.id) if head and reading.roles.of(head) == "sprint" else None
        if head is None or sprint is None:
            continue
        span, name = Span(n, n), _node_name(head.title)
        reading.ledger.take(span, head.written, f"sprint {head.id}")
        titles.take_title(reading, reading.sprint(head.id), head._replace(title=name), span)
        relations.take_repeated(reading, span, head.title[len(name) :])


def _add_root(reading: Reading, edge: DrawnEdge) -> bool:
    """Read a node without predecessors."""
    id_ = _unit_id(reading, edge.after)
    if id_ is None or id_ not in reading.draft.sprints:
        return False
    reading.draft.sprints[id_].setdefault("depends_on", [])
    reading.ledger.take(Span(edge.line, edge.line), reading.ledger.lines[edge.line - 1], f"{id_}: depends_on")
    return True


def _add_edge(reading: Reading, edge: DrawnEdge, after: str, before: str) -> bool:
    for text in (edge.before, edge.after, edge.reason):
        reading.ledger.take(Span(edge.line, edge.line), text, f"{after}: depends_on")
    return reading.add_dependency(after, before, reason=edge.reason, is_soft=edge.is_soft)


def _unit_id(reading: Reading, text: str) -> str | None:
    """Id of the sprint or task of a node: by its leading unit name, else by its whole text; None if unknown."""
    if text.startswith("#") and (numbers := values.references(text, reading.ids)):
        return numbers[0].id
    head = read_head(text)
    if head and head.id in reading.ids and reading.roles.of(head):
        return head.id
    spelling = key(plain(text))
    return reading.ids_by_key.get(spelling)


def _mermaid_edges(block: Block) -> Iterator[DrawnEdge]:
    """Edges of a Mermaid graph; a node's text may be defined anywhere in it."""
    labels: dict[str, str] = {}
    chains = []
    for n, line in block.lines:
        chain = list(_chain(_LABELLED.sub("-->", line[:_LONGEST_LINE].split("%%")[0]), labels))
        chains.append((n, chain))
    for n, chain in chains:
        for (befores, _), (afters, is_soft) in pairwise(chain):
            for before, after in product(befores, afters):
                yield DrawnEdge(labels.get(before, before), labels.get(after, after), n, is_soft)


def _chain(line: str, labels: dict[str, str]) -> Iterator[tuple[list[str], bool]]:
    """Groups of nodes joined by `&` along a line, and whether a dotted arrow leads to each group."""
    nodes: list[str] = []
    position, is_soft = 0, False
    text = line.strip().rstrip(";")
    while position < len(text):
        node = _NODE.match(text, position)
        if node is None:
            return
        position = _end_of_node(text, node, labels)
        if len(nodes) < _MOST_JOINED:
            nodes.append(node["id"])
        link = _LINK.match(text, position)
        if text[position:].lstrip().startswith("&"):
            position = text.index("&", position) + 1
            position += len(text[position:]) - len(text[position:].lstrip())
            continue
        yield nodes, is_soft
        if link is None or link.end() == position:
            return
        is_soft, nodes, position = "." in link[0].split("|")[0], [], link.end()


def _end_of_node(text: str, node: re.Match[str], labels: dict[str, str]) -> int:
    opened = node["open"]
    if not opened:
        return node.end()
    end = text.find(_CLOSING[opened[0]], node.end())
    end = len(text) if end < 0 else end
    labels[node["id"]] = text[node.end() : end].strip("[](){}/\\\"' ")
    while end < len(text) and text[end] in "])}/\\":
        end += 1
    return end


class _Place(NamedTuple):
    """A node of a text drawing, with its first column and the column after its last."""

    name: str
    first: int
    end: int


def _text_edges(block: Block) -> Iterator[DrawnEdge]:
    """Arrows of a text drawing: along a line, down a column of arrows, and from a line to indented branches.

    A branch starts at the node above its column, else at the last node of the nearest less indented line.
    """
    above: list[tuple[int, str]] = []
    places: list[_Place] = []
    last, down = "", ""
    for n, line in block.lines:
        if _DOWN.fullmatch(line) and line.strip():
            down = line
            continue
        if not line.strip():
            above, places, last = [], [], last if down else ""
            continue
        branch = _BRANCH.fullmatch(line)
        indent, text = (len(branch["indent"]) + 1, branch["text"]) if branch else (len(line) - len(line.lstrip()), line)
        above = [(depth, name) for depth, name in above if depth < indent]
        row = list(_line_nodes(text, len(line) - len(text)))
        if branch and above:
            start = _nearest_above(places, len(branch["indent"])) or above[-1][1]
            yield DrawnEdge(start, row[0].name, n, reason=_remark(text))
        elif down and last:
            yield from _vertical_edges(places, row, down, n) or [DrawnEdge(last, row[0].name, n)]
        yield from (DrawnEdge(first.name, second.name, n) for first, second in pairwise(row))
        if len(row) == 1 and (reason := _remark(text)) and is_none(reason):
            yield DrawnEdge("", row[0].name, n)
        above.append((indent, row[-1].name))
        places += row
        last, down = row[-1].name, ""


def _line_nodes(text: str, start: int) -> Iterator[_Place]:
    """Nodes of a line whose text begins in column `start`; each extends to the end of the arrow after it."""
    gaps = [(0, 0), *(match.span() for match in ARROW.finditer(text)), (len(text), len(text))]
    for (_, first), (end, after) in pairwise(gaps):
        blank = len(text[first:end]) - len(text[first:end].lstrip())
        yield _Place(_node_name(text[first:end].strip()), start + first + blank, start + after)


def _nearest_above(places: Sequence[_Place], column: int) -> str:
    """Name of the nearest node above a column; empty if there is none."""
    return next((place.name for place in reversed(places) if place.first <= column < place.end), "")


def _vertical_edges(places: Sequence[_Place], row: Sequence[_Place], down: str, line: int) -> list[DrawnEdge]:
    """Arrows from nodes above to nodes of a line, by the columns of the characters between them."""
    columns = [n for n, sign in enumerate(down) if not sign.isspace()]
    pairs = dict.fromkeys((_nearest_above(places, column), _nearest_above(row, column)) for column in columns)
    return [DrawnEdge(before, after, line) for before, after in pairs if before and after]


def _node_name(text: str) -> str:
    """Text of a node without a remark after a dash or a backward arrow."""
    return re.split(r"\s(?:[-–—←]|<-)\s|←", text, maxsplit=1)[0].strip()


def _remark(text: str) -> str:
    """Remark about an arrow, after the dash behind its node; empty if there is none."""
    parts = re.split(r"\s[-–—]\s", text, maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""
