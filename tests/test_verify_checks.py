"""What a check means to the daemon, and what the pure parts of `sources verify` and `sources add` promise."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import page_of, run_of, source_of
from conftest import Futurewatch, path_of, publish
from crawler.cms.registry import family_of
from crawler.sources import catalogue
from family_pages import FAMILIES, FamilyPages
from local_portal import LocalPortal, open_portal
from scheduler.demo.samples import GOVERNMENT
from scheduler.sources.check_report import moved, report
from scheduler.sources.columns import columns_of, home_of, is_home
from scheduler.sources.propose import site_name
from scheduler.visits.pace import Pace, next_due
from storage.archive import Archive
from storage.checks import SourceCheck, standing_here
from storage.records import Page, Run

NOW = datetime(2026, 3, 19, 3, 0, tzinfo=UTC)  # eleven o'clock in Beijing
HALF_HOUR = timedelta(minutes=30)
NOTHING: dict[str, Any] = {"problems": [], "listings": [], "columns": [], "article": None, "newest": []}
FAILED = SourceCheck(
    source="x", checked_at=NOW, state="fails", outcome="blocked", cause=None, reason="瑞数", detail=NOTHING
)
WORKED = SourceCheck(source="x", checked_at=NOW, state="works", outcome="ok", cause=None, reason="", detail=NOTHING)


def due(check: SourceCheck | None, last: Run | None, failures: int = 0) -> timedelta:
    """Return how long after NOW a source is visited."""
    standing = standing_here(check, last, failures)
    return next_due(*standing, pace=Pace(every=HALF_HOUR), now=NOW) - NOW


def test_source_that_was_blocked_here_is_not_visited_at_the_start() -> None:
    """What a check found shut is left alone as long as if a visit had; what it found open is visited at once."""
    assert due(FAILED, None) > 3 * HALF_HOUR
    assert due(WORKED, None) <= timedelta(0)
    assert due(None, None) <= timedelta(0)


def test_newer_of_check_and_visit_counts() -> None:
    """A check lifts older failures, and an older check says nothing against a newer visit."""
    before, after = NOW - timedelta(days=1), NOW + timedelta(minutes=1)
    assert standing_here(WORKED, run_of(before, outcome="blocked"), 7) == (None, 0)
    assert standing_here(WORKED, run_of(before), 0) == (run_of(before), 0)
    assert standing_here(FAILED, run_of(after), 0) == (run_of(after), 0)
    assert standing_here(FAILED, run_of(before), 0)[1] == 1


def test_day_on_which_it_worked_last_is_kept() -> None:
    """A check that fails keeps when the source worked from here the last time."""
    with Archive.in_memory() as archive:
        assert archive.checks.of("x") is None
        archive.checks.record(WORKED)
        archive.checks.record(replace(FAILED, checked_at=NOW + timedelta(days=2)))
        kept = archive.checks.of("x")
    assert kept is not None
    assert (kept.state, kept.verified_at, kept.reason) == ("fails", NOW, "瑞数")
    assert kept.checked_at == NOW + timedelta(days=2)


def found(url: str, outcome: str = "ok", cause: str | None = None, moved_to: str | None = None) -> dict[str, object]:
    return {"url": url, "outcome": outcome, "cause": cause, "reason": "", "rows": 0, "dated": 0, "moved_to": moved_to}


def test_only_what_is_gone_is_replaced() -> None:
    """A listing that works stays, with its page number; one that is gone gives way to the columns that were found."""
    kept, gone = "https://a.gov.cn/list?page={page}", "https://a.gov.cn/old/"
    detail = NOTHING | {
        "listings": [found("https://a.gov.cn/list?page=1"), found(gone, "error", "4xx")],
        "columns": ["https://a.gov.cn/new/"],
    }
    patched = moved(source_of("x", kept, gone), replace(WORKED, detail=detail))
    assert patched is not None
    assert patched.listings == (kept, "https://a.gov.cn/new/")
    assert patched.verified == NOW.date()
    assert moved(source_of("x", kept, gone), replace(WORKED, detail=detail | {"columns": []})) is None


def test_own_source_is_not_proposed_for_the_catalogues_switches() -> None:
    """`on` and `off` name entries of the catalogue only: another id would be a fault of the configuration."""
    assert report([(source_of("x", "https://a.gov.cn/x/"), FAILED)])["off"] == []
    assert report([(source_of("x", "https://a.gov.cn/x/", confidence="B"), FAILED)])["off"] == ["x"]


def home(links: str) -> Page:
    body = f"<html><body>{links}</body></html>".encode()
    url = "https://www.example.gov.cn/"
    return page_of(body, url, source="x", at=NOW)


def test_columns_are_found_by_their_names() -> None:
    """Names of columns on the portal's own host, the most telling first; headlines and other hosts are none."""
    page = home(
        '<a href="/xwzx/">工作动态</a><a href="/xxgk/tzgg/">通知公告</a><a href="zcwj/index.html">政策文件</a>'
        '<a href="/xxgk/202603/t20260318_77.html">通知公告</a><a href="https://other.gov.cn/tz/">通知公告</a>'
        '<a href="/hd/">关于召开规范性文件评估工作会议的通知</a><a href="/jj/">机构简介</a><a href="/">要闻</a>'
    )
    names = [column.name for column in columns_of(page, "department", known=())]
    assert names == ["政策文件", "通知公告", "工作动态"]
    known = ("http://www.example.gov.cn/zcwj/",)
    assert [column.name for column in columns_of(page, "department", known=known)] == names[1:]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.cn", True), ("https://a.cn/index.shtml", True), ("https://a.cn/?channel=3", False),
        ("https://a.cn/zwgk/", False), ("https://a.cn/index_1.html", False),
    ],
)  # fmt: skip
def test_home_pages(url: str, *, expected: bool) -> None:
    """A home page is the root of a host, with or without the name of its file."""
    assert is_home(url) is expected
    assert home_of(url).rstrip("/") == "https://a.cn"


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_family_is_recognised_by_its_articles(family: FamilyPages) -> None:
    """The addresses of a family's articles tell it from all others."""
    host = "https://www.gov.cn" if family.name == "gov-cn" else "https://www.haizhou.example.cn"
    assert family_of(host + path for path in family.articles) == family.name


def test_catalogues_examples_are_of_their_family() -> None:
    """An entry's example is shaped as its family says. 浙江 has articles of both systems of one maker."""
    both = {"hanweb", "jpaas"}
    for entry in catalogue():
        if entry.example and entry.family:
            shaped = family_of([entry.example])
            assert shaped == entry.family or {shaped, entry.family} == both, entry.id


def test_mixed_addresses_are_of_no_family() -> None:
    """Rows that lead to many systems tell nothing about the portal's own."""
    assert family_of(["https://a.cn/zwgk/1.html", "https://b.cn/x", "https://c.cn/202603/t20260318_1.html"]) is None
    assert family_of([]) is None


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ('<meta name="SiteName" content="海州市科学技术局"><title>通知公告</title>', "海州市科学技术局"),
        ("<title>通知公告_海南省工业和信息化厅</title>", "海南省工业和信息化厅"),
        ("<title>海南省人民政府 - 政策文件</title>", "海南省人民政府"),
        ("<title>椰风新闻网-要闻</title>", "椰风新闻网"),
        ("<p>x</p>", ""),
    ],
)
def test_site_name(page: str, name: str) -> None:
    """The portal's name is its own word for itself, else the part of the title that names whose it is."""
    assert site_name(f"<html><head>{page}</head></html>") == name


def test_daemon_starts_from_what_works_here(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """What a check found shut is not knocked at when the daemon starts; what it found open is read at once."""
    with open_portal() as shut:
        more = f"""
[[source]]
id = "shut"
name = "shut"
region = "460000"
level = "province"
kind = "news"
listings = ["{shut.url}/zwgk/"]
"""
        futurewatch.configure(portal, more=more)
        publish(portal, *GOVERNMENT)
        shut.serve("/zwgk/", "<html><body><script>$_ts=window['$_ts'];</script></body></html>", status=412)
        report = str(futurewatch.folder / "verified")
        futurewatch.run("sources", "verify", "--report", report, code=1)
        asked = len(shut.log)
        process = futurewatch.start("run")
        while len(portal.asked(path_of(GOVERNMENT[-1]))) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        process.terminate()
        process.communicate(timeout=30)
    assert len(shut.log) == asked
