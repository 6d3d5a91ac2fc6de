"""Feishu (飞书) applications: the robot's card in a chat, by the application that is in it; its buttons may answer.

A custom robot's cards cannot: only an application has a callback. The address names application and chat, `secret` is
the application's.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer, Codes, answer_of
from scheduler.notify.channels import feishu
from scheduler.notify.channels.app_token import TokenService, send_with_token
from scheduler.notify.channels.callback import (
    JSON_MEDIA,
    Callback,
    CallbackError,
    CallbackKeys,
    CallbackRequest,
    CardPress,
    VendorAnswer,
    decrypt,
    is_same,
    press_of,
)
from scheduler.notify.channels.channel import VENDOR_MINUTE, Attempt, Channel, MessageForm, check_web_address
from scheduler.notify.post import JSON_TYPE, Post, json_post, send_post
from scheduler.notify.split import json_bytes
from storage.quotas import Limit

TEXT_BYTES = 18_000  # of the text as JSON: a card has 30 KB, and is a text in a text here
AES_BLOCK = 16  # bytes
SAME_MESSAGE_DIGITS = 32  # of the id by which the vendor drops, for an hour, what it had
ANSWER_CODES = Codes(
    field=("code",),
    text=("msg",),
    busy={230020, 99991400, 11232, 11233},  # quotas of the chat, the application
    penalty=timedelta(minutes=1),
    # a wrong application or secret, no right to send, not in the chat, no robot, no such chat
    endpoint={10003, 10014, 99991672, 230002, 230006, 230013, 230027, 230034},
    message={230001, 230025, 99992402},  # wrong parameters, too long
)
TOKENS = TokenService(
    codes=ANSWER_CODES, field="tenant_access_token", seconds="expire", expired=("code 99991663", "code 99991661")
)


def check_address(endpoint: Endpoint) -> None:
    """Raise `ValueError` when an address names no application or no chat."""
    check_web_address(endpoint)
    names = parse_qs(urlsplit(endpoint.url.reveal()).query)
    if not names.get("app_id") or not names.get("chat_id"):
        raise ValueError("names no app_id and chat_id: https://open.feishu.cn/?app_id=cli_…&chat_id=oc_…")
    if endpoint.secret is None:
        raise ValueError("needs the application's secret under `secret`")


async def send(attempt: Attempt) -> Answer:
    """Send a part as a card; the vendor drops one that it had within the hour."""
    endpoint = attempt.endpoint
    address = urlsplit(endpoint.url.reveal())
    names = {name: values[0] for name, values in parse_qs(address.query).items()}
    base = f"{address.scheme}://{address.netloc}/open-apis"
    secret = endpoint.secret.reveal() if endpoint.secret else ""
    asks = json_post(f"{base}/auth/v3/tenant_access_token/internal", {"app_id": names["app_id"], "app_secret": secret})
    same = hashlib.sha256(f"{attempt.id} {attempt.part.text}".encode()).hexdigest()[:SAME_MESSAGE_DIGITS]
    document = {
        "receive_id": names["chat_id"], "msg_type": "interactive", "uuid": same,
        "content": json.dumps(feishu.card(attempt.part), ensure_ascii=False),
    }  # fmt: skip
    post = json_post(f"{base}/im/v1/messages?receive_id_type=chat_id", document)

    async def with_token(token: str) -> Answer:
        headers = {"Content-Type": JSON_TYPE, "Authorization": f"Bearer {token}"}
        sent = Post(url=post.url, body=post.body, headers=headers)
        return await send_post(attempt.client, sent, lambda response: answer_of(response, ANSWER_CODES))

    return await send_with_token(endpoint, attempt.client, TOKENS, asks=("POST", asks), send=with_token)


def signature(key: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the SHA-256 over timestamp, nonce, key and body, as the vendor signs its requests."""
    return hashlib.sha256(f"{timestamp}{nonce}{key}".encode() + body).hexdigest()


def read(request: CallbackRequest, keys: CallbackKeys, _endpoint: Endpoint) -> CardPress | VendorAnswer:
    """Return the press that a request tells of; the trial of the address is answered with its challenge."""
    said = _opened(request.body, keys.key)
    if said.get("type") == "url_verification":  # the vendor does not sign it
        _check_token(said.get("token"), keys)
        return VendorAnswer(body=_json({"challenge": said.get("challenge")}), media_type=JSON_MEDIA)
    headers = request.headers
    timestamp, nonce = headers.get("x-lark-request-timestamp", ""), headers.get("x-lark-request-nonce", "")
    if not is_same(headers.get("x-lark-signature", ""), signature(keys.key, timestamp, nonce, request.body)):
        raise CallbackError("the signature is wrong")
    request.check_time(timestamp)
    header, event = _table(said.get("header")), _table(said.get("event"))
    _check_token(header.get("token"), keys)
    if header.get("event_type") != "card.action.trigger":
        raise CallbackError("it tells of no button")
    action = _table(event.get("action"))
    by, value = str(_table(event.get("operator")).get("open_id", "")), _table(action.get("value"))
    return press_of(str(header.get("event_id", "")), by, value, str(action.get("option", "")))


def answer(
    _press: CardPress, said: str, is_done: bool, _keys: CallbackKeys, _endpoint: Endpoint, _now: datetime
) -> VendorAnswer:
    """Return the answer that shows words to who pressed, for a moment."""
    toast = {"type": "success" if is_done else "warning", "content": said}
    return VendorAnswer(body=_json({"toast": toast}), media_type=JSON_MEDIA)


def _opened(body: bytes, key: str) -> Mapping[str, Any]:
    try:
        sealed = b64decode(str(_table(json.loads(body)).get("encrypt", "")), validate=True)
        plain = decrypt(
            hashlib.sha256(key.encode()).digest(), sealed[AES_BLOCK:], iv=sealed[:AES_BLOCK], block=AES_BLOCK
        )
        return _table(json.loads(plain))
    except ValueError as error:
        raise CallbackError("it is not sealed with the key") from error


def _check_token(token: object, keys: CallbackKeys) -> None:
    if not is_same(str(token), keys.token):
        raise CallbackError("the token is wrong")


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def check_key(key: str) -> None:
    """Take any key: the vendor lets people choose it."""


CHANNEL = Channel(
    kind="feishu_app",
    zh="飞书应用",
    send=send,
    text=MessageForm(
        templates=("feishu.md.j2", "markdown.md.j2"), room=TEXT_BYTES, measure=json_bytes, shows_title=True
    ),
    limits=(
        Limit(tokens=95, window=VENDOR_MINUTE),
        Limit(tokens=4, window=timedelta(seconds=1.2)),  # of 5 a second in one chat
    ),
    check_url=check_address,
    callback=Callback(read=read, answer=answer, is_apart=False, check_key=check_key),
)
