"""Give the facts of all articles as rows, and the closing days that acts name. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from storage.database import Database
from storage.overview.selected import POLICY_TITLE_SQL, Chosen

FACTS_SQL = """
SELECT f.rowid AS id, f.article_id AS article, f.kind, f.value, f.quote, f.place, f.start, f.year, f.number, f.unit
FROM facts AS f WHERE {where} ORDER BY f.rowid DESC LIMIT :limit
"""
# A day that a page names twice is one; SQLite takes the bare columns from the row that has the minimum.
DEADLINES_SQL = f"""
SELECT f.value AS day, f.quote, n.id AS act, n.title, {POLICY_TITLE_SQL} AS policy_title, n.act AS kind, n.region,
       n.issuers, n.tracks, n.first_seen_at, a.id AS article, a.url, min(f.rowid)
FROM facts AS f JOIN articles AS a ON a.id = f.article_id
JOIN announcements AS n ON n.lead_article_id = a.id
WHERE f.kind = 'deadline' AND f.value >= :first_day AND f.value <= :last_day AND {{where}}
GROUP BY n.id, f.value ORDER BY f.value, n.id
"""  # noqa: S608  fixed text
ALL_FACTS = -1  # as a limit


class FactRows:
    """The facts of an archive; those of an article that was read again are other rows."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(
        self,
        *,
        kind: str | None = None,
        value: str | None = None,
        article: int | None = None,
        act: int | None = None,
        below: int | None = None,
        limit: int = ALL_FACTS,
    ) -> list[Mapping[str, Any]]:
        """Return facts, the latest first: of a kind, a value, an article, an act; None: any. `below` is an id."""
        conditions = {
            "f.kind = :kind": kind, "f.value = :value": value, "f.article_id = :article": article,
            "f.article_id IN (SELECT article_id FROM mentions WHERE announcement_id = :act)": act,
            "f.rowid < :below": below,
        }  # fmt: skip
        where = " AND ".join([clause for clause, given in conditions.items() if given is not None] or ["TRUE"])
        values = {"kind": kind, "value": value, "article": article, "act": act, "below": below, "limit": limit}
        return list(self._db.query(FACTS_SQL.format(where=where), values))

    def deadlines(self, since: str, until: str, *, chosen: Chosen) -> list[Mapping[str, Any]]:
        """Return the closing days that leading articles of chosen acts name, from one day to another, nearest first."""
        values = chosen.values | {"first_day": since, "last_day": until}
        rows = self._db.query(DEADLINES_SQL.format(where=chosen.where), values)
        return [{**row, "issuers": json.loads(row["issuers"]), "tracks": json.loads(row["tracks"])} for row in rows]
