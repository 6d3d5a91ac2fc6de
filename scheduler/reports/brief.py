"""Collect the weekly brief: new acts by region and track, changes, near misses, sources in trouble."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from crawler.detect.lexicon import Lexicon
from crawler.text.regions import province_of, region
from scheduler.reports.cite import Citation, cite_announcement
from scheduler.reports.rising_words import RisingWord, day_in_china, rising_words
from storage.archive import Archive
from storage.connection import text_of
from storage.overview.announcements import Rejected
from storage.overview.selected import Chosen, seen_between
from storage.overview.sources import SourceTrouble
from storage.records import BEIJING, Announcement, Region
from storage.site_looks import FoundAlone

WEEK_PATTERN = re.compile(r"(\d{4})-W(\d{2})")
SHOWN_NEAR_MISSES = 20  # a reader's patience; the review page has all
RISING_WEEKS = 4  # up to the Sunday of the week, against as many before: in one week few words stand three times
RISING_WORDS = 10  # more are for `rising`
UNKNOWN_REGION = Region(code="", name="地区不明")


class WeekError(ValueError):
    """A text names no week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week from Monday to Sunday in China, numbered as ISO 8601 does."""

    monday: date

    @property
    def name(self) -> str:
        """The week as ISO 8601 writes it: 2026-W48."""
        return f"{self.monday:%G-W%V}"

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def start(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.monday, time(), BEIJING)

    @property
    def end(self) -> datetime:
        """When the next one begins."""
        return self.start + timedelta(days=7)

    def moved(self, weeks: int) -> Week:
        """Return the week so many weeks later."""
        return Week(monday=self.monday + timedelta(weeks=weeks))


def week_named(text: str) -> Week:
    """Return the week that ISO 8601 calls so (2026-W48).

    Raises:
        WeekError: there is none.
    """
    match = WEEK_PATTERN.fullmatch(text)
    try:
        return Week(monday=date.fromisocalendar(int(match[1]), int(match[2]), 1))  # type: ignore[index]  # caught below
    except (TypeError, ValueError) as error:
        raise WeekError(f"{text!r} is no week; write 2026-W48") from error


def week_of(now: datetime) -> Week:
    """Return the week of a moment."""
    today = now.astimezone(BEIJING).date()
    return Week(monday=today - timedelta(days=today.weekday()))


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefEntry:
    """An announcement in a brief, and how it is cited."""

    announcement: Announcement
    citation: Citation

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
    """A week. `fresh` was first seen in it, `changed` was known before and has news, `rejected` was taken back.

    `near_misses` are rows as `storage.verdicts.Verdicts.near_misses` gives them. `made_at` is when it was written: of a
    week that is not over it tells what was known then.
    """

    week: Week
    made_at: datetime
    fresh: tuple[Group, ...]
    changed: tuple[BriefEntry, ...]
    rejected: tuple[Rejected, ...]
    near_misses: tuple[Mapping[str, Any], ...]
    troubled: tuple[SourceTrouble, ...]
    alone: tuple[FoundAlone, ...] = ()
    """The new announcements that only sites' own searches and sitemaps showed."""
    rising: tuple[RisingWord, ...] | None = None
    """Words on the rise in the weeks up to its Sunday; None where nobody looked for them."""

    @property
    def entries(self) -> tuple[BriefEntry, ...]:
        """The new announcements, in the order of the groups."""
        return tuple(entry for group in self.fresh for entry in group.entries)

    @property
    def tracks(self) -> dict[str, list[BriefEntry]]:
        """The new announcements by track, the track with the most first; those that name none are left out."""
        found: dict[str, list[BriefEntry]] = defaultdict(list)
        for entry in self.entries:
            for track in entry.announcement.tracks:
                found[track].append(entry)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def brief_of(archive: Archive, week: Week, *, now: datetime, lexicon: Lexicon | None = None) -> Brief:
    """Return the brief of a week as the archive knows it now.

    Words on the rise are those that a lexicon lacks, so they are looked for only with one. That takes a second for some
    hundred articles on the topic, so served pages have it done elsewhere.
    """
    since, until = text_of(week.start) or "", text_of(week.end) or ""
    near = archive.verdicts.near_misses(since=week.monday.isoformat(), limit=1000)
    return Brief(
        week=week, made_at=now,
        fresh=_grouped(_entries(archive, seen_between(since, until, is_new=True))),
        changed=tuple(_entries(archive, seen_between(since, until, is_new=False))),
        rejected=tuple(archive.overview.rejected(week.start, week.end)),
        near_misses=tuple(row for row in near if _day(row) <= week.sunday.isoformat())[:SHOWN_NEAR_MISSES],
        troubled=tuple(archive.source_overview.troubled(week.start, week.end)),
        alone=archive.site_looks.found_alone(week.start, week.end),
        rising=rising_in(archive, week, lexicon) if lexicon else None,
    )  # fmt: skip


def rising_in(archive: Archive, week: Week, lexicon: Lexicon) -> tuple[RisingWord, ...]:
    """Return the words on the rise in the weeks up to a week's Sunday, which the lexicon lacks."""
    return rising_words(archive, lexicon, until=week.sunday, weeks=RISING_WEEKS, limit=RISING_WORDS)


def _entries(archive: Archive, chosen: Chosen) -> list[BriefEntry]:
    return [
        BriefEntry(announcement=archive.announcements.get(row.id), citation=cite_announcement(archive, row.id))
        for row in archive.overview.find(chosen, limit=-1)
    ]


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
