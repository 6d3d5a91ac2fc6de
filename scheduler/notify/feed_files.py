"""Write the feeds into their folder; a reader never sees half a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scheduler.config.config import Settings
from scheduler.config.whole_file import write_whole
from scheduler.notify.feeds import ServedFeed, feeds_of, files_of
from scheduler.notify.subscriptions import saved_feed
from storage.archive import Archive
from storage.search.query import QueryError

FEED_CANDIDATES = 500  # the latest announcements: five feeds' worth, so that a quiet region's feed is not empty


def write_feeds(archive: Archive, settings: Settings) -> int:
    """Write the feeds that have changed, and return how many files that were; 0 too when no folder is configured.

    Rejected announcements, and those that people must not be told, are in none of them.
    """
    if settings.alert.feeds is None:
        return 0
    folder, rejected = Path(settings.alert.feeds), archive.rejections.ids()
    shown = [
        one
        for one in archive.announcements.list(limit=FEED_CANDIDATES)
        if one.id not in rejected and one.held_back is None
    ]
    folder.mkdir(parents=True, exist_ok=True)
    feeds = [*feeds_of(shown), *_saved(archive)]
    files = files_of(feeds, url=f"{settings.review.url}/feeds")
    return sum(_write(folder / name, text) for name, text in files.items())


def _saved(archive: Archive) -> Iterator[ServedFeed]:
    """Yield the feeds of the saved searches that can be read."""
    for saved in archive.saved_searches.list():
        with suppress(QueryError):  # the operator knows: see `scheduler.notify.subscriptions`
            yield saved_feed(archive.db, saved)


def _write(path: Path, text: str) -> bool:
    """Replace a file whole, unless it says the same already; True when it was replaced."""
    if path.exists() and path.read_bytes() == text.encode():
        return False
    write_whole(path, text)
    return True
