"""Retract an announcement or restore it, and correct the messages that were sent about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from scheduler.config.config import Settings
from scheduler.notify.message import message_for
from scheduler.notify.routing import timing_of
from storage.archive import Archive
from storage.records import Announcement, Delivery, MessageType

RESTORED_REASON = "复核后撤回此前的更正，该政策公布成立"


def take_back(
    archive: Archive,
    announcement_id: int,
    reason: str,
    *,
    settings: Settings,
    now: datetime,
    tells: bool = True,
    after: timedelta = timedelta(),
) -> int | None:
    """Note that an announcement is none, and return how many corrections go out; None when it was known.

    Without `tells` only what waits is withdrawn. `after` is how long corrections wait; meanwhile they hold nobody up.

    Raises:
        KeyError: there is no such announcement.
    """
    with archive.transaction():
        announcement = archive.announcements.get(announcement_id)
        if not archive.rejections.add(announcement_id, reason, now=now):
            return None
        archive.outbox.withdraw(announcement_id)
        told = {delivery.endpoint: delivery for delivery in archive.outbox.told(announcement_id)} if tells else {}
        corrections = [
            replace(message, next_attempt_at=max(message.next_attempt_at, now + after))
            for message in _messages(announcement, "announcement.corrected", told, reason, settings=settings, now=now)
        ]
        archive.outbox.put(corrections)
        # A correction overtakes nothing that it corrects: behind a message that is being tried it keeps its place.
        ahead = {name for name, delivery in told.items() if delivery.state == "pending"}
        archive.outbox.set_aside(c.id for c in corrections if c.state == "pending" and c.endpoint not in ahead)
        return len(corrections)


def let_stand(archive: Archive, announcement_id: int, *, settings: Settings, now: datetime) -> int | None:
    """Note that an announcement is one after all, and return how many messages say so; None when it was not rejected.

    Corrections that nobody has tried to send are withdrawn, and what was withdrawn with the rejection goes out. An
    endpoint that was sent a correction gets an update under a higher version.

    Raises:
        KeyError: there is no such announcement.
    """
    with archive.transaction():
        announcement = archive.announcements.get(announcement_id)
        if not archive.rejections.remove(announcement_id):
            return None
        archive.outbox.withdraw_corrections(announcement_id)
        archive.outbox.reinstate(announcement_id)
        corrected = archive.outbox.corrected(announcement_id)
        if not corrected:
            return 0
        announcement = archive.announcements.raise_version(announcement_id, now=now)
        updates = [
            *_messages(announcement, "announcement.updated", corrected, RESTORED_REASON, settings=settings, now=now)
        ]
        archive.outbox.put(updates)
        return len(updates)


def _messages(
    announcement: Announcement,
    type: MessageType,
    endpoints: Iterable[str],
    reason: str,
    *,
    settings: Settings,
    now: datetime,
) -> Iterator[Delivery]:
    """Yield a message to each of these endpoints that is still declared."""
    wanted = frozenset(endpoints)
    for endpoint in settings.endpoint:
        if endpoint.name in wanted:
            way = timing_of(endpoint, announcement, now)
            yield message_for(endpoint, way, announcement, type, now, review_url=settings.review.url, reason=reason)
