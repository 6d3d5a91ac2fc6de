"""explain --against: why a page belongs to an announcement, or not."""

from __future__ import annotations

import json

from conftest import Futurewatch
from local_portal import LocalPortal, article_page
from scheduler.demo.samples import GOVERNMENT, REPRINT, Sample
from storage.archive import Archive


def saved(futurewatch: Futurewatch, sample: Sample) -> str:
    """Save a sample's page and return its file."""
    file = futurewatch.folder / f"{sample.number}.html"
    markup = article_page(sample.title, sample.paragraphs, day=sample.day, publisher=sample.publisher)
    file.write_text(markup, encoding="utf-8")
    return str(file)


def test_reasons_for_and_against(watched: Futurewatch, portal: LocalPortal) -> None:
    """A reprint is shown as the same act with its reasons, ordinary news as apart; an unknown id is wrong use."""
    watched.crawl()
    with Archive(watched.archive) as archive:
        (announcement,) = archive.announcements.list(limit=5)
    against = ("--against", str(announcement.id))
    (same,) = json.loads(watched.run("explain", saved(watched, REPRINT), *against, "--json"))["against"]
    assert same["kinship"] == "same"
    assert same["reasons"]
    (apart,) = json.loads(watched.run("explain", saved(watched, GOVERNMENT[0]), *against, "--json"))["against"]
    assert apart["kinship"] == "apart"
    assert f"against announcement {announcement.id}" in watched.run("explain", saved(watched, REPRINT), *against)
    watched.run("explain", saved(watched, REPRINT), "--against", "99", code=2)
