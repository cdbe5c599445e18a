"""Scenes: pictures before they are SVG, in which everything has its position, line breaks and name.

Lengths are pixels from the top left corner. A scene has no colours: `assets/diagrams.css` defines the look of classes
and text styles. The sizes of text styles must be the same there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from masterplan.model.task import NEED_VERBS, Strength
from masterplan.render.diagrams.text import unbroken, width, wrap

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
PictureWidth = Literal["", "wide", "slim"]


class TextStyle(Enum):
    """A text style: class name, font size, line height and weight."""

    NAME = ("mp-name", 12.0, 16.0, "bold")
    TITLE = ("mp-title", 13.0, 18.0, "bold")
    NOTE = ("mp-note", 12.0, 15.0, "normal")
    LABEL = ("mp-label", 12.0, 15.0, "normal")
    HEADING = ("mp-heading", 12.5, 17.0, "bold")
    BAR = ("mp-word", 12.5, 16.0, "normal")
    BESIDE = ("mp-beside", 12.5, 16.0, "normal")

    def __init__(self, css: str, size: float, leading: float, weight: str) -> None:
        self.css = css
        self.size = size
        self.leading = leading
        self.bold = weight == "bold"

    def width(self, text: str) -> float:
        """The width of one line."""
        return width(text, bold=self.bold) * self.size

    def wrap(self, text: str, limit: float, lines: int) -> tuple[str, ...]:
        """Break text into at most `lines` lines no wider than `limit`; a cut ends in an ellipsis."""
        return wrap(text, limit / self.size, lines, bold=self.bold)

    def whole(self, text: str, limit: float, lines: int) -> tuple[str, ...]:
        """Break text like `wrap`, but return no lines if it would be cut or a word broken."""
        wrapped = self.wrap(text, limit, lines + 1)
        fits = len(wrapped) <= lines and unbroken(text, limit / self.size, bold=self.bold)
        return wrapped if fits else ()


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    content: str
    style: TextStyle
    anchor: Anchor = "start"
    only_at: PictureWidth = ""
    """The width of a fluid picture at which it is shown: only a large one, only a small one, or "" for both."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle with rounded corners."""

    x: float
    y: float
    width: float
    height: float
    classes: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A small sign for a status or a level of risk, around its centre."""

    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class Polyline:
    """A line through points with rounded corners; an arrow points at the last point."""

    points: tuple[Point, ...]
    classes: str
    arrow: bool = False


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon that keeps its shape in a fluid picture."""

    points: tuple[Point, ...]
    classes: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A filled polygon that stretches with a fluid picture."""

    points: tuple[Point, ...]
    classes: str


Primitive = Text | Rect | Sign | Polyline | Polygon | Stretch


@dataclass(frozen=True, slots=True)
class Tile:
    """A frame with marks, a name that is also its tooltip, and a link if `href` is given."""

    frame: Rect
    name: str
    marks: tuple[Primitive, ...] = ()
    href: str | None = None
    key: str = ""
    """Id for scripts that show part of a picture."""


@dataclass(frozen=True, slots=True)
class Connector:
    """A line with a name, for screen readers and as its tooltip."""

    line: Polyline
    name: str
    label: tuple[Text, ...] = ()
    ends: tuple[str, str] = ("", "")
    """The keys of the boxes it leads from and to."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A dependency: `target` needs `source`; both are keys of boxes or bars."""

    source: str
    target: str
    strength: Strength = "hard"
    reason: str = ""
    critical: bool = False
    through: str = ""
    """The dependencies it is derived from; part of the line's name, and not drawn."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Title and description of a picture for screen readers."""

    title: str
    desc: str
    prefix: str
    """Prefix of ids in the picture; unique on the page."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture. Later parts cover earlier ones; boxes are in reading and keyboard order.

    A `fluid` picture, named by its kind, fills its container: horizontal positions are shares of its `width`, the
    minimum width that it is made for. Text and heights keep their size, so parts that do not overlap at this width do
    not overlap at any larger one.
    """

    width: float
    height: float
    caption: Caption
    backdrop: tuple[Primitive, ...] = ()
    edges: tuple[Connector, ...] = ()
    boxes: tuple[Tile, ...] = ()
    front: tuple[Primitive, ...] = ()
    fluid: Literal["", "weeks", "plot", "bars", "spark"] = ""


def text_block(
    lines: tuple[str, ...], style: TextStyle, x: float, top: float, anchor: Anchor = "start"
) -> tuple[Text, ...]:
    """Stack lines of text downwards from `top`."""
    base = top + (style.leading + 0.72 * style.size) / 2
    return tuple(Text(x, base + at * style.leading, line, style, anchor) for at, line in enumerate(lines))


def edge(arrow: Arrow, points: tuple[Point, ...], names: Mapping[str, str], label: tuple[Text, ...] = ()) -> Connector:
    """An arrow's line through points; `names` maps keys to the names of boxes."""
    classes = f"mp-{arrow.strength}{' mp-critical' * arrow.critical}"
    why = "; ".join(filter(None, (arrow.reason, arrow.through)))
    reason = f": {why}" if why else ""
    path = ", on the critical path" if arrow.critical else ""
    sentence = (
        f"{names[arrow.target]} {NEED_VERBS[arrow.strength]} {names[arrow.source]}{reason} ({arrow.strength}{path})"
    )
    return Connector(Polyline(points, classes, arrow=True), sentence, label, (arrow.source, arrow.target))


def empty_scene(caption: Caption) -> Scene:
    """A picture with a note that there is nothing to show."""
    words = ("Nothing to show yet",)
    width, height = TextStyle.NOTE.width(words[0]) + 48, 56.0
    frame = Rect(1, 1, width - 2, height - 2, "mp-node mp-stub", 8.0)
    return Scene(width, height, caption, (frame, *text_block(words, TextStyle.NOTE, width / 2, 21, "middle")))
