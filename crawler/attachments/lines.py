"""Put the lines of a document together up to a length. No I/O."""

from __future__ import annotations

from collections.abc import Iterable

CELL_SEPARATOR = " | "  # between the cells of a row, as in the tables of pages


def first_lines(lines: Iterable[str], most_characters: int) -> str:
    """Return the lines that are not empty, no more of them than fit; those behind are never asked for."""
    kept: list[str] = []
    length = 0
    for line in lines:
        if said := line.strip(" \u3000\t\xa0"):
            kept.append(said)
            length += len(said) + 1
        if length >= most_characters:
            break
    return "\n".join(kept)[:most_characters]


def row_line(cells: Iterable[str]) -> str:
    """Return a row of a table as one line; an empty cell is left out."""
    return CELL_SEPARATOR.join(filter(None, (" ".join(cell.split()) for cell in cells)))
