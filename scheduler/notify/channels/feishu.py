"""Feishu (飞书) group robots: an interactive card, signed over nothing, 100 messages a minute and 5 a second.

The answer is HTTP 200 with `code` (older robots: `StatusCode`): 0 is delivered.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx

from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.channels.callback import USUAL_REASONS, VERDICT_WORDS
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm, by_post
from scheduler.notify.post import Post, json_post
from scheduler.notify.split import AskedAct, MessagePart, json_bytes
from storage.quotas import Limit

TEXT_BYTES = 18_000  # of the text as JSON: bodies were limited to 30 KB, new robots' to 20 KB
TITLE_CHARACTERS = 80  # the head of a card has two lines
ANSWER_CODES = Codes(
    field=("code", "StatusCode"),
    text=("msg", "StatusMessage"),
    busy={11232, 11233, 11246, 11247, 230020, 99991400},  # quotas of the robot, the room, the tenant
    penalty=timedelta(minutes=1),
    endpoint={19001, 19007, 19021, 19022, 19024},  # token, robot off, signature, address not allowed, keyword missing
    message={9499, 19002, 11310, 230025},  # a bad request or card; too long
)


def sign(secret: str, timestamp: int) -> str:
    r"""Return base64 HMAC-SHA256 over nothing, with `timestamp\nsecret` as key; seconds since the epoch."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def request(attempt: Attempt) -> Post:
    """Return the request that shows a part as a card."""
    endpoint = attempt.endpoint
    document: dict[str, Any] = {"msg_type": "interactive", "card": card(attempt.part)}
    if endpoint.secret:
        timestamp = int(attempt.now.timestamp())
        document = {"timestamp": str(timestamp), "sign": sign(endpoint.secret.reveal(), timestamp)} | document
    return json_post(endpoint.url.reveal(), document)


def card(part: MessagePart) -> dict[str, Any]:
    """Return a card: title, text, a button to the page that it is about, and those that give a verdict."""
    elements: list[dict[str, Any]] = [{"tag": "markdown", "content": part.text}]
    if part.url:
        button = {"tag": "button", "type": "primary", "url": part.url, "text": _plain("查看原文")}
        elements.append({"tag": "action", "actions": [button]})
    if part.asks:
        elements.append({"tag": "action", "actions": list(_verdicts(part.asks))})
    return {
        "config": {"wide_screen_mode": True},
        "header": {"template": "blue", "title": _plain(part.title[:TITLE_CHARACTERS])},
        "elements": elements,
    }


def _verdicts(asked: AskedAct) -> Iterator[dict[str, Any]]:
    """Yield the buttons of a card that asks for a verdict; a rejection is chosen with its reason."""
    for verdict, word in VERDICT_WORDS.items():
        value = {"act": str(asked.id), "version": str(asked.version), "verdict": verdict}
        if verdict == "rejected":
            options = [{"text": _plain(reason), "value": reason} for reason in USUAL_REASONS]
            yield {"tag": "select_static", "placeholder": _plain(f"{word}：选理由"), "options": options, "value": value}
        else:
            yield {"tag": "button", "type": "default", "text": _plain(word), "value": value}


def _plain(text: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": text}


def read(response: httpx.Response) -> Answer:
    """Read a robot's answer."""
    return answer_of(response, ANSWER_CODES)


CHANNEL = Channel(
    kind="feishu",
    zh="飞书",
    send=by_post(request, read),
    text=MessageForm(
        templates=("feishu.md.j2", "markdown.md.j2"), room=TEXT_BYTES, measure=json_bytes, shows_title=True
    ),
    limits=(
        Limit(tokens=95, window=VENDOR_MINUTE),  # of 100
        Limit(tokens=4, window=timedelta(seconds=1.2)),  # of 5 a second
    ),
)
