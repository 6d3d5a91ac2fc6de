"""Turn the blocks of an article into the lines of its text: one line per paragraph, list item and table row. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from crawler.extract.blocks import Element, TextBlock

CELL = " | "  # between the cells of a row; a tab would be lost where white space is normalised, and glue the cells
MOST_BLOCKS = 8  # of a cell; a cell with more is a column of the page's layout


def data_row(block: TextBlock, core: Element) -> Element | None:
    """Return the table row inside the article that a block stands in, or None."""
    row = block.within("tr")
    return row if row is not None and row.depth > core.depth else None


def lines_of(blocks: Sequence[TextBlock], core: Element) -> list[str]:
    """Return the lines of the text, cells of a row joined."""
    lines: list[str] = []
    for row, some in groupby(blocks, key=lambda b: data_row(b, core)):
        members = list(some)
        lines.extend(_row_lines(members) if row is not None else (b.text for b in members))
    return lines


def _row_lines(blocks: Sequence[TextBlock]) -> Iterator[str]:
    cells = [list(some) for _, some in groupby(blocks, key=lambda b: b.within("td", "th"))]
    if len(cells) == 1 or any(len(cell) > MOST_BLOCKS for cell in cells):
        yield from (b.text for b in blocks)
    else:
        yield CELL.join(" ".join(b.text for b in cell) for cell in cells)
