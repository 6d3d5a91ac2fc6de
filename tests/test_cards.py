"""Buttons on cards of Feishu and WeCom applications: they record one verdict, by the name of who pressed, or none."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from crawler.toml import ConfigurationError
from local_site import LocalSite, local_site
from local_vendors import APP_SECRET, FEISHU_KEY, PERSON, TOKEN, WECOM_KEY, Feishu, Told, Vendor, WeCom, vendor
from notify_examples import World, endpoint_of, store, tell
from scheduler.config.config import load
from scheduler.notify.channels import wecom_card
from scheduler.notify.sending import unusable
from storage.archive import Archive
from storage.verdicts import Verdict

ENDPOINTS = """
[[endpoint]]
name = "飞书群"
kind = "feishu_app"
url = "https://open.feishu.cn/?app_id=cli_1&chat_id=oc_1"
secret = "env:TEST_APP_SECRET"
callback_token = "env:TEST_CALLBACK_TOKEN"
callback_key = "env:TEST_FEISHU_KEY"
[[endpoint]]
name = "leaders"
kind = "wecom_app"
url = "https://qyapi.weixin.qq.com/?corpid=ww1&agentid=1000002"
secret = "env:TEST_APP_SECRET"
callback_token = "env:TEST_CALLBACK_TOKEN"
callback_key = "env:TEST_WECOM_KEY"
[[endpoint]]
name = "plain"
kind = "wecom_app"
url = "https://qyapi.weixin.qq.com/?corpid=ww1&agentid=1000002"
secret = "env:TEST_APP_SECRET"
[[reviewer]]
name = "李雷"
known_as = { "飞书群" = "ou_lilei", leaders = "ou_lilei" }
[[reviewer]]
name = "韩梅"
role = "reader"
known_as = { "飞书群" = "ou_hanmei", leaders = "ou_hanmei" }
"""
CONFIRMED = {"act": "1", "version": "1", "verdict": "confirmed"}
Speaker: TypeAlias = Feishu | WeCom


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("APP_SECRET", APP_SECRET), ("CALLBACK_TOKEN", TOKEN), ("FEISHU_KEY", FEISHU_KEY),
                        ("WECOM_KEY", WECOM_KEY)):  # fmt: skip
        monkeypatch.setenv(f"TEST_{name}", value)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSite]:
    """A review server that people log in to, with an archive of one act for each test."""
    with local_site(tmp_path_factory.mktemp("cards"), more=ENDPOINTS) as opened:
        yield opened


@pytest.fixture
def site(served: LocalSite) -> LocalSite:
    """The server with an act that nobody has judged."""
    with Archive(served.archive) as archive:
        archive.db.execute("DELETE FROM verdicts")
        if not archive.db.execute("SELECT 1 FROM announcements").fetchone():
            store(archive, 1)
    return served


@pytest.fixture(params=["feishu", "wecom"])
def speaker(request: pytest.FixtureRequest, site: LocalSite) -> Speaker:
    """Either vendor, knowing the address of its endpoint."""
    if request.param == "feishu":
        return Feishu(url=f"{site.url}/api/v1/cards/飞书群")
    return WeCom(url=f"{site.url}/api/v1/cards/leaders")


def now() -> int:
    return int(time.time())


def verdicts(site: LocalSite) -> list[Verdict]:
    with Archive(site.archive) as archive:
        return archive.verdicts.all()


def test_press_records_a_verdict(site: LocalSite, speaker: Speaker) -> None:
    """With the name of who pressed, once however often the vendor tells of it, and not again when it was undone."""
    told = speaker.press(CONFIRMED, now())
    assert speaker.said(told.send()) == "确认：李雷"
    assert "已经记下过" in speaker.said(told.send())
    (one,) = verdicts(site)
    assert (one.who, one.verdict, one.announcement_id, one.reason) == ("李雷", "confirmed", 1, "")
    with Archive(site.archive) as archive:
        archive.verdicts.undo(one.id, now=datetime.now(UTC))
    assert "已经记下过" in speaker.said(told.send())
    assert [one.undone_at is None for one in verdicts(site)] == [False]


def test_rejection_has_the_chosen_reason(site: LocalSite, speaker: Speaker) -> None:
    """And takes the act back, as on the page."""
    option = "与未来产业无关" if isinstance(speaker, Feishu) else "3"
    answer = speaker.press(CONFIRMED | {"verdict": "rejected"}, now(), option=option).send()
    assert speaker.said(answer) == "误报：李雷"
    assert [(one.verdict, one.reason) for one in verdicts(site)] == [("rejected", "与未来产业无关")]
    with Archive(site.archive) as archive:
        assert archive.rejections.remove(1)


@pytest.mark.parametrize(
    ("value", "by", "said"),
    [
        (CONFIRMED, "ou_stranger", 'known_as = { "'),
        (CONFIRMED, "ou_hanmei", "只能看，不能判定"),
        (CONFIRMED | {"act": "9"}, PERSON, "没有这一条"),
        (CONFIRMED | {"version": "2"}, PERSON, "后来有更新"),
    ],
)
def test_press_that_records_nothing(site: LocalSite, speaker: Speaker, value: Any, by: str, said: str) -> None:
    """A stranger's, a reader's, one on what is not there, one on what is another by now: each is told so."""
    answer = speaker.press(value, now(), by=by).send()
    assert answer.status_code == 200
    assert said in speaker.said(answer).replace("&quot;", '"')
    assert verdicts(site) == []


def test_standing_verdict_is_not_overruled(site: LocalSite, speaker: Speaker) -> None:
    """A press that contradicts somebody is told of it: the page is where that is settled."""
    with Archive(site.archive) as archive:
        archive.verdicts.give(1, "rejected", who="王芳", reason="旧闻", now=datetime.now(UTC), announcement_id=1)
    assert "王芳 已判为误报" in speaker.said(speaker.press(CONFIRMED, now()).send())
    assert [one.who for one in verdicts(site)] == ["王芳"]


def forged(speaker: Speaker) -> Iterator[Told]:
    """Yield requests that are not the vendor's, or not of now, or tell of no button of ours."""
    right = speaker.press(CONFIRMED, now())
    yield speaker.press(CONFIRMED, now() - 400)
    yield speaker.press(CONFIRMED, now() + 400)
    yield speaker.press(CONFIRMED | {"verdict": "admin"}, now())
    yield speaker.press(CONFIRMED | {"act": "x"}, now())
    yield replace(speaker, token="another").press(CONFIRMED, now())
    yield replace(right, body=right.body + b" ", headers=right.headers | {"X-Lark-Signature": "0"},
                  url=right.url.replace("msg_signature=", "msg_signature=0"))  # fmt: skip
    yield replace(right, body=b"", url=right.url.partition("?")[0], headers={})
    yield replace(right, body=b'{"encrypt": "AAAA"}')
    if isinstance(speaker, Feishu):
        yield replace(speaker, key="another").press(CONFIRMED, now())
        yield replace(speaker, sign_with="another").press(CONFIRMED, now())
        yield speaker.tell({"type": "url_verification", "token": "another", "challenge": "x"}, now())
        yield speaker.tell({"schema": "2.0", "header": {"token": TOKEN, "event_type": "im.message"}}, now())
    else:
        yield replace(speaker, key=WECOM_KEY[::-1]).press(CONFIRMED, now())
        yield replace(speaker, company="ww2").press(CONFIRMED, now())
        yield speaker.tell("<xml><Event>enter_agent</Event></xml>", now())
        yield speaker.tell("no xml", now())


def test_forged_request_is_refused(site: LocalSite, speaker: Speaker) -> None:
    """Whatever is wrong with it, it is answered 403, says no secret, and records nothing."""
    for told in forged(speaker):
        answer = told.send()
        assert answer.status_code == 403, told
        assert not any(one in answer.text for one in (TOKEN, FEISHU_KEY, WECOM_KEY))
    assert verdicts(site) == []


def test_vendor_tries_the_address(site: LocalSite) -> None:
    """Both send a text that comes back; Feishu's is sealed but not signed."""
    feishu, wecom = Feishu(url=f"{site.url}/api/v1/cards/飞书群"), WeCom(url=f"{site.url}/api/v1/cards/leaders")
    trial = replace(feishu.tell({"type": "url_verification", "token": TOKEN, "challenge": "c-1"}, now()), headers={})
    assert trial.send().json() == {"challenge": "c-1"}
    assert wecom.tell("1616140317555161061", now(), method="GET").send().text == "1616140317555161061"


def test_vectors_of_the_vendor() -> None:
    """The example of WeCom's own documentation: signature and sealed text."""
    sealed = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    key, company = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
    right = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert wecom_card.signature("QDG6eK", "1409659589", "263014780", sealed) == right
    assert wecom_card.opened(sealed, key, company) == b"1616140317555161061"
    assert wecom_card.opened(wecom_card.seal("中文", key, company), key, company) == "中文".encode()


@pytest.mark.parametrize("name", ["plain", "nobody"])
def test_endpoint_without_keys_has_no_address(site: LocalSite, name: str) -> None:
    """Buttons are off unless an endpoint has the keys; no token of ours opens the address either."""
    headers = {"Authorization": f"Bearer {site.token('admin')}"}
    told = replace(Feishu(url=f"{site.url}/api/v1/cards/{name}").press(CONFIRMED, now()), headers=headers)
    assert told.send().status_code == 404


# --- the cards themselves -------------------------------------------------------------------------


def sent(archive: Archive, served: Vendor, kind: str, **more: Any) -> list[dict[str, Any]]:
    """Deliver an act to an application of a kind, and return what the vendor took."""
    names = "corpid=ww1&agentid=1000002" if kind == "wecom_app" else "app_id=cli_1&chat_id=oc_1"
    endpoint = endpoint_of("room", f"{served.url}?{names}", kind=kind, secret="env:TEST_APP_SECRET", **more)
    tell(archive, endpoint, 1)
    asyncio.run(World(archive, endpoint).deliver())
    assert [one.state for one in archive.outbox.list(endpoint="room")] == ["delivered"], archive.outbox.list()
    return served.taken


def test_feishu_card_has_buttons(archive: Archive) -> None:
    """In the card with the text; what each says is what comes back with a press. Without keys there are none."""
    keys = {"callback_token": "env:TEST_CALLBACK_TOKEN", "callback_key": "env:TEST_FEISHU_KEY"}
    with vendor() as served:
        (with_buttons,) = sent(archive, served, "feishu_app", **keys)
        assert (with_buttons["receive_id"], with_buttons["msg_type"]) == ("oc_1", "interactive")
        elements = json.loads(with_buttons["content"])["elements"]
        assert "到2030年集聚百家企业" in elements[0]["content"]
        buttons = elements[-1]["actions"]
        assert [one["value"]["verdict"] for one in buttons] == ["confirmed", "watch", "rejected"]
        assert buttons[0]["value"] == CONFIRMED
        archive.db.execute("DELETE FROM deliveries")
        _, plain = sent(archive, served, "feishu_app")
        assert len(json.loads(plain["content"])["elements"]) == 2
    assert served.valid == 1


def test_wecom_card_comes_behind_the_text(archive: Archive) -> None:
    """The text keeps its room; the card asks for the verdict and offers the usual reasons."""
    keys = {"callback_token": "env:TEST_CALLBACK_TOKEN", "callback_key": "env:TEST_WECOM_KEY"}
    with vendor() as served:
        text, card = sent(archive, served, "wecom_app", **keys)
    assert "到2030年集聚百家企业" in text["text"]["content"]
    said = card["template_card"]
    assert [one["key"] for one in said["button_list"]] == ["1.1.confirmed", "1.1.watch", "1.1.rejected"]
    assert len(said["button_selection"]["option_list"]) == 6
    assert said["card_action"]["url"].endswith("/announcements/1")


@pytest.mark.parametrize("code", [99991663, 230002, 99991400, 230025])
def test_faults_of_feishu_are_told(archive: Archive, code: int) -> None:
    """A refused message waits with the vendor's code, or is dead where nothing would help."""
    with vendor() as served:
        served.fault = {"code": code, "msg": "no"}
        endpoint = endpoint_of("room", f"{served.url}?app_id=cli_1&chat_id=oc_1", kind="feishu_app",
                               secret="env:TEST_APP_SECRET")  # fmt: skip
        tell(archive, endpoint, 1)
        asyncio.run(World(archive, endpoint).deliver())
    (one,) = archive.outbox.list(endpoint="room")
    assert (one.state, f"code {code}" in str(one.last_answer)) == ("dead" if code == 230025 else "pending", True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('callback_key = "env:TEST_FEISHU_KEY"\n', "", "buttons need both"),
        ("leaders = ", "leader = ", "no endpoint 'leader'"),
        ("env:TEST_WECOM_KEY", "env:TEST_FEISHU_KEY", "43 characters"),
        ("env:TEST_WECOM_KEY", "env:TEST_NOWHERE", "TEST_NOWHERE is not set"),
        ('kind = "feishu_app"', 'kind = "feishu"', "have no buttons that answer"),
    ],
)
def test_configuration_of_buttons_is_checked(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Half a pair of keys, a key of the wrong form, an unknown endpoint, a kind without buttons."""
    config = tmp_path / "config.toml"
    config.write_text(ENDPOINTS.replace(old, new, 1), encoding="utf-8")
    try:
        faults = [fault for one in load(config).endpoint for fault in unusable(one, file="x", key="y")]
    except ConfigurationError as error:
        faults = list(error.faults)
    assert said in str(faults)


@pytest.mark.parametrize("query", ["", "app_id=cli_1", "chat_id=oc_1"])
def test_feishu_address_names_application_and_chat(query: str) -> None:
    url = f"https://open.feishu.cn/?{query}"
    assert unusable(endpoint_of("a", url, kind="feishu_app", secret="env:TEST_APP_SECRET"), file="x", key="y")
    whole = "https://open.feishu.cn/?app_id=cli_1&chat_id=oc_1"
    assert unusable(endpoint_of("a", whole, kind="feishu_app"), file="x", key="y")
