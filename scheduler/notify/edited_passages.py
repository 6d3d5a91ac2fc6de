"""Find the passages that the edit of a page has changed, for the message that tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from crawler.text.differences import differences
from scheduler.notify.message import Edited
from storage.archive import Archive
from storage.records import Announcement

JUST_NOW = timedelta(minutes=1)  # an edit and its message are of one transaction; older edits were told before
MOST_PASSAGES = 5  # the page of the revisions has all


def edited_in(archive: Archive) -> Edited:
    """Return what gives the passages that an edit of an announcement's article changed just now, the first few."""

    def edited(announcement: Announcement, now: datetime) -> Sequence[Mapping[str, str]]:
        for mention in announcement.mentions:
            wordings = archive.revisions.of(mention.article_id)
            before = wordings[-2] if len(wordings) > 1 else None
            if before and before.replaced_at and abs(now - before.replaced_at) <= JUST_NOW:
                return [asdict(one) for one in differences(before.text, wordings[-1].text)[:MOST_PASSAGES]]
        return ()

    return edited
