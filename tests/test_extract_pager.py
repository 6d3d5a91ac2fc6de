"""Articles that are divided over several pages: where they go on, and how their texts become one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from builders import page_of
from crawler.extract import extract
from storage.records import File, Page

NEVER = datetime.fromtimestamp(0, UTC)
TITLE = "深海装备产业园建设纪实"
TEXTS = [
    "".join(f"第{part}部分第{n}句，说的是深海装备产业园的第{n}件事情，各方都在推进。" for n in range(1, 5))
    for part in "一二三"
]


def page(url: str, pager: str, part: int = 0, more: str = "") -> Page:
    markup = (
        f"<html><head><title>{TITLE}_某市新闻网</title></head><body>"
        f"<h1>{TITLE}</h1><div>2031-05-06 来源：某市日报</div>"
        f'<div class="article-content"><p>{TEXTS[part]}</p>{more}</div>{pager}</body></html>'
    )
    return page_of(markup, url)


SITE = "https://news.example.cn"
PAGERS = {
    "numbers, 1-based": (
        "/a/content_77.htm",
        '<div class="page"><b>1</b><a href="content_77_2.htm">2</a><a href="content_77_3.htm">3</a></div>',
        "/a/content_77_2.htm",
    ),
    "numbers, 0-based": (
        "/a/t20310506_77.html",
        '<a href="./t20310506_77_1.html">2</a><a href="./t20310506_77_2.html">3</a>',
        "/a/t20310506_77_1.html",
    ),
    "下一页": ("/n/77.shtml", '<a href="/n/77_2.shtml">下一页</a>', "/n/77_2.shtml"),
    "[下一页] in brackets": ("/n/77.shtml", '<a href="/n/77-2.shtml">[下一页]</a>', "/n/77-2.shtml"),
    "script of TRS": (
        "/a/t20310506_77.html",
        '<script>createPageHTML(3, 0, "t20310506_77", "html");</script>',
        "/a/t20310506_77_1.html",
    ),
    "first page numbered": (
        "/show-12-345-1.html",
        '<a href="show-12-345-1.html">1</a><a href="show-12-345-2.html">2</a>',
        "/show-12-345-2.html",
    ),
    "folder": ("/story/77", '<a href="/story/77/2">2</a>', "/story/77/2"),
    "query": ("/show.php?id=77", '<a href="show.php?id=77&page=2">下一页</a>', "/show.php?id=77&page=2"),
    "index": ("/2031/sea/index.html", '<a href="index_2.html">后一页</a>', "/2031/sea/index_2.html"),
}


@pytest.mark.parametrize("kind", PAGERS)
def test_pager_leads_to_the_second_page(kind: str) -> None:
    """The next page of an article is found in every family of pagers, absolute."""
    path, pager, following = PAGERS[kind]
    assert extract(page(SITE + path, pager)).next_page == SITE + following


NOT_PAGERS = {
    "next article": ("/a/content_77.htm", '<a href="content_78.htm">下一页</a><a href="content_79.htm">下一篇</a>'),
    "own address": ("/a/content_77.htm", '<a href="content_77.htm">1</a>'),
    "another host": ("/a/content_77.htm", '<a href="https://m.other.cn/a/content_77_2.htm">2</a>'),
    "longer id": ("/a/content_77.htm", '<a href="content_77_20310507.htm">下一页</a><a href="content_771.htm">2</a>'),
    "only page of a script": ("/a/t20310506_77.html", '<script>createPageHTML(1, 0, "t20310506_77", "html");</script>'),
    "listing's script": ("/a/t20310506_77.html", '<script>createPageHTML(25, 0, "index", "html");</script>'),
    "comments": ("/show.php?id=77", '<div class="comment-list"><a href="?id=77&page=2">2</a></div>'),
    "broken address": ("/a/content_77.htm", '<a href="http://[bad/content_77_2.htm">下一页</a>'),
}


@pytest.mark.parametrize("kind", NOT_PAGERS)
def test_other_links_lead_nowhere(kind: str) -> None:
    """The next article, comments and other hosts are no pages of this article."""
    path, pager = NOT_PAGERS[kind]
    assert extract(page(SITE + path, pager)).next_page is None


def test_pages_are_joined_in_order() -> None:
    """Texts of all pages become one, the first page's fields stay, and the last page ends it."""
    numbers = "".join(f'<a href="content_77{end}.htm">{n}</a>' for n, end in ((1, ""), (2, "_2"), (3, "_3")))
    first = page(f"{SITE}/a/content_77.htm", numbers)
    second, third = (page(f"{SITE}/a/content_77_{n}.htm", numbers, part=n - 1) for n in (2, 3))
    assert extract(replace(first, following=(second,))).next_page == third.url
    whole = extract(replace(first, following=(second, third)))
    assert whole.text == "\n".join(TEXTS)
    assert (whole.title, whole.publisher, whole.next_page) == (TITLE, "某市日报", None)


def test_page_that_repeats_the_first_adds_nothing() -> None:
    """A server that ignores the page number gives one text, not twenty."""
    link = '<a href="?id=77&page=2">下一页</a>'
    first = page(f"{SITE}/show.php?id=77", link)
    again = page(f"{SITE}/show.php?id=77&page=2", link)
    whole = extract(replace(first, following=(again,)))
    assert whole.text == TEXTS[0]
    assert whole.next_page is None


def test_attachments_carry_what_was_read() -> None:
    """An attachment is read, unread by its format, or failed: it always says which."""
    links = "".join(
        f'<p><a href="/f/{name}">附件：{name}</a></p>' for name in ("plan.pdf", "list.csv", "map.docx", "old.rar")
    )
    first = page(f"{SITE}/a/content_77.htm", "", more=links)
    files = (
        File(url=f"{SITE}/f/plan.pdf", page=None, state="read", text="方案全文"),
        File(url=f"{SITE}/f/map.docx", page=None, state="failed", reason="http 404"),
    )
    found = extract(replace(first, files=files)).attachments
    assert [(a.state, a.text, a.reason) for a in found] == [
        ("read", "方案全文", ""), ("unread", None, "csv"), ("failed", None, "http 404"), ("unread", None, "rar"),
    ]  # fmt: skip


def test_selector_of_the_source_decides() -> None:
    """A source's own selector gives the text; where it finds nothing the general rules do."""
    more = '<section id="only"><p>只有这一段才是正文，其余都是说明。</p></section>'
    first = page(f"{SITE}/a/content_77.htm", "", more=more)
    assert extract(first, body="#only").text == "只有这一段才是正文，其余都是说明。"
    assert extract(first, body="#missing").text.startswith(TEXTS[0])
