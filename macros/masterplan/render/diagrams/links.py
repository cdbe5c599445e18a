"""A dependency as diagrams draw it: its look, and the sentence that names it aloud."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from masterplan.render.diagrams.scene import Edge, Line, Point, Text

Strength = Literal["hard", "soft"]


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency: `target` needs `source`, both keys of what the diagram shows."""

    source: str
    target: str
    strength: Strength = "hard"
    reason: str = ""
    critical: bool = False


def edge(link: Link, points: tuple[Point, ...], names: Mapping[str, str], label: tuple[Text, ...] = ()) -> Edge:
    """Return the link's line through points; `names` says how its ends are called."""
    classes = f"mp-{link.strength}{' mp-critical' * link.critical}"
    verb = "needs" if link.strength == "hard" else "benefits from"
    reason = f": {link.reason}" if link.reason else ""
    path = ", on the critical path" if link.critical else ""
    sentence = f"{names[link.target]} {verb} {names[link.source]}{reason} ({link.strength}{path})"
    return Edge(Line(points, classes, arrow=True), sentence, label)
