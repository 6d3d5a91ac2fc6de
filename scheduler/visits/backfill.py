"""Walk a source's listing pages back to a day and take all in without an alert. It resumes where it was interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from scrapy import Request
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response

from crawler.listing.outcome import outcome_of
from crawler.network.settings import scrapy_settings
from crawler.reading import ListRead
from crawler.sources import Source, numbered
from crawler.spiders.answers import first_asked_of
from crawler.spiders.articles import ArticleRequests
from crawler.spiders.listings import ListingRequests, tell
from crawler.spiders.portal import PortalSpider
from crawler.spiders.rereads import RereadRequests
from crawler.visit import Context, Visit
from storage.records import Page, Run

MOST_LISTING_PAGES = 2000  # listing pages: a pager that leads in circles must end somewhere


class QuietArticleRequests(ArticleRequests):
    """The articles that walks have noted; what is to be told is left to the next crawl."""

    def due(self, visit: Visit) -> Iterator[Request]:
        """Yield a request for each of them."""
        return (request for request in super().due(visit) if request.cb_kwargs["link"].is_quiet)


class WalkRequests(ListingRequests):
    """The listing pages of a source, until their rows are older than a day.

    Rows that came since the last crawl of a watched source are left to the next one, which tells of them: those of the
    first page, and of further ones while all rows are new.
    """

    def __init__(self, context: Context, articles: ArticleRequests, rereads: RereadRequests, since: date) -> None:
        super().__init__(context, articles, rereads)
        self._since = since
        self._seen: set[tuple[str, ...]] = set()
        self._untold: set[str] = set()  # listings of which no row was met yet that a crawl has seen

    def first_pages(self, visit: Visit) -> Iterator[Request]:
        """Yield a request for what an earlier walk left over, and for the page where each walk goes on."""
        is_watched = self._context.archive.runs.had_first_crawl(visit.source.id)
        yield from self._articles.due(visit)
        for listing in visit.source.listings:
            walk = self._listing_pages.walk(visit.source.id, listing, self._since.isoformat())
            if is_watched and walk.pages == 0:
                self._untold.add(listing)
            if walk.next_url:
                yield from self.request(visit, listing, numbered(walk.next_url, 1), number=walk.pages + 1, headers={})
            else:
                visit.unchanged += 1  # walked to its end before

    def go_on(
        self, response: Response, page: Page, found: ListRead, *, visit: Visit, listing: str, number: int
    ) -> Iterator[Request]:
        """Note the rows that are young enough and go on to the page before, until all rows are too old."""
        read, asked = found.listing, first_asked_of(response)
        outcome = outcome_of(page, read, asked)
        if outcome.outcome != "ok":
            tell(visit, outcome, asked)
            return
        young = tuple(link for link in read.links if link.date is None or link.date >= self._since)
        rows = tuple(link.url for link in read.links)
        # Too old, or a pager that leads in circles.
        is_end = not young or rows in self._seen or number >= MOST_LISTING_PAGES
        self._seen.add(rows)
        following = None if is_end else self.next_url(visit, listing, read, number)
        with self._context.archive.transaction():
            noted = self.note(visit, young, page, is_quiet=listing not in self._untold)
            if noted < len(young):
                self._untold.discard(listing)
            self._listing_pages.walked(visit.source.id, listing, self._since.isoformat(), following)
        yield from self._articles.due(visit)
        if following:
            yield from self.request(visit, listing, following, number=number + 1)


class BackfillSpider(PortalSpider):
    """A portal spider that walks back."""

    name = "backfill"

    def __init__(self, *, since: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.listings = WalkRequests(self.context, QuietArticleRequests(self.context, self.pages), self.rereads, since)


async def backfill(source: Source, since: date, context: Context, visit: Visit) -> Run:
    """Walk back and return how it went; `visit` counts while it goes."""
    archive = context.archive
    archive.runs.register([source.row])
    settings = scrapy_settings(context.settings, tls=source.tls) | {"CLOSESPIDER_TIMEOUT": 0}  # takes what it takes
    runner = AsyncCrawlerRunner(settings)
    await runner.crawl(BackfillSpider, visits=[visit], context=context, since=since)
    return visit.keep(archive, context.clock())
