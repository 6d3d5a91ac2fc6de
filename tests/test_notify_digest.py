"""Digests, quiet hours, overflow and floods: many messages become one, and none is lost on the way."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from local_robots import SECRET, Robot, open_robot
from notify_examples import NOON, World, announcement_of, endpoint_of, tell
from scheduler.config.endpoint import Endpoint
from scheduler.notify.deliver import Tally
from scheduler.notify.digest import digest_of
from scheduler.notify.render import templates_in
from storage.archive import Archive
from storage.records import Delivery, Mention


def live(world: World, **span: float) -> Tally:
    return asyncio.run(world.live(timedelta(**span), step=timedelta(minutes=10)))


def titles(said: dict[str, Any]) -> list[int]:
    """Return the ids of the announcements that a message carries."""
    data = said["data"]
    return [item["announcement"]["id"] for item in data["items"]] if "items" in data else [data["announcement"]["id"]]


def from_source(source: str) -> dict[str, Any]:
    (mention,) = announcement_of().mentions
    fields = {
        name: getattr(mention, name) for name in ("article_id", "url", "title", "publisher", "published_at", "relation")
    }
    return {"mentions": (Mention(source=source, **fields),)}


def test_digest_carries_all_of_its_day(archive: Archive, room: Robot) -> None:
    """What comes until half past eight goes out then, in one message, the highest score first."""
    endpoint = endpoint_of(url=room.url, mode="digest")
    world = World(archive, endpoint)
    tell(archive, endpoint, 1, 2, score=70.0)
    live(world, hours=10)
    tell(archive, endpoint, 3, now=world.now, score=90.0)
    assert room.taken == []
    assert live(world, hours=12) == Tally(delivered=1)
    (said,) = room.taken
    assert (said["type"], said["data"]["reason"], titles(said)) == ("digest", "digest", [3, 1, 2])
    assert Counter(one.state for one in archive.outbox.list()) == {"delivered": 4}


@pytest.mark.slow
def test_digest_that_nobody_took_comes_with_the_next(archive: Archive, room: Robot) -> None:
    """Everything since the last successful push is in the digest: one that died gives its announcements back."""
    endpoint = endpoint_of(url="http://127.0.0.1:9/", mode="digest")
    world = World(archive, endpoint)
    tell(archive, endpoint, 1)
    live(world, days=3)
    assert archive.outbox.list(state="dissolved")
    world = World(archive, endpoint_of(url=room.url, mode="digest"), now=world.now)
    tell(archive, endpoint, 2, now=world.now)
    live(world, days=1)
    (said,) = room.taken
    assert sorted(titles(said)) == [1, 2]


def test_quiet_hours_end_with_one_message(archive: Archive, room: Robot) -> None:
    """What came in the night comes together in the morning; what is urgent came at once."""
    endpoint = endpoint_of(url=room.url, quiet="11:00-14:00", urgent_score=100)
    world = World(archive, endpoint)
    tell(archive, endpoint, 1, 2)
    tell(archive, endpoint, 3, score=120.0)
    live(world, hours=1)
    assert [titles(said) for said in room.taken] == [[3]]
    live(world, hours=2)
    assert [sorted(titles(said)) for said in room.taken] == [[3], [1, 2]]
    assert room.taken[1]["data"]["reason"] == "quiet"


def test_single_message_of_the_night_comes_as_itself(archive: Archive, room: Robot) -> None:
    """One announcement is no digest."""
    endpoint = endpoint_of(url=room.url, quiet="11:00-14:00")
    tell(archive, endpoint, 1)
    live(World(archive, endpoint), hours=3)
    (said,) = room.taken
    assert said["type"] == "announcement.new"


def test_digest_says_an_announcement_once() -> None:
    """New and updated become one item, as it is now; a correction takes the place of what it corrects."""

    def message(type: str, version: int) -> Delivery:
        made = announcement_of(7, version=version)
        payload = {"type": type, "data": {"announcement": {"id": made.id, "version": version, "score": 1}}}
        return Delivery(
            id=f"{type}{version}", announcement_id=7, version=version, endpoint="team", type=type,
            payload=json.dumps(payload), state="waiting", attempts=0, created_at=NOON, next_attempt_at=NOON,
        )  # fmt: skip

    def items(*members: Delivery) -> list[tuple[str, int]]:
        said = json.loads(digest_of(members, "digest", review_url="", now=NOON).payload)
        return [(item["type"], item["announcement"]["version"]) for item in said["data"]["items"]]

    new, updated = message("announcement.new", 1), message("announcement.updated", 2)
    assert items(new, updated) == [("announcement.new", 2)]
    assert items(updated) == [("announcement.updated", 2)]
    assert items(new, message("announcement.corrected", 3)) == [("announcement.corrected", 3)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_five_hundred_matches_in_a_minute(archive: Archive, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The robot never has to refuse: what its quota cannot carry comes as a digest, and every announcement is there."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    with open_robot(kind) as room:
        endpoint = endpoint_of(url=room.url, kind=kind, secret="env:TEST_SECRET")
        world = World(archive, endpoint)
        room.follow(world.clock)
        for batch in range(12):  # five seconds each
            for number in range(42):
                tell(archive, endpoint, batch * 42 + number + 1, now=world.now, **from_source(f"source-{number}"))
            asyncio.run(world.live(timedelta(seconds=5)))
        asyncio.run(world.live(timedelta(minutes=5)))
        assert room.refused == []
        assert {one.state for one in archive.outbox.list()} <= {"delivered", "dissolved"}
        whole = "\n".join(room.texts())
        assert all(f"/announcements/{number})" in whole for number in range(1, 505))


def test_robot_is_shared_by_its_endpoints(archive: Archive) -> None:
    """Two endpoints with one address share its quota."""
    with open_robot("wecom") as room:
        one, other = (endpoint_of(name, room.url, kind="wecom") for name in ("one", "other"))
        world = World(archive, one, other)
        room.follow(world.clock)
        for endpoint in (one, other):
            tell(archive, endpoint, *range(1, 16), **from_source("a"))
        asyncio.run(world.live(timedelta(minutes=3)))
        assert room.refused == []
        assert not archive.outbox.list(state="pending")


def test_penalty_is_sat_out(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A robot that somebody else exhausted is left alone for its ten minutes, by all its endpoints."""
    monkeypatch.setenv("TEST_SECRET", SECRET)
    with open_robot("dingtalk") as room:
        endpoint = endpoint_of(url=room.url, kind="dingtalk", secret="env:TEST_SECRET")
        world = World(archive, endpoint)
        room.follow(world.clock)
        room.silent_until = world.now.timestamp() + 600
        tell(archive, endpoint, 1)
        asyncio.run(world.live(timedelta(minutes=12)))
        assert len(room.refused) == 1
        assert len(room.taken) == 1


def flooded(archive: Archive, room: Robot) -> tuple[World, Endpoint]:
    """Return a world in which one source has announced twenty-five acts within the hour, and another one."""
    endpoint = endpoint_of(url=room.url)
    world = World(archive, endpoint)
    tell(archive, endpoint, *range(1, 26), **from_source("gone-mad"))
    tell(archive, endpoint, 99, **from_source("calm"))
    asyncio.run(world.deliver())
    return world, endpoint


def test_flood_of_one_source_becomes_a_question(archive: Archive, room: Robot) -> None:
    """More than twenty of one source in an hour: one message asks and shows some, other sources go on."""
    world, endpoint = flooded(archive, room)
    question, calm = room.taken
    assert (question["data"]["reason"], question["data"]["count"], len(question["data"]["items"])) == ("flood", 25, 5)
    assert "gone-mad" in question["data"]["question"]
    assert titles(calm) == [99]
    tell(archive, endpoint, 26, now=world.now + timedelta(minutes=1), **from_source("gone-mad"))
    live(world, minutes=30)
    assert len(room.taken) == 2  # asked once; what follows waits with the rest
    assert len(archive.outbox.list(state="held")) == 26


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu", "slack", "apprise", "email"])
def test_question_can_be_answered_as_it_stands(archive: Archive, room: Robot, kind: str) -> None:
    """The commands that decide can be copied out of any message, id and all."""
    flooded(archive, room)
    (question,) = [one for one in archive.outbox.list() if one.type == "digest"]
    (part,) = templates_in(None).parts(kind, question.payload, now=NOON)
    assert part.title == "【请确认】来源 gone-mad 一小时内 25 条"
    for word in ("release", "discard"):
        assert f"futurewatch outbox {word} {question.id}" in part.text


@pytest.mark.parametrize("releases", [True, False])
def test_flood_is_decided_by_a_person(archive: Archive, room: Robot, releases: bool) -> None:
    """Released it comes as one digest, discarded never; then the source is heard of again as usual."""
    world, endpoint = flooded(archive, room)
    (question,) = {one.digest_id for one in archive.outbox.list(state="held")}
    assert question is not None
    held = archive.digests.held(question)
    digest = digest_of(held, "overflow", review_url="", now=world.now) if releases else None
    assert archive.digests.decide(question, digest=digest, now=world.now) == 25
    world.now += timedelta(minutes=1)
    tell(archive, endpoint, 30, now=world.now, **from_source("gone-mad"))
    live(world, minutes=30)
    later = [sorted(titles(said)) for said in room.taken[2:]]
    assert later == ([list(range(1, 26))] if releases else []) + [[30]]


def test_twenty_of_a_source_are_no_flood(archive: Archive, room: Robot) -> None:
    """A busy day goes out as it is."""
    endpoint = endpoint_of(url=room.url)
    tell(archive, endpoint, *range(1, 21), **from_source("busy"))
    assert asyncio.run(World(archive, endpoint).deliver()) == Tally(delivered=20)
