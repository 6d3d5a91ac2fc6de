"""Keep the one crawl of this process in which listing pages are polled. It ends when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response

from crawler.network.settings import TLS, scrapy_settings
from crawler.spiders.poll import PollSpider
from crawler.visit import Context, Visit
from scheduler.visits.ending import end_crawl
from scheduler.visits.shared_settings import SharedSettings


class PollCrawl:
    """A crawl without an end for one kind of TLS. Needs the asyncio reactor.

    It begins with the first poll; should it end by a fault of its own, with the next one anew.
    """

    def __init__(self, context: Context, tls: TLS) -> None:
        self._context = context
        no_end = {"CLOSESPIDER_TIMEOUT": 0}  # each visit has its own
        self._runner = AsyncCrawlerRunner(SharedSettings(scrapy_settings(context.settings, tls=tls) | no_end))
        self._crawler: Crawler | None = None
        self._crawl: asyncio.Task[None] | None = None
        self._started = asyncio.Event()
        self._polls = 0
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def poll(self, visits: Sequence[Visit]) -> list[Response] | None:
        """Poll the first pages of visits to one host, see `PollSpider.poll`.

        Raises:
            RuntimeError: the crawl could not be begun.
        """
        self._polls += 1
        self._is_idle.clear()
        try:
            return await (await self._spider()).poll(visits)
        finally:
            self._polls -= 1
            if not self._polls:
                self._is_idle.set()

    async def _spider(self) -> PollSpider:
        if self._crawl is None or self._crawl.done():
            self._crawler, self._started = self._runner.create_crawler(PollSpider), asyncio.Event()
            started = self._started
            self._crawler.signals.connect(self._begin, signal=signals.engine_started)
            self._crawl = self._runner.crawl(self._crawler, context=self._context)
            self._crawl.add_done_callback(lambda _: started.set())
        crawl, crawler = self._crawl, self._crawler
        await self._started.wait()
        spider = crawler.spider if crawler is not None else None
        if crawl.done() or not isinstance(spider, PollSpider):
            raise RuntimeError("the crawl for polls has ended")
        return spider

    def _begin(self) -> None:
        """Let the engine rest: it is asked for each page, and would end the crawl for having nothing to do."""
        assert self._crawler is not None
        assert self._crawler.engine is not None
        self._crawler.engine.pause()
        self._started.set()

    async def close(self) -> None:
        """Wait for the polls that are under way, then end the crawl."""
        await self._is_idle.wait()
        if self._crawl is not None and self._crawler is not None:
            await end_crawl(self._crawler, is_over=self._crawl.done)
            await asyncio.wait([self._crawl])
