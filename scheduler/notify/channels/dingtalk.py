"""DingTalk (钉钉) group robots: markdown of at most 20,000 bytes, 20 messages a minute, signed in milliseconds.

A robot that exceeds 20 a minute is silenced for ten minutes. The answer is HTTP 200 with `errcode`: 0 is delivered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from urllib.parse import quote_plus

import httpx

from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm, by_post
from scheduler.notify.post import Post, json_post
from scheduler.notify.split import json_bytes
from storage.quotas import Limit

TEXT_BYTES = 19_000  # of the text as JSON: 20,000 less the title and the envelope
TITLE_CHARACTERS = 60  # shown in notifications, not in the message
ANSWER_CODES = Codes(
    field=("errcode",),
    text=("errmsg",),
    busy={-1, 130101, 130103, 410100, 90018},  # busy; over the minute's quota, under old and new names
    penalty=timedelta(minutes=10),
    endpoint={300001, 310000, 400101, 400102, 400106},  # token, signature or keyword wrong; robot gone or switched off
    message={40035, 400105, 430101, 430102, 430103, 430104},  # a bad parameter or type; a link or words it forbids
)


def sign(secret: str, timestamp_ms: int) -> str:
    r"""Return base64 HMAC-SHA256 over `timestamp\nsecret` with the secret as key; milliseconds since the epoch."""
    digest = hmac.new(secret.encode(), f"{timestamp_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def request(attempt: Attempt) -> Post:
    """Return the request that says a part, its signature in the address."""
    url, secret, part = attempt.endpoint.url.reveal(), attempt.endpoint.secret, attempt.part
    if secret:
        timestamp = int(attempt.now.timestamp() * 1000)
        signature = quote_plus(sign(secret.reveal(), timestamp))
        url += f"{'&' if '?' in url else '?'}timestamp={timestamp}&sign={signature}"
    markdown = {"title": part.title[:TITLE_CHARACTERS], "text": part.text}
    return json_post(url, {"msgtype": "markdown", "markdown": markdown})


def read(response: httpx.Response) -> Answer:
    """Read a robot's answer."""
    return answer_of(response, ANSWER_CODES)


CHANNEL = Channel(
    kind="dingtalk",
    zh="钉钉",
    send=by_post(request, read),
    text=MessageForm(templates=("dingtalk.md.j2", "markdown.md.j2"), room=TEXT_BYTES, measure=json_bytes),
    limits=(Limit(tokens=18, window=VENDOR_MINUTE),),  # of 20; one too many costs ten minutes
)
