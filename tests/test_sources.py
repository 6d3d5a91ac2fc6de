"""The catalogue and its commands: list, coverage, test, record, backfill."""

from __future__ import annotations

import json
import time

from conftest import Futurewatch, path_of, publish
from local_portal import LocalPortal, article_page, listing_page
from local_receiver import LocalReceiver
from scheduler.demo.samples import GOVERNMENT, PRESS_CONFERENCE


def test_catalogue_covers_the_nation(futurewatch: Futurewatch) -> None:
    """The matrix has a row for each of the 31 provinces and counts what the catalogue watches there."""
    futurewatch.config.write_text("", encoding="utf-8")
    said = json.loads(futurewatch.run("sources", "coverage", "--json"))
    assert said["provinces"] == 31
    assert len(said["regions"]) == 32
    assert said["regions"][0]["region"]["name"] == "国家"
    assert said["covered"] == sum(any(row[kind] for kind in ("government", "department", "news"))
                                  for row in said["regions"][1:])  # fmt: skip
    assert "广东省" in futurewatch.run("sources", "coverage")


def test_trial_shows_rows_and_an_article(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A source that can be watched shows its rows with days, one article and its score, and leaves no trace."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT, PRESS_CONFERENCE)
    said = json.loads(futurewatch.run("sources", "test", "hi-gov", "--json"))
    assert said["problems"] == []
    (listing,) = said["listings"]
    assert [link["date"] for link in listing["links"]] == [s.day for s in (PRESS_CONFERENCE, *reversed(GOVERNMENT))]
    assert said["article"]["title"] == PRESS_CONFERENCE.title
    assert said["assessment"]["label"] == "announcement"
    assert json.loads(futurewatch.run("export", "--json")) == []
    assert PRESS_CONFERENCE.title in futurewatch.run("sources", "test", "hi-gov")


def test_trial_fails_on_what_is_missing(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """No rows, no date, no article time: each is named, with exit code 1."""
    futurewatch.configure(portal)
    rows = [(path_of(s), s.title, "") for s in GOVERNMENT]
    portal.serve("/zwgk/", listing_page(rows).replace("t2026", "x2026").replace("/zwgk/2026", "/zwgk/news/2026"))
    said = json.loads(futurewatch.run("sources", "test", "hi-gov", "--json", code=1))
    assert any("404" in problem for problem in said["problems"])
    portal.serve("/zwgk/", "<html><body><p>暂无相关内容</p></body></html>")
    said = json.loads(futurewatch.run("sources", "test", "hi-gov", "--json", code=1))
    assert any("empty" in problem for problem in said["problems"])


def test_trial_proposes_a_selector_where_no_rows_are_found(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A list that the rules do not see is proposed as a TOML line, and that line then reads it."""
    futurewatch.configure(portal)
    rows = "".join(f'<dd class="k9"><a href="/x{n}">{s.title[:6]}</a></dd>' for n, s in enumerate(GOVERNMENT * 3))
    portal.serve("/zwgk/", f"<html><body><dl class='q7'>{rows}</dl></body></html>")
    said = json.loads(futurewatch.run("sources", "test", "hi-gov", "--json", code=1))
    proposals = said["listings"][0]["proposals"]
    assert any(proposal["rows"] >= 9 and "link = " in proposal["toml"] for proposal in proposals)


def test_recorded_source_is_tried_without_the_network(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """What `record` kept is all that `test --offline` needs."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT)
    pages = str(futurewatch.folder / "recorded")
    online = json.loads(futurewatch.run("sources", "record", "hi-gov", "--pages", pages, "--json"))
    asked = len(portal.log)
    portal.replies.clear()
    offline = json.loads(futurewatch.run("sources", "test", "hi-gov", "--offline", "--pages", pages, "--json"))
    assert offline == online
    assert len(portal.log) == asked


def paged(portal: LocalPortal, pages: int) -> int:
    """Serve a listing of TRS shape with one article a week, ten a page, back from 2026-03-01; return how many."""
    from datetime import date, timedelta

    number = 0
    for page in range(pages):
        rows = []
        for _ in range(10):
            day = date(2026, 3, 1) - timedelta(weeks=number)
            path = f"/zwgk/{day:%Y%m}/t{day:%Y%m%d}_{1000 + number}.html"
            title = f"关于做好第{number + 1}期防汛备汛工作的通知"
            rows.append((path, title, day.isoformat()))
            paragraphs = (
                f"第{number + 1}期防汛备汛工作安排如下，请各单位认真落实责任，按时报送情况，确保安全度汛。",
            ) * 2
            portal.serve(path, article_page(title, paragraphs, day=day.isoformat()))
            number += 1
        script = f'<script>createPageHTML({pages}, {page}, "index", "html");</script></body>'
        name = "/zwgk/" if page == 0 else f"/zwgk/index_{page}.html"
        portal.serve(name, listing_page(rows).replace("</body>", script))
    return number


def test_backfill_walks_back_to_a_day_and_tells_nobody(
    portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch
) -> None:
    """Listing pages are read until their rows are too old; everything younger is archived, nothing is told."""
    futurewatch.configure(portal, receiver=receiver)
    paged(portal, 6)
    run = json.loads(futurewatch.run("backfill", "--source", "hi-gov", "--since", "2025-08-01", "--json"))
    assert (run["outcome"], run["new"]) == ("ok", 31)  # weeks from 2025-08-03 to 2026-03-01
    assert portal.asked("/zwgk/index_4.html") or not portal.asked("/zwgk/index_5.html")
    assert not portal.asked("/zwgk/index_5.html")
    futurewatch.run("deliver")
    assert receiver.tries == []


def test_backfill_leaves_new_rows_to_the_next_crawl(watched: Futurewatch, receiver: LocalReceiver) -> None:
    """An act that was published since the last crawl is told, though a walk into the past meets it first."""
    watched.run("backfill", "--source", "hi-gov", "--since", "2020-01-01", "--json")
    assert watched.crawl("--deliver")["announcements"] == 1
    ((_, message, _),) = receiver.tries
    assert message["data"]["announcement"]["articles"][0]["url"].endswith(path_of(PRESS_CONFERENCE))


def test_backfill_goes_on_where_it_was_killed(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A walk that was killed asks for no listing page and no article twice, but for the one it was at."""
    futurewatch.configure(portal)
    total = paged(portal, 4)
    process = futurewatch.start("backfill", "--source", "hi-gov", "--since", "2020-01-01", "--json")
    while not portal.asked("/zwgk/index_1.html"):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.communicate()
    futurewatch.run("backfill", "--source", "hi-gov", "--since", "2020-01-01", "--json")
    assert len(json.loads(futurewatch.run("export", "--json"))) == total
    assert len(portal.asked("/zwgk/")) == 1
    asked = len(portal.log)
    futurewatch.run("backfill", "--source", "hi-gov", "--since", "2020-01-01", "--json")
    assert len(portal.log) == asked


def test_address_becomes_a_source(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """`add` shows rows and an article, recognises the family and whose portal it is, and writes a block that works."""
    futurewatch.configure(portal)
    publish(portal, *GOVERNMENT)
    page = portal.replies["/zwgk/"].body.decode()
    portal.serve("/zwgk/", page.replace("<title>政策文件</title>", "<title>政策文件_海南省工业和信息化厅</title>"))
    file = futurewatch.folder / "mine.toml"
    said = json.loads(futurewatch.run("sources", "add", f"{portal.url}/zwgk/", "--write", str(file), "--json"))
    assert said["family"] == "trs"
    assert said["problems"] == []
    text = futurewatch.config.read_text(encoding="utf-8")
    futurewatch.config.write_text(
        text.replace("catalogue = false", 'files = ["mine.toml"]\ncatalogue = false'), "utf-8"
    )
    sources = {source["name"]: source for source in json.loads(futurewatch.run("sources", "list", "--json"))}
    added = sources["海南省工业和信息化厅"]
    assert (added["region"], added["level"]) == ("460000", "province")
    assert json.loads(futurewatch.run("crawl", "--source", added["id"], "--json"))[0]["new"] == len(GOVERNMENT)


def test_address_that_tells_nothing_is_not_written(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Without a region and without rows nothing is written, and what is missing is said."""
    futurewatch.configure(portal)
    portal.serve("/zwgk/", "<html><title>列表</title><body><p>暂无相关内容</p></body></html>")
    file = futurewatch.folder / "mine.toml"
    said = json.loads(futurewatch.run("sources", "add", f"{portal.url}/zwgk/", "--write", str(file), "--json", code=1))
    assert any("--region" in problem for problem in said["problems"])
    assert any("empty" in problem for problem in said["problems"])
    assert not file.exists()


def test_list_with_odd_rows_is_added_with_its_selector(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """Where the general rules see nothing, the block that promises most gives the source its selector."""
    futurewatch.configure(portal)
    rows = "".join(f'<dd class="k9"><a href="/x{n}">{s.title[:6]}</a></dd>' for n, s in enumerate(GOVERNMENT * 3))
    portal.serve("/zwgk/", f"<html><body><dl class='q7'>{rows}</dl></body></html>")
    arguments = ("--region", "460000", "--name", "某网", "--kind", "news", "--id", "odd", "--json")
    said = json.loads(futurewatch.run("sources", "add", f"{portal.url}/zwgk/", *arguments, code=1))
    assert "link = " in said["toml"]
    assert 'id = "odd"' in said["toml"]
    assert len(said["listings"][0]["links"]) >= 9
