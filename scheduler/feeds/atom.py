"""Write a feed as Atom (RFC 4287). Pure."""

from __future__ import annotations

from lxml import etree

from scheduler.feeds.feed import (
    MOST_FEED_ENTRIES,
    ServedFeed,
    address_of,
    id_of,
    labels_of,
    summary_of,
    updated_at,
)
from scheduler.feeds.xml_text import ATOM_NAMESPACE, add, whole
from storage.connection import text_of
from storage.records import Announcement

NS = f"{{{ATOM_NAMESPACE}}}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(feed: ServedFeed, *, url: str) -> str:
    """Return a feed as Atom; `url` is where it is served."""
    root = etree.Element(f"{NS}feed", {XML_LANGUAGE: "zh-CN"}, nsmap={None: ATOM_NAMESPACE})
    add(root, f"{NS}id", url)
    add(root, f"{NS}title", feed.name.title)
    add(root, f"{NS}updated", str(text_of(feed.updated_at)))
    add(root, f"{NS}link", rel="self", type="application/atom+xml", href=url)
    add(add(root, f"{NS}author"), f"{NS}name", "FutureWatch")
    for announcement in feed.announcements[:MOST_FEED_ENTRIES]:
        _entry(root, announcement)
    return whole(root)


def _entry(root: etree._Element, announcement: Announcement) -> None:
    entry = add(root, f"{NS}entry")
    add(entry, f"{NS}id", id_of(announcement))
    add(entry, f"{NS}title", announcement.title)
    # The archive's own time: a publication known to the day only has none that could stand here.
    add(entry, f"{NS}published", str(text_of(announcement.first_seen_at)))
    add(entry, f"{NS}updated", str(text_of(updated_at(announcement))))
    if address := address_of(announcement):
        add(entry, f"{NS}link", rel="alternate", href=address)
    for label in labels_of(announcement):
        add(entry, f"{NS}category", term=label)
    add(entry, f"{NS}summary", summary_of(announcement), type="text")
