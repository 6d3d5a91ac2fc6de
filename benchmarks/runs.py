"""The room of visits in a year, kept one by one and rolled up, and what rolling up a day takes.

    python benchmarks/runs.py [--sources 300] [--days 10]

Sources are visited every half hour; one visit in a hundred finds something. Prints what 14,000 sources take in a year.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from figures import note_figure
from rich.console import Console
from rich.table import Table

from storage.archive import Archive
from storage.records import ExitUse, Run
from storage.upkeep.run_days import WHOLE_SPAN, roll_up_runs

START = datetime(2026, 3, 1, tzinfo=UTC)
EVERY = timedelta(minutes=30)
COUNTRY = 14_000  # sources
YEAR = timedelta(days=365)
MOST_SHARE = 0.1  # of the room that visits take one by one


def _visit(number: int, at: datetime, *, found: bool) -> Run:
    return Run(
        source=f"source-{number}", started_at=at, finished_at=at + timedelta(seconds=3),
        outcome="ok" if found else "unchanged", cause=None, error=None, listed=20 * found, new=int(found),
        announcements=0, requests=1 + found, exits={"direct": ExitUse(requests=1 + found, failed=0, seconds=0.4)},
    )  # fmt: skip


def _bytes(archive: Archive, *tables: str) -> int:
    """Return the bytes of tables with their indexes, of which no page is half empty."""
    archive.db.execute("VACUUM")
    listed = ", ".join(f"'{table}'" for table in tables)
    (size,) = archive.db.execute(
        f"SELECT sum(pgsize) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name IN ({listed}))"
    ).fetchone()
    return int(size)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--days", type=int, default=10)
    chosen = parser.parse_args()
    span, chance = timedelta(days=chosen.days), random.Random(1)
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "archive.db") as archive:
        archive.runs.register(
            {"id": f"source-{n}", "name": "n", "region": "460000", "level": "city", "kind": "government"}
            for n in range(chosen.sources)
        )
        with archive.transaction():
            for number in range(chosen.sources):
                for visit in range(span // EVERY):
                    archive.runs.record(_visit(number, START + visit * EVERY, found=chance.random() < 0.01))
        rows = archive.db.count("runs")
        each = _bytes(archive, "runs") / rows
        began = time.process_time()
        rolled = roll_up_runs(archive.db, now=START + span)
        spent = time.process_time() - began
        days = _bytes(archive, "run_days", "exit_days")
        old = rows * (1 - WHOLE_SPAN / span)
        left = 1 - rolled / old
        a_day = COUNTRY * (timedelta(days=1) / EVERY)
        whole = a_day * (YEAR / timedelta(days=1)) * each
        week = a_day * (WHOLE_SPAN / timedelta(days=1)) * each
        after = week + whole * left + whole / each * (1 - left) * days / rolled
    note_figure(f"visits of {COUNTRY} sources in a year", after / 1e9, "GB", peer=whole / 1e9, peer_name="one by one",
                ratio=after / whole, at_most=MOST_SHARE)  # fmt: skip
    table = Table("figure", "measured", "limit", title=f"{rows} visits; {COUNTRY} sources in a year")
    table.add_row("one by one, GB", f"{whole / 1e9:.1f}", "")
    table.add_row("rolled up, GB", f"{after / 1e9:.1f}", f"{whole / 1e9 * MOST_SHARE:.1f}")
    table.add_row("old visits that stay", f"{left:.1%}", "")
    table.add_row("CPU seconds to roll up a day of all", f"{spent / rolled * a_day:.0f}", "")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
