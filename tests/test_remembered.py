"""Articles that new ones are compared with are read once, and again as soon as anybody has changed them."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from builders import page_of, shipped_lexicon
from crawler.dedupe import identity
from invented_acts import DAY, PLAN, REWRITE, Said, after, nobody, noon, take
from storage.archive import Archive
from storage.near_duplicates import MEMBERS_PER_ANNOUNCEMENT
from storage.records import Fact, Facts, Member, Region
from storage.remembered import CHARACTERS_OF_FACTS, RememberedMembers

ROOT = Path(__file__).parents[1]
NAME = "贵州省算力装备产业培育行动计划（2025—2028年）"
NOTICE = Said(title=f"关于印发{NAME}的通知", names=[NAME], region="520000", url="http://gov.example.org/1.html")
OTHER = Said(title="关于印发深海方案的通知", text=REWRITE, names=["贵州省深海装备产业培育方案"], region="520000")
EDITED = replace(NOTICE, text=f"{PLAN}本计划自发布之日起施行。")
OTHER_FACTS = Facts(all=(Fact(kind="act", value="解读", quote="解读", place="title", start=0),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an archive with two announcements of one article each."""
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        put(archive, NOTICE)
        put(archive, OTHER)
    return path


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive(path) as opened:
        yield opened


def put(archive: Archive, said: Said) -> int | None:
    return take(archive, said, nobody, shipped_lexicon(), now=noon(DAY)).announcement_id


def compared(archive: Archive) -> list[Member]:
    """Return the articles of both announcements, read in a transaction as a crawl does."""
    with archive.transaction():
        return archive.near_duplicates.members([1, 2], [])


def edit(archive: Archive) -> None:
    put(archive, EDITED)


def judge(archive: Archive) -> None:
    with archive.transaction():
        archive.articles.judge(1, OTHER_FACTS, NOTICE.assessment, noon(DAY))


def move(archive: Archive) -> None:
    archive.articles.moved(1, "http://gov.example.org/new.html")


def merge(archive: Archive) -> None:
    archive.edits.merge(1, 2, reason="one act", now=noon(DAY))


def rename_region(archive: Archive) -> None:
    archive.db.execute("DELETE FROM facts WHERE article_id = 1 AND kind = 'region'")
    archive.db.forget(1)
    archive.db.execute("UPDATE announcements SET region = '460000' WHERE id = 1")


CHANGES = (edit, judge, move, merge, rename_region)


def test_unchanged_article_is_the_same_object(archive: Archive) -> None:
    """An article that nobody changed is not read again, whatever else is written over the same connection."""
    before = compared(archive)
    put(archive, replace(NOTICE, url="http://paper.example.org/2.html"))
    after_all = compared(archive)
    assert [one.article_id for one in after_all] == [1, 3, 2]
    assert after_all[0] is before[0]
    assert after_all[2] is before[1]


@pytest.mark.parametrize("change", CHANGES)
def test_change_over_another_connection(archive: Archive, path: Path, change: Callable[[Archive], None]) -> None:
    """An article that another connection changed is read again: text, facts, address, announcement, region."""
    before = compared(archive)
    with Archive(path) as other:
        change(other)
        expected = compared(other)
    assert compared(archive) == expected != before


@pytest.mark.parametrize("change", CHANGES)
def test_change_over_the_same_connection(archive: Archive, path: Path, change: Callable[[Archive], None]) -> None:
    """An article that was changed over this connection is read again, in the same transaction already."""
    before = compared(archive)
    with archive.transaction():
        change(archive)
        within = compared(archive)
    with Archive(path) as other:
        assert within == compared(archive) == compared(other) != before


@pytest.mark.parametrize("change", CHANGES)
def test_change_that_is_undone(archive: Archive, change: Callable[[Archive], None]) -> None:
    """Nothing that was read in a transaction that failed is remembered: its rows never were."""
    before = compared(archive)

    def fail() -> None:
        with archive.transaction():
            change(archive)
            assert compared(archive) != before
            raise EOFError

    with pytest.raises(EOFError):
        fail()
    assert compared(archive) == before


def test_change_by_a_program_that_knows_nothing_of_it(archive: Archive, path: Path) -> None:
    """What a process that is killed has committed is read; what it has not committed is not."""
    compared(archive)
    program = (
        "import os, sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "db.execute(\"UPDATE articles SET title = '甲' WHERE id = 1\");"
        "db.execute('BEGIN'); db.execute(\"UPDATE articles SET title = '乙' WHERE id = 1\"); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == -9
    assert compared(archive)[0].article.title == "甲"


def test_nothing_is_remembered_outside_of_a_transaction(archive: Archive, path: Path) -> None:
    """Between two questions others may write, so without a transaction each question is answered by the rows."""
    compared(archive)
    known = archive.near_duplicates
    assert known.members_of(1) == known.members_of(1)
    assert known.members_of(1)[0] is not known.members_of(1)[0]
    with Archive(path) as other:
        judge(other)
    assert known.members_of(1)[0].facts == replace(OTHER_FACTS, region=Region(code="520000", name="520000"))


def test_transaction_sees_what_was_committed_before_it(archive: Archive, path: Path) -> None:
    """What another connection commits while one reads is seen by the next transaction, not by the running one."""
    archive.db.conn.execute("BEGIN")  # of a reader, which keeps no writer away
    before = archive.near_duplicates.members_of(1)
    with Archive(path) as other:
        judge(other)
    assert archive.near_duplicates.members_of(1)[0] is before[0]
    archive.db.roll_back()
    assert compared(archive)[0].facts != before[0].facts


def test_statement_that_fails_at_the_end_is_undone(archive: Archive) -> None:
    """A transaction that cannot be committed is rolled back: the next one begins anew and is kept."""
    archive.db.conn.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
    archive.db.conn.execute(
        "CREATE TABLE many (one INTEGER REFERENCES one (id) DEFERRABLE INITIALLY DEFERRED)"
    )  # checked by COMMIT
    with pytest.raises(sqlite3.IntegrityError), archive.transaction():
        archive.db.execute("INSERT INTO many VALUES (7)")
    assert not archive.db.conn.in_transaction
    with archive.transaction():
        archive.db.execute("INSERT INTO one VALUES (7)")
    assert archive.db.count("one") == 1
    assert archive.db.count("many") == 0


def test_articles_are_changed_in_one_place() -> None:
    """Rows that are remembered are written by `storage/articles.py` alone, which says so: see `Database.forget`.

    Others write columns that a member has not (its source, its key in the index), or delete what no act has.
    """
    written = re.compile(r"(?:UPDATE|INSERT INTO|DELETE FROM) (?:articles|facts)\b|(?:insert|insert_all|update)\(\"(?:articles|facts)\"")  # fmt: skip  # noqa: E501
    files = {
        file.relative_to(ROOT).as_posix()
        for room in ("storage", "crawler", "scheduler") for file in (ROOT / room).rglob("*.py")
        if written.search(file.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert files == {"storage/articles.py", "storage/renames.py", "storage/search/index.py"}


def test_transactions_are_undone_in_one_place() -> None:
    """Who undoes a transaction does it by `Database.roll_back`, which forgets what was read in it.

    The copy and the review page only read, over connections for which nothing is remembered afterwards.
    """
    files = [file for room in ("storage", "crawler", "scheduler") for file in (ROOT / room).rglob("*.py")]
    undoing = {file.name for file in files if re.search(r"ROLLBACK|\.rollback\(\)", file.read_text(encoding="utf-8"))}
    assert undoing == {"database.py", "backup.py", "site.py"}


def test_room_is_bounded() -> None:
    """The articles that were asked for longest ago make room for others; one that is too long is not remembered."""
    room = 3 * (CHARACTERS_OF_FACTS + 100)
    remembered = RememberedMembers(room)

    def member(id: int, characters: int = 100) -> Member:
        article = replace(NOTICE.article, text="字" * characters)
        return Member(announcement_id=1, article_id=id, article=article, facts=Facts(), first_seen_at=noon(DAY))

    for id in (1, 2, 3):
        remembered.put((id, 1, None, 0), member(id))
    assert remembered.get((1, 1, None, 0)) == member(1)
    remembered.put((4, 1, None, 0), member(4))
    assert [remembered.get((id, 1, None, 0)) is not None for id in (1, 2, 3, 4)] == [True, False, True, True]
    assert remembered.get((4, 2, None, 0)) is None
    remembered.put((5, 1, None, 0), member(5, room))
    assert [remembered.get((id, 1, None, 0)) for id in (1, 3, 4, 5)] == [None] * 4


def test_members_of_an_act_are_its_lead_and_the_first_ones(archive: Archive) -> None:
    """Of many articles the lead, the most official and then the first ones are compared, in as many steps as of few."""
    few = steps(archive, 9)
    many = steps(archive, 400)
    assert many < 1.2 * few
    rows = archive.db.execute(
        """SELECT m.article_id FROM mentions AS m JOIN announcements AS n ON n.id = m.announcement_id WHERE n.id = 1
           ORDER BY m.article_id <> n.lead_article_id, m.standing DESC, m.joined_at, m.article_id LIMIT ?""",
        [MEMBERS_PER_ANNOUNCEMENT],
    )
    found = compared(archive)
    assert sorted(id for (id,) in rows) == [one.article_id for one in found if one.announcement_id == 1]
    assert {one.standing for one in found} == {0, 1, 2}


def steps(archive: Archive, articles: int) -> int:
    """Let announcement 1 have so many articles, some of them official, and return SQLite's steps to choose some."""
    with archive.transaction():
        for number in range(archive.db.count("articles"), articles):
            page = page_of(f"{number}", f"http://many.example.org/{number}", at=noon(DAY))
            said = replace(NOTICE, url=page.url, text=f"{number}")
            kept = archive.articles.keep(page, said.judged, key=page.url, identity=identity("", said.text))
            archive.announcements.join(
                1, kept.article_id, relation="reprint", keys=(), standing={50: 1, 60: 2, 8: 1}.get(number, 0),
                now=noon(after(days=number % 7)),
            )  # fmt: skip
        compared(archive)
        counted: list[int] = []
        archive.db.conn.set_progress_handler(lambda: counted.append(1), 1)
        archive.near_duplicates.members([1, 2], [])
        archive.db.conn.set_progress_handler(None, 0)
    return len(counted)
