"""Which column of a table names the units of its rows: by the words of its heads, and by what its cells begin with."""

from functools import lru_cache

from masterplan.importing import clues
from masterplan.importing.document import Block, Row
from masterplan.importing.headings import UnitHead, family_key, kind_of, read_head
from masterplan.importing.marks import plain, without_signs

TIMES = frozenset({"week", "calendar week", "day", "month", "quarter"})
_COUNTERS = {"", "id", "key", "no", "nr", "num", "number"}

_SAMPLE = 500
"""Rows that decide what a column has."""


def unit_column(table: Block) -> int | None:
    """The column of a table that names its units: one whose head is a word for them, else one of names.

    Only the first three columns count; None where there is none.
    """
    columns = range(min(3, len(table.rows[0].cells)))
    worded = [column for column in columns if word_of_column(table, column)]
    if not worded and _is_history(table):
        return None
    return next((column for column in (*worded, *columns) if has_unit_names(table, column)), None)


def _is_history(table: Block) -> bool:
    """Whether a table lists versions of the document: it begins with a column of these, and has one for changes."""
    first, *others = (clues.signals(plain(cell)) for cell in table.rows[0].cells)
    return "version" in first and any("history" in other for other in others)


def has_unit_names(table: Block, column: int) -> bool:
    """Whether most cells of a column, of its first rows, are names of one kind."""
    rows = table.rows[1:_SAMPLE]
    cells = [row.cells[column] for row in rows if column < len(row.cells) and row.cells[column].strip()]
    heads = [head for cell in cells if (head := head_of_cell(table, column, cell))]
    return len(heads) * 2 > len(cells) and len({family_key(head) for head in heads}) == 1


def head_of_cell(table: Block, column: int, cell: str) -> UnitHead | None:
    """The name in a cell: as in a heading, or an id below a head that is the word, such as `Epic #`."""
    head, word = read_head(cell), word_of_column(table, column)
    if word and not (head and head.word):
        counted = head._replace(word=word) if head else read_head(f"{word} {without_signs(plain(cell))}")
        head = counted if counted and counted.word == word else None
    return head if head and not head.about and (kind_of(head.word) or not head.word) else None


def head_of_row(table: Block, column: int, row: Row) -> UnitHead | None:
    """The name in a column of a row, with the title that stands beside a number."""
    head = head_of_cell(table, column, row.cells[column]) if column < len(row.cells) else None
    beside = title_column(table, column)
    has_title = beside is not None and beside < len(row.cells)
    return head._replace(title=plain(row.cells[beside])) if head and beside is not None and has_title else head


def title_column(table: Block, column: int) -> int | None:
    """The column of titles beside one that numbers sprints or phases: `# | Sprint`; None where there is none."""
    return column + 1 if _is_counter(table.rows[0].cells[column]) and word_of_column(table, column) else None


def word_of_column(table: Block, column: int) -> str:
    """The word for a unit that a column's head is, without `#`, `No.` and `ID`; empty where it is none.

    A head that has nothing else shares the word of the next one, if that is a sprint or phase: `# | Sprint`.
    """
    heads = table.rows[0].cells
    if column + 1 < len(heads) and _is_counter(heads[column]):
        word = _unit_word(heads[column + 1])
        return word if kind_of(word) in {"sprint", "phase"} else ""
    return _unit_word(heads[column])


@lru_cache(1024)
def _is_counter(head: str) -> bool:
    """Whether the head of a column says that it numbers the rows: `#`, `No.`, `ID`."""
    return bool(plain(head)) and not _without_counters(head)


def _without_counters(head: str) -> list[str]:
    return [word for word in plain(head).split() if word.strip("#№.:").casefold() not in _COUNTERS]


@lru_cache(1024)
def _unit_word(head: str) -> str:
    words = _without_counters(head)
    word = " ".join(words[:3])
    kind = kind_of(word) if len(words) < 3 else None  # noqa: PLR2004 - `Work Item`
    return word if kind is not None and kind not in TIMES else ""
