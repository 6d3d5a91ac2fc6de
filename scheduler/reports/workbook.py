"""Write Excel workbooks in which a text is a text, never a formula; rows with Chinese heads and Beijing times."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

from crawler.text.addresses import web_address
from storage.records import BEIJING

SheetColumn: TypeAlias = tuple[str, str, int]
"""A column: the key of a row's value, its head, its width in characters of the sheet's font."""
# Nothing is written to a file on the way, either.
PLAIN_CELLS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "remove_timezone": True,
}  # fmt: skip
LONGEST_LINK = 2079  # characters; Excel cuts or refuses longer ones, so they stay text
LONGEST_CELL = 32_767  # characters


def workbook_of(*sheets: Callable[[Workbook], None]) -> bytes:
    """Return a workbook, each of whose sheets is written by a function."""
    out = io.BytesIO()
    book = Workbook(out, PLAIN_CELLS)
    for write in sheets:
        write(book)
    book.close()
    return out.getvalue()


def rows_as_xlsx(name: str, columns: Sequence[SheetColumn], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as a workbook of one sheet, as `write_rows` writes it."""
    return workbook_of(lambda book: write_rows(book, name, columns, rows))


def write_rows(book: Workbook, name: str, columns: Sequence[SheetColumn], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as a sheet: a text is a text, numbers, days and moments (UTC) are what they are.

    What is None or empty is an empty cell; `url` is a link.
    """
    sheet = begin_table(book, name, [(head, width) for _, head, width in columns])
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
    last = 0
    for last, row in enumerate(rows, start=1):
        for number, (key, _, _) in enumerate(columns):
            value = row[key]
            if isinstance(value, datetime):
                sheet.write_datetime(last, number, value.astimezone(BEIJING), moment)
            elif isinstance(value, date):
                sheet.write_datetime(last, number, value, day)
            elif isinstance(value, int | float):
                sheet.write_number(last, number, value)
            elif value:
                _write_text(sheet, last, number, str(value), is_link=key == "url")
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, last), len(columns) - 1)


def begin_table(book: Workbook, name: str, columns: Iterable[tuple[str, int]]) -> Any:
    """Return a new sheet with the heads of its columns, each with its width."""
    sheet, bold = book.add_worksheet(name), book.add_format({"bold": True, "bottom": 1})
    for number, (head, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, head, bold)
    return sheet


def print_on_a4(sheet: Any) -> None:
    """Let a sheet be printed on A4, as broad as the paper."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write_text(sheet: Any, row: int, column: int, value: str, *, is_link: bool) -> None:
    if is_link and web_address(value) and len(value) <= LONGEST_LINK:
        sheet.write_url(row, column, value, None, value)
    else:
        sheet.write_string(row, column, value[:LONGEST_CELL])
