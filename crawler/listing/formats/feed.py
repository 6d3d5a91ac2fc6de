"""Read RSS and Atom."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import feedparser

from crawler.listing.badges import without_badges
from crawler.listing.formats.listing_format import ListingText
from crawler.listing.found import Found, each, found_in
from crawler.listing.titles import plain
from crawler.listing.xml_text import HEAD_CHARACTERS, undeclared
from crawler.text.address_days import day_in_address
from crawler.text.addresses import places_of, resolve
from crawler.text.dates import Today, day_of, read_moment
from storage.records import Link, Listing

ENTRY = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
MOST_ENTRIES = 1000  # entries of a broken feed that are parsed one by one
FEED = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
HTML = re.compile(r"<html[\s>]", re.IGNORECASE)
TIMES = ("published", "updated", "created")


class Feed:
    """RSS or Atom, served as whatever type."""

    name = "rss"

    def recognises(self, text: str) -> bool:
        """Return whether a text begins as a feed does."""
        head = text[:HEAD_CHARACTERS]
        return bool(FEED.search(head)) and not HTML.search(head)

    def read(self, page: ListingText) -> tuple[Found, str | None]:
        """Return the entries; a feed has one page."""
        return read_feed(page.text, page.url, page.today), None

    def explain(self, _page: ListingText, _found: Found) -> Listing | None:
        """Know nothing special."""
        return None


FORMAT = Feed()


def read_feed(text: str, url: str, today: Today) -> Found:
    """Return the entries of a decoded feed, in its order; one without an address that can be used is no link."""
    return found_in(each(_entries(undeclared(text), url), partial(_link, base=url, today=today)))


def _entries(text: str, url: str) -> list[Mapping[str, Any]]:
    """Return the entries of a feed; where it is so broken that some are missing, each is parsed for itself."""
    entries = _parsed(text, url)
    starts = [match.start() for match in ENTRY.finditer(text)]
    if len(entries) >= len(starts):
        return entries
    head, ends = text[: starts[0]], [*starts[1:], len(text)]
    parts = (text[start:end] for start, end in zip(starts[:MOST_ENTRIES], ends, strict=False))
    return [entry for part in parts for entry in _parsed(head + part, url)[:1]]


def _parsed(text: str, url: str) -> list[Mapping[str, Any]]:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    # A stream, because a string could be taken for an address to fetch or a file to open.
    return list(feedparser.parse(io.BytesIO(text.encode()), response_headers=headers).entries)


def _link(entry: Mapping[str, Any], base: str, today: Today) -> Link | None:
    url = resolve(str(entry.get("link") or ""), base)
    if url in places_of(base):  # what feedparser makes of no link, and of one with another scheme
        return None
    title = without_badges(plain(str(entry.get("title") or "")))[0]
    day = next(each([entry], partial(_day, today=today)), None) or (day_in_address(url) if url else None)
    return Link(url=url, title=title, date=day) if url else None


def _day(entry: Mapping[str, Any], today: Today) -> date | None:
    """Return the day in China of an entry; feedparser takes CST for America's zone, and any number for a day."""
    said = (str(entry[name]) for name in TIMES if name in entry)
    moment = next(filter(None, (read_moment(words, today) for words in said)), None)
    return day_of(moment) if moment else None
