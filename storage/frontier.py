"""What is still to be fetched, and what portals asked of us: links, validators, robots.txt, Retry-After."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.connection import moment_of, text_of, transaction
from storage.records import Link

GIVE_UP_AFTER = 12  # attempts; with the backoff below a page gets four days to come back
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLink:
    """A row of a listing page that is not in the archive yet. `url` is canonical, `address` as listed."""

    url: str
    address: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server said about the version of a listing page; None where it said nothing."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A robots.txt as served (empty when there is none) and when it was fetched."""

    text: str
    fetched_at: datetime


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts: 5 minutes, doubling, at most 12 hours."""
    return min(LONGEST_RETRY, FIRST_RETRY * (1 << (attempts - 1)))


class Frontier:
    """The part of the archive that a crawl reads before it asks and writes after it was answered."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # links

    def note(self, source: str, links: Iterable[tuple[str, Link]], now: datetime) -> int:
        """Remember listed rows, each with its canonical URL; return how many were not known."""
        with transaction(self._db):
            return sum(self._note(source, url, link, now) for url, link in links)

    def _note(self, source: str, url: str, link: Link, now: datetime) -> int:
        return self._db.execute(
            """INSERT INTO links (url, address, source, title, day, listed_at, next_attempt_at)
               VALUES (:url, :address, :source, :title, :day, :now, :now) ON CONFLICT (url) DO NOTHING""",
            {"url": url, "address": link.url, "source": source, "title": link.title, "day": text_of(link.date),
             "now": text_of(now)},
        ).rowcount  # fmt: skip

    def due(self, source: str, now: datetime) -> list[DueLink]:
        """Return the source's links that are to be fetched now, in the order they were listed."""
        rows = self._db.query(
            """SELECT url, address, title FROM links
               WHERE source = :source AND next_attempt_at <= :now ORDER BY listed_at, rowid""",
            {"source": source, "now": text_of(now)},
        )
        return [DueLink(**row) for row in rows]

    def settle(self, url: str) -> None:
        """Note that a link's page is in the archive."""
        with transaction(self._db):
            self._db.execute("UPDATE links SET next_attempt_at = NULL, error = NULL WHERE url = ?", [url])

    def fail(self, url: str, error: str, now: datetime) -> None:
        """Note that a link could not be fetched; it is due again later, until it is given up."""
        with transaction(self._db):
            row = self._db.execute("SELECT attempts FROM links WHERE url = ?", [url]).fetchone()
            attempts = (row[0] if row else 0) + 1
            due = None if attempts >= GIVE_UP_AFTER else text_of(now + retry_delay(attempts))
            self._db.execute(
                "UPDATE links SET attempts = ?, error = ?, next_attempt_at = ? WHERE url = ?",
                [attempts, error, due, url],
            )

    def refuse(self, url: str, reason: str) -> None:
        """Note that a link must not be fetched (robots.txt, a private address)."""
        with transaction(self._db):
            self._db.execute("UPDATE links SET error = ?, next_attempt_at = NULL WHERE url = ?", [reason, url])

    # listing pages

    def validators(self, url: str) -> Validators | None:
        """Return what the server said about a listing page when it was last read, None before that."""
        row = self._db.execute("SELECT etag, last_modified FROM listings WHERE url = ?", [url]).fetchone()
        return Validators(etag=row[0], last_modified=row[1]) if row else None

    def remember_listing(self, source: str, url: str, validators: Validators, now: datetime) -> None:
        """Keep a listing page's validators. Call it once its rows are noted, so that a 304 hides none."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO listings (url, source, etag, last_modified, checked_at) VALUES (?, ?, ?, ?, ?)
                   ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
                                                   checked_at = excluded.checked_at""",
                [url, source, validators.etag, validators.last_modified, text_of(now)],
            )

    # hosts

    def robots(self, host: str) -> Robots | None:
        """Return a host's robots.txt as last fetched, None when it never was."""
        row = self._db.execute("SELECT robots, robots_fetched_at FROM hosts WHERE host = ?", [host]).fetchone()
        return Robots(text=row[0], fetched_at=moment_of(row[1])) if row and row[1] else None

    def remember_robots(self, host: str, robots: Robots) -> None:
        """Keep a host's robots.txt."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO hosts (host, robots, robots_fetched_at) VALUES (?, ?, ?)
                   ON CONFLICT (host) DO UPDATE SET robots = excluded.robots,
                                                    robots_fetched_at = excluded.robots_fetched_at""",
                [host, robots.text, text_of(robots.fetched_at)],
            )

    def silence(self, host: str, until: datetime) -> None:
        """Keep that a host asked not to be asked before a moment."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO hosts (host, not_before) VALUES (?, ?)
                   ON CONFLICT (host) DO UPDATE SET not_before = excluded.not_before""",
                [host, text_of(until)],
            )

    def silent_until(self, host: str) -> datetime | None:
        """Return until when a host asked for silence, None when it did not."""
        row = self._db.execute("SELECT not_before FROM hosts WHERE host = ?", [host]).fetchone()
        return moment_of(row[0]) if row and row[0] else None
