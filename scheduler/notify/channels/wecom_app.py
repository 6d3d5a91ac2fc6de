"""WeCom (企业微信) applications: text that people read in WeChat too, of at most 2,048 bytes.

The address names company and application, `secret` is the application's. A token is fetched with it and kept while it
is valid; the vendor drops a text that it had within half an hour, so a second try tells nobody twice.
"""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm, check_web_address
from scheduler.notify.markup import Dialect
from scheduler.notify.post import json_post, send_post
from scheduler.notify.split import utf8_bytes
from scheduler.notify.web_client import NoWayError, ask
from storage.quotas import Limit

CONTENT_BYTES = 2048  # of `content` in UTF-8
TOKEN_MARGIN_SECONDS = 300.0  # before its end in which a token is not used any more
REPEAT_SECONDS = 1800  # in which the vendor drops a text that it had
ANSWER_CODES = Codes(
    field=("errcode",),
    text=("errmsg",),
    busy={-1, 45009, 45033},  # busy; over the minute's quota; too many at once
    penalty=timedelta(minutes=1),
    # a wrong company or secret, an application that is none, this machine's address not allowed, nobody to tell
    endpoint={40001, 40013, 40056, 60011, 60020, 81013, 301002},
    message={40008, 40058, 44004, 45002},  # no such type, a bad or empty parameter, too long
)
EXPIRED = ("errcode 40014", "errcode 42001")  # how an answer begins that asks for another token
TEXT = Dialect(
    harmless=lambda text: text.replace("<", "＜").replace(">", "＞"),
    link=lambda text, url: f'<a href="{url}">{text}</a>',
)
_tokens: dict[tuple[str, str], tuple[str, float]] = {}  # by address and secret: the token and when it ends


def check_address(endpoint: Endpoint) -> None:
    """Raise `ValueError` when an address names no company or no application."""
    check_web_address(endpoint)
    names = parse_qs(urlsplit(endpoint.url.reveal()).query)
    if not names.get("corpid") or not names.get("agentid", [""])[0].isdecimal():
        raise ValueError("names no corpid and agentid: https://qyapi.weixin.qq.com/?corpid=…&agentid=1000002")
    if endpoint.secret is None:
        raise ValueError("needs the application's secret under `secret`")


async def send(attempt: Attempt) -> Answer:
    """Send a part; a token that the vendor has ended early is fetched anew, once."""
    answer = await _send_with_token(attempt)
    if answer.text.startswith(EXPIRED):
        _tokens.pop(_key(attempt.endpoint), None)
        answer = await _send_with_token(attempt)
    return answer


async def _send_with_token(attempt: Attempt) -> Answer:
    address = urlsplit(attempt.endpoint.url.reveal())
    names = {name: values[0] for name, values in parse_qs(address.query).items()}
    base, key = f"{address.scheme}://{address.netloc}/cgi-bin", _key(attempt.endpoint)
    token, until = _tokens.get(key, ("", 0.0))
    if until < time.monotonic():
        fetched = await _fetch_token(attempt.client, base, names["corpid"], key)
        if isinstance(fetched, Answer):
            return fetched
        token = fetched
    to = {name: names[name] for name in ("touser", "toparty", "totag") if name in names} or {"touser": "@all"}
    document = to | {
        "msgtype": "text", "agentid": int(names["agentid"]), "text": {"content": attempt.part.text},
        "enable_duplicate_check": 1, "duplicate_check_interval": REPEAT_SECONDS,
    }  # fmt: skip
    post = json_post(f"{base}/message/send?{urlencode({'access_token': token})}", document)
    return await send_post(attempt.client, post, lambda response: answer_of(response, ANSWER_CODES))


def _key(endpoint: Endpoint) -> tuple[str, str]:
    assert endpoint.secret is not None  # `check_address`
    return endpoint.url.reveal(), endpoint.secret.reveal()


async def _fetch_token(client: httpx.AsyncClient, base: str, corpid: str, key: tuple[str, str]) -> str | Answer:
    """Return a new token, or the answer that says why there is none."""
    query = urlencode({"corpid": corpid, "corpsecret": key[1]})
    try:
        response = await ask(client, "GET", f"{base}/gettoken?{query}", headers={})
    except NoWayError as error:
        return Answer(verdict="retry", text=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Answer(verdict="retry", text=f"no token: {type(error).__name__}")
    answer = answer_of(response, ANSWER_CODES)
    if answer.verdict != "delivered":
        return answer
    said = response.json()
    token, seconds = str(said.get("access_token", "")), float(said.get("expires_in", 0))
    _tokens[key] = (token, time.monotonic() + seconds - TOKEN_MARGIN_SECONDS)
    return token


CHANNEL = Channel(
    kind="wecom_app",
    send=send,
    text=MessageForm(
        templates=("wecom_app.txt.j2", "email.txt.j2"), dialect=TEXT, room=CONTENT_BYTES, measure=utf8_bytes
    ),
    limits=(Limit(tokens=25, window=VENDOR_MINUTE),),  # of 30 that one person may get in a minute
    check_url=check_address,
)
