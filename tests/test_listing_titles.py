"""Titles of rows: what stands before, behind and around them and is no part of them."""

from __future__ import annotations

import re

import pytest

from crawler.listing.badges import MARK, unnumbered, without_badges
from crawler.listing.titles import full_title
from listing_pages import html_list, policy, read

TITLE = "海州市关于组织申报2026年度未来产业先导区的通知"


@pytest.mark.parametrize(
    "written",
    [
        "[置顶]{}",
        "【置顶】{}",
        "置顶 {}",
        "{}NEW",
        "{} new!",
        "HOT {}",
        "（热）{}",
        "{}[图]",
        "{}（图文）",
        "【视频】{}",
        "{}（附件）",
        "[音频] {}",
        "{} 距截止还有3天",
        "距离报名截止还有 3天5小时 {}",
        "{}（还剩12天）",
        "[征集中]{}",
        "{}【已结束】",
        "2026-11-27 {}",
        "[2026-11-27]{}",
        "{}2026/11/27",
        "{}（2026-11-27 10:30）",
        "{} 发布日期：2026-11-27",
        "[11-27] {}",
        "{}11-27",
        "{} (11-27)",
        "{} 浏览：123次",
        "{}[点击数：9]",
        "[置顶] {} [图] 2026-11-27",
        "[荐]【新】{}",
    ],
)
def test_badge_is_no_part_of_a_title(written: str) -> None:
    """Marks, countdowns, readers and days around a title go; the title stays as it is."""
    assert without_badges(written.format(TITLE))[0] == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "新能源汽车下乡活动启动",
        "热电联产管理办法",
        "2026年11月27日，省政府召开常务会议",
        "关于开展1-3月检查的通知",
        "图解：未来产业行动方案",
        "关于“十五五”规划2026-2030",
        "关于2026-11-27至2026-12-01停水的通知",
        "海州市2026年工作要点（2026年版）",
        "第08-12号公告",
        "关于印发《方案（2026）》的通知",
        "重大项目建设进行中",
        "推荐性国家标准目录",
        "海州市关于新增5G基站的意见（一）",
        "[附件]",
        "置顶",
        "人民币市场汇价（5月24日）",
        "视频会议系统采购公告",
        "解读1.2版规范",
    ],
)
def test_words_that_only_look_like_badges_stay(title: str) -> None:
    """What belongs to the sentence stays, and a title of nothing but marks too."""
    assert without_badges(title) == (title, [])


def test_every_mark_is_looked_for_at_both_ends() -> None:
    """A mark is found by its first or last character; one that is added to the marks must be added to those as well."""
    marks = [re.sub(r".\?", end, mark) for mark in MARK[3:-1].split("|") for end in ("", "\\g<0>")]
    for mark in (one.replace("?", "") for one in marks):
        assert without_badges(f"{mark} {TITLE}") == without_badges(f"{TITLE} {mark}") == (TITLE, []), mark


def test_glued_day_becomes_the_rows_day() -> None:
    """A day that was glued to a title is read as the row's."""
    rows = [f"<a href='/a/{n}1234.html'>{policy(n)}11-2{n}</a>" for n in range(1, 6)]
    assert [(k.title, str(k.date)) for k in read(html_list(*rows)).links] == [
        (policy(n), f"2026-11-2{n}") for n in range(1, 6)
    ]


@pytest.mark.parametrize(
    "inner",
    [
        "<span class='type_title'>政务信息</span> {}",
        "<em class='tag'>政策</em>{}",
        "{}<i class='label'>图解</i>",
        "<b class='num'>{n}</b>{}",
        "<i>置顶</i>{}",
        "{}<sup>NEW</sup>",
        "<span class='state'>征集中</span>{}",
        "<span class='lx'>规范性文件</span>{}",
        "{}<span>还剩3天</span>",
        "<label>热</label> {}",
        "<span class='cate'>[通知]</span>{}",
    ],
)
def test_category_in_an_element_of_its_own(inner: str) -> None:
    """A category, a number or a state beside the title inside the link is no part of it."""
    rows = [
        f"<a href='/a/t2026112{n}_{n}.html'>{inner.format(policy(n), n=n)}</a><span>2026-11-2{n}</span>"
        for n in range(1, 7)
    ]
    assert [link.title for link in read(html_list(*rows)).links] == [policy(n) for n in range(1, 7)]


def test_highlighted_word_stays() -> None:
    """A search marks words of the title itself: they stay, numbers at its start too."""
    rows = [f"<a href='/a/t2026112{n}_1.html'><em>{n}</em>个未来产业项目在海州市签约落地</a>" for n in range(1, 6)]
    assert read(html_list(*rows)).links[0].title == "1个未来产业项目在海州市签约落地"


@pytest.mark.parametrize(
    ("text", "attribute", "title"),
    [
        (f"政务信息 {TITLE}", TITLE, TITLE),
        (TITLE, f"{TITLE}\n发布日期：2026-05-10", TITLE),
        (TITLE[:12] + "…", f"{TITLE}\r\n来源：海州市政府", TITLE),
        (TITLE, f"标题：{TITLE} 发布时间：2026-05-10 点击数：3", TITLE),
        (f"最新公告 {TITLE}", TITLE, TITLE),
        (TITLE, TITLE[:10], TITLE),
        (TITLE, "点击查看", TITLE),
        ("", TITLE, TITLE),
    ],
)
def test_title_attribute(text: str, attribute: str, title: str) -> None:
    """The attribute gives the title where the text is cut or has a badge in front; its labels never do."""
    assert full_title(text, attribute) == title


@pytest.mark.parametrize("number", ["{}.", "{}、", "0{} ", "({})", "{}", "[{}] ", "{}．"])
def test_rows_that_are_numbered_through(number: str) -> None:
    """The number of a row is no part of its title where the rows count up."""
    assert unnumbered([number.format(n) + TITLE for n in range(1, 6)]) == [TITLE] * 5


@pytest.mark.parametrize(
    "titles", [["1月数据", "2月数据", "3月数据"], ["2022年", "2023年", "2024年"], ["1.甲", "乙", "2.丙"]]
)
def test_numbers_that_belong_to_titles(titles: list[str]) -> None:
    """Months, years and single numbers stay."""
    assert unnumbered(titles) == titles
