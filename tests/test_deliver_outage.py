"""Receivers that are down for hours, refuse one message, or are wrong for good: what arrives when, and who is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from local_robots import Robot, open_robot
from notify_examples import NOON, World, endpoint_of, tell
from scheduler.notify.deliver import drain
from storage.archive import Archive


@pytest.fixture
def operator() -> Iterator[Robot]:
    with open_robot("webhook") as opened:
        yield opened


def is_down(room: Robot, status: int) -> None:
    room.faults.extend([(status, "down", {})] * 10_000)


@pytest.mark.slow
@pytest.mark.parametrize("status", [500, 404])
def test_receiver_down_for_six_hours(archive: Archive, room: Robot, status: int) -> None:
    """Within five minutes of its recovery everything is delivered, in order."""
    endpoint = endpoint_of(url=room.url)
    world = World(archive, endpoint)
    is_down(room, status)
    for number in range(1, 13):
        tell(archive, endpoint, number, now=world.now)
        asyncio.run(world.live(timedelta(minutes=30), step=timedelta(seconds=30)))
    tries = len(room.refused)
    room.faults.clear()
    asyncio.run(world.live(timedelta(minutes=5)))
    assert [said["data"]["announcement"]["id"] for said in room.taken] == list(range(1, 13))
    assert 90 <= tries <= 150  # a probe every four minutes, not a storm


@pytest.mark.slow
def test_operator_hears_through_another_endpoint(archive: Archive, room: Robot, operator: Robot) -> None:
    """An endpoint that keeps failing is told once, and once that it works again; the audience hears nothing of it."""
    endpoint = endpoint_of(url=room.url)
    world = World(archive, endpoint, endpoint_of("ops", operator.url, role="operator"))
    is_down(room, 500)
    tell(archive, endpoint, 1)
    asyncio.run(world.live(timedelta(minutes=3)))
    assert operator.taken == []
    asyncio.run(world.live(timedelta(hours=2), step=timedelta(seconds=30)))
    room.faults.clear()
    asyncio.run(world.live(timedelta(minutes=10)))
    assert [said["type"] for said in operator.taken] == ["incident.opened", "incident.resolved"]
    incident = operator.taken[0]["data"]["incident"]
    assert incident["key"] == "endpoint:team"
    assert "http 500" in incident["detail"]
    assert [said["type"] for said in room.taken] == ["announcement.new"]
    assert archive.incidents.list(only_open=True) == []


def test_wrong_key_is_told_at_once(archive: Archive, room: Robot, operator: Robot) -> None:
    """What only the operator can mend is told after the second try; the message waits for it and arrives then."""
    endpoint = endpoint_of(url=room.url)
    world = World(archive, endpoint, endpoint_of("ops", operator.url, role="operator"))
    is_down(room, 403)
    tell(archive, endpoint, 1)
    asyncio.run(world.live(timedelta(seconds=20)))
    assert [said["type"] for said in operator.taken] == ["incident.opened"]
    room.faults.clear()
    asyncio.run(world.live(timedelta(minutes=5)))
    assert len(room.taken) == 1


def test_operators_endpoint_never_tells_of_itself(archive: Archive, room: Robot) -> None:
    """The only endpoint of the operator fails: nothing piles up for it about itself."""
    operator = endpoint_of("ops", room.url, role="operator")
    broken = endpoint_of("team", "http://127.0.0.1:9/")
    world = World(archive, broken, operator)
    is_down(room, 500)
    tell(archive, broken, 1)
    asyncio.run(world.live(timedelta(hours=1), step=timedelta(seconds=30)))
    assert [one.type for one in archive.outbox.list(endpoint="ops")] == ["incident.opened"]


def test_message_that_is_refused_for_good_dies_alone(archive: Archive, operator: Robot) -> None:
    """A robot that will never take one message gets the next; the operator hears which one is dead."""
    with open_robot("wecom") as robot:
        endpoint = endpoint_of(url=robot.url, kind="wecom")
        world = World(archive, endpoint, endpoint_of("ops", operator.url, role="operator"))
        robot.follow(world.clock)
        robot.faults.append((200, {"errcode": 40058, "errmsg": "bad"}, {}))
        first, _ = tell(archive, endpoint, 1, 2)
        asyncio.run(world.live(timedelta(minutes=1)))
        assert [one.id for one in archive.outbox.list(state="dead")] == [first.id]
        assert len(robot.taken) == 1
    assert first.id in json.dumps(operator.taken)


def test_message_that_its_receiver_cannot_read_stands_aside(archive: Archive, room: Robot) -> None:
    """A webhook that answers 400 to one message holds the others up for half an hour, not for two days."""
    endpoint = endpoint_of(url=room.url)
    world = World(archive, endpoint)
    plain = room.answer

    def picky(path: str, body: bytes) -> tuple[int, object, dict[str, str]]:
        said = json.loads(body)
        return (400, "bad", {}) if said["data"]["announcement"]["id"] == 1 else plain(path, body)

    room.answer = picky  # type: ignore[method-assign]
    tell(archive, endpoint, 1, 2, 3)
    asyncio.run(world.live(timedelta(minutes=45), step=timedelta(seconds=20)))
    assert [said["data"]["announcement"]["id"] for said in room.taken] == [2, 3]
    assert len(archive.outbox.list(state="pending")) == 1


def test_long_message_goes_on_where_it_stopped(archive: Archive) -> None:
    """When a robot fails between two parts, only the parts that are missing come."""
    with open_robot("wecom") as robot:
        endpoint = endpoint_of(url=robot.url, kind="wecom", mode="digest")
        tell(archive, endpoint, *range(1, 41))
        world = World(archive, endpoint, now=NOON + timedelta(days=1), flood=100)
        robot.follow(world.clock)
        plain, calls = robot.answer, []

        def failing_third(path: str, body: bytes) -> tuple[int, object, dict[str, str]]:
            calls.append(body)
            return (502, "away", {}) if len(calls) == 3 else plain(path, body)

        robot.answer = failing_third  # type: ignore[method-assign]
        asyncio.run(world.live(timedelta(minutes=5)))
        numbers = [text[text.index("（") + 1 : text.index("）")] for text in robot.texts()]
        of = numbers[0].partition("/")[2]
        assert numbers == [f"{n}/{of}" for n in range(1, int(of) + 1)]


def test_broken_template_waits_for_its_operator(archive: Archive, room: Robot) -> None:
    """A message that the template cannot say is not lost: it waits, the operator is told, nothing else stops."""
    endpoint, other = endpoint_of("chat", room.url, kind="slack"), endpoint_of(url=room.url)
    (made,) = tell(archive, endpoint, 1)
    archive.db.conn.execute('UPDATE deliveries SET payload = \'{"type": "announcement.new", "data": {}}\'')
    tell(archive, other, 2)
    world = World(archive, endpoint, other)
    asyncio.run(world.live(timedelta(minutes=1)))
    (waiting,) = archive.outbox.list(state="pending")
    assert (waiting.id, waiting.last_answer) == (made.id, "template: IndexError")
    assert len(room.taken) == 1
    assert archive.incidents.standing("endpoint:chat")


def test_round_from_a_timer_waits_for_a_short_failure(archive: Archive, room: Robot) -> None:
    """`crawl --deliver` tries a few times more before it ends; a receiver that stays away does not hold it."""
    endpoint = endpoint_of(url=room.url)
    world = World(archive, endpoint)
    room.faults += [(500, "", {}), (503, "", {})]
    tell(archive, endpoint, 1, 2)
    asyncio.run(drain(archive, world.dispatch, clock=world.clock))
    assert len(room.taken) == 2
    is_down(room, 500)
    tell(archive, endpoint, 3, now=world.now)
    started = world.now
    asyncio.run(drain(archive, world.dispatch, clock=world.clock))
    assert world.now - started < timedelta(seconds=20)
