"""How long learning of the sources' hours holds up the daemon's loop, by how much there is to learn from.

    python benchmarks/learning.py [--sites 14000] [--items 20]

An archive has seen so many items at each site, one a working day, each between two visits an hour apart. The real
scheduler learns from them while a task on its loop sleeps for 5 ms again and again: how late it wakes is how long
everything else has to wait. Beside it the same without learning, CPU of learning, and the memory that the paces take.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import resource
import tempfile
import time
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import country_sites
import psutil
from figures import note_figure
from rich.console import Console
from rich.table import Table

from scheduler.config import config, log
from scheduler.config.program import program
from scheduler.visits.round import Visiting
from storage.archive import Archive
from storage.connection import text_of

SLEEP_SECONDS = 0.005
MOST_LATE_MS = 100.0  # what nobody notices of a pause
VISITED_EVERY = timedelta(hours=1)


def fill(archive: Archive, sites: int, items: int) -> None:
    """Let an archive have seen so many items at each site on the days before today."""
    now = datetime.now(UTC)
    with archive.transaction():
        archive.db.execute("UPDATE sources SET first_crawled_at = ?", [text_of(now - timedelta(days=items + 1))])
        for number in range(sites):
            seen = [now - timedelta(days=n + 1, seconds=number) for n in range(items)]
            archive.db.conn.executemany(
                """INSERT INTO runs (source, started_at, finished_at, outcome, listed, new, announcements, requests)
                   VALUES (?, ?, ?, 'ok', 1, 0, 0, 1)""",
                [(f"s{number}", text_of(at - VISITED_EVERY), text_of(at - VISITED_EVERY)) for at in seen],
            )
            archive.db.conn.executemany(
                "INSERT INTO links (key, address, source, title, listed_at, is_quiet) VALUES (?, ?, ?, '', ?, 0)",
                [(f"{number}/{n}", "", f"s{number}", text_of(at)) for n, at in enumerate(seen)],
            )


async def lateness_ms(work: Awaitable[object]) -> list[float]:
    """Return by how much a sleeping task woke too late while some work was done, longest last."""
    late, task = [], asyncio.ensure_future(work)
    while not task.done():
        began = time.perf_counter()
        await asyncio.sleep(SLEEP_SECONDS)
        late.append((time.perf_counter() - began - SLEEP_SECONDS) * 1000)
    await task
    return sorted(late)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=14_000)
    parser.add_argument("--items", type=int, default=20)
    chosen = parser.parse_args()
    log.quiet()
    with tempfile.TemporaryDirectory() as folder:
        path = country_sites.write(Path(folder), chosen.sites, 1)
        path.write_text(path.read_text(encoding="utf-8").replace("adaptive = false", "adaptive = true"), "utf-8")
        settings = config.load(path)
        country_sites.fill(settings)
        with program(settings, settings.named(())) as opened:
            fill(opened.context.archive, chosen.sites, chosen.items)
            gc.collect()
            gc.freeze()  # as the daemon does when its loop begins
            now = datetime.now(UTC)
            visiting = Visiting(opened, clock=lambda: now, after=lambda: asyncio.sleep(0))
            visiting.begin(opened, now)
            idle = asyncio.run(lateness_ms(asyncio.sleep(2)))
            memory, began = psutil.Process().memory_info().rss, time.perf_counter()
            used = time.process_time() + _children_seconds()
            learning = asyncio.run(lateness_ms(visiting.learn(opened, now)))
            took = time.perf_counter() - began
            used = time.process_time() + _children_seconds() - used
            memory = psutil.Process().memory_info().rss - memory
    title = f"Learning from {chosen.sites * chosen.items} items of {chosen.sites} sites"
    table = Table("the loop", "waits in the mean", "p95", "at most, ms", title=title)
    for name, late in (("without learning", idle), ("while it learns", learning)):
        table.add_row(name, *(f"{one:.2f}" for one in (sum(late) / len(late), late[len(late) * 95 // 100], late[-1])))
    note_figure("longest pause of the loop while it learns", learning[-1], "ms", at_most=MOST_LATE_MS)
    Console(width=100).print(table)
    print(f"{took:.1f} s, CPU {used:.1f} s, memory {memory / 1e6:+.0f} MB")


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
