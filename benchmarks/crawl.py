"""What a crawl and an article cost, beside bare Scrapy fetching the same pages in the same run.

    python benchmarks/crawl.py [--crawls 100]

Prints CPU milliseconds of this process; the server runs in another one. The machine may be shared, so read the ratios.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from figures import note_figure
from rich.console import Console
from rich.table import Table
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response

from crawler.intake import take_in
from scheduler.config import config, log
from scheduler.config.program import Program, program
from scheduler.daemon import reactor
from scheduler.demo.samples import PRESS_CONFERENCE
from scheduler.visits.crawls import Crawls
from storage.archive import Archive
from storage.records import Page

ROWS = 20


def _page(title: str, inner: str) -> bytes:
    navigation = "".join(f"<li><a href='/channel{n}/'>频道{n}导航</a></li>" for n in range(500))
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head><body><ul class='nav'>{navigation}</ul>{inner}"
        "</body></html>"
    ).encode()


def _listing() -> bytes:
    rows = "".join(
        f'<li><a href="/zwgk/202603/t20260318_{n}.html">关于做好第{n}期防汛工作的通知</a><span>2026-03-18</span></li>'
        for n in range(ROWS)
    )
    return _page("通知公告", f"<ul class='list'>{rows}</ul>")


def _article(number: str) -> bytes:
    text = "".join(f"<p>　　{p}（{number}）</p>" for p in PRESS_CONFERENCE.paragraphs * 2)
    return _page(
        PRESS_CONFERENCE.title,
        f"<h1>{PRESS_CONFERENCE.title}</h1><div>发布时间：2026-03-18 来源：椰风新闻</div>"
        f"<div class='article-content'>{text}</div>",
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            body = b"User-agent: *\n"
        else:
            body = _listing() if self.path.startswith("/list") else _article(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _serve(connection: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    connection.send(server.server_port)
    server.serve_forever()


class BareSpider(Spider):
    """Scrapy alone: fetch, nothing else."""

    name = "bare"

    def __init__(self, urls: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            yield Request(url, callback=self.done, dont_filter=True)

    def done(self, response: Response) -> None:
        assert response.status == 200


@dataclass
class Figures:
    """CPU milliseconds."""

    bare_crawl: float
    our_crawl: float
    bare_page: float
    take_in: float


async def _measure(opened: Program, base: str, crawls: int) -> Figures:
    silent = {"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}
    runner, ours = AsyncCrawlerRunner(silent), Crawls(opened.context)
    await ours.visit(opened.sources)  # fills the archive, so that the rounds below find nothing new
    await runner.crawl(BareSpider, urls=[f"{base}/list"])
    bare_crawl = await _cost(crawls, lambda: runner.crawl(BareSpider, urls=[f"{base}/list"]))
    our_crawl = await _cost(crawls, lambda: ours.visit(opened.sources))
    await ours.stop()
    bare_page = await _cost(1, lambda: runner.crawl(BareSpider, urls=[f"{base}/a/{n}.html" for n in range(crawls * 5)]))
    return Figures(
        bare_crawl=bare_crawl, our_crawl=our_crawl, bare_page=bare_page / (crawls * 5), take_in=_take_in(opened, crawls)
    )


async def _cost(times: int, make: Any) -> float:
    started = time.process_time()
    for _ in range(times):
        await make()
    return (time.process_time() - started) / times * 1000


def _take_in(opened: Program, times: int) -> float:
    pages = [
        Page(source="bench", url=f"http://bench.example.org/zwgk/202603/t20260318_{n}.html",
             final_url=f"http://bench.example.org/zwgk/202603/t20260318_{n}.html", fetched_at=_now(), status=200,
             headers={}, body=_article(str(n)))
        for n in range(times)
    ]  # fmt: skip
    with Archive.in_memory() as archive:
        take_in(pages[0], archive, opened.context.lexicon, lambda *_: ())  # loads dictionaries
        started = time.process_time()
        for page in pages[1:]:
            take_in(page, archive, opened.context.lexicon, lambda *_: ())
        return (time.process_time() - started) / (times - 1) * 1000


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crawls", type=int, default=100)
    crawls = parser.parse_args().crawls
    log.quiet()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{ours.recv()}"
    path = Path(tempfile.mkdtemp()) / "config.toml"
    path.write_text(f"""[crawl]
delay_seconds = 0
allow_private_networks = true
[sources]
catalogue = false
[[source]]
id = "bench"
name = "bench"
region = "460000"
level = "province"
kind = "government"
listings = ["{base}/list"]
""", encoding="utf-8")  # fmt: skip
    settings = config.load(path)
    with program(settings, settings.named(())) as opened:
        figures = reactor.run(_measure(opened, base, crawls), opened)
    server.kill()
    table = Table(
        "step", "CPU ms", "ratio to bare Scrapy", title=f"{crawls} crawls of one listing with {ROWS} known rows"
    )
    for name, value, bare in (
        ("bare Scrapy, one crawl, one page", figures.bare_crawl, figures.bare_crawl),
        ("our crawl of a one-page listing", figures.our_crawl, figures.bare_crawl),
        ("bare Scrapy, per page", figures.bare_page, figures.bare_page),
        ("take_in, per article (extract, detect, dedupe, store)", figures.take_in, figures.bare_page),
    ):
        table.add_row(name, f"{value:.1f}", f"{value / bare:.2f}")
        if value is not bare:
            note_figure(name, value, "ms", peer=bare, peer_name="bare Scrapy", ratio=value / bare)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
