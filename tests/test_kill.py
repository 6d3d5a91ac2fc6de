"""SIGKILL at the worst moments: an alert is never lost, and a receiver that honours webhook-id sees it once."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import Futurewatch, path_of, publish
from local_portal import LocalPortal
from local_receiver import SECRET, LocalReceiver, open_receiver
from scheduler.config import config
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from scheduler.notify.deliver import deliver_due
from scheduler.notify.dispatch import LEASE_TIME, dispatch_of
from storage.archive import Archive


def test_killed_between_store_and_send(watched: Futurewatch, portal: LocalPortal, receiver: LocalReceiver) -> None:
    """The message is in the outbox with the match, so it goes out after a restart."""
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE, GOVERNMENT[2])
    portal.replies[path_of(GOVERNMENT[2])] = portal.replies["/zwgk/"]
    portal.serve(path_of(GOVERNMENT[2]), "slow", delay_seconds=3)  # keeps the round from ending
    process = watched.start("crawl", "--deliver")
    message = _wait_for_message(watched)
    process.kill()
    process.wait()
    assert receiver.tries == []
    watched.run("deliver")
    assert receiver.accepted == [message]


def test_killed_between_send_and_mark(
    watched: Futurewatch, receiver: LocalReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that was taken but not marked comes again under the same webhook-id once its lease has passed."""
    process = watched.start("crawl", "--deliver")
    receiver.on_message = process.kill
    process.wait()
    receiver.on_message = lambda: None
    (first,) = receiver.ids
    monkeypatch.setenv("TEST_SECRET", watched.environment["TEST_SECRET"])
    settings = config.load(watched.config)
    later = datetime.now(UTC) + LEASE_TIME + timedelta(seconds=1)
    with Archive(watched.archive) as archive:
        assert archive.outbox.list(state="pending")[0].id == first
        asyncio.run(deliver_due(archive, dispatch_of(settings), clock=lambda: later))
        assert archive.outbox.list(state="pending") == []
    assert receiver.ids == [first, first]


def test_killed_during_the_first_crawl(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """A first crawl that was cut short is still the first one when it is done again: it tells nobody."""
    futurewatch.configure(portal, receiver=receiver)
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    portal.serve(path_of(GOVERNMENT[0]), "slow", delay_seconds=3)
    process = futurewatch.start("crawl", "--deliver")
    while not portal.asked(path_of(PRESS_CONFERENCE)):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    run = futurewatch.crawl("--deliver")
    assert run["outcome"] == "ok"
    assert receiver.tries == []


def _wait_for_message(watched: Futurewatch) -> str:
    """Return the id of the first message in the outbox, as soon as there is one."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with sqlite3.connect(watched.archive) as db:
            row = db.execute("SELECT id FROM deliveries").fetchone()
        if row:
            return str(row[0])
        time.sleep(0.005)
    raise AssertionError("no message came into the outbox")


KILLS = 50
ANNOUNCEMENTS = 25


@pytest.mark.slow  # 50 processes are killed
def test_killed_at_random_points(tmp_path: Path) -> None:
    """After 50 SIGKILLs in a run of 25 announcements with one endpoint failing at random, nothing is lost or left.

    Every announcement came to both endpoints, and a receiver that honours webhook-id counts each exactly once.
    """
    chance, path = random.Random(7), tmp_path / "archive.db"
    with open_receiver() as steady, open_receiver() as shaky:
        shaky.on_message = lambda: shaky.faults.extend(chance.choices(["500", "close"], k=chance.random() < 0.4))
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("killed_sender.py")), str(path), str(ANNOUNCEMENTS),
             str(KILLS), f"steady={steady.url}", f"shaky={shaky.url}"],
            env=os.environ | {"TEST_SECRET": SECRET}, capture_output=True, text=True, timeout=110, check=True,
        )  # fmt: skip
        assert int(done.stdout) >= KILLS * 0.9, "the work was done before enough kills"
        for receiver in (steady, shaky):
            assert len(set(receiver.accepted)) == ANNOUNCEMENTS
            told = {id: said["data"]["announcement"]["id"] for id, said, answer in receiver.tries if answer == "204"}
            assert sorted(told.values()) == list(range(1, ANNOUNCEMENTS + 1))
    with sqlite3.connect(path) as db:
        left = db.execute("SELECT count(*) FROM deliveries WHERE state <> 'delivered' OR leased_until IS NOT NULL")
        assert left.fetchone() == (0,)
