"""Print rows in columns that fit the terminal: what is long stands below its row where there is no room beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.markup import render
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table

from scheduler.commands.language import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderResult

INDENT_COLUMNS = 4  # columns before what stands below a row
UNBOUNDED_COLUMNS = 10_000  # columns: more than any row is long


class TableRows:
    """A table without lines. Its last `notes` columns are long: titles, errors, reasons. A file gets them all."""

    def __init__(self, *names: str, notes: int = 1) -> None:
        self._names = tuple(map(say, names))
        self._notes = notes
        self._rows: list[tuple[str, ...]] = []

    def add_row(self, *cells: str) -> None:
        """Add a row; a cell is markup."""
        self._rows.append(cells)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw it: rich asks for this."""
        if not console.is_terminal:
            yield from self._lines()
            return
        whole = self._table(len(self._names))
        if Measurement.get(console, options.update(max_width=UNBOUNDED_COLUMNS), whole).maximum <= options.max_width:
            yield whole
            return
        short = self._table(len(self._names) - self._notes)
        heading, *lines = console.render_lines(short, options, pad=False)
        yield from (*heading, Segment.line())
        for line, row in zip(lines, self._rows, strict=True):
            yield from (*line, Segment.line())
            yield from (Padding(note, (0, 0, 0, INDENT_COLUMNS)) for note in row[-self._notes :] if note)

    def _lines(self) -> Iterator[Segment]:
        """Yield the rows for a file, as rich would draw them; it takes ten times as long for a few hundred."""
        rows = [self._names, *(tuple(_plain(cell).replace("\n", " ") for cell in row) for row in self._rows)]
        widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            padded = (f" {cell}{' ' * (width - cell_len(cell))} " for cell, width in zip(row, widths, strict=True))
            yield Segment("".join(padded) + "\n")

    def _table(self, columns: int) -> Table:
        table = Table(box=None)
        for name in self._names[:columns]:
            table.add_column(name, no_wrap=columns < len(self._names))
        for row in self._rows:
            table.add_row(*row[:columns])
        return table


def _plain(cell: str) -> str:
    """Return a cell without its markup; most have none."""
    return render(cell, emoji=False).plain if "[" in cell else cell
