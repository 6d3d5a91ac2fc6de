"""Announcements as cards: what they are, when each was published, seen and sent, and what reviewers say. Not a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.archive import Archive
from storage.records import Announcement, Mention
from storage.verdicts import SeenState, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An announcement as a card shows it. `sent_at` is None while no endpoint has it, `verdict` until somebody says."""

    announcement: Announcement
    verdict: Verdict | None
    sent_at: datetime | None
    tags: tuple[str, ...]

    @property
    def published_at(self) -> str | None:
        """The first publication of an article of it: a time where the page gives one, else a day."""
        earliest = self.announcement.earliest
        return earliest.published_at if earliest else self.announcement.first_published_at

    @property
    def seen(self) -> SeenState:
        """The state of the announcement that a verdict on this card goes by."""
        return SeenState(version=self.announcement.version, verdict=self.verdict.id if self.verdict else 0)

    @property
    def seen_after(self) -> timedelta | None:
        """From publication to first sight; None when the page gives the day only."""
        at = self.published_at
        return self.announcement.first_seen_at - datetime.fromisoformat(at) if at and "T" in at else None

    @property
    def sent_after(self) -> timedelta | None:
        """From first sight to the first endpoint that has it."""
        return self.sent_at - self.announcement.first_seen_at if self.sent_at else None

    @property
    def lead(self) -> Mention | None:
        """The article that speaks for it."""
        mentions = self.announcement.mentions
        return next((m for m in mentions if m.article_id == self.announcement.lead_article_id), None) or next(
            iter(mentions), None
        )


def cards_of(archive: Archive, announcement_ids: Sequence[int]) -> list[Card]:
    """Return announcements as cards, in the given order."""
    verdicts = archive.verdicts.of_announcements(announcement_ids)
    sent = archive.days.sent(announcement_ids)
    return [
        Card(
            announcement=archive.announcements.get(id),
            verdict=verdicts.get(id),
            sent_at=sent.get(id),
            tags=archive.notes.tags_of(id),
        )
        for id in announcement_ids
    ]
