"""Feeds: readers of feeds see what was announced, by region and track, and files are written only when they change."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from notify_examples import NOON, announcement_of, store
from scheduler.config.config import Settings
from scheduler.config.tables import AlertSettings
from scheduler.notify.feed_files import write_feeds
from scheduler.notify.feeds import MOST_FEED_ENTRIES, ServedFeed, atom, feeds_of, files_of, json_feed
from storage.archive import Archive
from storage.records import Announcement, Region

URL = "http://127.0.0.1:8080/feeds"


def newest_first() -> list[Announcement]:
    """Return three announcements, two of Haikou and one of Guangzhou."""
    guangzhou = Region(code="440100", name="广州市")
    return [
        announcement_of(3, first_seen_at=NOON + timedelta(hours=2), region=guangzhou, tracks=("脑机/接口",)),
        announcement_of(2, first_seen_at=NOON + timedelta(hours=1)),
        announcement_of(1),
    ]


def test_atom_is_read_by_feed_readers() -> None:
    """A feed reader finds titles, links, times and tags, newest first, without a fault."""
    read = feedparser.parse(atom(feeds_of(newest_first())[0], url=f"{URL}/all.atom"))
    assert not read.bozo
    assert [entry.title for entry in read.entries] == [one.title for one in newest_first()]
    first = read.entries[1]
    assert first.link == "https://example.org/zwgk/t20260318_2.html"
    assert {tag.term for tag in first.tags} == {"未来能源", "深海空间", "印发"}
    assert "发文机关：琼北市工业和信息化局" in first.summary
    assert read.feed.updated == "2026-03-18T06:00:00Z"
    assert len({entry.id for entry in read.entries}) == 3


def test_json_feed_has_its_shape() -> None:
    """JSON Feed 1.1: version, title, and for each item an id, address, title and text."""
    said = json.loads(json_feed(feeds_of(newest_first())[0], url=f"{URL}/all.json"))
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert all({"id", "url", "title", "content_text", "date_published"} <= item.keys() for item in said["items"])


def test_each_region_and_track_has_its_feed() -> None:
    """Feeds are named after region code and track; a name cannot leave the folder."""
    feeds = {feed.name: [one.id for one in feed.announcements] for feed in feeds_of(newest_first())}
    assert feeds == {
        "all": [3, 2, 1], "region-440100": [3], "region-460100": [2, 1], "track-脑机-接口": [3],
        "track-未来能源": [2, 1], "track-深海空间": [2, 1],
    }  # fmt: skip
    files = files_of(feeds_of(newest_first()), url=URL)
    assert not any("/" in name or name.startswith(".") for name in files)
    addresses = {outline.get("xmlUrl") for outline in ElementTree.fromstring(files["feeds.opml"]).iter("outline")}
    assert f"{URL}/track-%E8%84%91%E6%9C%BA-%E6%8E%A5%E5%8F%A3.atom" in addresses
    assert len(addresses) == len(feeds)


def test_feed_survives_any_text() -> None:
    """Markup and control characters in a title are text; an empty feed is a feed; a long one is cut."""
    evil = replace(announcement_of(), title="<b>&\x00\x0b]]> 未来产业")
    read = feedparser.parse(atom(ServedFeed(name="x", title="x", announcements=[evil]), url=URL))
    assert not read.bozo
    assert "未来产业" in read.entries[0].title
    assert not feedparser.parse(atom(ServedFeed(name="x", title="x", announcements=[]), url=URL)).bozo
    many = ServedFeed(name="x", title="x", announcements=[announcement_of(n) for n in range(1, 200)])
    assert len(feedparser.parse(atom(many, url=URL)).entries) == MOST_FEED_ENTRIES


def test_files_are_written_when_they_change(tmp_path: Path) -> None:
    """The first time all, then none, then those that a rejection concerns; no draft is left."""
    settings = Settings.model_construct(alert=AlertSettings(feeds=str(tmp_path / "feeds")))
    with Archive(tmp_path / "archive.db") as archive:
        for id in (1, 2):
            store(archive, id)
        written = write_feeds(archive, settings)
        files = sorted(path.name for path in (tmp_path / "feeds").iterdir())
        assert len(files) == written
        assert {"all.atom", "all.json", "feeds.opml", "region-460100.atom"} <= set(files)
        assert write_feeds(archive, settings) == 0
        archive.rejections.add(2, "误判", now=NOON)
        assert write_feeds(archive, settings) > 0
    assert [item["title"] for item in json.loads((tmp_path / "feeds/all.json").read_text("utf-8"))["items"]] == [
        announcement_of(1).title
    ]


def test_no_folder_no_feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `[alert] feeds` nothing is written anywhere."""
    monkeypatch.chdir(tmp_path)
    with Archive.in_memory() as archive:
        assert write_feeds(archive, Settings.model_construct(alert=AlertSettings())) == 0
    assert list(tmp_path.iterdir()) == []
