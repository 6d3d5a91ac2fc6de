"""WeCom (企业微信) applications: text that people read in WeChat too, of at most 2,048 bytes.

The address names company and application, `secret` is the application's. A token is fetched with it and kept while it
is valid; the vendor drops a text that it had within half an hour, so a second try tells nobody twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.channels.app_token import TokenService, send_with_token
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm, check_web_address
from scheduler.notify.channels.wecom_card import CALLBACK, card
from scheduler.notify.markup import Dialect
from scheduler.notify.post import Post, json_post, send_post
from scheduler.notify.split import utf8_bytes
from storage.quotas import Limit

CONTENT_BYTES = 2048  # of `content` in UTF-8
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
TOKENS = TokenService(
    codes=ANSWER_CODES, field="access_token", seconds="expires_in", expired=("errcode 40014", "errcode 42001")
)
TEXT = Dialect(
    harmless=lambda text: text.replace("<", "＜").replace(">", "＞"),
    link=lambda text, url: f'<a href="{url}">{text}</a>',
)


def check_address(endpoint: Endpoint) -> None:
    """Raise `ValueError` when an address names no company or no application."""
    check_web_address(endpoint)
    names = parse_qs(urlsplit(endpoint.url.reveal()).query)
    if not names.get("corpid") or not names.get("agentid", [""])[0].isdecimal():
        raise ValueError("names no corpid and agentid: https://qyapi.weixin.qq.com/?corpid=…&agentid=1000002")
    if endpoint.secret is None:
        raise ValueError("needs the application's secret under `secret`")


async def send(attempt: Attempt) -> Answer:
    """Send a part: a text, or the card that asks for a verdict."""
    endpoint = attempt.endpoint
    address = urlsplit(endpoint.url.reveal())
    names = {name: values[0] for name, values in parse_qs(address.query).items()}
    base, secret = f"{address.scheme}://{address.netloc}/cgi-bin", endpoint.secret.reveal() if endpoint.secret else ""
    query = urlencode({"corpid": names["corpid"], "corpsecret": secret})
    document: dict[str, Any] = {name: names[name] for name in ("touser", "toparty", "totag") if name in names}
    document = (document or {"touser": "@all"}) | {
        "agentid": int(names["agentid"]), "enable_duplicate_check": 1, "duplicate_check_interval": REPEAT_SECONDS,
    }  # fmt: skip
    if attempt.part.asks:
        document |= {"msgtype": "template_card", "template_card": card(attempt.part, attempt.id)}
    else:
        document |= {"msgtype": "text", "text": {"content": attempt.part.text}}

    async def with_token(token: str) -> Answer:
        post = json_post(f"{base}/message/send?{urlencode({'access_token': token})}", document)
        return await send_post(attempt.client, post, lambda response: answer_of(response, ANSWER_CODES))

    asks = Post(url=f"{base}/gettoken?{query}", body=b"", headers={})
    return await send_with_token(endpoint, attempt.client, TOKENS, asks=("GET", asks), send=with_token)


CHANNEL = Channel(
    kind="wecom_app",
    zh="企业微信应用",
    send=send,
    text=MessageForm(
        templates=("wecom_app.txt.j2", "email.txt.j2"), dialect=TEXT, room=CONTENT_BYTES, measure=utf8_bytes
    ),
    limits=(Limit(tokens=25, window=VENDOR_MINUTE),),  # of 30 that one person may get in a minute
    check_url=check_address,
    callback=CALLBACK,
)
