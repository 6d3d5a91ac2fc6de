"""Pages for the tests of listings, written in a line."""

from __future__ import annotations

from datetime import UTC, datetime

from builders import page_of
from crawler.listing import read_listing
from storage.records import Listing, Page

HOST = "https://www.haizhou.example"
FETCHED_AT = datetime(2026, 11, 28, 2, tzinfo=UTC)


def page(body: str | bytes, path: str = "/zwgk/", *, fetched_at: datetime = FETCHED_AT) -> Page:
    """Return a page as it was fetched."""
    raw = body.encode() if isinstance(body, str) else body
    url = path if "://" in path else HOST + path
    return page_of(raw, url, at=fetched_at)


def read(body: str | bytes, path: str = "/zwgk/") -> Listing:
    """Return what a listing page offers."""
    return read_listing(page(body, path))


def html_list(*rows: str) -> str:
    """Return a page with a list of rows."""
    return f"<html><body><ul class='list'>{''.join(f'<li>{row}</li>' for row in rows)}</ul></body></html>"


def policy(number: int) -> str:
    """Return the title of an invented document."""
    return f"海州市人民政府关于印发第{number}批未来产业场景清单的通知"
