"""Read the text of a Word document (docx). No I/O; run it in a process with limits: its ZIP may be a bomb."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

MOST_UNPACKED = 200 * 1024 * 1024  # bytes; pictures are the most of it, and they are never unpacked
MOST_BODY = 50 * 1024 * 1024  # bytes of the text's own XML: 100 characters of markup for each one shown
CELL = " | "  # as in the tables of pages


class TooLargeError(Exception):
    """A document unpacks to more than is read."""


def docx_text(body: bytes, *, most_characters: int) -> str:
    """Return the text of a Word document: a line for each paragraph and each row of a table, in order.

    Raises: `TooLargeError`, and whatever python-docx raises on a damaged file.
    """
    from docx import Document

    _check(body)
    lines: list[str] = []
    length = 0
    for line in _lines(Document(io.BytesIO(body))):
        lines.append(line)
        length += len(line) + 1
        if length >= most_characters:
            break
    return "\n".join(lines)[:most_characters]


def _check(body: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        sizes = {info.filename: info.file_size for info in packed.infolist()}
    if sum(sizes.values()) > MOST_UNPACKED or sizes.get("word/document.xml", 0) > MOST_BODY:
        raise TooLargeError(f"unpacks to {sum(sizes.values())} bytes")


def _lines(document: object) -> Iterator[str]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():  # type: ignore[attr-defined]  # a factory of the library makes it
        if isinstance(block, Paragraph):
            yield from filter(None, (line.strip(" \u3000\t") for line in block.text.splitlines()))
        elif isinstance(block, Table):
            yield from _rows(block)


def _rows(table: object) -> Iterator[str]:
    """Yield the rows of a table; a cell that spans several columns counts once."""
    for row in table.rows:  # type: ignore[attr-defined]  # see above
        cells = {cell._tc: " ".join(cell.text.split()) for cell in row.cells}  # a merged cell is one element
        line = CELL.join(filter(None, cells.values()))
        if line:
            yield line
