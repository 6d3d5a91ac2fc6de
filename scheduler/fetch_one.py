"""Fetch a single page as a crawl would: through the host's turn, robots.txt and the limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.settings import scrapy_settings
from crawler.spiders.portal import describe, page_of
from crawler.visit import Context
from scheduler.config import Settings
from scheduler.loop import only_public_names
from scheduler.setup import program
from storage.records import Page


class FetchError(Exception):
    """A page was not answered. Carries address and reason."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")


class PageSpider(Spider):
    """Fetches one address."""

    name = "page"

    def __init__(self, *, url: str, context: Context, answer: list[Page | str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.context = context
        self.frontier = context.archive.frontier
        self.answer = answer

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the page."""
        yield Request(self.url, callback=self.keep, errback=self.failed)

    def keep(self, response: Response) -> None:
        """Keep the page."""
        self.answer.append(page_of(response, ""))

    def failed(self, failure: Failure) -> None:
        """Keep why there is none."""
        self.answer.append(describe(failure))


async def fetch_one(url: str, settings: Settings) -> Page:
    """Return the page at an address.

    Raises:
        FetchError: it was not answered, or with an error, or must not be fetched.
    """
    answer: list[Page | str] = []
    if not settings.crawl.allow_private_networks:
        only_public_names()
    with program(settings, ()) as opened:
        runner = AsyncCrawlerRunner(scrapy_settings(settings.crawl))
        await runner.crawl(PageSpider, url=url, context=opened.context, answer=answer)
    page = answer[0] if answer else "nothing was answered"
    if isinstance(page, str):
        raise FetchError(url, page)
    if page.status != 200:
        raise FetchError(url, f"http {page.status}")
    return page
