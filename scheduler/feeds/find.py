"""Find the announcements of a feed, and the feeds that there are. A read-only connection will do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crawler.text.regions import by_code, province_of, region
from scheduler.config.vocabulary import tracks_of, vocabulary
from scheduler.feeds.feed import MOST_FEED_ENTRIES, FeedKind, FeedName, ServedFeed, region_feed
from storage.archive import Archive
from storage.overview.selected import Chosen, chosen_by
from storage.search.query import Query, parse_query
from storage.search.saved import SavedSearch


def find_feed(archive: Archive, kind: FeedKind, value: str, *, who: str, lexicon: Path | None = None) -> ServedFeed:
    """Return a feed, without what was rejected or held back; a region has those of the regions within it.

    `who` asks: saved searches of others are as if they were not there.

    `lexicon` names the tracks that have a feed before the first announcement; None: the shipped one.

    Raises:
        KeyError: there is no such feed.
        QueryError: the query of a saved search cannot be read.
    """
    match kind:
        case "all":
            return _newest(archive, FeedName(kind="all"), Query())
        case "region":
            if value not in by_code():
                raise KeyError(value)
            return _newest(archive, region_feed(value), _where("region", value))
        case "track":
            if value not in archive.overview.names("tracks") and value not in tracks_of(lexicon).names:
                raise KeyError(value)
            return _newest(archive, FeedName(kind=kind, value=value, about=value), _where("track", value))
        case "source":
            name = archive.source_overview.name(value)
            if name is None:
                raise KeyError(value)
            return _newest(archive, FeedName(kind=kind, value=value, about=name), _where("source", value))
        case "saved":
            return saved_feed(archive, _saved(archive, value, who))


def saved_feed(archive: Archive, saved: SavedSearch) -> ServedFeed:
    """Return the announcements that a saved search finds.

    Raises:
        QueryError: its query cannot be read.
    """
    found = archive.search.announcements(parse_query(saved.query, vocabulary()))
    rejected = archive.rejections.ids()
    kept = (archive.announcements.get(id) for id in found if id not in rejected)
    shown = [one for one in kept if one.held_back is None][:MOST_FEED_ENTRIES]
    return ServedFeed(name=_name_of(saved), announcements=shown)


def known_feeds(archive: Archive, who: str) -> Sequence[FeedName]:
    """Return the feeds that have something to show: all, regions and their provinces, tracks, saved ones, sources.

    `who` asks: saved searches of others are left out.
    """
    told = archive.overview
    codes = sorted({code for found in told.names("region") for code in (found, province_of(region(found)).code)})
    sources = ((id, archive.source_overview.name(id)) for id in told.sources())
    return [
        FeedName(kind="all"),
        *map(region_feed, codes),
        *(FeedName(kind="track", value=track, about=track) for track in told.names("tracks")),
        *map(_name_of, archive.saved_searches.seen_by(who)),
        *(FeedName(kind="source", value=id, about=name or id) for id, name in sources),
    ]


def _newest(archive: Archive, name: FeedName, query: Query) -> ServedFeed:
    chosen = chosen_by(query)
    told = Chosen(clauses=(*chosen.clauses, "n.held_back IS NULL"), values=chosen.values)
    ids = archive.overview.newest(told, limit=MOST_FEED_ENTRIES)
    return ServedFeed(name=name, announcements=[archive.announcements.get(id) for id in ids])


def _where(key: str, value: str) -> Query:
    return parse_query("", vocabulary(), more=[(key, value)])


def _saved(archive: Archive, id: str, who: str) -> SavedSearch:
    saved = archive.saved_searches.get(int(id)) if id.isascii() and id.isdigit() and len(id) < 19 else None
    if saved is None or saved.removed_at or not saved.is_seen_by(who):
        raise KeyError(id)
    return saved


def _name_of(saved: SavedSearch) -> FeedName:
    return FeedName(kind="saved", value=str(saved.id), about=saved.name)
