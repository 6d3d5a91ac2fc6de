"""The review page in a real browser: by keyboard, by buttons, on a phone, and over pages that mean harm."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from browser import PHONE, Served, browser, serving
from local_portal import open_portal
from seeded_archive import ATTACK, DAY, HOSTILE, HOSTILE_TITLE, seed, told_page
from storage.archive import Archive

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

__all__ = ["browser"]

TODAY = f"/?day={DAY}"
CARDS = "[data-card]"
ROWS = ".acts:not(.sub)"  # the list of announcements, without that of near misses


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that every test gets a copy of."""
    path = tmp_path_factory.mktemp("seeded") / "archive.db"
    seed(path)
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Iterator[Served]:
    """A server whose archive is put back before every test."""
    with serving(tmp_path_factory.mktemp("served")) as opened:
        yield opened


@pytest.fixture
def tab(browser: Browser, served: Served, seeded: Path) -> Iterator[Tab]:
    """A tab over the seeded archive; a script of its own that fails, fails the test."""
    _put_back(served, seeded)
    context = browser.new_context(base_url=served.url, locale="zh-CN")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def _put_back(served: Served, seeded: Path) -> None:
    """Let the served archive hold what the seeded one holds, through SQLite: the server has it open."""
    source, target = sqlite3.connect(seeded), sqlite3.connect(served.archive)
    source.backup(target)
    source.close()
    target.close()


def current(tab: Tab) -> str:
    """Return the title of the row that the keys are about."""
    return str(tab.get_attribute(f"{CARDS}[aria-current]", "data-title"))


def titles(tab: Tab) -> list[str]:
    """Return the titles of the first list, in its order."""
    return [str(row.get_attribute("data-title")) for row in tab.locator(f"{ROWS} {CARDS}").all()]


def expect_states(tab: Tab, *states: str) -> None:
    """Wait until the first list's rows are in these states."""
    expect(tab.locator(f"{ROWS} .state")).to_have_text(states)


def test_day_by_keyboard(tab: Tab, served: Served) -> None:
    """Keys: j and k move, c and w say, u undoes and comes back, o opens: a day is reviewed without a mouse."""
    tab.goto(TODAY)
    shown = titles(tab)
    assert current(tab) == shown[0]
    for key in "jjk":
        tab.keyboard.press(key)
    assert current(tab) == shown[1]
    expect(tab.locator("[data-preview] h2")).to_have_text(shown[1])
    for key in "cw":
        tab.keyboard.press(key)
    expect_states(tab, "待判定", "确认", "关注", "待判定")
    assert current(tab) == shown[3]
    tab.keyboard.press("u")
    expect_states(tab, "待判定", "确认", "待判定", "待判定")
    assert current(tab) == shown[2]
    with tab.expect_navigation():
        tab.keyboard.press("o")
    assert "/announcements/" in tab.url
    with Archive(served.archive) as archive:
        assert [(one.verdict, one.undone_at is None) for one in archive.verdicts.all()] == [
            ("confirmed", True), ("watch", False),
        ]  # fmt: skip


def test_reject_with_a_reason(tab: Tab, served: Served) -> None:
    """With r it asks for the reason, Esc leaves all as it was; then the correction is queued, a minute from now."""
    tab.goto(TODAY)
    title = current(tab)
    tab.keyboard.press("r")
    assert tab.inner_text("dialog[open] [data-about]") == title
    tab.keyboard.press("Escape")
    expect_states(tab, "待判定", "待判定", "待判定", "待判定")
    tab.keyboard.press("r")
    tab.get_by_label("别的理由").fill("三月初就有")
    tab.keyboard.press("Enter")
    expect_states(tab, "误报", "待判定", "待判定", "待判定")
    expect(tab.locator("[data-said]")).to_contain_text("更正将在一分钟后发往 1 个接收端")
    with Archive(served.archive) as archive:
        (verdict,) = archive.verdicts.all()
        assert (verdict.verdict, verdict.reason) == ("rejected", "三月初就有")
        queued = [d for d in archive.outbox.list(state="pending") if d.type == "announcement.corrected"]
        assert [(d.announcement_id, d.endpoint) for d in queued] == [(verdict.announcement_id, "team")]
        assert (queued[0].next_attempt_at - queued[0].created_at).total_seconds() == 60
    tab.keyboard.press("u")
    expect_states(tab, "待判定", "待判定", "待判定", "待判定")
    with Archive(served.archive) as archive:
        assert archive.rejections.ids() == frozenset()
        assert not [d for d in archive.outbox.list(state="pending") if d.type == "announcement.corrected"]


def test_several_at_once(tab: Tab, served: Served) -> None:
    """With x, Shift-x and a several are chosen; a verdict acts on all, a digit is a reason, u undoes them as one."""
    tab.goto(TODAY)
    for key in ("x", "j", "j", "Shift+X"):
        tab.keyboard.press(key)
    expect(tab.locator("[data-chosen]")).to_have_text("3")
    tab.keyboard.press("r")
    assert tab.inner_text("dialog[open] [data-about]") == "3 条"
    tab.keyboard.press("1")
    expect_states(tab, "误报", "误报", "误报", "待判定")
    with Archive(served.archive) as archive:
        assert {one.reason for one in archive.verdicts.all()} == {"旧闻重发"}
    tab.keyboard.press("u")
    expect_states(tab, "待判定", "待判定", "待判定", "待判定")
    tab.keyboard.press("a")
    tab.keyboard.press("Escape")
    expect(tab.locator(".foot .batch")).to_be_hidden()
    with Archive(served.archive) as archive:
        assert len([one for one in archive.verdicts.all() if one.undone_at]) == 3


def test_without_script(browser: Browser, served: Served, seeded: Path) -> None:
    """Buttons and forms do everything where no script runs."""
    _put_back(served, seeded)
    context = browser.new_context(base_url=served.url, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(TODAY)
    tab.get_by_label("选择第 2 条").check()
    tab.locator(".foot").get_by_role("button", name="确认").click()
    expect_states(tab, "待判定", "确认", "待判定", "待判定")
    tab.locator("[data-preview]").get_by_role("button", name="误报").click()
    tab.locator("main").get_by_role("button", name="标为误报").click()
    expect(tab.get_by_role("alert")).to_contain_text("理由")
    tab.locator("main").get_by_label("会议、调研报道").check()
    tab.locator("main").get_by_role("button", name="标为误报").click()
    expect_states(tab, "误报", "确认", "待判定", "待判定")
    tab.get_by_role("button", name="撤销").click()
    expect_states(tab, "待判定", "确认", "待判定", "待判定")
    context.close()


def test_list_is_grouped_and_narrowed(tab: Tab) -> None:
    """A list is grouped by stage with the counts of each, and narrowed to a region, what waits, or what is done."""
    tab.goto(TODAY)
    with tab.expect_navigation():
        tab.get_by_label("分组", exact=True).select_option("按发布环节")
    heads = tab.locator("tr.group").all_inner_texts()
    assert heads[0] == "印发2 条，待判定 2"
    with tab.expect_navigation():
        tab.locator(".filters").get_by_label("地区").select_option("广东省")
    expect(tab.locator(f"{ROWS} {CARDS}")).to_have_count(1)
    tab.keyboard.press("c")
    expect_states(tab, "确认")
    tab.get_by_role("link", name="待判定").first.click()
    expect(tab.locator(".empty")).to_contain_text("判定完了")
    tab.get_by_role("link", name="已判定").click()
    expect(tab.locator(f"{ROWS} {CARDS}")).to_have_count(1)


def test_hit_leads_to_its_sentence(tab: Tab) -> None:
    """A click on a point of the explanation lands on the sentence, which is marked and in view."""
    tab.goto("/announcements/2")
    tab.get_by_text("评分依据").click()
    tab.locator(".hits a", has_text="量子科技").click()
    sentence = tab.locator(".sentence:target")
    assert "前瞻布局" in sentence.inner_text()
    assert sentence.locator("mark", has_text="量子科技").count() == 1
    tab.wait_for_function("innerHeight > document.querySelector(':target').getBoundingClientRect().bottom")
    assert tab.evaluate("document.querySelector(':target').getBoundingClientRect().top") >= 0


def test_announcement_tells_its_story(tab: Tab) -> None:
    """Facts with quotes, both articles with their relation, what was sent, and the edit that was noticed."""
    tab.goto("/announcements/2")
    text = tab.inner_text("main")
    for said in (
        "粤府办〔2026〕17号",
        "广东省人民政府办公厅",
        "一图读懂",
        "后续",
        "发文字号相同",
        "已送达",
        "等待汇总",
    ):
        assert said in text
    tab.get_by_role("link", name="改过 1 次").click()
    expect(tab.locator("del").first).to_have_text("2")
    expect(tab.locator("ins").first).to_have_text("5")


def test_notes_and_tags(tab: Tab) -> None:
    """A note and tags are shown with who wrote them, found again, and taken away."""
    tab.goto("/announcements/2")
    tab.get_by_label("写备注").fill("要跟进<b>实施细则</b>")
    tab.get_by_role("button", name="保存备注").click()
    expect(tab.locator(".note")).to_contain_text("要跟进<b>实施细则</b>")
    tab.get_by_label("加标签").fill("重点 周报")
    tab.get_by_role("button", name="加上").click()
    tab.get_by_role("link", name="# 重点").click()
    expect(tab.locator(f"{CARDS} [data-open]")).to_have_count(1)
    tab.goto("/tags?q=细则")
    expect(tab.locator(f"{CARDS} [data-open]")).to_have_count(1)
    tab.goto("/announcements/2")
    tab.get_by_role("button", name="去掉标签 重点").click()
    expect(tab.get_by_role("button", name="去掉标签 重点")).to_have_count(0)  # the page is loaded anew
    tab.locator(".note").get_by_role("button", name="删除").click()
    expect(tab.locator(".note")).to_have_count(0)
    expect(tab.locator("#notes .tag")).to_have_text(["# 周报 ×"])


def test_split_and_merge(tab: Tab, served: Served) -> None:
    """An article is split off into an announcement of its own and merged back; both stand in the record."""
    tab.goto("/announcements/2")
    tab.get_by_text("有的文章说的是另一件事").click()
    tab.get_by_label("一图读懂", exact=False).check()
    tab.locator("form[action$='/split']").get_by_label("理由").fill("另一件事")
    tab.get_by_role("button", name="拆分", exact=True).click()
    expect(tab).to_have_url(f"{served.url}/announcements/6")
    tab.get_by_text("与另一条是同一件事").click()
    expect(tab.locator(".card").first).to_contain_text("文件相同")
    tab.locator(".card").first.get_by_role("link", name="比较后合并").click()
    expect(tab.get_by_role("region", name="留下的")).to_contain_text("编号 2")
    tab.locator("main").get_by_label("理由").fill("看错了")
    tab.get_by_role("button", name="合并到 2").click()
    expect(tab).to_have_url(f"{served.url}/announcements/2")
    expect(tab.locator("section[aria-labelledby=edits]")).to_contain_text("看错了")
    tab.goto("/announcements/6")
    expect(tab).to_have_url(f"{served.url}/announcements/2")
    tab.get_by_role("button", name="撤销合并").click()
    expect(tab).to_have_url(f"{served.url}/announcements/6")


def test_search(tab: Tab) -> None:
    """Two characters, 6G, one character and a filter find what is there; every hit is marked."""
    tab.goto("/")
    tab.keyboard.press("/")
    tab.wait_for_url("**/search")
    for words, found in (("沙龙", 0), ("量子", 2), ("6G", 2), ("未来产业 地区:浙江", 1), ("锂", 0), ("奖", 1)):
        tab.fill("input[type=search]", words)
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
        expect(tab.locator(CARDS), words).to_have_count(found)
        assert not found or words.split()[0] in tab.locator(f"{CARDS} mark").all_inner_texts()
        tab.keyboard.press("/")


def test_search_is_saved(tab: Tab) -> None:
    """A search is kept under a name, with the endpoint that it tells, and given as feeds until it is removed."""
    tab.goto("/search?q=未来产业 地区:广东")
    tab.get_by_label("名称").fill("广东动态")
    tab.get_by_role("group", name="命中新政策时推送到").get_by_label("team").check()
    tab.get_by_label("多久推送一次").select_option("每天")
    tab.get_by_role("button", name="订阅", exact=True).click()
    saved = tab.locator("section[aria-label=订阅]")
    expect(saved).to_contain_text("每天推送到 team")
    feed = tab.request.get("/saved/1.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "广东省培育发展未来产业行动计划" in feed.text()
    assert len(tab.request.get("/saved/1.json").json()["items"]) == 1
    tab.get_by_role("button", name="删除").click()
    expect(saved).to_have_count(0)
    assert tab.request.get("/saved/1.atom").status == 404


def test_wrong_query_is_explained(tab: Tab) -> None:
    """A filter that is not known is named, with the nearest one."""
    tab.goto("/search?q=地取:广东")
    assert "地取" in tab.inner_text(".notice.problem")


def test_hostile_page(tab: Tab, served: Served) -> None:
    """Nothing that a portal writes runs or asks for anything: not in titles, texts, snapshots or links."""
    with open_portal() as portal:
        page_id = _attacked(served, portal.url)
        for path in (
            TODAY, "/announcements/4", "/announcements/4?view=beside", "/articles/5", "/articles/5?view=beside",
            f"/snapshots/{page_id}", "/search?q=湖北", "/archive/articles",
            "/archive/articles/5",
        ):  # fmt: skip
            tab.goto(path)
            tab.wait_for_timeout(60)
            assert "攻破" not in tab.title().replace(HOSTILE_TITLE, "")
            if not path.startswith("/snapshots"):
                assert tab.locator("a[href^='javascript:']").count() == 0
        tab.goto(f"/snapshots/{page_id}")
        assert "湖北省未来产业发展规划" in tab.inner_text("body")
        tab.click("#bait", timeout=2000)
        tab.wait_for_timeout(60)
        assert "攻破" not in tab.title()
        assert portal.log == []
    with Archive(served.archive) as archive:
        assert archive.verdicts.all() == []


def _attacked(served: Served, portal: str) -> int:
    """Let announcement 4 have a title, an address and a page that mean harm; return the page."""
    with Archive(served.archive) as archive, archive.transaction():
        page_id = archive.pages.keep(told_page(HOSTILE, more=ATTACK.replace("PORTAL", portal)))
        archive.db.execute(
            "UPDATE articles SET title = ?, url = ?, page_id = ? WHERE title = ?",
            [HOSTILE_TITLE, "javascript:document.title='攻破'", page_id, HOSTILE.title],
        )
        archive.db.execute("UPDATE announcements SET title = ? WHERE title = ?", [HOSTILE_TITLE, HOSTILE.title])
    return page_id


PAGES = (
    TODAY, "/", "/waiting", "/near-misses", "/announcements/2", "/announcements/2?view=beside", "/articles/3",
    "/articles/2/revisions", "/search", "/search?q=未来产业", "/tags", "/snapshots/999",
)  # fmt: skip


def test_phone(browser: Browser, served: Served, seeded: Path) -> None:
    """At 320 pixels no page scrolls sideways, and what is pressed is large enough for a thumb."""
    _put_back(served, seeded)
    context = browser.new_context(base_url=served.url, viewport=PHONE, is_mobile=True, has_touch=True)
    tab = context.new_page()
    for path in PAGES:
        tab.goto(path)
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        heights = [
            box["height"] for one in tab.locator(".judging button, .card button").all() if (box := one.bounding_box())
        ]
        assert all(height >= 36 for height in heights), path
    context.close()


def test_readable_in_both_schemes(browser: Browser, served: Served, seeded: Path) -> None:
    """Text has at least the contrast of WCAG AA (4.5 to 1) on what lies behind it, in the light and in the dark."""
    for scheme in ("light", "dark"):
        context = browser.new_context(base_url=served.url, color_scheme=scheme)
        tab = context.new_page()
        tab.goto("/announcements/2")
        ratios = tab.evaluate(CONTRASTS)
        assert min(ratio for ratio, _ in ratios) >= 4.5, (scheme, sorted(ratios)[:3])
        context.close()


CONTRASTS = """() => {
  const lum = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const behind = node => { for (; node; node = node.parentElement) {
    const colour = rgb(getComputedStyle(node).backgroundColor); if (colour.length < 4 || colour[3] > 0) return colour; }
    return [255, 255, 255]; };
  const out = [];
  for (const node of document.querySelectorAll("body *")) {
    if (![...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !node.checkVisibility()) continue;
    const [a, b] = [lum(rgb(getComputedStyle(node).color)), lum(behind(node))].sort((x, y) => y - x);
    out.push([(a + .05) / (b + .05), node.textContent.trim().slice(0, 20)]);
  }
  return out;
}"""
