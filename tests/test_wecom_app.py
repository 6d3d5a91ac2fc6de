"""WeCom applications: a token is fetched once and again when it ends, faults are told apart, addresses are checked."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from notify_examples import World, endpoint_of, tell
from scheduler.notify.sending import unusable
from storage.archive import Archive

APP_SECRET = "an-applications-secret"


@dataclass
class Vendor:
    """The vendor: it gives tokens for the secret, and takes texts with a token that is valid."""

    url: str = ""
    valid: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    fault: dict[str, Any] | None = None

    def token(self, query: dict[str, list[str]]) -> dict[str, Any]:
        if query["corpsecret"] != [APP_SECRET]:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        self.valid += 1
        return {"errcode": 0, "errmsg": "ok", "access_token": f"token-{self.valid}", "expires_in": 7200}

    def take(self, query: dict[str, list[str]], document: dict[str, Any]) -> dict[str, Any]:
        if self.fault:
            return self.fault
        if query["access_token"] != [f"token-{self.valid}"]:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        if len(document["text"]["content"].encode()) > 2048:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        self.taken.append(document)
        return {"errcode": 0, "errmsg": "ok", "msgid": "x"}


@contextmanager
def vendor() -> Iterator[Vendor]:
    """Serve a vendor."""
    served = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(served.token(parse_qs(urlsplit(self.path).query)))

        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._say(served.take(parse_qs(urlsplit(self.path).query), document))

        def _say(self, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """It says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        served.url = f"http://127.0.0.1:{server.server_port}/?corpid=ww1&agentid=1000002"
        yield served
        server.shutdown()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TEST_APP_SECRET", APP_SECRET)
    return "env:TEST_APP_SECRET"


async def delivered(archive: Archive, endpoint: Any, *ids: int) -> list[str]:
    tell(archive, endpoint, *ids)
    await World(archive, endpoint).deliver()
    return [one.state for one in archive.outbox.list(endpoint=endpoint.name)]


def run(archive: Archive, endpoint: Any, *ids: int) -> list[str]:
    return asyncio.run(delivered(archive, endpoint, *ids))


def test_texts_arrive(archive: Archive, secret: str) -> None:
    """One token serves several messages; each is text with links, for everybody unless somebody is named."""
    with vendor() as served:
        endpoint = endpoint_of("app", f"{served.url}&toparty=3", kind="wecom_app", secret=secret)
        assert set(run(archive, endpoint, 1, 2)) == {"delivered"}
    assert served.valid == 1
    assert [(one["toparty"], one["agentid"], one["msgtype"]) for one in served.taken] == [("3", 1000002, "text")] * 2
    text = served.taken[0]["text"]["content"]
    assert '<a href="https://example.org/zwgk/t20260318_' in text
    assert "到2030年集聚百家企业" in text


def test_ended_token_is_fetched_again(archive: Archive, secret: str) -> None:
    """A token that the vendor ended early is replaced within the same try."""
    with vendor() as served:
        endpoint = endpoint_of("app", served.url, kind="wecom_app", secret=secret)
        assert run(archive, endpoint, 1) == ["delivered"]
        served.valid += 1
        assert run(archive, endpoint, 2) == ["delivered", "delivered"]
    assert served.taken[0]["touser"] == "@all"


@pytest.mark.parametrize("code", [60020, 45009])
def test_faults_are_told(archive: Archive, secret: str, code: int) -> None:
    """What the vendor refuses waits, with the vendor's code; nothing is taken for delivered."""
    with vendor() as served:
        served.fault = {"errcode": code, "errmsg": "no"}
        assert run(archive, endpoint_of("app", served.url, kind="wecom_app", secret=secret), 1) == ["pending"]
    (one,) = archive.outbox.list(endpoint="app")
    assert f"errcode {code}" in str(one)


def test_wrong_secret_is_no_token(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token nothing is sent."""
    monkeypatch.setenv("TEST_OTHER_SECRET", "wrong")
    with vendor() as served:
        endpoint = endpoint_of("app", served.url, kind="wecom_app", secret="env:TEST_OTHER_SECRET")
        assert run(archive, endpoint, 1) == ["pending"]
    assert served.taken == []


@pytest.mark.parametrize("query", ["", "?corpid=ww1", "?corpid=ww1&agentid=x"])
def test_address_names_company_and_application(secret: str, query: str) -> None:
    """An address without them, or an endpoint without a secret, is refused before anything is sent."""
    whole = "https://qyapi.weixin.qq.com/?corpid=ww1&agentid=1"
    assert list(unusable(endpoint_of("a", whole, kind="wecom_app", secret=secret), file="x", key="y")) == []
    assert list(unusable(endpoint_of("a", whole, kind="wecom_app"), file="x", key="y"))
    wrong = endpoint_of("a", f"https://qyapi.weixin.qq.com/{query}", kind="wecom_app", secret=secret)
    assert list(unusable(wrong, file="x", key="y"))
