"""The page of a search: the line that says how the query was read, and boxes that narrow it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from browser import Served, browser, serving, violations
from issued_acts import issue
from scheduler.config.vocabulary import vocabulary
from scheduler.review.narrowing import box_groups, with_boxes
from scheduler.review.pages.search import FACETS
from scheduler.review.read_as import read_as
from scheduler.review.wording import region_name
from storage.archive import Archive
from storage.search.query import parse_query

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
    assert violations(browser, served, ["/search?q=产业 地区:广东 -招聘", "/search?q=没有的词"]) == []
