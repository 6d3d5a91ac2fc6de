"""From a list to a policy, on to the next one there and back to its place; tags for several at once. In a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser import WELL, Served, browser, serving
from issued_acts import BUSY_DAY, BUSY_PLACES, acts_of_a_day, issue, visited
from notify_examples import NOON
from storage.archive import Archive

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

__all__ = ["browser"]

TRACKS = ("低空经济", "人形机器人", "脑机接口", "量子科技", "深海空间")
SCREEN: ViewportSize = {"width": 1440, "height": 900}
ROWS = ".acts:not(.sub) tr[data-card]"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over an archive with 55 acts of one day: more than one page of a list."""
    folder = tmp_path_factory.mktemp("lists")
    with Archive(folder / "archive.db") as archive:
        issue(archive, acts_of_a_day(BUSY_PLACES, TRACKS))
        archive.runs.record(visited("gov-110000", datetime.now(UTC)))
    with serving(folder, more=WELL) as opened:
        yield opened


@pytest.fixture
def tab(browser: Browser, served: Served) -> Iterator[Page]:
    """A page of a wide screen, on which no script fails."""
    context = browser.new_context(base_url=served.url, viewport=SCREEN, locale="zh-CN")
    opened, faults = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def press(tab: Page, key: str) -> None:
    """Press a key once the scripts of a page that was just opened run."""
    tab.wait_for_load_state()
    tab.keyboard.press(key)


def order_of(tab: Page, path: str) -> list[int]:
    """Return the ids of a list's rows over its pages, as they are shown."""
    tab.goto(path)
    found = [number_in(row.get_attribute("data-path")) for row in tab.locator(ROWS).all()]
    following = tab.locator(".pager a[rel=next]")
    return found + (order_of(tab, str(following.get_attribute("href"))) if following.count() else [])


def number_in(text: str | None) -> int:
    """Return the id that a path ends with."""
    found = re.search(r"announcements/(\d+)", text or "")
    assert found
    return int(found[1])


@pytest.mark.parametrize(
    ("path", "first"), [(f"/?day={BUSY_DAY}&group=track", 48), ("/announcements?region=310000&order=score", 0)]
)
def test_policies_follow_each_other_as_their_list_has_them(tab: Page, path: str, first: int) -> None:
    """The order, grouping and filter of the list hold, over its pages; its number is said; back leads to the row."""
    order = order_of(tab, path)
    place = tab.locator(".policy-bar .place")
    tab.goto(path)
    tab.locator(ROWS).nth(first).locator("[data-open]").click()
    for number in range(first + 1, first + 4):
        expect(place).to_have_text(f"第 {number} / {len(order)} 条")
        expect(tab).to_have_url(re.compile(rf"/announcements/{order[number - 1]}\b"))
        press(tab, "j")
    expect(place).to_have_text(f"第 {first + 4} / {len(order)} 条")
    press(tab, "k")
    expect(place).to_have_text(f"第 {first + 3} / {len(order)} 条")
    press(tab, "s")  # the same place in another view
    expect(tab.locator(".policy.beside")).to_be_visible()
    expect(place).to_have_text(f"第 {first + 3} / {len(order)} 条")
    tab.locator(".policy-bar a", has_text="‹").click()
    row = tab.locator("tr[aria-current]")
    expect(row).to_have_attribute("data-path", f"announcements/{order[first + 2]}")
    expect(row).to_have_attribute("data-number", str(first + 3))
    expect(row).to_be_in_viewport()


def test_judged_policy_keeps_its_place_until_one_goes_on(tab: Page, served: Served) -> None:
    """In a list of what waits: the verdict takes it out there, back leads to the next one, undone to itself."""
    order = order_of(tab, "/waiting?region=350000")
    tab.goto("/waiting?region=350000")
    tab.locator(ROWS).nth(1).locator("[data-open]").click()
    back = tab.locator(".policy-bar a", has_text="‹")
    press(tab, "c")
    expect(back).to_have_attribute("href", f"/waiting?region=350000#a-{order[2]}")
    press(tab, "u")
    expect(back).to_have_attribute("href", f"/waiting?region=350000#a-{order[1]}")
    press(tab, "c")
    expect(back).to_have_attribute("href", f"/waiting?region=350000#a-{order[2]}")
    tab.reload()
    expect(tab.locator(".policy-bar .place")).to_have_text("第 2 / 5 条")
    press(tab, "n")
    expect(tab.locator(".policy-bar .place")).to_have_text("第 2 / 4 条")
    assert number_in(tab.url) == order[2]
    with Archive(served.archive) as archive, archive.transaction():
        archive.verdicts.undo(archive.verdicts.of_announcements([order[1]])[order[1]].id, now=NOON)


def test_results_of_a_search_follow_each_other(tab: Page) -> None:
    """From the twentieth result to the first of the next page, and back to it there."""
    tab.goto("/search?q=低空经济 OR 量子科技")
    titles = tab.locator("[data-card] h3").all_text_contents()
    tab.locator("[data-card] [data-open]").last.click()
    expect(tab.locator(".policy-bar .place")).to_have_text("第 20 / 22 条")
    assert tab.locator("h1").inner_text().strip()[:4] in titles[-1]
    press(tab, "j")
    expect(tab.locator(".policy-bar .place")).to_have_text("第 21 / 22 条")
    tab.locator(".policy-bar a", has_text="‹ 检索").click()
    expect(tab.locator("[data-card][aria-current]")).to_be_in_viewport()
    assert "page=2" in tab.url
    assert tab.locator("[data-card]").count() == 2


@pytest.mark.parametrize(
    "asked",
    [
        "list=https://evil.example.org/", "list=//evil", "list=/?day=1x", "list=/waiting?region=无此地",
        "list=/search", "list=/search?q=x&at=99999999999", "list=/archive", "list=/tags?tag=无",
    ],
)  # fmt: skip
def test_list_that_there_is_not_leads_home(tab: Page, asked: str) -> None:
    """An address that is no list of ours, or none that can be read, is as if there were none."""
    answer = tab.goto(f"/announcements/1?{asked}")
    assert answer
    assert answer.status == 200
    first = tab.locator(".policy-bar a").first
    assert (first.get_attribute("href") or "").startswith("/")
    assert "evil" not in tab.locator(".policy-bar").inner_html().replace(asked, "")


def test_several_get_and_lose_tags(tab: Page, served: Served) -> None:
    """By keyboard: chosen, tagged, back in the list; then filtered by two tags at once, and one is taken again."""
    path = "/announcements?region=110000"
    order = order_of(tab, path)
    tab.goto(path)
    for key in ("x", "j", "x", "j", "x", "t"):
        press(tab, key)
    tab.get_by_label("加上").fill("专报 跟踪")
    press(tab, "Enter")
    expect(tab.locator(".notice").first).to_contain_text("3 条政策已加上 #专报、#跟踪")
    assert tab.url.endswith(path)
    press(tab, "t")  # the current one alone
    expect(tab.get_by_text("1 条有").first).to_be_visible()
    tab.get_by_label("# 跟踪").check()
    tab.get_by_role("button", name="保存").click()
    expect(tab.locator(".notice").first).to_contain_text("1 条政策已去掉 #跟踪")
    tab.goto("/tags?tag=专报")
    expect(tab.locator(ROWS)).to_have_count(3)
    tab.get_by_role("link", name="# 跟踪").click()
    expect(tab.locator(ROWS)).to_have_count(2)
    assert {number_in(row.get_attribute("data-path")) for row in tab.locator(ROWS).all()} < set(order[:3])
    tab.get_by_role("link", name="# 专报").click()  # taken out again
    assert tab.url.endswith("?tag=%E8%B7%9F%E8%B8%AA")
    with Archive(served.archive) as archive:
        assert archive.notes.tags() == {"专报": 3, "跟踪": 2}


def test_tags_of_several_are_asked_without_a_script(browser: Browser, served: Served) -> None:
    """The button of the foot posts the boxes that are ticked; without any, or with an article only, that is said."""
    context = browser.new_context(base_url=served.url, viewport=SCREEN, java_script_enabled=False)
    tab = context.new_page()
    tab.goto("/announcements?region=120000")
    tab.locator("button", has_text="标签…").click()
    expect(tab.locator("main")).to_contain_text("先选择")
    tab.goto("/announcements?region=120000")
    tab.locator(".pick").first.check()
    tab.locator("button", has_text="标签…").click()
    tab.get_by_role("button", name="保存").click()
    expect(tab.locator(".problem[role=alert]")).to_contain_text("写一个标签")
    tab.get_by_label("加上").fill("长" * 25)
    tab.get_by_role("button", name="保存").click()
    expect(tab.locator(".problem[role=alert]")).to_contain_text("24 个字")
    context.close()
