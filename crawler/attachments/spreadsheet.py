"""Read the rows of a spreadsheet (xlsx, xls, et, ods). No I/O; run it in a process with limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from crawler.attachments.document_kind import DocumentKind
from crawler.attachments.lines import first_lines, row_line
from crawler.attachments.ole import main_stream
from crawler.attachments.packed import ZIP_SIGNATURE, holds_part, unpack


def spreadsheet_text(stream: BinaryIO, most_characters: int) -> str:
    """Return the rows of all sheets that are seen, a line for each."""
    if stream.read(len(ZIP_SIGNATURE)) == ZIP_SIGNATURE:
        unpack(stream)
    stream.seek(0)
    return first_lines(_rows(stream), most_characters)


def _rows(stream: BinaryIO) -> Iterator[str]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(stream)
    for sheet in book.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
            for row in book.get_sheet_by_name(sheet.name).iter_rows():
                yield row_line(map(_written, row))


def _written(value: object) -> str:
    """Return a cell as people write it: 3, not 3.0; a day without midnight."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        return value.date().isoformat()
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _is_spreadsheet(body: bytes) -> bool:
    is_packed = holds_part(body, b"xl/workbook.") or b"opendocument.spreadsheet" in body[30:90]
    return is_packed or main_stream(body) in {"Workbook", "Book"}


KIND = DocumentKind(
    name="spreadsheet",
    suffixes=frozenset({"xlsx", "xls", "et", "ods"}),
    recognises=_is_spreadsheet,
    read=spreadsheet_text,
)
