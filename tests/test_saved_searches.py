"""A saved search is an alert rule and a feed: who subscribes is told, whatever the endpoint's own filters say."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import Futurewatch, publish
from local_portal import LocalPortal
from local_receiver import LocalReceiver
from local_robots import Robot
from notify_examples import NOON, World, announcement_of, endpoint_of, store
from scheduler.config.config import Settings, load
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from scheduler.feeds.files import write_feeds
from scheduler.notify.message import deliveries_for
from scheduler.notify.routing import Subscription, route
from scheduler.notify.subscriptions import subscriptions
from storage.archive import Archive
from storage.database import Database
from storage.records import BEIJING, Announcement, Delivery
from storage.schema import apply_migrations
from storage.search.saved import Frequency, SavedSearchError, SavedSearches


def save(archive: Archive, name: str, query: str, *endpoints: str | None, frequency: Frequency | None = None) -> None:
    """Save a search that tells endpoints: `narrow` if none is named, nobody where None is."""
    names = [name for name in (endpoints or ("narrow",)) if name]
    archive.saved_searches.add(name, query, endpoints=names, frequency=frequency, by="test", now=NOON)


def told(
    archive: Archive, announcement: Announcement, *, others: Sequence[str] = (), **wants: Any
) -> tuple[Delivery, ...]:
    """Return the messages for an endpoint `narrow` and others, which want something else, and for the operator."""
    endpoints = (
        endpoint_of("narrow", **({"regions": ["650000"]} | wants)),
        *(endpoint_of(name, regions=["650000"]) for name in others),
        endpoint_of("operator", role="operator"),
    )
    settings = Settings.model_construct(endpoint=endpoints)
    subscribed = subscriptions(archive, endpoints)
    return deliveries_for(announcement, "announcement.new", NOON, settings=settings, subscribed=subscribed)


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "is_told"),
    [("行动方案", True), ("label:announcement", True), ("score:>=80", True), ("score:>=81", False), ("量子", False)],
)
def test_subscription_sends_what_matches(archive: Archive, query: str, is_told: bool) -> None:
    """An endpoint gets an announcement that a saved search of its finds, though its own filters would not take it."""
    save(archive, "方案", query)
    deliveries = told(archive, store(archive, 1))
    assert [(one.endpoint, one.reason) for one in deliveries] == (
        [("narrow", "订阅：方案; at once")] if is_told else []
    )


def test_never_twice_to_one_endpoint(archive: Archive) -> None:
    """Two saved searches and the endpoint's own filters make one message, which names them all."""
    save(archive, "方案", "行动方案")
    save(archive, "高分", "score:>=80")
    (one,) = told(archive, store(archive, 1), regions=[], min_score=70)
    assert one.reason == "score 80 >= 70; 订阅：方案; 订阅：高分; at once"
    assert json.loads(one.payload)["data"]["routed_by"] == one.reason


def test_subscription_keeps_the_times_of_its_endpoint(archive: Archive) -> None:
    """Quiet hours and digests are the endpoint's: a search that finds something wakes nobody."""
    save(archive, "方案", "行动方案")
    (one,) = told(archive, store(archive, 1), mode="digest")
    assert one.state == "waiting"


@pytest.mark.parametrize("endpoint", [None, "gone", "operator"])
def test_search_that_tells_nobody(archive: Archive, endpoint: str | None) -> None:
    """A search without an endpoint, with one that is not there any more, or with the operator's, sends nothing."""
    save(archive, "方案", "行动方案", endpoint)
    assert told(archive, store(archive, 1)) == ()


def test_removed_search_tells_nobody(archive: Archive) -> None:
    """What was removed is no rule any more, and its name is free."""
    save(archive, "方案", "行动方案")
    archive.saved_searches.remove(1, by="test", now=NOON)
    assert told(archive, store(archive, 1)) == ()
    save(archive, "方案", "行动")
    with pytest.raises(SavedSearchError, match="there already"):
        save(archive, "方案", "另一个")


def test_query_that_cannot_be_read_stops_no_alert(archive: Archive) -> None:
    """Such a search is left out and the operator is told once; the others go on. Read again, the incident is over."""
    save(archive, "坏", "actt:印发")
    save(archive, "方案", "行动方案")
    announcement = store(archive, 1)
    assert [one.reason for one in told(archive, announcement)] == ["订阅：方案; at once"]
    assert told(archive, announcement)
    messages = [one for one in archive.outbox.list(endpoint="operator") if one.type == "incident.opened"]
    assert len(messages) == 1
    assert "did you mean act" in messages[0].payload
    archive.db.execute("UPDATE saved_searches SET query = '量子' WHERE name = '坏'")
    told(archive, announcement)
    assert archive.incidents.list(only_open=True) == []


# --- how often -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequencies", "wants", "due"),
    [
        (["instant"], {}, "03-18 12:00"),
        (["instant"], {"mode": "digest"}, "03-18 12:00"),  # its own times, not the endpoint's
        (["instant"], {"quiet": "11:00-14:00"}, "03-18 14:00"),  # nobody is woken
        (["hourly"], {}, "03-18 13:00"),
        (["hourly"], {"quiet": "11:00-14:30"}, "03-18 14:30"),
        (["daily"], {"digest_at": "17:30"}, "03-18 17:30"),
        (["daily"], {"mode": "digest", "digest_day": "fri"}, "03-19 08:30"),
        (["weekly"], {}, "03-23 08:30"),  # Monday
        (["weekly"], {"digest_day": "fri"}, "03-20 08:30"),
        (["weekly"], {"urgent_score": 80}, "03-18 12:00"),  # urgent ones wait for nothing
        ([None], {"mode": "digest"}, "03-19 08:30"),
        (["weekly", "daily", None], {"mode": "digest", "digest_day": "fri"}, "03-19 08:30"),  # the earliest of all
        (["daily"], {"regions": []}, "03-18 12:00"),  # the endpoint's own filters want it as well, at once
    ],
)
def test_search_says_how_often_it_is_sent(
    frequencies: Sequence[Frequency | None], wants: dict[str, Any], due: str
) -> None:
    """At once, every hour, day or week: the hour of digests and quiet hours are the endpoint's."""
    endpoint = endpoint_of("narrow", **({"regions": ["650000"]} | wants))
    searches = [Subscription(name="方案", frequency=one) for one in frequencies]
    way = route(endpoint, announcement_of(1), NOON, subscriptions=searches)
    assert way
    assert f"{way.due.astimezone(BEIJING):%m-%d %H:%M}" == due
    assert way.state == ("pending" if way.due == NOON else "waiting")


def deliver(path: Path, url: str, *moments: datetime) -> None:
    """Deliver what is due at these moments, each with a program that has just started."""
    endpoints = (
        endpoint_of("narrow", regions=["650000"], url=url),
        endpoint_of("also", regions=["650000"], url=url, mode="digest"),
    )
    for moment in moments:
        with Archive(path) as archive:
            asyncio.run(World(archive, *endpoints, now=moment).deliver())


def test_daily_search_comes_once_after_a_restart(tmp_path: Path, room: Robot) -> None:
    """Three acts of a day wait through restarts, come together at its hour at both endpoints, and not again.

    A second search that wants one of them at the same endpoint, later, adds nothing.
    """
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        save(archive, "方案", "行动方案", "narrow", "also", frequency="daily")
        save(archive, "周报", "行动方案", "narrow", frequency="weekly")
        for id in (1, 2, 3):
            archive.outbox.put(told(archive, store(archive, id), others=["also"]))
    deliver(path, room.url, NOON, NOON + timedelta(hours=12))
    assert room.taken == []
    morning = NOON + timedelta(hours=20, minutes=31)  # 08:31 in Beijing
    deliver(path, room.url, morning, morning + timedelta(minutes=5), morning + timedelta(days=7))
    assert [(one["type"], one["data"]["reason"], one["data"]["count"]) for one in room.taken] == [
        ("digest", "digest", 3), ("digest", "digest", 3),
    ]  # fmt: skip


def test_search_at_once_is_not_in_the_digest_again(tmp_path: Path, room: Robot) -> None:
    """What a search sent at once is told: another one that waits for the day does not tell the endpoint again."""
    path = tmp_path / "archive.db"
    with Archive(path) as archive:
        save(archive, "方案", "行动方案", frequency="daily")
        save(archive, "高分", "score:>=80", frequency="instant")
        archive.outbox.put(told(archive, store(archive, 1)))
    deliver(path, room.url, NOON, NOON + timedelta(days=1), NOON + timedelta(days=8))
    assert [message["type"] for message in room.taken] == ["announcement.new"]


def test_search_from_before_keeps_its_endpoint() -> None:
    """One endpoint at its own times becomes a list of one; what was changed before can still be undone."""
    db = Database(sqlite3.connect(":memory:"))
    apply_migrations(db, stop_before="searches_and_summaries")
    row = {
        "name": "量子",
        "query": "量子",
        "created_at": "2026-03-18T01:30:00Z",
        "created_by": "李雷",
        "endpoint": "team",
    }
    other = {"name": "类脑", "query": "类脑", "created_at": "2026-03-18T01:30:00Z", "created_by": "李雷"}
    before = {"name": "量子", "query": "量子 6G", "endpoint": "desk", "owner": None, "removed_at": None}
    for made in (row, other):
        db.insert("saved_searches", made)
    for id, endpoint in ((1, "desk"), (2, None)):
        noted = {"search_id": id, "changed_at": "2026-03-18T01:30:00Z", "who": "李雷",
                 "before": json.dumps(before | {"endpoint": endpoint})}  # fmt: skip
        db.insert("saved_search_changes", noted)
    apply_migrations(db)
    kept = SavedSearches(db)
    assert [(one.name, one.endpoints, one.frequency) for one in kept.list()] == [
        ("量子", ("team",), None),
        ("类脑", (), None),
    ]
    assert (kept.undo(1, by="李雷").endpoints, kept.get(1).query) == (("desk",), "量子 6G")
    assert kept.changes_of(2)[0].before.endpoints == ()


# --- the whole way --------------------------------------------------------------------------------


def test_saved_search_alerts_in_a_crawl(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """Saved by command, found by the crawl, delivered with the reason in it; the folder of feeds has its feed."""
    futurewatch.configure(portal, receiver=receiver)
    config = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(config + 'regions = ["650000"]\n[alert]\nfeeds = "feeds"\n', encoding="utf-8")
    options = ("--endpoint", "team", "--frequency", "instant", "--by", "analyst")
    futurewatch.run("saved", "add", "海南", "未来产业 地区:海南 score:>=60", *options)
    publish(portal, *GOVERNMENT[:2])
    futurewatch.crawl()
    publish(portal, *GOVERNMENT[:2], PRESS_CONFERENCE)
    futurewatch.crawl("--deliver")
    ((_, message, _),) = receiver.tries
    assert message["data"]["routed_by"] == "订阅：海南; at once"
    with Archive(futurewatch.archive) as archive:
        assert write_feeds(archive, load(futurewatch.config)) > 0
    assert PRESS_CONFERENCE.title in (futurewatch.folder / "feeds" / "saved-1.atom").read_text(encoding="utf-8")
    (row,) = json.loads(futurewatch.run("saved", "list", "--json"))
    assert (row["name"], row["endpoints"], row["created_by"], row["found"]) == ("海南", ["team"], "analyst", 1)
    assert row["frequency"] == "instant"
    assert "海南" in futurewatch.run("saved", "list")
    futurewatch.run("saved", "remove", "海南")
    assert json.loads(futurewatch.run("saved", "list", "--json")) == []


@pytest.mark.parametrize(
    "arguments",
    [("add", "x", "actt:印发"), ("add", "x", "产业", "--endpoint", "taem"), ("add", " ", "产业"), ("remove", "x")],
)
def test_wrong_use_saves_nothing(portal: LocalPortal, futurewatch: Futurewatch, arguments: tuple[str, ...]) -> None:
    """A query that cannot be read, an endpoint that is not there, no name, a name that is not known: exit code 2."""
    futurewatch.configure(portal)
    futurewatch.run("saved", *arguments, code=2)
    assert json.loads(futurewatch.run("saved", "list", "--json")) == []
