"""Announcements, endpoints and dispatches for the tests of delivery. All names are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from builders import page_of
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.notify.deliver import Tally, deliver_due
from scheduler.notify.dispatch import Dispatch
from scheduler.notify.message import deliveries_for
from scheduler.notify.render import templates_in
from storage.archive import Archive
from storage.records import Announcement, Article, Assessment, Delivery, Facts, Hit, Judged, Mention, Region, Target

NOON = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)  # twelve o'clock in Beijing, a Wednesday
SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0cyBvZiBkZWxpdmVyeQ=="


def endpoint_of(name: str = "team", url: str = "http://127.0.0.1:9/hook", **more: Any) -> Endpoint:
    """Return an endpoint, a webhook unless it is said otherwise."""
    return Endpoint.model_validate({"name": name, "kind": "webhook", "url": url} | more)


def announcement_of(id: int = 1, **more: Any) -> Announcement:
    """Return an announcement of a city in Hainan."""
    mention = Mention(
        article_id=id, url=f"https://example.org/zwgk/t20260318_{id}.html", title=f"培育未来产业行动方案（{id}）发布",
        publisher="琼北市人民政府", source="qb-gov", published_at="2026-03-18", relation="original",
    )  # fmt: skip
    made = Announcement(
        id=id, version=1, title=f"琼北市发布培育未来产业行动方案（{id}）", region=Region(code="460100", name="海口市"),
        issuers=("琼北市工业和信息化局",), policy_titles=("琼北市培育未来产业行动方案",), document_number=None,
        instrument="行动方案", act="印发", tracks=("未来能源", "深海空间"),
        targets=(Target(year=2030, text="到2030年集聚百家企业"),), score=80.0, threshold=60.0,
        explanation=(
            Hit(term="未来产业", place="title", start=5, points=20.0, sentence="琼北市发布培育未来产业行动方案"),
            Hit(term="股吧", place="body", start=9, points=-3.0, sentence="有网友议论"),
        ),
        first_published_at="2026-03-18", first_seen_at=NOON, mentions=(mention,), lead_article_id=id, policy_id=id,
    )  # fmt: skip
    return replace(made, **more)


def store(archive: Archive, id: int, *, source: str = "qb-gov") -> Announcement:
    """Keep an announcement with its article in the archive, so that deliveries can refer to it."""
    made = announcement_of(id)
    article = Article(url=made.mentions[0].url, title=made.title, text=f"行动方案第 {id} 号。", published_at=NOON)
    page = page_of(b"x", article.url, source=source, at=NOON)
    facts = Facts(all=(), region=made.region)
    assessment = Assessment(
        score=80.0, threshold=60.0, label="announcement", hits=made.explanation, lexicon_version="t"
    )
    judged = Judged(article=article, facts=facts, assessment=assessment)
    kept = archive.articles.keep(page, judged, key=article.url, identity=str(id))
    return archive.announcements.open(kept.article_id, judged, keys=(), now=NOON)


def tell(archive: Archive, endpoint: Endpoint, *ids: int, now: datetime = NOON, **more: Any) -> list[Delivery]:
    """Put the messages about announcements into the outbox, as a match does; the archive need not know them."""
    archive.db.conn.execute("PRAGMA foreign_keys = OFF")
    settings = Settings.model_construct(endpoint=(endpoint,))
    made = [
        d for id in ids for d in deliveries_for(announcement_of(id, **more), "announcement.new", now, settings=settings)
    ]
    archive.outbox.put(made)
    return made


class World:
    """A clock that stands until it is moved, and delivery rounds at its time."""

    def __init__(self, archive: Archive, *endpoints: Endpoint, now: datetime = NOON, **more: Any) -> None:
        self.archive, self.now = archive, now
        self.dispatch = Dispatch(endpoints=endpoints, templates=templates_in(None), pause=self._pause, **more)

    async def _pause(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def clock(self) -> datetime:
        """Return the time of this world."""
        return self.now

    async def deliver(self) -> Tally:
        """Deliver what is due."""
        return await deliver_due(self.archive, self.dispatch, clock=self.clock)

    async def live(self, span: timedelta, *, step: timedelta = timedelta(seconds=5)) -> Tally:
        """Let time pass, delivering at each step as the daemon does."""
        end, tally = self.now + span, Tally()
        while self.now < end:
            tally += await self.deliver()
            self.now += step
        return tally
