"""Read RSS and Atom."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import feedparser

from crawler.listing.formats import undeclared
from crawler.listing.shapes import day_in_url
from crawler.listing.titles import plain
from crawler.text.dates import Today, day_of, read_moment
from storage.records import Link

TIMES = ("published", "updated", "created")


def read_feed(text: str, url: str, today: Today) -> tuple[Link, ...]:
    """Return the entries of a decoded feed, in its order. An entry without a link is left out."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    # A stream, because a string could be taken for an address to fetch or a file to open.
    parsed = feedparser.parse(io.BytesIO(undeclared(text).encode()), response_headers=headers)
    links = (_link(entry, today) for entry in parsed.entries)
    return tuple({link.url: link for link in links if link.url.startswith("http")}.values())


def _link(entry: Mapping[str, Any], today: Today) -> Link:
    url = str(entry.get("link") or "").strip()
    return Link(url=url, title=plain(str(entry.get("title") or "")), date=_day(entry, today) or day_in_url(url))


def _day(entry: Mapping[str, Any], today: Today) -> date | None:
    """Return the day in China of an entry; feedparser takes CST for America's zone, and any number for a day."""
    said = (str(entry[name]) for name in TIMES if name in entry)
    moment = next(filter(None, (read_moment(words, today) for words in said)), None)
    return day_of(moment) if moment else None
