"""Taking an announcement back: what waits is withdrawn, who has it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local_robots import Robot
from notify_examples import NOON, World, announcement_of, endpoint_of, store
from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.notify.message import deliveries_for
from scheduler.notify.retract import take_back
from storage.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "archive.db") as opened:
        store(opened, 1)
        yield opened


def settings_of(*endpoints: Endpoint) -> Settings:
    return Settings.model_construct(endpoint=endpoints)


def put(archive: Archive, settings: Settings) -> None:
    archive.outbox.put(deliveries_for(announcement_of(1), "announcement.new", NOON, settings=settings))


def test_who_has_it_is_told(archive: Archive, room: Robot) -> None:
    """An announcement that was sent is corrected at the same endpoints, with the reason; a second time tells nobody."""
    team, other = endpoint_of(url=room.url), endpoint_of("other", room.url, regions=["440000"])
    settings, world = settings_of(team, other), World(archive, team, other)
    put(archive, settings)
    asyncio.run(world.deliver())
    assert take_back(archive, 1, "是解读旧文件", settings=settings, now=world.now) == 1
    assert take_back(archive, 1, "again", settings=settings, now=world.now) is None
    asyncio.run(world.live(timedelta(seconds=10)))
    assert [said["type"] for said in room.taken] == ["announcement.new", "announcement.corrected"]
    assert room.taken[1]["data"]["reason"] == "是解读旧文件"
    assert room.taken[1]["data"]["announcement"]["id"] == 1


def test_what_was_not_sent_is_not_sent(archive: Archive, room: Robot) -> None:
    """A message that waits is withdrawn, and there is nothing to correct."""
    endpoint = endpoint_of(url=room.url, mode="digest")
    settings = settings_of(endpoint)
    put(archive, settings)
    assert take_back(archive, 1, "误判", settings=settings, now=NOON) == 0
    asyncio.run(World(archive, endpoint, now=NOON + timedelta(days=2)).deliver())
    assert room.taken == []
    assert [one.state for one in archive.outbox.list()] == ["discarded"]


def test_what_may_have_been_sent_is_corrected(archive: Archive, room: Robot) -> None:
    """A message whose try failed may have been taken all the same: it is corrected, after it."""
    endpoint = endpoint_of(url=room.url)
    settings, world = settings_of(endpoint), World(archive, endpoint)
    room.faults.append((500, "after reading it", {}))
    put(archive, settings)
    asyncio.run(world.deliver())
    assert take_back(archive, 1, "误判", settings=settings, now=NOON) == 1
    asyncio.run(world.live(timedelta(seconds=10)))
    assert [said["type"] for said in room.taken] == ["announcement.new", "announcement.corrected"]


def test_correction_can_be_silent(archive: Archive, room: Robot) -> None:
    """A rejection that tells nobody is kept all the same."""
    endpoint = endpoint_of(url=room.url)
    settings = settings_of(endpoint)
    put(archive, settings)
    asyncio.run(World(archive, endpoint).deliver())
    assert take_back(archive, 1, "误判", settings=settings, now=NOON, tells=False) == 0
    assert archive.rejections.ids() == {1}
    assert archive.outbox.list(state="pending") == []


def test_correction_waits_for_the_digest(archive: Archive, room: Robot) -> None:
    """Who gets digests gets the correction with the next one."""
    endpoint = endpoint_of(url=room.url, mode="digest")
    settings, world = settings_of(endpoint), World(archive, endpoint)
    put(archive, settings)
    asyncio.run(world.live(timedelta(days=1), step=timedelta(minutes=30)))
    take_back(archive, 1, "误判", settings=settings, now=world.now)
    asyncio.run(world.live(timedelta(days=1), step=timedelta(minutes=30)))
    assert [said["data"]["items"][0]["type"] for said in room.taken] == ["announcement.new", "announcement.corrected"]


def test_update_of_what_was_rejected_tells_nobody(archive: Archive, room: Robot) -> None:
    """What comes in later about an announcement that is none goes nowhere."""
    endpoint = endpoint_of(url=room.url)
    settings = settings_of(endpoint)
    take_back(archive, 1, "误判", settings=settings, now=NOON)
    archive.outbox.put(deliveries_for(announcement_of(1), "announcement.updated", NOON, settings=settings))
    asyncio.run(World(archive, endpoint).deliver())
    assert room.taken == []
    assert [one.state for one in archive.outbox.list()] == ["discarded"]


def test_unknown_announcement(archive: Archive) -> None:
    """What there is not cannot be taken back."""
    with pytest.raises(KeyError):
        take_back(archive, 99, "误判", settings=settings_of(), now=NOON)
    assert archive.rejections.ids() == frozenset()
