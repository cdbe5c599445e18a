"""Tables: columns and rows, decided in Python and shown by one template that turns rows into cards on a phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from masterplan.render.html import NOT_STATED, NOTHING, render

MOST_SEARCHED = 60
"""A table of more rows stays out of the search: what it says of a sprint is found on the sprint's own page."""


class Numbers(str):
    """The heading of a column of numbers, dates or amounts, which stand to the right, digit under digit."""

    __slots__ = ()


@dataclass(frozen=True)
class Row:
    """One row: a cell for each column, an anchor to link to, and facts to filter by (`data-…` names and values)."""

    cells: Sequence[object]
    anchor: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def table(
    caption: str, columns: Sequence[str], rows: Sequence[Row], *, foot: Sequence[Row] = (), whole: bool = False
) -> Markup:
    """A table with a caption for those who do not see it; nothing without rows.

    A column is one of numbers where its heading is `Numbers`. One without a value is left out, unless the table is
    `whole`, as one with a before and an after is.
    """
    if not rows:
        return Markup("")
    lines = (*rows, *foot)
    kept = [n for n in range(len(columns)) if whole or n == 0 or not _is_empty(row.cells[n] for row in lines)]
    filters = " ".join(dict.fromkeys(fact for row in rows for fact in row.facts))
    return render(
        "table.html.jinja",
        caption=caption,
        columns=[columns[n] for n in kept],
        rows=[_with(row, kept) for row in rows],
        foot=[_with(row, kept) for row in foot],
        numbers={at for at, n in enumerate(kept) if isinstance(columns[n], Numbers)},
        filters=filters,
        searched=len(rows) <= MOST_SEARCHED,
    )


def stated(rows: Iterable[Row]) -> list[Row]:
    """The rows that have a value beside their name in the first cell."""
    return [row for row in rows if not _is_empty(row.cells[1:])]


def _with(row: Row, kept: Sequence[int]) -> Row:
    return Row([row.cells[n] for n in kept], row.anchor, row.facts)


def _is_empty(cells: Iterable[object]) -> bool:
    return all(isinstance(cell, str) and cell in {"", NOTHING, NOT_STATED} for cell in cells)
