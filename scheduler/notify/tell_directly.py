"""Tell the operator without the outbox, when the archive or the sending itself is broken."""

from __future__ import annotations

from datetime import datetime

from scheduler.config.log import get_logger
from scheduler.notify.channels.channel import Attempt
from scheduler.notify.dispatch import Dispatch
from scheduler.notify.incident import messages
from scheduler.notify.sending import send
from scheduler.notify.web_client import http_client
from storage.records import Incident

log = get_logger()


async def tell_directly(dispatch: Dispatch, incident: Incident, now: datetime) -> bool:
    """Send an incident to the operator's endpoints without the outbox; True when one of them has taken it."""
    is_taken = False
    by_name = {endpoint.name: endpoint for endpoint in dispatch.endpoints}
    async with http_client(dispatch.timeout_seconds) as client:
        for message in messages(incident, "incident.opened", dispatch.endpoints, now=now):
            endpoint = by_name[message.endpoint]
            for part in dispatch.templates.parts(endpoint.kind, message.payload, now=now):
                attempt = Attempt(
                    client=client, endpoint=endpoint, id=message.id, part=part, now=now,
                    timeout_seconds=dispatch.timeout_seconds,
                )  # fmt: skip
                answer = await send(attempt)
                is_taken = is_taken or answer.is_delivered
                log.info("operator told directly", endpoint=endpoint.name, answer=answer.text)
    return is_taken
