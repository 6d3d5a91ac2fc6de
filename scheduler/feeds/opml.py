"""Write lists of feeds as OPML 2.0, which feed readers import. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from scheduler.feeds.feed import FeedName
from scheduler.feeds.xml_text import add, whole


def opml(names: Iterable[FeedName], *, url: str, query: str = "") -> str:
    """Return a list of Atom feeds; `url` is what they are served below, `query` follows each address."""
    root = etree.Element("opml", {"version": "2.0"})
    add(add(root, "head"), "title", "FutureWatch")
    body = add(root, "body")
    for name in names:
        add(body, "outline", type="rss", text=name.title, title=name.title, xmlUrl=f"{url}/{name.path}.atom{query}")
    return whole(root)
