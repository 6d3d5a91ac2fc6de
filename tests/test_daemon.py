"""The daemon as a process: it watches, tells, holds its lock and ends cleanly."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from conftest import Futurewatch, path_of, publish
from forked import Started
from local_portal import LocalPortal
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE


@pytest.fixture
def daemon(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> Iterator[Started]:
    """The daemon over a portal that it looks at every second."""
    futurewatch.configure(portal, receiver=receiver, more="[schedule]\nevery = '1s'\nadaptive = false")
    publish(portal, *GOVERNMENT[:2])
    process = futurewatch.start("run", "--log", "json")
    yield process
    process.kill()
    process.communicate()


def wait_for(condition: Callable[[], object], daemon: Started | subprocess.Popen[str], seconds: float = 60) -> None:
    """Wait until something is true; a daemon that ends meanwhile fails at once, with its log."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert daemon.poll() is None, daemon.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def runs(futurewatch: Futurewatch, source: str = "hi-gov") -> list[sqlite3.Row]:
    """Return the visits to a source that have ended, in order."""
    try:
        with closing(sqlite3.connect(f"file:{futurewatch.archive}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            return db.execute(
                """SELECT outcome, cause, (julianday(finished_at) - julianday(started_at)) * 86400 AS seconds
                   FROM runs WHERE source = ? ORDER BY id""", [source]
            ).fetchall()  # fmt: skip
    except sqlite3.OperationalError:
        return []  # the daemon has not made the archive yet


def first_crawl_ended(futurewatch: Futurewatch) -> bool:
    return any(run["outcome"] == "ok" for run in runs(futurewatch))


def is_failing(futurewatch: Futurewatch) -> bool:
    return bool(runs(futurewatch)[-1]["outcome"] == "error")


def test_daemon_tells_what_appears(
    daemon: Started, portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """What appears after the first crawl is told without anybody asking; what stood there before is not."""
    wait_for(lambda: first_crawl_ended(futurewatch), daemon)
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    wait_for(lambda: receiver.accepted, daemon)
    assert len(receiver.accepted) == 1


def test_daemon_ends_cleanly_on_sigterm(daemon: Started, portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """SIGTERM in the middle of a visit: what is being fetched is taken in, nothing is left running, exit code 0."""
    wait_for(lambda: first_crawl_ended(futurewatch), daemon)
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    slow = portal.replies[path_of(PRESS_CONFERENCE)]
    portal.serve(path_of(PRESS_CONFERENCE), slow.body, delay_seconds=1)
    wait_for(lambda: portal.asked(path_of(PRESS_CONFERENCE)), daemon)
    daemon.send_signal(signal.SIGTERM)
    _, log = daemon.communicate(timeout=20)
    assert daemon.returncode == 0, log
    messages = [json.loads(line)["event"] for line in log.splitlines()]
    assert messages[-1] == "stopped"
    assert not any(word in log for word in ("Traceback", "never retrieved", "was destroyed but it is pending"))
    assert len(futurewatch.run("export", "--label", "announcement").splitlines()) == 1


def test_second_crawler_is_refused(daemon: Started, futurewatch: Futurewatch) -> None:
    """While a daemon runs, another crawl into its archive is refused with exit code 2 and says who runs."""
    wait_for(lambda: first_crawl_ended(futurewatch), daemon)
    process = futurewatch.start("crawl")
    _, problem = process.communicate(timeout=20)
    assert process.returncode == 2
    assert str(daemon.pid) in problem


def test_lock_ends_with_its_process(daemon: Started, futurewatch: Futurewatch) -> None:
    """A daemon that was killed leaves no lock behind."""
    wait_for(lambda: first_crawl_ended(futurewatch), daemon)
    daemon.kill()
    daemon.wait()
    assert futurewatch.crawl()["outcome"] in {"ok", "unchanged"}


def test_daemon_outlives_a_portal_that_is_away(
    daemon: Started, portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """A portal that fails for a while is an error in its runs; the daemon goes on and finds what came meanwhile."""
    wait_for(lambda: first_crawl_ended(futurewatch), daemon)
    portal.serve("/zwgk/", "broken", status=500)
    wait_for(lambda: is_failing(futurewatch), daemon)
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    wait_for(lambda: receiver.accepted, daemon)
