"""What paces are learned from, and how the requests of a day are shared out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from builders import run_of, source_of
from crawler.sources import Source, catalogue
from scheduler.china_time.workdays import DAY_OFF_KIND
from scheduler.config.tables import ScheduleSettings
from scheduler.visits.budget import MOST_HOST_FACTOR, SHARING_ROOT, SPENT_SHARE, paces, watched
from scheduler.visits.pace import Pace, next_due
from scheduler.visits.rhythm import learn, national
from storage.archive import Archive
from storage.records import BEIJING, Link, Run
from storage.rhythms import Sighting

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=84)
SCHEDULE = ScheduleSettings()


def daily(
    id: str, *, hour: int, days: int = 84, is_relevant: bool = True, span: timedelta = timedelta(0)
) -> list[Sighting]:
    """Return an item a day, each at one hour in Beijing, known to `span`."""
    first = NOW.astimezone(BEIJING).replace(hour=hour, minute=30)
    times = [first - timedelta(days=day + 1) for day in range(days)]
    return [Sighting(source=id, after=at - span, seen_at=at, is_relevant=is_relevant) for at in times]


def learned(
    sources: list[Source], sightings: list[Sighting], schedule: ScheduleSettings = SCHEDULE, *, is_new: bool = False
) -> dict[str, Pace]:
    """Return the paces of sources that were watched for twelve weeks, or not at all yet."""
    known = watched(sources, {} if is_new else {one.id: SINCE for one in sources}, schedule.every)
    return paces(sources, learn(sightings, known, since=SINCE, now=NOW), schedule)


def visits_a_day(pace: Pace) -> float:
    """Return the visits of a mean day, by walking with `next_due` through four weeks with as many workdays as usual."""
    at, count, end = NOW, 0, NOW + timedelta(days=28)
    while at < end:
        run = run_of(at, source="x")
        at, count = next_due(run, 0, pace=pace, now=at), count + 1
    return count / 28


def test_source_that_showed_nothing_has_the_rhythm_of_the_nation() -> None:
    """Most is looked for on workdays around ten and five, least at night; the whole of it is one visit's worth."""
    shape = national()
    workday = shape[2]
    assert {10, 17} == set(sorted(range(24), key=lambda hour: workday[hour])[-2:])
    assert workday[3] < workday[21] < workday[13] < workday[10]
    assert sum(shape[DAY_OFF_KIND]) < sum(workday) / 3
    assert learn([], watched([source_of("a")], {}, SCHEDULE.every), since=SINCE, now=NOW)["a"].shape == shape


def test_hours_are_learned() -> None:
    """A source that puts everything up at three at night is looked at most then, also when only visits tell when."""
    for span in (timedelta(0), timedelta(minutes=50)):
        pace = learned([source_of("night"), source_of("other")], daily("night", hour=3, span=span))["night"]
        assert pace.an_hour is not None
        assert pace.an_hour[1][3] == max(pace.an_hour[1])


def test_an_item_that_was_seen_after_a_long_night_says_less_about_the_hour() -> None:
    """What was found at half past seven and may have come at any time since ten is spread over the night."""
    spans = (timedelta(0), timedelta(hours=9))
    timed, spread = (learned([source_of("a")], daily("a", hour=7, span=span))["a"].an_hour for span in spans)
    assert timed is not None
    assert spread is not None
    assert spread[1][7] < 0.8 * timed[1][7]
    assert spread[1][23] > 1.5 * timed[1][23]


def test_where_more_matters_more_visits_go() -> None:
    """Nine times as many relevant items give up to twice as many visits (a root), and volume alone gives none."""
    sources = [source_of(id) for id in ("much", "little", "noise")]
    seen = daily("much", hour=10) + daily("little", hour=10, days=9) + daily("noise", hour=10, is_relevant=False) * 20
    found = {id: visits_a_day(pace) for id, pace in learned(sources, seen).items()}
    assert 1.5 < found["much"] / found["little"] < 9 ** (1 / SHARING_ROOT) * 1.05
    assert found["noise"] < found["little"]


def test_more_expected_never_gives_fewer_visits() -> None:
    """Among sources alike in all else, each further relevant item gives as many visits or more, at every hour."""
    sources = [source_of(f"s{n}") for n in range(8)]
    seen = [one for n in range(8) for one in daily(f"s{n}", hour=10, days=n * n)]
    rhythms = learn(seen, watched(sources, {one.id: SINCE for one in sources}, SCHEDULE.every), since=SINCE, now=NOW)
    alike = {id: replace(rhythm, shape=national()) for id, rhythm in rhythms.items()}
    found = paces(sources, alike, SCHEDULE)
    rates = [[rate for hours in found[f"s{n}"].an_hour or () for rate in hours] for n in range(8)]
    assert len(rates[0]) == 6 * 24
    for fewer, more in pairwise(rates):
        assert all(b >= a for a, b in zip(fewer, more, strict=True))
    assert sum(rates[7]) > 1.5 * sum(rates[0])


def test_hours_that_all_sources_share_are_those_of_a_new_one() -> None:
    """Where every source publishes at three at night, one that has shown nothing yet is looked for then."""
    sources = [source_of(f"s{n}") for n in range(9)]
    found = learned(sources, [one for n in range(8) for one in daily(f"s{n}", hour=3)])
    new = found["s8"].an_hour
    assert new is not None
    assert new[2][3] == max(new[2])
    alone = learned(sources, [])["s8"].an_hour
    assert alone is not None
    assert alone[2][3] < alone[2][10]


def test_one_source_moves_the_hours_of_others_little() -> None:
    """A wire of a thousand items counts as one source: it alone does not say when the nation publishes."""
    sources = [source_of(f"s{n}") for n in range(9)]
    moved = learned(sources, daily("s0", hour=3) * 12)["s8"].an_hour
    assert moved is not None
    assert moved[2][3] < moved[2][10]


def test_tiers_come_back_without_anything_learned() -> None:
    """Before anything is known, visits go by the intervals of the tiers, and dear sources get no fewer."""
    sources = [
        source_of("first", tier=1),
        source_of("zero", *(f"https://zero.example.org/{n}/" for n in range(6)), tier=0),
        source_of("again", tier=1),
    ]
    found = {id: visits_a_day(pace) for id, pace in learned(sources, [], is_new=True).items()}
    assert found["zero"] / found["first"] == pytest.approx(2, rel=0.05)
    assert found["first"] == pytest.approx(found["again"], rel=0.02)


def test_nothing_to_watch() -> None:
    """A configuration without sources has no paces, and that is no fault."""
    assert learned([], []) == {}


def test_the_same_sightings_give_the_same_paces() -> None:
    """Learning is deterministic."""
    sources, seen = [source_of("a"), source_of("b")], daily("a", hour=9, span=timedelta(hours=1)) + daily("b", hour=16)
    assert learned(sources, seen) == learned(sources, seen)


def test_the_whole_catalogue_costs_what_it_did() -> None:
    """Adapting shares out as many listing requests as the schedule before it; none is added."""
    sources = [one for one in catalogue() if one.enabled]
    found = learned(sources, daily(sources[0].id, hour=10) + daily(sources[1].id, hour=15, days=20))
    asked = sum(visits_a_day(found[one.id]) * len(one.listings) for one in sources)
    fixed = sum(timedelta(days=1) / one.interval(SCHEDULE.every) * len(one.listings) for one in sources)
    assert asked == pytest.approx(SPENT_SHARE * fixed, rel=0.03)


def test_no_host_is_asked_beyond_its_limit() -> None:
    """However much a host's sources are worth, it is asked at most three times as often as by the fixed schedule."""
    sources = [source_of("a", host="one"), source_of("b", host="one"), *(source_of(f"s{n}") for n in range(60))]
    found = learned(sources, daily("a", hour=10) * 9 + daily("b", hour=11) * 9, ScheduleSettings(host_requests=200))
    assert visits_a_day(found["a"]) + visits_a_day(found["b"]) <= 200 * 1.05
    found = learned(sources, daily("a", hour=10) * 9 + daily("b", hour=11) * 9, ScheduleSettings(host_requests=9999))
    fixed = timedelta(days=1) / SCHEDULE.every
    assert visits_a_day(found["a"]) + visits_a_day(found["b"]) <= MOST_HOST_FACTOR * 2 * fixed * 1.05


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.in_memory() as opened:
        opened.runs.register([source_of("a").row])
        yield opened


def visited(archive: Archive, at: datetime, *urls: str, is_quiet: bool = False) -> None:
    """Record a visit of a minute that found these links."""
    archive.frontier.note("a", [(url, Link(url=url, title="x")) for url in urls], at, is_quiet=is_quiet)
    archive.runs.record(
        Run(source="a", started_at=at - timedelta(seconds=30), finished_at=at + timedelta(seconds=30), outcome="ok")
    )


def test_sightings_of_an_archive(archive: Archive) -> None:
    """An item came between the visit before and the one that saw it; what stood there before anyone watched is none."""
    hour = timedelta(hours=1)
    visited(archive, NOW - 3 * hour, "https://a.example.org/old", is_quiet=True)
    visited(archive, NOW - 2 * hour)
    visited(archive, NOW - hour, "https://a.example.org/new")
    (found,) = archive.rhythms.sightings(SINCE)
    assert found == Sighting(
        source="a", after=NOW - 2 * hour + timedelta(seconds=30), seen_at=NOW - hour, is_relevant=False
    )  # fmt: skip
    assert archive.rhythms.watched_since() == {"a": NOW - 3 * hour + timedelta(seconds=30)}
    assert list(archive.rhythms.sightings(NOW)) == []


def test_sightings_use_the_minute_that_a_page_gives(archive: Archive) -> None:
    """A page's own minute counts when it lies between the two visits, and the label says whether it matters."""
    hour = timedelta(hours=1)
    visited(archive, NOW - 2 * hour)
    visited(archive, NOW - hour, "https://a.example.org/new")
    archive.db.execute("PRAGMA foreign_keys = OFF")
    archive.db.execute(
        """INSERT INTO articles (id, key, page_id, source, title, text, published_at, published_precision, attachments,
                                 agreement, text_sha256, first_seen_at)
           VALUES (1, 'https://a.example.org/new', 1, 'a', '', '', '2026-03-18T02:40:00Z', 'minute', '[]', 1, '', '')"""
    )
    archive.db.execute(
        """INSERT INTO assessments (article_id, label, score, threshold, hits, lexicon_version, assessed_at)
           VALUES (1, 'related', 1, 60, '[]', '', '')"""
    )
    (found,) = archive.rhythms.sightings(SINCE)
    assert found.after == found.seen_at == datetime(2026, 3, 18, 2, 40, tzinfo=UTC)
    assert found.is_relevant
