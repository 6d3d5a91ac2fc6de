"""The strip of health in a real browser: on every page, narrow and wide, in both themes; a broken day is never calm."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browser import Served, browser, serving
from storage.archive import Archive
from storage.records import Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

__all__ = ["browser"]

NOW = datetime.now(UTC).replace(microsecond=0)
SOURCES = 12
SOURCE = """
[[source]]
id = "s{n}"
name = "第{n}个来源"
region = "460000"
level = "province"
kind = "government"
listings = ["https://www{n}.example.org/"]
"""
MORE = "".join(SOURCE.format(n=n) for n in range(SOURCES))
PAGES = ("/", "/search", "/country", "/timeline", "/sources", "/deliveries", "/waiting", "/no-such-page")


def run_of(number: int, *, is_ok: bool) -> Run:
    at = NOW - timedelta(minutes=2)
    said = "DNS lookup failed: no results for hostname lookup"
    return Run(
        source=f"s{number}", started_at=at, finished_at=at, outcome="ok" if is_ok else "error", listed=3,
        cause=None if is_ok else "dns", error=None if is_ok else said,
    )  # fmt: skip


def fill(path: Path, *, healthy: int) -> None:
    """Let every source have been visited two minutes ago; the first ones were healthy then."""
    with Archive(path) as archive:
        row = {"region": "460000", "level": "province", "kind": "government"}
        archive.runs.register([row | {"id": f"s{n}", "name": f"第{n}个来源"} for n in range(SOURCES)])
        for number in range(SOURCES):
            archive.runs.record(run_of(number, is_ok=number < healthy))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site whose sources all fail at name resolution, with the sample's contact."""
    folder = tmp_path_factory.mktemp("broken")
    fill(folder / "archive.db", healthy=0)
    with serving(folder, more=MORE) as opened:
        yield opened


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site with a contact, of whose sources one fails."""
    folder = tmp_path_factory.mktemp("calm")
    fill(folder / "archive.db", healthy=SOURCES - 1)
    with serving(folder, more='[crawl]\ncontact = "mailto:watch@example.org"\n' + MORE) as opened:
        yield opened


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_broken_site_says_so_on_every_page(browser: Browser, broken: Served, width: int, theme: str) -> None:
    """Every page says what is wrong, since when and what to do, and nothing is wider than the screen."""
    size: ViewportSize = {"width": width, "height": 900}
    context = browser.new_context(
        base_url=broken.url, viewport=size, color_scheme="dark" if theme == "dark" else "light"
    )
    tab = context.new_page()
    for path in PAGES:
        tab.goto(path)
        said = tab.inner_text("section.health")
        for words in (f"{SOURCES} 个来源全部失败：本机无法解析域名", " 起", "怎么办", "联系方式还是样例里的"):
            assert words in said, path
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
    tab.goto("/")
    assert "没有发现" not in tab.inner_text("#main")
    assert "今天还不知道有没有新政策" in tab.inner_text("#main")
    if folder := os.environ.get("FUTUREWATCH_PICTURES"):
        tab.screenshot(path=f"{folder}/broken-{width}-{theme}.png")
    context.close()


def test_day_says_what_was_looked_at_before_what_was_not_found(browser: Browser, calm: Served) -> None:
    """With one portal of twelve failing, the day is quiet because it was looked at; the portal is in a closed list."""
    context = browser.new_context(base_url=calm.url, viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    tab.goto("/")
    said = tab.inner_text("body")
    looked = f"今天看了 {SOURCES} 个来源中的 {SOURCES - 1} 个，最近一次 "
    assert said.index(looked) < said.index("没有发现新的未来产业政策")
    assert "1 个来源上次没看成" in tab.inner_text("section.health summary")
    assert not tab.locator("section.health li").is_visible()
    tab.click("section.health summary")
    assert f"www{SOURCES - 1}.example.org 域名查不到" in tab.inner_text("section.health li")
    if folder := os.environ.get("FUTUREWATCH_PICTURES"):
        tab.screenshot(path=f"{folder}/calm-1440.png")
    context.close()
