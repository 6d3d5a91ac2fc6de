"""Before anything is sent: hold floods back, make the digests that are due, and one of what a quota cannot carry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from scheduler.config.endpoint import Endpoint
from scheduler.notify.channels.registry import channels
from scheduler.notify.digest import digest_of, flood_of, has_section_plan
from scheduler.notify.sending import bucket_of
from storage.archive import Archive
from storage.records import BEIJING, Delivery

FLOOD_WINDOW = timedelta(hours=1)  # a visit to a portal that has everything re-dated takes that long at 2 s a page
ASK_AGAIN_AFTER = timedelta(days=1)
MOST_SINGLE_MESSAGES = 4  # so many wait for a token rather than being made into a digest: it is a minute at most


def gather(archive: Archive, endpoint: Endpoint, *, flood: int, review_url: str, now: datetime) -> None:
    """Make an endpoint's outbox ready to be sent."""
    if archive.digests.is_idle(endpoint.name):
        return
    with archive.transaction():
        archive.digests.drop_rejected(endpoint.name)
        _hold_floods(archive, endpoint, flood, review_url, now)
        _make_digest(archive, endpoint, review_url, now)
        _gather_overflow(archive, endpoint, review_url, now)


def _hold_floods(archive: Archive, endpoint: Endpoint, flood: int, review_url: str, now: datetime) -> None:
    """Let one message ask about the announcements of a source that has suddenly too many."""
    for source in archive.digests.crowded(endpoint.name, since=now - FLOOD_WINDOW, now=now, more_than=flood):
        members = archive.digests.open_of(endpoint.name, source)
        if not members:
            continue
        question = archive.digests.question(endpoint.name, source, since=now - ASK_AGAIN_AFTER)
        question = question or flood_of(members, source=source, limit=flood, review_url=review_url, now=now)
        archive.digests.hold(question, members)


def _make_digest(archive: Archive, endpoint: Endpoint, review_url: str, now: datetime) -> None:
    """Make a digest of what waited for one; where messages go one by one, a single message goes as itself."""
    due = archive.digests.due(endpoint.name, now=now)
    goes_singly = endpoint.mode == "instant" and not has_section_plan(due)
    if len(due) == 1 and goes_singly:
        archive.digests.send_alone(due[0].id, now=now)
    elif due:
        reason = "quiet" if goes_singly and _waited_for_quiet(due, endpoint) else "digest"
        archive.digests.gather(digest_of(due, reason, review_url=review_url, now=now), due)  # type: ignore[arg-type]  # of the literals


def _waited_for_quiet(due: Sequence[Delivery], endpoint: Endpoint) -> bool:
    """Whether all of these waited until an endpoint's quiet hours ended, none for the hour of a saved search."""
    ends = endpoint.quiet.end if endpoint.quiet else None
    return all(one.next_attempt_at.astimezone(BEIJING).time() == ends for one in due)


def _gather_overflow(archive: Archive, endpoint: Endpoint, review_url: str, now: datetime) -> None:
    """Make one digest of all that nobody has tried to send, when it is more than the robot takes now."""
    limits = channels()[endpoint.kind].limits
    left = archive.quotas.left(bucket_of(endpoint), limits, now=now)
    if left is None:
        return
    untried = archive.digests.untried(endpoint.name)
    if len(untried) <= max(left, MOST_SINGLE_MESSAGES):
        return
    members: list[Delivery] = []
    earlier = archive.digests.untried_digest(endpoint.name)
    if earlier:
        members = archive.digests.members(earlier.id)
        archive.digests.dissolve(earlier.id, until=now)
    members += untried
    archive.digests.gather(digest_of(members, "overflow", review_url=review_url, now=now), members)
