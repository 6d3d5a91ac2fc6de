"""Write the feeds into a folder for a web server; a reader never sees half a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from scheduler.config.config import Settings
from scheduler.config.whole_file import write_whole
from scheduler.feeds.feed import ServedFeed, feeds_of
from scheduler.feeds.find import saved_feed
from scheduler.feeds.formats import FEED_FORMATS
from scheduler.feeds.opml import opml
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
    files = files_of([*feeds_of(shown), *_saved(archive)], url=f"{settings.review.url}/feeds")
    return sum(_write(folder / name, text) for name, text in files.items())


def files_of(feeds: Iterable[ServedFeed], *, url: str) -> dict[str, str]:
    """Return the files of feeds by name, with a list of them all; `url` is what the review server has them below."""
    feeds = list(feeds)
    files = {
        f"{feed.name.file}.{ending}": format.write(feed, url=f"{url}/{feed.name.path}.{ending}")
        for feed in feeds
        for ending, format in FEED_FORMATS.items()
    }
    return files | {"feeds.opml": opml((feed.name for feed in feeds), url=url)}


def _saved(archive: Archive) -> Iterator[ServedFeed]:
    """Yield the feeds of the shared saved searches that can be read."""
    for saved in archive.saved_searches.shared():
        with suppress(QueryError):  # the operator knows: see `scheduler.notify.subscriptions`
            yield saved_feed(archive, saved)


def _write(path: Path, text: str) -> bool:
    """Replace a file whole, unless it says the same already; True when it was replaced."""
    if path.exists() and path.read_bytes() == text.encode():
        return False
    write_whole(path, text)
    return True
