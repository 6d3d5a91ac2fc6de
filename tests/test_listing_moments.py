"""Days of whole lists, feeds and sitemaps as of the moment of the visit."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import pytest

from builders import page_of
from crawler.listing import read_listing
from crawler.text.dates import Today

URL = "https://www.haizhou.example/zwgk/tzgg/"
VISIT = datetime(2031, 5, 5, 16, 53, tzinfo=UTC)  # 00:53 on 6 May in Beijing
NEVER = datetime.fromtimestamp(0, UTC)
TITLES = [f"关于做好第{n}批深海装备产业项目申报工作的通知" for n in range(6)]


def days(body: str | bytes, *, fetched_at: datetime = VISIT, today: Today | None = None) -> list[date | None]:
    raw = body if isinstance(body, bytes) else body.encode()
    page = page_of(raw, URL, at=fetched_at)
    listing = read_listing(page, today=today)
    assert len(listing.links) == len(TITLES)
    return [link.date for link in listing.links]


def rows(day: str) -> str:
    items = "".join(
        f'<li><a href="/zwgk/tzgg/content_{7000 + n}.html">{title}</a>{day}</li>' for n, title in enumerate(TITLES)
    )
    return f"<html><head><title>通知公告</title></head><body><ul class='list'>{items}</ul></body></html>"


def feed(day: str) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://www.haizhou.example/view/{7000 + n}</link>{day}</item>"
        for n, title in enumerate(TITLES)
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'


ROWS = {
    "<span>3小时前</span>": date(2031, 5, 5),
    "<span>23小时前</span>": date(2031, 5, 5),
    "<span>半小时前</span>": date(2031, 5, 6),
    "<em>昨日 10:20</em>": date(2031, 5, 5),
    "<span>2周前</span>": date(2031, 4, 22),
    "<span>3个月前</span>": date(2031, 2, 6),
    "<time datetime='2031-05-03T09:00:00+08:00'>3天前</time>": date(2031, 5, 3),
    "<time datetime='2031-05-03'></time>": date(2031, 5, 3),
    "<p>更新：2031-05-05</p><p>发布：2031-05-03</p>": date(2031, 5, 3),
    "<span>２０３１－０５－０３</span>": date(2031, 5, 3),
    "<span>2031-06-09</span>": None,
}


@pytest.mark.parametrize("day", ROWS)
def test_days_of_rows(day: str) -> None:
    """Relative words count from the clock of the visit; a day long after it is none."""
    assert set(days(rows(day))) == {ROWS[day]}


FEEDS = {
    "<pubDate>Sat, 03 May 2031 20:30:00 CST</pubDate>": date(2031, 5, 3),
    "<pubDate>Sat May 03 20:30:00 CST 2031</pubDate>": date(2031, 5, 3),
    "<pubDate>Sat, 03 May 2031 20:30:00 +0800</pubDate>": date(2031, 5, 3),
    "<pubDate>Sat, 03 May 2031 12:30:00 GMT</pubDate>": date(2031, 5, 3),
    "<pubDate>Fri, 02 May 2031 16:00:00 GMT</pubDate>": date(2031, 5, 3),
    "<pubDate>Sat, 03 May 2031 00:00:00 GMT</pubDate>": date(2031, 5, 3),
    "<pubDate>2031-05-03 20:30:00</pubDate>": date(2031, 5, 3),
    "<pubDate>2031年05月03日</pubDate>": date(2031, 5, 3),
    "<pubDate>1935577800</pubDate>": date(2031, 5, 3),
    "<pubDate>1935577800000</pubDate>": date(2031, 5, 3),
    "<pubDate>4000000000</pubDate>": None,
    "<pubDate>0</pubDate>": None,
    "<pubDate>2042-01-01</pubDate>": None,
    "<pubDate>soon</pubDate>": None,
    "": None,
}


@pytest.mark.parametrize("day", FEEDS)
def test_days_of_feeds(day: str) -> None:
    """CST is China's, a bare number is a Unix time if it can be one, and no day is taken that cannot be."""
    assert set(days(feed(day))) == {FEEDS[day]}


def test_days_of_a_packed_sitemap() -> None:
    """A sitemap that is packed is read like one that is not; midnight in UTC is the day as written."""
    items = "".join(
        f"<url><loc>https://www.haizhou.example/zwgk/content_{7000 + n}.html</loc>"
        "<lastmod>2031-05-03T00:00:00Z</lastmod></url>"
        for n in range(len(TITLES))
    )
    packed = gzip.compress(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</urlset>'.encode())
    assert set(days(packed)) == {date(2031, 5, 3)}


def test_a_list_that_nobody_visited() -> None:
    """Where a filter asks, 昨天 counts from then; a printed day may be of any time."""
    asked = Today.asked(VISIT)
    assert set(days(rows("<span>昨天</span>"), fetched_at=NEVER, today=asked)) == {date(2031, 5, 5)}
    assert set(days(rows("<span>2031-06-09</span>"), fetched_at=NEVER, today=asked)) == {date(2031, 6, 9)}
    assert set(days(feed("<pubDate>4000000000</pubDate>"), fetched_at=NEVER, today=asked)) == {None}
    assert set(days(rows("<span>昨天</span>"), fetched_at=NEVER)) == {None}
