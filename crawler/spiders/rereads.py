"""Read known articles again: those that may have been edited, and those that were not filled yet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.extract import has_frame
from crawler.network.hosts import ClosingError
from crawler.network.requests import AddressError, request_for
from crawler.reading import ReadingError
from crawler.spiders.answers import describe, page_of
from crawler.spiders.whole_pages import WholePages, why_not
from crawler.visit import Context, Fetched, Visit
from storage.frontier import DueLink
from storage.records import Page
from storage.revisions import Reread

MOST_REREADS = 5  # known articles that a visit reads again: what is new comes first


class RereadRequests:
    """The article pages that the archive has and that are to be read again."""

    def __init__(self, context: Context, pages: WholePages) -> None:
        self._context = context
        self._pages = pages
        self._revisions = context.archive.revisions

    def due(self, visit: Visit) -> Iterator[Request]:
        """Yield conditional requests for known articles of the source that may have been edited."""
        for reread in self._revisions.due(visit.source.id, self._context.clock(), limit=MOST_REREADS):
            if not visit.asks(reread.key):
                continue
            conditions = {"If-None-Match": reread.etag, "If-Modified-Since": reread.last_modified}
            try:
                yield request_for(
                    reread.address,
                    callback=self.parse,
                    errback=self.fail,
                    cb_kwargs={"visit": visit, "reread": reread},
                    headers={} if reread.is_last else {name: value for name, value in conditions.items() if value},
                    meta={"visit": visit},
                    priority=-1,  # after what is new
                    dont_filter=True,
                )
            except AddressError as error:
                self._revisions.reread(reread.article_id, str(error), self._context.clock())

    async def parse(self, response: Response, visit: Visit, reread: Reread) -> AsyncIterator[Fetched]:
        """Pass a known article on when its page has changed. That it is read is noted before."""
        page = page_of(response, visit.source.id, self._context.clock())
        self._revisions.begin_reading(reread.article_id, page.fetched_at)
        link = DueLink(
            key=reread.key, address=reread.address, title=reread.title, is_quiet=reread.is_quiet, day=reread.day
        )
        try:
            whole = await self._read_again(page, visit=visit, reread=reread)
            if whole is not None:
                judged = await self._pages.judge(whole, visit, link)
                yield Fetched(visit=visit, link=link, page=whole, judged=judged, reread=reread)
        except ClosingError:  # nothing is wrong with the page: it stays due
            self._revisions.put_back(reread.article_id)
        except ReadingError as error:
            visit.trouble("error", f"{page.final_url}: {error}", "parse")
            self._revisions.reread(reread.article_id, str(error), page.fetched_at)

    async def _read_again(self, page: Page, *, visit: Visit, reread: Reread) -> Page | None:
        """Return the page of a known article with what belongs to it, None where there is nothing new to read."""
        block = await self._pages.block_of(page)
        known = self._context.archive.pages.get(reread.page_id)
        is_same = page.status == 304 or page.sha256 == known.sha256
        if is_same and (known.frames or (reread.plan == "unfilled" and has_frame(known))):  # these may have changed
            page, is_same = replace(known, fetched_at=page.fetched_at, following=(), files=(), frames=()), False
        reason = "unchanged" if is_same else why_not(page, reread.address, block)
        if reason is not None:
            self._revisions.reread(reread.article_id, reason, page.fetched_at)
            return None
        return await self._pages.complete(page, visit, known)

    def fail(self, failure: Failure) -> None:
        """Note that a known article was not answered; the next re-read is tried at its time."""
        reread: Reread = failure.request.cb_kwargs["reread"]  # type: ignore[attr-defined]  # Scrapy adds the request
        if not isinstance(failure.value, ClosingError):
            self._revisions.reread(reread.article_id, describe(failure), self._context.clock())
