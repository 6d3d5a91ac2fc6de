"""The portal spider: one crawl for all due sources of one host, listing pages first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.spiders.answers import describe
from crawler.spiders.articles import ArticleRequests
from crawler.spiders.listings import ListingRequests
from crawler.spiders.rereads import RereadRequests
from crawler.spiders.whole_pages import WholePages
from crawler.visit import Context, Visit


class PortalSpider(Spider):
    """Reads listing pages, notes their rows, and fetches what the archive does not have.

    `answers` are the listing pages that a poll has fetched and that are to be read; None where nobody has polled.
    """

    name = "portal"

    def __init__(
        self, *, visits: list[Visit], context: Context, answers: Sequence[Response] | None = None, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.visits = visits
        self.answers = answers
        self.context = context
        self.pages = WholePages(context, self.download)
        self.rereads = RereadRequests(context, self.pages)
        self.listings = ListingRequests(context, ArticleRequests(context, self.pages), self.rereads)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider of a crawl, listening to its own failures."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.failed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each listing page of each source; where a poll has fetched them, what they lead to."""
        for response in self.answers or ():
            async for request in self._read(response):
                yield request
        for visit in self.visits if self.answers is None else ():
            for request in self.listings.first_pages(visit):
                yield request

    async def _read(self, response: Response) -> AsyncIterator[Any]:
        """Yield what a listing page leads to that was fetched before this crawl began."""
        try:
            async for request in self.listings.parse(response, **response.cb_kwargs):
                yield request
        except Exception:  # noqa: BLE001  one page's failure is its visit's, as if Scrapy had called for it
            self.failed(Failure(), response)  # type: ignore[no-untyped-call]  # Twisted has no types here

    async def download(self, request: Request) -> Response:
        """Return the answer to a request that is no callback's, on the way of all requests of this crawl."""
        assert self.crawler.engine is not None
        return await self.crawler.engine.download_async(request)

    def failed(self, failure: Failure, response: Response) -> None:
        """Note an error of ours while a page was read."""
        visit: Visit = response.meta["visit"]
        visit.trouble("error", f"{response.url}: {describe(failure)}", "parse")
