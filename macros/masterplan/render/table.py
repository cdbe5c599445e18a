"""Tables: columns and rows, decided in Python and shown by one template that turns rows into cards on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from masterplan.render.html import render

MOST_SEARCHED = 60
"""A table of more rows stays out of the search: what it says of a sprint is found on the sprint's own page."""


@dataclass(frozen=True)
class Row:
    """One row: a cell for each column, an anchor to link to, and facts to filter by (`data-…` names and values)."""

    cells: Sequence[object]
    anchor: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def table(caption: str, columns: Sequence[str], rows: Sequence[Row], *, foot: Sequence[Row] = ()) -> Markup:
    """A table with a caption for those who do not see it; says so when it has no rows."""
    numbers = {n for n, column in enumerate(columns) if column.endswith("#")}
    names = [column.removesuffix("#") for column in columns]
    filters = " ".join(dict.fromkeys(fact for row in rows for fact in row.facts))
    return render(
        "table.html.jinja",
        caption=caption,
        columns=names,
        rows=rows,
        foot=foot,
        numbers=numbers,
        filters=filters,
        searched=len(rows) <= MOST_SEARCHED,
    )
