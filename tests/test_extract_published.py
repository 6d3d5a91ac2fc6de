"""What the publication time promises: never invented, never shifted, never taken from something else on the page."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

import pytest

from builders import page_of
from crawler.extract import extract
from forked import be_lines, run_forked
from storage.records import BEIJING, Article

URL = "https://www.example.cn/n/77.html"
TITLE = "关于支持深海装备产业集聚发展的若干措施"
TEXT = "<p>为加快深海装备产业集聚发展，结合本市实际，制定以下措施，请各有关单位认真组织实施。</p>" * 5
COPYRIGHT = "<div>Copyright © 1997-2023 2023-01-01 版权所有</div>"
TODAY = "<div class='top'>今天是2032年1月9日 星期五</div>"
HOT = '<div class="hot-list"><li><a href="/1">热榜消息</a><span>2032-01-08 10:00</span></li></div>'
COMMENT = '<div class="comments"><b>读者</b><span>2032-01-07 09:12</span><p>写得好，学习了。</p></div>'
AROUND = TODAY, HOT + COMMENT + COPYRIGHT
RENDERED = (
    '<meta name="HtmlGenerateTime" content="2032-01-09 08:00:30"><meta name="others" content="页面生成时间 2032-01-09">'
)


def read(dateline: str = "", head: str = "", url: str = URL, fetched_at: datetime | None = None) -> Article:
    body = f"{AROUND[0]}<div><h1>{TITLE}</h1>{dateline}<div class='zw'>{TEXT}</div></div>{AROUND[1]}"
    markup = f"<html><head><title>{TITLE}_某网</title>{RENDERED}{head}</head><body>{body}</body></html>"
    fetched = fetched_at or datetime.fromtimestamp(0, UTC)
    return extract(page_of(markup, url, at=fetched))


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


DATELINES = {
    "<div>发布时间：2031-05-06 18:42 来源：某报</div>": beijing("2031-05-06T18:42"),
    "<div>发布时间：2031-05-06 18:42:09</div>": beijing("2031-05-06T18:42:09"),
    "<div>2031年5月6日18:42 某报</div>": beijing("2031-05-06T18:42"),
    "<div>2031年05月06日 星期二 08:05 某报</div>": beijing("2031-05-06T08:05"),
    "<div>某报 2031/5/6 8:05</div>": beijing("2031-05-06T08:05"),
    "<div>时间 : 2031.05.06</div>": date(2031, 5, 6),
    "<small>（2031年05月06日）</small>": date(2031, 5, 6),
    "<div>发布日期：2031-05-06 00:00:00</div>": date(2031, 5, 6),
    "<div>成文日期：2031-05-01</div><div>发布日期：2031-05-06</div>": date(2031, 5, 6),
    "<div><span>发布时间：</span><span>2031-05-06</span> 浏览次数：9</div>": date(2031, 5, 6),
    "<div>更新时间：2031-05-09 10:00　发布时间：2031-05-06 18:42　来源：某报</div>": beijing("2031-05-06T18:42"),
    "<div>最后更新：2031-05-09</div><div>公开日期：2031-05-06</div>": date(2031, 5, 6),
    "<div>2031-05-06 18:42 来源：某报 更新于：2031-05-09 10:00</div>": beijing("2031-05-06T18:42"),
    "<div>发布日期：2031-05-06 更新时间：2031-05-06 20:15</div>": date(2031, 5, 6),
    "<div>印发日期：2031-05-01 发布日期：2031-05-06</div>": date(2031, 5, 6),
    "<div>更新时间：2031-05-06 18:42</div>": beijing("2031-05-06T18:42"),
    "<table><tr><td>更新日期</td><td>2031-05-09</td><td>发布日期</td><td>2031-05-06</td></tr></table>": date(
        2031, 5, 6
    ),
    "<div>发布日期：</div><div>2031-05-06</div><div>更新日期：</div><div>2031-05-09</div>": date(2031, 5, 6),
    "<div>发布时间：２０３１－０５－０６ 来源：某报</div>": date(2031, 5, 6),
    "<div>２０３１年５月６日　１８：４２　某报</div>": beijing("2031-05-06T18:42"),
    "<div>二〇三一年五月六日</div>": date(2031, 5, 6),
    "<div><time datetime='2031-05-06T18:42:00+08:00'>三天前</time> 来源：某报</div>": beijing("2031-05-06T18:42"),
    "<div>来源：某报 <time datetime='2031-05-06'></time></div>": date(2031, 5, 6),
    "<time datetime='2031-05-06T10:42:00Z'></time>": beijing("2031-05-06T18:42"),
    "<div>更新于 <time datetime='2031-05-09'>今天</time></div><div>发布于 2031-05-06</div>": date(2031, 5, 6),
    "<div>2031-05-06 18:42 发布</div>": beijing("2031-05-06T18:42"),
    "<div>2031年5月6日 下午6:42 某报</div>": beijing("2031-05-06T18:42"),
    "<script>var publishTime = '2031-05-06 18:42';</script>": beijing("2031-05-06T18:42"),
    "<div>会议时间：2031-05-01 10:00</div>": None,
    "<div>时间：2031-05-01 10:00</div><div>地点：市政府新闻发布厅</div>": None,
    "<div>成文日期：2031-05-01</div>": None,
    "": None,
}


@pytest.mark.parametrize("dateline", DATELINES)
def test_printed_date(dateline: str) -> None:
    """A clock time only where one is printed; midnight is a CMS's filling; no other date of the page is taken."""
    assert read(dateline).published_at == DATELINES[dateline]


METAS = {
    "PubDate|2031-05-06 18:42": beijing("2031-05-06T18:42"),
    "pubdate|2031-05-06 00:00:00": date(2031, 5, 6),
    "publishdate|20310506": date(2031, 5, 6),
    "article:published_time|2031-05-06T18:42:00+08:00": beijing("2031-05-06T18:42"),
    "article:published_time|2031-05-06T10:42:00Z": beijing("2031-05-06T18:42"),
    "firstpublishedtime|2031-05-06-18:42:00": date(2031, 5, 6),
    "publish_time|1935830520": beijing("2031-05-06T18:42"),
    "publish_time|1935830520000": beijing("2031-05-06T18:42"),
    "PubDate|Tue, 06 May 2031 10:42:00 GMT": beijing("2031-05-06T18:42"),
    "PubDate|2031-02-30": None,
    "PubDate|1970-01-01 08:00": None,
    "PubDate|1989-06-01": None,
    "PubDate|Tue May 06 18:42:00 CST 2031": beijing("2031-05-06T18:42"),
    "PubDate|2031-05-06T00:00:00Z": date(2031, 5, 6),
    "PubDate|2031-05-05T16:00:00Z": date(2031, 5, 6),
    "PubDate|20310506184200": beijing("2031-05-06T18:42"),
    "PubDate|２０３１年５月６日": date(2031, 5, 6),
}


@pytest.mark.parametrize("meta", METAS)
def test_declared_date(meta: str) -> None:
    name, content = meta.split("|")
    assert read(head=f'<meta name="{name}" content="{content}">').published_at == METAS[meta]


def test_declared_day_takes_the_printed_clock_of_that_day() -> None:
    article = read("<div>2031-05-06 18:42 某报</div>", head='<meta name="PubDate" content="2031-05-06">')
    assert article.published_at == beijing("2031-05-06T18:42")


def test_where_it_was_read_is_told() -> None:
    assert read(head='<meta name="PubDate" content="2031-05-06">').published_from == "meta pubdate"
    assert read("<div>发布时间：2031-05-06</div>").published_from == "label"
    assert read(url="https://www.example.cn/202405/t20240507_1.html").published_from == "url"


ADDRESSES = {
    "https://a.cn/zwgk/203105/t20310506_123.html": date(2031, 5, 6),
    "https://a.cn/art/2031/5/6/art_1_2.html": date(2031, 5, 6),
    "https://a.cn/n1/2031/0506/c1004-1.html": date(2031, 5, 6),
    "https://a.cn/2031-05/06/content_1.htm": date(2031, 5, 6),
    "https://a.cn/20310506/0123abcd/c.html": date(2031, 5, 6),
    "https://a.cn/content/646754/67/13190070.html": None,
    "https://a.cn/detail/20319999": None,
    "https://a.cn/a?t=2031-05-06": None,
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_date_of_the_address(url: str) -> None:
    """Used where the page itself says nothing."""
    assert read(url=url).published_at == ADDRESSES[url]


def test_printed_date_beats_the_address() -> None:
    """The address of a document may be days older than its publication."""
    assert read("<div>发布时间：2031-05-06</div>", url="https://a.cn/203105/t20310501_1.html").published_at == date(
        2031, 5, 6
    )


def test_date_without_a_year() -> None:
    """The year comes from the page's own evidence or not at all."""
    dateline = "<div>05-06 18:42 某报</div>"
    assert read(dateline, url="https://a.cn/203105/t20310506_1.html").published_at == beijing("2031-05-06T18:42")
    assert read(dateline).published_at is None


def test_future_is_rejected() -> None:
    """A date after the page was fetched is no publication time; a page that was never fetched has no such limit."""
    dateline = "<div>发布时间：2031-05-06</div>"
    assert read(dateline, fetched_at=datetime(2030, 1, 1, tzinfo=UTC)).published_at is None
    assert read(dateline, fetched_at=datetime(2031, 5, 6, tzinfo=UTC)).published_at == date(2031, 5, 6)


RELATIVE = {"3小时前": 5, "23小时前": 5, "半小时前": 6, "昨日": 5, "2天前": 4}


@pytest.mark.parametrize("words", RELATIVE)
def test_relative_day(words: str) -> None:
    """Relative words count from the moment of the visit in Beijing, here shortly after midnight."""
    visit = datetime(2031, 5, 5, 16, 53, tzinfo=UTC)
    assert read(f"<div>{words} 来源：某报</div>", fetched_at=visit).published_at == date(2031, 5, RELATIVE[words])
    assert read(f"<div>{words} 来源：某报</div>").published_at is None


def test_days_told_in_the_text_are_not_the_publication() -> None:
    text = "<p>会议于2030年3月4日召开，来自各地的代表参加，与会者就有关问题作了讨论。</p>"
    assert read(text).published_at is None


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Tokyo"])
def test_zone_of_the_host_plays_no_part(zone: str) -> None:
    """The same page gives the same moment wherever the program runs."""
    program = (
        "from test_extract_published import read\n"
        "print(read('<div>2031-05-06 18:42 某报</div>').published_at.isoformat())\n"
        "print(read(head='<meta name=pubdate content=1935830520>').published_at.isoformat())\n"
    )
    returned, out, err = run_forked([program], environment=os.environ | {"TZ": zone}, be=be_lines)
    assert returned == 0, err
    assert out.split() == ["2031-05-06T18:42:00+08:00"] * 2


@pytest.mark.parametrize(
    ("declared", "doubt"),
    [("2031-05-20", "label 2031-05-06"), ("2031-05-07", None), ("2031-05-08 09:00", None)],
)
def test_sources_that_disagree_are_told(declared: str, doubt: str | None) -> None:
    """What the page prints is named where its meta tag means another day, more than two days away."""
    article = read("<div>发布时间：2031-05-06</div>", head=f'<meta name="PubDate" content="{declared}">')
    assert (article.published_from, article.published_doubt) == ("meta pubdate", doubt)


def test_update_is_no_disagreement() -> None:
    """A later update beside the publication leaves no doubt."""
    assert read("<div>更新时间：2031-06-09 发布时间：2031-05-06</div>").published_doubt is None
