"""Keep the announcements that a reviewer took back, with the reason."""

from __future__ import annotations

from datetime import datetime

from storage.connection import text_of, transaction
from storage.database import Database


class Rejections:
    """The rejections of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, announcement_id: int, reason: str, *, now: datetime) -> bool:
        """Note that an announcement is none; False when that is known."""
        with transaction(self._db):
            done = self._db.execute(
                """INSERT INTO rejections (announcement_id, reason, rejected_at) VALUES (?, ?, ?)
                   ON CONFLICT (announcement_id) DO NOTHING""",
                [announcement_id, reason, text_of(now)],
            )
        return bool(done.rowcount)

    def remove(self, announcement_id: int) -> bool:
        """Let an announcement be one again; False when it was not rejected."""
        with transaction(self._db):
            done = self._db.execute("DELETE FROM rejections WHERE announcement_id = ?", [announcement_id])
        return bool(done.rowcount)

    def ids(self) -> frozenset[int]:
        """Return the announcements that were rejected."""
        return frozenset(int(row[0]) for row in self._db.execute("SELECT announcement_id FROM rejections").fetchall())
