"""Read RSS and Atom."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from functools import partial
from itertools import islice, pairwise
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
TAG = re.compile("<")
# What is read of a feed, from its beginning, where the newest stands: a tag takes its library 0.06 ms.
MOST_ENTRIES, MOST_TAGS = 1000, 20_000
MOST_PARSED_ALONE = 200  # entries of a broken feed: each takes 2 ms
ROOT = re.compile(r"<(?:rss|feed|rdf:RDF)(?:\s[^<>]{0,2000})?>", re.IGNORECASE)
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
    return found_in(each(_entries(_beginning(undeclared(text)), url), partial(_link, base=url, today=today)))


def _beginning(text: str) -> str:
    """Return as much of a feed as is read."""
    for mark, most in ((ENTRY, MOST_ENTRIES), (TAG, MOST_TAGS)):
        if beyond := next(islice(mark.finditer(text), most, None), None):
            text = text[: beyond.start()]
    return text


def _entries(text: str, url: str) -> list[Mapping[str, Any]]:
    """Return the entries of a feed; where it is so broken that some are missing, each is parsed for itself.

    Before each stands the root's tag alone, which may name spaces and a base: all that stands before the first entry
    would be read again with each.
    """
    starts = [match.start() for match in ENTRY.finditer(text)]
    entries = _parsed(text, url)
    if len(entries) >= len(starts):
        return entries
    root = ROOT.search(text)
    parts = (text[start:end] for start, end in islice(pairwise([*starts, len(text)]), MOST_PARSED_ALONE))
    alone = [entry for part in parts for entry in _parsed((root[0] if root else "") + part, url)[:1]]
    return max(alone, entries, key=len)


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
