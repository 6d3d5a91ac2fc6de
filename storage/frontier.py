"""Keep the links that wait to be fetched, each with its attempts, and find rows by their keys and titles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from storage.addresses import OF_HOST_SQL
from storage.connection import day_of, moment_of, text_of, transaction
from storage.database import Database
from storage.not_before import LONGEST_LINK_WAIT, due, times
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


def retry_delay(
    attempts: int, first: timedelta = FIRST_RETRY_WAIT, longest: timedelta = LONGEST_RETRY_WAIT
) -> timedelta:
    """Return how long to wait after so many failed attempts: 5 minutes, doubling, at most 12 hours."""
    return min(longest, first * (1 << (attempts - 1)))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class Frontier:
    """The rows of listing pages, as links that wait for their articles."""

    def __init__(self, db: Database) -> None:
        self._db = db

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
