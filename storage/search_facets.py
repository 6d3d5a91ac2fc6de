"""Count what was found, by what is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from storage.selection import STATE

VALUES = 50  # of a facet, the most frequent ones; months are all given, the latest first
COUNTED = "FROM articles AS a WHERE a.id IN (SELECT value FROM json_each(:ids))"
FACTS = {"region": "region", "act": "act", "instrument": "instrument", "track": "track"}
COLUMNS = {
    "source": f"SELECT a.source AS value, count(*) AS number {COUNTED} GROUP BY 1",
    "label": """SELECT s.label AS value, count(*) AS number FROM assessments AS s
                 WHERE s.article_id IN (SELECT value FROM json_each(:ids)) GROUP BY 1""",
    "state": f"SELECT {STATE} AS value, count(*) AS number {COUNTED} GROUP BY 1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """How many articles have each value of a key of the filter language (`month`: `since` and `until` in one)."""

    key: str
    counts: tuple[tuple[str, int], ...]


def facets_of(db: Database, ids: Sequence[int]) -> Iterator[Facet]:
    """Yield the facets of articles, the most frequent value first. An article counts once for each value it has."""
    parameters = {"ids": json.dumps(list(ids)), "limit": VALUES}
    queries = {key: _of_facts(kind) for key, kind in FACTS.items()} | COLUMNS
    for key, query in queries.items():
        rows = db.execute(f"SELECT value, number FROM ({query}) ORDER BY number DESC, value LIMIT :limit", parameters)  # noqa: S608
        yield Facet(key=key, counts=tuple((str(value), int(number)) for value, number in rows))
    months = db.execute(
        f"""SELECT substr(date(coalesce(a.published_at, a.first_seen_at), '+8 hours'), 1, 7), count(*) {COUNTED}
            GROUP BY 1 ORDER BY 1 DESC""",
        parameters,
    )
    yield Facet(key="month", counts=tuple((str(value), int(number)) for value, number in months))


def _of_facts(kind: str) -> str:
    return f"""SELECT f.value AS value, count(DISTINCT f.article_id) AS number FROM facts AS f
               WHERE f.article_id IN (SELECT value FROM json_each(:ids)) AND f.kind = '{kind}' GROUP BY 1"""  # noqa: S608
