"""Keep the links that wait to be fetched, and the portals' requests to us: validators, robots.txt, Retry-After."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlite_utils import Database

from storage.addresses import OF_HOST_SQL
from storage.connection import day_of, moment_of, text_of, transaction
from storage.not_before import LONGEST_HOST_SILENCE, LONGEST_LINK_WAIT, believed, due, times
from storage.records import Link

GIVE_UP_AFTER_ATTEMPTS = 12  # attempts; with the backoff below a page gets four days to come back
FIRST_RETRY_WAIT = timedelta(minutes=5)
LONGEST_RETRY_WAIT = timedelta(hours=12)
FIRST_REFUSAL_WAIT = timedelta(hours=1)  # of what was refused: a passing Disallow of a deployment stands for hours
LONGEST_REFUSAL_WAIT = timedelta(days=7)
REFUSED_PREFIX = "refused: "
REFUSALS_UNTIL_IT_STAYS = 3  # refusals: an hour and two more have passed
UNFINISHED_ERROR = "reading it did not come to an end"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLink:
    """A row of a listing page that is not in the archive yet. `key` recognises it, `address` is as listed last.

    `day` stood beside it, None where none did. `is_quiet`: it stood there before anyone watched, so it tells nobody
    when it is taken in.
    """

    key: str
    address: str
    title: str
    is_quiet: bool
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A source with so many articles that stay refused; `address` and `reason` are of one, `since` of the oldest."""

    source: str
    number: int
    since: datetime
    address: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """The version of a listing page in the words of its server; None where it said nothing."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingState:
    """A listing page as it was last read in full, and how often it was asked for since then.

    `rows_sha256` is the hash of its rows; `is_distrusted`: its validators have lied.
    """

    validators: Validators
    rows_sha256: str
    polls: int
    is_distrusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A robots.txt as served (empty when there is none) and when it was fetched."""

    text: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """How far a walk back through listing pages has come: pages read, and the next one, None at its end."""

    next_url: str | None
    pages: int


def retry_delay(
    attempts: int, first: timedelta = FIRST_RETRY_WAIT, longest: timedelta = LONGEST_RETRY_WAIT
) -> timedelta:
    """Return how long to wait after so many failed attempts: 5 minutes, doubling, at most 12 hours."""
    return min(longest, first * (1 << (attempts - 1)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class Frontier:
    """The part of the archive that a crawl reads before it asks and writes after it was answered."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # links

    def note(self, source: str, links: Iterable[tuple[str, Link]], now: datetime, *, is_quiet: bool) -> int:
        """Remember listed rows, each with its key; return how many were not known.

        One that still waits is fetched at the address that was listed last: an older one may have ceased to serve.
        """
        with transaction(self._db):
            return sum(self._note(source, key, link, now, is_quiet) for key, link in links)

    def _note(self, source: str, key: str, link: Link, now: datetime, is_quiet: bool) -> int:
        row = {
            "key": key, "address": link.url, "source": source, "title": link.title, "day": text_of(link.date),
            "now": text_of(now), "is_quiet": int(is_quiet),
        }  # fmt: skip
        added = self._db.execute(
            """INSERT INTO links (key, address, source, title, day, listed_at, next_attempt_at, is_quiet)
               VALUES (:key, :address, :source, :title, :day, :now, :now, :is_quiet) ON CONFLICT (key) DO NOTHING""",
            row,
        ).rowcount
        if not added:
            self._db.execute(
                """UPDATE links SET address = :address
                   WHERE key = :key AND next_attempt_at IS NOT NULL AND address <> :address""",
                row,
            )
        return added

    def due(self, source: str, now: datetime) -> list[DueLink]:
        """Return the source's links that are to be fetched now, in the order they were listed."""
        rows = self._db.query(
            f"""SELECT key, address, title, is_quiet, day FROM links
               WHERE source = :source AND {due("next_attempt_at")} ORDER BY listed_at, rowid""",  # noqa: S608  fixed text
            {"source": source, **times(now, LONGEST_LINK_WAIT)},
        )
        return [DueLink(**row | {"is_quiet": bool(row["is_quiet"]), "day": day_of(row["day"])}) for row in rows]

    def settle(self, key: str) -> None:
        """Note that a link's page is in the archive."""
        with transaction(self._db):
            self._db.execute("UPDATE links SET next_attempt_at = NULL, error = NULL WHERE key = ?", [key])

    def fail(self, key: str, error: str, now: datetime) -> None:
        """Note that a link could not be fetched; it is due again later, until it is given up."""
        self._count(key, error, now, first=FIRST_RETRY_WAIT, longest=LONGEST_RETRY_WAIT)

    def refuse(self, key: str, reason: str, now: datetime, *, is_counted: bool = False) -> None:
        """Note that a link may not be fetched now (robots.txt, a private address, 403).

        Refusals pass: it is asked for again after an hour, then at distances that double up to a week, for five weeks.
        `is_counted`: the attempt was counted when its reading began.
        """
        by = 0 if is_counted else 1
        self._count(key, REFUSED_PREFIX + reason, now, first=FIRST_REFUSAL_WAIT, longest=LONGEST_REFUSAL_WAIT, by=by)

    def staying_refused(self) -> list[Refused]:
        """Return the sources with articles that stay refused."""
        rows = self._db.query(
            """SELECT source, count(*) AS number, min(listed_at) AS since, min(address) AS address, min(error) AS reason
               FROM links WHERE next_attempt_at IS NOT NULL AND attempts >= :stays AND error LIKE :refused
               GROUP BY source""",
            {"stays": REFUSALS_UNTIL_IT_STAYS, "refused": f"{REFUSED_PREFIX}%"},
        )
        return [Refused(**row | {"since": moment_of(row["since"])}) for row in rows]

    def begin_reading(self, key: str, now: datetime) -> None:
        """Count the attempt before a link's page is read: one that ends the program is not read at every start."""
        self._count(key, UNFINISHED_ERROR, now, first=FIRST_RETRY_WAIT, longest=LONGEST_RETRY_WAIT)

    def put_back(self, key: str, now: datetime) -> None:
        """Take back that an attempt was begun: nothing is wrong with the page."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE links SET attempts = attempts - 1, error = NULL, next_attempt_at = ? WHERE key = ?",
                [text_of(now), key],
            )

    def fail_reading(self, key: str, error: str) -> None:
        """Note why a page could not be read; when it is due again was said when its reading began."""
        with transaction(self._db):
            self._db.execute("UPDATE links SET error = ? WHERE key = ?", [error, key])

    def give_up(self, key: str, reason: str) -> None:
        """Note that a link is asked for no more."""
        with transaction(self._db):
            self._db.execute("UPDATE links SET error = ?, next_attempt_at = NULL WHERE key = ?", [reason, key])

    def _count(self, key: str, error: str, now: datetime, *, first: timedelta, longest: timedelta, by: int = 1) -> None:
        with transaction(self._db):
            row = self._db.execute("SELECT attempts FROM links WHERE key = ?", [key]).fetchone()
            attempts = max(1, (row[0] if row else 0) + by)
            due = None if attempts >= GIVE_UP_AFTER_ATTEMPTS else text_of(now + retry_delay(attempts, first, longest))
            self._db.execute(
                "UPDATE links SET attempts = ?, error = ?, next_attempt_at = ? WHERE key = ?",
                [attempts, error, due, key],
            )

    # keys

    def row(self, key: str) -> tuple[str, date | None] | None:
        """Return title and day of the row with a key, None when there is none."""
        row = self._db.execute("SELECT title, day FROM links WHERE key = ?", [key]).fetchone()
        return (str(row[0]), _day(row[1])) if row else None

    def rows_titled(self, source: str, titles: Iterable[str]) -> list[tuple[str, str, date | None]]:
        """Return key, title and day of a source's rows with these titles whose addresses have parameters."""
        rows = self._db.execute(
            """SELECT key, title, day FROM links WHERE source = ? AND instr(key, '?')
               AND title IN (SELECT value FROM json_each(?))""",
            [source, json.dumps(list(titles))],
        )
        return [(str(key), str(title), _day(day)) for key, title, day in rows.fetchall()]

    def rows_of_host(self, host: str) -> list[tuple[str, str, date | None]]:
        """Return key, title and day of the rows that lead to a host, the first listed first."""
        rows = self._db.execute(
            f"SELECT key, title, day FROM links WHERE {OF_HOST_SQL} ORDER BY listed_at, rowid",  # noqa: S608  fixed
            {"host": host},
        )
        return [(str(key), str(title), _day(day)) for key, title, day in rows.fetchall()]

    def rename(self, key: str, other: str) -> None:
        """Give a row another key. Where its like has that already it goes; another document's row stays apart."""
        with transaction(self._db):
            if (known := self.row(other)) is None:
                self._db.execute("UPDATE links SET key = ? WHERE key = ?", [other, key])
            elif known == self.row(key):
                if self._db.execute("SELECT 1 FROM links WHERE key = ? AND next_attempt_at IS NULL", [key]).fetchone():
                    self.settle(other)
                self._db.execute("DELETE FROM links WHERE key = ?", [key])

    # listing pages

    def listing(self, url: str) -> ListingState | None:
        """Return a listing page as it was last read in full, None before that."""
        row = next(self._db.query("SELECT * FROM listings WHERE url = ?", [url]), None)
        if row is None:
            return None
        return ListingState(
            validators=Validators(etag=row["etag"], last_modified=row["last_modified"]),
            rows_sha256=row["rows_sha256"], polls=row["polls"], is_distrusted=row["distrusted_at"] is not None,
        )  # fmt: skip

    def read_listing(
        self, source: str, url: str, validators: Validators, *, rows_sha256: str, distrusted: bool, now: datetime
    ) -> None:
        """Keep a listing page as it was read in full. Call it once its rows are noted, so that a 304 hides none."""
        row = {
            "url": url, "source": source, "etag": validators.etag, "last_modified": validators.last_modified,
            "rows": rows_sha256, "now": text_of(now), "distrusted_at": text_of(now) if distrusted else None,
        }  # fmt: skip
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO listings (url, source, etag, last_modified, rows_sha256, distrusted_at, checked_at)
                   VALUES (:url, :source, :etag, :last_modified, :rows, :distrusted_at, :now)
                   ON CONFLICT (url) DO UPDATE SET
                       etag = excluded.etag, last_modified = excluded.last_modified, rows_sha256 = excluded.rows_sha256,
                       polls = 0, checked_at = excluded.checked_at,
                       distrusted_at = coalesce(listings.distrusted_at, excluded.distrusted_at)""",
                row,
            )

    def polled_listing(self, url: str, now: datetime) -> None:
        """Note that a listing page was answered with "unchanged"."""
        with transaction(self._db):
            self._db.execute("UPDATE listings SET polls = polls + 1, checked_at = ? WHERE url = ?", [text_of(now), url])

    # walks back

    def walk(self, source: str, listing: str, since: str) -> Walk:
        """Return how far a walk back has come."""
        row = self._db.execute(
            "SELECT next_url, pages FROM backfills WHERE source = ? AND listing = ? AND since = ?",
            [source, listing, since],
        ).fetchone()
        return Walk(next_url=row[0], pages=row[1]) if row else Walk(next_url=listing, pages=0)

    def walked(self, source: str, listing: str, since: str, next_url: str | None) -> None:
        """Note that one more page of a walk is read, and where it goes on; None ends it."""
        with transaction(self._db):
            self._db.execute(
                """INSERT INTO backfills (source, listing, since, next_url, pages) VALUES (?, ?, ?, ?, 1)
                   ON CONFLICT DO UPDATE SET next_url = excluded.next_url, pages = pages + 1""",
                [source, listing, since, next_url],
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

    def silent_until(self, host: str, *, now: datetime) -> datetime | None:
        """Return until when a host asked for silence, None when it did not, or that is over."""
        row = self._db.execute("SELECT not_before FROM hosts WHERE host = ?", [host]).fetchone()
        until = moment_of(row[0]) if row and row[0] else None
        return until if until and believed(until, now, LONGEST_HOST_SILENCE) else None
