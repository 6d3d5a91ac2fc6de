"""The page of a search: the line that says how the query was read, and boxes that narrow it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from browser import Served, browser, serving, violations
from issued_acts import Act, issue
from scheduler.config.vocabulary import vocabulary
from scheduler.notify.forecast import forecast
from scheduler.questions.acts import chosen_acts
from scheduler.review.narrowing import box_groups, with_boxes
from scheduler.review.pages.search import FACETS
from scheduler.review.read_as import read_as
from scheduler.review.wording import region_name
from storage.archive import Archive
from storage.connection import text_of
from storage.overview.divided import facets_of_acts
from storage.records import BEIJING
from storage.search.query import parse_query

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

__all__ = ["browser"]


def name_of(key: str, value: str) -> str:
    """Return how a value reads, as the page does."""
    return region_name(value) if key == "region" else {"gov-1": "甲市人民政府"}.get(value, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(低空 OR eVTOL) 先导区 -招聘 地区:广东,四川 日期:2026",
         ["低空 或 eVTOL", "并且 先导区", "不含 招聘", "地区是 广东省、四川省", "发布于 2026-01-01 至 2026-12-31"]),
        ("低空經濟", ["低空经济（原写 低空經濟）"]),
        ("低空經濟 OR ６Ｇ", ["低空经济（原写 低空經濟） 或 6g（原写 ６Ｇ）"]),
        ("事项:印发 起:2026-03 得分:>=60", ["发布环节是 印发", "发布于 2026-03-01 起", "得分 ≥ 60"]),
        ("先导区 ~5 建设 得分:60..80 止:2026",
         ["先导区 与 建设 相距不超过 5 字", "发布于 2026-12-31 止", "得分 60 到 80"]),
        ("-(甲 OR 乙 丙)", ["不含 （甲 或 （乙 并且 丙））"]), ("得分:<=80", ["得分 ≤ 80"]),
        ("甲 -乙 丙 日期:2026-03-18", ["甲", "不含 乙", "并且 丙", "发布于 2026-03-18"]),
        ("甲 OR -乙", ["甲 或 不含 乙"]),
        ("“未来产业 先导区” 来源:gov-1", ["未来产业 先导区", "来源是 甲市人民政府"]),
    ],
)  # fmt: skip
def test_query_is_read_out(text: str, expected: list[str]) -> None:
    """Operators in words, other scripts as they are looked for, former names of filters, values by names."""
    assert [part.text for part in read_as(parse_query(text, vocabulary()), FACETS, name_of)] == expected


@pytest.mark.parametrize(
    ("text", "ticked", "expected"),
    [
        ("低空 地区:广东 起:2026", {"region": ["440000", "510000"]}, "低空 起:2026 地区:广东省,四川省"),
        ("低空 地区:广东,四川", {}, "低空"),
        ("(低空 OR 量子) region:广东 -招聘", {"act": ["印发"]}, "(低空 OR 量子) -招聘 发布环节:印发"),
        ("“地区:广东” 赛道:量子", {"track": ["6G 通信", "量子"]}, '“地区:广东” 赛道:"6G 通信" 赛道:量子'),
        ("", {"source": ["gov-1"], "q": ["x"], "order": ["title"]}, "来源:gov-1"),
        ("得分:>=60 机关:发展改革委", {"issuer": ["甲市发展和改革委员会"], "state": ["new"]},
         "得分:>=60 机关:甲市发展和改革委员会 状态:new"),
    ],
)  # fmt: skip
def test_boxes_become_filters(text: str, ticked: dict[str, list[str]], expected: str) -> None:
    """Filters that boxes stand for are replaced, all else stays as it was; what comes out can be read."""
    made = with_boxes(text, ticked, name_of)
    assert made.replace("发文机关", "机关") == expected
    selection = parse_query(made, vocabulary()).selection
    assert {key: set(selection.values(key)) for key in ticked if key not in {"q", "order"}} == {
        key: set(values) for key, values in ticked.items() if key not in {"q", "order"}
    }


def test_groups_show_the_ticked_first() -> None:
    """Ticked values stand first, with their count or none; a group of one value divides nothing."""
    query = parse_query("低空 地区:广东,海南", vocabulary())
    counts: dict[str, Any] = {"region": {"510000": 9, "440000": 3} | {f"{n}0000": 1 for n in range(61, 66)},
                              "act": {"印发": 4}, "label": {"related": 2, "announcement": 1}}  # fmt: skip
    region, label = box_groups(query, counts, name_of)
    assert [(one.name, one.count, one.is_ticked) for one in region.shown[:3]] == [
        ("广东省", 3, True), ("海南省", None, True), ("四川省", 9, False),
    ]  # fmt: skip
    assert (len(region.shown), len(region.folded), label.key) == (6, 2, "label")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The review page over the invented acts."""
    folder = tmp_path_factory.mktemp("searching")
    with Archive(folder / "archive.db") as archive:
        issue(archive)
    with serving(folder) as opened:
        yield opened


def test_boxes_narrow_on_the_page(browser: Browser, served: Served) -> None:
    """A tick becomes a filter that can be sent on; other values keep their counts; unticked, the query is as before."""
    tab = browser.new_context(base_url=served.url, locale="zh-CN", viewport={"width": 1440, "height": 900}).new_page()
    tab.goto("/search?q=产业 起:2020")
    group = tab.get_by_role("group", name="地区")
    counted = {label.inner_text() for label in group.locator("label").all()}
    total = int(re.sub(r"\D", "", tab.locator("h2").first.inner_text()))
    first = group.locator("label").first
    name = first.locator("span").first.inner_text()
    first.locator("input").check()
    tab.wait_for_url("**/search?q=*%3A*")
    expect(tab.locator("input[type=search]")).to_have_value(f"产业 起:2020 地区:{name}")
    expect(tab.locator(".read-as")).to_contain_text(f"地区是 {name}")
    assert {label.inner_text() for label in group.locator("label").all()} == counted
    narrowed = int(re.sub(r"\D", "", tab.locator("h2").first.inner_text()))
    assert 0 < narrowed < total
    group.get_by_role("checkbox").nth(1).check()
    expect(tab.locator("input[type=search]")).to_have_value(re.compile(f"地区:{name},"))
    assert int(re.sub(r"\D", "", tab.locator("h2").first.inner_text())) > narrowed
    for left in (1, 0):
        group.locator("input:checked").first.click()
        expect(group.locator("input:checked")).to_have_count(left)
    expect(tab.locator("input[type=search]")).to_have_value("产业 起:2020")
    tab.context.close()


def test_search_page_is_clean(browser: Browser, served: Served) -> None:
    """No fault of axe, and nothing wider than the screen at any width, with boxes ticked and with nothing found."""
    paths = ["/search?q=产业 地区:广东 -招聘", "/search?q=没有的词", "/search?q=产业&show=acts"]
    assert violations(browser, served, paths) == []


def got(served: Served, path: str) -> bytes:
    """Return what an address answers."""
    body: bytes = httpx.get(f"{served.url}{path}").raise_for_status().content
    return body


def test_acts_and_articles_are_tabs(browser: Browser, served: Served) -> None:
    """The tab 政策 has a line an act, as the list of policies has; it stays while boxes narrow, and in the address."""
    tab = browser.new_context(base_url=served.url, locale="zh-CN", viewport={"width": 1440, "height": 900}).new_page()
    tab.goto("/search?q=产业")
    articles = int(re.sub(r"\D", "", tab.locator("h2").first.inner_text()))
    tab.get_by_role("navigation", name="看什么").get_by_role("link", name="政策").click()
    tab.wait_for_url("**/search?q=*&show=acts")
    rows = tab.locator(".acts tr[data-card]")
    tabs = tab.get_by_role("navigation", name="看什么").locator(".number")
    assert tabs.all_inner_texts() == [str(rows.count()), str(articles)]
    listed = json.loads(got(served, "/announcements.json?q=产业"))
    assert rows.count() == listed["total"] == int(re.sub(r"\D", "", tab.locator("h2").first.inner_text())) < articles
    ids = [str(row.get_attribute("data-path")) for row in rows.all()]
    assert ids == [f"announcements/{one['id']}" for one in listed["announcements"]]
    tab.get_by_role("group", name="发布环节").get_by_role("checkbox").first.check()
    tab.wait_for_url("**%3A*")
    expect(tab.get_by_role("navigation", name="看什么").locator("[aria-current]")).to_have_text(f"政策 {rows.count()}")
    assert 0 < rows.count() < len(ids)
    rows.nth(1).get_by_role("link").click()
    expect(tab.locator(".policy-bar .place")).to_have_text(f"第 2 / {rows_left(served, tab)} 条")
    tab.context.close()


def test_boxes_of_acts_count_acts(tmp_path: Path) -> None:
    """The number at a box of 政策 is how many acts its tick would leave, of every kind of box but parts of names."""
    with Archive(tmp_path / "archive.db") as archive:
        issue(archive)
        archive.verdicts.give(1, "confirmed", who="li", reason="", now=datetime.now(BEIJING), announcement_id=1)
        for text in ("", "产业", "行动计划 OR 解读"):
            counted = {
                one.key: one.counts for one in facets_of_acts(archive.db, chosen_acts(archive, parse_query(text)))
            }
            assert counted["act"]
            assert counted["track"]
            assert len(counted["state"]) > 1
            for key in ("act", "track", "instrument", "source", "state"):
                for value, number in counted[key]:
                    narrowed = chosen_acts(archive, parse_query(f"{text} {key}:{value}"))
                    assert archive.overview.count(narrowed) == number
            assert sum(number for _, number in counted["month"]) == archive.overview.count(
                chosen_acts(archive, parse_query(text))
            )


def rows_left(served: Served, tab: Tab) -> int:
    """Return how many acts the list has that a policy's page was opened from."""
    (address,) = parse_qs(urlsplit(tab.url).query)["list"]
    (text,) = parse_qs(urlsplit(address).query)["q"]
    return int(json.loads(got(served, f"/announcements.json?{urlencode({'q': text})}"))["total"])


def test_results_come_as_files(served: Served) -> None:
    """CSV and Excel hold all that is found, in its order; acts too; a query that cannot be read is refused."""
    total = json.loads(got(served, "/search.json?q=产业"))["total"]
    rows = list(csv.DictReader(io.StringIO(got(served, "/search.csv?q=产业").decode("utf-8-sig"), newline="")))
    with Archive(served.archive) as archive:
        found = archive.search.find(parse_query("产业", vocabulary()), limit=500).articles
    assert [int(row["id"]) for row in rows] == [one.id for one in found]
    assert len(rows) == total > 0
    (sheet,) = CalamineWorkbook.from_filelike(io.BytesIO(got(served, "/search.xlsx?q=产业"))).sheet_names
    lines = CalamineWorkbook.from_filelike(io.BytesIO(got(served, "/search.xlsx?q=产业"))).get_sheet_by_name(sheet)
    head, *cells = lines.to_python()
    assert head[:3] == ["地区", "发布环节", "标题"]
    assert [row[head.index("文章编号")] for row in cells] == [one.id for one in found]
    moments = [row[head.index("发现时间（北京）")] for row in cells]
    seen = [text_of(one.replace(tzinfo=BEIJING)) for one in moments if isinstance(one, datetime)]
    assert seen == [one.first_seen_at for one in found]
    acts = json.loads(got(served, "/announcements.json?q=产业"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(got(served, "/announcements.xlsx?q=产业")))
    head, *cells = book.get_sheet_by_name("政策").to_python()
    assert [row[head.index("政策编号")] for row in cells] == [one["id"] for one in acts["announcements"]]
    for path in ("/search.csv", "/search.xlsx"):
        assert httpx.get(f"{served.url}{path}?q=OR").status_code == 400


def test_form_says_what_it_would_have_sent(browser: Browser, tmp_path: Path) -> None:
    """Of the last 30 days only, each act once, on the days they came; at the form of a new and a kept search."""
    now = datetime.now(BEIJING)
    days = [(now - timedelta(days=ago)).date().isoformat() for ago in (3, 3, 10, 45)]
    places = [("440000", "广东省"), ("460000", "海南省"), ("510000", "四川省"), ("430000", "湖南省")]
    made = [
        Act(region=code, place=name, track="低空经济", day=day) for (code, name), day in zip(places, days, strict=True)
    ]
    with Archive(tmp_path / "archive.db") as archive:
        issue(archive, made)
        archive.saved_searches.add("低空", "低空经济 地区:广东", endpoints=(), by="test", now=now)
        assert forecast(archive, parse_query("没有的词", vocabulary()), now=now).alerts == 0
    with serving(tmp_path) as site:
        tab = browser.new_context(base_url=site.url, locale="zh-CN").new_page()
        tab.goto("/search?q=低空经济")
        expect(tab.get_by_role("region", name="订阅这个检索")).to_contain_text("按过去 30 天会推送 3 条，分在 2 天。")
        tab.goto("/saved/1")
        tab.get_by_role("button", name="看会找到什么").click()
        expect(tab.get_by_role("region", name="会找到什么")).to_contain_text("按过去 30 天会推送 1 条，分在 1 天。")
        tab.context.close()
