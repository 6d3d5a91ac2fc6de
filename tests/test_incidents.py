"""What becomes an incident, what belongs together, what is said how often: decided from runs in a real archive."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import run_of
from conftest import Futurewatch
from crawler.sources import Source
from local_portal import LocalPortal
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.health.machine import GIB_BYTES, clock_problem, disk_problem
from scheduler.health.source_looks import SourceLooks
from scheduler.health.watch import look
from storage.archive import Archive
from storage.listing_pages import Validators
from storage.records import Cause, Outcome, Run

NOW = datetime(2026, 3, 18, 2, tzinfo=UTC)  # a Wednesday, ten o'clock in Beijing
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Watched:
    """Sources in an archive, visited and looked at by hand."""

    def __init__(self, number: int) -> None:
        self.sources = [
            Source(id=f"s{n}", name=f"第{n}号门户", region="440000", level="province", kind="government",
                   listings=(f"http://portal{n}.example/zwgk/",))
            for n in range(number)
        ]  # fmt: skip
        operator = Endpoint.model_validate(
            {"name": "ops", "kind": "webhook", "url": "http://127.0.0.1:9/hook", "role": "operator"}
        )
        self.settings = Settings.model_construct(endpoint=(operator,))
        self.archive, self.seen = Archive.in_memory(), SourceLooks()
        self.archive.runs.register(source.row for source in self.sources)

    def visit(
        self, number: int, at: datetime, outcome: Outcome = "error", cause: Cause | None = None, **more: Any
    ) -> None:
        """Record a visit."""
        cause = cause or ("timeout" if outcome == "error" else None)
        run = Run(source=f"s{number}", started_at=at, finished_at=at, outcome=outcome, cause=cause, **more)
        self.archive.runs.record(run)

    def look(self, at: datetime, sources: Sequence[Source] | None = None) -> None:
        """Look once."""
        look(self.archive, self.settings, self.sources if sources is None else sources, at, seen=self.seen)

    @property
    def open(self) -> dict[str, set[str]]:
        """The open incidents, with the sources that are ill."""
        return {one.key: set(one.members) for one in self.archive.incidents.list(only_open=True)}

    @property
    def told(self) -> list[str]:
        """The messages that the operator gets, as `opened key`."""
        said = [(one.type, json.loads(one.payload)["data"]["incident"]) for one in self.archive.outbox.list()]
        return [f"{type.partition('.')[2]} {incident['key']}" for type, incident in said]


def test_forty_sources_failing_at_once_are_one_incident() -> None:
    """The network goes down: forty sources fail one after the other, in mixed ways, and one message says so."""
    watched = Watched(45)
    for number in range(45):
        watched.visit(number, NOW - HOUR, "ok")
    for minute in range(40):
        watched.visit(minute, NOW + minute * MINUTE, cause=("dns", "timeout", "connection")[minute % 3])
        watched.look(NOW + minute * MINUTE)
    assert set(watched.open) == {"unreachable:*"}
    assert watched.open["unreachable:*"] == {f"s{n}" for n in range(40)}
    for number in range(45):
        watched.visit(number, NOW + 2 * HOUR + number * MINUTE, "error", "dns")
        watched.look(NOW + 2 * HOUR + number * MINUTE)
    assert watched.told == ["opened unreachable:*"]
    for number in range(45):
        watched.visit(number, NOW + 4 * HOUR + number * MINUTE, "ok")
        watched.look(NOW + 4 * HOUR + number * MINUTE)
    assert watched.open == {}
    assert watched.told[0] == "opened unreachable:*"
    assert watched.told[1] == "resolved unreachable:*"
    assert len(watched.told) == 2


def test_sources_that_follow_join_silently() -> None:
    """A source that fails after the group was opened joins it without a message."""
    watched = Watched(8)
    for step in range(3):
        for number in range(6):
            watched.visit(number, NOW + step * HOUR)
        watched.visit(7, NOW + step * HOUR, "ok")
        watched.look(NOW + step * HOUR)
    for step in range(3, 6):
        watched.visit(6, NOW + step * HOUR)
        watched.look(NOW + step * HOUR)
    assert watched.open == {"unreachable:*": {f"s{n}" for n in range(7)}}
    assert watched.told == ["opened unreachable:*"]


def test_what_is_left_of_a_group_has_its_own_incident() -> None:
    """When all but one are back the group is over, says who is not, and that one stays open without a message."""
    watched = Watched(8)
    for step in range(3):
        for number in range(8):
            watched.visit(number, NOW + step * HOUR)
        watched.look(NOW + step * HOUR)
    for number in range(7):
        watched.visit(number, NOW + 4 * HOUR, "ok")
    watched.look(NOW + 4 * HOUR)
    assert watched.open == {"unreachable:*": {"s7"}}  # it may be visited later than the others
    watched.look(NOW + 7 * HOUR)
    assert watched.open == {"unreachable:portal7.example": {"s7"}}
    assert watched.told == ["opened unreachable:*", "resolved unreachable:*"]
    last = json.loads(watched.archive.outbox.list()[-1].payload)["data"]["incident"]
    assert "s7" in last["detail"]
    watched.visit(7, NOW + 8 * HOUR, "ok")
    watched.look(NOW + 8 * HOUR)
    assert watched.open == {}
    assert watched.told[-1] == "resolved unreachable:portal7.example"


def test_few_failing_sources_have_an_incident_each() -> None:
    """Three sources with three causes are three incidents."""
    watched = Watched(9)
    for step in range(3):
        watched.visit(0, NOW + step * HOUR, cause="tls")
        watched.visit(1, NOW + step * HOUR, cause="5xx")
        watched.visit(2, NOW + step * HOUR, "blocked")
    watched.look(NOW + 3 * HOUR)
    assert watched.open == {
        "tls:portal0.example": {"s0"},
        "5xx:portal1.example": {"s1"},
        "blocked:portal2.example": {"s2"},
    }


@pytest.mark.parametrize(
    ("outcome", "cause", "needed"),
    [("empty", None, 2), ("blocked", None, 2), ("script_list", None, 2), ("error", "old_list", 2), ("error", "4xx", 2),
     ("error", "robots", 2), ("error", "tls", 2), ("error", "timeout", 3), ("error", "5xx", 3), ("error", "dns", 3)],
)  # fmt: skip
def test_incident_opens_after_so_many_runs(outcome: Outcome, cause: Cause | None, needed: int) -> None:
    """What somebody must mend is told on the second run, what passes by itself on the third."""
    watched = Watched(1)
    for step in range(needed):
        assert watched.open == {}
        watched.visit(0, NOW + step * HOUR, outcome, cause)
        watched.look(NOW + step * HOUR)
    assert len(watched.open) == 1


def test_flapping_source_does_not_flood() -> None:
    """A source that fails twice and works once, for two days, makes a handful of messages."""
    watched = Watched(1)
    for step in range(96):
        watched.visit(0, NOW + step * HOUR / 2, "ok" if step % 3 == 2 else "empty")
        watched.look(NOW + step * HOUR / 2)
    assert 1 <= watched.told.count("opened empty:portal0.example") <= 3
    assert len(watched.told) <= 6


def test_source_that_works_every_other_time_is_told() -> None:
    """Four failures in eight runs are an incident though no two follow each other."""
    watched = Watched(1)
    for step in range(9):
        watched.visit(0, NOW + step * HOUR, "ok" if step % 2 else "error", None if step % 2 else "5xx")
        watched.look(NOW + step * HOUR)
    assert watched.open == {"5xx:portal0.example": {"s0"}}


def test_another_error_of_the_same_source_is_no_news() -> None:
    """A timeout after server errors neither resolves the incident nor opens another."""
    watched = Watched(1)
    for step, cause in enumerate(("5xx", "5xx", "5xx", "timeout", "connection", "5xx")):
        watched.visit(0, NOW + step * HOUR, cause=cause)  # type: ignore[arg-type]  # a Cause
        watched.look(NOW + step * HOUR)
    assert watched.told == ["opened 5xx:portal0.example"]


def test_reminder_comes_daily_until_acknowledged() -> None:
    """An incident that nobody has seen is told again after a day; once acknowledged only its end is told."""
    watched = Watched(1)
    for hour in range(0, 80, 4):
        watched.visit(0, NOW + hour * HOUR, "empty")
        watched.look(NOW + hour * HOUR)
        if hour == 52:
            (incident,) = watched.archive.incidents.list()
            watched.archive.incidents.acknowledge(incident.id, who="李", now=NOW + hour * HOUR)
    key = "empty:portal0.example"
    assert watched.told == [f"opened {key}", f"updated {key}", f"updated {key}"]
    watched.visit(0, NOW + 90 * HOUR, "ok")
    watched.look(NOW + 90 * HOUR)
    assert watched.told[-1] == f"resolved {key}"


def test_source_that_is_watched_no_more_ends_its_incident() -> None:
    """Switching a source off resolves what was wrong with it."""
    watched = Watched(1)
    for step in range(2):
        watched.visit(0, NOW + step * HOUR, "blocked")
    watched.look(NOW + HOUR)
    assert watched.open
    watched.look(NOW + 2 * HOUR, sources=[])
    assert watched.open == {}


def test_incomplete_extraction_is_told_and_resolved() -> None:
    """Three runs whose new pages had no text are an incident; complete pages end it."""
    watched = Watched(1)
    for step in range(3):
        watched.visit(0, NOW + step * HOUR, "ok", new=4, not_extracted=2)
        watched.visit(0, NOW + step * HOUR + MINUTE, "unchanged")
        watched.look(NOW + step * HOUR + MINUTE)
    assert watched.open == {"extraction:portal0.example": {"s0"}}
    watched.visit(0, NOW + 4 * HOUR, "ok", new=3)
    watched.look(NOW + 4 * HOUR)
    assert watched.told == ["opened extraction:portal0.example", "resolved extraction:portal0.example"]


def test_lying_validators_are_told_once() -> None:
    """A listing whose validators hid a change is told; a day later, read in full, it is over for good."""
    watched = Watched(1)
    watched.visit(0, NOW, "ok")
    watched.archive.listing_pages.keep(
        "s0", "http://portal0.example/zwgk/", Validators(etag='"1"', last_modified=None), rows_sha256="x",
        distrusted=True, now=NOW,
    )  # fmt: skip
    for hour in range(0, 72, 6):
        watched.look(NOW + hour * HOUR)
    assert watched.told == ["opened validators:portal0.example", "resolved validators:portal0.example"]


def test_wrong_clock_is_told() -> None:
    """Three portals that agree on another time than ours are right; one alone is not."""
    watched = Watched(3)
    watched.visit(0, NOW, "ok", clock_offset_seconds=3600.0)
    watched.look(NOW)
    assert watched.open == {}
    for number in range(3):
        watched.visit(number, NOW, "ok", clock_offset_seconds=3600.0 + number)
    watched.look(NOW)
    assert list(watched.open) == ["clock:local"]
    for number in range(3):
        watched.visit(number, NOW + HOUR, "ok", clock_offset_seconds=0.4)
    watched.look(NOW + HOUR)
    assert watched.told == ["opened clock:local", "resolved clock:local"]


def test_runs_in_the_future_mean_a_wrong_clock() -> None:
    """A visit that lies ahead of now was recorded under a wrong clock."""
    run = run_of(NOW + 8 * HOUR, source="a")
    assert "ahead" in (clock_problem({"a": [run]}, NOW, is_open=False) or "")


def test_full_disk_is_told_before_it_is_full() -> None:
    """Under a GiB or a twentieth, whichever is less; it ends only when a fifth more is free."""
    assert disk_problem(GIB_BYTES - 1, 500 * GIB_BYTES, is_open=False)
    assert disk_problem(GIB_BYTES + 1, 500 * GIB_BYTES, is_open=False) is None
    assert disk_problem(GIB_BYTES + 1, 500 * GIB_BYTES, is_open=True)
    assert disk_problem(int(0.3 * GIB_BYTES), 5 * GIB_BYTES, is_open=False) is None


def test_incidents_are_listed_and_acknowledged(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """`incidents list` is 1 while one is open that nobody has seen, `ack` puts a name to it, an unknown id is 2."""
    futurewatch.configure(portal)
    portal.serve("/zwgk/", "<ul></ul>")
    futurewatch.crawl(code=1)
    futurewatch.crawl(code=1)
    (incident,) = json.loads(futurewatch.run("incidents", "list", "--open", "--json", code=1))
    assert incident["kind"] == "empty"
    assert incident["sources"][0]["source"] == "hi-gov"
    said = json.loads(futurewatch.run("incidents", "ack", str(incident["id"]), "--who", "李", "--json"))
    assert said["acknowledged_by"] == "李"
    assert "seen by 李" in futurewatch.run("incidents", "list")
    futurewatch.run("incidents", "ack", "99", "--who", "李", code=2)


def test_look_reads_the_sources_that_were_visited_since_the_last() -> None:
    """A source that was not visited since is as it was seen; one that was, or that is declared anew, is read."""
    watched, seen = Watched(2), SourceLooks()
    for number in range(2):
        watched.visit(number, NOW, "ok", listed=1)
    first = seen.take(watched.archive, watched.sources, NOW, incomplete=())
    watched.visit(1, NOW + HOUR, "error")
    then = seen.take(watched.archive, watched.sources, NOW + HOUR, incomplete=())
    assert then["s0"] is first["s0"]
    assert [finding.kind for finding in then["s1"].findings] == ["unreachable"]
    again = [watched.sources[0].model_copy(update={"name": "anew"}), watched.sources[1]]
    assert seen.take(watched.archive, again, NOW + HOUR, incomplete=())["s0"].source.name == "anew"
    assert seen.take(Archive.in_memory(), again, NOW + HOUR, incomplete=())["s1"].last is None
