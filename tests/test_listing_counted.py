"""Rows are counted: those that fall onto one address, those without one, and those that cannot be read."""

from __future__ import annotations

import gzip
import json

import pytest

from crawler.listing import ListingRules, read_listing
from listing_pages import html_list, page, policy, read

BAD_ADDRESSES = [
    "http://www.haizhou.example:99999/a.html",
    "http://[::1/a.html",
    "ftp://files.haizhou.example/a.doc",
    "file:///etc/passwd",
    "http://",
    "http://a..b/",
    "http://www.haizhou.example:port/",
    "http://*.haizhou.example/",
    "data:text/html,x",
    "http://" + "h" * 80 + ".example/",
]


def row(href: str, number: int, *, title: str | None = None) -> str:
    shown = policy(number) if title is None else title
    return f"<a href='{href}'>{shown}</a><span>2026-11-{20 + number}</span>"


def feed(*entries: str) -> str:
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{''.join(entries)}</channel></rss>"


def entry(link: str, number: int, *, day: str = "Fri, 27 Nov 2026 09:00:00 +0800") -> str:
    return f"<item><title>{policy(number)}</title><link>{link}</link><pubDate>{day}</pubDate></item>"


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_bad_address_leaves_its_neighbours(address: str) -> None:
    """One address that cannot be asked for is counted; the rows around it are read, in every format."""
    good = ["https://www.haizhou.example/a/1001.html", "https://www.haizhou.example/a/1003.html"]
    records = [
        {"title": policy(n), "url": url, "date": "2026-11-27"} for n, url in enumerate([good[0], address, good[1]])
    ]
    sitemap = "".join(f"<url><loc>{url}</loc><title>{policy(1)}</title></url>" for url in (good[0], address, good[1]))
    for body in (
        json.dumps(records),
        feed(entry(good[0], 1), entry(address, 2), entry(good[1], 3)),
        f"<urlset>{sitemap}</urlset>",
    ):
        listing = read(body)
        assert [link.url for link in listing.links] == good
        assert (listing.rows_seen, listing.unusable) == (3, 1)


@pytest.mark.parametrize("address", [a for a in BAD_ADDRESSES if not a.startswith("data:")])
def test_bad_link_on_a_page_is_counted(address: str) -> None:
    """A link with words whose address cannot be asked for is a row that was seen."""
    listing = read(html_list(*(row(f"/a/t2026112{n}_{n}.html", n) for n in range(1, 6)), row(address, 6)))
    assert (len(listing.links), listing.rows_seen, listing.unusable) == (5, 6, 1)


def test_rows_with_one_address_are_counted() -> None:
    """Rows that fall onto one address are one link, and the page says how many rows it had."""
    listing = read(html_list(*(row("/view/notice.html", n) for n in range(1, 7))))
    assert (len(listing.links), listing.rows_seen, listing.state) == (1, 6, "ok")


@pytest.mark.parametrize(
    "form",
    [
        "<h3><a href='{0}'>{1}</a></h3><p><a href='{0}'>海州市政府发布了一份文件的摘要</a></p><i>2026-11-2{2}</i>",
        "<a class='t' href='{0}'>{1}</a><a class='source' href='{0}'>海州市人民政府</a><i>2026-11-2{2}</i>",
        "<a href='{0}'><img src='a.jpg'></a><a href='{0}'>{1}</a><i>2026-11-2{2}</i>",
        "<a href='{0}'>{1}</a><i>2026-11-2{2}</i><a href='{0}'>查看详情</a>",
        "<a href='{0}'>{1}</a><a href='{0}'>摘要：海州市政府办公室今天发布了这份文件</a><i>2026-11-2{2}</i>",
    ],
)
def test_title_and_summary_are_one_row(form: str) -> None:
    """Several links of one row to its article are one row."""
    rows = [form.format(f"/a/t2026112{n}_{n}.html", policy(n), n) for n in range(1, 7)]
    listing = read(html_list(*rows))
    assert (len(listing.links), listing.rows_seen) == (6, 6)


def test_routes_of_a_single_page_stay_apart() -> None:
    """Rows whose addresses differ behind # only are rows of their own, in HTML and in JSON."""
    routes = [f"/#/zcwj/detail?id={1000 + n}" for n in range(1, 9)]
    listing = read(html_list(*(row(route, n) for n, route in enumerate(routes, 1))))
    rows = read(json.dumps({"data": [{"title": policy(n), "url": route} for n, route in enumerate(routes)]}))
    assert len(listing.links) == len(rows.links) == listing.rows_seen == rows.rows_seen == 8


@pytest.mark.parametrize(
    "link",
    [
        "<a href='javascript:void(0)' onclick='detail({0})'>{1}</a>",
        "<a href='/'>{1}</a>",
        "<a href='#'>{1}</a>",
        "<a>{1}</a>",
        "<span data-id='{0}'>{1}</span>",
        "<p class='title' onclick='show({0})'>{1}</p>",
        "<a href='javascript:;'>{1}</a>",
        "<a href=''>{1}</a>",
        "{1}",
        "<b ng-click='open({0})'>{1}</b>",
    ],
)
def test_dated_rows_without_an_address_are_no_empty_list(link: str) -> None:
    """A list with titles and days is never called empty: what is missing are its addresses."""
    listing = read(html_list(*(f"{link.format(n, policy(n))}<i>2026-11-2{n}</i>" for n in range(1, 7))))
    assert (listing.state, listing.links, listing.rows_seen, listing.unusable) == ("script_list", (), 6, 6)
    assert listing.reason == "6 rows with a day lead to no address of their own"


def test_page_without_rows_is_still_empty() -> None:
    """A page that shows days beside nothing is an empty list."""
    assert (
        read("<html><body><p>更新时间：2026-11-27</p><p>今天是2026-11-28</p><ul></ul></body></html>").state == "empty"
    )


@pytest.mark.parametrize("inside", ["", "<img src='/a'>", "<img src='/a' alt='DSC0012.jpg'>", "&nbsp;", "<i></i>"])
def test_row_without_words_is_still_a_row(inside: str) -> None:
    """A link that shows no text is a row like its neighbours; its title is empty where nothing gives one."""
    rows = [row(f"/a/t2026112{n}_{n}.html", n, title=inside if n == 3 else None) for n in range(1, 7)]
    listing = read(html_list(*rows))
    assert [link.title for link in listing.links] == [policy(n) if n != 3 else "" for n in range(1, 7)]
    assert str(listing.links[2].date) == "2026-11-23"


@pytest.mark.parametrize(
    "card",
    [
        "<a href='{0}'><img alt='{1}'></a><i>{2}</i>",
        "<a href='{0}' title='{1}'><img src='a.png'></a><i>{2}</i>",
        "<a href='{0}'><img src='a.png'></a><p>{1}</p><i>{2}</i>",
        "<a href='{0}'><img src='a.png'></a><h4>{1}</h4><i>{2}</i>",
        "<div><a href='{0}'></a></div><span>{1}</span><i>{2}</i>",
        "<i>{2}</i><a href='{0}'><img title='{1}'></a>",
    ],
)
def test_title_of_a_picture_row(card: str) -> None:
    """The title of a row that shows a picture comes from the picture, the link's attribute or the words beside it."""
    rows = [card.format(f"/a/t2026112{n}_{n}.html", policy(n), f"2026-11-2{n}") for n in range(1, 7)]
    assert [link.title for link in read(html_list(*rows)).links] == [policy(n) for n in range(1, 7)]


def test_icon_beside_a_title_is_no_row() -> None:
    """A picture in the row of a titled link, such as its download, is no row of its own."""
    rows = [
        f"{row(f'/a/t2026112{n}_{n}.html', n)}<a href='/d/2026112{n}_9.pdf'><img src='i.png'></a>" for n in range(1, 7)
    ]
    assert read(html_list(*rows)).rows_seen == 6


@pytest.mark.parametrize(
    "bad",
    [
        entry("https://www.haizhou.example/a/1002.html", 2, day="Mon, 99 Foo 99999 99:99:99"),
        entry("https://www.haizhou.example/a/1002.html", 2, day="99999999999999999999"),
        entry("https://www.haizhou.example/a/1002.html", 2, day="0000-00-00T00:00:00Z"),
        "<item><title>无地址</title></item>",
        "<item><title>坏<b</title><link>https://www.haizhou.example/a/1002.html</link></item>",
        "<item><title>&bad; &nbsp;</title><link>https://www.haizhou.example/a/1002.html?a=1&b=2</link></item>",
        "<item><title>\x0b\x01</title><link>https://www.haizhou.example/a/1002.html</link></item>",
        "<item></item>",
        "<item><link>https://www.haizhou.example/a/1002.html</item>",
        "<item><title><![CDATA[未关]]</title><link>https://www.haizhou.example/a/1002.html</link></item>",
    ],
)
def test_malformed_entry_leaves_the_feed(bad: str) -> None:
    """One malformed entry of a feed takes no other along."""
    good = [f"https://www.haizhou.example/a/{number}.html" for number in (1001, 1003, 1004)]
    listing = read(feed(entry(good[0], 1), bad, entry(good[1], 3), entry(good[2], 4)))
    assert {good[0], good[2]} <= {link.url for link in listing.links}


@pytest.mark.parametrize(
    "bad",
    [
        "<url><loc>http://[bad</loc></url>",
        "<url><loc></loc></url>",
        "<url/>",
        "<url><loc>https://www.haizhou.example/a/t20261126_2.html?a=1&b=2</loc></url>",
        "<url><loc>https://www.haizhou.example/a/t20261126_2.html</loc><lastmod>0001-01-01T00:00:00+14:00</lastmod></url>",
        "<url><loc>https://www.haizhou.example/a/t20261126_2.html</loc>",
        "<url><loc>\x08\x0b</loc></url>",
        "<url><loc>https://www.haizhou.example/a/t20261126_2.html</loc><lastmod>99999999999999999</lastmod></url>",
        "<url><loc>&unknown;</loc></url>",
        "<url><loc>file:///etc/passwd</loc></url>",
    ],
)
def test_malformed_entry_leaves_the_sitemap(bad: str) -> None:
    """One malformed entry of a sitemap takes no other along, packed or not."""
    urls = [f"https://www.haizhou.example/a/t2026112{n}_{n}.html" for n in (1, 3, 5)]
    first, *rest = (f"<url><loc>{url}</loc></url>" for url in urls)
    body = f"<?xml version='1.0' encoding='gb2312'?><urlset>{first}{bad}{''.join(rest)}</urlset>"
    for served in (body.encode(), gzip.compress(body.encode())):
        assert set(urls) <= {link.url for link in read(served).links}


@pytest.mark.parametrize(
    "bad",
    [
        '{"title": "坏\\x"}',
        '{"title": "甲", "url": }',
        "{'title': '单引号'}",
        '{"title": "未完',
        "{,}",
        '{"title": NaN2}',
        '{"id": 01}',
        '{"title": "甲" "url": "乙"}',
        "{title: 1}",
        '{"a": [1,]}',
    ],
)
def test_malformed_record_leaves_the_json(bad: str) -> None:
    """One record that is no JSON takes no other along."""
    good = [json.dumps({"title": policy(n), "url": f"/a/100{n}.html"}, ensure_ascii=False) for n in range(1, 5)]
    listing = read(f'{{"data": {{"list": [{good[0]}, {good[1]}, {bad}, {good[2]}, {good[3]}]}}}}')
    assert len(listing.links) >= 2


@pytest.mark.parametrize(
    "bad",
    [
        "<record><![CDATA[<li><a href='/art/2026/11/22/art_1_2.html'>未关的行</a></li></record>",
        "<record></record>",
        "<record>",
        "<record><![CDATA[]]></record>",
        "<record><![CDATA[<li><a href='http://[::1'>坏地址的一行通知公告</a></li>]]></record>",
    ],
)
def test_malformed_record_leaves_the_datastore(bad: str) -> None:
    """One malformed record of a datastore takes no other along, nor does its next group."""
    records = [
        f"<record><![CDATA[<li>{row(f'/art/2026/11/2{n}/art_1_{n}.html', n)}</li>]]></record>" for n in range(1, 6)
    ]
    following = "<nextgroup><![CDATA[<a href='http://[::1'></a>]]></nextgroup>"
    body = f"<datastore>{following}<recordset>{records[0]}{bad}{''.join(records[1:])}</recordset></datastore>"
    assert {policy(n) for n in range(1, 6)} <= {link.title for link in read(body).links}


def test_mapped_rows_are_counted() -> None:
    """By a source's own paths too, a row without an address or with a value that is no day takes no other along."""
    rows = [
        {"t": policy(1), "u": "/a/1001.html", "d": 99999999999999999999},
        {"t": policy(2), "u": "http://x:99999/", "d": "2026-11-27"},
        {"t": policy(3), "u": "/a/1003.html", "d": "2026-11-27"},
        "no row",
    ]
    rules = ListingRules(rows="list", link="u", title="t", date="d")
    listing = read_listing(page(json.dumps({"list": rows})), rules)
    assert ([link.title for link in listing.links], listing.rows_seen) == ([policy(1), policy(3)], 3)
