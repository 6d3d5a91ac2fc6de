"""Tell how the last visit to each source went, and count the visits of a day. Reads only, and fast: every page asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import get_args

from storage.connection import moment_of, text_of
from storage.database import Database
from storage.records import BEIJING, Cause, Outcome

# The unary plus keeps the planner at the index in order of recording: only the runs since the healthy one are read.
LAST_VISIT_SQL = """
SELECT s.id AS source, r.outcome, r.cause, r.error, h.finished_at AS healthy_at,
       iif(r.outcome IN ('ok', 'unchanged'), NULL,
           (SELECT min(+started_at) FROM runs WHERE source = s.id AND id > coalesce(h.id, 0))) AS failing
FROM sources AS s
JOIN runs AS r ON r.id = (SELECT id FROM runs WHERE source = s.id ORDER BY id DESC LIMIT 1)
LEFT JOIN runs AS h ON h.id = (SELECT id FROM runs WHERE source = s.id AND outcome IN ('ok', 'unchanged')
                               ORDER BY finished_at DESC LIMIT 1)
"""
LOOKED_SQL = """
SELECT id, max(finished_at) FROM (
    SELECT s.id, r.finished_at FROM sources AS s
    CROSS JOIN runs AS r ON r.source = s.id AND r.finished_at >= :since AND r.finished_at < :until
                        AND r.outcome IN ('ok', 'unchanged')
    UNION ALL
    SELECT s.id, d.last_finished_at FROM sources AS s CROSS JOIN run_days AS d ON d.source = s.id AND d.day = :day)
GROUP BY id
"""
ARTICLES_READ_SQL = "SELECT count(*) FROM articles WHERE first_seen_at >= :since AND first_seen_at < :until"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitedSource:
    """How the last visit to a source went. `failing_since` and `healthy_at` as `scheduler.health.troubles` has them."""

    source: str
    outcome: Outcome
    cause: Cause | None
    error: str
    failing_since: datetime | None
    healthy_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The visits of one day: sources that answered, when the last one did, and how many articles were new."""

    sources: int
    last_at: datetime | None
    articles: int


class VisitOverview:
    """The visits of an archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def last(self) -> list[VisitedSource]:
        """Return how the last visit to each source went; sources without one are left out."""
        causes = get_args(Cause)
        return [
            VisitedSource(
                source=row["source"], outcome=row["outcome"], cause=row["cause"] if row["cause"] in causes else None,
                error=row["error"] or "", failing_since=moment_of(row["failing"]) if row["failing"] else None,
                healthy_at=moment_of(row["healthy_at"]) if row["healthy_at"] else None,
            )
            for row in self._db.query(LAST_VISIT_SQL)
        ]  # fmt: skip

    def looked(self, day: date, *, among: Collection[str] | None = None) -> Looked:
        """Return what was looked at on a day in China: by the sources `among` them, by all if None."""
        start = datetime.combine(day, time(), BEIJING)
        bounds = {"since": text_of(start), "until": text_of(start + timedelta(days=1))}
        answered = dict(self._db.execute(LOOKED_SQL, bounds | {"day": day.isoformat()}).fetchall())
        seen = {source: at for source, at in answered.items() if among is None or source in among}
        (articles,) = self._db.execute(ARTICLES_READ_SQL, bounds).fetchone()
        last = max(seen.values(), default=None)
        return Looked(sources=len(seen), last_at=moment_of(last) if last else None, articles=int(articles))
