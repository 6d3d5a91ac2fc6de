"""Filters of the search: each lets through what the rows say, with words or without, however an article changes."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_examples import NOW, assessment_of, facts_of, findings, ids, keep
from storage.archive import Archive
from storage.records import Label
from storage.search.query import Query, parse_query
from storage.search.selection import Selection
from storage.upkeep.integrity import repair_index


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
        ("起:2026 region:440000 score:>=60", {1}), ("日期:2026-01..2026-02-01", {1, 2}),
        ("region:440300,000000", {2, 3}), ("score:>=0", {1, 2, 3, 4}),
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


def tenth(score: float) -> float:
    """Return a score as it is given: with one decimal."""
    return round(score, 1)


def test_score_between_two_tenths(archive: Archive) -> None:
    """A score just above the end of a range is none of it, whatever steps of scores the range is made of."""
    keep(archive, 1, score=59.95)
    found = [ids(archive, f"score:{words}") for words in ("40..59.9", "0..59.9", "59.9..60", "50..60", "59.9..59.9")]
    assert found == [[], [], [1], [1], []]


VALUES = st.sampled_from(["印发", "a-b", "A.b", "ax2d", "x", "6G", "粤·办", "厅", "省厅"])
CODES = st.sampled_from(["000000", "440000", "440300", "440305", "310000", "650000"])
SCORES = st.sampled_from([-3.5, 0.0, 9.9, 10.0, 59.9, 59.95, 60.0, 99.9, 100.0, 118.6]) | st.floats(-1, 101).map(tenth)
LABELS: st.SearchStrategy[Label] = st.sampled_from(["announcement", "related", "irrelevant"])
SELECTIONS = st.builds(
    Selection,
    named=st.fixed_dictionaries({
        key: st.lists(values, max_size=2).map(tuple)
        for key, values in
        {"region": CODES, "issuer": VALUES, "act": VALUES, "track": VALUES, "source": VALUES, "label": LABELS}.items()
    }),
    min_score=st.none() | SCORES, max_score=st.none() | SCORES,
)  # fmt: skip


@settings(max_examples=60)
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


@given(st.lists(st.tuples(VALUES, VALUES, LABELS, SCORES), min_size=1, max_size=6))
@settings(max_examples=25)
def test_facets_count_what_filters_find(articles: list[tuple[str, str, Label, float]]) -> None:
    """Each number of a facet is the number of articles that the filter of its value finds, and no value is left out."""
    with Archive.in_memory() as archive:
        for number, (act, issuer, label, score) in enumerate(articles):
            keep(archive, number, act=act, issuer=issuer, label=label, score=score, source=f"s{number % 2}")
        facets = {facet.key: facet.counts for facet in archive.search.facets(Query())}
        for key in ("act", "source", "label"):
            for value, number in facets[key]:
                assert archive.search.count(Query(selection=Selection(named={key: (value,)}))) == number
            assert sum(number for _, number in facets[key]) == len(articles)
        assert dict(facets["issuer"]) == Counter(issuer for _, issuer, _, _ in articles)


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
