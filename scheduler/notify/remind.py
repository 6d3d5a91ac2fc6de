"""Remind endpoints of closing days, as many days before as each has asked for.

A reminder is noted and put into the outbox in one transaction: it comes once, wherever the program is stopped.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from scheduler.config.config import Settings
from scheduler.config.endpoint import Endpoint
from scheduler.config.log import get_logger
from scheduler.notify.message import message_for
from scheduler.notify.routing import route
from scheduler.notify.subscriptions import subscriptions
from scheduler.questions.deadlines import CALL_KINDS, AskedDeadlines, list_deadlines
from scheduler.questions.documents import DeadlineDocument
from storage.archive import Archive
from storage.records import BEIJING, Announcement
from storage.reminders import Reminder

if TYPE_CHECKING:
    from scheduler.config.program import Program

log = get_logger()


async def remind(program: Program, now: datetime) -> None:
    """Put the reminders that are due into the outbox."""
    if put := put_reminders(program.context.archive, program.settings, now=now):
        log.info("reminders put", messages=put)


def put_reminders(archive: Archive, settings: Settings, *, now: datetime) -> int:
    """Put the reminders that are due, and return how many these are.

    Of several steps that have passed only the last counts: who was away is not told twice.
    """
    clock = now.astimezone(BEIJING)
    asking = [one for one in settings.endpoint if one.enabled and one.remind and clock.time() >= one.digest_at]
    if not asking:
        return 0
    today = clock.date()
    last = today + timedelta(days=max(step for one in asking for step in one.remind))
    asked = AskedDeadlines(since=today.isoformat(), until=last.isoformat(), kinds=CALL_KINDS)
    closing, known = list_deadlines(archive, asked), archive.reminders.since(today.isoformat())
    due = [
        (one, endpoint, reminder)
        for one in closing
        for endpoint in asking
        if (reminder := _due(one, endpoint, today)) and reminder not in known
    ]
    return sum(_put(archive, settings, one, endpoint, reminder, now) for one, endpoint, reminder in due)


def _due(one: DeadlineDocument, endpoint: Endpoint, today: date) -> Reminder | None:
    """Return the reminder of the last step that has come, None before the first."""
    day = date.fromisoformat(one.day)
    seen = datetime.fromisoformat(one.first_seen_at).astimezone(BEIJING).date()
    passed = [step for step in endpoint.remind if seen < day - timedelta(days=step) <= today]  # else the alert told it
    if not passed:
        return None
    return Reminder(announcement_id=one.act, endpoint=endpoint.name, day=one.day, days_before=min(passed))


def _put(
    archive: Archive, settings: Settings, one: DeadlineDocument, endpoint: Endpoint, reminder: Reminder, now: datetime
) -> bool:
    announcement = archive.announcements.get(one.act)
    searches = subscriptions(archive, settings.endpoint)(announcement, now).get(endpoint.name, ())
    way = route(endpoint, announcement, now, subscriptions=searches, is_reminder=True)
    if way is None or not _is_told(announcement):
        return False
    left = (date.fromisoformat(one.day) - now.astimezone(BEIJING).date()).days
    message = message_for(
        endpoint, way, announcement, "announcement.closing", now, review_url=settings.review.url,
        deadline={"day": one.day, "days_left": left, "quote": one.quote},
    )  # fmt: skip
    with archive.transaction():
        is_first = archive.reminders.note(reminder, now=now)
        if is_first:
            archive.outbox.put([message])
    return is_first


def _is_told(announcement: Announcement) -> bool:
    """Whether people are told of an act at all; an old one under a new date is held back."""
    return announcement.held_back is None
