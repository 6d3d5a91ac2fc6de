"""A saved search is an alert rule and a feed: who subscribes is told, whatever the endpoint's own filters say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import Futurewatch, publish
from local_portal import LocalPortal
from local_receiver import LocalReceiver
from notify_examples import NOON, endpoint_of, store
from scheduler.config.config import Settings, load
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE
from scheduler.feeds.files import write_feeds
from scheduler.notify.message import deliveries_for
from scheduler.notify.subscriptions import subscriptions
from storage.archive import Archive
from storage.records import Announcement, Delivery
from storage.search.saved import SavedSearchError


def save(archive: Archive, name: str, query: str, endpoint: str | None = "narrow") -> None:
    archive.saved_searches.add(name, query, endpoint=endpoint, by="test", now=NOON)


def told(archive: Archive, announcement: Announcement, **wants: Any) -> tuple[Delivery, ...]:
    """Return the messages for an endpoint `narrow`, which wants something else, and for the operator."""
    endpoints = (
        endpoint_of("narrow", **({"regions": ["650000"]} | wants)),
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


# --- the whole way --------------------------------------------------------------------------------


def test_saved_search_alerts_in_a_crawl(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """Saved by command, found by the crawl, delivered with the reason in it; the folder of feeds has its feed."""
    futurewatch.configure(portal, receiver=receiver)
    config = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(config + 'regions = ["650000"]\n[alert]\nfeeds = "feeds"\n', encoding="utf-8")
    futurewatch.run("saved", "add", "海南", "未来产业 地区:海南 score:>=60", "--endpoint", "team", "--by", "analyst")
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
    assert (row["name"], row["endpoint"], row["created_by"], row["found"]) == ("海南", "team", "analyst", 1)
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
