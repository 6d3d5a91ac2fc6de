"""Split articles off an announcement into one of their own, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawler.dedupe import keys_of, profile_of_member
from storage.archive import Archive
from storage.edits import Edit, EditError
from storage.records import Announcement


def separate(
    announcement_id: int, article_ids: Sequence[int], *, archive: Archive, reason: str, now: datetime
) -> tuple[Edit, Announcement]:
    """Split articles off an announcement into one of their own, and return the edit and the new announcement.

    Raises:
        EditError: an article is not of this announcement, or none would be left.
    """
    with archive.transaction():
        members = archive.near_duplicates.members([], article_ids)
        if not members:
            raise EditError(announcement_id, "has none of these articles")
        lead, keys = members[0], [key for m in members for key in keys_of(profile_of_member(m))]
        opened = archive.announcements.open(lead.article_id, archive.announcements.judged(lead), keys=keys, now=now)
        edit = archive.edits.split(announcement_id, article_ids, opened.id, reason=reason, now=now)
        return edit, archive.announcements.get(opened.id)
