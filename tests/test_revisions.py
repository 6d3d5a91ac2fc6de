"""Revisions: what an article said is kept, its difference is readable, and re-reads keep their times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import page_of, sample_page
from crawler.detect.lexicon import load_lexicon
from crawler.intake import Taken, take_in
from crawler.spiders.pipeline import plan_of
from crawler.text.differences import differences
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, Sample
from storage.archive import Archive
from storage.records import CUT_SHORT, Announcement, Delivery, File, MessageType, Page

NOW = datetime(2026, 3, 18, 6, 0, tzinfo=UTC)
URL = "http://portal.example.org/zwgk/t20260318_1.html"
LEXICON = load_lexicon()


class Told:
    """Notes what people are told, and puts one message into the outbox for each."""

    def __init__(self) -> None:
        self.messages: list[tuple[MessageType, Announcement]] = []

    def __call__(self, announcement: Announcement, type: MessageType, now: datetime) -> Iterator[Delivery]:
        self.messages.append((type, announcement))
        yield Delivery(
            id=f"msg_{len(self.messages)}", announcement_id=announcement.id, version=announcement.version,
            endpoint="team", type=type, payload="{}", state="pending", attempts=0, created_at=now, next_attempt_at=now,
        )  # fmt: skip


def page(sample: Sample, at: datetime = NOW, **more: object) -> Page:
    return replace(sample_page(sample, URL, at=at), **more)  # type: ignore[arg-type]  # fields of a page


def edited(sample: Sample, old: str, new: str) -> Sample:
    return replace(sample, paragraphs=tuple(p.replace(old, new) for p in sample.paragraphs))


def take(archive: Archive, told: Told, sample: Sample, *, hours: int = 0) -> Taken:
    return take_in(page(sample, NOW + timedelta(hours=hours)), archive, LEXICON, told)


def test_edit_becomes_a_revision(archive: Archive) -> None:
    """The old words, their verdict and their page stay; the article says the new ones and is assessed again."""
    take(archive, told := Told(), PRESS_CONFERENCE)
    again = take(archive, told, edited(PRESS_CONFERENCE, "突破800亿元", "突破950亿元"), hours=2)
    assert again.kept.change == "revised"
    old, new = archive.revisions.of(again.kept.article_id)
    assert "突破800亿元" in old.text
    assert "突破950亿元" in new.text
    assert (old.replaced_at, new.replaced_at) == (NOW + timedelta(hours=2), None)
    assert "突破800亿元".encode() in archive.pages.get(old.page_id).body


def test_edit_of_a_target_is_told(archive: Archive) -> None:
    """Those who know of an announcement are told when its numbers change, with the new ones only."""
    take(archive, told := Told(), PRESS_CONFERENCE)
    again = take(archive, told, edited(PRESS_CONFERENCE, "突破800亿元", "突破950亿元"), hours=2)
    assert again.role == "update"
    assert [type for type, _ in told.messages] == ["announcement.new", "announcement.updated"]
    targets = [target.text for target in told.messages[1][1].targets]
    assert any("950亿元" in text for text in targets)
    assert not any("800亿元" in text for text in targets)


def test_edit_of_a_word_is_kept_and_told_to_nobody(archive: Archive) -> None:
    """A corrected sentence that changes no fact is a revision and no message."""
    take(archive, told := Told(), PRESS_CONFERENCE)
    again = take(archive, told, edited(PRESS_CONFERENCE, "有关负责人说", "有关负责人表示"), hours=2)
    assert (again.kept.change, again.role) == ("revised", "reprint")
    assert len(told.messages) == 1


def test_ordinary_page_that_becomes_an_announcement_is_told(archive: Archive) -> None:
    """A page that said nothing and now announces a policy opens an announcement."""
    told = Told()
    take(archive, told, GOVERNMENT[0])
    again = take(archive, told, PRESS_CONFERENCE, hours=2)
    assert (again.kept.change, again.role) == ("revised", "new")


def test_page_that_went_empty_changes_nothing(archive: Archive) -> None:
    """A page that is served without its text does not overwrite what it said."""
    take(archive, told := Told(), PRESS_CONFERENCE)
    again = take(archive, told, replace(PRESS_CONFERENCE, paragraphs=()), hours=2)
    assert again.kept.change == "same"
    assert archive.articles.row(again.kept.article_id)["text"]


def test_attachment_that_is_read_later_is_a_revision(archive: Archive) -> None:
    """What a first try could not read counts as new words when a later one can, and all of it is kept as evidence."""
    link = "<p><a href='f.docx'>附件：任务分工表.docx</a></p></div><div class='footer'>"
    file_url = "http://portal.example.org/zwgk/f.docx"
    answer = page_of(b"bytes", file_url, at=NOW)
    failed = File(url=file_url, page=None, state="failed", reason="http 503")
    read = File(url=file_url, page=answer, state="read", text="到2031年，建成9个未来产业试验场。")
    body = page(PRESS_CONFERENCE).body.replace(b"</div><div class='footer'>", link.encode())
    first = take_in(page(PRESS_CONFERENCE, body=body, files=(failed,)), archive, LEXICON, Told())
    again = take_in(page(PRESS_CONFERENCE, body=body, files=(read,)), archive, LEXICON, Told())
    assert (first.kept.change, again.kept.change) == ("new", "revised")
    assert {hit.place for hit in again.judged.assessment.hits} >= {"attachment"}
    assert archive.articles.page(again.kept.article_id).files == (read,)


def test_rereads_keep_their_times(archive: Archive) -> None:
    """After 1 h, 6 h, 24 h, 3 d and 7 d; what was missed while nothing ran is made up for by one look."""
    taken = take(archive, Told(), PRESS_CONFERENCE)
    article_id, revisions = taken.kept.article_id, archive.revisions
    revisions.watch(article_id, "edited", NOW)

    def due(**after: int) -> list[int]:
        return [reread.number for reread in revisions.due("", NOW + timedelta(**after), limit=5)]

    assert due(minutes=59) == []
    assert due(minutes=60) == [1]
    revisions.reread(article_id, "unchanged", NOW + timedelta(hours=1))
    assert (due(hours=5), due(hours=6)) == ([], [2])
    revisions.reread(article_id, "unchanged", NOW + timedelta(days=4))
    (last,) = revisions.due("", NOW + timedelta(days=7), limit=5)
    assert last.is_last
    revisions.reread(article_id, "unchanged", NOW + timedelta(days=7))
    assert due(days=999) == []


def test_reread_that_ends_the_program_is_counted(archive: Archive) -> None:
    """One that did not end is done once more at the next start, and counted when that does not end either."""
    article_id, revisions = take(archive, Told(), PRESS_CONFERENCE).kept.article_id, archive.revisions
    revisions.watch(article_id, "edited", NOW)
    numbers, now = [], NOW + timedelta(hours=1)
    for _ in range(4):
        for reread in revisions.due("", now, limit=5):
            revisions.begin_reading(article_id, now)
            numbers.append(reread.number)
    assert numbers == [1, 1]
    revisions.begin_reading(article_id, NOW + timedelta(hours=6))
    revisions.put_back(article_id)
    assert [one.number for one in revisions.due("", NOW + timedelta(hours=6), limit=5)] == [3 - 1]


def test_only_recent_announcements_are_read_again(archive: Archive) -> None:
    """Ordinary news and old pages are never asked for again; a page without a text is, and one that was cut short."""
    fetched, announcement = page(PRESS_CONFERENCE), take(archive, Told(), PRESS_CONFERENCE)
    assert plan_of(fetched, announcement, "text") == "edited"
    assert plan_of(replace(fetched, fetched_at=NOW + timedelta(days=15)), announcement, "text") is None
    with Archive.in_memory() as other:
        news = take(other, Told(), GOVERNMENT[0])
    assert plan_of(fetched, news, "text") is None
    assert plan_of(fetched, news, "dateline") == "unfilled"
    assert plan_of(fetched, news, "file") is None
    assert plan_of(replace(fetched, note=CUT_SHORT), news, "text") == "unfilled"


def test_difference_shows_characters() -> None:
    """Only what changed is shown, with the words around it."""
    (change,) = differences("标题\n到2030年，建成3个先导区。\n结尾", "标题\n到2030年，建成5个先导区。\n结尾")
    assert (change.removed, change.added) == ("3", "5")
    assert change.before.endswith("建成")
    assert change.after.startswith("个先导区")


@given(st.text("产业未来\n。", max_size=60), st.text("产业未来\n。", max_size=60))
def test_difference_accounts_for_every_character(old: str, new: str) -> None:
    """What was removed and added is exactly what makes the lengths differ; equal texts have no difference."""
    changes = differences(old, new)
    grown = sum(len(c.added) - len(c.removed) for c in changes)
    assert grown == len(new) - len(old)
    assert bool(changes) == (old != new)
