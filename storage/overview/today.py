"""Tell the announcements of a day and those that wait for a verdict, and the deliveries of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.overview.selected import Chosen
from storage.records import BEIJING

UNREVIEWED_SQL = """merged_into IS NULL AND NOT EXISTS (
    SELECT 1 FROM verdicts AS v WHERE v.announcement_id = announcements.id AND v.undone_at IS NULL)"""


class Days:
    """The announcements of an archive in the order in which they were first seen."""

    def __init__(self, db: Database) -> None:
        self._db = db

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

    def next_waiting(self, announcement_id: int) -> int | None:
        """Return the newest announcement that waits for a verdict, another one than this; None without any."""
        row = self._db.execute(
            f"""SELECT id FROM announcements WHERE {UNREVIEWED_SQL} AND id <> ?
                ORDER BY first_seen_at DESC, id DESC LIMIT 1""",  # noqa: S608  fixed text
            [announcement_id],
        ).fetchone()
        return int(row[0]) if row else None

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


def seen_on(day: date, chosen: Chosen) -> Chosen:
    """Return what was first seen on a day in China, of what is chosen."""
    since, until = _bounds(day)
    clause = "n.first_seen_at >= :seen_since AND n.first_seen_at < :seen_until"
    values = chosen.values | {"seen_since": since, "seen_until": until}
    return replace(chosen, clauses=(*chosen.clauses, clause), values=values)
