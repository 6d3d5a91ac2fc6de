"""Write the matrix of regions, tracks and years as an Excel workbook: a sheet as the page shows it, and one of rows."""

from __future__ import annotations

import io
from itertools import product

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

from scheduler.questions.comparison_documents import MatrixDocument
from scheduler.reports.brief_xlsx import PLAIN_CELLS

ROW_COLUMNS = (("地区", 16), ("代码", 10), ("赛道", 20), ("年份", 8), ("政策条数", 10), ("这个赛道最早", 14))


def matrix_as_xlsx(whole: MatrixDocument) -> bytes:
    """Return a matrix as a workbook with Chinese heads; counts are numbers, and no act is an empty cell."""
    out = io.BytesIO()
    book = Workbook(out, PLAIN_CELLS)
    _crossed(book, whole)
    _rows(book, whole)
    book.close()
    return out.getvalue()


def _crossed(book: Workbook, whole: MatrixDocument) -> None:
    sheet, head = book.add_worksheet("矩阵"), book.add_format({"bold": True, "bottom": 1})
    first = book.add_format({"bold": True, "underline": 1})  # as on the page: who was first with the track
    cells = {(one.region, one.track, one.year): one for one in whole.cells}
    columns = list(product(whole.tracks, whole.years))
    sheet.set_column(0, 0, 16)
    for row, name in enumerate(("赛道", "年份")):
        sheet.write_string(row, 0, name, head)
        for number, column in enumerate(columns, start=1):
            sheet.write_string(row, number, column[row], head)
    sheet.write_string(1, len(columns) + 1, "合计", head)
    for row, place in enumerate(whole.regions, start=2):
        sheet.write_string(row, 0, place.name)
        found = [cells.get((place.code, *column)) for column in columns]
        for number, cell in enumerate(found, start=1):
            if cell:
                sheet.write_number(row, number, cell.count, first if cell.is_first else None)
        sheet.write_number(row, len(columns) + 1, sum(cell.count for cell in found if cell))
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _rows(book: Workbook, whole: MatrixDocument) -> None:
    sheet, head = book.add_worksheet("明细"), book.add_format({"bold": True, "bottom": 1})
    names = {one.code: one.name for one in whole.regions}
    for number, (name, width) in enumerate(ROW_COLUMNS):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name, head)
    for row, one in enumerate(whole.cells, start=1):
        for column, value in enumerate((names[one.region], one.region, one.track, one.year)):
            sheet.write_string(row, column, value)
        sheet.write_number(row, 4, one.count)
        sheet.write_string(row, 5, "是" if one.is_first else "")
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(whole.cells)), len(ROW_COLUMNS) - 1)
