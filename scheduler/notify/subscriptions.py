"""Find the saved searches that match an announcement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from scheduler.config.endpoint import Endpoint
from scheduler.config.vocabulary import vocabulary
from scheduler.notify.incident import open_incident, resolve_incident
from scheduler.notify.message import Subscribed
from scheduler.notify.routing import Subscription
from storage.archive import Archive
from storage.records import Announcement
from storage.search.query import Query, QueryError, parse_query
from storage.search.saved import SavedSearch


def subscriptions(archive: Archive, endpoints: Iterable[Endpoint]) -> Subscribed:
    """Return what names the saved searches that an announcement answers to, by the endpoints that each tells.

    An announcement answers when one of its articles is found. A search whose query cannot be read any more is left out,
    and the operator is told once.
    """
    endpoints = tuple(endpoints)

    def subscribed(announcement: Announcement, now: datetime) -> Mapping[str, Sequence[Subscription]]:
        articles = [mention.article_id for mention in announcement.mentions]
        found: dict[str, list[Subscription]] = defaultdict(list)
        for saved in archive.saved_searches.list():
            query = _readable(saved, archive, endpoints, now) if saved.endpoints else None
            if query and archive.search.among(query, articles):
                for endpoint in saved.endpoints:
                    found[endpoint].append(Subscription(name=saved.name, frequency=saved.frequency))
        return found

    return subscribed


def _readable(saved: SavedSearch, archive: Archive, endpoints: Sequence[Endpoint], now: datetime) -> Query | None:
    """Return the query of a saved search, None when it cannot be read: then an incident is open, else none."""
    key = incident_key(saved)
    try:
        query = parse_query(saved.query, vocabulary())
    except QueryError as error:
        open_incident(
            archive,
            endpoints,
            key=key,
            summary=f"saved search {saved.name!r} alerts nobody: its query cannot be read",
            detail=str(error),
            hint="remove it with `futurewatch saved remove`, and save it again",
            now=now,
        )
        return None
    resolve_incident(archive, endpoints, key=key, now=now)
    return query


def incident_key(saved: SavedSearch) -> str:
    """Return the key of the incident that is open while a saved search cannot be read."""
    return f"saved:{saved.id}"
