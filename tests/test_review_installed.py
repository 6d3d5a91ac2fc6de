"""The review page on a phone's home screen: its manifest, and today's list without a network, for nobody else."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from datasette_auth_passwords.utils import hash_password
from playwright.sync_api import expect

from browser import browser, free_port
from issued_acts import Act, issue
from review_site import PASSWORD, listening, review_config, reviewer
from storage.archive import Archive
from storage.records import BEIJING

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

__all__ = ["browser"]

KEPT = "caches.open('futurewatch-today').then(kept => kept.keys()).then(a => a.map(one => new URL(one.url).pathname))"


@pytest.fixture
def served(tmp_path: Path) -> tuple[Path, int]:
    """A configuration with one reviewer, over an archive with an act of today, and a free port."""
    port, now = free_port(), datetime.now(UTC).astimezone(BEIJING)
    with Archive(tmp_path / "archive.db") as archive:
        issue(archive, [Act(region="460000", place="海南省", track="商业航天", day=f"{now:%Y-%m-%d}", clock="00:00")])
    (tmp_path / "hash").write_text(hash_password(PASSWORD, iterations=1000), encoding="utf-8")
    (tmp_path / "config.toml").write_text(review_config(f"port = {port}", reviewer("李雷")), encoding="utf-8")
    return tmp_path / "config.toml", port


def log_in(tab: Tab) -> None:
    tab.goto("/-/login")
    tab.get_by_label("用户名").fill("李雷")
    tab.get_by_label("密码").fill(PASSWORD)
    tab.get_by_role("button", name="登录", exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("今日")


def kept(tab: Tab) -> list[str]:
    """Return the paths that the browser has kept."""
    return list(tab.evaluate(KEPT))


def test_today_is_readable_without_a_network(browser: Browser, served: tuple[Path, int]) -> None:
    """With the server gone, today's list is shown as it was, with its time; other pages say that they are not kept."""
    with browser.new_context(base_url=f"http://127.0.0.1:{served[1]}", locale="zh-CN") as context, ExitStack() as stack:
        stack.enter_context(listening(*served))
        tab = context.new_page()
        log_in(tab)
        tab.evaluate("navigator.serviceWorker.ready.then(() => null)")
        tab.reload()
        row = tab.locator("tr.act [data-open]")
        expect(row).to_have_text("海南省商业航天产业培育行动计划（2026—2030年）")
        tab.goto("/announcements/1")
        assert [path for path in kept(tab) if not path.startswith("/static/")] == ["/"]
        stack.close()
        tab.goto("/")
        expect(row).to_have_text("海南省商业航天产业培育行动计划（2026—2030年）")
        expect(tab.locator(".stale")).to_contain_text("连不上")
        tab.keyboard.press("c")
        expect(tab.locator(".offline")).to_contain_text("还没有记下")
        tab.goto("/announcements/1")
        expect(tab.locator("h1")).to_have_text("断线了")


def test_nothing_is_kept_for_another_person(browser: Browser, served: tuple[Path, int]) -> None:
    """A logout takes away what was kept, and so does a session that has ended."""
    with (
        browser.new_context(base_url=f"http://127.0.0.1:{served[1]}", locale="zh-CN") as context,
        listening(*served),
    ):
        tab = context.new_page()
        for leave in ("logout", "session"):
            log_in(tab)
            tab.evaluate("navigator.serviceWorker.ready.then(() => null)")
            tab.reload()
            assert "/" in kept(tab)
            if leave == "logout":
                tab.get_by_role("button", name="退出").click()
            else:
                context.clear_cookies(name="ds_actor")
                tab.goto("/announcements/1")
            expect(tab.get_by_label("密码")).to_be_visible()
            assert "/" not in kept(tab)


def test_manifest(served: tuple[Path, int]) -> None:
    """The manifest names what is started and its icons, which are there without a login."""
    with listening(*served) as url, httpx.Client(base_url=url) as client:
        answer = client.get("/static/app.webmanifest")
        assert answer.headers["content-type"].startswith("application/manifest+json")
        assert (answer.json()["start_url"], answer.json()["display"]) == ("/", "standalone")
        for icon in answer.json()["icons"]:
            assert client.get(icon["src"]).headers["content-type"].startswith(icon["type"])
        worker = client.get("/service-worker.js")
        assert worker.headers["content-type"].startswith("text/javascript")
        assert "worker-src 'self'" in client.get("/-/login").headers["content-security-policy"]
