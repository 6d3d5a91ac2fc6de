"""Ask for the articles of a source that are due, and pass their pages on to the archive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.network.errors import PrivateAddressError, RobotsRefusedError
from crawler.network.handler import REFUSAL_STATUSES
from crawler.network.hosts import ClosingError
from crawler.network.requests import AddressError, request_for
from crawler.reading import LimitError, ReadingError
from crawler.spiders.answers import describe, page_of
from crawler.spiders.whole_pages import WholePages, why_not
from crawler.text.addresses import leads_home
from crawler.visit import Context, Fetched, Visit
from storage.frontier import DueLink
from storage.records import Page


class ArticleRequests:
    """The article pages that the archive does not have yet."""

    def __init__(self, context: Context, pages: WholePages) -> None:
        self._context = context
        self._pages = pages
        self._frontier = context.archive.frontier

    def due(self, visit: Visit) -> Iterator[Request]:
        """Yield a request for each article of the source that is due."""
        for link in self._frontier.due(visit.source.id, self._context.clock()):
            if not visit.asks(link.key):
                continue
            try:
                yield request_for(
                    link.address,
                    callback=self.parse,
                    errback=self.fail,
                    cb_kwargs={"visit": visit, "link": link},
                    meta={"visit": visit},
                    dont_filter=True,  # links that a portal redirects to one page are answered each for itself
                )
            except AddressError as error:
                visit.failed += 1
                self._frontier.fail(link.key, str(error), self._context.clock())

    async def parse(self, response: Response, visit: Visit, link: DueLink) -> AsyncIterator[Fetched]:
        """Pass an article page on with what belongs to it; a challenge or an error page never becomes an article.

        The attempt is counted before the page is read.
        """
        page = page_of(response, visit.source.id, self._context.clock())
        self._frontier.begin_reading(link.key, page.fetched_at)
        try:
            if await self._may_be_read(page, visit=visit, link=link):
                whole = await self._pages.complete(page, visit)
                judged = await self._pages.judge(whole, visit, link)
                yield Fetched(visit=visit, link=link, page=whole, judged=judged)
        except ClosingError:  # nothing is wrong with the page: it stays due
            self._frontier.put_back(link.key, page.fetched_at)
        except ReadingError as error:
            self._unread(page, error, visit=visit, link=link)

    async def _may_be_read(self, page: Page, *, visit: Visit, link: DueLink) -> bool:
        """Return whether an answer is the page that was asked for; note why not."""
        block = await self._pages.block_of(page)
        if block:
            visit.trouble("blocked", block)
        visit.flaws["home"] += leads_home(link.address, page.final_url)
        reason = why_not(page, link.address, block)
        if reason is None:
            return True
        visit.failed += 1
        if page.status in REFUSAL_STATUSES:
            self._frontier.refuse(link.key, reason, page.fetched_at, is_counted=True)
        else:
            self._frontier.fail_reading(link.key, reason)
        return False

    def _unread(self, page: Page, error: ReadingError, *, visit: Visit, link: DueLink) -> None:
        """Note why a page could not be read. One that took more than it may is given up, and kept for whoever looks."""
        visit.failed += 1
        visit.trouble("error", f"{page.final_url}: {error}", "parse")
        if isinstance(error, LimitError):
            page_id = self._context.archive.pages.keep(replace(page, url=link.address))
            self._frontier.give_up(link.key, f"{error}; its bytes are kept as page {page_id}")
        else:
            self._frontier.fail_reading(link.key, str(error))

    def fail(self, failure: Failure) -> None:
        """Note that an article page was not answered, or must not be asked for."""
        if isinstance(failure.value, ClosingError):
            return  # nothing is wrong with the page: it stays due
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]  # Scrapy adds the request
        asked["visit"].failed += 1
        is_refused = isinstance(failure.value, RobotsRefusedError | PrivateAddressError)
        note = self._frontier.refuse if is_refused else self._frontier.fail
        note(asked["link"].key, describe(failure), self._context.clock())
