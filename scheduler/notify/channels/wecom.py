"""WeCom (企业微信) group robots: markdown of at most 4,096 bytes, 20 messages a minute, no signature.

The answer is HTTP 200 with `errcode`: 0 is delivered. The robot's key stands in the address.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.post import Post, json_post
from scheduler.notify.split import MessagePart

ROOM = 4096  # bytes of `content` in UTF-8
CODES = Codes(
    field=("errcode",),
    text=("errmsg",),
    busy={-1, 45009, 45033},  # busy; over the minute's quota; too many at once
    penalty=timedelta(minutes=1),
    endpoint={93000, 93004, 93008, 40001, 40014},  # a key that is none, a robot that was removed
    message={40008, 40058, 44004, 45002, 40035},  # no such type, a bad or empty parameter, too long
)


def request(endpoint: Endpoint, part: MessagePart, _now: datetime) -> Post:
    """Return the request that says a part."""
    return json_post(endpoint.url.reveal(), {"msgtype": "markdown", "markdown": {"content": part.text}})


def read(response: httpx.Response) -> Answer:
    """Read a robot's answer."""
    return answer_of(response, CODES)
