"""Detection of the column that names the units of a table's rows, by its head and by its cells."""

from functools import lru_cache

from masterplan.importing import clues
from masterplan.importing.document import Block, Row
from masterplan.importing.headings import UnitHead, family_key, kind_of, read_head
from masterplan.importing.marks import plain, without_signs

TIMES = frozenset({"week", "calendar week", "day", "month", "quarter"})
_COUNTERS = {"", "id", "key", "no", "nr", "num", "number"}

_SAMPLE = 500
"""Number of rows that decide what a column contains."""


def unit_column(table: Block) -> int | None:
    """Position of the column that names the units: one whose head is a word for units, else one with unit names.

    Only the first three columns count; None if there is no such column.
    """
    columns = range(min(3, len(table.rows[0].cells)))
    worded = [column for column in columns if word_of_column(table, column)]
    if not worded and _is_history(table):
        return None
    return next((column for column in (*worded, *columns) if has_unit_names(table, column)), None)


def _is_history(table: Block) -> bool:
    """Whether a table is the revision history of the document: a column of versions first, then one of changes."""
    first, *others = (clues.signals(plain(cell)) for cell in table.rows[0].cells)
    return "version" in first and any("history" in other for other in others)


def has_unit_names(table: Block, column: int) -> bool:
    """Whether most cells in the first rows of a column are unit names of one kind."""
    rows = table.rows[1:_SAMPLE]
    cells = [cell for row in rows if (cell := row.cell(column)).strip()]
    heads = [head for cell in cells if (head := head_of_cell(table, column, cell))]
    return len(heads) * 2 > len(cells) and len({family_key(head) for head in heads}) == 1


def head_of_cell(table: Block, column: int, cell: str) -> UnitHead | None:
    """Unit name in a cell: as in a heading, or an id in a column whose head gives the word, such as `Epic #`."""
    head, word = read_head(cell), word_of_column(table, column)
    if word and not (head and head.word):
        counted = head._replace(word=word) if head else read_head(f"{word} {without_signs(plain(cell))}")
        head = counted if counted and counted.word == word else None
    return head if head and not head.about and (kind_of(head.word) or not head.word) else None


def head_of_row(table: Block, column: int, row: Row) -> UnitHead | None:
    """Unit name in a row, with the title from the next column if this one only numbers the rows."""
    head = head_of_cell(table, column, row.cell(column))
    titles = title_column(table, column)
    has_title = titles is not None and titles < len(row.cells)
    return head._replace(title=plain(row.cells[titles])) if head and titles is not None and has_title else head


def title_column(table: Block, column: int) -> int | None:
    """Position of the titles next to a column that numbers sprints or phases: `# | Sprint`; None if there is none."""
    return column + 1 if _is_counter(table.rows[0].cells[column]) and word_of_column(table, column) else None


def word_of_column(table: Block, column: int) -> str:
    """Word for a unit in the head of a column, without `#`, `No.` and `ID`; empty if there is none.

    A head with nothing else takes the word of the next column if that means sprint or phase: `# | Sprint`.
    """
    heads = table.rows[0].cells
    if column + 1 < len(heads) and _is_counter(heads[column]):
        word = _unit_word(heads[column + 1])
        return word if kind_of(word) in {"sprint", "phase"} else ""
    return _unit_word(heads[column])


@lru_cache(1024)
def _is_counter(head: str) -> bool:
    """Whether the head of a column only numbers the rows: `#`, `No.`, `ID`."""
    return bool(plain(head)) and not _without_counters(head)


def _without_counters(head: str) -> list[str]:
    return [word for word in plain(head).split() if word.strip("#№.:").casefold() not in _COUNTERS]


@lru_cache(1024)
def _unit_word(head: str) -> str:
    words = _without_counters(head)
    word = " ".join(words[:3])
    kind = kind_of(word) if len(words) < 3 else None  # noqa: PLR2004 - `Work Item`
    return word if kind is not None and kind not in TIMES else ""
