"""An announcement or article with what is read first: title, elements, main source, strongest sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from datasette.utils.asgi import Response

from crawler.text.regions import region
from scheduler.review.give_verdict import seen_now
from scheduler.review.highlight import MarkedSentence
from scheduler.review.page_request import PageError, PageRequest, Route
from scheduler.review.pages.reading import ReadArticle, read_article
from storage.archive import Archive
from storage.records import Announcement, Mention
from storage.verdicts import SeenState, Verdict

NEWS_STANDING = 0  # the standing of a page that is no authority's


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHeadline:
    """A page's title where it is not the policy's own: `name` says whose it is."""

    name: str
    title: str
    publisher: str
    published_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A thing as a preview shows it; `announcement` is None for an article alone. `reading` is the main source."""

    announcement: Announcement | None
    reading: ReadArticle
    verdict: Verdict | None
    seen: SeenState

    @property
    def path(self) -> str:
        """The address of its page, without the slash."""
        return f"announcements/{self.announcement.id}" if self.announcement else f"articles/{self.reading.id}"

    @property
    def about(self) -> str:
        """It as a verdict names it."""
        return f"{self.path}:{self.seen}"

    @property
    def title(self) -> str:
        """The policy's own title, that of the page where it names none."""
        return self.announcement.policy_title if self.announcement else self.reading.article.title

    @property
    def kicker(self) -> tuple[str, ...]:
        """Its region, stage and kind of document, as far as they are known."""
        act = self.announcement
        if act is not None:
            said = (act.region and act.region.name, act.act, act.instrument)
        else:
            code = self._first("region")
            said = (code and region(code).name, self._first("act"), self._first("instrument"))
        return tuple(one for one in said if one)

    @property
    def headline(self) -> PageHeadline | None:
        """The title of the news about it, or of its page; None where that is the policy's own."""
        if self.announcement is None:
            return None
        lead, news = self.main, next((one for one in self.announcement.mentions if one.standing == NEWS_STANDING), None)
        shown = lead if lead and lead.standing == NEWS_STANDING else news or lead
        if shown is None or shown.title == self.title:
            return None
        return PageHeadline(
            name="新闻标题" if shown.standing == NEWS_STANDING else "页面标题", title=shown.title,
            publisher=shown.publisher or shown.source, published_at=shown.published_at,
        )  # fmt: skip

    @property
    def main(self) -> Mention | None:
        """The most official source."""
        if self.announcement is None:
            return None
        leading = (one for one in self.announcement.mentions if one.article_id == self.announcement.lead_article_id)
        return next(chain(leading, self.announcement.mentions), None)

    @property
    def strongest(self) -> MarkedSentence | None:
        """The sentence of the text with the most points, None without a hit."""
        return max(self._hit_sentences(), key=_points, default=None)

    def known(self, kind: str) -> tuple[str, ...]:
        """Return what the other articles know of a kind that the main source leaves out."""
        return tuple(getattr(self.announcement, KNOWN[kind])) if self.announcement and kind in KNOWN else ()

    def _first(self, kind: str) -> str | None:
        return next((fact.value for fact, _ in self.reading.facts_of(kind)), None)

    def _hit_sentences(self) -> Iterator[MarkedSentence]:
        return (one for part in self.reading.marked.text for one in part if _points(one) > 0)


KNOWN = {"issuer": "issuers", "track": "tracks"}


def _points(sentence: MarkedSentence) -> float:
    return sum(point for piece in sentence.pieces for point in piece.points)


def preview_of(archive: Archive, announcement_id: int) -> Preview:
    """Return the preview of an announcement. Raises `PageError` (404) when there is none."""
    try:
        one = archive.announcements.get(announcement_id)
    except KeyError as error:
        raise PageError(404, f"没有编号 {announcement_id} 的政策。") from error
    if not one.mentions:
        raise PageError(404, f"编号 {announcement_id} 的政策已并入别的一条。")
    reading = read_article(archive, one.lead_article_id or one.mentions[0].article_id)
    seen, standing = seen_now(archive, reading.id, one.id)
    return Preview(announcement=one, reading=reading, verdict=standing, seen=seen)


def preview_of_article(archive: Archive, article_id: int) -> Preview:
    """Return the preview of an article alone. Raises `PageError` (404) when there is none."""
    reading = read_article(archive, article_id)
    seen, _ = seen_now(archive, article_id, archive.announcements.led_by(article_id))
    return Preview(announcement=None, reading=reading, verdict=reading.verdict, seen=seen)


async def of_announcement(visit: PageRequest) -> Response:
    """Give the preview of an announcement as a fragment."""
    id = visit.number("id")
    return visit.html("preview.html", shown=await visit.read(lambda archive: preview_of(archive, id)))


async def of_article(visit: PageRequest) -> Response:
    """Give the preview of an article as a fragment."""
    id = visit.number("id")
    return visit.html("preview.html", shown=await visit.read(lambda archive: preview_of_article(archive, id)))


ROUTES = (
    Route(pattern=r"/announcements/(?P<id>\d+)/preview", handler=of_announcement),
    Route(pattern=r"/articles/(?P<id>\d+)/preview", handler=of_article),
)
