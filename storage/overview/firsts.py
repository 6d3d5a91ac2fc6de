"""Find which act was the first of its track. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storage.database import Database
from storage.overview.selected import DAY_SQL, LIVE_SQL

# SQLite gives the other columns of the row that has the least day.
FIRSTS_SQL = f"""
SELECT t.value AS track, n.id, n.region_name, min({DAY_SQL}) AS day
FROM announcements AS n JOIN json_each(n.tracks) AS t WHERE {LIVE_SQL} AND n.held_back IS NULL
GROUP BY t.value HAVING day >= :since AND day <= :until ORDER BY day, n.id
"""  # noqa: S608  fixed text


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOfTrack:
    """The first act that the archive has of a track; `region` is empty where it is not known."""

    track: str
    announcement_id: int
    region: str


class Firsts:
    """The first acts of an archive's tracks."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def between(self, since: date, until: date) -> list[FirstOfTrack]:
        """Return the tracks whose first act is of these days, the earliest first."""
        rows = self._db.query(FIRSTS_SQL, {"since": since.isoformat(), "until": until.isoformat()})
        return [
            FirstOfTrack(track=row["track"], announcement_id=row["id"], region=row["region_name"] or "") for row in rows
        ]
