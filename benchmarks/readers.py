"""What reading in processes of their own costs: pages a second, processor and memory of one crawl, with and without.

    python benchmarks/readers.py [--rows 40] [--readers 0 1 2]

The command `crawl` takes in the articles of four portals on loopback; each number of readers in turn, 0 reads in the
program itself. Memory is the largest sum of all its processes, sampled. The machine may be shared: read the ratios.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from local_portal import article_page, listing_page, open_portal
from scheduler.demo.samples import PRESS_CONFERENCE

PORTALS = 4
SOURCE = """
[[source]]
id = "portal-{number}"
name = "某市人民政府"
region = "460100"
level = "city"
kind = "government"
listings = ["{url}/zwgk/"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one crawl took."""

    seconds: float
    processor_seconds: float
    memory_mb: int


def crawl(urls: list[str], readers: int) -> Cost:
    """Crawl the portals into a new archive."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.toml")
        sources = "".join(SOURCE.format(number=number, url=url) for number, url in enumerate(urls))
        path.write_text(f"""
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = 0
allow_private_networks = true
readers = {readers}
[sources]
catalogue = false
{sources}""", encoding="utf-8")  # fmt: skip
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "scheduler", "crawl", "--config", str(path)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        most = 0
        while process.poll() is None:
            most = max(most, memory_mb(process.pid))
            time.sleep(0.05)
        seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process.returncode == 0
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds=seconds, processor_seconds=used, memory_mb=most)


def memory_mb(session: int) -> int:
    """Return what all processes of a session hold, what they share counted by its share."""
    total = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                text = (entry / "smaps_rollup").read_text(encoding="ascii")
                total += int(text.partition("\nPss:")[2].split()[0])
        except (OSError, IndexError, ValueError):
            continue
    return total // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--readers", type=int, nargs="*", default=[0, 1, 2])
    chosen = parser.parse_args()
    pages = PORTALS * (chosen.rows + 1)
    table = Table("readers", "pages/s", "CPU ms a page", "memory, MB", title=f"{pages} pages of {PORTALS} portals")
    with ExitStack() as stack:
        portals = [stack.enter_context(open_portal()) for _ in range(PORTALS)]
        for portal in portals:
            rows = [(f"/a/{n}.html", f"{PRESS_CONFERENCE.title}（第{n}期）", "2026-03-18") for n in range(chosen.rows)]
            portal.serve("/zwgk/", listing_page(rows))
            for path, title, _ in rows:
                portal.serve(path, article_page(title, (*PRESS_CONFERENCE.paragraphs * 3, path)))
        crawl([portal.url for portal in portals], 0)  # files are in the system's memory from now on
        for readers in chosen.readers:
            cost = crawl([portal.url for portal in portals], readers)
            table.add_row(
                str(readers), f"{pages / cost.seconds:.1f}", f"{cost.processor_seconds * 1000 / pages:.0f}",
                str(cost.memory_mb),
            )  # fmt: skip
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
