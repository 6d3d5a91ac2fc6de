"""The table of feed formats: adding a format is adding a row. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scheduler.feeds.atom import atom
from scheduler.feeds.json_feed import json_feed
from scheduler.feeds.rss import rss


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFormat:
    """A format of feeds: its media type, and the function that writes a `ServedFeed` served at `url`."""

    media_type: str
    write: Callable[..., str]


FEED_FORMATS: Mapping[str, FeedFormat] = {
    "atom": FeedFormat(media_type="application/atom+xml", write=atom),
    "rss": FeedFormat(media_type="application/rss+xml", write=rss),
    "json": FeedFormat(media_type="application/feed+json", write=json_feed),
}
