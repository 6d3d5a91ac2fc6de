"""Write the SQL of a query, in the order of work that its words and filters need.

The index leads: it gives the newest first, and each row of it is then asked for its filters, about 7 µs a row. Frequent
words with a rare filter would so go through half the archive: there the articles that the rarest filter leaves are
listed first (1.5 µs each), and a row of the index is only looked up in the list (0.3 µs). To ask the index for each of
the listed articles takes up to a millisecond each and is never worth it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from storage.search_query import Query

Part = Literal["all", "title", "other"]
MATCHES: dict[Part, str] = {
    "all": ":match",
    "title": "'{title} : (' || :match || ')'",
    "other": "'(' || :match || ') NOT {title} : (' || :match || ')'",
}
FREQUENT = 5_000  # rows of the index that are asked for their filters in 35 ms
LISTED = 200_000  # articles that are listed in 0.3 s: a filter that leaves more is met soon by asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows that a query finds. `listed` is the SQL that lists the only articles in question, None for no list."""

    query: Query
    listed: str | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The values that the SQL names."""
        return self.query.selection.parameters() | {"match": match_of_words(self.query)}

    def select(self, columns: str, part: Part = "all") -> str:
        """Return the SQL for columns of `articles AS a` of a part of the rows, the newest first."""
        ordered = "i.rowid" if self.query.words else "a.search_key"
        return f"SELECT {columns} {self._source()} WHERE {self._where(part)} ORDER BY {ordered} DESC"

    def _source(self) -> str:
        assessed = "CROSS JOIN assessments AS s ON s.article_id = a.id" if "s." in self._clauses() else ""
        if not self.query.words:
            return f"FROM articles AS a {assessed}"
        return f"FROM search_index AS i CROSS JOIN articles AS a ON a.search_key = i.rowid {assessed}"

    def _clauses(self) -> str:
        return " AND ".join(self.query.selection.clauses()) or "TRUE"

    def _where(self, part: Part) -> str:
        if not self.query.words:
            listed = f"a.id IN ({self.listed})" if self.listed else "a.search_key IS NOT NULL"
            return f"{listed} AND {self._clauses()}"
        listed = (
            f"+i.rowid IN (SELECT c.search_key FROM articles AS c WHERE c.id IN ({self.listed}))"  # noqa: S608
            if self.listed
            else "TRUE"
        )
        days = self.query.selection.days("i.rowid")
        return " AND ".join([f"search_index MATCH {MATCHES[part]}", *days, listed, self._clauses()])


def rows_of(db: Database, query: Query) -> Rows:
    """Return the rows of a query, with the list of its rarest filter where that is worth it."""
    rows = Rows(query=query)
    lists = [one.ids for one in query.selection.filters() if one.ids]
    if not lists or (query.words and _count(db, _matching(query), rows, FREQUENT) < FREQUENT):
        return rows
    counted = [(_count(db, ids, rows, LISTED), ids) for ids in lists]
    least, ids = min(counted)
    return Rows(query=query, listed=ids) if least < LISTED else rows


def match_of_words(query: Query) -> str:
    """Return the FTS5 expression of a query's words."""
    return " AND ".join(filter(None, (word.expression for word in query.words)))


def _matching(query: Query) -> str:
    days = "".join(f" AND {day}" for day in query.selection.days("rowid"))
    return f"SELECT rowid FROM search_index WHERE search_index MATCH :match{days}"  # noqa: S608  numbers


def _count(db: Database, listing: str, rows: Rows, most: int) -> int:
    (count,) = db.execute(f"SELECT count(*) FROM ({listing} LIMIT {most})", rows.parameters).fetchone()  # noqa: S608
    return int(count)
