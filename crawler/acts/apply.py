"""Carry out what was decided about an article: write it to the archive, and its messages to the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeAlias

from crawler.acts.decide import Gathered, Intent, Join, Nothing, Open, Revise
from crawler.dedupe import keys_of, waiting_keys
from crawler.dedupe.profile import Profile
from storage.archive import Archive
from storage.records import BEIJING, Announcement, Delivery, MessageType

Notify: TypeAlias = Callable[[Announcement, MessageType, datetime], Iterable[Delivery]]


def apply(intent: Intent, article_id: int, *, archive: Archive, notify: Notify, now: datetime) -> int | None:
    """Carry out an intent, and return the announcement of the article, None when it belongs to none."""
    match intent:
        case Nothing():
            if intent.waits is not None:
                _wait(intent.waits, article_id, archive, now)
            return intent.announcement_id
        case Open():
            archive.waiting.remove(article_id)
            announcement_id = _open(intent, article_id, archive, now)
            _gather(intent.gathers, announcement_id, archive, now)
        case Join():
            archive.waiting.remove(article_id)
            announcement_id = _join(intent, article_id, archive, now)
            _gather(intent.gathers, announcement_id, archive, now)
        case Revise():
            announcement_id = _revise(intent, archive, now)
    if intent.tells is not None:
        deliveries = tuple(notify(archive.announcements.get(announcement_id), intent.tells, now))
        archive.outbox.put(deliveries)
        if deliveries:
            archive.announcements.note_told(announcement_id, now=now)
    return announcement_id


def _wait(profile: Profile, article_id: int, archive: Archive, now: datetime) -> None:
    seen = now.astimezone(BEIJING).date()
    archive.waiting.put(article_id, waiting_keys(profile), region=profile.region, seen=seen)


def _gather(pages: Iterable[Gathered], announcement_id: int, archive: Archive, now: datetime) -> None:
    """Let pages that waited join the announcement that they are about."""
    for page in pages:
        archive.announcements.join(
            announcement_id, page.article_id, relation=page.relation, keys=keys_of(page.profile),
            standing=page.standing, reason=page.reason, now=now,
        )  # fmt: skip
        archive.near_duplicates.add(page.article_id, page.profile.fingerprint)
        archive.waiting.remove(page.article_id)


def _open(intent: Open, article_id: int, archive: Archive, now: datetime) -> int:
    archive.near_duplicates.add(article_id, intent.profile.fingerprint)
    opened = archive.announcements.open(
        article_id,
        intent.judged,
        keys=keys_of(intent.profile),
        standing=intent.standing,
        follows=intent.follows,
        held_back=intent.held_back,
        now=now,
    )
    return opened.id


def _join(intent: Join, article_id: int, archive: Archive, now: datetime) -> int:
    known = archive.announcements
    known.join(
        intent.announcement_id,
        article_id,
        relation=intent.relation,
        keys=keys_of(intent.profile),
        standing=intent.standing,
        reason=intent.reason,
        now=now,
    )
    archive.near_duplicates.add(article_id, intent.profile.fingerprint)
    if intent.adds == "lead":
        known.lead(intent.announcement_id, article_id, intent.judged)
    elif intent.adds == "details":
        known.complete(intent.announcement_id, intent.judged)
    if intent.is_update:
        known.raise_version(intent.announcement_id, now=now)
    return intent.announcement_id


def _revise(intent: Revise, archive: Archive, now: datetime) -> int:
    known = archive.announcements
    known.add_keys(intent.announcement_id, intent.keys)
    known.rebuild(intent.announcement_id, archive.near_duplicates.members_of(intent.announcement_id))
    known.raise_version(intent.announcement_id, now=now)
    return intent.announcement_id
