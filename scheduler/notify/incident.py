"""Tell the operator that an incident opened, lasts, or is resolved: through the outbox, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from scheduler.config.endpoint import Endpoint
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
    members: Mapping[str, str] | None = None,
    not_through: str = "",
) -> Incident | None:
    """Open an incident and tell the operator, unless it is open already; `not_through` is who fails."""
    with archive.transaction():
        incident = archive.incidents.open(
            key, summary=summary, detail=detail, hint=hint, members=members, now=now
        )  # fmt: skip
        if incident is not None:
            archive.outbox.put(messages(incident, "incident.opened", endpoints, now=now, not_through=not_through))
        return incident


def remind(archive: Archive, endpoints: Iterable[Endpoint], incident: Incident, *, now: datetime) -> None:
    """Tell the operator that an incident still stands, as it is by now."""
    with archive.transaction():
        archive.incidents.told(incident.id, now=now)
        archive.outbox.put(messages(incident, "incident.updated", endpoints, now=now))


def resolve_incident(
    archive: Archive, endpoints: Iterable[Endpoint], *, key: str, now: datetime, not_through: str = ""
) -> Incident | None:
    """Resolve an incident if it is open, and tell those who were told of it."""
    if archive.incidents.standing(key) is None:
        return None
    with archive.transaction():
        incident = archive.incidents.resolve(key, now=now)
        if incident is not None:
            archive.outbox.put(messages(incident, "incident.resolved", endpoints, now=now, not_through=not_through))
        return incident


def messages(
    incident: Incident, type: str, endpoints: Iterable[Endpoint], *, now: datetime, not_through: str = ""
) -> Iterable[Delivery]:
    """Yield the message about an incident for each operator's endpoint."""
    payload = envelope(type, {"incident": document(incident)}, now)
    for endpoint in endpoints:
        if endpoint.role == "operator" and endpoint.name != not_through:
            yield Delivery(
                id=new_id(), announcement_id=None, version=None, endpoint=endpoint.name, type=type, payload=payload,
                state="pending", attempts=0, created_at=now, next_attempt_at=now, reason=f"operator: {incident.key}",
            )  # fmt: skip


def document(incident: Incident) -> dict[str, Any]:
    """Return an incident as messages and commands say it; `sources` are those that are still ill."""
    moments = ("opened_at", "resolved_at", "acknowledged_at")
    return {name: getattr(incident, name) for name in ("id", "key", "kind", "summary", "detail")} | {
        "hint": incident.hint if incident.is_open else "",
        **{name: text_of(getattr(incident, name)) for name in moments},
        "acknowledged_by": incident.acknowledged_by,
        "merged_into": incident.merged_into,
        "sources": [{"source": source, "detail": detail} for source, detail in incident.members.items()],
    }
