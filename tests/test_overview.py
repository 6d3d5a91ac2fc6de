"""Overviews: what is counted, who was first, how sources and endpoints are, over archives made by the real flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from invented_acts import nobody
from issued_acts import ACTS, LEXICON, Act, declare, issue, to_team, visited
from scheduler.config.vocabulary import vocabulary
from scheduler.questions.acts import chosen_acts
from storage.archive import Archive
from storage.overview.announcements import LISTED_SQL, ORDERS, SEVERAL_ACTS_SQL, STEPS_SQL, Issued
from storage.overview.selected import Chosen
from storage.overview.sources import FOUND_SQL, LATEST_SQL, NEWEST_SQL, TROUBLED_SQL, delay_of
from storage.records import Link
from storage.search.query import parse_query

NOW = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An archive with the invented acts."""
    with Archive.in_memory() as opened:
        issue(opened)
        yield opened


def asked(text: str, archive: Archive) -> Chosen:
    return chosen_acts(archive, parse_query(text, vocabulary()))


def titles(text: str, archive: Archive) -> set[str]:
    return {row.title for row in archive.overview.find(asked(text, archive), limit=-1)}


def cell(archive: Archive, province: str, track: str) -> Issued | None:
    found = archive.overview.by_track(Chosen())
    return next((one for one in found if (one.province, one.track) == (province, track)), None)


# announcements


def test_provinces_and_tracks(archive: Archive) -> None:
    """Each province has its count and first day, each track too; the first announcement is that of the first day."""
    provinces = {one.province: (one.count, one.first_day) for one in archive.overview.by_province(Chosen())}
    assert provinces["440000"] == (2, "2026-01-12")
    assert provinces["510000"] == (2, "2026-01-28")
    assert sum(count for count, _ in provinces.values()) == archive.overview.count(Chosen()) == 15
    robots = cell(archive, "440000", "人形机器人")
    assert robots is not None
    assert (robots.count, robots.first_day) == (1, "2026-03-02")
    assert "人形机器人" in archive.announcements.get(robots.first_id).title


def test_city_counts_for_its_province(archive: Archive) -> None:
    """What 深圳 issues is the province's; the earliest of both is its first."""
    issue(archive, [Act(region="440300", place="深圳市", track="低空经济", day="2026-01-05")])
    found = cell(archive, "440000", "低空经济")
    assert found is not None
    assert (found.count, found.first_day) == (2, "2026-01-05")


def test_day_is_that_of_china(archive: Archive) -> None:
    """What appears at half past six in the morning of the 1st is of the new month, though UTC has the old one."""
    issue(archive, [Act(region="350000", place="福建省", track="氢能", day="2026-02-01", clock="06:30")])
    (one,) = [one for one in archive.overview.by_province(Chosen()) if one.province == "350000"]
    assert one.first_day == "2026-02-01"
    assert {m.month for m in archive.overview.months_by_act(asked("地区:福建", archive))} == {"2026-02"}


def test_rejected_ones_do_not_count(archive: Archive) -> None:
    """What a reviewer took back is in no count and no list, but can be asked for by its state."""
    taken_back = cell(archive, "440000", "低空经济")
    assert taken_back is not None
    id = taken_back.first_id
    archive.rejections.add(id, "invented", now=NOW)
    assert cell(archive, "440000", "低空经济") is None
    assert archive.overview.count(Chosen()) == 14
    assert id not in [row.id for row in archive.overview.find(Chosen(), limit=-1)]
    lead = archive.announcements.get(id).lead_article_id
    assert lead is not None
    archive.verdicts.give(lead, "rejected", who="me", reason="invented", now=NOW, announcement_id=id)
    assert [row.id for row in archive.overview.find(asked("state:rejected", archive), limit=-1)] == [id]


def test_merged_ones_do_not_count(archive: Archive) -> None:
    """Two announcements that are one act count once."""
    archive.edits.merge(3, 4, reason="one act", now=NOW)
    assert archive.overview.count(Chosen()) == 14
    assert cell(archive, "310000", "人形机器人") is None


def test_months(archive: Archive) -> None:
    """An announcement counts once among the acts of its month, and for each of its tracks."""
    acts = {(m.month, m.name): m.count for m in archive.overview.months_by_act(Chosen())}
    assert acts["2026-01", "征求意见"] == 1
    assert acts["2026-03", "印发"] == 6
    tracks = {(m.month, m.name): m.count for m in archive.overview.months_by_track(Chosen())}
    assert tracks["2026-01", "人形机器人"] == 2


def test_chain_of_a_policy(archive: Archive) -> None:
    """征求意见, 印发 and 解读 of one policy stand in their order, the last though it only joined an announcement."""
    (chain,) = archive.overview.chains(Chosen(), limit=9)
    assert [(step.act, step.day) for step in chain.steps] == [
        ("征求意见", "2026-01-28"), ("印发", "2026-03-10"), ("解读", "2026-03-17"),
    ]  # fmt: skip
    assert chain.main.act == "印发"


def test_every_filter_chooses(archive: Archive) -> None:
    """The filter language of the search chooses among announcements."""
    assert titles("地区:广东", archive) == {act.title for act in ACTS if act.region == "440000"}
    assert titles("地区:广东 track:低空经济", archive) == {ACTS[0].title}
    assert titles("act:征求意见", archive) == {ACTS[13].title}
    assert titles("发文机关:海南省人民政府办公厅", archive) == {ACTS[9].title}
    assert titles("source:gov-420000", archive) == {ACTS[8].title}
    assert titles("since:2026-03-16 until:2026-03-16", archive) == {ACTS[12].title}
    assert titles("score:>=88.4 地区:浙江", archive) == {ACTS[1].title}
    assert titles("文种:意见", archive) == set()
    assert len(titles("类别:政策", archive)) == 15


def test_words_choose_by_any_article_or_note(archive: Archive) -> None:
    """A word in the text of an article of the announcement chooses it, and so does one in its notes."""
    assert titles("四川省生物制造基金", archive) == {ACTS[13].title, ACTS[14].title}
    assert titles("下周跟进", archive) == set()
    archive.notes.add(6, "下周跟进预算", who="me", now=NOW)
    assert titles("下周跟进", archive) == {ACTS[1].title}


def test_list_tells_when_it_was_sent(archive: Archive) -> None:
    """A row knows its articles, and when the first endpoint had it."""
    archive.outbox.put([to_team(2, "m1", NOW)])
    assert archive.overview.find(asked("地区:广东 低空", archive), limit=1)[0].sent_at is None
    archive.outbox.delivered("m1", answer="200", now=NOW)
    (row,) = archive.overview.find(asked("地区:广东 track:低空经济", archive), limit=1)
    assert (row.sent_at, row.articles, row.issuers) == (NOW, 1, ("广东省人民政府办公厅",))


# sources


def test_source_without_runs(archive: Archive) -> None:
    """A declared source that was never visited has no last run and no delay, not zero."""
    declare(archive, ["130000"])
    health = archive.source_overview.of("gov-130000", now=NOW)
    assert (health.last, health.found, health.newest, health.failures) == (None, None, None, 0)


def test_health_of_a_source(archive: Archive) -> None:
    """The strip ends with the last run, failures count since the last healthy one, and that is known however old."""
    start = NOW - timedelta(hours=40)
    for number, outcome in enumerate(["ok"] + ["error"] * 35):
        archive.runs.record(visited("gov-440000", start + timedelta(hours=number), outcome, error="timed out"))
    health = archive.source_overview.of("gov-440000", now=NOW)
    assert health.last is not None
    assert (health.last.error, len(health.strip), health.failures) == ("timed out", 30, 30)
    assert health.last_healthy_at == start + timedelta(seconds=1)
    assert health.newest == "2026-03-02T01:30:00Z"


def test_delays_of_a_source(archive: Archive) -> None:
    """Delays are medians and 95th percentiles of what was published to the minute and listed while we watched."""
    acts = [
        Act(region="120000", place="天津市", track="深海", day=f"2026-03-{day:02}", found_after=timedelta(minutes=day))
        for day in range(1, 18)
    ]  # fmt: skip
    for act in acts:
        issue(archive, [replace(act, place=f"天津市{act.day[-2:]}区")])
    health = archive.source_overview.of("gov-120000", now=NOW)
    assert health.found is not None
    assert (health.found.count, health.found.p50, health.found.p95) == (
        17, timedelta(minutes=9), timedelta(minutes=17),
    )  # fmt: skip
    assert health.fetched is not None
    assert health.fetched.p50 == timedelta(minutes=2)


def test_what_stood_there_before_is_no_delay(archive: Archive) -> None:
    """Articles of the first crawl say nothing about how fast we are."""
    declare(archive, ["130000"])
    act = Act(region="130000", place="河北省", track="氢能", day="2026-03-01", found_after=timedelta(days=9))
    link = Link(url=act.url, title=act.title)
    archive.frontier.note("gov-130000", [(act.url, link)], act.seen, is_quiet=True)
    from crawler.intake import take_in

    take_in(act.page(), archive, LEXICON, nobody)
    health = archive.source_overview.of("gov-130000", now=NOW)
    assert (health.found, health.newest) == (None, "2026-03-01T01:30:00Z")


def test_old_page_listed_again_is_no_delay(archive: Archive) -> None:
    """A page of last year that a portal lists today was not found late."""
    issue(
        archive, [Act(region="130000", place="河北省", track="氢能", day="2025-11-03", found_after=timedelta(days=120))]
    )
    health = archive.source_overview.of("gov-130000", now=NOW)
    assert health.found is None
    assert health.fetched is not None


def test_dated_ahead_is_no_negative_delay() -> None:
    """Percentiles are by the nearest rank; of nothing there are none."""
    assert delay_of([]) is None
    one = delay_of([timedelta(minutes=m) for m in (1, 2, 3, 4)])
    assert one is not None
    assert (one.p50, one.p95) == (timedelta(minutes=2), timedelta(minutes=4))


def test_sources_in_trouble(archive: Archive) -> None:
    """A source is in trouble when its last run of the time failed, whatever came before."""
    for hour, outcome in enumerate(["ok", "error", "empty"]):
        archive.runs.record(visited("gov-440000", NOW + timedelta(hours=hour), outcome, error="no rows"))
    for hour, outcome in enumerate(["error", "ok"]):
        archive.runs.record(visited("gov-460000", NOW + timedelta(hours=hour), outcome))
    (trouble,) = archive.source_overview.troubled(NOW, NOW + timedelta(days=1))
    assert (trouble.source, trouble.runs, trouble.failed, trouble.outcome) == ("gov-440000", 3, 2, "empty")


# deliveries


def test_health_of_an_endpoint(archive: Archive) -> None:
    """An endpoint has its messages by state, the oldest that waits, and how long they took."""
    archive.outbox.put([to_team(n, f"m{n}", NOW) for n in (1, 2, 3, 4)])
    archive.outbox.delivered("m1", answer="200", now=NOW + timedelta(seconds=5))
    archive.outbox.delivered("m2", answer="200", now=NOW + timedelta(seconds=90))
    archive.outbox.failed("m3", answer="503", now=NOW, next_attempt_at=None)
    team = archive.delivery_overview.endpoints(now=NOW + timedelta(days=1))["team"]
    assert team.states == {"delivered": 2, "dead": 1, "pending": 1}
    assert team.oldest_at == NOW
    assert team.delay is not None
    assert (team.delay.p50, team.delay.p95) == (timedelta(seconds=5), timedelta(seconds=90))
    assert [one.id for one in archive.delivery_overview.dead(limit=9)] == ["m3"]
    assert [one.id for one in archive.delivery_overview.waiting(limit=9)] == ["m4"]


# speed


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        (f"SELECT n.region, count(*), min(n.first_published_at) FROM announcements AS n WHERE {Chosen().where}", {}),
        (NEWEST_SQL, {"source": None, "tomorrow": "2026-03-21"}),
        (LATEST_SQL, {"source": None, "strip": 30}),
        (FOUND_SQL, {"source": None, "since": "2026-02-20"}),
        (TROUBLED_SQL, {"since": "2026-02-20", "until": "2026-03-20"}),
        (STEPS_SQL, {"policies": "[1]"}),
        (LISTED_SQL.format(where=Chosen().where, order=ORDERS["day"], group=""), {"limit": 9, "offset": 0}),
        (SEVERAL_ACTS_SQL, {"policies": "[1]", "limit": 9}),
    ],
)
def test_no_overview_reads_every_article(archive: Archive, sql: str, values: dict[str, object]) -> None:
    """Every overview finds its rows by an index: none goes through all articles, pages or runs."""
    plan = [row[3] for row in archive.db.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    whole = [
        step for step in plan if step.startswith("SCAN") and step.split()[1] in {"a", "articles", "n", "r", "runs"}
    ]
    assert whole == []
