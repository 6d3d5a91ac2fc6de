"""The pipeline: each fetched article page is taken in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from crawler.intake import take_in
from crawler.visit import Context, Fetched
from storage.records import Announcement, MessageType

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class TakeInPipeline:
    """Takes pages in; what stood there before anyone watched tells nobody."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the pipeline of a crawl."""
        return cls(crawler)

    def process_item(self, item: Fetched) -> Fetched:
        """Take a page in, and settle its link once it is in the archive."""
        context: Context = self._crawler.spider.context  # type: ignore[union-attr]  # the only spider there is
        frontier = context.archive.frontier
        is_quiet = item.link.is_quiet
        try:
            taken = take_in(item.page, context.archive, context.lexicon, _nobody if is_quiet else context.notify)
        except Exception as error:
            frontier.fail(item.link.url, f"{type(error).__name__}: {error}", item.page.fetched_at)
            item.visit.trouble("error", f"{type(error).__name__} while reading {item.page.url}: {error}", "parse")
            raise
        frontier.settle(item.link.url)
        item.visit.new += taken.kept.change == "new"
        item.visit.announcements += taken.role == "new"
        return item


def _nobody(_announcement: Announcement, _type: MessageType, _now: datetime) -> tuple[()]:
    return ()
