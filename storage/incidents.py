"""What the operator was told: an incident is opened once and resolved once."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage.connection import insert, moment_of, text_of, transaction
from storage.records import Incident


class Incidents:
    """The incidents of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def open(self, key: str, *, summary: str, detail: str, now: datetime) -> Incident | None:
        """Open an incident and return it, None when it is open already."""
        with transaction(self._db):
            if self.standing(key):
                return None
            row = {"key": key, "summary": summary, "detail": detail, "opened_at": text_of(now), "resolved_at": None}
            id = insert(self._db, "incidents", row)
            return Incident(id=id, key=key, summary=summary, detail=detail, opened_at=now)

    def resolve(self, key: str, *, now: datetime) -> Incident | None:
        """Resolve an incident and return it, None when none is open."""
        with transaction(self._db):
            if self.standing(key) is None:
                return None
            self._db.execute(
                "UPDATE incidents SET resolved_at = ? WHERE key = ? AND resolved_at IS NULL", [text_of(now), key]
            )
            return self._last(key)

    def standing(self, key: str) -> Incident | None:
        """Return the open incident with this key, None when there is none."""
        return next(iter(self._where("key = ? AND resolved_at IS NULL", [key])), None)

    def _last(self, key: str) -> Incident:
        return self._where("key = ?", [key])[-1]

    def _where(self, condition: str, values: list[str]) -> list[Incident]:
        rows = self._db.query(
            f"SELECT id, key, summary, detail, opened_at, resolved_at FROM incidents WHERE {condition} ORDER BY id",  # noqa: S608
            values,
        )
        return [
            Incident(
                **{name: row[name] for name in ("id", "key", "summary", "detail")},
                opened_at=moment_of(row["opened_at"]),
                resolved_at=moment_of(row["resolved_at"]) if row["resolved_at"] else None,
            )
            for row in rows
        ]

    def list(self, *, only_open: bool = False) -> list[Incident]:
        """Return the incidents, oldest first."""
        return self._where("resolved_at IS NULL" if only_open else "1", [])
