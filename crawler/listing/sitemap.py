"""Read sitemaps: those with news titles, plain ones, and indexes of sitemaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin

from lxml import etree

from crawler.listing.formats import undeclared
from crawler.listing.shapes import day_in_url, shape_points
from crawler.listing.titles import plain
from crawler.text.dates import Today, day_of, read_moment
from storage.records import Link


def read_sitemap(text: str, url: str, today: Today) -> tuple[Link, ...]:
    """Return a sitemap's articles, in its order.

    A plain sitemap names listings too: without a news title an address must look like an article's. Its `lastmod`
    is the day of the last change, so that the day in the address comes first.
    """
    root = _root(text)
    entries = () if root is None else root.iterchildren("{*}url")
    links = (link for entry in entries if (link := _link(entry, url, today)))
    return tuple({link.url: link for link in links}.values())


def newest_sitemap(text: str, url: str) -> str | None:
    """Return the address that a sitemap index changed last (of equals the first), None when this is no index."""
    root = _root(text)
    entries = [] if root is None else list(root.iterchildren("{*}sitemap"))
    dated = [(_value(entry, "lastmod"), urljoin(url, where)) for entry in entries if (where := _value(entry, "loc"))]
    return max(dated, key=lambda pair: pair[0])[1] if dated else None


def _root(text: str) -> etree._Element | None:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(undeclared(text).encode(), parser)


def _link(entry: etree._Element, base: str, today: Today) -> Link | None:
    url, title = urljoin(base, _value(entry, "loc")), plain(_value(entry, "title"))
    if not url.startswith("http") or (not title and shape_points(url) <= 0):
        return None
    day = _day(_value(entry, "publication_date"), today) or day_in_url(url)
    return Link(url=url, title=title, date=day or _day(_value(entry, "lastmod"), today))


def _value(entry: etree._Element, name: str) -> str:
    return next(_texts(entry, name), "")


def _texts(entry: etree._Element, name: str) -> Iterator[str]:
    for element in entry.iter(f"{{*}}{name}"):
        if element.text and element.text.strip():
            yield element.text.strip()


def _day(value: str, today: Today) -> date | None:
    moment = read_moment(value, today) if value else None
    return day_of(moment) if moment else None
