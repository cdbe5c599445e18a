"""Dependencies affected by a change: its sprints and their neighbours, as Mermaid for the comment and SVG for the page.

A change that adds or removes no sprint and changes no dependency has no picture. Borders, lines and words distinguish
what is added, removed and changed; `assets/review.css` styles the classes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from masterplan.analyse.changes import Review
from masterplan.analyse.figures import count
from masterplan.analyse.graph import Graph
from masterplan.model.change import Difference
from masterplan.model.task import NEED_VERBS, Strength
from masterplan.render.diagrams.labels import place_labels
from masterplan.render.diagrams.layout import Frame, LayoutItem, layout
from masterplan.render.diagrams.scene import (
    Caption,
    Connector,
    Point,
    Polyline,
    Rect,
    Scene,
    Text,
    TextStyle,
    Tile,
    text_block,
)
from masterplan.render.diagrams.svg import render
from masterplan.render.mermaid import label

MOST_SPRINTS = 24
_MOST_EDGES = 80

LEGEND = (
    "Arrows lead from a prerequisite to what needs it. Thick: new or harder. "
    "Dashed or crossed out: removed. Dotted: soft."
)
"""The legend of both the Mermaid text and the SVG."""

ChangeMark = Literal["added", "removed", "changed", "unchanged"]
_Ends = tuple[str, str]
"""A prerequisite and the sprint that needs it, by id."""


@dataclass(frozen=True, slots=True)
class MarkedSprint:
    """A sprint and what the change does to it."""

    id: str
    name: str
    title: str
    mark: ChangeMark


@dataclass(frozen=True, slots=True)
class MarkedEdge:
    """A dependency, in which `sprint` needs `needs`, and what the change does to it.

    `strength` is that in the newer plan, or in the older one if it is removed. `label` describes the change: `added`,
    `hard, was soft`; empty if the dependency is unchanged.
    """

    needs: str
    sprint: str
    strength: Strength
    mark: ChangeMark
    label: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The sprints and dependencies of the picture, and how many others it omits."""

    sprints: tuple[MarkedSprint, ...]
    edges: tuple[MarkedEdge, ...]
    omitted_sprints: int
    omitted_edges: int


def neighbourhood(review: Review) -> Neighbourhood:
    """The sprints that change, with their neighbours in either plan; a renamed sprint counts as the same one.

    Changed sprints and dependencies take precedence over unchanged ones. Empty if neither the set of sprints nor any
    dependency changes.
    """
    names = new_ids(review.difference)
    old = {names.get(id_, id_): id_ for id_ in review.before.plan.sprints}
    folded = {id(change) for change in review.difference.folded}
    subjects = (change.subject for change in review.difference.changes if id(change) not in folded)
    changed = {subject.id for subject in subjects if subject.kind == "sprint"}
    order = tuple(dict.fromkeys((*review.after.plan.sprints, *old)))
    edges = _marked_edges(_edges(review.before.graph, names), _edges(review.after.graph, {}), order)
    moved = {end for edge in edges if edge.mark != "unchanged" for end in (edge.needs, edge.sprint)}
    if not moved and old.keys() == review.after.plan.sprints.keys():
        return Neighbourhood((), (), 0, 0)
    core = (changed | moved) & {*old, *review.after.plan.sprints}
    near = {end for edge in edges for end in (edge.needs, edge.sprint) if core & {edge.needs, edge.sprint}}
    ranked = [*(id_ for id_ in order if id_ in core), *(id_ for id_ in order if id_ in near - core)]
    drawn = {*ranked[:MOST_SPRINTS]}
    inside = sorted(
        (edge for edge in edges if {edge.needs, edge.sprint} <= drawn), key=lambda edge: edge.mark == "unchanged"
    )
    return Neighbourhood(
        tuple(_marked_sprint(review, id_, old, changed) for id_ in order if id_ in drawn),
        tuple(inside[:_MOST_EDGES]),
        len(ranked) - len(drawn),
        len(inside[_MOST_EDGES:]),
    )


def new_ids(difference: Difference) -> Mapping[str, str]:
    """The new ids of renamed sprints by their old ones."""
    edits = (edit for change in difference.changes for edit in change.edits)
    return {str(edit.before): str(edit.after) for edit in edits if edit.is_rename}


def _marked_sprint(review: Review, id_: str, old: Collection[str], changed: Collection[str]) -> MarkedSprint:
    mark: ChangeMark = "changed" if id_ in changed else "unchanged"
    if id_ not in old:
        mark = "added"
    elif id_ not in review.after.plan.sprints:
        mark = "removed"
    plan = review.before.plan if mark == "removed" else review.after.plan
    return MarkedSprint(id_, plan.name(id_), plan.sprints[id_].title, mark)


def _marked_edges(
    before: Mapping[_Ends, Strength], after: Mapping[_Ends, Strength], order: Sequence[str]
) -> tuple[MarkedEdge, ...]:
    """The dependencies of both plans, in the order of sprints."""
    rank = {id_: n for n, id_ in enumerate(order)}
    pairs = sorted({*before, *after}, key=lambda pair: (rank[pair[1]], rank[pair[0]]))
    return tuple(_marked_edge(*pair, before.get(pair), after.get(pair)) for pair in pairs)


def _edges(graph: Graph, names: Mapping[str, str]) -> Mapping[_Ends, Strength]:
    return {
        (names.get(edge.needs, edge.needs), names.get(edge.sprint, edge.sprint)): edge.strength for edge in graph.edges
    }


def _marked_edge(needs: str, sprint: str, before: Strength | None, after: Strength | None) -> MarkedEdge:
    if after is None:
        return MarkedEdge(needs, sprint, before or "hard", "removed", "removed")
    if before is None:
        return MarkedEdge(needs, sprint, after, "added", f"added, {after}")
    if before != after:
        return MarkedEdge(needs, sprint, after, "changed", f"{after}, was {before}")
    return MarkedEdge(needs, sprint, after, "unchanged", "")


def omitted_note(near: Neighbourhood) -> str:
    """How much the picture omits, in a sentence; empty if nothing."""
    if not (near.omitted_sprints or near.omitted_edges):
        return ""
    return f"Not shown: {count(near.omitted_sprints, 'box', 'boxes')} and {count(near.omitted_edges, 'line')}."


_ARROWS: Mapping[tuple[ChangeMark, Strength], str] = {
    ("added", "hard"): "==>",
    ("added", "soft"): "==>",
    ("removed", "hard"): "-.-x",
    ("removed", "soft"): "-.-x",
    ("changed", "hard"): "==>",
    ("changed", "soft"): "-.->",
    ("unchanged", "hard"): "-->",
    ("unchanged", "soft"): "-.->",
}
_CLASSES = (
    "  classDef added stroke-width:4px",
    "  classDef removed stroke-width:2px,stroke-dasharray:6 4",
    "  classDef changed stroke-width:3px",
)


def mermaid_text(near: Neighbourhood) -> str:
    """The neighbourhood as Mermaid text."""
    names = {sprint.id: f"n{number}" for number, sprint in enumerate(near.sprints, 1)}
    lines = ["flowchart LR"]
    for sprint in near.sprints:
        mark = f"<br>{sprint.mark}" if sprint.mark != "unchanged" else ""
        lines.append(f'  {names[sprint.id]}["{label(f"{sprint.name}: {sprint.title}")}{mark}"]')
    for edge in near.edges:
        text = f'|"{edge.label}"|' if edge.label else ""
        lines.append(f"  {names[edge.needs]} {_ARROWS[edge.mark, edge.strength]}{text} {names[edge.sprint]}")
    lines += _CLASSES
    lines += [f"  class {names[sprint.id]} {sprint.mark}" for sprint in near.sprints if sprint.mark != "unchanged"]
    return "\n".join(lines)


_WIDTH = 168.0
_HEIGHT = 86.0
_INSET = 12.0
_PAD = 14.0
_CHANNEL = 96.0
_LIMIT = 6
_TITLE_LINES = 2

_WORDS: dict[ChangeMark, str] = {"added": "Added", "removed": "Removed", "changed": "Changed", "unchanged": ""}
_LOOKS: dict[ChangeMark, str] = {
    "added": "mp-added",
    "removed": "mp-removed",
    "changed": "mp-changed",
    "unchanged": "mp-kept",
}
"""CSS classes."""


def picture(near: Neighbourhood) -> str:
    """The neighbourhood as SVG."""
    items = [LayoutItem(sprint.id, _WIDTH, _HEIGHT, rank=n) for n, sprint in enumerate(near.sprints)]
    pairs = {(edge.needs, edge.sprint): edge for edge in near.edges}
    placed = layout(items, pairs, Frame(limit=_LIMIT, channel=_CHANNEL, origin=(_PAD, _PAD)))
    boxes = tuple(_box(sprint, placed.corners[sprint.id]) for sprint in near.sprints)
    texts = {pair: edge.label for pair, edge in pairs.items()}
    labels = place_labels(texts, placed.routes, [box.frame for box in boxes])
    names = {sprint.id: sprint.name for sprint in near.sprints}
    edges = tuple(_connector(edge, placed.routes[pair], names, labels.get(pair, ())) for pair, edge in pairs.items())
    caption = Caption("Dependencies affected by the change", _description(near), "review-graph")
    return render(Scene(placed.width + _PAD, placed.height + _PAD, caption, edges=edges, boxes=boxes))


def _box(sprint: MarkedSprint, corner: Point) -> Tile:
    x, y = corner
    left, top, width = x + _INSET, y + _INSET, _WIDTH - 2 * _INSET
    title = TextStyle.TITLE.wrap(sprint.title, width, _TITLE_LINES)
    word = _WORDS[sprint.mark]
    marks = (
        *text_block(TextStyle.NAME.wrap(sprint.name, width, 1), TextStyle.NAME, left, top),
        *text_block((word,), TextStyle.NAME, x + _WIDTH - _INSET, top, "end"),
        *text_block(title, TextStyle.TITLE, left, top + TextStyle.NAME.leading + 5),
    )
    name = f"{sprint.name}: {sprint.title}" + (f", {word.lower()}" if word else "")
    return Tile(Rect(x, y, _WIDTH, _HEIGHT, f"mp-node {_LOOKS[sprint.mark]}", 8.0), name, marks)


def _connector(edge: MarkedEdge, route: tuple[Point, ...], names: dict[str, str], label: tuple[Text, ...]) -> Connector:
    change = f" ({edge.label})" if edge.label else ""
    line = Polyline(route, f"{_LOOKS[edge.mark]} mp-{edge.strength}", arrow=True)
    return Connector(line, f"{names[edge.sprint]} {NEED_VERBS[edge.strength]} {names[edge.needs]}{change}", label)


def _description(near: Neighbourhood) -> str:
    """The number of boxes and lines by mark, for screen readers."""
    marks = [sprint.mark for sprint in near.sprints] + [edge.mark for edge in near.edges]
    counted = ", ".join(f"{marks.count(mark)} {mark}" for mark in _WORDS if mark in marks)
    return f"Boxes and lines: {counted}."
