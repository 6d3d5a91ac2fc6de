"""Write rows as an Excel workbook of one sheet with Chinese heads and Beijing times."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

from scheduler.notify.markup import web_address
from scheduler.reports.brief_xlsx import LONGEST_CELL, LONGEST_LINK, PLAIN_CELLS
from storage.records import BEIJING

SheetColumn: TypeAlias = tuple[str, str, int]
"""A column: the key of a row's value, its head, its width in characters of the sheet's font."""


def rows_as_xlsx(name: str, columns: Sequence[SheetColumn], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as a workbook: a text is a text, never a formula; numbers, days and moments (UTC) are what they are.

    What is None or empty is an empty cell; `url` is a link.
    """
    out = io.BytesIO()
    book = Workbook(out, PLAIN_CELLS)
    sheet, head = book.add_worksheet(name), book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
    for number, (_, shown, width) in enumerate(columns):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, shown, head)
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
    book.close()
    return out.getvalue()


def _write_text(sheet: Any, row: int, column: int, value: str, *, is_link: bool) -> None:
    if is_link and web_address(value) and len(value) <= LONGEST_LINK:
        sheet.write_url(row, column, value, None, value)
    else:
        sheet.write_string(row, column, value[:LONGEST_CELL])
