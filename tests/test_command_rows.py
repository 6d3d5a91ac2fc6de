"""Tables of commands: they fit a terminal of 80 columns, and lose nothing."""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console

from scheduler.commands.rows import TableRows

TITLE = "关于印发《海南省未来产业发展行动计划（2026—2030年）》的通知，含附件和政策解读全文链接"


def drawn(width: int, *, is_terminal: bool = True) -> str:
    table = TableRows("id", "source", "title")
    table.add_row("1", "hi-gov", TITLE)
    table.add_row("2", "gd-gov", "短")
    out = Console(file=io.StringIO(), width=width, force_terminal=is_terminal, color_system=None)
    out.print(table)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_long_cells_stand_below_their_row_where_it_is_narrow() -> None:
    """No line is wider than the terminal, and the whole title can be read."""
    lines = drawn(60).splitlines()
    assert max(map(cell_len, lines)) <= 60
    assert "hi-gov" in lines[1]
    assert "".join(line.strip() for line in lines[2:4]) == TITLE


def test_rows_stand_in_columns_where_there_is_room() -> None:
    assert any("hi-gov" in line and TITLE in line for line in drawn(140).splitlines())


def test_a_file_gets_one_line_a_row() -> None:
    assert any("hi-gov" in line and TITLE in line for line in drawn(200, is_terminal=False).splitlines())
