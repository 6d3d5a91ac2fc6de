"""Poll many listing sources once, unchanged and changed, and see what memory does over thousands of crawls.

    python benchmarks/visits.py [--sources 1000] [--crawls 3000]

Each source stands on a loopback address of its own, so that politeness between hosts does not matter; the server is
another process. Prints wall and CPU seconds of this process, requests per second, and resident memory. Beside it, in
the same run, aiohttp and Scrapy alone ask for the same pages: one long crawl of all, and a crawl of its own for each.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

import aiohttp
import psutil
from crawl import BareSpider
from figures import note_figure
from rich.console import Console
from rich.table import Table
from scrapy.crawler import AsyncCrawlerRunner

from scheduler.config import config, log
from scheduler.config.program import Program, program
from scheduler.daemon import reactor
from scheduler.visits.crawls import Crawls

ROWS = 20
MOST_OF_A_LONG_CRAWL = 1.5  # of the CPU that one long crawl of Scrapy's takes for a page
WITHOUT_VALIDATORS = -1  # the version of a listing whose server names none
SILENT = {"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}


def _listing(version: int) -> bytes:
    rows = "".join(
        f'<li><a href="/zwgk/202603/t20260318_{n}.html">关于做好第{n}期防汛工作的通知</a><span>2026-03-18</span></li>'
        for n in range(ROWS)
    )
    navigation = "".join(f"<li><a href='/channel{n}/'>频道{n}导航</a></li>" for n in range(300))
    page = f"<html><body><!-- {version} --><ul class='nav'>{navigation}</ul><ul class='list'>{rows}</ul></body></html>"
    return page.encode()


ARTICLE = "<html><body><h1>关于做好防汛工作的通知</h1><div class='content'><p>正文。</p></div></body></html>".encode()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, version: Synchronized[int]) -> None:
    while head := await _head(reader):
        path, headers = head
        tag = f'"{version.value}"' if version.value > 0 else ""
        if path == "/robots.txt":
            status, body, more = "200 OK", b"", ""
        elif not path.startswith("/list"):
            status, body, more = "200 OK", ARTICLE, ""
        elif tag and f"if-none-match: {tag}" in headers:
            status, body, more = "304 Not Modified", b"", f"ETag: {tag}\r\n"
        else:
            status, body, more = "200 OK", _listing(version.value), f"ETag: {tag}\r\n" if tag else ""
        length = "" if status.startswith("304") else f"Content-Length: {len(body)}\r\n"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{more}{length}\r\n".encode() + body)
        await writer.drain()
    writer.close()


async def _head(reader: asyncio.StreamReader) -> tuple[str, str] | None:
    try:
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return raw.split(" ", 2)[1], raw.lower()


def _serve(connection: Connection, version: Synchronized[int]) -> None:
    async def main() -> None:
        server = await asyncio.start_server(lambda r, w: _answer(r, w, version), "0.0.0.0", 0)  # all of 127.0.0.0/8
        connection.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


@dataclass
class Round:
    """One round over sources."""

    name: str
    seconds: float
    cpu: float
    requests: int
    outcomes: str


def tables_of(sources: int, port: int) -> str:
    """Return the tables of so many sources, each on an address of its own."""
    return "".join(f"""
[[source]]
id = "s{n}"
name = "s{n}"
region = "460000"
level = "city"
kind = "government"
listings = ["http://127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}:{port}/list"]
""" for n in range(sources))  # fmt: skip


def _resident_mb() -> float:
    return psutil.Process().memory_info().rss / 1e6


async def _round(name: str, crawls: Crawls, opened: Program) -> Round:
    started, cpu = time.perf_counter(), time.process_time()
    runs = await crawls.visit(opened.sources)
    outcomes = sorted({run.outcome for run in runs})
    return Round(
        name=name,
        seconds=time.perf_counter() - started,
        cpu=time.process_time() - cpu,
        requests=sum(run.requests for run in runs),
        outcomes=", ".join(f"{sum(run.outcome == o for run in runs)} {o}" for o in outcomes),
    )


async def _measure(opened: Program, version: Synchronized[int], crawls: int) -> tuple[list[Round], list[float]]:
    ours = Crawls(opened.context)
    first = await _round("first visit: robots, listing, 20 articles each of the first 20", ours, opened)
    unchanged = await _round("unchanged: one 304 each", ours, opened)
    version.value += 1
    changed = await _round("changed: the listing again, nothing new on it", ours, opened)
    version.value = WITHOUT_VALIDATORS
    without = await _round("the listing again, without validators", ours, opened)
    same = await _round("same bytes: nothing is parsed", ours, opened)
    peers = await _peers([source.listings[0] for source in opened.sources])
    some, memory = opened.sources[:50], [_resident_mb()]
    for n in range(crawls // len(some)):
        await ours.visit(some)
        if n % 10 == 9:
            memory.append(_resident_mb())
    await ours.stop()
    return [first, unchanged, changed, without, same, *peers], memory


async def _peers(urls: list[str]) -> list[Round]:
    """Ask for the same listings with others' programs, which keep nothing and read nothing."""
    runner = AsyncCrawlerRunner(SILENT)

    async def one_crawl() -> None:
        await runner.crawl(BareSpider, urls=urls)

    async def a_crawl_each() -> None:
        for url in urls:
            await runner.crawl(BareSpider, urls=[url])

    async def with_aiohttp() -> None:
        async with aiohttp.ClientSession() as session:
            for url in urls:
                async with session.get(url) as response:
                    await response.read()

    rounds = []
    for name, ask in (
        ("Scrapy, one long crawl", one_crawl), ("Scrapy, a crawl each", a_crawl_each), ("aiohttp", with_aiohttp),
    ):  # fmt: skip
        started, cpu = time.perf_counter(), time.process_time()
        await ask()
        rounds.append(Round(
            name=name, seconds=time.perf_counter() - started, cpu=time.process_time() - cpu, requests=len(urls),
            outcomes="",
        ))  # fmt: skip
    return rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--crawls", type=int, default=3000)
    options = parser.parse_args()
    log.quiet()
    version: Synchronized[int] = multiprocessing.Value("i", 1)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs, version), daemon=True)
    server.start()
    port = ours.recv()
    path = Path(tempfile.mkdtemp()) / "config.toml"
    path.write_text(f"""[crawl]
delay_seconds = 0
allow_private_networks = true
[sources]
catalogue = false
{tables_of(options.sources, port)}""", encoding="utf-8")  # fmt: skip
    settings = config.load(path)
    with program(settings, settings.named(())) as opened:
        _settle_articles(opened)
        rounds, memory = reactor.run(_measure(opened, version, options.crawls), opened)
    server.kill()
    table = Table("round", "outcomes", "requests", "wall s", "CPU s", "CPU ms per source", "requests/s")
    for one in rounds:
        table.add_row(one.name, one.outcomes, str(one.requests), f"{one.seconds:.1f}", f"{one.cpu:.1f}",
                      f"{one.cpu / options.sources * 1000:.1f}", f"{one.requests / one.seconds:.0f}")  # fmt: skip
    Console(width=150).print(table)
    _note_figures({one.name: one.cpu / options.sources * 1000 for one in rounds})
    Console(width=150).print(
        f"resident memory over {options.crawls} crawls: " + " ".join(f"{mb:.0f}" for mb in memory) + " MB"
    )


def _note_figures(cost_ms: dict[str, float]) -> None:
    for name, ours in cost_ms.items():
        if name.startswith(("unchanged", "same bytes")):
            for peer in ("Scrapy, one long crawl", "Scrapy, a crawl each", "aiohttp"):
                most = MOST_OF_A_LONG_CRAWL if "long" in peer else None
                note_figure(f"poll, {name}", ours, "ms", peer=cost_ms[peer], peer_name=peer, ratio=ours / cost_ms[peer],
                            at_most=most)  # fmt: skip


def _settle_articles(opened: Program) -> None:
    """Note all articles as known but for those of the first 20 sources: this measures listings."""
    from datetime import UTC, datetime

    from crawler.text.canonical import canonical_url
    from storage.records import Link

    frontier, now = opened.context.archive.frontier, datetime.now(UTC)
    opened.context.archive.runs.register(source.row for source in opened.sources)
    with opened.context.archive.transaction():
        for source in opened.sources[20:]:
            base = source.listings[0].removesuffix("/list")
            urls = [f"{base}/zwgk/202603/t20260318_{n}.html" for n in range(ROWS)]
            links = [(canonical_url(url), Link(url=url, title="x")) for url in urls]
            frontier.note(source.id, links, now, is_quiet=True)
            for url, _ in links:
                frontier.settle(url)


if __name__ == "__main__":
    main()
