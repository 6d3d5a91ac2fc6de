"""Pruning: what is old and irrelevant goes whole; what anything needs stays, and nothing is fetched or told again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import page_of, run_of
from conftest import Futurewatch, path_of
from crawler.detect.lexicon import load_lexicon
from crawler.intake import take_in
from local_portal import LocalPortal, article_page
from scheduler.config import config
from scheduler.config.program import program
from scheduler.daemon.upkeep import prune
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE, Sample
from storage.archive import Archive
from storage.records import File, Page, Run
from storage.search.text import match_of
from storage.upkeep.integrity import check_archive, repair_index
from storage.upkeep.pruning import QUIET_RUNS_KEPT, Pruned, Pruning

THEN = datetime(2026, 3, 18, 6, 0, tzinfo=UTC)
NOW = THEN + timedelta(days=200)
LEXICON = load_lexicon()
FILE = b"\xd0\xcf\x11\xe0 the bytes of an old Word file"


def served(sample: Sample, at: datetime = THEN, *, more: str = "") -> Page:
    url = f"http://portal.example.org/zwgk/t20260318_{sample.number}.html"
    paragraphs = (*sample.paragraphs, more) if more else sample.paragraphs
    markup = article_page(sample.title, paragraphs, day=sample.day, publisher=sample.publisher)
    return page_of(markup, url, source="hi-gov", at=at)  # fmt: skip


def with_file(page: Page, body: bytes = FILE) -> Page:
    address = f"{page.url}.doc"
    answer = replace(page, url=address, final_url=address, body=body)
    return replace(page, files=(File(url=address, page=answer, state="unread", reason="doc"),))


def keep(archive: Archive, page: Page) -> None:
    take_in(page, archive, LEXICON, lambda *_: ())


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with two old irrelevant articles, the first with an attachment, and an old announcement."""
    with Archive(tmp_path / "archive.db") as opened:
        keep(opened, with_file(served(GOVERNMENT[0])))
        keep(opened, served(GOVERNMENT[1]))
        keep(opened, with_file(served(PRESS_CONFERENCE), FILE + b" of the announcement"))
        yield opened


def pruned(archive: Archive, *, kept: timedelta = timedelta(days=90), now: datetime = NOW) -> Pruned:
    """Prune, and check that the plan said what would happen and that the archive is whole afterwards."""
    pruning = Pruning(archive.db, kept=kept, now=now)
    plan = pruning.plan()
    done = sum(pruning.run(), Pruned())
    assert plan == done
    assert [check.findings for check in check_archive(archive.db) if check.findings] == []
    return done


def articles(archive: Archive) -> list[int]:
    return [row[0] for row in archive.db.execute("SELECT id FROM articles ORDER BY id").fetchall()]


def test_old_irrelevant_articles_go_whole(archive: Archive) -> None:
    """Article, facts, assessment, pages, attachment and bodies: three pages and three bodies of two articles."""
    done = pruned(archive)
    assert (done.articles, done.pages, done.bodies) == (2, 3, 3)
    assert done.bytes > 0
    assert articles(archive) == [3]
    assert [archive.db.count(name) for name in ("pages", "bodies", "assessments")] == [2, 2, 1]
    assert pruned(archive) == Pruned()


def test_pruned_articles_are_found_no_more(archive: Archive) -> None:
    """The search index forgets them in the same step, and finds what stays."""
    said = {row["title"] for row in archive.db.query("SELECT title FROM articles")}
    pruned(archive)
    assert archive.db.execute("SELECT count(*) FROM search_index").fetchone() == (1,)
    assert GOVERNMENT[0].title in said
    word = match_of(GOVERNMENT[0].title[:8])
    assert archive.db.execute("SELECT count(*) FROM search_index WHERE search_index MATCH ?", [word]).fetchone() == (0,)


def test_young_articles_stay(archive: Archive) -> None:
    """What was first seen less than that long ago is kept, whenever it was published."""
    assert pruned(archive, kept=NOW - THEN) == Pruned()
    assert pruned(archive, kept=NOW - THEN - timedelta(seconds=1)).articles == 2


def test_article_with_a_verdict_stays(archive: Archive) -> None:
    """What a reviewer said something of is evidence, even after an undo."""
    given = archive.verdicts.give(1, "rejected", who="li", reason="", now=THEN)
    archive.verdicts.undo(given.id, now=THEN)
    pruned(archive)
    assert articles(archive) == [1, 3]


def test_edited_article_stays(archive: Archive) -> None:
    """A page that was changed silently is kept in all its wordings."""
    keep(archive, served(GOVERNMENT[1], THEN + timedelta(hours=1), more="会议还研究了其他事项。"))
    pruned(archive)
    assert articles(archive) == [2, 3]
    assert len(archive.revisions.of(2)) == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE assessments SET score = threshold * 0.8 WHERE article_id = 1",
        "UPDATE assessments SET label = 'related' WHERE article_id = 1",
        "INSERT INTO rereads (article_id, due_at) VALUES (1, '2026-03-19T00:00:00Z')",
        "UPDATE announcements SET lead_article_id = 1",
    ],
    ids=["near miss", "related", "read again", "leads an announcement"],
)
def test_needed_article_stays(archive: Archive, change: str) -> None:
    """What nearly alerted, is about future industries, is still watched, or leads an announcement."""
    archive.db.execute(change)
    repair_index(archive.db)
    pruned(archive)
    assert articles(archive) == [1, 3]


def test_table_of_tomorrow_keeps_what_it_refers_to(archive: Archive) -> None:
    """Whatever refers to an article keeps it, known to this module or not."""
    archive.db.execute("CREATE TABLE bookmarks (it INTEGER REFERENCES articles (id))")
    archive.db.execute("INSERT INTO bookmarks VALUES (2)")
    archive.db.conn.commit()
    pruned(archive)
    assert articles(archive) == [2, 3]


def test_shared_body_stays_with_whom_needs_it(archive: Archive) -> None:
    """Bytes that an announcement's page has too are kept."""
    keep(archive, with_file(replace(served(GOVERNMENT[2]), url="http://portal.example.org/zwgk/t20260318_99.html",
                                    final_url="http://portal.example.org/zwgk/t20260318_99.html"),
                            FILE + b" of the announcement"))  # fmt: skip
    done = pruned(archive)
    assert (done.articles, done.pages, done.bodies) == (3, 5, 4)
    assert archive.pages.get(archive.articles.row(3)["page_id"]).files[0].page is not None


def test_many_articles_go_in_several_transactions(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon's writes come between: a batch holds the archive for a moment only."""
    monkeypatch.setattr("storage.upkeep.pruning.ARTICLES_IN_BATCH", 1)
    assert [done.articles for done in Pruning(archive.db, kept=timedelta(), now=NOW).run()] == [1, 1]


def visit(at: datetime, **changes: Any) -> Run:
    """Return a visit that went well and found nothing, but for what is changed."""
    usual = run_of(at, outcome="unchanged", requests=1)
    return replace(usual, **changes)


def test_old_visits_that_found_nothing_go(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a source stay the first visit, the last good one, what found something and what failed; young ones too."""
    monkeypatch.setattr("storage.upkeep.pruning.RUNS_IN_BATCH", 2)
    for run in (
        visit(THEN - timedelta(days=90)), visit(THEN - timedelta(days=80)), visit(THEN, outcome="ok", new=2),
        visit(THEN - timedelta(days=70)), visit(THEN - timedelta(days=60), outcome="error", cause="dns"),
        visit(THEN - timedelta(days=50), source="gd-gov"), visit(THEN - timedelta(days=40), announcements=1),
        visit(THEN - timedelta(days=40)),
        visit(THEN - timedelta(days=30)), visit(THEN - timedelta(days=20), source="gd-gov"),
        visit(NOW - QUIET_RUNS_KEPT), visit(NOW),
    ):  # fmt: skip
        archive.runs.record(run)
    assert pruned(archive, kept=timedelta(days=1)).runs == 4
    assert [row[0] for row in archive.db.execute("SELECT id FROM runs ORDER BY id")] == [1, 3, 5, 6, 7, 10, 11, 12]
    assert pruned(archive, kept=timedelta(days=1), now=NOW + timedelta(seconds=1)).runs == 1


def test_nothing_is_fetched_or_told_again(watched: Futurewatch, portal: LocalPortal) -> None:
    """After pruning, a crawl of the same listing asks for no page and writes no message: the links stay."""
    watched.crawl()
    with Archive(watched.archive) as archive:
        archive.db.execute("UPDATE articles SET first_seen_at = '2020-01-01T00:00:00Z'")
        archive.db.conn.commit()
    said = json.loads(watched.run("prune", "--older-than", "30d", "--json"))
    assert (said["articles"], said["deleted"]) == (2, False)
    assert json.loads(watched.run("prune", "--older-than", "30d", "--yes", "--json"))["articles"] == 2
    portal.log.clear()
    assert watched.crawl()["new"] == 0
    assert not portal.asked(path_of(GOVERNMENT[0]))
    with Archive(watched.archive) as archive:
        assert archive.db.count("articles") == 1
        assert len(archive.outbox.list()) == 1


def test_age_must_be_said(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """Without an age in the configuration or the command nothing is guessed: exit code 2."""
    futurewatch.configure(portal)
    futurewatch.run("prune", "--yes", code=2)


@pytest.mark.parametrize("kept", ["", 'irrelevant_kept = "90d"'])
def test_daemon_prunes_only_when_told(futurewatch: Futurewatch, portal: LocalPortal, kept: str) -> None:
    """The daemon's job deletes nothing unless the configuration says how old."""
    futurewatch.configure(portal)
    text = futurewatch.config.read_text(encoding="utf-8").replace('"archive.db"', f'"archive.db"\n{kept}')
    futurewatch.config.write_text(text, encoding="utf-8")
    settings = config.load(futurewatch.config)
    with program(settings, settings.named(())) as opened:
        keep(opened.context.archive, served(GOVERNMENT[0]))
        asyncio.run(prune(opened, NOW))
        assert articles(opened.context.archive) == ([] if kept else [1])
