"""Keep what hosts ask of us: their robots.txt, and until when they want silence (Retry-After)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.not_before import LONGEST_HOST_SILENCE, believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """A robots.txt as served (empty when there is none) and when it was fetched."""

    text: str
    fetched_at: datetime


class HostRules:
    """The rules of each host, by its name and port."""

    def __init__(self, db: Database) -> None:
        self._db = db

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
