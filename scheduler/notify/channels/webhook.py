"""Send one message to a webhook, signed as Standard Webhooks 1.0 lays down."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from scheduler.config.endpoint import Endpoint
from scheduler.notify.post import JSON, Post


def key_of(secret: str) -> bytes:
    """Return the signing key of a secret, with or without its `whsec_` prefix. Raises `ValueError` if not base64."""
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def sign(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,` and base64 HMAC-SHA256 over `id.timestamp.body`; `timestamp` in seconds since the epoch."""
    digest = hmac.new(key_of(secret), f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def request(endpoint: Endpoint, id: str, payload: str, now: datetime) -> Post:
    """Return the request of one try: the payload as it is, signed for this moment."""
    body, timestamp = payload.encode(), int(now.timestamp())
    headers = {"Content-Type": JSON, "webhook-id": id, "webhook-timestamp": str(timestamp)}
    if endpoint.secret:
        headers["webhook-signature"] = sign(endpoint.secret.reveal(), id, timestamp, body)
    return Post(url=endpoint.url.reveal(), body=body, headers=headers)
