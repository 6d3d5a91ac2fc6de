"""Requests from the addresses that portals write: made in one place, one bad address alone fails."""

from __future__ import annotations

import ast
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Futurewatch
from crawler.network.requests import AddressError, request_for
from crawler.network.settings import CrawlSettings, scrapy_settings
from local_portal import LocalPortal, article_page, listing_page

ROOT = Path(__file__).parent.parent
TEXT = "会议指出，要统筹推进各项工作，确保年度目标任务如期完成，让群众得到实实在在的好处。"
TITLES = ("会议在海口召开", "春季植树活动启动", "水利工程建设推进会举行", "教育工作座谈会召开", "医保目录调整公布")
ROWS = [(f"/a/{number}.html", title, "2026-03-18") for number, title in enumerate(TITLES, 1)]
IMPOSSIBLE = [
    "http://gov.example.org:99999/a.html", "http://gov.example.org:0/", "http://gov.example.org:x/", "http://[::1/",
    "http:///a.html", "http:www", "file:///etc/passwd", "ftp://gov.example.org/", "data:text/html,x", "s3://a/b",
    "//gov.example.org/", "/a.html", "", "javascript:void(0)",
]  # fmt: skip


@pytest.mark.parametrize("url", IMPOSSIBLE)
def test_impossible_address_is_no_request(url: str) -> None:
    """What cannot be asked for is an error of its own, with the address in it."""
    with pytest.raises(AddressError, match="cannot be asked for"):
        request_for(url)


def test_requests_are_made_in_one_place() -> None:
    """Nothing but `request_for` makes a request: an address that Scrapy refuses is met there alone."""
    made = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("crawler", "scheduler")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Request", "FormRequest", "JsonRequest"}
    ]
    assert [place.partition(":")[0] for place in made] == ["crawler/network/requests.py"]


def test_only_http_exists() -> None:
    """Scrapy has handlers for files, ftp, s3 and data; a program that has none can be led to none."""
    settings = scrapy_settings(CrawlSettings())
    assert set(settings["DOWNLOAD_HANDLERS_BASE"] | settings["DOWNLOAD_HANDLERS"]) == {"http", "https"}


def test_one_bad_link_leaves_its_neighbours(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """A link that got into the archive and cannot be asked for fails alone, is counted and shown; others are read."""
    futurewatch.configure(portal)
    portal.serve("/zwgk/", listing_page(ROWS))
    futurewatch.crawl()  # their pages are 404, and due again later
    due_now(futurewatch)
    change(futurewatch, "UPDATE links SET address = replace(address, '/a/1', ':99999/a/1')")
    for path, title, _ in ROWS[1:]:
        portal.serve(path, article_page(title, [f"{title}。{TEXT}"]))
    portal.serve("/zwgk/", listing_page(ROWS[1:]))
    run = futurewatch.crawl()
    assert (run["outcome"], run["new"], run["failed"]) == ("ok", 4, 1)
    with closing(sqlite3.connect(futurewatch.archive)) as db:
        attempts, error = db.execute("SELECT attempts, error FROM links WHERE address LIKE '%99999%'").fetchone()
    assert attempts == 2
    assert "cannot be asked for" in error


def test_passing_refusal_passes(portal: LocalPortal, futurewatch: Futurewatch) -> None:
    """An article whose host forbids it for a while is asked for again, and told while it stays so."""
    futurewatch.configure(portal)
    portal.serve("/zwgk/", listing_page(ROWS))
    for path, title, _ in ROWS:
        portal.serve(path, article_page(title, [f"{title}。{TEXT}"]))
    portal.serve("/a/1.html", "<p>禁止访问</p>", status=403)
    futurewatch.crawl(code=1)
    for _ in range(2):
        due_now(futurewatch)
        futurewatch.crawl(code=1)
    incidents = json.loads(futurewatch.run("incidents", "list", "--open", "--json", code=1))
    (incident,) = [one for one in incidents if one["kind"] == "refused"]
    assert f"{portal.url}/a/1.html" in incident["detail"]
    portal.serve("/a/1.html", article_page("会议在海口召开", [TEXT]))
    due_now(futurewatch)
    assert futurewatch.crawl()["new"] == 1


def due_now(futurewatch: Futurewatch) -> None:
    """Let the time pass after which links are due again."""
    change(futurewatch, "UPDATE links SET next_attempt_at = '2026-01-01T00:00:00Z' WHERE next_attempt_at IS NOT NULL")


def change(futurewatch: Futurewatch, statement: str) -> None:
    """Change the archive as no program would."""
    with closing(sqlite3.connect(futurewatch.archive)) as db, db:
        db.execute(statement)
