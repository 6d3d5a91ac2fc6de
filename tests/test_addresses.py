"""The address people get is the one that was fetched, whatever host and scheme; variants of it make no second alert."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Futurewatch, path_of
from local_portal import LocalPortal, article_page, listing_page
from local_receiver import LocalReceiver
from real_hosts import RealHosts, open_hosts
from scheduler.demo.samples import PRESS_CONFERENCE
from scheduler.feeds.feed import address_of
from scheduler.reports.cite import cite_announcement
from storage.archive import Archive

PATH, HOST = path_of(PRESS_CONFERENCE), "hainan.example.gov.cn"


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[RealHosts]:
    with open_hosts(tmp_path) as opened:
        yield opened


def configure(futurewatch: Futurewatch, receiver: LocalReceiver, base: str) -> None:
    futurewatch.configure(LocalPortal(url=base), receiver=receiver, more="[alert]\nfirst_crawl = true\nfeeds = 'feeds'")
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace('kind = "government"', 'kind = "government"\ntls = "legacy"'), "utf-8")


def publish(hosts: RealHosts, *addresses: str) -> None:
    """List the press conference at an address, and let the portal show it."""
    said = PRESS_CONFERENCE
    hosts.serve("/zwgk/", listing_page([(url, said.title, said.day) for url in addresses]))
    hosts.serve(PATH, article_page(said.title, said.paragraphs, day=said.day, publisher=said.publisher))


@pytest.mark.parametrize(
    ("listed", "leads_to", "variant"),
    [
        (f"https://www.{HOST}{PATH}", None, f"http://{HOST}{PATH}"),
        (f"http://{HOST}{PATH}", None, f"https://www.{HOST}{PATH}"),
        (f"https://m.{HOST}{PATH}", None, f"https://www.{HOST}{PATH}"),
        (f"http://www.{HOST}{PATH}", f"https://www.{HOST}{PATH}", f"https://m.{HOST}{PATH}"),
    ],
)
def test_fetched_address_is_shown_everywhere(
    hosts: RealHosts, futurewatch: Futurewatch, receiver: LocalReceiver, listed: str, leads_to: str | None, variant: str
) -> None:
    """Webhook, feed, export, search, announcement and citation name the address that answered, and only that."""
    base = listed.removesuffix(PATH)
    configure(futurewatch, receiver, base)
    publish(hosts, listed)
    if leads_to:
        hosts.redirect(PATH, leads_to)
    hosts.run(futurewatch, "crawl", "--deliver")
    shown = leads_to or listed
    ((_, message, _),) = receiver.tries
    assert [article["url"] for article in message["data"]["announcement"]["articles"]] == [shown]
    assert json.loads(futurewatch.run("export"))["url"] == shown
    (found,) = json.loads(futurewatch.run("search", "未来产业", "--json"))["articles"]
    assert found["url"] == shown
    with Archive(futurewatch.archive) as archive:
        (announcement,) = archive.announcements.list(limit=9)
        assert [mention.url for mention in announcement.mentions] == [shown]
        assert cite_announcement(archive, announcement.id).url == shown
        assert address_of(announcement) == shown
        fetched = hosts.asked(PATH)
    publish(hosts, variant)
    hosts.run(futurewatch, "crawl", "--deliver")
    assert hosts.asked(PATH) == fetched
    assert len(receiver.tries) == 1
    assert json.loads(futurewatch.run("export"))["url"] == shown


def test_waiting_row_is_fetched_where_it_is_listed_now(
    hosts: RealHosts, futurewatch: Futurewatch, receiver: LocalReceiver
) -> None:
    """A row whose page did not answer over http is fetched over https once the portal lists it there."""
    configure(futurewatch, receiver, f"https://www.{HOST}")
    publish(hosts, f"http://www.{HOST}{PATH}")
    hosts.plain.serve(PATH, "<h1>502</h1>", status=404)
    hosts.run(futurewatch, "crawl", "--deliver")
    assert receiver.tries == []
    with Archive(futurewatch.archive) as archive:
        archive.db.execute("UPDATE links SET next_attempt_at = '2000-01-01T00:00:00Z'")
        archive.db.conn.commit()
    hosts.serve("/zwgk/", listing_page([(f"https://www.{HOST}{PATH}", PRESS_CONFERENCE.title, PRESS_CONFERENCE.day)]))
    hosts.run(futurewatch, "crawl", "--deliver")
    ((_, message, _),) = receiver.tries
    assert message["data"]["announcement"]["articles"][0]["url"] == f"https://www.{HOST}{PATH}"
