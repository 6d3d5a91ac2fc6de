"""Accounts in a real browser: through the provider and back, an invitation, the page of users, all without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from datasette_auth_passwords.utils import hash_password
from playwright.sync_api import expect

from browser import browser, free_port
from local_oidc import CLIENT_SECRET, LocalOidc, open_oidc
from review_site import PASSWORD, listening, review_config, reviewer
from storage.archive import Archive

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

__all__ = ["browser"]

OIDC = """
[review.oidc]
issuer = "{issuer}"
client_id = "futurewatch"
client_secret = "file:client"
roles = {{ policy = "reviewer" }}
"""


@pytest.fixture
def provider() -> Iterator[LocalOidc]:
    with open_oidc() as opened:
        opened.claims = {"preferred_username": "韩梅", "groups": "policy"}
        yield opened


@pytest.fixture
def tab(browser: Browser, provider: LocalOidc, tmp_path: Path) -> Iterator[Tab]:
    """A tab over a site with an administrator and a provider."""
    port = free_port()
    Archive(tmp_path / "archive.db").close()
    (tmp_path / "client").write_text(CLIENT_SECRET, encoding="utf-8")
    (tmp_path / "hash").write_text(hash_password(PASSWORD, iterations=1000), encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        review_config(f"port = {port}", OIDC.format(issuer=provider.url) + reviewer("李雷", "administrator")),
        encoding="utf-8",
    )
    with listening(tmp_path / "config.toml", port) as url:
        context = browser.new_context(base_url=url, locale="zh-CN")
        yield context.new_page()
        context.close()


def expect_usable(tab: Tab) -> None:
    """Nothing on the page is out of reach for who has no eyes or no mouse."""
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


def test_through_the_provider_and_back(tab: Tab, provider: LocalOidc) -> None:
    """One click leads through the provider to the page that was wanted; what fails there is said on the login page."""
    tab.goto("/waiting")
    expect_usable(tab)
    tab.click("text=用单位帐号登录")
    expect(tab.locator("header.site")).to_contain_text("韩梅 · 退出")
    assert tab.url.endswith("/waiting")
    tab.click("text=韩梅 · 退出")
    provider.refuses = True
    tab.click("text=用单位帐号登录")
    expect(tab.get_by_role("alert")).to_have_text("登录服务没有放行：access_denied。")
    expect_usable(tab)


def test_invitation_from_one_person_to_another(tab: Tab) -> None:
    """An administrator makes a link; who opens it chooses a name, is let in, and is on the list, to be shut out."""
    tab.goto("/-/login")
    tab.fill("[name=username]", "李雷")
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    expect(tab.locator("header.site")).to_contain_text("李雷 · 退出")
    tab.goto("/users")
    tab.get_by_role("button", name="生成邀请链接").click()
    link = tab.inner_text("code.copied")
    expect(tab.get_by_role("list", name="还没用的链接")).to_contain_text("邀请一位审阅员")
    expect_usable(tab)
    browser = tab.context.browser
    assert browser
    with browser.new_context(locale="zh-CN") as another:
        other = another.new_page()
        other.goto(link)
        other.fill("[name=name]", "小明")
        other.fill("[name=password]", PASSWORD)
        other.fill("[name=again]", "something else")
        other.keyboard.press("Enter")
        expect(other.get_by_role("alert")).to_have_text("！两次输入的密码不一样。")
        expect_usable(other)
        other.fill("[name=password]", PASSWORD)
        other.fill("[name=again]", PASSWORD)
        other.keyboard.press("Enter")
        expect(other.locator("header.site")).to_contain_text("小明 · 退出")
    tab.goto("/users")
    person = tab.get_by_role("listitem").filter(has_text="小明")
    person.get_by_role("button", name="停用").click()
    expect(person).to_contain_text("已停用")
    expect(tab.get_by_role("list", name="还没用的链接")).to_have_count(0)
