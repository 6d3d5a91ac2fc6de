"""Fetch a single page as a crawl would: through the host's turn, robots.txt and the limits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.listing import ListEndpoint
from crawler.network.errors import cause_of
from crawler.network.requests import AddressError, request_for
from crawler.network.settings import scrapy_settings
from crawler.sources import Source
from crawler.spiders.answers import describe, page_of
from crawler.visit import Context
from storage.records import Cause, Page


class FetchError(Exception):
    """A page was not answered. Carries address, reason and the class of what went wrong."""

    def __init__(self, url: str, reason: str, cause: Cause = "other") -> None:
        self.url = url
        self.cause: Cause = cause
        super().__init__(f"{url}: {reason}")


class PageSpider(Spider):
    """Makes one request."""

    name = "page"

    def __init__(
        self,
        *,
        wanted: ListEndpoint,
        context: Context,
        answer: list[Page | FetchError],
        via: tuple[str, ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.wanted = wanted
        self.context = context
        self.answer = answer
        self.via = via

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the page."""
        wanted = self.wanted
        try:
            yield request_for(
                wanted.url, method=wanted.method, body=wanted.body, headers=dict(wanted.headers), callback=self.keep,
                errback=self.failed, meta={"via": self.via},
            )  # fmt: skip
        except AddressError as error:
            self.answer.append(FetchError(wanted.url, str(error)))

    def keep(self, response: Response) -> None:
        """Keep the page."""
        self.answer.append(page_of(response, "", self.context.clock()))

    def failed(self, failure: Failure) -> None:
        """Keep why there is none."""
        self.answer.append(FetchError(self.wanted.url, describe(failure), cause_of(failure.value)))


async def fetch_one(wanted: ListEndpoint, context: Context, source: Source | None = None) -> Page:
    """Return the page that a request is answered with, whatever its status; old TLS and exits are those of a source.

    Raises:
        FetchError: it was not answered, or must not be asked for.
    """
    answer: list[Page | FetchError] = []
    tls = source.tls if source else "modern"
    runner = AsyncCrawlerRunner(scrapy_settings(context.settings, tls=tls))
    await runner.crawl(PageSpider, wanted=wanted, context=context, answer=answer, via=source.via if source else ())
    page = answer[0] if answer else FetchError(wanted.url, "nothing was answered")
    if isinstance(page, FetchError):
        raise page
    return page
