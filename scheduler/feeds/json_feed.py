"""Write a feed as JSON Feed 1.1. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scheduler.feeds.feed import (
    MOST_FEED_ENTRIES,
    ServedFeed,
    address_of,
    id_of,
    labels_of,
    summary_of,
    updated_at,
)
from storage.connection import text_of
from storage.records import Announcement


def json_feed(feed: ServedFeed, *, url: str) -> str:
    """Return a feed as JSON; `url` is where it is served."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name.title,
        "feed_url": url,
        "language": "zh-CN",
        "items": [_item(announcement) for announcement in feed.announcements[:MOST_FEED_ENTRIES]],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _item(announcement: Announcement) -> Mapping[str, Any]:
    said = {
        "id": id_of(announcement),
        "url": address_of(announcement),
        "title": announcement.title,
        "content_text": summary_of(announcement),
        "date_published": text_of(announcement.first_seen_at),
        "date_modified": text_of(updated_at(announcement)),
        "tags": list(labels_of(announcement)),
    }
    return {name: value for name, value in said.items() if value}
