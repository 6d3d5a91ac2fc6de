"""Paging scripts, pagers and page numbers: which page comes next."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import page_of
from crawler.listing import read_listing
from crawler.listing.json_paging import next_json, with_page

ROOT = "https://www.haizhou.example"
ROWS = "".join(
    f'<li><a href="/zw/202503/t2025030{n}_{n}.html">海州市关于做好第{n}批示范项目申报工作的通知</a></li>'
    for n in range(1, 7)
)


def next_of(pager: str, path: str) -> str | None:
    """Return the path of the next page of a listing with a pager."""
    body = f"<html><body><ul>{ROWS}</ul>{pager}</body></html>".encode()
    url = ROOT + path
    page = page_of(body, url, at=datetime(2025, 3, 9, tzinfo=UTC))
    following = read_listing(page).next
    return following.removeprefix(ROOT) if following else None


@given(st.integers(2, 50), st.data())
def test_trs_counts_from_zero(count: int, data: st.DataObject) -> None:
    """On TRS page n+1 is index_n, and the page numbered count-1 is the last."""
    current = data.draw(st.integers(0, count - 1))
    path = "/zw/index.html" if current == 0 else f"/zw/index_{current}.html"
    following = next_of(f'<script>createPageHTML({count}, {current}, "index", "html")</script>', path)
    assert following == (f"/zw/index_{current + 1}.html" if current < count - 1 else None)


@given(st.integers(2, 50), st.data())
def test_common_list_counts_from_one(count: int, data: st.DataObject) -> None:
    """Where the script names the pager's element first, page n is name_n, and the page numbered count is the last."""
    current = data.draw(st.integers(1, count))
    path = "/zw/common_list.shtml" if current == 1 else f"/zw/common_list_{current}.shtml"
    script = f"createPageHTML('page-div',{count}, {current},'common_list','shtml',500);"
    assert next_of(f"<script>{script}</script>", path) == (
        f"/zw/common_list_{current + 1}.shtml" if current < count else None
    )


def test_definition_is_no_call() -> None:
    """The definition of the paging function and other numbers on the page decide nothing."""
    assert (
        next_of("<script>function createPageHTML(_nPageCount, _nCurrIndex, _sName, _sExt){}</script>", "/zw/") is None
    )


def test_variables_of_trs() -> None:
    """`var currentPage` and `var countPage` name the next page after the page's own file."""
    script = "<script>var currentPage = 2; var total = 8; var countPage = 4;</script>"
    assert next_of(script, "/zw/list_2.shtml") == "/zw/list_3.shtml"
    assert next_of(script.replace("= 2", "= 3"), "/zw/list_3.shtml") is None


def test_pages_that_count_down() -> None:
    """On 博达 sites the second page has the highest number: the link says it."""
    pager = '<a href="tzgg/19.htm">下页</a><a href="tzgg/1.htm">尾页</a>'
    assert next_of(pager, "/xw/tzgg.htm") == "/xw/tzgg/19.htm"


@pytest.mark.parametrize("words", ["下一页", "下页", "下一页 &gt;", "下一页»", "后一页", "&gt;", "›", "Next"])
def test_words_for_next(words: str) -> None:
    """The link to the next page is known by its words."""
    assert next_of(f'<div><a href="p1.html">1</a><a href="p9.html">{words}</a></div>', "/zw/p8.html") == "/zw/p9.html"


@pytest.mark.parametrize(
    "pager",
    [
        "<span>下一页</span>",
        '<a href="javascript:void(0)">下一页</a>',
        '<a class="next disabled" href="p9.html">下一页</a>',
        '<a href="p8.html">下一页</a>',
        '<a href="p1.html">首页</a><a href="p7.html">上一页</a>',
    ],
)
def test_last_page(pager: str) -> None:
    """A next link that is switched off, leads nowhere or to this page is none."""
    assert next_of(pager, "/zw/p8.html") is None


def test_numbers_without_words() -> None:
    """A pager of numbers only leads to the number after the current one."""
    pager = '<a href="?p=1">1</a><span class="on">2</span><a href="?p=3">3</a><a href="?p=4">4</a>'
    assert next_of(pager, "/zw/list?p=2") == "/zw/list?p=3"


def test_arrow_of_picture_show_is_no_pager() -> None:
    """An arrow that leads nowhere belongs to a picture show; the numbers below it count."""
    pager = '<a href="javascript:;">›</a><a class="on">1</a><a href="index_2.html">2</a>'
    assert next_of(pager, "/zw/index.html") == "/zw/index_2.html"


def test_page_in_address() -> None:
    """Where the page says how many there are, the number in its own address counts on."""
    assert next_of("<p>共3页</p>", "/zw/list?cat=7&page=2") == "/zw/list?cat=7&page=3"
    assert next_of("<p>共3页</p>", "/zw/list?cat=7&page=3") is None


@given(st.integers(1, 200), st.sampled_from([5, 10, 15, 20]))
def test_json_walk_ends(total: int, size: int) -> None:
    """Following `total` through the pages of a JSON list meets every row and then ends."""
    url, seen = "https://api.haizhou.example/list?cat=1&page=1&sid=2", 0
    for number in range(1, 1000):
        rows = min(size, total - seen)
        seen += rows
        following = next_json({"data": {"total": total, "pageSize": size}}, url, rows)
        if following is None:
            break
        assert following == f"https://api.haizhou.example/list?cat=1&page={number + 1}&sid=2"
        url = following
    assert seen == total


def test_json_short_last_page() -> None:
    """Without a page size, a last page with fewer rows is known by the whole pages before it."""
    assert next_json({"total": 23}, "https://a.example/api?page=3", 3) is None
    assert next_json({"total": 43}, "https://a.example/api?page=2", 10) == "https://a.example/api?page=3"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ({"has_more": True}, 5),
        ({"hasMore": 0}, None),
        ({"totalPages": 4}, None),
        ({"last": False}, 5),
        ({"next": "/api?page=5"}, 5),
        ({}, None),
    ],
)
def test_json_says_whether_more(said: dict[str, object], number: int | None) -> None:
    """The answer's own word decides; without one there is no next page."""
    following = next_json({"data": said}, "https://a.example/api?page=4", 10)
    assert following == (f"https://a.example/api?page={number}" if number else None)


KEYS = st.sampled_from(["title", "url", "data", "list", "date", "source", "total", "urls"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=9)
    | st.sampled_from(["/a/1.html", "2025-03-01", "<a "]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(VALUES)
def test_any_json_is_read(value: object) -> None:
    """Whatever an endpoint answers is read without an error; links have an address and a title."""
    url = f"{ROOT}/api?page=1"
    body = json.dumps(value).encode()
    page = page_of(body, url, at=datetime(2025, 3, 9, tzinfo=UTC))
    assert all(link.url.startswith("http") and link.title for link in read_listing(page).links)


def test_page_number_keeps_the_rest() -> None:
    """Only the page number of an address changes, also inside jpaas's paramJson."""
    assert with_page("https://a.example/x?b=%E6%96%87&pageNo=2&c=", 3) == "https://a.example/x?b=%E6%96%87&pageNo=3&c="
    changed = with_page("https://a.example/x?webId=1&paramJson=%7B%22pageNo%22%3A2%2C%22pageSize%22%3A15%7D", 3)
    assert changed == "https://a.example/x?webId=1&paramJson=%7B%22pageNo%22%3A3%2C%22pageSize%22%3A15%7D"


MARKUP = '<a class="a1" href="{0}index.html">上一页</a> <a href="{0}2.html">2</a> <a href="{0}2.html">下一页</a>'


def in_percent(text: str) -> str:
    return quote(text, safe="")


@pytest.mark.parametrize(
    "pager",
    [
        lambda m: f"<div id='pages'>{b64encode(quote(m).encode()).decode()}</div><script>show(atob(x))</script>",
        lambda m: f"<div class='page'>{b64encode(m.encode()).decode()}</div>",
        lambda m: f"<script>var p = '{b64encode(quote_plus(m).encode()).decode()}';</script>",
        lambda m: f"<input type='hidden' value='{b64encode(m.encode()).decode()}'>",
        lambda m: f"<div data-page='{urlsafe_b64encode(m.encode()).decode().rstrip('=')}'></div>",
        lambda m: f"<script>document.write(unescape('{in_percent(m)}'))</script>",
        lambda m: f"<script>document.write(decodeURIComponent('{in_percent(m)}'))</script>",
        lambda m: f"<script>document.write({json.dumps(m, ensure_ascii=False)})</script>",
        lambda m: f"<script>document.write('{m}')</script>",
        lambda m: "<script>p.innerHTML = '" + m.replace("<", "\\x3c").replace(">", "\\x3e") + "'</script>",
        lambda m: "<script>p.innerHTML = '" + m.replace("<", "\\u003c").replace(">", "\\u003e") + "'</script>",
    ],
)
def test_packed_pager(pager: Callable[[str], str]) -> None:
    """A pager that the page's script unpacks is read: base64, percent signs, strings, in numbered folders too."""
    assert next_of(pager(MARKUP.format("/zw/tongzhi/")), "/zw/tongzhi/index.html") == "/zw/tongzhi/2.html"
    assert next_of(pager(MARKUP.format("/zw/9/")), "/zw/9/1.html") == "/zw/9/2.html"


@pytest.mark.parametrize("packed", ["A" * 60, "JTND" * 20, "%3C" * 40, "data:image/png;base64," + "iVBORw0KGgo" * 20])
def test_packed_text_that_is_no_pager(packed: str) -> None:
    """Pictures and other packed texts lead nowhere."""
    assert next_of(f"<div>{packed}</div><script>var x='{packed}'</script>", "/zw/index.html") is None


@pytest.mark.parametrize(
    ("path", "following"),
    [
        ("/zw/list?page=Mg==", "/zw/list?page=Mw%3D%3D"),
        ("/zw/list?page=MQ%3D%3D&type=a", "/zw/list?page=Mg%3D%3D&type=a"),
        ("/zw/list/page/2/", "/zw/list/page/3/"),
        ("/zw/list/page/2", "/zw/list/page/3"),
        ("/zw/p3.html", "/zw/p4.html"),
        ("/zw/page_9.shtml", "/zw/page_10.shtml"),
        ("/zw/list?pageNo=9", "/zw/list?pageNo=10"),
        ("/zw/list?page=59", None),
        ("/zw/list/page/59/", None),
        ("/zw/list?page=NTk=", None),
        ("/zw/list?page=about", None),
    ],
)
def test_number_in_the_own_address(path: str, following: str | None) -> None:
    """The page's own address is counted on, in digits, base64 and folders, while the page says how many there are."""
    assert next_of("<div>共<b>59</b>页</div>", path) == following
