"""The archive: an SQLite file of its own kind that keeps pages as they were served."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from builders import page_of
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.records import Article, Assessment, Fact, Facts, Judged, Page
from storage.schema import APPLICATION_ID
from storage.search.selection import Selection

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
UNJUDGED = Assessment(score=0.0, threshold=60.0, label="irrelevant", hits=(), lexicon_version="test")


def page(body: bytes = b"<p>\xce\xb4</p>", url: str = "http://example.org/1.html") -> Page:
    return page_of(body, url, source="s", at=NOW, headers={"ETag": '"1"'})


def keep(archive: Archive, number: int, *, title: str = "标题", text: str = "正文", region: str = "460000",
         published: date | datetime | None = None) -> int:  # fmt: skip
    url = f"http://example.org/{number}.html"
    article = Article(url=url, title=title, text=text, published_at=published)
    facts = Facts(all=(Fact(kind="region", value=region, quote="海南", place="title", start=0),))
    return archive.articles.keep(
        page(url=url), Judged(article=article, facts=facts, assessment=UNJUDGED), key=url, identity=f"{number}{text}"
    ).article_id


def test_archive_is_marked_and_in_wal_mode(tmp_path: Path) -> None:
    """Other programs can tell the file, and readers never block the writer."""
    Archive(tmp_path / "a.db").close()
    with sqlite3.connect(tmp_path / "a.db") as db:
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_foreign_file_is_refused_untouched(tmp_path: Path) -> None:
    """An SQLite file of another program is not turned into an archive."""
    with sqlite3.connect(tmp_path / "other.db") as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(ArchiveError, match="another program"):
        Archive(tmp_path / "other.db")
    with sqlite3.connect(tmp_path / "other.db") as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("mine",)]


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A text file under the archive's name is named in the error, and kept."""
    (tmp_path / "a.db").write_text("not a database, but somebody's notes", encoding="utf-8")
    with pytest.raises(ArchiveError, match=r"a\.db"):
        Archive(tmp_path / "a.db")
    assert (tmp_path / "a.db").read_text(encoding="utf-8").startswith("not a database")


def test_page_comes_back_byte_for_byte(tmp_path: Path) -> None:
    """Bytes, headers, status and time of a page are what was served."""
    with Archive(tmp_path / "a.db") as archive:
        article_id = keep(archive, 1)
    with Archive(tmp_path / "a.db") as archive:
        assert archive.articles.page(article_id) == page()


def test_equal_bytes_are_kept_once(tmp_path: Path) -> None:
    """Two pages with the same bytes share one body."""
    with Archive(tmp_path / "a.db") as archive:
        keep(archive, 1)
        keep(archive, 2)
        assert archive.db.count("pages") == 2
        assert archive.db.count("bodies") == 1


def test_same_article_again_changes_nothing(tmp_path: Path) -> None:
    """A URL that is read again with the same text adds no row."""
    with Archive(tmp_path / "a.db") as archive:
        assert keep(archive, 1) == keep(archive, 1)
        assert archive.db.count("pages") == 1


def test_changed_text_under_a_known_url_is_a_revision(tmp_path: Path) -> None:
    """A silent edit keeps the article's id, adds the new page, and the old bytes stay."""
    with Archive(tmp_path / "a.db") as archive:
        first = keep(archive, 1)
        assert keep(archive, 1, text="改过的正文") == first
        assert archive.db.count("pages") == 2
        assert next(iter(archive.articles.export(Selection())))["text"] == "改过的正文"


def test_transaction_keeps_all_or_nothing(tmp_path: Path) -> None:
    """What fails halfway leaves no trace."""
    with Archive(tmp_path / "a.db") as archive:
        with contextlib.suppress(RuntimeError), archive.transaction():
            keep(archive, 1)
            raise RuntimeError
        assert archive.db.count("articles") == 0
        assert archive.db.count("pages") == 0


def test_day_stays_a_day_and_a_moment_becomes_utc(tmp_path: Path) -> None:
    """A date known to the day gets no clock time; a clock time is kept in UTC."""
    moment = datetime.fromisoformat("2026-03-18T07:30:00+08:00")
    with Archive(tmp_path / "a.db") as archive:
        keep(archive, 1, published=date(2026, 3, 18))
        keep(archive, 2, published=moment)
        rows = list(archive.articles.export(Selection()))
    assert [(r["published_at"], r["published_precision"]) for r in rows] == [
        ("2026-03-18", "day"),
        ("2026-03-17T23:30:00Z", "minute"),
    ]


def test_days_of_a_selection_are_days_in_china(tmp_path: Path) -> None:
    """An article of 07:30 in Beijing belongs to that day, though it is the day before in UTC."""
    with Archive(tmp_path / "a.db") as archive:
        keep(archive, 1, published=datetime.fromisoformat("2026-03-18T07:30:00+08:00"))
        assert len(list(archive.articles.export(Selection(since="2026-03-18", until="2026-03-18")))) == 1
        assert list(archive.articles.export(Selection(until="2026-03-17"))) == []


@pytest.mark.parametrize(("region", "found"), [("440000", {1, 2}), ("440300", {2}), ("000000", {3}), ("450000", set())])
def test_province_stands_for_its_cities(tmp_path: Path, region: str, found: set[int]) -> None:
    """Selecting Guangdong finds Shenzhen too; the nation finds national articles only."""
    with Archive(tmp_path / "a.db") as archive:
        for number, code in ((1, "440000"), (2, "440300"), (3, "000000")):
            keep(archive, number, region=code)
        rows = archive.articles.export(Selection(named={"region": (region,)}))
        assert {int(row["url"][-6]) for row in rows} == found
