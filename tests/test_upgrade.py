"""Upgrading: an archive of every released schema becomes one of today with all its rows, or stays as it was."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database as DescribedDatabase

from conftest import Futurewatch, publish
from crawler.acts.keys import keys_of_rows
from local_portal import LocalPortal
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT
from scheduler.feeds.find import known_feeds
from scheduler.questions.acts import get_act
from scheduler.questions.articles import get_article
from storage.archive import Archive
from storage.database import Database
from storage.errors import ArchiveError
from storage.records import Link
from storage.schema import APPLICATION_ID, SCRIPTS, apply_migrations
from storage.search.selection import Selection
from storage.upgrade import missing_migrations, upgrade
from storage.upkeep.integrity import check_archive

STEPS = [*SCRIPTS]
MAKE_THE_INDEX = STEPS[: STEPS.index("entries_in_search") + 1]  # upgrades from these fill the search index
OLD = "2025-11-03T01:30:00Z"
LAST_OF_RELEASE = {"0.1.0": "verdicts_seen"}  # the last migration that a release brought
OF_THE_INDEX = {"search_key", "search_crc"}  # which is made anew
NAMED_ANEW = {
    ("bodies", "zlib"): "packed",
    ("articles", "url"): "key",
    ("links", "url"): "key",
    ("addresses", "url"): "key",
}
LISTED_NOW = {("saved_searches", "endpoint"): "endpoints"}  # a value of then is a JSON list of one
SAID: Mapping[str, Any] = {
    "id": 1, "source": "hi-gov", "region": "460000", "host": "www.example.gov.cn", "label": "announcement",
    "title": "海南省人民政府印发未来产业培育行动计划",
    "text": "到2030年，未来产业规模达到800亿元。", "score": 88.5, "threshold": 60.0,
    "hits": "[]", "flaws": "{}", "plan": "edited", "headers": "{}", "attachments": "[]", "status": 200, "year": 2030,
    "version": 1, "packing": "zlib",
    "state": "delivered", "outcome": "ok", "listed": 1, "new": 1, "verdict": "confirmed", "kind": "target",
    "facts": "[]", "detail": "{}", "parts": 0, "level": "province", "role": "attachment", "article_ids": "[]",
    "issuers": "[]", "policy_titles": "[]", "tracks": "[]", "targets": "[]", "explanation": "[]",
}  # fmt: skip


def make_old(path: Path, stop_before: str | None) -> Database:
    """Make an archive as a program of that time made it."""
    db = Database(sqlite3.connect(path))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA journal_mode = WAL")
    apply_migrations(db, stop_before=stop_before)
    return db


def fill(db: Database) -> None:
    """Put one row into every table, made of what its columns are: all of them refer to row 1 of the others."""
    db.execute("PRAGMA foreign_keys = OFF")
    for table in DescribedDatabase(db.conn).tables:
        if not is_ours(table.name, str(table.schema)):
            continue
        referring: dict[str, Any] = {str(key.column): 1 for key in table.foreign_keys}
        for column in table.columns:
            if column.name in {"source", "sha256"} or (column.name == "id" and column.type == "TEXT"):
                referring[column.name] = "hi-gov"
        row = {column.name: referring.get(column.name, value_of(column.name, column.type)) for column in table.columns}
        names = ", ".join(f'"{name}"' for name in row)
        db.execute(f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(row))})', list(row.values()))
    db.conn.commit()


def is_ours(name: str, schema: str) -> bool:
    """True for a table with rows of its own: not for one of sqlite-utils, nor for the inside of a full text index."""
    return not name.startswith(("_sqlite", "sqlite_")) and "search_index" not in name and "VIRTUAL" not in schema


def value_of(column: str, type: str) -> Any:
    if column in SAID:
        return SAID[column]
    if column.endswith(("_at", "not_before")) or column in {"day", "since"}:
        return OLD
    return {"INTEGER": 1, "REAL": 1.0, "BLOB": b"x\x9c\x03\x00\x00\x00\x00\x01"}.get(type, f"{column} of then")


def contents(db: Database) -> dict[str, list[dict[str, Any]]]:
    tables = [table.name for table in DescribedDatabase(db.conn).tables if is_ours(table.name, str(table.schema))]
    return {name: list(db.query(f'SELECT * FROM "{name}"')) for name in tables}


@pytest.mark.parametrize("stop_before", [*STEPS[1:], None])
def test_every_released_schema_is_upgraded(tmp_path: Path, stop_before: str | None) -> None:
    """Every row of then is there afterwards with every value of then, and nothing refers to what is not there."""
    path = tmp_path / "archive.db"
    with closing(make_old(path, stop_before)) as old:
        fill(old)
        before = contents(old)
        assert all(before.values())
    with Archive(path) as archive:
        after = contents(archive.db)
        assert missing_migrations(archive.db) == []
        assert archive.db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for table, (row,) in before.items():
            is_new = "key" in row
            kept = {
                name if is_new else NAMED_ANEW.get((table, name), name): value
                for name, value in row.items() if name not in OF_THE_INDEX
            }  # fmt: skip
            for (of, name), listed in LISTED_NOW.items():
                if of == table and name in kept:
                    kept[listed] = json.dumps([kept.pop(name)])
            assert [{name: one[name] for name in kept} for one in after[table]] == [kept], table
        if stop_before in MAKE_THE_INDEX:
            assert [check.findings for check in check_archive(archive.db) if check.name == "search index"] == [()]


@pytest.mark.parametrize(("release", "last"), LAST_OF_RELEASE.items())
def test_archive_of_a_release_works_on(tmp_path: Path, release: str, last: str) -> None:
    """An archive as a release left it is listed, fed and asked by programs once it was opened."""
    path = tmp_path / "archive.db"
    with closing(make_old(path, STEPS[STEPS.index(last) + 1])) as old:
        fill(old)
    with Archive(path) as archive:
        assert get_act(archive, 1).title == SAID["title"], release
        assert next(feed.kind for feed in known_feeds(archive, "me")) == "all"
        assert get_article(archive, 1).title == SAID["title"]
        assert archive.api_tokens.list() == []


def test_addresses_that_were_fetched_come_back(tmp_path: Path) -> None:
    """An archive that showed keys shows the address of the page that gave each text; keys, links and twins stay."""
    path = tmp_path / "archive.db"
    with closing(make_old(path, "addresses_and_keys")) as old:
        old.conn.executescript("""
            INSERT INTO sources (id, name, region, level, kind) VALUES ('s', 's', '460000', 'province', 'government');
            INSERT INTO bodies VALUES ('x', 1, x'789c030000000001');
            INSERT INTO pages VALUES
                (1, 's', 'http://www.example.gov.cn/a/1.html', 'https://www.example.gov.cn/a/1.html', '', 200, '{}',
                 'x'),
                (2, 's', 'https://m.example.com/b/2.html', 'https://m.example.com/b/2.html?from=x', '', 200, '{}',
                 'x');
            INSERT INTO articles (id, url, page_id, source, title, text, attachments, agreement, text_sha256,
                                  first_seen_at)
            VALUES (1, 'http://example.gov.cn/a/1.html', 1, 's', '甲', '甲文', '[]', 1, 'h1', '2026-03-18T04:00:00Z'),
                   (2, 'http://example.com/b/2.html', 2, 's', '乙', '乙文', '[]', 1, 'h2', '2026-03-18T04:00:00Z');
            INSERT INTO assessments SELECT id, 'related', 8, 56, '[]', '1', '2026-03-18T04:00:00Z' FROM articles;
            INSERT INTO addresses VALUES ('http://example.gov.cn/other/1.html', 1);
            INSERT INTO links (url, address, source, title, listed_at, is_quiet)
            VALUES ('http://example.gov.cn/a/1.html', 'http://www.example.gov.cn/a/1.html', 's', '甲',
                    '2026-03-18T04:00:00Z', 1);
        """)
        old.conn.commit()
    with Archive(path) as archive:
        shown = {row["title"]: row["url"] for row in archive.articles.export(Selection())}
        assert shown == {"甲": "https://www.example.gov.cn/a/1.html", "乙": "https://m.example.com/b/2.html?from=x"}
        for named in (shown["甲"], "http://example.gov.cn/a/1.html", "http://example.gov.cn/other/1.html"):
            assert archive.revisions.find(named) == 1
        (view,) = archive.db.execute("SELECT url FROM assessed_articles WHERE id = 2").fetchone()
        assert view == shown["乙"]
        listed = Link(url="https://www.example.gov.cn/a/1.html", title="甲")
        rows = keys_of_rows([listed], source="s", archive=archive, now=datetime.now(UTC))
        assert archive.frontier.note("s", rows, datetime.now(UTC), is_quiet=False) == 0


def test_program_works_on_an_upgraded_archive(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """A crawl, a search and the status work on an archive that the first program has made."""
    make_old(futurewatch.archive, STEPS[1]).close()
    futurewatch.configure(portal, receiver=receiver)
    publish(portal, *GOVERNMENT[:1])
    assert futurewatch.crawl()["outcome"] == "ok"
    assert GOVERNMENT[0].title in futurewatch.run("search", GOVERNMENT[0].title[:4])
    futurewatch.run("status")


def test_copy_is_kept_before_an_upgrade(tmp_path: Path) -> None:
    """An older program refuses newer tables: the copy beside the archive is the way back to it."""
    path = tmp_path / "archive.db"
    with closing(make_old(path, STEPS[3])) as old:
        fill(old)
        before = contents(old)
    Archive(path).close()
    with closing(Database(sqlite3.connect(tmp_path / f"archive.db.before-{STEPS[3]}"))) as copy:
        assert contents(copy) == before
        assert missing_migrations(copy)[0] == STEPS[3]


def test_new_archive_and_current_archive_leave_no_copy(tmp_path: Path) -> None:
    """Where nothing is upgraded, nothing lies about."""
    for _ in range(2):
        Archive(tmp_path / "archive.db").close()
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]


def test_newer_schema_is_refused_untouched(futurewatch: Futurewatch, portal: LocalPortal) -> None:
    """What a newer program has written is not opened by an older one: exit code 2, and no byte is changed."""
    futurewatch.configure(portal)
    with Archive(futurewatch.archive) as archive:
        archive.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('futurewatch', 'of_2031', '')"
        )
        archive.db.conn.commit()
    before = futurewatch.archive.read_bytes()
    process = futurewatch.start("crawl")
    _, problem = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "newer futurewatch" in problem
    assert "of_2031" in problem
    assert futurewatch.archive.read_bytes() == before


def test_failed_upgrade_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    """A migration that fails takes those before it back: the old program goes on working."""
    path = tmp_path / "archive.db"
    with closing(make_old(path, STEPS[1])) as old:
        old.execute("CREATE TABLE verdicts (is_in_the_way)")  # a later migration makes a table of this name
        old.conn.commit()
    with pytest.raises(ArchiveError, match="verdicts"):
        Archive(path)
    with closing(Database(sqlite3.connect(path))) as db:
        assert missing_migrations(db) == STEPS[1:]
        assert db.count("sqlite_master", "name = 'fingerprints'") == 0


def _open(path: Path, start: Any, answers: Any) -> None:
    start.wait()
    try:
        Archive(path).close()
        answers.put("")
    except (ArchiveError, sqlite3.Error) as error:
        answers.put(str(error))


@pytest.mark.parametrize("stop_before", [STEPS[0], STEPS[2]])
def test_processes_that_open_at_once_do_not_collide(tmp_path: Path, stop_before: str) -> None:
    """The daemon, the review page and a command may all meet a new or an old archive first: one upgrades it."""
    path = tmp_path / "archive.db"
    if stop_before != STEPS[0]:
        make_old(path, stop_before).close()
    spawn = multiprocessing.get_context("fork")
    start, answers = spawn.Barrier(6), spawn.Queue()
    processes = [spawn.Process(target=_open, args=(path, start, answers)) for _ in range(6)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=30) for _ in processes] == [""] * 6
    for process in processes:
        process.join()


def test_upgrade_goes_on_without_room_for_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room for the copy is no reason to stand still; the log says that there is none."""
    path = tmp_path / "archive.db"
    monkeypatch.setattr("storage.backup.COPY_ROOM_FACTOR", 10**9)
    with closing(make_old(path, STEPS[2])) as db:
        db.execute("PRAGMA foreign_keys = ON")
        upgrade(db, path)
        assert missing_migrations(db) == []
    assert [one.name for one in tmp_path.iterdir()] == ["archive.db"]
