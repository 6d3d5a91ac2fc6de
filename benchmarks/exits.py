"""What an exit costs, and what trouble on the way loses: processor time a page, replies a second, killed workers.

    python benchmarks/exits.py [--rows 60] [--few 10] [--replies 4000] [--only costs --exits direct]

The command `crawl` takes in the articles of a portal on loopback through each exit in turn, few rows and then many: the
difference by their number is a page's share, without the start. Worker and browser count with all their processes. Then
a bare worker says how many replies pass the hub. What trouble on the way loses: exit_troubles.py.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table
from scrapy.http import HtmlResponse

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from crawler.network.exits.exit import ExitOptions
from crawler.network.exits.orders import SUBJECT, written_answer
from crawler.network.exits.workers import WorkersExit
from crawler.network.requests import request_for
from local_portal import LocalPortal, article_page, listing_page, open_portal
from local_proxy import open_proxy
from local_workers import LocalNats, open_nats, open_worker

PAGE_BYTES = 40_000  # of a portal's article
AT_ONCE = 64
TRIES = 2  # of each crawl; the cheaper counts, for a start varies by a second
ECHO = "--echo"


class Here:
    """As much of this machine as an exit of workers asks for."""

    tls = "modern"


def publish(portal: LocalPortal, rows: int) -> None:
    """Let a portal list and serve so many articles about nothing that is watched: their way is measured, not acts."""
    titles = {f"/zwgk/202603/t20260318_{number}.html": f"关于第{number}号桥夜间养护的公告" for number in range(rows)}
    portal.serve("/zwgk/", listing_page([(path, title, "2026-03-18") for path, title in titles.items()]))
    for path, title in titles.items():
        portal.serve(path, article_page(title, [f"{title}：施工期间请绕行，注意安全，具体时间以现场公告为准。" * 30]))


def crawl(folder: Path, url: str, via: str, exits: str, *, delay: float = 0) -> subprocess.Popen[bytes]:
    """Begin a crawl of a portal into a new archive."""
    (folder / "config.toml").write_text(f"""
[crawl]
contact = "mailto:watch@example.org"
delay_seconds = {delay}
timeout_seconds = 30
allow_private_networks = true
readers = 0
[sources]
catalogue = false
{exits}
[[source]]
id = "portal"
name = "某市人民政府"
region = "460100"
level = "city"
kind = "government"
listings = ["{url}/zwgk/"]
via = {via}
""", encoding="utf-8")  # fmt: skip
    command = [sys.executable, "-m", "scheduler", "crawl", "--config", str(folder / "config.toml")]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def processor_seconds(pid: int) -> float:
    """Return what a process has used up to now."""
    return sum(psutil.Process(pid).cpu_times()[:2])


def cost(rows: int, kind: str, exits: str, url: str, worker: int | None) -> tuple[float, float]:
    """Return the processor seconds of a crawl, its own and those of the worker."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        aside = processor_seconds(worker) if worker else 0.0
        process = crawl(Path(folder), url, json.dumps([kind]), exits)
        assert process.wait() == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        (pages,) = sqlite3.connect(Path(folder, "futurewatch.db")).execute("SELECT count(*) FROM pages").fetchone()
        assert pages == rows, (kind, pages)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, (processor_seconds(worker) - aside if worker else 0.0)


def costs(few: int, rows: int, kinds: list[str]) -> Table:
    """Return the processor time of a page through each exit."""
    table = Table("exit", "daemon, ms a page", "beside it", "all", title=f"{rows - few} pages")
    with ExitStack() as stack:
        portal, proxy = stack.enter_context(open_portal()), stack.enter_context(open_proxy())
        nats, folder = stack.enter_context(open_nats()), stack.enter_context(tempfile.TemporaryDirectory())
        place = portal.url.partition("//")[2]
        proxy.names[place.partition(":")[0]] = place
        worker = stack.enter_context(open_worker(nats, Path(folder)))
        exits = f"""
[[exit]]
name = "proxy"
kind = "proxy"
url = "{proxy.url}"
[[exit]]
name = "sz"
kind = "workers"
server = "{nats.url}"
[[exit]]
name = "screen"
kind = "browser"
"""
        publish(portal, few)
        cost(few, kinds[0], exits, portal.url, None if kinds[0] != "sz" else worker)  # warms up
        for kind in kinds:
            took = []
            for number in (few, rows):
                publish(portal, number)
                aside = worker if kind == "sz" else None
                took.append(min(cost(number, kind, exits, portal.url, aside) for _ in range(TRIES)))
            own, beside = (1000 * (took[1][side] - took[0][side]) / (rows - few) for side in (0, 1))
            table.add_row(kind, f"{own:.1f}", f"{beside:.1f}", f"{own + beside:.1f}")
    return table


async def echo(server: str) -> None:
    """Be a bare worker: reply to each order with one page, and fetch nothing."""
    import nats

    client = await nats.connect(server)
    reply = written_answer(HtmlResponse("http://a.example/", body=b"x" * PAGE_BYTES))

    async def answer(message: Any) -> None:
        await client.publish(message.reply, reply)

    await client.subscribe(f"{SUBJECT}.sz", cb=answer)
    await asyncio.Event().wait()


async def replies(nats: LocalNats, number: int) -> tuple[float, float]:
    """Return the replies a second, and the processor milliseconds of one at the daemon's side."""
    way = WorkersExit(ExitOptions(name="sz", server=nats.url))
    room = asyncio.Semaphore(AT_ONCE)

    async def ask() -> None:
        async with room:
            request = request_for("http://a.example/", meta={"download_timeout": 30.0})
            answer = await way.fetch(request, Here())  # type: ignore[arg-type]  # it asks for the TLS only
            assert len(answer.body) == PAGE_BYTES

    while True:
        try:
            await ask()
            break
        except Exception:  # noqa: BLE001  the bare worker does not listen yet
            await asyncio.sleep(0.1)
    began, used = time.monotonic(), time.process_time()
    await asyncio.gather(*(ask() for _ in range(number)))
    seconds, used = time.monotonic() - began, time.process_time() - used
    await way.close()
    return number / seconds, 1000 * used / number


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--replies", type=int, default=4000)
    parser.add_argument("--exits", nargs="+", default=["direct", "proxy", "sz", "screen"])
    parser.add_argument("--only", choices=["costs", "replies"])
    parser.add_argument(ECHO)
    options = parser.parse_args()
    if options.echo:
        asyncio.run(echo(options.echo))
        return
    out = Console()
    if options.only in {None, "costs"}:
        out.print(costs(options.few, options.rows, options.exits))
    if options.only in {None, "replies"}:
        with open_nats() as nats, subprocess.Popen([sys.executable, __file__, ECHO, nats.url]) as bare:
            a_second, used_ms = asyncio.run(replies(nats, options.replies))
            bare.kill()
        out.print(f"{a_second:.0f} replies of {PAGE_BYTES // 1000} kB a second, {used_ms:.2f} ms each at the daemon")


if __name__ == "__main__":
    main()
