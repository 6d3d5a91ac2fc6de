"""Check the archive against the time and the program: schema, clock, leases. Reads only."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.upgrade import missing_migrations, unknown_migrations
from storage.upkeep.integrity import MOST_SHOWN_FINDINGS, IntegrityCheck

MOST_CLOCK_ERROR = timedelta(minutes=2)  # servers keep time by NTP, and an answer is on its way for seconds
COMPARED_PAGES = 50  # pages whose Date header is compared, the newest
STALE_LEASE_AFTER = timedelta(minutes=10)  # a lease is 30 s, and a longer one when parts are sent


def check_schema(db: Database) -> IntegrityCheck:
    """Check that the archive has the tables that this program works with, and no others."""
    missing, newer = missing_migrations(db), unknown_migrations(db)
    findings = []
    if missing:
        findings.append(f"older than this program: {', '.join(missing)} are missing; the next start adds them")
    if newer:
        findings.append(f"written by a newer program, which added {', '.join(newer)}: update this one")
    return IntegrityCheck(name="schema", looked_at=1, findings=tuple(findings))


def check_clock(db: Database, now: datetime) -> IntegrityCheck:
    """Compare this machine's clock with those of the portals, and with what the archive holds of the future."""
    offsets = list(_offsets(db))
    findings = []
    if offsets:
        offset = timedelta(seconds=statistics.median(offsets))
        if abs(offset) > MOST_CLOCK_ERROR:
            word = "ahead of" if offset > timedelta() else "behind"
            findings.append(f"{abs(offset).total_seconds():.0f} s {word} the clocks of {len(offsets)} portals' answers")
    (latest,) = db.execute("SELECT max(finished_at) FROM runs WHERE finished_at > ?", [text_of(now)]).fetchone()
    if latest and moment_of(latest) - now > MOST_CLOCK_ERROR:
        findings.append(f"a visit ended at {latest}, which is still to come: the clock was set back")
    return IntegrityCheck(name="clock", looked_at=len(offsets) + 1, findings=tuple(findings))


def _offsets(db: Database) -> Iterator[float]:
    """Yield how many seconds our clock was ahead of the servers' when the newest pages were fetched."""
    rows = db.execute("SELECT headers, fetched_at FROM pages ORDER BY id DESC LIMIT ?", [COMPARED_PAGES]).fetchall()
    for headers, fetched_at in rows:
        said = next((value for name, value in json.loads(headers).items() if name.lower() == "date"), "")
        try:
            date = parsedate_to_datetime(said)
        except ValueError:
            continue
        yield (moment_of(fetched_at) - (date if date.tzinfo else date.replace(tzinfo=UTC))).total_seconds()


def check_leases(db: Database, now: datetime) -> IntegrityCheck:
    """Check that no message is held by a sender that is gone."""
    rows = db.execute(
        """SELECT id, endpoint, leased_until, next_attempt_at FROM deliveries
           WHERE state = 'pending' AND leased_until IS NOT NULL ORDER BY endpoint, number"""
    ).fetchall()
    findings = [
        finding for id, endpoint, until, due in rows
        if (finding := _lease(f"{id} to {endpoint}", moment_of(until), moment_of(due), now))
    ]  # fmt: skip
    return IntegrityCheck(
        name="leases of messages", looked_at=len(rows), findings=tuple(findings[:MOST_SHOWN_FINDINGS])
    )


def _lease(message: str, until: datetime, due: datetime, now: datetime) -> str | None:
    if until - now > STALE_LEASE_AFTER:
        return f"{message} is held until {text_of(until)}: its sender's clock was wrong"
    if now - until > STALE_LEASE_AFTER and now - due > STALE_LEASE_AFTER:
        return f"{message} was given up by its sender at {text_of(until)}, and nobody delivers: start the daemon"
    return None
