"""Writer for fluid pictures: SVG that fills the width of its container, with horizontal positions in per cent.

Text and heights keep their size, so a chart fills its column without growing. Lines are straight, as paths cannot have
percentages. Marks with a fixed shape, such as signs and arrowheads, are nested `<svg>` elements.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import assert_never

from masterplan.render.diagrams.scene import (
    Connector,
    Polygon,
    Polyline,
    Primitive,
    Rect,
    Scene,
    Sign,
    Stretch,
    Text,
    TextStyle,
    Tile,
)
from masterplan.render.diagrams.svg import head, link, number, rect_element, sign_paths, text_element
from masterplan.render.escape import escape

_HEADS = {(1, 0): "M0 0l-7-4v8z", (-1, 0): "M0 0l7-4v8z", (0, 1): "M0 0l-4-7h8z", (0, -1): "M0 0l-4 7h8z"}
"""Arrowheads by direction."""


def render_fluid(scene: Scene) -> str:
    """The scene as one `<svg>` element that fills its container."""
    pen = _Pen(scene.width, scene.height)
    size = f'class="mp-diagram mp-fluid mp-fluid--{scene.fluid}" width="100%" height="{number(scene.height)}"'
    parts = (
        *map(pen.mark, scene.backdrop),
        *map(pen.box, scene.boxes),
        *(pen.stretches(edge.line.points, "mp-halo") for edge in scene.edges if edge.line.arrow),
        *map(pen.edge, scene.edges),
        *filter(None, map(pen.label, scene.boxes)),
        *map(pen.mark, scene.front),
    )
    return "\n".join((*head(scene, size), *parts, "</svg>"))


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes the parts of a picture of a given size."""

    width: float
    height: float

    def share(self, x: float) -> str:
        """A horizontal position as a percentage of the width."""
        return f"{round(100 * x / self.width, 2) + 0.0:.2f}".rstrip("0").removesuffix(".") + "%"

    def box(self, box: Tile) -> str:
        content = f"<title>{escape(box.name)}</title>{rect_element(box.frame, self.share)}"
        return link(content + self.marks(mark for mark in box.marks if not _is_label(mark)), box.href)

    def label(self, box: Tile) -> str:
        """The text beside a box, above all lines; for pointers only, as programs read the name of the box."""
        words = self.marks(filter(_is_label, box.marks))
        if box.href is None or not words:
            return words
        return f'<a tabindex="-1" aria-hidden="true" xlink:href="{escape(box.href)}">{words}</a>'

    def edge(self, edge: Connector) -> str:
        """A line between bars; the halos of all lines, drawn below them, set them off from what they cross."""
        points, looks = edge.line.points, ("mp-touch", f"mp-line {edge.line.classes}")
        if edge.line.arrow:
            lines = "".join(self.stretches(points, look) for look in looks) + self.tip(edge.line)
        else:
            lines = self.stretched(points, looks)
        return f'<g class="mp-edge" role="img"><title>{escape(edge.name)}</title>{lines}</g>'

    def marks(self, marks: Iterable[Primitive]) -> str:
        return "".join(map(self.mark, marks))

    def mark(self, mark: Primitive) -> str:
        match mark:
            case Text():
                return text_element(mark, self.share)
            case Rect():
                return rect_element(mark, self.share)
            case Sign():
                paths = f'<g class="mp-sign mp-{mark.name}">{sign_paths(mark.name)}</g>'
                return self.at(mark.x, mark.y, paths)
            case Polyline():
                return self.stretches(mark.points, f"mp-line {mark.classes}") + (self.tip(mark) if mark.arrow else "")
            case Polygon():
                return self.polygon(mark)
            case Stretch():
                return self.stretched(mark.points, (mark.classes,), "z")
            case _:
                assert_never(mark)

    def at(self, x: float, y: float, content: str) -> str:
        """Content of fixed shape, around a position."""
        return f'<svg x="{self.share(x)}" y="{number(y)}" overflow="visible">{content}</svg>'

    def stretches(self, points: tuple[tuple[float, float], ...], classes: str) -> str:
        """A line through points, segment by segment."""
        return "".join(
            f'<line class="{classes}" x1="{self.share(x)}" y1="{number(y)}" x2="{self.share(z)}" y2="{number(w)}"/>'
            for (x, y), (z, w) in pairwise(points)
        )

    def stretched(self, points: tuple[tuple[float, float], ...], looks: Iterable[str], close: str = "") -> str:
        """A curve or an area as wide as the picture; its lines keep their width."""
        path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        lines = "".join(
            f'<path class="{look}" d="M{path}{close}" vector-effect="non-scaling-stroke"/>' for look in looks
        )
        box = f'width="100%" height="{number(self.height)}" viewBox="0 0 {number(self.width)} {number(self.height)}"'
        return f'<svg {box} preserveAspectRatio="none">{lines}</svg>'

    def tip(self, line: Polyline) -> str:
        (x, y), (z, w) = line.points[-2:]
        direction = ((z > x) - (z < x), (w > y) - (w < y)) if z == x or w == y else (1, 0)
        return self.at(z, w, f'<path class="mp-arrow {line.classes}" d="{_HEADS.get(direction, _HEADS[1, 0])}"/>')

    def polygon(self, ring: Polygon) -> str:
        """A polygon of fixed shape around its centre."""
        xs = [x for x, _ in ring.points]
        middle = (min(xs) + max(xs)) / 2
        path = "L".join(f"{number(x - middle)} {number(y)}" for x, y in ring.points)
        return self.at(middle, 0, f'<path class="{ring.classes}" d="M{path}z"/>')


def _is_label(mark: Primitive) -> bool:
    return isinstance(mark, Text) and mark.style is TextStyle.BESIDE
