"""Keep incidents: each is opened once and resolved once, and its record stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from storage.connection import moment_of, text_of, transaction
from storage.database import Database
from storage.records import Incident

INCIDENT_MOMENTS = ("opened_at", "resolved_at", "told_at", "acknowledged_at")
INCIDENT_COLUMNS = ("id", "key", "summary", "detail", "hint", "acknowledged_by", "merged_into")


class Incidents:
    """The incidents of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def open(
        self, key: str, *, summary: str, detail: str, now: datetime, hint: str = "",
        members: Mapping[str, str] | None = None,
    ) -> Incident | None:  # fmt: skip
        """Open an incident and return it, None when it is open already. The caller tells the operator."""
        with transaction(self._db):
            if self.standing(key):
                return None
            row = {
                "key": key, "summary": summary, "detail": detail, "hint": hint, "opened_at": text_of(now),
                "told_at": text_of(now),
            }  # fmt: skip
            id = self._db.insert("incidents", row)
            self._join(id, members or {}, now)
            return self.get(id)

    def update(self, id: int, *, summary: str, detail: str, members: Mapping[str, str], now: datetime) -> None:
        """Keep what an open incident is by now; sources that are not among `members` any more have left it."""
        with transaction(self._db):
            self._db.execute("UPDATE incidents SET summary = ?, detail = ? WHERE id = ?", [summary, detail, id])
            still = [row[0] for row in self._db.execute(
                "SELECT source FROM incident_members WHERE incident_id = ? AND left_at IS NULL", [id]
            ).fetchall()]  # fmt: skip
            self._leave(id, set(still) - set(members), now)
            self._join(id, members, now)

    def resolve(self, key: str, *, now: datetime, merged_into: int | None = None) -> Incident | None:
        """Resolve an incident and return it, None when none is open; `merged_into` is the one that takes it up."""
        with transaction(self._db):
            standing = self.standing(key)
            if standing is None:
                return None
            self._db.execute(
                "UPDATE incidents SET resolved_at = ?, merged_into = ? WHERE id = ?",
                [text_of(now), merged_into, standing.id],
            )
            self._leave(standing.id, standing.members, now)
            return self.get(standing.id)

    def acknowledge(self, id: int, *, who: str, now: datetime) -> Incident:
        """Note who has seen an incident: from then on it is silent until it is resolved; the first name stays.

        Raises:
            KeyError: there is no such incident.
        """
        with transaction(self._db):
            self._db.execute(
                """UPDATE incidents SET acknowledged_at = ?, acknowledged_by = ?
                   WHERE id = ? AND acknowledged_at IS NULL""",
                [text_of(now), who, id],
            )
            return self.get(id)

    def told(self, id: int, *, now: datetime) -> None:
        """Note that the operator was told again that an incident stands."""
        with transaction(self._db):
            self._db.execute("UPDATE incidents SET told_at = ? WHERE id = ?", [text_of(now), id])

    def openings(self, key: str, *, since: datetime) -> int:
        """Return how many times an incident was opened since a moment: how much it flaps."""
        (number,) = self._db.execute(
            "SELECT count(*) FROM incidents WHERE key = ? AND opened_at >= ?", [key, text_of(since)]
        ).fetchone()
        return int(number)

    def calm_since(self, id: int) -> datetime | None:
        """Return when the last source left an incident, None when none ever did."""
        (at,) = self._db.execute("SELECT max(left_at) FROM incident_members WHERE incident_id = ?", [id]).fetchone()
        return moment_of(at) if at else None

    def standing(self, key: str) -> Incident | None:
        """Return the open incident with this key, None when there is none."""
        return next(iter(self._where("key = ? AND resolved_at IS NULL", [key])), None)

    def get(self, id: int) -> Incident:
        """Return an incident. Raises `KeyError` when there is none."""
        found = self._where("id = ?", [id])
        if not found:
            raise KeyError(id)
        return found[0]

    def _join(self, id: int, members: Mapping[str, str], now: datetime) -> None:
        for source, detail in members.items():
            self._db.execute(
                """INSERT INTO incident_members (incident_id, source, detail, joined_at) VALUES (?, ?, ?, ?)
                   ON CONFLICT DO UPDATE SET detail = excluded.detail, left_at = NULL""",
                [id, source, detail, text_of(now)],
            )

    def _leave(self, id: int, sources: Iterable[str], now: datetime) -> None:
        for source in sources:
            self._db.execute(
                "UPDATE incident_members SET left_at = ? WHERE incident_id = ? AND source = ?",
                [text_of(now), id, source],
            )

    def _where(self, condition: str, values: list[Any]) -> list[Incident]:
        rows = self._db.query(
            f"SELECT {', '.join(INCIDENT_COLUMNS + INCIDENT_MOMENTS)} FROM incidents WHERE {condition} ORDER BY id",  # noqa: S608  fixed
            values,
        )
        return [self._incident(row) for row in rows]

    def _incident(self, row: Mapping[str, Any]) -> Incident:
        moments = {name: moment_of(row[name]) if row[name] else None for name in INCIDENT_MOMENTS}
        members = self._db.execute(
            "SELECT source, detail FROM incident_members WHERE incident_id = ? AND left_at IS NULL ORDER BY source",
            [row["id"]],
        ).fetchall()
        return Incident(**{name: row[name] for name in INCIDENT_COLUMNS}, **moments, members=dict(members))  # type: ignore[arg-type]  # opened_at is never NULL

    def list(self, *, only_open: bool = False) -> list[Incident]:
        """Return the incidents, oldest first."""
        return self._where("resolved_at IS NULL" if only_open else "1", [])
