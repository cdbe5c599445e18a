"""The picture of what a change touches: the same neighbourhood as in the comment, drawn for the review page.

New, gone and changed sprints differ in borders, lines and words; the classes get their look in `assets/review.css`.
"""

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
from masterplan.render.review.graph import Fate, Neighbourhood, Tie, Touched

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
    items = [LayoutItem(sprint.id, _WIDTH, _HEIGHT) for sprint in near.sprints]
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
