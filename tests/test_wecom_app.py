"""WeCom applications: a token is fetched once and again when it ends, faults are told apart, addresses are checked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from local_vendors import APP_SECRET, Vendor, vendor
from notify_examples import World, endpoint_of, tell
from scheduler.notify.sending import unusable
from storage.archive import Archive


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TEST_APP_SECRET", APP_SECRET)
    return "env:TEST_APP_SECRET"


def at(served: Vendor, to: str = "") -> str:
    return f"{served.url}?corpid=ww1&agentid=1000002{to}"


async def delivered(archive: Archive, endpoint: Any, *ids: int) -> list[str]:
    tell(archive, endpoint, *ids)
    await World(archive, endpoint).deliver()
    return [one.state for one in archive.outbox.list(endpoint=endpoint.name)]


def run(archive: Archive, endpoint: Any, *ids: int) -> list[str]:
    return asyncio.run(delivered(archive, endpoint, *ids))


def test_texts_arrive(archive: Archive, secret: str) -> None:
    """One token serves several messages; each is text with links, for everybody unless somebody is named."""
    with vendor() as served:
        endpoint = endpoint_of("app", at(served, "&toparty=3"), kind="wecom_app", secret=secret)
        assert set(run(archive, endpoint, 1, 2)) == {"delivered"}
    assert served.valid == 1
    assert [(one["toparty"], one["agentid"], one["msgtype"]) for one in served.taken] == [("3", 1000002, "text")] * 2
    text = served.taken[0]["text"]["content"]
    assert '<a href="https://example.org/zwgk/t20260318_' in text
    assert "到2030年集聚百家企业" in text


def test_ended_token_is_fetched_again(archive: Archive, secret: str) -> None:
    """A token that the vendor ended early is replaced within the same try."""
    with vendor() as served:
        endpoint = endpoint_of("app", at(served), kind="wecom_app", secret=secret)
        assert run(archive, endpoint, 1) == ["delivered"]
        served.valid += 1
        assert run(archive, endpoint, 2) == ["delivered", "delivered"]
    assert served.taken[0]["touser"] == "@all"


@pytest.mark.parametrize("code", [60020, 45009])
def test_faults_are_told(archive: Archive, secret: str, code: int) -> None:
    """What the vendor refuses waits, with the vendor's code; nothing is taken for delivered."""
    with vendor() as served:
        served.fault = {"errcode": code, "errmsg": "no"}
        assert run(archive, endpoint_of("app", at(served), kind="wecom_app", secret=secret), 1) == ["pending"]
    (one,) = archive.outbox.list(endpoint="app")
    assert f"errcode {code}" in str(one)


def test_wrong_secret_is_no_token(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a token nothing is sent."""
    monkeypatch.setenv("TEST_OTHER_SECRET", "wrong")
    with vendor() as served:
        endpoint = endpoint_of("app", at(served), kind="wecom_app", secret="env:TEST_OTHER_SECRET")
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
