"""The pipeline: each article page that was fetched and read is taken in (`crawler.intake`, from `settle` on)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from crawler.detect import provinces_of
from crawler.extract import TextKind, file_kind
from crawler.intake import Taken, settle
from crawler.visit import Context, Fetched
from storage.archive import Archive
from storage.records import BEIJING, Announcement, MessageType, Page
from storage.revisions import Plan

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

RECENT = timedelta(days=14)  # since publication: older pages are edited or filled rarely, and nobody waits for it
HINTS_FOR = timedelta(days=2)  # since publication: what is older was looked for by ordinary visits
NEAR_THRESHOLD_SHARE = 0.8  # of the threshold: an edit may lift a page over it


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
            taken = settle(item.page, item.judged, archive=archive, lexicon=context.lexicon, notify=notify)
        except Exception as error:
            self._fail(item, f"{type(error).__name__}: {error}")
            item.visit.trouble("error", f"{type(error).__name__} while reading {item.page.url}: {error}", "parse")
            raise
        if item.reread:
            archive.revisions.reread(item.reread.article_id, taken.kept.change, now)
            if taken.kept.article_id == item.reread.article_id and item.page.final_url != item.reread.address:
                archive.articles.moved(item.reread.article_id, item.page.final_url)
        else:
            archive.frontier.settle(item.link.key)
        kind = taken.judged.kind
        _plan_rereads(item.page, taken, kind, archive)
        _count(item, taken, kind)
        if gives_hint(item, taken):
            item.visit.hinted |= provinces_of(taken.judged)
        return item

    def _fail(self, item: Fetched, error: str) -> None:
        context: Context = self._crawler.spider.context  # type: ignore[union-attr]  # the only spider there is
        if item.reread:
            context.archive.revisions.reread(item.reread.article_id, error, item.page.fetched_at)
        else:
            context.archive.frontier.fail_reading(item.link.key, error)


def _count(item: Fetched, taken: Taken, kind: TextKind) -> None:
    visit, is_new = item.visit, taken.kept.change == "new"
    if item.reread is None:
        visit.fetched += 1
        visit.extracted += kind == "text"
        visit.end_at(taken.kept.article_id, item.link.title)
    visit.new += is_new
    visit.announcements += taken.role == "new"
    if is_new and kind != "text":
        visit.not_extracted += 1
        visit.flaws[f"file {file_kind(taken.judged.article)}" if kind == "file" else kind] += 1


def gives_hint(item: Fetched, taken: Taken) -> bool:
    """Return whether a page is a reason to look at the provinces that it names: a new act, seen at a national source.

    What stood there before anyone watched, or is older than HINTS_FOR, gives none.
    """
    day = taken.judged.article.published_day
    is_fresh = day is None or item.page.fetched_at.astimezone(BEIJING).date() - day <= HINTS_FOR
    return taken.role == "new" and item.visit.source.level == "national" and is_fresh and not item.link.is_quiet


def _plan_rereads(page: Page, taken: Taken, kind: TextKind, archive: Archive) -> None:
    """Let an article be read again by the plan that it needs now; one that was filled meanwhile has been waited for."""
    plan, id = plan_of(page, taken, kind), taken.kept.article_id
    is_revised = taken.kept.change == "revised"
    if plan and (taken.kept.change == "new" or (plan == "edited" and is_revised)):
        archive.revisions.watch(id, plan, page.fetched_at)
    elif plan is None and is_revised:
        archive.revisions.end_plan(id, "unfilled")


def plan_of(page: Page, taken: Taken, kind: TextKind) -> Plan | None:
    """Return how an article is to be read again, None for an old one, and for one that says all and is no news.

    Unfilled is what has no text yet, or not all of it: an answer that was cut short. A file has all that it ever will.
    """
    day, said = taken.judged.article.published_day, taken.judged.assessment
    if day is not None and page.fetched_at.astimezone(BEIJING).date() - day > RECENT:
        return None
    if kind not in {"text", "file"} or page.is_cut_short:
        return "unfilled"
    return "edited" if said.is_announcement or said.score >= NEAR_THRESHOLD_SHARE * said.threshold else None


def _nobody(_announcement: Announcement, _type: MessageType, _now: datetime) -> tuple[()]:
    return ()
