"""What reading costs where it is done: in the program, in processes of this machine, on other machines too.

    python benchmarks/readers.py [--rows 40] [--only NAME ...]

The command `crawl` takes in the articles of four portals on loopback, every tenth of them an act. Beside pages a second
stand the processor time of all processes and of the program alone, the longest time that its loop was held, and how
many steps of reading were done elsewhere. The program alone is the one writer: what it takes of a page says how many
pages a day fill a core. Readers elsewhere are workers on this machine, over a real NATS server, so here they share its
cores: read what the program takes, not how quick it is. Memory is the largest sum of the program's processes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from builders import sample_page, shipped_lexicon
from crawler.reading import judge_page
from local_portal import LocalPortal, article_page, listing_page, open_portal
from local_workers import open_nats, open_worker
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


PLACES = {  # readers here, readers elsewhere
    "in the program": (0, 0), "1 process": (1, 0), "2 processes": (2, 0),
    "1 process, 1 elsewhere": (1, 1), "1 process, 2 elsewhere": (1, 2),
}  # fmt: skip
INSIDE = "--inside"
TURNS_EVERY_SECONDS = 0.005
A_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one crawl took. `own_seconds` is the processor time of the program without its readers."""

    seconds: float
    processor_seconds: float
    own_seconds: float
    pause_seconds: float
    elsewhere: int
    memory_mb: int


def publish(portal: LocalPortal, number: int, rows: int) -> None:
    """Let a portal list and serve pages of its own: an act, a policy's press conference, among every ten."""
    titles = [f"关于{number}区第{n}号桥夜间养护的公告" for n in range(rows)]
    titles[::10] = [f"{PRESS_CONFERENCE.title}（第{number}{n}期）" for n in range(0, rows, 10)]
    paths = [f"/a/{number}-{n}.html" for n in range(rows)]
    portal.serve("/zwgk/", listing_page((path, title, "2026-03-18") for path, title in zip(paths, titles, strict=True)))
    for n, (path, title) in enumerate(zip(paths, titles, strict=True)):
        plain = [f"{title}：施工期间请绕行，注意安全，{path}以现场公告为准。" * 10] * 3
        portal.serve(path, article_page(title, plain if n % 10 else (*PRESS_CONFERENCE.paragraphs * 3, path)))


def inside(config: str) -> None:
    """Be the command `crawl`, and print what its loop went through."""
    from scheduler.cli import main
    from scheduler.daemon import reactor

    judge_page(sample_page(PRESS_CONFERENCE, "http://a.example/zwgk/1.html"), shipped_lexicon())  # loads dictionaries
    run = reactor.run

    def measured(work: Coroutine[Any, Any, Any], opened: Any) -> Any:
        said: dict[str, float] = {}
        answer = run(_watched(work, said), opened)
        said["elsewhere"] = getattr(opened.context.reader, "elsewhere", 0)
        print(json.dumps(said), file=sys.stderr, flush=True)
        return answer

    reactor.run = measured  # type: ignore[assignment]  # of any program
    main(["crawl", "--config", config])


async def _watched(work: Coroutine[Any, Any, Any], said: dict[str, float]) -> Any:
    began, pauses = time.process_time(), [0.0]

    async def look() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(TURNS_EVERY_SECONDS)
            pauses.append(time.monotonic() - before - TURNS_EVERY_SECONDS)

    looking = asyncio.create_task(look())
    answer = await work
    looking.cancel()
    said |= {"pause_seconds": max(pauses), "own_seconds": time.process_time() - began}
    return answer


def crawl(urls: list[str], pages: int, readers: int, elsewhere: str) -> Cost:
    """Crawl the portals into a new archive; `elsewhere` is the NATS server of further readers, empty for none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.toml")
        sources = "".join(SOURCE.format(number=number, url=url) for number, url in enumerate(urls))
        path.write_text(f"""
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = 0
allow_private_networks = true
readers = {readers}
{'readers_at = "sz"' if elsewhere else ""}
[sources]
catalogue = false
{f'[[exit]]{chr(10)}name = "sz"{chr(10)}kind = "workers"{chr(10)}server = "{elsewhere}"' if elsewhere else ""}
{sources}""", encoding="utf-8")  # fmt: skip
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        process = subprocess.Popen(
            [sys.executable, __file__, INSIDE, str(path)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        most = 0
        while process.poll() is None:
            most = max(most, memory_mb(process.pid))
            time.sleep(0.05)
        seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process.returncode == 0
        (found,) = sqlite3.connect(Path(folder, "futurewatch.db")).execute("SELECT count(*) FROM pages").fetchone()
        assert found == pages, found
        assert process.stderr is not None
        said = json.loads(process.stderr.read().splitlines()[-1])
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds=seconds, processor_seconds=used, memory_mb=most, **said)


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
    parser.add_argument("--only", nargs="*", choices=PLACES, default=list(PLACES))
    parser.add_argument(INSIDE, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        inside(chosen.inside)
        return
    pages = PORTALS * chosen.rows
    table = Table(
        "read", "pages/s", "CPU ms a page", "of it the program", "full at pages a day", "longest pause, ms",
        "elsewhere", "memory, MB", title=f"{pages} pages of {PORTALS} portals",
    )  # fmt: skip
    with ExitStack() as stack:
        portals = [stack.enter_context(open_portal()) for _ in range(PORTALS)]
        for number, portal in enumerate(portals):
            publish(portal, number, chosen.rows)
        urls = [portal.url for portal in portals]
        crawl(urls, pages, 0, "")  # files are in the system's memory from now on
        for name in chosen.only:
            here, elsewhere = PLACES[name]
            with ExitStack() as readers:
                nats = readers.enter_context(open_nats())
                for _ in range(elsewhere):
                    folder = Path(readers.enter_context(tempfile.TemporaryDirectory()))
                    readers.enter_context(open_worker(nats, folder, "sz", "--read"))
                cost = crawl(urls, pages, here, nats.url if elsewhere else "")
            table.add_row(
                name, f"{pages / cost.seconds:.1f}", f"{cost.processor_seconds * 1000 / pages:.0f}",
                f"{cost.own_seconds * 1000 / pages:.1f}", f"{A_DAY_MS * pages / cost.own_seconds / 1e9:.1f} million",
                f"{1000 * cost.pause_seconds:.0f}", str(cost.elsewhere), str(cost.memory_mb),
            )  # fmt: skip
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
