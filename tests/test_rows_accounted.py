"""Every row of a visit is accounted for: seen, known, fetched, with text, failed; what is odd is counted by kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from builders import run_of
from conftest import Futurewatch
from local_portal import LocalPortal, article_page, listing_page
from local_receiver import LocalReceiver
from scheduler.health.findings import of_extraction, of_rows
from storage.records import Run

NOW = datetime(2026, 3, 18, 2, tzinfo=UTC)
TITLES = ["省政府召开常务会议", "春季植树活动启动", "水利工程建设推进会举行", "教育工作座谈会召开", "医保目录调整公布",
          "交通枢纽开工建设", "文化遗产日活动举行", "粮食收购价格公布"]  # fmt: skip
PARAGRAPH = "会议指出，要统筹推进各项工作，确保年度目标任务如期完成，让群众得到实实在在的好处，各地各部门要压实责任。"


def paths(number: int) -> list[str]:
    return [f"/zwgk/202603/t20260318_{n}.html" for n in range(number)]


def list_pages(portal: LocalPortal, number: int = 8) -> None:
    """List pages with texts of their own."""
    portal.serve("/zwgk/", listing_page(zip(paths(number), TITLES, ["2026-03-18"] * number, strict=False)))
    for path, title in zip(paths(number), TITLES, strict=False):
        portal.serve(path, article_page(title, [f"{title}。{PARAGRAPH}"] * 2))


def test_rows_of_a_visit_are_accounted_for(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """Rows, links, known ones, pages fetched, those with a text, failures: in the run, in `status`, on the page."""
    futurewatch.configure(portal, receiver=receiver)
    list_pages(portal, 3)
    futurewatch.crawl()
    list_pages(portal, 6)
    del portal.replies[paths(6)[5]]
    run = futurewatch.crawl()
    counted = {name: run[name] for name in ("listed", "links", "known", "new", "fetched", "extracted", "failed")}
    assert counted == {"listed": 6, "links": 6, "known": 3, "new": 2, "fetched": 2, "extracted": 2, "failed": 1}
    (said,) = json.loads(futurewatch.run("status", "--json"))["sources"]
    assert said["rows"] == counted
    assert "6 rows, 6 links, 3 known" in " ".join(futurewatch.run("status").split()).replace(" │ ", " ")


def test_rows_that_fall_onto_one_link_are_an_incident(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Different titles that lead to one address are counted, and more than a few open an incident."""
    futurewatch.configure(portal)
    list_pages(portal)
    same = "/zwgk/202603/t20260318_0.html"
    portal.serve("/zwgk/", listing_page((same, title, "2026-03-18") for title in TITLES))
    run = futurewatch.crawl()
    assert (run["links"], run["flaws"]) == (1, {"one link": 7})
    (incident,) = json.loads(futurewatch.run("incidents", "list", "--open", "--json", code=1))
    assert incident["kind"] == "rows"


def test_rows_that_lead_to_one_page_are_an_incident(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A portal that answers its rows with one and the same page (a login, a notice) loses them: it is told."""
    futurewatch.configure(portal)
    list_pages(portal)
    for path in paths(8):
        portal.serve(path, "", status=302, headers={"Location": "/notice.html"})
    portal.serve("/notice.html", article_page("系统维护公告", [PARAGRAPH]))
    run = futurewatch.crawl()
    assert (run["outcome"], run["flaws"]) == ("ok", {"one link": 7})
    (incident,) = json.loads(futurewatch.run("incidents", "list", "--open", "--json", code=1))
    assert incident["kind"] == "rows"


def test_rows_that_show_the_same_are_counted(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """One page under every address, the polite error of a portal that answers 200, is no eight articles."""
    futurewatch.configure(portal)
    list_pages(portal)
    for path in paths(8):
        portal.serve(path, article_page("系统升级公告", [PARAGRAPH]))
    run = futurewatch.crawl()
    assert (run["new"], run["fetched"], run["flaws"]) == (1, 8, {"one link": 7})


def test_links_that_lead_home_are_no_articles(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A portal that answers a withdrawn page with its home page: counted, tried again, and never an article."""
    futurewatch.configure(portal)
    list_pages(portal)
    for path in paths(8)[:5]:
        portal.serve(path, "", status=302, headers={"Location": "/"})
    portal.serve("/", "<html><head><title>示例网</title></head><body><p>首页</p></body></html>")
    run = futurewatch.crawl()
    assert (run["new"], run["failed"], run["flaws"]) == (3, 5, {"home": 5})
    assert futurewatch.run("export").count("\n") == 3
    (incident,) = json.loads(futurewatch.run("incidents", "list", "--open", "--json", code=1))
    assert incident["kind"] == "rows"
    assert "home" in incident["detail"]


def body_of(kind: str) -> str:
    """Return what the container of a page without a text shows."""
    return {
        "empty": "", "dateline": "来源：海南省人民政府 发布时间：2026-03-18 浏览次数：12",
        "picture": "<img src='W01.jpg'>",
        "share bar": "<p>分享到：微信 微博</p><p>打印 关闭</p>", "frame": "<iframe src='/gone.htm'></iframe>",
        "mojibake": f"<p>{PARAGRAPH.encode().decode('gb18030', 'replace')}</p>" * 3,
        "file ofd": "<p><a href='/up/1.ofd'>方案.ofd</a></p>",
    }[kind]  # fmt: skip


@pytest.mark.parametrize("kind", ["empty", "dateline", "picture", "share bar", "frame", "mojibake", "file ofd"])
def test_pages_without_a_text_are_counted_by_kind(portal: LocalPortal, futurewatch: Futurewatch, kind: str) -> None:
    """What is no text is named, does not pass for one, and opens an incident when it is more than a few."""
    futurewatch.configure(portal)
    list_pages(portal)
    for path, title in zip(paths(5), TITLES, strict=False):
        markup = f"<html><body><h1>{title}</h1><div class='article'><div class='TRS_Editor'>{body_of(kind)}</div></div>"
        portal.serve(path, f"{markup}</body></html>")
    run = futurewatch.crawl()
    assert (run["fetched"], run["extracted"], run["not_extracted"], run["flaws"]) == (8, 3, 5, {kind: 5})
    (incident,) = json.loads(futurewatch.run("incidents", "list", "--open", "--json", code=1))
    assert incident["kind"] == "extraction"
    assert "5 of 8 new pages without text: 5 " in incident["detail"]


def test_rows_that_are_files_nobody_reads_are_named(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Rows that lead straight to .ofd and .wps files: kept by their titles, and the formats are counted."""
    futurewatch.configure(portal)
    names = [f"/up/{n}.{suffix}" for n, suffix in enumerate(["ofd", "ofd", "wps", "doc"])]
    portal.serve("/zwgk/", listing_page(zip(names, TITLES, ["2026-03-18"] * 4, strict=False)))
    for name in names:
        start = b"PK\x03\x04" if name.endswith("ofd") else b"\xd0\xcf\x11\xe0"
        portal.serve(name, start + b"\0" * 64, headers={"Content-Type": "application/octet-stream"})
    run = futurewatch.crawl()
    assert (run["new"], run["extracted"]) == (4, 0)
    assert run["flaws"] == {"file ofd": 2, "file wps": 1, "file doc": 1}


def test_list_with_days_is_never_empty(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Rows that cannot be read are an error that counts them, not an empty list."""
    futurewatch.configure(portal)
    rows = "".join(f"<li><a href='#' onclick='open({n})'></a><i>2026-03-{n:02}</i></li>" for n in range(10, 18))
    portal.serve("/zwgk/", f"<html><body><ul>{rows}</ul></body></html>")
    run = futurewatch.crawl(code=1)
    assert run["outcome"] != "empty"
    assert "8 rows" in run["error"]


def test_double_row_does_not_end_the_paging(watched: Futurewatch, portal: LocalPortal) -> None:
    """A burst over two listing pages is read whole, though one of its rows stands there twice."""
    first, second = paths(8)[:4], paths(8)[4:]
    doubled = [*zip(first, TITLES, ["2026-03-18"] * 4, strict=False), (first[0], TITLES[0], "2026-03-18")]
    pager = "<div class='page'><a href='index_1.html'>下一页</a></div></body>"
    list_pages(portal)
    portal.serve("/zwgk/", listing_page(doubled).replace("</body>", pager))
    portal.serve("/zwgk/index_1.html", listing_page(zip(second, TITLES[4:], ["2026-03-17"] * 4, strict=True)))
    assert watched.crawl()["new"] == 8


def test_few_flaws_are_no_incident() -> None:
    """Three picture pages of a day, and a row that is listed under two names, are normal."""
    flaws = {"picture": 3, "one link": 2}
    run = run_of(NOW, source="a", listed=20, links=18, new=10, fetched=10, not_extracted=3, flaws=flaws)
    assert of_extraction("a", "h", [run]) is None
    assert of_rows("a", "h", [run]) is None


def test_flaws_end_with_a_good_visit() -> None:
    """New pages that are read whole resolve what was wrong with the ones before."""
    bad = run_of(NOW, source="a", new=8, not_extracted=8, flaws={"empty": 8})
    good = Run(source="a", started_at=NOW + timedelta(hours=1), finished_at=NOW, outcome="ok", new=2, fetched=2)
    assert of_extraction("a", "h", [bad]) is not None
    assert of_extraction("a", "h", [good, bad]) is None
