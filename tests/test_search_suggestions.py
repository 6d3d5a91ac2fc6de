"""Suggestions while a search is typed, names of sources, and what is said of a wrong name."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from browser import Served, browser, serving, violations
from issued_acts import issue
from scheduler.config.config import load
from scheduler.config.vocabulary import vocabulary
from scheduler.review.fixes import fixes_of
from scheduler.review.known_names import KnownName, KnownNames
from scheduler.review.suggest import suggestions, typed_at
from storage.archive import Archive
from storage.folding import fold
from storage.search.query import QueryError, parse_query

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)
SOURCE = """
[[source]]
id = "gov-110000"
name = "北京市人民政府"
region = "110000"
level = "province"
kind = "government"
listings = ["http://127.0.0.1:9/zwgk/"]
"""


def names(**values: dict[str, str]) -> dict[str, list[KnownName]]:
    """Return names by filter, from how they read and what they are in a query."""
    return {
        key: [KnownName(name=name, folded=fold(name), value=value, count=1) for name, value in some.items()]
        for key, some in values.items()
    }


NAMES = names(
    region={"四川省": "四川省", "四平市": "四平市", "北京市": "北京市"},
    track={"未来能源": "未来能源", "6G 通信": "6G 通信"}, source={"北京市人民政府": "gov-110000"},
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The review page over the invented acts, with a saved search."""
    folder = tmp_path_factory.mktemp("suggesting")
    with Archive(folder / "archive.db") as archive:
        issue(archive)
        archive.saved_searches.add("低空动态", "低空 地区:广东", by="审阅员", now=NOW)
    with serving(folder, more=SOURCE) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [("低空 地区:四", 7, (6, 7, "region", "四")), ("地区:广东,四", 7, (6, 7, "region", "四")),
     ("地区:四川 量子", 4, (3, 5, "region", "四")), ("(低空 -招", 6, (5, 6, "", "招")),
     ("低空", 99, (0, 2, "", "低空")),
     ("来源:“北", 5, (3, 5, "source", "北")), ("机关:發", 4, (3, 4, "issuer", "发")), ("目标:2", 4, None),
     ("低空 ", 3, (3, 3, "", "")), ("https://x", 9, None)],
)  # fmt: skip
def test_part_under_the_cursor(text: str, at: int, expected: tuple[int, int, str, str] | None) -> None:
    """A value after its key and comma, a word after a bracket or minus, up to its end; nothing under an unknown key."""
    part = typed_at(text, at)
    assert (part and (part.start, part.end, part.key, part.said)) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("地区:四", ["四川省 ", "四平市 "]), ("来源:人民", ["gov-110000 "]), ("赛道:6", ['"6G 通信" ']), ("o", ["OR "]),
     ("地", ["地区:"]), ("四川", ["地区:四川省 "]), ("起:", ["2026 ", "2026-03 ", "2026-03-18 "]), ("状", ["状态:"]),
     ("", []), ("得分:>", [">=60 ", ">=80 "])],
)  # fmt: skip
def test_suggested(typed: str, expected: list[str]) -> None:
    """Values by name, filters, operators, days of now: each as the query language reads it."""
    part = typed_at(typed, len(typed))
    assert part is not None
    found = [one.insert for one in suggestions(part, NAMES, (), today=TODAY)]
    assert found == expected
    for one in found:
        whole = f"量子 {typed[: part.start]}{one}"
        assert one.endswith(":") or one == "OR " or parse_query(whole, vocabulary())


@pytest.mark.parametrize(
    ("text", "fixed"),
    [("低空 来源:北京人民政府", ["低空 来源:gov-110000"]), ("地取:广东", ["地区:广东"]),
     ("低空 || 量子", ["低空 OR 量子"]), ("日期:2026-12-31..2026-3-1", ["日期:2026-03-01..2026-12-31"]), ("(量子", [])],
)  # fmt: skip
def test_fixes(text: str, fixed: list[str]) -> None:
    """A wrong key, value or range with the query that was meant; a source's name becomes its id."""
    with pytest.raises(QueryError) as caught:
        parse_query(text, vocabulary(sources=["gov-110000"]))
    assert [one.query for one in fixes_of(text, caught.value, NAMES["source"])][: len(fixed) or None] == fixed


def test_address(served: Served) -> None:
    """Regions of the archive with their counts come first; sources by name; subscriptions to open; bounded."""

    def ask(text: str, **more: str) -> list[dict[str, object]]:
        answer = httpx.get(f"{served.url}/search/suggest", params={"q": text, **more})
        return list(answer.json()["suggestions"])

    first = ask("地区:广")[0]
    assert (first["name"], first["insert"]) == ("广东省", "广东省 ")
    assert first["count"]
    assert [one["insert"] for one in ask("来源:北京市人民")] == ["gov-110000 "]
    opened = next(one for one in ask("低空") if one["kind"] == "订阅")
    assert httpx.get(f"{served.url}{opened['address']}").status_code == 200
    assert len(ask("市")) == 8
    assert ask("地区:广东 量子", at="4")[0]["name"] == "广东省"
    assert ask("低" * 5000, at="999999999") == []
    assert httpx.get(f"{served.url}/search/suggest?at=x").json()["suggestions"] == []


def test_names_on_the_page(served: Served) -> None:
    """A chosen source reads by its name; unknown sources and tracks are said, with the nearest to press."""
    chosen = httpx.get(f"{served.url}/search", params={"q": "低空 来源:gov-110000"}).text
    assert "来源是 <b>北京市人民政府</b>" in chosen
    wrong = httpx.get(f"{served.url}/search", params={"q": "来源:北京人民政府"})
    assert wrong.status_code == 400
    assert ">北京市人民政府</a>" in wrong.text
    slip = httpx.get(f"{served.url}/search", params={"q": "赛道:低空经挤"})
    assert slip.status_code == 400
    assert ">低空经济</a>" in slip.text


def test_listbox_by_keyboard(browser: Browser, served: Served) -> None:
    """↓ chooses, Enter takes it without sending the form, Esc closes; what is typed in a burst asks little."""
    tab = browser.new_context(base_url=served.url, locale="zh-CN").new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "/search/suggest" in request.url else None)
    tab.goto("/search")
    box, lines = tab.get_by_role("combobox"), tab.locator("[role=option]")
    box.press_sequentially("低空 地区:四川", delay=5)
    expect(lines.first).to_contain_text("四川省")
    assert len(asked) <= 4
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    box.press("Enter")
    expect(box).to_have_value("低空 地区:四川省 ")
    expect(lines).to_have_count(0)
    box.press_sequentially("赛")
    expect(lines.first).to_contain_text("赛道")
    box.press("Escape")
    expect(lines).to_have_count(0)
    expect(box).to_be_focused()
    box.fill("低空")
    with tab.expect_navigation():
        box.press("Enter")
    tab.context.close()


def test_what_is_typed_since_belongs_to_the_word(browser: Browser, served: Served) -> None:
    """A suggestion that was asked for half a word takes the place of the word as it stands by now."""
    tab = browser.new_context(base_url=served.url, locale="zh-CN").new_page()
    tab.goto("/search")
    box, lines = tab.get_by_role("combobox"), tab.locator("[role=option]")
    box.press_sequentially("低空 地区:四")
    expect(lines.first).to_contain_text("四川省")
    tab.route("**/search/suggest*", lambda route: route.abort())  # the next answer never comes
    box.press_sequentially("川")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("低空 地区:四川省 ")
    tab.context.close()


def test_listbox_is_clean(browser: Browser, served: Served) -> None:
    """The page with its list open, wide and on a phone: no fault of axe, nothing wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    assert violations(browser, served, ["/search", "/search?q=来源:北京人民政府"]) == []
    for width in (1440, 390):
        tab = browser.new_context(
            base_url=served.url, locale="zh-CN", viewport={"width": width, "height": 800}
        ).new_page()
        tab.goto("/search")
        tab.get_by_role("combobox").press_sequentially("广东")
        expect(tab.locator("[role=option]").first).to_be_visible()
        tab.keyboard.press("ArrowDown")
        tab.evaluate(Axe().axe_script)
        assert (
            tab.evaluate("axe.run({resultTypes: ['violations']}).then(said => said.violations.map(one => one.id))")
            == []
        )
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.context.close()


def test_names_are_kept_and_read_again(tmp_path: Path) -> None:
    """Names are those of before until five minutes are over; a name that was asked for in vain is looked for sooner."""
    (tmp_path / "config.toml").write_text(
        '[archive]\npath = "archive.db"\n[sources]\ncatalogue = false\n', encoding="utf-8"
    )
    settings, kept, counted = load(tmp_path / "config.toml"), KnownNames(), []

    def tracks(after: timedelta, *, again: bool = False) -> int:
        names = kept.of(archive, settings, NOW + after, again=again)["track"]
        assert [one.count for one in names] == sorted((one.count for one in names), reverse=True)
        return sum(1 for one in names if one.count)

    with Archive(tmp_path / "archive.db") as archive:
        counted.append(tracks(timedelta()))
        issue(archive)
        counted += [tracks(timedelta(seconds=5), again=True), tracks(timedelta(minutes=6))]
        for thread in [one for one in threading.enumerate() if one.name == "names"]:
            thread.join()
        counted.append(tracks(timedelta(minutes=7)))
        archive.db.execute("UPDATE announcements SET tracks = '[]'")
        counted += [tracks(timedelta(minutes=7)), tracks(timedelta(minutes=7), again=True)]
    assert counted[:3] == [0, 0, 0]
    assert counted[3] == counted[4] > 1
    assert counted[5] == 0
