"""Write rows as CSV that is safe to open in a spreadsheet program. Every CSV of this program is written here.

What cells of workbooks share stands here too: `workbook` writes those.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TextIO

from storage.records import BEIJING

# The characters that make a cell a formula: the four signs of OWASP's "CSV Injection" page, the full-width forms that
# Excel's East Asian editions read alike, and the characters that can hide them at a cell's start.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"  # at the start of a file: without it Excel reads UTF-8 as GBK


def write_csv(out: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows with a header, for a double click in Excel; a cell that would run as a formula gets an apostrophe."""
    out.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(row[name]) for name in columns})


def csv_of(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as the text of a CSV file."""
    out = io.StringIO(newline="")
    write_csv(out, columns, rows)
    return out.getvalue()


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet program takes for a formula; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def moment_in(text: str | None) -> date | datetime | str:
    """Return a time of the archive as a cell: a day stays a day, a moment is in Beijing, none is an empty text."""
    if not text:
        return ""
    return datetime.fromisoformat(text).astimezone(BEIJING) if "T" in text else date.fromisoformat(text)
