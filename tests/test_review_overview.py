"""The pages 全国, 时间线, 来源, 推送, lists and citations in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from browser import PHONE, Served, browser, serving, violations
from issued_acts import ACTS
from overview_site import MORE, NOW, fill
from scheduler.reports.citation_forms import CITATION_FORMS
from scheduler.review.cells import harmless_rows
from storage.archive import Archive

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

__all__ = ["browser"]  # a fixture

PAGES = (
    "/country", "/country?since=2026-03-01", "/timeline", "/announcements", "/announcements?region=440000", "/sources",
    "/sources/gov-460000", "/deliveries", "/announcements/2/cite", "/articles/2/cite", "/announcements/1/brief",
    "/brief?week=2026-W12", "/announcements/1", "/announcements/1/summary",
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The review page over an archive with acts of many provinces, runs, dead letters and a flood."""
    folder = tmp_path_factory.mktemp("site")
    with Archive(folder / "archive.db") as archive:
        fill(archive)
    with serving(folder, more=MORE) as site:
        yield site


@pytest.fixture
def tab(browser: Browser, served: Served) -> Iterator[Tab]:
    """A tab on which every complaint of the browser (a blocked style, a missing file) fails the test."""
    context = browser.new_context(base_url=served.url, viewport={"width": 1200, "height": 800}, locale="zh-CN")
    opened, complaints = context.new_page(), []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def got(served: Served, path: str) -> bytes:
    with urlopen(served.url + path) as answer:
        body: bytes = answer.read()
        return body


# the country


def test_tile_leads_to_the_list(tab: Tab) -> None:
    """A click on a province's tile shows its announcements, and the filter that is set can be taken off."""
    tab.goto("/country")
    tab.click(".tile:has-text('广东')")
    expect(tab.locator(".act [data-open]")).to_have_text(
        [one.policy for one in reversed(ACTS) if one.region == "440000"]
    )
    tab.click(".tag:has-text('地区 广东省')")
    expect(tab.locator(".act")).to_have_count(16)


def test_cell_leads_to_the_list(tab: Tab) -> None:
    """A cell, a row's head and a column's head of the matrix lead to what they count."""
    tab.goto("/country")
    tab.click("[aria-label='四川省 生物制造 2 条']")
    expect(tab.locator(".act")).to_have_count(2)
    tab.goto("/country")
    tab.click(".matrix thead a:has-text('低空经济')")
    expect(tab.locator(".act")).to_have_count(3)
    tab.goto("/country")
    tab.click(".matrix tbody th a:has-text('上海')")
    expect(tab.locator(".act")).to_have_count(2)


def test_first_is_marked_with_a_sign(tab: Tab) -> None:
    """Who was first has a sign that is read aloud too; of two on one day both have it."""
    tab.goto("/country")
    cells = tab.locator(".matrix td:has(.first-sign)").all_inner_texts()
    assert all("★" in cell and "最早" in cell for cell in cells)
    robots = tab.locator(".matrix tr:has(td.first a[aria-label*='人形机器人']) th").all_inner_texts()
    assert sorted(robots) == ["上海", "北京"]


def test_country_obeys_the_filters(tab: Tab) -> None:
    """Period, act, track and the filter language narrow map and matrix alike, and what leads from them."""
    tab.goto("/country")
    tab.select_option("select[name=track]", "商业航天")
    tab.fill("input[name=since]", "2026-03-01")
    tab.click("button:has-text('显示')")
    expect(tab.locator(".tile:has-text('湖北') .number")).to_have_text("0")
    expect(tab.locator(".tile:has-text('海南') .number")).to_have_text("1")
    tab.click(".tile:has-text('海南')")
    expect(tab.locator(".act [data-open]")).to_have_text([ACTS[9].policy])


def test_wrong_filter_is_explained(served: Served) -> None:
    """A filter that is none is told by its name with the nearest one, and the answer is an error."""
    with pytest.raises(HTTPError) as answer:
        got(served, "/country?q=%E5%9C%B0%E5%8C%BA:%E5%B9%BF%E5%8D%97")  # 地区:广南
    assert answer.value.code == 400
    assert "“地区”不能是“广南”" in answer.value.read().decode()


def test_country_is_readable_without_colour(tab: Tab) -> None:
    """Every tile says its name and count in words, whatever its shade; the matrix is a table with heads."""
    tab.emulate_media(forced_colors="active")
    tab.goto("/country")
    tiles = tab.locator(".tile").all_inner_texts()
    assert len(tiles) == 32
    assert all(re.search(r"\S+\s+\d+", tile) for tile in tiles)
    assert tab.get_by_role("columnheader", name="低空经济").count() == 1
    assert tab.get_by_role("rowheader", name="内蒙古").count() == 1


def test_list_is_walked_by_keyboard(tab: Tab) -> None:
    """J moves down the list, o opens what is chosen; a tile is reached by Tab and pressed by Enter."""
    tab.goto("/announcements")
    tab.keyboard.press("j")
    expect(tab.locator(".act[aria-current] [data-open]")).to_have_text(ACTS[12].policy)
    tab.keyboard.press("o")
    expect(tab.locator("h1")).to_have_text(ACTS[12].policy)
    tab.goto("/country")
    tab.locator(".tile:has-text('海南')").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator(".act [data-open]")).to_have_text([ACTS[9].policy])


# the timeline


def test_segment_leads_to_the_list(tab: Tab) -> None:
    """A click on an act in a month shows what it counts."""
    tab.goto("/timeline")
    tab.click("[aria-label='2026-01 征求意见 1 条']")
    expect(tab.locator(".act [data-open]")).to_have_text([f"{ACTS[13].policy}（征求意见稿）"])
    tab.goto("/timeline")
    tab.click(".panels li:has-text('人形机器人') [aria-label='2026-01 2 条']")
    expect(tab.locator(".act")).to_have_count(2)


def test_acts_are_told_apart_without_colour(tab: Tab) -> None:
    """Each act has a pattern of its own, its number, and a title; the bar says all of it in words."""
    tab.goto("/timeline")
    fills = {
        (link.get_attribute("aria-label") or "").split()[1]: link.locator("rect").get_attribute("fill")
        for link in tab.locator(".month-bar a").all()
    }  # fmt: skip
    assert len(set(fills.values())) == len(fills) == 2
    assert tab.locator(".month-bar").first.get_attribute("aria-label") == "2026-03 共 6 条：印发 6"


def test_chain_shows_the_steps(tab: Tab) -> None:
    """A policy stands with its draft, its document and its explanation."""
    tab.goto("/timeline")
    steps = tab.locator(".chains > li").first.locator(".chain li").all_inner_texts()
    assert [step.split()[0] for step in steps] == ["征求意见", "印发", "解读"]


# sources


def test_runs_are_told_apart_by_shape(tab: Tab) -> None:
    """Each outcome has a shape of its own in the strip, its own title, and the strip says all in words."""
    tab.goto("/sources")
    row = tab.locator("tr:has-text('gov-460000')")
    marks = [mark.get_attribute("href") for mark in row.locator(".strip use").all()]
    assert len(set(marks)) == len(marks) == 6
    label = row.locator(".strip").get_attribute("aria-label") or ""
    assert label.startswith("最近 6 次：")
    assert "被拦截 1" in label
    assert "出错：timed out" in row.inner_text()


def test_trouble_comes_first(tab: Tab) -> None:
    """Sources in trouble stand on top, the state is a word and a sign; a filter shows these only."""
    tab.goto("/sources")
    names = tab.locator(".sources tbody th a").all_inner_texts()
    assert names[0] == "460000门户"
    tab.click(".choices a:has-text('有故障')")
    expect(tab.locator(".sources tbody tr")).to_have_count(1)


def test_incident_is_acknowledged(tab: Tab, served: Served) -> None:
    """A press says who has seen an incident, and the button is gone."""
    tab.goto("/sources")
    tab.click("text=已阅，不再提醒")
    expect(tab.locator("text=已阅，不再提醒")).to_have_count(0)
    with Archive(served.archive) as archive:
        (incident,) = archive.incidents.list(only_open=True)
    assert incident.acknowledged_by
    expect(tab.locator(".incidents")).to_contain_text(f"{incident.acknowledged_by} 已阅")


def test_a_source_shows_its_runs(tab: Tab, served: Served) -> None:
    """The page of a source lists its runs with their errors, the last one first."""
    tab.goto("/sources/gov-460000")
    assert "timed out" in tab.locator(".runs tbody tr").first.inner_text()
    with pytest.raises(HTTPError, match="404"):
        got(served, "/sources/gov-999999")


# deliveries


def test_dead_letter_is_replayed(tab: Tab, served: Served) -> None:
    """A press on 重发 makes that dead message pending again, and no other."""
    tab.goto("/deliveries")
    dead = tab.locator("section:has(#dead) tbody tr")
    expect(dead).to_have_count(2)
    assert "503 Service Unavailable" in dead.first.inner_text()
    dead.filter(has_text=ACTS[0].title).get_by_role("button", name="重发").click()
    expect(tab.locator(".notice")).to_contain_text("1 条已放回队列")
    expect(dead).to_have_count(1)
    with Archive(served.archive) as archive:
        states = {one.announcement_id: one.state for one in archive.outbox.list(endpoint="team") if one.announcement_id}
    assert (states[2], states[1]) == ("pending", "dead")


def test_flood_is_decided(tab: Tab, served: Served) -> None:
    """What a flood's question holds can be sent as one digest."""
    tab.goto("/deliveries")
    tab.click("text=全部推送")
    expect(tab.locator(".ask")).to_have_count(0)
    with Archive(served.archive) as archive:
        assert archive.delivery_overview.endpoints(now=NOW)["team"].states.get("gathered") == 3


def test_no_address_is_shown(served: Served) -> None:
    """No page shows an endpoint's address, which is its key."""
    for path in ("/deliveries", "/sources"):
        assert b"very-secret-key" not in got(served, path)
        assert b"hooks.example.org" not in got(served, path)


def test_replay_needs_the_token(served: Served) -> None:
    """A form of another site, or one without the token, replays nothing."""
    for headers in ({"Origin": "http://evil.example"}, {"Origin": served.url}, {}):
        with pytest.raises(HTTPError) as answer:
            urlopen(Request(f"{served.url}/deliveries/replay", data=b"", headers=headers, method="POST"))
        assert answer.value.code == 403


# lists, citations, briefs


def test_list_as_csv_and_json(served: Served) -> None:
    """The same choice as CSV and JSON: all rows, in the same order, the CSV with the mark for Excel."""
    said = json.loads(got(served, "/announcements.json?region=440000"))
    assert said["total"] == 2
    text = got(served, "/announcements.csv?region=440000").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"] for row in rows] == [one["title"] for one in said["announcements"]]
    assert rows[0]["issuers"] == "广东省人民政府办公厅"


def test_citations_of_a_list(served: Served) -> None:
    """All that is listed can be cited at once."""
    lines = got(served, "/announcements/citations?region=440000").decode().splitlines()
    assert len(lines) == 2
    assert all("[EB/OL]" in line and "SHA-256" not in line for line in lines)


def test_cite_page_offers_all_formats(tab: Tab, served: Served) -> None:
    """The page shows the citation and gives it in every format."""
    tab.goto("/announcements/2/cite")
    assert "粤府办〔2026〕3号[EB/OL]" in tab.locator(".quote").first.inner_text()
    tab.click("[data-copies='c-gbt7714']")
    expect(tab.locator("[role=status]", has_text="已复制").first).to_be_visible()
    for format in CITATION_FORMS:
        assert "粤府办〔2026〕3号" in got(served, f"/announcements/2/cite.{format}").decode()


def test_brief_fits_one_page(browser: Browser, served: Served, tmp_path: Path) -> None:
    """The brief of an announcement that says as much as it can fits one page of A4 when it is printed."""
    (longest,) = json.loads(got(served, "/announcements.json?region=810000"))["announcements"]
    tab = browser.new_page()
    tab.goto(f"{served.url}/announcements/{longest['id']}/brief")
    tab.pdf(path=tmp_path / "brief.pdf", prefer_css_page_size=True)
    tab.close()
    pages = PdfReader(tmp_path / "brief.pdf").pages
    assert len(pages) == 1
    assert (round(float(pages[0].mediabox.width)), round(float(pages[0].mediabox.height))) == (595, 842)
    words = normalize("NFKC", pages[0].extract_text())
    assert "引用" in words
    assert "SHA-256" in words
    assert "数据表" not in words  # the site's own menu


def test_week_as_a_page_and_as_files(tab: Tab, served: Served) -> None:
    """The brief of a week is shown, leads to the weeks beside it, and is given as HTML and Markdown."""
    tab.goto("/brief?week=2026-W12")
    expect(tab.locator(".entry")).to_have_count(2)
    tab.get_by_role("link", name="上一期").click()
    expect(tab.locator("h1")).to_contain_text("2026-W11")
    assert got(served, "/brief.html?week=2026-W12").startswith(b"<!doctype html>")
    assert "## 海南省" in got(served, "/brief.md?week=2026-W12").decode()
    end = time.monotonic() + 60
    while (said := json.loads(got(served, "/brief.json?week=2026-W12"))["rising"]) is None:
        assert time.monotonic() < end, "the rising words are never counted"
        time.sleep(0.2)
    assert said == []


def test_week_of_some_policies(tab: Tab, served: Served) -> None:
    """A region of the form, or words, choose the policies of a brief and of its files, and stay from week to week."""
    tab.goto("/brief?week=2026-W12")
    tab.locator(".brief-tools summary").click()
    tab.locator(".choosing select[name=region]").select_option("460000")
    tab.get_by_role("button", name="显示").click()
    expect(tab.locator("h1")).to_contain_text("地区是 海南省")
    expect(tab.locator(".entry")).to_have_count(1)
    file = tab.get_by_role("link", name="JSON").get_attribute("href")
    assert {one["region"]["code"] for one in json.loads(got(served, str(file)))["new"]} == {"460000"}
    tab.get_by_role("link", name="上一期").click()
    expect(tab.locator(".choosing select[name=region]")).to_have_value("460000")
    tab.get_by_role("link", name="清除").click()
    expect(tab.locator("h1")).to_have_text("未来产业政策周报 2026-W11")
    with pytest.raises(HTTPError) as refused:
        got(served, "/brief?period=2026-W12&q=%E5%9C%B0%E5%8C%BA:%E5%B9%BF%E5%86%AC")
    said = refused.value.read().decode()
    assert refused.value.code == 400
    assert "广冬" in said
    assert 'class="entry"' not in said


@pytest.mark.parametrize(
    "path", ["/archive/notes.csv", "/archive/notes.csv?_stream=1", "/archive.csv?sql=select+*+from+notes"]
)
def test_csv_of_the_tables_is_harmless(served: Served, path: str) -> None:
    """Datasette's own CSV runs no formula either; numbers stay numbers, and quoted cells whole."""
    said = '=HYPERLINK("http://evil.example","x")\n第二行'
    with Archive(served.archive) as archive:
        if not archive.db.count("notes"):
            archive.notes.add(1, said, who="+me", now=NOW)
    (row,) = csv.DictReader(io.StringIO(got(served, path).decode(), newline=""))
    assert (row["text"], row["who"]) == (f"'{said}", "'+me")
    assert harmless_rows("-3.5,+1,-x\r\n") == "-3.5,+1,'-x\r\n"


# everywhere


def test_pages_fit_a_phone(browser: Browser, served: Served) -> None:
    """No page of these scrolls sideways on a narrow phone, in the dark, and none breaks its own policy."""
    context = browser.new_context(base_url=served.url, viewport=PHONE, color_scheme="dark")
    tab, complaints = context.new_page(), []
    tab.on("console", lambda message: complaints.append(message.text))
    wide = []
    for path in PAGES:
        answer = tab.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        if tab.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(path)
    assert (wide, complaints) == ([], [])
    context.close()


def test_filled_pages_can_be_used_without_eyes_or_mouse(browser: Browser, served: Served) -> None:
    """axe-core finds no violation where pages are full, light and dark."""
    assert violations(browser, served, (*PAGES, "/archive/runs", "/archive/runs/1")) == []


def test_empty_archive_says_what_to_do(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With nothing in the archive every page still answers and says what comes next."""
    with serving(tmp_path_factory.mktemp("empty")) as site:
        for path in ("/country", "/timeline", "/announcements", "/sources", "/deliveries", "/brief"):
            assert got(site, path)
        assert "futurewatch run" in got(site, "/country").decode()
