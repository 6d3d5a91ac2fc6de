"""Try an endpoint: show the sample message as it is written there, and send it, past outbox and quotas."""

from __future__ import annotations

import json
from datetime import datetime

from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.notify.answer import Answer
from scheduler.notify.channels.channel import Attempt
from scheduler.notify.dispatch import SEND_TIMEOUT_SECONDS, dispatch_of
from scheduler.notify.message import new_id
from scheduler.notify.sample import SAMPLES
from scheduler.notify.sending import send
from scheduler.notify.split import MessagePart
from scheduler.notify.web_client import http_client


def sample_part(kind: str, settings: Settings, *, now: datetime) -> MessagePart:
    """Return the sample of a new announcement as an endpoint of a kind gets it."""
    payload = json.dumps(SAMPLES[0], ensure_ascii=False)
    (part,) = dispatch_of(settings).templates.parts(kind, payload, now=now)
    return part


async def send_sample(endpoint: Endpoint, settings: Settings, *, now: datetime) -> Answer:
    """Send an endpoint the sample once, and return its answer."""
    part = sample_part(endpoint.kind, settings, now=now)
    async with http_client(SEND_TIMEOUT_SECONDS) as client:
        attempt = Attempt(
            client=client, endpoint=endpoint, id=new_id(), part=part, now=now, timeout_seconds=SEND_TIMEOUT_SECONDS
        )
        return await send(attempt)
