"""Remember which reminders of closing days were put into the outbox: each once, whatever happens in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.connection import text_of
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder of an act's closing `day` (2026-12-05) for an endpoint, at one of its steps."""

    announcement_id: int
    endpoint: str
    day: str
    days_before: int


class Reminders:
    """The reminders of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def note(self, one: Reminder, *, now: datetime) -> bool:
        """Note a reminder in the transaction that puts its message; False when it was noted before."""
        done = self._db.execute(
            """INSERT INTO reminders (announcement_id, endpoint, day, days_before, put_at) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT DO NOTHING""",
            [one.announcement_id, one.endpoint, one.day, one.days_before, text_of(now)],
        )
        return bool(done.rowcount)

    def since(self, day: str) -> frozenset[Reminder]:
        """Return the reminders of closing days from a day on."""
        rows = self._db.query("SELECT announcement_id, endpoint, day, days_before FROM reminders WHERE day >= ?", [day])
        return frozenset(Reminder(**row) for row in rows)
