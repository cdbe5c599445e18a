"""The dependency diagram, phase by phase, and its legend.

Views decide what it shows; this module only lays it out. Lines lead from a prerequisite to what needs it. Colour is
never the only sign: status and risk have words and signs, soft dependencies are dashed, the critical path is heavy. The
number of nodes is unlimited, but more than about 150 are hard to read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, sqrt

from masterplan.render.diagrams.labels import place_labels
from masterplan.render.diagrams.layout import Frame, Layout, LayoutItem, Orientation, layout
from masterplan.render.diagrams.nodes import WIDTH, Look, Node, box, height
from masterplan.render.diagrams.scene import (
    Arrow,
    Caption,
    Connector,
    Point,
    Primitive,
    Rect,
    Scene,
    TextStyle,
    Tile,
    edge,
    empty_scene,
    text_block,
)
from masterplan.render.diagrams.svg import render, sign_paths
from masterplan.render.escape import escape

_PAD = 14.0
_GUTTER = 126.0
_HEADING_LINES = 5
_CHANNEL = {"LR": 52.0, "TB": 56.0}
_LABEL_CHANNEL = {"LR": 92.0, "TB": 76.0}
_LABELLED_NODES = 25
_STATE_WORDS: Mapping[Look, str] = {
    "planned": "planned",
    "ready": "ready",
    "active": "in progress",
    "blocked": "blocked",
    "done": "done",
    "dropped": "dropped or deferred",
}
_LINE = '<path class="mp-line {0}" d="M1 7h19"/><path class="mp-arrow {0}" d="M28 7l-8-4v8z"/>'
_SIGN = '<g class="mp-sign mp-{0}" transform="translate({1} 7)">{2}</g>'

_WITHOUT_SIGNS = 4
"""With up to this many boxes, the legend does not explain signs, as boxes name their states."""


def draw_dependencies(
    nodes: Iterable[Node],
    arrows: Iterable[Arrow],
    phases: Sequence[str],
    caption: Caption,
    direction: Orientation = "LR",
) -> str:
    """The diagram as SVG."""
    return render(dependency_scene(nodes, arrows, phases, caption, direction))


def dependency_scene(
    nodes: Iterable[Node],
    arrows: Iterable[Arrow],
    phases: Sequence[str],
    caption: Caption,
    direction: Orientation = "LR",
) -> Scene:
    """The diagram's scene.

    Nodes of a phase are placed in their order. `phases` are the headings of bands, in the order of the nodes' index;
    phases without nodes are omitted, and without phases there are no bands.
    """
    nodes = sorted(nodes, key=lambda node: node.phase)
    if not nodes:
        return empty_scene(caption)
    rank = {node.key: n for n, node in enumerate(nodes)}
    arrows = sorted(arrows, key=lambda arrow: (arrow.critical, rank[arrow.source], rank[arrow.target]))
    headings = {node.phase: _heading(phases[node.phase], direction) for node in nodes} if phases else {}
    labelled = len(nodes) <= _LABELLED_NODES and any(arrow.reason for arrow in arrows)
    channel = (_LABEL_CHANNEL if labelled else _CHANNEL)[direction]
    frame = Frame(direction, max(6, ceil(sqrt(len(nodes)))), channel, _origin(headings.values(), direction))
    tallest = max(map(height, nodes))
    items = [
        LayoutItem(node.key, WIDTH, height(node) if node.stub else tallest, node.phase, n)
        for n, node in enumerate(nodes)
    ]
    placed = layout(items, [(arrow.source, arrow.target) for arrow in arrows], frame)
    boxes = tuple(box(node, placed.corners[item.key], item.height) for node, item in zip(nodes, items, strict=True))
    return Scene(
        placed.width + _PAD,
        placed.height + _PAD,
        caption,
        tuple(mark for phase, lines in headings.items() for mark in _band(lines, placed, phase, direction)),
        _edges(nodes, arrows, placed, boxes if labelled else ()),
        boxes,
    )


def _edges(
    nodes: Iterable[Node], arrows: Iterable[Arrow], placed: Layout, obstacles: Sequence[Tile]
) -> tuple[Connector, ...]:
    """The lines, with their reasons beside them if obstacles are given."""
    names = {node.key: node.name or node.title for node in nodes}
    drawn = {(arrow.source, arrow.target): arrow for arrow in arrows if arrow.source != arrow.target}
    reasons = {pair: arrow.reason for pair, arrow in drawn.items()}
    labels = place_labels(reasons, placed.routes, [box.frame for box in obstacles])
    return tuple(edge(arrow, placed.routes[pair], names, labels.get(pair, ())) for pair, arrow in drawn.items())


def _heading(phase: str, direction: Orientation) -> tuple[str, ...]:
    return TextStyle.HEADING.wrap(phase, WIDTH if direction == "LR" else _GUTTER - 2 * _PAD, _HEADING_LINES)


def _origin(headings: Iterable[Sequence[str]], direction: Orientation) -> Point:
    """The top left corner of the layout, with room for headings: above the bands (LR) or left of them (TB)."""
    lines = max(map(len, headings), default=0)
    if not lines:
        return _PAD, _PAD
    return (_PAD, 2 * _PAD + lines * TextStyle.HEADING.leading) if direction == "LR" else (_GUTTER, _PAD)


def _band(lines: tuple[str, ...], placed: Layout, phase: int, direction: Orientation) -> tuple[Primitive, ...]:
    (left, top), (right, bottom) = placed.bands[phase]
    left, top = (left - _PAD, 0.0) if direction == "LR" else (0.0, top - _PAD)
    frame = Rect(left, top, right + _PAD - left, bottom + _PAD - top, "mp-band", 10.0)
    return frame, *text_block(lines, TextStyle.HEADING, left + _PAD, top + _PAD - 2)


def legend(nodes: Sequence[Node], arrows: Iterable[Arrow]) -> str:
    """The legend of a diagram, with only the signs that it has; for few boxes it explains only the lines."""
    entries = [*_lines(list(arrows)), *(_signs(nodes) if len(nodes) > _WITHOUT_SIGNS else ())]
    spans = "".join(f"<span>{icon} {escape(words)}</span>" for icon, words in entries)
    return f'<div class="mp-diagram mp-legend" data-search-exclude>{spans}</div>' if entries else ""


def _lines(arrows: Sequence[Arrow]) -> Iterator[tuple[str, str]]:
    looks = {
        ("mp-hard", "hard: cannot start without it"): any(arrow.strength == "hard" for arrow in arrows),
        ("mp-soft", "soft: benefits from it"): any(arrow.strength == "soft" for arrow in arrows),
        ("mp-hard mp-critical", "critical path"): any(arrow.critical for arrow in arrows),
    }
    yield from ((_icon(29, _LINE.format(css)), words) for (css, words), is_used in looks.items() if is_used)


def _signs(nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    states = {node.state for node in nodes if not node.stub}
    yield from ((_icon(14, _sign(look, 7)), words) for look, words in _STATE_WORDS.items() if look in states)
    if any(node.risk_level for node in nodes):
        yield _icon(32, _sign("risk-1", 7) + _sign("risk-5", 25)), "risk, from very low to very high"


def _sign(name: str, x: int) -> str:
    return _SIGN.format(name, x, sign_paths(name))


def _icon(width: int, content: str) -> str:
    return f'<svg width="{width}" height="14" aria-hidden="true">{content}</svg>'
