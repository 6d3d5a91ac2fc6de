"""A clock that was years off leaves nothing waiting: each kind of stored time, and the daemon as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import Futurewatch, publish
from local_portal import LocalPortal
from local_receiver import SECRET, LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from storage.archive import Archive
from storage.backup import back_up_into, is_backup_due
from storage.quotas import Limit
from storage.records import Delivery, Link
from test_daemon import runs, wait_for
from turned_daemon import turned_daemon

TEN_YEARS = timedelta(days=3653)
OFF = (TEN_YEARS, -TEN_YEARS)
LEASE = timedelta(seconds=30)
NOW = datetime(2026, 3, 18, 4, tzinfo=UTC)
MESSAGE = Delivery(
    id="msg_0", announcement_id=None, version=None, endpoint="team", type="announcement.new", payload="{}",
    state="pending", attempts=0, created_at=NOW, next_attempt_at=NOW,
)  # fmt: skip


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.in_memory() as opened:
        opened.runs.register([{"id": "s", "name": "s", "region": "460000", "level": "province", "kind": "government"}])
        yield opened


@pytest.mark.parametrize("off", OFF)
def test_message_that_failed(archive: Archive, off: timedelta) -> None:
    """A message that waits for a moment of the wrong clock is due, and as if it had not failed for years."""
    then = NOW + off
    archive.outbox.put([replace(MESSAGE, created_at=then, next_attempt_at=then)])
    assert archive.outbox.claim("team", now=then, lease=LEASE)
    archive.outbox.failed("msg_0", answer="http 500", now=then, next_attempt_at=then + timedelta(seconds=200))
    assert archive.outbox.is_due("team", now=NOW)
    claimed = archive.outbox.claim("team", now=NOW, lease=LEASE)
    assert claimed is not None
    assert claimed.failing_since is None
    archive.outbox.failed("msg_0", answer="http 500", now=NOW, next_attempt_at=NOW)
    assert archive.outbox.list()[0].failing_since == NOW


def test_message_that_waits_legally(archive: Archive) -> None:
    """A wait as the program sets it is believed: a day of Retry-After, and a lease."""
    archive.outbox.put([replace(MESSAGE, next_attempt_at=NOW + timedelta(days=1))])
    assert not archive.outbox.is_due("team", now=NOW)
    assert archive.outbox.claim("team", now=NOW, lease=LEASE) is None


@pytest.mark.parametrize("off", OFF)
def test_lease(archive: Archive, off: timedelta) -> None:
    """A message that was leased by a wrong clock, and whose sender died, comes back."""
    archive.outbox.put([replace(MESSAGE, next_attempt_at=min(NOW, NOW + off))])
    assert archive.outbox.claim("team", now=NOW + off, lease=LEASE)
    assert archive.outbox.claim("team", now=NOW, lease=LEASE)


@pytest.mark.parametrize("off", OFF)
def test_waiting_digest(archive: Archive, off: timedelta) -> None:
    """What waits for a digest of the wrong clock goes into the next one."""
    due = NOW + off + timedelta(days=1)
    archive.outbox.put([replace(MESSAGE, state="waiting", next_attempt_at=due)])
    assert len(archive.digests.due("team", now=NOW)) == 1


@pytest.mark.parametrize("off", OFF)
def test_link(archive: Archive, off: timedelta) -> None:
    """A row that was listed, or failed, under a wrong clock is fetched."""
    link = Link(url="http://www.example.gov.cn/1.html", title="t", date=None)
    archive.frontier.note("s", [(link.url, link)], NOW + off, is_quiet=False)
    assert len(archive.frontier.due("s", NOW)) == 1
    archive.frontier.fail(link.url, "http 500", NOW + off)
    assert len(archive.frontier.due("s", NOW)) == 1
    archive.frontier.fail(link.url, "http 500", NOW)
    assert archive.frontier.due("s", NOW) == []


@pytest.mark.parametrize("off", OFF)
def test_silence_of_a_host(archive: Archive, off: timedelta) -> None:
    """A silence that a host asked for under a wrong clock is over; one of today holds."""
    archive.host_rules.silence("h", NOW + off + timedelta(hours=1))
    assert archive.host_rules.silent_until("h", now=NOW) is None
    archive.host_rules.silence("h", NOW + timedelta(hours=1))
    assert archive.host_rules.silent_until("h", now=NOW) == NOW + timedelta(hours=1)


@pytest.mark.parametrize("off", OFF)
def test_quota(archive: Archive, off: timedelta) -> None:
    """Tokens that were taken, and a bucket that was closed, under a wrong clock hold nobody up."""
    limits = (Limit(tokens=1, window=timedelta(minutes=1)),)
    assert archive.quotas.take("b", limits, now=NOW + off) == timedelta()
    archive.quotas.close("b", until=NOW + off + timedelta(hours=1))
    assert archive.quotas.left("b", limits, now=NOW) == 1
    assert archive.quotas.take("b", limits, now=NOW) == timedelta()
    assert archive.quotas.take("b", limits, now=NOW) == timedelta(minutes=1)
    archive.quotas.close("b", until=NOW + timedelta(hours=1))
    assert archive.quotas.wait("b", limits, now=NOW) == timedelta(hours=1)


def test_backup_of_the_future(tmp_path: Path) -> None:
    """A backup that is stamped with the future makes none of today late, and does not outlive those of today."""
    with Archive(tmp_path / "a.db"):
        pass
    folder, archive = tmp_path / "backups", tmp_path / "a.db"
    back_up_into(folder, archive, kept=2, now=NOW + TEN_YEARS)
    assert is_backup_due(folder, archive, every=timedelta(days=1), now=NOW)
    made = [back_up_into(folder, archive, kept=2, now=NOW + timedelta(days=day)).path for day in (0, 1)]
    assert sorted(folder.iterdir()) == made
    assert not is_backup_due(folder, archive, every=timedelta(days=1), now=NOW + timedelta(days=1))


@pytest.mark.parametrize("off", OFF)
def test_last_move(archive: Archive, off: timedelta) -> None:
    """What moved under a clock that was ahead does not make a source look alive for ten years."""
    archive.freshness.moved("s", "l", [], fresh=1, now=NOW + off)
    assert archive.freshness.last_move("s", now=NOW) == (None if off > timedelta() else NOW + off)


@pytest.mark.slow
@pytest.mark.slow  # a daemon lives through two settings of its clock
@pytest.mark.parametrize("off", OFF)
def test_daemon_with_a_wrong_clock_that_is_put_right(
    portal: LocalPortal,
    receiver: LocalReceiver,
    futurewatch: Futurewatch,
    tmp_path: Path,
    off: timedelta,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A clock ten years off, whose times the receiver refuses; put right, everything is told once, soon."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    futurewatch.configure(portal, receiver=receiver, more="[schedule]\nevery = '30m'\nadaptive = false")
    publish(portal, *GOVERNMENT[:2])
    offset = tmp_path / "offset"
    offset.write_text(str(off.total_seconds()))
    process = turned_daemon(futurewatch, offset)
    try:
        wait_for(lambda: _is_crawled(futurewatch), process)
        publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
        offset.write_text(str((off + timedelta(hours=1)).total_seconds()))
        wait_for(lambda: _has_failed(futurewatch), process)
        offset.write_text("0")
        wait_for(lambda: _is_delivered(futurewatch), process)
        assert len(receiver.accepted) == 1
    finally:
        process.kill()
        process.wait()
    with Archive.existing(futurewatch.archive) as archive:
        assert archive.outbox.list(state="pending") == []
        assert archive.outbox.list(state="dead") == []


def _is_crawled(futurewatch: Futurewatch) -> bool:
    if not runs(futurewatch):
        return False
    with Archive.existing(futurewatch.archive) as archive:
        return archive.runs.had_first_crawl("hi-gov")


def _has_failed(futurewatch: Futurewatch) -> bool:
    with Archive.existing(futurewatch.archive) as archive:
        return any(one.attempts for one in archive.outbox.list())


def _is_delivered(futurewatch: Futurewatch) -> bool:
    with Archive.existing(futurewatch.archive) as archive:
        return bool(archive.outbox.list(state="delivered"))
