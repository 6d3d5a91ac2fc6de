"""Walk a source's listing pages back to a day and take all in without an alert. It resumes where it was interrupted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from typing import Any

from scrapy import Request
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response

from crawler.network.settings import scrapy_settings
from crawler.reading import ListRead
from crawler.sources import Source, numbered
from crawler.spiders.portal import PortalSpider
from crawler.visit import Context, Visit
from storage.records import Page, Run

MOST_LISTING_PAGES = 2000  # listing pages: a pager that leads in circles must end somewhere


class BackfillSpider(PortalSpider):
    """A portal spider that reads listing pages until their rows are older than a day.

    Rows that came since the last crawl of a watched source are left to the next one, which tells of them: those of the
    first page, and of further ones while all rows are new.
    """

    name = "backfill"

    def __init__(self, *, since: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.since = since
        self._read: set[tuple[str, ...]] = set()
        self._untold: set[str] = set()  # listings of which no row was met yet that a crawl has seen

    async def start(self) -> AsyncIterator[Request]:
        """Yield a request for the page where each walk goes on, and for what an earlier walk left over."""
        (visit,) = self.visits
        is_watched = self.context.archive.runs.had_first_crawl(visit.source.id)
        for request in self.due(visit):
            yield request
        for listing in visit.source.listings:
            walk = self.frontier.walk(visit.source.id, listing, self.since.isoformat())
            if is_watched and walk.pages == 0:
                self._untold.add(listing)
            if walk.next_url:
                url, number = numbered(walk.next_url, 1), walk.pages + 1
                for request in self.listing_request(visit, listing, url, number=number, headers={}):
                    yield request
            else:
                visit.unchanged += 1  # walked to its end before

    def go_on(
        self, response: Response, page: Page, found: ListRead, *, visit: Visit, listing: str, number: int
    ) -> Iterator[Request]:
        """Note the rows that are young enough and go on to the page before, until all rows are too old."""
        read = found.listing
        if read.state != "ok" or response.status >= 400:
            visit.trouble("error", f"{response.url}: {read.reason or read.state} (http {response.status})", "other")
            return
        young = tuple(link for link in read.links if link.date is None or link.date >= self.since)
        rows = tuple(link.url for link in read.links)
        is_end = (
            not young or rows in self._read or number >= MOST_LISTING_PAGES
        )  # too old, or a pager that leads in circles
        self._read.add(rows)
        following = None if is_end else self.next_url(visit, listing, read, number)
        with self.context.archive.transaction():
            noted = self.note(visit, young, page, is_quiet=listing not in self._untold)
            if noted < len(young):
                self._untold.discard(listing)
            self.frontier.walked(visit.source.id, listing, self.since.isoformat(), following)
        yield from self.due(visit)
        if following:
            yield from self.listing_request(visit, listing, following, number=number + 1)

    def due(self, visit: Visit) -> Iterator[Request]:
        """Yield the articles that walks have noted; what is to be told is left to the next crawl."""
        return (request for request in super().due(visit) if request.cb_kwargs["link"].is_quiet)


async def backfill(source: Source, since: date, context: Context, visit: Visit) -> Run:
    """Walk back and return how it went; `visit` counts while it goes."""
    archive = context.archive
    archive.runs.register([source.row])
    settings = scrapy_settings(context.settings, tls=source.tls) | {"CLOSESPIDER_TIMEOUT": 0}  # takes what it takes
    runner = AsyncCrawlerRunner(settings)
    await runner.crawl(BackfillSpider, visits=[visit], context=context, since=since)
    run = visit.run(datetime.now(UTC))
    archive.runs.record(run)
    return run
