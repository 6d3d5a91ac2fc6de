"""Count keys, clicks, pages and seconds of an analyst's usual tasks, done in a real browser on the review page.

    python benchmarks/tasks.py

Every task begins on the page of a day with 22 acts, and is done when the page says so. A character typed is a key, an
option chosen is a click; seconds are the machine's, without a person's reading and thinking.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from browser import ARGUMENTS, CHROMIUM, WELL, serving
from issued_acts import BUSY_DAY, acts_of_a_day, issue
from storage.archive import Archive

if TYPE_CHECKING:
    from playwright.sync_api import Locator
    from playwright.sync_api import Page as Tab

PLACES = (
    ("440000", "广东省"), ("460000", "海南省"), ("130000", "河北省"), ("140000", "山西省"), ("210000", "辽宁省"),
    ("220000", "吉林省"), ("310000", "上海市"), ("320000", "江苏省"), ("330000", "浙江省"), ("340000", "安徽省"),
    ("350000", "福建省"),
)  # fmt: skip
TRACKS = ("低空经济", "人形机器人")


class Hand:
    """The hand of an analyst: what it does is counted."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.keys = self.clicks = self.pages = 0
        tab.on("load", self._count)

    def _count(self, _: Tab) -> None:
        self.pages += 1

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.tab.keyboard.press(key)
        self.keys += len(keys)

    def type(self, text: str) -> None:
        """Type where the cursor is."""
        self.tab.keyboard.type(text)
        self.keys += len(text)

    def click(self, what: Locator) -> None:
        """Click something."""
        what.click()
        self.clicks += 1

    def choose(self, what: Locator, option: str) -> None:
        """Choose an option of a list."""
        what.select_option(option)
        self.clicks += 1


def find(hand: Hand) -> None:
    """Find Guangdong's acts of 2026 on 低空经济."""
    hand.press("/")
    hand.tab.wait_for_url("**/search")
    hand.type("赛道:低空经济 地区:广东 日期:2026")
    hand.press("Enter")
    hand.click(hand.tab.get_by_role("navigation", name="看什么").get_by_role("link", name="政策"))
    expect(hand.tab.locator(".acts tr[data-card]").first).to_contain_text("低空经济")


def compare(hand: Hand) -> None:
    """Put two provinces that are not those of the start side by side."""
    hand.click(hand.tab.get_by_role("link", name="比较", exact=True))
    for code in ("310000", "350000"):
        hand.choose(hand.tab.locator(".comparing select[name=region]"), code)
        hand.click(hand.tab.locator(".comparing button.strong"))
        hand.tab.wait_for_url(f"**region={code}**")
    for left in (3, 2):
        hand.click(hand.tab.locator(".comparing .tag").first)
        expect(hand.tab.locator(".comparing .tag")).to_have_count(left)
    expect(hand.tab.locator(".versus thead")).to_contain_text("福建省")


def cite(hand: Hand) -> None:
    """Copy the citation of the first act."""
    hand.press("Enter")
    hand.tab.wait_for_url("**/announcements/*")
    hand.press("i")
    hand.tab.wait_for_url("**/cite**")
    hand.click(hand.tab.locator("[data-copies]").first)
    expect(hand.tab.locator("[role=status]", has_text="已复制").first).to_be_visible()


def brief(hand: Hand) -> None:
    """Save the brief of this week as a Word file."""
    hand.click(hand.tab.get_by_role("link", name="简报", exact=True))
    with hand.tab.expect_download() as saved:
        hand.click(hand.tab.get_by_role("link", name="Word", exact=True))
    assert saved.value.path().stat().st_size


def triage(hand: Hand) -> None:
    """Give a verdict on each of the 22 acts by keyboard alone, five of them as false alarms with their reason."""
    waiting = hand.tab.locator(".tabs [data-waiting]")
    for verdict in ("c", "w", "r", "c") * 5 + ("c", "w"):
        hand.press(*((verdict, "2") if verdict == "r" else verdict))
    expect(waiting).to_have_text("0")


def merge(hand: Hand) -> None:
    """Merge the first act into the first candidate."""
    hand.press("Enter")
    hand.tab.wait_for_url("**/announcements/*")
    hand.click(hand.tab.get_by_role("link", name="合并…", exact=True))
    hand.click(hand.tab.get_by_role("link", name="比较后合并…").first)
    hand.tab.wait_for_url("**into=**")
    hand.click(hand.tab.get_by_role("textbox", name="理由", exact=True))
    hand.type("同一件事")
    hand.press("Enter")
    expect(hand.tab.locator("main")).to_contain_text("撤销合并")


def subscribe(hand: Hand) -> None:
    """Have the acts of a search sent to an endpoint every day."""
    hand.press("/")
    hand.tab.wait_for_url("**/search")
    hand.type("低空经济")
    hand.press("Enter")
    form = hand.tab.get_by_role("region", name="订阅这个检索")
    hand.click(form.get_by_label("名称"))
    hand.type("低空")
    hand.click(form.get_by_label("team"))
    hand.choose(form.get_by_label("多久推送一次"), "daily")
    hand.click(form.get_by_role("button", name="订阅", exact=True))
    expect(hand.tab.locator(".notice")).to_contain_text("已保存")


TASKS: tuple[Callable[[Hand], None], ...] = (find, compare, cite, brief, triage, merge, subscribe)


def main() -> None:
    """Print a line a task."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Archive(folder / "archive.db") as archive:
            issue(archive, acts_of_a_day(PLACES, TRACKS))
        with serving(folder, more=WELL) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            expect.set_options(timeout=20_000)
            print(f"{'task':10} {'keys':>5} {'clicks':>6} {'pages':>5} {'s':>6}")
            for task in TASKS:
                context = browser.new_context(base_url=site.url, locale="zh-CN")
                tab = context.new_page()
                tab.set_default_timeout(15_000)
                tab.goto(f"/?day={BUSY_DAY}")
                hand, began = Hand(tab), time.perf_counter()
                task(hand)
                took = time.perf_counter() - began
                print(f"{task.__name__:10} {hand.keys:5} {hand.clicks:6} {hand.pages:5} {took:6.1f}", flush=True)
                context.close()
            browser.close()


if __name__ == "__main__":
    main()
