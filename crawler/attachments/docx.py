"""Read the text of a Word document (docx). No I/O; run it in a process with limits: its ZIP may be a bomb."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from crawler.attachments.document_kind import DocumentKind
from crawler.attachments.lines import first_lines, row_line
from crawler.attachments.packed import holds_part, unpack


def docx_text(stream: BinaryIO, most_characters: int) -> str:
    """Return the text of a Word document: a line for each paragraph and each row of a table, in order.

    Raises: `TooLargeError`, and whatever python-docx raises on a damaged file.
    """
    from docx import Document

    unpack(stream)
    return first_lines(_lines(Document(stream)), most_characters)


def _lines(document: object) -> Iterator[str]:
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():  # type: ignore[attr-defined]  # a factory of the library makes it
        if isinstance(block, Paragraph):
            yield from block.text.splitlines()
        elif isinstance(block, Table):
            yield from _rows(block)


def _rows(table: object) -> Iterator[str]:
    """Yield the rows of a table; a cell that spans several columns counts once."""
    for row in table.rows:  # type: ignore[attr-defined]  # see above
        cells = {cell._tc: cell.text for cell in row.cells}  # a merged cell is one element
        yield row_line(cells.values())


KIND = DocumentKind(
    name="docx",
    suffixes=frozenset({"docx"}),
    recognises=lambda body: holds_part(body, b"word/document.xml"),  # the part that makes a ZIP a Word document
    read=docx_text,
)
