"""Sitemap indexes and packed sitemaps: which sitemaps a visit reads, and what it finds there."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from crawler.listing import read_listing
from listing_pages import FETCHED_AT, HOST, page, read


def index(*entries: str) -> str:
    """Return a sitemap index of entries `name` or `name@lastmod`."""
    parts = (entry.partition("@") for entry in entries)
    rows = (f"<sitemap><loc>{HOST}/{n}</loc>{f'<lastmod>{d}</lastmod>' if d else ''}</sitemap>" for n, _, d in parts)
    return f"<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{''.join(rows)}</sitemapindex>"


@pytest.mark.parametrize(
    ("entries", "first"),
    [
        (("s-2024.xml", "s-2025.xml", "s-2026.xml"), "s-2026.xml"),
        (("s-2026.xml", "s-2025.xml"), "s-2026.xml"),
        (("m_202609.xml.gz", "m_202611.xml.gz", "m_202610.xml.gz"), "m_202611.xml.gz"),
        (("2026-09.xml", "2026-10.xml", "2025-12.xml"), "2026-10.xml"),
        (("a.xml@2026-11-01", "b.xml@2026-11-27", "c.xml@2024-01-01"), "b.xml"),
        (("a-2024.xml@2026-11-27", "a-2026.xml@2026-11-27"), "a-2026.xml"),
        (("sitemap1.xml", "sitemap2.xml", "sitemap3.xml"), "sitemap3.xml"),
    ],
)
def test_newest_sitemap_comes_first(entries: tuple[str, ...], first: str) -> None:
    """The day of change tells the newest sitemap, else the year in its name, else the end of the index that grows."""
    listing = read(index(*entries), "/sitemap.xml")
    assert (listing.state, listing.next) == ("empty", f"{HOST}/{first}")
    assert listing.sitemaps[0] == listing.next


def test_older_sitemaps_are_left_out() -> None:
    """What is told to be older is not read at every visit."""
    assert len(read(index("s-2024.xml", "s-2025.xml", "s-2026.xml")).sitemaps) == 1
    assert len(read(index("a.xml@2026-11-27", "b.xml@2026-11-27", "c.xml@2024-01-01")).sitemaps) == 2


def test_undated_sitemaps_take_turns() -> None:
    """Of sitemaps that nothing tells apart visits through the day read all, though each reads five."""
    body = index(*(f"part-{letter}.xml" for letter in "abcdefghijkl"))
    read_by_hour = [
        read_listing(page(body, fetched_at=FETCHED_AT + timedelta(hours=hour))).sitemaps[:5] for hour in range(12)
    ]
    assert {url for hour in read_by_hour for url in hour} == {f"{HOST}/part-{letter}.xml" for letter in "abcdefghijkl"}
    assert read_by_hour[0] == read_listing(page(body)).sitemaps[:5]


def test_sitemap_without_a_day_beside_dated_ones_is_read() -> None:
    """A sitemap without a day among dated ones may be the one that grows: it is read beside the newest."""
    assert read(index("a.xml@2026-11-01", "b.xml", "c.xml@2026-10-01")).sitemaps == (f"{HOST}/a.xml", f"{HOST}/b.xml")


@pytest.mark.parametrize("bad", ["file:///etc/passwd", "ftp://x/s.xml", "http://x:99999/s.xml", "http://[::1"])
def test_only_the_web_is_read(bad: str) -> None:
    """An index leads to addresses of the web only; a bad entry leaves the others."""
    body = index("good.xml").replace("<sitemap>", f"<sitemap><loc>{bad}</loc></sitemap><sitemap>", 1)
    assert read(body).sitemaps == (f"{HOST}/good.xml",)


def test_packed_sitemap_is_unpacked() -> None:
    """A .xml.gz is read without a header that says how it is packed; one that is cut short gives what is there."""
    rows = "".join(f"<url><loc>{HOST}/a/t202611{n:02}_{n}.html</loc></url>" for n in range(1, 28))
    packed = gzip.compress(f"<urlset>{rows}</urlset>".encode())
    assert len(read(packed, "/sitemap.xml.gz").links) == 27
    assert 0 < len(read(packed[:-40], "/sitemap.xml.gz").links) < 27


def test_packed_page_is_unpacked() -> None:
    """A page of links that comes packed without a header is read like any other."""
    body = "".join(f"<li><a href='/a/t2026112{n}_1.html'>海州市发布第{n}号未来产业公告</a></li>" for n in range(1, 6))
    assert len(read(gzip.compress(f"<ul>{body}</ul>".encode())).links) == 5


@pytest.mark.parametrize("body", [b"\x1f\x8b\x08", b"\x1f\x8b\x08garbage" * 9, b"\x1f\x8b"])
def test_broken_packing_makes_no_exception(body: bytes) -> None:
    """Bytes that begin as gzip and are none give an empty list."""
    assert read(body).links == ()
