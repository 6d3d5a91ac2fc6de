"""Count the visit to each source while it happens, and hold the things that all visits share."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from scrapy.http.cookies import CookieJar

from crawler.detect.lexicon import Lexicon
from crawler.intake import Notify
from crawler.network.exits.ways import Ways
from crawler.network.hosts import Hosts
from crawler.network.settings import CrawlSettings
from crawler.reading import InProcess, JudgedPage, Reader
from crawler.sources import Source
from storage.archive import Archive
from storage.frontier import DueLink
from storage.records import Cause, ExitUse, Link, Listing, Outcome, Page, Run
from storage.revisions import Reread

VisitTrouble = Literal["empty", "blocked", "script_list", "error"]
NOTHING_ANSWERED: tuple[str, Cause] = ("nothing was answered", "other")
FILES_AT_ONCE = 2  # attachments that are read at the same time, whatever the number of hosts
GRAVEST: tuple[VisitTrouble, ...] = ("error", "blocked", "script_list", "empty")


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPage:
    """A page at `url` of a listing that showed nothing new; `read_at` is when it said so."""

    listing: str
    url: str
    read_at: datetime


@dataclass(slots=True, kw_only=True)
class Visit:
    """The counters of one visit. `is_first`: no crawl of the source has ended well before.

    `titles` holds the listed links, `ended_at` the articles that were fetched, each with the title of its row. The
    other counters are those of `Run`. `hinted` are the codes of provinces whose sources may have what was found here.

    `clock_offset_seconds` is by how much the portal's clock is ahead of ours, None while no answer said.

    `ends_at` is when it has no time left, by the loop's time. `cookies` are those of its host, for this visit only.
    """

    source: Source
    started_at: datetime
    is_first: bool
    ends_at: float = math.inf
    cookies: CookieJar = field(default_factory=CookieJar)
    listed: int = 0
    new: int = 0
    announcements: int = 0
    requests: int = 0
    not_extracted: int = 0
    fetched: int = 0
    extracted: int = 0
    failed: int = 0
    noted: int = 0
    titles: dict[str, str] = field(default_factory=dict)
    ended_at: dict[int, str] = field(default_factory=dict)
    flaws: Counter[str] = field(default_factory=Counter)
    read: int = 0
    unchanged: int = 0
    clock_offset_seconds: float | None = None
    exits: dict[str, ExitUse] = field(default_factory=dict)
    standing: list[StandingPage] = field(default_factory=list)
    hinted: set[str] = field(default_factory=set)
    _asked: set[str] = field(default_factory=set)
    troubles: dict[VisitTrouble, tuple[str, Cause | None]] = field(default_factory=dict)

    def trouble(self, kind: VisitTrouble, reason: str, cause: Cause | None = None) -> None:
        """Note that a listing page could not be read, or that the portal shut its door; `cause` is an error's class."""
        self.troubles.setdefault(kind, (reason, cause))

    def asks(self, key: str) -> bool:
        """Return whether an article is to be asked for now: once in a visit, however many listing pages it has."""
        is_first = key not in self._asked
        self._asked.add(key)
        return is_first

    def list_rows(self, rows: Iterable[tuple[str, Link]], *, noted: int) -> None:
        """Count the rows of a listing page, each with its key; `noted` of their links are new to the archive."""
        self.read += 1
        self.noted += noted
        for key, link in rows:
            self.listed += 1
            known = self.titles.setdefault(key, link.title)
            self.flaws["one link"] += not _are_alike(known, link.title)

    def count_lost_rows(self, read: Listing) -> None:
        """Count the rows of a listing page that are no links of their own: their address is missing, or another's."""
        self.listed += read.rows_seen - len(read.links)
        self.flaws["no address"] += read.unusable
        self.flaws["one link"] += read.rows_seen - read.unusable - len(read.links)

    def end_at(self, article_id: int, title: str) -> None:
        """Note which article a row ended at; a row with another title that ended there before is a flaw."""
        self.flaws["one link"] += not _are_alike(self.ended_at.setdefault(article_id, title), title)

    def note_answer(self, *flaws: str) -> None:
        """Count what was odd about an answer that was taken all the same."""
        self.flaws.update(flaws)

    def asked(self, way: str, seconds: float, *, failed: bool) -> None:
        """Count a request that went through an exit, and how long it took."""
        use = self.exits.get(way, ExitUse())
        self.requests += 1
        self.exits[way] = ExitUse(
            requests=use.requests + 1, failed=use.failed + failed, seconds=use.seconds + seconds
        )  # fmt: skip

    def hear(self, offset_seconds: float | None) -> None:
        """Note by how much an answer's clock is ahead of ours: the furthest, as what a cache kept lies behind only."""
        heard = [seconds for seconds in (self.clock_offset_seconds, offset_seconds) if seconds is not None]
        self.clock_offset_seconds = max(heard, default=None)

    def stand(self, listing: str, url: str, read_at: datetime) -> None:
        """Note that a listing page shows what it showed before."""
        self.unchanged += 1
        self.standing.append(StandingPage(listing=listing, url=url, read_at=read_at))

    def keep(self, archive: Archive, finished_at: datetime) -> Run:
        """Keep how the visit went, with what stands as it did, in one transaction, and return it."""
        run = self.run(finished_at)
        with archive.transaction():
            for page in self.standing:
                archive.listing_pages.poll(page.url, page.read_at)
                archive.freshness.stands(self.source.id, page.listing, page.read_at)
            archive.runs.record(run)
        return run

    @property
    def was_answered(self) -> bool:
        """True once the portal has shown how it is: rows, nothing new, or a trouble."""
        return bool(self.read or self.unchanged or self.troubles)

    def run(self, finished_at: datetime) -> Run:
        """Return how the visit went; what is gravest gives the outcome. Nothing read at all is an error."""
        gravest = next((kind for kind in GRAVEST if kind in self.troubles), None)
        outcome: Outcome = gravest or ("ok" if self.read else "unchanged" if self.unchanged else "error")
        error, cause = self.troubles[gravest] if gravest else NOTHING_ANSWERED if outcome == "error" else (None, None)
        return Run(
            source=self.source.id, started_at=self.started_at, finished_at=finished_at, outcome=outcome, cause=cause,
            listed=self.listed, new=self.new, announcements=self.announcements, requests=self.requests, error=error,
            links=len(self.titles), known=len(self.titles) - self.noted, fetched=self.fetched,
            extracted=self.extracted, failed=self.failed, flaws=dict(+self.flaws),
            not_extracted=self.not_extracted, clock_offset_seconds=self.clock_offset_seconds,
            exits=dict(self.exits),
        )  # fmt: skip


def _are_alike(one: str, other: str) -> bool:
    """True for titles of one thing: a list may cut a title, or show a picture beside it."""
    short, long = sorted((title.rstrip("….· ") for title in (one, other)), key=len)
    return long.startswith(short)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An article page, read, on its way into the archive. `reread`: it is known, and was read again."""

    visit: Visit
    link: DueLink
    page: Page
    judged: JudgedPage
    reread: Reread | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The things that all crawls of the process share. `alert_first_crawl`: whether a source's first crawl alerts too.

    `clock` tells the time, in UTC: nothing that has a context reads another one.

    `reader` reads pages; `reading` gives turns to read a file: each may take a core and 512 MB. `ways` are the exits.
    """

    archive: Archive
    hosts: Hosts
    lexicon: Lexicon
    notify: Notify
    settings: CrawlSettings
    alert_first_crawl: bool
    clock: Callable[[], datetime] = utc_now
    reader: Reader = field(default_factory=InProcess)
    ways: Ways = field(default_factory=Ways)
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(FILES_AT_ONCE))
