"""Let a source go on with what the archive keeps under the ids that it had before."""

from __future__ import annotations

from collections.abc import Mapping

from storage.connection import transaction
from storage.database import Database
from storage.search.index import SearchIndex

# Tables that say what was had of a source. Of two rows for one thing (a listing page, a check) the newer id's stays.
HISTORY = (
    "listings", "links", "pages", "deliveries", "runs", "run_days", "dictionaries", "backfills", "checks",
    "incident_members", "shown", "moves",
)  # fmt: skip


def take_over(db: Database, aliases: Mapping[str, str]) -> tuple[str, ...]:
    """Put everything kept under earlier ids under the ids of today, and return the earlier ids that were found.

    Each is one transaction; nothing is left to do when it is called again. The first crawl of a source is not made
    again, so nothing that was seen under the earlier id is told a second time.
    """
    known = {str(row[0]) for row in db.execute("SELECT id FROM sources").fetchall()}
    found = tuple(former for former in aliases if former in known)
    for former in found:
        with transaction(db):
            _take_over(db, former, aliases[former])
    return found


def _take_over(db: Database, former: str, id: str) -> None:
    ids = {"former": former, "id": id}
    db.execute(
        """INSERT INTO sources (id, name, region, level, kind, first_crawled_at)
           SELECT :id, name, region, level, kind, first_crawled_at FROM sources WHERE id = :former
           ON CONFLICT (id) DO UPDATE SET first_crawled_at = coalesce(
               min(sources.first_crawled_at, excluded.first_crawled_at),
               sources.first_crawled_at, excluded.first_crawled_at)""",
        ids,
    )
    for table in HISTORY:
        db.execute(f"UPDATE OR IGNORE {table} SET source = :id WHERE source = :former", ids)  # noqa: S608  fixed names
        db.execute(f"DELETE FROM {table} WHERE source = :former", ids)  # noqa: S608  as above
    index = SearchIndex(db)
    for (article_id,) in db.execute("SELECT id FROM articles WHERE source = ?", [former]).fetchall():
        with index.changing(article_id):
            db.execute("UPDATE articles SET source = ? WHERE id = ?", [id, article_id])
    db.execute("DELETE FROM sources WHERE id = ?", [former])
