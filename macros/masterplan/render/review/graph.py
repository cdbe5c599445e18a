"""What a change touches: its sprints and their neighbours, as Mermaid for the comment and as SVG for the page.

Nothing is drawn of a change to which no dependency and no sprint comes or goes, as the picture would show nothing new.
New, gone and changed are told apart by borders, lines and words; the classes get their look in `assets/review.css`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from masterplan.analyse.changes import Review
from masterplan.analyse.figures import count
from masterplan.analyse.graph import Graph
from masterplan.model.change import Difference
from masterplan.model.task import Strength
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
MOST_TIES = 80

LEGEND = "An arrow leads to what needs it. Thick: new or harder. Dashed or crossed: gone. Dotted: soft."
"""What borders and lines mean, in Mermaid and in the picture alike."""

Fate = Literal["added", "removed", "changed", "as before"]
_Ends = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Touched:
    """A sprint: its id, name, title, and what the change does to it."""

    id: str
    name: str
    title: str
    mark: Fate


@dataclass(frozen=True, slots=True)
class Tie:
    """A dependency: `sprint` needs `needs`, how strongly (in the newer plan, if it is there), and what the change does.

    `says` puts that in words: `added`, `hard, was soft`; empty where nothing changes.
    """

    needs: str
    sprint: str
    strength: Strength
    mark: Fate
    says: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What is shown, changed sprints first where something has to be left out, and how much was."""

    sprints: tuple[Touched, ...]
    ties: tuple[Tie, ...]
    sprints_left_out: int
    ties_left_out: int


def neighbourhood(review: Review) -> Neighbourhood:
    """The sprints that a change is about, with their neighbours in either plan; one with a new id is the same one.

    Empty where all dependencies and sprints are as before.
    """
    names = new_ids(review.difference)
    old = {names.get(id_, id_): id_ for id_ in review.before.plan.sprints}
    folded = {id(change) for change in review.difference.folded}
    subjects = (change.subject for change in review.difference.changes if id(change) not in folded)
    spoken = {subject.id for subject in subjects if subject.kind == "sprint"}
    order = tuple(dict.fromkeys((*review.after.plan.sprints, *old)))
    every = _ties(_edges(review.before.graph, names), _edges(review.after.graph, {}), order)
    moved = {end for tie in every if tie.mark != "as before" for end in (tie.needs, tie.sprint)}
    if not moved and old.keys() == review.after.plan.sprints.keys():
        return Neighbourhood((), (), 0, 0)
    core = (spoken | moved) & {*old, *review.after.plan.sprints}
    near = {end for tie in every for end in (tie.needs, tie.sprint) if core & {tie.needs, tie.sprint}}
    ranked = [*(id_ for id_ in order if id_ in core), *(id_ for id_ in order if id_ in near - core)]
    drawn = {*ranked[:MOST_SPRINTS]}
    ties = [tie for tie in every if {tie.needs, tie.sprint} <= drawn]
    ties.sort(key=lambda tie: tie.mark == "as before")
    return Neighbourhood(
        tuple(_touched(review, id_, old, spoken) for id_ in order if id_ in drawn),
        tuple(ties[:MOST_TIES]),
        len(ranked) - len(drawn),
        len(ties[MOST_TIES:]),
    )


def new_ids(difference: Difference) -> Mapping[str, str]:
    """The sprints that get another id: the new one by the old."""
    edits = (edit for change in difference.changes for edit in change.edits)
    return {str(edit.before): str(edit.after) for edit in edits if edit.is_rename}


def _touched(review: Review, id_: str, old: Collection[str], spoken: Collection[str]) -> Touched:
    mark: Fate = "changed" if id_ in spoken else "as before"
    if id_ not in old:
        mark = "added"
    elif id_ not in review.after.plan.sprints:
        mark = "removed"
    plan = review.before.plan if mark == "removed" else review.after.plan
    return Touched(id_, plan.name(id_), plan.sprints[id_].title, mark)


def _ties(before: Mapping[_Ends, Strength], after: Mapping[_Ends, Strength], order: Sequence[str]) -> tuple[Tie, ...]:
    """Every dependency of either plan, in the order of sprints."""
    rank = {id_: n for n, id_ in enumerate(order)}
    pairs = sorted({*before, *after}, key=lambda pair: (rank[pair[1]], rank[pair[0]]))
    return tuple(_tie(*pair, before.get(pair), after.get(pair)) for pair in pairs)


def _edges(graph: Graph, names: Mapping[str, str]) -> Mapping[_Ends, Strength]:
    return {
        (names.get(edge.needs, edge.needs), names.get(edge.sprint, edge.sprint)): edge.strength for edge in graph.edges
    }


def _tie(needs: str, sprint: str, was: Strength | None, now: Strength | None) -> Tie:
    if now is None:
        return Tie(needs, sprint, was or "hard", "removed", "removed")
    if was is None:
        return Tie(needs, sprint, now, "added", f"added, {now}")
    if was != now:
        return Tie(needs, sprint, now, "changed", f"{now}, was {was}")
    return Tie(needs, sprint, now, "as before", "")


def left_out(shown: Neighbourhood) -> str:
    """How much is not shown, in a sentence; empty where all is."""
    if not (shown.sprints_left_out or shown.ties_left_out):
        return ""
    boxes, lines = count(shown.sprints_left_out, "box", "boxes"), count(shown.ties_left_out, "line")
    return f"{boxes} and {lines} more are left out: a larger picture helps nobody."


_ARROWS: Mapping[tuple[Fate, Strength], str] = {
    ("added", "hard"): "==>",
    ("added", "soft"): "==>",
    ("removed", "hard"): "-.-x",
    ("removed", "soft"): "-.-x",
    ("changed", "hard"): "==>",
    ("changed", "soft"): "-.->",
    ("as before", "hard"): "-->",
    ("as before", "soft"): "-.->",
}
_CLASSES = (
    "  classDef added stroke-width:4px",
    "  classDef removed stroke-width:2px,stroke-dasharray:6 4",
    "  classDef changed stroke-width:3px",
)


def mermaid_text(near: Neighbourhood) -> str:
    """The neighbourhood as Mermaid text; borders, lines and words tell what is new, gone and changed."""
    names = {sprint.id: f"n{number}" for number, sprint in enumerate(near.sprints, 1)}
    lines = ["flowchart LR"]
    for sprint in near.sprints:
        mark = f"<br>{sprint.mark}" if sprint.mark != "as before" else ""
        lines.append(f'  {names[sprint.id]}["{label(f"{sprint.name}: {sprint.title}")}{mark}"]')
    for tie in near.ties:
        reason = f'|"{tie.says}"|' if tie.says else ""
        lines.append(f"  {names[tie.needs]} {_ARROWS[tie.mark, tie.strength]}{reason} {names[tie.sprint]}")
    lines += _CLASSES
    lines += [f"  class {names[sprint.id]} {sprint.mark}" for sprint in near.sprints if sprint.mark != "as before"]
    return "\n".join(lines)


_WIDTH = 168.0
_HEIGHT = 86.0
_INSET = 12.0
_PAD = 14.0
_CHANNEL = 96.0
_LIMIT = 6
_TITLE_LINES = 2

_WORDS: dict[Fate, str] = {"added": "Added", "removed": "Removed", "changed": "Changed", "as before": ""}
_LOOKS: dict[Fate, str] = {
    "added": "mp-added",
    "removed": "mp-removed",
    "changed": "mp-changed",
    "as before": "mp-kept",
}


def picture(near: Neighbourhood) -> str:
    """The neighbourhood as SVG."""
    items = [LayoutItem(sprint.id, _WIDTH, _HEIGHT, rank=n) for n, sprint in enumerate(near.sprints)]
    pairs = {(tie.needs, tie.sprint): tie for tie in near.ties}
    placed = layout(items, pairs, Frame(limit=_LIMIT, channel=_CHANNEL, origin=(_PAD, _PAD)))
    boxes = tuple(_box(sprint, placed.corners[sprint.id]) for sprint in near.sprints)
    labels = place_labels({pair: tie.says for pair, tie in pairs.items()}, placed.routes, [box.frame for box in boxes])
    names = {sprint.id: sprint.name for sprint in near.sprints}
    edges = tuple(_edge(tie, placed.routes[pair], names, labels.get(pair, ())) for pair, tie in pairs.items())
    caption = Caption("What the change touches", _described(near), "review-graph")
    return render(Scene(placed.width + _PAD, placed.height + _PAD, caption, edges=edges, boxes=boxes))


def _box(sprint: Touched, corner: Point) -> Tile:
    x, y = corner
    left, top, room = x + _INSET, y + _INSET, _WIDTH - 2 * _INSET
    title = TextStyle.TITLE.wrap(sprint.title, room, _TITLE_LINES)
    word = _WORDS[sprint.mark]
    marks = (
        *text_block(TextStyle.NAME.wrap(sprint.name, room, 1), TextStyle.NAME, left, top),
        *text_block((word,), TextStyle.NAME, x + _WIDTH - _INSET, top, "end"),
        *text_block(title, TextStyle.TITLE, left, top + TextStyle.NAME.leading + 5),
    )
    spoken = f"{sprint.name}: {sprint.title}" + (f", {word.lower()}" if word else "")
    return Tile(Rect(x, y, _WIDTH, _HEIGHT, f"mp-node {_LOOKS[sprint.mark]}", 8.0), spoken, marks)


def _edge(tie: Tie, route: tuple[Point, ...], names: dict[str, str], label: tuple[Text, ...]) -> Connector:
    verb = "needs" if tie.strength == "hard" else "benefits from"
    reason = f" ({tie.says})" if tie.says else ""
    classes = f"{_LOOKS[tie.mark]} mp-{tie.strength}"
    return Connector(
        Polyline(route, classes, arrow=True), f"{names[tie.sprint]} {verb} {names[tie.needs]}{reason}", label
    )


def _described(near: Neighbourhood) -> str:
    """How many there are of what, for those who do not see it."""
    marks = [sprint.mark for sprint in near.sprints] + [tie.mark for tie in near.ties]
    counted = ", ".join(f"{marks.count(mark)} {mark}" for mark in _WORDS if mark in marks)
    return f"Boxes and lines: {counted}."
