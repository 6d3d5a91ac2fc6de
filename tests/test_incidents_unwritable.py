"""An archive that cannot be written cannot keep its own alarm: the operator is told directly, then it is entered."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from conftest import Futurewatch
from local_portal import LocalPortal
from local_receiver import SECRET, LocalReceiver
from scheduler.config import config as configuration
from scheduler.config.program import program
from scheduler.health.job import Watch
from storage.archive import Archive
from storage.upkeep import vitals

pytestmark = pytest.mark.usefixtures("now_at_start")

NOW = datetime.now(UTC).replace(microsecond=0)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _looks_wait_for_a_lock_less_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "ARCHIVE_LOCKED_SECONDS", 0.3)


def test_locked_archive_is_told_directly_and_entered_afterwards(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two looks at a locked archive make one message past the outbox; its end goes through the outbox."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    futurewatch.configure(portal, receiver=receiver)
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace('name = "team"', 'name = "ops"\nrole = "operator"'), encoding="utf-8")
    settings = configuration.load(futurewatch.config)
    with program(settings, settings.named(())) as opened:
        watch = Watch()
        with closing(sqlite3.connect(futurewatch.archive, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for minute in range(3):
                asyncio.run(watch.run(opened, NOW + minute * MINUTE))
        ((_, message, _),) = receiver.tries
        assert message["type"] == "incident.opened"
        assert message["data"]["incident"]["key"] == "archive:unwritable"
        assert "locked" in message["data"]["incident"]["detail"]
        for minute in range(3, 5):
            asyncio.run(watch.run(opened, NOW + minute * MINUTE))
    with Archive(futurewatch.archive) as archive:
        (incident,) = archive.incidents.list()
        assert (incident.opened_at, incident.resolved_at) == (NOW, NOW + 3 * MINUTE)
        assert [one.type for one in archive.outbox.list(endpoint="ops")] == ["incident.resolved"]


def test_short_lock_is_nothing(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One look at a locked archive says nothing: a transaction may take a moment."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    futurewatch.configure(portal, receiver=receiver)
    settings = configuration.load(futurewatch.config)
    with program(settings, settings.named(())) as opened:
        watch = Watch()
        with closing(sqlite3.connect(futurewatch.archive, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asyncio.run(watch.run(opened, NOW))
        for minute in range(1, 3):
            asyncio.run(watch.run(opened, NOW + minute * MINUTE))
    with Archive(futurewatch.archive) as archive:
        assert archive.incidents.list() == []
    assert receiver.tries == []
