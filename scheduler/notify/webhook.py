"""Send one message to a webhook, signed as Standard Webhooks 1.0 lays down."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import httpx

from scheduler.config import Endpoint
from storage.records import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an endpoint said to one try, safe to show: never its address, never a secret."""

    is_delivered: bool
    text: str


def key_of(secret: str) -> bytes:
    """Return the signing key of a secret, with or without its `whsec_` prefix. Raises `ValueError` if not base64."""
    return base64.b64decode(secret.removeprefix("whsec_"), validate=True)


def sign(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,` and base64 HMAC-SHA256 over `id.timestamp.body`; `timestamp` in seconds since the epoch."""
    digest = hmac.new(key_of(secret), f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


async def send(client: httpx.AsyncClient, endpoint: Endpoint, delivery: Delivery, *, now: datetime) -> Answer:
    """Try a delivery once. 2xx is delivered; every other answer, and none, is to be tried again."""
    body, timestamp = delivery.payload.encode(), int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(timestamp),
    }
    if endpoint.secret:
        headers["webhook-signature"] = sign(endpoint.secret.reveal(), delivery.id, timestamp, body)
    try:
        response = await client.post(endpoint.url.reveal(), content=body, headers=headers)
    except httpx.HTTPError as error:
        return Answer(is_delivered=False, text=type(error).__name__)
    except (httpx.InvalidURL, LookupError) as error:
        return Answer(is_delivered=False, text=f"{type(error).__name__}: the endpoint's address or secret is unusable")
    return Answer(is_delivered=response.is_success, text=f"http {response.status_code}")
