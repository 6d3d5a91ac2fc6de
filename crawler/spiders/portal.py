"""The portal spider: one crawl for all due sources of one host, listing pages first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.dedupe import canonical_url
from crawler.fetch import PrivateAddressError, RobotsRefusedError
from crawler.hosts import ClosingError
from crawler.listing import read_listing
from crawler.listing.blocked import recognise_block
from crawler.visit import Context, Fetched, Visit
from storage.frontier import DueLink, Validators
from storage.records import Listing, Page

LISTING_PAGES = 5  # how far a visit pages back while every row is new; a news portal's burst of half a day


class PortalSpider(Spider):
    """Reads listing pages, notes their rows, and fetches what the archive does not have."""

    name = "portal"

    def __init__(self, *, visits: list[Visit], context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visits = visits
        self.context = context
        self.frontier = context.archive.frontier

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Return the spider of a crawl, listening to its own failures."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.failed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for each listing page of each source."""
        for visit in self.visits:
            for url in visit.source.listings:
                yield self._listing_request(visit, url, number=1)

    def _listing_request(self, visit: Visit, url: str, *, number: int) -> Request:
        known = self.frontier.validators(url) if number == 1 else None
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
        return Request(
            url,
            headers={name: value for name, value in headers.items() if value},
            callback=self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"visit": visit, "number": number},
            meta={"visit": visit},
            priority=1,
            dont_filter=True,  # two sources may share a listing page
        )

    def parse_listing(self, response: Response, visit: Visit, number: int) -> Iterator[Request]:
        """Note a listing page's rows; go on to the next page while all are new, and to the articles that are due."""
        if response.status == 304:
            visit.unchanged += 1
            yield from self._due(visit)
            return
        page = page_of(response, visit.source.id)
        listing = read_listing(page)
        if listing.state != "ok" or response.status >= 400:
            visit.trouble(*_trouble(response, listing))
            yield from self._due(visit)
            return
        noted = self._note(visit, listing, page)
        if number == 1:
            self._remember(visit, response)
        if listing.next and noted == len(listing.links) and not visit.is_first and number < LISTING_PAGES:
            yield self._listing_request(visit, listing.next, number=number + 1)
        yield from self._due(visit)

    def _note(self, visit: Visit, listing: Listing, page: Page) -> int:
        rows = [(canonical_url(link.url), link) for link in listing.links]
        visit.read += 1
        visit.listed += len(rows)
        return self.frontier.note(visit.source.id, rows, page.fetched_at)

    def _remember(self, visit: Visit, response: Response) -> None:
        validators = Validators(etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified"))
        url = response.request.url if response.request else response.url
        self.frontier.remember_listing(visit.source.id, url, validators, datetime.now(UTC))

    def _due(self, visit: Visit) -> Iterator[Request]:
        for link in self.frontier.due(visit.source.id, datetime.now(UTC)):
            yield Request(
                link.address,
                callback=self.parse_article,
                errback=self.article_failed,
                cb_kwargs={"visit": visit, "link": link},
                meta={"visit": visit},
            )

    def parse_article(self, response: Response, visit: Visit, link: DueLink) -> Iterator[Fetched]:
        """Pass an article page on; a challenge or an error page never becomes an article."""
        page = page_of(response, visit.source.id)
        block = recognise_block(page)
        if block:
            visit.trouble("blocked", block)
        if block or response.status != 200:
            self.frontier.fail(link.url, block or f"http {response.status}", page.fetched_at)
            return
        yield Fetched(visit=visit, link=link, page=page)

    def listing_failed(self, failure: Failure) -> Iterator[Request]:
        """Note that a listing page was not answered; articles that are due from before are still fetched."""
        visit: Visit = failure.request.cb_kwargs["visit"]  # type: ignore[attr-defined]  # Scrapy adds the request
        visit.trouble("error", describe(failure))
        yield from self._due(visit)

    def article_failed(self, failure: Failure) -> None:
        """Note that an article page was not answered, or must not be asked for."""
        link: DueLink = failure.request.cb_kwargs["link"]  # type: ignore[attr-defined]  # Scrapy adds the request
        if isinstance(failure.value, ClosingError):
            return  # nothing is wrong with the page: it stays due
        if isinstance(failure.value, RobotsRefusedError | PrivateAddressError):
            self.frontier.refuse(link.url, describe(failure))
        else:
            self.frontier.fail(link.url, describe(failure), datetime.now(UTC))

    def failed(self, failure: Failure, response: Response) -> None:
        """Note an error of ours while a page was read."""
        visit: Visit = response.meta["visit"]
        visit.trouble("error", f"parse: {response.url}: {describe(failure)}")


def page_of(response: Response, source: str) -> Page:
    """Return the evidence of an answer."""
    headers = {
        name.decode("latin-1"): (response.headers.get(name) or b"").decode("latin-1") for name in response.headers
    }
    return Page(
        source=source,
        url=response.request.url if response.request else response.url,
        final_url=response.url,
        fetched_at=datetime.now(UTC),
        status=response.status,
        headers=headers,
        body=response.body,
    )


def describe(failure: Failure) -> str:
    """Return what went wrong as `class: message`."""
    error = failure.value
    name = type(error).__name__.removesuffix("Error")
    return str(error) if isinstance(error, IgnoreRequest) else f"{name}: {error}".rstrip(": ")


def _trouble(response: Response, listing: Listing) -> tuple[Any, str]:
    if listing.state == "blocked" and response.status != 429:  # who asks for silence has not shut us out
        return "blocked", listing.reason or "blocked"
    if response.status >= 400:
        return "error", f"http {response.status} for {response.url}"
    return listing.state, listing.reason or f"no rows on {response.url}"


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
