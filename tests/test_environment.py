"""The environment never silences the program: proxy variables of any form, dead proxies, hanging endpoints."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Futurewatch
from local_portal import LocalPortal, Reply
from local_proxy import LocalProxy, open_proxy
from local_receiver import LocalReceiver
from self_signed import open_self_signed

DEAD = "http://127.0.0.1:9"  # nothing listens there


@pytest.fixture
def proxy() -> Iterator[LocalProxy]:
    with open_proxy() as opened:
        yield opened


def place(url: str) -> str:
    """Return host and port of an address."""
    return url.split("/")[2]


def address_receiver(futurewatch: Futurewatch, receiver: LocalReceiver, host: str, **environment: str) -> None:
    """Let the endpoint's address name a host instead of loopback, and set the environment."""
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(text.replace(place(receiver.url), host), encoding="utf-8")
    futurewatch.environment |= environment


def sample(futurewatch: Futurewatch, *, code: int = 0) -> str:
    """Send a sample to the endpoint and return its answer."""
    answer = json.loads(futurewatch.run("endpoints", "test", "team", "--json", code=code))["answer"]
    assert isinstance(answer, str)
    return answer


@pytest.mark.parametrize(
    "environment",
    [
        {"ALL_PROXY": "socks5://127.0.0.1:9"},
        {"all_proxy": "socks://127.0.0.1:9/"},
        {"HTTP_PROXY": "http://127.0.0.1:port"},
        {"HTTP_PROXY": "/var/run/x.sock", "NO_PROXY": "localhost,fd00::/8 , [::1]:80,*.例.cn"},
        {"HTTP_PROXY": DEAD, "NO_PROXY": "127.1"},
        {"HTTP_PROXY": DEAD},
        {"SSL_CERT_FILE": "/nowhere/ca.pem"},
        {"SSLKEYLOGFILE": "/nowhere/keys"},
    ],
    ids=str,
)
def test_unusable_environment_stops_no_message(
    futurewatch: Futurewatch, portal: LocalPortal, receiver: LocalReceiver, environment: dict[str, str]
) -> None:
    """Whatever the variables hold, a message goes out; a proxy that nobody answers at is named in the answer."""
    futurewatch.configure(portal, receiver=receiver)
    address_receiver(futurewatch, receiver, f"127.1:{receiver.url.rpartition(':')[2].partition('/')[0]}", **environment)
    answer = sample(futurewatch)
    (variable, value) = next(iter(environment.items()))
    is_tried = "NO_PROXY" not in environment and (value == DEAD or value.startswith("socks"))
    detour = f", directly: the proxy in {variable} cannot be used (ConnectError)"
    assert answer == "http 204" + (detour if is_tried else "")
    assert len(receiver.accepted) == 1


def test_message_goes_through_the_proxy(
    futurewatch: Futurewatch, portal: LocalPortal, receiver: LocalReceiver, proxy: LocalProxy
) -> None:
    """A proxy that answers is used, with its account; hosts in NO_PROXY are asked directly."""
    futurewatch.configure(portal, receiver=receiver)
    proxy.names["team.example"] = place(receiver.url)
    variable = proxy.url.replace("//", "//me:p%40ss@")
    address_receiver(futurewatch, receiver, "team.example", HTTP_PROXY=variable, NO_PROXY="other.example")
    assert sample(futurewatch) == "http 204"
    assert proxy.asked == [("POST", "http://team.example/hook")]
    assert proxy.accounts == ["Basic bWU6cEBzcw=="]
    futurewatch.environment["NO_PROXY"] = ".example"
    assert sample(futurewatch, code=1) == "ConnectError"
    assert len(proxy.asked) == 1


@pytest.mark.parametrize(("fault", "said"), [("403", "ProxyError"), ("407", "ProxyError"), ("hang", "ReadTimeout")])
def test_tunnel_that_fails_is_gone_around(
    futurewatch: Futurewatch, tmp_path: Path, portal: LocalPortal, proxy: LocalProxy, fault: str, said: str
) -> None:
    """Https goes through a tunnel; one that is refused or hangs has sent nothing, so the direct way is tried."""
    with open_self_signed(tmp_path) as team:
        team.replies["/hook"] = Reply(status=204)
        proxy.names["team.example"] = place(team.url)
        futurewatch.configure(portal, receiver=LocalReceiver(url="https://team.example/hook"))
        futurewatch.environment |= {"https_proxy": proxy.url, "SSL_CERT_FILE": str(tmp_path / "server.pem")}
        assert sample(futurewatch) == "http 204"
        assert proxy.asked == [("CONNECT", "team.example:443")]
        proxy.fault = fault
        way = "the proxy in https_proxy cannot be used"
        assert sample(futurewatch, code=1) == f"{way} ({said}), and directly: ConnectError"
        assert len(team.asked("/hook")) == 1


def test_portals_are_asked_through_the_proxy(futurewatch: Futurewatch, portal: LocalPortal, proxy: LocalProxy) -> None:
    """A proxy on a private address serves portals though private networks are closed, to itself too."""
    futurewatch.configure(portal)
    text = futurewatch.config.read_text(encoding="utf-8").replace(place(portal.url), "portal.example")
    futurewatch.config.write_text(text.replace("allow_private_networks = true", ""), encoding="utf-8")
    proxy.names["portal.example"] = place(portal.url)
    row = '<ul><li><a href="/zwgk/202603/t20260318_1.html">关于未来产业的通知</a><span>2026-03-18</span></li></ul>'
    portal.serve("/zwgk/", f"<html><body>{row}</body></html>")
    futurewatch.environment["http_proxy"] = proxy.url
    assert futurewatch.crawl()["listed"] == 1
    assert ("GET", "http://portal.example/zwgk/") in proxy.asked
    futurewatch.environment["http_proxy"] = DEAD
    run = futurewatch.crawl(code=1)
    assert run["cause"] == "connection"
    assert "asked through the proxy in http_proxy" in run["error"]


def test_daemon_ends_well_in_any_environment(watched: Futurewatch, receiver: LocalReceiver) -> None:
    """The daemon tells through a broken environment, and SIGTERM ends it with 0."""
    watched.environment |= {"ALL_PROXY": "socks5://127.0.0.1:9", "NO_PROXY": "localhost,fd00::/8", "HTTP_PROXY": DEAD}
    assert watched.crawl()["announcements"] == 1
    process = watched.start("run")
    until = time.monotonic() + 40
    while not receiver.accepted and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert len(receiver.accepted) == 1
    assert "for portals, ALL_PROXY names a proxy of kind socks5" in log
