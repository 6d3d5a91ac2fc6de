"""Feeds of announcements for readers of feeds: Atom and JSON Feed, all of them, by region and by track. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from scheduler.notify.markup import web_address
from storage.connection import text_of
from storage.records import Announcement

ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
MOST_FEED_ENTRIES = 100  # of a feed: a reader that comes once a month misses little


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """Announcements under one name, newest first. `name` is that of its files, without an ending."""

    name: str
    title: str
    announcements: Sequence[Announcement]


def feeds_of(announcements: Iterable[Announcement]) -> list[ServedFeed]:
    """Return the feed of all announcements, and one for each region and track that they name; newest first."""
    regions: dict[tuple[str, str], list[Announcement]] = defaultdict(list)
    tracks: dict[str, list[Announcement]] = defaultdict(list)
    newest = list(announcements)
    for announcement in newest:
        if announcement.region:
            regions[announcement.region.code, announcement.region.name].append(announcement)
        for track in announcement.tracks:
            tracks[track].append(announcement)
    feeds = [ServedFeed(name="all", title="未来产业政策", announcements=newest)]
    feeds += [
        ServedFeed(name=f"region-{code}", title=f"未来产业政策：{name}", announcements=of)
        for (code, name), of in sorted(regions.items())
    ]
    feeds += [
        ServedFeed(name=f"track-{_file_name(track)}", title=f"未来产业政策：{track}", announcements=of)
        for track, of in sorted(tracks.items())
    ]
    return feeds


def files_of(feeds: Iterable[ServedFeed], *, url: str) -> dict[str, str]:
    """Return the files of feeds by name, with an OPML list of them all; `url` is where the folder will be served."""
    feeds = list(feeds)
    files = {}
    for feed in feeds:
        files[f"{feed.name}.atom"] = atom(feed, url=f"{url}/{quote(feed.name)}.atom")
        files[f"{feed.name}.json"] = json_feed(feed, url=f"{url}/{quote(feed.name)}.json")
    return files | {"feeds.opml": opml(feeds, url=url)}


def atom(feed: ServedFeed, *, url: str) -> str:
    """Return a feed as Atom (RFC 4287)."""
    ElementTree.register_namespace("", ATOM_NAMESPACE)
    root = ElementTree.Element(f"{{{ATOM_NAMESPACE}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _add(root, "id", url)
    _add(root, "title", feed.title)
    _add(root, "updated", _updated(feed))
    _add(root, "link", rel="self", type="application/atom+xml", href=url)
    _add(_add(root, "author"), "name", "FutureWatch")
    for announcement in feed.announcements[:MOST_FEED_ENTRIES]:
        _entry(root, announcement)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _entry(root: ElementTree.Element, announcement: Announcement) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", id_of(announcement))
    _add(entry, "title", announcement.title)
    _add(entry, "updated", str(text_of(announcement.first_seen_at)))
    if address := address_of(announcement):
        _add(entry, "link", rel="alternate", href=address)
    for label in (*announcement.tracks, *([announcement.act] if announcement.act else [])):
        _add(entry, "category", term=label)
    _add(entry, "summary", summary_of(announcement), type="text")


def json_feed(feed: ServedFeed, *, url: str) -> str:
    """Return a feed as JSON Feed 1.1."""
    items = [_item(announcement) for announcement in feed.announcements[:MOST_FEED_ENTRIES]]
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "feed_url": url,
        "language": "zh-CN",
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _item(announcement: Announcement) -> Mapping[str, Any]:
    said = {
        "id": id_of(announcement),
        "url": address_of(announcement),
        "title": announcement.title,
        "content_text": summary_of(announcement),
        "date_published": text_of(announcement.first_seen_at),
        "tags": list(announcement.tracks),
    }
    return {name: value for name, value in said.items() if value}


def opml(feeds: Iterable[ServedFeed], *, url: str) -> str:
    """Return a list of feeds that feed readers import."""
    root = ElementTree.Element("opml", {"version": "2.0"})
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "FutureWatch"
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        address = f"{url}/{quote(feed.name)}.atom"
        ElementTree.SubElement(body, "outline", {"type": "rss", "text": feed.title, "xmlUrl": address})
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def id_of(announcement: Announcement) -> str:
    """Return a name that is the announcement's for ever, wherever the feed lies."""
    return f"urn:futurewatch:announcement:{announcement.id}:{text_of(announcement.first_seen_at)}"


def address_of(announcement: Announcement) -> str:
    """Return the address of the leading article, an empty string when it is not a web page's."""
    mentions = announcement.mentions
    lead = next((m for m in mentions if m.article_id == announcement.lead_article_id), None) or next(
        iter(mentions), None
    )
    return web_address(lead.url) if lead else ""


def summary_of(announcement: Announcement) -> str:
    """Return what an announcement is, in a line for each kind of fact."""
    said = {
        "地区": announcement.region.name if announcement.region else "",
        "发文机关": "、".join(announcement.issuers),
        "文件": "".join(f"《{title}》" for title in announcement.policy_titles),
        "文号": announcement.document_number or "",
        "事项": announcement.act or "",
        "赛道": "、".join(announcement.tracks),
        "目标": "；".join(target.text for target in announcement.targets),
        "发布": announcement.first_published_at or "",
        "得分": f"{announcement.score:g}（阈值 {announcement.threshold:g}）",
    }
    return "\n".join(f"{name}：{value}" for name, value in said.items() if value)


def _updated(feed: ServedFeed) -> str:
    """Return when the newest announcement came; the year 2020 while there is none, for Atom wants a time."""
    return max((str(text_of(one.first_seen_at)) for one in feed.announcements), default="2020-01-01T00:00:00Z")


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM_NAMESPACE}}}{tag}", attributes)
    child.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t") or None
    return child


def _file_name(track: str) -> str:
    """Return a track's name without what a path or an address would read otherwise."""
    return "".join(letter if letter.isalnum() else "-" for letter in track)
