"""Collect the figures of all benchmarks and print them as one table: ours, the peer's of the same run, their ratio.

    FIGURES=figures.jsonl python benchmarks/pages.py; python benchmarks/figures.py figures.jsonl

Each benchmark notes its own where the environment names a file in FIGURES; run_all.py does so and ends with the table.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table


def note_figure(
    figure: str, ours: float, unit: str, *, peer: float | None = None, peer_name: str = "",
    ratio: float | None = None, at_most: float | None = None, at_least: float | None = None,
) -> None:  # fmt: skip
    """Note a figure. A limit is one of `ratio` where there is a peer, else one of `ours`."""
    if file := os.environ.get("FIGURES"):
        row = {
            "figure": figure, "ours": ours, "unit": unit, "peer": peer, "peer_name": peer_name, "ratio": ratio,
            "at_most": at_most, "at_least": at_least,
        }  # fmt: skip
        with Path(file).open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")


def _is_kept(measured: float, at_most: float | None, at_least: float | None) -> bool:
    return (at_most is None or measured <= at_most) and (at_least is None or measured >= at_least)


def table_of(file: Path) -> Table:
    """Return the figures that benchmarks have noted in a file as a table."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    table = Table("figure", "ours", "peer", "ratio", "limit", "kept", title=f"All figures, on {machine}")
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        most, least, peer, ratio = row["at_most"], row["at_least"], row["peer"], row["ratio"]
        limit = f"<= {most:g}" if most is not None else f">= {least:g}" if least is not None else ""
        kept = _is_kept(row["ours"] if ratio is None else ratio, most, least)
        table.add_row(
            row["figure"], f"{row['ours']:.3g} {row['unit']}",
            "" if peer is None else f"{peer:.3g} {row['unit']} {row['peer_name']}",
            "" if ratio is None else f"{ratio:.2f}", limit, "" if not limit else "yes" if kept else "no",
        )  # fmt: skip
    return table


def main() -> None:
    """Print the table."""
    Console(width=150).print(table_of(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
