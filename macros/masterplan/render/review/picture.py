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


def picture(shown: Neighbourhood) -> str:
    """The neighbourhood as SVG."""
    items = [LayoutItem(each.id, _WIDTH, _HEIGHT) for each in shown.sprints]
    pairs = {(tie.needs, tie.sprint): tie for tie in shown.ties}
    found = layout(items, pairs, Frame(limit=_LIMIT, channel=_CHANNEL, origin=(_PAD, _PAD)))
    boxes = tuple(_box(each, found.corners[each.id]) for each in shown.sprints)
    labels = place_labels({pair: tie.says for pair, tie in pairs.items()}, found.routes, [box.frame for box in boxes])
    names = {each.id: each.name for each in shown.sprints}
    edges = tuple(_edge(tie, found.routes[pair], names, labels.get(pair, ())) for pair, tie in pairs.items())
    caption = Caption("What the change touches", _described(shown), "review-graph")
    return render(Scene(found.width + _PAD, found.height + _PAD, caption, edges=edges, boxes=boxes))


def _box(each: Touched, corner: Point) -> Tile:
    x, y = corner
    left, top, room = x + _INSET, y + _INSET, _WIDTH - 2 * _INSET
    title = TextStyle.TITLE.wrap(each.title, room, _TITLE_LINES)
    said = _WORDS[each.mark]
    marks = (
        *text_block(TextStyle.NAME.wrap(each.name, room, 1), TextStyle.NAME, left, top),
        *text_block((said,), TextStyle.NAME, x + _WIDTH - _INSET, top, "end"),
        *text_block(title, TextStyle.TITLE, left, top + TextStyle.NAME.leading + 5),
    )
    spoken = f"{each.name}: {each.title}" + (f", {said.lower()}" if said else "")
    return Tile(Rect(x, y, _WIDTH, _HEIGHT, f"mp-node {_LOOKS[each.mark]}", 8.0), spoken, marks)


def _edge(tie: Tie, route: tuple[Point, ...], names: dict[str, str], label: tuple[Text, ...]) -> Connector:
    verb = "needs" if tie.strength == "hard" else "benefits from"
    said = f" ({tie.says})" if tie.says else ""
    classes = f"{_LOOKS[tie.mark]} mp-{tie.strength}"
    return Connector(
        Polyline(route, classes, arrow=True), f"{names[tie.sprint]} {verb} {names[tie.needs]}{said}", label
    )


def _described(shown: Neighbourhood) -> str:
    """How many there are of what, for those who do not see it."""
    told = [each.mark for each in shown.sprints] + [tie.mark for tie in shown.ties]
    counted = ", ".join(f"{told.count(mark)} {mark}" for mark in _WORDS if mark in told)
    return f"Boxes and lines: {counted}."
