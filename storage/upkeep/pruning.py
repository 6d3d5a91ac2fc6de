"""Delete old irrelevant articles, with the pages and bodies that nothing else refers to.

Their links stay, so that no page is fetched again and nothing is told twice. Kept is whatever another table refers to
(announcements, verdicts, revisions, …), what nearly alerted, and what is still read again. Old visits that found
nothing go too: eleven thousand a day are 0.7 GB a year.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.connection import text_of, transaction
from storage.database import Database
from storage.search.index import SearchIndex
from storage.verdicts import NEAR_MISS_SQL

ARTICLES_IN_BATCH = 200  # articles in one transaction: the daemon waits some hundredths of a second for it
RUNS_IN_BATCH = 10_000  # in one transaction
QUIET_RUNS_KEPT = timedelta(days=200)  # at least: rhythms are learned from 182 days, and misses are explained after 181
TABLES_OF_AN_ARTICLE = (
    "assessments",
    "facts",
    "addresses",
    "rereads",
    "waiting_keys",
)  # these go with it; all others keep it

# Of each source the first run stays, since when it is watched, and the last one that went well.
QUIET_RUNS_SQL = """FROM runs WHERE id > :after AND started_at < :before AND outcome IN ('ok', 'unchanged') AND new = 0
           AND announcements = 0 AND cause IS NULL AND id NOT IN (SELECT value FROM json_each(:needed))"""
UNNEEDED_PAGES_SQL = """
SELECT p.id FROM pages AS p JOIN json_each(:pages) AS gone ON gone.value = p.id
WHERE NOT EXISTS (SELECT 1 FROM articles WHERE page_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM revisions WHERE page_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM page_parts WHERE part_id = p.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """The result of pruning, done or only counted: `bytes` are those of the bodies as they are kept, compressed.

    `runs` are visits that went well and found nothing.
    """

    articles: int = 0
    pages: int = 0
    bodies: int = 0
    bytes: int = 0
    runs: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(
            articles=self.articles + other.articles,
            pages=self.pages + other.pages,
            bodies=self.bodies + other.bodies,
            bytes=self.bytes + other.bytes,
            runs=self.runs + other.runs,
        )


class Pruning:
    """Deletes from an archive: irrelevant articles first seen longer ago than `kept`, and quiet runs as old.

    Runs are kept for `QUIET_RUNS_KEPT` at least.
    """

    def __init__(self, db: Database, *, kept: timedelta, now: datetime) -> None:
        self._db = db
        self._index = SearchIndex(db)
        self._before = text_of(now - kept)
        self._quiet_before = text_of(now - max(kept, QUIET_RUNS_KEPT))
        self._condition = " AND ".join([
            "s.label = 'irrelevant'",
            "a.first_seen_at < :before",
            f"NOT ({NEAR_MISS_SQL})",
            "a.id NOT IN (SELECT article_id FROM rereads WHERE due_at IS NOT NULL)",
            *(f'a.id NOT IN (SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL)'  # noqa: S608
              for table, column in _references(db)),
        ])  # fmt: skip

    def plan(self) -> Pruned:
        """Return what would go, and delete nothing. A body that only going pages share is counted as going."""
        articles, pages, bodies, size = self._db.execute(
            f"""WITH going AS (SELECT a.id, a.page_id FROM articles AS a JOIN assessments AS s ON s.article_id = a.id
                               WHERE {self._condition}),
                     mine AS (SELECT page_id AS id FROM going
                              UNION SELECT part_id FROM page_parts
                              WHERE part_id IS NOT NULL AND page_id IN (SELECT page_id FROM going)),
                     pages_going AS (SELECT id FROM mine
                              WHERE NOT EXISTS (SELECT 1 FROM articles AS a WHERE a.page_id = mine.id
                                                AND a.id NOT IN (SELECT id FROM going))
                                AND NOT EXISTS (SELECT 1 FROM revisions WHERE page_id = mine.id)
                                AND NOT EXISTS (SELECT 1 FROM page_parts AS q WHERE q.part_id = mine.id
                                                AND q.page_id NOT IN (SELECT page_id FROM going))),
                     bodies_going AS (SELECT DISTINCT sha256 FROM pages AS p
                              WHERE id IN (SELECT id FROM pages_going)
                                AND NOT EXISTS (SELECT 1 FROM pages AS other WHERE other.sha256 = p.sha256
                                                AND other.id NOT IN (SELECT id FROM pages_going)))
                SELECT (SELECT count(*) FROM going), (SELECT count(*) FROM pages_going), count(*),
                       coalesce(sum(length(b.packed)), 0)
                FROM bodies_going JOIN bodies AS b USING (sha256)""",  # noqa: S608  fixed text
            {"before": self._before},
        ).fetchone()
        (runs,) = self._db.execute(f"SELECT count(*) {QUIET_RUNS_SQL}", self._quiet()).fetchone()
        return Pruned(articles=articles, pages=pages, bodies=bodies, bytes=size, runs=runs)

    def run(self) -> Iterator[Pruned]:
        """Delete what can go, some of it in each transaction, and yield what each deleted."""
        yield from self._runs()
        after = 0
        while True:
            with transaction(self._db):  # the transaction that deletes decides what is needed
                going = self._next(after)
                if not going:
                    return
                after = going[-1][0]
                done = self._delete([id for id, _ in going], [page for _, page in going])
            yield done

    def _runs(self) -> Iterator[Pruned]:
        asked = self._quiet()
        listed = f"SELECT id {QUIET_RUNS_SQL} ORDER BY id LIMIT {RUNS_IN_BATCH}"
        while True:
            with transaction(self._db):
                going = [id for (id,) in self._db.execute(listed, asked).fetchall()]
                if not going:
                    return
                self._delete_where("runs WHERE id", going)
            asked["after"] = going[-1]
            yield Pruned(runs=len(going))

    def _quiet(self) -> dict[str, Any]:
        """Return the values that `QUIET_RUNS_SQL` names."""
        needed = self._db.execute(
            """SELECT min(id) FROM runs GROUP BY source UNION ALL
               SELECT max(id) FROM runs WHERE outcome IN ('ok', 'unchanged') GROUP BY source"""
        )
        return {"after": 0, "before": self._quiet_before, "needed": json.dumps([id for (id,) in needed])}

    def _next(self, after: int) -> list[tuple[int, int]]:
        rows = self._db.execute(
            f"""SELECT a.id, a.page_id FROM articles AS a JOIN assessments AS s ON s.article_id = a.id
                WHERE a.id > :after AND {self._condition} ORDER BY a.id LIMIT {ARTICLES_IN_BATCH}""",  # noqa: S608  fixed text
            {"after": after, "before": self._before},
        ).fetchall()
        return [(int(id), int(page)) for id, page in rows]

    def _delete(self, articles: list[int], pages: list[int]) -> Pruned:
        """Delete articles with what belongs to them, then the pages and bodies that stand alone."""
        for id in articles:  # before the rows go: the index is told the very words that it is to forget
            self._index.remove(id)
        parts = self._ids("SELECT part_id FROM page_parts WHERE part_id IS NOT NULL AND page_id", pages)
        for table in TABLES_OF_AN_ARTICLE:
            self._delete_where(f"{table} WHERE article_id", articles)
        self._delete_where("articles WHERE id", articles)
        going = self._unneeded(pages)
        self._delete_where("page_parts WHERE page_id", going)
        going += self._unneeded(parts)
        bodies = self._ids("SELECT DISTINCT sha256 FROM pages WHERE id", going)
        self._delete_where("pages WHERE id", going)
        number, size = self._delete_bodies(bodies)
        return Pruned(articles=len(articles), pages=len(going), bodies=number, bytes=size)

    def _delete_bodies(self, hashes: list[Any]) -> tuple[int, int]:
        """Delete the bodies that no page has any more; return how many, and their size."""
        unneeded = self._ids(
            "SELECT sha256 FROM bodies AS b WHERE NOT EXISTS (SELECT 1 FROM pages AS p WHERE p.sha256 = b.sha256)"
            " AND sha256", hashes,
        )  # fmt: skip
        sizes = self._ids("SELECT length(packed) FROM bodies WHERE sha256", unneeded)
        self._delete_where("bodies WHERE sha256", unneeded)
        self._db.execute(
            "DELETE FROM dictionaries WHERE id NOT IN (SELECT dictionary_id FROM bodies WHERE dictionary_id > 0)"
        )
        return len(unneeded), sum(sizes)

    def _ids(self, select: str, values: list[Any]) -> list[Any]:
        query = f"{select} IN (SELECT value FROM json_each(?))"  # noqa: S608  fixed text
        return [value for (value,) in self._db.execute(query, [json.dumps(values)]).fetchall()]

    def _delete_where(self, table: str, values: list[Any]) -> None:
        self._db.execute(f"DELETE FROM {table} IN (SELECT value FROM json_each(?))", [json.dumps(values)])  # noqa: S608

    def _unneeded(self, pages: list[int]) -> list[int]:
        return [int(id) for (id,) in self._db.execute(UNNEEDED_PAGES_SQL, {"pages": json.dumps(pages)}).fetchall()]


def _references(db: Database) -> Iterator[tuple[str, str]]:
    """Yield the tables and columns that refer to articles, but for those that are parts of an article."""
    rows = db.execute(
        """SELECT t.name, f."from" FROM sqlite_master AS t JOIN pragma_foreign_key_list(t.name) AS f
           WHERE t.type = 'table' AND f."table" = 'articles'"""
    ).fetchall()
    yield from ((table, column) for table, column in rows if table not in TABLES_OF_AN_ARTICLE)
