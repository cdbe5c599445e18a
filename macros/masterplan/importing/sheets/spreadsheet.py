"""Spreadsheets to import a plan from, CSV or Excel workbooks, as rows of texts.

A formula has the value that the spreadsheet program stored. Nothing is computed, and no link is followed.
"""

import csv
import io
import warnings
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from masterplan.errors import UsageError
from masterplan.importing.answers import WHY_IGNORED, Answers
from masterplan.importing.input_file import REPLACEMENT, read_input_bytes, read_input_text
from masterplan.importing.ledger import Ledger, Span
from masterplan.load.source import FORBIDDEN

MOST_CELLS = 1_000_000
"""Most cells in a spreadsheet, including empty ones between others."""

MOST_SHEET_ROWS = 200_000
"""Most rows in a sheet, including empty ones."""

MOST_UNPACKED = 200_000_000
"""Most bytes in the files of a workbook, once unpacked."""

_DELIMITERS = ",;\t|"
_SAMPLE = 50
"""Rows that the choice of the delimiter is based on."""


class SheetLine(NamedTuple):
    """A row of a sheet: its number, from 1, and the texts of its cells without empty ones at the end."""

    number: int
    cells: tuple[str, ...]


class Sheet(NamedTuple):
    """A sheet: its name, empty for CSV, its rows without the empty ones, and whether its authors hid it."""

    name: str
    rows: tuple[SheetLine, ...]
    is_hidden: bool = False


def sheets_of(path: Path) -> tuple[Sheet, ...]:
    """Sheets of a file. Raises UsageError for a file that is not a spreadsheet, or is too large."""
    if path.suffix.lower() in {".csv", ".tsv"}:
        return (Sheet("", tuple(_RowReader(path).lines(_csv_rows(read_input_text(path).text, path)))),)
    return tuple(_workbook(read_input_bytes(path), path))


def lines_of(sheets: Iterable[Sheet]) -> tuple[list[str], list[tuple[str, int]]]:
    """Rows of all sheets as lines of a ledger: the text of each, and its sheet and number."""
    rows = [(sheet.name, row) for sheet in sheets for row in sheet.rows]
    texts = [" | ".join(" ".join(cell.split()) for cell in row.cells if cell) for _, row in rows]
    return texts, [(name, row.number) for name, row in rows]


def without_ignored(sheets: Sequence[Sheet], answers: Answers, ledger: Ledger) -> Iterator[tuple[Sheet, Span]]:
    """Sheets with the ignored rows emptied, and the lines of each in the ledger, which records the ignored rows.

    Raises UsageError if the answers do not name the sheet of such rows and there are several sheets.
    """
    bare = next((span for sheet, span in answers.ignored if not sheet), None)
    if bare and len(sheets) > 1:
        text = f"{bare.first}-{bare.last}"
        raise UsageError(f"ignore: {text} could be rows of several sheets; name theirs, as in {sheets[0].name} {text}")
    numbers = {(sheet or sheets[0].name, n) for sheet, span in answers.ignored for n in span if n <= MOST_SHEET_ROWS}
    for line, row in enumerate(ledger.rows, 1):
        if row in numbers:
            ledger.refuse(Span(line, line), WHY_IGNORED)
    first = 1
    for sheet in sheets:
        yield sheet._replace(rows=tuple(_without_rows(sheet, numbers))), Span(first, first + len(sheet.rows) - 1)
        first += len(sheet.rows)


def _without_rows(sheet: Sheet, ignored: Container[tuple[str, int]]) -> Iterator[SheetLine]:
    for row in sheet.rows:
        yield SheetLine(row.number, ()) if (sheet.name, row.number) in ignored else row


def _csv_rows(text: str, path: Path) -> Iterator[list[str]]:
    limit = csv.field_size_limit(len(text) + 1)
    try:
        delimiter = _delimiter(text)
        is_declared = text.lower().startswith(f"sep={delimiter}\n")
        yield from csv.reader(io.StringIO(text[len("sep=;\n") * is_declared :], newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UsageError(f"{path} is not valid CSV: {error}") from None
    finally:
        csv.field_size_limit(limit)


def _delimiter(text: str) -> str:
    """The delimiter that splits most of the first rows into the same number of cells, more than one."""

    def score(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths = [len(row) for row, _ in zip(rows, range(_SAMPLE), strict=False) if len(row) > 1]
        most = max(widths, key=widths.count, default=0)
        return widths.count(most), most

    declared = text[:6].lower()
    if declared.startswith("sep=") and declared[4:5] in _DELIMITERS:
        return declared[4]
    return max(_DELIMITERS, key=score)


def _workbook(content: bytes, path: Path) -> Iterator[Sheet]:
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(info.file_size for info in packed.infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        raise UsageError(f"{path} is not an Excel workbook; save it as .xlsx or CSV") from None
    if unpacked > MOST_UNPACKED:
        raise UsageError(f"{path} has more than {MOST_UNPACKED:,} bytes when unpacked; import it in parts")
    try:
        yield from _sheets(content, path)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook makes the library raise whatever it meets
        raise UsageError(f"{path} is a damaged workbook ({type(error).__name__}); save it again as .xlsx") from None


def _sheets(content: bytes, path: Path) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit = _RowReader(path)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
                rows = ([_text(value) for value in row] for row in sheet.iter_rows(values_only=True))
                yield Sheet(sheet.title, tuple(limit.lines(rows)), sheet.sheet_state != "visible")
        finally:
            book.close()


@dataclass
class _RowReader:
    """Reader of a file's rows that counts their cells."""

    path: Path
    cells: int = 0

    def lines(self, rows: Iterable[list[str]]) -> Iterator[SheetLine]:
        """Rows with a text. Raises UsageError for too many rows or cells."""
        for number, row in enumerate(rows, 1):
            self.cells += len(row)
            if self.cells > MOST_CELLS or number > MOST_SHEET_ROWS:
                raise UsageError(
                    f"{self.path} has more than {MOST_SHEET_ROWS:,} rows or {MOST_CELLS:,} cells; "
                    "delete those that are not part of the plan"
                )
            texts = [FORBIDDEN.sub(REPLACEMENT, text).strip() for text in row]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield SheetLine(number, tuple(texts))


def _text(value: Any) -> str:
    """A cell as text: dates by ISO 8601, whole numbers without a decimal point."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
            return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 10**15 else f"{value:.12g}"
    return unescape(str(value)).replace("\r\n", "\n").replace("\r", "\n")
