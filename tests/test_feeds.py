"""Feeds: readers of feeds see what was announced, by region and track, in three formats, as files too."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from lxml import etree

from notify_examples import NOON, announcement_of, store
from scheduler.config.config import Settings
from scheduler.config.tables import AlertSettings
from scheduler.feeds.feed import MOST_FEED_ENTRIES, FeedName, ServedFeed, feeds_of
from scheduler.feeds.files import files_of, write_feeds
from scheduler.feeds.find import find_feed, saved_feed
from scheduler.feeds.formats import FEED_FORMATS
from storage.archive import Archive
from storage.records import Announcement, Region

URL = "http://127.0.0.1:8080/feeds"
ATOM_SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
EVERYTHING = FeedName(kind="all")


def newest_first() -> list[Announcement]:
    """Return three announcements, two of Haikou and one of Guangzhou."""
    guangzhou = Region(code="440100", name="广州市")
    return [
        announcement_of(3, first_seen_at=NOON + timedelta(hours=2), region=guangzhou, tracks=("脑机/接口",)),
        announcement_of(2, first_seen_at=NOON + timedelta(hours=1), updated_at=NOON + timedelta(hours=3)),
        announcement_of(1),
    ]


def written(announcements: list[Announcement], format: str = "atom") -> str:
    """Return a feed of announcements; an Atom feed is one by the schema of its standard."""
    text = FEED_FORMATS[format].write(
        ServedFeed(name=EVERYTHING, announcements=announcements), url=f"{URL}/all.{format}"
    )
    if format == "atom":
        assert ATOM_SCHEMA.validate(etree.fromstring(text.encode())), ATOM_SCHEMA.error_log
    return text


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_feed_is_read_by_feed_readers(format: str) -> None:
    """A feed reader finds titles, links, times and tags, newest first, without a fault; times in texts are China's."""
    read = feedparser.parse(written(newest_first(), format))
    assert not read.bozo
    assert [entry.title for entry in read.entries] == [one.title for one in newest_first()]
    first = read.entries[1]
    assert first.link == "https://example.org/zwgk/t20260318_2.html"
    assert {tag.term for tag in first.tags} == {"未来能源", "深海空间", "印发"}
    assert "发文机关：琼北市工业和信息化局" in first.summary
    assert "首次发现：2026-03-18 13:00" in first.summary
    assert first.published_parsed[:5] == (2026, 3, 18, 5, 0)
    assert read.feed.updated_parsed[:5] == (2026, 3, 18, 7, 0)
    assert len({entry.id for entry in read.entries}) == 3


def test_json_feed_has_its_shape() -> None:
    """JSON Feed 1.1: version, title, and for each item an id, address, title, text and times."""
    said = json.loads(written(newest_first(), "json"))
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    needed = {"id", "url", "title", "content_text", "date_published", "date_modified"}
    assert all(needed <= item.keys() for item in said["items"])


def test_each_region_and_track_has_its_feed() -> None:
    """Feeds are named after region code and track, a province has its cities' too; a name cannot leave the folder."""
    feeds = {feed.name.path: [one.id for one in feed.announcements] for feed in feeds_of(newest_first())}
    assert feeds == {
        "all": [3, 2, 1], "region/440000": [3], "region/440100": [3], "region/460000": [2, 1],
        "region/460100": [2, 1], "track/%E8%84%91%E6%9C%BA%2F%E6%8E%A5%E5%8F%A3": [3],
        "track/%E6%9C%AA%E6%9D%A5%E8%83%BD%E6%BA%90": [2, 1], "track/%E6%B7%B1%E6%B5%B7%E7%A9%BA%E9%97%B4": [2, 1],
    }  # fmt: skip
    files = files_of(feeds_of(newest_first()), url=URL)
    assert not any("/" in name or name.startswith(".") for name in files)
    assert {"track-脑机-接口.rss", "region-440000.json", "feeds.opml"} <= set(files)
    addresses = {outline.get("xmlUrl") for outline in ElementTree.fromstring(files["feeds.opml"]).iter("outline")}
    assert addresses == {f"{URL}/{path}.atom" for path in feeds}


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_feed_survives_any_text(format: str) -> None:
    """Markup and control characters in a title are text; an empty feed is a feed; a long one is cut."""
    evil = replace(announcement_of(), title="<b>&\x00\x0b]]>\ud800 未来产业")
    for some, entries in (([evil], 1), ([], 0), ([announcement_of(n) for n in range(1, 200)], MOST_FEED_ENTRIES)):
        text = written(some, format).encode("utf-8", "replace")
        read = json.loads(text)["items"] if format == "json" else feedparser.parse(text).entries
        assert len(read) == entries
        assert all("未来产业" in str(entry["title"]) for entry in read)


def test_files_are_written_when_they_change(tmp_path: Path) -> None:
    """The first time all, then none, then those that a rejection concerns; no draft is left."""
    settings = Settings.model_construct(alert=AlertSettings(feeds=str(tmp_path / "feeds")))
    with Archive(tmp_path / "archive.db") as archive:
        for id in (1, 2):
            store(archive, id)
        written = write_feeds(archive, settings)
        files = sorted(path.name for path in (tmp_path / "feeds").iterdir())
        assert len(files) == written
        assert {"all.atom", "all.rss", "all.json", "feeds.opml", "region-460100.atom"} <= set(files)
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


def test_saved_search_has_what_matches_newest_first(archive: Archive) -> None:
    """Announcements with an article that is found, without rejected ones; gone when the search is removed."""
    made = [store(archive, number) for number in range(1, 5)]
    saved = archive.saved_searches.add("方案", "行动方案 since:2026", by="test", now=NOON)
    archive.rejections.add(made[0].id, "x", now=NOON)
    feed = saved_feed(archive, saved)
    assert feed.name.title == "未来产业政策：方案"
    assert [one.title[-3:] for one in feed.announcements] == ["（4）", "（3）", "（2）"]
    archive.saved_searches.remove(saved.id, by="test", now=NOON)
    for id in ("1", "2", "x", "9" * 40):
        with pytest.raises(KeyError):
            find_feed(archive, "saved", id, who="me")


def test_quiet_region_and_track_have_a_feed(archive: Archive) -> None:
    """A region, or a track of the lexicon, of which nothing was announced yet has an empty feed; nonsense has none."""
    assert find_feed(archive, "region", "650000", who="me").announcements == []
    assert find_feed(archive, "track", "量子科技", who="me").announcements == []
    for kind, value in (("region", "999999"), ("track", "nonsense"), ("source", "nonsense")):
        with pytest.raises(KeyError):
            find_feed(archive, kind, value, who="me")  # type: ignore[arg-type]  # as a request may ask
