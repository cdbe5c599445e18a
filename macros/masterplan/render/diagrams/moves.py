"""A chart of moved windows, a row each: the old window is a dashed outline, the new one a bar.

Both windows are also in words. Added windows have no outline, removed ones no bar.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from masterplan.render.diagrams.bars import Axis
from masterplan.render.diagrams.fluid import render_fluid
from masterplan.render.diagrams.scene import Caption, Polyline, Primitive, Rect, Scene, TextStyle, Tile, text_block

DaysFromStart = tuple[int, int | None]
"""The first day and the day after the last, counted from the start of a plan; None for an open end."""

_WIDTH = 280.0
_SIDE = 6.0
_PAD = 6.0
_BEFORE = 18.0
_AFTER = 10.0
_SHORTEST = 4.0
_FOOT = 24.0
_APART = 8.0
_LINES = 2


@dataclass(frozen=True, slots=True)
class Move:
    """A moved window: the name of its owner, both windows in words, and as days, or None without a window."""

    name: str
    words: str
    before: DaysFromStart | None
    after: DaysFromStart | None


@dataclass(frozen=True, slots=True)
class _Across:
    """The horizontal axis, in weeks; `first` is the number of weeks from the start of the plan to its left end."""

    axis: Axis
    first: int

    @classmethod
    def over(cls, moves: Sequence[Move]) -> "_Across":
        """An axis of whole weeks that covers all windows, and the first week of open ones."""
        sides = [side for move in moves for side in (move.before, move.after) if side]
        first = min(begin for begin, _ in sides) // 7
        last = max(begin + 7 if end is None else end for begin, end in sides)
        return cls(Axis(_SIDE, _WIDTH - _SIDE, (0.0, float(ceil(last / 7) - first))), first)

    def at(self, day: int) -> float:
        """The position of a day."""
        return self.axis.at(day / 7 - self.first)

    def rect(self, days: DaysFromStart, top: float, height: float, look: str) -> Rect:
        """The bar of a window; an open one extends to the edge."""
        left = min(self.at(days[0]), self.axis.end - _SHORTEST)
        right = self.axis.end if days[1] is None else self.at(days[1])
        return Rect(left, top, max(right - left, _SHORTEST), height, look, 3.0)


def move_bars(moves: Sequence[Move], week: Callable[[int], str], caption: Caption) -> str:
    """The chart as SVG; `week` returns the label for the start of a week, counted from 0."""
    across, rows, top = _Across.over(moves), list[Tile](), 0.0
    for move in moves:
        rows.append(_row(move, across, top))
        top += rows[-1].frame.height
    return render_fluid(Scene(_WIDTH, top + _FOOT, caption, _grid(across, week, top), boxes=tuple(rows), fluid="bars"))


def _row(move: Move, across: _Across, top: float) -> Tile:
    """A row: the name, and both windows in words and as bars."""
    marks, y = list[Primitive](), top + _PAD
    for style, text in ((TextStyle.NAME, move.name), (TextStyle.BESIDE, move.words)):
        lines = style.wrap(text, _WIDTH - 2 * _SIDE, _LINES)
        marks += text_block(lines, style, _SIDE, y)
        y += len(lines) * style.leading
    y += _PAD / 2
    marks += [across.rect(move.before, y, _BEFORE, "mp-before")] if move.before else []
    marks += [across.rect(move.after, y + (_BEFORE - _AFTER) / 2, _AFTER, "mp-after")] if move.after else []
    frame = Rect(0, top, _WIDTH, y + _BEFORE + _PAD - top, "mp-row")
    return Tile(frame, f"{move.name}: {move.words}", tuple(marks))


def _grid(across: _Across, week: Callable[[int], str], bottom: float) -> tuple[Primitive, ...]:
    """Lines and labels at the starts of weeks, as many as there is room for."""
    weeks = int(across.axis.ticks[-1])
    widest = max(TextStyle.NOTE.width(week(across.first + n)) for n in (0, weeks))
    step = ceil(weeks * (widest + _APART) / (across.axis.end - across.axis.start))
    marks: list[Primitive] = []
    for n in range(0, weeks + 1, max(1, step)):
        x, words = across.axis.at(n), week(across.first + n)
        marks.append(Polyline(((x, 0.0), (x, bottom)), "mp-grid"))
        if x + TextStyle.NOTE.width(words) <= _WIDTH:
            marks.extend(text_block((words,), TextStyle.NOTE, x, bottom + 5))
    return tuple(marks)
