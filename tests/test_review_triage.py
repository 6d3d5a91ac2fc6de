"""A day of 22 acts in a real browser: triaged by keyboard alone, each verdict kept and the page in place; compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser import WELL, Served, browser, serving
from issued_acts import BUSY_DAY, BUSY_PLACES, acts_of_a_day, issue, visited
from storage.archive import Archive

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

__all__ = ["browser"]

TRACKS = ("低空经济", "人形机器人")
SCREEN: ViewportSize = {"width": 1440, "height": 900}
ROWS = ".acts:not(.sub) tr[data-card]"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over an archive with 22 acts of one day."""
    folder = tmp_path_factory.mktemp("triage")
    with Archive(folder / "archive.db") as archive:
        issue(archive, acts_of_a_day(BUSY_PLACES, TRACKS))
        archive.runs.record(visited("gov-110000", datetime.now(UTC)))
    with serving(folder, more=WELL) as opened:
        yield opened


def test_22_acts_by_keyboard(browser: Browser, served: Served) -> None:
    """One key a verdict, two for a rejection: all are kept, nothing reloads, and the page scrolls by nothing."""
    context = browser.new_context(base_url=served.url, viewport=SCREEN, locale="zh-CN")
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto(f"/?day={BUSY_DAY}")
    rows = tab.locator(ROWS)
    expect(rows).to_have_count(22)
    assert {round(box["height"]) for row in rows.all() if (box := row.bounding_box())} == {30}
    order = [int(str(row.get_attribute("data-path")).rpartition("/")[2]) for row in rows.all()]
    tab.evaluate("window.loadedOnce = true; window.jumps = 0; addEventListener('scroll', () => { window.jumps += 1; })")
    given = ["confirmed", "watch", "rejected", "confirmed"] * 5 + ["confirmed", "watch"]
    for verdict in given:
        tab.keyboard.press({"confirmed": "c", "watch": "w", "rejected": "r"}[verdict])
        if verdict == "rejected":
            tab.keyboard.press("2")
    expect(rows.locator(".state.new")).to_have_count(0)
    expect(tab.locator(".foot [data-done]").last).to_have_text("22")
    expect(tab.locator(".tabs [data-waiting]")).to_have_text("0")
    assert tab.evaluate("[window.loadedOnce, window.jumps, scrollY]") == [True, 0, 0]
    with Archive(served.archive) as archive:
        kept = archive.verdicts.of_announcements(order)
    assert [kept[id].verdict for id in order] == given
    assert {one.reason for one in kept.values() if one.verdict == "rejected"} == {"企业或市场消息，不是政府行为"}
    tab.keyboard.press("u")
    expect(rows.nth(21).locator(".state")).to_have_class("state new")
    assert tab.locator("tr[aria-current]").get_attribute("data-path") == f"announcements/{order[21]}"
    context.close()
    assert faults == []


def test_chosen_acts_are_put_side_by_side(browser: Browser, served: Served) -> None:
    """比较 in the foot puts two to five chosen acts side by side, with goals by year; of one or six it says why not."""
    context = browser.new_context(base_url=served.url, viewport=SCREEN, locale="zh-CN")
    tab = context.new_page()
    tab.goto(f"/?day={BUSY_DAY}")
    boxes, button = tab.locator(f"{ROWS} .pick"), tab.get_by_role("button", name="比较", exact=True)
    boxes.nth(0).check()
    button.click()
    expect(tab.locator(".notice")).to_contain_text("比较要选 2 到 5 条政策，选了 1 条。")
    paths = [f"/{row.get_attribute('data-path')}" for row in tab.locator(ROWS).all()[:3]]
    for number in (0, 1, 2):
        boxes.nth(number).check()
    button.click()
    tab.wait_for_url("**/compare/acts?act=*&act=*&act=*")
    assert [head.get_attribute("href") for head in tab.locator(".versus thead th a").all()] == paths
    goal = tab.locator(".versus tr", has_text="2030 目标").locator(".said").first
    goal.locator("summary").click()
    expect(goal.locator("q")).to_be_visible()
    context.close()
