"""What a check means to the daemon, and what the pure parts of `sources verify` and `sources add` promise."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from builders import page_of, run_of, source_of
from conftest import Futurewatch, path_of, publish
from crawler.cms.registry import family_of
from crawler.listing import ListEndpoint
from crawler.sources import Source, catalogue
from crawler.text.addresses import is_home
from family_pages import FAMILIES, FamilyPages
from local_portal import LocalPortal, open_portal
from scheduler.config.verified import VerifiedSources, as_verified, read_verified
from scheduler.demo.samples import GOVERNMENT
from scheduler.sources.apply import applied, file_of
from scheduler.sources.check_all import ANSWER_SECONDS, PatientFetch, expected_duration, requests_of
from scheduler.sources.check_report import answers, moved, report
from scheduler.sources.columns import columns_of, home_of, usual_columns
from scheduler.sources.propose import site_name
from scheduler.sources.recheck import changed
from scheduler.visits.by_host import by_host
from scheduler.visits.fetch_one import FetchError
from scheduler.visits.pace import Pace, next_due
from storage.archive import Archive
from storage.checks import CheckState, SourceCheck, standing_here
from storage.records import Cause, Page, Run

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
    department = source_of("d", "https://www.example.gov.cn/alt/", kind="department")
    names = [column.name for column in columns_of(page, department)]
    assert names == ["政策文件", "通知公告", "工作动态"]
    known = source_of("d", "http://www.example.gov.cn/zcwj/", kind="department")
    assert [column.name for column in columns_of(page, known)] == names[1:]


def test_column_of_the_folder_that_is_gone_comes_first() -> None:
    """/zwgk/tzgg_12/ is gone: what stands at /xxgk/tzgg/ is tried before what has the more telling name."""
    page = home('<a href="/xxgk/zcwj/">政策文件</a><a href="/xxgk/tzgg/">通知公告</a>')
    source = source_of("d", gone := "https://www.example.gov.cn/zwgk/tzgg_12/", kind="department")
    assert [column.name for column in columns_of(page, source, gone=[gone])] == ["通知公告", "政策文件"]


def test_columns_are_those_of_the_stage() -> None:
    """A source that is watched for consultations, laws or press conferences is looked for under such names only."""
    page = home(
        '<a href="/tz/">通知公告</a><a href="/yj/">意见征集</a><a href="/fb/">新闻发布会</a>'
        '<a href="/fg/">地方性法规</a>'
    )
    for stage, name in (("draft", "意见征集"), ("press", "新闻发布会"), ("law", "地方性法规")):
        source = source_of("s", "https://www.example.gov.cn/", stage=stage)
        assert [column.name for column in columns_of(page, source)][:1] == [name]


def test_usual_columns_are_what_the_family_has() -> None:
    """Paths that two sources of a family have, watched for the same, are tried on a sister's host."""
    lost = source_of("l", "https://l.gov.cn/alt/", family="trs", kind="department")
    sisters = [source_of(id, f"https://{id}.gov.cn/xxgk/tzgg/", family="trs", kind="department") for id in "ab"]
    others = [source_of("c", "https://c.gov.cn/tz/", family="trs", kind="department")]
    others += [source_of(id, f"https://{id}.gov.cn/col/", family="jpaas", kind="department") for id in "de"]
    assert usual_columns(lost, [lost, *sisters, *others]) == ("https://l.gov.cn/xxgk/tzgg/",)


def checked(source: Source, state: CheckState = "fails", **detail: Any) -> SourceCheck:
    listings = detail.pop("listings", [found(url, "error", "4xx") for url in source.listings])
    cause: Cause | None = "4xx" if state == "fails" else None
    return SourceCheck(
        source=source.id, checked_at=NOW, state=state, outcome="error" if cause else "ok", cause=cause, reason="",
        detail=NOTHING | {"listings": listings} | detail,
    )  # fmt: skip


def shipped(id: str, region: str = "460000", **keys: Any) -> Source:
    return source_of(id, f"https://{id}.gov.cn/tz/", confidence="B", region=region, **keys)


def test_apply_keeps_what_moved_what_works_and_what_does_not(tmp_path: Path) -> None:
    """The file says what is on, off and moved; read back it changes the catalogue, while that says what it said."""
    gone, works, fails, well = shipped("a"), shipped("b", enabled=False, off_because="?"), shipped("c"), shipped("d")
    new = "https://a.gov.cn/xxgk/tz/"
    checks = [
        checked(gone, columns=[new]),
        checked(works, "works", listings=[found(works.listings[0])]),
        checked(fails),
    ]
    made = applied([gone, works, fails, well], checks, VerifiedSources())
    file = tmp_path / "verified.toml"
    file.write_text(file_of(made.verified), encoding="utf-8")
    kept = read_verified(file)
    assert (kept.on, kept.off, [one.id for one in kept.moved]) == (("b",), ("c",), ["a"])
    here = as_verified({one.id: one for one in (gone, works, fails, well)}, kept)
    assert (here["a"].listings, here["b"].enabled, here["c"].enabled, here["d"]) == ((new,), True, False, well)
    corrected = gone.model_copy(update={"listings": ("https://a.gov.cn/new/",)})
    assert as_verified({"a": corrected}, kept)["a"] == corrected


def test_apply_leaves_no_province_without_a_source() -> None:
    """What is the last of its province stays on though it fails; when most fail, the line is blamed."""
    last, other, more = shipped("a"), shipped("b", "440000"), shipped("c", "440000")
    made = applied(
        [last, other, more], [checked(last), checked(other, "works"), checked(more, "works")], VerifiedSources()
    )
    assert (made.verified.off, made.spared, made.is_doubtful) == ((), ("a",), False)
    assert applied([last, other], [checked(last), checked(other)], VerifiedSources()).is_doubtful


def test_apply_of_one_source_leaves_the_others() -> None:
    """With `--source` the rest of the file stays as it was."""
    one, two, three = shipped("a"), shipped("b"), shipped("c")
    before = VerifiedSources(off=("b",))
    made = applied([one, two, three], [checked(one), checked(two, "works")], before, ids=("a",))
    assert made.verified.off == ("a", "b")


def test_changed_sources_are_checked_again_after_a_week() -> None:
    """What stays ill, or has other addresses than those checked; not what is well, passes by itself, or is fresh."""
    week = NOW - timedelta(days=8)
    with Archive.in_memory() as archive:
        sources = [source_of(id) for id in ("ill", "passing", "well", "fresh", "altered")]
        archive.runs.register(source.row for source in sources)
        for id, cause in (("ill", "4xx"), ("passing", "timeout"), ("fresh", "4xx")):
            for n in range(3):
                archive.runs.record(run_of(NOW - timedelta(hours=3 - n), source=id, outcome="error", cause=cause))
        archive.runs.record(run_of(NOW, source="well"))
        archive.checks.record(replace(FAILED, source="fresh", checked_at=NOW - timedelta(days=1)))
        older = NOTHING | {"listings": [found("https://elsewhere.gov.cn/")]}
        archive.checks.record(replace(WORKED, source="altered", checked_at=week, detail=older))
        assert [source.id for source in changed(sources, archive, NOW)] == ["ill", "altered"]


def test_report_for_others_has_nothing_of_ones_own() -> None:
    """`answers` says how the catalogue's sources answer and where they stand: no own source, no error's words."""
    own = source_of("rss-bridge", "https://bridge.example.org/?key=secret")
    failed = replace(checked(shipped("a")), reason="proxy http://user:pass@10.0.0.1:3128 refused")
    said = json.dumps(answers(report([(shipped("a"), failed), (own, checked(own))])))
    assert "rss-bridge" not in said
    assert "secret" not in said
    assert "pass" not in said
    assert json.loads(said)["sources"][0]["answer"] == "4xx"


def test_silent_host_is_not_asked_for_the_rest() -> None:
    """After two requests that a host leaves unanswered it is asked nothing more; pages are asked for once."""
    asked: list[str] = []

    async def fetch(wanted: ListEndpoint) -> Page:
        asked.append(wanted.url)
        if "dead" in wanted.url:
            raise FetchError(wanted.url, "timeout", "timeout")
        return home("")

    async def ask_all() -> list[Cause]:
        patient = PatientFetch()
        causes: list[Cause] = []
        for url in ("https://dead.cn/1", "https://dead.cn/2", "https://dead.cn/3", "https://a.cn/", "https://a.cn/"):
            try:
                await patient.fetch(ListEndpoint(url=url), fetch=fetch)
            except FetchError as error:
                causes.append(error.cause)
        return causes

    assert asyncio.run(ask_all()) == ["timeout"] * 3
    assert asked == ["https://dead.cn/1", "https://dead.cn/2", "https://a.cn/"]


def test_check_of_the_whole_catalogue_takes_minutes() -> None:
    """By its arithmetic a check of all takes under a quarter of an hour at the default delay, its longest host too."""
    assert expected_duration(catalogue(), delay_seconds=2.0) < timedelta(minutes=15)
    assert max(map(requests_of, by_host(catalogue()))) * (ANSWER_SECONDS + 2.0) < 15 * 60


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
