"""take_in: one page, the whole flow, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from builders import sample_page
from conftest import path_of
from crawler.detect.lexicon import load_lexicon
from crawler.intake import Taken, take_in
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, REPRINT, Sample
from storage.archive import Archive
from storage.records import Delivery, Page
from storage.search.selection import Selection

NOW = datetime(2026, 3, 18, 6, 0, tzinfo=UTC)
LEXICON = load_lexicon()


class Notified:
    """Notes which announcements it is told of, and puts one message into the outbox for each."""

    def __init__(self) -> None:
        self.titles: list[str] = []

    def __call__(self, announcement: object, *_: object) -> Iterable[Delivery]:
        title, number = announcement.title, announcement.id  # type: ignore[attr-defined]
        self.titles.append(title)
        return [Delivery(
            id=f"msg_{number}", announcement_id=number, version=1, endpoint="team", type="announcement.new",
            payload="{}", state="pending", attempts=0, created_at=NOW, next_attempt_at=NOW,
        )]  # fmt: skip


def page(sample: Sample, host: str = "portal.example.org") -> Page:
    return sample_page(sample, f"http://{host}{path_of(sample)}", source=host, at=NOW)


def take(archive: Archive, notified: Notified, *pages: Page) -> list[Taken]:
    return [take_in(one, archive, LEXICON, notified) for one in pages]


def test_press_conference_becomes_one_announcement() -> None:
    """The page is kept, judged, explained, and told once."""
    notified = Notified()
    with Archive.in_memory() as archive:
        (taken,) = take(archive, notified, page(PRESS_CONFERENCE))
        assert (taken.role, taken.kept.change) == ("new", "new")
        assert notified.titles == [PRESS_CONFERENCE.title]
        assert [delivery.id for delivery in archive.outbox.list()] == ["msg_1"]
        assert round(sum(hit.points for hit in taken.judged.assessment.hits), 1) == taken.judged.assessment.score


def test_reprint_joins_silently() -> None:
    """A reprint elsewhere is a mention of the same announcement and tells nobody."""
    notified = Notified()
    with Archive.in_memory() as archive:
        _, copy = take(archive, notified, page(PRESS_CONFERENCE), page(REPRINT, "copy.example.org"))
        assert copy.role == "reprint"
        assert len(notified.titles) == 1
        assert copy.announcement_id is not None
        assert len(archive.announcements.get(copy.announcement_id).mentions) == 2


def test_same_page_twice_is_one_article() -> None:
    """Reading a page again changes nothing and tells nobody."""
    notified = Notified()
    with Archive.in_memory() as archive:
        first, again = take(archive, notified, page(PRESS_CONFERENCE), page(PRESS_CONFERENCE))
        assert (again.kept.change, again.kept.article_id) == ("same", first.kept.article_id)
        assert len(notified.titles) == 1


def test_ordinary_news_is_kept_and_told_to_nobody() -> None:
    """What announces nothing is archived with its label."""
    notified = Notified()
    with Archive.in_memory() as archive:
        taken = take(archive, notified, *(page(sample) for sample in GOVERNMENT))
        assert {one.judged.assessment.label for one in taken} == {"irrelevant"}
        assert notified.titles == []
        assert len(list(archive.articles.export(Selection(named={"label": ("irrelevant",)})))) == len(GOVERNMENT)


def test_nothing_is_kept_when_the_message_cannot_be() -> None:
    """Match and message are one transaction: without the message there is no announcement and no article."""

    def failing(*_: object) -> Iterable[Delivery]:
        raise RuntimeError("disk full")

    with Archive.in_memory() as archive:
        with pytest.raises(RuntimeError, match="disk full"):
            take_in(page(PRESS_CONFERENCE), archive, LEXICON, failing)
        counts = archive.runs.counts()
        assert (counts["articles"], counts["announcements"], counts["deliveries_pending"]) == (0, 0, 0)
        taken = take_in(page(PRESS_CONFERENCE), archive, LEXICON, Notified())
        assert taken.role == "new"


def test_boilerplate_scores_nothing() -> None:
    """Ordinary news between a loud hot list and a reader's comment about future industries stays irrelevant."""
    loud = (
        '<div class="hot-list"><h3>热点排行</h3><ul><li><a href="/1">某省未来产业行动计划印发</a></li></ul></div>'
        '<div class="comments"><h4>网友评论</h4>'
        "<p>我们市什么时候印发未来产业行动计划？到2030年建成三个先导区就好了。</p></div><div class='footer'>"
    )
    ordinary = page(GOVERNMENT[2])
    noisy = replace(ordinary, body=ordinary.body.replace(b"<div class='footer'>", loud.encode()))
    assert noisy.body != ordinary.body
    with Archive.in_memory() as archive:
        (taken,) = take(archive, Notified(), noisy)
        assert taken.judged.assessment.hits == ()
        assert taken.judged.assessment.label == "irrelevant"


PLAIN_PARAGRAPHS = (
    "五指山市将在水满、毛阳两镇先行安排场地，首批十二家单位可在九月底前提交申请，由专家组逐一走访并当场答复。",
    "参加单位每季度报告一次进展，连续两次没有进展的退出名单，空出的名额由候补单位依次递补，不另行组织评审。",
    "安排给各镇的经费按季度拨付，当年没有用完的部分由市里收回，第二年再按走访的结果重新安排到村。",
)


def about(number: int, title: str, *paragraphs: str) -> Page:
    return page(Sample(number=number, title=title, day="2026-03-18", publisher="椰风新闻", paragraphs=paragraphs))


def test_page_without_a_term_is_taken_in_and_asked_nothing_more() -> None:
    """Its text is kept and found; no facts are established, and no library is asked for a second opinion."""
    with Archive.in_memory() as archive:
        (taken,) = take(archive, Notified(), about(1, "五指山市安排春季走访", *PLAIN_PARAGRAPHS))
        assert not taken.judged.is_on_topic
        assert taken.judged.facts.all == ()
        assert taken.judged.article.text.count("\n") == len(PLAIN_PARAGRAPHS) - 1


def test_excerpt_without_any_term_joins_its_act() -> None:
    """A copy that left the paragraph on the topic out is known by its wording, and is judged in full."""
    title = "五指山市印发《五指山市未来产业培育行动计划（2026—2030年）》"
    lead = "五指山市人民政府近日印发《五指山市未来产业培育行动计划（2026—2030年）》，到2030年建成3个未来产业先导区。"
    with Archive.in_memory() as archive:
        whole, part = take(
            archive, Notified(), about(1, title, lead, *PLAIN_PARAGRAPHS), about(2, "两镇先行", *PLAIN_PARAGRAPHS)
        )
        assert whole.role == "new"
        assert part.announcement_id == whole.announcement_id
