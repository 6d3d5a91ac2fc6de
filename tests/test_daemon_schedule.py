"""The daemon's schedule as a process: jumping clocks, servers that hang, a configuration that is read again, zones."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import run_of
from conftest import Futurewatch, publish
from forked import be_lines, run_forked
from local_portal import LocalPortal, listing_page, open_portal
from raw_server import Answers, Sends, endless, open_byte_server
from scheduler.demo.samples import GOVERNMENT
from storage.archive import Archive
from test_daemon import runs, wait_for
from turned_daemon import turned_daemon

HERE = Path(__file__).parent
HALF_HOUR = "[schedule]\nevery = '30m'\nadaptive = false"
HOURS = 3600


def another(url: str, id: str = "other") -> str:
    """Return the table of a source more."""
    return f"""
[[source]]
id = "{id}"
name = "{id}"
region = "460000"
level = "province"
kind = "news"
listings = ["{url}/zwgk/"]
"""


@pytest.fixture
def second() -> Iterator[LocalPortal]:
    """Another portal, which lists nothing but one page."""
    with open_portal() as opened:
        opened.serve(
            "/zwgk/", listing_page([("/zwgk/202603/t20260318_1.html", "关于做好防汛工作的通知", "2026-03-18")])
        )
        yield opened


def visits(*portals: LocalPortal) -> list[int]:
    return [len(portal.asked("/zwgk/")) for portal in portals]


@pytest.mark.slow  # a daemon lives through four settings of its clock
def test_jumping_clock_ends_in_one_visit_each(
    portal: LocalPortal, second: LocalPortal, futurewatch: Futurewatch, tmp_path: Path
) -> None:
    """Eight hours ahead: one visit to each source, and the gap is on record. Back again: the schedule goes on."""
    futurewatch.configure(portal, more=HALF_HOUR + another(second.url))
    publish(portal, *GOVERNMENT[:2])
    offset = tmp_path / "offset"
    offset.write_text("0")
    process = turned_daemon(futurewatch, offset)
    try:
        for ahead, expected in ((0, 1), (8 * HOURS, 2), (0, 2), (31 * 60, 3)):
            offset.write_text(str(ahead))
            for source in ("hi-gov", "other"):
                wait_for(lambda s=source, e=expected: len(runs(futurewatch, s)) == e, process)  # type: ignore[misc]
            time.sleep(1)  # five ticks more
            assert visits(portal, second) == [expected] * 2
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, log
    with Archive(futurewatch.archive) as archive:
        *_, gap = archive.ticks.gaps(datetime(2026, 1, 1, tzinfo=UTC))
    assert gap.cause == "asleep"
    assert abs(gap.length - timedelta(hours=8)) < timedelta(minutes=1)
    assert gap.missed == 2 * 16
    told = [json.loads(line) for line in log.splitlines() if "no visits for a while" in line]
    assert told[0]["missed"] == 32


@pytest.mark.slow  # a daemon starts and reads its configuration again
def test_year_whose_holidays_are_not_known_is_told_once(
    portal: LocalPortal, futurewatch: Futurewatch, tmp_path: Path
) -> None:
    """In 2060 nobody knows which weekends are worked: the daemon says so once, and watches all the same."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT[:1])
    offset = tmp_path / "offset"
    offset.write_text(str(34 * 365 * 24 * HOURS))
    process = turned_daemon(futurewatch, offset)
    try:
        wait_for(lambda: runs(futurewatch, "hi-gov"), process)
        process.send_signal(signal.SIGHUP)  # learns again
        time.sleep(2)
        process.terminate()
        _, log = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, log
    assert log.count("holidays of this year are not known") == 1
    assert "configuration read again" in log


def test_time_without_a_daemon_is_on_record(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A daemon that comes back after three hours says so, with the visits that were missed."""
    futurewatch.configure(portal, more=HALF_HOUR)
    publish(portal, *GOVERNMENT[:2])
    then = datetime.now(UTC) - timedelta(hours=3)
    with Archive(futurewatch.archive) as archive:
        archive.runs.record(run_of(then, outcome="unchanged"))
        archive.ticks.tick(then)
    process = futurewatch.start("run", "--log", "json")
    try:
        wait_for(lambda: visits(portal) == [1], process)
        process.terminate()
        process.communicate(timeout=20)
    finally:
        process.kill()
    with Archive(futurewatch.archive) as archive:
        (gap,) = archive.ticks.gaps(then)
        last = archive.ticks.last()
    assert (gap.cause, gap.missed) == ("stopped", 6)
    assert last is not None
    assert datetime.now(UTC) - last < timedelta(minutes=1)


DRIPS = endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n", b"<", 0.1)


def silent(_path: str) -> Sends:
    """Take the request and never answer."""
    time.sleep(HOURS)
    yield b""


@pytest.mark.slow  # a daemon waits out its time limits
@pytest.mark.parametrize("answers", [silent, DRIPS], ids=["silent", "dripping"])
def test_hanging_server_holds_nobody_beyond_the_limit(
    portal: LocalPortal, futurewatch: Futurewatch, answers: Answers
) -> None:
    """A server that never ends its answer costs its own visit `limit_seconds`; others are visited meanwhile."""
    publish(portal, *GOVERNMENT[:2])
    with open_byte_server(answers) as url:
        listings = json.dumps([f"{url}/list{n}/" for n in range(6)])
        more = another(url, "hangs").replace(f'["{url}/zwgk/"]', listings) + 'ignore_robots_because = "a test"\n'
        futurewatch.configure(portal, crawl="limit_seconds = 2", more="[schedule]\nevery = '1s'\n" + more)
        text = futurewatch.config.read_text().replace("timeout_seconds = 3", "timeout_seconds = 60")
        futurewatch.config.write_text(text)
        process = futurewatch.start("run", "--log", "json")
        try:
            wait_for(lambda: runs(futurewatch, "hangs") and visits(portal)[0] >= 2, process, seconds=40)
            process.terminate()
            process.communicate(timeout=20)
        finally:
            process.kill()
    hung = runs(futurewatch, "hangs")
    assert all(run["seconds"] < 10 for run in hung), [run["seconds"] for run in hung]
    assert {run["outcome"] for run in hung} == {"error"}
    assert {run["cause"] for run in hung} <= {"limit", "timeout"}
    assert {run["outcome"] for run in runs(futurewatch, "hi-gov")} <= {"ok", "unchanged"}


def test_configuration_is_read_again(
    portal: LocalPortal, second: LocalPortal, futurewatch: Futurewatch, tmp_path: Path
) -> None:
    """SIGHUP brings a new source; a faulty file changes nothing; what is known stays known."""
    futurewatch.configure(portal, more=HALF_HOUR)
    publish(portal, *GOVERNMENT[:2])
    futurewatch.environment["TZ"] = "America/New_York"
    process = futurewatch.start("run", "--log", "json")
    whole = futurewatch.config.read_text()

    def reload(text: str, answer: str) -> dict[str, Any]:
        """Let the daemon read a configuration, and return what it logs."""
        before = len(said(answer))
        futurewatch.config.write_text(text)
        process.send_signal(signal.SIGHUP)
        wait_for(lambda: len(said(answer)) > before, process)
        return said(answer)[-1]

    def said(event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in process.said()[1].splitlines() if line.endswith("}")]
        return [line for line in lines if line["event"].startswith(event)]

    try:
        wait_for(lambda: runs(futurewatch), process)
        faulty = whole.replace("[archive]", "[archiv]") + another("not an address", "bad")
        faults = reload(faulty, "configuration has faults")["faults"]
        assert len(faults) == 2
        assert any("archiv" in fault for fault in faults)
        assert any("not a web address" in fault for fault in faults)
        read = reload(whole + another(second.url), "configuration read again")
        assert (read["added"], read["removed"], read["sources"]) == (["other"], [], 2)
        wait_for(lambda: visits(second) == [1], process)
        moved = reload(whole.replace("archive.db", "elsewhere.db"), "configuration has faults")
        assert "restart" in moved["faults"][0]
        process.terminate()
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
    assert visits(portal, second) == [1, 1]
    assert "Traceback" not in process.said()[1]


ZONED = """
from datetime import UTC, datetime, timedelta
from scheduler.visits.pace import next_due
from scheduler.visits.rhythm import national
from scheduler.visits.pace import Pace
from scheduler.china_time.workdays import day_kind, is_workday
from storage.connection import moment_of, text_of
from storage.records import Run
at = datetime(2026, 2, 13, 15, 40, tzinfo=UTC)
for n in range(60):
    run = Run(source="a", started_at=at, finished_at=at, outcome="ok")
    at = next_due(run, 0, pace=Pace(every=timedelta(hours=1), an_hour=national()), now=at)
    print(text_of(at), moment_of(text_of(at)).timestamp())
"""


def test_nothing_depends_on_the_zone_of_the_machine() -> None:
    """Visits through 春节 and over changes to summer time are due at the same moments in every zone."""
    zones = ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati")
    found = {run_forked([ZONED], environment=os.environ | {"TZ": zone}, be=be_lines) for zone in zones}
    ((returned, out, _),) = found
    assert (returned, out.count("\n")) == (0, 60)
