"""Read sitemaps: those with news titles, plain ones, and indexes of sitemaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from lxml import etree

from crawler.listing.badges import without_badges
from crawler.listing.formats.listing_format import ListingText
from crawler.listing.found import Found, each, found_in
from crawler.listing.shapes import shape_points
from crawler.listing.titles import plain
from crawler.listing.xml_text import HEAD_CHARACTERS, undeclared
from crawler.text.address_days import day_in_address
from crawler.text.addresses import resolve
from crawler.text.dates import Today, day_of, read_moment
from storage.records import Link, Listing

SITEMAP = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
DATED_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(0[1-9]|1[0-2])?(?!\d)")
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # one of these ends a document
SECONDS_OF_A_TURN = 3600  # how long the same sitemap of those that nothing tells apart comes first


class Sitemap:
    """A sitemap, or an index of sitemaps."""

    name = "sitemap"

    def recognises(self, text: str) -> bool:
        """Return whether a text begins as a sitemap does."""
        return bool(SITEMAP.search(text[:HEAD_CHARACTERS]))

    def read(self, page: ListingText) -> tuple[Found, str | None]:
        """Return the articles; a sitemap has one page."""
        return read_sitemap(page.text, page.url, page.today), None

    def explain(self, page: ListingText, _found: Found) -> Listing | None:
        """Lead on to the sitemaps of an index."""
        sitemaps = sitemaps_in(page.text, page.url, page.fetched_at)
        if not sitemaps:
            return None
        return Listing(state="empty", reason="sitemap index", next=sitemaps[0], sitemaps=sitemaps)


FORMAT = Sitemap()


def read_sitemap(text: str, url: str, today: Today) -> Found:
    """Return a sitemap's articles, in its order.

    A plain sitemap names listings too: without a news title an address must look like an article's. Its `lastmod`
    is the day of the last change, so that the day in the address comes first.
    """
    root = _root(text)
    entries = () if root is None else root.iter("{*}url")
    articles = (entry for entry in entries if _may_be_article(entry, url))
    return found_in(each(articles, partial(_link, base=url, today=today)))


def sitemaps_in(text: str, url: str, fetched_at: datetime) -> tuple[str, ...]:
    """Return the sitemaps of an index that may hold what is new, the likeliest first; none when this is no index.

    Where `lastmod` or a year in the name tells the newest, the older ones are left out. What nothing tells apart takes
    turns by the hour of `fetched_at`, so that visits which read only some of them come to read all.
    """
    root = _root(text)
    entries = [] if root is None else list(root.iter("{*}sitemap"))
    where = [address for entry in entries if (address := _address(entry, url))]
    told = _told([_value(entry, "lastmod") for entry in entries if _address(entry, url)]) or _told(
        [_named_day(address) for address in where]
    )
    days = dict(zip(where, told or [""] * len(where), strict=True))
    newest = [address for address in days if days[address] and days[address] == max(days.values())]
    undated = [address for address in days if not days[address]]
    start = int(fetched_at.timestamp() // SECONDS_OF_A_TURN) % max(1, len(undated))
    # Of sitemaps that are only numbered or named one of the two ends grows.
    turned = [*undated[-1:], *undated[:1], *undated[start:], *undated[:start]]
    return tuple(dict.fromkeys([*newest, *turned]))


def _told(days: list[str]) -> list[str]:
    """Return when sitemaps changed, as it is told; nothing where all say the same, as systems that count up do."""
    return days if len(set(days)) > 1 else []


def _named_day(address: str) -> str:
    """Return the year, or year and month, that a sitemap's name carries, an empty string when it carries none."""
    found = DATED_NAME.findall(address.rpartition("/")[2])
    return "-".join(found[-1]).strip("-") if found else ""


def _root(text: str) -> etree._Element | None:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(NOT_IN_XML.sub("", undeclared(text)).encode("utf-8", "replace"), parser)


def _may_be_article(entry: etree._Element, base: str) -> bool:
    """True when an entry has a title, an address that looks like an article's, or one that is to be counted as bad."""
    url = _address(entry, base)
    return url is None or bool(_value(entry, "title")) or shape_points(url) > 0


def _link(entry: etree._Element, base: str, today: Today) -> Link | None:
    url = _address(entry, base)
    days = each([_value(entry, "publication_date"), _value(entry, "lastmod")], partial(_day, today=today))
    published, changed = days
    title = without_badges(plain(_value(entry, "title")))[0]
    return Link(url=url, title=title, date=published or day_in_address(url) or changed) if url else None


def _address(entry: etree._Element, base: str) -> str | None:
    written = _value(entry, "loc")
    return resolve(written, base) if written else None


def _value(entry: etree._Element, name: str) -> str:
    return next(_texts(entry, name), "")


def _texts(entry: etree._Element, name: str) -> Iterator[str]:
    for element in entry.iter(f"{{*}}{name}"):
        if element.text and element.text.strip():
            yield element.text.strip()


def _day(value: str, today: Today) -> date | None:
    moment = read_moment(value, today) if value else None
    return day_of(moment) if moment else None
