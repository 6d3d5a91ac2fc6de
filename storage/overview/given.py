"""Tell which announcements sources gave, and who else had them: what is lost when one is no longer read. Reads only."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.overview.selected import LIVE_SQL

GIVEN_SQL = f"""
SELECT n.id, n.title, n.region_name, min(a.first_seen_at) AS seen,
       min(iif(a.source IN (SELECT value FROM json_each(:others)), a.first_seen_at, NULL)) AS seen_by_others
FROM announcements AS n JOIN mentions AS m ON m.announcement_id = n.id JOIN articles AS a ON a.id = m.article_id
WHERE {LIVE_SQL} AND n.first_seen_at >= :since
GROUP BY n.id HAVING sum(a.source IN (SELECT value FROM json_each(:sources))) > 0
ORDER BY n.first_seen_at DESC, n.id DESC
"""  # noqa: S608  fixed text


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAct:
    """An announcement that some sources gave. `later` is how much later others had it, None when nobody else had it."""

    id: int
    title: str
    region_name: str | None
    seen_at: datetime
    later: timedelta | None


def given_by(db: Database, sources: Collection[str], others: Collection[str], *, since: datetime) -> list[GivenAct]:
    """Return the announcements since a moment that have an article of one of `sources`, the latest first."""
    values = {"sources": json.dumps(sorted(sources)), "others": json.dumps(sorted(others)), "since": text_of(since)}
    return [
        GivenAct(
            id=row["id"], title=row["title"], region_name=row["region_name"], seen_at=(seen := moment_of(row["seen"])),
            later=moment_of(row["seen_by_others"]) - seen if row["seen_by_others"] else None,
        )
        for row in db.query(GIVEN_SQL, values)
    ]  # fmt: skip
