"""The desk in a real browser: a first run, endpoints, two people at once, news on an open page, without a mouse."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser import Served, browser, serving, violations
from conftest import publish
from crawler.detect.lexicon import SHIPPED, load_lexicon
from crawler.intake import take_in
from local_portal import open_portal
from local_receiver import SECRET, open_receiver
from scheduler.config.config import load
from scheduler.demo.samples import GOVERNMENT
from seeded_archive import DAY, GUANGDONG, seed, told_page
from storage.archive import Archive

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

__all__ = ["browser"]

TODAY = f"/?day={DAY}"
OUR_SOURCE = """
[crawl]
allow_private_networks = true
readers = 0
delay_seconds = 0.05
[[source]]   # ours
id = "ours"
name = "我们的来源"
region = "460000"
level = "province"
kind = "government"
listings = ["http://127.0.0.1:9/zwgk/"]
"""
# those that are full of an overview's archive are looked at in test_review_overview.py
PAGES = ("/", TODAY, "/waiting", "/near-misses", "/announcements/2", "/announcements/2?view=beside",
         "/announcements/2?list=/waiting",
         "/articles/3?list=/search?q%3D未来产业&at=1", "/search?q=未来产业", "/tags", "/setup", "/receivers",
         "/receivers/team", "/history", "/users", "/programs", "/sources/new", "/sources/opml", "/sources/ours/edit",
         "/lexicon", "/lexicon?track=量子", "/rules", "/announcements/2/merge", "/announcements/2/merge?into=1",
         "/archive", "/archive/announcements", "/archive/announcements/2", "/archive?sql=select+1",
         "/nowhere")  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a seeded archive."""
    folder = tmp_path_factory.mktemp("desk")
    seed(folder / "archive.db")
    with serving(folder, more=OUR_SOURCE, environment={"FUTUREWATCH_USER": ""}) as opened:
        yield opened


@pytest.fixture
def seeded(served: Served) -> Iterator[None]:
    """Put the archive back after the test, through SQLite: the server has it open."""
    with closing(sqlite3.connect(served.archive)) as live, closing(sqlite3.connect(":memory:")) as kept:
        live.backup(kept)
        yield
        kept.backup(live)


@pytest.fixture
def tab(browser: Browser, served: Served, seeded: None) -> Iterator[Tab]:
    """A tab; a script of the page that fails, fails the test."""
    context = browser.new_context(base_url=served.url, locale="zh-CN")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def config_of(served: Served) -> Path:
    return served.folder / "config.toml"


def test_pages_can_be_used_without_eyes_or_mouse(browser: Browser, served: Served) -> None:
    """axe-core finds no violation on any page, data tables included, light and dark."""
    assert violations(browser, served, PAGES) == []


def test_steps_of_a_first_run(tab: Tab, served: Served) -> None:
    """The day's page lists what is left; a name that is filled in is done, written into the file, and can be undone."""
    tab.goto("/")
    step = tab.locator(".todo > li", has=tab.get_by_role("heading", name="你的名字"))
    expect(step).to_have_class("to-do")
    step.get_by_text("填写").click()
    step.get_by_label("名字").fill("李雷")
    step.get_by_role("button", name="保存").click()
    expect(tab.locator(".notice")).to_contain_text("署名改为 李雷")
    expect(step).to_have_class("done")
    assert load(config_of(served)).review.name == "李雷"
    tab.goto("/history")
    expect(tab.locator("pre.lines ins").first).to_contain_text('+name = "李雷"')
    tab.get_by_role("button", name="撤销").click()
    expect(tab.locator(".notice")).to_contain_text("已撤销")
    assert load(config_of(served)).review.name == ""


def test_endpoint_is_tried_before_it_is_kept(tab: Tab, served: Served) -> None:
    """A region that is none is refused with the nearest; then the message is shown, sent, kept without its address."""
    with open_receiver() as receiver:
        tab.goto("/receivers")
        for label, value in (("名称", "夜班"), ("地址", receiver.url), ("密钥", SECRET), ("只要这些地区", "广冬省")):
            tab.get_by_label(label, exact=True).fill(value)
        tab.get_by_role("button", name="看样子").click()
        expect(tab.locator("#wrong-regions")).to_contain_text("最接近的是“广东")
        tab.get_by_label("只要这些地区", exact=True).fill("广东省")
        tab.get_by_label("密钥", exact=True).fill(SECRET)
        tab.get_by_role("button", name="看样子").click()
        expect(tab.locator(".bubble")).to_contain_text("示例省未来产业培育行动计划")
        expect(tab).to_have_title(re.compile(r"^\(\d+\)"))
        expect(tab.locator(".news")).to_be_hidden()  # the answer to a form knows the latest, too
        expect(tab.locator(".trying .notice")).to_contain_text("会收到")
        tab.get_by_label("密钥", exact=True).fill(SECRET)
        tab.get_by_role("button", name="发一条试试").last.click()
        expect(tab.locator(".trying [role=status]")).to_contain_text("试发成功")
        assert len(receiver.tries) == 1
        tab.get_by_label("密钥", exact=True).fill(SECRET)
        tab.get_by_role("button", name="保存").click()
        expect(tab.locator(".notice", has_text="添加接收端 夜班")).to_be_visible()
        row = tab.locator(".todo > li", has=tab.get_by_role("heading", name="夜班"))
        row.get_by_role("button", name="发一条试试").click()
        expect(tab.locator(".notice", has_text="试发成功")).to_be_visible()
        assert len(receiver.tries) == 2
    assert receiver.url not in config_of(served).read_text(encoding="utf-8")
    row.get_by_role("button", name="停用").click()
    expect(row).to_have_class("off")
    assert "夜班" not in {one.name for one in load(config_of(served)).endpoint}
    row.get_by_text("删除", exact=True).click()
    row.get_by_role("button", name="确定删除").click()
    expect(row).to_have_count(0)


def test_file_changed_by_hand_is_shown(tab: Tab, served: Served) -> None:
    """What a person wrote into the file counts, is said, and is read when asked; a fault is said with its key."""
    text = config_of(served).read_text(encoding="utf-8")
    config_of(served).write_text(text + '\n[[endpoint]]\nname = "hand"\nkind = "webhok"\nurl = "https://e.org"\n')
    tab.goto("/history")
    tab.get_by_role("button", name="重新读取文件").click()
    expect(tab.get_by_role("alert")).to_contain_text("kind")
    config_of(served).write_text(text + '\n[[endpoint]]\nname = "hand"\nkind = "webhook"\nurl = "https://e.org"\n')
    tab.get_by_role("button", name="重新读取文件").click()
    expect(tab.locator(".notice", has_text=re.compile("已重新读取"))).to_be_visible()
    tab.goto("/deliveries")
    expect(tab.locator("main")).to_contain_text("hand")
    config_of(served).write_text(text, encoding="utf-8")
    tab.goto("/history")
    tab.get_by_role("button", name="重新读取文件").click() if tab.get_by_role(
        "button", name="重新读取文件"
    ).count() else None


def test_second_verdict_on_a_stale_page_is_asked(tab: Tab, browser: Browser, served: Served) -> None:
    """Two people have one page open: the later one is told what the first said, and nothing typed is lost."""
    other = browser.new_context(base_url=served.url).new_page()
    for page in (tab, other):
        page.goto("/announcements/2")
    other.get_by_role("button", name="关注").click()
    expect(other.locator("header .state")).to_have_text("关注")
    tab.keyboard.press("r")
    tab.get_by_label("别的理由").fill("旧闻")
    tab.keyboard.press("Enter")
    asked = tab.locator("dialog#ask")
    expect(asked.get_by_role("heading")).to_have_text("有人先判定了")
    expect(asked).to_contain_text("标为“关注”")
    expect(asked.get_by_label("理由")).to_have_value("旧闻")
    with Archive(served.archive) as archive:
        assert [one.verdict for one in archive.verdicts.all()] == ["watch"]
    asked.get_by_role("button", name="仍标为“误报”").click()
    expect(tab.locator("header .state")).to_have_text("误报")
    other.get_by_role("button", name="确认").click()
    other.locator("dialog#ask").get_by_role("link", name="保留现在的").click()
    expect(other.locator("header .state")).to_have_text("误报")
    other.context.close()


def test_open_page_learns_of_news(tab: Tab, served: Served) -> None:
    """A policy that comes while the page is open is hinted at, nothing moves by itself; the title counts what waits."""
    tab.goto("/")
    expect(tab).to_have_title(re.compile(r"^\(5\) 今日"))
    expect(tab.locator(".news")).to_be_hidden()
    words = (("广东", "湖北"), ("粤", "鄂"))
    text, title = "\n".join(GUANGDONG.paragraphs), GUANGDONG.title
    for old, new in words:
        text, title = text.replace(old, new), title.replace(old, new)
    more = replace(GUANGDONG, title=title, paragraphs=text.split("\n"), publisher="湖北省人民政府", source="gov-420000",
                   host="www.hubei.example.cn")  # fmt: skip
    with Archive(served.archive) as archive:
        take_in(told_page(more), archive, load_lexicon(SHIPPED), lambda *_: ())
        waiting = archive.days.waiting()
    assert waiting == 6
    tab.evaluate("dispatchEvent(new Event('focus'))")
    expect(tab.locator(".news")).to_contain_text(f"{waiting - 5} 条新政策")
    expect(tab).to_have_title(re.compile(rf"^\({waiting}\) "))
    with tab.expect_navigation():
        tab.keyboard.press(".")
    expect(tab.locator(".news")).to_be_hidden()


def test_pressed_key_without_a_network_loses_nothing(tab: Tab, served: Served) -> None:
    """Offline a verdict is not recorded, the page says so and stays; the same key works once the network is back."""
    tab.goto(TODAY)
    tab.context.set_offline(True)
    tab.keyboard.press("c")
    expect(tab.locator(".offline")).to_contain_text("断线了，还没有记下")
    assert tab.url.endswith(TODAY)
    expect(tab.locator("tr[aria-current] .state")).to_have_text("待判定")
    tab.context.set_offline(False)
    tab.keyboard.press("c")
    expect(tab.locator("[data-said]")).to_contain_text("已标为“确认”")
    expect(tab.locator(".offline")).to_be_hidden()
    with Archive(served.archive) as archive:
        assert [one.verdict for one in archive.verdicts.all()] == ["confirmed"]


def edit_block(tab: Tab, id: str) -> None:
    """Change the block of a source: a fault is named, the rows and the article are seen before it can be kept."""
    tab.goto(f"/sources/{id}/edit")
    expect(tab.get_by_role("button", name="保存")).to_have_count(0)
    block = tab.get_by_label("写进配置的样子")
    right = block.input_value()
    block.fill(right + 'every = "bald"\n')
    tab.get_by_role("button", name="试读").click(no_wait_after=True)
    expect(tab.locator(".wrong")).to_contain_text("every：时长写作", timeout=90_000)
    block.fill(re.sub(r"(?m)^name = .*", 'name = "新名字"', right))
    tab.get_by_role("button", name="试读").click(no_wait_after=True)
    expect(tab.get_by_role("region", name="列表页 1")).to_contain_text(GOVERNMENT[0].title, timeout=90_000)
    expect(tab.get_by_role("region", name="第一篇")).to_contain_text("得分")
    tab.get_by_role("button", name="保存", exact=True).click()
    expect(tab.locator(".notice")).to_contain_text("修改来源")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("新名字")


def test_source_is_tried_added_switched_and_undone(tab: Tab, served: Served) -> None:
    """An address shows its rows and an article before it is kept; several sources are switched and paced at once."""
    with open_portal() as portal:
        publish(portal, *GOVERNMENT[:2])
        tab.goto("/sources/new")
        tab.get_by_label("栏目页地址").fill(f"{portal.url}/zwgk/")
        tab.get_by_label("地区", exact=True).fill("海南")
        tab.get_by_role("button", name="试读").click(no_wait_after=True)
        expect(tab.get_by_role("region", name="列表页 1")).to_contain_text(GOVERNMENT[0].title, timeout=90_000)
        expect(tab.get_by_role("region", name="第一篇")).to_contain_text("得分")
        tab.get_by_role("button", name="保存并启用").click()
        expect(tab.locator(".notice")).to_contain_text("添加来源")
        added = tab.url.rpartition("/")[2]
        edit_block(tab, added)
    tab.goto("/sources")
    for id in (added, "ours"):
        tab.locator(f"input[value='{id}']").check()
    tab.locator("#switch").get_by_label("每隔").fill("15m")
    tab.get_by_role("button", name="看一次").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("每 15m 看一次")
    expect(tab.locator("main")).to_contain_text("96 → 192 次")
    tab.get_by_role("button", name="就这样改").click()
    expect(tab.locator(".notice")).to_contain_text("每 15m 看一次")
    assert {one.every for one in load(config_of(served)).watched} == {timedelta(minutes=15)}
    tab.get_by_label("全选").check()
    tab.get_by_label("标签").fill("重点，试点")
    tab.get_by_role("button", name="加上").click()
    expect(tab.locator(".notice")).to_contain_text("加标签 重点、试点")
    tab.locator("input[value='ours']").check()
    tab.get_by_label("标签").fill("试点")
    tab.get_by_role("button", name="去掉").click()
    tab.get_by_role("link", name="# 试点 1").click()
    expect(tab.locator("input[name=id]")).to_have_count(1)
    assert {one.id: one.tags for one in load(config_of(served)).watched} == {
        "ours": ("重点",), added: ("重点", "试点"),
    }  # fmt: skip
    tab.goto("/sources")
    tab.locator("input[value='ours']").check()
    tab.get_by_role("button", name="停用").click()
    expect(tab.locator("main")).to_contain_text("推送不多也不少")
    tab.get_by_role("button", name="就这样改").click()
    expect(tab.locator(".notice")).to_contain_text("停用：ours")
    tab.goto("/history")
    tab.get_by_role("button", name="撤销").click()
    expect(tab.locator(".notice")).to_contain_text("已撤销：停用：ours")
    assert all(one.enabled for one in load(config_of(served)).watched)
    tab.goto(f"/sources/{added}/edit")
    tab.get_by_role("button", name="删除这个来源").click()
    tab.get_by_role("button", name="就这样改").click()
    expect(tab.locator(".notice")).to_contain_text("删去来源")
    assert "[[source]]   # ours" in config_of(served).read_text(encoding="utf-8")


def test_rule_is_tried_added_and_undone(tab: Tab, served: Served) -> None:
    """A rule shows what it gains and loses before it is kept, is written with the comments kept, and can be undone."""
    text = config_of(served).read_text(encoding="utf-8")
    tab.goto("/rules")
    tab.get_by_label("名称").fill("储粮")
    tab.get_by_label("有其中一个").fill("绿色储粮、粮仓\n/绿色.{0,4}粮/")
    tab.get_by_label("在标题里值几分").fill("60")
    tab.locator("button[value=keep]").click(no_wait_after=True)
    expect(tab.get_by_role("region", name="会有什么变化")).to_contain_text("推送会多", timeout=90_000)
    tab.get_by_role("button", name="就这样改").click()
    expect(tab.locator(".todo > li")).to_contain_text("有 绿色储粮、粮仓、/绿色.{0,4}粮/ 之一")
    (rule,) = load(config_of(served)).rule
    assert (rule.name, rule.any_, rule.points.title) == ("储粮", ("绿色储粮", "粮仓", "/绿色.{0,4}粮/"), 60)
    tab.get_by_role("link", name="修改").click()
    expect(tab.get_by_label("有其中一个")).to_have_value("绿色储粮\n粮仓\n/绿色.{0,4}粮/")
    tab.goto("/history")
    tab.get_by_role("button", name="撤销").click()
    expect(tab.locator(".notice")).to_contain_text("已撤销：添加规则 储粮")
    assert config_of(served).read_text(encoding="utf-8") == text


def test_word_is_taken_in_and_out(tab: Tab, served: Served) -> None:
    """What a word would change is shown before it is taken in; a word that is none is refused; the last goes again."""
    tab.goto("/lexicon")
    tab.get_by_label("词", exact=True).fill("广东省")
    tab.get_by_role("button", name="看会多少条").click(no_wait_after=True)
    expect(tab.locator(".wrong")).to_have_text(re.compile("^！“广东省”是地名"), timeout=90_000)
    tab.get_by_label("词", exact=True).fill("先导区建设")
    tab.get_by_role("button", name="看会多少条").click(no_wait_after=True)
    expect(tab.get_by_role("region", name="会有什么变化")).to_contain_text("推送会多", timeout=90_000)
    tab.get_by_role("button", name="收进词库").click(no_wait_after=True)
    expect(tab.locator(".notice").first).to_contain_text("已收进“先导区建设”", timeout=90_000)
    assert "先导区建设" in (served.folder / "lexicon.toml").read_text(encoding="utf-8")
    undo_last(tab)
    assert "先导区建设" not in (served.folder / "lexicon.toml").read_text(encoding="utf-8")


def undo_last(tab: Tab) -> None:
    tab.get_by_role("button", name="撤销最后一次改动").click(no_wait_after=True)
    expect(tab.locator(".notice").first).to_contain_text("已撤销词库", timeout=90_000)


def test_older_track_is_changed_removed_and_brought_back(tab: Tab, served: Served) -> None:
    """A track of the shipped lexicon gets other words, and goes, each after what that changes was seen; then undone."""
    own = served.folder / "lexicon.toml"
    tab.goto("/lexicon")
    tab.get_by_role("link", name="脑机接口", exact=True).click()
    expect(tab.get_by_label("别名")).to_have_value("脑机、脑机交互、脑机融合、神经接口、神经调控")
    tab.get_by_label("别名").fill("脑机\n脑机接入")
    tab.get_by_label("只说到它的政策也推送").uncheck()
    tab.get_by_role("button", name="看会多少条").click(no_wait_after=True)
    expect(tab.get_by_role("region", name="会有什么变化")).to_contain_text("推送会多", timeout=90_000)
    tab.get_by_role("button", name="就这样改").click(no_wait_after=True)
    expect(tab.locator(".notice").first).to_contain_text("已修改赛道“脑机接口”", timeout=90_000)
    expect(tab.get_by_role("row", name="脑机接口")).to_contain_text("脑机、脑机接入不推送")
    assert 'aliases = ["脑机", "脑机接入"]\npolicy = false' in own.read_text(encoding="utf-8")
    tab.get_by_role("link", name="脑机接口", exact=True).click()
    tab.get_by_role("button", name="删除这个赛道").click(no_wait_after=True)
    expect(tab.get_by_role("region", name="会有什么变化")).to_contain_text("删去“脑机接口”", timeout=90_000)
    tab.get_by_role("button", name="就删去").click(no_wait_after=True)
    expect(tab.locator(".notice").first).to_contain_text("已删去赛道“脑机接口”", timeout=90_000)
    assert "脑机接口" not in [one.name for one in load_lexicon(own).tracks]
    undo_last(tab)
    expect(tab.get_by_role("row", name="脑机接口")).to_contain_text("脑机、脑机接入不推送")
