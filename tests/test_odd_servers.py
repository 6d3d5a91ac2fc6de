"""Servers that browsers put up with: lengths that lie, chunks without an end, header lines that are none."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conftest import Futurewatch, path_of
from local_portal import LocalPortal, article_page, listing_page
from raw_server import RawServer, open_raw_server
from scheduler.demo.samples import PRESS_CONFERENCE
from storage.archive import Archive

TODAY = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
SAMPLE = replace(PRESS_CONFERENCE, day=TODAY)  # pages of old days are not read again
PATH = path_of(SAMPLE)
LIST = listing_page([(PATH, SAMPLE.title, SAMPLE.day)]).encode()
ARTICLE = article_page(SAMPLE.title, SAMPLE.paragraphs, day=SAMPLE.day, publisher=SAMPLE.publisher).encode()
PACKED = gzip.compress(LIST)
HTML = "Content-Type: text/html"


@pytest.fixture
def raw() -> Iterator[RawServer]:
    """A server that sends what it is told to."""
    with open_raw_server() as opened:
        opened.serve("/zwgk/", f"{HTML}\r\nContent-Length: {len(LIST)}", LIST)
        opened.serve(PATH, f"{HTML}\r\nContent-Length: {len(ARTICLE)}", ARTICLE)
        yield opened


@pytest.fixture
def of_raw(raw: RawServer, futurewatch: Futurewatch) -> Futurewatch:
    """The command over that server."""
    futurewatch.configure(LocalPortal(url=raw.url))
    return futurewatch


def chunked(body: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """Return a body as one chunk."""
    return f"{len(body):x}\r\n".encode() + body + b"\r\n" + end


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"Content-Length: {len(LIST) + 50}", LIST),
        ("Transfer-Encoding: chunked", chunked(LIST, end=b"")),
        ("Transfer-Encoding: chunked", chunked(LIST, end=b"ff\r\n<p>")),
        ("Transfer-Encoding: chunked", chunked(LIST, end=b"no length\r\n")),
        (f"Content-Encoding: gzip\r\nContent-Length: {len(PACKED)}", PACKED[:-8]),
    ],
    ids=["length", "no last chunk", "unfinished chunk", "no chunk", "packed"],
)
def test_list_that_is_cut_short_is_read(of_raw: Futurewatch, raw: RawServer, head: str, body: bytes) -> None:
    """The rows that came count as they do in a browser, the run says so, and no 304 can hide the others."""
    raw.serve("/zwgk/", f'{HTML}\r\nETag: "1"\r\n{head}', body)
    run = of_raw.crawl()
    assert (run["outcome"], run["listed"], run["new"], run["flaws"]) == ("ok", 1, 1, {"cut short": 1})
    with Archive(of_raw.archive) as archive:
        assert archive.listing_pages.get(f"{raw.url}/zwgk/") is None


def test_article_that_is_cut_short_says_so_and_is_read_again(of_raw: Futurewatch, raw: RawServer) -> None:
    """What came of a page is kept with a note, and the rest is asked for later."""
    raw.serve(PATH, f"{HTML}\r\nContent-Length: {len(ARTICLE) + 900}", ARTICLE)
    assert of_raw.crawl()["flaws"] == {"cut short": 1}
    with Archive(of_raw.archive) as archive:
        assert archive.articles.page(1).note.startswith("cut short")
        assert archive.db.execute("SELECT plan FROM rereads").fetchall() == [("unfilled",)]


def test_answer_without_a_byte_is_no_page(of_raw: Futurewatch, raw: RawServer) -> None:
    """Where nothing came of what was announced there is nothing to show: an error, not an empty list."""
    raw.serve("/zwgk/", f"{HTML}\r\nContent-Length: 900", b"")
    run = of_raw.crawl(code=1)
    assert (run["outcome"], run["cause"]) == ("error", "connection")


@pytest.mark.parametrize(
    "odd",
    [
        "Bad Header: x", "中文头: 值".encode().decode("latin-1"), ": nothing", "X-Fine: a\x00b", "no colon at all",
        " folded",
        "Content-Disposition: inline;filename=\xd6\xd0.htm", "Set-Cookie: \xd6\xd0=;;", "Content-Encoding: utf-8",
        "Date: yesterday", "Content-Length: many", "Content-Length: 3\r\nContent-Length: 9999",
        "Transfer-Encoding: identity",
    ],
)  # fmt: skip
def test_header_line_that_is_none_costs_that_line_only(of_raw: Futurewatch, raw: RawServer, odd: str) -> None:
    """Pages behind servers with invalid names, values, lengths and codings are read as browsers read them."""
    length = "" if odd.startswith(("Content-Length", "Transfer")) else f"\r\nContent-Length: {len(ARTICLE)}"
    raw.serve(PATH, f"{odd}\r\n{HTML}{length}", ARTICLE)
    run = of_raw.crawl()
    assert (run["outcome"], run["new"], run["extracted"], run["failed"]) == ("ok", 1, 1, 0)


def test_header_line_that_was_left_out_is_evidence(of_raw: Futurewatch, raw: RawServer) -> None:
    """The page's note and headers hold the line; the run counts the answer."""
    raw.serve(PATH, f"Bad Header: x\r\n{HTML}\r\nContent-Length: {len(ARTICLE)}", ARTICLE)
    assert of_raw.crawl()["flaws"] == {"odd headers": 1}
    with Archive(of_raw.archive) as archive:
        assert archive.articles.page(1).note == "header lines left out: Bad Header: x"
