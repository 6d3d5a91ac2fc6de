"""When this machine was offline: what failed at its name is visited as soon as names are known again."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from builders import run_of, source_of
from conftest import Futurewatch, publish
from local_portal import LocalPortal, open_portal, other_source
from scheduler.demo.samples import GOVERNMENT
from scheduler.visits.outage import Outage, resolves
from scheduler.visits.pace import Pace
from scheduler.visits.tally import RoundTally
from scheduler.visits.timetable import Timetable
from storage.archive import Archive
from storage.records import Cause, Run
from test_daemon import runs, wait_for


@pytest.fixture
def second() -> Iterator[LocalPortal]:
    """Another portal."""
    with open_portal() as opened:
        yield opened


NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)


def failed(source: str, cause: Cause = "dns", at: datetime = NOW) -> Run:
    return run_of(at, source=source, outcome="error", cause=cause, error=f"{source}: {cause}")


def test_two_hosts_in_a_row_without_a_name_are_an_outage() -> None:
    """One dead name is its own affair; two one after the other are this machine's, until a visit gets farther."""
    outage = Outage()
    outage.note("a", failed("a"))
    outage.note("a", failed("a2"))
    assert not outage.is_on
    outage.note("b", failed("b"))
    assert outage.is_on
    assert [outage.next_host() for _ in range(3)] == ["a", "b", "a"]
    outage.note("c", failed("c", "timeout"))
    assert not outage.is_on


def test_outage_is_known_after_a_restart() -> None:
    """What the last visits of before say counts: healthy ones before the outage do not end it."""
    last = [("a", run_of(NOW)), ("b", failed("b")), ("c", failed("c"))]
    assert Outage(last).is_on
    assert not Outage([*last, ("d", run_of(NOW))]).is_on


def test_names_are_asked_of_the_system() -> None:
    assert asyncio.run(resolves("localhost:8080"))
    assert not asyncio.run(resolves("no-such-portal.invalid"))


def test_only_what_failed_at_its_name_is_hurried() -> None:
    """Sources that failed for another cause, or went well, keep their times."""
    timetable, pace = Timetable(), Pace(every=timedelta(hours=1))
    standings = {
        "offline": (failed("offline"), 1),
        "slow": (failed("slow", "timeout"), 1),
        "well": (run_of(NOW, source="well"), 0),
    }
    sources = [source_of(id) for id in standings]
    timetable.fill(sources, dict.fromkeys(standings, pace), standings, NOW)
    assert timetable.make_due("dns", NOW) == 1
    assert [source.id for group in timetable.take(NOW, busy=(), hosts=9) for source in group] == ["offline"]


def test_round_is_told_in_a_line_and_its_failures_by_cause() -> None:
    """However many sources fail for one cause, one line names it, with a few of them."""
    tally = RoundTally(runs=[*(failed(f"s{n}") for n in range(7)), failed("x", "5xx"), run_of(NOW, new=3)])
    assert tally.summary() == {"visits": 9, "failed": 8, "new": 3, "announcements": 0}
    dns, server = tally.failures()
    assert dns == {"cause": "dns", "sources": ["s0", "s1", "s2", "s3", "s4"], "and_more": 2, "error": "s0: dns"}
    assert server["sources"] == ["x"]


def test_daemon_visits_when_the_network_is_back(
    portal: LocalPortal, second: LocalPortal, futurewatch: Futurewatch
) -> None:
    """Both sources failed at their names a minute ago and would wait half an hour: they are visited at once."""
    more = f"[schedule]\nevery = '30m'\nadaptive = false{other_source(second)}"
    futurewatch.configure(portal, more=more)
    publish(portal, *GOVERNMENT[:1])
    publish(second, *GOVERNMENT[1:2])
    with Archive(futurewatch.archive) as archive:
        for source in ("hi-gov", "other"):
            archive.runs.record(failed(source, at=datetime.now(UTC) - timedelta(minutes=1)))
    process = futurewatch.start("run")
    try:
        wait_for(lambda: len(runs(futurewatch)) == 2 and len(runs(futurewatch, "other")) == 2, process, 30)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    finally:
        process.kill()
    assert "names are resolved again" in log
    assert log.count("round of visits") == 1
    assert "source visited" not in log
