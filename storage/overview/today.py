"""List the announcements of a day and those that wait for a verdict, each with its deliveries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.records import BEIJING

UNREVIEWED_SQL = """merged_into IS NULL AND NOT EXISTS (
    SELECT 1 FROM verdicts AS v WHERE v.announcement_id = announcements.id AND v.undone_at IS NULL)"""


class Days:
    """The announcements of an archive in the order in which they were first seen."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, day: date, *, unreviewed: bool = False) -> list[int]:
        """Return the announcements first seen on a day in China, newest first; merged ones are left out."""
        since, until = _bounds(day)
        rows = self._db.execute(
            f"""SELECT id FROM announcements
                WHERE merged_into IS NULL AND first_seen_at >= :since AND first_seen_at < :until
                  AND (NOT :unreviewed OR {UNREVIEWED_SQL}) ORDER BY first_seen_at DESC, id DESC""",  # noqa: S608  fixed text
            {"since": since, "until": until, "unreviewed": unreviewed},
        ).fetchall()
        return [int(row[0]) for row in rows]

    def near(self, day: date, *, back: bool) -> date | None:
        """Return the nearest day before (`back`) or after a day on which something was announced, None without one."""
        since, until = _bounds(day)
        asked = (
            "SELECT max(first_seen_at) FROM announcements WHERE merged_into IS NULL AND first_seen_at < ?"
            if back
            else "SELECT min(first_seen_at) FROM announcements WHERE merged_into IS NULL AND first_seen_at >= ?"
        )
        (found,) = self._db.execute(asked, [since if back else until]).fetchone()
        return moment_of(found).astimezone(BEIJING).date() if found else None

    def waiting(self) -> int:
        """Return how many announcements wait for a verdict."""
        (count,) = self._db.execute(f"SELECT count(*) FROM announcements WHERE {UNREVIEWED_SQL}").fetchone()  # noqa: S608  fixed text
        return int(count)

    def latest(self) -> int:
        """Return the id of the latest announcement, 0 without any."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM announcements").fetchone()[0])

    def after(self, announcement_id: int) -> int:
        """Return how many announcements came after one; merged ones are left out."""
        (count,) = self._db.execute(
            "SELECT count(*) FROM announcements WHERE id > ? AND merged_into IS NULL", [announcement_id]
        ).fetchone()
        return int(count)

    def unreviewed(self, *, limit: int, offset: int = 0) -> list[int]:
        """Return the announcements that wait for a verdict, newest first."""
        rows = self._db.execute(
            f"""SELECT id FROM announcements WHERE {UNREVIEWED_SQL}
                ORDER BY first_seen_at DESC, id DESC LIMIT ? OFFSET ?""",  # noqa: S608  fixed text
            [limit, offset],
        ).fetchall()
        return [int(row[0]) for row in rows]

    def sent(self, announcement_ids: Iterable[int]) -> dict[int, datetime]:
        """Return when the first endpoint had each announcement; who was sent to nobody is left out."""
        rows = self._db.execute(
            """SELECT announcement_id, min(delivered_at) FROM deliveries
               WHERE announcement_id IN (SELECT value FROM json_each(?)) AND delivered_at IS NOT NULL
               GROUP BY announcement_id""",
            [json.dumps(list(announcement_ids))],
        ).fetchall()
        return {int(id): moment_of(at) for id, at in rows}

    def deliveries(self, announcement_id: int) -> list[Mapping[str, Any]]:
        """Return the messages about an announcement, oldest first, without what they say."""
        return list(self._db.query(
            """SELECT id, endpoint, type, version, state, attempts, created_at, next_attempt_at, delivered_at, reason,
                      last_answer, digest_id FROM deliveries WHERE announcement_id = ? ORDER BY created_at, number""",
            [announcement_id],
        ))  # fmt: skip


def _bounds(day: date) -> tuple[str | None, str | None]:
    """Return the first moment of a day in China and the first after it, as the archive writes them."""
    start = datetime.combine(day, time(), BEIJING)
    return text_of(start), text_of(start + timedelta(days=1))
