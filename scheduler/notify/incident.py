"""Tell the operator that an endpoint fails, or works again, through other endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from scheduler.notify.endpoint import Endpoint
from scheduler.notify.message import envelope, new_id
from storage.archive import Archive
from storage.connection import text_of
from storage.records import Delivery, Incident


def open_incident(
    archive: Archive,
    endpoints: Iterable[Endpoint],
    *,
    key: str,
    summary: str,
    detail: str,
    hint: str,
    now: datetime,
    not_through: str = "",
) -> Incident | None:
    """Open an incident and tell the operator, unless it is open already; `not_through` is who fails."""
    with archive.transaction():
        incident = archive.incidents.open(key, summary=summary, detail=detail, now=now)
        if incident is not None:
            archive.outbox.put(_messages(incident, "incident.opened", endpoints, not_through, now, hint))
        return incident


def resolve_incident(
    archive: Archive, endpoints: Iterable[Endpoint], *, key: str, now: datetime, not_through: str = ""
) -> Incident | None:
    """Resolve an incident if it is open, and tell those who were told of it."""
    if archive.incidents.standing(key) is None:
        return None
    with archive.transaction():
        incident = archive.incidents.resolve(key, now=now)
        if incident is not None:
            archive.outbox.put(_messages(incident, "incident.resolved", endpoints, not_through, now, ""))
        return incident


def _messages(
    incident: Incident, type: str, endpoints: Iterable[Endpoint], not_through: str, now: datetime, hint: str
) -> Iterable[Delivery]:
    said = {
        "id": incident.id, "key": incident.key, "summary": incident.summary, "detail": incident.detail,
        "opened_at": text_of(incident.opened_at), "resolved_at": text_of(incident.resolved_at), "hint": hint,
    }  # fmt: skip
    for endpoint in endpoints:
        if endpoint.role == "operator" and endpoint.name != not_through:
            yield Delivery(
                id=new_id(), announcement_id=None, version=None, endpoint=endpoint.name, type=type,
                payload=envelope(type, {"incident": said}, now), state="pending", attempts=0, created_at=now,
                next_attempt_at=now, reason=f"operator: {incident.key}",
            )  # fmt: skip
