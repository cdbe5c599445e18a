"""Writer of scenes as SVG that is inline in a page.

The output has no colours, styles, scripts or blank lines; `assets/diagrams.css` defines its look. Numbers are rounded
to a tenth, so that the bytes are stable. Links use `xlink:href`, as instant navigation ignores the plain attribute.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import hypot

from masterplan.render.diagrams.scene import (
    Connector,
    Point,
    Polygon,
    Polyline,
    Primitive,
    Rect,
    Scene,
    Sign,
    Stretch,
    Text,
    Tile,
)
from masterplan.render.escape import escape

_ROUNDING = 8.0
_ARROW = 7.0

_RING = ("mp-stroke", "M4.7 0a4.7 4.7 0 1 1-9.4 0a4.7 4.7 0 1 1 9.4 0z")
_BARS = (
    "M-6.5 5v-2.6h1.9v2.6z",
    "M-3.8 5v-4.4h1.9v4.4z",
    "M-1 5v-6.2h1.9v6.2z",
    "M1.8 5v-8h1.9v8z",
    "M4.5 5v-9.8h1.9v9.8z",
)
_SIGNS: dict[str, tuple[tuple[str, str], ...]] = {
    "planned": (_RING,),
    "ready": (_RING, ("mp-fill", "M2 0a2 2 0 1 1-4 0a2 2 0 1 1 4 0z")),
    "active": (_RING, ("mp-fill", "M0-2.8a2.8 2.8 0 0 1 0 5.6z")),
    "blocked": (_RING, ("mp-stroke", "M-2.2 0h4.4")),
    "done": (_RING, ("mp-fill", _RING[1]), ("mp-cut", "M-2.1.2l1.5 1.6l2.8-3.3")),
    "dropped": (_RING, ("mp-stroke", "M-1.6-1.6l3.2 3.2m0-3.2l-3.2 3.2")),
    **{
        f"risk-{level}": (("mp-fill", "".join(_BARS[:level])), ("mp-faint", "".join(_BARS[level:])))
        for level in range(1, len(_BARS) + 1)
    },
}


def render(scene: Scene) -> str:
    """The scene as one `<svg>` element."""
    width, height = number(scene.width), number(scene.height)
    size = f'class="mp-diagram" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return "\n".join(
        (
            *head(scene, size),
            *map(_mark, scene.backdrop),
            *map(_edge, scene.edges),
            *map(_box, scene.boxes),
            *map(_mark, scene.front),
            "</svg>",
        )
    )


def head(scene: Scene, size: str) -> tuple[str, ...]:
    """The start of a picture: its opening tag with the `size` attributes, its title and its description."""
    title, desc = escape(f"{scene.caption.prefix}-title"), escape(f"{scene.caption.prefix}-desc")
    # Assistive technology hides the children of an "img", so only a picture without lines and links is one.
    role = "group" if scene.edges or any(box.href for box in scene.boxes) else "img"
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return (
        f'<svg {size} {names} role="{role}" aria-labelledby="{title} {desc}">',
        f'<title id="{title}">{escape(scene.caption.title)}</title>',
        f'<desc id="{desc}">{escape(scene.caption.desc)}</desc>',
    )


@lru_cache(maxsize=1 << 12)
def number(value: float) -> str:
    """A length with at most one decimal."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def _box(box: Tile) -> str:
    return link(f"<title>{escape(box.name)}</title>{rect_element(box.frame)}{_marks(box.marks)}", box.href, box.key)


def link(content: str, href: str | None, key: str = "") -> str:
    """Named content as a link, or as an image without an `href`."""
    keyed = f' data-key="{escape(key)}"' if key else ""
    if href is None:
        return f'<g class="mp-box"{keyed} role="img">{content}</g>'
    # The role marks it as a link for programs that only check for `href`.
    return f'<a class="mp-box"{keyed} role="link" xlink:href="{escape(href)}">{content}</a>'


def _edge(edge: Connector) -> str:
    # The wide invisible line is the target for pointers.
    touch = f'<path class="mp-touch" d="{_path(edge.line.points)}"/>'
    content = f"<title>{escape(edge.name)}</title>{touch}{_line(edge.line)}{_marks(edge.label)}"
    source, target = map(escape, edge.ends)
    return f'<g class="mp-edge" data-from="{source}" data-to="{target}" role="img">{content}</g>'


def _marks(marks: Iterable[Primitive]) -> str:
    return "".join(map(_mark, marks))


def _mark(mark: Primitive) -> str:
    match mark:
        case Text():
            return text_element(mark)
        case Rect():
            return rect_element(mark)
        case Sign():
            return _sign(mark)
        case Polyline():
            return _line(mark)
        case Polygon() | Stretch():
            return f'<path class="{mark.classes}" d="M{"L".join(map(_spot, mark.points))}z"/>'


def text_element(text: Text, across: Callable[[float], str] = number) -> str:
    """A text; `across` writes its horizontal position."""
    width = f" mp-{text.only_at}" if text.only_at else ""
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    spot = f'x="{across(text.x)}" y="{number(text.y)}"'
    return f'<text class="{text.style.css}{width}" {spot}{anchor}>{escape(text.content)}</text>'


def rect_element(rect: Rect, across: Callable[[float], str] = number) -> str:
    """A rectangle; `across` writes its horizontal position and its width."""
    radius = f' rx="{number(rect.radius)}"' if rect.radius else ""
    size = f'width="{across(rect.width)}" height="{number(rect.height)}"'
    return f'<rect class="{rect.classes}" x="{across(rect.x)}" y="{number(rect.y)}" {size}{radius}/>'


def _sign(sign: Sign) -> str:
    paths = sign_paths(sign.name)
    spot = f"translate({number(sign.x)} {number(sign.y)})"
    return f'<g class="mp-sign mp-{sign.name}" transform="{spot}">{paths}</g>'


def sign_paths(name: str) -> str:
    """The paths of a sign."""
    return "".join(f'<path class="{css}" d="{path}"/>' for css, path in _SIGNS[name])


def _line(line: Polyline) -> str:
    if not line.arrow:
        return f'<path class="mp-line {line.classes}" d="{_path(line.points)}"/>'
    tip = line.points[-1]
    neck = _toward(tip, line.points[-2], _ARROW)
    stem = _path((*line.points[:-1], _toward(tip, line.points[-2], _ARROW - 1)))
    side = ((tip[1] - neck[1]) * 0.55, (neck[0] - tip[0]) * 0.55)
    head = (tip, (neck[0] + side[0], neck[1] + side[1]), (neck[0] - side[0], neck[1] - side[1]))
    corners = "L".join(_spot(point) for point in head)
    return f'<path class="mp-line {line.classes}" d="{stem}"/><path class="mp-arrow {line.classes}" d="M{corners}z"/>'


def _path(points: Sequence[Point]) -> str:
    """The path through points, with corners rounded as far as the adjacent segments allow."""
    parts = [f"M{_spot(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_ROUNDING, hypot(*_minus(corner, before)) / 2, hypot(*_minus(after, corner)) / 2)
        start, end = _toward(corner, before, radius), _toward(corner, after, radius)
        parts.append(f"L{_spot(start)}Q{_spot(corner)} {_spot(end)}")
    return "".join((*parts, f"L{_spot(points[-1])}"))


def _spot(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _minus(one: Point, other: Point) -> Point:
    return one[0] - other[0], one[1] - other[1]


def _toward(start: Point, goal: Point, distance: float) -> Point:
    """The point at a `distance` from `start` towards `goal`."""
    vector = _minus(goal, start)
    share = distance / (hypot(*vector) or 1.0)
    return start[0] + vector[0] * share, start[1] + vector[1] * share
