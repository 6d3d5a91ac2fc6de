"""Addresses on listing pages: what can be asked for, which fragments stay, what a query says about a page."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.listing.shapes import shape_points
from crawler.text.addresses import carries_document, is_unusable, resolve
from listing_pages import HOST, html_list, policy, read

ROUTES = [
    "#/detail?id=1000",
    "#/zcwj/detail/88",
    "#!/news/2026/7.html",
    "#!detail/4711",
    "#docId=77123",
    "#articleCode=A-77",
    "#20261127001",
    "#8a7e9dd09ea4f724019f6ef338c52380",
    "#19249ba9-5d33-48e4-b9cb-def134be8820",
    "#/info?newsid=3",
    "#content/4053730",
    "#/policy/view?uuid=ab12",
    "#?guid=77ab",
]
PLACES = [
    "#top",
    "#content",
    "#rd",
    "#wechat_redirect",
    "#comments",
    "#p3",
    "#page=2",
    "#:~:text=未来产业",
    "#main-content",
    "#",
    "#/",
    "#!",
    "#part_2",
]


@pytest.mark.parametrize("fragment", ROUTES)
def test_fragment_that_carries_the_document_stays(fragment: str) -> None:
    """The route or the id behind # tells documents apart, and stays in the address."""
    assert resolve(f"/index.html{fragment}", HOST) == f"{HOST}/index.html{fragment}"


@pytest.mark.parametrize("fragment", PLACES)
def test_place_within_a_page_goes(fragment: str) -> None:
    """A place within a page, and what share buttons append, is no part of an address."""
    assert resolve(f"/a/t1.html{fragment}", HOST) == f"{HOST}/a/t1.html"


@pytest.mark.parametrize(
    "href",
    [
        "http://www.haizhou.example:99999/a.html",
        "http://www.haizhou.example:0/a",
        "http://www.haizhou.example:port/a",
        "https://[::1/a.html",
        "http:///a.html",
        "ftp://files.haizhou.example/a.doc",
        "file:///etc/passwd",
        "http://*.haizhou.example/a",
        "http://海 州.example/a",
        f"http://{'h' * 70}.example/",
        "http://a..b/",
        "http:www.haizhou.example/a.html",
        "s3://bucket/a",
        "http://host/" + "a" * 9000,
        "gopher://x/1",
        "http://a\x00b/",
    ],
)
def test_address_that_cannot_be_asked_for(href: str) -> None:
    """An impossible port, host or scheme is no address, and makes no exception."""
    assert resolve(href, f"{HOST}/zwgk/") is None
    assert is_unusable(href, f"{HOST}/zwgk/")


@pytest.mark.parametrize("href", ["javascript:void(0)", "mailto:office@haizhou.example", "tel:12345", "", "#top"])
def test_what_opens_no_page_is_not_counted(href: str) -> None:
    """A script, a mail address or a place on the page is no address that failed."""
    assert not is_unusable(href, HOST)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "//", "/", "#", "#/", "?", "http:"]))
def test_any_href_is_an_address_or_none(text: str, start: str) -> None:
    """Whatever a page writes, an address comes out that is of the web and stays itself, or None."""
    url = resolve(start + text, HOST)
    assert url is None or (url.startswith(("http://", "https://")) and resolve(url, HOST) == url)
    assert isinstance(carries_document(text), bool)


ARTICLES = [
    "/index.php?m=content&c=index&a=show&catid=9&id=1234",
    "/index.php?c=article&id=33",
    "/plus/view.php?aid=4321",
    "/index.php?s=/article/detail/id/12.html",
    "/index.php?option=com_content&view=article&id=12&catid=8",
    "/portal.php?mod=view&aid=1234",
    "/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1001&wbnewsid=1234",
    "/showinfo/showinfo.aspx?infoid=8a7e9dd09ea4f724",
    "/ArticleShow.asp?ArticleID=1234",
    "/?newsid=1234",
    "/#/zcwj/detail?id=1000",
    "/index.html#docId=88123",
    "/default.aspx?newsid=331",
    "/index.php/Home/Article/show/id/33",
    "/home/index.do?contentId=220011",
    "/index.jsp?documentid=31",
    "/site/index?guid=8a7e9dd09ea4f724019f6ef338c52380",
    "/presscenter/index.php?pid=984",
    "/?p=1234",
]
LISTINGS = [
    "/index.php?m=content&c=index&a=lists&catid=9",
    "/index.php?catid=9",
    "/portal.php?mod=list&catid=3",
    "/plus/list.php?tid=31",
    "/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1001",
    "/moreinfo.aspx?categorynum=001002",
    "/index.php?option=com_content&view=category&id=18",
    "/?cat=31",
    "/index.php?typeid=33",
    "/list.php?id=120",
    "/#/zwgk/list",
    "/#/home",
    "/",
    "/channel.aspx?id=310",
    "/index.php?page=22",
    "/newslist.aspx?id=330",
    "/index.html?siteid=120",
    "/index.php?columnid=77",
    "/index.do?channelId=220",
]


@pytest.mark.parametrize("path", ARTICLES)
def test_query_of_an_article(path: str) -> None:
    """One file may show lists and articles: an id that is no column's makes the address an article's."""
    assert shape_points(HOST + path) > 0


@pytest.mark.parametrize("path", LISTINGS)
def test_query_of_a_listing(path: str) -> None:
    """An action that lists, a file that lists and the id of a column make the address a listing's."""
    assert shape_points(HOST + path) <= 0


@pytest.mark.parametrize(
    "address",
    [
        "/index.php?m=content&c=index&a=show&catid=9&id={}",
        "/presscenter/index.php?pid={}",
        "/index.php?newsid={}",
        "/#/zcwj/detail?id={}",
        "/#/detail/{}",
        "/zwgk/{}/",
        "/a/2026/{}/index.html",
        "/list.php?t={}",
        "/main/{}/9001/",
        "/node/{}",
        "/channel/{}.html",
        "/index/{}.html",
        "/api/open/{}",
    ],
)
def test_dated_rows_are_rows_whatever_their_address(address: str) -> None:
    """A list whose rows have titles and days is read, also where the system's addresses look like listings."""
    rows = [f"<a href='{address.format(4710 + n)}'>{policy(n)}</a><span>2026-11-2{n}</span>" for n in range(1, 7)]
    listing = read(html_list(*rows))
    assert [link.title for link in listing.links] == [policy(n) for n in range(1, 7)]
    assert len({link.url for link in listing.links}) == listing.rows_seen == 6


def test_undated_rows_that_differ_by_a_number() -> None:
    """Long titles over addresses that differ by their number are a list, short words in the navigation are none."""
    rows = [f"<a href='/index.php?pid={980 + n}'>{policy(n)}</a>" for n in range(6)]
    menu = [f"<a href='/index.php?pid={n}'>政务公开{n}</a>" for n in range(10, 16)]
    assert len(read(html_list(*rows)).links) == 6
    assert read(html_list(*menu)).links == ()


PAGES = (
    "http://a.cn",
    "http://a.cn/zwgk/",
    "https://a.cn:8080/b/c.html?d=1",
    "http://a.cn/x;y/z",
    "http://a.cn/a//b/c",
)
NAMES = ("", ".", "..", "a", "t1.html", "x?y=z", "http:")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "href",
    ["/t1.html", "t1.html", "./202603/t1.html", "/", "a/", "/a?id=1", "x?y=z", "../a", "/a/../b", "a//b", "./.",
     "a;b?c", "http://b.cn/c", "https://b.cn:81/c?d", "//b.cn/c"],
)  # fmt: skip
def test_usual_addresses_are_joined_as_all_others(href: str, page: str) -> None:
    """What is joined without `urljoin` gives what that gives."""
    assert resolve(href, page) == urljoin(page, href)


@given(st.sampled_from(PAGES), st.lists(st.sampled_from(NAMES), max_size=5).map("/".join))
def test_address_of_any_names_is_joined_as_urljoin_does(page: str, href: str) -> None:
    """Whatever names an address has between its slashes, `urljoin` joins it alike, or no request can be made of it."""
    assert resolve(href, page) in {urljoin(page, href), None}
