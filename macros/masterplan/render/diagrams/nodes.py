"""Boxes of sprints in the dependency diagram: their text, height, and names for screen readers."""

from dataclasses import dataclass
from typing import Literal

from masterplan.render.diagrams.scene import Point, Primitive, Rect, Sign, TextStyle, Tile, text_block

Look = Literal["planned", "ready", "active", "blocked", "done", "dropped"]

WIDTH = 158.0
_STUB_HEIGHT = 36.0
_INSET = 12.0
_TITLE_LINES = 3
_NOTE_LINES = 2
_SIGN = 16.0
_GAP = 5.0


@dataclass(frozen=True, slots=True)
class Node:
    """The content of a sprint's box."""

    key: str
    """Unique id in the diagram; arrows refer to it."""
    name: str
    """Short name, such as "Sprint 4"."""
    title: str
    href: str | None = None
    """Link to its page, relative to the current one."""
    phase: int = 0
    """Index into the diagram's phases."""
    status: str = ""
    """Text, such as "In progress"."""
    state: Look = "planned"
    """Sign and style of the status."""
    risk: str = ""
    """Text, such as "Medium risk"."""
    risk_level: int = 0
    """Number of filled bars in the risk's sign, from 1 for the lowest level to 5; 0 for no sign."""
    critical: bool = False
    focus: bool = False
    """Whether the diagram is about this sprint."""
    stub: bool = False
    """Whether it represents nodes that are not drawn, such as "+12 more": a small box with only the title."""

    def phrase(self) -> str:
        """The content of the box as one phrase, with the full title."""
        head = ": ".join(filter(None, (self.name, self.title)))
        path = "on the critical path" if self.critical else ""
        return ", ".join(filter(None, (head, self.status, self.risk, path)))


def height(node: Node) -> float:
    """The height that a box needs for the node's text."""
    if node.stub:
        return _STUB_HEIGHT
    notes = len(_notes(node))
    return (
        2 * _INSET
        + TextStyle.NAME.leading
        + _GAP
        + TextStyle.TITLE.leading * max(1, len(_title(node)))
        + (_GAP + TextStyle.NOTE.leading * notes if notes else 0)
    )


def box(node: Node, corner: Point, box_height: float) -> Tile:
    """The node's box, with its top left corner at `corner`."""
    x, y = corner
    states = f"mp-node mp-{node.state}{' mp-critical' * node.critical}{' mp-focus' * node.focus}"
    frame = Rect(x, y, WIDTH, box_height, "mp-node mp-stub" if node.stub else states, 8.0)
    marks = _stub_marks(node, corner) if node.stub else _marks(node, corner, box_height)
    return Tile(frame, node.phrase(), marks, node.href, node.key)


def _marks(node: Node, corner: Point, box_height: float) -> tuple[Primitive, ...]:
    left, top = corner[0] + _INSET, corner[1] + _INSET
    right, middle = corner[0] + WIDTH - _INSET, top + TextStyle.NAME.leading / 2
    name = TextStyle.NAME.wrap(node.name, WIDTH - 2 * _INSET - 2 * _SIGN, 1)
    notes = _notes(node)
    signs: list[Primitive] = [Sign(left + 5, middle, node.state)]
    if node.risk_level:
        signs.append(Sign(right - 6, middle, f"risk-{node.risk_level}"))
    return (
        *signs,
        *text_block(name, TextStyle.NAME, left + _SIGN, top),
        *text_block(_title(node), TextStyle.TITLE, left, top + TextStyle.NAME.leading + _GAP),
        *text_block(notes, TextStyle.NOTE, left, corner[1] + box_height - _INSET - TextStyle.NOTE.leading * len(notes)),
    )


def _stub_marks(node: Node, corner: Point) -> tuple[Primitive, ...]:
    lines = TextStyle.NAME.wrap(node.title, WIDTH - 2 * _INSET, 1)
    top = corner[1] + (_STUB_HEIGHT - TextStyle.NAME.leading) / 2
    return text_block(lines, TextStyle.NAME, corner[0] + WIDTH / 2, top, "middle")


def _title(node: Node) -> tuple[str, ...]:
    return TextStyle.TITLE.wrap(node.title, WIDTH - 2 * _INSET, _TITLE_LINES)


def _notes(node: Node) -> tuple[str, ...]:
    words = " · ".join(filter(None, (node.status, node.risk)))
    return TextStyle.NOTE.wrap(words, WIDTH - 2 * _INSET, _NOTE_LINES)
