"""Visits that are rolled up: fewer rows, and the same answers to all that asks about visits."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from storage.archive import Archive
from storage.connection import text_of
from storage.overview.audit import Audit
from storage.overview.visits import VisitOverview
from storage.records import ExitUse, Run
from storage.upkeep.run_days import NEWEST_RUNS_KEPT, WHOLE_SPAN, roll_up_runs
from storage.upkeep.vitals import RunTotals, Vitals

NOW = datetime(2026, 3, 30, 2, tzinfo=UTC)
DAYS = 20
SOURCES = ("dies", "news", "quiet")


def visit(source: str, at: datetime, **changed: Any) -> Run:
    said: dict[str, Any] = {
        "outcome": "unchanged", "cause": None, "error": None, "listed": 3, "new": 0, "announcements": 0, "requests": 1,
        "exits": {"direct": ExitUse(requests=1, failed=0, seconds=0.5)},
    }  # fmt: skip
    return Run(source=source, started_at=at, finished_at=at + timedelta(seconds=20), **said | changed)


@pytest.fixture
def archive() -> Iterator[Archive]:
    """Return an archive of three sources: one finds something now and then, one is quiet, one fails at times."""
    chance = random.Random(1)
    with Archive.in_memory() as made:
        made.runs.register(
            {"id": id, "name": id, "region": "460000", "level": "city", "kind": "government"} for id in SOURCES
        )
        at = NOW - timedelta(days=DAYS)
        while at < NOW:
            for source in SOURCES:
                found = source == "news" and chance.random() < 0.05
                fails = source == "dies" and chance.random() < 0.1
                changed: dict[str, Any] = {"outcome": "ok", "new": 1, "links": 1} if found else {}
                changed = {"outcome": "error", "cause": "timeout", "error": "late"} if fails else changed
                made.runs.record(visit(source, at, **changed))
                if found:
                    made.db.execute(
                        """INSERT INTO links (key, address, source, title, listed_at, is_quiet)
                           VALUES (?, ?, ?, 't', ?, 0)""",
                        [
                            f"k{at}",
                            f"http://example.org/{at}",
                            source,
                            f"{at + timedelta(seconds=9):%Y-%m-%dT%H:%M:%SZ}",
                        ],
                    )
            at += timedelta(minutes=30)
        yield made


def answers(archive: Archive) -> dict[str, Any]:
    """Return what the archive says of its visits, each in the way that it is asked somewhere."""
    totals = RunTotals()
    Vitals(archive.db).add_runs(totals)
    days = [date(2026, 3, 10) + timedelta(days=n) for n in range(DAYS)]
    start, end = datetime(2026, 3, 12, 16, tzinfo=UTC), datetime(2026, 3, 19, 16, tzinfo=UTC)  # midnights in China
    return {
        "totals": (totals.runs, totals.requests, totals.listed, totals.new, totals.exits),
        "looked": [VisitOverview(archive.db).looked(day) for day in days],
        "last": VisitOverview(archive.db).last(),
        "troubled": archive.source_overview.troubled(start, end),
        "strips": archive.source_overview.all(now=NOW),
        "states": [archive.runs.state(source) for source in SOURCES],
        "sightings": list(archive.rhythms.sightings(NOW - timedelta(days=DAYS))),
        "audit": Audit(archive.db).visits(SOURCES, since=start, until=end - timedelta(seconds=1)),
        "first": [archive.freshness.first_run_at(source) for source in SOURCES],
        "new": [archive.freshness.runs_with_pages(source, 9, since=NOW - timedelta(days=DAYS)) for source in SOURCES],
    }


def test_answers_stay_the_same(archive: Archive) -> None:
    """Counts, days, last visits, troubles, rhythms and sums are those of before; three in four old visits are gone."""
    before, count = answers(archive), archive.db.count("runs")
    old = archive.db.count("runs", "started_at < ?", [text_of(NOW - WHOLE_SPAN)])
    rolled = roll_up_runs(archive.db, now=NOW)
    assert rolled > old * 0.75
    assert archive.db.count("runs") == count - rolled
    assert answers(archive) == before
    assert before["sightings"]
    assert before["troubled"] or before["states"][0].troubles


def test_second_time_adds_what_came_since(archive: Archive) -> None:
    """Rolling up again the next day adds to the sums; twice on one day changes nothing."""
    before = answers(archive)["totals"]
    roll_up_runs(archive.db, now=NOW - timedelta(days=2, hours=7))
    rows = archive.db.count("run_days")
    roll_up_runs(archive.db, now=NOW)
    assert archive.db.count("run_days") > rows
    assert roll_up_runs(archive.db, now=NOW) == 0
    assert answers(archive)["totals"] == before


def test_newest_visits_stay_however_old(archive: Archive) -> None:
    """A source that is visited no more keeps the visits that its strip shows."""
    roll_up_runs(archive.db, now=NOW + timedelta(days=365))
    for source in SOURCES:
        assert archive.db.count("runs", "source = ?", [source]) >= NEWEST_RUNS_KEPT
