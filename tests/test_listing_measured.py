"""Real listing pages of the measuring data, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.listing import find_endpoint, read_listing
from storage.records import Page

HTML = Path(__file__).parents[2] / "shared" / "corpus" / "html"
pytestmark = pytest.mark.skipif(not HTML.exists(), reason="the measuring data are not here")

# file, address it is read under, rows counted by hand, the end of the next page's address
COUNTED = [
    ("list-excerpts/gz_zrzyt_excerpt.html", "https://a.example/kyq/", 4, "/kyq/index_1.html"),
    ("list-excerpts/hanweb_col_datastore.html", "https://a.example/col/col8/index.html", 2, None),
    ("list-excerpts/hn_zrzyt_excerpt.html", "https://a.example/k/l.html", 5, "/k/list_tylb_dst_zczlm_2.html"),
    ("list-excerpts/ndrc_excerpt.html", "https://a.example/zc/ling/", 7, None),
    ("list-excerpts/xj_zrzyt_excerpt.html", "https://a.example/k/common_list.shtml", 5, "/k/common_list_2.shtml"),
    ("list-real/dfa66_announcement.html", "https://a.example/gg/index.html", 10, "/gg/index2.html"),
    ("list-real/hrfund_announcement.html", "https://a.example/news/information_2.html", 10, "/news/information_3.html"),
    ("list-real/netease_rolling_news.html", "https://a.example/latest/", 40, None),
    ("list-real/rtfund_xxpl.html", "https://a.example/main/index.shtml", 15, None),
    ("list-real/jx_sthjt_handlebars.html", "https://a.example/col/col4/index.html", 0, None),
]


def real(name: str, url: str) -> Page:
    fetched_at = datetime(2026, 11, 20, tzinfo=UTC)
    body = (HTML / name).read_bytes()
    return Page(source="", url=url, final_url=url, fetched_at=fetched_at, status=200, headers={}, body=body)


@pytest.mark.parametrize(("name", "url", "rows", "following"), COUNTED, ids=[case[0] for case in COUNTED])
def test_real_page(name: str, url: str, rows: int, following: str | None) -> None:
    """As many rows as a reader counts, each with title and day, and the right next page."""
    listing = read_listing(real(name, url))
    assert len(listing.links) == rows
    assert all(link.title and link.date for link in listing.links)
    assert listing.state == ("ok" if rows else "script_list")
    if following:
        assert listing.next is not None
        assert listing.next.endswith(following)


def test_real_script_page_carries_its_request() -> None:
    """The real handlebars page tells the form that its script sends."""
    found = find_endpoint(real("list-real/jx_sthjt_handlebars.html", "https://a.example/col/col4/index.html"))
    assert found is not None
    assert found.method == "POST"
    assert "channelCode" in found.body
