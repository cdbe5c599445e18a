"""Dependencies drawn in a document: Mermaid graphs, trees and arrows in code fences, and arrows in lists."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
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
"""Nodes that `&` joins, each of which may have an arrow to as many others."""

_CLOSED = {"[": "]", "(": ")", "{": "}", ">": "]"}


class DrawnEdge(NamedTuple):
    """An arrow: `before` must be done before `after`; texts as they are drawn, on one line.

    Without `before` it says that `after` needs nothing.
    """

    before: str
    after: str
    line: int
    is_soft: bool = False
    reason: str = ""


def read(reading: Reading, block: Block, *, is_subject: bool) -> bool:
    """Take the dependencies that a code fence draws; returns whether it draws any.

    A Mermaid graph always does; a tree or arrows only where dependencies are the section's subject.
    """
    first = next((line for line in block.text.split("\n") if line.strip()), "")
    if block.info.split(" ")[0] == "mermaid" or _MERMAID.match(first):
        return _MERMAID.match(first) is not None and _take(reading, list(_mermaid(block)))
    if not is_subject or not _take(reading, list(_drawn(block))):
        return False
    _take_names(reading, block)
    return True


def _take(reading: Reading, edges: Sequence[DrawnEdge]) -> bool:
    """Add the edges whose ends are known; returns whether there are any."""
    count = 0
    for edge in edges:
        if not edge.before:
            count += _take_none(reading, edge)
            continue
        before, after = _unit_id(reading, edge.before), _unit_id(reading, edge.after)
        if before and after and before != after:
            count += _take_edge(reading, edge, after, before)
    return count > 0


def _take_names(reading: Reading, block: Block) -> None:
    """Take the names of sprints in a drawing with their titles or short names, and what repeats an arrow."""
    for n, line in enumerate(block.text.split("\n"), block.span.first + 1):
        head = read_head(line.strip())
        sprint = reading.draft.sprints.get(head.id) if head and reading.roles.of(head) == "sprint" else None
        if head is None or sprint is None:
            continue
        span, name = Span(n, n), _node_name(head.title)
        reading.ledger.take(span, head.written, f"sprint {head.id}")
        titles.take_title(reading, reading.sprint(head.id), head._replace(title=name), span)
        relations.take_repeated(reading, span, head.title[len(name) :])


def _take_none(reading: Reading, edge: DrawnEdge) -> bool:
    """Take a node that needs nothing."""
    id_ = _unit_id(reading, edge.after)
    if id_ is None or id_ not in reading.draft.sprints:
        return False
    reading.draft.sprints[id_].setdefault("depends_on", [])
    reading.ledger.take(Span(edge.line, edge.line), reading.ledger.lines[edge.line - 1], f"{id_}: depends_on")
    return True


def _take_edge(reading: Reading, edge: DrawnEdge, after: str, before: str) -> bool:
    for text in (edge.before, edge.after, edge.reason):
        reading.ledger.take(Span(edge.line, edge.line), text, f"{after}: depends_on")
    return reading.add_dependency(after, before, reason=edge.reason, is_soft=edge.is_soft)


def _unit_id(reading: Reading, text: str) -> str | None:
    """The id of the sprint or task that a node is: by the name it begins with, or by its own id without signs."""
    if text.startswith("#") and (numbers := values.references(text, reading.ids)):
        return numbers[0].id
    head = read_head(text)
    if head and head.id in reading.ids and reading.roles.of(head):
        return head.id
    bare = key(plain(text))
    return reading.ids_by_key.get(bare)


def _mermaid(block: Block) -> Iterator[DrawnEdge]:
    """The edges of a Mermaid graph; nodes by the texts that they are given anywhere in it."""
    labels: dict[str, str] = {}
    chains = []
    for n, line in enumerate(block.text.split("\n"), block.span.first + 1):
        chain = list(_chain(_LABELLED.sub("-->", line[:_LONGEST_LINE].split("%%")[0]), labels))
        chains.append((n, chain))
    for n, chain in chains:
        for (befores, _), (afters, is_soft) in pairwise(chain):
            for before in befores:
                yield from (
                    DrawnEdge(labels.get(before, before), labels.get(after, after), n, is_soft) for after in afters
                )


def _chain(line: str, labels: dict[str, str]) -> Iterator[tuple[list[str], bool]]:
    """The nodes of a line of a graph, those that `&` joins together, each with whether a dotted arrow leads to it."""
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
    end = text.find(_CLOSED[opened[0]], node.end())
    end = len(text) if end < 0 else end
    labels[node["id"]] = text[node.end() : end].strip("[](){}/\\\"' ")
    while end < len(text) and text[end] in "])}/\\":
        end += 1
    return end


class _Place(NamedTuple):
    """A node of a drawing in text, and the columns from its first to behind its last."""

    name: str
    first: int
    end: int


def _drawn(block: Block) -> Iterator[DrawnEdge]:
    """The arrows of a drawing in text: along a line, down a column of arrows, and from a line to those below it.

    A branch comes from the node above its column, else from the last one of the line above that begins before it.
    """
    above: list[tuple[int, str]] = []
    places: list[_Place] = []
    last, down = "", ""
    for n, line in enumerate(block.text.split("\n"), block.span.first + 1):
        if _DOWN.fullmatch(line) and line.strip():
            down = line
            continue
        if not line.strip():
            above, places, last = [], [], last if down else ""
            continue
        branch = _BRANCH.fullmatch(line)
        indent, text = (len(branch["indent"]) + 1, branch["text"]) if branch else (len(line) - len(line.lstrip()), line)
        above = [(depth, other) for depth, other in above if depth < indent]
        row = list(_row(text, len(line) - len(text)))
        if branch and above:
            yield DrawnEdge(_above(places, len(branch["indent"])) or above[-1][1], row[0].name, n, reason=_reason(text))
        elif down and last:
            yield from _downwards(places, row, down, n) or [DrawnEdge(last, row[0].name, n)]
        yield from (DrawnEdge(one.name, other.name, n) for one, other in pairwise(row))
        if len(row) == 1 and (reason := _reason(text)) and is_none(reason):
            yield DrawnEdge("", row[0].name, n)
        above.append((indent, row[-1].name))
        places += row
        last, down = row[-1].name, ""


def _row(text: str, start: int) -> Iterator[_Place]:
    """The nodes of a line whose text begins at a column; each goes on to the end of the arrow behind it."""
    cuts = [(0, 0), *(match.span() for match in ARROW.finditer(text)), (len(text), len(text))]
    for (_, first), (end, after) in pairwise(cuts):
        blank = len(text[first:end]) - len(text[first:end].lstrip())
        yield _Place(_node_name(text[first:end].strip()), start + first + blank, start + after)


def _above(places: Sequence[_Place], column: int) -> str:
    """The node nearest above a column; empty where none is."""
    return next((place.name for place in reversed(places) if place.first <= column < place.end), "")


def _downwards(places: Sequence[_Place], row: Sequence[_Place], down: str, line: int) -> list[DrawnEdge]:
    """The arrows from nodes above to those of a line, by the columns of the signs between them."""
    columns = [n for n, sign in enumerate(down) if not sign.isspace()]
    pairs = dict.fromkeys((_above(places, column), _above(row, column)) for column in columns)
    return [DrawnEdge(before, after, line) for before, after in pairs if before and after]


def _node_name(text: str) -> str:
    """A node's text without what is said of it behind a dash or an arrow back."""
    return re.split(r"\s(?:[-–—←]|<-)\s|←", text, maxsplit=1)[0].strip()


def _reason(text: str) -> str:
    """What is said of an arrow, behind the dash after its node."""
    parts = re.split(r"\s[-–—]\s", text, maxsplit=1)
    return parts[1].strip() if len(parts) > 1 else ""
