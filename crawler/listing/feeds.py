"""Read RSS and Atom."""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import feedparser

from crawler.listing.dates import FULL, read_day
from crawler.listing.formats import undeclared
from crawler.listing.shapes import day_in_url
from crawler.listing.titles import plain
from storage.records import BEIJING, Link

ZONE = re.compile(r"(?:[+-]\d\d:?\d\d|Z|GMT|UTC|[A-Z]{3,4})\s*$")
TIMES = ("published", "updated", "created")


def read_feed(text: str, url: str) -> tuple[Link, ...]:
    """Return the entries of a decoded feed, in its order. An entry without a link is left out."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    # A stream, because a string could be taken for an address to fetch or a file to open.
    parsed = feedparser.parse(io.BytesIO(undeclared(text).encode()), response_headers=headers)
    links = (_link(entry) for entry in parsed.entries)
    return tuple({link.url: link for link in links if link.url.startswith("http")}.values())


def _link(entry: Mapping[str, Any]) -> Link:
    url = str(entry.get("link") or "").strip()
    return Link(url=url, title=plain(str(entry.get("title") or "")), date=_day(entry) or day_in_url(url))


def _day(entry: Mapping[str, Any]) -> date | None:
    for name in TIMES:
        words = str(entry.get(name) or "").strip()
        moment = entry.get(f"{name}_parsed")
        if words and FULL.search(words) and not ZONE.search(words):  # feedparser takes a time without a zone for UTC
            day = read_day([words])
            return day if isinstance(day, date) else None
        if moment:
            return datetime.fromtimestamp(timegm(moment), UTC).astimezone(BEIJING).date()
    return None
