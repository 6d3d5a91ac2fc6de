"""Requests that come a second time, and redirects to where a portal has no business."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from conftest import Futurewatch
from local_portal import LocalPortal, listing_page
from local_proxy import open_proxy
from local_receiver import SECRET
from local_robots import Robot
from notify_examples import World, endpoint_of, tell
from scheduler.notify.channels import webhook
from self_signed import open_self_signed
from storage.archive import Archive

BODY = b'{"type": "announcement.new"}'
DAY = "2026-03-18"
ARTICLES = ("/a/1.html", "/a/2.html", "/a/3.html")
HOST = "www.example.gov.cn"


@pytest.fixture
def archive() -> Iterator[Archive]:
    with Archive.in_memory() as opened:
        yield opened


def signed(*, id: str = "msg_1", minutes_ago: int = 0) -> dict[str, str]:
    """Return the headers of a message that was signed some minutes ago."""
    timestamp = int((datetime.now(UTC) - timedelta(minutes=minutes_ago)).timestamp())
    signature = webhook.sign(SECRET, id, timestamp, BODY)
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": signature}


def test_message_that_is_replayed_is_refused() -> None:
    """Whoever has heard a message can send it again for five minutes, under its id only, and change nothing of it."""
    Webhook(SECRET).verify(BODY, signed())
    fresh = signed()
    for headers, body in (
        (signed(minutes_ago=6), BODY),
        (fresh | {"webhook-id": "msg_2"}, BODY),
        (fresh | {"webhook-timestamp": str(int(fresh["webhook-timestamp"]) + 1)}, BODY),
        (fresh, BODY + b" "),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body, headers)


@pytest.mark.parametrize("status", [301, 401, 404, 410, 413])
def test_endpoint_that_comes_back(archive: Archive, room: Robot, status: int) -> None:
    """Whatever an endpoint says for an hour, it gets its messages once each when it takes them again."""
    endpoint = endpoint_of(url=room.url)
    made = tell(archive, endpoint, 1, 2)
    world = World(archive, endpoint)
    plain = room.answer
    room.answer = lambda path, body: (status, "", {"Location": "http://127.0.0.1:9/"})  # type: ignore[method-assign]
    asyncio.run(world.live(timedelta(hours=1), step=timedelta(minutes=1)))
    assert len(archive.outbox.list(state="pending")) == 2
    room.answer = plain  # type: ignore[method-assign]
    asyncio.run(world.live(timedelta(hours=2), step=timedelta(minutes=1)))
    assert len(room.taken) == len(made)
    assert len(archive.outbox.list(state="delivered")) == 2


def test_certificate_of_an_endpoint_that_nobody_vouches_for(archive: Archive, tmp_path: Path) -> None:
    """Nothing is said to a server that cannot prove who it is; the message waits."""
    with open_self_signed(tmp_path) as other:
        endpoint = endpoint_of(url=f"{other.url}/hook")
        tell(archive, endpoint, 1)
        asyncio.run(World(archive, endpoint).deliver())
        assert other.log == []
    (waiting,) = archive.outbox.list(state="pending")
    assert waiting.last_answer == "ConnectError"


@pytest.mark.parametrize("to", ["http://169.254.169.254/latest/", "http://127.0.0.1:{port}/a", "http://[::1]:{port}/a"])
def test_redirect_into_a_private_network(
    portal: LocalPortal, futurewatch: Futurewatch, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    """A public portal whose list and articles lead to private addresses is followed nowhere, and the run says so."""
    port = urlsplit(portal.url).port
    futurewatch.configure(LocalPortal(url=f"http://{HOST}"))
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace("allow_private_networks = true", ""), encoding="utf-8")
    with open_proxy() as proxy:
        proxy.names[HOST] = f"127.0.0.1:{port}"
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        portal.serve("/zwgk/", listing_page([(path, f"关于印发第{path[3]}号工作要点的通知", DAY) for path in ARTICLES]))
        for path in ARTICLES:
            portal.serve(path, "", status=302, headers={"Location": to.format(port=port)})
        run = futurewatch.crawl()
        assert (run["listed"], run["new"], run["failed"]) == (3, 0, 3)
        portal.serve("/zwgk/", "", status=302, headers={"Location": to.format(port=port)})
        assert futurewatch.crawl(code=1)["cause"] == "private"
    assert {url for _, url in proxy.asked} == {f"http://{HOST}{path}" for path in ("/robots.txt", "/zwgk/", *ARTICLES)}
    assert not portal.asked("/a")
