"""Write a feed as RSS 2.0. Pure."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from scheduler.feeds.feed import MOST_FEED_ENTRIES, ServedFeed, address_of, id_of, labels_of, summary_of
from scheduler.feeds.xml_text import ATOM_NAMESPACE, add, whole
from storage.records import BEIJING, Announcement


def rss(feed: ServedFeed, *, url: str) -> str:
    """Return a feed as RSS; `url` is where it is served. Times are China's."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM_NAMESPACE})
    channel = add(root, "channel")
    add(channel, "title", feed.name.title)
    add(channel, "link", url)
    add(channel, "description", feed.name.title)
    add(channel, "language", "zh-cn")
    add(channel, "lastBuildDate", _time(feed.updated_at))
    add(channel, f"{{{ATOM_NAMESPACE}}}link", rel="self", type="application/rss+xml", href=url)
    for announcement in feed.announcements[:MOST_FEED_ENTRIES]:
        _item(channel, announcement)
    return whole(root)


def _item(channel: etree._Element, announcement: Announcement) -> None:
    item = add(channel, "item")
    add(item, "title", announcement.title)
    if address := address_of(announcement):
        add(item, "link", address)
    add(item, "guid", id_of(announcement), isPermaLink="false")
    add(item, "pubDate", _time(announcement.first_seen_at))
    for label in labels_of(announcement):
        add(item, "category", label)
    add(item, "description", summary_of(announcement))


def _time(moment: datetime) -> str:
    return format_datetime(moment.astimezone(BEIJING))
