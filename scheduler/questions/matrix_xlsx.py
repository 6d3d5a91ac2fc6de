"""Write the matrix of regions, tracks and years as an Excel workbook: a sheet as the page shows it, and one of rows."""

from __future__ import annotations

from functools import partial
from itertools import product

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types

from scheduler.questions.comparison_documents import MatrixDocument
from scheduler.reports.workbook import print_on_a4, workbook_of, write_rows

ROW_COLUMNS = (
    ("name", "地区", 16), ("region", "代码", 10), ("track", "赛道", 20), ("year", "年份", 8), ("count", "政策条数", 10),
    ("first", "这个赛道最早", 14),
)  # fmt: skip


def matrix_as_xlsx(whole: MatrixDocument) -> bytes:
    """Return a matrix as a workbook with Chinese heads; counts are numbers, and no act is an empty cell."""
    return workbook_of(partial(_crossed, whole), partial(_rows, whole))


def _crossed(whole: MatrixDocument, book: Workbook) -> None:
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
    print_on_a4(sheet)


def _rows(whole: MatrixDocument, book: Workbook) -> None:
    names = {one.code: one.name for one in whole.regions}
    write_rows(book, "明细", ROW_COLUMNS, (
        {**one.model_dump(), "name": names[one.region], "first": "是" if one.is_first else ""} for one in whole.cells
    ))  # fmt: skip
