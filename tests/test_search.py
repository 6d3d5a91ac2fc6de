"""Search finds exactly what a scan of the texts would find, in the order that is asked for."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from search_examples import NOW, assessment_of, facts_of, keep
from storage.archive import Archive
from storage.folding import fold
from storage.integrity import check_archive, repair_index
from storage.records import Attachment, Label
from storage.search import CAP, Search
from storage.search_query import Query, parse_query
from storage.search_text import match_of
from storage.selection import Selection

ALPHABET = "未来产业发展6Gg８未來產業，。 \n〔〕"  # few enough for every pair to come up


def ids(archive: Archive, text: str, order: str = "newest", **more: int) -> list[int]:
    return [one.id for one in archive.search.find(parse_query(text), order=order, **more).articles]  # type: ignore[arg-type]


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.in_memory() as opened:
        yield opened


# --- exact ----------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
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
    for text in ("'; DROP TABLE articles; --", 'a" OR "b', "NOT x", "title : x", "x*", "NEAR(a b)", "^a", "AND", "{a}"):
        assert archive.search.find(parse_query(text)).total == 0
    assert archive.db.table("articles").count == 1


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


def test_archive_without_an_index_gets_one(tmp_path: Path) -> None:
    """An archive that was made before the index, as version 0.1 left it, finds all its articles once it is opened."""
    with Archive(tmp_path / "a.db") as archive:
        keep(archive, 1, "未来产业", day=date(2026, 3, 1))
        keep(archive, 2, text="６G 与未來產業", day=date(2026, 3, 2))
    undo_search(tmp_path / "a.db")
    with Archive(tmp_path / "a.db") as archive:
        assert (ids(archive, "未来产业"), ids(archive, "6g")) == ([2, 1], [2])


def undo_search(path: Path) -> None:
    """Take the migration of the index back."""
    with sqlite3.connect(path) as db:
        db.executescript("""
            DROP INDEX articles_search; DROP INDEX articles_source; DROP INDEX assessments_score;
            DROP TABLE search_index;
            ALTER TABLE articles DROP COLUMN search_key; ALTER TABLE articles DROP COLUMN search_crc;
            DELETE FROM _sqlite_migrations WHERE name IN ('search', 'filters_in_search');
        """)
    db.close()


# --- order, pages, totals -------------------------------------------------------------------------


@pytest.mark.parametrize("room", [1024, 2])
def test_times_within_a_day_count(archive: Archive, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever came first, the latest in China is on top; below stand those that only tell their day."""
    monkeypatch.setattr("storage.search_index.MINUTE", room)
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
        assert (archive.search.find(parse_query(query), limit=2).total, CAP) == (6, 10_000)
        with monkeypatch.context() as patched:
            patched.setattr("storage.search.CAP", 5)
            found = archive.search.find(parse_query(query), limit=2)
        assert (len(found.articles), found.total, found.is_exact) == (2, 5, False)


# --- filters --------------------------------------------------------------------------------------


@pytest.fixture
def country(archive: Archive) -> Archive:
    """Four articles that differ in everything that is filtered by."""
    keep(archive, 1, "产业", day=date(2026, 1, 31), region="440000", act="印发", track="未来能源", label="announcement",
         score=80.0, issuer="广东省工业和信息化厅", instrument="行动计划", source="gd-gov")  # fmt: skip
    keep(archive, 2, "产业", day=date(2026, 2, 1), region="440300", act="解读", track="脑机接口", label="related",
         score=59.5, issuer="深圳市人民政府", instrument="意见", source="sz-gov")  # fmt: skip
    keep(archive, 3, "产业", day=date(2025, 12, 31), region="000000", act="征求意见", score=60.0, label="announcement")
    keep(archive, 4, "产业", day=date(2026, 2, 28))
    archive.verdicts.give(1, "confirmed", who="a", reason="", now=NOW)
    archive.verdicts.give(2, "rejected", who="a", reason="", now=NOW)
    archive.verdicts.undo(archive.verdicts.give(2, "watch", who="a", reason="", now=NOW).id, now=NOW)
    return archive


@pytest.mark.parametrize("words", ["", "产业 "])
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("region:440000", {1, 2}), ("地区:440300", {2}), ("region:000000", {3}),
        ("region:440300 region:000000", {2, 3}),
        ("act:印发", {1}), ("act:印发 act:解读", {1, 2}), ("track:脑机接口", {2}), ("issuer:广东省", {1}),
        ("机关:人民政府", {2}), ("instrument:意见", {2}), ("source:gd-gov", {1}), ("label:related", {2}),
        ("类别:政策", {1, 3}), ("score:>=60", {1, 3}), ("score:<=59.5", {2, 4}), ("score:59.5..60", {2, 3}),
        ("state:confirmed", {1}), ("状态:误报", {2}), ("state:new", {3, 4}), ("since:2026-02", {2, 4}),
        ("until:2026-01", {1, 3}), ("since:2026-01-31 until:2026-02-01", {1, 2}),
        ("起:2026 region:440000 score:>=60", {1}), ("score:80..60", set()), ("score:>=0", {1, 2, 3, 4}),
        ("score:<=999", {1, 2, 3, 4}),
    ],
)  # fmt: skip
def test_every_filter_with_and_without_words(country: Archive, words: str, filters: str, found: set[int]) -> None:
    """A filter lets through what has its value, with words or without."""
    assert set(ids(country, words + filters)) == found
    query = parse_query(words + filters)
    assert country.search.count(query) == len(found)
    assert {row["url"][-6] for row in country.articles.export(query.selection)} == {str(id) for id in found}


def test_filters_are_in_step_with_verdicts_and_assessments(country: Archive) -> None:
    """What is said, undone, assessed again or edited is found as it is now, and as it was no more."""
    given = country.verdicts.give(3, "watch", who="a", reason="", now=NOW)
    assert (ids(country, "产业 state:watch"), ids(country, "state:new")) == ([3], [4])
    country.verdicts.undo(given.id, now=NOW)
    assert (ids(country, "产业 state:watch"), ids(country, "state:new")) == ([], [4, 3])
    country.assessments.keep(3, assessment_of("related", 41.5), NOW)
    assert (ids(country, "类别:政策"), ids(country, "score:60..80"), ids(country, "score:41.5")) == (
        [1],
        [1],
        [2, 1, 3],
    )
    with country.transaction():
        country.articles.judge(1, facts_of(act="解读", region="310000"), assessment_of("irrelevant", 3.0), NOW)
    assert (ids(country, "region:440000"), ids(country, "事项:解读"), ids(country, "label:irrelevant")) == (
        [2], [2, 1], [4, 1],
    )  # fmt: skip
    keep(country, 2, "产业新篇", day=date(2026, 2, 1), act="名单", source="other")
    assert (ids(country, "act:解读"), ids(country, "新篇 act:名单 source:other"), ids(country, "source:sz-gov")) == (
        [1], [2], [],
    )  # fmt: skip
    assert findings(country) == ()


def test_terms_of_filters_are_no_words(country: Archive) -> None:
    """What filters are found by is not found by words, nor a value of one kind by another."""
    for words in ("label", "announcement", "act印发", "印发", "state", "new", "gd-gov", "issuer", "广东省", "44"):
        assert ids(country, f'"{words}"') == [], words
    assert [ids(country, f"{kind}:解读") for kind in ("act", "track", "instrument")] == [[2], [], []]


def test_values_with_signs_in_them(archive: Archive) -> None:
    """Dots, hyphens, capitals and signs of the index's own language are parts of a value like any other."""
    values = ("a-b", "a.b", "A-b", "ax2db", "a·b", 'a"b', "a OR b", "a")
    for number, value in enumerate(values, 1):
        keep(archive, number, track=value, source=value, issuer=f"省{value}厅（局）")
    for number, value in enumerate(values, 1):
        quoted = f"“{value}”"
        assert ids(archive, f"track:{quoted}") == ids(archive, f"source:{quoted}") == [number]
        assert ids(archive, f"issuer:“省{value}厅（”") == [number]
    assert ids(archive, "issuer:（") == list(range(len(values), 0, -1))


VALUES = st.sampled_from(["印发", "a-b", "A.b", "ax2d", "x", "6G", "粤·办", "厅", "省厅"])
CODES = st.sampled_from(["000000", "440000", "440300", "440305", "310000", "650000"])
SCORES = st.sampled_from([-3.5, 0.0, 9.9, 10.0, 59.9, 60.0, 100.0, 118.6])
LABELS: st.SearchStrategy[Label] = st.sampled_from(["announcement", "related", "irrelevant"])
SELECTIONS = st.builds(
    Selection,
    regions=st.lists(CODES, max_size=2).map(tuple), issuers=st.lists(VALUES, max_size=2).map(tuple),
    acts=st.lists(VALUES, max_size=2).map(tuple), tracks=st.lists(VALUES, max_size=1).map(tuple),
    sources=st.lists(VALUES, max_size=2).map(tuple), labels=st.lists(LABELS, max_size=2).map(tuple),
    min_score=st.none() | SCORES, max_score=st.none() | SCORES,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(CODES, VALUES, VALUES, VALUES, VALUES, LABELS, SCORES), min_size=1, max_size=8),
    st.lists(SELECTIONS, min_size=1, max_size=8),
)
def test_index_and_rows_agree_on_filters(
    articles: list[tuple[str, str, str, str, str, Label, float]], selections: list[Selection]
) -> None:
    """What the index finds by its terms is what the rows say, which the export goes by."""
    with Archive.in_memory() as archive:
        for number, (region, issuer, act, track, source, label, score) in enumerate(articles):
            keep(archive, number, source=source, label=label, score=score, region=region, issuer=issuer, act=act,
                 track=track)  # fmt: skip
        for selection in selections:
            found = archive.search.find(Query(selection=selection), limit=100).articles
            assert sorted(one.url for one in found) == sorted(row["url"] for row in archive.articles.export(selection))


def test_facets_count_what_was_found(country: Archive) -> None:
    """For each key the values of what was found with their numbers, most frequent first; months the latest first."""
    facets = {facet.key: facet.counts for facet in country.search.facets(parse_query("产业 since:2026"))}
    assert facets["region"] == (("440000", 1), ("440300", 1))
    assert facets["issuer"] == (("广东省工业和信息化厅", 1), ("深圳市人民政府", 1))
    assert facets["act"] == (("印发", 1), ("解读", 1))
    assert dict(facets["label"]) == {"announcement": 1, "related": 1, "irrelevant": 1}
    assert dict(facets["state"]) == {"confirmed": 1, "rejected": 1, "new": 1}
    assert facets["month"] == (("2026-02", 2), ("2026-01", 1))
    for value, number in facets["score"]:
        assert country.search.count(parse_query(f"产业 since:2026 score:{value}")) == number
    assert sum(number for _, number in facets["score"]) == 3


def test_ranges_of_scores_meet(country: Archive) -> None:
    """Every score is in one range, those below nothing and above a hundred too."""
    for score, name in ((-3.5, "<=19.9"), (19.9, "<=19.9"), (20, "20..39.9"), (59.9, "40..59.9"), (120.7, ">=100")):
        country.db.execute("UPDATE assessments SET score = ?", [score])
        repair_index(country.db)
        (facet,) = (one for one in country.search.facets(parse_query("")) if one.key == "score")
        assert facet.counts == ((name, 4),)
        assert country.search.count(parse_query(f"score:{name}")) == 4


def test_which_of_certain_articles_a_query_finds(country: Archive) -> None:
    """Alert rules ask for a few articles only."""
    assert country.search.among(parse_query("产业 region:440000"), [1, 2, 4]) == {1, 2}
    assert country.search.among(parse_query("产业 region:440000"), [3, 4]) == set()
    assert country.search.among(parse_query("产业"), []) == set()
    assert country.search.among(parse_query("act:解读"), [2]) == {2}


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


def findings(archive: Archive) -> tuple[str, ...]:
    (check,) = (check for check in check_archive(archive.db) if check.name == "search index")
    assert not archive.db.conn.in_transaction
    return check.findings
