"""The plan as an Excel workbook to edit and import again: a sheet for each kind of part, a row for each part.

No cell is a formula, whatever its text begins with. The same plan gives the same bytes.
"""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from masterplan.model.cells import SHEETS, SheetKind, columns_of_sheet, rows_of_sheet
from masterplan.model.plan import Plan

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - the format has no time zone
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file can store; all files have it, so that the bytes do not depend on the time."""

_PROPERTIES = "docProps/core.xml"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""Underscores that spreadsheet programs would read as the start of a character code such as `_x000D_`."""

_DATES = {"when", "reached"}
_NUMBERS = {"points", "share", "capacity"}
_TEXT = "@"
"""The number format of text cells, in which `1-2` does not become a date."""

_WIDEST, _NARROWEST = 60, 8


def xlsx(plan: Plan) -> bytes:
    """The workbook as the bytes of its file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for kind in SHEETS:
        _fill(book.create_sheet(kind.name), plan, kind)
    stream = io.BytesIO()
    book.save(stream)
    return _timeless(stream)


def _fill(sheet: Worksheet, plan: Plan, kind: SheetKind) -> None:
    columns = columns_of_sheet(plan, kind)
    rows = [columns, *([row.cells[column] for column in columns] for row in rows_of_sheet(plan, kind))]
    dated = _DATES | {field.id for field in plan.custom_fields(kind.of) if field.kind == "date"} if kind.of else _DATES
    for n, row in enumerate(rows, 1):
        for m, text in enumerate(row, 1):
            if text:
                _write(sheet.cell(n, m), text, columns[m - 1] if n > 1 else "", dated)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows)}"
    for m, name in enumerate(columns):
        dimension = sheet.column_dimensions[get_column_letter(m + 1)]
        dimension.width = _width([row[m] for row in rows])
        if name not in _NUMBERS | dated - {"when"}:
            dimension.number_format = _TEXT


def _write(cell: Cell | MergedCell, text: str, column: str, dated: set[str]) -> None:
    """Write text into a cell: as a date or a number in columns of these, else as text that is not a formula."""
    day = _date(text) if column in dated else None
    if day is not None:
        cell.value = day
        cell.number_format = "yyyy-mm-dd"
    elif column in _NUMBERS and _NUMBER.fullmatch(text):
        cell.value = int(text)
    else:
        cell.value = _ESCAPED.sub("_x005F_", text)
        cell.data_type = "s"
        cell.number_format = _TEXT
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text or len(text) > _WIDEST)


def _date(text: str) -> date | None:
    """The date of a text, if it is 1900-03-01 or later: spreadsheets miscount earlier days."""
    day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    return day if day and day >= date(1900, 3, 1) else None


def _width(texts: Sequence[str]) -> int:
    longest = max(len(line) for text in texts for line in [*text.split("\n"), ""])
    return max(_NARROWEST, min(_WIDEST, longest + 2))


def _timeless(stream: io.BytesIO) -> bytes:
    """The bytes of the workbook, without the time of its creation."""
    properties = DocumentProperties(creator="masterplan", created=_CREATED, modified=_CREATED)
    made = io.BytesIO()
    with ZipFile(stream) as book, ZipFile(made, "w", ZIP_DEFLATED) as copy:
        for name in sorted(book.namelist()):
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            copy.writestr(info, tostring(properties.to_tree()) if name == _PROPERTIES else book.read(name))
    return made.getvalue()
