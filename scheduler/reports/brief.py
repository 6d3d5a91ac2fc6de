"""Collect a brief of a week, a day or any stretch: new acts by region, changes, firsts, sources in trouble."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crawler.detect.lexicon import Lexicon
from crawler.text.regions import province_of, region
from scheduler.notify.markup import short
from scheduler.reports.cite import Citation, cite_announcement
from scheduler.reports.period import Period
from scheduler.reports.rising_words import RisingWord, day_in_china, rising_words
from storage.archive import Archive
from storage.connection import text_of
from storage.overview.announcements import Rejected
from storage.overview.firsts import FirstOfTrack
from storage.overview.selected import Chosen, among, seen_between
from storage.overview.sources import SourceTrouble
from storage.records import Announcement, Region
from storage.site_looks import FoundAlone

SHOWN_NEAR_MISSES = 20  # a reader's patience; the review page has all
RISING_WEEKS = 4  # up to the last day of the brief, against as many before: in one week few words stand three times
RISING_WORDS = 10  # more are for `rising`
DEADLINE_DAYS = 14  # closing days that a reader can still act on
SHOWN_DEADLINES = 12
GOAL_CHARACTERS = 60  # of a line in a table
YUAN = {
    "亿元": 1e8,
    "万亿元": 1e12,
    "千亿元": 1e11,
    "百亿元": 1e10,
    "十亿元": 1e9,
    "千万元": 1e7,
    "百万元": 1e6,
    "万元": 1e4,
}
EVERY = Chosen()
UNKNOWN_REGION = Region(code="", name="地区不明")


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefEntry:
    """An announcement in a brief, and how it is cited."""

    announcement: Announcement
    citation: Citation
    goal: str = ""
    """Its largest target in money, else its first; empty where it names none."""
    goal_yuan: float = 0.0
    """What that target is worth, 0 where it is none of money."""

    @property
    def latest(self) -> str:
        """The title of the article that was the last to join."""
        return self.announcement.mentions[-1].title


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The new announcements of a province (the nation first), its cities included."""

    region: Region
    entries: tuple[BriefEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The news of a stretch of time.

    `fresh` was first seen in it, `changed` was known before and has news, `rejected` was taken back. `near_misses` are
    rows as `storage.verdicts.Verdicts.near_misses` gives them. `made_at` is when it was written: of a stretch that is
    not over it tells what was known then. `before` counts the new ones of the stretch before.
    """

    period: Period
    made_at: datetime
    fresh: tuple[Group, ...]
    changed: tuple[BriefEntry, ...]
    rejected: tuple[Rejected, ...]
    near_misses: tuple[Mapping[str, Any], ...]
    troubled: tuple[SourceTrouble, ...]
    alone: tuple[FoundAlone, ...] = ()
    """The new announcements that only sites' own searches and sitemaps showed."""
    rising: tuple[RisingWord, ...] | None = None
    """Words on the rise in the weeks up to its last day; None where nobody looked for them."""
    before: int = 0
    firsts: tuple[FirstOfTrack, ...] = ()
    """The tracks that the archive met with one of the new announcements."""
    deadlines: tuple[Mapping[str, Any], ...] = ()
    """The closing days of the two weeks behind it: rows as `storage.fact_rows.FactRows.deadlines` gives them."""
    about: str = ""
    """The filter that it is about, as it is written; empty for all."""

    @property
    def title(self) -> str:
        """The headline: what kind of stretch it is of, and what it is about."""
        return f"{self.period.title}（{self.about}）" if self.about else self.period.title

    @property
    def entries(self) -> tuple[BriefEntry, ...]:
        """The new announcements, in the order of the groups."""
        return tuple(entry for group in self.fresh for entry in group.entries)

    @property
    def largest(self) -> BriefEntry | None:
        """The new announcement with the largest target in money, None where none names any."""
        best = max(self.entries, key=lambda entry: entry.goal_yuan, default=None)
        return best if best and best.goal_yuan else None

    @property
    def tracks(self) -> dict[str, list[BriefEntry]]:
        """The new announcements by track, the track with the most first; those that name none are left out."""
        found: dict[str, list[BriefEntry]] = defaultdict(list)
        for entry in self.entries:
            for track in entry.announcement.tracks:
                found[track].append(entry)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def brief_of(
    archive: Archive,
    period: Period,
    *,
    now: datetime,
    lexicon: Lexicon | None = None,
    chosen: Chosen = EVERY,
    about: str = "",
) -> Brief:
    """Return the brief of a stretch of time as the archive knows it now.

    One of some announcements only, which are `chosen` and called `about`, has no near misses: these are none yet.

    Words on the rise are those that a lexicon lacks, so they are looked for only with one. That takes a second for some
    hundred articles on the topic, so served pages have it done elsewhere.
    """
    near = [] if about else archive.verdicts.near_misses(since=period.first.isoformat(), limit=1000)
    groups = _grouped(_entries(archive, _seen(period, is_new=True).within(chosen)))
    fresh = {entry.announcement.id for group in groups for entry in group.entries}
    ahead = (period.last, period.last + timedelta(days=DEADLINE_DAYS))
    return Brief(
        period=period, made_at=now, fresh=groups, about=about,
        changed=tuple(_entries(archive, _seen(period, is_new=False).within(chosen))),
        rejected=_rejected(archive, period, chosen),
        near_misses=tuple(row for row in near if _day(row) <= period.last.isoformat())[:SHOWN_NEAR_MISSES],
        troubled=tuple(archive.source_overview.troubled(period.start, period.end)),
        alone=tuple(
            one for one in archive.site_looks.found_alone(period.start, period.end)
            if not about or one.id in fresh
        ),
        rising=rising_in(archive, period, lexicon) if lexicon else None,
        before=archive.overview.count(_seen(period.moved(-1), is_new=True).within(chosen)),
        firsts=tuple(one for one in _firsts(archive, period) if one.announcement_id in fresh),
        deadlines=tuple(archive.fact_rows.deadlines(*map(str, ahead), chosen=chosen)[:SHOWN_DEADLINES]),
    )  # fmt: skip


def rising_in(archive: Archive, period: Period, lexicon: Lexicon) -> tuple[RisingWord, ...]:
    """Return the words on the rise in the weeks up to the last day of a brief, which the lexicon lacks."""
    return rising_words(archive, lexicon, until=period.last, weeks=RISING_WEEKS, limit=RISING_WORDS)


def _rejected(archive: Archive, period: Period, chosen: Chosen) -> tuple[Rejected, ...]:
    found = archive.overview.rejected(period.start, period.end)
    rows = archive.overview.find(chosen.within(among([one.announcement_id for one in found])), limit=-1)
    kept = {row.id for row in rows}
    return tuple(one for one in found if one.announcement_id in kept)


def _seen(period: Period, *, is_new: bool) -> Chosen:
    return seen_between(text_of(period.start) or "", text_of(period.end) or "", is_new=is_new)


def _firsts(archive: Archive, period: Period) -> list[FirstOfTrack]:
    """Return the first acts of tracks, those published some days before they were found too."""
    return archive.firsts.between(period.first - timedelta(days=30), period.last)


def _entries(archive: Archive, chosen: Chosen) -> list[BriefEntry]:
    return [_entry(archive, row.id) for row in archive.overview.find(chosen, limit=-1)]


def _entry(archive: Archive, id: int) -> BriefEntry:
    said = archive.announcements.get(id)
    goal, yuan = said.targets[0].text if said.targets else "", 0.0
    for row in archive.fact_rows.find(kind="target", act=id):
        worth = (row["number"] or 0) * YUAN.get(row["unit"] or "", 0)
        if worth > yuan:
            goal, yuan = row["quote"], worth
    citation = cite_announcement(archive, id)
    return BriefEntry(announcement=said, citation=citation, goal=short(goal, GOAL_CHARACTERS), goal_yuan=yuan)


def _grouped(entries: Sequence[BriefEntry]) -> tuple[Group, ...]:
    """Return the entries by province, in the order of the codes; those of no known region come last."""
    found: dict[str, list[BriefEntry]] = defaultdict(list)
    for entry in entries:
        place = entry.announcement.region
        found[province_of(place).code if place else UNKNOWN_REGION.code].append(entry)
    return tuple(
        Group(region=region(code) if code else UNKNOWN_REGION, entries=tuple(some))
        for code, some in sorted(found.items(), key=lambda item: item[0] or "9")
    )


def _day(row: Mapping[str, Any]) -> str:
    """Return the day in China on which an article was published, or first seen where that is unknown."""
    return day_in_china(str(row["published_at"] or row["first_seen_at"]))
