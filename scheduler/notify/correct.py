"""Take an announcement back: what was not sent is not sent, and who has it is told that it was wrong."""

from __future__ import annotations

from datetime import datetime

from scheduler.config import Settings
from scheduler.notify.message import message_for
from scheduler.notify.routing import timing_of
from storage.archive import Archive


def take_back(
    archive: Archive, announcement_id: int, reason: str, *, settings: Settings, now: datetime, tells: bool = True
) -> int | None:
    """Note that an announcement is none, and return how many corrections go out; None when it was known.

    The review page and `futurewatch announcements reject` call this. Without `tells` only what waits is withdrawn.

    Raises:
        KeyError: there is no such announcement.
    """
    with archive.transaction():
        announcement = archive.announcements.get(announcement_id)
        if not archive.rejections.add(announcement_id, reason, now=now):
            return None
        archive.outbox.withdraw(announcement_id)
        told = {delivery.endpoint for delivery in archive.outbox.told(announcement_id)} if tells else set()
        corrections = [
            message_for(
                endpoint,
                timing_of(endpoint, announcement.score, now),
                announcement,
                "announcement.corrected",
                now,
                review_url=settings.review.url,
                reason=reason,
            )
            for endpoint in settings.endpoint
            if endpoint.name in told
        ]
        archive.outbox.put(corrections)
        return len(corrections)
