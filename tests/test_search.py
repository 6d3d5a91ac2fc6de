"""Search finds exactly what a scan of the texts would find, in the order that is asked for."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_examples import findings, ids, keep
from storage.archive import Archive
from storage.database import Database
from storage.folding import fold
from storage.records import Attachment
from storage.search.check import faults_of_index
from storage.search.find import MOST_COUNTED_HITS, Search
from storage.search.index import SearchIndex
from storage.search.query import Query, QueryError, parse_query
from storage.search.text import match_of
from storage.upkeep.integrity import repair_index

ALPHABET = "未来产业发展6Gg８未來產業，。 \n〔〕"  # few enough for every pair to come up


# --- exact ----------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(
    texts=st.lists(st.tuples(st.text(ALPHABET, max_size=6), st.text(ALPHABET, max_size=30)), min_size=1, max_size=8),
    queries=st.lists(st.text(ALPHABET, min_size=1, max_size=5), min_size=1, max_size=8),
)
def test_search_finds_what_a_scan_finds(texts: list[tuple[str, str]], queries: list[str]) -> None:
    """Any words of one character or more, punctuation inside or not, in whatever script and width: no row more."""
    with Archive.in_memory() as archive:
        said = {keep(archive, n, *pair): f"{pair[0]}\0{pair[1]}" for n, pair in enumerate(texts)}
        for query in queries:
            try:
                found = ids(archive, f'"{query}"', limit=100)
            except ValueError:
                assert not any(one.isalnum() for one in query)
                continue
            if query.strip():
                assert sorted(found) == sorted(id for id, text in said.items() if fold(query) in fold(text)), query


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of a query as it is written, and whether folded texts hold it: a scan, without the index."""

    text: str
    holds: Callable[[tuple[str, ...]], bool]


def asked_word(word: str) -> Asked:
    return Asked(f'"{word}"', lambda texts: any(fold(word) in text for text in texts))


def asked_near(first: str, second: str, within: int) -> Asked:
    def stands(text: str) -> bool:
        ends = [n for n in range(len(text)) if text.startswith(fold(second), n)]
        starts = [n for n in range(len(text)) if text.startswith(fold(first), n)]
        gaps = [max(b - a - len(first), a - b - len(second)) for a in starts for b in ends]
        return any(gap <= within for gap in gaps)

    return Asked(f'"{first}" ~{within} "{second}"', lambda texts: any(map(stands, texts)))


def asked_not(part: Asked) -> Asked:
    return Asked(f"-({part.text})", lambda texts: not part.holds(texts))


def asked_all(parts: list[Asked]) -> Asked:
    return Asked(f"({' '.join(one.text for one in parts)})", lambda texts: all(one.holds(texts) for one in parts))


def asked_any(parts: list[Asked]) -> Asked:
    return Asked(f"({' OR '.join(one.text for one in parts)})", lambda texts: any(one.holds(texts) for one in parts))


WORDS = st.text(ALPHABET, min_size=1, max_size=4).filter(lambda word: any(one.isalnum() for one in word))
QUERIES = st.recursive(
    st.one_of(WORDS.map(asked_word), st.builds(asked_near, WORDS, WORDS, st.integers(1, 6))),
    lambda parts: st.one_of(
        parts.map(asked_not), st.lists(parts, min_size=1, max_size=3).map(asked_all),
        st.lists(parts, min_size=1, max_size=3).map(asked_any),
    ),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=25)
@given(
    texts=st.lists(st.tuples(st.text(ALPHABET, max_size=6), st.text(ALPHABET, max_size=30)), min_size=1, max_size=8),
    queries=st.lists(QUERIES, min_size=1, max_size=8),
)
def test_operators_find_what_a_scan_finds(texts: list[tuple[str, str]], queries: list[Asked]) -> None:
    """OR, NOT, nearness and brackets, in any nesting, in either order of hits: no row more and none less."""
    with Archive.in_memory() as archive:
        said = {keep(archive, n, *pair): tuple(map(fold, pair)) for n, pair in enumerate(texts)}
        for query in queries:
            expected = sorted(id for id, texts in said.items() if query.holds(texts))
            try:
                found = ids(archive, query.text, limit=100)
            except QueryError:  # nothing can be wanted and excluded
                assert expected == []
                continue
            assert sorted(found) == expected, query.text
            assert sorted(ids(archive, query.text, "title", limit=100)) == sorted(found), query.text
            assert archive.search.among(parse_query(query.text), said) == set(found), query.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("低空 OR 量子", {1, 2, 3}), ("低空 或 量子 先导区", {1, 2, 3}), ("(低空 OR 量子) 先导区", {1, 2}),
        ("（低空 OR 量子） 先导区 -招聘", {1}), ("先导区 NOT 招聘", {1}), ("-招聘", {1, 3}), ("低空 AND 建设", {1}),
        ("低空 ~3 建设", set()), ("低空 ~4 建设", {1}), ("建设 ~4 低空", {1}), ("低空 ~ 建设", {1}),
        ('"低空" -"先导区"', {3}), ("低空 (先导区 OR (经济 -量子))", {1, 3}), ("低空经济", {3}),
    ],
)  # fmt: skip
def test_operators(archive: Archive, query: str, found: set[int]) -> None:
    """OR, NOT, -, brackets of either width and ~ with a distance in characters."""
    keep(archive, 1, "低空，先导区建设")
    keep(archive, 2, "量子先导区", "招聘公告")
    keep(archive, 3, "低空经济")
    assert set(ids(archive, query)) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("6G", {1}), ("6g", {1}), ("６Ｇ", {1}), ("IPv6", {2}), ("锂", {2}), ("未来产业", {1, 3}), ("未來產業", {1, 3}),
        ("来产", {1, 3}), ("产业 锂", set()), ("低空 未来", {3}), ('"低空、未来"', {3}), ("低空、未来", {3}),
        ("低空未来", set()), ("发〔2024〕12号", {2}), ("发2024", set()), ("发[2024]12号", set()), ("3", {2}),
        ("%", None), ("低空 、", {3}), ("锂 、", set()),
    ],
)  # fmt: skip
def test_words_of_every_kind(archive: Archive, query: str, found: set[int] | None) -> None:
    """One character, letters with digits, phrases, punctuation inside: found where they stand, and nowhere else."""
    keep(archive, 1, "6G 与未来产业")
    keep(archive, 2, "锂电池的通知", "粤发〔2024〕12号，IPv6 改造第3期")
    keep(archive, 3, text="发展低空、未来產業")
    if found is None:
        with pytest.raises(ValueError, match="nothing to look for"):
            ids(archive, query)
    else:
        assert set(ids(archive, query)) == found


def test_attachments_are_searched(archive: Archive) -> None:
    """A word that stands only in an attachment's title or text finds the article, and the snippet shows it."""
    files = (Attachment(url="http://example.org/a.pdf", title="名单", state="read", text="第一批 量子科技企业"),)
    keep(archive, 1, attachments=files)
    (one,) = archive.search.find(parse_query("量子科技")).articles
    assert [piece for piece, is_hit in one.snippet.pieces if is_hit] == ["量子科技"]
    assert ids(archive, "名单") == [1]


def test_foreign_words_of_a_query_are_only_words(archive: Archive) -> None:
    """A query is neither SQL nor the index's own language."""
    keep(archive, 1)
    for text in ("'; DROP TABLE articles;", 'a" OR b" ', "-标 x", "title : x", "'x*'", '"NEAR(a b)"', "{^a}", '"AND"'):
        assert archive.search.find(parse_query(text)).total == 0
    assert archive.db.count("articles") == 1


# --- in step --------------------------------------------------------------------------------------


def test_edited_article_is_found_by_its_new_words_only(archive: Archive) -> None:
    """After a silent edit the old words find nothing: revisions are not searched."""
    keep(archive, 1, text="投入800亿元")
    keep(archive, 1, text="投入900亿元")
    assert (ids(archive, "800亿元"), ids(archive, "900亿元")) == ([], [1])


def test_article_that_is_not_kept_is_not_found(archive: Archive) -> None:
    """Index and article are one transaction: both are there or none."""
    with contextlib.suppress(RuntimeError), archive.transaction():
        keep(archive, 1, "未来产业")
        raise RuntimeError
    assert ids(archive, "未来产业") == []
    keep(archive, 2, "未来产业")
    assert ids(archive, "未来产业") == [1]


def test_article_that_was_changed_by_another_program_leaves_no_trace(archive: Archive) -> None:
    """Words that were changed past the index cannot be taken out of it; an edit after that is still found rightly."""
    keep(archive, 1, text="投入800亿元")
    archive.db.execute("UPDATE articles SET text = '投入700亿元'")
    keep(archive, 1, text="投入900亿元")
    assert (ids(archive, "800亿元"), ids(archive, "700亿元"), ids(archive, "900亿元")) == ([], [], [1])


@pytest.mark.parametrize(
    ("opens", "closes"), [("({0} OR 丁{0} ", 1), ("-({0} OR 丁{0} ", 1), ("-", 0), ("({0} OR 丁{0} -({0}乙 OR ", 2)]
)
def test_depth_that_the_index_cannot_take_is_refused(archive: Archive, opens: str, closes: int) -> None:
    """Brackets and exclusions within each other are answered or refused, however deep."""
    told = []
    for depth in range(1, 40):
        text = "".join(opens.format(f"甲{n}") for n in range(depth)) + "低空、未来" + ")" * closes * depth
        try:
            archive.search.find(parse_query(text))
            told.append(True)
        except QueryError:
            told.append(False)
    assert told == sorted(told, reverse=True)
    assert told[4]
    assert not told[-1]


def test_archive_without_an_index_gets_one(tmp_path: Path) -> None:
    """An archive that was made before the index, as version 0.1 left it, finds all its articles once it is opened."""
    with Archive(tmp_path / "a.db") as archive:
        keep(archive, 1, "未来产业", day=date(2026, 3, 1))
        keep(archive, 2, text="６G 与未來產業", day=date(2026, 3, 2))
    undo_search(tmp_path / "a.db")
    with Archive(tmp_path / "a.db") as archive:
        assert (ids(archive, "未来产业"), ids(archive, "6g")) == ([2, 1], [2])


def test_look_alikes_are_found_in_an_archive_from_before(tmp_path: Path) -> None:
    """Radicals of PDF files fold; an archive from before is indexed again, and its check finds no fault."""
    with Archive(tmp_path / "a.db") as archive:
        keep(archive, 1, "⻘海省⼈⺠政府", "未来产业⾏动⽅案", day=date(2026, 3, 1))
    with sqlite3.connect(tmp_path / "a.db") as db:
        db.execute("UPDATE articles SET search_crc = 0")  # as another table of characters left it
        db.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
        db.execute("DROP TABLE search_entries")
        db.execute("DELETE FROM _sqlite_migrations WHERE name IN ('look_alikes_in_search', 'entries_in_search')")
    db.close()
    with Archive(tmp_path / "a.db") as archive:
        assert ids(archive, "青海省人民政府 行动方案") == ids(archive, "⻘海") == [1]
        assert not [*faults_of_index(archive.db)]


def test_upgrade_that_is_killed_is_made_again(tmp_path: Path) -> None:
    """A process that dies in the middle of indexing all articles leaves the archive as it was."""
    path = tmp_path / "a.db"
    with Archive(path) as archive:
        for number in range(1, 6):
            keep(archive, number, f"未来产业{number}", act="印发", score=60 + number / 10, label="announcement")
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
        db.execute("UPDATE articles SET search_crc = 0")
        db.execute("DROP TABLE search_entries")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'entries_in_search'")
    db.close()
    died = multiprocessing.get_context("fork").Process(target=open_and_die, args=(path, 3))
    died.start()
    died.join(timeout=60)
    assert died.exitcode == 9
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'search_entries'").fetchone() == (0,)
    db.close()
    with Archive(path) as archive:
        assert ids(archive, "未来产业 act:印发 score:60.2..60.4") == [4, 3, 2]
        assert not [*faults_of_index(archive.db)]


def open_and_die(path: Path, number: int) -> None:
    """Open an archive, and die when so many articles are indexed."""
    real, done = SearchIndex.add, []

    def add(self: SearchIndex, article_id: int) -> None:
        done.append(article_id)
        if len(done) == number:
            os._exit(9)
        real(self, article_id)

    SearchIndex.add = add  # type: ignore[method-assign]  # in a process of its own
    Archive(path).close()


def undo_search(path: Path) -> None:
    """Take the migration of the index back."""
    with sqlite3.connect(path) as db:
        db.executescript("""
            DROP INDEX articles_search; DROP INDEX articles_source; DROP INDEX assessments_score;
            DROP TABLE search_index; DROP TABLE search_entries;
            ALTER TABLE articles DROP COLUMN search_key; ALTER TABLE articles DROP COLUMN search_crc;
            DELETE FROM _sqlite_migrations WHERE name IN
                ('search', 'filters_in_search', 'look_alikes_in_search', 'entries_in_search');
        """)
    db.close()


# --- order, pages, totals -------------------------------------------------------------------------


@pytest.mark.parametrize("room", [1024, 2])
def test_times_within_a_day_count(archive: Archive, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever came first, the latest in China is on top; below stand those that only tell their day."""
    monkeypatch.setattr("storage.search.index.KEYS_OF_A_MINUTE", room)
    noon, midnight = datetime(2026, 3, 2, 4, 0, tzinfo=UTC), datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    days = (noon, date(2026, 3, 2), midnight - timedelta(minutes=1), midnight, date(2026, 3, 2), noon, noon)
    for number, day in enumerate((*days, noon + timedelta(minutes=2)), 1):
        keep(archive, number, "未来产业", day=day)
    expected = [8, 7, 6, 1, 4, 5, 2, 3]
    assert ids(archive, "未来产业") == ids(archive, "") == expected
    assert ids(archive, "未来产业 since:2026-03-02") == expected[:-1]
    repair_index(archive.db)
    assert ids(archive, "未来产业") == expected


def test_newest_first_by_the_day_in_china(archive: Archive) -> None:
    """Days of publication count, of first sight without one; on one day what came later stands first."""
    keep(archive, 1, "产业", day=date(2026, 3, 17))
    keep(archive, 2, "产业", day=datetime(2026, 3, 16, 23, 30, tzinfo=UTC))  # 7:30 of the 17th in Beijing
    keep(archive, 3, "产业")  # seen on the 18th
    keep(archive, 4, "产业", day=date(1999, 1, 1))
    assert ids(archive, "产业") == [3, 2, 1, 4]
    assert ids(archive, "") == [3, 2, 1, 4]


def test_title_first(archive: Archive) -> None:
    """Articles with all words in the title come first, each part the newest first, and pages go over the border."""
    keep(archive, 1, "产业", "规划", day=date(2026, 1, 1))
    keep(archive, 2, "产业规划", day=date(2026, 1, 2))
    keep(archive, 3, "通知", "产业规划", day=date(2026, 1, 3))
    keep(archive, 4, "规划与产业", day=date(2026, 1, 4))
    assert ids(archive, "产业 规划", "title") == [4, 2, 3, 1]
    assert [ids(archive, "产业 规划", "title", limit=1, offset=n) for n in range(5)] == [[4], [2], [3], [1], []]


@pytest.mark.parametrize(("limit", "offset"), [(20, 0), (2, 0), (2, 2), (1, 2), (2, 4), (3, 0)])
def test_total_is_the_same_on_every_page(archive: Archive, limit: int, offset: int) -> None:
    """The total is that of all pages, on the last one and beyond it too."""
    for number in range(3):
        keep(archive, number, "产业")
    assert archive.search.find(parse_query("产业"), limit=limit, offset=offset).total == 3


def test_title_first_with_punctuation(archive: Archive) -> None:
    """A phrase that a title has in pieces only does not put it first."""
    keep(archive, 1, "低空与未来", "低空、未来", day=date(2026, 1, 2))
    keep(archive, 2, "低空、未来", day=date(2026, 1, 1))
    assert ids(archive, "低空、未来", "title") == [2, 1]


def test_total_is_exact_up_to_the_cap(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is found is counted, not the page; beyond the cap the number says that it is more."""
    for number in range(6):
        keep(archive, number, "产业，规划")
    for query in ("产业", "产业，规划", ""):
        assert (archive.search.find(parse_query(query), limit=2).total, MOST_COUNTED_HITS) == (6, 10_000)
        with monkeypatch.context() as patched:
            patched.setattr("storage.search.find.MOST_COUNTED_HITS", 5)
            found = archive.search.find(parse_query(query), limit=2)
        assert (len(found.articles), found.total, found.is_exact) == (2, 5, False)


# --- other programs -------------------------------------------------------------------------------


def test_read_only_connection_will_do(tmp_path: Path) -> None:
    """Datasette hands out connections that cannot write."""
    with Archive(tmp_path / "a.db") as archive:
        keep(archive, 1, "未来产业")
        db = Database(sqlite3.connect(f"file:{tmp_path / 'a.db'}?mode=ro", uri=True))
        found = Search(db).find(parse_query("未来产业"), order="title")
        assert [one.id for one in found.articles] == [1]
        assert Search(db).facets(parse_query("未来产业"))
        db.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [("未来产业", {1, 2}), ("产", {1, 2}), ("６g", {1}), ("，", set()), ("未来 6G", {1}), ('"OR"', set())],
)
def test_expression_for_datasette(archive: Archive, text: str, found: set[int]) -> None:
    """A raw search text becomes an expression that SQL can use over `articles.search_key`."""
    keep(archive, 1, "6G 与未来产业")
    keep(archive, 2, text="未來產業")
    rows = archive.db.execute(
        "SELECT id FROM articles WHERE search_key IN (SELECT rowid FROM search_index WHERE search_index MATCH ?)",
        [match_of(text)],
    )
    assert {row[0] for row in rows} == found


def test_search_without_words_is_the_newest(archive: Archive) -> None:
    """An empty query finds everything."""
    rng = random.Random(1)
    days = [date(2020 + rng.randrange(6), 1 + rng.randrange(12), 1) for _ in range(30)]
    for number, day in enumerate(days):
        keep(archive, number, day=day)
    shown = [one.published_at for one in archive.search.find(Query(), limit=30).articles]
    assert shown == sorted((day.isoformat() for day in days), reverse=True)


# --- doctor ---------------------------------------------------------------------------------------

DAMAGE = {
    "changed": "UPDATE articles SET text = '换成别的正文' WHERE id = 1",
    "missing": "UPDATE articles SET search_key = NULL WHERE id = 1",
    "surplus": "INSERT INTO search_index (rowid, text) VALUES (7, '多余')",
    "lost": "DELETE FROM search_index_data WHERE id > 10",
    "uncounted": "DELETE FROM search_entries",
    "counted otherwise": "UPDATE search_entries SET counted = '[]'",
    "counted for nobody": "INSERT INTO search_entries VALUES (7, '[]', '')",
}


@pytest.mark.parametrize("damage", [*DAMAGE, "other words"])
def test_doctor_finds_what_is_wrong_with_the_index_and_repairs_it(archive: Archive, damage: str) -> None:
    """Words changed past the index, lost and surplus entries are found; after the repair everything is found again."""
    keep(archive, 1, "未来产业")
    keep(archive, 2, "低空经济")
    assert findings(archive) == ()
    with archive.transaction():
        if damage == "other words":
            swap(archive)
        else:
            archive.db.conn.execute(DAMAGE[damage])
    assert findings(archive)
    assert repair_index(archive.db) == 2
    assert findings(archive) == ()
    assert ids(archive, "换成" if damage == "changed" else "正文 未来产业") == [1]


def swap(archive: Archive) -> None:
    """Let two articles lead to each other's words."""
    (one, other) = (row[0] for row in archive.db.execute("SELECT search_key FROM articles ORDER BY id"))
    for key, article_id in ((None, 1), (one, 2), (other, 1)):
        archive.db.conn.execute("UPDATE articles SET search_key = ? WHERE id = ?", [key, article_id])
