"""Send one message to a webhook, signed as Standard Webhooks 1.0 lays down."""

from __future__ import annotations

import base64
import hashlib
import hmac

from scheduler.notify.answer import by_status
from scheduler.notify.channels.channel import Attempt, Channel, by_post
from scheduler.notify.post import JSON_TYPE, Post


def key_of(secret: str) -> bytes:
    """Return the signing key of a secret, with or without its `whsec_` prefix. Raises `ValueError` if not base64."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as error:
        raise ValueError("not base64, as Standard Webhooks secrets are") from error


def sign(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,` and base64 HMAC-SHA256 over `id.timestamp.body`; `timestamp` in seconds since the epoch."""
    digest = hmac.new(key_of(secret), f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def request(attempt: Attempt) -> Post:
    """Return the request of one attempt: the payload as it is, signed for this moment."""
    endpoint, body, timestamp = attempt.endpoint, attempt.part.text.encode(), int(attempt.now.timestamp())
    headers = {"Content-Type": JSON_TYPE, "webhook-id": attempt.id, "webhook-timestamp": str(timestamp)}
    if endpoint.secret:
        headers["webhook-signature"] = sign(endpoint.secret.reveal(), attempt.id, timestamp, body)
    return Post(url=endpoint.url.reveal(), body=body, headers=headers)


CHANNEL = Channel(kind="webhook", zh="Webhook", send=by_post(request, by_status), text=None, check_secret=key_of)
