"""One announcement as five kinds of page: through `explain`, and through a real crawl from a local server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import Futurewatch
from labelled_texts import DRESSES, FOREIGN, labelled_text
from local_portal import LocalPortal, listing_page
from local_receiver import LocalReceiver

TEXT = labelled_text("guizhou-plan-news")
MOST_OF_TRACKS = 3
TOLD_TRACKS = {"量子", "生物制造", "新型储能", "深地"}  # a message has the lexicon's names of tracks, not the text's


def check(said: dict[str, Any]) -> None:
    """Compare what is said of a page with what is true of its text."""
    assert (said["label"], said["act"]) == (TEXT.label, TEXT.act)
    assert said["region"] == {"code": TEXT.region, "name": "贵州省"}
    assert set(said["tracks"]) <= set(TEXT.tracks)  # which of them are told is weighed
    assert {target["year"] for target in said["targets"]} == set(TEXT.target_years)
    assert (said["title"], said["published_at"][:10]) == (TEXT.title, TEXT.day)
    assert said["text"].split("\n") == TEXT.paragraphs
    for hit in said["hits"]:
        assert not any(hit["sentence"] and hit["sentence"] in part for part in FOREIGN)


@pytest.mark.parametrize("dress", DRESSES)
def test_explain_reads_the_page(futurewatch: Futurewatch, dress: str) -> None:
    """Act, region, tracks, years, title and date are right; no reader's post and no hot list earns points."""
    futurewatch.config.write_text("", encoding="utf-8")
    page = futurewatch.folder / "page.html"
    page.write_text(DRESSES[dress](TEXT), encoding="utf-8")
    check(json.loads(futurewatch.run("explain", str(page), "--json")))


def test_crawl_finds_the_pages(portal: LocalPortal, receiver: LocalReceiver, futurewatch: Futurewatch) -> None:
    """Crawled from one server, the five renderings are one article, one announcement, told once."""
    futurewatch.configure(portal, receiver=receiver)
    first = "/content/2026/04/08/100.html"
    portal.serve("/zwgk/", listing_page([(first, "贵阳地铁一条线路计划下周试运行的通告", "2026-04-08")]))
    portal.serve(first, "<html><body><h1>通告</h1><div class='content'><p>下周试运行。</p></div>")
    futurewatch.crawl()
    paths = {f"/content/2026/04/11/{200 + n}.html": dress for n, dress in enumerate(DRESSES)}
    portal.serve("/zwgk/", listing_page([(path, TEXT.title, TEXT.day) for path in paths]))
    for path, dress in paths.items():
        portal.serve(path, DRESSES[dress](TEXT))
    run = futurewatch.crawl("--deliver")
    assert (run["new"], run["announcements"]) == (1, 1)
    assert len(receiver.accepted) == 1
    said = receiver.tries[0][1]["data"]["announcement"]
    assert said["region"]["code"] == TEXT.region
    assert set(said["tracks"]) <= TOLD_TRACKS
    assert len(said["tracks"]) >= MOST_OF_TRACKS
    (row,) = [json.loads(line) for line in futurewatch.run("export", "--label", "announcement").splitlines()]
    assert (row["announcement"], row["title"]) == (said["id"], TEXT.title)
