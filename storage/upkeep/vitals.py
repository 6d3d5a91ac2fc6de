"""Read the archive's cheap key figures for the monitor and `status`. Reads only."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from storage.connection import WRITER_WAIT_SECONDS, moment_of, one_moment, text_of
from storage.database import Database
from storage.errors import kind_of
from storage.records import ExitUse

ARCHIVE_LOCKED_SECONDS = 2.0  # our transactions take hundredths; a process that needs longer has stopped in one
DELAYS_SPAN = timedelta(days=7)


@dataclass(slots=True)
class RunTotals:
    """The sums over all runs. They only grow; `last_id` is the last run that is counted."""

    last_id: int = 0
    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    requests: int = 0
    listed: int = 0
    new: int = 0
    not_extracted: int = 0
    announcements: int = 0
    exits: dict[str, ExitUse] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHead:
    """The message that an endpoint gets next. `failing_since` is None while no try of it has failed."""

    endpoint: str
    next_attempt_at: datetime
    failing_since: datetime | None


class Vitals:
    """The numbers of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add_runs(self, totals: RunTotals) -> None:
        """Add the runs since the last one that is counted: the first time all with the rolled up ones, later a few."""
        with one_moment(self._db):
            self._add_runs(totals)

    def _add_runs(self, totals: RunTotals) -> None:
        if not totals.last_id:
            self._add_days(totals)
        self._add_exits(totals, self.exits("runs.id > ?", totals.last_id))
        rows = self._db.execute(
            """SELECT outcome, coalesce(cause, ''), count(*), sum(requests), sum(listed), sum(new), sum(not_extracted),
                      sum(announcements), max(id)
               FROM runs WHERE id > ? GROUP BY 1, 2""",
            [totals.last_id],
        ).fetchall()
        for outcome, cause, number, requests, listed, new, not_extracted, announcements, last_id in rows:
            totals.runs[outcome, cause] += number
            totals.requests += requests
            totals.listed += listed
            totals.new += new
            totals.not_extracted += not_extracted
            totals.announcements += announcements
            totals.last_id = max(totals.last_id, last_id)

    def _add_days(self, totals: RunTotals) -> None:
        rows = self._db.execute("SELECT outcome, sum(runs), sum(requests), sum(listed) FROM run_days GROUP BY outcome")
        for outcome, number, requests, listed in rows:
            totals.runs[outcome, ""] += number
            totals.requests += requests
            totals.listed += listed
        rows = self._db.execute("SELECT exit, sum(requests), sum(failed), sum(seconds) FROM exit_days GROUP BY exit")
        used = {name: ExitUse(requests=asked, failed=failed, seconds=took) for name, asked, failed, took in rows}
        self._add_exits(totals, used)

    def _add_exits(self, totals: RunTotals, used: Mapping[str, ExitUse]) -> None:
        for name, use in used.items():
            known = totals.exits.get(name, ExitUse())
            totals.exits[name] = ExitUse(
                requests=known.requests + use.requests, failed=known.failed + use.failed,
                seconds=known.seconds + use.seconds,
            )  # fmt: skip

    def exits_since(self, moment: datetime) -> Mapping[str, ExitUse]:
        """Return what went through each exit in the visits that have ended since a moment."""
        return self.exits("runs.finished_at >= ?", text_of(moment))

    def exits(self, which: str, value: object) -> Mapping[str, ExitUse]:
        """Return what went through each exit in the runs that a condition of SQL picks."""
        rows = self._db.execute(
            f"""SELECT key, sum(json_extract(value, '$[0]')), sum(json_extract(value, '$[1]')),
                       sum(json_extract(value, '$[2]'))
                FROM runs, json_each(runs.exits) WHERE {which} GROUP BY key ORDER BY key""",  # noqa: S608  fixed texts
            [value],
        ).fetchall()
        return {name: ExitUse(requests=asked, failed=failed, seconds=took) for name, asked, failed, took in rows}

    def outcomes(self) -> Mapping[str, int]:
        """Return how many sources ended their last visit how; `never` are those that had none."""
        rows = self._db.execute(
            """SELECT coalesce((SELECT outcome FROM runs AS r WHERE r.source = s.id ORDER BY id DESC LIMIT 1),
                               'never') AS last, count(*) FROM sources AS s GROUP BY last"""
        ).fetchall()
        return {str(outcome): int(number) for outcome, number in rows}

    def last_run_at(self) -> datetime | None:
        """Return when the last visit ended, None before the first."""
        row = self._db.execute("SELECT finished_at FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        return moment_of(row[0]) if row else None

    def labels(self) -> Mapping[str, int]:
        """Return how many articles have which label."""
        return dict(self._db.execute("SELECT label, count(*) FROM assessments GROUP BY label").fetchall())

    def heads(self) -> list[QueueHead]:
        """Return what each endpoint with pending messages gets next; messages that were set aside hold nobody up."""
        rows = self._db.execute(
            """SELECT endpoint, next_attempt_at, failing_since, min(number) FROM deliveries
               WHERE state = 'pending' AND is_aside = 0 GROUP BY endpoint"""
        ).fetchall()
        return [
            QueueHead(
                endpoint=endpoint, next_attempt_at=moment_of(due), failing_since=moment_of(since) if since else None
            )
            for endpoint, due, since, _ in rows
        ]  # fmt: skip

    def delays(self, now: datetime) -> Mapping[str, list[float]]:
        """Return the seconds of the last week's steps, sorted: of publishing until seen, of seen until told.

        Pages that give their clock time only: a day says nothing about minutes. Those that stood there before anyone
        watched are left out.
        """
        since = text_of(now - DELAYS_SPAN)
        seen = self._db.execute(
            """SELECT strftime('%s', first_seen_at) - strftime('%s', published_at) FROM articles
               WHERE first_seen_at >= ? AND published_precision = 'minute'
                 AND NOT coalesce((SELECT is_quiet FROM links WHERE links.key = articles.key), 1)""",
            [since],
        )
        told = self._db.execute(
            """SELECT strftime('%s', min(d.delivered_at)) - strftime('%s', a.first_seen_at)
               FROM deliveries AS d JOIN announcements AS a ON a.id = d.announcement_id
               WHERE d.state = 'delivered' AND d.type = 'announcement.new' AND d.delivered_at >= ? GROUP BY a.id""",
            [since],
        )
        return {
            "published_to_seen": sorted(float(seconds) for (seconds,) in seen.fetchall() if seconds >= 0),
            "seen_to_told": sorted(float(seconds) for (seconds,) in told.fetchall()),
        }


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """Open an archive for reading only, for as long as the block takes; nothing is migrated.

    Raises `sqlite3.Error` when it cannot be read.
    """
    with closing(
        sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=ARCHIVE_LOCKED_SECONDS)
    ) as connection:
        yield Database(connection)


@contextmanager
def checking(path: Path) -> Iterator[Database]:
    """Open an archive for checks, some of which SQLite takes for writes; each statement stands alone, none is kept.

    Nothing is migrated. Raises `sqlite3.Error` when it cannot be opened.
    """
    uri = f"{path.resolve().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=WRITER_WAIT_SECONDS, isolation_level=None)) as connection:
        yield Database(connection)


def write_problem(path: Path) -> str | None:
    """Return why an archive cannot be written now, None when it can: writes a number that nobody uses as it is."""
    try:
        uri = f"{path.resolve().as_uri()}?mode=rw"
        with closing(
            sqlite3.connect(uri, uri=True, timeout=ARCHIVE_LOCKED_SECONDS, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN IMMEDIATE")
            (number,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {int(number)}")  # a full disk says so when something is written
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        return str(error)
    return None


def damage(path: Path) -> str | None:
    """Return what is broken in the pages of an archive's file, None when nothing is; some seconds for a gigabyte.

    It finds pages that cannot be read as what they should be, not a changed letter; `doctor` looks for that too.
    """
    try:
        with reading(path) as db:
            said = [str(row[0]) for row in db.execute("PRAGMA quick_check(3)").fetchall()]
    except sqlite3.Error as error:
        return str(error) if kind_of(error) == "data" else None  # a lock is no damage
    return None if said == ["ok"] else "; ".join(said)
