"""WeCom (企业微信) group robots: markdown of at most 4,096 bytes, 20 messages a minute, no signature.

The answer is HTTP 200 with `errcode`: 0 is delivered. The robot's key stands in the address.
"""

from __future__ import annotations

from datetime import timedelta

import httpx

from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm, by_post
from scheduler.notify.post import Post, json_post
from scheduler.notify.split import utf8_bytes
from storage.quotas import Limit

CONTENT_BYTES = 4096  # of `content` in UTF-8
ANSWER_CODES = Codes(
    field=("errcode",),
    text=("errmsg",),
    busy={-1, 45009, 45033},  # busy; over the minute's quota; too many at once
    penalty=timedelta(minutes=1),
    endpoint={93000, 93004, 93008, 40001, 40014},  # a key that is none, a robot that was removed
    message={40008, 40058, 44004, 45002, 40035},  # no such type, a bad or empty parameter, too long
)


def request(attempt: Attempt) -> Post:
    """Return the request that says a part."""
    document = {"msgtype": "markdown", "markdown": {"content": attempt.part.text}}
    return json_post(attempt.endpoint.url.reveal(), document)


def read(response: httpx.Response) -> Answer:
    """Read a robot's answer."""
    return answer_of(response, ANSWER_CODES)


CHANNEL = Channel(
    kind="wecom",
    zh="企业微信",
    send=by_post(request, read),
    text=MessageForm(templates=("wecom.md.j2",), room=CONTENT_BYTES, measure=utf8_bytes),
    limits=(Limit(tokens=19, window=VENDOR_MINUTE),),  # of 20
)
