"""Report failures of the program itself, where no endpoint was asked.

The messages carry it as their last answer, an incident is opened, and the operator is told past the outbox: whatever
stands in it may wait for the very thing that is broken.
"""

from __future__ import annotations

from datetime import datetime

from scheduler.config.endpoint import Endpoint
from scheduler.config.log import get_logger
from scheduler.notify.dispatch import Dispatch
from scheduler.notify.incident import messages, resolve_incident
from scheduler.notify.tell_directly import tell_directly
from storage.archive import Archive
from storage.records import Incident

log = get_logger()

INCIDENT_KEY_PREFIX = "deliveries:"  # and the endpoint's name


async def note_breakdown(
    archive: Archive, dispatch: Dispatch, endpoint: Endpoint, error: Exception, *, now: datetime
) -> None:
    """Note that a round failed outside its endpoint, and tell the operator once. Raises nothing."""
    kind = type(error).__name__  # the class alone: a message may hold an address
    log.error("delivery failed outside the endpoint", endpoint=endpoint.name, error=kind)
    try:
        archive.outbox.stopped(endpoint.name, answer=f"not sent: {kind} in this program", now=now)
        incident = archive.incidents.open(
            f"{INCIDENT_KEY_PREFIX}{endpoint.name}", now=now,
            summary=f"Messages to endpoint {endpoint.name} are not sent",
            detail=f"{kind} in this program, before the endpoint was asked",
            hint="futurewatch doctor, and the daemon's log",
        )  # fmt: skip
        if incident is not None and not await _is_told(dispatch, incident, now):
            archive.outbox.put(messages(incident, "incident.opened", dispatch.endpoints, now=now))
    except Exception as again:  # noqa: BLE001  an archive that cannot be written is told by the watch
        log.error("failure could not be noted", endpoint=endpoint.name, error=type(again).__name__)  # noqa: TRY400


async def _is_told(dispatch: Dispatch, incident: Incident, now: datetime) -> bool:
    try:
        return await tell_directly(dispatch, incident, now)
    except Exception as error:  # noqa: BLE001  very likely what broke the round as well
        log.error("operator not told directly", error=type(error).__name__)  # noqa: TRY400  see above
        return False


def note_recovery(archive: Archive, dispatch: Dispatch, endpoint: Endpoint, *, now: datetime) -> None:
    """End the incident of an endpoint whose messages are sent again."""
    resolve_incident(archive, dispatch.endpoints, key=f"{INCIDENT_KEY_PREFIX}{endpoint.name}", now=now)
