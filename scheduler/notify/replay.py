"""Carry out people's decisions on messages: send dead ones again, send or drop those that a flood holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from scheduler.config.endpoint import Endpoint
from scheduler.notify.digest import digest_of
from scheduler.notify.incident import resolve_incident
from storage.archive import Archive


def replay(archive: Archive, endpoints: Iterable[Endpoint], *, ids: Collection[str] | None, now: datetime) -> int:
    """Make dead messages pending again, the named ones or (None) all; return how many. Their incidents are resolved."""
    with archive.transaction():
        dead = [one.id for one in archive.outbox.list(state="dead") if ids is None or one.id in ids]
        number = archive.outbox.replay(dead, now=now)
        for id in dead:
            resolve_incident(archive, endpoints, key=f"delivery:{id}", now=now)
        return number


def decide_flood(archive: Archive, flood_id: str, *, releases: bool, review_url: str, now: datetime) -> int:
    """Send what a flood's question holds as one digest, or drop it; return how many messages that were."""
    with archive.transaction():
        held = archive.digests.held(flood_id)
        digest = None
        if releases and held:
            why = f"released by hand from {flood_id}"
            digest = digest_of(held, "overflow", review_url=review_url, now=now, why=why)
        return archive.digests.decide(flood_id, digest=digest, now=now)
