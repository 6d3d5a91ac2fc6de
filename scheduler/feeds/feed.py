"""Define a feed and what its entries say, the same in every format. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

from crawler.text.addresses import web_address
from crawler.text.regions import province_of, region
from storage.connection import text_of
from storage.records import BEIJING, Announcement

FeedKind = Literal["all", "region", "track", "saved", "source"]
MOST_FEED_ENTRIES = 100  # of a feed: a reader that comes once a month misses little
TITLE = "未来产业政策"
NOTHING_YET = datetime(2020, 1, 1, tzinfo=UTC)  # when an empty feed was updated: its formats want a time


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedName:
    """The name of a feed: its kind, and the region's code, the track, the saved search's id or the source's id.

    `value` is empty for the feed of all announcements; `about` is what people call it.
    """

    kind: FeedKind
    value: str = ""
    about: str = ""

    @property
    def path(self) -> str:
        """Where it is served below /feeds, without the ending of its format."""
        return f"{self.kind}/{quote(self.value, safe='')}" if self.value else self.kind

    @property
    def file(self) -> str:
        """The name of its file without the ending: a name that cannot leave its folder."""
        bare = "".join(letter if letter.isalnum() else "-" for letter in self.value)
        return f"{self.kind}-{bare}" if bare else self.kind

    @property
    def title(self) -> str:
        """The title that people choose it by."""
        return f"{TITLE}：{self.about}" if self.about else TITLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedFeed:
    """Announcements under one name, newest first."""

    name: FeedName
    announcements: Sequence[Announcement]

    @property
    def updated_at(self) -> datetime:
        """When the last of its announcements changed."""
        return max((updated_at(one) for one in self.announcements), default=NOTHING_YET)


def feeds_of(announcements: Iterable[Announcement]) -> list[ServedFeed]:
    """Return the feed of all announcements, and one for each region and track that they name; newest first.

    A province has those of its cities too.
    """
    newest = list(announcements)
    named: dict[FeedName, list[Announcement]] = defaultdict(list)
    for announcement in newest:
        for name in names_of(announcement):
            named[name].append(announcement)
    found = [ServedFeed(name=name, announcements=of) for name, of in named.items()]
    return [
        ServedFeed(name=FeedName(kind="all"), announcements=newest),
        *sorted(found, key=lambda feed: (feed.name.kind, feed.name.value)),
    ]


def names_of(announcement: Announcement) -> Iterable[FeedName]:
    """Yield the feeds of regions and tracks that an announcement is in."""
    if announcement.region:
        codes = (announcement.region.code, province_of(announcement.region).code)
        yield from map(region_feed, dict.fromkeys(codes))
    for track in dict.fromkeys(announcement.tracks):
        yield FeedName(kind="track", value=track, about=track)


def region_feed(code: str) -> FeedName:
    """Return the name of a region's feed."""
    return FeedName(kind="region", value=code, about=region(code).name)


def id_of(announcement: Announcement) -> str:
    """Return a name that is the announcement's for ever, wherever the feed lies."""
    return f"urn:futurewatch:announcement:{announcement.id}:{text_of(announcement.first_seen_at)}"


def address_of(announcement: Announcement) -> str:
    """Return the address of the leading article, an empty string when it is not a web page's."""
    mentions = announcement.mentions
    lead = next((m for m in mentions if m.article_id == announcement.lead_article_id), None) or next(
        iter(mentions), None
    )
    return web_address(lead.url) if lead else ""


def updated_at(announcement: Announcement) -> datetime:
    """Return when an announcement changed last in a way that people are told about."""
    return announcement.updated_at or announcement.first_seen_at


def labels_of(announcement: Announcement) -> tuple[str, ...]:
    """Return the tracks and the act of an announcement."""
    return (*announcement.tracks, *([announcement.act] if announcement.act else []))


def summary_of(announcement: Announcement) -> str:
    """Return what an announcement is, in a line for each kind of fact, times in China's."""
    said = {
        "地区": announcement.region.name if announcement.region else "",
        "发文机关": "、".join(announcement.issuers),
        "文件": "".join(f"《{title}》" for title in announcement.policy_titles),
        "文号": announcement.document_number or "",
        "发布环节": announcement.act or "",
        "赛道": "、".join(announcement.tracks),
        "目标": "；".join(target.text for target in announcement.targets),
        "发布": beijing(announcement.first_published_at),
        "首次发现": beijing(text_of(announcement.first_seen_at)),
        "得分": f"{announcement.score:g}（阈值 {announcement.threshold:g}）",
    }
    return "\n".join(f"{name}：{value}" for name, value in said.items() if value)


def beijing(text: str | None) -> str:
    """Return a time of the archive as people in China read it; a day stays a day, None is empty."""
    if text is None or "T" not in text:
        return text or ""
    return f"{datetime.fromisoformat(text).astimezone(BEIJING):%Y-%m-%d %H:%M}"
