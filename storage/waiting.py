"""Keep pages below the threshold by their keys: an act that opens later finds those that told of it before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta

from storage.connection import moment_of, transaction
from storage.database import Database
from storage.near_duplicates import article_of, facts_of
from storage.records import Key, Waiting

KEPT = timedelta(days=30)  # pages that share neither name nor number are of one act within a month at most
MOST_COMPARED = 50  # pages that an act is compared with, the latest first


class WaitingPages:
    """The pages of an archive that wait for their act."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, article_id: int, keys: Iterable[Key], *, region: str | None, seen: date) -> None:
        """Let a page wait under its keys; those that have waited for weeks wait no longer."""
        with transaction(self._db):
            self.remove(article_id)
            self._db.execute("DELETE FROM waiting_keys WHERE seen < ?", [str(seen - KEPT)])
            self._db.conn.executemany(
                "INSERT INTO waiting_keys (key, article_id, region, seen) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [(key.text, article_id, region, str(seen)) for key in keys],
            )

    def remove(self, article_id: int) -> None:
        """Let a page wait no longer."""
        self._db.execute("DELETE FROM waiting_keys WHERE article_id = ?", [article_id])

    def sharing(self, keys: Iterable[Key]) -> list[Waiting]:
        """Return the latest pages that wait under one of these keys and belong to no announcement."""
        found = self._db.execute(
            """SELECT a.*, w.region, s.kind AS source_kind, s.region AS source_region FROM (
                   SELECT DISTINCT article_id, region FROM waiting_keys
                   WHERE key IN (SELECT value FROM json_each(:keys))
                     AND article_id NOT IN (SELECT article_id FROM mentions)
                   ORDER BY article_id DESC LIMIT :limit
               ) AS w JOIN articles AS a ON a.id = w.article_id LEFT JOIN sources AS s ON s.id = a.source""",
            {"keys": json.dumps([key.text for key in keys], ensure_ascii=False), "limit": MOST_COMPARED},
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        facts = facts_of(self._db, [row["id"] for row in rows])
        return [
            Waiting(
                article_id=row["id"],
                article=article_of(row),
                facts=facts[row["id"]],
                region=row["region"],
                first_seen_at=moment_of(row["first_seen_at"]),
                source=(row["source_kind"], row["source_region"]) if row["source_kind"] else None,
            )
            for row in rows
        ]
