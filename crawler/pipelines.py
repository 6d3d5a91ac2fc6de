"""The pipeline: each fetched article page is taken in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from crawler.intake import Taken, take_in
from crawler.visit import Context, Fetched
from storage.records import BEIJING, Announcement, MessageType

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

RECENT = timedelta(days=14)  # since publication: older pages are edited rarely, and nobody waits for it
NEAR = 0.8  # of the threshold: an edit may lift a page over it


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
        archive, now = context.archive, item.page.fetched_at
        notify = _nobody if item.link.is_quiet else context.notify
        try:
            taken = take_in(
                item.page, archive, context.lexicon, notify, body=item.visit.source.body, title=item.link.title
            )
        except Exception as error:
            self._fail(item, f"{type(error).__name__}: {error}")
            item.visit.trouble("error", f"{type(error).__name__} while reading {item.page.url}: {error}", "parse")
            raise
        if item.reread:
            archive.revisions.reread(item.reread.article_id, taken.kept.change, now)
        else:
            archive.frontier.settle(item.link.url)
        if taken.kept.change == "new" and may_be_edited(taken, now):
            archive.revisions.watch(taken.kept.article_id, now)
        item.visit.new += taken.kept.change == "new"
        item.visit.not_extracted += taken.kept.change == "new" and not taken.article.wording.strip()
        item.visit.announcements += taken.role == "new"
        return item

    def _fail(self, item: Fetched, error: str) -> None:
        context: Context = self._crawler.spider.context  # type: ignore[union-attr]  # the only spider there is
        if item.reread:
            context.archive.revisions.reread(item.reread.article_id, error, item.page.fetched_at)
        else:
            context.archive.frontier.fail(item.link.url, error, item.page.fetched_at)


def may_be_edited(taken: Taken, now: datetime) -> bool:
    """Whether a new article is read again later: recent, and an announcement or near one."""
    day, said = taken.article.published_day, taken.assessment
    is_recent = day is None or (now.astimezone(BEIJING).date() - day) <= RECENT
    return is_recent and (said.is_announcement or said.score >= NEAR * said.threshold)


def _nobody(_announcement: Announcement, _type: MessageType, _now: datetime) -> tuple[()]:
    return ()
